"""Scenarios as folders, zips and workbooks: read and written without loss."""

from __future__ import annotations

import cProfile
import os
from datetime import date
from pathlib import Path

import pytest

from prioritiser.errors import PrioritiserError, ScenarioError
from prioritiser.files.scenario_files import FILE_NAMES, inspect_scenario, read_scenario, write_scenario
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, Goal, Initiative, Resource, Use
from prioritiser.scenario.settings import Changes, Settings, WhatIf
from tests.small import FILES, TOML, write_files, write_sheets, write_zip

KINDS = ("folder", "scenario.zip", "scenario.xlsx")


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_are_the_same_when_written_twice(kind: str, tmp_path: Path) -> None:
    scenario = read_scenario(write_files(tmp_path / "small"))
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    for place in "12":
        write_scenario(scenario, tmp_path / place / kind)
    paths = [tmp_path / place / kind for place in "12"]
    contents = [
        [entry.read_bytes() for entry in sorted(path.iterdir())] if path.is_dir() else path.read_bytes()
        for path in paths
    ]
    assert contents[0] == contents[1]


def test_three_kinds_are_equal_when_they_hold_the_same(tmp_path: Path) -> None:
    folder = read_scenario(write_files(tmp_path / "small"))
    assert folder.title == "Small"
    assert [goal.goal_id for goal in folder.goals] == ["falls", "rtt"]
    assert folder.goal_by_id["rtt"].targets == {"2027/28": 5.0}
    assert folder.uses[0].amounts == {"year_1": 10.0}
    for base in ("", "inside/"):
        path = write_zip(tmp_path / "small.zip", {f"{base}{name}": text for name, text in FILES.items()})
        assert read_scenario(path) == folder
    assert read_scenario(write_sheets(tmp_path / "small.xlsx")) == folder


def test_zip_is_read_when_it_holds_other_files(tmp_path: Path) -> None:
    others = {"small/README.md": "x", "__MACOSX/small/._goals.csv": "x", "small/deep/goals.csv": "x"}
    path = write_zip(tmp_path / "small.zip", {**{f"small/{name}": text for name, text in FILES.items()}, **others})
    assert read_scenario(path).title == "Small"


def test_rules_are_none_when_the_table_is_missing(tmp_path: Path) -> None:
    assert read_scenario(write_files(tmp_path / "a", {"rules.csv": None})).rules == ()
    assert read_scenario(write_sheets(tmp_path / "a.xlsx", {"rules": None})).rules == ()


def test_tables_without_rows_are_allowed_when_nothing_is_used(tmp_path: Path) -> None:
    changes = {"resources.csv": "resource_id\n", "uses.csv": "initiative_id,resource_id,year_1\n"}
    scenario = read_scenario(write_files(tmp_path / "a", changes))
    assert scenario.resources == ()
    assert scenario.uses == ()


def test_unknown_columns_are_tags_when_they_hold_text(tmp_path: Path) -> None:
    changes = {"initiatives.csv": "initiative_id,Board lead,board\nwards,NA,\nhub, 1.50 ,x\n"}
    scenario = read_scenario(write_files(tmp_path / "a", changes))
    assert scenario.initiative_by_id["wards"].tags == {"Board lead": "NA"}
    assert scenario.initiative_by_id["hub"].tags == {"Board lead": "1.50", "board": "x"}


def test_notice_is_given_when_a_tag_looks_like_a_column(tmp_path: Path) -> None:
    changes = {"goals.csv": "goal_id,tier,wieght,2026/27,2027/28\nrtt,national,1,,5\nfalls,local,2,3,4\n"}
    reading = inspect_scenario(write_files(tmp_path / "a", changes))
    assert reading.notices == ('goals.csv: column "wieght" is kept as a tag. Did you mean "weight"?',)


def test_unknown_top_level_keys_are_tags_when_plain(tmp_path: Path) -> None:
    changes = {"scenario.toml": TOML.replace("[weights]", 'owner = "PMO"\nversion = 3\ndraft = true\n[weights]')}
    reading = inspect_scenario(write_files(tmp_path / "a", changes))
    assert reading.scenario is not None
    assert reading.scenario.tags == {"owner": "PMO", "version": "3", "draft": "true"}
    assert 'scenario.toml: the key "owner" is kept as text only.' in reading.notices


def test_tags_keep_their_text_when_a_workbook_holds_numbers_and_dates(tmp_path: Path) -> None:
    rows: list[list[object]] = [["initiative_id", "x", "y", "z"], ["wards", 101, date(2026, 4, 1), True], ["hub"]]
    scenario = read_scenario(write_sheets(tmp_path / "a.xlsx", {"initiatives": rows}))
    assert scenario.initiative_by_id["wards"].tags == {"x": "101", "y": "2026-04-01", "z": "TRUE"}


def test_ids_are_text_when_a_workbook_holds_numbers(tmp_path: Path) -> None:
    changes = {
        "goals": [["goal_id", "tier", 2026], [101, "national", 5]],
        "scenario": [["format", 1], ["title", "Small"], ["years", 2026], ["weights.national", "1"]],
        "resources": [["resource_id", 2026]],
        "initiatives": [["initiative_id", "earliest"], ["wards", 2026]],
        "uses": [["initiative_id", "resource_id", "year_1"]],
        "effects": [["initiative_id", "goal_id", "central"], ["wards", 101, "2.5"]],
        "rules": None,
    }
    scenario = read_scenario(write_sheets(tmp_path / "a.xlsx", changes))
    assert scenario.years == ("2026",)
    assert scenario.goals[0].goal_id == "101"
    assert scenario.effects[0].central == 2.5
    assert scenario.initiatives[0].earliest == "2026"


def test_what_ifs_are_read_when_a_workbook_lists_them(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["name", "note", "weights", "balance", "case", "capacity", "lock", "goal_weights", "without"],
        [
            "Lean",
            "n",
            "60, 20,",
            0.3,
            "low",
            "money=0.7; money@2027/28=0.9",
            "wards=in; hub=2026/27",
            "rtt=2;falls=0",
            "R1",
        ],
        ["Empty"],
    ]
    lean, empty = read_scenario(write_sheets(tmp_path / "a.xlsx", {"what_ifs": rows})).what_ifs
    assert lean == WhatIf(
        "Lean",
        Changes(
            {"national": 60.0, "local": 20.0},
            0.3,
            "low",  # type: ignore[arg-type]
            {"money": 0.7, "money@2027/28": 0.9},
            {"wards": "in", "hub": "2026/27"},
            {"rtt": 2.0, "falls": 0.0},
            ("R1",),
        ),
        "n",
    )
    assert empty == WhatIf("Empty", Changes())


def test_years_are_text_when_given_as_numbers(tmp_path: Path) -> None:
    changes = {
        "scenario.toml": TOML.replace('["2026/27", "2027/28"]', "[2026, 2027]"),
        "goals.csv": "goal_id,tier,2026,2027\nrtt,national,,5\nfalls,local,3,4\n",
        "resources.csv": "resource_id,2026,2027\nmoney,1,1\n",
        "initiatives.csv": "initiative_id,latest\nwards,2027\nhub,\n",
    }
    assert read_scenario(write_files(tmp_path / "a", changes)).years == ("2026", "2027")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_text_is_kept_when_utf8_has_a_bom_or_none(encoding: str, tmp_path: Path) -> None:
    changes = {name: FILES[name].replace("Trust", "Tröst").encode(encoding) for name in FILE_NAMES}
    reading = inspect_scenario(write_files(tmp_path / "a", changes))
    assert reading.notices == ()
    assert reading.scenario is not None
    assert reading.scenario.initiative_by_id["wards"].lead == "Tröst"


def test_notice_is_given_when_a_year_is_left_out(tmp_path: Path) -> None:
    changes = {name: text.replace("2027/28", "2028/29") for name, text in FILES.items()}
    assert inspect_scenario(write_files(tmp_path / "a", changes)).notices == (
        "scenario.toml: years: 2028/29 follows 2026/27. They count as one year after another; "
        "mend the labels if a year was left out.",
    )


def test_file_is_suggested_when_its_name_is_near_and_not_when_only_the_ending_is(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "a", {"goals.csv": None, "gaols.csv": FILES["goals.csv"]})
    assert str(inspect_scenario(folder).issues[0]) == 'goals.csv: it is missing. Did you mean "gaols.csv"?'
    (folder / "gaols.csv").rename(folder / "sale.csv")
    assert str(inspect_scenario(folder).issues[0]) == (
        "goals.csv: it is missing. `prioritiser new` writes an example of each file."
    )


def test_notice_is_given_when_a_table_is_windows_1252(tmp_path: Path) -> None:
    changes = {"initiatives.csv": FILES["initiatives.csv"].replace("Trust", "Trust “£”").encode("cp1252")}
    reading = inspect_scenario(write_files(tmp_path / "a", changes))
    assert reading.scenario is not None
    assert reading.scenario.initiative_by_id["wards"].lead == "Trust “£”"
    assert reading.notices == (
        "initiatives.csv is not UTF-8; it was read as Windows-1252. Save it as UTF-8 to be sure of accents.",
    )


def test_headers_are_trimmed_and_blank_lines_skipped_when_read(tmp_path: Path) -> None:
    text = " goal_id , tier,2026/27 ,2027/28,\r\n\r\nrtt,national,,5,\r\n,,,,\r\nfalls,local,3,4\r\n"
    scenario = read_scenario(write_files(tmp_path / "a", {"goals.csv": text}))
    assert [goal.goal_id for goal in scenario.goals] == ["falls", "rtt"]


def test_numbers_keep_fifteen_digits_when_longer(tmp_path: Path) -> None:
    text = "initiative_id,goal_id,central\nwards,rtt,0.12345678901234567\nhub,falls,+1e-3\n"
    scenario = read_scenario(write_files(tmp_path / "a", {"effects.csv": text}))
    assert [effect.central for effect in scenario.effects] == [0.001, 0.123456789012346]


def test_other_files_stay_when_a_folder_is_written_again(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "a", {"README.md": "mine", "extra.csv": "mine"})
    scenario = read_scenario(folder)
    (folder / "goals.csv").unlink()
    write_scenario(scenario, folder)
    assert (folder / "README.md").read_text() == "mine"
    assert (folder / "extra.csv").read_text() == "mine"
    assert sorted(entry.name for entry in folder.iterdir()) == sorted([*FILE_NAMES, "README.md", "extra.csv"])
    assert read_scenario(folder) == scenario


def test_stale_rules_go_when_a_scenario_without_rules_is_written(tmp_path: Path) -> None:
    scenario = read_scenario(write_files(tmp_path / "a", {"rules.csv": None}))
    write_scenario(scenario, write_files(tmp_path / "b"))
    assert read_scenario(tmp_path / "b").rules == ()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_when_the_place_does_not_exist(kind: str, tmp_path: Path) -> None:
    scenario = read_scenario(write_files(tmp_path / "a"))
    with pytest.raises(PrioritiserError, match="cannot be written: No such file or directory"):
        write_scenario(scenario, tmp_path / "missing" / kind)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_file_is_whole_when_replacing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = read_scenario(write_files(tmp_path / "a"))
    path = tmp_path / "a.zip"
    write_scenario(scenario, path)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PrioritiserError, match="No space left on device"):
        write_scenario(scenario, path)
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a", "a.zip"]


def test_write_is_refused_when_the_path_is_another_file(tmp_path: Path) -> None:
    scenario = read_scenario(write_files(tmp_path / "a"))
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(
        PrioritiserError, match=r"notes is a file\. A scenario is a folder, a \.zip or an \.xlsx workbook\."
    ):
        write_scenario(scenario, tmp_path / "notes")
    assert (tmp_path / "notes").read_text() == "mine"


def test_write_is_refused_when_own_settings_hold_more_than_the_format_keeps(tmp_path: Path) -> None:
    scenario = read_scenario(write_files(tmp_path / "a"))
    settings = scenario.settings.replace(lock={"hub": "in"})
    locked = Scenario(
        "T", scenario.years, settings, scenario.goals, scenario.initiatives, scenario.resources, scenario.uses
    )
    with pytest.raises(ScenarioError, match="Only weights, balance and case are kept in a scenario's own settings"):
        write_scenario(locked, tmp_path / "b")
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("text", ["x005F_", "a x005F_ b"])
def test_workbook_is_refused_when_it_would_lose_a_text(text: str, tmp_path: Path) -> None:
    changes = {"initiatives.csv": f"initiative_id,lead\nwards,{text}\nhub,\n"}
    scenario = read_scenario(write_files(tmp_path / "a", changes))
    with pytest.raises(
        ScenarioError, match=r'initiatives, row 3, column C \(lead\): "x005F_", which Excel reads as a code'
    ):
        write_scenario(scenario, tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()
    write_scenario(scenario, tmp_path / "a.zip")
    assert read_scenario(tmp_path / "a.zip") == scenario


def _large(initiatives: int, goals: int, effects: int, uses: int) -> Scenario:
    years = tuple(f"{year}/{year - 1999}" for year in range(2026, 2031))
    return Scenario(
        title="Large",
        years=years,
        settings=Settings({"national": 1}),
        goals=tuple(
            Goal(goal_id=f"g{at}", tier="national", targets=dict.fromkeys(years, at + 1), source="s")
            for at in range(goals)
        ),
        resources=tuple(Resource(resource_id=f"r{at}", capacities=dict.fromkeys(years, 9)) for at in range(5)),
        initiatives=tuple(Initiative(initiative_id=f"i{at}", name=f"№ {at}", lead="x") for at in range(initiatives)),
        uses=tuple(
            Use(initiative_id=f"i{at % initiatives}", resource_id=f"r{at % 5}", amounts={"year_1": at, "year_5": 0.1})
            for at in range(uses)
        ),
        effects=tuple(
            Effect(initiative_id=f"i{at % initiatives}", goal_id=f"g{at // initiatives}", central=at / 7, source="s")
            for at in range(effects)
        ),
    )


def _calls(path: Path) -> int:
    """Count what reading a scenario calls: the same each time, however busy the machine is."""
    profile = cProfile.Profile()
    profile.runcall(read_scenario, path)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("kind", KINDS)
def test_reading_takes_work_in_proportion_when_a_scenario_is_large(kind: str, tmp_path: Path) -> None:
    sizes = [(75, 40, 200, 250), (300, 160, 800, 1000)]
    paths = [tmp_path / str(number) / kind for number in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.parent.mkdir()
        write_scenario(_large(*size), path)
        assert len(read_scenario(path).effects) == size[2]  # and what is worked out once is known
    small, large = (_calls(path) for path in paths)
    assert large < 4.5 * small  # four times the rows; the time itself is measured by the benchmarks
