"""The plan as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from prioritiser.portfolio import Portfolio

type Cell = str | float | int | bool | None


def plan_csv(portfolio: Portfolio) -> bytes:
    """Write one row a delivered initiative: initiative_id, name, share, start, lead, area, place; UTF-8."""
    scenario = portfolio.outcome.scenario
    rows: list[Sequence[Cell]] = [["initiative_id", "name", "share", "start", "lead", "area", "place"]]
    for name, delivery in portfolio.outcome.plan.items():
        row = scenario.initiative_by_id[name]
        start = scenario.years[delivery.start]
        rows.append([name, row.label, delivery.share, start, row.lead, row.area, row.place])
    return rows_csv(rows)


def rows_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write rows as UTF-8 CSV; text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8")


def inert(cell: Cell) -> Cell:
    """Keep text from acting as a formula when a spreadsheet opens it."""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{cell}"
    return cell
