"""Long work in the background (map, frontier, prices, reasons, stress): shared, with progress and cancel."""

from __future__ import annotations

import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from prioritiser.errors import PrioritiserError
from prioritiser.found import Budget
from prioritiser.optimise import Optimiser
from prioritiser.scenario import Scenario, Settings
from prioritiser.ui.answers import Answers
from prioritiser.ui.listeners import Listened

WORKERS = 1
KEPT_RESULTS = 24
MOST_WAIT_S = 30.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkState[T]:
    """How far a piece of work has come; result: the latest, in part until `over`; failure: why there is none.

    doing, done, total: what is being done, how much of it is done, of how much. version grows with each result.
    """

    result: T | None = None
    failure: Exception | None = None
    over: bool = False
    doing: str = ""
    done: int = 0
    total: int = 0
    version: int = 0


@dataclass(frozen=True)
class Desk[T]:
    """What a piece of work is given: a kept model, its budget, and how to say how far it is and what it has so far."""

    optimiser: Optimiser
    budget: Budget
    progress: Callable[[str, int, int], None]
    tell: Callable[[T], None]


type Run[T] = Callable[[Desk[T]], T]


class Work[T](Listened):
    """One piece of long work, for one session or several."""

    def __init__(self, key: str, scenario: Scenario, state: WorkState[T] | None = None) -> None:
        super().__init__()
        self.key, self.scenario = key, scenario
        self._state: WorkState[T] = state or WorkState()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self._state.over

    @property
    def state(self) -> WorkState[T]:
        """The latest state, a frozen value; asking for it says that somebody still waits."""
        self.note_look()
        return self._state

    def wait(self, seconds: float) -> WorkState[T]:
        """Wait until it is over, or until the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: self._state.over, timeout=seconds)
        return self.state

    def progress(self, doing: str, done: int, total: int) -> None:
        """Note how far it is."""
        with self._changed:
            self._state = replace(self._state, doing=doing, done=done, total=total)

    def tell(self, result: T | None, failure: Exception | None = None, *, over: bool = False) -> None:
        """Show a newer result, or why there is none."""
        with self._changed:
            version = self._state.version + 1
            self._state = replace(self._state, result=result, failure=failure, over=over, version=version)
            self._changed.notify_all()


class Works:
    """Does long work in the background and keeps what it found; safe for any number of sessions."""

    def __init__(self, answers: Answers, workers: int = WORKERS) -> None:
        self._answers = answers
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="work")
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, WorkState[Any]] = OrderedDict()
        self._running: dict[str, Work[Any]] = {}

    def ask[T](self, key: str, scenario: Scenario, run: Run[T]) -> Work[T]:
        """Start work, or return what is known or under way by the same key. Call `leave` on it when done."""
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return Work(key, scenario, known)
            running = self._running.get(key)
            if running is not None and running.join():
                return running
            for other in self._running.values():
                if other.forgotten:
                    other.abandon()
            work: Work[T] = Work(key, scenario)
            self._running[key] = work
        self._pool.submit(self._do, work, run)
        return work

    def close(self) -> None:
        """Cancel everything and let the workers end."""
        with self._lock:
            for work in self._running.values():
                work.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _with_manners[T](self, work: Work[T]) -> Callable[[str, int, int], None]:
        """Note how far work is, and give way to questions that people wait for; at most some seconds at a time."""

        def progress(doing: str, done: int, total: int) -> None:
            work.progress(doing, done, total)
            until = monotonic() + MOST_WAIT_S
            while self._answers.is_busy and not work.stop.is_set() and monotonic() < until:
                work.stop.wait(0.05)

        return progress

    def _do[T](self, work: Work[T], run: Run[T]) -> None:
        result: T | None = None
        failure: Exception | None = None
        try:
            if not work.stop.is_set():
                with self._answers.lent(work.scenario) as optimiser:
                    result = run(Desk(optimiser, Budget.of(None, work.stop), self._with_manners(work), work.tell))
        except PrioritiserError as error:
            failure = error
        except Exception as error:
            _LOG.exception("A piece of work could not be done")
            failure = error
        with self._lock:
            if self._running.get(work.key) is work:
                del self._running[work.key]
            if failure is None and not work.stop.is_set():
                self._kept[work.key] = WorkState(result, None, over=True, version=1)
                while len(self._kept) > KEPT_RESULTS:
                    self._kept.popitem(last=False)
        work.tell(result if failure is None else work.state.result, failure, over=True)


def work_key(kind: str, scenario: Scenario, settings: Settings, *options: object) -> str:
    """Name a piece of work: the same for the same question of the same scenario."""
    return f"{kind} {scenario.hash} {json.dumps(settings.as_json())} {json.dumps(options)}"
