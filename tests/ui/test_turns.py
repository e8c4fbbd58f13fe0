"""Pages are drawn one at a time, wait without a turn, and do not wait for ever for one."""

from __future__ import annotations

import threading

import pytest

from prioritiser.ui.background import maintenance as upkeep
from prioritiser.ui.background import render_lock as turns


@pytest.fixture(autouse=True)
def own_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_TURN", threading.Lock())


def test_one_page_is_drawn_at_a_time_and_a_waiting_one_lets_others_go() -> None:
    drawing, waiting, begun = threading.Event(), threading.Event(), threading.Event()
    seen: list[str] = []

    def other() -> None:
        begun.set()
        with turns.turn():
            seen.append("other")

    thread = threading.Thread(target=other)
    with turns.turn():
        thread.start()
        assert begun.wait(10)
        drawing.set()
        thread.join(0.1)
        assert seen == [], "it had no turn yet"
        with turns.others_first():
            waiting.set()
            thread.join(10)
        assert seen == ["other"]
        assert turns._TURN.locked(), "the turn was taken up again"
    assert not turns._TURN.locked()


def test_turn_is_given_up_when_drawing_fails() -> None:
    with pytest.raises(ZeroDivisionError), turns.turn(), turns.others_first():
        raise ZeroDivisionError
    assert not turns._TURN.locked()


def test_page_that_waited_long_enough_is_drawn_without_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_WAIT_S", 0.01)
    done = threading.Event()

    def other() -> None:
        with turns.turn(), turns.others_first():
            pass
        done.set()

    with turns.turn():
        threading.Thread(target=other).start()
        assert done.wait(10)
        assert turns._TURN.locked(), "a page without a turn must not give up that of another"


def test_clearing_up_is_done_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    cleared, frozen = [], []
    monkeypatch.setattr(upkeep.gc, "collect", lambda: cleared.append(1))
    monkeypatch.setattr(upkeep.gc, "freeze", lambda: frozen.append(1))
    monkeypatch.setattr(upkeep, "_CLEARED_UP", [])
    now = 100.0
    monkeypatch.setattr(upkeep, "monotonic", lambda: now)
    upkeep.clear_up()
    upkeep.clear_up()
    assert (len(cleared), len(frozen)) == (1, 1)
    now += upkeep.CLEAR_UP_EVERY_S
    upkeep.clear_up()
    assert (len(cleared), len(frozen)) == (2, 1)
