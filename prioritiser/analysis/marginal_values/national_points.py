"""What does each point of the national score cost in local and long-term terms?"""

from collections.abc import Mapping
from dataclasses import dataclass

from prioritiser.analysis.marginal_values.base import CERTAIN, Base
from prioritiser.analysis.marginal_values.headroom import NATIONAL
from prioritiser.optimisation.incumbent import Incumbent
from prioritiser.text.json_rows import JsonRow

POINTS = (1, 2, 5)


@dataclass(frozen=True)
class NationalPoint(
    JsonRow, written="step=name points national_floor=floor reachable tier_changes=changes objective_cost=cost"
):
    """What it costs to lift the national score to a floor: change of each tier's score and loss of objective.

    points: above the plan now, 100 for the whole way to the targets. changes: None where no plan reaches the floor.
    """

    name: str
    points: float
    floor: float
    changes: Mapping[str, float] | None
    cost: float | None

    @property
    def reachable(self) -> bool:
        """Whether some plan reaches the floor."""
        return self.changes is not None


def price_national_points(base: Base, into: list[NationalPoint]) -> None:
    """Price +1, +2 and +5 points and the best national score; a plan that already reaches the next floor answers it."""
    now, best = base.outcome.scores[NATIONAL], base.best_alone[NATIONAL]
    steps = [*((f"+{points}", now + points / 100) for points in POINTS), ("best", best)]
    steps.sort(key=lambda step: step[1])
    above: Incumbent = base.found
    for number, (name, floor) in enumerate(steps):
        base.report(f"National score {name}", number, len(steps))
        points = 100 * max(0.0, floor - now)
        if floor > best + CERTAIN:
            into.append(NationalPoint(name, points, floor, None, None))
            continue
        above = base.ask(base.settings, above=above, floors={NATIONAL: min(floor, best) - CERTAIN})
        scores, lost = above.outcome.scores, base.found.objective - above.objective
        changes = {tier: scores[tier] - before for tier, before in base.outcome.scores.items()}
        into.append(NationalPoint(name, points, floor, changes, lost if lost > CERTAIN * 10 else 0.0))
