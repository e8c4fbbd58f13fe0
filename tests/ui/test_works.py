"""Long work in the background: shared, kept, cancelled, and what it says while it goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from prioritiser import SettingsError, read_scenario
from prioritiser.ui.background.answers import Answers
from prioritiser.ui.background.jobs import Desk, Work, Works, work_key
from tests.places import QUICKSTART

SCENARIO = read_scenario(QUICKSTART)


@dataclass
class Held:
    """Work that begins and then goes no further than a test lets it."""

    begun: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event = field(default_factory=threading.Event)

    def run(self, desk: Desk[str]) -> str:
        self.begun.set()
        while not self.gate.is_set() and not desk.budget.stopped:
            self.gate.wait(0.01)
        desk.progress("parts", 1, 2)
        return "done"


def wait(desk: Desk[int]) -> int:
    """Do nothing until it is stopped."""
    while not desk.budget.stopped:
        time.sleep(0.01)
    return 0


def becomes(is_so: Callable[[], bool]) -> bool:
    """Wait until something is so."""
    deadline = time.monotonic() + 20
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_so()


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
    monkeypatch.setattr("prioritiser.ui.background.jobs.MOST_WAIT_S", 0.4)
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
    cancelled = works.ask("cancelled", SCENARIO, wait)
    cancelled.cancel()
    cancelled.leave()
    assert not cancelled.abandoned
    left = works.ask("left", SCENARIO, wait)
    left.leave()
    assert left.abandoned and left.stop.is_set()


def test_work_waits_its_turn_and_counts_seconds_from_its_start(works: Works) -> None:
    held = [Held() for _ in range(3)]
    first, second, third = (works.ask(f"piece {n}", SCENARIO, one.run) for n, one in enumerate(held))
    assert held[0].begun.wait(10)
    assert [works.before(work) for work in (first, second, third)] == [0, 1, 2]
    assert (second.is_at_work, second.seconds) == (False, 0.0)
    asked_at = second.began
    held[0].gate.set()
    assert held[1].begun.wait(10)
    assert works.before(second) == 0 and second.is_at_work
    assert second.began > asked_at
    assert becomes(lambda: works.before(third) == 1)
    assert not held[2].begun.is_set()
    for one in held:
        one.gate.set()
    assert third.wait(10).result == "done"


def test_same_work_of_two_people_waits_once(works: Works) -> None:
    running, waiting = Held(), Held()
    works.ask("running", SCENARIO, running.run)
    first = works.ask("waiting", SCENARIO, waiting.run)
    assert works.ask("waiting", SCENARIO, waiting.run) is first
    last = works.ask("last", SCENARIO, waiting.run)
    assert works.before(last) == 2


def test_work_that_is_cancelled_before_its_turn_is_over_at_once(works: Works) -> None:
    running, waiting = Held(), Held()
    works.ask("running", SCENARIO, running.run)
    cancelled, last = (works.ask(name, SCENARIO, waiting.run) for name in ("cancelled", "last"))
    cancelled.cancel()
    assert cancelled.is_over and cancelled.state.result is None and not cancelled.abandoned
    assert works.before(last) == 1
    assert works.ask("cancelled", SCENARIO, waiting.run) is not cancelled
    running.gate.set()
    waiting.gate.set()
    assert last.wait(10).result == "done"


def test_what_starts_by_itself_gives_way_to_what_is_asked_for_and_takes_up_again(works: Works) -> None:
    by_itself, asked, order = Held(), Held(), list[str]()

    def draw(desk: Desk[str]) -> str:
        budget = desk.within(1000)
        before = budget.deadline
        by_itself.run(desk)
        order.append("by itself")
        return "put off" if budget.deadline > before else "as it was"

    def answer(desk: Desk[str]) -> str:
        asked.run(desk)
        order.append("asked for")
        return "done"

    drawn = works.ask("map", SCENARIO, draw, by_itself=True)
    assert by_itself.begun.wait(10)
    answered = works.ask("page", SCENARIO, answer)
    assert asked.begun.wait(10)  # it does not wait until the other has come to a point at which it can rest
    assert works.before(answered) == 0
    began = drawn.began
    by_itself.gate.set()
    assert becomes(lambda: works.before(drawn) == 1)
    assert not drawn.is_at_work and not order
    asked.gate.set()
    assert drawn.wait(10).result == "put off"  # the time in which it stood still is not taken from its own
    assert drawn.began > began
    assert order == ["asked for", "by itself"]


def test_what_starts_by_itself_begins_after_what_is_asked_for(works: Works) -> None:
    by_itself, asked = Held(), Held()
    works.ask("page", SCENARIO, asked.run)
    assert asked.begun.wait(10)
    drawn = works.ask("map", SCENARIO, by_itself.run, by_itself=True)
    other = works.ask("another map", SCENARIO, by_itself.run, by_itself=True)
    assert [works.before(drawn), works.before(other)] == [1, 2]
    assert drawn.seconds == 0 and not by_itself.begun.is_set()
    asked.gate.set()
    by_itself.gate.set()
    assert other.wait(10).result == "done"


def test_what_stands_still_can_be_cancelled(works: Works) -> None:
    by_itself, asked = Held(), Held()
    drawn = works.ask("map", SCENARIO, by_itself.run, by_itself=True)
    assert by_itself.begun.wait(10)
    works.ask("page", SCENARIO, asked.run)
    by_itself.gate.set()
    assert becomes(lambda: works.before(drawn) == 1)
    drawn.cancel()
    assert drawn.wait(10).over
    assert not asked.gate.is_set()


def test_forgotten_work_is_dropped_once_something_waits_for_it(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten, also, waiting = Held(), Held(), Held()
    gone = [works.ask(f"gone {n}", SCENARIO, one.run) for n, one in enumerate((forgotten, also))]
    assert forgotten.begun.wait(10)
    wanted = works.ask("wanted", SCENARIO, waiting.run)
    assert works.before(wanted) == 2  # somebody may still wait for both
    monkeypatch.setattr("prioritiser.ui.background.subscribers.FORGOTTEN_S", -1.0)
    assert not any(work.stop.is_set() for work in gone)
    works.before(wanted)
    assert all(work.abandoned for work in gone) and not wanted.stop.is_set()
    waiting.gate.set()
    assert wanted.wait(10).result == "done"
    assert not also.begun.is_set()


def test_forgotten_work_that_holds_up_nobody_goes_on(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    by_itself, asked = Held(), Held()
    drawn: Work[str] = works.ask("map", SCENARIO, by_itself.run, by_itself=True)
    assert by_itself.begun.wait(10)
    wanted = works.ask("wanted", SCENARIO, asked.run)
    monkeypatch.setattr("prioritiser.ui.background.subscribers.FORGOTTEN_S", -1.0)
    works.before(wanted)
    assert not drawn.stop.is_set()
    for one in (by_itself, asked):
        one.gate.set()
    assert drawn.wait(10).result == "done"
