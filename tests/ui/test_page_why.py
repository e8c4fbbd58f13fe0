"""The Why and Capacity pages without a browser: the sentence, locks with their price, flips, and what more buys."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.page_scenarios import NASTY, write_nasty, write_slow
from tests.pages import QUICKSTART, opened, settled, text_of, whole_app
from tests.small import write_files

pytestmark = pytest.mark.usefixtures("kept_answers")


def open_page(
    monkeypatch: pytest.MonkeyPatch, address: str, scenario: Path = QUICKSTART, *, wait: bool = True, **link: str
) -> AppTest:
    """Open a page by its address and wait for all that it works out by itself."""
    page = opened(monkeypatch, whole_app(address), scenario, **link)
    return settled(page) if wait else page.run()


def press(page: AppTest, key: str) -> str:
    page.button(key=key).click()
    return text_of(settled(page))


def test_why_says_what_the_opposite_costs_and_locks_show_their_price(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, "why")
    choice = page.selectbox(key="why_initiative")
    assert choice.label == "Initiative: the 5 recommended come first, then the 3 left out"
    assert choice.options[0] == "Better practice phones" and choice.options[5] == "Buy operations elsewhere"
    page.selectbox(key="why_initiative").set_value("theatre_lists")
    text = text_of(settled(page))
    # it brings 8 points; for it go practice phones (9) and handover (4)
    sentence = "Out: putting it in costs 5 points of the weighted score and displaces"
    assert f"<h2>{sentence} Better practice phones and Quicker ambulance handover." in text
    assert "<strong>Would leave</strong> Better practice phones" in text
    assert "Always in costs 5 points of the score." in text
    assert "Always out costs nothing: that is recommended anyway." in text
    assert "What it uses and brings, by year" in text and ">judged<" in text
    assert page.button(key="why_lock_none").disabled

    text = press(page, "why_lock_in")
    assert page.query_params["lock"] == "theatre_lists=in"
    assert f"Without its lock: {sentence}" in text
    assert "<strong>In force: </strong>Always in costs 5 points" in text
    assert page.selectbox(key="why_initiative").value == "theatre_lists"
    assert page.button(key="why_lock_in").disabled
    press(page, "why_lock_none")
    assert "lock" not in page.query_params


def test_why_finds_what_would_flip_it_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, "why")
    assert "One change at a time" not in text_of(page)
    text = press(page, "why_flips_ask")
    assert "One change at a time, everything else as it is." in text
    assert any(word in text for word in ("It would leave", "would leave", "Nothing", "No ", "leaves"))


def test_value_for_money_is_said_not_to_be_the_recommendation(monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of(open_page(monkeypatch, "why"))
    assert "Value for money against the recommended portfolio" in text
    assert "The order looks at each initiative on its own" in text
    assert "Order by value for money, each initiative on its own" in text


def test_explain_all_gives_every_initiative_a_sentence_and_can_be_filtered(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, "why")
    assert "Why each initiative is in or out" not in text_of(page)
    text = press(page, "why_all_ask")
    table = text[text.index("Why each initiative is in or out") :]
    assert "Fuller theatre lists" in table and "Buy operations elsewhere" in table
    page.segmented_control(key="why_shown").set_value("Out")
    text = text_of(settled(page))
    table = text[text.index("Why each initiative is in or out") :]
    assert ">In: " not in table and ">Out" in table


def test_lock_that_no_plan_allows_can_be_taken_back_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, "why", lock="neighbourhood_team=in", capacity="staff=0")
    text = text_of(page)
    assert "No portfolio meets all of these together:" in text
    page.selectbox(key="why_initiative").set_value("neighbourhood_team")
    text = text_of(settled(page))
    assert "Always in cannot be priced: no plan has it put in" in text
    press(page, "why_lock_none")
    assert "lock" not in page.query_params


@pytest.mark.thorough
def test_stopped_work_says_so_and_can_start_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = open_page(monkeypatch, "why", write_slow(tmp_path / "slow"), wait=False)
    wait_for(page, "cancel")
    page.button(key="cancel").click().run()
    text = stopped(page, 0.0)
    for seconds in (1.0, 2.0, 4.0, 8.0, 16.0):  # what is stopped before it has a plan says that, and can start again
        if "Stopped before anything was found." not in text:
            break
        page.button(key="again_why_one").click().run()
        text = stopped(page, seconds)
    assert "Stopped early: what was found until then is shown, and it is incomplete." in text
    assert "not found: time was up or it was stopped." in text
    assert not page.exception


def stopped(page: AppTest, seconds: float) -> str:
    """Let the explanation work for so many seconds, stop it, and return what the page says."""
    wait_for(page, "cancel_why_one")
    time.sleep(seconds)
    page.button(key="cancel_why_one").click().run()
    wait_for(page, "again_why_one")
    return text_of(page)


def wait_for(page: AppTest, key: str) -> None:
    deadline = time.monotonic() + 60
    while not any(button.key == key for button in page.button) and time.monotonic() < deadline:
        time.sleep(0.1)
        page.run()
    assert any(button.key == key for button in page.button), text_of(page)


def test_capacity_says_what_more_buys_and_puts_it_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, "capacity", capacity="money@2028/29=0.96")
    text = text_of(page)
    # 5 % more than £960k is £1,008k: enough for the £200k of quicker handover, 4 points, which £800k leave no room for
    assert "10 % more of one capacity in one year buys 4 points at most" in text
    assert "£48k more of Money for change in 2028/29 buys 4 points of the weighted score" in text
    assert "bringing in Quicker ambulance handover." in text
    assert "A&amp;E within 4 hours 77.0\u00a0% to 79.0\u00a0% in 2028/29" in text
    assert "More of 5 of the 6 capacities in a year was not found to buy anything by itself" in text
    assert "Marginal value of the linear relaxation, for analysts" in text and "This is not a price." in text
    text = press(page, "try_more")
    assert page.query_params["capacity"] == "money@2028/29=1.008"
    assert "Start 5 of 8 initiatives." in text
    assert "10 % more of one capacity in one year buys nothing" in text
    assert not any(button.key == "try_more" for button in page.button)


def test_capacity_shows_headroom_and_organisations(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, "capacity")
    text = text_of(page)
    assert "for local work" in text or "local work has room" in text
    assert "national weight" in text
    assert "road to superficial compliance" in text
    assert "1 resource whose name says improvement, programme or project staff" in text
    assert "Starts by lead and year" in text
    assert "Staff used by lead and year" in text


def test_capacity_of_one_tier_and_no_limits_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = write_files(
        tmp_path / "bare",
        {
            "goals.csv": "goal_id,tier,2026/27,2027/28\nrtt,national,,5\n",
            "resources.csv": "resource_id,unit,2026/27,2027/28\nmoney,£k,,\n",
            "initiatives.csv": "initiative_id,earliest,latest\nwards,2026/27,2027/28\nhub,,\n",
            "effects.csv": "initiative_id,goal_id,central\nwards,rtt,2\nhub,rtt,1\n",
        },
    )
    text = text_of(open_page(monkeypatch, "capacity", bare))
    assert "No capacity is limited" in text
    assert "It needs national goals and others beside them" in text
    assert "Who carries the work is not given" in text


@pytest.mark.parametrize("address", ["why", "capacity"])
def test_text_from_a_scenario_stays_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str) -> None:
    page = open_page(monkeypatch, address, write_nasty(tmp_path / "nasty"))
    if address == "why":
        press(page, "why_all_ask")
    text = text_of(page)
    assert NASTY not in text and "<img" not in text and "<script" not in text
    assert "&lt;img src=" in text
