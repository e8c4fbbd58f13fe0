"""A file of a workshop: all of it goes out and in, and what anybody may have changed in it is refused whole."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from prioritiser import read_scenario
from prioritiser.errors import RefusedFileError
from prioritiser.files.scenario_files import zip_bytes
from prioritiser.store.database import open_database
from prioritiser.workshop.import_checks import TABLES
from prioritiser.workshop.records import Kind, Move, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from prioritiser.workshop.transfer import export_workshop, import_workshop
from tests.places import QUICKSTART
from tests.workshop.rooms import POINTS, opened

PLAN = WorkshopPlan(
    "Frühling — «spring» 🌱 <b>",
    (Question(Kind.SWING, ("ae",)), Question(Kind.SUPPORT)),
    False,
    ("Trust",),
    ("North",),
)
TROUBLE = (
    "w.zip was changed or is damaged: its parts do not fit. A file as `workshop export` wrote it. Export it anew. "
)
TROUBLE += "Nothing was read."


@pytest.fixture
def other(new_url: Callable[[], str]) -> Iterator[WorkshopStore]:
    """Another database, of the same kind."""
    database = open_database(new_url())
    yield WorkshopStore(database)
    database.close()


def lived_in(store: WorkshopStore) -> str:
    """A room of two rounds, with a reset, an undo, answers of every kind and a released comment; returns its code."""
    scenario = read_scenario(QUICKSTART)
    workshop, _ = store.create(PLAN, scenario, scenario.settings)
    _, ann = store.join(workshop.code, "Ann ☂", "Trust", "North")
    _, bob = store.join(workshop.code, "Bob")
    swing = {"tiers": {"national": 100, "local": 0.5}, "goals": {"ae": 50}}
    store.answer(ann, 0, swing, "=SUM(A1)\nsecond line", "a1")
    store.answer(bob, 0, swing, "", "b1")
    store.move(workshop.workshop_id, Move("next"))
    store.answer(ann, 1, {"must": ["handover"], "without": ["theatre_lists"]}, "", "a2")
    store.move(workshop.workshop_id, Move("reset"))
    store.answer(bob, 0, {"tiers": {"long_term": 1}, "goals": {}}, "gone", "b2")
    store.move(workshop.workshop_id, Move("undo"))
    store.move(workshop.workshop_id, Move("round"))
    store.answer(bob, 1, {"must": [], "without": []}, "", "b3")
    store.release(store.entries(store.workshop(workshop.workshop_id))[0].answer_id)
    store.move(workshop.workshop_id, Move("close"))
    return workshop.code


def everything(store: WorkshopStore, code: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(export_workshop(store, code))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def counts(store: WorkshopStore) -> dict[str, int]:
    with store.database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES
        }


def test_file_holds_the_same_when_it_went_out_in_and_out_again(store: WorkshopStore, other: WorkshopStore) -> None:
    code = lived_in(store)
    opened(other)  # so that numbers of rows are others there
    content = export_workshop(store, code)
    workshop = import_workshop(other, "w.zip", content)
    assert workshop == store.by_code(code)
    before, after = (json.loads(everything(one, code)["workshop.json"])["tables"] for one in (store, other))
    for tables in (before, after):
        numbers = [row.pop("answer_id") for row in tables["answers"]]
        tables["released"] = [{**row, "answer_id": numbers.index(row["answer_id"])} for row in tables["released"]]
        for row in tables["moves"]:
            del row["move_id"]
    assert after == before
    assert {name: len(rows) for name, rows in after.items()} == {
        "workshops": 1, "moves": 3, "participants": 2, "answers": 5, "released": 1
    }  # fmt: skip
    assert everything(store, code)["scenario.zip"] == everything(other, code)["scenario.zip"]
    assert other.move(workshop.workshop_id, Move("undo")).state.is_open


def test_workshop_goes_from_one_kind_of_database_to_the_other(store: WorkshopStore, tmp_path: Path) -> None:
    code = lived_in(store)
    file = open_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    found = import_workshop(WorkshopStore(file), "w.zip", export_workshop(store, code))
    assert found == store.by_code(code)
    file.close()


def test_code_that_is_taken_is_replaced_when_a_workshop_comes_in(
    store: WorkshopStore, other: WorkshopStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = lived_in(store)
    monkeypatch.setattr("prioritiser.workshop.store.new_code", lambda: code)
    opened(other)
    monkeypatch.undo()
    found = import_workshop(other, "w.zip", export_workshop(store, code))
    assert found.code != code
    assert found.workshop_id == store.by_code(code).workshop_id


def test_large_workshop_goes_out_and_in_when_many_answered_often(store: WorkshopStore, other: WorkshopStore) -> None:
    code = lived_in(store)
    parts = everything(store, code)
    records = json.loads(parts["workshop.json"])
    tables, person = records["tables"], records["tables"]["participants"][1]
    people = [{**person, "participant_id": f"p{n}", "token_hash": f"{n:064x}"} for n in range(400)]
    answer = tables["answers"][1]
    tables["participants"] += people
    tables["answers"] += [
        {**answer, "participant_id": f"p{n % 400}", "answer_id": 1000 + n, "submission": f"s{n}", "comment": str(n)}
        for n in range(1200)
    ]
    parts["workshop.json"] = json.dumps(records).encode()
    found = import_workshop(other, "w.zip", zip_bytes(parts))
    entries = {entry.participant.participant_id: entry.comment for entry in other.entries(found) if not entry.question}
    assert all(entries[f"p{n}"] == str(800 + n) for n in range(400))  # the last of each, whatever numbers they got
    import_again = everything(other, code)
    assert len(json.loads(import_again["workshop.json"])["tables"]["answers"]) == 1205


def put(*path: Any, value: Any) -> Callable[[Any], None]:
    """Put a value where a path leads to."""

    def change(records: Any) -> None:
        inside = records
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = value

    return change


def drop(*path: Any) -> Callable[[Any], None]:
    def change(records: Any) -> None:
        inside = records
        for step in path[:-1]:
            inside = inside[step]
        del inside[path[-1]]

    return change


def twice(table: str) -> Callable[[Any], None]:
    return lambda records: records["tables"][table].append(records["tables"][table][0])


def within(*path: Any, **changes: Any) -> Callable[[Any], None]:
    """Change keys of an object that is kept as JSON in a text."""

    def change(records: Any) -> None:
        inside = records
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = json.dumps({**json.loads(inside[path[-1]]), **changes})

    return change


WORKSHOP, STATE, PLAN_AT = (
    ("tables", "workshops", 0),
    ("tables", "workshops", 0, "state"),
    ("tables", "workshops", 0, "plan"),
)
ANSWER, PERSON, MOVE = ("tables", "answers", 0), ("tables", "participants", 0), ("tables", "moves", 0)
DEEP = "[" * 100_000
HOSTILE: dict[str, Callable[[Any], None]] = {
    "format of words": put("format", value="1"),
    "format that is none": put("format", value=True),
    "format before the first": put("format", value=0),
    "no format": drop("format"),
    "no tables": drop("tables"),
    "no table of answers": drop("tables", "answers"),
    "table that is none": put("tables", "answers", value={"a": 1}),
    "row that is none": put("tables", "answers", 0, value=[1]),
    "two workshops": twice("workshops"),
    "no workshop": put("tables", "workshops", value=[]),
    "participant twice": twice("participants"),
    "answer twice": twice("answers"),
    "move twice": twice("moves"),
    "released twice": twice("released"),
    "column too many": put(*ANSWER, "scenario", value="x"),
    "column too few": drop(*ANSWER, "at"),
    "number for words": put(*ANSWER, "comment", value=7),
    "words for a number": put(*ANSWER, "round", value="1"),
    "truth for a number": put(*ANSWER, "round", value=True),
    "nothing for words": put(*PERSON, "name", value=None),
    "number beyond every table": put(*ANSWER, "answer_id", value=2**63),
    "number below 0": put(*ANSWER, "question", value=-1),
    "question that is not asked": put(*ANSWER, "question", value=2),
    "round that was not": put(*ANSWER, "round", value=4),
    "round 0": put(*ANSWER, "round", value=0),
    "answer of nobody": put(*ANSWER, "participant_id", value="nobody"),
    "answer that is no JSON": put(*ANSWER, "answer", value="{"),
    "answer without end": put(*ANSWER, "answer", value=DEEP),
    "answer that is a list": put(*ANSWER, "answer", value="[]"),
    "answer below 0": put(*ANSWER, "answer", value='{"tiers": {"national": -1}, "goals": {}}'),
    "answer that is no number": put(*ANSWER, "answer", value='{"tiers": {"national": NaN}, "goals": {}}'),
    "answer without end of size": put(*ANSWER, "answer", value='{"tiers": {"national": 1e999}, "goals": {}}'),
    "answer of an unknown goal": put(*ANSWER, "answer", value='{"tiers": {"national": 1}, "goals": {"x": 1}}'),
    "answer with more": put(*ANSWER, "answer", value='{"tiers": {"national": 1}, "goals": {}, "more": 1}'),
    "comment too long": put(*ANSWER, "comment", value="x" * 1001),
    "comment with a zero byte": put(*ANSWER, "comment", value="a\0b"),
    "comment with half a letter": put(*ANSWER, "comment", value="\ud800"),
    "comment with controls": put(*ANSWER, "comment", value="\x1b[2J"),
    "sending without a name": put(*ANSWER, "submission", value=""),
    "sending of blanks": put(*ANSWER, "submission", value="a b"),
    "time that is none": put(*ANSWER, "at", value="yesterday"),
    "time without a zone": put(*ANSWER, "at", value="2026-03-02T09:00:00"),
    "name too long": put(*PERSON, "name", value="x" * 61),
    "name of two lines": put(*PERSON, "name", value="a\nb"),
    "role that is not offered": put(*PERSON, "role", value="King"),
    "place that is not offered": put(*PERSON, "place", value="<script>"),
    "token that is none": put(*PERSON, "token_hash", value="abc"),
    "participant of another": put(*PERSON, "workshop_id", value="other"),
    "participant without a name of row": put(*PERSON, "participant_id", value=""),
    "names in an anonymous room": within(*PLAN_AT, is_anonymous=True),
    "move of another": put(*MOVE, "workshop_id", value="other"),
    "move that nobody makes": put(*MOVE, "name", value="delete"),
    "state before a move that is none": put(*MOVE, "before", value="{}"),
    "state before a move that asks too much": within(*MOVE, "before", asked=2),
    "released that is not there": put("tables", "released", 0, "answer_id", value=10_000),
    "code that is none": put(*WORKSHOP, "code", value="ABC"),
    "code in small letters": put(*WORKSHOP, "code", value="hktrwa"),
    "key that is none": put(*WORKSHOP, "key_hash", value="x"),
    "name of row too long": put(*WORKSHOP, "workshop_id", value="x" * 65),
    "title too long": put(*WORKSHOP, "title", value="x" * 121),
    "title of nothing": put(*WORKSHOP, "title", value=" "),
    "illustrative and more": put(*WORKSHOP, "is_illustrative", value=2),
    "settings that are a list": put(*WORKSHOP, "settings", value="[1]"),
    "settings beyond their range": within(*WORKSHOP, "settings", balance=7),
    "settings without end of size": put(*WORKSHOP, "settings", value='{"weights": {"national": NaN}}'),
    "settings unknown": within(*WORKSHOP, "settings", more=1),
    "plan without end": put(*PLAN_AT, value=DEEP),
    "plan of no questions": within(*PLAN_AT, questions=[]),
    "plan of unknown questions": within(*PLAN_AT, questions=[{"kind": "vote", "goals": []}]),
    "plan of unknown goals": within(*PLAN_AT, questions=[{"kind": "swing", "goals": ["x"]}]),
    "plan of words for goals": within(*PLAN_AT, questions=[{"kind": "swing", "goals": "ae"}]),
    "plan of words for truth": within(*PLAN_AT, is_anonymous="no"),
    "plan of too many roles": within(*PLAN_AT, roles=[str(n) for n in range(31)]),
    "state without rounds": within(*STATE, rounds=[]),
    "state of rounds in disorder": within(*STATE, rounds=[3, 1]),
    "state of a round twice": within(*STATE, rounds=[3, 3]),
    "state of rounds before the first": within(*STATE, rounds=[-1, 3]),
    "state of rounds beyond the last": within(*STATE, rounds=[1, 5]),
    "state of too many rounds": within(*STATE, last=21),
    "state of words for rounds": within(*STATE, rounds="13"),
    "state that asks what is not there": within(*STATE, asked=2),
    "state that asks words": within(*STATE, asked="1"),
    "state of words for truth": within(*STATE, is_open="no"),
    "state closed at no time": within(*STATE, closed_at="late"),
    "state with more": within(*STATE, more=1),
}  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a file of a workshop holds."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('parts') / 'rooms.sqlite'}")
    store = WorkshopStore(database)
    found = everything(store, lived_in(store))
    database.close()
    return found


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[WorkshopStore]:
    database = open_database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    yield WorkshopStore(database)
    database.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_file_that_was_changed_is_refused_and_nothing_is_kept(
    empty: WorkshopStore, parts: dict[str, bytes], name: str
) -> None:
    records = json.loads(parts["workshop.json"])
    HOSTILE[name](records)
    content = zip_bytes({**parts, "workshop.json": json.dumps(records).encode()})
    with pytest.raises(RefusedFileError) as refused:
        import_workshop(empty, "w.zip", content)
    assert str(refused.value) == TROUBLE
    assert set(counts(empty).values()) == {0}


def test_file_is_taken_when_nothing_was_changed(empty: WorkshopStore, parts: dict[str, bytes]) -> None:
    import_workshop(empty, "w.zip", zip_bytes(parts))
    assert counts(empty) == {"workshops": 1, "moves": 3, "participants": 2, "answers": 5, "released": 1}


@pytest.mark.parametrize(
    "records",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        DEEP.encode(),
        b'{"format": 1, "tables": ' + DEEP.encode(),
        b"[" + b"{}," * 1_000_001 + b"{}]",
        b"[" + b'"",' * 6_000_001 + b'""]',
        b'{"format": 1' + b"0" * 5000 + b"}",
    ],
    ids=["none", "cut", "no text", "list", "null", "deep", "deeper", "objects", "texts", "digits"],
)
def test_file_that_would_swell_or_hang_is_refused(
    empty: WorkshopStore, parts: dict[str, bytes], records: bytes
) -> None:
    content = zip_bytes({**parts, "workshop.json": records, "padding": bytes(range(256)) * 500})
    with pytest.raises(RefusedFileError, match=r"w\.zip"):
        import_workshop(empty, "w.zip", content)
    assert set(counts(empty).values()) == {0}


def test_file_of_something_else_is_refused_with_what_came(empty: WorkshopStore, parts: dict[str, bytes]) -> None:
    records = json.loads(parts["workshop.json"])
    newer = json.dumps({**records, "format": 2}).encode()
    scenario_alone = {name: content for name, content in parts.items() if name == "scenario.zip"}
    for content, said in (
        (b"", "w.zip: not a zip file, or damaged. A whole .zip or .xlsx file. Export it anew. Nothing was read."),
        (zip_bytes({"a": b""}), "w.zip is not a workshop, or not whole. A file as `workshop export` wrote it. "),
        (zip_bytes(scenario_alone), "w.zip is not a workshop, or not whole. A file as `workshop export` wrote it. "),
        (b"x" * 50_000_001, "w.zip: more than 50 MB. "),
        (
            zip_bytes({**parts, "workshop.json": newer}),
            "w.zip was written by a newer version of Prioritiser. Format 1. ",
        ),
        (zip_bytes({**parts, "scenario.zip": b"x"}), TROUBLE),
        (zip_bytes({**parts, "scenario.zip": zip_bytes({"a": b""})}), TROUBLE),
        (zip_bytes({**parts, "big": b"0" * 100_000_001}), "w.zip: more than 100 MB when unpacked. "),
    ):
        with pytest.raises(RefusedFileError) as refused:
            import_workshop(empty, "w.zip", content)
        assert str(refused.value).startswith(said)
    assert set(counts(empty).values()) == {0}


def test_people_of_another_workshop_are_refused_when_a_file_brings_them(
    store: WorkshopStore, parts: dict[str, bytes]
) -> None:
    code = lived_in(store)
    mine = everything(store, code)
    records, own = json.loads(parts["workshop.json"]), json.loads(mine["workshop.json"])
    for column in ("participant_id", "token_hash"):
        changed = json.loads(json.dumps(records))
        person = changed["tables"]["participants"][0]
        before = person[column]
        person[column] = own["tables"]["participants"][0][column]
        for answer in changed["tables"]["answers"]:
            if answer.get(column) == before:
                answer[column] = person[column]
        with pytest.raises(RefusedFileError, match=r"w\.zip was changed: people of another workshop are in it"):
            import_workshop(store, "w.zip", zip_bytes({**parts, "workshop.json": json.dumps(changed).encode()}))
    assert [workshop.code for workshop in store.workshops()] == [code]


def test_answers_that_came_before_a_file_stay_when_it_is_brought_twice(
    store: WorkshopStore, other: WorkshopStore
) -> None:
    code = opened(store)
    token = store.join(code, "Ann")[1]
    store.answer(token, 0, POINTS, "first")
    content = export_workshop(store, code)
    found = import_workshop(other, "w.zip", content)
    other.answer(token, 0, POINTS, "second")
    with pytest.raises(Exception, match="is in this database already"):
        import_workshop(other, "w.zip", content)
    assert [entry.comment for entry in other.entries(found)] == ["second"]
