"""From a scenario and settings to a portfolio; every answer is checked against `outcome.evaluate`."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterator
from time import perf_counter

from prioritiser.model import build_model
from prioritiser.portfolio import Portfolio
from prioritiser.question import BestAlone, Budget, Found, Known, Question
from prioritiser.scenario import Scenario, Settings
from prioritiser.solver import KeptModel

DEFAULT_GAP = 1e-4
KEPT_MODELS = 4
REMEMBERED = 64


def optimise(
    scenario: Scenario,
    settings: Settings | None = None,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    horizons: bool = False,
) -> Portfolio:
    """Recommend the portfolio that is best for these settings, by default the scenario's own.

    gap: relative gap at which the solve may stop (0: proved best). time_limit: seconds for the whole answer.
    horizons: also measure ambidexterity by short, medium and long term.
    Raises SettingsError, InfeasibleError (with the clash), NoAnswerError when time is up before any plan is found.
    """
    return Optimiser(scenario).solve(settings, gap=gap, time_limit=time_limit, horizons=horizons)


class Optimiser:
    """A scenario kept in the solver, for many settings one after another.

    One thread solves at a time; others wait. Best-alone scores are kept for everything but weights and balance.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._lock = threading.RLock()
        self._values: OrderedDict[str, dict[str, float]] = OrderedDict()
        self._kept: OrderedDict[str, KeptModel] = OrderedDict()
        self._best_alone: OrderedDict[str, dict[str, BestAlone]] = OrderedDict()

    def solve(
        self,
        settings: Settings | None = None,
        *,
        gap: float = DEFAULT_GAP,
        time_limit: float | None = None,
        horizons: bool = False,
        stop: threading.Event | None = None,
    ) -> Portfolio:
        """Recommend a portfolio, as `optimise`; stop: an event that cancels the solve within 0.2 s."""
        budget = Budget(perf_counter() + (math.inf if time_limit is None else time_limit), stop)
        with self._lock:
            return self._question(settings, gap, budget).answer(horizons)

    def stages(
        self,
        settings: Settings | None = None,
        *,
        gap: float = 0.0,
        time_limit: float | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Portfolio]:
        """Yield ever better answers: within 0.5 %, then proved with ties broken, then with best-alone scores."""
        budget = Budget(perf_counter() + (math.inf if time_limit is None else time_limit), stop)
        with self._lock:
            yield from self._question(settings, gap, budget).stages()

    def best(self, settings: Settings | None = None, *, gap: float = DEFAULT_GAP) -> Found:
        """Find the best plan only: no ties broken, no best-alone scores at balance 0."""
        with self._lock:
            return self._question(settings, gap, Budget(math.inf, None)).best()

    def _question(self, settings: Settings | None, gap: float, budget: Budget) -> Question:
        asked = self.scenario.settings if settings is None else settings
        self.scenario.check(asked)
        alone = repr(asked.replace(balance=0.0, weights={"national": 1.0}).as_json())
        unbalanced = repr(asked.replace(balance=0.0).as_json())
        known = Known(_remembered(self._best_alone, alone), _remembered(self._values, unbalanced))
        return Question(self.kept(asked), asked, gap, budget, known)

    def kept(self, settings: Settings) -> KeptModel:
        """Return the kept model for these settings, with capacities and locks set."""
        key = repr((settings.case, dict(settings.goal_weights), settings.without))
        if key not in self._kept:
            plain = settings.replace(balance=0.0, capacity={}, lock={})
            self._kept[key] = KeptModel(build_model(self.scenario, plain))
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT_MODELS:
            self._kept.popitem(last=False)
        kept = self._kept[key]
        kept.set_locks(settings)
        for row in kept.model.capacity:
            kept.set_capacity(row, kept.capacity_limit(row, settings))
        return kept


def _remembered[V](store: OrderedDict[str, dict[str, V]], key: str) -> dict[str, V]:
    """Return what is kept under a key, newest last; the oldest is forgotten when there is too much."""
    store.setdefault(key, {})
    store.move_to_end(key)
    while len(store) > REMEMBERED:
        store.popitem(last=False)
    return store[key]
