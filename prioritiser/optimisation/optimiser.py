"""From a scenario and settings to a portfolio; every answer is checked against `outcome.evaluate`."""

import math
import threading
from collections.abc import Iterator, Mapping

from prioritiser.errors import Demand
from prioritiser.evaluation.objective import Objective
from prioritiser.evaluation.outcome import tier_weights
from prioritiser.evaluation.plan import Keep
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.evaluation.precision import fineness
from prioritiser.optimisation.incumbent import BestAlone, BestAloneCache, Beyond, Budget, Incumbent, SolveOptions
from prioritiser.optimisation.infeasibility import find_clash
from prioritiser.optimisation.model import build_model, do_nothing_scores
from prioritiser.optimisation.persistent import PersistentModel, Relaxation
from prioritiser.optimisation.solve import StagedSolve
from prioritiser.recent import Recent
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import YesNo
from prioritiser.scenario.settings import Settings

DEFAULT_GAP = 1e-4
KEPT_MODELS = 4
REMEMBERED = 64


def optimise(
    scenario: Scenario,
    settings: Settings | None = None,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    horizons: bool = False,
) -> Portfolio:
    """Recommend the portfolio that is best for these settings, by default the scenario's own.

    gap: relative gap at which the solve may stop (0: proved best). time_limit: seconds for the whole answer.
    horizons: also measure ambidexterity by short, medium and long term.
    Raises SettingsError, InfeasibleError (with the clash), NoAnswerError when time is up before any plan is found.
    """
    return Optimiser(scenario).solve(settings, gap=gap, time_limit=time_limit, horizons=horizons)


class Optimiser:
    """A scenario kept in the solver, for many settings one after another.

    One thread solves at a time; others wait. Best-alone scores are kept for everything but weights and balance.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._lock = threading.RLock()
        self._values: Recent[str, dict[str, float]] = Recent(REMEMBERED)
        self._kept: Recent[str, PersistentModel] = Recent(KEPT_MODELS)
        self._best_alone: Recent[str, dict[str, BestAlone]] = Recent(REMEMBERED)

    def solve(
        self,
        settings: Settings | None = None,
        *,
        gap: float = DEFAULT_GAP,
        time_limit: float | None = None,
        horizons: bool = False,
        stop: threading.Event | None = None,
    ) -> Portfolio:
        """Recommend a portfolio, as `optimise`; stop: an event that cancels the solve within 0.2 s."""
        with self._lock:
            return self._question(settings, gap, Budget.of(time_limit, stop)).answer(horizons)

    def clash(self, settings: Settings, budget: Budget | None = None) -> tuple[Demand, ...]:
        """Name a smallest set of demands that cannot hold together, for settings known to have no plan.

        Raises NoAnswerError when time is up before it is found.
        """
        with self._lock:
            effort = (budget or Budget()).effort()
            return find_clash(self.kept(settings), settings, effort, most_sets=1, with_ways_out=False).sets[0]

    def keeping(
        self, keep: Keep, free: Portfolio, *, gap: float = DEFAULT_GAP, budget: Budget | None = None
    ) -> Portfolio:
        """Recommend the best portfolio that changes at most so many choices of a plan.

        free: the portfolio of the same settings without that limit; its best-alone scores are used.
        Raises InfeasibleError where every plan changes more.
        """
        with self._lock:
            question = self._question(free.settings, gap, budget or Budget(), SolveOptions(keep=keep))
            scores = {tier: score for tier, score in free.best_alone.items() if score is not None}
            bounds = free.best_alone_bound
            question.known = BestAloneCache({tier: BestAlone(best, bounds.get(tier)) for tier, best in scores.items()})
            return question.answer(horizons=False)

    def stages(
        self,
        settings: Settings | None = None,
        *,
        gap: float = 0.0,
        time_limit: float | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Portfolio]:
        """Yield ever better answers: within 0.5 %, then proved with ties broken, then with best-alone scores."""
        with self._lock:
            yield from self._question(settings, gap, Budget.of(time_limit, stop), SolveOptions(warm=True)).stages()

    def best(
        self,
        settings: Settings | None = None,
        *,
        gap: float = DEFAULT_GAP,
        budget: Budget | None = None,
        floors: Mapping[str, float] | None = None,
        best_alone: Mapping[str, float] | None = None,
    ) -> Incumbent:
        """Find the best plan only, from the best one known on: no ties broken, no best-alone scores at balance 0.

        floors: least score by tier. best_alone: S* by tier to measure balance by, instead of those of these settings.
        Raises InfeasibleError (without the clash) and NoAnswerError.
        """
        manner = SolveOptions(warm=True, floors=floors or {}, names_clash=False)
        with self._lock:
            return self._measured_by(best_alone, self._question(settings, gap, budget or Budget(), manner)).best()

    def best_beyond(
        self,
        least: float,
        settings: Settings,
        *,
        gap: float = DEFAULT_GAP,
        budget: Budget | None = None,
        best_alone: Mapping[str, float] | None = None,
    ) -> Beyond:
        """Look only for plans whose objective is above `least`: quick where few or none are; else as `best`."""
        manner = SolveOptions(names_clash=False)
        with self._lock:
            question = self._question(settings, gap, budget or Budget(), manner)
            return self._measured_by(best_alone, question).best_beyond(least)

    def _measured_by(self, best_alone: Mapping[str, float] | None, question: StagedSolve) -> StagedSolve:
        """Let a question measure the balance by these S*, where they are given."""
        if best_alone is not None:
            question.known = BestAloneCache({tier: BestAlone(score, None) for tier, score in best_alone.items()})
        return question

    def best_of(
        self,
        terms: Mapping[tuple[int, int], float],
        settings: Settings | None = None,
        *,
        gap: float = DEFAULT_GAP,
        budget: Budget | None = None,
        floors: Mapping[str, float] | None = None,
    ) -> Incumbent:
        """Find the plan with the largest sum of part × attainment over (goal position, year position); as `best`.

        Every goal must have a weight above 0 in these settings. objective and bound of the answer are of that sum.
        """
        manner = SolveOptions(warm=True, floors=floors or {}, names_clash=False)
        with self._lock:
            return self._question(settings, gap, budget or Budget(), manner).best_of(terms)

    def beyond_of(
        self,
        terms: Mapping[tuple[int, int], float],
        least: float,
        settings: Settings,
        *,
        gap: float = DEFAULT_GAP,
        budget: Budget | None = None,
    ) -> Beyond:
        """Look only for plans whose sum, as in `best_of`, is above `least`: quick where few or none are."""
        with self._lock:
            question = self._question(settings, gap, budget or Budget(), SolveOptions(names_clash=False))
            return question.beyond_of(terms, least)

    def relaxed(self, settings: Settings, weights: Mapping[str, float], budget: Budget | None = None) -> float:
        """Bound on Σ weight × score over all plans of these settings, from the linear relaxation; takes milliseconds.

        weights: by tier, used as they are. Returns infinity where the relaxation gave no answer.
        """
        with self._lock:
            _, answer = self._relax(settings, Objective(0.0, {}, {}), weights, budget)
        return math.inf if answer is None else answer.bound

    def marginal_values(
        self, settings: Settings, best_alone: Mapping[str, float] | None = None, budget: Budget | None = None
    ) -> dict[tuple[str, str], float]:
        """What one more unit of each limited capacity adds to the objective of the linear relaxation.

        best_alone: S* by tier, needed where the balance is above 0. Returns score per unit by (resource_id, year
        label); with carry-over a unit counts in its year and all later ones. Empty where the relaxation gave no answer.
        """
        scenario = self.scenario
        with self._lock:
            idle = do_nothing_scores(scenario, settings)
            objective = Objective.of(settings.balance, idle, best_alone or {})
            kept, answer = self._relax(settings, objective, tier_weights(scenario, settings), budget)
            if answer is None:
                return {}
            scales = kept.model.capacity_scale
            rows = {
                key: scales[key] * max(0.0, float(answer.duals[row.id])) for key, row in kept.model.capacity.items()
            }
        values: dict[tuple[str, str], float] = {}
        for resource in scenario.resources:
            for t, year in enumerate(scenario.years):
                if year in resource.capacities:
                    felt = range(t, len(scenario.years)) if resource.carry_over is YesNo.YES else range(t, t + 1)
                    values[resource.resource_id, year] = math.fsum(
                        rows.get((resource.resource_id, u), 0.0) for u in felt
                    )
        return values

    def _relax(
        self, settings: Settings, objective: Objective, weights: Mapping[str, float], budget: Budget | None
    ) -> tuple[PersistentModel, Relaxation | None]:
        """Relax the kept model of these settings for an objective at these weights by tier."""
        kept = self.kept(settings)
        kept.keep_value(None)
        kept.aim(objective, weights)
        return kept, kept.relax((budget or Budget()).effort())

    def _question(
        self,
        settings: Settings | None,
        gap: float,
        budget: Budget,
        manner: SolveOptions = SolveOptions(),  # noqa: B008 - frozen
    ) -> StagedSolve:
        asked = self.scenario.settings if settings is None else settings
        self.scenario.check(asked)
        alone = repr(asked.replace(balance=0.0, weights={"national": 1.0}).as_json())
        unbalanced = repr(asked.replace(balance=0.0).as_json())
        known = BestAloneCache(self._best_alone.recall_or(alone, dict), self._values.recall_or(unbalanced, dict))
        return StagedSolve(self.kept(asked), asked, gap, budget, known, manner)

    @property
    def _rules_shape_variables(self) -> bool:
        """Whether a rule decides if an initiative needs a variable for its start: then it is built in or left out."""
        return any(row.min_scale == 0 and len(self.scenario.starts(row)) == 1 for row in self.scenario.initiatives)

    def kept(self, settings: Settings) -> PersistentModel:
        """Return the kept model for these settings, with them in force."""
        built_without = settings.without if self._rules_shape_variables else ()
        fine = fineness(self.scenario, settings)
        key = repr((settings.case, dict(settings.goal_weights), built_without, fine))
        plain = settings.replace(balance=0.0, capacity={}, lock={}, without=built_without)
        kept = self._kept.recall_or(key, lambda: PersistentModel(build_model(self.scenario, plain, fine=fine)))
        kept.apply(settings)
        return kept
