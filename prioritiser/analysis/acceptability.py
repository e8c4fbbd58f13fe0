"""In which share of weights and drawn effects is an initiative in the best plan? Solved where no bound is enough.

The acceptability of an initiative (Lahdelma & Salminen, Operations Research 49(3), 2001, for ranks) is the share of
samples in whose best plan it is. A pool of plans is evaluated on all samples at once; where its best is within the
tolerance of an upper bound for a sample, from the linear relaxation, that sample is done; else it is solved and its
plan joins the pool. Where all effects are fixed, earlier solves bound it too, as the best value is convex in weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from prioritiser.ambidexterity import CAN_IMPROVE
from prioritiser.analysis.draws import with_sizes
from prioritiser.analysis.spread import ManyLevels
from prioritiser.errors import InfeasibleError, NoAnswerError
from prioritiser.found import Budget, Found, Progress
from prioritiser.optimise import Optimiser
from prioritiser.outcome import TIERS
from prioritiser.plans import Plan
from prioritiser.portfolio import Portfolio
from prioritiser.scenario import Settings
from prioritiser.schema import Case
from prioritiser.solver import Effort, LowerHull

SAFE, OUT = 0.9, 0.1
EXACT = 1e-6
ANY_GAP = 1e6


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

    def linear(self, weights: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, float]:
        """Weights and constant of a linear function of scores that is never below the value: least tier fixed."""
        above, constant = (1 - self.balance) * weights, 0.0
        if self.balance > 0 and self.reach.any():
            can = np.nonzero(self.reach)[0]
            worst = can[np.argmin((scores[can] - self.idle[can]) / self.reach[can])]
            above[worst] += self.balance / self.reach[worst]
            constant = -self.balance * self.idle[worst] / self.reach[worst]
        return above, constant


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


class Sampler:
    """The pool of plans of many samples, grown as it goes."""

    def __init__(self, optimiser: Optimiser, settings: Settings, many: ManyLevels, measure: Measure) -> None:
        self._optimiser, self._measure, self._many = optimiser, measure, many
        self._settings = settings.replace(case=Case.CENTRAL)
        self._hull = LowerHull(len(many.tiers))

    def run(self, asked: Asked, first: list[Plan], budget: Budget, progress: Progress | None = None) -> Sampled:
        """Go through the samples until they are done or the budget is over; first: plans to begin the pool with."""
        pool = Pool(self._many, self._measure, asked.weights)
        for plan in first:
            pool.add(plan)
        if asked.fixed:
            self._solve_corners(asked, pool, budget)
        total, solved, done, margin = len(asked.weights), 0, 0, 0.0
        for sample in range(total):
            if budget.over:
                break
            found = self._settle(asked, sample, pool, budget)
            if found is None:
                break
            needed, distance = found
            solved, margin, done = solved + needed, max(margin, distance), sample + 1
            if progress is not None and (done % 10 == 0 or done == total):
                progress("samples", done, total)
        chosen = np.array([pool.best(sample)[0] if sample < done else -1 for sample in range(total)], dtype=int)
        return Sampled(
            asked.weights, asked.sizes, tuple(pool.plans), chosen, done, solved, margin, complete=done == total
        )

    def _solve_corners(self, asked: Asked, pool: Pool, budget: Budget) -> None:
        """Solve the corners of the weights, so that the bounds of solves surround every sample."""
        for corner in np.eye(len(self._many.tiers)):
            try:
                found = self._best(self._optimiser, corner, asked.tolerance, budget)
            except (InfeasibleError, NoAnswerError):
                return
            pool.add(found.outcome.plan)
            self._hull.add(corner, found.bound)

    def _best(self, optimiser: Optimiser, weights: np.ndarray, tolerance: float, budget: Budget) -> Found:
        measure, tiers = self._measure, self._many.tiers
        settings = self._settings.replace(weights=dict.fromkeys(TIERS, 0.0) | _by_tier(tiers, weights))
        alone = {tier: float(measure.idle[k] + measure.reach[k]) for k, tier in enumerate(tiers)}
        return optimiser.best(settings, gap=tolerance / 2, budget=budget, best_alone=alone)

    def _settle(self, asked: Asked, sample: int, pool: Pool, budget: Budget) -> tuple[bool, float] | None:
        """Make sure that the pool has a plan within the tolerance for a sample.

        Returns whether that took a solve, and the relative distance proved; None where time was up.
        """
        weights = asked.weights[sample]
        optimiser = self._optimiser
        if not asked.fixed:
            optimiser = Optimiser(with_sizes(optimiser.scenario, asked.sizes[sample]))
        position, value = pool.best(sample)
        if position >= 0:
            bound = self._hull.at(weights) if asked.fixed else math.inf
            if bound - value > max(EXACT, asked.tolerance * abs(value)):
                bound = min(bound, self._bound(optimiser, weights, pool.scores[position][sample], budget))
            if bound - value <= max(EXACT, asked.tolerance * abs(value)):
                return False, _relative(value, bound)
            if budget.over:
                return None
            if not asked.fixed:
                self._begin_from(optimiser, pool.plans[position], budget)
        return self._solve(optimiser, asked, sample, pool, budget)

    def _solve(
        self, optimiser: Optimiser, asked: Asked, sample: int, pool: Pool, budget: Budget
    ) -> tuple[bool, float] | None:
        try:
            found = self._best(optimiser, asked.weights[sample], asked.tolerance, budget)
        except InfeasibleError:
            return True, 0.0
        except NoAnswerError:
            return None
        pool.add(found.outcome.plan)
        self._hull.add(asked.weights[sample], found.bound)
        _, value = pool.best(sample)
        if found.bound - value > max(2 * EXACT, asked.tolerance * abs(value)):
            return None  # stopped before the proof
        return True, _relative(value, found.bound)

    def _begin_from(self, optimiser: Optimiser, plan: Plan, budget: Budget) -> None:
        """Make a plan known to a model that knows none yet: a run that stops at it; halves the time of the solve."""
        kept = optimiser.kept(self._settings)
        values = np.zeros(1 + max(kept.column(variable) for variable in kept.model.problem.exported_variables()))
        for name, delivery in plan.items():
            values[kept.column(kept.model.start[name, delivery.start])] = 1.0
        effort = budget.effort()
        kept.run(Effort(ANY_GAP, ANY_GAP, effort.time_limit, effort.stop), values)

    def _bound(self, optimiser: Optimiser, weights: np.ndarray, scores: np.ndarray, budget: Budget) -> float:
        above, constant = self._measure.linear(weights, scores)
        return constant + optimiser.relaxed(self._settings, _by_tier(self._many.tiers, above), budget)


def _by_tier(tiers: tuple[str, ...], weights: np.ndarray) -> dict[str, float]:
    return {tier: float(weight) for tier, weight in zip(tiers, weights, strict=True)}


def _relative(value: float, bound: float) -> float:
    return max(0.0, bound - value) / max(abs(value), 1e-9) if bound - value > EXACT else 0.0
