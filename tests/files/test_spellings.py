"""Sixty spellings of one scenario: each is read as the plain one, says so in one notice, and changes no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from prioritiser.files.scenario_files import inspect_scenario
from tests.small import FILES, write_files

RULES = FILES["rules.csv"]
HEADINGS = [
    # the year 2026/27 above capacities
    *(
        ("resources.csv", "unit,2026/27", f"unit,{text}")
        for text in (
            "2026-27", "2026\u201327", "2026\u201427", "2026\u201127", "2026\u221227", "26/27", "26-27", "26\u201327",
            "FY26/27", "FY 26/27", "fy2026-27", "F/Y 26/27", "FY2026/27", "2026/2027", "2026-2027", "2026\u20132027",
            "2026/7", "2026 / 27", "2026_27", "2026 27", "2026\u00a0/27", "20\u200b26/27", "2026/27 (\u00a3k)",
            "2026/27 [\u00a3k]", "26/27 (\u00a3k)", "Financial year 2026/27", "Fiscal year 26/27", "Year 2026/27",
            "\uff12\uff10\uff12\uff16/27", "2026\u204427", "26\\27", '"2026/27\n(\u00a3k)"',
        )
    ),
    # months and years of other tables
    ("goals.csv", "weight,2026/27", "weight,FY26/27"),
    ("goals.csv", "weight,2026/27", "Weight,2026-27"),
    ("uses.csv", "year_1", "Year 1"),
    ("uses.csv", "year_1", "Y1"),
    ("uses.csv", "year_1", "Yr 1"),
    ("uses.csv", "year_2", "YEAR-2"),
    ("uses.csv", "year_2", "year\u00a02"),
    ("uses.csv", "year_2", "Year 2 (\u00a3k)"),
    # names of columns
    ("resources.csv", "resource_id", "Resource ID"),
    ("resources.csv", "resource_id", "RESOURCE-ID"),
    ("resources.csv", "carry_over", "Carry over"),
    ("goals.csv", "goal_id", "goal\u00a0id"),
    ("goals.csv", "tier", "\u200bTier"),
    ("initiatives.csv", "earliest", "Earliest"),
    ("initiatives.csv", "initiative_id", "InitiativeID"),
    ("effects.csv", "central", "CENTRAL"),
    ("effects.csv", "if_also", "If also"),
    ("rules.csv", "rule_id", "Rule id"),
]  # fmt: skip
CELLS = [
    ("goals.csv", "rtt,national", "rtt,National"),
    ("goals.csv", "rtt,national", "rtt,NATIONAL\u00a0"),
    ("goals.csv", "rtt,national", "rtt,nat\u00adional"),
    ("resources.csv", "100,100,no", "100,100,No"),
    ("resources.csv", "100,100,no", "100,100,n"),
    ("resources.csv", "100,100,no", "100,100,FALSE"),
    ("initiatives.csv", "2026/27,2027/28", "2026-27,FY27/28"),
    ("uses.csv", "wards,money", "Wards,money"),
    ("uses.csv", "wards,money", "wards,\uff2doney"),
    ("uses.csv", "hub,money", "hub\u200b,MONEY"),
    ("effects.csv", "wards,rtt", "WARDS,RTT"),
    ("effects.csv", "hub,falls", "hub,Falls"),
    ("rules.csv", "requires,wards,hub", "Requires,Wards,HUB"),
]
FILE_NAMES = [("goals.csv", "Goals.csv"), ("uses.csv", "USES.CSV"), ("scenario.toml", "Scenario.toml")]


def plain_hash(folder: Path) -> str:
    """The hash of the scenario as it is written plainly."""
    reading = inspect_scenario(write_files(folder))
    assert reading.scenario is not None
    assert reading.notices == ()
    return reading.scenario.hash


def test_there_are_enough_spellings() -> None:
    assert len(HEADINGS) + len(CELLS) + len(FILE_NAMES) >= 60


@pytest.mark.parametrize(("file", "plain", "spelled"), HEADINGS + CELLS, ids=ascii)
def test_spelling_is_read_as_the_plain_one_with_one_notice(file: str, plain: str, spelled: str, tmp_path: Path) -> None:
    assert plain in FILES[file]
    reading = inspect_scenario(write_files(tmp_path / "other", {file: FILES[file].replace(plain, spelled, 1)}))
    assert reading.issues == ()
    assert reading.scenario is not None
    assert reading.scenario.hash == plain_hash(tmp_path / "plain")
    (notice,) = reading.notices
    assert notice.startswith(f"{file}: read as meant: ")


@pytest.mark.parametrize(("plain", "written"), FILE_NAMES)
def test_file_is_read_when_its_name_has_other_capitals(plain: str, written: str, tmp_path: Path) -> None:
    reading = inspect_scenario(write_files(tmp_path / "other", {plain: None, written: FILES[plain]}))
    assert reading.scenario is not None
    assert reading.scenario.hash == plain_hash(tmp_path / "plain")
    assert reading.notices == (f'{plain}: read from "{written}".',)


AMBIGUOUS = ["2026", "2027", "FY27", "FY2027", "Budget 2026/27", "Budget 2026", "27", "Year 1", "2026/28", "2028/29"]


@pytest.mark.parametrize("heading", AMBIGUOUS)
def test_heading_that_could_mean_two_years_or_none_is_an_issue(heading: str, tmp_path: Path) -> None:
    text = FILES["resources.csv"].replace("unit,2026/27", f"unit,{heading}", 1)
    reading = inspect_scenario(write_files(tmp_path / "other", {"resources.csv": text}))
    (issue,) = reading.issues
    assert issue.column == heading
    assert not any("kept as a tag" in notice for notice in reading.notices)
    assert "no limit" in str(issue)
    assert "2026/27, 2027/28" in str(issue)
