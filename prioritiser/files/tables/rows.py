"""From a grid of cells to the rows of a table: each cell by its column's type, every wrong one an issue."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from prioritiser.errors import Issue
from prioritiser.files.tables.header import Header, Understood, read_header
from prioritiser.files.tables.issues import (
    Cell,
    Findings,
    Grid,
    PercentCell,
    SizedNumber,
    Unusable,
    is_blank,
    letter_of,
    shown,
)
from prioritiser.files.tables.table_layout import arrange
from prioritiser.files.tables.upload_limits import MAX_WRONG_CELLS
from prioritiser.scenario import schema
from prioritiser.scenario.draft import DraftTable
from prioritiser.scenario.headings import understood_name, understood_year
from prioritiser.scenario.numbers import RANGE, NotANumber, Wanted, parse_number
from prioritiser.text.spelling import folded, tidied
from prioritiser.text.suggestions import did_you_mean
from prioritiser.text.units import MONEY, is_percentage, pounds_in, same_unit

_YEAR_NOUNS = {"goals": "A target", "resources": "A capacity", "uses": "An amount"}
_SHARE = "a share from 0 to 1"
_YES_NO = {"y": "yes", "true": "yes", "n": "no", "false": "no"}
_SPREADSHEET_NUMBER = "A spreadsheet made a number of an id such as 5E1: format the column as text and type it again."


@dataclass(frozen=True)
class TableRead:
    """The rows of one table, the letter of each of its columns, the row of its header, and the spellings understood."""

    table: DraftTable
    letters: Mapping[str, str]
    header_row: int = 1
    understood: Understood = field(default_factory=lambda: Understood(""))


@dataclass
class _Cells:
    """The cells of one row so far: values by field, year amounts and tags; and the columns that went wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    amounts: dict[str, float] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    unit: str | None = None


def read_rows(
    grid: Grid,
    row_type: type[schema.Row],
    years: Sequence[str],
    findings: Findings,
    units: Mapping[str, str] | None = None,
) -> TableRead:
    """Turn a grid into rows; rows with a wrong cell are kept in part, so that references to them still hold.

    units: for tables whose figures are in the unit of what a row names, the unit of each id, folded.
    """
    columns = schema.columns_of(row_type, years)
    arranged = arrange(grid, columns, row_type.key, findings)
    reader = _RowReader(arranged.grid, row_type, years, findings, units or {})
    reader.begin(columns, arranged.skipped)
    sound: list[tuple[int, schema.Row]] = []
    partial: list[tuple[int, schema.Row]] = []
    before = len(findings.issues)
    readable = row_type.key[0] in reader.header.letters
    for number, cells in arranged.grid.rows:
        if len(findings.issues) - before > MAX_WRONG_CELLS:
            found, fix = f"more than {MAX_WRONG_CELLS:,} wrong cells", "Mend the cells above first."
            findings.problem(
                grid.file, found, "Cells as the header says; the rows from here on were not read.", fix, number
            )
            readable = False
            sound, partial = [], []
            break
        row, whole = reader.read(number, cells)
        (sound if whole else partial).append((number, row))
    reader.end()
    numbers, rows = [number for number, _ in sound], tuple(row for _, row in sound)
    table = DraftTable(rows, numbers, tuple(partial), readable, frozenset(reader.header.letters))
    return TableRead(table, reader.header.letters, arranged.grid.header_row, reader.understood)


def as_text(cell: Cell) -> str | Unusable:
    """Read a cell as text: numbers with up to 15 digits, percentages as shown, dates as year-month-day."""
    if isinstance(cell, Unusable):
        return cell
    if isinstance(cell, PercentCell | int | float):  # a bool is an int
        return shown(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    try:
        return schema.clean_text(cell if isinstance(cell, str) else str(cell))
    except ValueError as error:
        return Unusable(shown(cell), f"Plain text: {error}.", "")


def as_number(cell: Cell, noun: str, wanted: Wanted | None = None) -> float | Unusable:
    """Read a cell as a number, a percentage as its fraction; noun begins the sentence of what was expected."""
    expected = f"{noun} must be a number."
    if isinstance(cell, Unusable):
        return cell
    if isinstance(cell, PercentCell):
        cell = cell.value
    if isinstance(cell, bool):
        return Unusable(shown(cell), expected, "")
    if isinstance(cell, int | float):
        cell = f"{cell!r}"
    if not isinstance(cell, str):
        return became_date(cell, expected)
    number = parse_number(cell.strip(), wanted or Wanted())
    return Unusable(shown(cell.strip()), expected, number.fix) if isinstance(number, NotANumber) else number


def became_date(cell: Cell, expected: str) -> Unusable:
    """Say that the spreadsheet made a date of what was typed."""
    fix = "The spreadsheet made a date of it: format the cell as text (or General for a number) and type it again."
    return Unusable(f'"{cell}"', expected, fix)


class _RowReader:
    """Reads the rows of one grid."""

    def __init__(
        self, grid: Grid, row_type: type[schema.Row], years: Sequence[str], findings: Findings, units: Mapping[str, str]
    ) -> None:
        self.grid, self.row_type, self.years, self.findings, self.units = grid, row_type, years, findings, units
        self.columns: dict[str, schema.Column] = {}
        self.header, self.understood = Header(), Understood(grid.file)
        self.strays: dict[int, list[tuple[int, Cell]]] = {}
        self.other_units: dict[int, list[tuple[int, str]]] = {}
        self.percentages = 0
        self.positions: dict[str, int] = {}

    def begin(self, columns: Sequence[schema.Column], skipped: frozenset[int]) -> None:
        """Read the header."""
        self.columns = {column.name: column for column in columns}
        texts = [
            as_text(cell if isinstance(cell, str | int | float | Unusable) else became_date(cell, "A column's name."))
            for cell in self.grid.header
        ]
        self.header, self.understood = read_header(self.grid, texts, self.columns, skipped, self.findings)
        self.positions = {
            column.name: position
            for position, column in enumerate(self.header.columns)
            if isinstance(column, schema.Column) and column.name in ("unit", "kind", self.row_type.unit_of)
        }

    def end(self) -> None:
        """Say what was found in many rows, once a column or table."""
        for position, strays in self.strays.items():
            self._say_stray(position, strays)
        for position, places in self.other_units.items():
            number, unit = places[0]
            name, heading = self._name(position), self.header.units[position]
            found = f"the heading says {heading}, the unit here is {unit}"
            fix = "Write every figure in the unit of its row, and only the year above the column."
            self._issue(number, name, found, "One unit for a figure.", fix)
        if self.percentages:
            cells = "1 cell" if self.percentages == 1 else f"{self.percentages} cells"
            self.findings.notices.append(
                f"{self.grid.file}: {cells} shown as a percentage, read as shown where the unit is a percentage "
                "(92% as 92) and as a fraction where the column is a share (92% as 0.92)."
            )

    def _issue(self, number: int, column: str, found: str, expected: str, fix: str = "") -> None:
        letter = self.header.letters.get(column, "")
        self.findings.issues.append(Issue(self.grid.file, number, column, found, expected, fix, letter))

    def _name(self, position: int) -> str:
        column = self.header.columns[position]
        return column.name if isinstance(column, schema.Column) else column or ""

    def read(self, number: int, cells: Sequence[Cell]) -> tuple[schema.Row, bool]:
        """Read one row; False beside it when a cell is wrong and was left out."""
        row = _Cells(unit=self._unit(cells))
        for position, cell in enumerate(cells):
            if is_blank(cell) or position in self.header.skipped:
                continue
            column = self.header.columns[position] if position < len(self.header.columns) else None
            if column is None:
                if position >= len(self.header.columns) or as_text(self.grid.header[position]) == "":
                    self.strays.setdefault(position, []).append((number, cell))
                    row.wrong.add("")
            elif isinstance(column, str):
                self._take_text(row, number, column, cell)
            else:
                self._take(row, number, column, cell, position)
        self._check_required(row, number)
        return self._build(row, number)

    def _unit(self, cells: Sequence[Cell]) -> str | None:
        """The unit of a row's figures: in its own column, or that of what the row names."""
        for name in ("unit", "kind", self.row_type.unit_of):
            position = self.positions.get(name)
            text = as_text(cells[position]) if position is not None and position < len(cells) else ""
            if not isinstance(text, str) or not text:
                continue
            if name == "kind":
                kind = understood_name(text, schema.DEMANDS)
                limit = schema.DEMANDS[schema.RuleKind(kind)].limit if kind else ""
                if limit != "level":
                    return _SHARE if limit == "share" else None
                continue
            return text if name == "unit" else self.units.get(folded(text))
        return None

    def _say_stray(self, position: int, cells: Sequence[tuple[int, Cell]]) -> None:
        number, cell = cells[0]
        letter = letter_of(position)
        fix = "Name the column in the header row, or put text that holds a comma in quotes."
        more = f", and cells in {len(cells) - 1:,} more rows" if len(cells) > 1 else ""
        fields = (f"{shown(cell)}{more}", f"No cell here: column {letter} has no name.", fix, letter)
        self.findings.issues.append(Issue(self.grid.file, number, "", *fields))

    def _take_text(self, row: _Cells, number: int, name: str, cell: Cell) -> None:
        text = as_text(cell)
        if isinstance(text, Unusable):
            self._issue(number, name, text.found, text.expected, text.fix)
            row.wrong.add(name)
        elif text:
            row.tags[name] = text

    def _take(self, row: _Cells, number: int, column: schema.Column, cell: Cell, position: int) -> None:
        value: float | str | Unusable
        if column.numeric:
            value = self._figure(row, number, column, cell, position)
        elif (column.choices or column.is_id or column.unit == "year label") and not isinstance(
            cell, str | int | float | PercentCell | Unusable
        ):
            value = became_date(cell, self._expected(column))
        else:
            value = as_text(cell)
        if isinstance(value, Unusable):
            self._issue(number, column.name, value.found, value.expected, value.fix)
            row.wrong.add(column.name)
        elif column.per_year:
            row.amounts[column.name] = float(value)
        elif isinstance(value, str) and value:
            row.values[column.name] = self._meant(column, value)
        elif value != "":
            row.values[column.name] = value

    def _figure(self, row: _Cells, number: int, column: schema.Column, cell: Cell, position: int) -> float | Unusable:
        unit = row.unit if column.per_year or "goal's unit" in column.unit or column.name == "limit" else None
        heading = self.header.units.get(position)
        if heading and unit and not same_unit(heading, unit):
            self.other_units.setdefault(position, []).append((number, unit))
        own = "months" if column.unit == "months" else None
        wanted = Wanted(self._blank_advice(column), own or unit or heading, _is_share(column) or row.unit == _SHARE)
        if isinstance(cell, SizedNumber) and cell and pounds_in(wanted.unit) != cell.size:
            letter, named = MONEY[cell.size], f"the unit is {wanted.unit}" if wanted.unit else "there is no such unit"
            fix = "Format the cell as a plain number, and write it in its unit."
            return Unusable(f"a cell shown as {cell:.15g}{letter}", f"{self._noun(column)} is a number: {named}.", fix)
        value = as_number(cell, self._noun(column), wanted)
        if not isinstance(cell, PercentCell) or isinstance(value, Unusable):
            return value
        self.percentages += 1
        if wanted.is_share:
            return value
        if is_percentage(wanted.unit):
            return cell.as_shown
        self.percentages -= 1
        fix = f"Format the cell as a plain number and write {cell.as_shown:.15g} or {value:.15g}, whichever is meant."
        found = f"a cell shown as {shown(cell)}, which holds {value:.15g}"
        return Unusable(found, f"{self._noun(column)} is no percentage here.", fix)

    def _blank_advice(self, column: schema.Column) -> str:
        """Say what to write where there is no figure, and what a blank cell would mean."""
        if column.per_year:
            return {
                "resources": "Write 0 if there is none, or leave the cell blank if there is no limit.",
                "goals": "Leave the cell blank if the year has no target: it is then not scored.",
            }.get(self.row_type.table, "Write 0 if nothing is used, or leave the cell blank, which means 0 too.")
        if column.required:
            return "Write a number, 0 if there is none: the cell may not be blank."
        if column.blank:
            return f"Write a number (0 if there is none), or leave the cell blank, which means {column.blank}."
        return "Write a number, or leave the cell blank if there is none."

    def _meant(self, column: schema.Column, text: str) -> str:
        """Return what a choice, year or id means, whatever its spelling; as it is where that is not known."""
        meant: str | None = text
        if column.choices:
            meant = text if text in column.choices else understood_name(text, column.choices)
            if meant is None and set(column.choices) == set(schema.YesNo):
                meant = _YES_NO.get(folded(text))
        elif column.unit == "year label":
            meant = understood_year(text, self.years)
        elif column.is_id and not schema.ID_PATTERN.fullmatch(text):
            meant = tidied(text)
        if meant is not None and meant != text:
            self.understood.cell(text, meant)
        return text if meant is None else meant

    def _check_required(self, row: _Cells, number: int) -> None:
        for column in self.columns.values():
            if column.required and not column.per_year and column.name not in row.values:
                if column.name in self.header.letters and column.name not in row.wrong:
                    self._issue(
                        number, column.name, "blank", f"Every row of {self.row_type.table} needs {column.name}."
                    )
                row.wrong.add(column.name)

    def _build(self, row: _Cells, number: int) -> tuple[schema.Row, bool]:
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
        if column.is_id and value is not None and not isinstance(parse_number(str(value)), NotANumber):
            hint = _SPREADSHEET_NUMBER
        self._issue(number, name, found, self._expected(column), hint)

    def _noun(self, column: schema.Column) -> str:
        return _YEAR_NOUNS.get(self.row_type.table, "It") if column.per_year else column.name

    def _expected(self, column: schema.Column) -> str:
        """Say what a cell of the column must be."""
        if column.choices:
            listed = f"{', '.join(column.choices[:-1])} or {column.choices[-1]}"
            return f"{column.name} must be {listed}."
        if column.is_id:
            return schema.ID_EXPECTED
        if column.numeric:
            if column.minimum is None:
                return f"{self._noun(column)} must be {RANGE}."
            limits = "0 or more" if column.maximum is None else f"from {column.minimum:g} to {column.maximum:g}"
            return f"{self._noun(column)} must be {limits}."
        return "A year label such as 2026/27." if column.unit == "year label" else "Text."


def _is_share(column: schema.Column) -> bool:
    return column.minimum == 0 and column.maximum == 1
