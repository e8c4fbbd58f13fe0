"""One database, SQLite or PostgreSQL, with the same code; trouble becomes a StoreError that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from prioritiser.errors import StoreError
from prioritiser.store.location import checked_url, sqlite_path
from prioritiser.store.migration import check_writable, migrate
from prioritiser.store.postgres import as_of_one_moment, begin_tables, postgres_engine
from prioritiser.store.sqlite_file import WRITES, SqliteFile
from prioritiser.store.trouble import RAISED, why

PATIENCE_S = 10.0


class Database:
    """Connections to one database, for any number of threads and processes. Open it with `open_database`."""

    def __init__(self, engine: Engine, name: str, file: SqliteFile | None = None) -> None:
        self._engine, self._file, self.name = engine, file, name
        self._writing = engine.execution_options(**{WRITES: True})
        self._reading = engine if file else as_of_one_moment(engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self._file is not None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction, which sees one moment. Raises StoreError."""
        with told(self.name):
            if self._file:
                self._file.check_there()
            with self._reading.begin() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction, whole or not at all; once this ends, it is on the disk. Raises StoreError."""
        with told(self.name), ExitStack() as held:
            if self._file:
                held.enter_context(self._file.turn())
                self._file.check_there()
            with self._writing.begin() as connection:
                yield connection
            if self._file:
                self._file.check_there()  # what went to a file that is gone must not be acknowledged

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what a database reports into a StoreError; name: of the database, in its words."""
    try:
        yield
    except RAISED as error:
        raise StoreError(f"{name}: {why(error)}.") from error


def open_database(url: str, *, make: bool = True, patience_s: float = PATIENCE_S) -> Database:
    """Open a database and bring its tables up to this version.

    make: whether a file that is not there is made. patience_s: how long to wait for others who use it. A file that
    cannot be used is left as it is.
    Raises StoreError in one sentence.
    """
    url = checked_url(url)
    path = sqlite_path(url)
    database = _of_server(url, patience_s) if path is None else _of_file(SqliteFile(path, patience_s), make)
    try:
        with database.writing() as connection:
            if not database.is_sqlite:
                begin_tables(connection, database.name)
            migrate(connection, database.name)
            check_writable(connection)
    except StoreError:
        database.close()
        raise
    return database


def _of_file(file: SqliteFile, make: bool) -> Database:
    name = str(file.path)
    file.prepare(make=make)
    try:
        with told(name):
            file.look()
            return Database(file.engine(), name, file)
    except OSError as error:
        raise StoreError(f"{name}: it cannot be opened ({error.strerror or 'no reason given'}).") from error


def _of_server(url: str, patience_s: float) -> Database:
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError) as error:  # the latter for a port that is no number
        raise StoreError(
            "The address of the database cannot be read. Expected postgresql+psycopg://USER@HOST/NAME."
        ) from error
    name = parts.set(query={}).render_as_string(hide_password=True)  # a password may stand in the query as well
    try:
        return Database(postgres_engine(parts, patience_s), name)
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(f"{name}: its driver is missing. Install it: pip install 'prioritiser[postgres]'.") from error
