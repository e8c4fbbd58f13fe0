"""What one initiative uses and brings, year by year, as it is planned or as it would be from its earliest start."""

from collections.abc import Mapping, Sequence, Set

import pandas as pd

from prioritiser.analysis.summary.contributions import contributions
from prioritiser.evaluation.outcome import Outcome, chosen_effects
from prioritiser.evaluation.plan import Delivery
from prioritiser.scenario.schema import Evidence


def delivery_of(outcome: Outcome, name: str) -> Delivery:
    """Return how an initiative is planned; for one that is out, at full share from its earliest start."""
    scenario = outcome.scenario
    return outcome.plan.get(name) or Delivery(1.0, scenario.starts(scenario.initiative_by_id[name])[0])


def uses_by_year(outcome: Outcome, name: str) -> pd.DataFrame:
    """Show the net use of an initiative: resource_id, year, used (the resource's unit; negative: released), judged.

    One row for each resource that it has a use of, and each year.
    """
    scenario, delivery = outcome.scenario, delivery_of(outcome, name)
    sums: dict[str, list[float]] = {}
    judged: set[str] = set()
    for use in scenario.uses:
        if use.initiative_id != name:
            continue
        by_year = sums.setdefault(use.resource_id, [0.0] * len(scenario.years))
        for t in range(delivery.start, len(scenario.years)):
            by_year[t] += delivery.share * use.amount(t - delivery.start + 1)
        if use.evidence is Evidence.JUDGED:
            judged.add(use.resource_id)
    order = [resource.resource_id for resource in scenario.resources]
    return _by_year(order, scenario.years, sums, judged, ["resource_id", "year", "used", "judged"])


def effects_by_year(outcome: Outcome, name: str) -> pd.DataFrame:
    """Show what an initiative changes of each goal: goal_id, year, change (the goal's unit, signed), judged.

    With confidence and ramp in it, before overlap with others. An effect that needs another initiative counts where
    that one is in the plan. One row for each goal that it has an effect on, and each year.
    """
    scenario = outcome.scenario
    plan = {**outcome.plan, name: delivery_of(outcome, name)}
    sums: dict[str, list[float]] = {
        effect.goal_id: [0.0] * len(scenario.years) for effect in scenario.effects if effect.initiative_id == name
    }
    judged = {
        effect.goal_id
        for effect in scenario.effects
        if effect.initiative_id == name and effect.evidence is Evidence.JUDGED
    }
    for effect, _, by_year in chosen_effects(scenario, outcome.settings, plan):
        if effect.initiative_id == name:
            sums[effect.goal_id] = [before + felt for before, felt in zip(sums[effect.goal_id], by_year, strict=True)]
    order = [goal.goal_id for goal in scenario.goals]
    return _by_year(order, scenario.years, sums, judged, ["goal_id", "year", "change", "judged"])


def _by_year(
    order: Sequence[str], years: Sequence[str], sums: Mapping[str, list[float]], judged: Set[str], columns: list[str]
) -> pd.DataFrame:
    """One row for each id that has sums, in an order, and each year."""
    rows = [
        (key, year, amount, key in judged)
        for key in order
        if key in sums
        for year, amount in zip(years, sums[key], strict=True)
    ]
    return pd.DataFrame(rows, columns=columns)


def gains_by_tier(outcome: Outcome, name: str) -> dict[str, float]:
    """Return the part of the weighted score that an initiative of the plan brings, by tier; nothing for one out."""
    gains = contributions(outcome)
    mine = gains[gains["initiative_id"] == name]
    return {str(tier): float(total) for tier, total in mine.groupby("tier", sort=False)["gain"].sum().items()}
