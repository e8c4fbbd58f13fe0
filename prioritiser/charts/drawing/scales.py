"""Scales of a picture from values to px or to the bands of a heat map."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from prioritiser.charts.theme import STEPS

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
STEP_WORDS = ("under 20 %", "20 to 40 %", "40 to 60 %", "60 to 80 %", "80 % or more")


@dataclass(frozen=True)
class Scale:
    """A straight scale: values from `low` to `high` lie at px from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value lies, in px; a value outside lies at the nearer end."""
        inside = min(max(value, self.low), self.high)
        return self.start + (self.end - self.start) * (inside - self.low) / (self.high - self.low)

    def steps(self, most: int = 6) -> list[float]:
        """Return at most about so many round values, in order."""
        step = _round_step((self.high - self.low) / most)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 10) for number in range(first, last + 1)]


def scale_over(values: Iterable[float], start: float, end: float, most: int = 6) -> Scale:
    """Make a scale whose ends are round and take in all finite values."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    if high - low < 1e-9:
        low, high = low - 0.05, high + 0.05
    step = _round_step((high - low) / most)
    return Scale(step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9), start, end)


def _round_step(least: float) -> float:
    size = 10.0 ** math.floor(math.log10(least))
    return size * next(step for step in _STEPS if step * size >= least * (1 - 1e-9))


def shade_of(share: float) -> int | None:
    """Return which of the five bands of a heat map a share has; None where it is below zero."""
    # as the words beside it are rounded, so is the band: 0.7999 is 80 %
    return None if share < -1e-9 else min(len(STEPS) - 1, math.floor(len(STEPS) * (share + 1e-6)))
