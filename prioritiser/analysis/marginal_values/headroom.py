"""What is left for local and long-term work once the best national result is protected?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from prioritiser.analysis.marginal_values.base import Base, StoppedError
from prioritiser.errors import NoAnswerError
from prioritiser.evaluation.outcome import Outcome, capacity
from prioritiser.scenario.schema import Tier, YesNo
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import cumulative_years
from prioritiser.text.formatting import percent
from prioritiser.text.json_rows import JsonRow

NATIONAL = Tier.NATIONAL.value
STEPS = 200
SAME_SCORE = 1e-6
SCARCE = 0.95


@dataclass(frozen=True)
class Room(JsonRow, written="resource=resource_id year capacity needed left scarce"):
    """Capacity of a resource up to the end of one year, what the best national result needs of it, and what is left.

    With carry-over both are summed up to the year. scarce: the plan for these settings uses at least 95 % of it.
    """

    resource_id: str
    year: str
    capacity: float
    needed: float
    scarce: bool

    @property
    def left(self) -> float:
        """Share of the capacity that is left."""
        return max(0.0, (self.capacity - self.needed) / self.capacity)


@dataclass(frozen=True)
class Headroom(
    JsonRow,
    written="best_national=national scores capacities=rooms national_weight_at_which_the_rest_vanishes=vanishes "
    "national_weight_at_which_the_rest_is_least=least weight_searched=searched",
):
    """What is left when the best national result is reached with the least use.

    national: that result. scores: of that plan, by tier. Weights are national ones, from 0 to 1, the others in their
    proportion. vanishes: least weight at which the weighted score of the other tiers is no more than in that plan;
    None where it is more at every weight below 1. least: least weight from which more takes nothing more from them.
    searched: whether both were looked for to the end.
    """

    national: float
    scores: Mapping[str, float]
    rooms: tuple[Room, ...]
    vanishes: float | None
    least: float | None
    searched: bool


def has_headroom(base: Base) -> bool:
    """Whether there are national goals and others beside them."""
    return NATIONAL in base.outcome.weights and len(base.outcome.weights) > 1


def find_headroom(base: Base, into: list[Headroom]) -> None:
    """Find the headroom; it goes into the list first without the weight, then with it."""
    base.report("Best national result", 0, 2)
    weights = {tier: float(tier == NATIONAL) for tier in base.outcome.weights}
    only = base.settings.replace(balance=0.0, weights=weights)
    try:
        portfolio = base.optimiser.solve(only, gap=0.0, time_limit=base.budget.seconds_left, stop=base.budget.stop)
    except NoAnswerError as error:
        raise StoppedError from error
    base.solves += portfolio.solver.solves
    if base.budget.over:
        raise StoppedError
    protected = portfolio.outcome
    shown = Headroom(protected.scores[NATIONAL], protected.scores, _rooms(base, protected), None, None, False)
    into.append(shown)
    vanishes, least = _weights(base, protected)
    into[0] = replace(shown, vanishes=vanishes, least=least, searched=True)


def _rooms(base: Base, protected: Outcome) -> tuple[Room, ...]:
    rooms = []
    scenario = base.scenario
    for r, resource in enumerate(scenario.resources):
        for t, year in enumerate(scenario.years):
            span = cumulative_years(t, resource.carry_over is YesNo.YES)
            limit = math.fsum(capacity(resource, scenario.years[u], base.settings) for u in span)
            if limit > 0:
                needed, used = (math.fsum(one.used[r, u] for u in span) for one in (protected, base.outcome))
                rooms.append(Room(resource.resource_id, year, limit, needed, used >= SCARCE * limit))
    return tuple(rooms)


def _weights(base: Base, protected: Outcome) -> tuple[float | None, float]:
    """Find by halving where the other tiers vanish, and from where they are at their least.

    Their score never rises with the national weight, because every solve is proved.
    """
    parts = other_parts(base.settings, protected)
    known: dict[int, float] = {}

    def rest(step: int) -> float:
        if step not in known:
            national = step / STEPS
            base.report(f"National weight {percent(national, 1)}", 1, 2)
            weights = {NATIONAL: national, **{tier: (1 - national) * part for tier, part in parts.items()}}
            scores = base.ask(base.settings.replace(balance=0.0, weights=weights), gap=0.0).outcome.scores
            known[step] = math.fsum(part * scores[tier] for tier, part in parts.items())
        return known[step]

    def first(level: float) -> int:
        """Smallest step, below the last, at which the rest is no more than a level."""
        low, high = -1, STEPS - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if rest(middle) <= level + SAME_SCORE else (middle, high)
        return high

    left = math.fsum(part * protected.scores[tier] for tier, part in parts.items())
    vanishes = first(left) / STEPS if rest(STEPS - 1) <= left + SAME_SCORE else None
    return vanishes, first(rest(STEPS - 1)) / STEPS


def other_parts(settings: Settings, outcome: Outcome) -> dict[str, float]:
    """Weights of the tiers that are not national, in their proportion; even where all of them are 0."""
    others = {tier: weight for tier, weight in outcome.weights.items() if tier != NATIONAL}
    given = {tier: settings.weights.get(tier, 0.0) for tier in others}
    total = math.fsum(given.values())
    return {tier: weight / total if total > 0 else 1 / len(given) for tier, weight in given.items()}
