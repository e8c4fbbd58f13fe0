"""The page where nothing is feasible: the clash, every smallest way out, and the buttons that try them."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser import InfeasibleError, Optimiser, Scenario, Settings, read_scenario
from prioritiser.errors import WayOut
from prioritiser.ui.components.ways_out import with_way_out
from tests.depth import cases, part
from tests.optimisation.test_clash_together import tight_clashes
from tests.page_scenarios import IMAGE, NASTY, write_nasty
from tests.pages import QUICKSTART, text_of
from tests.small import write_files
from tests.strategies import build_scenario
from tests.ui.test_page import open_page, settle, weights_of

YEARS = ("2026/27", "2027/28", "2028/29")


pytestmark = pytest.mark.usefixtures("kept_answers", "no_maps")


def ways_of(scenario: Scenario, settings: Settings) -> tuple[WayOut, ...]:
    with pytest.raises(InfeasibleError) as raised:
        Optimiser(scenario).solve(settings)
    assert raised.value.found is not None
    return raised.value.found.ways_out


def tries(page: AppTest) -> list[Any]:
    return [button for button in page.button if str(button.key).startswith("way_out_")]


def listed(page: AppTest) -> list[str]:
    """Sentences of the list of ways out, as a person reads them."""
    (inside,) = re.findall(r"<ol class=\"ways\">(.*?)</ol>", text_of(page), re.DOTALL)
    return [html.unescape(text) for text in re.findall(r"<li>(.*?)</li>", inside, re.DOTALL)]


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in tries(page) if button.label == label).click()
    return settle(page)


def test_clash_and_every_way_out_are_named_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART, lock="buy_operations=in", capacity="money=0.1")
    text = text_of(page)
    assert "No portfolio meets all of these together" in text
    assert "Capacity of Money for change in 2026/27 (£" in text
    scenario = read_scenario(QUICKSTART)
    ways = ways_of(scenario, scenario.settings.replace(lock={"buy_operations": "in"}, capacity={"money": 0.1}))
    assert listed(page) == [f"{way.plain[0].upper()}{way.plain[1:]}." for way in ways]
    assert [button.label for button in tries(page)] == [f"Try way {number}" for number in range(1, len(ways) + 1)]
    page.selectbox(key="preset").set_value("The scenario's own settings")
    settle(page)
    assert "Proved best" in text_of(page)
    assert not tries(page)


def test_trying_a_way_out_gives_an_answer_that_the_link_keeps_and_undo_takes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = {"lock": "buy_operations=in", "capacity": "money=0.1"}
    page = open_page(monkeypatch, QUICKSTART, **link)
    sentences = listed(page)
    for number in range(1, len(sentences) + 1):
        press(page, f"Try way {number}")
        assert "Proved best" in text_of(page), sentences[number - 1]
        assert dict(page.query_params) != link
        reopened = open_page(monkeypatch, QUICKSTART, **{k: str(v) for k, v in page.query_params.items()})
        assert "Proved best" in text_of(reopened)
        page.button(key="undo").click()
        settle(page)
        assert listed(page) == sentences
        assert dict(page.query_params) == link


def test_number_typed_just_before_the_press_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART, lock="buy_operations=in", capacity="money=0.1")
    number = next(n for n, text in enumerate(listed(page), 1) if text.startswith("Lift the lock"))
    page.number_input(key="weight_national").set_value(80)
    press(page, f"Try way {number}")
    assert weights_of(page) == [80, 10, 10]
    assert "lock" not in page.query_params
    assert "Proved best" in text_of(page)


def test_way_out_that_the_settings_cannot_carry_out_has_no_button(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Room for one of the two; the rule asks for both and can be eased only in the files.
    scenario = write_files(
        tmp_path / "counted",
        {
            "resources.csv": "resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,40,40,no\n",
            "initiatives.csv": "initiative_id,name,lead\nwards,Wards,Trust\nhub,Hub,Trust\n",
            "uses.csv": "initiative_id,resource_id,year_1\nwards,money,40\nhub,money,10.000001\n",
            "rules.csv": "rule_id,kind,subject,limit,owner\nR1,count_at_least,lead=Trust,2,The board\n",
        },
    )
    page = open_page(monkeypatch, scenario)
    assert listed(page) == [
        "Ease rule R1 (at least 2 initiatives with lead Trust, owner The board) from 2 to 1.",
        "Raise the limit on money in 2026/27 by £10.0001k to £50.0001k.",
    ]
    assert [button.label for button in tries(page)] == ["Try way 2"]
    assert "Where there is no button, raise the limit under Capacity on Balance" in text_of(page)
    press(page, "Try way 2")
    assert "Proved best" in text_of(page)
    assert page.query_params["capacity"] == "money@2026/27=1.250001"
    assert "Single years: 2026/27 at 125" in text_of(page)


def test_text_from_a_scenario_stays_text_in_the_ways_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = open_page(monkeypatch, write_nasty(tmp_path / "nasty"), lock="wards=in", capacity="money=0.1", without="R1")
    text = text_of(page)
    assert any(NASTY in sentence for sentence in listed(page))
    assert "Smallest ways out" in text
    assert "<script" not in text and f'src="{IMAGE}"' not in text
    assert all(re.fullmatch(r"Try way \d", button.label) for button in tries(page))
    press(page, "Try way 1")
    assert "Proved best" in text_of(page)


def factor(settings: Settings, name: str) -> dict[str, float]:
    return {year: settings.factor(name, year) for year in YEARS}


def test_factors_are_enough_and_change_nothing_else() -> None:
    scenario = read_scenario(QUICKSTART)
    for capacity in ({"money": 0.0}, {"money": 0.1}, {"money": 0.5, "money@2027/28": 0.1}, {"money@2026/27": 0.0}):
        settings = scenario.settings.replace(lock={"buy_operations": "in"}, capacity=capacity)
        for way in ways_of(scenario, settings):
            carried_out = with_way_out(scenario, settings, way)
            assert carried_out is not None
            Optimiser(scenario).solve(carried_out)
            before, after = factor(settings, "money"), factor(carried_out, "money")
            years = {step.demand.year: step for step in way.steps if step.demand.kind == "capacity"}
            given = scenario.resource_by_id["money"].capacities
            for year in YEARS:
                if year in years:
                    assert 0 <= after[year] * given[year] - (years[year].to or 0.0) <= 2e-6 * given[year]
                else:
                    assert after[year] == pytest.approx(before[year])


def test_every_way_out_that_settings_can_carry_out_has_a_plan() -> None:
    seen = 0
    for seed, (tables, chosen), clash in tight_clashes(part(range(2000, 2120)), whole=False):
        scenario = build_scenario(tables, chosen)
        for way in clash.ways_out:
            settings = with_way_out(scenario, scenario.settings, way)
            if settings is not None:
                scenario.check(settings)
                assert Optimiser(scenario).solve(settings), (seed, way.text)
                seen += 1
            else:
                given = {row["resource_id"]: row for row in tables["resources"]}
                assert any(
                    not given[step.demand.demand_id].get(step.demand.year) or step.to is None
                    if step.demand.kind == "capacity"
                    else step.to is not None
                    for step in way.steps
                ), (seed, way.text)
    assert seen > cases(50)
