"""The blocks of a section in a Word paper: paragraphs, lists, tables, figures and equations."""

import io
import re
from collections.abc import Sequence
from itertools import count
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Twips
from docx.text.paragraph import Paragraph as WordParagraph

from prioritiser.charts.figures import split_figure
from prioritiser.charts.theme import PAGE_SPARE, text_width
from prioritiser.exports.common.pictures import figure_png, figure_size
from prioritiser.exports.common.plain_text import legal, one_line
from prioritiser.exports.word.text import Pages, put_text
from prioritiser.report.document import Block, Bullets, Equation, Figure, Paragraph, Table

FEW_ROWS, FEW_LETTERS = 6, 600  # a table of so few rows and letters stays on one page
MANY_COLUMNS = 7
CELL_SIZE, CELL_MARGINS, BOLD_WIDTH = 9.0 * 20, 190, 1.18  # twentieths of a point; bold to regular, in wide type
FIRST_COLUMN, LEAST_FIRST_COLUMN = 2268, 1417  # 4 and 2.5 cm: what names a row needs a column that is not narrow
MOST_LINES = (40, 32, 26, 22, 19, 16, 13, 10, 8)  # of a figure, tried in this order
LEAST_SCALE = 0.85  # how much smaller than the text a picture may become before it is split
TALLEST_PICTURE = 0.8  # of the page, so that its heading and caption stand on the same page


_BLANK = re.compile(r"[ \t\n]+")  # not a no-break space


class BlockWriter:
    """Writes blocks in order and numbers their figures and tables."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self._figures, self._tables = count(1), count(1)

    def needs_turn(self, block: Block) -> bool:
        """Whether a block is a table that would be too narrow on an upright page."""
        if not isinstance(block, Table) or len(block.columns) < MANY_COLUMNS:
            return False
        upright = self.pages.unturned
        return self.pages.widest > upright and sum(_least_widths(block, upright)) > upright

    def write(self, block: Block, *, stays: bool = False) -> None:
        """Write one block, on a turned page where it needs that. stays: a paragraph on the page of what follows."""
        if not stays:
            self.pages.turn(self.needs_turn(block))
        match block:
            case Paragraph(text, lead):
                written = self.pages.paragraph("Paper Finding" if lead else "Normal", text)
                if stays:
                    written.paragraph_format.keep_with_next = True
            case Bullets(items):
                for item in items:
                    self.pages.paragraph("List Bullet", item)
            case Table():
                self.table(block)
            case Figure():
                for part in self._parts(block):
                    self._figure(part)
            case Equation(words, text):
                self.pages.paragraph("Normal", words).paragraph_format.keep_with_next = True
                self.pages.paragraph("Paper Equation", text)

    def table(self, table: Table) -> None:
        """Write a table: its caption, a row of headings that comes again on each page, its rows, its note."""
        self.pages.paragraph("Caption", f"Table {next(self._tables)}: {one_line(table.caption)}")
        style = self.pages.style
        element = _table_element(style["paper table"], _widths(table, self.pages.width))
        numeric = [table.is_numeric(column) for column in range(len(table.columns))]
        element.append(_row(table.columns, numeric, style["paper column"], is_head=True))
        letters = sum(len(str(cell)) for row in table.rows for cell in row)
        is_small = len(table.rows) <= FEW_ROWS and letters <= FEW_LETTERS
        for number, row in enumerate(table.rows, 1):
            is_last = number == len(table.rows)
            stays = bool(table.note) if is_last else is_small
            element.append(_row([str(cell) for cell in row], numeric, style["paper cell"], stays=stays))
        self.pages.table(element)
        if table.note:
            self.pages.paragraph("Paper Note", table.note)

    def _parts(self, figure: Figure) -> tuple[Figure, ...]:
        """Split a figure into parts that fit a page at about the full width of the text, if they can."""
        room = TALLEST_PICTURE * self.pages.height
        for most in MOST_LINES:
            parts = split_figure(figure, most)
            sizes = [figure_size(part) for part in parts]
            if all(LEAST_SCALE * height * self.pages.width <= room * width for width, height in sizes):
                break
        return parts

    def _figure(self, figure: Figure) -> None:
        width, height = figure_size(figure)
        scale = min(self.pages.width / width, TALLEST_PICTURE * self.pages.height / height)
        self.pages.paragraph("Caption", f"Figure {next(self._figures)}: {one_line(figure.title)}")
        paragraph = self.pages.paragraph("Paper Figure")
        paragraph.paragraph_format.keep_with_next = bool(figure.note)
        content = io.BytesIO(figure_png(figure))
        picture = paragraph.add_run().add_picture(content, Twips(round(scale * width)), Twips(round(scale * height)))
        for side in "TBLR":  # LibreOffice keeps a distance where none is given
            picture._inline.set(f"dist{side}", "0")
        seen = picture._inline.docPr
        seen.set("name", f"Picture {seen.id}")
        seen.set("descr", one_line(figure.alt))
        seen.set("title", one_line(figure.title))
        if figure.note:
            self.pages.paragraph("Paper Note", figure.note)


def _table_element(style_id: str, widths: Sequence[int]) -> Any:
    element = OxmlElement("w:tbl")
    properties = _child(element, "w:tblPr")
    _child(properties, "w:tblStyle", val=style_id)
    _child(properties, "w:tblW", w=str(sum(widths)), type="dxa")
    _child(properties, "w:tblLayout", type="fixed")
    _child(properties, "w:tblLook", val="00A0", firstRow="1", lastRow="0", firstColumn="1", noHBand="1", noVBand="1")
    grid = _child(element, "w:tblGrid")
    for width in widths:
        _child(grid, "w:gridCol", w=str(width))
    return element


def _row(
    cells: Sequence[str], numeric: Sequence[bool], style_id: str, *, is_head: bool = False, stays: bool = False
) -> Any:
    """One row, which is never split; stays: on the page of what follows."""
    row = OxmlElement("w:tr")
    properties = _child(row, "w:trPr")
    _child(properties, "w:cantSplit")
    if is_head:
        _child(properties, "w:tblHeader")
    for cell, right in zip(cells, numeric, strict=True):
        text = _child(_child(row, "w:tc"), "w:p")
        about = _child(text, "w:pPr")
        _child(about, "w:pStyle", val=style_id)
        if stays:
            _child(about, "w:keepNext")
        if right:
            _child(about, "w:jc", val="right")
        put_text(WordParagraph(text, None), cell)  # type: ignore[arg-type]
    return row


def _child(parent: Any, tag: str, **values: str) -> Any:
    child = OxmlElement(tag, attrs={qn(f"w:{name}"): value for name, value in values.items()})
    parent.append(child)
    return child


def _widths(table: Table, width: int) -> list[int]:
    """Share the width as the table asks, each column at least as wide as its longest word."""
    least = _least_widths(table, width)
    if sum(least) >= width:
        least = _least_widths(table, width, whole_numbers=False)
    if sum(least) >= width:
        widths = [width * need / sum(least) for need in least]
    else:
        widths, free = list(least), set(range(len(least)))
        while True:
            left = width - sum(least[column] for column in range(len(least)) if column not in free)
            asked = sum(table.widths[column] for column in free)
            shares = {column: left * table.widths[column] / asked for column in free}
            short = {column for column in free if shares[column] < least[column]}
            if not short:
                break
            free -= short
        for column, share in shares.items():
            widths[column] = share
    whole = [int(each) for each in widths]
    return [whole[0] + width - sum(whole), *whole[1:]]


def _least_widths(table: Table, width: int, *, whole_numbers: bool = True) -> list[float]:
    """Width of each column's longest word, of a number that of all its words; nothing asks for more than a third."""
    least = []
    for column, heading in enumerate(table.columns):
        cells = [legal(str(row[column])) for row in table.rows]
        is_whole = whole_numbers and table.is_numeric(column)
        words = cells if is_whole else [word for cell in cells for word in _BLANK.split(cell)]
        heads = [BOLD_WIDTH * _wide(word) for word in _BLANK.split(legal(heading))]
        longest = max([*map(_wide, words), *heads])
        wanted = max((_wide(cell) for cell in cells), default=0.0) if column == 0 else 0.0
        least.append(
            CELL_MARGINS
            + min(max(longest, min(wanted, FIRST_COLUMN if whole_numbers else LEAST_FIRST_COLUMN)), width / 3)
        )
    return least


def _wide(text: str) -> float:
    """Width of a cell's text, in twentieths of a point."""
    return PAGE_SPARE * text_width(text, CELL_SIZE)
