"""Long work as a session asks for it: what a person cancelled is not begun again by itself."""

from __future__ import annotations

import threading

import pytest
import streamlit as st

from prioritiser import read_scenario
from prioritiser.ui.background.answers import Answers
from prioritiser.ui.background.jobs import Desk, Works
from prioritiser.ui.session import requests as asked
from tests.places import QUICKSTART

SCENARIO = read_scenario(QUICKSTART)


def test_cancelled_work_stays_until_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(workers=1)
    pool = Works(answers)
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(asked, "works", lambda: pool)
    begun, gate = threading.Semaphore(0), threading.Event()

    def run(desk: Desk[int]) -> int:
        begun.release()
        gate.wait(10)  # it takes a while to notice that it was cancelled
        return 7

    first = asked.ask_work("map", "key", SCENARIO, run, first_look_s=0)
    assert begun.acquire(timeout=10)
    first.cancel()
    assert asked.ask_work("map", "key", SCENARIO, run, first_look_s=0) is first  # the page is drawn in between
    gate.set()
    assert first.wait(10).over
    assert asked.ask_work("map", "key", SCENARIO, run, first_look_s=0) is first
    asked.ask_work_again("map")
    again = asked.ask_work("map", "key", SCENARIO, run, first_look_s=5)
    assert again is not first and again.state.result == 7
    again.abandon()  # another session made room while this one was on another page
    assert asked.ask_work("map", "key", SCENARIO, run, first_look_s=0) is not again
    pool.close()
    answers.close()
