"""Solves in the background for many sessions at once: few workers, kept models, kept answers, all bounded."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from prioritiser.errors import InfeasibleError, NoAnswerError, PrioritiserError
from prioritiser.evaluation.portfolio import Portfolio, Termination, is_proved
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.recent import Recent
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui.background.subscribers import Listened, Shared, State

WORKERS = 2
KEPT_MODELS = 4
KEPT_ANSWERS = 256
TIME_LIMIT_S = 60.0
# An answer that is there at once is drawn first; weights that are only passed through are then never solved.
_LET_DRAW_S = 0.6
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress(State[Portfolio]):
    """How far a question has come: the best answer so far, why there is none, and whether it is over."""

    @property
    def portfolio(self) -> Portfolio | None:
        """The best answer so far."""
        return self.result

    @property
    def proved(self) -> bool:
        """Whether the answer is proved best."""
        return self.portfolio is not None and self.portfolio.termination is Termination.OPTIMAL


class Job(Listened[Portfolio, Progress]):
    """One question being answered, for one session or several."""

    def __init__(self, scenario: Scenario, settings: Settings, progress: Progress | None = None) -> None:
        super().__init__(_key(scenario, settings), progress or Progress())
        self.scenario = scenario
        self.settings = settings

    @property
    def progress(self) -> Progress:
        """The latest state; a frozen value."""
        return self._state

    def look(self) -> Progress:
        """Return the latest state and note that somebody still waits for it."""
        self.note_look()
        return self._state

    def wait(self, seconds: float, version: int = 0) -> Progress:
        """Wait until there is something newer than a version, or until the time is up."""
        self._wait(seconds, lambda: self._state.version > version)
        return self._state


class Answers(Shared[Job]):
    """Answers questions in the background and keeps what it found; safe for any number of sessions."""

    def __init__(self, workers: int = WORKERS, time_limit: float = TIME_LIMIT_S) -> None:
        super().__init__(KEPT_ANSWERS)
        self._workers = workers
        self._pool = self._threads("solve", workers)
        self._time_limit = time_limit
        self._waiting: list[tuple[str, Job]] = []
        self._idle: Recent[Optimiser, None] = Recent(KEPT_MODELS)

    def ask(self, scenario: Scenario, settings: Settings, at_once: Callable[[], Portfolio | None] | None = None) -> Job:
        """Start to answer, or return what is known or already being worked out. Call `leave` on it when done.

        at_once: finds an answer that can be shown before anything is solved, or None. It is asked before anything is
        begun: the run of a page may be cut in it, and what was begun would then never end.
        """
        key = _key(scenario, settings)
        first = None if at_once is None or self._is_begun(key) else _first(at_once)
        job, is_new = self._join(key, lambda known: Job(scenario, settings, known))
        if not is_new:
            return job
        self._make_room()
        if first is not None:
            job.tell(first)
        with self._lock:
            self._waiting.append((key, job))
        self._pool.submit(self._answer_newest)
        return job

    def known(self, scenario: Scenario, settings: Settings) -> Portfolio | None:
        """Return the complete answer to a question where it is kept; nothing is asked."""
        with self._lock:
            kept = self._kept.get(_key(scenario, settings))
        return kept.portfolio if kept is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether a question is being answered: then long work gives way."""
        return bool(self._under_way)

    def _is_begun(self, key: str) -> bool:
        with self._lock:
            return key in self._kept or any(job.key == key for job in self._under_way)

    def _make_room(self) -> None:
        """Stop what is forgotten where a question waits: a closed page cannot say so, but stops looking."""
        with self._lock:
            running = list(self._under_way)
        for job in running:
            if len(running) > self._workers and job.forgotten:
                job.abandon()

    def _answer_newest(self) -> None:
        """Answer the question asked last: under load, those asked before are mostly about to be left for the next."""
        with self._lock:
            key, job = self._waiting.pop()
        self._answer(key, job)

    def _answer(self, key: str, job: Job) -> None:
        portfolio = first = job.progress.portfolio
        failure: Exception | None = None
        if first is not None:
            job.stop.wait(_LET_DRAW_S)
        try:
            if job.abandoned:
                raise NoAnswerError("Nobody waits for this any more.")
            with self.lent(job.scenario) as optimiser:
                for found in optimiser.stages(job.settings, stop=job.stop, time_limit=self._time_limit):
                    portfolio = _better(found, first)
                    if first is None:
                        job.tell(portfolio)
        except NoAnswerError as error:
            portfolio, failure = (None, error) if first is None else (_ended(first, job), None)
        except PrioritiserError as error:
            failure = error
        except Exception as error:
            _LOG.exception("A question could not be answered")
            failure = error
        is_final = isinstance(failure, InfeasibleError) or (failure is None and _is_complete(portfolio))
        self._end(job, Progress(portfolio, failure, over=True, version=1) if is_final else None)
        job.tell(portfolio, failure, over=True)

    @contextmanager
    def lent(self, scenario: Scenario) -> Iterator[Optimiser]:
        """Lend a kept model of the scenario to one thread, or make one; the oldest are dropped."""
        with self._lock:
            mine = next((kept for kept in reversed(self._idle) if kept.scenario.hash == scenario.hash), None)
            if mine is not None:
                del self._idle[mine]
        optimiser = Optimiser(scenario) if mine is None else mine
        yield optimiser
        with self._lock:
            self._idle[optimiser] = None


def _first(at_once: Callable[[], Portfolio | None]) -> Portfolio | None:
    """Find an answer to show at once; where that fails, whatever the fault, the solver still answers."""
    try:
        return at_once()
    except Exception:
        _LOG.exception("No answer could be shown before the solver's")
        return None


def _better(found: Portfolio, first: Portfolio | None) -> Portfolio:
    """Choose what the solver found, unless what was shown at once is better and the solver ran out of time."""
    if first is None or is_proved(found.objective, first.objective, found.fineness):
        return found
    return replace(first, termination=found.termination, bound=min(first.bound, found.bound))


def _ended(shown: Portfolio, job: Job) -> Portfolio:
    """Say of an answer that nothing better was found before the end."""
    return replace(shown, termination=Termination.CANCELLED if job.stop.is_set() else Termination.TIME_LIMIT)


def _is_complete(portfolio: Portfolio | None) -> bool:
    """Whether there is nothing left to find: proved best, with the best of each tier alone."""
    return (
        portfolio is not None
        and portfolio.termination is Termination.OPTIMAL
        and all(portfolio.best_alone.get(tier) is not None for tier in portfolio.outcome.scores)
    )


def _key(scenario: Scenario, settings: Settings) -> str:
    return f"{scenario.hash} {json.dumps(settings.as_json())}"
