"""Long work in the background: shared, kept, cancelled, and what it says while it goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from prioritiser import SettingsError, read_scenario
from prioritiser.ui.answers import Answers
from prioritiser.ui.works import Desk, Works, work_key

SCENARIO = read_scenario(Path(__file__).parent.parent / "scenarios" / "quickstart")


@pytest.fixture
def works() -> Iterator[Works]:
    answers = Answers(workers=1)
    pool = Works(answers)
    yield pool
    pool.close()
    answers.close()


def test_same_work_of_two_people_is_done_once_and_kept(works: Works) -> None:
    done: list[str] = []
    gate = threading.Event()

    def run(desk: Desk[float]) -> float:
        done.append("once")
        gate.wait(10)
        return desk.optimiser.best(budget=desk.budget).objective

    key = work_key("best", SCENARIO, SCENARIO.settings, 1)
    first, second = (works.ask(key, SCENARIO, run) for _ in range(2))
    assert first is second
    gate.set()
    result = first.wait(20).result
    assert result is not None and result > 0
    assert works.ask(key, SCENARIO, run).state.result == result
    assert done == ["once"]
    assert work_key("best", SCENARIO, SCENARIO.settings, 2) != key


def test_cancelled_work_keeps_what_it_told_and_is_not_kept(works: Works) -> None:
    told = threading.Event()

    def run(desk: Desk[int]) -> int:
        desk.progress("parts", 3, 9)
        desk.tell(3)
        told.set()
        while not desk.budget.stopped:
            time.sleep(0.01)
        return 4

    work = works.ask("counting", SCENARIO, run)
    assert told.wait(10)
    assert (work.state.result, work.state.over, work.state.doing, work.state.done) == (3, False, "parts", 3)
    work.cancel()
    assert work.wait(10).result == 4
    assert works.ask("counting", SCENARIO, run) is not work


def test_work_stops_when_the_last_session_lets_go_and_says_why_it_failed(works: Works) -> None:
    def wait(desk: Desk[int]) -> int:
        while not desk.budget.stopped:
            time.sleep(0.01)
        return 0

    first = works.ask("waiting", SCENARIO, wait)
    second = works.ask("waiting", SCENARIO, wait)
    first.leave()
    assert not first.stop.is_set()
    second.leave()
    assert first.wait(10).over

    def fail(desk: Desk[int]) -> int:
        raise SettingsError("not so")

    failed = works.ask("failing", SCENARIO, fail).wait(10)
    assert isinstance(failed.failure, SettingsError) and failed.result is None


def test_work_gives_way_to_a_question_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(workers=1)
    pool = Works(answers)
    monkeypatch.setattr("prioritiser.ui.works.MOST_WAIT_S", 0.4)
    monkeypatch.setattr(Answers, "is_busy", property(lambda self: True))

    def run(desk: Desk[float]) -> float:
        began = time.monotonic()
        desk.progress("parts", 1, 2)
        return time.monotonic() - began

    waited = pool.ask("waiting its turn", SCENARIO, run).wait(10).result
    assert waited is not None and 0.3 < waited < 5
    pool.close()
    answers.close()


def test_only_what_nobody_waits_for_is_abandoned(works: Works) -> None:
    def wait(desk: Desk[int]) -> int:
        while not desk.budget.stopped:
            time.sleep(0.01)
        return 0

    cancelled = works.ask("cancelled", SCENARIO, wait)
    cancelled.cancel()
    cancelled.leave()
    assert not cancelled.abandoned
    left = works.ask("left", SCENARIO, wait)
    left.leave()
    assert left.abandoned and left.stop.is_set()
