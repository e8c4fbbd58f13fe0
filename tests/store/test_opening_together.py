"""Several databases are opened at once, as several visitors do: each gets its own tables."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

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
