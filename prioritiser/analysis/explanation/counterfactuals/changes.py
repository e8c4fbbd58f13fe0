"""What may be changed to flip an initiative: its cost, its effects, a capacity, a weight; and the question it makes."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from prioritiser.analysis.explanation.counterfactuals.words import PRECISION
from prioritiser.analysis.marginal_values.base import Base
from prioritiser.evaluation.outcome import effect_size
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import SPEND_RULES, Effect, Use
from prioritiser.scenario.settings import Settings

FACTORS = (0.0, 5.0)
CAPACITY_FACTORS = (0.5, 2.0)
SIDE_PARTS = (0.25, 0.5, 1.0)
LEAST_STEPS = {"weight": 0.02}
LEAST_FACTOR_STEP = 0.001


@dataclass(frozen=True)
class Change:
    """One thing that may be changed: its value now and what to try.

    sides: values to try first, from near to far, each side of the value now. exact: it flips at most once on a side.
    """

    kind: str
    subject: str
    start: float
    sides: tuple[tuple[float, ...], ...]
    exact: bool

    @property
    def searched(self) -> tuple[float, float]:
        """Least and greatest value that is tried."""
        values = [self.start, *(value for side in self.sides for value in side)]
        return min(values), max(values)

    def step(self, value: float) -> float:
        """Two values this near to each other are not told apart."""
        return max(PRECISION * abs(value), LEAST_STEPS.get(self.kind, LEAST_FACTOR_STEP))


@dataclass(frozen=True)
class OwnChange(Change):
    """A change of one initiative's own cost or effects: the scenario at a factor."""

    scenario_at: Callable[[float], Scenario]


@dataclass(frozen=True)
class SharedChange(Change):
    """A change that touches every initiative, of a capacity or a weight: the settings at a value."""

    settings_at: Callable[[float], Settings]


def _side(start: float, end: float, exact: bool) -> tuple[float, ...]:
    """Values to try on the way from here to there: the end alone where it flips at most once."""
    if end == start:
        return ()
    return (end,) if exact else tuple(start + part * (end - start) for part in SIDE_PARTS)


def _scaled_use(use: Use, factor: float) -> Use:
    amounts = {year: amount * factor if amount > 0 else amount for year, amount in use.amounts.items()}
    return use.model_copy(update={"amounts": amounts})


def _scaled_effect(effect: Effect, factor: float) -> Effect:
    sizes = {"central": effect.central, "low": effect.low, "high": effect.high}
    return effect.model_copy(update={key: None if size is None else size * factor for key, size in sizes.items()})


def with_cost(scenario: Scenario, name: str, factor: float) -> Scenario:
    """Return the scenario with all positive uses of one initiative times a factor."""
    uses = (_scaled_use(use, factor) if use.initiative_id == name else use for use in scenario.uses)
    return dataclasses.replace(scenario, uses=tuple(uses))


def with_effects(scenario: Scenario, name: str, factor: float) -> Scenario:
    """Return the scenario with all effects of one initiative, good and bad, times a factor."""
    effects = (_scaled_effect(row, factor) if row.initiative_id == name else row for row in scenario.effects)
    return dataclasses.replace(scenario, effects=tuple(effects))


def with_weight(weights: Mapping[str, float], tier: str, weight: float) -> dict[str, float]:
    """Return normalised weights times 100 with one tier at `weight` of 100 and the others in proportion.

    Where all others are 0 they share the rest evenly.
    """
    others = {other: part for other, part in weights.items() if other != tier}
    total = math.fsum(others.values())
    rest = {other: part / total if total > 0 else 1 / len(others) for other, part in others.items()}
    return {tier: weight, **{other: (100 - weight) * part for other, part in rest.items()}}


def cost_change(base: Base, name: str) -> OwnChange | None:
    """Return the change of an initiative's cost; None where it has none."""
    scenario = base.scenario
    used = {
        use.resource_id
        for use in scenario.uses
        if use.initiative_id == name and any(amount > 0 for amount in use.amounts.values())
    }
    if not used:
        return None
    rules = [rule for rule in scenario.rules if rule.rule_id not in base.settings.without]
    # a larger cost can help to meet a rule on parts of spending, so that it may flip back and forth
    spending = {rule.resource_id for rule in rules if rule.kind in SPEND_RULES}
    exact = not used & spending
    end = FACTORS[1] if name in base.outcome.plan else FACTORS[0]
    sides = (_side(1.0, end, exact),)
    return OwnChange("cost", "", 1.0, sides, exact, lambda factor: with_cost(scenario, name, factor))


def effect_change(base: Base, name: str) -> OwnChange | None:
    """Return the change of an initiative's effects; None where it has none."""
    scenario, case = base.scenario, base.settings.case
    rows = [row for row in scenario.effects if row.initiative_id == name]
    sizes = [scenario.goal_by_id[row.goal_id].sign * effect_size(scenario, row, case) for row in rows]
    if not any(sizes):
        return None
    # larger effects of one initiative make others overlap less, so that it may flip back and forth
    overlaps = any(scenario.goal_by_id[row.goal_id].overlap > 0 for row in rows)
    only_gains, only_losses = min(sizes) >= 0, max(sizes) <= 0
    exact = not overlaps and (only_gains or only_losses)
    larger = (name in base.outcome.plan) == only_losses
    ends = [FACTORS[1] if larger else FACTORS[0]] if only_gains or only_losses else list(FACTORS)
    sides = tuple(_side(1.0, end, exact) for end in ends)
    return OwnChange("effect", "", 1.0, sides, exact, lambda factor: with_effects(scenario, name, factor))


def capacity_changes(base: Base) -> dict[str, SharedChange]:
    """One change for each limited resource: a factor on all years."""
    settings, changes = base.settings, {}
    for resource in base.scenario.resources:
        if not any(resource.capacities.values()):
            continue

        def settings_at(factor: float, key: str = resource.resource_id) -> Settings:
            scaled = settings.capacity.get(key, 1.0) * factor
            return settings.replace(capacity={**settings.capacity, key: scaled})

        sides = tuple(_side(1.0, end, False) for end in CAPACITY_FACTORS)
        changes[resource.resource_id] = SharedChange("capacity", resource.resource_id, 1.0, sides, False, settings_at)
    return changes


def weight_changes(base: Base) -> dict[str, SharedChange]:
    """One change for each tier that counts, where there are two or more."""
    weights, settings = base.outcome.weights, base.settings
    changes: dict[str, SharedChange] = {}
    for tier, part in weights.items() if len(weights) > 1 else ():

        def settings_at(weight: float, tier: str = tier) -> Settings:
            return settings.replace(weights={**settings.weights, **with_weight(weights, tier, weight)})

        start = 100 * part
        sides = tuple(_side(start, end, False) for end in (0.0, 100.0))
        changes[tier] = SharedChange("weight", tier, start, sides, False, settings_at)
    return changes
