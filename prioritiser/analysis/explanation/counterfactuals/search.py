"""From a coarse grid to the nearest value at which an initiative flips, to the precision."""

import math
from collections.abc import Sequence

from prioritiser.analysis.explanation.counterfactuals.contest import Contest

MOST_STEPS = 24


def nearest[T: Contest](trials: Sequence[T]) -> tuple[T, float | None]:
    """Return the trial with the nearest flip and the value of it; the first trial and None where none flips."""
    steps = sorted(
        (abs(value - trial.change.start), number, side, before, value)
        for number, trial in enumerate(trials)
        for side, values in enumerate(trial.change.sides)
        for before, value in zip((trial.change.start, *values), values, strict=False)
    )
    best: tuple[T, float | None] = (trials[0], None)
    within, done = math.inf, set[tuple[int, int]]()
    for _, number, side, before, value in steps:
        trial = trials[number]
        start = trial.change.start
        if (number, side) in done or abs(before - start) >= within:
            continue
        far = value
        if not trial.flipped(value):
            # between two values of the grid it may flip and flip back: plans found say where to look
            edge = start + math.copysign(min(within, abs(value - start)), value - start)
            far = trial.hint(before, edge)
            if math.isnan(far):
                far = edge
            if far == value or not trial.flipped(far):
                continue
        to = _narrowed(trial, before, far, within)
        if to is not None:
            best, within = (trial, to), abs(to - trial.change.start)
            done.add((number, side))
    return best


def _narrowed(trial: Contest, near: float, far: float, within: float) -> float | None:
    """Return the nearest value between two at which it truly flips; None where that is no nearer than `within`."""
    change, fars = trial.change, [far]
    for _ in range(MOST_STEPS):
        if not fars or abs(near - change.start) >= within:
            return None
        far = fars[-1]
        if abs(far - near) <= change.step(far):
            if trial.holds(far):
                return far if abs(far - change.start) < within else None
            near = fars.pop()
            continue
        if abs(far - change.start) > within:
            value = change.start + math.copysign(within, far - change.start)
        else:
            value = trial.between(near, far)
        if trial.flipped(value):
            fars.append(value)
        else:
            near = value
    while fars:
        far = fars.pop()
        if abs(far - change.start) < within and trial.holds(far):
            return far
    return None
