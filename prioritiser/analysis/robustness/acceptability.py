"""In which share of weights and drawn effects is an initiative in the best plan? Solved where no bound is enough.

The acceptability of an initiative (Lahdelma & Salminen, Operations Research 49(3), 2001, for ranks) is the share of
samples in whose best plan it is. A pool of plans is evaluated on all samples at once. For each sample only plans are
looked for that are better than the pool's best by more than the tolerance: often the linear relaxation shows that
there is none, else it is a short search, and a plan that is found joins the pool. Where all effects are fixed, earlier
solves bound a sample too, as the best value is convex in weights.
"""

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from queue import SimpleQueue

import numpy as np

from prioritiser.analysis.robustness.batch_evaluation import ManyLevels
from prioritiser.analysis.robustness.sampling import with_sizes
from prioritiser.analysis.robustness.sampling_error import wilson
from prioritiser.errors import WrongAnswerError
from prioritiser.evaluation.objective import Objective
from prioritiser.evaluation.plan import Plan
from prioritiser.optimisation.incumbent import Budget, Progress
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import EffectSizes, LowerHull, PersistentModel, SolverStatus
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case
from prioritiser.scenario.settings import Settings

SAFE, OUT = 0.9, 0.1
EXACT = 1e-6
AGREEMENT = 1e-6
ROUND = 10
GAP_PART = 0.99  # of the tolerance: what recomputing a plan takes off must still be within it
WORKERS = min(2, os.cpu_count() or 1)
TOLD = (10, 20, 50, 100, 250, 500)  # after so many samples, what is known is told


@dataclass(frozen=True)
class Sampled:
    """Sampled weights and effects, and the best plan of the pool for each sample that was done.

    weights: samples × tiers. chosen: position in `plans` by sample, −1 where no plan keeps the rules on levels.
    done: how many samples. solved: how many of them needed a solve. margin: largest certified relative distance.
    """

    weights: np.ndarray
    sizes: np.ndarray
    plans: tuple[Plan, ...]
    chosen: np.ndarray
    done: int
    solved: int
    margin: float
    complete: bool

    @property
    def with_plan(self) -> int:
        """How many samples have any plan."""
        return int((self.chosen[: self.done] >= 0).sum())

    def share(self, name: str) -> float | None:
        """Acceptability: share of the samples with a plan in whose best plan the initiative is; None without any."""
        counts = np.bincount(self.chosen[: self.done][self.chosen[: self.done] >= 0], minlength=len(self.plans))
        inside = sum(int(count) for count, plan in zip(counts, self.plans, strict=True) if name in plan)
        return inside / self.with_plan if self.with_plan else None

    def interval(self, name: str) -> tuple[float, float] | None:
        """Sampling error of the acceptability: the 95 % interval in which it lies; None without a sample."""
        share = self.share(name)
        return None if share is None else wilson(share, self.with_plan)


def class_of(share: float | None) -> str | None:
    """Safe from 0.9 on, out up to 0.1, contested between."""
    if share is None:
        return None
    return "safe" if share >= SAFE else "out" if share <= OUT else "contested"


class Pool:
    """Plans and what each is worth in every sample."""

    def __init__(self, many: ManyLevels, measure: Objective, weights: np.ndarray) -> None:
        self._many, self._measure, self._weights = many, measure, weights
        self.plans: list[Plan] = []
        self._known: dict[tuple[object, ...], int] = {}
        self.values: list[np.ndarray] = []

    def add(self, plan: Plan) -> np.ndarray:
        """Evaluate a plan on all samples, without a solver; it is worth −infinity where it breaks a rule on levels."""
        key = tuple((name, round(delivery.share, 9), delivery.start) for name, delivery in sorted(plan.items()))
        if key in self._known:
            return self.values[self._known[key]]
        self._known[key] = len(self.plans)
        levels = self._many.levels(plan)
        scores = self._many.scores(levels)
        worth = self._measure.worth(self._many.tiers, scores, self._weights)
        self.plans.append(plan)
        self.values.append(np.where(self._many.keeps_rules(levels), worth, -math.inf))
        return self.values[-1]

    def best(self, sample: int) -> tuple[int, float]:
        """Position and value of the best plan for a sample; −1 and −infinity where there is none."""
        values = [values[sample] for values in self.values]
        position = int(np.argmax(values)) if values else -1
        return (position, float(values[position])) if values and math.isfinite(values[position]) else (-1, -math.inf)


@dataclass(frozen=True)
class Asked:
    """What is sampled: weights (samples × tiers), sizes (samples × effect rows), how close a plan must be proved."""

    weights: np.ndarray
    sizes: np.ndarray
    tolerance: float
    fixed: bool


@dataclass(frozen=True)
class _Settled:
    """What is known of a sample: a bound on its best plan, −infinity without any; and a plan that was found.

    modelled: what the solver says that plan is worth.
    """

    bound: float
    plan: Plan | None = None
    modelled: float = -math.inf
    solved: bool = False


class _Solver:
    """One kept model for many samples, one after another."""

    def __init__(self, scenario: Scenario, settings: Settings, measure: Objective) -> None:
        self._scenario, self._settings, self._measure = scenario, settings, measure
        self._kept = Optimiser(scenario).kept(settings)
        self._sizes = EffectSizes(self._kept)

    def look(self, asked: Asked, sample: int, value: float | None, budget: Budget) -> _Settled | None:
        """Look for a plan better than a value by more than the tolerance, or for any; None where time was up."""
        kept, gap = self._with(asked.sizes[sample]), GAP_PART * asked.tolerance
        self._aim(kept, asked.weights[sample])
        before, effort = kept.runs, budget.effort(gap)
        run = kept.run(effort) if value is None else kept.run_beyond(value + max(EXACT, gap * abs(value)), effort)
        if run.ending in (SolverStatus.TIME_LIMIT, SolverStatus.CANCELLED):
            return None
        if run.values is None:
            return _Settled(-math.inf if value is None else run.bound, solved=value is None or kept.runs > before + 1)
        whole = kept.has_partial_shares and kept.has_whole_starts
        values = kept.with_whole_starts(run.values) if whole else run.values
        return _Settled(run.bound, kept.plan(values), kept.objective(values), solved=True)

    def _with(self, sizes: np.ndarray) -> PersistentModel:
        """Put sizes in force; where they need other rows than there are, the model is built anew for them."""
        if not self._sizes.fit(sizes):
            return Optimiser(with_sizes(self._scenario, sizes)).kept(self._settings)
        self._sizes.set(sizes)
        return self._kept

    def _aim(self, kept: PersistentModel, weights: np.ndarray) -> None:
        """Maximise the measure at these weights."""
        kept.keep_value(None)
        kept.aim(self._measure, dict(zip(kept.model.score, weights.tolist(), strict=True)))


class Sampler:
    """The pool of plans of many samples, grown round by round.

    The samples of a round are settled side by side from the pool as it was before it, so that neither the number of
    workers nor their speed can change an answer.
    """

    def __init__(self, scenario: Scenario, settings: Settings, many: ManyLevels, measure: Objective) -> None:
        self._scenario, self._measure, self._many = scenario, measure, many
        self._settings = settings.replace(case=Case.CENTRAL)
        self._hull = LowerHull(len(many.tiers))

    def run(
        self,
        asked: Asked,
        first: list[Plan],
        budget: Budget,
        progress: Progress | None = None,
        tell: Callable[[Sampled], None] | None = None,
    ) -> Sampled:
        """Go through the samples until they are done or the budget is over; first: plans to begin the pool with.

        tell: is given what is known after some of the samples.
        """
        pool = Pool(self._many, self._measure, asked.weights)
        for plan in first:
            pool.add(plan)
        if asked.fixed:
            self._solve_corners(asked, pool, budget)
        total, solved, done, margin = len(asked.weights), 0, 0, 0.0
        for sample, settled in enumerate(self._settled(asked, pool, budget)):
            if settled.plan is not None:
                _check(settled, pool.add(settled.plan), sample)
            if asked.fixed and settled.solved and settled.bound > -math.inf:
                self._hull.add(asked.weights[sample], settled.bound)
            _, value = pool.best(sample)
            if settled.bound - value > max(2 * EXACT, asked.tolerance * abs(value)):
                break  # stopped before the proof
            solved, done = solved + settled.solved, sample + 1
            margin = max(margin, _relative(value, settled.bound))
            if progress is not None and (done % ROUND == 0 or done == total):
                progress("samples", done, total)
            if tell is not None and done in TOLD and done < total:
                tell(self._so_far(asked, pool, done, solved, margin))
        return self._so_far(asked, pool, done, solved, margin)

    def _so_far(self, asked: Asked, pool: Pool, done: int, solved: int, margin: float) -> Sampled:
        """Gather what is known of the samples that were done."""
        total = len(asked.weights)
        chosen = np.array([pool.best(sample)[0] if sample < done else -1 for sample in range(total)], dtype=int)
        return Sampled(
            asked.weights, asked.sizes, tuple(pool.plans), chosen, done, solved, margin, complete=done == total
        )

    def _solve_corners(self, asked: Asked, pool: Pool, budget: Budget) -> None:
        """Solve the corners of the weights, so that the bounds of solves surround every sample."""
        solver, corners = _Solver(self._scenario, self._settings, self._measure), np.eye(len(self._many.tiers))
        at_corners = replace(asked, weights=corners, sizes=np.repeat(asked.sizes[:1], len(corners), axis=0))
        for number, corner in enumerate(corners):
            settled = solver.look(at_corners, number, None, budget)
            if settled is None or settled.plan is None:
                return
            pool.add(settled.plan)
            self._hull.add(corner, settled.bound)

    def _settled(self, asked: Asked, pool: Pool, budget: Budget) -> Iterator[_Settled]:
        """Settle sample by sample, in order; ends early where the budget does.

        With fixed effects one solve bounds many samples: then every sample is its own round.
        """
        side_by_side = 1 if asked.fixed else WORKERS
        free: SimpleQueue[_Solver] = SimpleQueue()
        for _ in range(side_by_side):
            free.put(_Solver(self._scenario, self._settings, self._measure))
        size = 1 if asked.fixed else ROUND
        with ThreadPoolExecutor(side_by_side) as workers:
            for begin in range(0, len(asked.weights), size):
                numbers = range(begin, min(begin + size, len(asked.weights)))
                best = [pool.best(number) for number in numbers]
                for settled in workers.map(partial(self._settle, asked, free, budget), numbers, best):
                    if settled is None:
                        return
                    yield settled
                if budget.over:
                    return

    def _settle(
        self, asked: Asked, free: SimpleQueue[_Solver], budget: Budget, sample: int, best: tuple[int, float]
    ) -> _Settled | None:
        """Settle a sample of which the pool's best plan and its value are known; None where time was up."""
        position, value = best
        if asked.fixed and position >= 0:
            bound = self._hull.at(asked.weights[sample])
            if bound - value <= max(EXACT, asked.tolerance * abs(value)):
                return _Settled(bound)
        solver = free.get()
        try:
            return solver.look(asked, sample, value if position >= 0 else None, budget)
        finally:
            free.put(solver)


def _check(settled: _Settled, worth: np.ndarray, sample: int) -> None:
    """Stop where the solver says more of its plan than the plan recomputed gives."""
    value = float(worth[sample])
    if math.isfinite(value) and settled.modelled - value > AGREEMENT:
        raise WrongAnswerError(f"The solver says {settled.modelled:.9g}, the plan recomputed gives {value:.9g}.")


def _relative(value: float, bound: float) -> float:
    if bound == -math.inf:
        return 0.0
    return max(0.0, bound - value) / max(abs(value), 1e-9) if bound - value > EXACT else 0.0
