"""Plans with an initiative against plans without it, at one value of a change after another.

Plans found say where one side overtakes the other; solves then only have to show that nothing better is on the side
that loses, which is much faster than finding a best plan.
"""

import math

import numpy as np

from prioritiser.analysis.explanation.counterfactuals.changes import Change
from prioritiser.analysis.explanation.counterfactuals.plans import FoundPlans
from prioritiser.analysis.marginal_values.base import CERTAIN
from prioritiser.optimisation.incumbent import Incumbent

SAMPLES = 33
COARSE = 6


class Contest:
    """One change of one initiative. `free`: whether plans found are enough to tell where it counts."""

    change: Change
    free = False

    def __init__(self, found: FoundPlans, name: str) -> None:
        self.found, self.base, self.name = found, found.base, name
        self.was_in = name in found.base.outcome.plan
        self._flipped: dict[float, bool] = {}
        self._tries = 0

    def known(self, values: np.ndarray, has: bool) -> np.ndarray:
        """Objective of the best plan found with it, or without it, at each value; minus infinity without one."""
        raise NotImplementedError

    def better(self, value: float, has: bool, bar: float) -> Incumbent | None:
        """Find a plan with it, or without it, that is worth more than a bar at a value."""
        raise NotImplementedError

    def bound(self, value: float) -> float:
        """No plan without it is worth more at a value."""
        raise NotImplementedError

    def flipped(self, value: float) -> bool:
        """Whether the best plan at a value has it the other way."""
        if value not in self._flipped:
            self._flipped[value] = self.counts(value) == (not self.was_in)
        return self._flipped[value]

    def holds(self, value: float) -> bool:
        """Whether it is proved that it is the other way."""
        return self.flipped(value)

    def counts(self, value: float) -> bool | None:
        """Whether plans with it are better than all without it, proved; None where there are no plans at all.

        Each side in turn is asked for a plan better than the best of the other, until one has none.
        """
        inside, outside = (float(self.known(np.array([value]), has)[0]) for has in (True, False))
        while True:
            if inside <= outside + CERTAIN:
                found = self.better(value, True, outside + CERTAIN)
                if found is None:
                    return None if outside == -math.inf else False
                inside = found.objective
            elif inside > self.bound(value):
                return True
            else:
                found = self.better(value, False, inside - CERTAIN)
                if found is None:
                    return True
                outside = found.objective

    def between(self, near: float, far: float) -> float:
        """Return where plans found say that it flips; or, when that is settled, a step beside it; or the middle."""
        step, way = 0.95 * self.change.step(far), math.copysign(1.0, far - near)
        before, after = self._edge(near, far)
        if self.free and self.was_in and abs(before - near) > step / 10:
            return before
        if self.free and not self.was_in and abs(far - after) > step / 10:
            return after
        self._tries += 1
        coarse = self.change.kind in {"cost", "capacity"} and abs(far - near) > COARSE * step
        if self._tries % 3 == 0 or coarse or abs(far - near) <= 2 * step:
            return self.middle(near, far, coarse)
        if self.free:
            return near + way * step if self.was_in else far - way * step
        beyond = after + 0.4 * way * step
        return beyond if abs(far - after) > step / 2 else far - way * step

    def hint(self, near: float, far: float) -> float:
        """Return the value between two at which plans found say most clearly that it flips; NaN where they do not."""
        values = np.linspace(near, far, SAMPLES)[1:]
        inside, outside = self.known(values, True), self.known(values, False)
        if not (np.isfinite(inside) & np.isfinite(outside)).any():
            return math.nan
        ahead = np.where(np.isfinite(inside) & np.isfinite(outside), inside - outside, math.nan)
        ahead = -ahead if self.was_in else ahead
        best = int(np.nanargmax(ahead))
        return float(values[best]) if ahead[best] > CERTAIN else math.nan

    def middle(self, near: float, far: float, coarse: bool) -> float:
        """Return the value half-way."""
        return (near + far) / 2

    def _edge(self, near: float, far: float) -> tuple[float, float]:
        """Return values close together between which it flips, as plans found say."""
        for _ in range(2):
            values = np.linspace(near, far, SAMPLES)
            flipped = (self.known(values, True) > self.known(values, False) + CERTAIN) != self.was_in
            flipped[0], flipped[-1] = False, True
            first = int(flipped.argmax())
            near, far = float(values[first - 1]), float(values[first])
        return near, far
