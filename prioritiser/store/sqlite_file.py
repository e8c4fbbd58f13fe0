"""A database in a file of this machine: looked at before anything is written, and never lost sight of.

A write-ahead log is on the disk before a write is acknowledged; every write begins as one (BEGIN IMMEDIATE), so that
writers wait for each other; foreign keys hold. See `Pragma statements supported by SQLite`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext

from prioritiser.errors import StoreError
from prioritiser.store.location import check_is_local, memory_path
from prioritiser.store.migration import check_known
from prioritiser.store.trouble import DAMAGED, MOVED, NO_DATABASE, TOO_BUSY

WRITES = "prioritiser_writes"  # option of a connection: whether its transactions begin as writes
_POOL, _MORE = 8, 56
_PAUSE_S = 0.02
_SMALLEST = 512  # bytes of a page
_STAYS = ("SQLITE_READONLY", "SQLITE_IOERR")  # a connection that met it goes on meeting it when the cause is gone
# Closing a file lets go of every lock that the process has on it: nobody may have opened it while it is made.
_MAKING = threading.Lock()
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


class SqliteFile:
    """One SQLite file and the connections to it. patience_s: seconds to wait for others who use it."""

    def __init__(self, path: Path, patience_s: float) -> None:
        self.path, self._turn, self._patience_s = path.absolute(), threading.Lock(), patience_s
        self._known: tuple[int, int] | None = None

    def prepare(self, *, make: bool) -> None:
        """Make the file where there is none, for nobody else to read. Raises StoreError where it cannot be used.

        Its folder is made only beside the memory: elsewhere a folder that is not there is a slip of the pen.
        """
        try:
            check_is_local(self.path)
            with _MAKING:
                if not self.path.exists():
                    self._make(make)
                elif not self.path.is_file():
                    raise StoreError(f"{self.path} is no file. Name one with --database sqlite:///FILE.")
        except (OSError, RuntimeError) as error:  # the latter for links that lead in a circle
            said = getattr(error, "strerror", None) or "its path leads nowhere"
            raise StoreError(f"{self.path}: it cannot be made or opened ({said}).") from error

    def _make(self, make: bool) -> None:
        if not make:
            raise StoreError(
                f"{self.path}: there is no such file. Open a workshop first, or name another with --database."
            )
        memory = memory_path()
        if memory is not None and self.path.parent == memory.absolute().parent:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.path.parent.is_dir():
            raise StoreError(f"{self.path}: there is no folder {self.path.parent}. Make it first.")
        with suppress(FileExistsError):  # another process was first
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def look(self) -> None:
        """Refuse a file that is damaged, of another program or of a newer version, without writing to it.

        Raises StoreError, and sqlite3's and SQLAlchemy's errors.
        """
        size = self.path.stat().st_size
        if not size:
            return
        if size < _SMALLEST:  # SQLite would take it for an empty one
            raise StoreError(f"{self.path}: {NO_DATABASE}.")
        engine = create_engine(self._url, creator=lambda: self._connected("ro"), poolclass=NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")  # all that is read below is of one moment: others may be making it
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                raise StoreError(f"{self.path}: {DAMAGED}.")
            check_known(connection, str(self.path))

    def engine(self) -> Engine:
        """Make what gives connections; the file stays the same one from here on. Raises sqlite3.Error."""
        self._keep_a_log()
        self._known = self._identity()
        engine = create_engine(
            self._url,
            creator=lambda: self._connected("rw"),
            pool_size=_POOL,
            max_overflow=_MORE,
            pool_timeout=self._patience_s,
        )

        @event.listens_for(engine, "connect")
        def _set_up(connection: Any, _record: object) -> None:
            for line in ("foreign_keys = ON", "synchronous = FULL"):
                connection.execute(f"PRAGMA {line}")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            is_writing = connection.get_execution_options().get(WRITES, False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

        @event.listens_for(engine, "handle_error")
        def _renew(context: ExceptionContext) -> None:
            name = str(getattr(context.original_exception, "sqlite_errorname", ""))
            if name.startswith(_STAYS):
                context.is_disconnect = True

        return engine

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one thread write at a time: the lock of a file is not fair, and would starve one of many."""
        if not self._turn.acquire(timeout=self._patience_s):
            raise StoreError(f"{self.path}: {TOO_BUSY}.")
        try:
            yield
        finally:
            self._turn.release()

    def check_there(self) -> None:
        """Raise StoreError where the file is gone or is another: what is written to the old one would be lost."""
        if self._known is not None and self._identity() != self._known:
            raise StoreError(f"{self.path}: {MOVED}.")

    @property
    def _url(self) -> URL:
        return URL.create("sqlite", database=str(self.path))

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _connected(self, mode: str) -> sqlite3.Connection:
        """Connect to the file as it is: one that is gone is not made anew. Transactions begin where we say."""
        address = f"{self.path.as_uri()}?mode={mode}"
        return sqlite3.connect(address, self._patience_s, isolation_level=None, check_same_thread=False, uri=True)

    def _keep_a_log(self) -> None:
        """Let readers and a writer not wait for each other; this change itself does not wait, so it is tried again."""
        deadline = monotonic() + self._patience_s
        with closing(self._connected("rw")) as connection:
            while True:
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                    return
                except sqlite3.OperationalError as error:
                    name = str(getattr(error, "sqlite_errorname", ""))
                    if monotonic() > deadline or not name.startswith(_BUSY):
                        raise
                    sleep(_PAUSE_S)
