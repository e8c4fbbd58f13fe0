"""Where the label of a point goes, so that it covers neither a point nor another label."""

import math
from collections.abc import Iterator

type Area = tuple[float, float, float, float]

_RINGS = (0.0, 8.0, 18.0, 30.0, 44.0, 60.0, 80.0, 110.0, 150.0)


class Places:
    """What is taken of a picture so far; areas are left, top, right and bottom, in px."""

    def __init__(self, bounds: Area) -> None:
        self._bounds = bounds
        self._taken: list[Area] = []
        self._points: list[tuple[float, float, float]] = []

    def take(self, x: float, y: float, width: float, height: float) -> None:
        """Keep an area free, from its middle."""
        self._taken.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))

    def mark(self, x: float, y: float, size: float) -> None:
        """Keep a mark in sight."""
        self._points.append((x, y, size / 2))

    def find(
        self, point: tuple[float, float], size: tuple[float, float], gap: float, clear: float = 1
    ) -> tuple[float, float] | None:
        """Return the middle of a free area of this size near a point, and take it; None where there is none.

        clear: px to every other mark, so that the label seems to be of no other.
        """
        for x, y in _around(point, size, gap):
            area = (x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)
            if self._is_free(area) and all(_distance(area, mark) > mark[2] for mark in self._points_but(point, clear)):
                self._taken.append(area)
                return x, y
        return None

    def _points_but(self, point: tuple[float, float], clear: float) -> Iterator[tuple[float, float, float]]:
        for x, y, radius in self._points:
            yield x, y, radius if (x, y) == point else radius + clear

    def _is_free(self, area: Area) -> bool:
        left, top, right, bottom = self._bounds
        inside = area[0] >= left and area[1] >= top and area[2] <= right and area[3] <= bottom
        return inside and not any(
            area[0] < taken[2] and taken[0] < area[2] and area[1] < taken[3] and taken[1] < area[3]
            for taken in self._taken
        )


def _distance(area: Area, mark: tuple[float, float, float]) -> float:
    nearest = (min(max(mark[0], area[0]), area[2]), min(max(mark[1], area[1]), area[3]))
    return math.dist(nearest, mark[:2])


def _around(point: tuple[float, float], size: tuple[float, float], gap: float) -> Iterator[tuple[float, float]]:
    for ring in _RINGS:
        aside, over = gap + ring + size[0] / 2, gap + ring + size[1] / 2
        slant = 0.7 * (gap + ring)
        for right, down in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)):
            if right and down:
                yield point[0] + right * (slant + size[0] / 2), point[1] + down * (slant + size[1] / 2)
            else:
                yield point[0] + right * aside, point[1] + down * over
