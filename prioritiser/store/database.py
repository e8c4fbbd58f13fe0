"""One database, SQLite or PostgreSQL, with the same code; trouble becomes a StoreError that says what to do.

SQLite: a write-ahead log that is on the disk before a write is acknowledged; every write begins as one (BEGIN
IMMEDIATE), so that writers wait for each other; foreign keys hold. See `Pragma statements supported by SQLite`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from prioritiser.errors import StoreError
from prioritiser.store.location import check_is_local
from prioritiser.store.migration import migrate

BUSY_S = 10.0
_A_MOMENT_S = 0.02
_WRITES = "prioritiser_writes"
_LOCK = 7_204_521  # of PostgreSQL, held while tables are made
_SAID = {
    "SQLITE_BUSY": "another program holds it; close that program and try again",
    "SQLITE_LOCKED": "another program holds it; close that program and try again",
    "SQLITE_FULL": "the disk is full; make room and try again. What was acknowledged is kept",
    "SQLITE_READONLY": "it may not be written to; choose another folder with --database",
    "SQLITE_CANTOPEN": "it cannot be opened; its folder may be missing or closed to you",
    "SQLITE_IOERR": "the disk reports an error; copy the file elsewhere before anything else",
    "SQLITE_CORRUPT": "it is damaged; put a copy or an exported workshop in its place. It was not changed",
    "SQLITE_NOTADB": "it is no database, or damaged; put a copy in its place. It was not changed",
}


class Database:
    """Connections to one database, for any number of threads and processes. Open it with `open_database`."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._writing = engine, engine.execution_options(**{_WRITES: True})
        self.name = name

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction. Raises StoreError."""
        with self._told(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction, whole or not at all; once this ends, it is on the disk. Raises StoreError."""
        with self._told(), self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(f"{self.name}: {_why(error)}.") from error


def open_database(url: str) -> Database:
    """Open a database and bring its tables up to this version. Raises StoreError in one sentence."""
    try:
        parts = make_url(url)
    except ArgumentError as error:
        raise StoreError("The address of the database cannot be read. Expected sqlite:///FILE.") from error
    is_file = parts.get_backend_name() == "sqlite"
    name = str(parts.database) if is_file else parts.render_as_string(hide_password=True)
    if is_file:
        _prepare_file(Path(str(parts.database)))
    try:
        engine = _sqlite(url) if is_file else create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=24)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(f"{name}: its driver is missing. Install it: pip install 'prioritiser[postgres]'.") from error
    database = Database(engine, name)
    try:
        with database.writing() as connection:
            if is_file:
                _check_whole(connection)
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            migrate(connection)
    except StoreError:
        database.close()
        raise
    return database


def _prepare_file(path: Path) -> None:
    check_is_local(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # for nobody else to read
    except OSError as error:
        raise StoreError(f"{path}: it cannot be made ({error.strerror or 'no reason given'}).") from error


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_S}, pool_size=16, max_overflow=64)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver thinks
        _write_ahead(connection)
        for line in ("foreign_keys = ON", "synchronous = FULL"):
            connection.execute(f"PRAGMA {line}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def _write_ahead(connection: Any) -> None:
    """Switch the write-ahead log on. Two that do so to a new file are refused without waiting, so it is tried again."""
    ends = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > ends:
                raise
            time.sleep(_A_MOMENT_S)


def _check_whole(connection: Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise StoreError(f"{connection.engine.url.database}: {_SAID['SQLITE_CORRUPT']}.")


def _why(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = str(getattr(cause, "sqlite_errorname", ""))
    known = next((words for start, words in _SAID.items() if name.startswith(start)), "")
    if known:
        return known
    said = str(cause).strip().splitlines()
    first = said[0].rstrip(".") if said else type(error).__name__
    if isinstance(cause, sqlite3.Error):
        return first
    return f"the database does not answer, or refuses ({first})"
