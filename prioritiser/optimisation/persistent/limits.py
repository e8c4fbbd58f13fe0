"""How far a run of the solver goes, how it ended and what it found."""

import math
import threading
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

FEASIBLE = 1e-9


class SolverStatus(StrEnum):
    """How a run of the solver ended."""

    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    TIME_LIMIT = "time_limit"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SolverResult:
    """One run: how it ended, the values of all variables (None without a solution), objective and bound."""

    ending: SolverStatus
    values: np.ndarray | None
    objective: float
    bound: float
    seconds: float


@dataclass(frozen=True)
class SolveLimits:
    """How far a run goes: relative and absolute gap (of the objective), seconds, and an event that cancels it.

    absolute_gap: for a model of fineness 1; a finer one divides it further.
    """

    gap: float = 0.0
    absolute_gap: float = 1e-7
    time_limit: float = math.inf
    stop: threading.Event | None = None

    def is_closed(self, run: SolverResult, fineness: float) -> bool:
        """Whether a run's bound lies within the gaps asked for of its objective, whatever the solver says."""
        allowed = max(fineness * self.absolute_gap, self.gap * abs(run.objective))
        return run.bound - run.objective <= 2 * allowed + fineness * FEASIBLE * max(1.0, abs(run.objective))


@dataclass(frozen=True)
class Relaxation:
    """The linear relaxation: its optimum, a bound on every plan; values; and the marginal value of rows and variables.

    duals: by row, what one more of its limit adds to the optimum of the relaxation, in scores. reduced: by variable,
    what one more of it adds; a plan in which it is at its other bound is worth at most the optimum less its size.
    """

    bound: float
    values: np.ndarray
    duals: np.ndarray
    reduced: np.ndarray
