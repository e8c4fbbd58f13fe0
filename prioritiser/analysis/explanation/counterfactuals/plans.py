"""Plans found so far, as they are under the question asked; and asking whether there is a better one than a value."""

from dataclasses import dataclass

import numpy as np

from prioritiser.analysis.marginal_values.base import CERTAIN, Base, StoppedError
from prioritiser.analysis.summary.value_for_money import objective_of
from prioritiser.errors import InfeasibleError, NoAnswerError
from prioritiser.evaluation.outcome import Outcome, capacity, evaluate
from prioritiser.evaluation.plan import Plan
from prioritiser.optimisation.incumbent import Incumbent
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import SolverStatus
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import YesNo
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import cumulative_years

FITS = 5e-7  # half of what a limit tolerates


@dataclass(frozen=True)
class FoundPlan:
    """A plan, its outcome under the settings as they are (which it may break) and its objective.

    worth: by tier that counts, what its score is worth at a weight of 1; least: what balance adds. lowest: by
    resource, the least factor on the capacity at which it fits. sound: it breaks nothing but capacities.
    """

    outcome: Outcome
    objective: float
    worth: np.ndarray
    least: float
    lowest: np.ndarray
    sound: bool

    @property
    def plan(self) -> Plan:
        """Share and start of each delivered initiative."""
        return self.outcome.plan

    @property
    def allowed(self) -> bool:
        """Whether it breaks nothing as things are."""
        return not self.outcome.breaches


class FoundPlans:
    """Every plan found, each once."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.rows: dict[tuple[object, ...], FoundPlan] = {}
        self.tiers = list(base.outcome.weights)
        self.limits = limits(base.scenario, base.settings)
        self.add(base.outcome.plan)

    def add(self, plan: Plan) -> FoundPlan:
        """Keep a plan, and evaluate it where it is new."""
        key = tuple(plan.items())
        if key not in self.rows:
            settings = self.base.settings
            outcome = evaluate(self.base.scenario, plan, settings)
            objective = objective_of(outcome, settings, self.base.best_alone)
            self.rows[key] = FoundPlan(
                outcome=outcome,
                objective=objective,
                worth=(1 - settings.balance) * np.array([outcome.scores[tier] for tier in self.tiers]),
                least=objective - (1 - settings.balance) * outcome.value,
                lowest=self._lowest(outcome),
                sound=all(breach.kind == "capacity" for breach in outcome.breaches),
            )
        return self.rows[key]

    def _lowest(self, outcome: Outcome) -> np.ndarray:
        over = summed(self.base.scenario, outcome.used) - FITS * np.maximum(1.0, self.limits)
        with np.errstate(divide="ignore", invalid="ignore"):
            least = np.where(over > 0, over / self.limits, 0.0)
        return np.where(np.isnan(least), 0.0, least).max(axis=1, initial=0.0)

    def add_less(self, row: FoundPlan, name: str) -> None:
        """Keep a plan without one of its initiatives."""
        self.add({other: delivery for other, delivery in row.plan.items() if other != name})

    def best(self, name: str, has: bool, most: int) -> list[FoundPlan]:
        """Return plans that break nothing as things are, with or without an initiative, the best first."""
        rows = [row for row in self.rows.values() if row.allowed and (name in row.plan) == has]
        return sorted(rows, key=lambda row: -row.objective)[:most]


def find_better(base: Base, settings: Settings, value: float, optimiser: Optimiser | None = None) -> Incumbent | None:
    """Find a plan worth more than a value; None where it is proved that there is none.

    Raises StoppedError when the budget is over.
    """
    optimiser = optimiser or base.optimiser
    for gap in (base.gap, 0.0):
        if base.budget.over:
            raise StoppedError
        try:
            beyond = optimiser.best_beyond(value, settings, gap=gap, budget=base.budget, best_alone=base.best_alone)
        except InfeasibleError:
            return None
        except NoAnswerError as error:
            raise StoppedError from error
        base.solves += 1
        if beyond.found is not None and beyond.found.objective > value:
            return beyond.found
        if beyond.found is not None and beyond.found.ending is not SolverStatus.SOLVED:
            raise StoppedError
        if beyond.bound <= value + CERTAIN:
            return None
    return None


def with_lock(settings: Settings, name: str, lock: str) -> Settings:
    """Return the settings with one lock more."""
    return settings.replace(lock={**settings.lock, name: lock})


def with_initiative(scenario: Scenario, settings: Settings, name: str) -> Settings:
    """Lock an initiative in where it is all or nothing; where it comes in parts, no lock says that it is in."""
    whole = scenario.initiative_by_id[name].min_scale == 1
    return with_lock(settings, name, "in") if whole else settings


def limits(scenario: Scenario, settings: Settings) -> np.ndarray:
    """Limits on use: resources × years, summed up to the year with carry-over; NaN where there is none."""
    given = [[capacity(row, year, settings) for year in scenario.years] for row in scenario.resources]
    return summed(scenario, np.array(given, dtype=float).reshape(len(given), len(scenario.years)))


def summed(scenario: Scenario, amounts: np.ndarray) -> np.ndarray:
    """Amounts by resource and year as capacities see them: summed up to the year with carry-over."""
    totals = np.empty_like(amounts)
    for r, resource in enumerate(scenario.resources):
        for t in range(len(scenario.years)):
            totals[r, t] = amounts[r, list(cumulative_years(t, resource.carry_over is YesNo.YES))].sum()
    return totals
