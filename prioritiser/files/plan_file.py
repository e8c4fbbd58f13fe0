"""A plan in a file of its own, CSV or JSON: read as the tables are read, every problem at once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from prioritiser.errors import Issue, ScenarioError
from prioritiser.evaluation.plan import Delivery, Plan
from prioritiser.files.tables.csv_format import decode, read_csv
from prioritiser.files.tables.issues import Cell, Findings, Grid, Unusable
from prioritiser.files.tables.rows import read_rows
from prioritiser.files.tables.upload_limits import read_bytes
from prioritiser.scenario.checks import made_a_number
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Planned
from prioritiser.scenario.setting_names import own_spellings
from prioritiser.text.spelling import folded
from prioritiser.text.suggestions import Suggester

_MOST_BYTES = 10_000_000
_COLUMNS = ("initiative_id", "share", "start")
_LARGEST_WHOLE = 10**300
_WRITTEN = "`export` writes a plan as .csv, `solve` as .json."
_EXPECTED = "A plan as .json: initiatives, a list whose entries have id, share and start."


def read_plan_file(scenario: Scenario, path: Path) -> tuple[Plan, tuple[str, ...]]:
    """Read a plan of this scenario from a .csv or .json file; returns it and the notices about its reading.

    Raises ScenarioError with every problem found.
    """
    findings = Findings()
    content = read_bytes(path, _MOST_BYTES, findings)
    is_json = path.suffix.casefold() == ".json"
    grid = None if content is None else (_json_grid if is_json else read_csv)(content, path.name, findings)
    plan = {} if grid is None else _plan_of(scenario, grid, findings)
    if findings.issues:
        issues = [_in_json(issue) for issue in findings.issues] if is_json else findings.issues
        raise ScenarioError(path.name, sorted(issues, key=lambda issue: issue.row), findings.notices)
    return plan, tuple(findings.notices)


def _in_json(issue: Issue) -> Issue:
    """Say where in a JSON file an issue is: the entry, counted from 1, and its key."""
    if not issue.row:
        return issue
    key = "id" if issue.column == "initiative_id" else issue.column
    return replace(issue, row=0, column=f"initiatives, entry {issue.row}{f', {key}' if key else ''}", letter="")


def _json_grid(content: bytes, file: str, findings: Findings) -> Grid | None:
    text = decode(content, file, findings, "Write it anew with `solve`.")
    if text is None:
        return None
    try:
        given = json.loads(text)
    except RecursionError:
        findings.problem(file, "lists nested too deeply", _EXPECTED, _WRITTEN)
        return None
    except ValueError as error:
        findings.problem(file, f"not valid JSON ({error})", _EXPECTED, _WRITTEN)
        return None
    listed = given.get("initiatives") if isinstance(given, dict) else None
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        findings.problem(file, "no list of initiatives", _EXPECTED, _WRITTEN)
        return None
    rows = [(number, tuple(_json_cell(entry, name) for name in _COLUMNS)) for number, entry in enumerate(listed, 1)]
    return Grid(file, _COLUMNS, rows, 0)


def _json_cell(entry: Mapping[str, Any], name: str) -> Cell:
    value = entry.get("id", entry.get(name)) if name == "initiative_id" else entry.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and abs(value) > _LARGEST_WHOLE:
        return Unusable("a number of hundreds of digits", "A plain number or text.", "")
    if isinstance(value, str | int | float):
        return value
    return Unusable("a list" if isinstance(value, list) else "an object", "A plain number or text.", "")


def _plan_of(scenario: Scenario, grid: Grid, findings: Findings) -> Plan:
    read = read_rows(grid, Planned, scenario.years, findings)
    own, ids, suggest = own_spellings(scenario.initiative_by_id), frozenset(scenario.initiative_by_id), Suggester()
    chosen: dict[str, Delivery] = {}
    seen: dict[str, int] = {}
    for number, row in read.table.everything():
        planned = cast(Planned, row)
        written, start = planned.initiative_id, planned.start
        name = None if written is None else own.get(folded(written), written)
        if name is not None and name != written:
            read.understood.cell(written, name)
        problems = []  # a blank cell has its issue already
        if name is not None and name not in ids:
            hint = made_a_number(name, ids) or suggest(name, ids)
            problems.append(("initiative_id", f'"{written}"', "An initiative of the scenario.", hint))
        elif name in seen:
            problems.append(
                ("initiative_id", f'"{written}" is already in row {seen[name]}', "Each initiative once.", "")
            )
        if start is not None and start not in scenario.years:
            problems.append(("start", f'"{start}"', f"One of the years {', '.join(scenario.years)}.", ""))
        for column, found, expected, fix in problems:
            letter = read.letters.get(column, "")
            findings.issues.append(Issue(grid.file, number, column, found, expected, fix, letter))
        if name is not None:
            seen.setdefault(name, number)
            if not problems and start is not None and planned.share:
                chosen[name] = Delivery(planned.share, scenario.years.index(start))
                findings.notices += _impossible(scenario, name, chosen[name], f"{grid.file}: ")
    findings.notices += read.understood.notice()
    if not findings.issues and not chosen:
        findings.notices.append(f"{grid.file}: the plan starts nothing.")
    return {name: chosen[name] for name in sorted(chosen)}


def _impossible(scenario: Scenario, name: str, delivery: Delivery, file: str) -> Iterator[str]:
    """Say what of a plan to keep the scenario does not allow: an older plan may have it, and it will change."""
    row = scenario.initiative_by_id[name]
    possible = [scenario.years[start] for start in scenario.starts(row)]
    if scenario.years[delivery.start] not in possible:
        yield (
            f"{file}{name} cannot start in {scenario.years[delivery.start]} (it may in {', '.join(possible)}): "
            "it is moved or left out, which counts as a change."
        )
    if delivery.share < row.min_scale:
        yield (
            f"{file}{name} has a share of {delivery.share:g}, and may not have less than {row.min_scale:g}: it is "
            "delivered in a larger part or left out, which counts as a change."
        )
