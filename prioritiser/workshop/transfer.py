"""A whole workshop as one file, out of one database and into another: nothing of it is left behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, or_, select

from prioritiser.errors import RefusedFileError, WorkshopError
from prioritiser.files.scenario_files import zip_bytes
from prioritiser.store.tables import ANSWERS, MOVES, PARTICIPANTS, RELEASED, WORKSHOPS
from prioritiser.workshop.import_checks import ASK, FORMAT, RECORDS_FILE, TABLES, WHOLE, Rows, read_workshop_file
from prioritiser.workshop.records import Workshop
from prioritiser.workshop.store import SCENARIO_FILE, WorkshopStore, free_code

_AT_ONCE = 500  # as many as one question to a database may name


def export_workshop(store: WorkshopStore, code: str) -> bytes:
    """Write a workshop with its scenario, its people, every answer and every move as a zip. Raises NoWorkshopError."""
    workshop = store.by_code(code)
    with store.database.reading() as connection:
        tables = {table.name: _rows(connection, table, workshop.workshop_id) for table in TABLES}
    scenario = tables["workshops"][0].pop("scenario")
    records = {"format": FORMAT, "tables": tables}
    return zip_bytes(
        {
            RECORDS_FILE: json.dumps(records, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(),
            SCENARIO_FILE: scenario,
        }
    )


def import_workshop(store: WorkshopStore, name: str, content: bytes) -> Workshop:
    """Read a workshop that `export_workshop` wrote; where its code is taken, it gets another.

    name: of the file, for messages. Raises RefusedFileError for a file that is not whole, and WorkshopError where the
    workshop is there already. Either way nothing was changed.
    """
    tables, scenario = read_workshop_file(name, content)
    first = {**tables["workshops"][0], "scenario": scenario}
    with store.database.writing() as connection:
        taken = select(WORKSHOPS.c.workshop_id).where(WORKSHOPS.c.workshop_id == first["workshop_id"])
        if connection.execute(taken).first() is not None:
            raise WorkshopError(
                f"The workshop {first['code']} of {name} is in this database already. Nothing was changed."
            )
        _check_strangers(connection, name, tables["participants"])
        if connection.execute(select(WORKSHOPS.c.code).where(WORKSHOPS.c.code == first["code"])).first() is not None:
            first["code"] = free_code(connection)
        connection.execute(insert(WORKSHOPS).values(**first))
        _put(connection, tables)
    return store.workshop(first["workshop_id"])


def _rows(connection: Connection, table: Table, workshop_id: str) -> list[dict[str, Any]]:
    query = select(table)
    if table is RELEASED:
        query = query.join(ANSWERS, ANSWERS.c.answer_id == RELEASED.c.answer_id)
    if table in (ANSWERS, RELEASED):
        query = query.join(PARTICIPANTS, PARTICIPANTS.c.participant_id == ANSWERS.c.participant_id)
    owner = table if "workshop_id" in table.c else PARTICIPANTS
    key = next(iter(table.primary_key.columns))
    rows = connection.execute(query.where(owner.c.workshop_id == workshop_id).order_by(key)).mappings()
    return [dict(row) for row in rows]


def _check_strangers(connection: Connection, name: str, people: Rows) -> None:
    """Refuse people who are in another workshop of the database: no file that was exported has them."""
    for begin in range(0, len(people), _AT_ONCE):
        some = people[begin : begin + _AT_ONCE]
        same = or_(
            PARTICIPANTS.c.participant_id.in_([one["participant_id"] for one in some]),
            PARTICIPANTS.c.token_hash.in_([one["token_hash"] for one in some]),
        )
        if connection.execute(select(PARTICIPANTS.c.participant_id).where(same).limit(1)).first() is not None:
            raise RefusedFileError(f"{name} was changed: people of another workshop are in it", WHOLE, ASK)


def _put(connection: Connection, tables: Mapping[str, Rows]) -> None:
    """Put everything in its place; numbers of moves and answers are given anew, in the order of coming."""
    if tables["moves"]:
        connection.execute(insert(MOVES), [_without(row, "move_id") for row in tables["moves"]])
    if tables["participants"]:
        connection.execute(insert(PARTICIPANTS), list(tables["participants"]))
    if tables["answers"]:
        numbered = insert(ANSWERS).returning(ANSWERS.c.answer_id, sort_by_parameter_order=True)
        given = connection.execute(numbered, [_without(row, "answer_id") for row in tables["answers"]]).scalars().all()
        new = dict(zip((row["answer_id"] for row in tables["answers"]), given, strict=True))
        if tables["released"]:
            rows = [{**row, "answer_id": new[row["answer_id"]]} for row in tables["released"]]
            connection.execute(insert(RELEASED), rows)


def _without(row: Mapping[str, Any], column: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != column}
