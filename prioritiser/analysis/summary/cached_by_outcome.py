"""Keeps what was last worked out of a plan: a page is drawn anew with every move, mostly around the same plan."""

import threading
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any

import pandas as pd

from prioritiser.evaluation.outcome import Outcome
from prioritiser.recent import Recent

KEPT = 48


def once[W: Callable[..., Any]](work: W) -> W:
    """Keep the last results of a function of an outcome; its other arguments are hashable.

    An outcome follows from the scenario, the settings and the plan, so it is known by these, whoever asks. A table is
    handed out as a copy that shares its values, so that changing it changes nobody else's.
    """
    kept: Recent[Hashable, Any] = Recent(KEPT)
    lock = threading.Lock()

    @wraps(work)
    def known(outcome: Outcome, *rest: Hashable, **named: Hashable) -> Any:
        key = (outcome.name, rest, tuple(sorted(named.items())))
        with lock:
            found = kept.recall(key)
        if found is None:
            found = work(outcome, *rest, **named)
            with lock:
                kept[key] = found
        return found.copy(deep=False) if isinstance(found, pd.DataFrame) else found

    return known  # type: ignore[return-value]
