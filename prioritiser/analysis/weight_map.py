"""The weight map: which portfolio is best at every position of the tier weights, with a proof of how far it can be off.

The value of the best plan, V(w) = max over plans of its value at weights w, is convex in w; each plan found gives a
linear lower bound, each solved weight an upper bound there and, by convexity, on what lies between. Between the corners
of the cells in which one known plan is the best of those known, that plan's value is linear; so where the bound holds
within a tolerance at every corner, it holds everywhere. Weights are solved where the gap is largest (outer
approximation: Benson 1998; with tolerance 0 the exact partition of Przybylski, Gandibleux & Ehrgott, INFORMS J.
Computing 22(3), 2010).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np

from prioritiser.analysis.envelope import Cell, cell_corners, envelope
from prioritiser.errors import NoAnswerError, SettingsError
from prioritiser.found import Budget
from prioritiser.optimise import Optimiser
from prioritiser.outcome import Outcome
from prioritiser.scenario import Settings
from prioritiser.solver import Ending, LowerHull

DEFAULT_TOLERANCE = 0.005
PROVED = 2e-6
SAME = 1e-9

type Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class MapPortfolio:
    """A plan that is best somewhere: it is worth values · w at weights w; area: share of the weights it is best at."""

    outcome: Outcome
    values: tuple[float, ...]
    area: float


@dataclass(frozen=True)
class Vertex:
    """Weights at which a bound is known: no plan is worth more there. solved: by a solve, not by the relaxation."""

    weights: tuple[float, ...]
    portfolio: int
    bound: float
    solved: bool


@dataclass(frozen=True)
class WeightMap:
    """Portfolios that are best somewhere on the simplex of tier weights, and the bounds that prove it.

    tiers: order of weights and values. certified_gap: no plan is better than the map's by more than this fraction, at
    any weights. complete: it is within the tolerance. best_alone: S* by tier that a balance setting is measured by.
    """

    tiers: tuple[str, ...]
    tolerance: float
    certified_gap: float
    complete: bool
    portfolios: tuple[MapPortfolio, ...]
    vertices: tuple[Vertex, ...]
    best_alone: Mapping[str, float]
    solves: int
    seconds: float

    @cached_property
    def _values(self) -> np.ndarray:
        return np.array([portfolio.values for portfolio in self.portfolios])

    @cached_property
    def _hull(self) -> LowerHull:
        hull = LowerHull(len(self.tiers))
        for vertex in self.vertices:
            hull.add(vertex.weights, vertex.bound)
        return hull

    def answer(self, weights: Mapping[str, float]) -> tuple[int, float, float]:
        """Return the best known portfolio at these weights, its value, and a gap that no plan can exceed."""
        point = np.array([weights.get(tier, 0.0) for tier in self.tiers], dtype=float)
        point /= point.sum()
        worth = self._values @ point
        best = int(np.argmax(worth))
        return best, float(worth[best]), max(0.0, relative_gap(float(worth[best]), self._hull.at(point)))

    @property
    def acceptability(self) -> dict[str, float]:
        """Share of all weights at which the map's portfolio contains each initiative; exact for tolerance 0."""
        names = sorted(self.portfolios[0].outcome.scenario.initiative_by_id)
        return {name: math.fsum(p.area for p in self.portfolios if name in p.outcome.plan) for name in names}

    def as_json(self) -> dict[str, Any]:
        """Return the JSON of `map`."""
        years = self.portfolios[0].outcome.scenario.years
        return {
            "tolerance": self.tolerance,
            "certified_gap": self.certified_gap,
            "complete": self.complete,
            "tiers": list(self.tiers),
            "portfolios": [
                {
                    "scores": dict(portfolio.outcome.scores),
                    "values": dict(zip(self.tiers, portfolio.values, strict=True)),
                    "area": portfolio.area,
                    "initiatives": [
                        {"id": name, "share": delivery.share, "start": years[delivery.start]}
                        for name, delivery in portfolio.outcome.plan.items()
                    ],
                }
                for portfolio in self.portfolios
            ],
            "vertices": [
                {
                    "weights": dict(zip(self.tiers, vertex.weights, strict=True)),
                    "portfolio": vertex.portfolio,
                    "bound": vertex.bound,
                    "solved": vertex.solved,
                }
                for vertex in self.vertices
            ],
            "acceptability": [{"id": name, "share_of_weights": share} for name, share in self.acceptability.items()],
            "solves": self.solves,
            "seconds": self.seconds,
        }


def plan_values(outcome: Outcome, tiers: Sequence[str], alone: Mapping[str, float]) -> np.ndarray:
    """Values by tier of a plan, which is worth values · w at weights w (since Σ w = 1); alone: S* by tier."""
    balance, least = outcome.settings.balance, 0.0
    if balance:
        reach = {tier: best - outcome.do_nothing[tier] for tier, best in alone.items()}
        gains = [(outcome.scores[t] - outcome.do_nothing[t]) / width for t, width in reach.items() if width > SAME]
        least = min(gains, default=0.0)
    return np.array([(1 - balance) * outcome.scores[tier] + balance * least for tier in tiers])


def relative_gap(value: float, bound: float) -> float:
    """How much more a bound is, as a fraction of the value; 0 when they are equal to the proof's precision."""
    return 0.0 if bound - value <= PROVED else (bound - value) / max(abs(value), 1e-9)


def build_map(
    optimiser: Optimiser,
    settings: Settings,
    *,
    tolerance: float = DEFAULT_TOLERANCE,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> WeightMap:
    """Build the map until every position of the weights is answered within a relative tolerance; 0 is exact.

    When time is up or the budget's event is set, the map found so far is returned, with the gap that it certifies.
    Raises SettingsError, InfeasibleError (with the clash), NoAnswerError when there was no time for any plan.
    """
    if not 0 <= tolerance < 1:
        raise SettingsError(f"Tolerance {tolerance:g}: a number from 0 (exact) to less than 1, such as 0.005.")
    left = budget or Budget()
    base = optimiser.solve(settings, gap=0.0 if settings.balance else 1.0, time_limit=left.seconds_left, stop=left.stop)
    alone = {tier: score for tier, score in base.best_alone.items() if score is not None}
    charting = _Charting(optimiser, settings, tuple(base.outcome.weights), alone, tolerance, left)
    charting.add(base.outcome)
    return charting.run(progress)


@dataclass
class _Charting:
    """The plans and bounds known so far."""

    optimiser: Optimiser
    settings: Settings
    tiers: tuple[str, ...]
    alone: Mapping[str, float]
    tolerance: float
    budget: Budget
    began: float = field(default_factory=perf_counter)
    outcomes: list[Outcome] = field(default_factory=list)
    values: list[np.ndarray] = field(default_factory=list)
    bounds: dict[tuple[float, ...], tuple[float, bool]] = field(default_factory=dict)
    solves: int = 0

    def __post_init__(self) -> None:
        self.hull = LowerHull(len(self.tiers))

    def add(self, outcome: Outcome) -> None:
        """Add a plan unless one of the same values is known."""
        values = plan_values(outcome, self.tiers, self.alone)
        if not any(np.max(np.abs(values - known)) <= SAME for known in self.values):
            self.values.append(values)
            self.outcomes.append(outcome)

    def run(self, progress: Progress | None) -> WeightMap:
        """Solve where the gap is largest until it is small everywhere or time is up."""
        starts = [*np.eye(len(self.tiers)), np.full(len(self.tiers), 1 / len(self.tiers))]
        for point in starts:
            if not self._solve(point):
                break
        while True:
            cells = envelope(np.array(self.values))
            corners = cell_corners(cells)
            gaps = self._gaps(corners)
            worst = int(np.argmax(gaps))
            if progress is not None:
                part = 20 if gaps[worst] <= self.tolerance else min(19, int(20 * self.tolerance / gaps[worst]))
                progress(f"{len(self.values)} portfolios, gap {gaps[worst]:.2%}", part, 20)
            known = self.bounds.get(tuple(corners[worst].tolist()), (math.inf, False))
            done = gaps[worst] <= self.tolerance or known[1]  # solved, and no solve can do better
            if done or self.budget.over or not self._solve(corners[worst]):
                return self._map(cells, float(gaps[worst]))

    def _solve(self, point: np.ndarray) -> bool:
        """Solve at these weights; False when time was up before a bound within the tolerance was proved."""
        weights = dict(zip(self.tiers, point.tolist(), strict=True))
        asked = self.settings.replace(weights=dict.fromkeys(self.settings.weights, 0.0) | weights)
        self.solves += 1
        try:
            found = self.optimiser.best(asked, gap=self.tolerance / 3, budget=self.budget, best_alone=self.alone)
        except NoAnswerError:
            return False
        self.add(found.outcome)
        self._bound(point, found.bound, True)
        return found.ending is Ending.SOLVED

    def _bound(self, point: np.ndarray, bound: float, solved: bool) -> None:
        key = tuple(point.tolist())
        if key not in self.bounds or bound < self.bounds[key][0]:
            self.bounds[key] = (bound, solved)
            self.hull.add(point, bound)

    def _gaps(self, corners: np.ndarray) -> np.ndarray:
        """Relative gap at each corner; the relaxation is asked where what is known does not do."""
        worth = np.max(np.array(self.values) @ corners.T, axis=0)
        gaps = np.empty(len(corners))
        for number, (corner, value) in enumerate(zip(corners, worth, strict=True)):
            gaps[number] = relative_gap(float(value), self.hull.at(corner))
            if gaps[number] > self.tolerance > 0 and not self.settings.balance and not self._is_known(corner):
                weights = dict(zip(self.tiers, corner.tolist(), strict=True))
                self._bound(corner, self.optimiser.relaxed(self.settings, weights, self.budget), False)
                gaps[number] = relative_gap(float(value), self.hull.at(corner))
        return gaps

    def _is_known(self, corner: np.ndarray) -> bool:
        return tuple(corner.tolist()) in self.bounds

    def _map(self, cells: list[Cell], gap: float) -> WeightMap:
        shown = [cell for cell in cells if cell.area > 0 or len(self.tiers) == 1]
        chosen = np.array([self.values[cell.number] for cell in shown])
        vertices = [
            Vertex(point, int(np.argmax(chosen @ np.array(point))), bound, solved)
            for point, (bound, solved) in self.bounds.items()
            if math.isfinite(bound)
        ]
        return WeightMap(
            tiers=self.tiers,
            tolerance=self.tolerance,
            certified_gap=gap,
            complete=gap <= self.tolerance,
            portfolios=tuple(
                MapPortfolio(self.outcomes[cell.number], tuple(self.values[cell.number].tolist()), cell.area)
                for cell in shown
            ),
            vertices=tuple(vertices),
            best_alone=dict(self.alone),
            solves=self.solves,
            seconds=perf_counter() - self.began,
        )
