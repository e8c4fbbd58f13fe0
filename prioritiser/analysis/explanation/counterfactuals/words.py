"""A change that flips an initiative as a value, and in words that round it so that the flip is reached."""

import math
from dataclasses import dataclass
from typing import Any

from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import percent, plain

PRECISION = 0.01
SMALLEST = 1e-9


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
    away = math.ceil(10 * to - SMALLEST) if to > start else math.floor(10 * to + SMALLEST)
    return _short(away / 10)


def _short(number: float) -> str:
    return plain(number, 1).removesuffix(".0")


def _rounded_up(part: float) -> str:
    """Write a change as a percentage, rounded away from nothing; below the precision it is not told apart."""
    if part <= PRECISION:
        return f"as little as {percent(PRECISION)}"
    decimals = 0 if part >= 0.1 else 1
    scale = 100 * 10**decimals
    return percent(math.ceil(part * scale - SMALLEST * scale) / scale, decimals)


def nowhere(scenario: Scenario, flip: Flip, among: int) -> str:
    """Say where nothing flips it; among: how many capacities or tiers were tried."""
    low, high = flip.searched
    if flip.kind == "weight":
        return "at any weight of one tier that was tried"
    if flip.kind == "capacity":
        what = "any one capacity it uses" if among > 1 else scenario.resource_by_id[flip.subject].label
        return f"with {what} at {percent(low)} to {percent(high)} of what it is, as far as was tried"
    far = "" if flip.exact else ", as far as was tried"
    if low < flip.start < high:
        return f"with its effects at {percent(low)} to {percent(high)} of what they are{far}"
    if flip.kind == "cost":
        return (f"even if it cost {high:g} times as much" if high > flip.start else "even if it cost nothing") + far
    return (f"even with {high:g} times its effects" if high > flip.start else "even without its effects") + far
