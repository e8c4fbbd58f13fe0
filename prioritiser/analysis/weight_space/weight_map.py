"""The weight map: which portfolio is best at every position of the tier weights, with a proof of how far it can be off.

The value of the best plan, V(w) = max over plans of its value at weights w, is convex in w; each plan found gives a
linear lower bound, each solved weight an upper bound there and, by convexity, on what lies between. Between the corners
of the cells in which one known plan is the best of those known, that plan's value is linear; so where the bound holds
within a tolerance at every corner, it holds everywhere. (A fraction of the value is linear only where the value keeps
its sign, so cells are cut where it is 0.) Weights are solved where the gap is largest (outer
approximation: Benson 1998; with tolerance 0 the exact partition of Przybylski, Gandibleux & Ehrgott, INFORMS J.
Computing 22(3), 2010).
"""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np

from prioritiser.analysis.weight_space.envelope import Envelope
from prioritiser.errors import InfeasibleError, NoAnswerError, SettingsError
from prioritiser.evaluation.objective import Objective
from prioritiser.evaluation.outcome import TIERS, Outcome, tier_weights
from prioritiser.evaluation.plan import plan_json
from prioritiser.evaluation.precision import fineness
from prioritiser.optimisation.incumbent import Budget, Progress
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import LowerHull, SolverStatus
from prioritiser.scenario.settings import Settings

DEFAULT_TOLERANCE = 0.005
PAGES_TOLERANCE = 0.01  # of the map that pages draw, and keep
PROVED = 2e-6
SAME = 1e-9
_ASKING = threading.Lock()

type Key = tuple[int, ...]


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
    def fineness(self) -> float:
        """What tolerances are multiplied by."""
        outcome = self.portfolios[0].outcome
        return fineness(outcome.scenario, outcome.settings)

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
        """Return the best known portfolio at these weights, its value, and a gap that no plan can exceed.

        weights: by tier, in any unit; tiers that are left out count 0. Safe to ask from several threads.
        Raises SettingsError.
        """
        given = [weights.get(tier, 0.0) for tier in self.tiers]
        if not all(math.isfinite(part) and part >= 0 for part in given) or not 0 < math.fsum(given) < math.inf:
            expected = f"numbers of 0 or more, not all 0, for {', '.join(self.tiers)}"
            raise SettingsError(f"Weights {dict(weights)}: expected {expected}.")
        point = np.array(given, dtype=float) / math.fsum(given)
        worth = self._values @ point
        best = int(np.argmax(worth))
        with _ASKING:
            bound = self._hull.at(point)
        return best, float(worth[best]), relative_gap(float(worth[best]), bound, self.fineness)

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
                    "initiatives": plan_json(portfolio.outcome.plan, years),
                }
                for portfolio in self.portfolios
            ],
            "vertices": [
                {
                    "weights": dict.fromkeys(TIERS) | dict(zip(self.tiers, vertex.weights, strict=True)),
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
    return Objective.of(outcome.settings.balance, outcome.do_nothing, alone).by_tier(tiers, outcome.scores)


def key_of(point: np.ndarray) -> Key:
    """Name weights, so that those within 1e-9 of one another are mostly the same."""
    return tuple(int(part) for part in np.round(point / SAME))


def relative_gap(value: float, bound: float, fine: float) -> float:
    """How much more a bound is, as a fraction of the value; 0 when they are equal to the proof's precision.

    fine: what tolerances are multiplied by (`precision`).
    """
    return 0.0 if bound - value <= PROVED * fine else (bound - value) / max(abs(value), 1e-9 * fine)


def build_map(
    optimiser: Optimiser,
    settings: Settings,
    *,
    tolerance: float = DEFAULT_TOLERANCE,
    budget: Budget | None = None,
    progress: Progress | None = None,
    tell: Callable[[WeightMap], None] | None = None,
) -> WeightMap:
    """Build the map until every position of the weights is answered within a relative tolerance; 0 is exact.

    tell: gets the map so far each time that its gap has halved.

    When time is up or the budget's event is set, the map found so far is returned, with the gap that it certifies.
    Raises SettingsError, InfeasibleError (with the clash), NoAnswerError when there was no time for any plan.
    """
    if not 0 <= tolerance < 1:
        raise SettingsError(f"Tolerance {tolerance:g}: a number from 0 (exact) to less than 1, such as 0.005.")
    left = budget or Budget()
    charting = _Charting(optimiser, settings, *_measures(optimiser, settings, left), tolerance, left)
    return charting.run(progress, tell)


def _measures(
    optimiser: Optimiser, settings: Settings, budget: Budget
) -> tuple[tuple[str, ...], Mapping[str, float], int]:
    """Find the tiers that count, S* by tier where balance needs it, and how many solves that took."""
    optimiser.scenario.check(settings)
    if not settings.balance:
        return tuple(tier_weights(optimiser.scenario, settings)), {}, 0
    base = optimiser.solve(settings, gap=0.0, time_limit=budget.seconds_left, stop=budget.stop)
    alone = {tier: score for tier, score in base.best_alone.items() if score is not None}
    return tuple(base.outcome.weights), alone, base.solver.solves


@dataclass
class _Charting:
    """The plans and bounds known so far.

    bounds: at weights where one was asked for, and whether by a solve. upper: the least bound known at each corner of
    the cells when it was last looked at, and how many bounds were known then. ends: corners solved to proof.
    """

    optimiser: Optimiser
    settings: Settings
    tiers: tuple[str, ...]
    alone: Mapping[str, float]
    solves: int
    tolerance: float
    budget: Budget
    began: float = field(default_factory=perf_counter)
    outcomes: list[Outcome] = field(default_factory=list)
    bounds: dict[Key, tuple[np.ndarray, float, bool]] = field(default_factory=dict)
    upper: dict[Key, tuple[float, int]] = field(default_factory=dict)
    ends: set[Key] = field(default_factory=set)
    added: int = 0

    def __post_init__(self) -> None:
        self.hull = LowerHull(len(self.tiers))
        self.envelope = Envelope(len(self.tiers))
        self.fineness = fineness(self.optimiser.scenario, self.settings)

    def run(self, progress: Progress | None, tell: Callable[[WeightMap], None] | None) -> WeightMap:
        """Solve where the gap is largest until it is small everywhere or time is up."""
        told = math.inf
        starts = [*np.eye(len(self.tiers)), np.full(len(self.tiers), 1 / len(self.tiers))]
        goes_on = True
        for point in starts:
            goes_on = goes_on and self._solve(point)
            if progress is not None:
                progress("first portfolios", 0, 20)
        while True:
            corners = self.envelope.corners(with_zeros=self.tolerance > 0)
            gaps, worst = self._worst(corners)
            largest = float(np.max(gaps))
            if progress is not None:
                part = 20 if largest <= self.tolerance else min(19, int(20 * self.tolerance / largest))
                progress(f"{len(self.envelope.cells)} portfolios, gap {largest:.2%}", part, 20)
            if tell is not None and self.tolerance < largest <= told / 2 and math.isfinite(largest):
                tell(self._map(largest))
                told = largest
            goes_on = goes_on and worst is not None and not self.budget.over
            if not goes_on or worst is None or not self._solve(corners[worst]):
                return self._map(largest)

    def _solve(self, point: np.ndarray) -> bool:
        """Solve at these weights, to proof the second time; False when time was up before that much was proved."""
        weights, key = dict(zip(self.tiers, point.tolist(), strict=True)), key_of(point)
        asked = self.settings.replace(weights=dict.fromkeys(self.settings.weights, 0.0) | weights)
        again = key in self.bounds and self.bounds[key][2]
        gap = 0.0 if again else self.tolerance / 3
        try:
            found = self.optimiser.best(asked, gap=gap, budget=self.budget, best_alone=self.alone or None)
        except InfeasibleError:
            left = self.budget.seconds_left
            self.optimiser.solve(self.settings, gap=1.0, time_limit=left, stop=self.budget.stop)  # names the clash
            raise
        except NoAnswerError:
            if not self.outcomes:
                raise
            return False
        self.solves += 1
        self.outcomes.append(found.outcome)
        self.envelope.add(plan_values(found.outcome, self.tiers, self.alone))
        self._bound(point, found.bound, True)
        self.upper.pop(key, None)
        if gap == 0 and found.ending is SolverStatus.SOLVED:
            self.ends.add(key)
        return found.ending is SolverStatus.SOLVED

    def _bound(self, point: np.ndarray, bound: float, solved: bool) -> None:
        key = key_of(point)
        if math.isfinite(bound) and (key not in self.bounds or bound < self.bounds[key][1]):
            self.bounds[key] = (point, bound, solved)
            self.hull.add(point, bound)
            self.added += 1
        elif solved and key in self.bounds:
            self.bounds[key] = (*self.bounds[key][:2], True)

    def _worst(self, corners: np.ndarray) -> tuple[np.ndarray, int | None]:
        """Return a gap at each corner that the true one does not exceed, and the corner to solve next, if any.

        A bound known earlier still holds, so that only corners whose gap seems large are looked at anew.
        """
        worth = np.max(self.envelope.values @ corners.T, axis=0)
        keys = [key_of(corner) for corner in corners]
        fresh = [at for at, key in enumerate(keys) if key not in self.upper]
        for at in fresh:
            self._upper(corners[at], float(worth[at]))
        upper = [self.upper[key][0] for key in keys]
        gaps = np.array(
            [relative_gap(value, bound, self.fineness) for value, bound in zip(worth.tolist(), upper, strict=True)]
        )
        is_open = np.array([key not in self.ends for key in keys])
        while True:
            worst = int(np.argmax(np.where(is_open, gaps, -1.0)))
            if not is_open[worst] or gaps[worst] <= self.tolerance:
                return gaps, None
            if self.upper[keys[worst]][1] == self.added:
                return gaps, worst
            gaps[worst] = relative_gap(
                float(worth[worst]), self._upper(corners[worst], float(worth[worst])), self.fineness
            )

    def _upper(self, corner: np.ndarray, worth: float) -> float:
        """Least bound at a corner; the relaxation is asked where the bounds known do not do."""
        key, bound = key_of(corner), self.hull.at(corner)
        wants = relative_gap(worth, bound, self.fineness) > self.tolerance > 0 and not self.settings.balance
        if wants and key not in self.bounds and not self.budget.over:
            weights = dict(zip(self.tiers, corner.tolist(), strict=True))
            relaxed = self.optimiser.relaxed(self.settings, weights, self.budget)
            if relaxed < bound:
                self._bound(corner, relaxed, False)
                bound = relaxed
        self.upper[key] = (bound, self.added)
        return bound

    def _map(self, gap: float) -> WeightMap:
        cells = self.envelope.cells
        chosen = self.envelope.values[[cell.number for cell in cells]]
        return WeightMap(
            tiers=self.tiers,
            tolerance=self.tolerance,
            certified_gap=gap,
            complete=gap <= self.tolerance,
            portfolios=tuple(
                MapPortfolio(self.outcomes[cell.number], tuple(self.envelope.values[cell.number].tolist()), cell.area)
                for cell in cells
            ),
            vertices=tuple(
                Vertex(tuple(point.tolist()), int(np.argmax(chosen @ point)), bound, solved)
                for point, bound, solved in self.bounds.values()
            ),
            best_alone=dict(self.alone),
            solves=self.solves,
            seconds=perf_counter() - self.began,
        )
