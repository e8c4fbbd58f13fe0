"""Bytes of a CSV file to and from a grid of cells; every cell is text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from prioritiser.cells import MAX_TEXT
from prioritiser.findings import Findings, Grid, letter_of
from prioritiser.limits import MAX_COLUMNS, MAX_ROWS

_SAVE_AS = 'In Excel, use "Save as" and choose "CSV UTF-8 (comma delimited)".'


def decode(content: bytes, file: str, findings: Findings) -> str | None:
    """Decode UTF-8 with or without BOM, or Windows-1252 with a notice; None and an issue otherwise."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.problem(file, "UTF-16 text", "UTF-8 text.", _SAVE_AS)
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
        findings.problem(file, "bytes that are not UTF-8", "UTF-8 text.", _SAVE_AS, row)
        return None
    findings.notices.append(
        f"{file} is not UTF-8; it was read as Windows-1252. Save it as UTF-8 to be sure of accents."
    )
    return text


def read_csv(content: bytes, file: str, findings: Findings) -> Grid | None:
    """Read a table; None and an issue when it is not one."""
    text = decode(content, file, findings)
    if text is None:
        return None
    rows: list[tuple[int, Sequence[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
                if len(rows) > MAX_ROWS + 1:
                    expected = f"At most {MAX_ROWS:,} rows."
                    findings.problem(file, f"more than {MAX_ROWS:,} rows", expected, "Delete rows that are not needed.")
                    return None
    except csv.Error as error:
        found, expected, fix = _quote_problem(str(error))
        findings.problem(file, found, expected, fix, number + 1)
        return None
    return check_grid(file, rows, findings)


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
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        findings.problem(file, "cells not separated by commas", "A comma between cells.", _SAVE_AS, number)
        return None
    return Grid(file, header, rows[1:], number)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table as UTF-8 without BOM, rows ending in a newline, quoted only where needed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
