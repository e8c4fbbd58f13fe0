"""An Excel workbook to grids of cells and the settings in its sheets `scenario` and `what_ifs`."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import openpyxl  # type: ignore[import-untyped]

from prioritiser.errors import Issue
from prioritiser.findings import Cell, Findings, Grid, Unusable, letter_of, shown
from prioritiser.limits import (
    BROKEN,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    Archive,
    forbidden_content,
    read_member,
)
from prioritiser.numbers import NotANumber, parse_number
from prioritiser.rows import as_number, as_text, became_date
from prioritiser.schema import TABLE_NAMES, Tier
from prioritiser.settings_file import WHAT_IF_KEYS, Places
from prioritiser.words import did_you_mean

SHEETS = ("scenario", *TABLE_NAMES, "what_ifs")
# sheets of the pack (exports.pack_xlsx), which holds an answer beside its scenario
PACK_SHEETS = ("cover", "contents", "charts")
PACK_PREFIXES = ("answer ", "paper ")
_LAST_EXCEL_ROW = 1_048_576
_FAULTS = (*BROKEN, KeyError, TypeError, AttributeError, IndexError, SyntaxError)
_PIECE = re.compile(r"[;\n]")


@dataclass
class WorkbookRead:
    """What a workbook holds: a grid for each table's sheet, and the keys that scenario.toml would have."""

    grids: dict[str, Grid] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    places: Places = field(default_factory=lambda: Places(sheets=True))
    blocked: set[tuple[int | None, str]] = field(default_factory=set)
    present: set[str] = field(default_factory=set)


def read_workbook(archive: Archive, name: str, findings: Findings) -> WorkbookRead | None:
    """Read a workbook whose zip is known to be small and plain; None and an issue when it is not a safe workbook."""
    names = archive.members.namelist()
    types_name = "[Content_Types].xml"
    if types_name not in names:
        findings.problem(name, "not an Excel workbook", "An .xlsx file.", "A zip of tables ends in .zip.")
        return None
    content_types = read_member(archive, types_name, MAX_UNPACKED_BYTES, findings)
    if content_types is None:
        return None
    try:
        what = forbidden_content(names, content_types) or _declared_entities(archive)
        if what:
            fix = "Copy the cells into a new .xlsx workbook."
            findings.problem(name, f"a workbook with {what}", "A workbook of plain cells.", fix)
            return None
        return _read_sheets(archive, findings)
    except _FAULTS as error:
        found = f"a workbook that cannot be read ({type(error).__name__})"
        findings.problem(name, found, "An .xlsx workbook.", "Open it in a spreadsheet and save it again.")
        return None


def _declared_entities(archive: Archive) -> str:
    """Say whether any XML part has a document type, which Excel never writes and which could swell when read."""
    for member in archive.members.infolist():
        if member.filename.endswith((".xml", ".rels")):
            with archive.members.open(member) as part:
                if b"<!DOCTYPE" in part.read(4096).upper().replace(b"\0", b""):
                    return "XML entities"
    return ""


def _read_sheets(archive: Archive, findings: Findings) -> WorkbookRead:
    read = WorkbookRead()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with closing(openpyxl.load_workbook(io.BytesIO(archive.content), read_only=True, keep_links=False)) as workbook:
            for sheet in workbook.worksheets:
                name = str(sheet.title).strip()
                if name in PACK_SHEETS or name.startswith(PACK_PREFIXES):
                    continue
                if name not in SHEETS:
                    hint = did_you_mean(name, SHEETS)
                    findings.notices.append(f'The sheet "{name}" is not read.{" " + hint if hint else ""}')
                    continue
                read.present.add(name)
                grid = _grid(sheet, name, findings)
                if grid is not None:
                    read.grids[name] = grid
    _read_settings(read, findings)
    return read


def _grid(sheet: Any, name: str, findings: Findings) -> Grid | None:
    rows: list[tuple[int, Sequence[Cell]]] = []
    sheet.reset_dimensions()
    blank: Any = None
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        if number > _LAST_EXCEL_ROW:
            break
        if cells is blank:
            continue
        filled = [_cell(cell) for cell in cells if cell.value is not None]
        if not any(not isinstance(cell, str) or cell.strip() for cell in filled):
            blank = cells
            continue
        if len(rows) > MAX_ROWS:
            fix = "Delete rows that are not needed."
            findings.problem(name, f"more than {MAX_ROWS:,} rows", f"At most {MAX_ROWS:,} rows.", fix)
            return None
        rows.append((number, _trimmed(cells)))
    if not rows:
        findings.problem(name, "empty", "A row of column names, then one row for each entry.")
        return None
    number, header = rows[0]
    if max(len(cells) for _, cells in rows) > MAX_COLUMNS:
        findings.problem(name, f"cells right of column {letter_of(MAX_COLUMNS - 1)}", f"At most {MAX_COLUMNS} columns.")
        return None
    return Grid(name, header, rows[1:], number)


def _trimmed(cells: Sequence[Any]) -> list[Cell]:
    last = max((position for position, cell in enumerate(cells) if cell.value is not None), default=-1)
    return [_cell(cell) for cell in cells[: last + 1]]


def _cell(cell: Any) -> Cell:
    value: Cell | None = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        text = value if isinstance(value, str) else getattr(value, "text", None) or "a formula"
        fix = 'Copy the cell and use "Paste special, Values"; text that begins with = needs an apostrophe before it.'
        return Unusable(f"the formula {shown(text)}", "A value, not a formula.", fix)
    if cell.data_type == "e":
        return Unusable(f"the error {value}", "A value.", "Mend the cell, or leave it blank.")
    return value


def _read_settings(read: WorkbookRead, findings: Findings) -> None:
    grid = read.grids.pop("scenario", None)
    keys: dict[str, int] = {}
    if grid is not None:
        keys = _read_keys(grid, read, findings)
    what_ifs = read.grids.pop("what_ifs", None)
    rows: list[int] = []
    letters: Mapping[str, str] = {}
    if what_ifs is not None:
        letters = _what_if_letters(what_ifs, findings)
        reader = _WhatIfReader(what_ifs.file, letters, read, findings)
        columns = {position: name for position, name in enumerate(map(as_text, what_ifs.header))}
        read.given["what_if"] = [
            reader.read(place, number, cells, columns) for place, (number, cells) in enumerate(what_ifs.rows)
        ]
        rows = [number for number, _ in what_ifs.rows]
    read.places = Places(True, keys, rows, letters)


def _read_keys(grid: Grid, read: WorkbookRead, findings: Findings) -> dict[str, int]:
    """Read the keys and values of sheet `scenario` into the shape of scenario.toml; return the row of each key."""
    rows = [(grid.header_row, grid.header), *grid.rows]
    if [str(cell).strip().casefold() for cell in grid.header[:2]] == ["key", "value"]:
        rows = rows[1:]
    keys: dict[str, int] = {}
    for number, cells in rows:
        key, value = as_text(cells[0]), cells[1] if len(cells) > 1 else ""
        if isinstance(key, Unusable) or not key:
            found = key.found if isinstance(key, Unusable) else "a value without a key"
            findings.issues.append(Issue("scenario", number, "key", found, "A key such as title.", letter="A"))
        elif key in keys:
            found = f'"{key}" is already in row {keys[key]}'
            findings.issues.append(Issue("scenario", number, "key", found, "Each key once.", letter="A"))
        elif isinstance(value := _dated(key, value), Unusable):
            keys[key] = number
            fields = (value.found, value.expected, value.fix, "B")
            findings.issues.append(Issue("scenario", number, key, *fields))
            read.blocked.add((None, key))
        elif any(not isinstance(cell, str) or cell.strip() for cell in cells[2:]):
            keys[key] = number
            found = f"a third cell: {shown(next(cell for cell in cells[2:] if cell != ''))}"
            findings.issues.append(Issue("scenario", number, key, found, "One key and one value.", letter="C"))
            read.blocked.add((None, key))
        else:
            keys[key] = number
            _give(read.given, key, value)
    return keys


def _dated(key: str, value: Cell) -> Cell:
    """Refuse a date where year labels are expected."""
    if key == "years" and not isinstance(value, str | int | float | Unusable):
        return became_date(value, "Year labels such as 2026/27; 2027/28.")
    return value


def _give(given: dict[str, Any], key: str, value: Cell) -> None:
    """Put the value of a cell under its key, as TOML would have it; a blank cell is not given."""
    text = as_text(value)
    if text == "":
        return
    part, dot, name = key.partition(".")
    if dot and part in ("weights", "settings"):
        given.setdefault(part, {})[name] = _value(value, text) if key != "settings.case" else text
    elif key == "years":
        given[key] = [year.strip() for year in str(text).split(";") if year.strip()]
    elif key == "format":
        given[key] = _value(value, text)
    else:
        given[key] = text


def _value(cell: Cell, text: str | Unusable) -> Any:
    """Read a number where there is one, else leave the text for the checks to refuse."""
    number = as_number(cell, "It")
    return str(text) if isinstance(number, Unusable) else number


def _what_if_letters(grid: Grid, findings: Findings) -> dict[str, str]:
    letters: dict[str, str] = {}
    for position, cell in enumerate(grid.header):
        name, letter = str(as_text(cell)), letter_of(position)
        fields = ("One of " + ", ".join(WHAT_IF_KEYS) + ".", did_you_mean(name, WHAT_IF_KEYS), letter)
        if name in letters:
            found = f'"{name}" is already column {letters[name]}'
            findings.issues.append(
                Issue(grid.file, grid.header_row, name, found, "Each column once.", "Delete one of them.", letter)
            )
        elif name in WHAT_IF_KEYS:
            letters[name] = letter
        elif name:
            findings.issues.append(Issue(grid.file, grid.header_row, name, f'"{name}"', *fields))
    return letters


class _WhatIfReader:
    """Reads the rows of sheet `what_ifs` into the shape of [[what_if]]."""

    def __init__(self, file: str, letters: Mapping[str, str], read: WorkbookRead, findings: Findings) -> None:
        self.file, self.letters, self.read_so_far, self.findings = file, letters, read, findings
        self.place = (0, 0)

    def _issue(self, column: str, found: str, expected: str, fix: str = "") -> None:
        position, number = self.place
        letter = self.letters.get(column, "")
        self.findings.issues.append(Issue(self.file, number, column, found, expected, fix, letter))
        self.read_so_far.blocked.add((position, column))

    def read(
        self, position: int, number: int, cells: Sequence[Cell], columns: Mapping[int, str | Unusable]
    ) -> dict[str, Any]:
        """Read one what-if; a blank cell is not given."""
        self.place = (position, number)
        given: dict[str, Any] = {}
        for at, cell in enumerate(cells):
            column = columns.get(at, "")
            text = as_text(cell)
            if text == "":
                continue
            if not isinstance(column, str) or column not in self.letters:
                if not column:
                    self._issue("", shown(cell), f"No cell here: column {letter_of(at)} has no name.")
                continue
            if self.letters[column] != letter_of(at):
                continue
            if isinstance(text, Unusable):
                self._issue(column, text.found, text.expected, text.fix)
            else:
                given[column] = self._parse(column, cell, text)
        return {key: value for key, value in given.items() if value is not None}

    def _parse(self, column: str, cell: Cell, text: str) -> Any:
        if column == "balance":
            return _value(cell, text)
        parsers: dict[str, Callable[[Cell, str], Any]] = {"weights": self._weights, "without": self._without}
        if column in parsers:
            return parsers[column](cell, text)
        if column in ("capacity", "goal_weights", "lock"):
            return self._pairs(column, text)
        return text

    def _without(self, cell: Cell, text: str) -> list[str]:
        return [piece.strip() for piece in _PIECE.split(text) if piece.strip()]

    def _weights(self, cell: Cell, text: str) -> dict[str, Any] | None:
        pieces = [piece.strip() for piece in text.split(",")]
        expected = "Three numbers for national, local and long_term, such as 60,20,20."
        if len(pieces) != len(Tier) or not isinstance(cell, str):
            fix = "" if isinstance(cell, str) else "The spreadsheet made a number of it: format the cell as text."
            self._issue("weights", shown(cell), expected, fix)
            return None
        weights: dict[str, Any] = {}
        for tier, piece in zip(Tier, pieces, strict=True):
            if piece:
                number = parse_number(piece)
                weights[tier.value] = piece if isinstance(number, NotANumber) else number
        return weights

    def _pairs(self, column: str, text: str) -> dict[str, Any]:
        """Read `id=value; id2=value`; in a lock the first = divides, since ids have none, else the last."""
        pairs: dict[str, Any] = {}
        for piece in filter(str.strip, _PIECE.split(text)):
            parts = piece.split("=", 1) if column == "lock" else piece.rsplit("=", 1)
            key = parts[0].strip()
            if len(parts) == 1 or not key:
                example = "virtual_wards=in; hub=2027/28" if column == "lock" else "capital=0.7; programme=0.9"
                self._issue(column, shown(piece.strip()), f"Pairs such as {example}.")
            elif key in pairs:
                self._issue(column, f'"{key}" twice', "Each id once.")
            else:
                value = parts[1].strip()
                number = parse_number(value) if column != "lock" else value
                pairs[key] = value if isinstance(number, NotANumber) else number
        return pairs
