"""What a page says of long work: that it waits, what it does, that it was stopped, and why there is nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser import NoAnswerError, SettingsError, read_scenario
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Work
from prioritiser.ui.components.progress import is_stopped, working_words
from tests.page_scenarios import write_slow
from tests.pages import MAIN, QUICKSTART, text_of

SCENARIO = read_scenario(QUICKSTART)


@pytest.fixture(autouse=True)
def fresh_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PRIORITISER_CACHE", "")
    yield
    for pool in (session.works, session.answers):
        pool().close()
        pool.clear()  # type: ignore[attr-defined]


def test_words_say_what_goes_before_and_then_what_is_done() -> None:
    work: Work[int] = Work("key", SCENARIO)
    assert working_words(work, "drawing", 1) == "Waiting its turn: 1 piece of work before it"
    assert working_words(work, "drawing", 3) == "Waiting its turn: 3 pieces of work before it"
    assert working_words(work, "drawing", 0) == "Drawing: 0 s"
    work.start()
    work.progress("rows", 3, 1200)
    assert re.fullmatch(r"Drawing: \d+ s, rows 3 of 1,200", working_words(work, "drawing", 0))
    work.cancel()
    assert re.fullmatch(r"Stopping: \d+ s", working_words(work, "drawing", 0))


def test_work_that_was_stopped_without_a_plan_is_no_failure() -> None:
    work: Work[int] = Work("key", SCENARIO)
    work.start()
    work.cancel()
    assert not is_stopped(work)  # not yet
    work.tell(None, NoAnswerError("stopped"), over=True)
    assert is_stopped(work)
    work.tell(None, SettingsError("not so"), over=True)
    assert not is_stopped(work)


def has_button(page: AppTest, key: str) -> bool:
    return any(button.key == key for button in page.button)


def wait_for(page: AppTest, key: str) -> None:
    deadline = time.monotonic() + 60
    while not has_button(page, key) and time.monotonic() < deadline:
        time.sleep(0.1)
        page.run()
    assert has_button(page, key), text_of(page)
    assert not page.exception, page.exception


def test_map_can_be_cancelled_and_started_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(session.SCENARIO_VARIABLE, str(write_slow(tmp_path / "slow", 40)))
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    wait_for(page, "cancel_weight_map")
    assert page.button(key="cancel_weight_map").label == "Cancel the map"
    assert re.search(r"The map is being drawn: \d+ s", text_of(page))
    page.button(key="cancel_weight_map").click().run()
    wait_for(page, "again_weight_map")
    said = text_of(page)
    assert "The map was stopped: the dot moves without a preview." in said or "The map is incomplete:" in said
    page.run()
    assert has_button(page, "again_weight_map")  # it stays as it is until somebody asks again
    assert page.button(key="again_weight_map").label == "Start again"
    page.button(key="again_weight_map").click().run()
    wait_for(page, "cancel_weight_map")
