"""What a report is made from: one portfolio, what was found out about it, and the other options on the table."""

from dataclasses import dataclass

from prioritiser.analysis.explanation.explain import Explanation
from prioritiser.analysis.marginal_values.price import Price
from prioritiser.analysis.pareto.frontier import Frontier
from prioritiser.analysis.robustness.stress import Stress
from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.report.room import RoomMeaning
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings

MOST_ARGUED = 5


@dataclass(frozen=True)
class Asked:
    """An option to put on the table: what it is called, why it was kept, and its settings."""

    name: str
    note: str
    settings: Settings


@dataclass(frozen=True)
class Tabled(Asked):
    """An option on the table, and what its plan achieves."""

    outcome: Outcome


@dataclass(frozen=True)
class Known:
    """A portfolio and what is known about it; None where it was not worked out, and then the report says so.

    explained: the initiatives most argued about. room: what a workshop means. link: reopens the scenario and settings,
    "" where there is none.
    """

    portfolio: Portfolio
    stress: Stress | None = None
    explained: tuple[Explanation, ...] = ()
    price: Price | None = None
    frontier: Frontier | None = None
    tabled: tuple[Tabled, ...] = ()
    room: RoomMeaning | None = None
    link: str = ""

    @property
    def outcome(self) -> Outcome:
        """What the portfolio achieves and uses."""
        return self.portfolio.outcome

    @property
    def scenario(self) -> Scenario:
        """The scenario that was asked."""
        return self.portfolio.outcome.scenario


def most_argued(stress: Stress, most: int = MOST_ARGUED) -> tuple[str, ...]:
    """Name the initiatives that are in the best plan for about half of all weights and effects; the closest first."""
    shares = {name: share for name, share in stress.acceptability.items() if share is not None}
    return tuple(sorted(shares, key=lambda name: (abs(shares[name] - 0.5), name))[:most])
