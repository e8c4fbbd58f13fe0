"""Charts are valid, say what they show without colour alone, and load nothing."""

from __future__ import annotations

import json
from pathlib import Path

import altair as alt
import pytest

from prioritiser import optimise, read_scenario
from prioritiser.analysis.summary.contributions import by_group, contributions
from prioritiser.analysis.summary.resources_used import money_by_year, use_against_capacity
from prioritiser.analysis.summary.summary import references, tiers_side_by_side
from prioritiser.charts.balance import group_chart, money_chart, tier_chart, use_chart
from prioritiser.charts.base import Spec
from prioritiser.text.formatting import brief_year
from tests.places import QUICKSTART
from tests.small import write_files

SCENARIO = read_scenario(QUICKSTART)


@pytest.fixture(scope="module")
def charts() -> dict[str, Spec]:
    portfolio = optimise(SCENARIO)
    outcome = portfolio.outcome
    return {
        "tiers": tier_chart(tiers_side_by_side(portfolio, references(outcome))),
        "use": use_chart(use_against_capacity(outcome)),
        "money": money_chart(money_by_year(outcome), "£k"),
        "groups": group_chart(by_group(outcome, contributions(outcome), "lead")),
    }


@pytest.mark.parametrize("name", ["tiers", "use", "money", "groups"])
def test_chart_is_valid_and_loads_nothing(charts: dict[str, Spec], name: str) -> None:
    checked = alt.LayerChart.from_dict(charts[name]).to_dict(validate=True)
    assert checked["layer"]
    spec = json.dumps(charts[name])
    assert '"url"' not in spec and '"href"' not in spec
    assert '"renderer": "svg"' in spec


def test_full_is_said_in_words(charts: dict[str, Spec]) -> None:
    spec = charts["use"]
    texts = [layer["encoding"].get("text", {}).get("field") for layer in spec["layer"]]
    assert "shown" in texts
    assert "datum.words_px" in json.dumps(spec["layer"][texts.index("shown")]["transform"])
    cells = next(iter(spec["datasets"].values()))
    assert {cell["words"] == "full" for cell in cells if cell["full"]} == {True}


def rows_of_spec(chart: Spec) -> list[dict]:
    rows: list[dict] = next(iter(chart["datasets"].values()))
    return rows


def test_carried_over_capacity_never_reads_as_more_than_full(tmp_path: Path) -> None:
    resources = "resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,50,10,yes\n"
    uses = "initiative_id,resource_id,year_1,year_2\nwards,money,20,40\n"
    files = {"resources.csv": resources, "uses.csv": uses}
    scenario = read_scenario(write_files(tmp_path / "s", files))
    outcome = optimise(scenario, scenario.settings.replace(lock={"wards": "2026/27", "hub": "in"})).outcome
    cells = rows_of_spec(use_chart(use_against_capacity(outcome)))
    assert [(row["share"], row["words"], row["brief"]) for row in cells] == [
        (pytest.approx(0.4), "40\u00a0%", "40\u00a0%"),
        (pytest.approx(1), "full, with £30k carried over", "full"),
    ]
    money = rows_of_spec(money_chart(money_by_year(outcome), "£k"))
    assert {(row["year"], row["available"]) for row in money} == {("2026/27", 50), ("2027/28", 40)}


def test_tooltips_round_as_the_page_does(charts: dict[str, Spec]) -> None:
    spec = json.dumps(charts["tiers"]["layer"]) + json.dumps(charts["groups"]["layer"])
    assert '"format": ".0%"' not in spec
    assert {row["score_words"] for row in rows_of_spec(charts["tiers"])} == {"20\u00a0%", "70\u00a0%", "40\u00a0%"}


def test_only_a_year_of_two_parts_is_shortened() -> None:
    assert [brief_year(year) for year in ("2026/27", "2026", "Year 1", "12026/27")] == [
        "26/27",
        "2026",
        "Year 1",
        "12026/27",
    ]
