"""What is the smallest single change that brings an initiative into the plan, or puts it out?

One change at a time: its cost, its effects, one capacity, or the weight of one tier. A change is sought by halving an
interval, each step being a solve of the changed question. S* of the tiers stays that of the question as it is.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prioritiser.analysis.price_base import CERTAIN, Base, StoppedError
from prioritiser.analysis.value_for_money import objective_of
from prioritiser.errors import InfeasibleError
from prioritiser.found import Found
from prioritiser.optimise import Optimiser
from prioritiser.outcome import effect_size, evaluate
from prioritiser.scenario import Scenario, Settings
from prioritiser.schema import Effect, Use
from prioritiser.wording import TIER_NAMES, percent, plain
from prioritiser.words import SPEND_RULES

MOST_SOLVES = 12
PRECISION = 0.01
FACTORS = (0.0, 5.0)
CAPACITY_FACTORS = (0.5, 2.0)
SIDE_PARTS = (0.25, 0.5, 1.0)
_SMALLEST = 1e-9


@dataclass(frozen=True)
class Flip:
    """One change that flips an initiative, or the range in which none does.

    kind: cost, effect, capacity or weight. subject: the resource or tier, or nothing. start: the value now; to: the
    nearest value found at which it flips, None where none was. Costs, effects and capacities are factors, weights
    are of 100. searched: least and greatest value. exact: there is no nearer flip than the precision; else it is the
    first one found on a coarse grid.
    """

    kind: str
    subject: str
    start: float
    to: float | None
    searched: tuple[float, float]
    exact: bool
    sentence: str

    @property
    def what(self) -> str:
        """What is changed, such as 'cost' or 'capacity money'."""
        return f"{self.kind} {self.subject}".strip()

    @property
    def size(self) -> float:
        """How large the change is, as a part of the value now (of the whole range for a weight)."""
        if self.to is None:
            return math.inf
        return abs(self.to - self.start) / (100.0 if self.kind == "weight" else self.start)

    def as_json(self) -> dict[str, Any]:
        """Return plain values; `to` is null where nothing flips it within the range."""
        return {
            "what": self.what,
            "kind": self.kind,
            "subject": self.subject or None,
            "from": self.start,
            "to": self.to,
            "unit": "of 100" if self.kind == "weight" else "factor",
            "searched": list(self.searched),
            "exact": self.exact,
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class _Change:
    """One thing that may be changed: its value now, the range, and the question at another value.

    sides: values to try first, from near to far, each side of the value now. exact: it flips at most once on a side.
    """

    kind: str
    subject: str
    start: float
    sides: tuple[tuple[float, ...], ...]
    exact: bool
    question: Callable[[float], tuple[Settings, Optimiser | None]]

    @property
    def searched(self) -> tuple[float, float]:
        values = [self.start, *(value for side in self.sides for value in side)]
        return min(values), max(values)


def find_flips(base: Base, name: str) -> Iterator[Flip]:
    """Yield the smallest change of each kind that flips an initiative of this scenario, as they are found.

    The initiative can be in and can be out. Raises StoppedError when the budget of the base is over.
    """
    for change in (_cost(base, name), _effect(base, name)):
        if change is not None:
            yield _flip(base, name, change, _search(base, name, change))
    for changes in (_capacities(base, name), _weights(base)):
        nearest: tuple[_Change, float | None] | None = None
        for change in changes:
            within = math.inf if nearest is None or nearest[1] is None else abs(nearest[1] - nearest[0].start)
            to = _search(base, name, change, within)
            if nearest is None or to is not None:
                nearest = (change, to)
        if nearest is not None:
            yield _flip(base, name, *nearest, among=len(changes))


def _search(base: Base, name: str, change: _Change, within: float = math.inf) -> float | None:
    """Return the nearest value found at which the initiative is the other way; None where it is at none tried."""
    was_in = name in base.outcome.plan
    solves = 0

    def flipped(value: float) -> bool:
        nonlocal solves
        solves += 1
        if base.budget.over:
            raise StoppedError
        settings, optimiser = change.question(value)
        try:
            found = base.ask(settings, optimiser=optimiser)
        except InfeasibleError:
            return False
        return _counts(base, found, name) != was_in

    steps = sorted(
        (abs(value - change.start), before, value)
        for side in change.sides
        for before, value in _within(change.start, side, within)
    )
    for _, before, value in steps:
        if not flipped(value):
            continue
        near, far = before, value
        while solves < MOST_SOLVES and abs(far - near) > PRECISION * max(abs(far), _SMALLEST):
            middle = (near + far) / 2
            near, far = (near, middle) if flipped(middle) else (middle, far)
        return far
    return None


def _counts(base: Base, found: Found, name: str) -> bool:
    """Whether an initiative is in a plan for a reason: without it the plan is worth less, or breaks something."""
    outcome = found.outcome
    if name not in outcome.plan:
        return False
    rest = {other: delivery for other, delivery in outcome.plan.items() if other != name}
    without = evaluate(outcome.scenario, rest, outcome.settings)
    if without.breaches:
        return True
    return objective_of(without, outcome.settings, base.best_alone) < found.objective - CERTAIN


def _within(start: float, side: Sequence[float], within: float) -> Iterator[tuple[float, float]]:
    """Pair each value of a side with the one before it, none further away than `within`."""
    before = start
    for value in side:
        near = start + math.copysign(min(abs(value - start), within), value - start)
        if near == before:
            return
        yield before, near
        before = near


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


def _cost(base: Base, name: str) -> _Change | None:
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

    def question(factor: float) -> tuple[Settings, Optimiser]:
        return base.settings, Optimiser(with_cost(scenario, name, factor))

    return _Change("cost", "", 1.0, (_side(1.0, end, exact),), exact, question)


def _effect(base: Base, name: str) -> _Change | None:
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

    def question(factor: float) -> tuple[Settings, Optimiser]:
        return base.settings, Optimiser(with_effects(scenario, name, factor))

    return _Change("effect", "", 1.0, sides, exact, question)


def _capacities(base: Base, name: str) -> list[_Change]:
    """One change for each limited resource that the initiative uses or releases: a factor on all years."""
    scenario, settings = base.scenario, base.settings
    used = {use.resource_id for use in scenario.uses if use.initiative_id == name and any(use.amounts.values())}
    changes = []
    for resource in scenario.resources:
        if resource.resource_id not in used or not any(resource.capacities.values()):
            continue

        def question(factor: float, key: str = resource.resource_id) -> tuple[Settings, None]:
            scaled = settings.capacity.get(key, 1.0) * factor
            return settings.replace(capacity={**settings.capacity, key: scaled}), None

        sides = tuple(_side(1.0, end, False) for end in CAPACITY_FACTORS)
        changes.append(_Change("capacity", resource.resource_id, 1.0, sides, False, question))
    return changes


def _weights(base: Base) -> list[_Change]:
    weights, settings = base.outcome.weights, base.settings
    if len(weights) < 2:
        return []
    changes = []
    for tier, part in weights.items():

        def question(weight: float, tier: str = tier) -> tuple[Settings, None]:
            return settings.replace(weights={**settings.weights, **with_weight(weights, tier, weight)}), None

        start = 100 * part
        sides = tuple(_side(start, end, False) for end in (0.0, 100.0))
        changes.append(_Change("weight", tier, start, sides, False, question))
    return changes


def _flip(base: Base, name: str, change: _Change, to: float | None, among: int = 1) -> Flip:
    verb = "leave" if name in base.outcome.plan else "enter"
    if to is not None:
        sentence = f"It would {verb} if {condition(base.scenario, change.kind, change.subject, change.start, to)}."
    else:
        sentence = f"It would not {verb} {_anywhere(base.scenario, change, among)}."
    subject = change.subject if to is not None or among == 1 else ""
    return Flip(change.kind, subject, change.start, to, change.searched, change.exact, sentence)


def condition(scenario: Scenario, kind: str, subject: str, start: float, to: float) -> str:
    """Say in words what would have to change, rounded so that the flip is reached."""
    if kind == "weight":
        tier = TIER_NAMES[subject].lower().replace("long term", "long-term")
        way = "rose" if to > start else "fell"
        return f"the weight of {tier} goals {way} from {_short(start)} to {_weight(start, to)} of 100"
    part = _rounded_up(abs(to - start) / start)
    if kind == "effect":
        return f"its effects {'grew' if to > start else 'shrank'} by {part}"
    thing = "its cost" if kind == "cost" else scenario.resource_by_id[subject].label
    every = "" if kind == "cost" else " in every year"
    return f"{thing} {'rose' if to > start else 'fell'} by {part}{every}"


def _weight(start: float, to: float) -> str:
    away = math.ceil(10 * to - _SMALLEST) if to > start else math.floor(10 * to + _SMALLEST)
    return _short(away / 10)


def _short(number: float) -> str:
    return plain(number, 1).removesuffix(".0")


def _rounded_up(part: float) -> str:
    """Write a change as a percentage, rounded away from nothing; below the precision it is not told apart."""
    if part <= PRECISION:
        return f"as little as {percent(PRECISION)}"
    decimals = 0 if part >= 0.1 else 1
    scale = 100 * 10**decimals
    return percent(math.ceil(part * scale - _SMALLEST * scale) / scale, decimals)


def _anywhere(scenario: Scenario, change: _Change, among: int) -> str:
    low, high = change.searched
    if change.kind == "weight":
        return "at any weight of one tier that was tried"
    if change.kind == "capacity":
        what = "any one capacity it uses" if among > 1 else scenario.resource_by_id[change.subject].label
        return f"with {what} at {percent(low)} to {percent(high)} of what it is, as far as was tried"
    far = "" if change.exact else ", as far as was tried"
    if low < change.start < high:
        return f"with its effects at {percent(low)} to {percent(high)} of what they are{far}"
    if change.kind == "cost":
        return (f"even if it cost {high:g} times as much" if high > change.start else "even if it cost nothing") + far
    return (f"even with {high:g} times its effects" if high > change.start else "even without its effects") + far
