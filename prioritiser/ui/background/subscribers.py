"""What is worked out for one session or several: done once, kept, and stopped when the last of them lets go."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from prioritiser.recent import Recent
from prioritiser.ui.background.maintenance import give_way_to_pages

FORGOTTEN_S = 6.0


@dataclass(frozen=True)
class State[T]:
    """How far something has come; result: the latest, in part until `over`; failure: why there is none.

    version grows with each result and once more at the end.
    """

    result: T | None = None
    failure: Exception | None = None
    over: bool = False
    version: int = 0


class Listened[T, S: State[Any]]:
    """Tells its state, counts who listens, notes when somebody last looked, and carries the event that stops it.

    abandoned: it was stopped because nobody waited for it, not because a person cancelled it.
    """

    def __init__(self, key: str, state: S) -> None:
        self.key, self._state = key, state
        self.began = monotonic()
        self.stop = threading.Event()
        self.abandoned = False
        self._changed = threading.Condition()
        self._listeners = 1
        self._looked_at = self.began

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self._state.over

    def tell(self, result: T | None, failure: Exception | None = None, *, over: bool = False) -> None:
        """Show a newer result, or why there is none, to whoever listens."""
        with self._changed:
            version = self._state.version + 1
            self._state = replace(self._state, result=result, failure=failure, over=over, version=version)
            self._changed.notify_all()

    def _wait(self, seconds: float, is_news: Callable[[], bool]) -> None:
        """Wait until there is news, or until the time is up."""
        with self._changed:
            self._changed.wait_for(is_news, timeout=seconds)

    @property
    def seconds(self) -> float:
        """Seconds since it was asked for."""
        return monotonic() - self.began

    @property
    def forgotten(self) -> bool:
        """Whether nobody has looked for a while: its page was closed or lost."""
        return monotonic() - self._looked_at > FORGOTTEN_S

    def note_look(self) -> None:
        """Note that somebody still waits for it."""
        self._looked_at = monotonic()

    def join(self) -> bool:
        """Let one more session listen; False when it is already being stopped."""
        with self._changed:
            if self.stop.is_set():
                return False
            self._listeners += 1
            self._looked_at = monotonic()
            return True

    def leave(self) -> None:
        """Stop listening; the work is cancelled when nobody listens any more."""
        with self._changed:
            self._listeners -= 1
            nobody = self._listeners <= 0 and not self.is_over
        if nobody:
            self.abandon()

    def abandon(self) -> None:
        """Stop the work because nobody waits for it; whoever comes back to it asks anew."""
        self.abandoned = self.abandoned or not self.stop.is_set()
        self.stop.set()

    def cancel(self) -> None:
        """Stop the work for everyone; what was found so far stays."""
        self.stop.set()


class Shared[W: Listened[Any, Any]]:
    """Works things out in the background and keeps what it found; safe for any number of sessions."""

    def __init__(self, most_kept: int) -> None:
        self._lock = threading.Lock()
        self._kept: Recent[str, Any] = Recent(most_kept)
        self._under_way: list[W] = []
        self._pools: list[ThreadPoolExecutor] = []

    def close(self) -> None:
        """Cancel everything and let the workers end."""
        with self._lock:
            left = list(self._under_way)
        for work in left:
            work.cancel()
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=True)

    def _threads(self, name: str, workers: int = 1) -> ThreadPoolExecutor:
        """Start threads that give way to pages."""
        pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix=name, initializer=give_way_to_pages)
        self._pools.append(pool)
        return pool

    def _join(self, key: str, make: Callable[[Any], W]) -> tuple[W, bool]:
        """Return what is known or under way by a key, else begin it; and whether it has just begun.

        make: gets the state that is known, or None.
        """
        with self._lock:
            known = self._kept.recall(key)
            if known is not None:
                return make(known), False
            for same in self._under_way:
                if same.key == key and not same.is_over and same.join():
                    return same, False
            work = make(None)
            self._under_way.append(work)
            return work, True

    def _end(self, work: W, state: State[Any] | None) -> None:
        """Note that something is no longer under way, and keep its last state where one is given."""
        with self._lock:
            self._under_way.remove(work)
            if state is not None:
                self._kept[work.key] = state
