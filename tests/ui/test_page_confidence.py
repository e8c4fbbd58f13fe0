"""The Confidence page without a browser: classes, chances, estimates and regret, and what is incomplete."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.page_scenarios import write_nasty
from tests.pages import QUICKSTART, opened, page_alone, settled, text_of
from tests.small import write_files


@pytest.fixture(autouse=True)
def few_samples(kept_answers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.ui.components.confidence_work.SAMPLES", 40)


def open_confidence(monkeypatch: pytest.MonkeyPatch, scenario: Path, **link: str) -> AppTest:
    return settled(opened(monkeypatch, page_alone("Confidence"), scenario, **link))


def test_page_says_what_is_safe_and_how_likely_each_target_is(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_confidence(monkeypatch, QUICKSTART)
    text = text_of(page)
    counts = re.search(r"(\d+) initiatives? (?:is|are) safe, (\d+) (?:is|are) worth arguing about, (\d+) ", text)
    assert counts and sum(map(int, counts.groups())) == 8
    assert "Best plans of 40 samples, in which weights and effects vary." in text
    assert "By the end of 2028/29, " in text and "On average, " in text
    assert "Whatever the weights, this portfolio is at most " in text
    assert "All draws are independent" in text
    assert "judged" in text
    assert "optimal" not in text.lower()


def test_switch_keeps_the_weights_and_costs_may_vary(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_confidence(monkeypatch, QUICKSTART)
    page.toggle(key="weights_fixed").set_value(True)
    settled(page)
    assert "Best plans of 40 samples, in which effects vary." in text_of(page)
    assert "When costs vary" in text_of(page)
    page.segmented_control(key="cost_spread").set_value(0.0)
    settled(page)
    assert "At the costs as planned, every limit holds" in text_of(page)


def test_year_without_a_target_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No target is set for 2026/27" in text_of(open_confidence(monkeypatch, QUICKSTART, year="2026/27"))


def test_text_of_a_scenario_stays_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = text_of(open_confidence(monkeypatch, write_nasty(tmp_path / "nasty")))
    assert "&lt;script&gt;" in text
    assert "<script" not in text and "<img" not in text


def test_clash_is_said_in_place_of_an_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clash = write_files(tmp_path / "clash", {"rules.csv": "rule_id,kind,subject,other\nR1,must_do,wards,\n"})
    text = text_of(open_confidence(monkeypatch, clash, lock="wards=out"))
    assert "No portfolio meets all of these together:" in text
    assert "safe" not in text


def test_cancelled_work_shows_what_it_found_and_can_start_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.ui.components.confidence_work.SAMPLES", 50_000)
    page = opened(monkeypatch, page_alone("Confidence"), QUICKSTART).run()
    deadline = time.monotonic() + 60
    while "Best plans of" not in text_of(page) and time.monotonic() < deadline:
        time.sleep(0.2)
        page.run()
    assert page.button(key="cancel_stress").label == "Cancel"
    work = page.session_state["works"]["stress"]
    work.cancel()  # as the button does, and then the page looks again once it has stopped
    work.wait(60)
    settled(page)
    text = text_of(page)
    assert "Stopped early" in text
    assert re.search(r"Best plans of [\d,]+ samples of 50,000", text)
    assert page.button(key="again_stress").label == "Start again"
