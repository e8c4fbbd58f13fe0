"""Plans that weigh several voices against each other: the least largest regret, and the largest product of gains.

A voice is a linear value of a plan. Its gain is its value above doing nothing, as a part of what its own best plan
gains; its regret is what is missing of that to 1.

Least regret: minimax regret (Savage 1951; Kouvelis and Yu, Robust Discrete Optimization, 1997), a mixed-integer
programme. Fairest gain: the product of gains (Nash, The Bargaining Problem, Econometrica 18, 1950) by outer
approximation (Duran and Grossmann, Mathematical Programming 36, 1986): the sum of logarithms is bounded by tangents,
and each plan that is found adds tangents at its own gains, until bound and plan meet.

Both begin from the best plan between the plans that are known (`PersistentModel.run_between`): with a good one at hand
the proof takes a third of the time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from prioritiser.errors import InfeasibleError, NoAnswerError, WrongAnswerError
from prioritiser.evaluation.outcome import Outcome, effect_size
from prioritiser.evaluation.precision import fineness
from prioritiser.optimisation.incumbent import Budget
from prioritiser.optimisation.infeasibility import find_clash
from prioritiser.optimisation.model import Variable, build_model
from prioritiser.optimisation.persistent import PersistentModel, SolverResult, SolverStatus
from prioritiser.optimisation.solve import no_plan_in_time, outcome_of
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings

CAN_GAIN = 1e-9
LEAST_GAIN = 1e-4  # of what a voice could gain: less counts as none where gains are multiplied
AGREEMENT = 1e-6
TIE = 1e-6
_TANGENTS = (LEAST_GAIN, 0.003, 0.01, 0.03, 0.08, 0.16, 0.28, 0.42, 0.58, 0.78, 1.0)
_MOST_ROUNDS = 60
_MOST_BETWEEN = 8  # known plans, the best of them, between which a better one is looked for
_GAP_BETWEEN = 1e-3
_TIES_PROVED = 1e-4  # gap up to which it is proved that no plan of the same largest regret has a smaller mean


type Terms = Mapping[tuple[int, int], float]


@dataclass(frozen=True)
class Voice:
    """A linear value of a plan: Σ part × attainment over (goal position, year position).

    idle: what doing nothing is worth. best: what the voice's own best plan is worth. count: how many speak so.
    """

    terms: Terms
    idle: float
    best: float
    count: int = 1

    @property
    def key(self) -> str:
        """What is equal for voices that say the same, to twelve digits: 70 of 100 is 7 of 10."""
        return repr([(place, f"{part:.12g}") for place, part in sorted(self.terms.items())])

    @property
    def reach(self) -> float:
        """What the best plan gains."""
        return self.best - self.idle

    @property
    def can_gain(self) -> bool:
        """Whether any plan is worth more than doing nothing."""
        return self.reach > CAN_GAIN

    def gain(self, outcome: Outcome) -> float:
        """Gain of a plan, as a part of what the best plan gains; below 0 where it is worse than doing nothing."""
        return (value_of(self.terms, outcome.attainment) - self.idle) / self.reach

    def regret(self, outcome: Outcome) -> float:
        """What the best plan gains more, as a part of its gain; above 1 where the plan is worse than doing nothing."""
        return max(0.0, 1.0 - self.gain(outcome))


@dataclass(frozen=True)
class Fair:
    """A plan, its measure (largest regret, or geometric mean of gains) and a bound on that of every plan.

    left_out: positions of the voices that do not gain, where no plan lets all gain; of the fairest gain only.
    """

    outcome: Outcome
    measure: float
    bound: float
    left_out: tuple[int, ...] = ()

    @property
    def gap(self) -> float:
        """Difference between measure and bound; 0 is proved."""
        return abs(self.measure - self.bound)


def value_of(terms: Terms, attainment: np.ndarray) -> float:
    """Σ part × attainment over (goal position, year position)."""
    return math.fsum(part * float(attainment[key]) for key, part in terms.items())


def least_regret(
    scenario: Scenario,
    settings: Settings,
    voices: Sequence[Voice],
    *,
    known: Sequence[Outcome] = (),
    gap: float = 1e-6,
    budget: Budget | None = None,
) -> Fair:
    """Find the plan whose largest regret of any voice is least; among those, within 1e-6, the least mean regret.

    voices: one or more, all of which can gain. known: outcomes in these settings, to begin from. gap: absolute, of
    either regret; above 0.0001 the mean is made small by what the known plans suggest, without a proof.
    Raises InfeasibleError with the clash, and NoAnswerError when time is up before a plan is found.
    """
    problem = _Problem(scenario, settings, voices, budget or Budget())
    worst = problem.model.problem.add_variable("largest_regret", None, None)
    for number, gain in enumerate(problem.gains):
        problem.model.add([(worst, 1.0), (gain, 1.0)], ">=", 1.0, f"regret_{number}")
    kept = problem.kept()
    costs = [(worst, -1.0)]
    found, run = problem.best(kept, costs, gap, problem.start(kept, costs, known))
    most = max(voice.regret(found) for voice in voices)
    if most + run.objective > AGREEMENT:
        raise WrongAnswerError(
            f"The solver says a regret of {-run.objective:.9g}, the plan recomputed gives {most:.9g}."
        )
    bound = max(0.0, min(most, -run.bound))
    if not problem.budget.over:
        kept.bound_variable(worst, -math.inf, most + TIE / 2)
        other = problem.least_mean(kept, run, gap) or found
        largest = max(voice.regret(other) for voice in voices)
        if largest <= most + TIE:
            found, most = other, largest
    return Fair(found, most, min(bound, most))


def fairest_gain(
    scenario: Scenario,
    settings: Settings,
    voices: Sequence[Voice],
    *,
    known: Sequence[Outcome] = (),
    gap: float = 1e-4,
    budget: Budget | None = None,
) -> Fair:
    """Find the plan with the largest product of gains; where not all can gain at once, first as many as can.

    voices: one or more, all of which can gain. known: outcomes in these settings, to begin from. gap: relative, of the
    geometric mean of the gains. A gain below 0.0001 counts as none. Raises InfeasibleError with the clash, and
    NoAnswerError when time is up before a plan is found.
    """
    left = budget or Budget()
    search = _Product(scenario, settings, voices, left, known)
    best: Outcome | None = None
    worth, ceiling = -math.inf, 0.0
    for _ in range(_MOST_ROUNDS):
        try:
            found, bound = search.round(gap / 4)
        except NoAnswerError:
            if best is None:
                raise
            break
        ceiling = min(ceiling, bound)
        if best is None or search.worth(found) > worth:
            best, worth = found, search.worth(found)
        if ceiling - worth <= math.log1p(gap) or left.over:
            break
        search.add_tangents(found)
    assert best is not None
    out = tuple(number for number, voice in enumerate(voices) if not _gains(voice, best))
    total = sum(voice.count for voice in voices)
    among = total - sum(voices[number].count for number in out)
    scale = total / among if among else 0.0
    return Fair(best, math.exp(worth * scale), math.exp(max(worth, ceiling) * scale), out)


def _gains(voice: Voice, outcome: Outcome) -> bool:
    return voice.gain(outcome) >= LEAST_GAIN - AGREEMENT


class _Problem:
    """The model of a scenario with a variable for the gain of each voice."""

    def __init__(self, scenario: Scenario, settings: Settings, voices: Sequence[Voice], budget: Budget) -> None:
        self.scenario, self.settings, self.voices, self.budget = scenario, settings, voices, budget
        plain = settings.replace(balance=0.0, capacity={}, lock={})
        self.model = build_model(scenario, plain, fine=fineness(scenario, settings))
        self.gains: list[Variable] = []
        self.held: list[np.ndarray] = []  # values of the best of the known plans
        for number, voice in enumerate(voices):
            gain = self.model.problem.add_variable(f"gain_{number}", None, None)
            parts = [(self.model.attained[key], -part / voice.reach) for key, part in voice.terms.items() if part]
            self.model.add([(gain, 1.0), *parts], "==", -voice.idle / voice.reach, f"gain_of_{number}")
            self.gains.append(gain)

    def kept(self) -> PersistentModel:
        """Give the model to the solver, with the settings in force; gains are of size 1, whatever the scores are."""
        kept = PersistentModel(self.model, objective_fineness=1.0)
        kept.apply(self.settings)
        return kept

    def start(
        self, kept: PersistentModel, costs: Sequence[tuple[Variable, float]], known: Sequence[Outcome]
    ) -> np.ndarray | None:
        """Find values to begin from: the best plan between the best of those known; None where none of them holds."""
        kept.set_costs(costs)
        plans = {tuple(sorted(outcome.plan.items())): outcome.plan for outcome in known}
        held = []
        for plan in plans.values():
            if self.budget.over:
                break
            values = kept.values_with(plan)
            held += [] if values is None else [values]
        if not held or not kept.has_whole_starts:
            return None
        self.held = sorted(held, key=lambda values: -kept.objective(values))[:_MOST_BETWEEN]
        run = kept.run_between(self.held, self.budget.effort(0.0, _GAP_BETWEEN))
        return self.held[0] if run.values is None else run.values

    def least_mean(self, kept: PersistentModel, found: SolverResult, gap: float) -> Outcome | None:
        """Find the plan of least mean regret within the limits of the model; None where none was found in time."""
        if found.values is None:
            return None
        costs = self.shares(self.gains)
        kept.set_costs(costs)
        if gap > _TIES_PROVED and kept.has_whole_starts:
            run = kept.run_between([found.values, *self.held], self.budget.effort(0.0, _GAP_BETWEEN))
            return None if run.values is None else outcome_of(kept, run.values, self.settings)[1]
        try:
            return self.best(kept, costs, 1e-7, found.values)[0]
        except (NoAnswerError, InfeasibleError):
            return None

    def shares(self, variables: Sequence[Variable]) -> list[tuple[Variable, float]]:
        """Weigh the variables of the voices by how many speak so."""
        total = sum(voice.count for voice in self.voices)
        return [(variable, voice.count / total) for variable, voice in zip(variables, self.voices, strict=True)]

    def best(
        self,
        kept: PersistentModel,
        costs: Sequence[tuple[Variable, float]],
        gap: float,
        start: np.ndarray | None = None,
        names_clash: bool = True,
    ) -> tuple[Outcome, SolverResult]:
        """Maximise Σ cost × variable; returns the outcome of the plan, which is checked to keep every limit."""
        kept.set_costs(costs)
        run = kept.run(self.budget.effort(0.0, gap), start)
        if run.values is None and run.ending is SolverStatus.INFEASIBLE:
            raise InfeasibleError(find_clash(kept, self.settings, self.budget.effort()) if names_clash else ())
        if run.values is None:
            raise no_plan_in_time(run)
        _, outcome = outcome_of(kept, run.values, self.settings)
        return outcome, run


class _Product:
    """The search for the largest product of gains: tangents at the gains of every plan found so far."""

    def __init__(
        self,
        scenario: Scenario,
        settings: Settings,
        voices: Sequence[Voice],
        budget: Budget,
        known: Sequence[Outcome],
    ) -> None:
        self.asked = (scenario, settings, voices, budget)
        self.known = known
        self.voices = voices
        self.points = [set(_TANGENTS) for _ in voices]
        self.most: int | None = None  # how many can gain at once, where not all can
        self.total = sum(voice.count for voice in voices)
        self.start: np.ndarray | None = None

    def worth(self, outcome: Outcome) -> float:
        """Mean logarithm of the gains, of voices that gain; minus infinity where fewer gain than can."""
        gains = [(voice.count, voice.gain(outcome)) for voice in self.voices if _gains(voice, outcome)]
        if sum(count for count, _ in gains) < (self.total if self.most is None else self.most):
            return -math.inf
        return math.fsum(count * math.log(min(1.0, max(LEAST_GAIN, gain))) for count, gain in gains) / self.total

    def add_tangents(self, outcome: Outcome) -> None:
        """Bound the logarithms exactly at the gains of a plan."""
        for points, voice in zip(self.points, self.voices, strict=True):
            points.add(min(1.0, max(LEAST_GAIN, voice.gain(outcome))))

    def round(self, gap: float) -> tuple[Outcome, float]:
        """Maximise the bound that the tangents are; returns the plan and the bound on every plan's mean logarithm."""
        if self.most is None:
            try:
                return self._solved(gap)
            except InfeasibleError:
                self.most = self._most_that_gain()
        return self._solved(gap)

    def _solved(self, gap: float) -> tuple[Outcome, float]:
        problem = _Problem(*self.asked)
        parts = self._parts(problem, None if self.most is None else self._flags(problem))
        if self.most is not None:
            counted = [
                (flag, float(voice.count))
                for (_, flag), voice in zip(parts, self.voices, strict=True)
                if flag is not None
            ]
            problem.model.add(counted, ">=", self.most - 0.5, "as_many_as_can")
        logs = []
        for number, (part, _) in enumerate(parts):
            log = problem.model.problem.add_variable(f"log_{number}", None, 0.0)
            for place, point in enumerate(sorted(self.points[number])):
                row = [(log, 1.0), (part, -1.0 / point)]
                problem.model.add(row, "<=", math.log(point) - 1.0, f"log_{number}_{place}")
            logs.append(log)
        kept, costs = problem.kept(), problem.shares(logs)
        if self.start is None:
            self.start = problem.start(kept, costs, self.known)
        outcome, run = problem.best(kept, costs, gap, self.start, names_clash=False)
        self.start = run.values
        return outcome, run.bound

    def _parts(self, problem: _Problem, flags: Sequence[Variable] | None) -> list[tuple[Variable, Variable | None]]:
        """For each voice the part that it gains, at most its gain; any part where its flag says that it need not."""
        parts: list[tuple[Variable, Variable | None]] = []
        for number, gain in enumerate(problem.gains):
            part = problem.model.problem.add_variable(f"part_{number}", LEAST_GAIN, 1.0)
            flag = None if flags is None else flags[number]
            slack = (
                0.0 if flag is None else 1.0 + _largest_loss(problem.scenario, problem.settings, self.voices[number])
            )
            row = [(part, 1.0), (gain, -1.0), *([] if flag is None else [(flag, slack)])]
            problem.model.add(row, "<=", slack, f"part_of_{number}")
            parts.append((part, flag))
        return parts

    def _flags(self, problem: _Problem) -> list[Variable]:
        numbers = range(len(self.voices))
        return [problem.model.problem.add_variable(f"gains_{number}", 0, 1, "Integer") for number in numbers]

    def _most_that_gain(self) -> int:
        """Count how many can gain at once."""
        problem = _Problem(*self.asked)
        flags = self._flags(problem)
        self._parts(problem, flags)
        counts = [(flag, float(voice.count)) for flag, voice in zip(flags, self.voices, strict=True)]
        _, run = problem.best(problem.kept(), counts, 0.4)
        return round(run.objective)


def _largest_loss(scenario: Scenario, settings: Settings, voice: Voice) -> float:
    """What a voice can lose at most against doing nothing, as a part of what it could gain: every harm in full."""
    harms = [0.0] * len(scenario.goals)
    places = {goal.goal_id: (position, goal.sign) for position, goal in enumerate(scenario.goals)}
    for effect in scenario.effects:
        position, sign = places[effect.goal_id]
        harms[position] += max(0.0, -sign * effect_size(scenario, effect, settings.case))
    loss = 0.0
    for (g, t), part in voice.terms.items():
        goal = scenario.goals[g]
        loss += part * harms[g] / abs(goal.targets[scenario.years[t]] - goal.zero)
    return loss / voice.reach
