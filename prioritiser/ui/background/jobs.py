"""Long work in the background (map, frontier, prices, reasons, stress): shared, with progress and cancel."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile
from time import monotonic, perf_counter
from typing import Any

from prioritiser.errors import PrioritiserError
from prioritiser.optimisation.incumbent import Budget
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui.background.answers import Answers
from prioritiser.ui.background.subscribers import Listened, Shared, State

KEPT_RESULTS = 24
MOST_WAIT_S = 30.0
_LOOK_EVERY_S = 0.05
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkState[T](State[T]):
    """How far a piece of work has come; doing, done, total: what is being done, how much of it is done, of how much."""

    doing: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Desk[T]:
    """What a piece of work is given: a kept model, its budget, and how to say how far it is and what it has so far."""

    optimiser: Optimiser
    budget: Budget
    progress: Callable[[str, int, int], None]
    tell: Callable[[T], None]

    def within(self, seconds: float) -> Budget:
        """Bound the budget to so many seconds from now; those in which other work goes before do not count."""
        self.budget.deadline = perf_counter() + seconds
        return self.budget


type Run[T] = Callable[[Desk[T]], T]


class Work[T](Listened[T, WorkState[T]]):
    """One piece of long work, for one session or several; it waits its turn until it is started.

    by_itself: nobody asked for it by opening a page, so that what somebody did ask for goes before it.
    """

    def __init__(
        self, key: str, scenario: Scenario, state: WorkState[T] | None = None, *, by_itself: bool = False
    ) -> None:
        super().__init__(key, state or WorkState())
        self.scenario, self.by_itself = scenario, by_itself
        self._started, self._resting = False, False

    @property
    def is_at_work(self) -> bool:
        """Whether it is being done at this moment, and does not wait for other work."""
        return self._started and not self._resting and not self.is_over

    @property
    def seconds(self) -> float:
        """Seconds since it was started, without those in which other work went before; 0 until then."""
        return monotonic() - self.began if self._started else 0.0

    @property
    def state(self) -> WorkState[T]:
        """The latest state, a frozen value; asking for it says that somebody still waits."""
        self.note_look()
        return self._state

    def wait(self, seconds: float) -> WorkState[T]:
        """Wait until it is over, or until the time is up."""
        self._wait(seconds, lambda: self.is_over)
        return self.state

    def start(self) -> bool:
        """Begin to count its seconds; False when it was stopped before."""
        with self._changed:
            self._started = not self.stop.is_set()
            self.began = monotonic()
            return self._started

    def rest_while(self, is_held: Callable[[], bool]) -> float:
        """Stand still while something goes before it, or until it is stopped; returns for how many seconds."""
        rested = 0.0
        while is_held() and not self.stop.is_set():
            self._resting, since = True, monotonic()
            self.stop.wait(_LOOK_EVERY_S)
            passed = monotonic() - since
            self.began, rested = self.began + passed, rested + passed
        self._resting = False
        return rested

    def cancel(self) -> None:
        """Stop it for everyone; what was found so far stays."""
        super().cancel()
        self._end_unless_started()

    def abandon(self) -> None:
        """Stop it because nobody waits for it; whoever comes back to it asks anew."""
        super().abandon()
        self._end_unless_started()

    def _end_unless_started(self) -> None:
        """End what only waited its turn: nobody should wait for that to be told that it was stopped."""
        with self._changed:
            if not self._started and not self.is_over:
                self.tell(None, over=True)

    def progress(self, doing: str, done: int, total: int) -> None:
        """Note how far it is."""
        with self._changed:
            self._state = replace(self._state, doing=doing, done=done, total=total)


class Works(Shared[Work[Any]]):
    """Does long work in the background and keeps what it found; safe for any number of sessions.

    One piece computes at a time, in the order of asking, so that questions have a core to themselves on a machine of
    two. The second thread is for work that starts by itself: it stands still while there is work that somebody asked
    for, and so costs memory but hardly any time. More threads would only make pieces wait for each other's cores.
    """

    def __init__(self, answers: Answers) -> None:
        super().__init__(KEPT_RESULTS)
        self._answers = answers
        self._asked, self._by_itself = self._threads("work"), self._threads("by-itself")

    def ask[T](self, key: str, scenario: Scenario, run: Run[T], *, by_itself: bool = False) -> Work[T]:
        """Start work, or return what is known or under way by the same key. Call `leave` on it when done.

        by_itself: nobody asked for it by opening a page, so that it gives way to what somebody did ask for.
        """
        work, is_new = self._join(key, lambda known: Work(key, scenario, known, by_itself=by_itself))
        if is_new:
            (self._by_itself if by_itself else self._asked).submit(self._do, work, run)
        return work

    def before(self, work: Work[Any]) -> int:
        """Count the pieces of work that go before this one; 0 while it is being done.

        Those that nobody waits for any more are dropped: a closed page cannot say that it is gone, but stops looking.
        """
        ahead = self._ahead(work)
        for other in ahead:
            if other.forgotten:
                other.abandon()
        return sum(not other.is_over for other in ahead)

    def _ahead(self, work: Work[Any]) -> list[Work[Any]]:
        """List what has to be over before this work goes on: what was asked before it, and what it gives way to."""
        if work.is_at_work or work.is_over:
            return []
        with self._lock:
            earlier = list(takewhile(lambda other: other is not work, self._under_way))
            mine = [other for other in earlier if other.by_itself == work.by_itself]
            gives_way = [other for other in self._under_way if work.by_itself and not other.by_itself]
        return [other for other in (*gives_way, *mine) if not other.is_over]

    @property
    def _is_asked_for(self) -> bool:
        """Whether there is work that somebody asked for by opening a page."""
        with self._lock:
            return any(not work.by_itself and not work.is_over for work in self._under_way)

    def _with_manners[T](self, work: Work[T], budget: Budget) -> Callable[[str, int, int], None]:
        """Note how far work is, and give way: to questions at most some seconds at a time, and to what goes before."""

        def progress(doing: str, done: int, total: int) -> None:
            work.progress(doing, done, total)
            until = monotonic() + MOST_WAIT_S
            while self._answers.is_busy and not work.stop.is_set() and monotonic() < until:
                work.stop.wait(_LOOK_EVERY_S)
            if work.by_itself:
                budget.deadline += work.rest_while(lambda: self._is_asked_for)

        return progress

    def _do[T](self, work: Work[T], run: Run[T]) -> None:
        if work.by_itself:
            work.rest_while(lambda: self._is_asked_for)
        result: T | None = None
        failure: Exception | None = None
        try:
            if work.start():
                budget = Budget.of(None, work.stop)
                with self._answers.lent(work.scenario) as optimiser:
                    result = run(Desk(optimiser, budget, self._with_manners(work, budget), work.tell))
        except PrioritiserError as error:
            failure = error
        except Exception as error:
            _LOG.exception("A piece of work could not be done")
            failure = error
        is_final = failure is None and not work.stop.is_set()
        self._end(work, WorkState(result, over=True, version=1) if is_final else None)
        if not work.is_over:
            work.tell(result if failure is None else work.state.result, failure, over=True)


def work_key(kind: str, scenario: Scenario, settings: Settings, *options: object) -> str:
    """Name a piece of work: the same for the same question of the same scenario."""
    return f"{kind} {scenario.hash} {json.dumps(settings.as_json())} {json.dumps(options)}"
