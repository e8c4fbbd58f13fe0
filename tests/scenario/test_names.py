"""Two rows of one name are told apart by lead, place or id; nothing else about them changes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from prioritiser import read_scenario
from prioritiser.files.scenario_files import read_scenario as read
from prioritiser.files.scenario_files import write_scenario
from prioritiser.scenario.names import distinct_names, group_names
from prioritiser.scenario.schema import Initiative, Resource
from prioritiser.text.spelling import folded
from tests.places import ROOT
from tests.same_names import GOALS, INITIATIVES, RESOURCES, same_names
from tests.small import write_files


def named(*rows: tuple[str, ...]) -> dict[str, str]:
    """Name initiatives given as id, name, lead and place."""
    columns = ("initiative_id", "name", "lead", "place")
    return distinct_names(
        [Initiative(**{key: cell for key, cell in zip(columns, row, strict=False) if cell}) for row in rows]
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        # the name alone where no other row has it
        ([("a", "Hub"), ("b", "Ward")], ["Hub", "Ward"]),
        ([("a", ""), ("b", "Ward")], ["a", "Ward"]),
        # the lead, the place, both, the id
        ([("a", "Ward", "North"), ("b", "Ward", "South")], ["Ward (North)", "Ward (South)"]),
        ([("a", "Ward", "ICB", "Exeter"), ("b", "Ward", "ICB", "Truro")], ["Ward (Exeter)", "Ward (Truro)"]),
        ([("a", "Ward", "ICB", "Exeter"), ("b", "Ward", "ICB", "Exeter")], ["Ward (a)", "Ward (b)"]),
        ([("a", "Ward"), ("b", "Ward")], ["Ward (a)", "Ward (b)"]),
        (
            [("a", "Ward", "N", "Exeter"), ("b", "Ward", "S", "Exeter"), ("c", "Ward", "S", "Truro")],
            ["Ward (N)", "Ward (S, Exeter)", "Ward (Truro)"],
        ),
        ([("a", "Ward", "N"), ("b", "Ward", "S"), ("c", "Ward")], ["Ward (N)", "Ward (S)", "Ward (c)"]),
        # capitals, blanks and invisible characters do not tell names or leads apart
        ([("a", "IT"), ("b", "it")], ["IT (a)", "it (b)"]),
        ([("a", "Virtual ward"), ("b", "Virtual  ward\u200b")], ["Virtual ward (a)", "Virtual  ward\u200b (b)"]),
        ([("a", "Ward", "North"), ("b", "Ward", "NORTH")], ["Ward (a)", "Ward (b)"]),
        # an id may be another row's name, and a name may look like ours
        ([("a", ""), ("b", "a")], ["a (a)", "a (b)"]),
        (
            [("a", "Ward", "North"), ("b", "Ward", "South"), ("c", "Ward (North)")],
            ["Ward (a)", "Ward (South)", "Ward (North)"],
        ),
        (
            [("a", "Ward"), ("b", "Ward"), ("c", "Ward (a)")],
            ["Ward (a) (a)", "Ward (b)", "Ward (a)"],
        ),
    ],
)
def test_names_are_told_apart_when_rows_share_them(rows: list[tuple[str, ...]], told: list[str]) -> None:
    found = named(*rows)
    assert list(found.values()) == told
    assert len({folded(name) for name in found.values()}) == len(rows)


def test_resources_have_only_their_ids_when_names_are_shared() -> None:
    rows = [Resource(resource_id="ra", name="Money"), Resource(resource_id="rb", name="money")]
    assert distinct_names(rows) == {"ra": "Money (ra)", "rb": "money (rb)"}


def test_every_row_of_a_scenario_knows_what_it_goes_by() -> None:
    scenario = same_names()
    assert {row.goal_id: row.label for row in scenario.goals} == GOALS
    assert {row.resource_id: row.label for row in scenario.resources} == RESOURCES
    assert {row.initiative_id: row.label for row in scenario.initiatives} == INITIATIVES
    assert scenario.goal_by_id["gb"].label == GOALS["gb"]
    assert set(scenario.labels) == {*GOALS.values(), *RESOURCES.values(), *INITIATIVES.values()}


def test_cells_hash_and_files_stay_when_names_are_told_apart(tmp_path: Path) -> None:
    scenario = same_names()
    assert [row.name for row in scenario.initiatives] == ["Virtual ward"] * 2 + ["Phones"] * 2 + ["Home visits"] * 2
    write_scenario(scenario, tmp_path / "again")
    again = read(tmp_path / "again")
    assert again.hash == scenario.hash
    assert again.initiatives == scenario.initiatives
    assert "(North)" not in (tmp_path / "again" / "initiatives.csv").read_text(encoding="utf-8-sig")


def test_name_stands_alone_again_when_the_other_row_is_gone() -> None:
    scenario = same_names()
    without = {"v2", "x2"}
    fewer = dataclasses.replace(
        scenario,
        initiatives=tuple(row for row in scenario.initiatives if row.initiative_id not in without),
        uses=tuple(row for row in scenario.uses if row.initiative_id not in without),
        effects=tuple(row for row in scenario.effects if row.initiative_id not in without),
    )
    assert [row.label for row in fewer.initiatives] == ["Virtual ward", INITIATIVES["w1"], INITIATIVES["w2"],
                                                        "Home visits"]  # fmt: skip
    assert scenario.initiative_by_id["v1"].label == INITIATIVES["v1"]


@pytest.mark.parametrize("name", ["quickstart", "example-ics"])
def test_names_are_those_of_the_file_when_nobody_shares_one(name: str) -> None:
    scenario = read_scenario(ROOT / "scenarios" / name)
    for row in (*scenario.goals, *scenario.resources, *scenario.initiatives):
        assert row.label == (row.name or row.key_values[0])


def test_leads_that_people_call_the_same_are_one_group(tmp_path: Path) -> None:
    cells = {
        "a": "Acute trust",
        "b": "ACUTE  trust",
        "c": "acute trust\u200b",
        "d": "Acute trust",
        "e": None,
        "f": "ICB",
    }
    assert group_names(cells) == {
        "a": "Acute trust",
        "b": "Acute trust",
        "c": "Acute trust",
        "d": "Acute trust",
        "f": "ICB",
    }
    initiatives = "initiative_id,lead,earliest,latest\nwards,Trust,2026/27,2027/28\nhub,TRUST,,\n"
    scenario = read_scenario(write_files(tmp_path / "s", {"initiatives.csv": initiatives}))
    assert scenario.group_by_id["lead"] == {"wards": "TRUST", "hub": "TRUST"}


def test_goal_knows_the_most_that_an_effect_moves_it() -> None:
    # of 4 it may be 2 to 6; nothing else moves GP access
    assert {goal.goal_id: goal.moved_by for goal in same_names().goals} == {"ga": 4, "gb": 6, "gc": 6}
