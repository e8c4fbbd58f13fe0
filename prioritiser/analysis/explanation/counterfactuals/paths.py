"""Flips along one capacity or one weight: the coarse grid is solved once for all initiatives.

The best value never falls as a capacity grows, and is convex in a weight: so plans and bounds found at some values
answer many values between them without a solve.
"""

import math
from collections.abc import Mapping

import numpy as np

from prioritiser.analysis.explanation.counterfactuals import plans
from prioritiser.analysis.explanation.counterfactuals.changes import SharedChange
from prioritiser.analysis.explanation.counterfactuals.contest import Contest
from prioritiser.analysis.marginal_values.base import CERTAIN, Base
from prioritiser.errors import InfeasibleError
from prioritiser.optimisation.incumbent import Incumbent

_SLACK = 2e-7


class Path:
    """One change, with the bounds found along it."""

    def __init__(self, found: plans.FoundPlans, change: SharedChange) -> None:
        self.found, self.change = found, change
        self.base: Base = found.base
        self.is_weight = change.kind == "weight"
        self.bounds = {change.start: self.base.found.bound}
        self.grid = {value for side in change.sides for value in side}
        self._resource = -1
        if not self.is_weight:
            self._resource = [row.resource_id for row in self.base.scenario.resources].index(change.subject)

    def worth(self, rows: list[plans.FoundPlan], values: np.ndarray) -> np.ndarray:
        """Objective of plans at values: plans × values; minus infinity where one does not hold."""
        if not rows:
            return np.full((1, len(values)), -math.inf)
        weights = np.array([self._weights(value) for value in values])
        worth = np.array([row.worth for row in rows]) @ weights.T + np.array([[row.least] for row in rows])
        lowest = np.array([row.lowest for row in rows])
        sound = np.array([row.sound for row in rows])
        others = np.delete(lowest, self._resource, axis=1) if not self.is_weight else lowest
        sound &= (others <= 1).all(axis=1)
        holds = np.repeat(sound[:, None], len(values), axis=1)
        if not self.is_weight:
            holds &= lowest[:, [self._resource]] <= values
        return np.where(holds, worth, -math.inf)

    def _weights(self, value: float) -> np.ndarray:
        weights: Mapping[str, float] = self.base.outcome.weights
        if self.is_weight:
            chosen = self.change.settings_at(value).weights
            weights = {tier: chosen[tier] / 100 for tier in self.found.tiers}
        return np.array([weights[tier] for tier in self.found.tiers])

    def is_settled(self, value: float) -> bool:
        """Whether the best plan found at a value is proved best, to the gap."""
        bound = self._bound(value)
        if math.isinf(bound):
            return bound < 0
        best = self.worth(list(self.found.rows.values()), np.array([value])).max()
        return bool(best >= bound - max(_SLACK, self.base.gap * abs(bound)))

    def settle(self, value: float) -> None:
        """Find the best plan at a value."""
        if self.is_settled(value):
            return
        try:
            found = self.base.ask(self.change.settings_at(value))
        except InfeasibleError:
            self.bounds[value] = -math.inf
            return
        self.bounds[value] = found.bound
        self.found.add(found.outcome.plan)

    def _bound(self, value: float) -> float:
        """Bound on the best objective at a value, from those where it was asked."""
        above = [asked for asked in self.bounds if asked >= value]
        if not self.is_weight:
            return min((self.bounds[asked] for asked in above), default=math.inf)
        below = [asked for asked in self.bounds if asked <= value]
        if not above or not below:
            return math.inf
        low, high = max(below), min(above)
        part = 0.0 if low == high else (value - low) / (high - low)
        return (1 - part) * self.bounds[low] + part * self.bounds[high]


class PathContest(Contest):
    """One initiative along one path."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path.found, name)
        self.path = path
        self.change: SharedChange = path.change
        self._proved: set[float] = set()

    def known(self, values: np.ndarray, has: bool) -> np.ndarray:
        """Objective of the best plan found with it, or without it, at each value."""
        return self.path.worth(self._rows(has), values).max(axis=0)

    def _rows(self, has: bool) -> list[plans.FoundPlan]:
        return [row for row in self.found.rows.values() if (self.name in row.plan) == has]

    def better(self, value: float, has: bool, bar: float) -> Incumbent | None:
        """Find a plan with it, or without it, that is worth more than a bar at a value."""
        settings, scenario = self.change.settings_at(value), self.base.scenario
        asked = (
            plans.with_initiative(scenario, settings, self.name) if has else plans.with_lock(settings, self.name, "out")
        )
        found = plans.find_better(self.base, asked, bar)
        if found is not None:
            self.found.add(found.outcome.plan)
        return found

    def bound(self, value: float) -> float:
        """Nothing bounds plans without it but a solve."""
        return math.inf

    def middle(self, near: float, far: float, coarse: bool) -> float:
        """Return the value half-way; far from the flip it is solved for all initiatives."""
        value = (near + far) / 2
        if coarse:
            self.path.grid.add(value)
        return value

    def flipped(self, value: float) -> bool:
        """Whether the best plan at a value has it the other way; to the gap where the grid or what is found tells."""
        if value not in self._flipped:
            if value in self.path.grid:
                self.path.settle(value)
            if self.path.is_settled(value):
                self._flipped[value] = self._seems(value) == (not self.was_in)
            else:
                self._prove(value)
        return self._flipped[value]

    def _prove(self, value: float) -> None:
        self._flipped[value] = self.counts(value) == (not self.was_in)
        self._proved.add(value)

    def _seems(self, value: float) -> bool | None:
        """Whether plans found with it are better than those without it; None where there are no plans."""
        rows, at = self._rows(True), np.array([value])
        worth = self.path.worth(rows, at)[:, 0]
        inside = float(worth.max())
        if inside > -math.inf:
            self.found.add_less(rows[int(worth.argmax())], self.name)
        outside = float(self.known(at, False)[0])
        return None if max(inside, outside) == -math.inf else inside > outside + CERTAIN

    def holds(self, value: float) -> bool:
        """Whether it is proved that it is the other way."""
        if value not in self._proved:
            self._prove(value)
        return self._flipped[value]
