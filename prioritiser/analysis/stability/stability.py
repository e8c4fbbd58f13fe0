"""Keep most of the last plan: the best plan with few changes to it, and what keeping it costs."""

import math
from dataclasses import dataclass
from typing import Any

from prioritiser.errors import InfeasibleError, SettingsError
from prioritiser.evaluation.plan import Keep, Plan, changed
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.optimisation.incumbent import Budget
from prioritiser.optimisation.optimiser import DEFAULT_GAP, Optimiser
from prioritiser.scenario.settings import Settings
from prioritiser.text.json_rows import JsonRow


@dataclass(frozen=True)
class Stable(JsonRow, written="changes free_changes limit penalty price free_objective=free.objective"):
    """A portfolio that keeps most of a plan, beside the one with no limit on changes.

    changes: how many choices differ from the plan; free_changes: how many differ without a limit. limit: how many may;
    penalty: price of each, in objective; one of the two is given. curve: best objective by number of changes allowed.
    """

    portfolio: Portfolio
    free: Portfolio
    changes: int
    free_changes: int
    limit: int | None
    penalty: float | None
    curve: tuple[tuple[int, float], ...]

    @property
    def price(self) -> float:
        """Objective given up to keep the plan (share of the way to the targets)."""
        return max(0.0, self.free.objective - self.portfolio.objective)

    def as_json(self) -> dict[str, Any]:
        """Return the field `keep` that is added to the JSON of `solve`."""
        curve = [{"changes": number, "objective": objective} for number, objective in self.curve]
        return super().as_json() | {"curve": curve}


def keep_most(
    optimiser: Optimiser,
    settings: Settings,
    plan: Plan,
    *,
    limit: int | None = None,
    penalty: float | None = None,
    gap: float = DEFAULT_GAP,
    budget: Budget | None = None,
) -> Stable:
    """Find the best portfolio that changes at most `limit` choices of a plan, or with each change at a penalty.

    An initiative that enters, leaves or starts in another year is one change. With a penalty (objective for each
    change) the number of changes is raised from the fewest possible on, until no more could pay.
    Raises SettingsError for a limit or penalty out of range, InfeasibleError where every plan changes more.
    """
    _check(limit, penalty)
    left = budget or Budget()
    free = optimiser.solve(settings, gap=gap, time_limit=left.seconds_left, stop=left.stop)
    free_changes = changed(plan, free.outcome.plan)
    if limit is not None:
        best = free if free_changes <= limit else optimiser.keeping(Keep(plan, limit), free, gap=gap, budget=left)
        curve: tuple[tuple[int, float], ...] = ((limit, best.objective),)
    else:
        best, curve = _penalised(optimiser, plan, free, float(penalty or 0.0), (gap, left))
    return Stable(best, free, changed(plan, best.outcome.plan), free_changes, limit, penalty, curve)


def _penalised(
    optimiser: Optimiser, plan: Plan, free: Portfolio, penalty: float, effort: tuple[float, Budget]
) -> tuple[Portfolio, tuple[tuple[int, float], ...]]:
    """Maximise objective − penalty × changes by the number of changes allowed, the fewest first."""
    gap, budget = effort
    most = changed(plan, free.outcome.plan)
    best, curve = free, [(most, free.objective)]
    worth = free.objective - penalty * most
    for number in range(most):
        if free.bound - penalty * number <= worth:
            break  # so many changes cost more than any plan could gain
        try:
            kept = optimiser.keeping(Keep(plan, number), free, gap=gap, budget=budget)
        except InfeasibleError:
            continue
        curve.append((number, kept.objective))
        if kept.objective - penalty * number > worth:
            best, worth = kept, kept.objective - penalty * number
    return best, tuple(sorted(curve))


def _check(limit: int | None, penalty: float | None) -> None:
    if (limit is None) == (penalty is None):
        raise SettingsError("To keep a plan, give either --changes N or --penalty P.")
    if limit is not None and limit < 0:
        raise SettingsError(f"--changes {limit}: a whole number of 0 or more.")
    if penalty is not None and not (0 <= penalty and math.isfinite(penalty)):
        raise SettingsError(f"--penalty {penalty}: objective for each change, 0 or more, such as 0.002.")
