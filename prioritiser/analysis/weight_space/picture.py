"""What is drawn of a weight map, and read from it at once: the regions of its portfolios and the bound everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from prioritiser.analysis.weight_space.envelope import envelope
from prioritiser.analysis.weight_space.weight_map import SAME, WeightMap

_HAIR = 1e-12
_TOUCHING = 1e-7


@dataclass(frozen=True)
class Region:
    """The part of all weights where one portfolio of the map is the best known.

    portfolio: its position in the map. corners: points × tiers, in order around it. area: share of all weights.
    shade: a small number that no neighbour has too.
    """

    portfolio: int
    corners: tuple[tuple[float, ...], ...]
    area: float
    shade: int


def regions(drawn: WeightMap) -> tuple[Region, ...]:
    """Divide all weights among the portfolios of a map; together the regions cover them, and none overlaps another."""
    divided = envelope(np.array(portfolio.values) for portfolio in drawn.portfolios)
    cells = divided.cells
    points = divided.corners(with_zeros=False)
    worth = divided.values[[cell.number for cell in cells]] @ points.T
    touching = worth >= np.max(worth, axis=0) - _TOUCHING
    shades = _shades((touching.astype(int) @ touching.T.astype(int)) >= len(drawn.tiers) - 1)
    return tuple(
        Region(cell.number, tuple(tuple(corner) for corner in cell.corners.tolist()), cell.area, shade)
        for cell, shade in zip(cells, shades, strict=True)
    )


def _shades(neighbours: np.ndarray) -> list[int]:
    """Give each region the least used of the smallest numbers that no neighbour has, those with most first."""
    shades = [-1] * len(neighbours)
    for region in np.argsort(-neighbours.sum(axis=1), kind="stable").tolist():
        taken = {shades[other] for other in np.flatnonzero(neighbours[region]).tolist() if other != region}
        shades[region] = next(shade for shade in range(len(shades)) if shade not in taken)
    return shades


def bound_planes(drawn: WeightMap) -> np.ndarray:
    """Linear functions, faces × tiers, whose largest value at any weights is a bound that no plan exceeds there.

    They are the faces of the largest convex function below the bounds of the map's vertices: on each face it
    interpolates the bounds of its corners, which holds because the value of the best plan is convex. Empty where the
    map has no bound at a corner of the weights.
    """
    size = len(drawn.tiers)
    points = np.array([vertex.weights for vertex in drawn.vertices]).reshape(-1, size)
    bounds = np.array([vertex.bound for vertex in drawn.vertices])
    ends = [np.flatnonzero(points[:, tier] >= 1 - SAME) for tier in range(size)]
    if not all(len(end) for end in ends):
        return np.empty((0, size))
    corners = [int(end[np.argmin(bounds[end])]) for end in ends]
    if size == 1:
        return bounds[corners].reshape(1, 1)
    rest = [at for at in np.argsort(-points.max(axis=1), kind="stable").tolist() if at not in corners]
    if size == 2:
        return _chain(points, bounds, corners, rest)
    return _faces(points, bounds, corners, rest)


def _chain(points: np.ndarray, bounds: np.ndarray, corners: Sequence[int], rest: Sequence[int]) -> np.ndarray:
    """Faces for two weights: the lower chain of the points (first weight, bound)."""
    chain: list[int] = []
    for at in sorted([*corners, *rest], key=lambda at: (points[at, 0], bounds[at])):
        while chain and points[at, 0] - points[chain[-1], 0] <= SAME:
            if bounds[at] >= bounds[chain[-1]]:
                break
            chain.pop()
        else:
            while len(chain) > 1 and _lies_above(points[:, 0], bounds, chain[-2], chain[-1], at):
                chain.pop()
            chain.append(at)
    return np.array([np.linalg.solve(points[[a, b]], bounds[[a, b]]) for a, b in pairwise(chain)])


def _lies_above(first: np.ndarray, bounds: np.ndarray, left: int, middle: int, right: int) -> bool:
    part = (first[middle] - first[left]) / (first[right] - first[left])
    return bool(bounds[middle] >= (1 - part) * bounds[left] + part * bounds[right] - _HAIR)


def _faces(points: np.ndarray, bounds: np.ndarray, corners: Sequence[int], rest: Sequence[int]) -> np.ndarray:
    """Faces for three weights: a lower convex hull, into which one point after another is put.

    A point below some faces takes their place: it is joined to the edges around them. Those edges go once around it,
    since the faces that a point lies below are all next to one another.
    """
    triangles = [(corners[0], corners[1], corners[2])]
    planes = np.linalg.solve(points[list(corners)], bounds[list(corners)]).reshape(1, 3)
    for at in rest:
        below = planes @ points[at] > bounds[at] + _HAIR
        if not np.any(below):
            continue
        gone = [triangles[number] for number in np.flatnonzero(below).tolist()]
        edges = {edge for a, b, c in gone for edge in ((a, b), (b, c), (c, a))}
        rim = sorted(edge for edge in edges if edge[::-1] not in edges)
        added = [(a, b, at) for a, b in rim if abs(np.linalg.det(points[[a, b, at]])) > _HAIR]
        if not added:
            continue
        solved = [np.linalg.solve(points[list(corner)], bounds[list(corner)]) for corner in added]
        triangles = [triangles[number] for number in np.flatnonzero(~below).tolist()] + added
        planes = np.vstack([planes[~below], *solved])
    return planes
