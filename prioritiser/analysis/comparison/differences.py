"""In what do several plans differ: initiatives in or out or moved, targets met or missed, scores, money, capacities.

The plans may be of different scenarios: then only what all of them know, by id and by year, is compared.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prioritiser.analysis.summary.contributions import money_resource
from prioritiser.evaluation.outcome import TIERS, Outcome
from prioritiser.scenario.schema import Goal, Resource
from prioritiser.text.formatting import rounded

SAME_SHARE = 5e-3
SCORE_DECIMALS = 3


@dataclass(frozen=True)
class Start:
    """How a plan holds an initiative: from which year on, and which share of it."""

    year: str
    share: float


@dataclass(frozen=True)
class InitiativeRow:
    """One initiative in every plan, None where out. kind: 'differs' (in some only), 'moved', 'resized' or 'same'."""

    initiative_id: str
    name: str
    starts: tuple[Start | None, ...]
    kind: str


@dataclass(frozen=True)
class Reached:
    """A level of a goal, and what of its target: met is None where there is no target."""

    level: float
    target: float
    shortfall: float
    met: bool | None


@dataclass(frozen=True)
class TargetRow:
    """One goal at the end of a year in every plan; differs: whether it is met in some only."""

    goal: Goal
    reached: tuple[Reached, ...]
    differs: bool


@dataclass(frozen=True)
class FigureRow:
    """One figure in every plan. kind: 'score' (by tier), 'spend' (money by year), 'use' (another capacity by year)."""

    kind: str
    name: str
    year: str
    figures: tuple[float, ...]
    unit: str | None
    differs: bool


def known_to_all(outcomes: Sequence[Outcome]) -> bool:
    """Whether all plans are of scenarios with the same initiatives, goals, resources and years."""
    return len({_known(outcome) for outcome in outcomes}) <= 1


def _known(outcome: Outcome) -> tuple[frozenset[str], ...]:
    scenario = outcome.scenario
    parts = (scenario.initiative_by_id, scenario.goal_by_id, scenario.resource_by_id, scenario.years)
    return tuple(frozenset(part) for part in parts)


def common_years(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Years that all plans know, in the order of the first."""
    return tuple(year for year in outcomes[0].scenario.years if all(year in other.scenario.years for other in outcomes))


def initiative_differences(outcomes: Sequence[Outcome]) -> tuple[InitiativeRow, ...]:
    """Every initiative that all plans know: those in some only, then moved, then resized, then the same."""
    rows = []
    for row in outcomes[0].scenario.initiatives:
        name = row.initiative_id
        if all(name in outcome.scenario.initiative_by_id for outcome in outcomes):
            starts = tuple(_start(outcome, name) for outcome in outcomes)
            rows.append(InitiativeRow(name, row.label, starts, _kind(starts)))
    order = ("differs", "moved", "resized", "same")
    return tuple(sorted(rows, key=lambda row: (order.index(row.kind), row.name.casefold())))


def _start(outcome: Outcome, name: str) -> Start | None:
    delivery = outcome.plan.get(name)
    return None if delivery is None else Start(outcome.scenario.years[delivery.start], delivery.share)


def _kind(starts: Sequence[Start | None]) -> str:
    inside = [start for start in starts if start is not None]
    if len(inside) not in {0, len(starts)}:
        return "differs"
    if len({start.year for start in inside}) > 1:
        return "moved"
    shares = [start.share for start in inside]
    return "resized" if inside and max(shares) - min(shares) > SAME_SHARE else "same"


def target_differences(outcomes: Sequence[Outcome], year: str) -> tuple[TargetRow, ...]:
    """Every goal that all plans know and any has a target for in a year that all know; those that differ first."""
    if year not in common_years(outcomes):
        return ()
    tables = [_goals_of(outcome, year) for outcome in outcomes]
    rows = []
    for goal in outcomes[0].scenario.goals:
        if not all(goal.goal_id in table for table in tables):
            continue
        reached = tuple(table[goal.goal_id] for table in tables)
        if any(one.met is not None for one in reached):
            rows.append(TargetRow(goal, reached, len({one.met for one in reached}) > 1))
    tiers = list(TIERS)
    return tuple(sorted(rows, key=lambda row: (not row.differs, tiers.index(row.goal.tier.value))))


def _goals_of(outcome: Outcome, year: str) -> Mapping[str, Reached]:
    goals = outcome.goals[outcome.goals["year"] == year]
    columns = (goals[name] for name in ("goal_id", "level", "target", "shortfall", "met"))
    return {
        str(name): Reached(float(level), float(target), float(shortfall), met)
        for name, level, target, shortfall, met in zip(*columns, strict=True)
    }


def figure_differences(outcomes: Sequence[Outcome]) -> tuple[FigureRow, ...]:
    """Tier scores, money by year and use of the other capacities by year, in what all plans know."""
    rows = []
    for tier in TIERS:
        scores = tuple(outcome.scores.get(tier, math.nan) for outcome in outcomes)
        if not all(map(math.isnan, scores)):
            rows.append(FigureRow("score", tier, "", scores, None, _differ(scores, SCORE_DECIMALS)))
    money, years = money_resource(outcomes[0].scenario), common_years(outcomes)
    for resource in sorted(outcomes[0].scenario.resources, key=lambda row: row.resource_id != money):
        if not all(resource.resource_id in outcome.scenario.resource_by_id for outcome in outcomes):
            continue
        kind = "spend" if resource.resource_id == money else "use"
        for year in years:
            used = tuple(_used(outcome, resource, year) for outcome in outcomes)
            rows.append(FigureRow(kind, resource.label, year, used, resource.unit, _differ(used, 2)))
    return tuple(rows)


def _used(outcome: Outcome, resource: Resource, year: str) -> float:
    scenario = outcome.scenario
    place = [row.resource_id for row in scenario.resources].index(resource.resource_id)
    return float(outcome.used[place, scenario.years.index(year)])


def _differ(figures: Sequence[float], decimals: int) -> bool:
    return len({"none" if math.isnan(figure) else f"{rounded(figure, decimals):.6f}" for figure in figures}) > 1


def left_out(outcomes: Sequence[Outcome]) -> int:
    """Count the initiatives and goals that some plans know and others do not."""
    counts = 0
    for part in ("initiative_by_id", "goal_by_id"):
        known = [set(getattr(outcome.scenario, part)) for outcome in outcomes]
        counts += len(set.union(*known) - set.intersection(*known))
    return counts


def widest_score(rows: Sequence[FigureRow]) -> FigureRow | None:
    """Return the tier in whose score the plans differ most; None where they do not differ."""
    scores = [row for row in rows if row.kind == "score" and row.differs and not any(map(math.isnan, row.figures))]
    return max(scores, key=lambda row: max(row.figures) - min(row.figures), default=None)
