"""One sheet of a workbook as rows of cells, and what its looks hide: hidden rows and columns, merged cells."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import column_index_from_string, range_boundaries  # type: ignore[import-untyped]

from prioritiser.files.excel.cells import MAIN, YES, Book, Formula, whole
from prioritiser.files.excel.xml import END, START, Event, unreadable
from prioritiser.files.tables.issues import Cell, Unusable, is_blank
from prioritiser.files.tables.upload_limits import MAX_COLUMNS, MAX_ROWS

_LAST_ROW = 1_048_576
_MOST_MERGED = 20_000
_LAST_COLUMN = 16_384


@dataclass(frozen=True)
class Area:
    """A block of cells, its rows and columns counted from 1."""

    name: str
    first_column: int
    first_row: int
    last_column: int
    last_row: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is in it."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column


@dataclass
class SheetCells:
    """A sheet as its file has it. rows: those with a cell that is not blank, by number; '' is blank.

    formulas: how many cells hold a formula with its value. hidden_rows: those of the rows that are hidden.
    hidden_columns: positions counted from 0. filtered: a filter hides rows. too_wide: there is a cell beyond the last
    column that is read. too_long: reading ended early, as there are more rows than are read.
    """

    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    formulas: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    merged: list[Area] = field(default_factory=list)
    too_wide: bool = False
    too_long: bool = False


def read_cells(events: Iterator[Event], book: Book, label: str) -> SheetCells:
    """Read a sheet from the elements of its part; label: what a person calls it. Raises RefusedFileError."""
    return _SheetReader(book, label).read(events)


class _SheetReader:
    """Reads one sheet, with the row and the cell that are being read."""

    def __init__(self, book: Book, label: str) -> None:
        self.book, self.label = book, label
        self.sheet = SheetCells()
        self.row, self.row_is_hidden, self.cells = 0, False, list[Cell]()
        self.column, self.kind, self.style = -1, "n", ""
        self.value: str | None = None
        self.formula: Formula | None = None
        self.pieces: list[str] | None = None
        self.is_phonetic = False
        self.waiting: Area | None = None
        self.positions: dict[str, int] = {}
        self.looks_of_columns = 0

    def read(self, events: Iterator[Event]) -> SheetCells:
        starts: dict[str, Callable[[Mapping[str, str]], None]] = {
            f"{MAIN}row": self._start_row,
            f"{MAIN}c": self._start_cell,
            f"{MAIN}v": self._start_text,
            f"{MAIN}t": self._start_text,
            f"{MAIN}f": self._start_formula,
            f"{MAIN}rPh": lambda _: self._see_phonetic(True),
            f"{MAIN}col": self._see_column,
            f"{MAIN}mergeCell": self._see_merged,
            f"{MAIN}filterColumn": lambda _: self._see_filter(),
            f"{MAIN}sheetPr": lambda looks: self._see_filter() if looks.get("filterMode") in YES else None,
        }
        ends: dict[str, Callable[[], None]] = {
            f"{MAIN}row": self._end_row,
            f"{MAIN}c": self._end_cell,
            f"{MAIN}v": self._end_text,
            f"{MAIN}t": self._end_text,
            f"{MAIN}f": self._end_formula,
            f"{MAIN}rPh": lambda: self._see_phonetic(False),
        }
        for kind, said, attributes in events:
            if kind == START:
                if said in starts:
                    starts[said](attributes)
            elif kind == END:
                if said in ends:
                    ends[said]()
                    if self.sheet.too_long:
                        break
            elif self.pieces is not None:
                self.pieces.append(said)
        return self.sheet

    def _start_row(self, looks: Mapping[str, str]) -> None:
        number = whole(looks["r"]) if "r" in looks else self.row + 1
        if not self.row < number <= _LAST_ROW:
            raise unreadable(f"{self.label}: a row {looks.get('r', number)!s:.20} after row {self.row}")
        self.row, self.cells, self.column = number, [], -1
        self.row_is_hidden = looks.get("hidden") in YES or looks.get("ht") == "0"

    def _end_row(self) -> None:
        if all(map(is_blank, self.cells)):
            return
        self.sheet.too_long = len(self.sheet.rows) > MAX_ROWS
        self.sheet.rows.append((self.row, self.cells))
        if self.row_is_hidden:
            self.sheet.hidden_rows.append(self.row)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        column = self._position(attributes["r"]) if "r" in attributes else self.column + 1
        if column <= self.column:
            raise unreadable(f"{self.label}: the cells of row {self.row} are not in order")
        self.column = column
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.value = self.formula = None

    def _position(self, place: str) -> int:
        """Return the position of a cell's column, such as 2 for C14 in row 14."""
        letters = place.removesuffix(str(self.row))
        if letters not in self.positions:
            try:
                self.positions[letters] = column_index_from_string(letters) - 1
            except ValueError as error:
                raise unreadable(f"{self.label}: a cell {place[:20]} in row {self.row}") from error
        return self.positions[letters]

    def _end_cell(self) -> None:
        cell = self.book.cell(self.kind, self.value, self.style, self.formula)
        if self.formula is not None:
            self.sheet.formulas += not isinstance(cell, Unusable)
        elif self.value == "0" and self.waiting is not None and self.waiting.holds(self.row, self.column + 1):
            cell = self.book.cell(self.kind, None, self.style, Formula(""))
        if cell == "":
            return
        if self.column >= MAX_COLUMNS:
            self.sheet.too_wide |= not is_blank(cell)
        else:
            self.cells += [""] * (self.column - len(self.cells))
            self.cells.append(cell)

    def _start_text(self, _: Mapping[str, str]) -> None:
        self.pieces = None if self.is_phonetic else []

    def _end_text(self) -> None:
        """Take a value, or one more piece of a text that stands in the cell: its pieces differ only in their looks."""
        if self.pieces is not None:
            self.value = (self.value or "") + "".join(self.pieces)
        self.pieces = None

    def _start_formula(self, attributes: Mapping[str, str]) -> None:
        self.pieces = []
        area = attributes.get("ref", "")
        if self.book.stale and ":" in area and attributes.get("t") != "shared":
            # one frame round them all: a workbook that was never worked out has 0 in every cell of such a formula
            known, new = self.waiting, self._area(area)
            self.waiting = new if known is None else _around(known, new)

    def _end_formula(self) -> None:
        text = "".join(self.pieces or ())
        self.formula, self.pieces = Formula(f"={text}" if text else ""), None

    def _see_phonetic(self, is_phonetic: bool) -> None:
        self.is_phonetic = is_phonetic

    def _see_filter(self) -> None:
        self.sheet.filtered = True

    def _see_column(self, looks: Mapping[str, str]) -> None:
        self.looks_of_columns += 1
        if self.looks_of_columns > _LAST_COLUMN:
            raise unreadable(f"{self.label}: the looks of more than {_LAST_COLUMN:,} columns")
        if looks.get("hidden") in YES or looks.get("width") == "0":
            first, last = whole(looks.get("min", "")), whole(looks.get("max", ""))
            self.sheet.hidden_columns.update(range(max(first, 1) - 1, min(last, MAX_COLUMNS)))

    def _see_merged(self, attributes: Mapping[str, str]) -> None:
        if len(self.sheet.merged) >= _MOST_MERGED:
            raise unreadable(f"{self.label}: more than {_MOST_MERGED:,} blocks of merged cells")
        self.sheet.merged.append(self._area(attributes.get("ref", "")))

    def _area(self, name: str) -> Area:
        try:
            first_column, first_row, last_column, last_row = map(int, range_boundaries(name))
        except (ValueError, TypeError) as error:
            raise unreadable(f"{self.label}: a block of cells {name[:20]}") from error
        return Area(name, first_column, first_row, last_column, last_row)


def _around(one: Area, other: Area) -> Area:
    return Area(
        "",
        min(one.first_column, other.first_column),
        min(one.first_row, other.first_row),
        max(one.last_column, other.last_column),
        max(one.last_row, other.last_row),
    )
