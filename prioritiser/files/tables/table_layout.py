"""A table as people leave it: a title above the header, a column of row numbers, a row of totals; one problem each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from prioritiser.errors import Issue
from prioritiser.files.tables.issues import Cell, Findings, Grid, is_blank, shown
from prioritiser.scenario.headings import understood_column
from prioritiser.scenario.numbers import NotANumber, parse_number
from prioritiser.scenario.schema import Column
from prioritiser.text.spelling import folded

_LOOKED_AT = 20
_TOTAL = re.compile(r"(?:sub|grand )?[ -]?totals?\b.*|sum|overall|all (?:initiatives|resources|goals)")
_UNNAMED = re.compile(r"|unnamed: ?\d+|index|#|no\.?|row|level_0")
_CLOSE = 1e-9


@dataclass(frozen=True)
class Arranged:
    """A grid whose header is its header. skipped: positions of columns that hold no part of the table."""

    grid: Grid
    skipped: frozenset[int] = frozenset()


def arrange(grid: Grid, columns: Sequence[Column], key: Sequence[str], findings: Findings) -> Arranged:
    """Find the header, and leave out what is no row or column of the table: an issue says so for each.

    columns: those that the table may have. key: names of those that tell its rows apart.
    """
    grid = _below_title(grid, columns, key[0], findings)
    skipped = _row_numbers(grid, findings)
    return Arranged(_without_totals(grid, columns, key, findings), skipped)


def _meanings(cells: Sequence[Cell], columns: Sequence[Column]) -> list[str | None]:
    """What each heading means, None for one that is no column of the table."""
    names = [column.name for column in columns if not column.per_year]
    years = [column.name for column in columns if column.per_year]
    texts = (cell if isinstance(cell, str) else f"{cell:g}" if isinstance(cell, int | float) else "" for cell in cells)
    found = (understood_column(text, names, years) if text.strip() else None for text in texts)
    return [None if known is None else known[0] for known in found]


def _below_title(grid: Grid, columns: Sequence[Column], key: str, findings: Findings) -> Grid:
    if key in _meanings(grid.header, columns):
        return grid
    for position, (number, cells) in enumerate(grid.rows[:_LOOKED_AT]):
        meant = set(_meanings(cells, columns)) - {None}
        if key in meant and len(meant) > 1:
            title = next((shown(cell) for cell in grid.header if not is_blank(cell)), "nothing")
            rows = f"row {grid.header_row}" if number == 2 else f"the rows above row {number}"
            fix = f"Delete {rows}, so that the column names stand in the first row."
            found = f"{title} stands above the header, which is row {number}"
            expected = "The column names in the first row."
            findings.issues.append(Issue(grid.file, grid.header_row, "", found, expected, fix))
            return replace(grid, header=cells, rows=grid.rows[position + 1 :], header_row=number)
    return grid


def _row_numbers(grid: Grid, findings: Findings) -> frozenset[int]:
    """Find a first column that counts the rows, as pandas and some spreadsheets write it."""
    head = grid.header[0] if grid.header else ""
    if not isinstance(head, str) or not _UNNAMED.fullmatch(folded(head)) or len(grid.rows) == 0:
        return frozenset()
    counts = [_whole(cells[0]) if cells else None for _, cells in grid.rows]
    if counts[0] not in (0, 1) or counts != list(range(counts[0], counts[0] + len(counts))):
        return frozenset()
    found = f"column A holds the numbers {counts[0]}, {counts[0] + 1} and so on"
    fix = "Delete the column, or write the table without its index (in pandas, index=False)."
    findings.issues.append(Issue(grid.file, grid.header_row, "", found, "A column of the table.", fix, "A"))
    return frozenset({0})


def _whole(cell: Cell) -> int | None:
    number = _number(cell)
    return int(number) if number is not None and number == int(number) else None


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    number = parse_number(cell.strip() if isinstance(cell, str) else repr(cell))
    return None if isinstance(number, NotANumber) else number


def _without_totals(grid: Grid, columns: Sequence[Column], key: Sequence[str], findings: Findings) -> Grid:
    """Leave out a last row that says it is a total, or that only adds up the rows above it."""
    if len(grid.rows) < 2:
        return grid
    number, cells = grid.rows[-1]
    meant = _meanings(grid.header, columns)
    required = {column.name for column in columns if column.required and not column.per_year}
    given = {name for name, cell in zip(meant, cells, strict=False) if name and not is_blank(cell)}
    first = next((cell for cell in cells if not is_blank(cell)), "")
    said = isinstance(first, str) and _TOTAL.fullmatch(folded(first)) is not None
    lacks = not required <= given
    if not ((said and (lacks or _adds_up(grid))) or (lacks and not given & set(key) and _adds_up(grid))):
        return grid
    found = f"a row of totals ({shown(first)})" if said else "a row that adds up the rows above it"
    fix = "Delete the row: totals are worked out."
    findings.issues.append(Issue(grid.file, number, "", found, "Rows of single entries only.", fix))
    return replace(grid, rows=grid.rows[:-1])


def _adds_up(grid: Grid) -> bool:
    """Whether every figure of the last row is the sum of those above it, and there is one."""
    rows = [cells for _, cells in grid.rows]
    sums = 0
    for position, cell in enumerate(rows[-1]):
        total = _number(cell)
        if total is None:
            continue
        above = [_number(cells[position]) for cells in rows[:-1] if position < len(cells)]
        figures = [figure for figure in above if figure is not None]
        if len(figures) < 2 or abs(sum(figures) - total) > _CLOSE * max(1.0, abs(total)):
            return False
        sums += 1
    return sums > 0
