"""One question to the solver: the stages of its answer, each checked against `outcome.evaluate`."""

import math
from collections.abc import Callable, Iterator, Mapping
from time import perf_counter

import numpy as np

from prioritiser.errors import InfeasibleError, NoAnswerError, WrongAnswerError
from prioritiser.evaluation.ambidexterity import Ambidexterity, achieved_by_tier
from prioritiser.evaluation.objective import Objective
from prioritiser.evaluation.outcome import (
    Outcome,
    attainments,
    capacity,
    evaluate,
    relative_use,
    score_terms,
    tier_scores,
    tier_weights,
    trend_levels,
    weights_of_goals,
)
from prioritiser.evaluation.plan import changed
from prioritiser.evaluation.portfolio import PROOF_TOLERANCE, Portfolio, SolverRun, Termination, is_proved
from prioritiser.optimisation.incumbent import (
    BestAlone,
    BestAloneCache,
    Beyond,
    Budget,
    Incumbent,
    SolveOptions,
    tighter,
)
from prioritiser.optimisation.infeasibility import find_clash
from prioritiser.optimisation.model import Terms, do_nothing_scores
from prioritiser.optimisation.persistent import PersistentModel, SolverResult, SolverStatus, solver_version
from prioritiser.scenario.settings import Settings

FIRST_GAP = 0.005
TIE_TOLERANCE = 1e-6
TIE_GAP = 1e-9
GIVEN_BACK = 1e-11
AGREEMENT = 1e-6
HORIZONS: Mapping[str, tuple[int, int | None]] = {"short": (0, 1), "medium": (1, 3), "long": (3, None)}


class StagedSolve:
    """One question: a kept model with capacities and locks set, settings, effort, and what is found so far."""

    def __init__(
        self,
        kept: PersistentModel,
        settings: Settings,
        gap: float,
        budget: Budget,
        known: BestAloneCache,
        manner: SolveOptions = SolveOptions(),  # noqa: B008 - frozen
    ) -> None:
        self.kept, self.settings, self.gap, self.budget, self.known = kept, settings, gap, budget, known
        self.manner = manner
        kept.set_floors(manner.floors)
        self.scenario, self.fineness = kept.model.scenario, kept.model.fineness
        self.runs_before = kept.runs
        self.idle = do_nothing_scores(self.scenario, self.settings)
        self.weights = tier_weights(self.scenario, self.settings)
        self.unproved: dict[str, BestAlone] = {}
        self.tie_broken = False
        self.notices: list[str] = []
        self.value_given_up: float | None = None

    def best(self) -> Incumbent:
        """Return the best plan for the settings asked."""
        self._prepare()
        return self._best(self.settings, self.gap, None)

    def best_beyond(self, least: float) -> Beyond:
        """Look only for plans whose objective is above `least`."""
        self._prepare()
        self._aim(self.settings)
        return self._beyond(least, lambda run: self._checked(run, self.settings))

    def beyond_of(self, terms: Mapping[tuple[int, int], float], least: float) -> Beyond:
        """Look only for plans whose sum of part × attainment over (goal position, year position) is above `least`."""
        self._aim_at(terms)
        return self._beyond(least, lambda run: self._summed(run, terms))

    def _beyond(self, least: float, read: Callable[[SolverResult], Incumbent]) -> Beyond:
        before = self.kept.runs
        run = self.kept.run_beyond(least, self.budget.effort(self.gap))
        if run.values is None and run.ending is SolverStatus.SOLVED:
            return Beyond(run.bound, None, by_relaxation=self.kept.runs == before + 1)
        if run.values is None:
            self._give_up(run)
        found = read(run)
        return Beyond(found.bound, found, by_relaxation=False)

    def best_of(self, terms: Mapping[tuple[int, int], float]) -> Incumbent:
        """Return the plan with the largest sum of part × attainment over (goal position, year position)."""
        self._aim_at(terms)
        run = self.kept.run(self.budget.effort(self.gap), self._start(None))
        if run.values is None:
            self._give_up(run)
        return self._summed(run, terms)

    def answer(self, horizons: bool) -> Portfolio:
        """Return the whole answer."""
        self._prepare()
        found = self._broken_ties(self._best(self.settings, self.gap, None))
        self._find_best_alone(found)
        self._price_balance(found)
        return self._portfolio(found, self._horizons(found) if horizons else None)

    def stages(self) -> Iterator[Portfolio]:
        """Yield the answer as it gets better."""
        self._prepare()
        found = self._best(self.settings, max(self.gap, FIRST_GAP), None)
        yield self._portfolio(found)
        if not is_proved(found.objective, found.bound, self.fineness) and not self.budget.over:
            found = self._best(self.settings, self.gap, found)
        found = self._broken_ties(found)
        if any(best is None for best in self._known_best_alone().values()) and not self.budget.over:
            yield self._portfolio(found)
            self._find_best_alone(found)
        self._price_balance(found)
        yield self._portfolio(found)

    def _prepare(self) -> None:
        """With a balance, find the best-alone scores that the objective needs."""
        if self.settings.balance > 0:
            self._find_best_alone(None)

    def _best(self, settings: Settings, gap: float, better_than: Incumbent | None) -> Incumbent:
        """Find the best plan for settings that differ from the question's in weights and balance only."""
        self._aim(settings)
        run = self.kept.run(self.budget.effort(gap), self._start(better_than))
        if run.values is None and better_than is not None:
            return Incumbent(
                better_than.outcome, better_than.objective, better_than.bound, run.ending, better_than.values
            )
        found = self._checked(run, settings)
        if better_than is not None:
            found = tighter(found, better_than)
        return found

    def _aim(self, settings: Settings) -> None:
        """Aim at the objective of settings, within the question's own limits on changes."""
        self.kept.keep_value(None)
        self.kept.set_changes(self.manner.keep)
        self.kept.aim(self._measure(settings), self.weights)

    def _start(self, better_than: Incumbent | None) -> np.ndarray | None:
        """Values to begin a run from: the plan to be bettered, or where it is wanted the best known one."""
        if better_than is not None:
            return better_than.values
        return self.kept.known_start() if self.manner.warm else None

    def _checked(self, run: SolverResult, settings: Settings) -> Incumbent:
        """Read a run's plan, recompute it without the solver, and stop if the two disagree."""
        if run.values is None:
            self._give_up(run)
        values, outcome = self._outcome(run, settings)
        objective, modelled = self._objective(outcome, settings), self.kept.objective(values)
        agreement = AGREEMENT * self.fineness
        if self.kept.has_whole_starts and objective - modelled > agreement:
            # a run that stopped early need not have credited its plan with all that it reaches
            modelled = self.kept.objective(self.kept.with_whole_starts(values))
        is_whole = self.kept.has_whole_starts or run.ending is SolverStatus.SOLVED
        if modelled - objective > agreement or (is_whole and objective - modelled > agreement):
            raise WrongAnswerError(f"The solver says {modelled:.9g}, the plan recomputed gives {objective:.9g}.")
        return Incumbent(
            outcome, objective, max(objective, min(run.bound, self._measure(settings).ceiling)), run.ending, values
        )

    def _outcome(self, run: SolverResult, settings: Settings) -> tuple[np.ndarray, Outcome]:
        """Values and outcome of the plan of a run, with whole starts fixed; stops if it breaks a limit."""
        assert run.values is not None
        values, outcome = outcome_of(self.kept, run.values, settings)
        keep = self.kept.changes_allowed
        if keep is not None and changed(keep.plan, outcome.plan) > keep.changes:
            raise WrongAnswerError(f"The solver's plan changes more than {keep.changes} choices of the plan to keep.")
        return values, outcome

    def _give_up(self, run: SolverResult) -> None:
        if run.ending is SolverStatus.INFEASIBLE and self.manner.keep is not None:
            most = self.manner.keep.changes
            raise InfeasibleError(
                (f"at most {most} changes to the plan to keep", "rules, locks and capacities in force")
            )
        if run.ending is SolverStatus.INFEASIBLE and not self.manner.names_clash:
            raise InfeasibleError(())
        if run.ending is SolverStatus.INFEASIBLE:
            raise InfeasibleError(find_clash(self.kept, self.settings, self.budget.effort()))
        raise no_plan_in_time(run)

    def _objective(self, outcome: Outcome, settings: Settings) -> float:
        return self._measure(settings).value(outcome.value, outcome.scores)

    def _measure(self, settings: Settings) -> Objective:
        """Measure by the best-alone scores that are known."""
        known = self._known_best_alone()
        return Objective.of(
            settings.balance, self.idle, {tier: None if best is None else best.score for tier, best in known.items()}
        )

    def _known_best_alone(self) -> dict[str, BestAlone | None]:
        known = {**self.unproved, **self.known.best_alone}
        return {tier: known.get(tier) for tier in self.weights}

    def _find_best_alone(self, found: Incumbent | None) -> None:
        """Find S* of each tier that is not known yet, each alone under the same rules, locks and capacities."""
        known = self.known.best_alone
        missing = [tier for tier in self.weights if tier not in known and tier not in self.unproved]
        for position, tier in enumerate(missing):
            if found is not None and self.budget.over:
                return
            part = 1.0 if found is not None else 0.5 / (len(missing) - position)
            best = self._alone(tier, range(len(self.scenario.years)), found, part)
            if best is None:
                continue
            score, bound = best
            proved = is_proved(score, bound, self.fineness)
            store = known if proved else self.unproved
            store[tier] = BestAlone(score, None if proved else bound)

    def _alone(self, tier: str, years: range, found: Incumbent | None, part: float = 1.0) -> tuple[float, float] | None:
        """Maximise the score of one tier on some years.

        Returns the score, evaluated, and its bound; None when time was up without a plan.
        """
        terms = score_terms(self.scenario, weights_of_goals(self.scenario, self.settings), years)[tier]
        self._aim_at(terms)
        effort = self.budget.effort(absolute_gap=5e-7, part=part)
        run = self.kept.run(effort, self._start(found))
        if run.values is None:
            if run.ending is SolverStatus.INFEASIBLE or found is None:
                self._give_up(run)
            return None
        best = self._summed(run, terms)
        return best.objective, best.bound

    def _aim_at(self, terms: Mapping[tuple[int, int], float]) -> None:
        """Maximise the sum of part × attainment, however much changes."""
        self.kept.keep_value(None)
        self.kept.set_changes(None)
        self.kept.set_balance(self.idle, {})
        self.kept.set_costs((self.kept.model.attained[key], part) for key, part in terms.items())

    def _summed(self, run: SolverResult, terms: Mapping[tuple[int, int], float]) -> Incumbent:
        """Read a run that maximised attainments, recompute the sum, and stop if it is less than the solver says."""
        values, outcome = self._outcome(run, self.settings)
        score = math.fsum(part * outcome.attainment[key] for key, part in terms.items())
        modelled = self.kept.objective(values)
        if modelled - score > AGREEMENT * self.fineness:
            raise WrongAnswerError(f"The solver says {modelled:.9g} alone, the plan recomputed gives {score:.9g}.")
        ceiling = math.fsum(part for part in terms.values() if part > 0)
        return Incumbent(outcome, score, max(score, min(run.bound, ceiling)), run.ending, values)

    def _broken_ties(self, found: Incumbent) -> Incumbent:
        """Among plans within 1e-6 (times the fineness) of the best, take the one with least Σ used / capacity."""
        costs = self._use_costs()
        if not costs:
            self.tie_broken = True
            return found
        if self.budget.over:
            self.notices.append(f"Ties were not broken towards least use: {self.budget.ending}.")
            return found
        self.kept.set_changes(self.manner.keep)
        least_use = [(self.kept.model.share[key], -cost) for key, cost in costs.items()]
        tolerance = TIE_TOLERANCE * self.fineness
        self.kept.keep_value(found.objective - tolerance / 2)
        self.kept.set_costs(least_use)
        proved = is_proved(found.objective, found.bound, self.fineness)
        run = self.kept.run(self.budget.effort(0.0 if proved else self.gap, TIE_GAP), found.values)
        self.kept.keep_value(None)
        self.tie_broken = run.ending is SolverStatus.SOLVED
        if not self.tie_broken:
            self.notices.append(f"Ties were not fully broken towards least use: {self.budget.ending}.")
        if run.values is None:
            return found
        values = self._whole_shares(run.values, least_use) if self.kept.has_partial_shares else run.values
        outcome = evaluate(self.scenario, self.kept.plan(values), self.settings)
        objective = self._objective(outcome, self.settings)
        less = relative_use(self.scenario, self.settings, outcome.used) < relative_use(
            self.scenario, self.settings, found.outcome.used
        )
        if outcome.breaches or objective < found.objective - tolerance or not less:
            return found
        return Incumbent(outcome, objective, max(found.bound, objective), found.ending, values)

    def _whole_shares(self, values: np.ndarray, least_use: Terms) -> np.ndarray:
        """Give back what the tie-break took off the shares: with these starts, first the best value, then least use.

        A share can be cut by a hair that costs less than the tolerance of a tie, so that 80 % would read 79.999 %.
        """
        self.kept.aim(self._measure(self.settings), self.weights)
        best = self.kept.with_whole_starts(values)
        self.kept.keep_value(self.kept.objective(best) - GIVEN_BACK * self.fineness)
        self.kept.set_costs(least_use)
        whole = self.kept.with_whole_starts(best)
        self.kept.keep_value(None)
        return whole

    def _use_costs(self) -> dict[tuple[str, int], float]:
        """Σ used / capacity at full share, by initiative and start."""
        scenario, costs = self.scenario, dict.fromkeys(self.kept.model.share, 0.0)
        limits = {
            (row.resource_id, t): capacity(row, year, self.settings)
            for row in scenario.resources
            for t, year in enumerate(scenario.years)
        }
        for use in scenario.uses:
            for s in scenario.starts(scenario.initiative_by_id[use.initiative_id]):
                for t in range(s, len(scenario.years)):
                    if (limit := limits[use.resource_id, t]) > 0:
                        costs[use.initiative_id, s] += use.amount(t - s + 1) / limit
        return costs if any(costs.values()) else {}

    def _price_balance(self, found: Incumbent) -> None:
        """Weighted score given up to the balance setting: that of the best plan without it, less this plan's."""
        if self.settings.balance == 0:
            self.value_given_up = 0.0
            return
        known = self.known.value
        if "value" not in known:
            if self.budget.over:
                return
            plain = self.settings.replace(balance=0.0)
            best = self._best(
                plain, self.gap, Incumbent(found.outcome, found.outcome.value, 1.0, found.ending, found.values)
            )
            usual = PROOF_TOLERANCE * self.fineness
            if best.bound - best.objective > max(usual, self.gap * abs(best.objective)) * 1.01:
                return
            known["value"] = best.outcome.value
        self.value_given_up = max(0.0, known["value"] - found.outcome.value)

    def _horizons(self, found: Incumbent) -> dict[str, dict[str, float | None]]:
        """Find what each tier achieves by horizon: its score, S⁰ and S* on the years of the horizon only."""
        scenario, last = self.scenario, len(self.scenario.years)
        goal_weights = weights_of_goals(scenario, self.settings)
        idle_levels = attainments(scenario, trend_levels(scenario))
        measured: dict[str, dict[str, float | None]] = {}
        for name, (first, end) in HORIZONS.items():
            years = range(first, last if end is None else min(end, last))
            best: dict[str, float | None] = {}
            for tier in score_terms(scenario, goal_weights, years):
                if self.budget.over:
                    self.notices.append(f"Not every horizon was measured: {self.budget.ending}.")
                    break
                answer = self._alone(tier, years, found)
                if answer is not None:
                    best[tier] = answer[0]
            scores = tier_scores(scenario, goal_weights, found.outcome.attainment, years)
            idle = tier_scores(scenario, goal_weights, idle_levels, years)
            measured[name] = achieved_by_tier(scores, idle, best)
        return measured

    def _portfolio(
        self, found: Incumbent, horizons: Mapping[str, Mapping[str, float | None]] | None = None
    ) -> Portfolio:
        known = self._known_best_alone()
        best = {tier: None if answer is None else answer.score for tier, answer in known.items()}
        name, version = solver_version()
        spent = perf_counter() - self.budget.began
        return Portfolio(
            outcome=found.outcome,
            termination=_termination(found, self.fineness),
            objective=found.objective,
            bound=found.bound,
            best_alone=best,
            best_alone_bound={tier: None if answer is None else answer.bound for tier, answer in known.items()},
            ambidexterity=Ambidexterity(
                achieved_by_tier(found.outcome.scores, found.outcome.do_nothing, best), self.value_given_up, horizons
            ),
            solver=SolverRun(name, version, spent, self.kept.runs - self.runs_before),
            tie_broken=self.tie_broken,
            fineness=self.fineness,
            notices=tuple(dict.fromkeys((*self.scenario.notices, *self.notices))),
        )


def _termination(found: Incumbent, fineness: float) -> Termination:
    if is_proved(found.objective, found.bound, fineness):
        return Termination.OPTIMAL
    return {
        SolverStatus.TIME_LIMIT: Termination.TIME_LIMIT,
        SolverStatus.CANCELLED: Termination.CANCELLED,
    }.get(found.ending, Termination.GAP)


def outcome_of(kept: PersistentModel, values: np.ndarray, settings: Settings) -> tuple[np.ndarray, Outcome]:
    """Values and outcome of the plan that a run found, with whole starts fixed; stops if it breaks a limit."""
    if kept.has_partial_shares and kept.has_whole_starts:
        values = kept.with_whole_starts(values)
    outcome = evaluate(kept.model.scenario, kept.plan(values), settings)
    if outcome.breaches:
        raise WrongAnswerError(f"The solver's plan breaks a limit: {outcome.breaches[0].text}")
    return values, outcome


def no_plan_in_time(run: SolverResult) -> NoAnswerError:
    """Say why a run that was cancelled, or whose time was up, has no plan."""
    why = "The solve was cancelled" if run.ending is SolverStatus.CANCELLED else "Time was up"
    return NoAnswerError(f"{why} before a portfolio was found. Give it more time.")
