"""The database of workshops that this process has open: one for all who come, opened when it is first needed."""

from __future__ import annotations

import threading
import time

from prioritiser.errors import StoreError
from prioritiser.recent import Recent
from prioritiser.store.database import open_database
from prioritiser.store.location import database_url
from prioritiser.workshop.store import WorkshopStore

_AGAIN_AFTER_S = 2.0  # a database that cannot be opened keeps each that tries waiting
_LOCK = threading.Lock()
_OPEN: Recent[str, WorkshopStore] = Recent(16)
_FAILED: Recent[str, tuple[float, str]] = Recent(16)


def room_store() -> WorkshopStore:
    """Return the workshops of the database that the command named, or of the file beside the memory.

    Raises StoreError; the next who asks tries again.
    """
    url = database_url()
    known = _OPEN.get(url)
    if known is not None:
        return known
    with _LOCK:
        if url not in _OPEN:
            failed_at, why = _FAILED.get(url, (-_AGAIN_AFTER_S, ""))
            if time.monotonic() - failed_at < _AGAIN_AFTER_S:
                raise StoreError(why)
            try:
                _OPEN[url] = WorkshopStore(open_database(url))
            except StoreError as error:
                _FAILED[url] = (time.monotonic(), str(error))
                raise
        return _OPEN[url]
