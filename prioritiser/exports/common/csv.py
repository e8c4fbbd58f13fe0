"""Tables as CSV that people open in a spreadsheet: the plan, and whatever other rows there are."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.text.spelling import tidied

BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else, and £ becomes Â£
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*([eE][-+]?\d+)?\s*%?")
type Cell = str | float | int | bool | None


def plan_csv(portfolio: Portfolio) -> bytes:
    """Write one row a delivered initiative: what it is, its share and start, its evidence, the scenario."""
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
    """Write rows as UTF-8 CSV with a byte order mark; text that a spreadsheet might run has an apostrophe first."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    csv.writer(text, lineterminator="\n").writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8")


def inert(cell: Cell) -> Cell:
    """Keep text from acting as a formula when a spreadsheet opens it, also behind blanks and in wide letters.

    Text that is a plain number, such as -5, stays one.
    """
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}" if cell.startswith(_RUNS) or tidied(cell).startswith(_RUNS) else cell
