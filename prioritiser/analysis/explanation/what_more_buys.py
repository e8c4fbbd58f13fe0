"""The prices of more capacity in order and in words: of which more would help, and what it buys."""

from collections.abc import Iterable
from dataclasses import replace

from prioritiser.analysis.explanation.explain import named, points, score_words
from prioritiser.analysis.marginal_values.base import GoalChange
from prioritiser.analysis.marginal_values.capacities import CapacityPrice, with_capacity
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.in_words import TIER_NAMES, level
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import MINUS, amount

STEP_WORDS = {"unit": "one unit more", "5%": "5 % more", "10%": "10 % more"}
_MOST_NAMES = 2
_SMALLEST_TIER = 5e-5


def most_first(prices: Iterable[CapacityPrice], step: str) -> list[CapacityPrice]:
    """Put the prices of one step in order, those that buy most first; those that buy nothing are left out."""
    rows = [price for price in prices if price.step == step and not price.brings.is_nothing]
    return sorted(rows, key=lambda row: (-row.brings.objective, row.resource_id, row.year))


def helpful(prices: Iterable[CapacityPrice]) -> frozenset[tuple[str, str]]:
    """Name the capacities and years of which more would buy something, at any step."""
    return frozenset((row.resource_id, row.year) for row in prices if not row.brings.is_nothing)


def undecided(prices: Iterable[CapacityPrice]) -> frozenset[tuple[str, str]]:
    """Name those of which nobody can say, because the gap of the solves may hide a gain."""
    prices = tuple(prices)
    open_ones = {(row.resource_id, row.year) for row in prices if row.brings.may_be_more}
    return frozenset(open_ones - helpful(prices))


def with_more(scenario: Scenario, settings: Settings, price: CapacityPrice) -> Settings | None:
    """Return the settings under which a step is in force; None where no factor can give it (a capacity of 0)."""
    if scenario.resource_by_id[price.resource_id].capacities[price.year] == 0:
        return None
    _, changed = with_capacity(scenario, settings, price.resource_id, price.year, price.capacity + price.added)
    factors = {name: round(factor, 6) for name, factor in changed.capacity.items()}
    return replace(changed, capacity=factors)


def most_moved(scenario: Scenario, changes: Iterable[GoalChange], most: int) -> list[GoalChange]:
    """Choose the goals that move furthest against their way to the target, each in the year in which it moves most."""
    furthest: dict[str, tuple[float, GoalChange]] = {}
    for change in changes:
        goal = scenario.goal_by_id[change.goal_id]
        moved = abs(change.after - change.before) / abs(goal.targets[change.year] - goal.zero)
        if change.goal_id not in furthest or moved > furthest[change.goal_id][0]:
            furthest[change.goal_id] = (moved, change)
    order = sorted(furthest.values(), key=lambda row: (-row[0], row[1].goal_id))
    return [change for _, change in order[:most]]


def goal_words(scenario: Scenario, change: GoalChange) -> str | None:
    """Say how a goal moves in its own unit; nothing where its decimals cannot show it."""
    goal = scenario.goal_by_id[change.goal_id]
    before, after = level(goal, change.before), level(goal, change.after)
    return None if before == after else f"{goal.label} {before} to {after} in {change.year}"


def tier_words(tiers: Iterable[tuple[str, float]]) -> str:
    """Say what each tier gains or loses, in points of its share of the way; those that do not move are left out."""
    said = [
        f"{TIER_NAMES[tier]} {'+' if gain > 0 else MINUS}{points(abs(gain))}"
        for tier, gain in tiers
        if abs(gain) >= _SMALLEST_TIER
    ]
    return ", ".join(said)


def buys_sentence(outcome: Outcome, row: CapacityPrice) -> str:
    """Say what one step buys; outcome: of the recommended plan."""
    scenario = outcome.scenario
    resource = scenario.resource_by_id[row.resource_id]
    more = f"{amount(row.added, resource.unit)} more of {resource.label} in {row.year}"
    if row.brings.is_nothing:
        unsure = f"at most {points(row.brings.at_most)}" if row.brings.may_be_more else "nothing"
        return f"{more} buys {unsure}."
    text = f"{more} buys {points(row.brings.objective)} of the {score_words(outcome)}"
    parts = [
        f"{word} {named(scenario, names, _MOST_NAMES)}"
        for word, names in (("bringing in", row.brings.entered), ("putting out", row.brings.left))
        if names
    ]
    return f"{text}{', ' if parts else ''}{' and '.join(parts)}."
