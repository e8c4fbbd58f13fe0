"""Every kind of tampering with the log is named, at the first place where it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, text, update

from prioritiser.decisions.chain import Kept, read_receipt
from prioritiser.decisions.log import DecisionLog
from prioritiser.decisions.records import entry_hash
from prioritiser.errors import DecisionError
from prioritiser.store.database import Database
from prioritiser.store.tables import DECISIONS
from tests.decisions.made import WORDS, log_of, portfolio

type Tampering = Callable[[Database], None]


def changed(place: int, /, **columns: object) -> Tampering:
    def tamper(database: Database) -> None:
        with database.writing() as connection:
            connection.execute(update(DECISIONS).where(DECISIONS.c.number == place).values(**columns))

    return tamper


def one_byte(column: str) -> Tampering:
    def tamper(database: Database) -> None:
        with database.writing() as connection:
            row = connection.execute(select(DECISIONS).where(DECISIONS.c.number == 2)).one()
            value = getattr(row, column)
            other = (
                bytes([value[0] ^ 1]) + value[1:] if isinstance(value, bytes) else chr(ord(value[0]) ^ 1) + value[1:]
            )
            connection.execute(update(DECISIONS).where(DECISIONS.c.number == 2).values(**{column: other}))

    return tamper


def removed(number: int) -> Tampering:
    def tamper(database: Database) -> None:
        with database.writing() as connection:
            connection.execute(delete(DECISIONS).where(DECISIONS.c.number == number))

    return tamper


def removed_and_numbered_anew(database: Database) -> None:
    removed(2)(database)
    changed(3, number=2)(database)
    changed(4, number=3)(database)


def swapped(database: Database) -> None:
    with database.writing() as connection:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            connection.execute(text("UPDATE decisions SET number = :new WHERE number = :old"), {"old": old, "new": new})


def put_in(database: Database) -> None:
    """A whole entry of its own, with its hash, before the third; those after it are moved by one."""
    rows = DecisionLog(database).kept()
    content, scenario, at = rows[0].content, rows[0].scenario, rows[0].at
    forged = Kept(3, rows[1].hash, entry_hash(3, rows[1].hash, at, content, scenario), at, content, scenario)
    moved = [
        Kept(row.number + 1, row.before, entry_hash(row.number + 1, row.before, row.at, row.content, row.scenario),
             row.at, row.content, row.scenario)
        for row in rows[2:]
    ]  # fmt: skip
    with database.writing() as connection:
        connection.execute(delete(DECISIONS).where(DECISIONS.c.number > 2))
        for row in (forged, *moved):
            connection.execute(
                insert(DECISIONS).values(**{key: getattr(row, key) for key in Kept.__dataclass_fields__})
            )


@pytest.mark.parametrize(
    ("tamper", "first", "why"),
    [
        *(
            (one_byte(column), 2, "decision 2 was altered")
            for column in ("content", "scenario", "at", "hash", "before")
        ),
        (changed(3, content="{}"), 3, "decision 3 was altered"),
        (removed(1), 2, "what stood before decision 2 is missing"),
        (removed(2), 3, "what stood before decision 3 is missing"),
        (removed_and_numbered_anew, 2, "decision 2 was altered"),
        (swapped, 2, "decision 2 was altered"),
        (put_in, 4, "decision 4 was put in"),
    ],
)
def test_tampering_is_named_at_its_first_place(database: Database, tamper: Tampering, first: int, why: str) -> None:
    log, _ = log_of(database, 4)
    assert log.verify().as_json() == {"valid": True, "entries": 4, "first_altered": None, "why": ""}
    tamper(database)
    found = log.verify()
    assert (found.is_valid, found.first) == (False, first)
    assert found.why == why or found.why.startswith("what stood before")


def test_cut_tail_and_a_chain_written_anew_are_found_with_a_receipt(database: Database) -> None:
    log, made = log_of(database, 3)
    receipt = made[-1].receipt
    assert log.verify(receipt).is_valid and log.verify(f" {receipt.upper()} ").is_valid
    removed(3)(database)
    assert log.verify().is_valid
    assert log.verify(receipt).as_json() == {
        "valid": False, "entries": 2, "first_altered": 3, "why": "decision 3 is missing: the log ends before it",
    }  # fmt: skip
    log.adopt(portfolio(1, 0, 0), WORDS, after=2)
    assert log.verify().is_valid
    assert log.verify(receipt).why == "decision 3 is another than the receipt says"


@pytest.mark.parametrize("said", ["", "3", "x:y", "1:" + "g" * 64, "1:" + "a" * 63, ":" + "a" * 64])
def test_receipt_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(DecisionError, match=r"is no receipt\. Expected NUMBER:HASH"):
        read_receipt(said)
