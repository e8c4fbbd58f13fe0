"""The tables of a report as columns for a spreadsheet: each number as a number, its unit in the heading."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prioritiser.report.document import Quantity, Report, Table
from prioritiser.text.units import MONEY, pounds_in

type Plain = str | float | int | None

FRACTION = "fraction"
TEXT = ""
_NUMBER = re.compile(r"^(?P<before>[^\d.]*)(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<after>.*)$", re.DOTALL)
_MONEY = {f"£{sign}": pounds for pounds, sign in MONEY.items()}
_MOST_DECIMALS = 12
_NOTHING = 1e-9
_UNIT_COLUMNS = ("unit", "units")


@dataclass(frozen=True)
class Column:
    """One column of a sheet. form: number format of its numbers, "" for text. notes: numbers of the notes about it."""

    heading: str
    form: str = TEXT
    notes: tuple[int, ...] = ()


@dataclass(frozen=True)
class PaperTable:
    """A table of the paper: its number in the pack, and the headings of the sections where it stands."""

    number: int
    table: Table
    sections: tuple[str, ...]


@dataclass(frozen=True)
class _Said:
    """What the words of a quantity say: its number, the decimals shown and the unit."""

    number: float
    decimals: int
    unit: str


def paper_tables(report: Report) -> tuple[PaperTable, ...]:
    """List the tables of a report in order, each once however often it is shown."""
    places: dict[Table, list[str]] = {}
    for section in report.sections:
        for table in section.tables():
            headings = places.setdefault(table, [])
            if section.heading not in headings:
                headings.append(section.heading)
    return tuple(PaperTable(n, table, tuple(places[table])) for n, table in enumerate(places, start=1))


def spread(table: Table) -> tuple[tuple[Column, ...], list[list[Plain]]]:
    """Turn a table into columns and rows of numbers and text.

    A quantity becomes its number. Its unit goes into the heading where all of a column share it, or is that of the
    row where the table has a column for it; else a column with the words follows.
    """
    units = _units_of_rows(table)
    columns: list[Column] = []
    cells: list[list[Plain]] = []
    for position, heading in enumerate(table.columns):
        column = [row[position] for row in table.rows]
        numbers = [cell for cell in column if isinstance(cell, Quantity)]
        if not numbers:
            columns.append(Column(heading))
            cells.append([str(cell) for cell in column])
            continue
        unit = _common_unit(numbers)
        is_clear = unit is not None or _follows_rows(column, units)
        columns.append(Column(_with_unit(heading, unit), _form(numbers, unit)))
        cells.append([_number(cell) for cell in column])
        if not is_clear:
            columns.append(Column(f"{heading}, in words"))
            cells.append([str(cell) for cell in column])
    return tuple(columns), [list(row) for row in zip(*cells, strict=True)] if cells else []


def _number(cell: str | Quantity) -> Plain:
    """Return the number of a quantity; its words where there is no finite number."""
    if isinstance(cell, Quantity):
        return cell.value if math.isfinite(cell.value) else cell.text
    return cell


def _said(quantity: Quantity) -> _Said | None:
    found = _NUMBER.match(quantity.text.strip())
    if found is None:
        return None
    digits = found["number"].replace(",", "")
    before = found["before"].replace("\u00a0", " ")
    sign = -1.0 if "\u2212" in before or "-" in before else 1.0
    unit = re.sub("[-+\u2212]", "", before).strip() + found["after"].replace("\u00a0", " ").strip()
    return _Said(sign * float(digits), len(digits.partition(".")[2]), unit)


def _possible_units(quantity: Quantity) -> Iterator[str]:
    """Give the units in which the number of a quantity is what its words say, the likeliest first."""
    said = _said(quantity)
    if said is None:
        return
    # no money at all is the same in every scale, so that its unit says nothing
    scales = {"": 1.0, said.unit: 1.0} if quantity.text == "£0" else {said.unit: 1.0}
    if said.unit.startswith("%"):
        scales = {FRACTION: 0.01, said.unit: 1.0}
    if said.unit in _MONEY:
        scales |= {unit: _MONEY[said.unit] / size for unit, size in _MONEY.items()}
    for unit, scale in scales.items():
        slack = 0.5 * 10**-said.decimals * scale * (1 + 1e-6)
        if abs(quantity.value - said.number * scale) <= slack + 1e-12 * abs(quantity.value):
            yield unit


def _common_unit(numbers: Sequence[Quantity]) -> str | None:
    """Find the one unit of all finite numbers; None where there is none."""
    finite = [number for number in numbers if math.isfinite(number.value)]
    possible = [list(_possible_units(number)) for number in finite]
    if not possible:
        return ""
    # a small amount, or none, fits several units: the most telling cell decides
    possible.sort(key=len)
    return next((unit for unit in possible[0] if all(unit in units for units in possible)), None)


def _units_of_rows(table: Table) -> list[str] | None:
    """Return the unit of each row where the table has a column for it."""
    for position, heading in enumerate(table.columns):
        if heading.strip().casefold() in _UNIT_COLUMNS:
            return [str(row[position]).strip() for row in table.rows]
    return None


def _follows_rows(column: Sequence[str | Quantity], units: Sequence[str] | None) -> bool:
    """Whether each number is in the unit that its row names."""
    if units is None:
        return False
    return all(
        _is_one_of(unit, [*_possible_units(cell)])
        for cell, unit in zip(column, units, strict=True)
        if isinstance(cell, Quantity) and math.isfinite(cell.value)
    )


def _is_one_of(unit: str, units: Sequence[str]) -> bool:
    """Whether a unit is among others, however its money is written."""
    pounds = pounds_in(unit)
    return unit in units or (pounds is not None and pounds in map(pounds_in, units))


def _with_unit(heading: str, unit: str | None) -> str:
    if unit in (None, "", FRACTION) or str(unit) in heading:
        return heading
    return f"{heading} ({unit})"


def _form(numbers: Sequence[Quantity], unit: str | None) -> str:
    """Write the number format that shows as many decimals as the words do."""
    said = [words for words in map(_said, numbers) if words is not None]
    shown = [words.decimals - _digits_up(words.unit, unit) for words in said]
    decimals = min(max((0, *shown)), _MOST_DECIMALS)
    if unit is None:
        return number_form(max(decimals, 2))
    return fraction_form(decimals) if unit == FRACTION else number_form(decimals)


def _digits_up(said: str, unit: str | None) -> int:
    """Count the digits before the point that a number gains when £m are written as £k."""
    if said not in _MONEY or unit not in _MONEY:
        return 0
    return round(math.log10(_MONEY[said] / _MONEY[unit]))


def fine_form(form: str, value: float) -> str:
    """Give a number format as many decimals as it takes to show a value that it would show as nothing."""
    is_fraction = form.endswith("%")
    decimals = len(form.rstrip("%").partition(".")[2])
    size = abs(100 * value if is_fraction else value)
    if form.strip("#,0.%") or not _NOTHING <= size < 0.5 * 10**-decimals:
        return form
    finer = min(_MOST_DECIMALS, 1 - math.floor(math.log10(size)))
    return fraction_form(finer) if is_fraction else number_form(finer)


def number_form(decimals: int) -> str:
    """Write a number format with thousands separators."""
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def fraction_form(decimals: int) -> str:
    """Write a number format that shows a fraction as a percentage."""
    return f"0.{'0' * decimals}%" if decimals else "0%"
