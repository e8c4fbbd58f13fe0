"""The pack as one workbook: cover, contents, charts, the paper's tables, the whole answer, and its scenario."""

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import xlsxwriter

from prioritiser.charts.theme import BLUE, INK, QUIET
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.common.sheets import print_as
from prioritiser.exports.common.tables import Column, PaperTable, number_form, paper_tables, spread
from prioritiser.exports.excel.answer import answer_sheets, figure_sheets
from prioritiser.exports.excel.charts import write_charts
from prioritiser.exports.excel.sheet import CONTENTS, FONT, Pack, Placed, Sheet, cell_text, tall_enough
from prioritiser.files.excel.reader import PACK_PREFIXES, PACK_SHEETS
from prioritiser.files.excel.writer import add_scenario_sheets, fits_workbook
from prioritiser.files.scenario_files import check_settings_kept
from prioritiser.report.document import Report
from prioritiser.scenario.in_words import settings_words
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import TABLES

COVER_WIDTHS = (26, 104)
CONTENTS_WIDTHS = (34, 88, 10)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_OPEN_AGAIN = (
    "Give this workbook to Prioritiser as a scenario: it reads the sheets of the scenario and leaves the rest."
)
_NOT_KEPT = (
    "The scenario is not in this workbook, because a text in it is longer than a cell can hold or looks like a code of "
    "Excel. It is in the folder scenario of the zip of this pack."
)


def pack_xlsx(report: Report, portfolio: Portfolio) -> bytes:
    """Write the pack as a workbook; text never acts as a formula or link, and the same input gives the same bytes.

    Where a workbook can keep the scenario's every text, `read_scenario` reads the same scenario out of it.
    Raises ScenarioError when the scenario's own settings hold what no file keeps.
    """
    content = io.BytesIO()
    scenario = portfolio.outcome.scenario
    check_settings_kept(scenario, "The workbook")
    # XlsxWriter notes things of its own in the font that it is given
    with xlsxwriter.Workbook(content, _OPTIONS | {"default_format_properties": dict(FONT)}) as book:
        made = datetime.combine(report.made, time())
        title = one_line(report.title)
        book.set_properties({"title": title[:255], "comments": "Made with Prioritiser.", "created": made})
        pack = Pack(book)
        kept = fits_workbook(scenario)
        cover, contents, charts = pack.add("cover"), pack.add(CONTENTS), pack.add("charts")
        placed = _write_tables(pack, report, portfolio)
        drawn = write_charts(pack, charts, placed, (portfolio, report))
        listed = [("charts", "Charts of the answer, each with its finding and a description in words", drawn)]
        listed += [(table.name, table.holds, table.count) for table in placed.values()]
        if kept:
            add_scenario_sheets(book, scenario)
            listed += _scenario_contents(scenario)
        _write_cover(pack, cover, _cover_rows(report, portfolio, kept), report)
        _write_contents(pack, contents, listed)
        _finish(book, title)
    return content.getvalue()


def paper_sheet(paper: PaperTable) -> Sheet:
    """Turn a table of the paper into a sheet of the pack."""
    table = paper.table
    columns, rows = spread(table)
    notes, about = ((table.note,), (1,)) if table.note else ((), ())
    holds = f"{table.caption} (in: {'; '.join(paper.sections)})"
    return Sheet(f"paper {paper.number:02d} {table.name}", holds, table.caption, columns, rows, notes, about)


def _write_tables(pack: Pack, report: Report, portfolio: Portfolio) -> dict[str, Placed]:
    """Write the tables of the paper and of the answer; return where each stands, by the name wanted for its sheet."""
    papers = [paper_sheet(paper) for paper in paper_tables(report)]
    figures = [sheet for sheet, _ in figure_sheets(report)]
    return {sheet.name: pack.table(sheet) for sheet in (*papers, *answer_sheets(portfolio), *figures)}


def _scenario_contents(scenario: Scenario) -> list[tuple[str, str, int]]:
    given = "As it was given, to be read again:"
    counts = [(row.table, len(scenario.rows(row.table))) for row in TABLES]
    return [
        ("scenario", f"{given} title, years, weights and settings of the scenario", 1),
        *((name, f"{given} the scenario's table {name}", count) for name, count in counts),
        ("what_ifs", f"{given} the scenario's what-ifs", len(scenario.what_ifs)),
    ]


def _cover_rows(report: Report, portfolio: Portfolio, kept: bool) -> list[tuple[str, str]]:
    """List what the cover says, each as a name and its words; the last rows only where provenance has none of them."""
    asked = [("Asked of the board" if not n else "", text) for n, text in enumerate(report.recommendation)]
    named = {name for name, _ in report.provenance}
    others = {
        "Settings": settings_words(portfolio.settings),
        "Notes": "; ".join(portfolio.notices) or "none",
        "Date": report.made.isoformat(),
        "To open it again": _OPEN_AGAIN if kept else _NOT_KEPT,
    }
    return [
        ("About", report.subtitle),
        *((("Note", report.flag),) if report.flag else ()),
        *report.masthead,
        ("In short", report.headline),
        *asked,
        ("How sure", report.proof),
        *report.provenance,
        *((name, words) for name, words in others.items() if name not in named),
    ]


def _write_cover(pack: Pack, sheet: Any, rows: Sequence[tuple[str, str]], report: Report) -> None:
    for column, width in enumerate(COVER_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    top = pack.heading(sheet, report.title, sum(COVER_WIDTHS))
    for number, (name, text) in enumerate(rows, start=top):
        look = pack.strong if name in ("Note", "In short") else pack.text
        sheet.write_string(number, 0, cell_text(name), pack.bold)
        sheet.write_string(number, 1, cell_text(text), look)
        sheet.set_row(number, tall_enough((name, text), COVER_WIDTHS) + 3)
    sheet.write_url(top + len(rows), 0, f"internal:'{CONTENTS}'!A1", pack.link, "Contents")


def _write_contents(pack: Pack, sheet: Any, listed: Sequence[tuple[str, str, int]]) -> None:
    """Write the contents as a table, each sheet a link to it."""
    top = pack.heading(sheet, "Contents", sum(CONTENTS_WIDTHS))
    columns = (Column("Sheet"), Column("What it holds"), Column("Rows", number_form(0)))
    heads = [
        {"header": column.heading, "header_format": pack.number_head if column.form else pack.head}
        for column in columns
    ]
    style = {"name": "pack_contents", "style": "Table Style Light 1", "autofilter": False, "columns": heads}
    sheet.add_table(top, 0, top + len(listed), len(columns) - 1, style | {"title": "Contents"})
    for row, (name, holds, count) in enumerate(listed, start=top + 1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", pack.link, name)
        pack.cell(sheet, (row, 1), one_line(holds))
        pack.cell(sheet, (row, 2), count, columns[2].form)
        sheet.set_row(row, tall_enough((name, one_line(holds)), CONTENTS_WIDTHS[:2]))
    for column, width in enumerate(CONTENTS_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(top + 1, 0)


def _finish(book: Any, title: str) -> None:
    """Colour the tabs by what the sheets are, and say on each printed page what it is."""
    for sheet in book.worksheets():
        name = sheet.get_name()
        sheet.set_tab_color(BLUE if name in PACK_SHEETS else INK if name.startswith(PACK_PREFIXES) else QUIET)
        print_as(sheet, title)
