"""What every price is measured against: the best plan now, and how a changed question is asked and told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from prioritiser.analysis.summary.changes import changes_between
from prioritiser.errors import NoAnswerError
from prioritiser.evaluation.outcome import Outcome, evaluate
from prioritiser.evaluation.portfolio import Portfolio, is_proved
from prioritiser.optimisation.incumbent import Budget, Incumbent, Progress
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import SolverStatus
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.json_rows import JsonRow

CERTAIN = 1e-7
SAME_LEVEL = 1e-6


class StoppedError(Exception):
    """Time was up or somebody cancelled in the middle of a part; never leaves the analysis."""


@dataclass(frozen=True)
class GoalChange(JsonRow):
    """Level of a goal at the end of a scored year, before and after a change, in the goal's unit."""

    goal_id: str
    year: str
    before: float
    after: float


@dataclass(frozen=True)
class Difference:
    """What a change of the question brings.

    objective: gain in objective between the plans found, 0 where the gap cannot tell it from nothing. at_least,
    at_most: the true gain lies between. tiers: gain in score by tier, which may be negative. goals: levels that change.
    entered, left, moved, resized: initiatives. fineness: what tolerances are multiplied by (`precision`).
    """

    objective: float
    at_least: float
    at_most: float
    tiers: Mapping[str, float]
    goals: tuple[GoalChange, ...] = ()
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    resized: tuple[str, ...] = ()
    fineness: float = 1.0

    @property
    def is_nothing(self) -> bool:
        """Whether no gain was found that people would call one."""
        return self.objective <= CERTAIN * self.fineness

    @property
    def may_be_more(self) -> bool:
        """Whether the gap may hide a gain that people would call one."""
        return not is_proved(0.0, self.at_most, self.fineness)

    @property
    def within_gap(self) -> bool:
        """Whether there may be a gain that the gap hides, and none was found."""
        return self.objective == 0 and self.may_be_more

    def as_json(self, noun: str) -> dict[str, Any]:
        """Return plain values; noun: 'gain' or 'cost', for the names of the fields."""
        return {
            f"objective_{noun}": self.objective,
            f"objective_{noun}_at_least": self.at_least,
            f"objective_{noun}_at_most": self.at_most,
            "within_gap": self.within_gap,
            f"tier_{noun}s": dict(self.tiers),
            "goals": [change.as_json() for change in self.goals],
            "entered": list(self.entered),
            "left": list(self.left),
            "moved": list(self.moved),
            "resized": list(self.resized),
        }


@dataclass
class Base:
    """The best plan for the settings, and S* by tier, which stay as they are in every question that follows.

    found: the best objective and its bound. outcome: the plan that is shown, with ties broken.
    """

    optimiser: Optimiser
    settings: Settings
    gap: float
    budget: Budget
    portfolio: Portfolio
    found: Incumbent
    progress: Progress | None = None
    solves: int = 0
    spared: int = 0
    notices: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls, optimiser: Optimiser, settings: Settings, gap: float, budget: Budget, progress: Progress | None
    ) -> Base:
        """Solve for the settings; raises InfeasibleError with the clash, and NoAnswerError without a plan in time."""
        portfolio = optimiser.solve(settings, gap=gap, time_limit=budget.seconds_left, stop=budget.stop)
        best_alone = _given(portfolio)
        try:
            found = optimiser.best(settings, gap=gap, budget=budget, best_alone=best_alone)
        except NoAnswerError:
            found = None
        if found is None or found.objective < portfolio.objective - CERTAIN * portfolio.fineness:
            found = Incumbent(
                portfolio.outcome, portfolio.objective, portfolio.bound, SolverStatus.TIME_LIMIT, _NO_VALUES
            )
        bound = max(found.objective, min(found.bound, portfolio.bound))
        return cls(optimiser, settings, gap, budget, portfolio, replace(found, bound=bound), progress, solves=2)

    @property
    def scenario(self) -> Scenario:
        """The scenario as it is."""
        return self.optimiser.scenario

    @property
    def outcome(self) -> Outcome:
        """Outcome of the plan that is shown."""
        return self.portfolio.outcome

    @property
    def best_alone(self) -> dict[str, float]:
        """S* by tier, of the tiers for which it was found."""
        return _given(self.portfolio)

    def report(self, name: str, done: int, total: int) -> None:
        """Tell how far a part is, and stop it when nothing is left of the budget."""
        if self.progress is not None:
            self.progress(name, done, total)
        if self.budget.over:
            raise StoppedError

    def ask(
        self,
        settings: Settings,
        *,
        above: Incumbent | None = None,
        floors: Mapping[str, float] | None = None,
        optimiser: Optimiser | None = None,
        gap: float | None = None,
    ) -> Incumbent:
        """Find the best plan for changed settings, unless what is known answers it.

        above: the answer to a question with the same objective that allows every plan that this one allows. gap: by
        default that of the base. Raises StoppedError when the budget is over, InfeasibleError.
        """
        optimiser = optimiser or self.optimiser
        known = None if above is None else self._known(optimiser.scenario, settings, above, floors or {})
        if known is not None:
            self.spared += 1
            return known
        try:
            wanted, best_alone = self.gap if gap is None else gap, self.best_alone
            found = optimiser.best(settings, gap=wanted, budget=self.budget, floors=floors, best_alone=best_alone)
        except NoAnswerError as error:
            raise StoppedError from error
        self.solves += 1
        if found.ending is not SolverStatus.SOLVED:
            raise StoppedError
        return found if above is None else replace(found, bound=max(found.objective, min(found.bound, above.bound)))

    def _known(
        self, scenario: Scenario, settings: Settings, above: Incumbent, floors: Mapping[str, float]
    ) -> Incumbent | None:
        """Return the wider question's plan where it is allowed here too: then nothing is better."""
        outcome = evaluate(scenario, above.outcome.plan, settings)
        low = any(outcome.scores[tier] < floor - CERTAIN / 100 for tier, floor in floors.items())
        return None if low or outcome.breaches else replace(above, outcome=outcome)

    def is_useless(self, above: Incumbent) -> bool:
        """Whether a wider question is proved to bring nothing, so that every narrower one brings nothing too."""
        return above.objective - self.found.bound <= CERTAIN * self.portfolio.fineness

    def difference(self, found: Incumbent) -> Difference:
        """Compare the answer to a question that only allows more with the base."""
        at_most = max(0.0, found.bound - self.found.objective)
        before, after, fine = self.outcome, found.outcome, self.portfolio.fineness
        if self.is_useless(found):
            return Difference(0.0, 0.0, at_most, dict.fromkeys(before.scores, 0.0), fineness=fine)
        changes = changes_between(self.scenario, before.plan, after.plan)
        names = {kind: tuple(row.initiative_id for row in changes if row.kind == kind) for kind in _KINDS}
        return Difference(
            objective=found.objective - self.found.objective,
            at_least=max(0.0, found.objective - self.found.bound),
            at_most=at_most,
            tiers={tier: after.scores[tier] - score for tier, score in before.scores.items()},
            goals=goal_changes(before, after),
            fineness=fine,
            **names,
        )


_KINDS = ("entered", "left", "moved", "resized")
_NO_VALUES: Any = None


def _given(portfolio: Portfolio) -> dict[str, float]:
    return {tier: score for tier, score in portfolio.best_alone.items() if score is not None}


def goal_changes(before: Outcome, after: Outcome) -> tuple[GoalChange, ...]:
    """List the goals and scored years whose level differs between two outcomes of the same goals."""
    scenario = before.scenario
    return tuple(
        GoalChange(goal.goal_id, year, old, new)
        for g, goal in enumerate(scenario.goals)
        for t, year in enumerate(scenario.years)
        if year in goal.targets
        and abs((new := float(after.levels[g, t])) - (old := float(before.levels[g, t])))
        > SAME_LEVEL * max(1.0, abs(old))
    )
