"""The Compare page without a browser: what differs first, saved options, other scenarios, and what has no portfolio."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser import read_scenario
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui.session import Moment, SavedOption
from prioritiser.ui.storage.links import View
from tests.page_scenarios import NASTY, write_nasty
from tests.pages import QUICKSTART, opened, page_alone, settled, text_of
from tests.small import write_files

pytestmark = pytest.mark.usefixtures("kept_answers")


def open_compare(monkeypatch: pytest.MonkeyPatch, scenario: Path, *saved: SavedOption) -> AppTest:
    page = opened(monkeypatch, page_alone("Compare"), scenario)
    if saved:
        page.session_state["saved"] = saved
    return settled(page)


def saved(name: str, scenario: Scenario, settings: Settings, note: str = "") -> SavedOption:
    return SavedOption(name, note, Moment(scenario, View(settings, scenario.years[-1])), datetime.now(UTC))


def test_page_compares_today_and_a_what_if_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_compare(monkeypatch, QUICKSTART)
    assert page.multiselect(key="compared").value == ["today", "now", "what_if National first"]
    text = text_of(page)
    assert "What differs: " in text and "in some only" in text
    assert "A, B and C differ in " in text
    assert text.index("What differs: ") < text.index("Share of the way")
    assert "● A Today&#x27;s plan" in text and "■ B In force now" in text and "▲ C National first" in text
    assert "Show what is the same" in text
    assert "Against what is in force: weights: national 40 to 70" in text


def test_saved_option_opens_and_is_deleted_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = read_scenario(QUICKSTART)
    only = scenario.settings.replace(weights={"national": 0.0, "local": 100.0, "long_term": 0.0})
    page = open_compare(monkeypatch, QUICKSTART, saved("Local only", scenario, only, "for the council"))
    assert page.multiselect(key="compared").value == ["today", "now", "saved Local only"]
    assert "for the council" in text_of(page)
    page.button(key="open_2").click()
    settled(page)
    assert page.query_params["weights"] == "0,100,0"
    assert "The same settings as in force." in text_of(page)
    page.button(key="ask_delete_2").click()
    settled(page)
    assert "Undo does not bring it back" in text_of(page)
    page.button(key="keep_2").click()
    settled(page)
    assert "Undo does not bring it back" not in text_of(page) and "Local only" in text_of(page)
    page.button(key="ask_delete_2").click()
    settled(page)
    page.button(key="delete_2").click()
    settled(page)
    assert "Local only" not in text_of(page)
    assert page.session_state["saved"] == ()


def test_option_of_another_scenario_is_compared_where_both_know(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = read_scenario(
        write_files(
            tmp_path / "other",
            {
                "initiatives.csv": "initiative_id,lead,earliest,latest\nwards,Trust,2026/27,2027/28\nhub,,,\nnew,,,\n",
                "uses.csv": "initiative_id,resource_id,year_1\nwards,money,200\n",
            },
        )
    )
    page = open_compare(monkeypatch, write_files(tmp_path / "own"), saved("Dear wards", other, other.settings))
    text = text_of(page)
    assert "Not all of these are of the same figures:" in text
    assert "1 initiative or goal of one only are left out" in text or "1 initiative or goal of one only is" in text
    assert "What differs: 1 initiative of 2, 1 in some only" in text


def test_option_without_a_portfolio_says_so_and_the_others_are_compared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = write_files(
        tmp_path / "clash", {"rules.csv": "rule_id,kind,subject,other,limit,year\nR1,must_do,wards,,,\n"}
    )
    scenario = read_scenario(folder)
    clash = scenario.settings.replace(lock={"wards": "out"})
    softer = scenario.settings.replace(capacity={"money": 0.5})
    page = open_compare(monkeypatch, folder, saved("Clash", scenario, clash), saved("Half", scenario, softer))
    text = text_of(page)
    assert "This cannot be worked out for these settings." in text and "No portfolio yet." in text
    assert "What differs" in text


def test_text_of_a_scenario_stays_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = write_nasty(tmp_path / "nasty")
    scenario = read_scenario(folder)
    page = open_compare(monkeypatch, folder, saved(NASTY, scenario, scenario.settings, NASTY))
    text = text_of(page)
    assert "&lt;script&gt;" in text
    assert "<script" not in text and "<img" not in text
    assert all("![x](" not in option for option in page.multiselect(key="compared").options)


def test_initiative_that_differs_is_locked_beneath_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_compare(monkeypatch, QUICKSTART)
    same = text_of(page).split("Initiatives that are the same")[1].split("</table>")[0]
    choices = page.selectbox(key="lock_pick_compare").options
    assert choices and not any(choice in same for choice in choices)
    page.selectbox(key="lock_pick_compare").set_value("theatre_lists")
    page.run()
    page.button(key="lock_out_compare").click()
    settled(page)
    assert page.session_state["opened"].view.settings.lock == {"theatre_lists": "out"}


def test_year_of_the_targets_is_chosen_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_compare(monkeypatch, QUICKSTART)
    years = read_scenario(QUICKSTART).years
    assert f"at the end of {years[-1]}" in text_of(page)
    page.segmented_control(key="year").set_value(years[0])
    settled(page)
    assert page.query_params["year"] == years[0]
    assert years[0] in text_of(page).split("When they start")[-1]
