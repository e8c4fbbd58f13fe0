"""One table to one sheet of the pack: a title, notes, and a table that a screen reader and a program can follow."""

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prioritiser.charts.theme import BLUE, GROUND, INK, OFFICE_FONT, QUIET, SHEET_TEXT, SHEET_TITLE
from prioritiser.exports.common.plain_text import legal, one_line
from prioritiser.exports.common.tables import Column, Plain, fine_form, number_form
from prioritiser.files.excel.reader import PACK_SHEETS, SHEETS

CONTENTS = "contents"
FONT = {"font_name": OFFICE_FONT, "font_size": SHEET_TEXT}
NARROWEST, WIDEST = 96, 150
_MOST_IN_CELL, _MOST_IN_NAME, _MOST_IN_HEADING = 32_767, 31, 255
_CUT = " … (cut: a cell holds 32,767 characters)"
_LEAST, _MOST = 13, 56
_MOST_FROZEN_ROWS, _MOST_FROZEN_WIDTH = 8, 40
_LONG, _MOST_OF_LONG = 900, 110
_LINE, _TALLEST, _FILTER = 15, 405, 3
_TITLE_SCALE, _PER_WIDTH = 1.35, 1.08
_BAD_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_CODE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Sheet:
    """One table of the pack. name: wanted for its sheet. holds: what it is, for the contents.

    notes: the first is note 1, and so on. about_all: numbers of the notes that are about the whole table.
    """

    name: str
    holds: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Plain]]
    notes: tuple[str, ...] = ()
    about_all: tuple[int, ...] = ()


@dataclass(frozen=True)
class Placed:
    """Where a table came to stand: its sheet, its first and last row of cells, and the columns by their headings."""

    name: str
    holds: str
    first: int
    last: int
    columns: dict[str, int]
    count: int

    def cells(self, heading: str, first: int | None = None, last: int | None = None) -> list[str | int]:
        """Name the cells of a column, by default all of them, as XlsxWriter takes a range."""
        column = self.columns[heading]
        top, end = self.first if first is None else first, self.last if last is None else last
        return [self.name, top, column, end, column]

    def heading(self, heading: str) -> list[str | int]:
        """Name the cell of a heading."""
        return [self.name, self.first - 1, self.columns[heading]]


class Pack:
    """A workbook of XlsxWriter being filled, with the formats of the pack and the names that are taken."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.taken = {*SHEETS, *PACK_SHEETS, "history"}
        self.tables = 0
        top = {"valign": "top", "font_color": INK}
        self.title = book.add_format({"bold": True, "font_size": SHEET_TITLE, "font_color": INK})
        self.text = book.add_format(top | {"text_wrap": True})
        # text beside numbers stands apart from them
        self.apart = book.add_format(top | {"text_wrap": True, "align": "left", "indent": 1})
        self.line = book.add_format(top | {"font_color": QUIET})
        self.bold = book.add_format(top | {"bold": True, "text_wrap": True})
        self.strong = book.add_format(top | {"bold": True, "text_wrap": True, "bg_color": GROUND})
        self.link = book.add_format(top | {"font_color": BLUE, "underline": 1})
        head = top | {"bold": True, "text_wrap": True, "bg_color": GROUND, "bottom": 2, "bottom_color": BLUE}
        self.head, self.number_head = book.add_format(head), book.add_format(head | {"align": "right", "indent": 1})
        self.apart_head = book.add_format(head | {"align": "left", "indent": 1})
        self._forms: dict[str, Any] = {}

    def add(self, name: str) -> Any:
        """Add a sheet of that very name."""
        self.taken.add(name.casefold())
        return self.book.add_worksheet(name)

    def number(self, form: str) -> Any:
        """Return the format of numbers of a form."""
        if form not in self._forms:
            look = {"valign": "top", "align": "right", "indent": 1, "num_format": form, "font_color": INK}
            self._forms[form] = self.book.add_format(look)
        return self._forms[form]

    def table(self, given: Sheet) -> Placed:
        """Add a sheet with a title in its first cell, notes, a way back to the contents, and the table."""
        name = sheet_name(given.name, self.taken)
        sheet = self.add(name)
        headings = unique_headings([_marked(column.heading, column.notes) for column in given.columns])
        rows = given.rows or [["None", *([None] * (len(headings) - 1))]]
        widths = fitting_widths(headings, rows)
        top = self._write_above(sheet, given, sum(widths))
        self._write_table(sheet, top, (given, headings, rows))
        sheet.set_row(top, tall_enough(headings, [width - _FILTER for width in widths]))
        for number, row in enumerate(rows, start=top + 1):
            sheet.set_row(number, tall_enough(row, widths))
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        frozen = 1 if widths[0] <= _MOST_FROZEN_WIDTH else 0
        sheet.freeze_panes(top + 1 if top < _MOST_FROZEN_ROWS else 0, frozen)
        sheet.repeat_rows(top)
        columns = {column.heading: position for position, column in enumerate(given.columns)}
        return Placed(name, given.holds, top + 1, top + len(rows), columns, len(given.rows))

    def heading(self, sheet: Any, title: str, width: float) -> int:
        """Write a title down the first column, one line a row; return the next row."""
        lines = textwrap.wrap(one_line(title), max(20, int(width / _TITLE_SCALE))) or [sheet.get_name()]
        for row, line in enumerate(lines):
            sheet.set_row(row, 24)
            sheet.write_string(row, 0, line, self.title)
        return len(lines)

    def _write_above(self, sheet: Any, given: Sheet, width: float) -> int:
        """Write what stands above the table; return the row of the headings."""
        row = self.heading(sheet, _marked(given.title, given.about_all), width)
        for number, note in enumerate(given.notes, start=1):
            for line in textwrap.wrap(f"[note {number}] {one_line(note)}", int(_PER_WIDTH * width)):
                sheet.write_string(row, 0, line, self.line)
                row += 1
        sheet.write_string(row, 0, "This sheet holds one table. A blank cell means that there is no value.", self.line)
        sheet.write_url(row + 1, 0, f"internal:'{CONTENTS}'!A1", self.link, "Back to the contents")
        return row + 2

    def _write_table(self, sheet: Any, top: int, table: tuple[Sheet, list[str], Sequence[Sequence[Plain]]]) -> None:
        given, headings, rows = table
        self.tables += 1
        before = ["", *(column.form for column in given.columns)]
        apart = [bool(last) and not column.form for last, column in zip(before, given.columns, strict=False)]
        columns = [
            {"header": heading, "header_format": self._head(column, is_apart)}
            for heading, column, is_apart in zip(headings, given.columns, apart, strict=True)
        ]
        style = {"name": f"pack_table_{self.tables}", "style": "Table Style Light 1", "columns": columns}
        words = {"title": cell_text(given.title)[:255], "description": cell_text(given.holds)[:255]}
        sheet.add_table(top, 0, top + len(rows), len(headings) - 1, style | words)
        for row_number, row in enumerate(rows, start=top + 1):
            for position, cell in enumerate(row):
                look = self.apart if apart[position] else self.text
                self.cell(sheet, (row_number, position), cell, given.columns[position].form, look)

    def _head(self, column: Column, is_apart: bool) -> Any:
        return self.number_head if column.form else self.apart_head if is_apart else self.head

    def cell(self, sheet: Any, place: tuple[int, int], cell: Plain, form: str = "", look: Any = None) -> None:
        """Write a cell as what it is: a number, text that stays text, or nothing."""
        if isinstance(cell, str):
            sheet.write_string(*place, cell_text(cell), look or self.text)
        elif cell is not None and math.isfinite(cell):
            form = number_form(0) if isinstance(cell, int) else fine_form(form or "General", cell)
            sheet.write_number(*place, cell, self.number(form))
        else:
            sheet.write_blank(*place, None, self.text)


def cell_text(text: str) -> str:
    """Write legal text that fits a cell, and say so where it had to be cut."""
    kept = legal(text)
    return kept if _units(kept) <= _MOST_IN_CELL else _first(kept, _MOST_IN_CELL - len(_CUT)) + _CUT


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Make a name that Excel takes: no signs of its own, at most 31 characters, like no other whatever its case."""
    plain = _BAD_IN_NAME.sub(" ", legal(wanted))
    plain = " ".join(plain.replace("'", "\u2019").split()) or "sheet"
    number, name = 1, _first(plain, _MOST_IN_NAME).strip()
    while name.casefold() in taken or name.lower() in taken:
        number += 1
        ending = f" {number}"
        name = _first(plain, _MOST_IN_NAME - len(ending)).strip() + ending
    return name


def unique_headings(wanted: Sequence[str]) -> list[str]:
    """Make headings that Excel takes: filled, on one line, at most 255 characters, each different whatever its case."""
    taken: set[str] = set()
    headings = []
    for position, text in enumerate(wanted, start=1):
        # Excel reads _x0041_ in the heading of a table as a code
        plain = _CODE.sub(r"x\1", one_line(text)) or f"Column {position}"
        number, heading = 1, _first(plain, _MOST_IN_HEADING)
        while heading.casefold() in taken or heading.lower() in taken:
            number += 1
            ending = f" ({number})"
            heading = _first(plain, _MOST_IN_HEADING - len(ending)) + ending
        taken |= {heading.casefold(), heading.lower()}
        headings.append(heading)
    return headings


def fitting_widths(headings: Sequence[str], rows: Sequence[Sequence[Plain]]) -> list[float]:
    """Choose widths in characters: what the cells need, narrowed and widened to a page across."""
    widths = []
    for position, heading in enumerate(headings):
        column = [row[position] for row in rows]
        longest = max((len(line) for cell in column for line in _shown(cell).splitlines()), default=0)
        word = max((len(part) for part in heading.split()), default=0)
        most = _MOST if longest < _LONG else _MOST_OF_LONG
        widths.append(float(min(max(longest + 2, min(word + 4, 24), _LEAST), most)))
    total = sum(widths)
    wide = [position for position, width in enumerate(widths) if width > 2 * _LEAST]
    if total > WIDEST and wide:
        spare = total - WIDEST
        room = sum(widths[position] - 2 * _LEAST for position in wide)
        for position in wide:
            widths[position] -= (widths[position] - 2 * _LEAST) * min(1.0, spare / room)
    if total < NARROWEST:
        widths = [width * NARROWEST / total for width in widths]
    return [round(width, 1) for width in widths]


def tall_enough(cells: Sequence[Plain], widths: Sequence[float]) -> int:
    """Choose the height of a row in points, so that every wrapped cell shows whole where Excel allows that."""
    lines = max(
        (_lines(cell, width) for cell, width in zip(cells, widths, strict=True) if isinstance(cell, str)), default=1
    )
    return min(_LINE * lines + 1, _TALLEST)


def _lines(text: str, width: float) -> int:
    """Count the lines that text takes in a column: letters of other scripts and emoji count for two."""
    wide = sum(character > "\u2fff" for character in text)
    room = max(4, int(_PER_WIDTH * width * len(text) / max(len(text) + wide, 1)))
    return sum(max(1, len(textwrap.wrap(line, room))) for line in text.splitlines()) or 1


def _shown(cell: Plain) -> str:
    if isinstance(cell, str):
        return cell
    return "" if cell is None or not math.isfinite(cell) else f"{cell:,.2f}"


def _marked(text: str, notes: Sequence[int]) -> str:
    return " ".join([text, *(f"[note {number}]" for number in notes)])


def _units(text: str) -> int:
    """Count characters as Excel does: those outside the basic plane are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _first(text: str, most: int) -> str:
    """Keep as many characters as fit, counted as Excel does."""
    count = 0
    for position, character in enumerate(text):
        count += 2 if character > "\uffff" else 1
        if count > most:
            return text[:position]
    return text
