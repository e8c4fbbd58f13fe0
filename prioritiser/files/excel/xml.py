"""The XML parts of a workbook as elements and texts, counted as they are read, so that none can swell or hang.

openpyxl builds a tree of every part and an object of every style, text and name in it: a workbook of a few hundred
kilobytes then takes forty seconds and a gigabyte. Here a part is read in pieces by expat and nothing of it is kept that
nobody asks for.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import IO
from xml.parsers import expat

from prioritiser.errors import RefusedFileError
from prioritiser.files.tables.upload_limits import Archive

START, END, TEXT = range(3)
# what happened; an element's name (its namespace, a space and its own name) or a text; an element's attributes
type Event = tuple[int, str, Mapping[str, str]]

MAX_MARKS = 1_500_000
MAX_LETTERS = 25_000_000
MAX_DEPTH = 100
MAX_NAMESPACES = 10_000
MAX_ELEMENT_BYTES = 1_000_000
_ATTRIBUTES_A_MARK = 4
_CHUNK = 65_536
_NONE: Mapping[str, str] = {}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"'<>]*)""")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0")
_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("iso-8859-1", "latin1"), "iso-8859-1"),
}
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError)
SAVE_AGAIN = "Open it in a spreadsheet and save it again."
_COPY = (
    "Copy the tables into a new workbook: rows and columns that are empty but formatted count too, as do the texts, "
    "names and formats that older sheets left behind."
)


class Parts:
    """The parts of a workbook by name, whatever their capitals, and how much may still be read of them."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive.members
        self.names = {name.casefold(): name for name in self._archive.namelist()}
        self._marks_left, self._letters_left = MAX_MARKS, MAX_LETTERS

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.names

    def beginning(self, name: str) -> str:
        """Return the first bytes of a part as text."""
        return next(self._chunks(name, f"the part {name[:80]}"), b"")[:200].decode("latin-1")

    def elements(self, name: str) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        """List the elements of a part in order: the name of the one around it, its own, and its attributes."""
        around = [""]
        for kind, element, attributes in self.events(name):
            if kind == START:
                yield around[-1], element, attributes
                around.append(element)
            elif kind == END:
                around.pop()

    def events(self, name: str, label: str = "") -> Iterator[Event]:
        """Read a part in order; label: what a person calls it. Raises RefusedFileError for any fault of the file."""
        label = label or f"the part {name[:80]}"
        encoding = self._look_over(name, label)
        depth = 0
        for batch in self._batches(name, encoding, label):
            marks = letters = 0
            for kind, text, attributes in batch:
                if kind == START:
                    marks += 1 + len(attributes) // _ATTRIBUTES_A_MARK
                    depth += 1
                    if depth > MAX_DEPTH:
                        raise unreadable(f"{label}: elements inside one another, more than {MAX_DEPTH} deep")
                elif kind == END:
                    depth -= 1
                else:
                    letters += len(text)
            self._marks_left -= marks
            self._letters_left -= letters
            if self._marks_left < 0:
                raise _too_much(f"{MAX_MARKS:,} cells, rows and other marks", label)
            if self._letters_left < 0:
                raise _too_much(f"{MAX_LETTERS:,} characters", label)
            yield from batch

    def _look_over(self, name: str, label: str) -> str:
        """Return the encoding of a part; refuse one with too many elements before any of them is built."""
        encoding, marks = "", 0
        for chunk in self._chunks(name, label):
            encoding = encoding or _encoding(chunk, label)
            marks += chunk.count(b"<") - chunk.count(b"</")
            if marks > self._marks_left + _CHUNK:  # closing tags that fall on a seam are taken for opening ones
                raise _too_much(f"{MAX_MARKS:,} cells, rows and other marks", label)
        return encoding or "utf-8"

    def _chunks(self, name: str, label: str) -> Iterator[bytes]:
        with closing(self._open(name, label)) as part:
            while chunk := _read(part, label):
                yield chunk

    def _open(self, name: str, label: str) -> IO[bytes]:
        try:
            return self._archive.open(self.names[name.casefold()])
        except KeyError as error:
            raise unreadable(f"{label} is missing") from error
        except Exception as error:
            raise unreadable(f"{label}: {_fault(error)}") from error

    def _batches(self, name: str, encoding: str, label: str) -> Iterator[list[Event]]:
        batch: list[Event] = []
        parser = _parser(batch, encoding, label)
        fed = 0
        for chunk in self._chunks(name, label):
            _parse(parser, chunk, label)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MAX_ELEMENT_BYTES:
                raise unreadable(f"{label}: an element of more than a megabyte")
            yield batch
            batch.clear()
        _parse(parser, b"", label, last=True)
        yield batch


def unreadable(why: str) -> RefusedFileError:
    """Make the refusal of a workbook that no spreadsheet would have written so."""
    return RefusedFileError(f"a workbook that cannot be read ({why})", "An .xlsx workbook.", SAVE_AGAIN)


def _too_much(what: str, label: str) -> RefusedFileError:
    found = f"more than {what} before the end of {label}"
    return RefusedFileError(found, "A workbook with little besides its tables.", _COPY)


def _encoding(head: bytes, label: str) -> str:
    if head.startswith(_UTF_16):
        raise unreadable(f"{label}: XML in UTF-16, where UTF-8 is expected")
    declared = _DECLARED.match(head.removeprefix(b"\xef\xbb\xbf"))
    said = declared[1].decode("latin-1").strip() if declared else "utf-8"
    encoding = _ENCODINGS.get(said.casefold())
    if encoding is None:
        raise unreadable(f'{label}: XML in the encoding "{said[:30]}", where UTF-8 is expected')
    return encoding


def _read(part: IO[bytes], label: str) -> bytes:
    try:
        return part.read(_CHUNK)
    except Exception as error:
        raise unreadable(f"{label}: {_fault(error)}") from error


def _parser(batch: list[Event], encoding: str, label: str) -> expat.XMLParserType:
    """Make a parser that adds to a batch what it comes upon, and does nothing else while it parses."""
    add = batch.append
    parser = expat.ParserCreate(encoding, namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: add((START, name, attributes))
    parser.EndElementHandler = lambda name: add((END, name, _NONE))
    parser.CharacterDataHandler = lambda text: add((TEXT, text, _NONE))
    namespaces = 0

    def count_namespace(*_: object) -> None:
        nonlocal namespaces
        namespaces += 1
        if namespaces > MAX_NAMESPACES:
            raise unreadable(f"{label}: more than {MAX_NAMESPACES:,} namespaces")

    def refuse_entities(*_: object) -> None:
        found = "a workbook with XML entities"
        raise RefusedFileError(found, "A workbook of plain cells.", "Copy the cells into a new .xlsx workbook.")

    parser.StartNamespaceDeclHandler = count_namespace
    parser.StartDoctypeDeclHandler = refuse_entities
    return parser


def _parse(parser: expat.XMLParserType, chunk: bytes, label: str, last: bool = False) -> None:
    try:
        parser.Parse(chunk, last)
    except RefusedFileError:
        raise
    except Exception as error:
        raise unreadable(f"{label}: {_fault(error)}") from error


def _fault(error: Exception) -> str:
    """Say in plain words what kind of fault a library met."""
    if isinstance(error, expat.ExpatError):
        return f"faulty XML in line {error.lineno}"
    if isinstance(error, _DAMAGED):
        return "damaged inside the file"
    if isinstance(error, MemoryError | RecursionError):
        return "more than this machine can hold"
    return f"a fault of an unknown kind, {type(error).__name__}"
