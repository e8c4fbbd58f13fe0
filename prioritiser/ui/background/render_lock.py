"""Pages are drawn one at a time: threads of one interpreter that draw together only hand each other its lock.

With 20 sessions a move took five seconds, in which the server hardly computed. A page takes a turn to be drawn, gives
it up while it waits for an answer, and goes ahead without one when it has waited long enough.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST_WAIT_S = 1.0
_TURN = threading.Lock()
_MINE = threading.local()


@contextmanager
def turn() -> Iterator[None]:
    """Draw what follows in a turn of its own."""
    _MINE.held = _TURN.acquire(timeout=MOST_WAIT_S)
    try:
        yield
    finally:
        _give_up()


@contextmanager
def others_first() -> Iterator[None]:
    """Let others draw while this page waits."""
    held = getattr(_MINE, "held", False)
    _give_up()
    try:
        yield
    finally:
        if held:
            _MINE.held = _TURN.acquire(timeout=MOST_WAIT_S)


def _give_up() -> None:
    if getattr(_MINE, "held", False):
        _MINE.held = False
        _TURN.release()
