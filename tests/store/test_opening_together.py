"""Several databases are opened at once, as several visitors do: each gets its own tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Barrier, Thread

from sqlalchemy import inspect

from prioritiser.store.database import _write_ahead, open_database
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


def test_log_is_switched_on_when_several_switch_it_at_once(tmp_path: Path) -> None:
    modes: list[str] = []
    for number in range(40):
        together = Barrier(4)

        def switching(path: Path = tmp_path / f"{number}.sqlite", together: Barrier = together) -> None:
            connection = sqlite3.connect(path, timeout=10)
            together.wait()
            _write_ahead(connection)
            modes.append(connection.execute("PRAGMA journal_mode").fetchone()[0])
            connection.close()

        threads = [Thread(target=switching) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert modes == ["wal"] * 160
