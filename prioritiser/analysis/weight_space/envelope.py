"""The upper envelope of linear functions on a simplex of at most three weights: its cells and their corners."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

_HAIR = 1e-13
_SAME = 1e-9
_NOTHING = 1e-16  # share of the simplex below which a cell is none


@dataclass(frozen=True)
class Cell:
    """The part of the simplex where one function is the largest.

    number: position of the function. corners: points × weights, in order around the cell. area: share of the simplex.
    """

    number: int
    corners: np.ndarray
    area: float


class Envelope:
    """The simplex of weights w (w ≥ 0, Σ w = 1) divided among functions v·w by which is the largest, one after another.

    values: functions × weights, every one added. Where functions are equal, the one added first has the cell.
    """

    def __init__(self, dimension: int) -> None:
        self.values = np.empty((0, dimension))
        self._cells: dict[int, Cell] = {}

    @property
    def cells(self) -> list[Cell]:
        """Every cell, in the order in which the functions were added."""
        return list(self._cells.values())

    def add(self, value: np.ndarray) -> None:
        """Add a function; one that equals another within 1e-9 has no cell, nor has one that is beaten everywhere."""
        number, corners = len(self.values), np.eye(self.values.shape[1])
        known = bool(np.any(np.max(np.abs(self.values - value), axis=1) <= _SAME))
        self.values = np.vstack([self.values, value])
        if known:
            return
        for held in self._cells.values():
            corners = _clipped(corners, value - self.values[held.number])
            if not len(corners):
                return
        if (area := _share(corners)) <= _NOTHING:
            return
        for held in self.cells:
            kept = _clipped(held.corners, self.values[held.number] - value)
            if not len(kept) or (left := _share(kept)) <= _NOTHING:
                del self._cells[held.number]
            elif kept is not held.corners:
                self._cells[held.number] = Cell(held.number, kept, left)
        self._cells[number] = Cell(number, corners, area)

    def corners(self, with_zeros: bool) -> np.ndarray:
        """List every corner of every cell once, points × weights; with_zeros: and where an edge of a cell crosses 0."""
        found = [cell.corners for cell in self.cells]
        if with_zeros:
            found += [_zeros(cell.corners, self.values[cell.number]) for cell in self.cells]
        corners = np.vstack(found)
        _, first = np.unique(np.round(corners / _SAME), axis=0, return_index=True)
        return corners[np.sort(first)]


def envelope(values: Iterable[np.ndarray]) -> Envelope:
    """Divide the simplex among functions; values: functions × weights, with one, two or three weights."""
    rows = np.array(list(values), dtype=float)
    divided = Envelope(rows.shape[1])
    for row in rows:
        divided.add(row)
    return divided


def _clipped(corners: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Keep the part of a polygon (or interval, or point) where difference · w ≥ 0; none where it only touches."""
    heights = corners @ difference
    above, below = heights > _HAIR, heights < -_HAIR
    if not np.any(above):
        return corners[:0]
    if not np.any(below):
        return corners
    kept: list[np.ndarray] = []
    for at in range(len(corners)):
        if not below[at]:
            kept.append(corners[at])
        kept += _crossing(corners, heights, at, (above, below))
    return np.array(kept)


def _crossing(
    corners: np.ndarray, heights: np.ndarray, at: int, sides: tuple[np.ndarray, np.ndarray]
) -> list[np.ndarray]:
    """Point at which the edge from a corner to the next goes from one side of 0 to the other, if it does."""
    after, (above, below) = (at + 1) % len(corners), sides
    if not ((above[at] and below[after]) or (below[at] and above[after])) or (len(corners) == 2 and at == 1):
        return []
    part = heights[at] / (heights[at] - heights[after])
    return [(1 - part) * corners[at] + part * corners[after]]


def _zeros(corners: np.ndarray, value: np.ndarray) -> np.ndarray:
    heights = corners @ value
    sides = heights > _SAME, heights < -_SAME
    found = [point for at in range(len(corners)) for point in _crossing(corners, heights, at, sides)]
    return np.array(found).reshape(-1, len(value))


def _share(corners: np.ndarray) -> float:
    """Share of the whole simplex: length for two weights, area for three."""
    dimension = corners.shape[1]
    if dimension == 1:
        return 1.0
    if dimension == 2:
        return float(np.ptp(corners[:, 0]))
    x, y = corners[:, 0] - corners[0, 0], corners[:, 1] - corners[0, 1]
    twice = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    return abs(twice)  # the triangle of (w1, w2) has area 1/2
