"""What a number format of a workbook makes of a number: a plain number, a percentage or a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from openpyxl.styles.numbers import (  # type: ignore[import-untyped]
    BUILTIN_FORMATS,
    is_date_format,
    is_timedelta_format,
)

MAX_CODE = 1_000
# a quoted text, an escaped sign, a width or a filling of a sign, a colour or condition in brackets, or any sign
_PIECES = re.compile(r'"[^"]*"?|[\\_*].|\[([^\]]*)\]?|.', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True)
class _Section:
    """One of the parts between semicolons. condition: such as (">", 1.0), where it says one itself."""

    percent: bool
    condition: tuple[str, float] | None

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
    for piece in _PIECES.finditer(code):
        if piece[0] == ";":
            sections.append(_Section(False, None))
        elif piece[0] == "%":
            sections[-1] = _Section(True, sections[-1].condition)
        elif piece[1] and (condition := _CONDITION.fullmatch(piece[1])):
            sections[-1] = _Section(sections[-1].percent, (condition[1], float(condition[2])))
    return NumberFormat(tuple(sections), bool(is_date_format(code)), bool(is_timedelta_format(code)))


def built_in(number: int) -> str:
    """Return the code that every workbook knows by this number; General where there is none."""
    return str(BUILTIN_FORMATS.get(number, "General"))
