"""In which share of weights and drawn effects is an initiative in the best plan? Solved where no bound is enough.

The acceptability of an initiative (Lahdelma & Salminen, Operations Research 49(3), 2001, for ranks) is the share of
samples in whose best plan it is. A pool of plans is evaluated on all samples at once. For each sample only plans are
looked for that are better than the pool's best by more than the tolerance: often the linear relaxation shows that
there is none, else it is a short search, and a plan that is found joins the pool. Where all effects are fixed, earlier
solves bound a sample too, as the best value is convex in weights.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

import numpy as np

from prioritiser.ambidexterity import CAN_IMPROVE
from prioritiser.analysis.draws import with_sizes
from prioritiser.analysis.spread import ManyLevels
from prioritiser.errors import InfeasibleError, NoAnswerError
from prioritiser.found import Budget, Progress
from prioritiser.optimise import Optimiser
from prioritiser.outcome import TIERS
from prioritiser.plans import Plan
from prioritiser.portfolio import Portfolio
from prioritiser.scenario import Settings
from prioritiser.schema import Case
from prioritiser.solver import LowerHull

SAFE, OUT = 0.9, 0.1
EXACT = 1e-6
ROUND = 10
GAP_PART = 0.9  # of the tolerance: what recomputing a plan takes off must still be within it
WORKERS = min(2, os.cpu_count() or 1)


@dataclass(frozen=True)
class Measure:
    """(1−β) Σ W·S + β min (S − S⁰)/(S* − S⁰) of tier scores; S* stays that of the portfolio's own settings.

    idle, reach: S⁰ and S* − S⁰ by tier that counts, in order; reach is 0 where the tier cannot improve.
    """

    balance: float
    idle: np.ndarray
    reach: np.ndarray

    @classmethod
    def of(cls, portfolio: Portfolio) -> Measure:
        """Measure as the portfolio was measured."""
        outcome = portfolio.outcome
        idle = np.array([outcome.do_nothing[tier] for tier in outcome.scores])
        best = [portfolio.best_alone.get(tier) for tier in outcome.scores]
        reach = np.array([0.0 if score is None else score - idle[k] for k, score in enumerate(best)])
        return cls(portfolio.settings.balance, idle, np.where(reach > CAN_IMPROVE, reach, 0.0))

    def values(self, scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Value of scores (… × tiers) at weights (… × tiers)."""
        weighted: np.ndarray = (scores * weights).sum(axis=-1)
        if self.balance == 0 or not self.reach.any():
            return (1 - self.balance) * weighted
        can = self.reach > 0
        least = ((scores[..., can] - self.idle[can]) / self.reach[can]).min(axis=-1)
        return np.asarray((1 - self.balance) * weighted + self.balance * least)


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


def class_of(share: float | None) -> str | None:
    """Safe from 0.9 on, out up to 0.1, contested between."""
    if share is None:
        return None
    return "safe" if share >= SAFE else "out" if share <= OUT else "contested"


class Pool:
    """Plans and what each is worth in every sample."""

    def __init__(self, many: ManyLevels, measure: Measure, weights: np.ndarray) -> None:
        self._many, self._measure, self._weights = many, measure, weights
        self.plans: list[Plan] = []
        self._known: set[tuple[object, ...]] = set()
        self.scores: list[np.ndarray] = []
        self.values: list[np.ndarray] = []

    def add(self, plan: Plan) -> None:
        """Evaluate a plan on all samples; it is worth −infinity where it breaks a rule on levels."""
        key = tuple((name, round(delivery.share, 9), delivery.start) for name, delivery in sorted(plan.items()))
        if key in self._known:
            return
        self._known.add(key)
        levels = self._many.levels(plan)
        scores = self._many.scores(levels)
        worth = self._measure.values(scores, self._weights)
        self.plans.append(plan)
        self.scores.append(scores)
        self.values.append(np.where(self._many.keeps_rules(levels), worth, -math.inf))

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
    """What is known of a sample: a bound on its best plan, −infinity without any, and a plan if it was solved."""

    bound: float
    plan: Plan | None = None
    solved: bool = False


class _How(TypedDict):
    """How a sample is solved."""

    gap: float
    budget: Budget
    best_alone: dict[str, float]


class Sampler:
    """The pool of plans of many samples, grown round by round.

    The samples of a round are settled side by side from the pool as it was before it, so that neither the number of
    workers nor their speed can change an answer.
    """

    def __init__(self, optimiser: Optimiser, settings: Settings, many: ManyLevels, measure: Measure) -> None:
        self._optimiser, self._measure, self._many = optimiser, measure, many
        self._settings = settings.replace(case=Case.CENTRAL)
        self._alone = {tier: float(measure.idle[k] + measure.reach[k]) for k, tier in enumerate(many.tiers)}
        self._hull = LowerHull(len(many.tiers))

    def run(self, asked: Asked, first: list[Plan], budget: Budget, progress: Progress | None = None) -> Sampled:
        """Go through the samples until they are done or the budget is over; first: plans to begin the pool with."""
        pool = Pool(self._many, self._measure, asked.weights)
        for plan in first:
            pool.add(plan)
        if asked.fixed:
            self._solve_corners(asked, pool, budget)
        total, solved, done, margin = len(asked.weights), 0, 0, 0.0
        for sample, settled in enumerate(self._settled(asked, pool, budget)):
            if settled.plan is not None:
                pool.add(settled.plan)
                self._hull.add(asked.weights[sample], settled.bound)
            _, value = pool.best(sample)
            if settled.plan is not None and settled.bound - value > max(2 * EXACT, asked.tolerance * abs(value)):
                break  # stopped before the proof
            solved, done = solved + settled.solved, sample + 1
            margin = max(margin, _relative(value, settled.bound))
            if progress is not None and (done % ROUND == 0 or done == total):
                progress("samples", done, total)
        chosen = np.array([pool.best(sample)[0] if sample < done else -1 for sample in range(total)], dtype=int)
        return Sampled(
            asked.weights, asked.sizes, tuple(pool.plans), chosen, done, solved, margin, complete=done == total
        )

    def _settled(self, asked: Asked, pool: Pool, budget: Budget) -> Iterator[_Settled]:
        """Settle sample by sample, in order; ends early where the budget does.

        With fixed effects one solve bounds many samples and all use one model: then every sample is its own round.
        """
        size = 1 if asked.fixed else ROUND
        with ThreadPoolExecutor(WORKERS) as workers:
            for begin in range(0, len(asked.weights), size):
                numbers = range(begin, min(begin + size, len(asked.weights)))
                best = [pool.best(number)[0] for number in numbers]
                for settled in workers.map(partial(self._settle, asked, pool, budget), numbers, best):
                    if settled is None:
                        return
                    yield settled
                if budget.over:
                    return

    def _solve_corners(self, asked: Asked, pool: Pool, budget: Budget) -> None:
        """Solve the corners of the weights, so that the bounds of solves surround every sample."""
        for corner in np.eye(len(self._many.tiers)):
            try:
                found = self._optimiser.best(
                    self._at(corner), gap=GAP_PART * asked.tolerance, budget=budget, best_alone=self._alone
                )
            except (InfeasibleError, NoAnswerError):
                return
            pool.add(found.outcome.plan)
            self._hull.add(corner, found.bound)

    def _settle(self, asked: Asked, pool: Pool, budget: Budget, sample: int, position: int) -> _Settled | None:
        """Look for a plan better by more than the tolerance than the pool's at a position; None where time was up."""
        weights, optimiser = asked.weights[sample], self._optimiser
        if not asked.fixed:
            optimiser = Optimiser(with_sizes(optimiser.scenario, asked.sizes[sample]))
        gap = GAP_PART * asked.tolerance
        how: _How = {"gap": gap, "budget": budget, "best_alone": self._alone}
        try:
            if position < 0:
                found = optimiser.best(self._at(weights), **how)
                return _Settled(found.bound, found.outcome.plan, solved=True)
            value = float(pool.values[position][sample])
            enough = value + max(EXACT, gap * abs(value))
            if asked.fixed and (bound := self._hull.at(weights)) <= enough:
                return _Settled(bound)
            beyond = optimiser.best_beyond(enough, self._at(weights), **how)
        except InfeasibleError:
            return _Settled(-math.inf, solved=True)
        except NoAnswerError:
            return None
        plan = pool.plans[position] if beyond.found is None else beyond.found.outcome.plan
        return _Settled(beyond.bound, plan, solved=not beyond.by_relaxation)

    def _at(self, weights: np.ndarray) -> Settings:
        by_tier = {tier: float(weight) for tier, weight in zip(self._many.tiers, weights, strict=True)}
        return self._settings.replace(weights=dict.fromkeys(TIERS, 0.0) | by_tier)


def _relative(value: float, bound: float) -> float:
    if bound == -math.inf:
        return 0.0
    return max(0.0, bound - value) / max(abs(value), 1e-9) if bound - value > EXACT else 0.0
