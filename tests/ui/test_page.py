"""The Balance page without a browser: inputs, link, answer, changes, clashes and what a wrong file shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui import session
from tests.pages import QUICKSTART, opened, settled, text_of, whole_app
from tests.small import write_files

pytestmark = pytest.mark.usefixtures("kept_answers", "no_maps")


def open_page(monkeypatch: pytest.MonkeyPatch, scenario: Path, /, **link: str) -> AppTest:
    return settle(opened(monkeypatch, whole_app(), scenario, **link))


def settle(page: AppTest) -> AppTest:
    """Run until the question is answered in full."""
    return settled(page, lambda page: any(button.key == "cancel" for button in page.button))


def weights_of(page: AppTest) -> list[int]:
    return [page.number_input(key=f"weight_{tier}").value for tier in ("national", "local", "long_term")]


def test_page_says_the_answer_and_that_it_is_illustrative(monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of(open_page(monkeypatch, QUICKSTART))
    assert "Proved best for these weights" in text
    assert "Illustrative: every figure is invented." in text
    assert "of 8 initiatives." in text
    assert "today&#x27;s plan" in text
    assert ">judged<" in text


def test_moved_weight_keeps_the_sum_and_the_link_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    page.number_input(key="weight_national").set_value(80)
    settle(page)
    assert weights_of(page) == [80, 10, 10]
    assert page.query_params["weights"] == "80,10,10"
    assert "weights: national 40 to 80, local 30 to 10, long term 30 to 10" in text_of(page)


def test_undo_goes_back_to_the_setting_before(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    page.number_input(key="weight_local").set_value(100)
    settle(page)
    assert weights_of(page) == [0, 100, 0]
    page.button(key="undo").click()
    settle(page)
    assert weights_of(page) == [40, 30, 30]
    assert "weights" not in page.query_params


def test_message_that_is_behind_moves_only_what_a_person_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    seen = page.number_input(key="run_shown").value
    page.number_input(key="weight_national").set_value(41)
    page.run()  # once only: the next message would say that this run was shown
    assert weights_of(page) == [41, 30, 29]
    # The browser has not yet shown the run of 41: all but what is being moved is still as it was.
    page.number_input(key="weight_national").set_value(44)
    page.number_input(key="weight_long_term").set_value(30)
    page.selectbox(key="preset").set_value("The scenario's own settings")
    page.number_input(key="run_shown").set_value(seen)
    settle(page)
    assert weights_of(page) == [44, 28, 28]
    assert page.selectbox(key="preset").value == "Your own settings"
    assert page.query_params["weights"] == "44,28,28"


def test_choice_of_what_was_before_counts_once_the_browser_has_shown_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    page.number_input(key="weight_national").set_value(44)
    settle(page)
    page.number_input(key="weight_local").set_value(30)
    settle(page)
    assert weights_of(page)[1] == 30 and sum(weights_of(page)) == 100
    page.selectbox(key="preset").set_value("The scenario's own settings")
    settle(page)
    assert weights_of(page) == [40, 30, 30]


def test_undo_takes_back_a_number_as_a_whole_but_each_choice_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.ui.session.history._BURST_S", 600.0)
    page = open_page(monkeypatch, QUICKSTART)
    for share in (60, 100, 44):
        page.number_input(key="weight_national").set_value(share)
        settle(page)
    assert weights_of(page) == [44, 28, 28]
    assert "weights: national 40 to 44" in text_of(page)
    for names in (["theatre_lists"], ["theatre_lists", "handover"]):
        page.multiselect(key="locked_out").set_value(names)
        settle(page)
    for locked, weights in ((["theatre_lists"], [44, 28, 28]), ([], [44, 28, 28]), ([], [40, 30, 30])):
        page.button(key="undo").click()
        settle(page)
        assert page.multiselect(key="locked_out").value == locked
        assert weights_of(page) == weights
    assert page.button(key="undo").disabled


def test_undo_takes_back_what_was_typed_just_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    page.number_input(key="weight_local").set_value(60)
    settle(page)
    page.number_input(key="capacity_money").set_value(75.0)
    page.button(key="undo").click()
    settle(page)
    assert page.number_input(key="capacity_money").value == pytest.approx(100)
    assert dict(page.query_params) == {"weights": "23,60,17"}


def test_lists_take_one_entry_at_a_time_and_tell_alike_entries_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = open_page(
        monkeypatch,
        write_files(
            tmp_path / "twins",
            {"initiatives.csv": "initiative_id,name,earliest,latest\nwards,Twin,2026/27,2027/28\nhub,Twin,,\n"},
        ),
    )
    assert page.multiselect(key="locked_in").options == ["Twin (hub)", "Twin (wards)"]
    page.multiselect(key="locked_in").set_value(["hub"])
    settle(page)
    assert page.query_params["lock"] == "hub=in"
    for key in ("locked_in", "locked_out", "without"):
        assert page.multiselect(key=key).proto.select_all == 0


def test_preset_sets_all_settings_of_a_what_if(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    page.selectbox(key="preset").set_value("Less money")
    settle(page)
    assert page.number_input(key="capacity_money").value == pytest.approx(80)
    assert page.query_params["capacity"] == "money=0.8"
    page.selectbox(key="preset").set_value("National first")
    settle(page)
    assert weights_of(page) == [70, 20, 10]
    assert page.number_input(key="capacity_money").value == pytest.approx(100)
    page.number_input(key="capacity_staff").set_value(50.0)
    settle(page)
    assert page.selectbox(key="preset").value == "Your own settings"


def test_link_reopens_the_same_view(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(
        monkeypatch,
        QUICKSTART,
        weights="20,20,60",
        balance="0.25",
        lock="handover=in",
        capacity="staff=1.5",
        case="low",
    )
    assert weights_of(page) == [20, 20, 60]
    assert page.slider(key="balance").value == pytest.approx(0.25)
    assert page.multiselect(key="locked_in").value == ["handover"]
    assert page.number_input(key="capacity_staff").value == pytest.approx(150)
    assert page.selectbox(key="case").value == "low"
    assert "Locked in by you" in text_of(page)


def test_link_with_nonsense_keeps_the_rest_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART, weights="a,b", lock="nobody=in", balance="0.5", colour="red", year="1999")
    text = text_of(page)
    assert weights_of(page) == [40, 30, 30]
    assert page.slider(key="balance").value == pytest.approx(0.5)
    assert "three numbers were expected, such as 40,30,30" in text
    assert "nobody" in text
    assert "&quot;colour&quot; is not a setting" in text
    assert "it is none of 2026/27, 2027/28, 2028/29" in text
    assert "Proved best" in text
    assert dict(page.query_params) == {"balance": "0.5"}


def test_locks_and_rules_change_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART)
    page.multiselect(key="locked_out").set_value(["theatre_lists"])
    settle(page)
    assert "Locked out by you" in text_of(page)
    assert page.query_params["lock"] == "theatre_lists=out"
    page.multiselect(key="without").set_value(["R1"])
    settle(page)
    assert page.query_params["without"] == "R1"
    assert "rule R1 switched off" in text_of(page)


def test_wrong_scenario_shows_every_problem_on_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = write_files(
        tmp_path / "broken", {"uses.csv": "initiative_id,resource_id,year_1\nwards,monye,40\nhub,money,x\n"}
    )
    text = text_of(open_page(monkeypatch, broken))
    assert "This scenario cannot be opened yet." in text
    assert "monye" in text and "row 3" in text


def test_missing_scenario_shows_a_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "This scenario cannot be opened yet." in text_of(open_page(monkeypatch, tmp_path / "nowhere"))


def test_year_of_targets_is_kept_in_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(monkeypatch, QUICKSTART, year="2026/27")
    assert "No target is set for 2026/27" in text_of(page)
    page = open_page(monkeypatch, QUICKSTART, weights="0,0,0")
    assert "weights" in text_of(page) and weights_of(page) == [40, 30, 30]


@pytest.mark.usefixtures("fresh_workers")
def test_switch_that_needs_a_plan_can_be_used_when_the_plan_came_while_the_page_was_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def found(scenario: Scenario, settings: Settings, *rest: Any, first_look_s: float = 30.0) -> Any:
        if first_look_s == 0:  # before the settings are drawn
            return ask(scenario, settings, *rest, first_look_s=0.0)
        may_solve.set()
        while not ask(scenario, settings)[1].over:
            time.sleep(0.01)
        return ask(scenario, settings)

    def stages(optimiser: Optimiser, *asked: Any, **limits: Any) -> Iterator[Portfolio]:
        assert may_solve.wait(30)
        yield from solved(optimiser, *asked, **limits)

    may_solve, solved, ask = threading.Event(), Optimiser.stages, session.ask
    monkeypatch.setattr(Optimiser, "stages", stages)
    monkeypatch.setattr(session, "ask", found)
    page = opened(monkeypatch, whole_app()).run()
    assert not any(button.key == "cancel" for button in page.button)
    assert not page.toggle(key="keep_most").disabled
    assert page.session_state["opened"].run == 2, "drawn again once"
    assert page.run().session_state["opened"].run == 3
