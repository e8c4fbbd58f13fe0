"""The charts and pages keep apart what goes by one name: by id below, by a name of its own for people."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from prioritiser.analysis.comparison.differences import figure_differences, initiative_differences, target_differences
from prioritiser.analysis.marginal_values.base import Difference
from prioritiser.analysis.marginal_values.capacities import CapacityPrice
from prioritiser.analysis.marginal_values.headroom import Room
from prioritiser.analysis.robustness.chances import find_chances, target_chances
from prioritiser.analysis.summary.contributions import by_group, contributions
from prioritiser.analysis.summary.organisations import starts_by_organisation
from prioritiser.analysis.summary.resources_used import money_by_year, use_against_capacity
from prioritiser.analysis.summary.summary import references, tiers_side_by_side
from prioritiser.analysis.summary.value_for_money import value_for_money
from prioritiser.charts.balance import group_chart, money_chart, tier_chart, use_chart
from prioritiser.charts.base import Spec
from prioritiser.charts.capacity import buys_chart, grid_chart
from prioritiser.charts.chances import chance_chart
from prioritiser.charts.compare import start_chart
from prioritiser.charts.why import worth_chart
from prioritiser.evaluation.outcome import evaluate
from prioritiser.evaluation.plan import Delivery
from prioritiser.ui.components.answer_tables import all_targets
from prioritiser.ui.components.initiative_tables import initiative_table, use_by_initiative
from prioritiser.ui.components.use_tables import use_table
from prioritiser.ui.pages.capacity import tables as capacity_tables
from prioritiser.ui.pages.compare import tables as compare_tables
from prioritiser.ui.pages.compare.work import Candidate, Side
from prioritiser.ui.pages.why.tables import worths_frame
from prioritiser.ui.weight_picker.payload import marks_payload
from tests.depth import THOROUGH
from tests.pages import text_of
from tests.same_names import FILES, GOALS, INITIATIVES, RESOURCES, USED, all_known, same_names
from tests.ui.test_page_why import open_page

YEARS = ["2026/27", "2027/28"]
CHARTS = ["tiers", "use", "money", "groups", "limits", "rooms", "starts by lead", "buys", "chances", "starts", "worth"]
LONG = "A virtual ward for people who live with frailty, and for their carers, at home"


pytestmark = pytest.mark.usefixtures("kept_answers")


def price(name: str, gain: float) -> CapacityPrice:
    brings = Difference(gain, gain, gain, {"national": gain, "local": 0.0, "long_term": 0.0}, (), entered=("v1", "v2"))
    return CapacityPrice(name, "2026/27", "10%", 40.0, 4.0, brings, None)


@cache
def charts() -> dict[str, Spec]:
    """Every chart of the pages that has lines or bars for goals, resources, initiatives or groups of them."""
    portfolio = all_known().portfolio
    outcome, scenario = portfolio.outcome, portfolio.outcome.scenario
    use, prices = use_against_capacity(outcome), [price("ra", 0.01), price("rb", 0.02)]
    targets = target_chances(find_chances(outcome), "2027/28")
    national = targets[targets["tier"] == "national"].assign(chance_words="0 %", words="60 to 70")
    rooms = [Room(name, year, 40.0, 30.0, scarce=True) for name in RESOURCES for year in YEARS]
    return {
        "tiers": tier_chart(tiers_side_by_side(portfolio, references(outcome))),
        "use": use_chart(use),
        "money": money_chart(money_by_year(outcome), "£k"),
        "groups": group_chart(by_group(outcome, contributions(outcome), "lead")),
        "limits": grid_chart(capacity_tables.limit_cells(use, frozenset(), priced=True)),
        "rooms": grid_chart(capacity_tables.room_cells(scenario, rooms)),
        "starts by lead": grid_chart(capacity_tables.start_cells(starts_by_organisation(outcome), [])),
        "buys": buys_chart(capacity_tables.buys_frame(scenario, prices, prices)),
        "chances": chance_chart(national),
        "starts": start_chart(
            compare_tables.start_rows(initiative_differences(outcomes()), sides()), YEARS, ["A", "B"]
        ),
        "worth": worth_chart(worths_frame(value_for_money(portfolio), scenario, "v1")),
    }


def outcomes() -> list[Any]:
    """All six from the first year, and all six from the second."""
    scenario = same_names()
    plans = [{name: Delivery(1.0, start) for name in INITIATIVES} for start in (0, 1)]
    return [evaluate(scenario, plan, scenario.settings) for plan in plans]


def sides() -> list[Side]:
    scenario = same_names()
    made = [Candidate(f"saved {name}", "saved", name, "", scenario, scenario.settings) for name in ("First", "Second")]
    return [Side(letter, one, found) for letter, one, found in zip("AB", made, outcomes(), strict=True)]


def rows(chart: Spec) -> pd.DataFrame:
    """Rows of the largest table of a chart: what it draws for each line."""
    return pd.DataFrame(max(chart["datasets"].values(), key=len))


@pytest.mark.parametrize(
    ("name", "column", "told"),
    [
        ("use", "resource", list(RESOURCES.values())),
        ("limits", "row", list(RESOURCES.values())),
        ("rooms", "row", list(RESOURCES.values())),
        ("buys", "label", [f"{name}, 2026/27" for name in RESOURCES.values()]),
        ("chances", "name", [GOALS["ga"], GOALS["gb"]]),
        ("worth", "initiative", list(INITIATIVES.values())),
        ("groups", "group", ["ICB", "South", "North"]),
        ("starts by lead", "row", ["ICB", "North", "South"]),
    ],
)
def test_chart_has_a_line_for_each_when_names_are_shared(name: str, column: str, told: list[str]) -> None:
    drawn = rows(charts()[name])
    assert sorted(drawn[column].unique()) == sorted(told)


def test_start_chart_has_two_marks_for_each_initiative_when_names_are_shared() -> None:
    datasets = [pd.DataFrame(part) for part in charts()["starts"]["datasets"].values()]
    (drawn,) = (part for part in datasets if "letter" in part)
    assert sorted(drawn["initiative"].unique()) == sorted(INITIATIVES.values())
    # one from the first year, one from the second
    assert drawn.groupby("initiative_id")["letter"].agg("".join).to_dict() == dict.fromkeys(INITIATIVES, "AB")
    assert sorted(drawn["line"].unique()) == list(range(6))


@pytest.mark.parametrize("name", CHARTS)
def test_each_line_of_a_chart_is_one_id_and_one_name(name: str) -> None:
    for part in charts()[name]["datasets"].values():
        drawn = pd.DataFrame(part)
        keys = [column for column in ("resource_id", "initiative_id", "goal_id", "key") if column in drawn]
        names = [column for column in ("resource", "initiative", "row", "label", "group", "name") if column in drawn]
        for told in names:
            for key in (*keys, *(["line"] if "line" in drawn else [])):
                pairs = drawn[[key, told]].drop_duplicates()
                assert len(pairs) == pairs[key].nunique() == pairs[told].nunique(), (name, key, told)


@pytest.mark.parametrize("name", CHARTS)
def test_no_place_in_a_chart_is_a_name_that_two_lines_could_have(name: str) -> None:
    chart = charts()[name]
    for layer in chart["layer"]:
        for channel in ("x", "y", "row", "column", "facet", "detail"):
            encoded = layer["encoding"].get(channel, {})
            if encoded.get("type") != "nominal":
                continue
            field = encoded["field"]
            # years are the scenario's own labels; any other name has a row of its own
            assert field == "year" or rows(chart)[field].is_unique, (name, channel, field)
    if THOROUGH:  # as every chart is in a plain run, by its own tests
        checked = alt.LayerChart.from_dict(chart).to_dict(validate=True)
        assert checked["layer"]


def test_names_that_a_narrow_chart_would_cut_alike_keep_their_ends() -> None:
    use = use_against_capacity(all_known().outcome)
    told = {name: f"{LONG} ({name})" for name in RESOURCES}
    drawn = rows(use_chart(use.assign(resource=[told[name] for name in use["resource_id"]])))
    shown = drawn.groupby("resource_id")["resource"].first().to_dict()
    assert {name: text.rpartition("… ")[2] for name, text in shown.items()} == {"ra": "(ra)", "rb": "(rb)"}
    assert all(len(text) <= 44 for text in shown.values())


def test_charts_are_keyed_by_id_when_even_the_names_they_are_given_are_the_same() -> None:
    use = use_against_capacity(all_known().outcome)
    drawn = rows(use_chart(use.assign(resource="One")))
    assert drawn.groupby("resource_id")["line"].first().to_dict() == {"ra": 0, "rb": 1}
    cells = capacity_tables.limit_cells(use, frozenset(), priced=True).assign(row="One")
    assert rows(grid_chart(cells))["line"].nunique() == 2


def test_tables_of_pages_have_a_row_for_each() -> None:
    outcome = all_known().outcome
    said = use_table(use_against_capacity(outcome)).text
    for row_id, name in RESOURCES.items():
        assert name.replace("&", "&amp;") in said
        assert said.count("£{}k of £{}k".format(*USED[row_id])) == len(YEARS)
    goals = all_targets(outcome, references(outcome), "2027/28").text
    assert all(goals.count(name.replace("&", "&amp;")) == 1 for name in GOALS.values())
    why = dict.fromkeys(INITIATIVES, "Because")
    for text in (initiative_table(outcome, why, chosen=True).text, use_by_initiative(outcome).text):
        assert all(text.count(f">{name}<") == 1 for name in INITIATIVES.values())
    heads = use_by_initiative(outcome).text
    assert all(heads.count(f">{name.replace('&', '&amp;')}<") == 1 for name in RESOURCES.values())


def test_differences_name_each_when_plans_are_compared() -> None:
    found = outcomes()
    assert sorted(row.name for row in initiative_differences(found)) == sorted(INITIATIVES.values())
    assert {row.goal.label for row in target_differences(found, "2027/28")} == set(GOALS.values())
    assert {row.name for row in figure_differences(found) if row.kind != "score"} == set(RESOURCES.values())


def test_limits_are_named_by_their_own_names() -> None:
    keys = [("ra", "2026/27"), ("rb", "2026/27"), ("rb", "2027/28")]
    said = capacity_tables.named_limits(all_known().outcome, keys)
    assert said == f"{RESOURCES['ra']} (2026/27) and {RESOURCES['rb']} (2026/27 and 2027/28)"


def test_presets_of_the_map_stay_apart_when_their_names_are_long() -> None:
    marks = marks_payload(same_names(), ["national", "local"], [])
    assert [mark["names"] for mark in marks] == [["The scenario's own settings"], ["Recommended"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def options(page: AppTest) -> list[list[str]]:
    boxes: list[Any] = [*page.selectbox, *page.multiselect]
    return [list(box.options) for box in boxes]


@pytest.mark.parametrize("address", ["balance", "why", "capacity", "confidence"])
def test_page_names_each_and_no_choice_reads_like_another(
    monkeypatch: pytest.MonkeyPatch, folder: Path, address: str
) -> None:
    page = open_page(monkeypatch, "" if address == "balance" else address, folder)
    for choices in options(page):
        assert len(set(choices)) == len(choices), choices
    text = text_of(page)
    shown = {"balance": [GOALS, RESOURCES, INITIATIVES], "why": [INITIATIVES], "capacity": [RESOURCES],
             "confidence": [GOALS, INITIATIVES]}  # fmt: skip
    for names in shown[address]:
        for name in names.values():
            assert name.replace("&", "&amp;") in text or any(name in choices for choices in options(page)), name
