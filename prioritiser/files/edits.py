"""A scenario's tables as text while somebody edits them: what was changed, and what they would be as a scenario."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from prioritiser.files.excel.writer import table_cells
from prioritiser.files.scenario_files import Reading, inspect_tables, zip_bytes
from prioritiser.files.tables.csv_format import write_csv
from prioritiser.files.tables.issues import Grid
from prioritiser.files.tables.toml_format import write_toml
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import TABLES, cell_text
from prioritiser.scenario.setting_ranges import SETTINGS_FILE

TEXTS = ("title", "system", "summary")
_FIRST_ROW = 2


@dataclass(frozen=True)
class EditedRow:
    """One row: its number as a spreadsheet counts, its place in the scenario (None: it is new), and its cells."""

    number: int
    origin: int | None
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it, as when a row was added and not yet filled."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class EditedTable:
    """A table as text: exactly what its file would hold."""

    name: str
    header: tuple[str, ...]
    rows: tuple[EditedRow, ...]

    def renumbered(self) -> EditedTable:
        """Count the rows anew, so that their numbers are those of the file again."""
        rows = (replace(row, number=number) for number, row in enumerate(self.rows, start=_FIRST_ROW))
        return replace(self, rows=tuple(rows))

    def with_edits(self, state: Mapping[str, Any]) -> EditedTable:
        """Apply what an editor of rows reports: cells by row and column, rows added and rows deleted.

        edited_rows: by position in `rows`, then by `column_key`. added_rows: cells by `column_key`. deleted_rows:
        positions in `rows`. A blank is '' or None. What names no cell of the table is left out.
        """
        changed: Mapping[Any, Mapping[str, Any]] = state.get("edited_rows") or {}
        given = {int(position): cells for position, cells in changed.items()}
        deleted = {int(position) for position in state.get("deleted_rows") or ()}
        rows = [
            replace(row, cells=self._written(row.cells, given[position])) if position in given else row
            for position, row in enumerate(self.rows)
            if position not in deleted
        ]
        next_number = _FIRST_ROW + len(self.rows)
        blank = ("",) * len(self.header)
        added = [
            EditedRow(number, None, self._written(blank, cells))
            for number, cells in enumerate(state.get("added_rows") or (), start=next_number)
        ]
        return replace(self, rows=(*rows, *added))

    def _written(self, cells: Sequence[str], given: Mapping[str, Any]) -> tuple[str, ...]:
        keys = (column_key(position) for position in range(len(self.header)))
        return tuple(
            ("" if given[key] is None else str(given[key])) if key in given else cell
            for key, cell in zip(keys, cells, strict=True)
        )


def column_key(position: int) -> str:
    """Name a column for an editor: by its place, because a tag may be called anything."""
    return f"column_{position}"


@dataclass(frozen=True)
class TableEdits:
    """How many rows of a table were added, changed and removed."""

    table: str
    added: int
    changed: int
    removed: int


@dataclass(frozen=True)
class CellEdit:
    """One cell before and after; row_id: the ids of its row. column is empty where a whole row came or went."""

    table: str
    row_id: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Edits:
    """Edits to the scenario `base`: its texts now, and its tables before and now."""

    base: Scenario
    texts: Mapping[str, str]
    before: Mapping[str, EditedTable]
    tables: Mapping[str, EditedTable]

    @classmethod
    def of(cls, scenario: Scenario) -> Edits:
        """Begin with a scenario as it is."""
        tables = _tables(scenario)
        return cls(scenario, {name: getattr(scenario, name) for name in TEXTS}, tables, tables)

    def with_table(self, table: EditedTable) -> Edits:
        """Return these edits with one table as it is now."""
        return self if self.tables[table.name] == table else replace(self, tables={**self.tables, table.name: table})

    def with_texts(self, texts: Mapping[str, str]) -> Edits:
        """Return these edits with some texts as they are now."""
        now = {**self.texts, **texts}
        return self if now == self.texts else replace(self, texts=now)

    @cached_property
    def text_edits(self) -> tuple[CellEdit, ...]:
        """The texts that were changed."""
        pairs = [(name, getattr(self.base, name), self.texts[name]) for name in TEXTS]
        return tuple(
            CellEdit(SETTINGS_FILE, name, name, before, after)
            for name, before, after in pairs
            if before.strip() != after.strip()
        )

    @cached_property
    def table_edits(self) -> tuple[TableEdits, ...]:
        """The tables that were changed, and how many rows of each."""
        found = []
        for name, table in self.tables.items():
            if table.rows is self.before[name].rows:
                continue
            before = self.before[name].rows
            kept = {row.origin: row for row in table.rows if row.origin is not None and not row.blank}
            added = sum(1 for row in table.rows if row.origin is None and not row.blank)
            changed = sum(1 for origin, row in kept.items() if _stripped(row) != _stripped(before[origin]))
            edits = TableEdits(name, added, changed, len(before) - len(kept))
            if added or changed or edits.removed:
                found.append(edits)
        return tuple(found)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was changed."""
        return not self.table_edits and not self.text_edits

    def cell_edits(self) -> Iterator[CellEdit]:
        """Every change, cell by cell, rows that came or went as a whole."""
        yield from self.text_edits
        for edits in self.table_edits:
            table, before = self.tables[edits.table], self.before[edits.table].rows
            kept = {row.origin for row in table.rows if not row.blank}
            for row in table.rows:
                if row.blank:
                    continue
                if row.origin is None:
                    yield CellEdit(table.name, _ids(table, row), "", "", "a new row")
                    continue
                old = before[row.origin]
                for column, was, now in zip(table.header, _stripped(old), _stripped(row), strict=True):
                    if was != now:
                        yield CellEdit(table.name, _ids(table, old), column, was, now)
            for row in before:
                if row.origin not in kept:
                    yield CellEdit(table.name, _ids(table, row), "", "a row", "removed")

    def read(self) -> Reading:
        """Read the tables as files of the format are read: the scenario that they make, or every problem."""
        grids = {
            name: Grid(f"{name}.csv", table.header, [(row.number, row.cells) for row in table.rows if not row.blank])
            for name, table in self.tables.items()
        }
        given = tomllib.loads(write_toml(self.base)) | dict(self.texts)
        return inspect_tables(self.texts["title"], given, grids)

    def as_zip(self) -> bytes:
        """Pack the tables as they are now, with their problems if they have any, so that nothing is lost."""
        files = {
            f"{name}.csv": write_csv(table.header, [row.cells for row in table.rows if not row.blank])
            for name, table in self.tables.items()
        }
        toml = write_toml(self.base, self.texts).encode("utf-8")
        return zip_bytes({**files, SETTINGS_FILE: toml})


def _tables(scenario: Scenario) -> dict[str, EditedTable]:
    tables = {}
    for row_type in TABLES:
        header, rows = table_cells(scenario, row_type)
        edited = [
            EditedRow(position + _FIRST_ROW, position, tuple(cell_text(cell) for cell in cells))
            for position, cells in enumerate(rows)
        ]
        tables[row_type.table] = EditedTable(row_type.table, tuple(header), tuple(edited))
    return tables


def _ids(table: EditedTable, row: EditedRow) -> str:
    """Name a row by the ids that tell it from others."""
    keys = next(row_type.key for row_type in TABLES if row_type.table == table.name)
    cells = dict(zip(table.header, _stripped(row), strict=True))
    return " · ".join(cells[key] for key in keys if cells.get(key))


def _stripped(row: EditedRow) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in row.cells)
