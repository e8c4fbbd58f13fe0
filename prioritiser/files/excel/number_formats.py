"""What a number format of a workbook makes of a number: a plain number, a percentage or a date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format  # type: ignore[import-untyped]

MAX_CODE = 1_000
# a quoted text, an escaped sign, a width or a filling of a sign, a colour or condition in brackets, or any sign
_PIECES = re.compile(r'"[^"]*"?|[\\_*].|\[([^\]]*)\]?|.', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)")


_SIZES = {"k": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9, "billion": 1e9}


@dataclass(frozen=True)
class _Section:
    """One of the parts between semicolons.

    condition: such as (">", 1.0), where it says one itself. thousands: how often a number is divided by a thousand
    before it is shown. size: what k, m or bn behind the number says, such as 1e6; 1 where there is none.
    """

    percent: bool
    condition: tuple[str, float] | None
    thousands: int = 0
    size: float = 1.0

    def holds(self, value: float, otherwise: bool) -> bool:
        if self.condition is None:
            return otherwise
        sign, limit = self.condition
        return {
            "<": value < limit,
            "<=": value <= limit,
            ">": value > limit,
            ">=": value >= limit,
            "=": value == limit,
            "<>": value != limit,
        }[sign]


@dataclass(frozen=True)
class NumberFormat:
    """A format as the workbook has it, such as 0.0%."""

    sections: tuple[_Section, ...]
    is_date: bool
    is_duration: bool

    def shows_percent(self, value: float) -> bool:
        """Whether this number is shown with a % sign that belongs to the number, not to a text in the format."""
        return not self.is_date and self._section(value).percent

    def shows_thousands(self, value: float) -> int:
        """How often this number is divided by a thousand before it is shown, as by the comma of #,##0, at its end."""
        return 0 if self.is_date else self._section(value).thousands

    def shows_size(self, value: float) -> float:
        """What a letter behind this number says that it counts, such as 1e6 for m; 1 where there is none."""
        return 1.0 if self.is_date else self._section(value).size

    def _section(self, value: float) -> _Section:
        """Choose the section as a spreadsheet does: above and below zero, and zero, unless they say otherwise."""
        first, *others = self.sections
        if not others or first.holds(value, value > 0 if len(others) > 1 else value >= 0):
            return first
        return others[0] if len(others) == 1 or others[0].holds(value, value < 0) else others[1]


@lru_cache(maxsize=1024)
def read_format(code: str) -> NumberFormat:
    """Read a format's code of at most MAX_CODE characters."""
    sections = [_Section(False, None)]
    texts: list[list[str]] = [[]]
    for piece in _PIECES.finditer(code):
        if piece[0] == ";":
            sections.append(_Section(False, None))
            texts.append([])
            continue
        texts[-1].append(piece[0])
        if piece[0] == "%":
            sections[-1] = replace(sections[-1], percent=True)
        elif piece[1] and (condition := _CONDITION.fullmatch(piece[1])):
            sections[-1] = replace(sections[-1], condition=(condition[1], float(condition[2])))
    sections = [replace(section, **_scaling(pieces)) for section, pieces in zip(sections, texts, strict=True)]
    return NumberFormat(tuple(sections), bool(is_date_format(code)), bool(is_timedelta_format(code)))


def _scaling(pieces: Sequence[str]) -> dict[str, Any]:
    """Read what stands behind the last digit of a section: commas that divide, and a letter that says a size."""
    last = max((place for place, piece in enumerate(pieces) if piece in "0#?"), default=None)
    if last is None:
        return {}
    behind = pieces[last + 1 :]
    commas = next((count for count, piece in enumerate(behind) if piece != ","), len(behind))
    said = "".join(piece.strip('"').removeprefix("\\") for piece in behind[commas:])
    return {"thousands": commas, "size": _SIZES.get(said.strip().casefold(), 1.0)}


def built_in(number: int) -> str:
    """Return the code that every workbook knows by this number; General where there is none."""
    return str(BUILTIN_FORMATS.get(number, "General"))
