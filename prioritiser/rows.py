"""From a grid of cells to the rows of a table: each cell by its column's type, every wrong one an issue."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from prioritiser.cells import ID_EXPECTED, clean_text
from prioritiser.draft import DraftTable
from prioritiser.errors import Issue
from prioritiser.findings import Cell, Findings, Grid, Unusable, letter_of, shown
from prioritiser.limits import MAX_WRONG_CELLS
from prioritiser.numbers import NotANumber, parse_number
from prioritiser.schema import Column, Row, columns_of
from prioritiser.words import did_you_mean, nearest

_YEAR_NOUNS = {"goals": "A target", "resources": "A capacity", "uses": "An amount"}


@dataclass(frozen=True)
class TableRead:
    """The rows of one table and the letter of each of its columns."""

    table: DraftTable
    letters: Mapping[str, str]


@dataclass
class _Header:
    """What stands above each column: a column of the format, the name of a tag, or nothing."""

    columns: list[Column | str | None] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    usable: bool = True


@dataclass
class _Cells:
    """The cells of one row so far: values by field, year amounts and tags; and the columns that went wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    amounts: dict[str, float] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)


def read_rows(grid: Grid, row_type: type[Row], years: Sequence[str], findings: Findings) -> TableRead:
    """Turn a grid into rows; rows with a wrong cell are kept in part, so that references to them still hold."""
    reader = _RowReader(grid, row_type, years, findings)
    before = len(findings.issues)
    sound: list[tuple[int, Row]] = []
    partial: list[tuple[int, Row]] = []
    for number, cells in grid.rows:
        if len(findings.issues) - before > MAX_WRONG_CELLS:
            found, fix = f"more than {MAX_WRONG_CELLS:,} wrong cells", "Mend the cells above first."
            findings.problem(
                grid.file, found, "Cells as the header says; the rows from here on were not read.", fix, number
            )
            return TableRead(DraftTable(readable=False), reader.header.letters)
        row, whole = reader.read(number, cells)
        (sound if whole else partial).append((number, row))
    numbers, rows = [number for number, _ in sound], tuple(row for _, row in sound)
    readable = row_type.key[0] in reader.header.letters
    return TableRead(DraftTable(rows, numbers, tuple(partial), readable), reader.header.letters)


def as_text(cell: Cell) -> str | Unusable:
    """Read a cell as text: numbers with up to 15 digits, dates as year-month-day."""
    if isinstance(cell, Unusable):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    try:
        return clean_text(cell if isinstance(cell, str) else str(cell))
    except ValueError as error:
        return Unusable(shown(cell), f"Plain text: {error}.", "")


def as_number(cell: Cell, noun: str) -> float | Unusable:
    """Read a cell as a number; noun begins the sentence that says what was expected."""
    expected = f"{noun} must be a number."
    if isinstance(cell, Unusable):
        return cell
    if isinstance(cell, bool):
        return Unusable(shown(cell), expected, "")
    if isinstance(cell, int | float):
        cell = f"{cell!r}"
    if not isinstance(cell, str):
        return became_date(cell, expected)
    number = parse_number(cell.strip())
    return Unusable(shown(cell.strip()), expected, number.fix) if isinstance(number, NotANumber) else number


def became_date(cell: Cell, expected: str) -> Unusable:
    """Say that the spreadsheet made a date of what was typed."""
    fix = "The spreadsheet made a date of it: format the cell as text (or General for a number) and type it again."
    return Unusable(f'"{cell}"', expected, fix)


class _RowReader:
    """Reads the rows of one grid."""

    def __init__(self, grid: Grid, row_type: type[Row], years: Sequence[str], findings: Findings) -> None:
        self.grid, self.row_type, self.findings = grid, row_type, findings
        self.columns = {column.name: column for column in columns_of(row_type, years)}
        self.header = self._read_header()

    def _issue(self, number: int, column: str, found: str, expected: str, fix: str = "") -> None:
        letter = self.header.letters.get(column, "")
        self.findings.issues.append(Issue(self.grid.file, number, column, found, expected, fix, letter))

    def _read_header(self) -> _Header:
        header = self.header = _Header()
        for position, cell in enumerate(self.grid.header):
            name = as_text(cell if isinstance(cell, str | int | float) else became_date(cell, "A column's name."))
            letter = letter_of(position)
            if isinstance(name, Unusable):
                fields = (name.found, name.expected, name.fix, letter)
                self.findings.issues.append(Issue(self.grid.file, self.grid.header_row, "", *fields))
                header.columns.append(None)
            elif name and name in header.letters:
                found = f'"{name}" is already column {header.letters[name]}'
                fix = "Delete one of them or rename it."
                issue = Issue(self.grid.file, self.grid.header_row, name, found, "Each column once.", fix, letter)
                self.findings.issues.append(issue)
                header.columns.append(None)
            else:
                if name:
                    header.letters[name] = letter
                header.columns.append(self.columns.get(name, name) or None)
        self._check_header(header)
        return header

    def _check_header(self, header: _Header) -> None:
        unknown = [name for name in header.columns if isinstance(name, str)]
        missing = [column for column in self.columns.values() if column.required and column.name not in header.letters]
        meant = set()
        for column in missing:
            near = nearest(column.name, unknown)
            meant.add(near)
            fix = f'Did you mean column {header.letters[near]}, "{near}"?' if near else "Add it to the header."
            said = f"the column {column.name} is missing."
            fields = ("missing", f"A column {column.name}.", fix)
            self.findings.issues.append(Issue(self.grid.file, self.grid.header_row, column.name, *fields, said=said))
        absent = [name for name in self.columns if name not in header.letters]
        for name in unknown:
            hint = did_you_mean(name, absent) if name not in meant else ""
            if hint:
                self.findings.notices.append(f'{self.grid.file}: column "{name}" is kept as a tag. {hint}')

    def read(self, number: int, cells: Sequence[Cell]) -> tuple[Row, bool]:
        """Read one row; False beside it when a cell is wrong and was left out."""
        row = _Cells()
        for position, cell in enumerate(cells):
            if isinstance(cell, str) and not cell.strip():
                continue
            column = self.header.columns[position] if position < len(self.header.columns) else None
            if column is None:
                if position >= len(self.header.columns) or as_text(self.grid.header[position]) == "":
                    self._stray(number, position, cell)
                    row.wrong.add("")
            elif isinstance(column, str):
                self._take_text(row, number, column, cell)
            else:
                self._take(row, number, column, cell)
        self._check_required(row, number)
        return self._build(row, number)

    def _stray(self, number: int, position: int, cell: Cell) -> None:
        letter = letter_of(position)
        fix = "Name the column in the header row, or put text that holds a comma in quotes."
        fields = (shown(cell), f"No cell here: column {letter} has no name.", fix, letter)
        self.findings.issues.append(Issue(self.grid.file, number, "", *fields))

    def _take_text(self, row: _Cells, number: int, name: str, cell: Cell) -> None:
        text = as_text(cell)
        if isinstance(text, Unusable):
            self._issue(number, name, text.found, text.expected, text.fix)
            row.wrong.add(name)
        elif text:
            row.tags[name] = text

    def _take(self, row: _Cells, number: int, column: Column, cell: Cell) -> None:
        value: float | str | Unusable
        if column.numeric:
            value = as_number(cell, self._noun(column))
        elif (column.choices or column.is_id or column.unit == "year label") and not isinstance(
            cell, str | int | float | Unusable
        ):
            value = became_date(cell, self._expected(column))
        else:
            value = as_text(cell)
        if isinstance(value, Unusable):
            self._issue(number, column.name, value.found, value.expected, value.fix)
            row.wrong.add(column.name)
        elif column.per_year:
            row.amounts[column.name] = float(value)
        elif value != "":
            row.values[column.name] = value

    def _check_required(self, row: _Cells, number: int) -> None:
        for column in self.columns.values():
            if column.required and not column.per_year and column.name not in row.values:
                if column.name in self.header.letters and column.name not in row.wrong:
                    self._issue(
                        number, column.name, "blank", f"Every row of {self.row_type.table} needs {column.name}."
                    )
                row.wrong.add(column.name)

    def _build(self, row: _Cells, number: int) -> tuple[Row, bool]:
        try:
            whole = self.row_type(**self._fields(row))
            if not row.wrong:
                return whole, True
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                if problem["type"] != "missing":  # said already, with the column's letter
                    self._report(row, number, problem)
        missing = {name: None for name, column in self.columns.items() if column.required and not column.per_year}
        return self.row_type.model_construct(**{**missing, **self._fields(row)}), False

    def _fields(self, row: _Cells) -> dict[str, Any]:
        fields: dict[str, Any] = {**row.values, "tags": row.tags}
        if self.row_type.year_field:
            fields[self.row_type.year_field] = row.amounts
        return fields

    def _report(self, row: _Cells, number: int, problem: Any) -> None:
        """Say in words what pydantic found wrong in a cell, and leave the cell out."""
        place = [str(part) for part in problem["loc"]]
        name = place[1] if place[0] == self.row_type.year_field else place[0]
        value = row.amounts.pop(name, None) if place[0] != name else row.values.pop(name, None)
        column = self.columns[name]
        found = shown(value) if value is not None else str(problem["input"])
        if self.row_type.table == "resources" and column.per_year and row.values.get("unit"):
            found = f"{found} {row.values['unit']}"
        hint = did_you_mean(str(value), column.choices) if column.choices else ""
        self._issue(number, name, found, self._expected(column), hint)

    def _noun(self, column: Column) -> str:
        return _YEAR_NOUNS[self.row_type.table] if column.per_year else column.name

    def _expected(self, column: Column) -> str:
        """Say what a cell of the column must be."""
        if column.choices:
            listed = f"{', '.join(column.choices[:-1])} or {column.choices[-1]}"
            return f"{column.name} must be {listed}."
        if column.is_id:
            return ID_EXPECTED
        if column.numeric:
            limits = "0 or more" if column.maximum is None else f"from {column.minimum:g} to {column.maximum:g}"
            return f"{self._noun(column)} must be {limits if column.minimum is not None else 'a number'}."
        return "A year label such as 2026/27." if column.unit == "year label" else "Text."
