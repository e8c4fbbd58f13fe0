"""How well does the plan stand up when weights, effects, delivery and costs are not as thought?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import numpy as np

from prioritiser.analysis.pareto.frontier import find_frontier
from prioritiser.analysis.robustness import sampling
from prioritiser.analysis.robustness.acceptability import OUT, SAFE, Asked, Sampled, Sampler, class_of
from prioritiser.analysis.robustness.batch_evaluation import ManyLevels, Spread
from prioritiser.analysis.robustness.chances import Chances, chances_of
from prioritiser.analysis.robustness.regret import Regret, find_regret
from prioritiser.analysis.robustness.sampling_error import wilson
from prioritiser.analysis.robustness.value_of_information import MOST_PLANS, Estimate, find_estimates
from prioritiser.errors import InfeasibleError, NoAnswerError, SettingsError
from prioritiser.evaluation.objective import Objective
from prioritiser.evaluation.outcome import TIERS, Outcome, evaluate
from prioritiser.evaluation.plan import Plan
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.optimisation.incumbent import Budget, Progress
from prioritiser.optimisation.optimiser import DEFAULT_GAP, Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case
from prioritiser.scenario.settings import Settings

MOST = 1_000_000
SAMPLES_PART = 0.8
EARLY = 100  # samples after which regret and estimates are found for the first time


@dataclass(frozen=True)
class StressOptions:
    """How much is drawn and how exactly; raises SettingsError when one is out of range.

    draws: of effects, delivery and costs for the chosen plan. samples: of weights and effects, each with its own best
    plan. cost_spread: costs are drawn from 1 − spread to 1 + spread. tolerance: relative, by which a sample's plan may
    be worse than its best. weights_fixed: keep the settings' weights in the samples. core: find the core index too.
    """

    samples: int = 1000
    draws: int = 10_000
    seed: int = 1
    cost_spread: float = 0.0
    tolerance: float = 0.01
    weights_fixed: bool = False
    core: bool = False

    def __post_init__(self) -> None:
        problems = []
        for name in ("samples", "draws"):
            number = getattr(self, name)
            if not 1 <= number <= MOST:
                problems.append(f"--{name} {number}: a whole number from 1 to {MOST:,}, such as 1000.")
        if not 0 <= self.seed < 2**63:
            problems.append(f"--seed {self.seed}: a whole number of 0 or more, such as 1.")
        if not 0 <= self.cost_spread < 1:
            problems.append(f"--cost-spread {self.cost_spread}: a number from 0 to below 1, such as 0.2 for ±20 %.")
        if not 0 <= self.tolerance < 1:
            problems.append(f"--tolerance {self.tolerance}: a number from 0 to below 1, such as 0.01.")
        if problems:
            raise SettingsError("\n".join(problems))


@dataclass(frozen=True)
class Stress:
    """What stress found; see `as_json`.

    core_index: by initiative, the share of portfolios on the frontier that hold it; None where it was not asked for.
    """

    portfolio: Portfolio
    options: StressOptions
    goals: tuple[Spread, ...]
    capacities: tuple[Spread, ...]
    sampled: Sampled
    regret: Regret | None
    estimates: tuple[Estimate, ...]
    core_index: Mapping[str, float] | None
    seconds: Mapping[str, float]
    complete: bool
    notices: tuple[str, ...] = ()

    @property
    def scenario(self) -> Scenario:
        """The scenario as it was asked."""
        return self.portfolio.outcome.scenario

    @property
    def acceptability(self) -> dict[str, float | None]:
        """Share of samples in whose best plan each initiative is, every initiative; None without a sample."""
        return {row.initiative_id: self.sampled.share(row.initiative_id) for row in self.scenario.initiatives}

    def as_json(self) -> dict[str, Any]:
        """Return the answer of `stress` as plain values."""
        plan, sampled = self.portfolio.outcome.plan, self.sampled
        core = self.core_index or {}
        return {
            **self.portfolio.head_json(),
            "complete": self.complete,
            "samples": sampled.done,
            "samples_asked": self.options.samples,
            "samples_without_plan": sampled.done - sampled.with_plan,
            "draws": self.options.draws,
            "seed": self.options.seed,
            "cost_spread": self.options.cost_spread,
            "weights_fixed": self.options.weights_fixed,
            "tolerance": self.options.tolerance,
            "certified_gap": sampled.margin,
            "needed_a_solve": sampled.solved,
            "thresholds": {"safe": SAFE, "out": OUT},
            "initiatives": [
                {
                    "id": name,
                    "in_plan": name in plan,
                    "share_of_samples": share,
                    **_error("share", sampled.interval(name)),
                    "class": class_of(share),
                    "core_index": core.get(name),
                }
                for name, share in self.acceptability.items()
            ],
            "goals": [self._spread_json(row, "probability_met") for row in self.goals],
            "capacities": [self._spread_json(row, "probability_holds") for row in self.capacities],
            "regret": None if self.regret is None else self.regret.as_json(),
            "estimates": [row.as_json() for row in self.estimates],
            "seconds": dict(self.seconds),
            "notices": list(self.notices),
        }

    def _spread_json(self, row: Spread, chance: str) -> dict[str, Any]:
        interval = None if row.chance is None else wilson(row.chance, self.options.draws)
        return row.as_json(chance) | _error(chance, interval)


def _error(name: str, interval: tuple[float, float] | None) -> dict[str, float | None]:
    """Name the ends of a 95 % interval."""
    low, high = interval or (None, None)
    return {f"{name}_low": low, f"{name}_high": high}


@dataclass
class _Work:
    """What the parts of one stress share."""

    optimiser: Optimiser
    portfolio: Portfolio
    options: StressOptions
    budget: Budget
    progress: Progress | None
    notices: list[str] = field(default_factory=lambda: [sampling.INDEPENDENT])
    seconds: dict[str, float] = field(default_factory=dict)
    regret: Regret | None = None
    estimates: tuple[Estimate, ...] = ()
    ranked: bool = False

    @property
    def scenario(self) -> Scenario:
        return self.optimiser.scenario

    def part(self, part: float) -> Budget:
        """Return a budget of a part of the time that is left, so that something is left for what comes after."""
        left = self.budget.seconds_left
        return Budget.of(None if left is None else max(0.0, part * left), self.budget.stop)

    def timed(self, name: str, began: float) -> float:
        """Note the seconds of a part; returns the time now."""
        now = perf_counter()
        self.seconds[name] = now - began
        return now


def stress(
    optimiser: Optimiser,
    settings: Settings | None = None,
    options: StressOptions | None = None,
    *,
    gap: float = DEFAULT_GAP,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Stress:
    """Stress the portfolio that is recommended for these settings, by default the scenario's own.

    When time is up or the budget's event is set, the samples done so far are returned and `complete` is false.
    Raises SettingsError, InfeasibleError (with the clash), NoAnswerError when time is up before any plan is found.
    """
    left, began = budget or Budget(), perf_counter()
    portfolio = optimiser.solve(settings, gap=gap, time_limit=left.seconds_left, stop=left.stop)
    seconds = perf_counter() - began
    found = stress_portfolio(optimiser, portfolio, options, budget=left, progress=progress)
    return replace(found, seconds={"portfolio": seconds, **found.seconds})


def stress_portfolio(
    optimiser: Optimiser,
    portfolio: Portfolio,
    options: StressOptions | None = None,
    *,
    budget: Budget | None = None,
    progress: Progress | None = None,
    tell: Callable[[Stress], None] | None = None,
) -> Stress:
    """Stress a portfolio that is known, as `stress`; tell: is given what is known after some of the samples."""
    work = _Work(optimiser, portfolio, options or StressOptions(), budget or Budget(), progress)
    began = perf_counter()
    draws = sampling.draw(work.scenario, work.options.draws, work.options.seed, work.options.cost_spread)
    chances = chances_of(portfolio.outcome, draws, work.options.cost_spread)
    began = work.timed("draws", began)
    measure = Objective.of(portfolio.settings.balance, portfolio.outcome.do_nothing, portfolio.best_alone)

    def tell_part(sampled: Sampled) -> None:
        if sampled.done >= EARLY and not work.ranked:
            _rank(work, measure, draws, sampled)
        if tell is not None:
            tell(_gathered(work, chances, sampled))

    first = [portfolio.outcome.plan, *_corner_plans(work)]
    sampled = _sampled(work, measure, first, None if tell is None else tell_part)
    work.timed("samples", began)
    _rank(work, measure, draws, sampled)
    began = perf_counter()
    core = _core(work) if work.options.core else None
    work.timed("core", began)
    return _gathered(work, chances, sampled, core, last=True)


def _rank(work: _Work, measure: Objective, draws: sampling.Draws, sampled: Sampled) -> None:
    """Find regret and rank the estimates with the plans that the samples have brought so far."""
    began = perf_counter()
    outcomes = _outcomes(work, sampled.plans)
    work.regret = _regret(work, outcomes)
    began = work.timed("regret", began)
    work.estimates = _estimates(work, measure, draws, outcomes)
    work.timed("estimates", began)
    work.ranked = True


def _gathered(
    work: _Work, chances: Chances, sampled: Sampled, core: dict[str, float] | None = None, *, last: bool = False
) -> Stress:
    return Stress(
        portfolio=work.portfolio,
        options=work.options,
        goals=chances.goals,
        capacities=chances.capacities,
        sampled=sampled,
        regret=work.regret,
        estimates=work.estimates,
        core_index=core,
        seconds=dict(work.seconds),
        complete=last and sampled.complete and not work.budget.over,
        notices=tuple(dict.fromkeys((*work.portfolio.notices, *work.notices))),
    )


def _corner_plans(work: _Work) -> list[Plan]:
    """Best plans of each tier alone, to begin the pool with; those that time allows."""
    plans = []
    for tier in work.portfolio.outcome.weights:
        corner = work.portfolio.settings.replace(weights=dict.fromkeys(TIERS, 0.0) | {tier: 1.0}, balance=0.0)
        try:
            found = work.optimiser.best(corner, gap=work.options.tolerance / 2, budget=work.budget)
        except (NoAnswerError, InfeasibleError):
            break
        plans.append(found.outcome.plan)
    return plans


def _sampled(
    work: _Work, measure: Objective, first: list[Plan], tell: Callable[[Sampled], None] | None = None
) -> Sampled:
    """Sample weights and effects, and find a best plan for each sample."""
    scenario, options = work.scenario, work.options
    fixed = sampling.is_fixed(scenario)
    sizes = sampling.draw_sizes(scenario, options.samples, sampling.stream(options.seed, "sample_sizes"))
    central = work.portfolio.settings.replace(case=Case.CENTRAL)
    many = ManyLevels(scenario, central, sampling.expected(scenario, sizes))
    given = np.array(list(work.portfolio.outcome.weights.values()))
    weights = (
        np.tile(given, (options.samples, 1))
        if options.weights_fixed
        else sampling.draw_weights(len(many.tiers), options.samples, sampling.stream(options.seed, "weights"))
    )
    asked = Asked(weights, sizes, options.tolerance, fixed)
    case = work.portfolio.settings.case
    if case is not Case.CENTRAL:
        text = f"The plan was chosen for the {case.value} case; effects are drawn from low to high."
        work.notices.append(text)
    if work.portfolio.settings.balance > 0:
        work.notices.append("The balance of the samples is measured by the best-alone scores of the settings asked.")
    return Sampler(scenario, work.portfolio.settings, many, measure).run(
        asked, first, work.part(SAMPLES_PART), work.progress, tell
    )


def _outcomes(work: _Work, plans: Sequence[Plan]) -> list[Outcome]:
    """Outcomes at the settings: of the chosen plan, and of the others that break no limit; those that time allows."""
    chosen, outcomes = work.portfolio.outcome, []
    for plan in plans:
        if work.budget.over:
            break
        if plan != chosen.plan and not (outcome := evaluate(work.scenario, plan, work.portfolio.settings)).breaches:
            outcomes.append(outcome)
    return [chosen, *outcomes]


def _regret(work: _Work, outcomes: Sequence[Outcome]) -> Regret | None:
    """Regret over weights; None where S* of a tier is not known."""
    best: dict[str, tuple[float, float]] = {}
    for tier in work.portfolio.outcome.weights:
        score = work.portfolio.best_alone.get(tier)
        if score is None:
            work.notices.append("Regret needs the best score of every tier alone, which was not found in time.")
            return None
        bound = work.portfolio.best_alone_bound.get(tier)
        best[tier] = (score, score if bound is None else bound)
    return find_regret(work.optimiser, work.portfolio.settings, best, outcomes, work.budget)


def _estimates(
    work: _Work, measure: Objective, draws: sampling.Draws, outcomes: Sequence[Outcome]
) -> tuple[Estimate, ...]:
    """Rank estimates over the plans that are worth most, with delivery at its likelihood; nothing when time is up."""
    many = ManyLevels(work.scenario, work.portfolio.settings, sampling.expected(work.scenario, draws.sizes))
    weights = np.array(list(outcomes[0].weights.values()))
    worth = [float(measure.worth(many.tiers, np.array(list(row.scores.values())), weights)) for row in outcomes]
    order = sorted(range(1, len(outcomes)), key=lambda number: -worth[number])
    values: list[np.ndarray] = []
    for number in [0, *order[: MOST_PLANS - 1]]:
        if work.budget.over:
            return ()
        values.append(measure.worth(many.tiers, many.scores(many.levels(outcomes[number].plan)), weights))
    return find_estimates(work.scenario, draws.sizes, np.stack(values), sampling.stream(work.options.seed, "noise"))


def _core(work: _Work) -> dict[str, float] | None:
    """Core index of each initiative: share of the portfolios on the frontier that hold it (Liesiö, Mild & Salo).

    European Journal of Operational Research 181(3), 2007, where effects may be intervals; here at the case in force,
    with one portfolio for each score vector.
    """
    try:
        frontier = find_frontier(work.optimiser, work.portfolio.settings, budget=work.budget)
    except (SettingsError, NoAnswerError) as error:
        work.notices.append(f"There is no core index: {error}")
        return None
    if not frontier.exact:
        work.notices.append("The core index is of the portfolios of the frontier that were found, not of all.")
    number = len(frontier.points)
    counted = {row.initiative_id: 0 for row in work.scenario.initiatives}
    for point in frontier.points:
        for name in point.outcome.plan:
            counted[name] += 1
    return {name: count / number for name, count in counted.items()} if number else None
