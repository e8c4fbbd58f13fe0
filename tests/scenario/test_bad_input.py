"""Every problem of cells, tables and settings: all at once, each in its place, none that only follows from another."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritiser.errors import Issue, ScenarioError
from prioritiser.files.scenario_files import inspect_scenario, read_scenario
from prioritiser.scenario.schema import ID_EXPECTED
from tests.depth import cases
from tests.small import FILES, TOML, issues_of, texts_of, write_files

GOALS = "goal_id,tier,weight,2026/27,2027/28\n"
EFFECTS = "initiative_id,goal_id,central,low,high\n"
RULES = "rule_id,kind,subject,other,resource_id,year,limit\n"


def test_error_lists_every_problem_when_several_files_are_wrong(tmp_path: Path) -> None:
    changes = {
        "scenario.toml": TOML.replace("national = 50", "national = -1") + "[settings]\nbalance = 2\n",
        "goals.csv": FILES["goals.csv"].replace("national,1", "national,x"),
        "effects.csv": EFFECTS + "wards,rtt,2,1,3\n\nhub,fals,1,,\n",
        "resources.csv": FILES["resources.csv"].replace("100,100", "100,-2"),
    }
    folder = write_files(tmp_path / "sick", changes)
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    assert str(caught.value).splitlines() == [
        f"{folder} is not valid: 5 problems",
        "  scenario.toml, weights.national: -1. A number, 0 or more.",
        "  scenario.toml, balance: 2. A number from 0 to 1.",
        '  goals.csv, row 2, column C (weight): "x". weight must be a number.',
        "  resources.csv, row 2, column D (2027/28): -2 £k. A capacity must be 0 or more.",
        '  effects.csv, row 4, column B (goal_id): "fals" is not in goals.csv. Did you mean "falls"?',
    ]


def test_issue_has_plain_fields_when_given_as_json(tmp_path: Path) -> None:
    issue = issues_of(tmp_path / "a", {"effects.csv": EFFECTS + "hub,fals,1,,\n"})[0]
    assert issue.as_json() == {
        "file": "effects.csv",
        "row": 2,
        "column": "goal_id",
        "found": '"fals"',
        "expected": "An id that is in goals.csv.",
        "fix": 'Did you mean "falls"?',
    }


def test_issue_has_no_row_when_it_is_about_a_file() -> None:
    issue = Issue("goals.csv", 0, "", "missing", "A scenario needs goals.csv.")
    assert issue.as_json()["row"] is None
    assert str(issue) == "goals.csv: missing. A scenario needs goals.csv."


@pytest.mark.parametrize(
    ("cell", "fix"),
    [
        ("1,200", "Write 1200, without thousands separators."),
        ("1 200", "Write 1200, without thousands separators."),
        ("3,5", "Write 3.5, with a decimal point."),
        ("40%", "Write 40 if the unit is %, or 0.4 for a share, without the %."),
        ("£5", "Write 5, without the currency sign; the column unit says the currency."),
        ("5 WTE", "Write 5 only; a unit belongs in the column unit."),
        ("−5", "Write -5, with a plain hyphen as the minus sign."),
        ("NaN", "Write a number, 0 if there is none: the cell may not be blank."),
        ("n/a", "Write a number, 0 if there is none: the cell may not be blank."),
        ("-", "Write a number, 0 if there is none: the cell may not be blank."),
        ("inf", "Infinity is not a number. Write a number, 0 if there is none: the cell may not be blank."),
        ("-Infinity", "Infinity is not a number. Write a number, 0 if there is none: the cell may not be blank."),
        ("0x1F", "Write it in plain decimals, such as 1200."),
        ("1_000", "Write 1000, without underscores."),
        ("=1+1", "Write the result of the formula."),
        ("1e999", "It is too large: a number is 0, or from 1e-9 to 1e15 in size."),
        ("1.7976931348623157e308", "It is too large: a number is 0, or from 1e-9 to 1e15 in size."),
        ("٣", "Write 3 in plain digits."),
        ("many", ""),
    ],
)
def test_number_is_refused_with_advice_when_not_plain(cell: str, fix: str, tmp_path: Path) -> None:
    text = f'{EFFECTS}wards,rtt,"{cell}",,\n'
    expected = f'effects.csv, row 2, column C (central): "{cell}". central must be a number. {fix}'.strip()
    assert texts_of(tmp_path / "a", {"effects.csv": text}) == [expected]


def test_effect_that_harms_is_refused_when_its_partner_is_divisible(tmp_path: Path) -> None:
    changes = {
        "initiatives.csv": "initiative_id,min_scale\nwards,\nhub,0.5\n",
        "effects.csv": "initiative_id,goal_id,central,low,if_also\nwards,rtt,2,-1,hub\n",
    }
    expected = "effects.csv, row 2, column E (if_also): an effect that does harm in one of the cases."
    assert texts_of(tmp_path / "a", changes) == [f"{expected} Both initiatives must be all-or-nothing (min_scale 1)."]


@pytest.mark.parametrize("name", ["a/b", "🙂", "it's", 'a"b', " x" * 40, "-a", "é"])
def test_id_is_refused_when_it_holds_other_signs(name: str, tmp_path: Path) -> None:
    quoted = name.replace('"', '""')
    text = f'{FILES["initiatives.csv"]}"{quoted}",,,\n'
    issue = issues_of(tmp_path / "a", {"initiatives.csv": text})[0]
    assert (issue.row, issue.column, issue.expected) == (4, "initiative_id", ID_EXPECTED)


def test_found_is_cut_when_a_cell_is_long(tmp_path: Path) -> None:
    text = f"{GOALS}rtt,{'x' * 500},1,,5\nfalls,local,2,3,4\n"
    assert issues_of(tmp_path / "a", {"goals.csv": text})[0].found == f'"{"x" * 60}…"'


def test_text_is_refused_when_it_holds_a_control_character(tmp_path: Path) -> None:
    text = "initiative_id,lead,area,tag\nwards,a\x07b,,\nhub,,,c\x1bd\n"
    assert texts_of(tmp_path / "a", {"initiatives.csv": text}) == [
        'initiatives.csv, row 2, column B (lead): "a\x07b". Plain text: text holds a control character; delete it.',
        'initiatives.csv, row 3, column D (tag): "c\x1bd". Plain text: text holds a control character; delete it.',
    ]


def test_text_is_refused_when_longer_than_a_cell(tmp_path: Path) -> None:
    text = f"initiative_id,lead\nwards,{'x' * 16001}\nhub,\n"
    issue = issues_of(tmp_path / "a", {"initiatives.csv": text})[0]
    assert issue.expected == "Plain text: text of 16,001 characters; a cell holds at most 16,000."


def test_rows_are_counted_as_a_spreadsheet_does_when_lines_are_blank_or_broken(tmp_path: Path) -> None:
    text = f'{EFFECTS}\n,,,,\nwards,rtt,"1\n",,\nhub,fals,1,,\n'
    assert [issue.row for issue in issues_of(tmp_path / "a", {"effects.csv": text})] == [5]


def test_wrong_rows_cause_no_other_problem_when_others_refer_to_them(tmp_path: Path) -> None:
    changes = {
        "goals.csv": FILES["goals.csv"].replace("rtt,national,1", "rtt,national,heavy"),
        "initiatives.csv": FILES["initiatives.csv"].replace("Trust,2026/27", "Trust,x\x01"),
        "resources.csv": FILES["resources.csv"].replace("100,100", "1o0,100"),
        "scenario.toml": TOML + '[[what_if]]\nname = "W"\nlock = { wards = "2027/28" }\ngoal_weights = { rtt = 2 }\n',
    }
    found = [(issue.file, issue.row, issue.column) for issue in issues_of(tmp_path / "a", changes)]
    assert found == [("goals.csv", 2, "weight"), ("resources.csv", 2, "2026/27"), ("initiatives.csv", 2, "earliest")]


def test_references_are_still_checked_when_their_row_has_another_wrong_cell(tmp_path: Path) -> None:
    text = f"{EFFECTS}wards,rt,much,,\n"
    assert [issue.column for issue in issues_of(tmp_path / "a", {"effects.csv": text})] == ["goal_id", "central"]


def test_duplicates_are_found_when_one_of_them_has_a_wrong_cell(tmp_path: Path) -> None:
    text = f"{GOALS}rtt,national,x,,5\nfalls,local,2,3,4\nrtt,local,1,,5\n"
    found = [(issue.row, issue.column) for issue in issues_of(tmp_path / "a", {"goals.csv": text})]
    assert found == [(2, "weight"), (4, "goal_id")]


@pytest.mark.parametrize(
    "file", ["scenario.toml", "goals.csv", "resources.csv", "initiatives.csv", "uses.csv", "effects.csv"]
)
def test_only_the_file_is_missing_when_one_is(file: str, tmp_path: Path) -> None:
    expected = f"{file}: it is missing. `prioritiser new` writes an example of each file."
    assert texts_of(tmp_path / "a", {file: None}) == [expected]


def test_similar_file_is_named_when_one_is_missing(tmp_path: Path) -> None:
    found = texts_of(tmp_path / "a", {"goals.csv": None, "goal.csv": FILES["goals.csv"]})
    assert found == ['goals.csv: it is missing. Did you mean "goal.csv"?']


@pytest.mark.parametrize("file", ["goals.csv", "uses.csv"])
@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_only_the_file_is_empty_when_one_is(file: str, text: str, tmp_path: Path) -> None:
    assert texts_of(tmp_path / "a", {file: text}) == [
        f"{file}: empty. A row of column names, then one row for each entry."
    ]


def test_scenario_is_refused_when_it_has_no_goals_or_initiatives(tmp_path: Path) -> None:
    changes = {
        "goals.csv": GOALS,
        "initiatives.csv": "initiative_id\n",
        "uses.csv": "initiative_id,resource_id,year_1\n",
        "effects.csv": EFFECTS,
        "rules.csv": None,
    }
    assert texts_of(tmp_path / "a", changes) == [
        "goals.csv: no rows. A scenario needs at least one goal.",
        "initiatives.csv: no rows. A scenario needs at least one initiative.",
    ]


def test_missing_column_is_one_problem_when_another_is_like_it(tmp_path: Path) -> None:
    changes = {"goals.csv": FILES["goals.csv"].replace("goal_id", "goal_idd")}
    assert texts_of(tmp_path / "a", changes) == [
        'goals.csv, row 1, column goal_id: the column goal_id is missing. Did you mean column A, "goal_idd"?'
    ]
    assert inspect_scenario(tmp_path / "a").notices == ()


def test_missing_column_is_named_when_none_is_like_it(tmp_path: Path) -> None:
    changes = {"uses.csv": "initiative_id,resource_id\nwards,money\n"}
    assert texts_of(tmp_path / "a", changes) == [
        "uses.csv, row 1, column year_1: the column year_1 is missing. Add it to the header."
    ]


def test_header_is_refused_when_a_column_comes_twice(tmp_path: Path) -> None:
    changes = {"goals.csv": "goal_id,tier, tier,2027/28\nrtt,national,local,5\nfalls,local,local,4\n"}
    assert texts_of(tmp_path / "a", changes) == [
        'goals.csv, row 1, column C (tier): "tier" is already column B. Each column once. '
        "Delete one of them or rename it."
    ]


def test_cells_are_refused_when_their_column_has_no_name(tmp_path: Path) -> None:
    changes = {"goals.csv": "goal_id,tier,2027/28,,\nrtt,national,5,,,,stray\nfalls,local,4,x\n"}
    fix = "Name the column in the header row, or put text that holds a comma in quotes."
    assert texts_of(tmp_path / "a", changes) == [
        f'goals.csv, row 2, column G: "stray". No cell here: column G has no name. {fix}',
        f'goals.csv, row 3, column D: "x". No cell here: column D has no name. {fix}',
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"goal_id,tier\0,x\n",
            "goals.csv, row 1: a NUL byte. Plain text. Delete the character, or save the table again.",
        ),
        (
            "goal_id,tier\n".encode("utf-16"),
            'goals.csv: UTF-16 text. UTF-8 text. In Excel, use "Save as" and choose "CSV UTF-8 (comma delimited)".',
        ),
        (
            b"goal_id\nx\x81\xe9\n",
            "goals.csv, row 2: bytes that are not UTF-8. UTF-8 text. "
            'In Excel, use "Save as" and choose "CSV UTF-8 (comma delimited)".',
        ),
        (
            b'goal_id,tier\nrtt,national\n"x,local\ny,local\n',
            "goals.csv, row 3: a quoted cell that is never closed. "
            'A closing quotation mark. Write a quotation mark inside a quoted cell twice (""), and close every '
            "quoted cell.",
        ),
        (
            b'goal_id,tier\n"r"tt,national\n',
            "goals.csv, row 2: text after a closing quotation mark. "
            "A comma after a quoted cell. "
            'Write a quotation mark inside a quoted cell twice (""), and close every quoted cell.',
        ),
        (
            b'goal_id\n"' + b"x" * 140_000,
            "goals.csv, row 2: a cell that goes on for pages. "
            "At most 16,000 characters in a cell. "
            'Write a quotation mark inside a quoted cell twice (""), and close every quoted cell.',
        ),
        (b"," * 200 + b"goal_id\n", "goals.csv, row 1: columns up to GS. At most 200 columns."),
        (
            b"goal_id\n" + b"x\n" * 100_000,
            "goals.csv: more than 20,000 rows. At most 20,000 rows. Delete rows that are not needed.",
        ),
        (b"goal_id\n" + b"\n" * 20_000_000, "goals.csv: more than 20 MB. A smaller file. Delete what is not needed."),
    ],
    ids=["nul", "utf-16", "bytes", "open quote", "broken quote", "long", "wide", "100,000 rows", "20 MB"],
)
def test_table_is_refused_when_it_is_not_csv(content: bytes, expected: str, tmp_path: Path) -> None:
    assert texts_of(tmp_path / "a", {"goals.csv": content}) == [expected]


def test_table_is_refused_when_it_is_a_folder(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "a", {"goals.csv": None})
    (folder / "goals.csv").mkdir()
    assert [str(issue) for issue in inspect_scenario(folder).issues] == ["goals.csv: not a file. A regular file."]


def test_unknown_tiers_and_ids_are_quick_when_a_whole_table_is_wrong(tmp_path: Path) -> None:
    initiatives = "initiative_id\nwards\nhub\n" + "".join(f"initiative number {at}\n" for at in range(1000))
    effects = EFFECTS + "".join(f"initiativ numbre {at},rtt,1,,\n" for at in range(3000))
    found = issues_of(tmp_path / "a", {"initiatives.csv": initiatives, "effects.csv": effects})
    assert len(found) == 3000
    assert sum(bool(issue.fix) for issue in found) == 25


def test_reading_stops_when_thousands_of_cells_are_wrong(tmp_path: Path) -> None:
    text = EFFECTS + "wards,rtt,x,y,z\n" * 5000
    found = issues_of(tmp_path / "a", {"effects.csv": text})
    assert len(found) == 2002
    assert str(found[-1]) == (
        "effects.csv, row 669: more than 2,000 wrong cells. Cells as the header says; the rows from here on were not "
        "read. Mend the cells above first."
    )


@settings(max_examples=cases(150), deadline=None)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=60), st.integers(0, 200), st.booleans())
def test_reading_never_crashes_when_bytes_are_damaged(name: str, content: bytes, at: int, whole: bool) -> None:
    text = FILES[name].encode("utf-8")
    with tempfile.TemporaryDirectory() as place:
        broken = content if whole else text[:at] + content + text[at:]
        reading = inspect_scenario(write_files(Path(place) / "a", {name: broken}))
        assert (reading.scenario is None) == bool(reading.issues)
        assert all(issue.expected for issue in reading.issues)


@settings(max_examples=cases(150), deadline=None)
@given(
    st.sampled_from([name for name in FILES if name != "scenario.toml"]),
    st.text(max_size=8) | st.sampled_from(["-1", "1e308", "in", "wards", "rtt", "down", "2027/28", "=1", '"']),
    st.integers(0, 40),
)
def test_reading_never_crashes_when_a_cell_is_replaced(name: str, cell: str, at: int) -> None:
    cells = re.split("([,\n])", FILES[name])
    cells[at * 2 % len(cells)] = cell
    with tempfile.TemporaryDirectory() as place:
        changes = {name: "".join(cells).encode("utf-8", "surrogatepass")}
        reading = inspect_scenario(write_files(Path(place) / "a", changes))
        assert (reading.scenario is None) == bool(reading.issues)
