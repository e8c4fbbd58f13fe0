"""Databases for tests: each test that asks for one runs on SQLite and on PostgreSQL, with the same code.

Imported by the conftest of every folder whose tests need them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from prioritiser.store.database import Database, open_database
from prioritiser.store.tables import METADATA
from prioritiser.workshop.store import WorkshopStore
from tests.store.postgres import Cluster, postgres, programs

KINDS = ("sqlite", "postgresql")
_EMPTY = f"SET lock_timeout = '2s'; TRUNCATE {', '.join(METADATA.tables)} RESTART IDENTITY CASCADE"
_SHAPE = """
SELECT table_name, column_name, data_type, (SELECT string_agg(version_num, ' ') FROM prioritiser_version)
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name
"""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, once a process."""
    if programs() is None:
        if os.environ.get("CI"):
            pytest.fail("No PostgreSQL found under CI. Install Debian's package postgresql.")
        pytest.skip("no PostgreSQL found: install Debian's package postgresql to run this test")
    with postgres() as running:
        yield running


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two."""
    return str(request.param)


@pytest.fixture
def new_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Gives addresses of databases that are empty."""
    numbers = count()
    if kind == "sqlite":
        yield lambda: f"sqlite:///{tmp_path / f'rooms-{next(numbers)}.sqlite'}"
        return
    running: Cluster = request.getfixturevalue("cluster")
    names: list[str] = []

    def make() -> str:
        names.append(running.make())
        return running.address(names[-1])

    yield make
    for name in names:
        running.drop(name)


@pytest.fixture(scope="session")
def file_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database in which nothing is written yet, to be copied."""
    path = tmp_path_factory.mktemp("tables") / "rooms.sqlite"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def emptied(cluster: Cluster) -> Emptied:
    """A PostgreSQL database that one test after another is given."""
    return Emptied(cluster)


@pytest.fixture
def url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database that has its tables and nothing in them; making one anew takes most of a test's time."""
    if kind == "sqlite":
        copy = tmp_path / "with-tables.sqlite"
        shutil.copyfile(request.getfixturevalue("file_with_tables"), copy)
        yield f"sqlite:///{copy}"
        return
    kept: Emptied = request.getfixturevalue("emptied")
    yield kept.give()
    kept.take_back()


class Emptied:
    """One PostgreSQL database, emptied after each use; made anew where a use left it other than it was."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster, self._name, self._shape = cluster, "", [()]

    def give(self) -> str:
        """Return its address."""
        if not self._name:
            self._name = self._cluster.make()
            open_database(self._cluster.address(self._name)).close()
            self._shape = self._cluster.ask(_SHAPE, self._name)
        return self._cluster.address(self._name)

    def take_back(self) -> None:
        """Empty it, or drop it where that cannot be done at once."""
        try:
            self._cluster.ask(_EMPTY, self._name)
            if self._cluster.ask(_SHAPE, self._name) == self._shape:
                return
        except psycopg.Error:
            pass  # somebody holds it, or its tables are gone: the next test has another
        self._cluster.drop(self._name)
        self._name = ""


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> WorkshopStore:
    return WorkshopStore(database)
