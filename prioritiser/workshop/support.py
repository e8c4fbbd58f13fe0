"""What a room supports beside what is recommended, and what it would cost to follow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from prioritiser.scenario.scenario import Scenario
from prioritiser.workshop.ballots import Ballot

MOST = 0.5  # of those who answered: more than that is most of them


class PriceState(StrEnum):
    """Whether there is a price: known, not looked for yet (or time was up), or no plan at all does it."""

    KNOWN = "known"
    NOT_YET = "not_yet"
    NO_PLAN = "no_plan"


@dataclass(frozen=True)
class SupportPrice:
    """An initiative on which the room and the portfolio for the mean weights differ, and what the other way costs.

    support: share of those who answered about support. is_in: whether it is recommended, so that the price is of
    taking it out; else of putting it in. candidates: names of the portfolios for all that have it. price: what the
    best plan that goes the other way is worth less at the mean weights, in scores (0.01 is one point); None unless
    state is known.
    """

    initiative_id: str
    support: float
    is_in: bool
    candidates: tuple[str, ...]
    price: float | None = None
    state: PriceState = PriceState.NOT_YET

    @property
    def lock(self) -> str:
        """The lock that goes the other way."""
        return "out" if self.is_in else "in"

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "initiative": self.initiative_id,
            "support": self.support,
            "in": self.is_in,
            "portfolios": list(self.candidates),
            "price": self.price,
            "price_state": self.state.value,
        }


def support_of(scenario: Scenario, ballots: Sequence[Ballot]) -> dict[str, float]:
    """Share of those who answered about support at all that support each initiative.

    Initiatives that nobody said yes or no to were not asked about, and are left out.
    """
    answered = [ballot.support for ballot in ballots if ballot.support]
    asked = {name for support in answered for name in support}
    return {
        name: sum(support.get(name, False) for support in answered) / len(answered)
        for name in scenario.initiative_by_id
        if name in asked
    }


def differences(
    support: Mapping[str, float], plans: Mapping[str, frozenset[str]]
) -> tuple[tuple[SupportPrice, ...], tuple[SupportPrice, ...]]:
    """List what is recommended without any support, and what most support and is not recommended; without prices.

    plans: initiatives of each portfolio for all. Recommended is what the first of them has: that for the mean weights,
    where it was found, and so also whatever is in all of them.
    """
    if not plans or not support:
        return (), ()
    recommended = next(iter(plans.values()))
    unsupported, wanted = [], []
    for name, share in support.items():
        have = tuple(key for key, plan in plans.items() if name in plan)
        if name in recommended and share == 0:
            unsupported.append(SupportPrice(name, share, True, have))
        elif name not in recommended and share > MOST:
            wanted.append(SupportPrice(name, share, False, have))
    return tuple(unsupported), tuple(sorted(wanted, key=lambda one: -one.support))
