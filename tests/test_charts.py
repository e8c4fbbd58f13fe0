"""Charts are valid, say what they show without colour alone, and load nothing."""

from __future__ import annotations

import json
from pathlib import Path

import altair as alt
import pytest

from prioritiser import optimise, read_scenario
from prioritiser.analysis.contributions import by_group, contributions
from prioritiser.analysis.resources_used import money_by_year, use_against_capacity
from prioritiser.analysis.summary import references, tiers_side_by_side
from prioritiser.charts import chart_spec, group_chart, money_chart, tier_chart, use_chart

SCENARIO = read_scenario(Path(__file__).parent.parent / "scenarios" / "quickstart")


@pytest.fixture(scope="module")
def charts() -> dict[str, alt.LayerChart]:
    portfolio = optimise(SCENARIO)
    outcome = portfolio.outcome
    return {
        "tiers": tier_chart(tiers_side_by_side(portfolio, references(outcome))),
        "use": use_chart(use_against_capacity(outcome)),
        "money": money_chart(money_by_year(outcome), "£k"),
        "groups": group_chart(by_group(outcome, contributions(outcome), "lead")),
    }


@pytest.mark.parametrize("name", ["tiers", "use", "money", "groups"])
def test_chart_is_valid_and_loads_nothing(charts: dict[str, alt.LayerChart], name: str) -> None:
    checked = charts[name].to_dict(validate=True)
    assert checked["layer"]
    spec = json.dumps(chart_spec(charts[name]))
    assert '"url"' not in spec and '"href"' not in spec
    assert '"renderer": "svg"' in spec


def test_full_is_said_in_words(charts: dict[str, alt.LayerChart]) -> None:
    spec = chart_spec(charts["use"])
    assert "words" in json.dumps([layer["encoding"].get("text") for layer in spec["layer"]])
    cells = next(iter(spec["datasets"].values()))
    assert {cell["words"] == "full" for cell in cells if cell["full"]} == {True}
