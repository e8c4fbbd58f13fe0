"""What changed between two plans, and which setting changed before it."""

from collections.abc import Iterator
from dataclasses import dataclass

from prioritiser.evaluation.plan import Plan
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Tier
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import percent, plain, shares_of_100


@dataclass(frozen=True)
class Change:
    """One initiative that differs: kind (entered, left, moved or resized), its name, and the detail in words."""

    kind: str
    initiative_id: str
    name: str
    detail: str


def changes_between(scenario: Scenario, before: Plan, after: Plan) -> tuple[Change, ...]:
    """List what entered, left, moved (another start year) or was resized (another share), in that order."""
    found: list[Change] = []
    for name in sorted(before.keys() | after.keys()):
        label = scenario.initiative_by_id[name].label
        old, new = before.get(name), after.get(name)
        if old is None and new is not None:
            found.append(Change("entered", name, label, scenario.years[new.start]))
        elif new is None and old is not None:
            found.append(Change("left", name, label, f"was {scenario.years[old.start]}"))
        elif old is not None and new is not None:
            if old.start != new.start:
                detail = f"{scenario.years[old.start]} to {scenario.years[new.start]}"
                found.append(Change("moved", name, label, detail))
            elif abs(old.share - new.share) > 5e-3:
                found.append(Change("resized", name, label, f"{percent(old.share)} to {percent(new.share)}"))
    order = ("entered", "left", "moved", "resized")
    return tuple(sorted(found, key=lambda change: (order.index(change.kind), change.name)))


def because(scenario: Scenario, before: Settings, after: Settings) -> tuple[str, ...]:
    """Say which settings differ, choices first and assumptions last, each with its old and new value."""
    return (
        *_weights(before, after),
        *_balance(before, after),
        *_capacity(scenario, before, after),
        *_locks(scenario, before, after),
        *_goal_weights(scenario, before, after),
        *_rules(before, after),
        *_case(before, after),
    )


def _weights(before: Settings, after: Settings) -> Iterator[str]:
    tiers = [tier.value for tier in Tier]
    old = shares_of_100([before.weights.get(tier, 0.0) for tier in tiers])
    new = shares_of_100([after.weights.get(tier, 0.0) for tier in tiers])
    changed = [
        f"{TIER_NAMES[tier].lower()} {was} to {now}"
        for tier, was, now in zip(tiers, old, new, strict=True)
        if was != now
    ]
    if changed:
        yield f"weights: {', '.join(changed)}"


def _balance(before: Settings, after: Settings) -> Iterator[str]:
    if before.balance != after.balance:
        yield f"balance: {plain(before.balance, 2)} to {plain(after.balance, 2)}"


def _capacity(scenario: Scenario, before: Settings, after: Settings) -> Iterator[str]:
    for key in sorted(before.capacity.keys() | after.capacity.keys()):
        resource_id, _, year = key.partition("@")
        whole = (before.capacity.get(resource_id, 1.0), after.capacity.get(resource_id, 1.0))
        old, new = (
            settings.capacity.get(key, default)
            for settings, default in zip((before, after), whole if year else (1.0, 1.0), strict=True)
        )
        if old != new:
            when = f" in {year}" if year else ""
            yield f"{scenario.resource_by_id[resource_id].label}{when}: {percent(old)} to {percent(new)} of capacity"


_LOCK_WORDS = {"in": "locked in", "out": "locked out", None: "free"}


def _locks(scenario: Scenario, before: Settings, after: Settings) -> Iterator[str]:
    for name in sorted(before.lock.keys() | after.lock.keys()):
        new = after.lock.get(name)
        if before.lock.get(name) != new:
            yield f"{scenario.initiative_by_id[name].label}: {_LOCK_WORDS.get(new, f'locked to start in {new}')}"


def _goal_weights(scenario: Scenario, before: Settings, after: Settings) -> Iterator[str]:
    for name in sorted(before.goal_weights.keys() | after.goal_weights.keys()):
        goal = scenario.goal_by_id[name]
        old, new = before.goal_weights.get(name, goal.weight), after.goal_weights.get(name, goal.weight)
        if old != new:
            yield f"weight of {goal.label}: {old:g} to {new:g}"


def _rules(before: Settings, after: Settings) -> Iterator[str]:
    for name in sorted(set(after.without) - set(before.without)):
        yield f"rule {name} switched off"
    for name in sorted(set(before.without) - set(after.without)):
        yield f"rule {name} switched on"


def _case(before: Settings, after: Settings) -> Iterator[str]:
    if before.case != after.case:
        yield f"an assumption, the size of effects: {before.case} to {after.case}"
