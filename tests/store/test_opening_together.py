"""Several databases are opened at once, as several visitors do: each gets its own tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Barrier, Thread

import pytest
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from prioritiser.store.database import open_database
from prioritiser.store.tables import METADATA


def test_each_database_gets_its_tables_when_threads_open_them_together(tmp_path: Path) -> None:
    found: dict[int, set[str]] = {}
    together = Barrier(6)

    def opening(number: int) -> None:
        together.wait()
        database = open_database(f"sqlite:///{tmp_path / f'rooms-{number % 3}.sqlite'}")
        with database.reading() as connection:
            found[number] = set(inspect(connection).get_table_names())
        database.close()

    threads = [Thread(target=opening, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(6))
    assert all(set(METADATA.tables) <= tables for tables in found.values())


def test_database_is_known_when_another_makes_its_tables_while_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    open_database(url).close()
    other = tmp_path / "other.sqlite"
    (tmp_path / "rooms.sqlite").rename(other)
    heads = MigrationContext.get_current_heads
    with sqlite3.connect(tmp_path / "rooms.sqlite") as begun:  # what is there while the first opener is at work
        begun.execute("PRAGMA journal_mode = WAL")

    def heads_then_tables(context: MigrationContext) -> tuple[str, ...]:
        found = heads(context)
        monkeypatch.undo()
        with sqlite3.connect(other) as made, sqlite3.connect(tmp_path / "rooms.sqlite") as begun:
            made.backup(begun)
        return found

    monkeypatch.setattr(MigrationContext, "get_current_heads", heads_then_tables)
    open_database(url).close()
