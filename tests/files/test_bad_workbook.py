"""Problems of workbooks: what a spreadsheet made of a cell, and the sheets of settings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from prioritiser.files.scenario_files import inspect_scenario
from tests.small import sheet_issues


@pytest.mark.parametrize(
    ("sheet", "rows", "expected"),
    [
        (
            "goals",
            [["goal_id", "tier", "2026/27"], ["rtt", "national", date(2026, 4, 1)], ["falls", "local", 3]],
            'goals, row 2, column C (2026/27): "2026-04-01 00:00:00". A target must be a number. The spreadsheet '
            "made a date "
            "of it: format the cell as text (or General for a number) and type it again.",
        ),
        (
            "goals",
            [["goal_id", "tier", "2026/27"], ["rtt", "national", True], ["falls", "local", 3]],
            "goals, row 2, column C (2026/27): TRUE. A target must be a number.",
        ),
        (
            "goals",
            [["goal_id", "tier", "2026/27"], ["rtt", "national", ("=", "=1+1")], ["falls", "local", 3]],
            'goals, row 2, column C (2026/27): the formula "=1+1". A value, not a formula. Copy the cell and use '
            '"Paste special, Values"; text that begins with = needs an apostrophe before it.',
        ),
        (
            "goals",
            [["goal_id", "tier", "2026/27"], [("=", "=A9"), "national", 3], ["rtt", "local", 3], ["falls", "local", 3]],
            'goals, row 2, column A (goal_id): the formula "=A9". A value, not a formula. Copy the cell and use '
            '"Paste special, Values"; text that begins with = needs an apostrophe before it.',
        ),
        (
            "initiatives",
            [["initiative_id", "latest"], ["wards", date(2026, 7, 1)], ["hub"]],
            'initiatives, row 2, column B (latest): "2026-07-01 00:00:00". A year label such as 2026/27. The '
            "spreadsheet made "
            "a date of it: format the cell as text (or General for a number) and type it again.",
        ),
        (
            "effects",
            [["initiative_id", "goal_id", "central"], [None], ["wards", "rt", 2]],
            'effects, row 3, column B (goal_id): "rt" is not in goals. Did you mean "rtt"?',
        ),
        (
            "goals",
            [["goal_id", "tier", "2026/27", date(2027, 8, 1)], ["rtt", "national", 1], ["falls", "local", 3]],
            'goals, row 1, column D: "2027-08-01 00:00:00". A column\'s name. The spreadsheet made a date '
            "of it: format the cell as text (or General for a number) and type it again.",
        ),
        ("goals", None, "goals: the sheet is missing."),
        ("scenario", None, "scenario: the sheet is missing."),
        ("goals", [], "goals: empty. A row of column names, then one row for each entry."),
        (
            "goals",
            [["goal_id"], *([["x"]] * 20_001)],
            "goals: more than 20,000 rows. At most 20,000 rows. Delete rows that are not needed.",
        ),
        ("goals", [["goal_id"], [None] * 200 + ["x"]], "goals: cells right of column GR. At most 200 columns."),
    ],
)
def test_sheet_is_refused_when_a_cell_is_wrong(
    sheet: str, rows: list[list[object]] | None, expected: str, tmp_path: Path
) -> None:
    assert sheet_issues(tmp_path / "a.xlsx", {sheet: rows}) == [expected]


HEAD: list[list[object]] = [["key", "value"], ["format", 1], ["title", "T"]]
YEARS: list[object] = ["years", "2026/27; 2027/28"]
BOTH: list[list[object]] = [["weights.national", 1], ["weights.local", 1]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [*HEAD, YEARS, ["weights.national", -1], ["weights.local", 1]],
            "scenario, row 5, column B (weights.national): -1. A number, 0 or more.",
        ),
        (
            [*HEAD, YEARS, ["weights.national", "x"], ["weights.local", 1]],
            'scenario, row 5, column B (weights.national): "x". A number, 0 or more.',
        ),
        (
            [*HEAD, YEARS, *BOTH, ["settings.balance", 2]],
            "scenario, row 7, column B (balance): 2. A number from 0 to 1.",
        ),
        (
            [*HEAD, YEARS, *BOTH, ["settings.blance", 2]],
            'scenario, row 7, column B (settings.blance): "blance". One of balance, case. Did you mean "balance"?',
        ),
        (
            [*HEAD, YEARS, *BOTH, ["weights.local", 2]],
            'scenario, row 7, column A (key): "weights.local" is already in row 6. Each key once.',
        ),
        (
            [*HEAD, YEARS, *BOTH, [None, "x"]],
            "scenario, row 7, column A (key): a value without a key. A key such as title.",
        ),
        (
            [*HEAD, [*YEARS, "2028/29"], *BOTH],
            'scenario, row 4, column C (years): a third cell: "2028/29". One key and one value.',
        ),
        (
            [*HEAD, ["years", date(2026, 7, 1)], *BOTH],
            'scenario, row 4, column B (years): "2026-07-01 00:00:00". Year labels such as 2026/27; 2027/28. The '
            "spreadsheet "
            "made a date of it: format the cell as text (or General for a number) and type it again.",
        ),
        (
            [*HEAD, YEARS, ["weights.national", ("=", "=1")], ["weights.local", 1]],
            'scenario, row 5, column B (weights.national): the formula "=1". A value, not a formula. Copy the '
            "cell and use "
            '"Paste special, Values"; text that begins with = needs an apostrophe before it.',
        ),
        (
            [["format", 2], ["title", "T"], YEARS, *BOTH],
            "scenario, row 1, column B (format): format 2. This version reads format 1.",
        ),
    ],
)
def test_scenario_sheet_is_refused_when_a_key_is_wrong(rows: list[list[object]], expected: str, tmp_path: Path) -> None:
    assert sheet_issues(tmp_path / "a.xlsx", {"scenario": rows}) == [expected]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            ["name", "weights"],
            ["W", "60,20"],
            'what_ifs, row 2, column B (weights): "60,20". Three numbers for national, '
            "local and long_term, such as 60,20,20.",
        ),
        (
            ["name", "weights"],
            ["W", 602020],
            "what_ifs, row 2, column B (weights): 602020. Three numbers for national, "
            "local and long_term, such as 60,20,20. The spreadsheet made a number of it: format the cell as text.",
        ),
        (["name", "weights"], ["W", "60,x,20"], 'what_ifs, row 2, column B (weights.local): "x". A number, 0 or more.'),
        (
            ["name", "capacity"],
            ["W", "money"],
            'what_ifs, row 2, column B (capacity): "money". Pairs such as capital=0.7; programme=0.9.',
        ),
        (
            ["name", "capacity"],
            ["W", "money=1; money=2"],
            'what_ifs, row 2, column B (capacity): "money" twice. Each id once.',
        ),
        (
            ["name", "capacity"],
            ["W", "money=lots"],
            'what_ifs, row 2, column B (capacity.money): "lots". A factor of 0 or more; 1 leaves the capacity as it is.',
        ),
        (
            ["name", "lock"],
            ["W", "=in"],
            'what_ifs, row 2, column B (lock): "=in". Pairs such as virtual_wards=in; hub=2027/28.',
        ),
        (
            ["name", "lock"],
            ["W", "hub=2027/28"],
            'what_ifs, row 2, column B (lock.hub): "2027/28". in, out, or a possible start: 2026/27.',
        ),
        (
            ["name", "without"],
            ["W", "R1; R12"],
            'what_ifs, row 2, column B (without): "R12" is not in rules. Did you mean "R1"?',
        ),
        (
            ["name", "capacitty"],
            ["W"],
            'what_ifs, row 1, column B (capacitty): "capacitty". One of name, note, weights, '
            'balance, case, capacity, lock, goal_weights, without. Did you mean "capacity"?',
        ),
        (
            ["name", "case", "case"],
            ["W"],
            'what_ifs, row 1, column C (case): "case" is already column B. Each column once. Delete one of them.',
        ),
        (["name"], ["W", "x"], 'what_ifs, row 2: "x". No cell here: column B has no name.'),
        (["name", "case"], [None, "low"], "what_ifs, row 2, column A (name): no name. Each what-if needs a name."),
        (
            ["name", "balance"],
            ["W", ("=", "=1")],
            'what_ifs, row 2, column B (balance): the formula "=1". A value, not a '
            'formula. Copy the cell and use "Paste special, Values"; text that begins with = needs an apostrophe '
            "before it.",
        ),
    ],
)
def test_what_ifs_sheet_is_refused_when_a_cell_is_wrong(
    header: list[object], row: list[object], expected: str, tmp_path: Path
) -> None:
    assert sheet_issues(tmp_path / "a.xlsx", {"what_ifs": [header, row]}) == [expected]


def test_notice_is_given_when_a_sheet_is_unknown(tmp_path: Path) -> None:
    assert sheet_issues(tmp_path / "a.xlsx", {"Notes": [["x"]], "whatifs": [["name"]]}) == []
    assert inspect_scenario(tmp_path / "a.xlsx").notices == (
        'The sheet "Notes" is not read.',
        'The sheet "whatifs" is not read. Did you mean "what_ifs"?',
    )
