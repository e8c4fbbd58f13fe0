"""A scenario to an Excel workbook: a sheet per table, with help, units, drop-downs and ranges on every column."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from prioritiser.errors import Issue, ScenarioError
from prioritiser.files.tables.issues import letter_of
from prioritiser.files.tables.toml_format import WHAT_IF_KEYS
from prioritiser.files.tables.upload_limits import MAX_ROWS
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import FORMAT, TABLES, Case, Column, Row, Tier, cell_text, columns_of
from prioritiser.scenario.settings import WhatIf

_ID_SHEETS = {
    "goal_id": "goals",
    "resource_id": "resources",
    "initiative_id": "initiatives",
    "if_also": "initiatives",
    "other": "initiatives",
}
_LONGEST = 32_000
_MOST_LIST = 255
_WIDE = ("description", "note", "source", "name", "summary")
_WHAT_IF_HELP = {
    "name": "Name of the what-if.",
    "note": "Anything a reader should know.",
    "weights": "national, local and long_term, such as 60,20,20.",
    "balance": "0 to 1.",
    "case": "low, central or high.",
    "capacity": "Factors on capacities, such as capital=0.7; programme@2027/28=0.9.",
    "lock": "in, out or a start year for initiatives, such as hub=in; wards=2027/28.",
    "goal_weights": "Weights of goals within their tier, such as rtt_18w=2.",
    "without": "Rules to switch off, such as R1; R2.",
}
_KEY_HELP = {
    "format": "Always 1.",
    "years": "Year labels in order, such as 2026/27; 2027/28.",
    "settings.balance": "0 to 1: how much the worst-served tier counts.",
    "settings.case": "Which effects are believed: low, central or high.",
}


def table_cells(scenario: Scenario, row_type: type[Row]) -> tuple[list[str], list[list[str | float | None]]]:
    """List a table's header and rows: the columns of the format, then the tags by name; None is blank."""
    cells = [row.cells(scenario.years) for row in scenario.rows(row_type.table)]
    header = [column.name for column in columns_of(row_type, scenario.years)]
    header += sorted({name for row in cells for name in row} - set(header))
    return header, [[row.get(name) for name in header] for row in cells]


def write_workbook(scenario: Scenario, name: str) -> bytes:
    """Write the workbook; the same scenario gives the same bytes.

    Raises ScenarioError when a text cannot be kept in a workbook.
    """
    import xlsxwriter  # noqa: PLC0415 - loads when it first writes: pages open without it

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(content, options)
    workbook.set_properties({"created": datetime(2000, 1, 1)})
    issues = add_scenario_sheets(workbook, scenario)
    workbook.close()
    if issues:
        raise ScenarioError(name, issues)
    return content.getvalue()


def add_scenario_sheets(workbook: Any, scenario: Scenario) -> list[Issue]:
    """Add the sheets of a scenario to an open workbook of XlsxWriter; return what it cannot keep, as `write_workbook`.

    The workbook must not turn text into formulas, links or numbers.
    """
    writer = _Writer(workbook)
    writer.write(scenario)
    return writer.issues


def fits_workbook(scenario: Scenario) -> bool:
    """Whether a workbook can keep every text of a scenario."""
    what_ifs = [what_if_cells(what_if) for what_if in scenario.what_ifs]
    rows = [row.cells(scenario.years) for row_type in TABLES for row in scenario.rows(row_type.table)]
    texts = (cell for cells in (settings_cells(scenario), *what_ifs, *rows) for cell in (*cells, *cells.values()))
    return not any(isinstance(text, str) and _cannot_keep(text) for text in texts)


def _cannot_keep(text: str) -> bool:
    return len(text) > _LONGEST or "x005F_" in text


def settings_cells(scenario: Scenario) -> dict[str, str | float]:
    """List the keys and values of sheet `scenario`."""
    given: dict[str, str | float] = {
        "format": FORMAT,
        "title": scenario.title,
        "system": scenario.system,
        "summary": scenario.summary,
        "years": "; ".join(scenario.years),
    }
    weights = scenario.settings.weights
    given |= {f"weights.{tier}": weights[tier] for tier in Tier if tier in weights}
    given |= {"settings.balance": scenario.settings.balance, "settings.case": scenario.settings.case.value}
    return given | {key: scenario.tags[key] for key in sorted(scenario.tags)}


def what_if_cells(what_if: WhatIf) -> dict[str, str | float]:
    """List the given cells of a what-if's row."""
    given: dict[str, str | float] = {"name": what_if.name, "note": what_if.note}
    for key, value in what_if.changes.as_json().items():
        if key == "weights":
            given[key] = ",".join(cell_text(value.get(tier.value)) for tier in Tier)
        elif isinstance(value, Mapping):
            given[key] = "; ".join(f"{name}={cell_text(value[name])}" for name in value)
        else:
            given[key] = "; ".join(value) if isinstance(value, tuple) else value
    return given


class _Writer:
    """One workbook being written."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.issues: list[Issue] = []
        self.bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EDEE"})
        self.text = workbook.add_format({"num_format": "@", "valign": "top"})
        self.plain = workbook.add_format({"valign": "top"})

    def write(self, scenario: Scenario) -> None:
        self._write_settings(scenario)
        for row_type in TABLES:
            header, rows = table_cells(scenario, row_type)
            sheet = self._sheet(row_type.table, header, rows)
            columns = {column.name: column for column in columns_of(row_type, scenario.years)}
            for position, name in enumerate(header):
                column = columns.get(name)
                numeric = column is not None and column.numeric
                width = 40 if name in _WIDE else max(12, min(len(name) + 2, 24))
                sheet.set_column(position, position, width, self.plain if numeric else self.text)
                if column is not None:
                    self._help(sheet, position, help_text(column), name)
                    self._validate(sheet, position, column, scenario.years)
        self._write_what_ifs(scenario)

    def _sheet(self, name: str, header: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> Any:
        sheet = self.workbook.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for position, cell in enumerate(header):
            sheet.write_string(0, position, cell, self.bold)
        for number, row in enumerate(rows, start=1):
            for position, value in enumerate(row):
                self._cell(sheet, (number, position), value, header[position])
        return sheet

    def _cell(self, sheet: Any, place: tuple[int, int], cell: str | float | None, column: str) -> None:
        if cell is None or cell == "":
            return
        if not isinstance(cell, str):
            sheet.write_number(*place, cell, self.plain)
            return
        if _cannot_keep(cell):
            found = f"{len(cell):,} characters" if len(cell) > _LONGEST else '"x005F_", which Excel reads as a code'
            expected, fix = "Text that a workbook can hold.", "Keep the scenario as a folder or .zip."
            name = sheet.get_name()
            self.issues.append(Issue(name, place[0] + 1, column, found, expected, fix, letter_of(place[1])))
            return
        sheet.write_string(*place, cell, self.text)

    def _write_settings(self, scenario: Scenario) -> None:
        given = settings_cells(scenario)
        sheet = self._sheet("scenario", ["key", "value"], [])
        for number, (key, value) in enumerate(given.items(), start=1):
            self._cell(sheet, (number, 0), key, "key")
            self._cell(sheet, (number, 1), value, key)
            if key in _KEY_HELP:
                message = {"validate": "any", "input_title": key, "input_message": _KEY_HELP[key]}
                choice = {"validate": "list", "source": [case.value for case in Case]}
                sheet.data_validation(number, 1, number, 1, message | (choice if key == "settings.case" else {}))
        sheet.set_column(0, 0, 24, self.text)
        sheet.set_column(1, 1, 80)

    def _write_what_ifs(self, scenario: Scenario) -> None:
        given = [what_if_cells(what_if) for what_if in scenario.what_ifs]
        rows = [[cells.get(key) for key in WHAT_IF_KEYS] for cells in given]
        sheet = self._sheet("what_ifs", WHAT_IF_KEYS, rows)
        for position, key in enumerate(WHAT_IF_KEYS):
            sheet.set_column(position, position, 12 if key in ("balance", "case") else 28)
            if key != "balance":
                sheet.set_column(position, position, 12 if key == "case" else 28, self.text)
            self._help(sheet, position, _WHAT_IF_HELP[key], key)
        choice = {"validate": "list", "source": [case.value for case in Case]}
        position = WHAT_IF_KEYS.index("case")
        sheet.data_validation(1, position, MAX_ROWS, position, choice)

    def _help(self, sheet: Any, position: int, text: str, name: str) -> None:
        """Show help when the header's cell is selected."""
        options = {"validate": "any", "input_title": name[:32], "input_message": text[:_MOST_LIST]}
        sheet.data_validation(0, position, 0, position, options)

    def _validate(self, sheet: Any, position: int, column: Column, years: Sequence[str]) -> None:
        """Offer what a cell may be as a drop-down, or hold a number to its range."""
        own = position == 0 and column.is_id
        options: dict[str, Any] = {}
        if column.choices:
            options = {"validate": "list", "source": list(column.choices)}
        elif column.unit == "year label" and len(",".join(years)) <= _MOST_LIST and not set(',"') & set("".join(years)):
            options = {"validate": "list", "source": list(years)}
        elif column.name in _ID_SHEETS and not (own and sheet.get_name() == _ID_SHEETS[column.name]):
            options = {"validate": "list", "source": f"={_ID_SHEETS[column.name]}!$A$2:$A${MAX_ROWS + 1}"}
        elif column.numeric:
            least = -1e15 if column.minimum is None else column.minimum
            most = 1e15 if column.maximum is None else column.maximum
            options = {"validate": "decimal", "criteria": "between", "minimum": least, "maximum": most}
        if options:
            message = {"error_title": column.name[:32], "error_message": help_text(column)[:_MOST_LIST]}
            sheet.data_validation(1, position, MAX_ROWS, position, options | message)


def help_text(column: Column) -> str:
    """Say in a few words what a column holds, its unit and what a blank cell means."""
    parts = [column.description]
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.required:
        parts.append("Required.")
    elif column.blank:
        parts.append(f"Blank means {column.blank}.")
    return " ".join(parts)
