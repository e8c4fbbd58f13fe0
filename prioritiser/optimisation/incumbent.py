"""What a question is given (time, manner, what is known) and what it finds."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.plan import Keep
from prioritiser.optimisation.persistent import SolveLimits, SolverStatus

type Progress = Callable[[str, int, int], None]  # what is being done, how much is done, of how much


@dataclass(frozen=True)
class BestAlone:
    """S* of a tier, and a bound on it where it is not proved."""

    score: float
    bound: float | None


@dataclass
class BestAloneCache:
    """What earlier questions found and this one may use: proved S* by tier, and the weighted score at balance 0."""

    best_alone: dict[str, BestAlone] = field(default_factory=dict)
    value: dict[str, float] = field(default_factory=dict)


@dataclass
class Budget:
    """What is left of the time and how much was done."""

    deadline: float = math.inf
    stop: threading.Event | None = None
    began: float = field(default_factory=perf_counter)

    @classmethod
    def of(cls, time_limit: float | None = None, stop: threading.Event | None = None) -> Budget:
        """Begin a budget of so many seconds from now (None: no limit), and an event that cancels it."""
        return cls(perf_counter() + (math.inf if time_limit is None else time_limit), stop)

    def effort(self, gap: float = 0.0, absolute_gap: float = 1e-7, part: float = 1.0) -> SolveLimits:
        """Return the effort that a run may take: what is left, or a part of it."""
        return SolveLimits(gap, absolute_gap, part * (self.deadline - perf_counter()), self.stop)

    @property
    def seconds_left(self) -> float | None:
        """Seconds that are left; None where there is no limit."""
        return None if math.isinf(self.deadline) else self.deadline - perf_counter()

    @property
    def stopped(self) -> bool:
        """Whether somebody cancelled."""
        return self.stop is not None and self.stop.is_set()

    @property
    def ending(self) -> str:
        """Why there is no more of it, in words."""
        return "it was stopped" if self.stopped else "time was up"

    @property
    def over(self) -> bool:
        """Whether nothing is left of it."""
        return self.stopped or perf_counter() >= self.deadline


@dataclass(frozen=True)
class SolveOptions:
    """How a question is asked.

    warm: begin from the best plan that earlier questions found. floors: least score of tiers. names_clash: where there
    is no plan, find out why, which takes many runs. keep: a plan that may change only so much.
    """

    warm: bool = False
    floors: Mapping[str, float] = field(default_factory=dict)
    names_clash: bool = True
    keep: Keep | None = None


@dataclass(frozen=True)
class Incumbent:
    """A plan that was found, checked, and the bound that came with it."""

    outcome: Outcome
    objective: float
    bound: float
    ending: SolverStatus
    values: np.ndarray


@dataclass(frozen=True)
class Beyond:
    """What a search for plans above a value found: a bound on every plan, and a plan; None where it found none.

    by_relaxation: whether the linear relaxation alone showed that there is none.
    """

    bound: float
    found: Incumbent | None
    by_relaxation: bool


def tighter(found: Incumbent, before: Incumbent) -> Incumbent:
    """Keep the better plan of two and the tighter bound."""
    bound = min(found.bound, before.bound)
    best = found if found.objective >= before.objective else before
    return Incumbent(best.outcome, best.objective, max(bound, best.objective), found.ending, best.values)
