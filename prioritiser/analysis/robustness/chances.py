"""How likely is each target, and does each capacity hold, when effects, delivery and costs are not as thought?"""

from dataclasses import dataclass

import pandas as pd

from prioritiser.analysis.robustness.batch_evaluation import (
    ManyLevels,
    Spread,
    capacity_spreads,
    goal_spreads,
    many_used,
)
from prioritiser.analysis.robustness.sampling import Draws, draw
from prioritiser.analysis.summary.summary import judged_goals
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.schema import Tier

LIKELY, UNLIKELY = 0.9, 0.1  # met, or held, in at least 9 of 10 draws, or in at most 1 of 10
_COLUMNS = ("goal_id", "name", "tier", "chance", "p5", "p50", "p95", "target", "low", "middle", "high", "judged")


@dataclass(frozen=True)
class Chances:
    """Spreads of the levels of goals and of the use of capacities, each year, over so many draws of one plan."""

    outcome: Outcome
    goals: tuple[Spread, ...]
    capacities: tuple[Spread, ...]
    number: int
    cost_spread: float


def find_chances(outcome: Outcome, number: int = 10_000, seed: int = 1, cost_spread: float = 0.0) -> Chances:
    """Draw sizes of effects, delivery and costs for one plan; costs lie within 1 ± spread. No solver is needed."""
    return chances_of(outcome, draw(outcome.scenario, number, seed, cost_spread), cost_spread)


def chances_of(outcome: Outcome, draws: Draws, cost_spread: float) -> Chances:
    """Spreads of one plan over draws that are known."""
    scenario, settings = outcome.scenario, outcome.settings
    levels = ManyLevels(scenario, settings, draws.felt()).levels(outcome.plan)
    used = many_used(draws, outcome.plan)
    return Chances(
        outcome, goal_spreads(scenario, levels), capacity_spreads(scenario, settings, used), draws.number, cost_spread
    )


def target_chances(chances: Chances, year: str) -> pd.DataFrame:
    """Targets of a year, by tier and then the likeliest first.

    p5, p50, p95: percentiles of the level, from the worse to the better in the goal's direction, and target, in the
    goal's unit; low, middle, high: the same as parts of the way from today (0) to the target (1). judged: whether the
    level rests on judged figures.
    """
    scenario, judged = chances.outcome.scenario, judged_goals(chances.outcome)
    rows = []
    for spread in chances.goals:
        goal = scenario.goal_by_id[spread.name]
        if spread.year != year or spread.chance is None:
            continue
        target = goal.targets[year]
        levels = [spread.p5, spread.p50, spread.p95] if goal.sign > 0 else [spread.p95, spread.p50, spread.p5]
        way = [(level - goal.zero) / (target - goal.zero) for level in levels]
        named = (goal.goal_id, goal.label, goal.tier.value, spread.chance)
        rows.append((*named, *levels, target, *way, goal.goal_id in judged))
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    table["order"] = [list(Tier).index(Tier(tier)) for tier in table["tier"]]
    ordered = table.sort_values(["order", "chance", "name"], ascending=[True, False, True], ignore_index=True)
    return ordered.drop(columns="order")


def count_chances(table: pd.DataFrame) -> tuple[int, int, int]:
    """Count the targets that are met in at least 9 of 10 draws, in fewer, and in at most 1 of 10."""
    likely, unlikely = int((table["chance"] >= LIKELY).sum()), int((table["chance"] <= UNLIKELY).sum())
    return likely, len(table) - likely - unlikely, unlikely


def expected_met(table: pd.DataFrame) -> float:
    """Return how many of the targets are met on average."""
    return float(table["chance"].sum())


def capacity_chances(chances: Chances) -> pd.DataFrame:
    """Chance that each capacity holds: resource_id, resource, year, chance; the least likely resource first."""
    scenario = chances.outcome.scenario
    rows = [
        (spread.name, scenario.resource_by_id[spread.name].label, spread.year, spread.chance)
        for spread in chances.capacities
    ]
    table = pd.DataFrame(rows, columns=["resource_id", "resource", "year", "chance"]).astype({"chance": float})
    table["least"] = table.groupby("resource_id")["chance"].transform("min")
    return table.sort_values("least", kind="stable", ignore_index=True)
