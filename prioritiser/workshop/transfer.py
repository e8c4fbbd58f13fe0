"""A whole workshop as one file, out of one database and into another: nothing of it is left behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select

from prioritiser.errors import RefusedFileError, ScenarioError, WorkshopError
from prioritiser.files.scenario_files import scenario_from_bytes, zip_bytes
from prioritiser.files.tables.issues import Findings
from prioritiser.files.tables.upload_limits import BROKEN, open_archive
from prioritiser.store.tables import ANSWERS, MOVES, PARTICIPANTS, RELEASED, WORKSHOPS
from prioritiser.workshop.codes import read_code
from prioritiser.workshop.records import State, Workshop, WorkshopPlan
from prioritiser.workshop.store import SCENARIO_FILE, WorkshopStore, free_code

FORMAT = 1
_WHOLE = "A file as `workshop export` wrote it."
_ASK = "Export it anew. Nothing was read."
RECORDS_FILE = "workshop.json"
_TABLES = (WORKSHOPS, MOVES, PARTICIPANTS, ANSWERS, RELEASED)
_OWN_NUMBERS = {"moves": "move_id"}  # given anew; nothing points at them


def export_workshop(store: WorkshopStore, code: str) -> bytes:
    """Write a workshop with its scenario, its people, every answer and every move as a zip. Raises NoWorkshopError."""
    workshop = store.by_code(code)
    with store.database.reading() as connection:
        tables = {table.name: _rows(connection, table, workshop.workshop_id) for table in _TABLES}
    scenario = tables["workshops"][0].pop("scenario")
    records = {"format": FORMAT, "tables": tables}
    return zip_bytes(
        {
            RECORDS_FILE: json.dumps(records, ensure_ascii=False, indent=1).encode(),
            SCENARIO_FILE: scenario,
        }
    )


def import_workshop(store: WorkshopStore, name: str, content: bytes) -> Workshop:
    """Read a workshop that `export_workshop` wrote; where its code is taken, it gets another.

    name: of the file, for messages. Raises RefusedFileError for a file that is not whole, and WorkshopError where the
    workshop is there already.
    """
    tables, scenario = _read(name, content)
    first = {**tables["workshops"][0], "scenario": scenario}
    with store.database.writing() as connection:
        taken = select(WORKSHOPS.c.workshop_id).where(WORKSHOPS.c.workshop_id == first["workshop_id"])
        if connection.execute(taken).first() is not None:
            raise WorkshopError(
                f"The workshop {first['code']} of {name} is in this database already. Nothing was changed."
            )
        if connection.execute(select(WORKSHOPS.c.code).where(WORKSHOPS.c.code == first["code"])).first() is not None:
            first["code"] = free_code(connection)
        connection.execute(insert(WORKSHOPS).values(**first))
        new_ids: dict[int, int] = {}
        for table in (MOVES, PARTICIPANTS, ANSWERS, RELEASED):
            for row in tables[table.name]:
                _put(connection, table, row, new_ids)
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


def _put(connection: Connection, table: Table, row: Mapping[str, Any], new_ids: dict[int, int]) -> None:
    kept = {key: value for key, value in row.items() if key != _OWN_NUMBERS.get(table.name)}
    if table is ANSWERS:
        del kept["answer_id"]
        done = connection.execute(insert(ANSWERS).values(**kept))
        new_ids[row["answer_id"]] = cast(tuple[int], done.inserted_primary_key)[0]
        return
    if table is RELEASED:
        kept["answer_id"] = new_ids[row["answer_id"]]
    connection.execute(insert(table).values(**kept))


def _read(name: str, content: bytes) -> tuple[dict[str, list[dict[str, Any]]], bytes]:
    """Read and check the file, before anything is written."""
    findings = Findings()
    archive = open_archive(name, content, findings)
    if archive is None:
        found = findings.issues[0]
        raise RefusedFileError(f"{name}: {found.found}", found.expected, found.fix or _ASK)
    try:
        records = json.loads(archive.members.read(RECORDS_FILE))
        scenario = archive.members.read(SCENARIO_FILE)
    except (KeyError, *BROKEN) as error:
        raise RefusedFileError(
            f"{name} is not a workshop, or not whole", "A file that `workshop export` wrote.", _ASK
        ) from error
    try:
        _check_format(name, records)
        tables = {table.name: [_row(table, row) for row in records["tables"][table.name]] for table in _TABLES}
        first = tables["workshops"][0]
        WorkshopPlan.from_text(first["title"], first["plan"])
        State.from_text(first["state"])
        _check_belongs(tables)
        if not read_code(first["code"]):
            raise ValueError("code")
        if scenario_from_bytes(SCENARIO_FILE, scenario).hash != first["scenario_hash"]:
            raise ValueError("scenario")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, ScenarioError) as error:
        raise RefusedFileError(f"{name} was changed or is damaged: its parts do not fit", _WHOLE, _ASK) from error
    return tables, scenario


def _check_format(name: str, records: Any) -> None:
    if not isinstance(records, dict) or not isinstance(records.get("format"), int):
        raise ValueError("format")
    if records["format"] > FORMAT:
        raise RefusedFileError(
            f"{name} was written by a newer version of Prioritiser", f"Format {FORMAT}.", "Read it with that version."
        )


def _row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Check that a row has what the table has, each of its type."""
    expected = {column.name: column.type.python_type for column in table.c if column.name != "scenario"}
    if set(row) != set(expected) or any(type(row[name]) is not kind for name, kind in expected.items()):
        raise ValueError(table.name)
    return dict(row)


def _check_belongs(tables: Mapping[str, list[dict[str, Any]]]) -> None:
    if len(tables["workshops"]) != 1:
        raise ValueError("workshops")
    own = tables["workshops"][0]["workshop_id"]
    people = {row["participant_id"] for row in tables["participants"]}
    answers = {row["answer_id"] for row in tables["answers"]}
    questions = len(json.loads(tables["workshops"][0]["plan"])["questions"])
    if any(row["workshop_id"] != own for row in (*tables["moves"], *tables["participants"])):
        raise ValueError("workshop_id")
    for row in tables["answers"]:
        if row["participant_id"] not in people or not 0 <= row["question"] < questions:
            raise ValueError("answers")
        if not isinstance(json.loads(row["answer"]), dict):
            raise ValueError("answer")
    if any(row["answer_id"] not in answers for row in tables["released"]):
        raise ValueError("released")
