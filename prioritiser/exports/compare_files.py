"""The options of a comparison as CSV and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from prioritiser.analysis.compare import Option
from prioritiser.exports.tables_csv import rows_csv
from prioritiser.outcome import TIERS

type Cell = str | float | int | None


def compare_csv(options: Sequence[Option]) -> bytes:
    """Write one row an option: scores, targets met by year, use by resource, and counts of what differs."""
    return rows_csv(option_rows(options))


def compare_xlsx(options: Sequence[Option]) -> bytes:
    """Write the same rows as a sheet, and a second sheet with what each option changes against today's plan."""
    content = io.BytesIO()
    kept_as_text = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(content, kept_as_text) as book:
        header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for name, rows in {"options": option_rows(options), "differences": difference_rows(options)}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row, header if number == 0 else None)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 0, 28)
            sheet.set_column(1, len(rows[0]) - 1, 16)
    return content.getvalue()


def option_rows(options: Sequence[Option]) -> list[list[Cell]]:
    """Return a header and one row an option; cells are blank where an option has no answer."""
    scenario = options[0].today.scenario
    years = scenario.years
    header = ["option", *(f"score {tier}" for tier in TIERS), *(f"targets met {year}" for year in years)]
    header += [f"{row.resource_id} {year}" for row in scenario.resources for year in years]
    header += ["in", "out", "moved", "breaches", "gap", "failure"]
    rows: list[list[Cell]] = [list(header)]
    for option in options:
        outcome, portfolio = option.outcome, option.portfolio
        if outcome is None:
            rows.append([option.name, *([None] * (len(header) - 2)), option.failure])
            continue
        counts = [len(option.entered), len(option.left), len(option.moved), len(outcome.breaches)]
        rows.append(
            [
                option.name,
                *(outcome.scores.get(tier) for tier in TIERS),
                *(met for _, met, _ in option.met()),
                *(float(amount) for amount in outcome.used.ravel()),
                *counts,
                None if portfolio is None else portfolio.gap,
                "",
            ]
        )
    return rows


def difference_rows(options: Sequence[Option]) -> list[list[Cell]]:
    """Return a header and one row for each initiative that an option adds to, takes from or moves in today's plan."""
    labels = {row.initiative_id: row.label for row in options[0].today.scenario.initiatives}
    rows: list[list[Cell]] = [["option", "change", "initiative_id", "name", "from", "to"]]
    for option in options:
        if option.outcome is None:
            continue
        years = option.outcome.scenario.years
        starts = {name: years[delivery.start] for name, delivery in option.outcome.plan.items()}
        before = {name: years[delivery.start] for name, delivery in option.today.plan.items()}
        rows += [[option.name, "in", name, labels[name], None, starts[name]] for name in option.entered]
        rows += [[option.name, "out", name, labels[name], before[name], None] for name in option.left]
        rows += [[option.name, "moved", name, labels[name], was, now] for name, (was, now) in option.moved.items()]
    return rows
