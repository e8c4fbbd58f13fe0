"""A whole log as one file, and into another database: only where it is whole, and continues what is there."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from prioritiser.decisions.chain import Kept, verify
from prioritiser.decisions.log import DecisionLog, read_entry
from prioritiser.errors import DecisionError, RefusedFileError
from prioritiser.files.scenario_files import zip_bytes
from prioritiser.files.tables.issues import Findings
from prioritiser.files.tables.upload_limits import MAX_UNPACKED_BYTES, open_archive, read_member

FORMAT = 1
RECORDS_FILE = "decisions.json"
WHOLE = "A file as `decisions export` wrote it."
ASK = "Export it anew. Nothing was read."
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, DecisionError)


def export_log(log: DecisionLog) -> bytes:
    """Write every entry with its scenario as a zip. Raises DecisionError for a log that is broken."""
    rows = log.kept()
    found = verify(rows)
    if not found.is_valid:
        raise DecisionError(f"The log is not whole: {found.why}. Nothing was written.")
    told = [{name: value for name, value in asdict(row).items() if name != "scenario"} for row in rows]
    records = {"format": FORMAT, "entries": told}
    files = {_scenario_file(row.number): row.scenario for row in rows if row.scenario}
    return zip_bytes({RECORDS_FILE: json.dumps(records, ensure_ascii=False, allow_nan=False).encode(), **files})


def import_log(log: DecisionLog, name: str, content: bytes) -> int:
    """Read a file that `export_log` wrote; returns how many entries were new.

    name: of the file, for messages. Raises RefusedFileError for a file that is not whole, DecisionError where it is
    another log than the one here. Either way nothing was changed.
    """
    return log.append(read_log(name, content))


def read_log(name: str, content: bytes) -> list[Kept]:
    """Read and check a file of decisions. Raises RefusedFileError."""
    findings = Findings()
    archive = open_archive(name, content, findings)
    rows: list[Kept] = []
    if archive is not None:
        members = archive.members.namelist()
        if RECORDS_FILE not in members:
            raise RefusedFileError(f"{name} is no file of decisions, or not whole", WHOLE, ASK)
        parts = {part: read_member(archive, part, MAX_UNPACKED_BYTES, findings) or b"" for part in members}
        if not findings.issues:
            rows = _rows(name, parts)
    if findings.issues:
        issue = findings.issues[0]
        raise RefusedFileError(f"{name}: {issue.found}", issue.expected, ASK)
    found = verify(rows)
    if not found.is_valid:
        raise RefusedFileError(f"{name} was changed: {found.why}", WHOLE, ASK)
    return rows


def _rows(name: str, parts: dict[str, bytes]) -> list[Kept]:
    try:
        records = json.loads(parts[RECORDS_FILE])
        if type(records["format"]) is not int or records["format"] < 1:
            raise ValueError("format")
        if records["format"] > FORMAT:
            raise RefusedFileError(
                f"{name} was written by a newer version of Prioritiser",
                f"Format {FORMAT}.",
                "Read it with that version.",
            )
        rows = [_row(told, parts.get(_scenario_file(told["number"]), b"")) for told in records["entries"]]
        for row in rows:
            read_entry(row)
    except _BROKEN as error:
        raise RefusedFileError(f"{name} was changed or is damaged: its parts do not fit", WHOLE, ASK) from error
    return rows


def _row(told: dict[str, Any], scenario: bytes) -> Kept:
    number = told["number"]
    if type(number) is not int:
        raise TypeError("number")
    before, own, at, content = (told[key] for key in ("before", "hash", "at", "content"))
    if not all(isinstance(text, str) for text in (before, own, at, content)):
        raise TypeError("text")
    return Kept(number, before, own, at, content, scenario)


def _scenario_file(number: int) -> str:
    return f"scenario-{number}.zip"
