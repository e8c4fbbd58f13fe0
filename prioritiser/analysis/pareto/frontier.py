"""Every portfolio over the tiers that no other beats: the frontier of non-dominated score vectors."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from time import perf_counter
from typing import Any, ClassVar

import numpy as np

from prioritiser.analysis.pareto.search_zones import SearchZones, covered_share, non_dominated
from prioritiser.errors import InfeasibleError, NoAnswerError, SettingsError
from prioritiser.evaluation.outcome import TIERS, Outcome, score_terms, weights_of_goals
from prioritiser.evaluation.plan import plan_json
from prioritiser.optimisation.incumbent import Budget, Incumbent, Progress
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import SolverStatus
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.json_rows import JsonRow

DEFAULT_STEP = 0.001
EXACT = 1e-7  # scores closer than this count as equal
HUGE = 500
QUICK = 2.0  # seconds in which a small set is found before points far apart are looked for
GRID = {2: (1 / 2, 1 / 4, 3 / 4, 1 / 8, 3 / 8, 5 / 8, 7 / 8), 3: (1 / 2, 1 / 4, 3 / 4)}
SKETCH_GAP = 2e-3
SKETCH_PARTS = {2: 8, 3: 5}  # parts that the weights of a sketch are cut into
_TELL_EVERY = 1.0
_HAIR = 1e-9
_FEWEST_TIERS = 2
_BOXES_LISTED = 20
_PROGRESS_CELLS = 20


@dataclass(frozen=True)
class FrontierPoint:
    """One score vector and a portfolio that reaches it; proved: no portfolio dominates it."""

    outcome: Outcome
    proved: bool

    def as_json(self) -> dict[str, Any]:
        """Return scores of all tiers that count, and what is delivered."""
        return {
            "scores": dict(self.outcome.scores),
            "initiatives": plan_json(self.outcome.plan, self.outcome.scenario.years),
            "proved": self.proved,
        }


@dataclass(frozen=True)
class Frontier(JsonRow, written="complete exact step tiers points open open_share equal_within solves seconds notices"):
    """The non-dominated score vectors that were found, best in the first tier first.

    complete: no portfolio beats every point listed by `step` or more in some tier. exact: every point was found; step
    is then 0. open: boxes of the score space, tier to (from, to), where more may lie; open_share: their part, at most,
    of the box between the worst and the best scores found.
    """

    tiers: tuple[str, ...]
    points: tuple[FrontierPoint, ...]
    complete: bool
    step: float
    open: tuple[Mapping[str, tuple[float, float]], ...]
    open_share: float
    solves: int
    seconds: float
    notices: tuple[str, ...] = ()
    equal_within: ClassVar[float] = EXACT

    @property
    def exact(self) -> bool:
        """Whether every point was found."""
        return self.complete and self.step == 0


@dataclass(frozen=True)
class Stages:
    """How a long search is shown while it goes on: `tell` is given what was found so far.

    known: outcomes that an earlier search for the same settings found. Without them the search begins with a sketch:
    the best plans at weights far apart, each within 0.2 % of the best, which takes a fraction of the time. Its
    middle and its ends are always found, unless somebody cancels: without them it would show a part of the frontier.
    """

    tell: Callable[[Frontier], None]
    known: tuple[Outcome, ...] = ()


def find_frontier(
    optimiser: Optimiser,
    settings: Settings | None = None,
    *,
    tiers: Sequence[str] | None = None,
    step: float = DEFAULT_STEP,
    budget: Budget | None = None,
    progress: Progress | None = None,
    stages: Stages | None = None,
) -> Frontier:
    """Find the score vectors of two or three tiers that no portfolio dominates; the balance setting plays no part.

    tiers: by default all that count. step: 0 finds every point; above 0, every point too where there are fewer than
    500, and else as many as leave none out that is a step better. With delivery in part there is no end to the points:
    the stepped ones are given. When time is up or the budget's event is set, what was found is returned.
    stages: for a search that is shown while it goes on, or that goes on from an earlier one.
    Raises SettingsError, InfeasibleError (with the clash), NoAnswerError when time is up before any plan is found.
    """
    scenario = optimiser.scenario
    asked = (scenario.settings if settings is None else settings).replace(balance=0.0)
    scenario.check(asked)
    chosen = chosen_tiers(scenario, asked, tiers)
    if not 0 <= step < 1:
        raise SettingsError(f"Step {step:g}: expected a number from 0 (every point) to below 1, such as 0.001.")
    search = _Search(optimiser, asked, chosen, budget or Budget(), progress, stages)
    notices = list(scenario.notices)
    in_parts = any(row.min_scale < 1 for row in scenario.initiatives)
    if in_parts:
        step = step if step > EXACT else DEFAULT_STEP
        notices.append(
            "Initiatives that may be delivered in part make the exact frontier a continuum: "
            f"these are points of it, {step:g} apart."
        )
    search.begin(step)
    complete = search.run(step if in_parts else EXACT, HUGE if step > EXACT else math.inf, QUICK)
    if not complete:
        search.spread()
    reached = 0.0 if step <= EXACT or (complete and not in_parts) else step
    if reached > 0:
        complete = search.run(step)
        if complete and not in_parts and search.run(EXACT, HUGE):
            reached = 0.0
        elif len(search.found) >= HUGE and not in_parts:
            notices.append(f"There are {HUGE} points or more: no plan that is missing is {step:g} better in a tier.")
    elif not complete:
        complete = search.run(EXACT)
    if complete and reached > 0:
        search.polish()
    return search.frontier(complete, reached, notices)


def chosen_tiers(scenario: Scenario, settings: Settings, tiers: Sequence[str] | None) -> tuple[str, ...]:
    """Return the tiers that decide dominance; raises SettingsError where they are unknown, not scored or too few."""
    counted = tuple(score_terms(scenario, weights_of_goals(scenario, settings)))
    chosen = counted if tiers is None else tuple(dict.fromkeys(tiers))
    for tier in chosen:
        if tier not in TIERS:
            raise SettingsError(f'Tier "{tier}" is unknown: expected two or three of {", ".join(TIERS)}.')
        if tier not in counted:
            raise SettingsError(f'Tier "{tier}" has no goals that count: choose from {", ".join(counted)}.')
    if len(chosen) < _FEWEST_TIERS:
        came = f'only "{chosen[0]}"' if chosen else "none"
        raise SettingsError(f"A frontier needs two or three tiers with goals; {came} was given or counts.")
    return chosen


def _spread_weights(tiers: Sequence[str]) -> list[dict[str, float]]:
    """Weights far apart: the middle, the ends, the rest. None is 0, so that no plan that is best there is dominated."""
    parts = SKETCH_PARTS[len(tiers)]
    lattice = [cut for cut in product(range(parts + 1), repeat=len(tiers)) if sum(cut) == parts]
    lattice.sort(key=lambda cut: (max(cut), cut))
    lattice = [lattice[0], *(cut for cut in lattice[1:] if max(cut) == parts), *lattice[1:]]
    lattice = list(dict.fromkeys(lattice))
    return [dict(zip(tiers, (part + 0.05 for part in cut), strict=True)) for cut in lattice]


@dataclass
class _Search:
    """The points found so far, and the zones in which more may lie."""

    optimiser: Optimiser
    settings: Settings
    tiers: tuple[str, ...]
    budget: Budget
    progress: Progress | None
    stages: Stages | None = None
    found: list[Outcome] = field(default_factory=list)
    proved: set[int] = field(default_factory=set)
    solves: int = 0
    began: float = field(default_factory=perf_counter)

    def __post_init__(self) -> None:
        self.zones = SearchZones(len(self.tiers), EXACT)
        self.best = np.full(len(self.tiers), math.inf)
        self.last: np.ndarray | None = None
        self.told = self.began

    @property
    def scores(self) -> np.ndarray:
        """Scores of the points found; points × tiers."""
        return np.array([self._vector(outcome) for outcome in self.found]).reshape(-1, len(self.tiers))

    def _vector(self, outcome: Outcome) -> np.ndarray:
        return np.array([outcome.scores[tier] for tier in self.tiers])

    def begin(self, step: float) -> None:
        """Begin with what is known, or with a sketch, where the search is shown while it goes on."""
        if self.stages is None:
            return
        for outcome in self.stages.known:
            self._add(outcome)
        if self.found:
            return
        self.zones.restart(step, self.scores)
        for number, weights in enumerate(_spread_weights(self.tiers)):
            asked = self.settings.replace(weights=dict.fromkeys(TIERS, 0.0) | weights)
            try:
                if self.budget.stopped or (self.budget.over and number > len(self.tiers)):
                    return
                found = self.optimiser.best(asked, gap=SKETCH_GAP, budget=Budget(stop=self.budget.stop))
            except (InfeasibleError, NoAnswerError):
                return  # the search itself says why
            self.solves += 1
            self._add(found.outcome)
            self.zones.split(self._vector(found.outcome))
            self._report()

    def run(self, step: float, most: float = math.inf, seconds: float = math.inf) -> bool:
        """Search until no zone is left, or there are `most` points, or seconds have passed since the search began.

        Returns whether nothing at that step is missing.
        """
        self.zones.restart(step, self.scores)
        try:
            for tier in range(len(self.tiers)):
                if math.isinf(self.best[tier]) and not self._solve(tier, np.full(len(self.tiers), -math.inf)):
                    return False
            while len(self.zones.corners):
                late = self.budget.over or perf_counter() - self.began > seconds
                corner, tier = self.zones.next(self.scores.min(axis=0), self.best)
                if late or len(self.found) >= most or not self._solve(tier, corner + step):
                    return False
                self.zones.drop(corner)  # where only the solver's tolerance kept it
        except NoAnswerError:
            if not self.found:
                raise
            return False
        return True

    def spread(self) -> None:
        """Find points far apart, so that a search that is stopped early has seen all of the frontier.

        From a zone's corner the search goes from each point to its neighbour; here floors lie on a coarse grid.
        """
        if np.isinf(self.best).any():
            return
        worst = self.scores.min(axis=0)
        tried: list[tuple[np.ndarray, np.ndarray]] = []
        for parts in product(*[(0.0,), *[GRID[len(self.tiers)]] * (len(self.tiers) - 1)]):
            floors = worst + np.array(parts) * (self.best - worst)
            if any(np.all((low <= floors) & (floors <= high)) for low, high in tried):
                continue
            floors[0] = -math.inf
            try:
                if self.budget.over or not self._solve(0, floors):
                    return
            except NoAnswerError:
                return
            reached = self.last[1:] if self.last is not None else np.full(len(self.tiers) - 1, math.inf)
            tried.append((np.concatenate([[-math.inf], floors[1:]]), np.concatenate([[math.inf], reached])))

    def _solve(self, tier: int, floors: np.ndarray) -> bool:
        """Maximise one tier with these floors of the other tiers: a new point, or proof that there is none.

        Returns whether the answer is proved; `last` has its scores, None where there is no plan.
        """
        floors = np.where(np.arange(len(self.tiers)) == tier, -math.inf, floors)
        found = self._best({self.tiers[tier]: 1.0}, floors)
        if found is None:
            self.last = None
            self.zones.prove(tier, floors, -math.inf)
            return True
        scores, is_proved = self._vector(found.outcome), found.ending is SolverStatus.SOLVED
        bound = float(scores[tier]) + _HAIR if is_proved else found.bound
        if np.isneginf(floors).all():
            self.best[tier] = bound
        self.last = scores
        self._add(found.outcome)
        self.zones.prove(tier, floors, bound)
        self.zones.split(scores)
        self._report()
        return is_proved

    def _report(self) -> None:
        if self.progress is not None:
            known = len(self.found)
            done = math.floor(_PROGRESS_CELLS * known / (known + len(self.zones.corners)))
            self.progress(f"{known} points", done, _PROGRESS_CELLS)
        if self.stages is not None and perf_counter() - self.told > _TELL_EVERY:
            self.told = perf_counter()
            self.stages.tell(self.frontier(False, self.zones.step, ()))

    def _add(self, outcome: Outcome) -> None:
        scores = self._vector(outcome)
        if not np.any(np.all(np.abs(self.scores - scores) <= EXACT, axis=1)):
            self.found.append(outcome)

    def _best(self, weights: Mapping[str, float], floors: np.ndarray) -> Incumbent | None:
        """Best plan for tier weights with a least score of tiers; None where there is none."""
        least = {tier: float(floor) for tier, floor in zip(self.tiers, floors, strict=True) if floor > -math.inf}
        self.solves += 1
        asked = self.settings.replace(weights=dict.fromkeys(TIERS, 0.0) | dict(weights))
        try:
            return self.optimiser.best(asked, gap=0.0, budget=self.budget, floors=least)
        except InfeasibleError:
            if not least:
                self.optimiser.solve(self.settings, time_limit=self.budget.seconds_left, stop=self.budget.stop)
            return None

    def polish(self) -> None:
        """Move each point to one that nothing dominates, as far as time allows.

        A stepped search can stop at a point that another one beats by less than the step.
        """
        equal = dict.fromkeys(self.tiers, 1.0)
        self.found = [self.found[position] for position in non_dominated(self.scores, EXACT)]
        for position, outcome in enumerate(self.found):
            scores = self._vector(outcome)
            try:
                better = None if self.budget.over else self._best(equal, scores - _HAIR)
            except NoAnswerError:
                return
            if better is None or better.ending is not SolverStatus.SOLVED:
                continue
            self.proved.add(id(better.outcome))
            self.found[position] = better.outcome

    def frontier(self, complete: bool, step: float, notices: Sequence[str]) -> Frontier:
        """Return the points found that no other dominates, and what is still open."""
        scores = self.scores
        kept = non_dominated(scores, EXACT)
        order = sorted(kept, key=lambda position: tuple(-scores[position]))
        exact = complete and step == 0
        worst, best = scores[kept].min(axis=0), np.where(np.isinf(self.best), 1.0, self.best)
        boxes = self.zones.boxes(worst, best)[: 0 if complete else None]
        return Frontier(
            tiers=self.tiers,
            points=tuple(
                FrontierPoint(self.found[position], exact or id(self.found[position]) in self.proved)
                for position in order
            ),
            complete=complete,
            step=step,
            open=tuple(
                {tier: (float(low), float(high)) for tier, low, high in zip(self.tiers, *box, strict=True)}
                for box in boxes[:_BOXES_LISTED]
            ),
            open_share=covered_share(boxes, worst, best),
            solves=self.solves,
            seconds=perf_counter() - self.began,
            notices=tuple(dict.fromkeys(notices)),
        )
