"""What a file of a workshop must hold, before anything of it is written: anybody may have made it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from prioritiser.errors import PrioritiserError, RefusedFileError
from prioritiser.files.scenario_files import scenario_from_bytes
from prioritiser.files.tables.issues import Findings
from prioritiser.files.tables.upload_limits import MAX_UNPACKED_BYTES, open_archive, read_member
from prioritiser.scenario.scenario import Scenario
from prioritiser.store.tables import ANSWERS, MOVES, PARTICIPANTS, RELEASED, WORKSHOPS
from prioritiser.text.typed import one_line
from prioritiser.workshop.answers import read_answer
from prioritiser.workshop.codes import read_code
from prioritiser.workshop.records import MOVES as MOVE_NAMES
from prioritiser.workshop.records import State, Workshop, WorkshopPlan, check_time
from prioritiser.workshop.store import (
    MOST_ANSWERS,
    MOST_PARTICIPANTS,
    SCENARIO_FILE,
    check_plan,
    settings_of,
    tidied_plan,
)
from prioritiser.workshop.texts import LONGEST_NAME, read_comment, read_submission

FORMAT = 1
RECORDS_FILE = "workshop.json"
TABLES = (WORKSHOPS, MOVES, PARTICIPANTS, ANSWERS, RELEASED)
WHOLE = "A file as `workshop export` wrote it."
ASK = "Export it anew. Nothing was read."
_MOST_BYTES = MAX_UNPACKED_BYTES
# Parsing takes room for each of these signs; a workshop as large as one can be has fewer.
_MOST_SIGNS = {b'"': 12_000_000, b",": 6_000_000, b"[": 1_000_000, b"{": 1_000_000}
_MOST_NUMBER = 2**31 - 1
_ID = re.compile(r"[!-~]{1,64}")
_HASH = re.compile(r"[0-9a-f]{64}")
_BROKEN = (
    ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError, PrioritiserError,
)  # fmt: skip

type Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class _Room:
    """The workshop of a file, and the scenario that it is about."""

    workshop: Workshop
    scenario: Scenario


def read_workshop_file(name: str, content: bytes) -> tuple[dict[str, list[dict[str, Any]]], bytes]:
    """Read and check a file; returns the rows of each table by name, and the scenario's zip. Raises RefusedFileError.

    name: of the file, for messages.
    """
    records, scenario = _members(name, content)
    try:
        plain = _parsed(records)
        _check_format(name, plain)
        tables = {table.name: [_row(table, row) for row in plain["tables"][table.name]] for table in TABLES}
        room = _room(tables["workshops"], scenario)
        _check_people(tables["participants"], room)
        _check_answers(tables, room)
        _check_moves(tables["moves"], room)
    except RefusedFileError:
        raise
    except _BROKEN as error:
        raise RefusedFileError(f"{name} was changed or is damaged: its parts do not fit", WHOLE, ASK) from error
    tables["workshops"][0]["scenario_hash"] = room.scenario.hash  # another version may count it otherwise
    return tables, scenario


def _members(name: str, content: bytes) -> tuple[bytes, bytes]:
    findings = Findings()
    archive = open_archive(name, content, findings)
    found: list[bytes | None] = []
    if archive is not None:
        if not {RECORDS_FILE, SCENARIO_FILE} <= set(archive.members.namelist()):
            raise RefusedFileError(f"{name} is not a workshop, or not whole", WHOLE, ASK)
        found = [read_member(archive, part, _MOST_BYTES, findings) for part in (RECORDS_FILE, SCENARIO_FILE)]
    if findings.issues:
        issue = findings.issues[0]
        raise RefusedFileError(f"{name}: {issue.found}", issue.expected, ASK)
    records, scenario = (part or b"" for part in found)
    return records, scenario


def _parsed(records: bytes) -> Any:
    if any(records.count(sign) > most for sign, most in _MOST_SIGNS.items()):
        raise ValueError("more than a workshop holds")
    return json.loads(records)


def _check_format(name: str, records: Any) -> None:
    if type(records["format"]) is not int:
        raise TypeError("format")
    if records["format"] > FORMAT:
        raise RefusedFileError(
            f"{name} was written by a newer version of Prioritiser", f"Format {FORMAT}.", "Read it with that version."
        )
    if records["format"] < 1:
        raise ValueError("format")


def _row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Check that a row has what the table has, each of its type, and what every database can hold."""
    expected = {column.name: column.type.python_type for column in table.c if column.name != "scenario"}
    if set(row) != set(expected):
        raise ValueError(table.name)
    for name, kind in expected.items():
        value = row[name]
        if type(value) is not kind or (kind is int and not 0 <= value <= _MOST_NUMBER):
            raise ValueError(name)
        if kind is str:
            value.encode()  # no halves of letters
            _check(("\0" not in value), name)
    return dict(row)


def _room(rows: Rows, content: bytes) -> _Room:
    (first,) = rows
    plan, state = WorkshopPlan.from_text(first["title"], first["plan"]), State.from_text(first["state"])
    scenario = scenario_from_bytes(SCENARIO_FILE, content)
    _check(tidied_plan(plan) == plan, "plan")
    check_plan(plan, scenario)
    _check(state.asked is None or state.asked < len(plan.questions), "asked")
    _check(read_code(first["code"]) == first["code"] != "", "code")
    _check(first["is_illustrative"] in (0, 1), "is_illustrative")
    _check(bool(_HASH.fullmatch(first["key_hash"])) and bool(_ID.fullmatch(first["workshop_id"])), "workshop_id")
    check_time(first["created_at"])
    workshop = Workshop(
        first["workshop_id"],
        first["code"],
        plan,
        state,
        scenario.hash,
        json.loads(first["settings"]),
        first["created_at"],
    )
    settings_of(workshop, scenario)
    return _Room(workshop, scenario)


def _check_people(rows: Rows, room: _Room) -> None:
    _check_once(rows, "participant_id")
    _check_once(rows, "token_hash")
    _check(len(rows) <= MOST_PARTICIPANTS, "participants")
    plan = room.workshop.plan
    for row in rows:
        _check(row["workshop_id"] == room.workshop.workshop_id, "workshop_id")
        _check(bool(_ID.fullmatch(row["participant_id"])) and bool(_HASH.fullmatch(row["token_hash"])), "participant")
        _check(one_line(row["name"]) == row["name"] and len(row["name"]) <= LONGEST_NAME, "name")
        _check(not (plan.is_anonymous and row["name"]), "name")
        _check(row["role"] in ("", *plan.roles) and row["place"] in ("", *plan.places), "role")
        check_time(row["joined_at"])


def _check_answers(tables: Mapping[str, Rows], room: _Room) -> None:
    rows, plan = tables["answers"], room.workshop.plan
    settings = settings_of(room.workshop, room.scenario)
    people = {row["participant_id"] for row in tables["participants"]}
    _check_once(rows, "answer_id")
    _check_once(rows, "participant_id", "submission")
    _check(all(number <= MOST_ANSWERS for number in Counter(row["participant_id"] for row in rows).values()), "answers")
    for row in rows:
        _check(row["participant_id"] in people and 1 <= row["round"] <= room.workshop.state.last, "answers")
        answer = json.loads(row["answer"])
        _check(read_answer(room.scenario, settings, plan.questions[row["question"]], answer) == answer, "answer")
        _check(read_comment(row["comment"]) == row["comment"], "comment")
        read_submission(row["submission"])
        check_time(row["at"])
    _check_once(tables["released"], "answer_id")
    known = {row["answer_id"] for row in rows}
    for row in tables["released"]:
        _check(row["answer_id"] in known, "released")
        check_time(row["at"])


def _check_moves(rows: Rows, room: _Room) -> None:
    _check_once(rows, "move_id")
    for row in rows:
        _check(row["workshop_id"] == room.workshop.workshop_id and row["name"] in MOVE_NAMES, "moves")
        before = State.from_text(row["before"])
        _check(before.asked is None or before.asked < len(room.workshop.plan.questions), "asked")
        check_time(row["at"])


def _check_once(rows: Rows, *columns: str) -> None:
    seen = Counter(tuple(row[column] for column in columns) for row in rows)
    _check(all(number == 1 for number in seen.values()), columns[0])


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)
