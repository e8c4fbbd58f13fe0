"""Something that is worked out for one session or several; it stops when the last of them lets go."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from time import monotonic

FORGOTTEN_S = 6.0


class Listened(ABC):
    """Counts who listens, notes when somebody last looked, and carries the event that stops the work.

    abandoned: it was stopped because nobody waited for it, not because a person cancelled it.
    """

    def __init__(self) -> None:
        self.began = monotonic()
        self.stop = threading.Event()
        self.abandoned = False
        self._changed = threading.Condition()
        self._listeners = 1
        self._looked_at = self.began

    @property
    @abstractmethod
    def is_over(self) -> bool:
        """Whether nothing more will come."""

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
