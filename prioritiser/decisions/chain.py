"""Whether a log is as it was written: the first place where its chain breaks, and what happened there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prioritiser.decisions.records import FIRST, entry_hash
from prioritiser.errors import DecisionError


@dataclass(frozen=True)
class Kept:
    """A row of the log, whatever became of it. content, scenario: as they are kept."""

    number: int
    before: str
    hash: str
    at: str
    content: str
    scenario: bytes

    @property
    def is_whole(self) -> bool:
        """Whether its hash is that of what it holds."""
        return self.hash == entry_hash(self.number, self.before, self.at, self.content, self.scenario)


@dataclass(frozen=True)
class Verification:
    """Whether a log is whole. first: number of the entry where it breaks first, None where it is; why: what broke."""

    entries: int
    first: int | None = None
    why: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether nothing is broken."""
        return not self.why

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"valid": self.is_valid, "entries": self.entries, "first_altered": self.first, "why": self.why}


def verify(rows: Sequence[Kept], receipt: str = "") -> Verification:
    """Find the first place where a log breaks. rows: in the order of their numbers. receipt: NUMBER:HASH, if known.

    Without a receipt a tail that was cut off, and a chain that was written anew as a whole, cannot be seen.
    Raises DecisionError for a receipt that is none.
    """
    broken = _first_break(rows)
    if broken is not None:
        number, why = broken
        return Verification(len(rows), number, why)
    if receipt:
        number, known = read_receipt(receipt)
        found = next((row for row in rows if row.number == number), None)
        if found is None:
            return Verification(len(rows), number, f"decision {number} is missing: the log ends before it")
        if found.hash != known:
            return Verification(len(rows), number, f"decision {number} is another than the receipt says")
    return Verification(len(rows))


def _first_break(rows: Sequence[Kept]) -> tuple[int, str] | None:
    before, number = FIRST, 0
    for place, row in enumerate(rows):
        if not row.is_whole:
            return row.number, f"decision {row.number} was altered"
        if row.before != before:
            if any(later.before == before for later in rows[place + 1 :]):
                return row.number, f"decision {row.number} was put in"
            return row.number, f"what stood before decision {row.number} is missing"
        if row.number != number + 1:
            return row.number, f"what stood before decision {row.number} is missing"
        before, number = row.hash, row.number
    return None


def read_receipt(text: str) -> tuple[int, str]:
    """Read NUMBER:HASH. Raises DecisionError."""
    number, colon, known = text.strip().partition(":")
    hexadecimal = known.strip().lower()
    if not (
        colon and number.strip().isdecimal() and len(hexadecimal) == 64 and set(hexadecimal) <= set("0123456789abcdef")
    ):
        raise DecisionError(f'"{text[:80]}" is no receipt. Expected NUMBER:HASH, as `decide` printed it.')
    return int(number), hexadecimal
