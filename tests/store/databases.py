"""Databases for tests: each test that asks for one runs on SQLite and on PostgreSQL, with the same code.

Imported by the conftest of every folder whose tests need them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from prioritiser.store.database import Database, open_database
from prioritiser.workshop.store import WorkshopStore
from tests.store.postgres import Cluster, postgres, programs

KINDS = ("sqlite", "postgresql")


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


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> WorkshopStore:
    return WorkshopStore(database)
