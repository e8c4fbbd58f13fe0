"""The part of a space of scores that may still hold new points: search zones, and what solves proved about them.

After Klamroth, Lacour & Vanderpooten, European Journal of Operational Research 245 (2015) 767-778, and Tamby &
Vanderpooten, INFORMS Journal on Computing 33 (2021) 72-85. Zones are stored by corners, not by defining points, so that
ties between points need no care: a zone inside another one is dropped, and one that a solve proved empty.
"""

import math

import numpy as np

SWEPT_BOXES = 80
_SLACK = 1e-8  # a solver keeps its limits within 1e-9


class SearchZones:
    """Zones {s: s_j >= corner_j + step for every tier j}: each vector better than all points by a step lies in one.

    Points and corners are vectors of scores, one entry a tier, larger is better.
    """

    def __init__(self, tiers: int, step: float) -> None:
        self.tiers, self.step = tiers, step
        self.corners = np.full((1, tiers), -math.inf)
        self._floors = [np.empty((0, tiers)) for _ in range(tiers)]
        self._bounds = [np.empty(0) for _ in range(tiers)]

    def restart(self, step: float, points: np.ndarray) -> None:
        """Begin anew with another step, knowing the points (points × tiers) and all that was proved."""
        self.step = step
        self.corners = np.full((1, self.tiers), -math.inf)
        for point in points:
            self.split(point)

    def split(self, point: np.ndarray) -> None:
        """Take away from the zones what the point dominates, or betters by less than a step."""
        around = np.all(point >= self.corners + self.step - _SLACK, axis=1)
        if not around.any():
            return
        broken, self.corners = self.corners[around], self.corners[~around]
        for tier in range(self.tiers):
            children = broken.copy()
            children[:, tier] = point[tier]
            children = np.unique(children[~self._proved_empty(children)], axis=0)
            self.corners = np.vstack([self.corners, children])
        self._drop_inner()

    def prove(self, tier: int, floors: np.ndarray, bound: float) -> None:
        """Note that no plan with these scores of the other tiers has more than `bound` in one tier.

        floors: by tier, that of the tier itself is not used. bound: minus infinity where there is no such plan.
        """
        self._floors[tier] = np.vstack([self._floors[tier], floors])
        self._bounds[tier] = np.append(self._bounds[tier], bound)
        self.corners = self.corners[~self._proved_empty(self.corners)]

    def drop(self, corner: np.ndarray) -> None:
        """Leave out one zone, whose emptiness a solve showed within its tolerance."""
        self.corners = self.corners[~np.all(self.corners == corner, axis=1)]

    def best(self, corners: np.ndarray) -> np.ndarray:
        """Least bound proved on each tier's score within zones; zones × tiers, infinite where there is none.

        A solve bounds its own tier in zones above its floors; in a zone whose own tier is out of reach beyond the
        floors, and which is above all of them but one, that one floor bounds its tier.
        """
        least = np.full(corners.shape, math.inf)
        for tier in range(self.tiers):
            others = [other for other in range(self.tiers) if other != tier]
            for floors, bound in zip(self._floors[tier], self._bounds[tier], strict=True):
                above = floors <= corners + self.step
                within = np.all(above[:, others], axis=1)
                least[within, tier] = np.minimum(least[within, tier], bound)
                beyond = bound < corners[:, tier] + self.step
                for other in others:
                    cut = beyond & np.all(above[:, [third for third in others if third != other]], axis=1)
                    least[cut, other] = np.minimum(least[cut, other], floors[other])
        return least

    def next(self, worst: np.ndarray, best: np.ndarray) -> tuple[np.ndarray, int]:
        """Choose the zone and tier whose projection along that tier is the largest between worst and best."""
        widths = np.maximum(best - np.maximum(self.corners, worst), 1e-12)
        sizes = np.prod(widths, axis=1, keepdims=True) / widths
        zone, tier = np.unravel_index(int(np.argmax(sizes)), sizes.shape)
        return self.corners[zone], int(tier)

    def boxes(self, worst: np.ndarray, best: np.ndarray) -> np.ndarray:
        """Boxes in which a new point may lie, largest first; boxes × 2 (from, to) × tiers."""
        least, most = np.maximum(self.corners, worst), np.minimum(self.best(self.corners), best)
        order = np.argsort(-np.prod(np.maximum(most - least, 0.0), axis=1), kind="stable")
        boxes: np.ndarray = np.stack([least, np.maximum(most, least)], axis=1)[order]
        return boxes

    def _proved_empty(self, corners: np.ndarray) -> np.ndarray:
        empty = np.zeros(len(corners), dtype=bool)
        for tier in range(self.tiers):
            others = [other for other in range(self.tiers) if other != tier]
            if not len(self._bounds[tier]) or not len(corners):
                continue
            held = np.ones((len(corners), len(self._bounds[tier])), dtype=bool)
            for other in others:
                held &= self._floors[tier][:, other] <= corners[:, other, None] + self.step
            held &= (self._bounds[tier] < corners[:, tier, None] + self.step) | np.isneginf(self._bounds[tier])
            empty |= held.any(axis=1)
        return empty

    def _drop_inner(self) -> None:
        """Leave out each zone that lies within another one."""
        corners = np.unique(self.corners, axis=0)
        inside = np.ones((len(corners), len(corners)), dtype=bool)
        for tier in range(self.tiers):
            inside &= corners[:, tier, None] >= corners[None, :, tier]
        np.fill_diagonal(inside, False)
        self.corners = corners[~inside.any(axis=1)]


def non_dominated(points: np.ndarray, tolerance: float) -> list[int]:
    """List the positions of the points that no other dominates; of equal ones the first.

    points: points × tiers. Scores closer than the tolerance count as equal.
    """
    chosen: list[int] = []
    for position in np.lexsort((np.arange(len(points)), -points.sum(axis=1))):
        kept = points[chosen]
        if not np.any(np.all(kept >= points[position] - tolerance, axis=1)):
            chosen.append(int(position))
    return sorted(chosen)


def covered_share(boxes: np.ndarray, worst: np.ndarray, best: np.ndarray) -> float:
    """Part of the box from worst to best that boxes cover, at most: beyond the largest 80 overlap is not seen.

    boxes: as `SearchZones.boxes` gives them. A side of no width is left out.
    """
    wide = best - worst > 0
    if not len(boxes) or not wide.any():
        return float(len(boxes) > 0)
    scaled = np.clip((boxes[:, :, wide] - worst[wide]) / (best - worst)[wide], 0.0, 1.0)
    swept, rest = scaled[:SWEPT_BOXES], scaled[SWEPT_BOXES:]
    cuts = [np.unique(swept[:, :, side]) for side in range(scaled.shape[2])]
    inside = np.zeros([len(cut) - 1 for cut in cuts], dtype=bool)
    for least, most in swept:
        ranges = [slice(*np.searchsorted(cut, (low, high))) for cut, low, high in zip(cuts, least, most, strict=True)]
        inside[tuple(ranges)] = True
    share = inside.astype(float)
    for cut in reversed(cuts):
        share = share @ np.diff(cut)
    return min(1.0, float(share) + float(np.prod(rest[:, 1] - rest[:, 0], axis=1).sum()))
