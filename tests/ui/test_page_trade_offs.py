"""The Trade-offs page without a browser: frontier, adoption, balance, national points, rules and locks."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser import Optimiser, read_scenario
from prioritiser.analysis.marginal_values.trade_offs import point_key
from prioritiser.analysis.pareto.frontier import Frontier, find_frontier
from prioritiser.ui import session
from tests.depth import THOROUGH
from tests.page_scenarios import IMAGE, write_nasty, write_slow
from tests.pages import MAIN, QUICKSTART, opened, settled, text_of
from tests.small import write_files

PAGE = """
import streamlit as st
from prioritiser.ui import session
from prioritiser.ui.entry.page_frame import show_frame
from prioritiser.ui.pages.trade_offs import page as trade_offs
moment = session.open_moment("Trade-offs")
show_frame(moment.scenario, moment.view, "", trade_offs.QUESTION, {})
trade_offs.show_page(moment.scenario, moment.view)
"""


pytestmark = pytest.mark.usefixtures("kept_answers")


def open_page(monkeypatch: pytest.MonkeyPatch, scenario: Path, **link: str) -> AppTest:
    return settled(opened(monkeypatch, AppTest.from_string(PAGE, default_timeout=60), scenario, **link))


def choices(page: AppTest) -> list[str]:
    return list(page.selectbox(key="frontier_point").options)


@cache
def frontier() -> Frontier:
    return find_frontier(Optimiser(read_scenario(QUICKSTART)))


def choose(page: AppTest, number: int) -> AppTest:
    """Choose a portfolio from the list, first 0."""
    page.selectbox(key="frontier_point").set_value(point_key(frontier().points[number].outcome))
    return settled(page)


def has_button(page: AppTest, key: str) -> bool:
    return any(button.key == key for button in page.button)


def test_page_says_what_is_given_up_and_how_sure_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of(open_page(monkeypatch, QUICKSTART))
    assert "leaves" in text and "are all that no other beats" in text
    assert "of the balance for" in text or "changes nothing" in text
    assert "more national points cost" in text
    assert "Rule" not in text or "R1" in text
    assert "Show this as a table" in text


def test_page_is_in_the_list_of_pages() -> None:
    source = MAIN.read_text(encoding="utf-8")
    assert '"Trade-offs": trade_offs' in source
    assert source.index('"Balance"') < source.index('"Trade-offs"')


def test_every_portfolio_can_be_adopted_and_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    before = dict(page.query_params)
    ways = set()
    for number in range(len(choices(page))):
        choose(page, number)
        if not has_button(page, "adopt_point"):
            assert "This is the portfolio in force" in text_of(page)
            continue
        by_locks = "No weights lead to this one" in text_of(page)
        ways.add(by_locks)
        page.button(key="adopt_point").click()
        settled(page)
        assert "This is the portfolio in force" in text_of(page)
        assert ("lock" in page.query_params) is by_locks
        page.button(key="undo").click()
        settled(page)
        assert dict(page.query_params) == before
        if ways == {True, False} and not THOROUGH:
            break
    assert ways == {True, False}


def test_portfolio_held_by_locks_still_shows_the_frontier_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    number = len(choices(page))
    choose(page, 0)
    page.button(key="adopt_locks").click()
    settled(page)
    text = text_of(page)
    assert "Every initiative is locked, which leaves no choice." in text
    assert len(choices(page)) == number
    assert "8 locks" in text
    page.button(key="lift_all").click()
    settled(page)
    assert "lock" not in page.query_params


def test_pair_of_tiers_has_a_frontier_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    three = len(choices(page))
    control = next(part for part in page.segmented_control if part.key == "frontier_tiers")
    control.set_value("National and local")
    settled(page)
    assert 1 < len(choices(page)) < three
    assert all("long term" not in choice for choice in choices(page))


def test_rule_is_switched_off_and_on_again(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    assert page.toggle(key="rule_R1").value is True
    page.toggle(key="rule_R1").set_value(False)
    settled(page)
    assert page.query_params["without"] == "R1"
    assert "Switched off." in text_of(page)
    page.toggle(key="rule_R1").set_value(True)
    settled(page)
    assert "without" not in page.query_params


def test_lock_has_a_price_and_can_be_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART, lock="theatre_lists=out")
    text = text_of(page)
    assert "1 lock" in text and "of the value" in text
    page.button(key="lift_theatre_lists").click()
    settled(page)
    assert "lock" not in page.query_params


def test_suggested_balance_is_put_in_force(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = open_page(monkeypatch, QUICKSTART, weights="80,10,10")
    if not has_button(page, "use_balance"):
        assert "changes nothing" in text_of(page)
        return
    label = page.button(key="use_balance").label
    page.button(key="use_balance").click()
    settled(page)
    assert f"balance {page.query_params['balance']}" in label.lower()
    assert not has_button(page, "use_balance")


def test_nothing_feasible_shows_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART, lock="buy_operations=in", capacity="money=0.1")
    assert "Smallest way" in text_of(page)
    assert not has_button(page, "adopt_point")


def test_one_tier_has_nothing_to_give_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    goals = {"goals.csv": "goal_id,tier,weight,2026/27,2027/28\nrtt,national,1,,5\nfalls,national,2,3,4\n"}
    text = text_of(open_page(monkeypatch, write_files(tmp_path / "one", goals)))
    assert "There is nothing to give up" in text
    assert "It needs national goals and others beside them." in text


def test_text_from_a_scenario_stays_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = open_page(monkeypatch, write_nasty(tmp_path / "nasty"), lock="wards=in")
    text = text_of(page)
    assert "<script" not in text and f'src="{IMAGE}"' not in text and "javascript:" in text
    for toggle in page.toggle:
        assert "](" not in toggle.label.replace("\ufeff", "|")


@pytest.mark.thorough
def test_search_that_is_cancelled_says_that_it_is_incomplete(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(session.SCENARIO_VARIABLE, str(write_slow(tmp_path / "slow", 40)))
    page = AppTest.from_string(PAGE, default_timeout=60)
    deadline = time.monotonic() + 90
    page.run()
    while not has_button(page, "cancel_frontier") and time.monotonic() < deadline:
        time.sleep(0.2)
        page.run()
    for before in ("1 piece", "2 pieces", "3 pieces"):
        assert f"Waiting its turn: {before} of work before it" in text_of(page)
    work = page.session_state["works"]["frontier"]
    work.cancel()  # as the button does, which in the browser draws only its own part of the page anew
    work.wait(30)
    page.run()
    assert not page.exception, page.exception
    assert "incomplete" in text_of(page) and has_button(page, "again_frontier")
