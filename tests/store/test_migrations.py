"""The tables after all steps are those that the code uses; a database of an earlier step is brought along."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from prioritiser import read_scenario
from prioritiser.decisions.log import DecisionLog
from prioritiser.files.scenario_files import scenario_bytes
from prioritiser.store.database import Database, open_database
from prioritiser.store.migration import VERSION_TABLE, migrate
from prioritiser.store.tables import METADATA
from prioritiser.workshop.codes import key_hash, token_hash
from prioritiser.workshop.records import Move
from prioritiser.workshop.store import WorkshopStore
from tests.places import QUICKSTART
from tests.workshop.rooms import POINTS

# Rows as the first step had them, written by hand: a later step must bring them along.
STEP_1 = {
    "workshops": {
        "workshop_id": "w1",
        "code": "HKTRWA",
        "key_hash": key_hash("ACDEF-ACDEF-ACDEF-ACDEF-ACDEF"),
        "title": "Spring room",
        "scenario_hash": "",
        "scenario": b"",
        "settings": "",
        "plan": '{"questions": [{"kind": "points", "goals": []}], "is_anonymous": false, "roles": [], "places": [], '
        '"what_ifs": []}',
        "state": '{"rounds": [1], "last": 1, "asked": null, "is_open": true, "timer_ends": "", "closed_at": ""}',
        "is_illustrative": 0,
        "created_at": "2026-03-02T09:00:00.000+00:00",
    },
    "moves": {
        "workshop_id": "w1",
        "name": "timer",
        "before": '{"rounds": [1], "last": 1, "asked": null, "is_open": true, "timer_ends": "", "closed_at": ""}',
        "at": "2026-03-02T09:05:00.000+00:00",
    },
    "participants": {
        "participant_id": "p1",
        "workshop_id": "w1",
        "token_hash": token_hash("token of Ann"),
        "name": "Ann",
        "role": "",
        "place": "",
        "joined_at": "2026-03-02T09:10:00.000+00:00",
    },
    "answers": {
        "participant_id": "p1",
        "round": 1,
        "question": 0,
        "submission": "a1",
        "answer": '{"tiers": {"national": 50.0, "local": 30.0, "long_term": 20.0}}',
        "comment": "Said",
        "at": "2026-03-02T09:15:00.000+00:00",
    },
    "released": {"answer_id": 1, "at": "2026-03-02T09:20:00.000+00:00"},
}


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    """Address of a database without any table."""
    return new_url()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Connections to an empty database that nothing of ours was done to."""
    made = create_engine(url)
    yield made
    made.dispose()


def test_tables_after_all_steps_are_those_of_the_code_when_compared(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []


def test_comparison_finds_what_is_missing_when_a_table_is_gone(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("DROP INDEX answers_of_a_round"))
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert [step[0] for step in compare_metadata(context, METADATA)] == ["add_index"]


def test_database_of_the_first_step_opens_with_all_that_is_in_it(engine: Engine, url: str) -> None:
    scenario = read_scenario(QUICKSTART)
    rows = {table: dict(row) for table, row in STEP_1.items()}
    rows["workshops"] |= {
        "scenario": scenario_bytes(scenario, "scenario.zip"),
        "scenario_hash": scenario.hash,
        "settings": json.dumps(scenario.settings.as_json()),
    }
    with engine.begin() as connection:
        migrate(connection, "first", to="0001")
        for table, row in rows.items():
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    database = open_database(url)
    store = WorkshopStore(database)
    workshop = store.by_code("HKTRWA")
    assert store.is_key(workshop.workshop_id, "ACDEF-ACDEF-ACDEF-ACDEF-ACDEF")
    assert store.scenario(workshop).hash == scenario.hash
    entry = store.entries(workshop)[0]
    assert (entry.participant.name, entry.answer, entry.comment) == ("Ann", POINTS, "Said")
    assert entry.is_released
    assert store.answer("token of Ann", 0, POINTS, "", "a1").is_repeat
    store.answer("token of Ann", 0, {"tiers": {"local": 1}})
    assert store.move(workshop.workshop_id, Move("undo")).state.rounds == (1,)
    assert DecisionLog(database).entries() == []
    database.close()


def test_nothing_of_the_steps_is_left_when_they_are_broken_off(engine: Engine, url: str) -> None:
    class CutOffError(Exception):
        pass

    def cut_off() -> None:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")  # the driver by itself begins none for steps
            migrate(connection, "new")
            assert set(inspect(connection).get_table_names()) >= METADATA.tables.keys()
            raise CutOffError

    with pytest.raises(CutOffError):
        cut_off()
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    open_database(url).close()


def test_opening_again_changes_nothing_when_all_is_there(new_url: Callable[[], str]) -> None:
    url = new_url()
    open_database(url).close()
    database = open_database(url)
    with database.reading() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all() == ["0002"]
    database.close()
