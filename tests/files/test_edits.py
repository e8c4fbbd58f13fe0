"""Tables while they are edited: what an editor reports is taken whole, and read as files are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.generated import dense_scenario
from prioritiser.analysis.comparison.scenario_differences import scenario_differences
from prioritiser.files.edits import Edits, TableEdits, column_key
from prioritiser.files.excel.writer import fits_workbook
from prioritiser.files.scenario_files import inspect_bytes, read_scenario, scenario_bytes
from prioritiser.files.tables.upload_limits import MAX_ARCHIVE_BYTES, MAX_ROWS
from prioritiser.files.template import template_bytes, template_scenario
from prioritiser.scenario.scenario import Scenario
from tests.page_scenarios import write_nasty
from tests.places import ROOT
from tests.small import write_files, write_zip

SCENARIOS = ROOT / "scenarios"


@pytest.fixture
def small(tmp_path: Path) -> Scenario:
    return read_scenario(write_files(tmp_path / "small"))


def edited(edits: Edits, table: str, **state: Any) -> Edits:
    """Edit a table; cells are given by the names of their columns."""
    given = edits.tables[table]
    keys = {name: column_key(position) for position, name in enumerate(given.header)}

    def by_key(cells: dict[str, Any]) -> dict[str, Any]:
        return {keys[name]: cell for name, cell in cells.items()}

    rows = {position: by_key(cells) for position, cells in state.get("edited_rows", {}).items()}
    added = [by_key(cells) for cells in state.get("added_rows", [])]
    reported = {"edited_rows": rows, "added_rows": added, "deleted_rows": state.get("deleted_rows", [])}
    return edits.with_table(given.with_edits(reported))


def texts(edits: Edits) -> list[str]:
    return [str(issue) for issue in edits.read().issues]


@pytest.mark.parametrize("name", ["quickstart", "example-ics"])
def test_unedited_tables_are_the_same_scenario_when_read(name: str) -> None:
    scenario = read_scenario(SCENARIOS / name)
    edits = Edits.of(scenario)
    found = edits.read().scenario
    assert edits.is_empty and list(edits.cell_edits()) == []
    assert found is not None and found.hash == scenario.hash


def test_edit_changes_one_cell_and_nothing_else_when_read(small: Scenario) -> None:
    edits = edited(Edits.of(small), "initiatives", edited_rows={1: {"lead": "Council"}})
    found = edits.read().scenario
    assert found is not None
    assert found.initiative_by_id["wards"].lead == "Council"
    assert found.initiative_by_id["hub"] == small.initiative_by_id["hub"]
    assert edits.table_edits == (TableEdits("initiatives", added=0, changed=1, removed=0),)
    (change,) = edits.cell_edits()
    assert (change.row_id, change.column, change.before, change.after) == ("wards", "lead", "Trust", "Council")


def test_rows_are_added_changed_and_removed_when_counted(small: Scenario) -> None:
    edits = edited(
        Edits.of(small),
        "uses",
        edited_rows={0: {"year_1": "11"}},
        added_rows=[{"initiative_id": "hub", "resource_id": "money", "year_1": "3"}, {}],
        deleted_rows=[1],
    )
    assert edits.table_edits == (TableEdits("uses", added=1, changed=1, removed=1),)
    found = edits.read().scenario
    assert found is not None
    assert [(use.initiative_id, use.amounts) for use in found.uses] == [
        ("hub", {"year_1": 11.0}),
        ("hub", {"year_1": 3.0}),
    ]
    said = [(change.row_id, change.column, change.before, change.after) for change in edits.cell_edits()]
    assert said == [
        ("hub · money", "year_1", "10", "11"),
        ("hub · money", "", "", "a new row"),
        ("wards · money", "", "a row", "removed"),
    ]


def test_cell_that_is_emptied_is_not_given_when_read(small: Scenario) -> None:
    for blank in (None, "", "  "):
        edits = edited(Edits.of(small), "goals", edited_rows={0: {"weight": blank}})
        found = edits.read().scenario
        assert found is not None and found.goal_by_id["falls"].weight == 1
        assert "weight" not in found.goal_by_id["falls"].cells(found.years)


def test_cell_edited_back_is_no_edit_when_counted(small: Scenario) -> None:
    edits = edited(Edits.of(small), "goals", edited_rows={0: {"weight": "7"}})
    assert not edits.is_empty
    assert edited(edits, "goals", edited_rows={0: {"weight": " 2 "}}).is_empty


def test_every_problem_is_named_by_the_editors_rows_when_rows_were_deleted(small: Scenario) -> None:
    edits = edited(
        Edits.of(small),
        "goals",
        edited_rows={1: {"tier": "nationl", "baseline": "ten"}},
        added_rows=[{"goal_id": "new"}],
        deleted_rows=[0],
    )
    assert texts(edits) == [
        'goals.csv, row 3, column C (tier): "nationl". tier must be national, local or long_term. Did you mean "national"?',
        'goals.csv, row 3, column G (baseline): "ten". baseline must be a number.',
        "goals.csv, row 4, column C (tier): blank. Every row of goals needs tier.",
        'effects.csv, row 2, column B (goal_id): "falls" is not in goals.csv.',
    ]
    again = edits.with_table(edits.tables["goals"].renumbered())
    assert [issue.row for issue in again.read().issues] == [2, 2, 3, 2]
    assert again.table_edits == edits.table_edits


def test_text_of_the_scenario_is_edited_and_checked_when_read(small: Scenario) -> None:
    edits = Edits.of(small).with_texts({"title": 'A "new" title', "summary": "One\nTwo"})
    found = edits.read().scenario
    assert found is not None and (found.title, found.summary) == ('A "new" title', "One\nTwo")
    assert [change.column for change in edits.text_edits] == ["title", "summary"]
    assert texts(edits.with_texts({"title": " "})) != []
    assert texts(edits.with_texts({"title": "a\x00b\x7f"})) != []


def test_too_many_rows_are_one_problem_when_pasted(small: Scenario) -> None:
    row = {"initiative_id": "hub", "resource_id": "money", "year_1": "1"}
    found = texts(edited(Edits.of(small), "uses", added_rows=[row] * MAX_ROWS))
    assert found == [
        f"uses.csv: more than {MAX_ROWS:,} rows. At most {MAX_ROWS:,} rows. Delete rows that are not needed."
    ]


def test_what_names_no_cell_is_left_out_when_reported(small: Scenario) -> None:
    given = Edits.of(small).tables["goals"]
    state = {
        "edited_rows": {"99": {"column_0": "x"}, "0": {"_index": 3}},
        "added_rows": [{"_index": 9}],
        "deleted_rows": [42],
    }
    assert Edits.of(small).with_table(given.with_edits(state)).is_empty


def test_edits_with_problems_are_packed_as_they_are_when_taken_away(small: Scenario) -> None:
    edits = edited(Edits.of(small), "goals", edited_rows={0: {"baseline": "=1+1"}}).with_texts({"title": "Mine"})
    reading = inspect_bytes("mine.zip", edits.as_zip())
    assert [str(issue) for issue in reading.issues] == texts(edits) != []
    back = edited(edits, "goals", edited_rows={0: {"baseline": ""}}).as_zip()
    found = inspect_bytes("mine.zip", back).scenario
    assert found is not None and found.title == "Mine" and found.goals == small.goals


@pytest.mark.parametrize("kind", ["zip", "xlsx"])
def test_bytes_are_the_same_scenario_when_read_back(kind: str, tmp_path: Path) -> None:
    made = [read_scenario(SCENARIOS / "example-ics"), read_scenario(write_nasty(tmp_path / "nasty"))]
    formulas = {"initiatives.csv": "initiative_id,name,lead\nwards,=1+1,+44\nhub,@x,-dash\n"}
    made.append(read_scenario(write_files(tmp_path / "formulas", formulas)))
    for scenario in made:
        found = inspect_bytes(f"a.{kind}", scenario_bytes(scenario, f"a.{kind}")).scenario
        assert found is not None and found.hash == scenario.hash
    found = inspect_bytes(f"a.{kind}", template_bytes(f"a.{kind}")).scenario
    assert found is not None and found.hash == template_scenario().hash


def test_bytes_of_any_other_kind_are_a_problem_when_brought(tmp_path: Path) -> None:
    for name, content, said in (
        ("a.csv", b"x", "a .csv file"),
        ("a.xlsx", b"nonsense", "not a zip file, or damaged"),
        ("a.zip", b"", "not a zip file, or damaged"),
        ("a.zip", bytes(MAX_ARCHIVE_BYTES + 1), "more than 50 MB"),
        ("", b"", "a nameless file"),
        ("a.xlsx", write_zip(tmp_path / "b.zip", {"goals.csv": "x"}).read_bytes(), "not an Excel workbook"),
    ):
        reading = inspect_bytes(name, content)
        assert reading.scenario is None
        assert [issue.found for issue in reading.issues] == [said]
        assert reading.issues[0].file == name


def test_workbook_cannot_keep_a_code_of_excel_when_asked(small: Scenario, tmp_path: Path) -> None:
    assert fits_workbook(small)
    coded = {"initiatives.csv": "initiative_id,name\nwards,x005F_\nhub,\n"}
    assert not fits_workbook(read_scenario(write_files(tmp_path / "coded", coded)))


def test_differences_are_by_name_when_two_scenarios_are_compared(small: Scenario, tmp_path: Path) -> None:
    other = {
        "initiatives.csv": "initiative_id,name,earliest,latest,lead\nwards,Wards,2026/27,2027/28,Trust\nclinic,Clinic,,,\n",
        "uses.csv": "initiative_id,resource_id,year_1,year_2\nwards,money,40,20\nwards,money,1,\nclinic,money,10,\n",
        "effects.csv": "initiative_id,goal_id,central,low,high\nwards,rtt,2,1,3\nclinic,falls,1,,\n",
        "rules.csv": None,
    }
    found = {
        entry.table: entry
        for entry in scenario_differences(small, read_scenario(write_files(tmp_path / "other", other)))
    }
    assert (found["initiatives"].added, found["initiatives"].removed) == (("Clinic",), ("hub",))
    assert found["initiatives"].changed == ("Wards",)
    assert found["uses"].changed == ("wards · money",) and found["uses"].added == ("clinic · money",)
    assert found["goals"].added == found["goals"].removed == found["goals"].changed == ()
    assert found["rules"].removed == ("R1",) and found["rules"].rows_now == 0


@pytest.mark.thorough
def test_thousand_initiatives_are_taken_whole_when_one_cell_is_edited() -> None:
    scenario = dense_scenario(1000)
    edits = edited(Edits.of(scenario), "uses", edited_rows={17: {"year_1": "7"}})
    found = edits.read().scenario
    assert found is not None
    assert edits.table_edits == (TableEdits("uses", added=0, changed=1, removed=0),)
    differing = [
        entry for entry in scenario_differences(scenario, found) if entry.added or entry.removed or entry.changed
    ]
    assert [(entry.table, len(entry.changed)) for entry in differing] == [("uses", 1)]
