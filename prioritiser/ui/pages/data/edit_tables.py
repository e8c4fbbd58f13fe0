"""Tables of the Data page: problems, changes and differences as HTML, and a table of a scenario for its editor."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import pandas as pd
import streamlit as st

from prioritiser.analysis.comparison.scenario_differences import TableDifference
from prioritiser.errors import Issue
from prioritiser.files.edits import CellEdit, EditedTable, Edits, TableEdits, column_key
from prioritiser.files.excel.writer import help_text
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import TABLES, Column, Evidence, Row, columns_of
from prioritiser.text.formatting import capital, counted, joined, shortened
from prioritiser.ui.components.markup import Column as Head
from prioritiser.ui.components.markup import Markup, Part, element, table

TABLE_TITLES = {row.table: row.table.capitalize() for row in TABLES}
ROW_TYPES: dict[str, type[Row]] = {row.table: row for row in TABLES}
_NOUNS = {"uses": ("use", "uses")}
_MOST_NAMES = 3
_SHOWN = 160
_WIDE = ("name", "source", "note", "description")


def noun_of(name: str, count: int) -> str:
    """Count the rows of a table in words."""
    one, several = _NOUNS.get(name, (name.removesuffix("s"), name))
    return counted(count, one, several)


def issue_table(issues: Sequence[Issue], most: int, edits: Edits | None = None) -> Markup:
    """List problems: where each is, what came, what was expected and what to do.

    edits: what they were found in, to name tables and rows as the editor does; None for a file.
    """
    heads = [Head("Where"), Head("Row"), Head("Column"), Head("What came"), Head("What is expected", kind="wide-text")]
    rows: list[list[Part]] = [
        [
            *(_place_in_file(issue) if edits is None else _place_in_edits(issue, edits)),
            shortened(issue.found, _SHOWN),
            f"{issue.expected} {issue.fix}".strip(),
        ]
        for issue in issues[:most]
    ]
    return table("Problems, in the order of the tables", heads, rows, "issues")


def _place_in_file(issue: Issue) -> tuple[str, str, str]:
    row = f"{issue.row}" if issue.row else "–"
    return shortened(issue.file, 60), row, shortened(_column_of(issue), 80) or "–"


def _place_in_edits(issue: Issue, edits: Edits) -> tuple[str, str, str]:
    name = issue.file.removesuffix(".csv")
    edited = edits.tables.get(name)
    row = next((row for row in edited.rows if row.number == issue.row), None) if edited else None
    ids = row.cells[0].strip() if row else ""
    shown = f"{issue.row}" if issue.row else "–"
    where = TABLE_TITLES.get(name, "Title and settings")
    return where, f"{shown} ({shortened(ids, 40)})" if ids else shown, shortened(issue.column, 60) or "–"


def _column_of(issue: Issue) -> str:
    return issue.place.removeprefix("column ")


def issue_rows(issues: Iterable[Issue]) -> list[list[str | int | None]]:
    """List problems as rows for a file, headings first."""
    rows: list[list[str | int | None]] = [["table", "row", "column", "what came", "expected", "what to do"]]
    rows += [
        [issue.file, issue.row or None, _column_of(issue), issue.found, issue.expected, issue.fix] for issue in issues
    ]
    return rows


def edits_sentence(edits: Edits) -> str:
    """Say how many rows the edits add, change and remove, table by table."""
    parts = [f"{TABLE_TITLES[found.table]}: {_counts(found)}" for found in edits.table_edits]
    texts = [found.column for found in edits.text_edits]
    return "; ".join([*([f"Scenario: {joined(texts)}"] if texts else []), *parts])


def _counts(found: TableEdits) -> str:
    pairs = (("added", found.added), ("changed", found.changed), ("removed", found.removed))
    return joined([f"{count:,} {word}" for word, count in pairs if count])


def edits_table(edits: Edits, most: int) -> Markup:
    """List what the edits change, cell by cell."""
    heads = [Head("Table"), Head("Row"), Head("Column"), Head("Before"), Head("Now")]
    rows = [_edit_row(found) for found in islice(edits.cell_edits(), most)]
    return table("Each change", heads, rows, "issues")


def _edit_row(found: CellEdit) -> list[Part]:
    cells = (found.before, found.after)
    return [
        TABLE_TITLES.get(found.table, "Scenario"),
        shortened(found.row_id, 60) or "–",
        shortened(found.column, 60) or "–",
        *(shortened(cell, _SHOWN) or element("span", "blank", class_="quiet") for cell in cells),
    ]


def differences_list(differences: Sequence[TableDifference]) -> Markup:
    """Say table by table how many rows another scenario has and how it differs; goals and initiatives by name."""
    lines = []
    for found in differences:
        named = found.table in ("goals", "initiatives")
        kinds = ((found.added, "added"), (found.removed, "removed"), (found.changed, "changed"))
        parts = [_named(names, word, named and word != "changed") for names, word in kinds if names]
        size = noun_of(found.table, found.rows_now)
        lines.append(element("li", element("strong", capital(size)), f": {'; '.join(parts) or 'no difference'}."))
    return element("ul", *lines)


def _named(names: Sequence[str], word: str, named: bool) -> str:
    said = f"{len(names):,} {word}"
    if not named:
        return said
    more = [f"{len(names) - _MOST_NAMES:,} more"] if len(names) > _MOST_NAMES else []
    return f"{said} ({joined([*(shortened(name, 60) for name in names[:_MOST_NAMES]), *more])})"


def evidence_sentence(edited: EditedTable) -> str:
    """Say how the figures of a table are known, and how many rows name a source."""
    rows = [row.cells for row in edited.rows if not row.blank]
    marks = Counter(_cell(edited, cells, "evidence") for cells in rows)
    known = [f"{marks[mark.value]:,} {mark.value}" for mark in Evidence if marks[mark.value]]
    unmarked = len(rows) - sum(marks[mark.value] for mark in Evidence)
    known += [f"{unmarked:,} without a mark"] if unmarked else []
    unsourced = sum(1 for cells in rows if not _cell(edited, cells, "source"))
    sources = f"{unsourced:,} without a source" if unsourced else "each with a source"
    return f"{capital(noun_of(edited.name, len(rows)))}: {joined(known)}; {sources}." if rows else "No rows."


def _cell(edited: EditedTable, cells: Sequence[str], column: str) -> str:
    return cells[edited.header.index(column)].strip() if column in edited.header else ""


def editor_frame(edited: EditedTable) -> pd.DataFrame:
    """Turn a table into a frame of text, indexed by the numbers of its rows."""
    numbers = pd.RangeIndex(2, 2 + len(edited.rows), name="Row")
    keys = [column_key(position) for position in range(len(edited.header))]
    return pd.DataFrame([row.cells for row in edited.rows], columns=keys, index=numbers, dtype=str)


def editor_order(edited: EditedTable) -> list[str]:
    """Order the columns for the eye: ids, name, evidence and source where they are given, then the rest."""
    row_type = ROW_TYPES[edited.name]
    given = {
        name
        for position, name in enumerate(edited.header)
        if name in ("evidence", "source") and any(row.cells[position].strip() for row in edited.rows)
    }
    ids = [name for name in row_type.key if row_type.model_fields[name].is_required()]
    first = [name for name in (*ids, "name", "evidence", "source") if name in edited.header]
    first = [name for name in first if name in given or name not in ("evidence", "source")]
    rest = [name for name in edited.header if name not in first]
    return [column_key(edited.header.index(name)) for name in (*first, *rest)]


def editor_columns(edited: EditedTable, scenario: Scenario) -> dict[str, Any]:
    """Describe each column for the editor, always as text: an editor of numbers would drop what it cannot take."""
    known = {column.name: column for column in columns_of(ROW_TYPES[edited.name], scenario.years)}
    columns: dict[str, Any] = {"_index": st.column_config.Column("Row", width=60, disabled=True)}
    for position, name in enumerate(edited.header):
        column = known.get(name)
        columns[column_key(position)] = st.column_config.TextColumn(
            shortened(name, 60),
            help=help_text(column) if column else "A column of this scenario's own, kept as text.",
            width=_width(name, column),
            pinned=position == 0,
        )
    return columns


def _width(name: str, column: Column | None) -> int:
    if name in _WIDE:
        return 260 if name == "name" else 200
    if column is not None and column.is_id:
        return 170
    return 110 if column is None or column.numeric or column.choices else 140
