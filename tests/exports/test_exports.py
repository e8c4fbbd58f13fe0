"""What is taken away says the same as the answer, marks what was judged, and holds nothing live."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from prioritiser import Portfolio, optimise, read_scenario
from prioritiser.analysis.comparison.compare import Option, compare
from prioritiser.exports.common.csv import plan_csv
from prioritiser.exports.excel.compare import compare_csv, compare_xlsx
from prioritiser.exports.excel.workbook import portfolio_xlsx
from tests.page_scenarios import NASTY, write_nasty
from tests.places import QUICKSTART
from tests.small import FILES, write_files

DAY = date(2026, 4, 1)


@pytest.fixture(scope="module")
def quickstart() -> Portfolio:
    return optimise(read_scenario(QUICKSTART), gap=0)


@pytest.fixture(scope="module")
def options() -> list[Option]:
    return list(compare(read_scenario(QUICKSTART)))


def sheets_of(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book}


def records(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_workbook_says_what_the_readme_of_the_quickstart_works_out(quickstart: Portfolio) -> None:
    sheets = sheets_of(portfolio_xlsx(quickstart, DAY))
    cover = {row[0]: row[1] for row in sheets["cover"]}
    assert cover["Scenario"] == "Quickstart (illustrative)"
    assert cover["Date"] == "2026-04-01"
    assert cover["Objective"] == pytest.approx(0.41)
    assert cover["Gap"] == 0
    assert cover["Scenario hash"] == quickstart.scenario_hash
    assert [row["initiative_id"] for row in records(sheets["plan"])] == [
        "handover",
        "neighbourhood_team",
        "practice_phones",
        "shared_record",
        "stop_smoking",
    ]
    scores = {row["tier"]: row["score"] for row in records(sheets["tiers"])}
    assert scores == pytest.approx({"national": 0.2, "local": 0.7, "long_term": 0.4})
    money = [row["used %"] for row in records(sheets["resources"]) if row["resource_id"] == "money"]
    assert money == pytest.approx([100, 100, 100])
    levels = {(row["goal_id"], row["year"]): row["level"] for row in records(sheets["goals"])}
    frame = quickstart.outcome.goals.set_index(["goal_id", "year"])["level"]
    assert levels == pytest.approx(frame.to_dict())


def test_best_alone_says_not_found_in_time_when_time_ran_out(quickstart: Portfolio) -> None:
    cut_short = replace(quickstart, best_alone={**quickstart.best_alone, "local": None})
    rows = records(sheets_of(portfolio_xlsx(cut_short, DAY))["tiers"])
    assert {row["tier"]: row["best alone"] for row in rows} == {
        **quickstart.best_alone,
        "local": "not found in time",
    }


def test_best_alone_stays_blank_when_a_tier_has_no_goals(tmp_path: Path) -> None:
    rows = records(sheets_of(portfolio_xlsx(optimise(read_scenario(write_files(tmp_path / "s"))), DAY))["tiers"])
    assert {row["tier"]: row["best alone"] for row in rows}["long_term"] is None


def test_use_is_of_what_is_available_when_a_resource_carries_over(tmp_path: Path) -> None:
    # 50 - 20 = 30 are left; 30 + 10 = 40 are available, and 40 are used: full, not 400 %
    resources = "resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,50,10,yes\nstaff,WTE,4,4,no\n"
    uses = "initiative_id,resource_id,year_1,year_2\nwards,money,20,40\nhub,staff,1,1\n"
    scenario = read_scenario(write_files(tmp_path / "s", {"resources.csv": resources, "uses.csv": uses}))
    portfolio = optimise(scenario, scenario.settings.replace(lock={"wards": "2026/27", "hub": "2026/27"}))
    rows = records(sheets_of(portfolio_xlsx(portfolio, DAY))["resources"])
    shown = [
        (row["resource_id"], *(row[key] for key in ("capacity", "carried over", "available", "used", "used %")))
        for row in rows
    ]
    assert shown == [
        ("money", 50, 0, 50, 20, 40),
        ("money", 10, 30, 40, 40, 100),
        ("staff", 4, None, 4, 1, 25),
        ("staff", 4, None, 4, 1, 25),
    ]
    years = portfolio.as_json()["resources"][0]["years"]
    assert [(row["capacity"], row["used"]) for row in years] == [(50, 20), (10, 40)]


def test_measured_goal_is_not_passed_on_as_measured_when_judged_effects_move_it(tmp_path: Path) -> None:
    goals = "goal_id,tier,evidence,2026/27,2027/28\nrtt,national,measured,,5\nfalls,local,measured,3,4\n"
    effects = "initiative_id,goal_id,central,evidence\nwards,rtt,2,judged\nhub,falls,1,measured\n"
    scenario = read_scenario(write_files(tmp_path / "s", {"goals.csv": goals, "effects.csv": effects}))
    rows = records(sheets_of(portfolio_xlsx(optimise(scenario), DAY))["goals"])
    marks = {row["goal_id"]: (row["evidence of goal"], row["evidence of level"]) for row in rows}
    assert marks == {"rtt": ("measured", "judged"), "falls": ("measured", "derived")}


def test_level_is_judged_when_the_likelihood_of_delivery_is(tmp_path: Path) -> None:
    initiatives = (
        "initiative_id,earliest,latest,confidence,evidence\nwards,2026/27,2027/28,0.8,judged\nhub,,,1,judged\n"
    )
    scenario = read_scenario(write_files(tmp_path / "s", {"initiatives.csv": initiatives}))
    rows = records(sheets_of(portfolio_xlsx(optimise(scenario), DAY))["goals"])
    assert {row["goal_id"]: row["evidence of level"] for row in rows} == {"rtt": "judged", "falls": "derived"}


def test_plan_as_csv_carries_evidence_and_scenario(quickstart: Portfolio) -> None:
    rows = list(csv.DictReader(io.StringIO(plan_csv(quickstart).decode("utf-8-sig"))))
    assert len(rows) == 5
    assert {row["evidence"] for row in rows} == {"judged"}
    assert {row["scenario"] for row in rows} == {"Quickstart (illustrative)"}
    assert {(row["share"], row["start"]) for row in rows} == {("1.0", "2026/27")}


def test_comparison_says_the_same_as_csv_and_as_workbook(options: list[Option]) -> None:
    rows = list(csv.DictReader(io.StringIO(compare_csv(options).decode("utf-8-sig"))))
    sheets = sheets_of(compare_xlsx(options, DAY))
    assert [row["option"] for row in rows] == [row["option"] for row in records(sheets["options"])]
    for one, other in zip(rows, records(sheets["options"]), strict=True):
        assert {name: float(one[name]) for name in one if name.startswith("money ")} == pytest.approx(
            {name: other[name] for name in other if name.startswith("money ")}
        )
    own = next(row for row in rows if row["option"] == "Scenario settings")
    assert [float(own[f"money {year}"]) for year in ("2026/27", "2027/28", "2028/29")] == [1000, 1000, 1000]
    changes = [row for row in records(sheets["differences"]) if row["option"] == "Scenario settings"]
    assert {row["initiative_id"] for row in changes if row["change"] == "out"} == {"theatre_lists", "same_day_care"}
    assert dict(row[:2] for row in sheets["cover"])["Scenario"] == "Quickstart (illustrative)"


def test_option_without_an_answer_keeps_its_reason_when_exported(tmp_path: Path) -> None:
    toml = FILES["scenario.toml"] + '[[what_if]]\nname = "Both"\nlock = { wards = "in", hub = "out" }\n'
    options = list(compare(read_scenario(write_files(tmp_path / "s", {"scenario.toml": toml}))))
    rows = list(csv.DictReader(io.StringIO(compare_csv(options).decode("utf-8-sig"))))
    assert rows[-1]["option"] == "Both"
    assert "R1" in rows[-1]["failure"]
    assert records(sheets_of(compare_xlsx(options, DAY))["options"])[-1]["failure"] == rows[-1]["failure"]


def test_text_is_inert_when_it_tries_to_be_more(tmp_path: Path) -> None:
    scenario = read_scenario(write_nasty(tmp_path / "nasty"))
    for content in (portfolio_xlsx(optimise(scenario), DAY), compare_xlsx(list(compare(scenario)), DAY)):
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert [cell for cell in cells if cell.hyperlink] == []
        assert any(NASTY in str(cell.value) for cell in cells)
        assert not book.vba_archive


@pytest.mark.parametrize("first", ["=", "+", "-", "@"])
def test_csv_cell_gets_an_apostrophe_when_a_spreadsheet_would_run_it(tmp_path: Path, first: str) -> None:
    initiatives = f'initiative_id,name,earliest,latest\nwards,"{first}1+1",2026/27,2027/28\nhub,,,\n'
    scenario = read_scenario(write_files(tmp_path / "s", {"initiatives.csv": initiatives}))
    names = [row["name"] for row in csv.DictReader(io.StringIO(plan_csv(optimise(scenario)).decode("utf-8")))]
    assert f"'{first}1+1" in names
