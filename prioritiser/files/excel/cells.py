"""What every sheet of a workbook shares, and what one of its cells holds: a number, a text, a date, a percentage."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601  # type: ignore[import-untyped]

from prioritiser.files.excel.guard import Package, refuse_strict
from prioritiser.files.excel.number_formats import MAX_CODE, NumberFormat, built_in, read_format
from prioritiser.files.excel.xml import END, START, TEXT, Parts, unreadable
from prioritiser.files.tables.issues import Cell, PercentCell, SizedNumber, Unusable, shown

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_RELATION_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_MOST_SHEETS = 500
_MOST_FORMATS = 65_536
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_LONGEST_NUMBER = 400
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
YES = ("1", "true")
_REFORMAT = "Format the cell as a plain number, and write it in its unit."
_RETYPE = "Type the cell again."
_WORK_OUT = 'Copy the cell and use "Paste special, Values"; text that begins with = needs an apostrophe before it.'


@dataclass(frozen=True)
class SheetPlace:
    """A sheet as the workbook lists it. part: where its cells are."""

    title: str
    part: str
    is_chart: bool
    hidden: bool


@dataclass(frozen=True)
class Formula:
    """That a cell is worked out. text: the formula with its =, where the cell has it itself."""

    text: str

    @property
    def found(self) -> str:
        """The formula as an issue shows it."""
        return f"the formula {shown(self.text)}" if self.text else "a formula that was filled from another cell"


@dataclass(frozen=True)
class Book:
    """What the sheets share. formats: by the number that a cell has for its style. epoch: the day dates count from.

    stale: the workbook asks to be worked out when it is opened, so that a saved 0 may only keep a formula's place.
    """

    sheets: tuple[SheetPlace, ...]
    texts: Sequence[str]
    formats: Sequence[NumberFormat]
    epoch: datetime
    stale: bool

    def cell(self, kind: str, value: str | None, style: str, formula: Formula | None = None) -> Cell:
        """Turn what the file says of a cell into what it holds; '' is blank.

        kind: its type in the file. value: its value there, None where it has none. style: the number of its format.
        """
        if formula is not None and (value is None or (value == "" and kind != "str")):
            return Unusable(formula.found, "A value, not a formula.", _WORK_OUT)
        if not value:
            return ""
        if kind in ("str", "inlineStr"):
            return decoded(value)
        if kind == "n":
            if formula is not None and self.stale and not value.strip("0."):
                return Unusable(formula.found, "A value, not a formula.", _WORK_OUT)
            return self._number(value, style)
        return self._other(kind, value)

    def _number(self, text: str, style: str) -> Cell:
        number = float(text) if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(number):
            return Unusable(f"the number {shown(text)}", "A number that a spreadsheet can hold.", _RETYPE)
        place = whole(style)
        look = self.formats[place] if 0 <= place < len(self.formats) else read_format("General")
        if look.is_date:
            try:
                moment: Cell = from_excel(number, self.epoch, timedelta=look.is_duration)
            except (OverflowError, ValueError):
                return Unusable(f"{number:.15g}, shown as a date", "A date that exists, or a number.", _RETYPE)
            return moment
        if look.shows_thousands(number) and number:
            found = f"{number:.15g}, shown divided by {1000 ** look.shows_thousands(number):,}"
            return Unusable(found, "A number as it is shown.", _REFORMAT)
        if look.shows_size(number) != 1:
            return SizedNumber(number, look.shows_size(number))
        return PercentCell(number) if look.shows_percent(number) else number

    def _other(self, kind: str, value: str) -> Cell:
        if kind == "s":
            place = whole(value)
            if 0 <= place < len(self.texts):
                return self.texts[place]
            return Unusable("a text that the workbook does not hold", "A value.", _RETYPE)
        if kind == "b":
            return value in YES
        if kind == "e":
            return Unusable(f"the error {value[:20]}", "A value.", "Mend the cell.")
        try:
            moment: Cell | None = from_ISO8601(value) if kind == "d" else None
        except (OverflowError, ValueError):
            moment = None
        return Unusable(shown(value), "A value of a kind that is known.", _RETYPE) if moment is None else moment


def decoded(text: str) -> str:
    """Read Excel's codes such as _x000D_ as the characters they stand for, and every line ending as a newline.

    _x005F_ is an underscore, which is how a text that looks like a code is written.
    """
    if "_x" in text:
        text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
        # two codes may make one character; half of one is none
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def read_book(parts: Parts, package: Package) -> Book:
    """Read what the sheets of a workbook share; raises RefusedFileError for any fault of the file."""
    sheets: list[SheetPlace] = []
    epoch, stale = WINDOWS_EPOCH, False
    for around, element, attributes in parts.elements(package.main):
        if not around:
            refuse_strict(element)
        if around == f"{MAIN}sheets" and element == f"{MAIN}sheet":
            sheets += _listed(package, attributes)
            if len(sheets) > _MOST_SHEETS:
                raise unreadable(f"more than {_MOST_SHEETS} sheets")
        elif element == f"{MAIN}workbookPr" and attributes.get("date1904", "").casefold() in YES:
            epoch = MAC_EPOCH
        elif element == f"{MAIN}calcPr":
            stale = attributes.get("fullCalcOnLoad", "").casefold() in YES
    styles = package.related("styles", "spreadsheetml.styles")
    texts = package.related("sharedstrings", "spreadsheetml.sharedstrings")
    shared = _read_texts(parts, texts) if texts in parts else ()
    formats = _read_formats(parts, styles) if styles in parts else ()
    return Book(tuple(sheets), shared, formats, epoch, stale)


def _listed(package: Package, attributes: Mapping[str, str]) -> list[SheetPlace]:
    key = attributes.get(_RELATION_ID, "")
    if not key:  # old workbooks keep such a line for a sheet of macros that they have lost
        return []
    title = decoded(attributes.get("name", ""))
    relation = package.relations.get(key)
    if relation is None or relation.kind not in ("worksheet", "chartsheet"):
        raise unreadable(f"the sheet {shown(title)} leads nowhere")
    hidden = attributes.get("state", "visible").casefold() != "visible"
    return [SheetPlace(title, relation.target, relation.kind == "chartsheet", hidden)]


def _read_texts(parts: Parts, name: str) -> list[str]:
    """Read the texts that cells share, without their looks and without the readings beside Japanese words."""
    texts: list[str] = []
    pieces: list[str] = []
    inside = phonetic = False
    for kind, said, _ in parts.events(name, "the texts of its cells"):
        if kind == TEXT:
            if inside:
                pieces.append(said)
        elif said == f"{MAIN}t":
            inside = kind == START and not phonetic
        elif said == f"{MAIN}rPh":
            phonetic = kind == START
        elif said == f"{MAIN}si" and kind == END:
            texts.append(decoded("".join(pieces)))
            pieces.clear()
    return texts


def _read_formats(parts: Parts, name: str) -> list[NumberFormat]:
    """Read the number format of each style that a cell can have, in the order of their numbers."""
    own: dict[int, str] = {}
    used: list[int] = []
    for around, element, attributes in parts.elements(name):
        if around == f"{MAIN}numFmts" and element == f"{MAIN}numFmt":
            own[whole(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif around == f"{MAIN}cellXfs" and element == f"{MAIN}xf":
            used.append(whole(attributes.get("numFmtId", "0")))
        if max(len(used), len(own)) > _MOST_FORMATS:
            raise unreadable(f"more than {_MOST_FORMATS:,} formats of cells")
    codes = [own.get(number, built_in(number)) for number in used]
    if any(len(code) > MAX_CODE for code in codes):
        raise unreadable(f"a number format of more than {MAX_CODE:,} characters")
    return [read_format(code) for code in codes]


def whole(text: str) -> int:
    """Read a number that only counts things; -1 where it is none."""
    return int(text) if len(text) < 10 and text.isascii() and text.isdigit() else -1
