"""Bytes of a CSV file to and from a grid of cells; every cell is text."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from prioritiser.files.tables.issues import Findings, Grid, letter_of
from prioritiser.files.tables.upload_limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from prioritiser.scenario.schema import MAX_TEXT

_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEP_LINE = re.compile(r"\s*sep=(.)\s*?(?:\r\n|\r|\n|$)", re.IGNORECASE)
_ID_HEADING = re.compile(r"(goal|resource|initiative|rule)[ _.-]*id\b", re.IGNORECASE)
_LOOKED_AT = 20_000
_SAVE_AS = 'In Excel, use "Save as" and choose "CSV UTF-8 (comma delimited)".'


def decode(content: bytes, file: str, findings: Findings, save_as: str = _SAVE_AS) -> str | None:
    """Decode UTF-8 with or without BOM, or Windows-1252 with a notice; None and an issue otherwise."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.problem(file, "UTF-16 text", "UTF-8 text.", save_as)
        return None
    if b"\0" in content:
        row = content.count(b"\n", 0, content.index(b"\0")) + 1
        findings.problem(file, "a NUL byte", "Plain text.", "Delete the character, or save the table again.", row)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.start
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        row = content.count(b"\n", 0, place) + 1
        findings.problem(file, "bytes that are not UTF-8", "UTF-8 text.", save_as, row)
        return None
    findings.notices.append(
        f"{file} is not UTF-8; it was read as Windows-1252. Save it as UTF-8 to be sure of accents."
    )
    return text


def read_csv(content: bytes, file: str, findings: Findings) -> Grid | None:
    """Read a table, whether commas, semicolons or tabs part its cells; None and an issue when it is not one."""
    text = decode(content, file, findings)
    if text is None:
        return None
    rows: list[tuple[int, Sequence[str]]] = []
    said = _SEP_LINE.match(text)
    number, count, delimiter = 0, 0, _delimiter(text, said[1] if said else "")
    lines = io.StringIO(text, newline="")
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1):
            if number == 1 and said is not None:
                continue
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
                count += len(cells)
                if len(rows) > MAX_ROWS + 1 or count > MAX_CELLS:
                    is_long = len(rows) > MAX_ROWS + 1
                    most, what = (f"{MAX_ROWS:,} rows", "rows") if is_long else (f"{MAX_CELLS:,} cells", "columns")
                    findings.problem(
                        file, f"more than {most}", f"At most {most}.", f"Delete {what} that are not needed."
                    )
                    return None
    except csv.Error as error:
        found, expected, fix = _quote_problem(str(error))
        findings.problem(file, found, expected, fix, number + 1)
        return None
    if delimiter != ",":
        findings.notices.append(f"{file}: its cells are parted by {_NAMES[delimiter]}, and were read so.")
    return check_grid(file, rows, findings)


def _delimiter(text: str, said: str) -> str:
    """Which sign parts the cells: what a line sep= said, else what stands most often in the line of headings."""
    if said in _NAMES:
        return said
    lines = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()]
    headings = next((line for line in lines if _ID_HEADING.search(line)), lines[0] if lines else "")
    return max(_NAMES, key=headings.count)  # the first, a comma, where none stands more often than another


def _quote_problem(message: str) -> tuple[str, str, str]:
    fix = 'Write a quotation mark inside a quoted cell twice (""), and close every quoted cell.'
    if "field limit" in message:
        return "a cell that goes on for pages", f"At most {MAX_TEXT:,} characters in a cell.", fix
    if "unexpected end" in message:
        return "a quoted cell that is never closed", "A closing quotation mark.", fix
    return "text after a closing quotation mark", "A comma after a quoted cell.", fix


def check_grid(file: str, rows: Sequence[tuple[int, Sequence[str]]], findings: Findings) -> Grid | None:
    """Take the first row as header; None and an issue when there is none or it is not one."""
    if not rows:
        findings.problem(file, "empty", "A row of column names, then one row for each entry.")
        return None
    number, header = rows[0]
    if len(header) > MAX_COLUMNS:
        findings.problem(
            file, f"columns up to {letter_of(len(header) - 1)}", f"At most {MAX_COLUMNS} columns.", "", number
        )
        return None
    return Grid(file, header, rows[1:], number)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table as UTF-8, rows ending in a newline, quoted only where needed.

    It begins with a byte order mark, without which Excel shows £ as two other letters.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
