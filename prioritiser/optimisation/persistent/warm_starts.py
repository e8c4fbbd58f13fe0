"""Plans that earlier runs found: the best of them that still holds is where the next run begins."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from prioritiser.recent import Recent

MOST = 256
_SLACK = 1e-6


@dataclass(frozen=True)
class _Known:
    values: np.ndarray
    activity: np.ndarray


class KnownPlans:
    """Values of all variables of plans found, and what they make of the rows that may change."""

    def __init__(self, matrix: Any, rows: np.ndarray, integers: np.ndarray) -> None:
        """Keep the rows that a choice of starts and shares can break.

        matrix: the solver's, by columns. rows: positions of those rows. integers: positions of integer variables.
        """
        starts = np.asarray(matrix.start_)
        columns = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        place = np.full(int(np.max(matrix.index_, initial=-1)) + 1, -1)
        place[rows[rows < len(place)]] = np.arange(len(rows))[rows < len(place)]
        chosen = place[np.asarray(matrix.index_)] >= 0
        self._row = place[np.asarray(matrix.index_)][chosen]
        self._column = columns[chosen]
        self._part = np.asarray(matrix.value_)[chosen]
        self._rows, self._integers = rows, integers
        self._known: Recent[bytes, _Known] = Recent(MOST)

    def add(self, values: np.ndarray) -> None:
        """Remember a plan; the oldest is forgotten when there are too many."""
        key = np.round(values[self._integers]).astype(np.int8).tobytes()
        activity = np.bincount(self._row, self._part * values[self._column], minlength=len(self._rows))
        self._known[key] = _Known(values, activity)

    def forget(self) -> None:
        """Forget every plan."""
        self._known.clear()

    def best(
        self, costs: np.ndarray, columns: tuple[np.ndarray, np.ndarray], rows: tuple[np.ndarray, np.ndarray]
    ) -> np.ndarray | None:
        """Return the known plan that is worth most at these costs and within all bounds; None where there is none.

        columns, rows: lower and upper bounds now in force, by position in the solver.
        """
        low, high = (bounds[self._rows] for bounds in rows)
        best: np.ndarray | None = None
        for known in self._known.values():
            held = np.all(known.activity >= low - _SLACK) and np.all(known.activity <= high + _SLACK)
            if held and np.all(known.values >= columns[0] - _SLACK) and np.all(known.values <= columns[1] + _SLACK):
                if best is None or costs @ known.values > costs @ best:
                    best = known.values
        return best
