"""Native tables on slides: as many rows as fit, shaded cells that carry words, and a row of headings."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.slide import Slide
from pptx.util import Inches, Pt

from prioritiser.charts.theme import BLUE, INK, LINE, PAPER, digits
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.slides.frame import Box, colour, describe, write
from prioritiser.exports.slides.text import INCH, LINE_HEIGHT, SMALLEST, cut, line_count, text_width
from prioritiser.report.document import Table
from prioritiser.text.shortening import cut_apart

SIDE, ABOVE = 5.0, 3.0  # margins of a cell, in points
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_SPACE = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_EDGE = 12700  # a point
_UNCUT = 10_000  # lines


@dataclass(frozen=True)
class Shown:
    """What one cell shows. fill: its colour, "" for none; ink: that of its text."""

    text: str
    fill: str = ""
    ink: str = INK
    is_right: bool = False
    is_centred: bool = False


@dataclass(frozen=True)
class Grid:
    """A table as it is drawn. widths: relative. size: points of type. most_lines: of one cell."""

    columns: tuple[Shown, ...]
    rows: tuple[tuple[Shown, ...], ...]
    widths: tuple[float, ...]
    size: float = SMALLEST
    most_lines: int = 3


def table_grid(table: Table, size: float = SMALLEST) -> Grid:
    """Lay out a table of a report; numbers stand at the right."""
    right = [table.is_numeric(column) for column in range(len(table.columns))]
    columns = tuple(Shown(text, is_right=at_right) for text, at_right in zip(table.columns, right, strict=True))
    rows = tuple(
        tuple(Shown(str(cell), is_right=at_right) for cell, at_right in zip(row, right, strict=True))
        for row in table.rows
    )
    return Grid(columns, rows, table.widths, size)


def fitting(grid: Grid, box: Box) -> Grid:
    """Cut the text of each cell to the lines that it may take in a box."""
    wide = _text_widths(grid, box)

    def shown(row: Sequence[Shown], bold: bool) -> tuple[Shown, ...]:
        return tuple(
            replace(cell, text=cut(one_line(cell.text), width, grid.size, grid.most_lines, bold))
            for cell, width in zip(row, wide, strict=True)
        )

    # the first column names the rows, so that what is left of its names has to tell them apart
    names = cut_apart(
        [one_line(row[0].text) for row in grid.rows], lambda text: cut(text, wide[0], grid.size, grid.most_lines)
    )
    rows = ((replace(row[0], text=name), *shown(row, False)[1:]) for row, name in zip(grid.rows, names, strict=True))
    return replace(grid, columns=shown(grid.columns, True), rows=tuple(rows))


def grid_pages(grid: Grid, first: Box, rest: Box) -> Iterator[tuple[Grid, Box]]:
    """Spread the rows of a table over a first box and as many others as it takes; at least one row in each."""
    box, rows = first, grid.rows
    while rows:
        whole = fitting(grid, box)
        here = replace(whole, rows=whole.rows[len(grid.rows) - len(rows) :])
        count = max(1, _rows_within(here, box))
        # as many on each of the slides that it takes, so that no slide holds a row or two
        count = math.ceil(len(rows) / math.ceil(len(rows) / count))
        yield replace(here, rows=here.rows[:count]), box
        box, rows = rest, rows[count:]


def largest(grid: Grid, box: Box, sizes: Sequence[float] = (16, 14, SMALLEST)) -> Grid:
    """Return a table in the largest type at which all of it fits a box uncut, else in the smallest."""
    for size in sizes:
        sized = replace(grid, size=size)
        if not _headings_fit(sized, box):
            continue
        shown = fitting(sized, box)
        if shown.rows == fitting(replace(sized, most_lines=_UNCUT), box).rows and _rows_within(shown, box) == len(
            grid.rows
        ):
            return sized
    return replace(grid, size=sizes[-1])


def _headings_fit(grid: Grid, box: Box) -> bool:
    """Whether no word of a heading has to be broken."""
    wide = _text_widths(grid, box)
    return all(
        text_width(word, grid.size, bold=True) <= width
        for column, width in zip(grid.columns, wide, strict=True)
        for word in one_line(column.text).split(" ")
    )


def rows_that_fit(grid: Grid, box: Box) -> int:
    """Count the rows that a box takes below the headings."""
    return _rows_within(fitting(grid, box), box)


def grid_height(grid: Grid, box: Box) -> float:
    """Return the height of a table whose text is cut already, in inches."""
    wide = _text_widths(grid, box)
    return (_row_height(grid, grid.columns, wide, True) + sum(_row_height(grid, row, wide) for row in grid.rows)) / INCH


def add_grid(slide: Slide, grid: Grid, box: Box, name: str, alt: str) -> None:
    """Add a native table whose text is cut already. alt: what it shows, in words."""
    height = Inches(grid_height(grid, box))
    left, top, width, _ = box.emu
    frame: Any = slide.shapes.add_table(len(grid.rows) + 1, len(grid.columns), left, top, width, height)
    describe(frame, name, alt)
    table = frame.table
    table._tbl.tblPr.find("{*}tableStyleId").text = _NO_STYLE
    table.first_row, table.first_col, table.horz_banding = True, True, False
    wide = _text_widths(grid, box)
    for column, points in zip(table.columns, wide, strict=True):
        column.width = Pt(points + 2 * SIDE)
    for position, row in enumerate((grid.columns, *grid.rows)):
        is_heading = position == 0
        table.rows[position].height = Pt(_row_height(grid, row, wide, is_heading))
        for column_number, shown in enumerate(row):
            _write_cell(table.cell(position, column_number), shown, grid.size, is_heading)


def _write_cell(cell: Any, shown: Shown, size: float, is_heading: bool) -> None:
    cell.margin_left = cell.margin_right = Pt(SIDE)
    cell.margin_top = cell.margin_bottom = Pt(ABOVE)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if is_heading else MSO_ANCHOR.MIDDLE
    write(cell.text_frame, [shown.text], size, shown.ink, is_heading)
    if shown.is_right or shown.is_centred:
        cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if shown.is_right else PP_ALIGN.CENTER
    edge, thick = (BLUE, 2 * _EDGE) if is_heading else (PAPER if shown.fill else LINE, _EDGE)
    properties = cell._tc.get_or_add_tcPr()
    sides = ("lnL", "lnR", "lnT", "lnB") if shown.fill else ("lnB",)
    painted = f'<a:solidFill><a:srgbClr val="{digits(edge)}"/></a:solidFill>'
    for side in sides:
        properties.append(parse_xml(f'<a:{side} {_SPACE} w="{thick}">{painted}</a:{side}>'))
    if shown.fill:
        cell.fill.solid()
        cell.fill.fore_color.rgb = colour(shown.fill)


def _text_widths(grid: Grid, box: Box) -> list[float]:
    whole = box.points[0]
    return [max(1.0, whole * width / sum(grid.widths) - 2 * SIDE) for width in grid.widths]


def _row_height(grid: Grid, row: Sequence[Shown], wide: Sequence[float], bold: bool = False) -> float:
    lines = max(line_count(cell.text, width, grid.size, bold) for cell, width in zip(row, wide, strict=True))
    return lines * LINE_HEIGHT * grid.size + 2 * ABOVE + 1


def _rows_within(grid: Grid, box: Box) -> int:
    wide = _text_widths(grid, box)
    room = box.points[1] - _row_height(grid, grid.columns, wide, True)
    count = 0
    for row in grid.rows:
        room -= _row_height(grid, row, wide)
        if room < 0:
            break
        count += 1
    return count
