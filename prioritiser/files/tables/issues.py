"""What is found while a scenario is read: issues and notices, cells as they came, and the tables they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Self

from prioritiser.errors import Issue

SHOWN = 60


@dataclass(frozen=True)
class Unusable:
    """A cell that holds no value that could be taken, such as a formula."""

    found: str
    expected: str
    fix: str


@dataclass(frozen=True)
class PercentCell:
    """A number that a workbook shows as a percentage; value: as stored, so that 0.92 is shown as 92%."""

    value: float

    @property
    def as_shown(self) -> float:
        """The number before the % sign."""
        return float(f"{self.value * 100:.15g}")


class SizedNumber(float):
    """A number that a workbook shows with a letter behind it, as 1.2m; size: what the letter says, such as 1e6."""

    size: float

    def __new__(cls, value: float, size: float) -> Self:
        """Keep the number as stored, so that 1.2 is shown as 1.2m."""
        made = super().__new__(cls, value)
        made.size = size
        return made


type Cell = str | float | bool | datetime | date | time | timedelta | PercentCell | Unusable


@dataclass(frozen=True)
class Grid:
    """A table as its file has it: the header's cells, then each row's cells with the row's number; '' is blank."""

    file: str
    header: Sequence[Cell]
    rows: Sequence[tuple[int, Sequence[Cell]]]
    header_row: int = 1


@dataclass
class Findings:
    """Issues and notices, collected while reading."""

    issues: list[Issue] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def problem(self, file: str, found: str, expected: str, fix: str = "", row: int = 0) -> None:
        """Add an issue about a whole file or row."""
        self.issues.append(Issue(file, row, "", found, expected, fix))


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that is seen."""
    return isinstance(cell, str) and not cell.strip()


def letter_of(position: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def shown(cell: Cell) -> str:
    """Show a cell in an issue: text in quotes and not too long, numbers plain."""
    if isinstance(cell, Unusable):
        return cell.found
    if isinstance(cell, PercentCell):
        return f"{cell.as_shown:.15g}%"
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    text = cell if isinstance(cell, str) else f"{cell}"
    return f'"{text}"' if len(text) <= SHOWN else f'"{text[:SHOWN]}…"'
