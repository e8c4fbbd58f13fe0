"""Minimal sets of demands that cannot hold together, smallest first, by hitting sets of what plans break."""

from collections.abc import Callable, Sequence
from time import perf_counter

from prioritiser.optimisation.infeasibility.demands import Asked, TimeUpError

MOST_SETS = 5

type Numbers = frozenset[int]


def find_sets(
    asked: Asked, corrections: list[Numbers], until: float, most_sets: int = MOST_SETS
) -> tuple[list[Numbers], bool]:
    """Find minimal infeasible sets, smallest first, and say whether they are all there are.

    corrections: filled with what plans break, each without anything that another plan need not break.
    """
    found: list[Numbers] = []
    try:
        while len(found) < most_sets:
            chosen = smallest_hitting_set(corrections, found, until)
            if chosen is None:
                return found, True
            broken = asked.broken_with(chosen, until)
            if broken is None:
                found.append(chosen)
            else:
                corrections.append(_shrunk(asked, broken, until))
        return found, smallest_hitting_set(corrections, found, until) is None
    except TimeUpError:
        return found, False


def _shrunk(asked: Asked, broken: Numbers, until: float) -> Numbers:
    """Leave out of what a plan breaks all that another plan need not break."""
    needed: Numbers = frozenset()
    while broken - needed:
        number = min(broken - needed)
        fewer = asked.broken_with(asked.all - broken | {number}, until)
        if fewer is None:
            needed |= {number}
        else:
            broken = fewer
    return broken


def by_deletion(asked: Asked, needed: Numbers, until: float) -> Numbers:
    """Drop each of these demands in turn, capacities first, and leave it dropped where the rest still clash.

    Raises TimeUpError.
    """
    for number in sorted(needed, reverse=True):
        if asked.broken_with(needed - {number}, until) is None:
            needed -= {number}
    return needed


def smallest_hitting_set(sets: Sequence[Numbers], blocked: Sequence[Numbers], until: float) -> Numbers | None:
    """Return a smallest set with a member of each set that contains no blocked one; None where there is none."""
    most = len(frozenset().union(*sets))
    for size in range(most + 1):
        found = _hit(frozenset(), sets, blocked, size, lambda: perf_counter() >= until)
        if found is not None:
            return found
    return None


def _hit(
    chosen: Numbers, sets: Sequence[Numbers], blocked: Sequence[Numbers], left: int, time_is_up: Callable[[], bool]
) -> Numbers | None:
    if any(chosen >= one for one in blocked):
        return None
    unhit = sorted((one for one in sets if not one & chosen), key=lambda one: (len(one), sorted(one)))
    if not unhit:
        return chosen
    if time_is_up():
        raise TimeUpError
    apart: Numbers = frozenset()
    needed = 0
    for one in unhit:
        if not one & apart:
            apart, needed = apart | one, needed + 1
    if needed > left:
        return None
    for number in sorted(unhit[0]):
        found = _hit(chosen | {number}, sets, blocked, left - 1, time_is_up)
        if found is not None:
            return found
    return None
