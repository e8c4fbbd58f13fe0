"""What a database reports, in words that say what to do."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as WaitedTooLongError

TOO_BUSY = "too many ask at once; try again in a moment"
MOVED = "the file was moved, deleted or replaced while it was in use; put it back, or start anew with another"
DAMAGED = "it is damaged; put a copy or an exported workshop in its place. It was not changed"
NO_DATABASE = "it is no database, or damaged; put a copy in its place. It was not changed"
_HELD = "another program holds it; close that program and try again"
_NOT_TO_WRITE = "it may not be written to; make it writable, or name another with --database"
_FULL = "the disk is full; make room and try again. What was acknowledged is kept"
_SAID = {
    "SQLITE_BUSY": _HELD,
    "SQLITE_LOCKED": _HELD,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY_DBMOVED": MOVED,
    "SQLITE_READONLY_DIRECTORY": "its folder may not be written to; make it writable, or name another with --database",
    "SQLITE_READONLY": _NOT_TO_WRITE,
    "SQLITE_CANTOPEN": "it cannot be opened; its folder may be missing or closed to you",
    "SQLITE_IOERR": "the disk reports an error; copy the file elsewhere before anything else",
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": NO_DATABASE,
}
# States by which PostgreSQL says why; see `PostgreSQL Error Codes`, appendix A of its manual.
_STATES = {
    "55P03": _HELD,
    "53100": _FULL,
    "53300": "too many programs use it; close some and try again",
    "25006": "it may not be written to now; name another with --database, or ask who runs it",
    "42501": "this user may not write there; ask who runs it for a database of one's own",
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
_NO_TEXT = "Could not decode to UTF-8"  # bytes of a text were altered


def why(error: Exception) -> str:
    """Say why a database cannot be used, without a full stop: in words for what is known, else as it says."""
    if isinstance(error, WaitedTooLongError):
        return TOO_BUSY
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    name = str(getattr(cause, "sqlite_errorname", ""))
    known = next((words for start, words in _SAID.items() if name.startswith(start)), "")
    known = known or _STATES.get(str(getattr(cause, "sqlstate", "")), "")
    if known:
        return known
    first = next((line.strip().rstrip(".") for line in str(cause).splitlines() if line.strip()), type(cause).__name__)
    if isinstance(cause, sqlite3.Error):
        return DAMAGED if first.startswith(_NO_TEXT) else f"it refuses ({first})"
    return f"it does not answer, or refuses ({first})"


# what a piece of work on a database may raise
RAISED = (SQLAlchemyError, sqlite3.Error)
