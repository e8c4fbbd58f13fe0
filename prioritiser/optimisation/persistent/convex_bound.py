"""The largest convex function below known upper bounds: what values solved at some weights allow at any other."""

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np


class LowerHull:
    """Bounds at points w_k of a simplex, and the bound that they make everywhere on it.

    For a convex function V with V(w_k) ≤ u_k: V(w) ≤ min Σ λ_k u_k over λ ≥ 0 with Σ λ_k w_k = w. One kept linear
    programme with a row for each coordinate; a question takes about 0.1 ms.
    """

    def __init__(self, dimension: int) -> None:
        self._rows = np.arange(dimension, dtype=np.int32)
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in {"output_flag": False, "threads": 1}.items():
            solver.setOptionValue(option, value)
        for _ in range(dimension):
            solver.addRow(0.0, 0.0, 0, [], [])
        self._solver = solver

    def add(self, weights: Sequence[float] | np.ndarray, bound: float) -> None:
        """Add a point (coordinates of 0 or more that sum to 1) at which the function is at most `bound`."""
        parts = np.asarray(weights, dtype=float)
        self._solver.addCol(bound, 0.0, highspy.kHighsInf, len(parts), self._rows, parts)

    def at(self, weights: Sequence[float] | np.ndarray) -> float:
        """Upper bound at a point; infinity where the known points do not surround it."""
        parts = np.asarray(weights, dtype=float)
        self._solver.changeRowsBounds(len(parts), self._rows, parts, parts)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return float("inf")
        return float(self._solver.getInfo().objective_function_value)
