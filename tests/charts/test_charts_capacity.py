"""The charts of the Why and Capacity pages are valid, load nothing and say in words what shade and frame say."""

from __future__ import annotations

import json

import altair as alt
import pytest

from prioritiser import optimise, read_scenario
from prioritiser.analysis.summary.organisations import Load, Overload, starts_by_organisation
from prioritiser.analysis.summary.resources_used import use_against_capacity
from prioritiser.analysis.summary.value_for_money import value_for_money
from prioritiser.charts.base import Spec
from prioritiser.charts.capacity import buys_chart, grid_chart
from prioritiser.charts.why import worth_chart
from prioritiser.ui.pages.capacity.tables import buys_frame, limit_cells, start_cells
from prioritiser.ui.pages.why.tables import worths_frame
from tests.optimisation.test_one_initiative import price
from tests.places import QUICKSTART

SCENARIO = read_scenario(QUICKSTART)
PORTFOLIO = optimise(SCENARIO)
USE = use_against_capacity(PORTFOLIO.outcome)
HELPS = frozenset({("money", "2026/27"), ("staff", "2027/28")})


def drawn() -> dict[str, Spec]:
    rows = [price("2026/27", "5%", 0.004), price("2026/27", "10%", 0.01)]
    return {
        "limits": grid_chart(limit_cells(USE, HELPS, priced=True)),
        "buys": buys_chart(buys_frame(SCENARIO, rows, rows[1:])),
        "worth": worth_chart(worths_frame(value_for_money(PORTFOLIO), SCENARIO, "handover")),
    }


@pytest.mark.parametrize("name", ["limits", "buys", "worth"])
def test_chart_is_valid_and_loads_nothing(name: str) -> None:
    chart = drawn()[name]
    assert alt.LayerChart.from_dict(chart).to_dict(validate=True)["layer"]
    spec = json.dumps(chart)
    assert '"url"' not in spec and '"href"' not in spec
    assert '"renderer": "svg"' in spec


def test_grid_of_limits_says_in_words_what_it_shows() -> None:
    cells = limit_cells(USE, HELPS, priced=True)
    # all of £1,000k and all 8 WTE are used in every year
    assert cells["strength"].tolist() == ["strong"] * 6
    assert cells["words"].tolist() == [
        *("full, more helps", "full, alone no help", "full, alone no help"),
        *("full, alone no help", "full, more helps", "full, alone no help"),
    ]
    assert cells["brief"].tolist() == ["full +", "full", "full", "full", "full +", "full"]
    assert cells["marked"].tolist() == [True, False, False, False, True, False]
    assert limit_cells(USE, frozenset(), priced=False)["words"].tolist() == ["full"] * 6


def test_grid_of_starts_says_in_words_which_year_is_named() -> None:
    starts = starts_by_organisation(PORTFOLIO.outcome)
    cells = start_cells(starts, [Overload("Council", "2026/27", 1, Load.FULL)])
    words = dict(zip(zip(cells["row"], cells["year"], strict=True), cells["words"], strict=True))
    assert words["Council", "2026/27"] == "1 start, none to spare"
    assert words["Council", "2027/28"] == "–"
    assert words["ICB", "2026/27"] == "1 start"


def test_value_for_money_tells_what_is_recommended_by_shape() -> None:
    layer = drawn()["worth"]["layer"][0]
    assert layer["encoding"]["shape"]["field"] == layer["encoding"]["fill"]["field"] == "standing"
