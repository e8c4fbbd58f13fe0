"""A small valid scenario as the text of its files, to be changed and broken by tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

from prioritiser.errors import Issue
from prioritiser.files.scenario_files import inspect_scenario

TOML = """\
format = 1
title = "Small"
years = ["2026/27", "2027/28"]
[weights]
national = 50
local = 50
"""
FILES: Mapping[str, str] = {
    "scenario.toml": TOML,
    "goals.csv": "goal_id,tier,weight,2026/27,2027/28\nrtt,national,1,,5\nfalls,local,2,3,4\n",
    "resources.csv": "resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,100,100,no\n",
    "initiatives.csv": "initiative_id,lead,earliest,latest\nwards,Trust,2026/27,2027/28\nhub,Council,,\n",
    "uses.csv": "initiative_id,resource_id,year_1,year_2\nwards,money,40,20\nhub,money,10,\n",
    "effects.csv": "initiative_id,goal_id,central,low,high,if_also\nwards,rtt,2,1,3,\nhub,falls,1,,,\n",
    "rules.csv": "rule_id,kind,subject,other,limit,year\nR1,requires,wards,hub,,\n",
}


def write_files(folder: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write the small scenario with some files replaced, or left out where None is given."""
    folder.mkdir(exist_ok=True)
    for name, content in {**FILES, **(changes or {})}.items():
        if content is not None:
            (folder / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return folder


def issues_of(folder: Path, changes: Mapping[str, str | bytes | None] | None = None) -> list[Issue]:
    """Break the small scenario and return what is found."""
    reading = inspect_scenario(write_files(folder, changes))
    assert reading.scenario is None or not reading.issues
    return list(reading.issues)


def texts_of(folder: Path, changes: Mapping[str, str | bytes | None] | None = None) -> list[str]:
    """Break the small scenario and return what is found as a person reads it."""
    return [str(issue) for issue in issues_of(folder, changes)]


def write_zip(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """Write a zip of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


SHEETS: Mapping[str, list[list[object]]] = {
    "scenario": [
        ["key", "value"],
        ["format", 1],
        ["title", "Small"],
        ["years", "2026/27; 2027/28"],
        ["weights.national", 50],
        ["weights.local", 50],
    ],
    "goals": [
        ["goal_id", "tier", "weight", "2026/27", "2027/28"],
        ["rtt", "national", 1, None, 5],
        ["falls", "local", 2, 3, 4],
    ],
    "resources": [["resource_id", "unit", "2026/27", "2027/28", "carry_over"], ["money", "£k", 100, 100, "no"]],
    "initiatives": [
        ["initiative_id", "lead", "earliest", "latest"],
        ["wards", "Trust", "2026/27", "2027/28"],
        ["hub", "Council"],
    ],
    "uses": [
        ["initiative_id", "resource_id", "year_1", "year_2"],
        ["wards", "money", 40, 20],
        ["hub", "money", 10],
    ],
    "effects": [
        ["initiative_id", "goal_id", "central", "low", "high", "if_also"],
        ["wards", "rtt", 2, 1, 3],
        ["hub", "falls", 1],
    ],
    "rules": [["rule_id", "kind", "subject", "other", "limit", "year"], ["R1", "requires", "wards", "hub"]],
}


def write_sheets(path: Path, changes: Mapping[str, list[list[object]] | None] | None = None) -> Path:
    """Write the small scenario as a workbook with some sheets replaced or left out; ('=', text) is a formula."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        dates = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in {**SHEETS, **(changes or {})}.items():
            if rows is None:
                continue
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, tuple):
                        sheet.write_formula(row, column, cell[1])
                    elif hasattr(cell, "isoformat"):
                        sheet.write_datetime(row, column, cell, dates)
                    elif cell is not None:
                        sheet.write(row, column, cell)
    return path


def sheet_issues(path: Path, changes: Mapping[str, list[list[object]] | None] | None = None) -> list[str]:
    """Break the small workbook and return what is found as a person reads it."""
    return [str(issue) for issue in inspect_scenario(write_sheets(path, changes)).issues]


def add_member(path: Path, name: str, content: bytes = b"x") -> Path:
    """Add a member to a zip or workbook."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def members_of(content: bytes) -> dict[str, bytes]:
    """Unpack a zip in memory."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
