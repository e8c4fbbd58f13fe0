"""The sheets of a workbook as grids, by the names that are asked for: the one reader of every table in a workbook.

What a person would not see in a table is said: hidden sheets, rows and columns, merged cells, formulas whose saved
value was read. A name is that of a sheet when people would call the two the same, with underscores or spaces in it.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prioritiser.errors import RefusedFileError
from prioritiser.files.excel.cells import Book, SheetPlace, read_book
from prioritiser.files.excel.grids import Area, SheetCells, read_cells
from prioritiser.files.excel.guard import read_package
from prioritiser.files.excel.xml import Parts
from prioritiser.files.tables.issues import Cell, Findings, Grid, is_blank, letter_of, shown
from prioritiser.files.tables.upload_limits import MAX_COLUMNS, MAX_ROWS, Archive
from prioritiser.text.spelling import folded

_NAMED_BY_OTHERS = frozenset({"scenario", "goals", "resources", "initiatives"})
_MOST_NAMED = 10


@dataclass(frozen=True)
class Sheets:
    """The sheets of a workbook. grids: those asked for and sound, by the name asked for. found: those that are there.

    others: titles of the sheets that nobody asked for, in the order of the workbook.
    """

    grids: Mapping[str, Grid]
    found: frozenset[str]
    others: tuple[str, ...]


def read_sheets(archive: Archive, name: str, wanted: Sequence[str], findings: Findings) -> Sheets | None:
    """Read the sheets of a workbook that are wanted; None and an issue about the file when it is no safe workbook.

    archive: known to be small and plain. name: of the file, for issues. A grid's file is the name that was wanted.
    """
    parts = Parts(archive)
    try:
        book = read_book(parts, read_package(parts))
        named = {sheet_key(want): want for want in wanted}
        places: dict[str, list[SheetPlace]] = {}
        others = []
        for place in book.sheets:
            want = named.get(sheet_key(place.title))
            if want is None:
                others.append(place.title)
            else:
                places.setdefault(want, []).append(place)
        _notice_names(places, findings)
        grids = {want: _read_sheet(parts, book, want, found, findings) for want, found in places.items()}
    except RefusedFileError as refused:
        findings.problem(name, refused.found, refused.expected, refused.fix)
        return None
    sound = {want: grid for want, grid in grids.items() if grid is not None}
    return Sheets(sound, frozenset(places), tuple(others))


def sheet_key(title: str) -> str:
    """Return what is equal for two titles of sheets that people would call the same."""
    return folded(title.replace("_", " "))


def _notice_names(places: Mapping[str, Sequence[SheetPlace]], findings: Findings) -> None:
    renamed = [f"{shown(found[0].title)} as {want}" for want, found in places.items() if found[0].title != want]
    if renamed:
        findings.notices.append(f"Sheets under a name of another spelling: {', '.join(renamed)}.")


def _read_sheet(parts: Parts, book: Book, want: str, places: Sequence[SheetPlace], findings: Findings) -> Grid | None:
    place = places[0]
    if len(places) > 1:
        titles = " and ".join(shown(place.title) for place in places[:3])
        fix = "Delete one of them, or give it another name."
        findings.problem(want, f"{len(places)} sheets of one name: {titles}", f"One sheet {want}.", fix)
        return None
    if place.is_chart:
        findings.problem(want, "a sheet that is a chart", "A sheet of cells.", "Give the chart another name.")
        return None
    label = f"the sheet {want}"
    sheet = read_cells(parts.events(place.part, label), book, label)
    if place.hidden:
        findings.notices.append(f"The sheet {want} is hidden and was read all the same.")
    return _grid(sheet, want, book, findings)


def _grid(sheet: SheetCells, name: str, book: Book, findings: Findings) -> Grid | None:
    if sheet.too_long:
        fix = "Delete rows that are not needed."
        findings.problem(name, f"more than {MAX_ROWS:,} rows", f"At most {MAX_ROWS:,} rows.", fix)
        return None
    if not sheet.rows:
        findings.problem(name, "empty", "A row of column names, then one row for each entry.")
        return None
    if sheet.too_wide:
        findings.problem(name, f"cells right of column {letter_of(MAX_COLUMNS - 1)}", f"At most {MAX_COLUMNS} columns.")
        return None
    findings.notices += [notice for notice in (_hidden(sheet, name), _formulas(sheet, name, book)) if notice]
    merged = _find_merged(sheet, name, findings)
    number, header = sheet.rows[0]
    if merged and (name in _NAMED_BY_OTHERS or any(area.first_row <= number for area in merged)):
        return None  # what the others name is not known
    return Grid(name, header, _outside(sheet.rows[1:], merged), number)


def _formulas(sheet: SheetCells, name: str, book: Book) -> str:
    """Say how many cells hold a formula; a workbook that asks to be worked out anew may keep an old value."""
    if not sheet.formulas:
        return ""
    one = sheet.formulas == 1
    read = "the value saved with it was read" if one else "the values saved with them were read"
    anew = " The workbook asks to be worked out anew: open it in a spreadsheet and save it to be sure of them."
    return f"{name}: {sheet.formulas:,} formula{'' if one else 's'}; {read}.{anew if book.stale else ''}"


def _hidden(sheet: SheetCells, name: str) -> str:
    """Say which rows and columns that hold something are hidden."""
    columns = [
        position
        for position in sorted(sheet.hidden_columns)
        if any(position < len(cells) and not is_blank(cells[position]) for _, cells in sheet.rows)
    ]
    said = []
    if sheet.hidden_rows:
        by = " (by a filter)" if sheet.filtered else ""
        said.append(f"row{'s' * (len(sheet.hidden_rows) > 1)} {_listed(sheet.hidden_rows, str)}{by}")
    if columns:
        said.append(f"column{'s' * (len(columns) > 1)} {_listed(columns, letter_of)}")
    is_are, was_were = ("is", "was") if len(sheet.hidden_rows) + len(columns) == 1 else ("are", "were")
    return f"{name}: {' and '.join(said)} {is_are} hidden and {was_were} read all the same." if said else ""


def _listed(numbers: Sequence[int], named: Callable[[int], str]) -> str:
    """List numbers in rising order as 3, 5 to 9; the first runs of them where there are many."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    texts = [named(first) if first == last else f"{named(first)} to {named(last)}" for first, last in runs]
    more = sum(last - first + 1 for first, last in runs[_MOST_NAMED:])
    return ", ".join(texts[:_MOST_NAMED]) + (f" and {more:,} more" if more else "")


def _find_merged(sheet: SheetCells, name: str, findings: Findings) -> list[Area]:
    """Add an issue about merged cells in the table; those of a title above it and of rows between say nothing of it."""
    if not sheet.merged:
        return []
    top = next((number for number, cells in sheet.rows if sum(not is_blank(cell) for cell in cells) > 1), 0)
    table = [(number, cells) for number, cells in sheet.rows if number >= top]
    numbers, width = [number for number, _ in table], max(len(cells) for _, cells in table)
    filled = dict(sheet.rows)
    found = [area for area in sheet.merged if _joins(area, numbers, width) and _is_filled(area, filled)]
    if not found:
        return []
    names = ", ".join(area.name for area in found[:_MOST_NAMED])
    more = f" and {len(found) - _MOST_NAMED:,} more" if len(found) > _MOST_NAMED else ""
    expected = "Every cell by itself: only the first of them holds the value, and a blank cell has a meaning too."
    fix = "Unmerge them and fill each cell."
    findings.problem(name, f"the merged cells {names}{more}", expected, fix, found[0].first_row)
    return found


def _outside(rows: Sequence[tuple[int, list[Cell]]], merged: Sequence[Area]) -> list[tuple[int, list[Cell]]]:
    """Rows, in order, that no merged block touches."""
    spans, end, outside = deque(sorted((area.first_row, area.last_row) for area in merged)), 0, []
    for row in rows:
        while spans and spans[0][0] <= row[0]:
            end = max(end, spans.popleft()[1])
        if row[0] > end:
            outside.append(row)
    return outside


def _joins(area: Area, numbers: Sequence[int], width: int) -> bool:
    """Whether a block joins several cells of a table, given the numbers of its rows and its width."""
    rows = bisect_right(numbers, area.last_row) - bisect_left(numbers, area.first_row)
    return rows * (min(area.last_column, width) - area.first_column + 1) > 1


def _is_filled(area: Area, rows: Mapping[int, Sequence[Cell]]) -> bool:
    cells = rows.get(area.first_row, ())
    return area.first_column <= len(cells) and not is_blank(cells[area.first_column - 1])
