"""The weight picker without a browser: what it is given, and what is made of its moves."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser import read_scenario
from prioritiser.ui.session.widget_sync import NamedMoves
from prioritiser.ui.weight_picker.payload import OWN, marks_payload
from prioritiser.ui.weight_picker.picker import _dragged
from tests.page_scenarios import NASTY, write_nasty
from tests.pages import QUICKSTART, text_of
from tests.small import write_files
from tests.ui.test_page import open_page, settle, weights_of

pytestmark = pytest.mark.usefixtures("fresh_workers")
SCENARIO = read_scenario(QUICKSTART)
TIERS = ("national", "local", "long_term")


def pickers(page: AppTest) -> list[Any]:
    return [part for part in page.get("bidi_component") if part.key == "weight_picker"]


def given_to(page: AppTest) -> dict[str, object]:
    parts = pickers(page)
    assert len(parts) == 1
    found: dict[str, object] = json.loads(parts[0].proto.json)
    return found


def open_with_map(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Open the page and wait until its map is whole."""
    page = open_page(monkeypatch, QUICKSTART)
    for _ in range(50):
        drawn = given_to(page)["map"]
        if isinstance(drawn, dict) and drawn["whole"]:
            break
        settle(page)
    return page


def test_page_gives_the_picker_weights_marks_and_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_with_map(monkeypatch)
    given = given_to(page)
    assert given["shares"] == [40, 30, 30]
    drawn = given["map"]
    assert isinstance(drawn, dict)
    assert drawn["year"] == "2028/29" and sum(drawn["targets"]) == 4
    assert sum(portfolio["a"] for portfolio in drawn["portfolios"]) == pytest.approx(1)
    assert given["shown"] is not None
    assert drawn["whole"]
    assert "The map is being drawn" not in text_of(page)
    page.number_input(key="weight_national").set_value(80)
    settle(page)
    assert given_to(page)["shares"] == [80, 10, 10]
    assert given_to(page)["map"] == drawn


def test_presets_and_own_settings_at_the_same_weights_share_a_mark() -> None:
    marks = marks_payload(SCENARIO, TIERS, ())
    assert [mark["w"] for mark in marks] == [[40, 30, 30], [70, 20, 10]]
    assert marks[0]["names"] == [OWN, "Less money"]
    assert not any(mark["saved"] for mark in marks)


def test_two_tiers_have_a_line_and_one_tier_has_no_picker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = open_page(monkeypatch, write_nasty(tmp_path / "nasty"))
    given = given_to(page)
    assert given["shares"] == [50, 50]
    assert NASTY[:40] in json.dumps(given["marks"], ensure_ascii=False).replace('\\"', '"')
    goals = "goal_id,tier,2026/27,2027/28\nrtt,national,,5\n"
    one = write_files(
        tmp_path / "one", {"goals.csv": goals, "effects.csv": "initiative_id,goal_id,central\nwards,rtt,2\n"}
    )
    page = open_page(monkeypatch, one)
    assert not pickers(page)
    assert page.number_input(key="weight_national").disabled
    assert weights_of.__name__  # the numbers of the other tiers are not there
    assert not [box for box in page.number_input if box.key == "weight_local"]


def test_move_counts_once_and_nonsense_changes_nothing() -> None:
    settings = SCENARIO.settings
    held = {"moved": {"move": "1-1", "shares": [20, 30, 50]}}
    moved = _dragged(TIERS, settings, held)
    assert dict(moved.weights) == {"national": 20, "local": 30, "long_term": 50}
    for shares in (None, [50, 50], [50, 60, -10], [1, 2, 3], ["40", 30, 30], [40.5, 29.5, 30], [True, 99, 0]):
        assert _dragged(TIERS, settings, {"moved": {"shares": shares}}) is settings
    known = NamedMoves()
    assert known.moved(held, 0)
    known.note_move(held, 0)
    assert not known.moved(held, 0)
    assert known.moved({"moved": {"move": "1-2"}}, 0)
    for odd in (None, {}, {"moved": None}, {"moved": {"move": ""}}, "text"):
        assert not known.moved(odd, 0)


def test_map_answers_a_move_at_once_and_the_proof_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_with_map(monkeypatch)
    monkeypatch.setattr("prioritiser.ui.background.answers._LET_DRAW_S", 3.0)
    behind = "What follows still answers the setting before. It changes with the proof."
    assert behind not in text_of(page)
    page.number_input(key="weight_national").set_value(63).run()
    text = text_of(page)
    assert "whether a plan as good uses less" in text and behind in text
    assert not page.exception
    time.sleep(3.2)
    text = text_of(settle(page))
    assert behind not in text and "Proved best for these weights" in text


def test_lower_part_does_not_wait_for_ever_for_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_with_map(monkeypatch)
    monkeypatch.setattr("prioritiser.ui.background.answers._LET_DRAW_S", 3.0)
    monkeypatch.setattr("prioritiser.ui.session.requests.MOST_BEHIND_S", 0.0)
    page.number_input(key="weight_national").set_value(64).run()
    assert "whether a plan as good uses less" in text_of(page)
    assert "What follows still answers the setting before" not in text_of(page)
