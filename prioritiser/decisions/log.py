"""The log of decisions in the database: entries are added and read, never changed.

An entry is added after the one that whoever decides has seen: where somebody decided meanwhile, nothing is written and
that decision is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

from sqlalchemy import Connection, insert, select

from prioritiser.decisions.chain import Kept, Verification, verify
from prioritiser.decisions.records import ARITHMETIC, FIRST, Entry, EntryKind, Words, entry_hash, entry_of, tidied_words
from prioritiser.errors import DecisionError, MeanwhileError
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.files.scenario_files import scenario_bytes
from prioritiser.store.database import Database
from prioritiser.store.tables import DECISIONS

SCENARIO_FILE = "scenario.zip"
_PACKAGES = ("prioritiser", "pulp", "highspy", "numpy", "pandas")


def now_text() -> str:
    """Return the time as it is kept: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class DecisionLog:
    """The decisions of one database; safe for any number of threads and processes. Every method may raise StoreError.

    clock: gives the time as it is kept.
    """

    def __init__(self, database: Database, clock: Callable[[], str] = now_text) -> None:
        self.database, self._clock = database, clock

    def head(self) -> int:
        """Return the number of the last entry; 0 where there is none."""
        with self.database.reading() as connection:
            return _head(connection)[0]

    def adopt(
        self, portfolio: Portfolio, words: Words, *, after: int, about: int | None = None, workshop: str = ""
    ) -> Entry:
        """Add a decision: this portfolio is adopted. about: number of the decision whose place it takes.

        after: the last entry that was seen. Raises DecisionError with everything that is wrong with the words, for an
        `about` that does not stand, and MeanwhileError where the log has gone on.
        """
        entry = Entry(
            0, FIRST, "", self._clock(), EntryKind.ADOPTED, tidied_words(words), about, workshop,
            scenario_bytes(portfolio.outcome.scenario, SCENARIO_FILE), portfolio.settings.as_json(),
            portfolio.as_json(), _versions(),
        )  # fmt: skip
        return self._add(entry, after)

    def withdraw(self, number: int, words: Words, *, after: int) -> Entry:
        """Add that a decision stands no longer. Raises as `adopt` does."""
        entry = Entry(
            0, FIRST, "", self._clock(), EntryKind.WITHDRAWN, tidied_words(words), number, versions=_versions()
        )
        return self._add(entry, after)

    def entries(self) -> list[Entry]:
        """List every entry in its order. Raises DecisionError where one cannot be read."""
        return [read_entry(row) for row in self.kept()]

    def entry(self, number: int) -> Entry:
        """Return one entry. Raises DecisionError where there is none of this number."""
        with self.database.reading() as connection:
            found = connection.execute(select(DECISIONS).where(DECISIONS.c.number == number)).first()
        if found is None:
            raise DecisionError(f"There is no decision {number} in {self.database.name}. `decisions list` shows them.")
        return read_entry(Kept(*found))

    def kept(self) -> list[Kept]:
        """Return the rows as they are kept, whatever became of them."""
        with self.database.reading() as connection:
            return _kept(connection)

    def verify(self, receipt: str = "") -> Verification:
        """Find the first place where the log breaks; see `chain.verify`."""
        return verify(self.kept(), receipt)

    def append(self, rows: Sequence[Kept]) -> int:
        """Add the rows of a file that continue this log; returns how many were new. Raises DecisionError."""
        with self.database.writing() as connection:
            _alone(connection, self.database)
            own = _kept(connection)
            same = min(len(own), len(rows))
            if [row.hash for row in own[:same]] != [row.hash for row in rows[:same]]:
                raise DecisionError(
                    f"The file and {self.database.name} are two logs: they differ from decision "
                    f"{_first_other(own, rows)} on. Read it into another database. Nothing was changed."
                )
            for row in rows[same:]:
                _insert(connection, row)
        return len(rows) - same

    def _add(self, entry: Entry, after: int) -> Entry:
        with self.database.writing() as connection:
            _alone(connection, self.database)
            number, before = _head(connection)
            if number != after:
                raise MeanwhileError(number)
            if entry.about is not None:
                _check_stands(entry.about, [read_entry(row) for row in _kept(connection)])
            entry = replace(entry, number=number + 1, before=before)
            content = entry.content()
            own = entry_hash(entry.number, before, entry.at, content, entry.scenario)
            _insert(connection, Kept(entry.number, before, own, entry.at, content, entry.scenario))
        return replace(entry, hash=own)


def standing(entries: Sequence[Entry]) -> dict[int, str]:
    """Say of each adopted decision, by number, whether it stands, or which entry ended it."""
    said = {entry.number: "stands" for entry in entries if entry.kind is EntryKind.ADOPTED}
    for entry in entries:
        if entry.about in said:
            how = "superseded" if entry.kind is EntryKind.ADOPTED else "withdrawn"
            said[entry.about] = f"{how} by {entry.number}"
    return said


def _check_stands(number: int, entries: Sequence[Entry]) -> None:
    state = standing(entries).get(number)
    if state is None:
        raise DecisionError(f"There is no decision {number} to withdraw or to put another in the place of.")
    if state != "stands":
        raise DecisionError(f"Decision {number} was {state} already.")


def _first_other(own: Sequence[Kept], rows: Sequence[Kept]) -> int:
    return next(one.number for one, other in zip(own, rows, strict=False) if one.hash != other.hash)


def _alone(connection: Connection, database: Database) -> None:
    """Let nobody else add an entry until this transaction ends; in a file that is so already."""
    if not database.is_sqlite:
        connection.exec_driver_sql("LOCK TABLE decisions IN SHARE ROW EXCLUSIVE MODE")


def _head(connection: Connection) -> tuple[int, str]:
    last = select(DECISIONS.c.number, DECISIONS.c.hash).order_by(DECISIONS.c.number.desc()).limit(1)
    row = connection.execute(last).first()
    return (0, FIRST) if row is None else (row.number, row.hash)


def _kept(connection: Connection) -> list[Kept]:
    return [Kept(*row) for row in connection.execute(select(DECISIONS).order_by(DECISIONS.c.number)).all()]


def _insert(connection: Connection, row: Kept) -> None:
    connection.execute(insert(DECISIONS).values(**{name: getattr(row, name) for name in Kept.__dataclass_fields__}))


def read_entry(row: Kept) -> Entry:
    """Read an entry as it is kept. Raises DecisionError where its content is none of ours."""
    return entry_of(row.number, row.before, row.hash, row.at, row.content, row.scenario)


def _versions() -> dict[str, Any]:
    found: dict[str, Any] = {"arithmetic": ARITHMETIC, "python": python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found
