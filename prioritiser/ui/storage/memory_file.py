"""The database that the memory is kept in: where it is, how it is opened, and what happens when it is damaged."""

import errno
import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

SCHEMA_VERSION = 1
BUSY_MS = 2000
_PAUSE_S = 10.0
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
# The file is there and whole: only writing is refused, so what was kept before can still be read.
_NOT_TO_WRITE = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR")
_READ, _WRITE = "BEGIN", "BEGIN IMMEDIATE"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS scenarios (
    hash TEXT PRIMARY KEY, content BLOB NOT NULL, title TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS views (
    visitor TEXT NOT NULL, home TEXT NOT NULL, scenario TEXT NOT NULL, link TEXT NOT NULL, is_own INTEGER NOT NULL,
    page TEXT NOT NULL, history TEXT NOT NULL, future TEXT NOT NULL, kept_plan TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (visitor, home)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS options (
    visitor TEXT NOT NULL, home TEXT NOT NULL, folded TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL,
    scenario TEXT NOT NULL, link TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (visitor, home, folded)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visitors (
    visitor TEXT PRIMARY KEY, guide_closed INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rooms (
    visitor TEXT NOT NULL, workshop_id TEXT NOT NULL, is_shown INTEGER NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (visitor, workshop_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS papers (
    visitor TEXT NOT NULL, home TEXT NOT NULL, decision TEXT NOT NULL, paper TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (visitor, home, decision)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (
    visitor TEXT NOT NULL, home TEXT NOT NULL, scenario TEXT NOT NULL, link TEXT NOT NULL, page TEXT NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (visitor, home)) WITHOUT ROWID;
"""
_TABLES = {"schema_version", "scenarios", "views", "options", "visitors", "rooms", "papers", "failures"}


class NotKeptError(Exception):
    """Why nothing can be kept, in words for a page."""


class MemoryFile:
    """One connection to the database, for any number of threads; trouble is told and never raised.

    Each piece of work is one transaction. Writes begin as writes (BEGIN IMMEDIATE), so that they wait for each other.
    trouble: why nothing is being kept just now; empty where it is. set_aside: where a damaged file was put, if one was.
    is_readable: whether the last piece of reading was done: what it gave is what the file holds.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self.trouble = ""
        self.set_aside: Path | None = None
        self._rest_until = 0.0
        self._no_writing_until = 0.0
        self.is_readable = True

    @property
    def is_on(self) -> bool:
        """Whether anything is to be kept at all."""
        return self.path is not None

    def read[T](self, task: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do a piece of reading; what it gives, or `otherwise` where there is trouble."""
        return self._do(task, otherwise, _READ)

    def write[T](self, task: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do a piece of writing, whole or not at all; what it gives, or `otherwise` where there is trouble."""
        return self._do(task, otherwise, _WRITE)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._let_go()

    def _do[T](self, task: Callable[[sqlite3.Connection], T], otherwise: T, begin: str) -> T:
        if self.path is None:
            return otherwise
        with self._lock:
            now = monotonic()
            if now < self._rest_until or (begin == _WRITE and now < self._no_writing_until):
                self.is_readable = self.is_readable and begin == _WRITE
                return otherwise
            try:
                done = self._done_or_begun_anew(task, begin)
            except (sqlite3.Error, OSError, NotKeptError) as error:
                return self._without_writing(task, otherwise, begin, error)
            if begin == _WRITE or not self._no_writing_until:
                self.trouble, self._no_writing_until = "", 0.0
            self.is_readable = self.is_readable or begin == _READ
            return done

    def _done_or_begun_anew[T](self, task: Callable[[sqlite3.Connection], T], begin: str) -> T:
        try:
            return self._in_transaction(task, begin)
        except sqlite3.DatabaseError as error:
            if not _is(error, _DAMAGED):
                raise
            self._put_aside()
            return self._in_transaction(task, begin)

    def _without_writing[T](
        self, task: Callable[[sqlite3.Connection], T], otherwise: T, begin: str, error: Exception
    ) -> T:
        """Say why a piece of work failed; where only writing is refused, what is to be read is read."""
        self.trouble = _said(error, self.path)
        # a page is drawn again and again: it must not wait for a locked file each time
        rest = monotonic() + _PAUSE_S
        if isinstance(error, OSError) or _is(error, _NOT_TO_WRITE):
            self._no_writing_until = rest
            if not _is(error, ("SQLITE_FULL",)):
                self._let_go()
            if begin == _WRITE:
                return otherwise
            try:
                done = _read_as_it_is(self.path, task)
            except (sqlite3.Error, OSError, NotKeptError):
                self._rest_until = rest  # there is nothing to read either; why is said already
            else:
                self.is_readable = True
                return done
        else:
            self._let_go()
            self._rest_until = rest
        self.is_readable = False
        return otherwise

    def _in_transaction[T](self, task: Callable[[sqlite3.Connection], T], begin: str) -> T:
        if self._connection is not None and self.path is not None and not self.path.exists():
            self._let_go()  # somebody deleted the file: begin a new one
        connection = self._connection
        if connection is None:
            connection = self._connection = self._opened()
        connection.execute(begin)
        try:
            done = task(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return done

    def _opened(self) -> sqlite3.Connection:
        path = self.path
        if path is None:
            raise NotKeptError("it is switched off")
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # for nobody else to read
        connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        connection.text_factory = _text
        try:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            _check_ours(connection)
            _write_ahead(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            _make_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _put_aside(self) -> None:
        """Rename a damaged file, so that a new one can be begun and nothing of the old one is lost."""
        self._let_go()
        if self.path is None:
            return
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        self.path.rename(aside)
        for ending in ("-wal", "-shm"):
            beside = self.path.with_name(self.path.name + ending)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + ending))
        self.set_aside = aside


def _read_as_it_is[T](path: Path | None, task: Callable[[sqlite3.Connection], T]) -> T:
    """Do a piece of reading on a file that may not be written, nor anything beside it."""
    if path is None or not path.exists():
        raise NotKeptError("there is no file yet")
    beside = path.with_name(f"{path.name}-wal")
    ways = ["mode=ro"]
    if not (beside.exists() and beside.stat().st_size):
        ways.append("immutable=1")  # all of it is in the file itself, and nobody can add to it
    for way in ways:
        try:
            return _read_so(f"{path.resolve().as_uri()}?{way}", task)
        except sqlite3.OperationalError:
            if way == ways[-1]:
                raise
    raise NotKeptError("it cannot be read")


def _read_so[T](address: str, task: Callable[[sqlite3.Connection], T]) -> T:
    connection = sqlite3.connect(address, uri=True, isolation_level=None)
    connection.text_factory = _text
    try:
        _check_ours(connection)
        return task(connection)
    finally:
        connection.close()


def _text(raw: bytes) -> str:
    """Read a text of the file; one altered byte must not make all of it unreadable."""
    return raw.decode("utf-8", "replace")


def _check_ours(connection: sqlite3.Connection) -> None:
    """Refuse a file of another program or of a newer version of this one; a damaged one raises DatabaseError."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found is None or found[0] != "ok":
        error = sqlite3.DatabaseError("damaged")
        error.sqlite_errorname = _DAMAGED[0]
        raise error
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "schema_version" not in tables:
        raise NotKeptError("the file belongs to another program")
    if "schema_version" in tables:
        version = connection.execute("SELECT max(version) FROM schema_version").fetchone()[0]
        if version is not None and version > SCHEMA_VERSION:
            raise NotKeptError("the file was written by a newer version of Prioritiser")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer not wait for each other; this change itself does not wait, so it is tried again."""
    deadline = monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if monotonic() > deadline or not _is(error, _BUSY):
                raise
            sleep(0.02)


def _make_tables(connection: sqlite3.Connection) -> None:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables >= _TABLES:
        return
    connection.execute("BEGIN IMMEDIATE")
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    if connection.execute("SELECT count(*) FROM schema_version").fetchone()[0] == 0:
        connection.execute("INSERT INTO schema_version VALUES (?)", (SCHEMA_VERSION,))
    connection.execute("COMMIT")


def _is(error: Exception, names: tuple[str, ...]) -> bool:
    return str(getattr(error, "sqlite_errorname", "")).startswith(names)


def _said(error: Exception, path: Path | None) -> str:
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return "the disk is full"
        return f"the file cannot be written ({error.strerror or 'no reason given'})"
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) and path and not os.access(path.parent, os.W_OK):
        return "its folder may not be written to, or the disk is read-only"
    known = {
        "SQLITE_BUSY": "another program holds the file",
        "SQLITE_LOCKED": "another program holds the file",
        "SQLITE_FULL": "the disk is full",
        "SQLITE_READONLY": "the file may not be written",
        "SQLITE_CANTOPEN": "the file cannot be opened",
        "SQLITE_IOERR": "the disk reports an error",
    }
    return next((words for start, words in known.items() if name.startswith(start)), str(error))
