"""Keeps the server quick and small: pages come before solves, and clearing up is seldom and looks at little.

Streamlit clears up after every run, during which no session is served; with 20 sessions that took most of the time.
That is switched off where the server is started. Here it is done now and then, and what was loaded to draw the first
page is left out of it for good.
"""

from __future__ import annotations

import gc
import os
import threading
from time import monotonic

import pandas as pd

CLEAR_UP_EVERY_S = 10.0
SOLVES_NICENESS = 10
_LOCK = threading.Lock()
_CLEARED_UP: list[float] = []


def clear_up() -> None:
    """Clear up if it is time to; called when a page is drawn. The first time, take what is loaded out of it."""
    with _LOCK:
        first, now = not _CLEARED_UP, monotonic()
        if not first and now - _CLEARED_UP[-1] < CLEAR_UP_EVERY_S:
            return
        _CLEARED_UP[:] = [now]
    gc.collect()
    if first:
        gc.freeze()


def keep_texts_plain() -> None:
    """Keep the texts of tables as Python's own: they are too short for Arrow to be quick with them."""
    pd.options.mode.string_storage = "python"


def give_way_to_pages() -> None:
    """Let the system run this thread, which solves, only when no page has to be drawn; where it can be told so."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), SOLVES_NICENESS)
