"""The plan as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from prioritiser.portfolio import Portfolio

type Cell = str | float | int | bool | None


def plan_csv(portfolio: Portfolio) -> bytes:
    """Write one row a delivered initiative, as UTF-8: what it is, its share and start, its evidence, the scenario."""
    scenario = portfolio.outcome.scenario
    header = ["initiative_id", "name", "share", "start", "lead", "area", "place", "evidence", "scenario"]
    rows: list[Sequence[Cell]] = [header]
    for name, delivery in portfolio.outcome.plan.items():
        row = scenario.initiative_by_id[name]
        start = scenario.years[delivery.start]
        about = [row.lead, row.area, row.place, row.evidence, scenario.title]
        rows.append([name, row.label, delivery.share, start, *about])
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
