"""The upper envelope of linear functions on a simplex of at most three weights: its cells and their corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_HAIR = 1e-12
_SAME = 1e-9


@dataclass(frozen=True)
class Cell:
    """The part of the simplex where one function is the largest.

    number: position of the function. corners: points × weights, in order around the cell. area: share of the simplex.
    """

    number: int
    corners: np.ndarray
    area: float


def envelope(values: np.ndarray) -> list[Cell]:
    """Divide the simplex of weights w (w ≥ 0, Σ w = 1) among the functions v·w by which is largest.

    values: functions × weights, with one, two or three weights. Of equal functions the first has the cell.
    """
    dimension = values.shape[1]
    cells = []
    for number, value in enumerate(values):
        corners = np.eye(dimension)
        for other in np.unique(np.delete(values, number, axis=0), axis=0):
            difference = value - other
            if np.all(np.abs(difference) <= _HAIR):
                continue
            corners = _clipped(corners, difference)
            if not len(corners):
                break
        if len(corners):
            cells.append(Cell(number, corners, _share(corners)))
    return cells


def cell_corners(cells: list[Cell]) -> np.ndarray:
    """List every corner of every cell once; points × weights."""
    corners = np.vstack([cell.corners for cell in cells])
    _, first = np.unique(np.round(corners / _SAME), axis=0, return_index=True)
    return corners[np.sort(first)]


def _clipped(corners: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Keep the part of a convex polygon (or interval, or point) where difference · w ≥ 0."""
    heights = corners @ difference
    if np.all(heights >= -_HAIR):
        return corners
    if np.all(heights < -_HAIR):
        return corners[:0]
    kept: list[np.ndarray] = []
    count = len(corners)
    for at in range(count):
        after = (at + 1) % count
        if heights[at] >= -_HAIR:
            kept.append(corners[at])
        if (heights[at] >= -_HAIR) != (heights[after] >= -_HAIR) and (count > 2 or at == 0):
            part = heights[at] / (heights[at] - heights[after])
            kept.append(corners[at] + part * (corners[after] - corners[at]))
    return np.array(kept)


def _share(corners: np.ndarray) -> float:
    """Share of the whole simplex: length for two weights, area for three."""
    dimension = corners.shape[1]
    if dimension == 1:
        return 1.0
    if dimension == 2:
        return float(np.ptp(corners[:, 0]))
    x, y = corners[:, 0], corners[:, 1]
    twice = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    return abs(twice)  # the triangle of (w1, w2) has area 1/2
