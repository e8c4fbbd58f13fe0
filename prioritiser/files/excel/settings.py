"""The sheets `scenario` and `what_ifs` of a workbook, read into the shape that scenario.toml has."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prioritiser.errors import Issue
from prioritiser.files.tables.issues import Cell, Findings, Grid, PercentCell, Unusable, letter_of, shown
from prioritiser.files.tables.rows import as_number, as_text, became_date
from prioritiser.files.tables.toml_format import WHAT_IF_KEYS, Places
from prioritiser.scenario.numbers import NotANumber, parse_number
from prioritiser.scenario.schema import Case, Tier, fifteen_digits
from prioritiser.text.spelling import folded
from prioritiser.text.suggestions import did_you_mean

_KEYS = (
    *("format", "title", "system", "summary", "years"),
    *(f"weights.{tier}" for tier in Tier),
    *("settings.balance", "settings.case"),
)
_PIECE = re.compile(r"[;\n]")
_PERCENTAGE = re.compile(r"([+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?)\s?%")
_BETWEEN_YEARS = re.compile(r"[;,\n]")
_SPAN_OF_YEARS = re.compile(r"\d\s*(?:to|until|up to|\u2026|\.\.\.)\s*(?:FY\s*)?\d", re.IGNORECASE)
_ALL_OR_NONE = "A percentage in each of the weights, or in none."
_MOST_NAMED = 6


@dataclass
class SettingsRead:
    """The keys that scenario.toml would have, and where they stand. blocked: those whose problem has been said."""

    given: dict[str, Any] = field(default_factory=dict)
    places: Places = field(default_factory=lambda: Places(sheets=True))
    blocked: set[tuple[int | None, str]] = field(default_factory=set)


def read_settings(scenario: Grid | None, what_ifs: Grid | None, findings: Findings) -> SettingsRead:
    """Read the two sheets; None is a sheet that is not there or could not be read."""
    read = SettingsRead()
    keys = {} if scenario is None else _KeyReader(scenario, read, findings).read()
    rows: list[int] = []
    letters: Mapping[str, str] = {}
    if what_ifs is not None:
        columns = _what_if_columns(what_ifs, findings)
        letters = {name: letter_of(position) for position, name in columns.items() if name in WHAT_IF_KEYS}
        reader = _WhatIfReader(what_ifs.file, letters, read, findings)
        read.given["what_if"] = [
            reader.read(place, number, cells, columns) for place, (number, cells) in enumerate(what_ifs.rows)
        ]
        rows = [number for number, _ in what_ifs.rows]
        reader.said.notice(what_ifs.file, findings)
    read.places = Places(True, keys, rows, letters)
    return read


@dataclass
class _Said:
    """What was understood in one sheet though it was written in another way."""

    spellings: list[str] = field(default_factory=list)
    percentages: list[str] = field(default_factory=list)

    def notice(self, sheet: str, findings: Findings) -> None:
        if self.spellings:
            findings.notices.append(f"{sheet}: read under a name of another spelling: {_some(self.spellings)}.")
        if self.percentages:
            findings.notices.append(f"{sheet}: percentages were read: {_some(self.percentages)}.")


def _some(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _MOST_NAMED:,} more" if len(texts) > _MOST_NAMED else ""
    return f"{', '.join(texts[:_MOST_NAMED])}{more}"


def _percentage(cell: Cell) -> float | None:
    """The number before the % sign, where a cell shows one."""
    if isinstance(cell, PercentCell):
        return cell.as_shown
    found = _PERCENTAGE.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return None if found is None else float(found[1])


def _are_mixed(cells: Iterable[Cell]) -> bool:
    """Whether some weights are percentages and others are not; 0 and a blank are the same in both."""
    given = [cell for cell in cells if as_text(cell) not in ("", "0")]
    return len({_percentage(cell) is None for cell in given}) > 1


class _KeyReader:
    """Reads the keys and values of sheet `scenario`."""

    def __init__(self, grid: Grid, read: SettingsRead, findings: Findings) -> None:
        self.grid, self.so_far, self.findings = grid, read, findings
        self.rows: dict[str, int] = {}
        self.cells: dict[str, Cell] = {}
        self.said = _Said()

    def read(self) -> dict[str, int]:
        """Read every row; return the row of each key."""
        rows = [(self.grid.header_row, self.grid.header), *self.grid.rows]
        if [folded(str(as_text(cell))) for cell in self.grid.header[:2]] == ["key", "value"]:
            rows = rows[1:]
        exact = {str(as_text(cells[0])) for _, cells in rows}
        for number, cells in rows:
            self._read_row(number, cells, exact)
        self._refuse_mixed_weights()
        for key, cell in self.cells.items():
            if (None, key) not in self.so_far.blocked:
                self._give(key, cell)
        self.said.notice(self.grid.file, self.findings)
        return self.rows

    def _issue(self, number: int, key: str, letter: str, found: str, expected: str, fix: str = "") -> None:
        self.findings.issues.append(Issue(self.grid.file, number, key, found, expected, fix, letter))

    def _read_row(self, number: int, cells: Sequence[Cell], exact: set[str]) -> None:
        key, value = as_text(cells[0]), cells[1] if len(cells) > 1 else ""
        if isinstance(key, str):
            key = self._known(key, exact)
        if isinstance(key, Unusable) or not key:
            found = key.found if isinstance(key, Unusable) else "a value without a key"
            self._issue(number, "key", "A", found, "A key such as title.")
        elif key in self.rows:
            self._issue(number, "key", "A", f'"{key}" is already in row {self.rows[key]}', "Each key once.")
        else:
            self.rows[key] = number
            self._take(number, key, _dated(key, value), cells[2:])

    def _known(self, key: str, exact: set[str]) -> str:
        """Return the key that people would call the same, unless the sheet has that one too."""
        plain = folded(key)
        if key in _KEYS or plain not in _KEYS or plain in exact:
            return key
        self.said.spellings.append(f'"{key}" as {plain}')
        return plain

    def _take(self, number: int, key: str, value: Cell, others: Sequence[Cell]) -> None:
        third = next((cell for cell in others if not isinstance(cell, str) or cell.strip()), None)
        if isinstance(value, Unusable):
            self._issue(number, key, "B", value.found, value.expected, value.fix)
        elif third is not None:
            self._issue(number, key, "C", f"a third cell: {shown(third)}", "One key and one value.")
        else:
            self.cells[key] = value
            return
        self.so_far.blocked.add((None, key))

    def _refuse_mixed_weights(self) -> None:
        weights = {key: cell for key, cell in self.cells.items() if key.startswith("weights.")}
        if _are_mixed(weights.values()):
            for key, cell in weights.items():
                if _percentage(cell) is not None:
                    self._issue(self.rows[key], key, "B", shown(cell), _ALL_OR_NONE, "Write them all in one way.")
                    self.so_far.blocked.add((None, key))

    def _give(self, key: str, value: Cell) -> None:
        """Put the value of a cell under its key, as TOML would have it; a blank cell is not given."""
        text = as_text(value)
        if text == "":
            return
        given = self.so_far.given
        part, dot, name = key.partition(".")
        if dot and part in ("weights", "settings"):
            taken = self._number(key, value, text) if key != "settings.case" else _chosen(text)
            given.setdefault(part, {})[name] = taken
        elif key == "years":
            if _SPAN_OF_YEARS.search(str(text)):
                expected = "Every year, with semicolons between them."
                self._issue(self.rows[key], key, "B", shown(value), expected, "Write 2026/27; 2027/28; 2028/29.")
                self.so_far.blocked.add((None, key))
                return
            given[key] = [year.strip() for year in _BETWEEN_YEARS.split(str(text)) if year.strip()]
        elif key == "format":
            given[key] = _value(value, text)
        else:
            given[key] = text

    def _number(self, key: str, value: Cell, text: str | Unusable) -> Any:
        percentage = _percentage(value)
        if percentage is None:
            return _value(value, text)
        number = percentage if key.startswith("weights.") else _fraction(percentage)
        self.said.percentages.append(f"{key} {percentage:.15g}% as {number:.15g}")
        return number


def _fraction(percentage: float) -> float:
    return fifteen_digits(percentage / 100)


def _chosen(text: str | Unusable) -> str:
    """Return the case that people would call the same."""
    return folded(str(text)) if folded(str(text)) in tuple(Case) else str(text)


def _dated(key: str, value: Cell) -> Cell:
    """Refuse a date where year labels are expected."""
    if key == "years" and not isinstance(value, str | int | float | PercentCell | Unusable):
        return became_date(value, "Year labels such as 2026/27; 2027/28.")
    return value


def _value(cell: Cell, text: str | Unusable) -> Any:
    """Read a number where there is one, else leave the text for the checks to refuse."""
    number = as_number(cell, "It")
    return str(text) if isinstance(number, Unusable) else number


def _what_if_columns(grid: Grid, findings: Findings) -> dict[int, str]:
    """Name the columns of sheet `what_ifs` by their position; those that cannot be used have no place in it."""
    columns: dict[int, str] = {}
    said = _Said()
    for position, cell in enumerate(grid.header):
        written, letter = str(as_text(cell)), letter_of(position)
        plain = folded(written).replace(" ", "_")
        name = plain if plain in WHAT_IF_KEYS else written
        first = next((letter_of(place) for place, other in columns.items() if other == name), "")
        if name and first:
            found, fix = f'"{written}" is already column {first}', "Delete one of them."
            findings.issues.append(Issue(grid.file, grid.header_row, name, found, "Each column once.", fix, letter))
            columns[position] = "?"
            continue
        if name != written:
            said.spellings.append(f'"{written}" as {name}')
        elif name and name not in WHAT_IF_KEYS:
            fields = (f'"{name}"', "One of " + ", ".join(WHAT_IF_KEYS) + ".", did_you_mean(name, WHAT_IF_KEYS), letter)
            findings.issues.append(Issue(grid.file, grid.header_row, name, *fields))
        columns[position] = name
    said.notice(grid.file, findings)
    return columns


class _WhatIfReader:
    """Reads the rows of sheet `what_ifs` into the shape of [[what_if]]."""

    def __init__(self, file: str, letters: Mapping[str, str], read: SettingsRead, findings: Findings) -> None:
        self.file, self.letters, self.so_far, self.findings = file, letters, read, findings
        self.place = (0, 0)
        self.said = _Said()

    def _issue(self, column: str, found: str, expected: str, fix: str = "") -> None:
        position, number = self.place
        letter = self.letters.get(column, "")
        self.findings.issues.append(Issue(self.file, number, column, found, expected, fix, letter))
        self.so_far.blocked.add((position, column))

    def read(self, position: int, number: int, cells: Sequence[Cell], columns: Mapping[int, str]) -> dict[str, Any]:
        """Read one what-if; a blank cell is not given."""
        self.place = (position, number)
        given: dict[str, Any] = {}
        for at, cell in enumerate(cells):
            column = columns.get(at, "")
            text = as_text(cell)
            if text == "":
                continue
            if column not in self.letters:
                if not column:
                    self._issue("", shown(cell), f"No cell here: column {letter_of(at)} has no name.")
            elif isinstance(text, Unusable):
                self._issue(column, text.found, text.expected, text.fix)
            else:
                given[column] = self._parse(column, cell, text)
        return {key: value for key, value in given.items() if value is not None}

    def _parse(self, column: str, cell: Cell, text: str) -> Any:
        parsers: dict[str, Callable[[], Any]] = {
            "balance": lambda: self._balance(cell, text),
            "weights": lambda: self._weights(cell, text),
            "without": lambda: [piece.strip() for piece in _PIECE.split(text) if piece.strip()],
            "case": lambda: _chosen(text),
            "lock": lambda: self._pairs(column, text),
            "capacity": lambda: self._numbers(column, self._pairs(column, text), as_fractions=True),
            "goal_weights": lambda: self._goal_weights(self._pairs(column, text)),
        }
        return parsers[column]() if column in parsers else text

    def _balance(self, cell: Cell, text: str) -> Any:
        percentage = _percentage(cell)
        return _value(cell, text) if percentage is None else self._read_percentage("balance", percentage, True)

    def _weights(self, cell: Cell, text: str) -> dict[str, Any] | None:
        pieces = [piece.strip() for piece in text.split(",")]
        expected = "Three numbers for national, local and long_term, such as 60,20,20."
        if len(pieces) != len(Tier) or not isinstance(cell, str):
            fix = "" if isinstance(cell, str) else "The spreadsheet made a number of it: format the cell as text."
            self._issue("weights", shown(cell), expected, fix)
        elif _are_mixed(pieces):
            self._issue("weights", shown(cell), _ALL_OR_NONE, "Write them all in one way.")
        else:
            given = {tier.value: piece for tier, piece in zip(Tier, pieces, strict=True) if piece}
            return self._numbers("weights", given, as_fractions=False)
        return None

    def _goal_weights(self, pairs: dict[str, str]) -> dict[str, Any]:
        if _are_mixed(pairs.values()):
            found = "; ".join(f"{key}={value}" for key, value in pairs.items())
            self._issue("goal_weights", shown(found), _ALL_OR_NONE, "Write them all in one way.")
            return {}
        return self._numbers("goal_weights", pairs, as_fractions=False)

    def _numbers(self, column: str, texts: Mapping[str, str], as_fractions: bool) -> dict[str, Any]:
        """Read a number where there is one, else leave the text for the checks to refuse."""
        numbers: dict[str, Any] = {}
        for key, text in texts.items():
            percentage, number = _percentage(text), parse_number(text)
            if percentage is not None:
                numbers[key] = self._read_percentage(f"{column} {key}", percentage, as_fractions)
            else:
                numbers[key] = text if isinstance(number, NotANumber) else number
        return numbers

    def _read_percentage(self, what: str, percentage: float, as_fraction: bool) -> float:
        number = _fraction(percentage) if as_fraction else percentage
        self.said.percentages.append(f"row {self.place[1]} {what} {percentage:.15g}% as {number:.15g}")
        return number

    def _pairs(self, column: str, text: str) -> dict[str, str]:
        """Read `id=value; id2=value`; in a lock the first = divides, since ids have none, else the last."""
        pairs: dict[str, str] = {}
        for piece in filter(str.strip, _PIECE.split(text)):
            parts = piece.split("=", 1) if column == "lock" else piece.rsplit("=", 1)
            key = parts[0].strip()
            if len(parts) == 1 or not key:
                example = "virtual_wards=in; hub=2027/28" if column == "lock" else "capital=0.7; programme=0.9"
                self._issue(column, shown(piece.strip()), f"Pairs such as {example}.")
            elif key in pairs:
                self._issue(column, f'"{key}" twice', "Each id once.")
            else:
                pairs[key] = parts[1].strip()
        return pairs
