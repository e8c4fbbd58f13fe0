"""One table to one sheet of a workbook: text stays text, numbers read well, every printed page says what it is."""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import Any

from prioritiser.exports.common.tables import fine_form
from prioritiser.scenario.scenario import Scenario

type Cell = str | float | int | None
type Rows = list[list[Cell]]
type Sheet = tuple[Rows, Sequence[int]]

EVIDENCE = (
    "Marks are those of the scenario: measured, derived (arithmetic) or judged. "
    "A level is judged where anything behind it is."
)
MOST_IN_HEADER = 100  # Excel takes 255 characters in all
A4 = 9
LINE, MOST_LINES = 15, 26  # points; Excel takes rows of at most 409


def workbook_bytes(title: str, cover: Rows, sheets: Mapping[str, Sheet]) -> bytes:
    """Write a cover of two columns and then one table a sheet: rows, the first of them headings, and column widths."""
    import xlsxwriter  # noqa: PLC0415 - loads when it first writes: pages open without it

    content = io.BytesIO()
    kept_as_text = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(content, kept_as_text) as book:
        book.set_properties({"title": title, "comments": "Made with Prioritiser."})
        _write(book, "cover", cover, (24, 110), is_cover=True)
        for name, (rows, widths) in sheets.items():
            _write(book, name, rows, widths)
        for sheet in book.worksheets():
            print_as(sheet, title)
    return content.getvalue()


def print_as(sheet: Any, title: str) -> None:
    """Print a sheet on A4 across, as wide as the page, with the title, its name and the page on each."""
    sheet.set_header("&L" + title[:MOST_IN_HEADER].replace("&", "&&") + "&R&A")
    sheet.set_footer("&RPage &P of &N")
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def about(scenario: Scenario) -> Rows:
    """First lines of a cover: the scenario and what it says of itself."""
    return [["Scenario", scenario.title], ["About", scenario.summary]]


def provenance(scenario: Scenario, solver: str, today: date | None) -> Rows:
    """Last lines of a cover: what the marks of evidence mean, and what the figures were made from, with and when."""
    return [
        ["Evidence", EVIDENCE],
        ["Scenario hash", scenario.hash],
        ["Made by", f"Prioritiser {version('prioritiser')}, {solver}"],
        ["Date", (today or date.today()).isoformat()],
    ]


def _write(book: Any, name: str, rows: Rows, widths: Sequence[int], is_cover: bool = False) -> None:
    sheet, top = book.add_worksheet(name), {"valign": "top"}
    bold = book.add_format(top | {"bold": True, "text_wrap": True})
    text = book.add_format(top | {"text_wrap": True})
    number = top | {"align": "left" if is_cover else "right"}
    usual, looks = "0.000000" if is_cover else "#,##0.00", dict[str, Any]()
    for row_number, row in enumerate(rows):
        lines = max(math.ceil(len(str(cell)) / (1.1 * width)) for cell, width in zip(row, widths, strict=True))
        sheet.set_row(row_number, LINE * min(max(lines, 1), MOST_LINES))
        for column, cell in enumerate(row):
            is_heading = column == 0 if is_cover else row_number == 0
            if isinstance(cell, str):
                sheet.write_string(row_number, column, cell, bold if is_heading else text)
            elif cell is not None and not math.isnan(cell):
                form = "#,##0" if isinstance(cell, int) else fine_form(usual, cell)
                if form not in looks:
                    looks[form] = book.add_format(number | {"num_format": form})
                sheet.write_number(row_number, column, cell, looks[form])
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    if not is_cover:
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(rows) - 1), len(rows[0]) - 1)
        sheet.repeat_rows(0)
