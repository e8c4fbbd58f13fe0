"""A run of the page may be cut short whenever it touches its session, and then nothing is lost or done twice."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest
import streamlit as st

from prioritiser import read_scenario
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui.background.answers import Answers, Job
from prioritiser.ui.background.jobs import Works
from prioritiser.ui.session import history, requests
from prioritiser.ui.session.opened import opened
from prioritiser.ui.storage.links import moved_weight
from tests.places import QUICKSTART

MOST_TOUCHES = 200


class CutError(BaseException):
    """The browser asked for something else, and the run is cut; as in Streamlit, no `except Exception` stops it."""


class Cuttable(dict[str, Any]):
    """A session that cuts the run at one of its touches, as Streamlit does."""

    left: int | None = None

    def _touch(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise CutError

    def __getitem__(self, key: str) -> Any:
        self._touch()
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._touch()
        super().__setitem__(key, value)

    def __contains__(self, key: object) -> bool:
        self._touch()
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._touch()
        return super().get(key, default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._touch()
        return super().setdefault(key, default)


class Sent(dict[str, list[str]]):
    """The parameters of the address; what is sent reaches the browser, and the run may be cut right after that."""

    def __init__(self, session: Cuttable) -> None:
        super().__init__()
        self.session = session
        self.sent: list[dict[str, list[str]]] = []

    def get_all(self, key: str) -> list[str]:
        return self[key]

    def from_dict(self, link: dict[str, list[str]]) -> None:
        self.session._touch()
        self.sent.append(dict(link))
        self.session._touch()


class Visit:
    """One browser: what it holds, what it has shown, and its address."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, scenario: Scenario) -> None:
        self.scenario, self.session = scenario, Cuttable()
        self.sent = Sent(self.session)
        monkeypatch.setattr(st, "session_state", self.session)
        monkeypatch.setattr(st, "query_params", self.sent)
        monkeypatch.setattr(history, "own_scenario", lambda: scenario)
        monkeypatch.setattr(history, "owner", lambda: None)
        monkeypatch.setattr(history, "recall", lambda *_: None)

    def message(self, national: int, address: dict[str, list[str]], seen: int, cut: int | None = None) -> bool:
        """Send what the browser holds, and draw; returns whether the run was cut."""
        self.session.left = None
        self.session["weight"], self.session[history.put_run()] = national, seen
        return self.draw(address, cut)

    def draw(self, address: dict[str, list[str]], cut: int | None = None) -> bool:
        self.sent.clear()
        self.sent.update(address)
        self.session.left = cut
        try:
            moment = history.open_moment("Balance")
            weight = round(moment.view.settings.weights["national"])
            history.put("weight", weight, lambda now, share: moved_weight(self.scenario, now, "national", share))
            history.put_run()
        except CutError:
            return True
        finally:
            self.session.left = None
        return False

    def national(self) -> float:
        return opened().view.settings.weights["national"]


def test_an_address_of_a_run_that_was_cut_is_not_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presses go on while a run is cut after its address went out; the address comes back with a later press."""
    was_cut = 0
    for cut in range(MOST_TOUCHES):
        visit = Visit(monkeypatch, read_scenario(QUICKSTART))
        visit.draw({})
        if not visit.message(43, {}, 1, cut):
            break
        was_cut += 1
        late = visit.sent.sent[-1] if visit.sent.sent else {}
        visit.message(48, {}, 1)
        visit.message(50, late, 1)
        assert visit.national() == 50, f"cut at touch {cut}"
        visit.message(50, visit.sent.sent[-1], opened().run)
        history.undo()
        assert visit.national() == 40, f"cut at touch {cut}"
        assert not history.can_undo(), f"cut at touch {cut}"
    assert 10 < was_cut < MOST_TOUCHES - 1


def test_a_cut_undo_is_done_or_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    was_cut = 0
    for cut in range(MOST_TOUCHES):
        visit = Visit(monkeypatch, read_scenario(QUICKSTART))
        visit.draw({})
        visit.message(45, {}, 1)
        visit.session.left = cut
        try:
            history.undo()
        except CutError:
            was_cut += 1
            visit.session.left = None
            assert (visit.national(), len(opened().history), len(opened().future)) in {(45, 1, 0), (40, 0, 1)}
            continue
        break
    assert 1 < was_cut < MOST_TOUCHES - 1


def test_a_link_that_somebody_opens_by_hand_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit(monkeypatch, read_scenario(QUICKSTART))
    visit.draw({})
    visit.message(40, {"weights": ["70,20,10"]}, 1)
    assert visit.national() == 70
    history.undo()
    assert visit.national() == 40


def ends(job: Job) -> bool:
    """Whether a question comes to its end within 30 s."""
    until = monotonic() + 30
    while not job.look().over and monotonic() < until:
        job.wait(0.2, job.look().version)
    return job.look().over


def test_a_question_of_a_run_that_was_cut_is_answered_or_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is begun ends; else all long work would give way to it, and whoever asks the same would wait for ever."""
    answers = Answers()
    works = Works(answers)
    monkeypatch.setattr(requests, "answers", lambda: answers)
    monkeypatch.setattr(requests, "works", lambda: works)
    visit = Visit(monkeypatch, read_scenario(QUICKSTART))
    was_cut = 0

    def from_map() -> None:
        requests.ask_work("map", str(was_cut), visit.scenario, lambda _: None, first_look_s=0.0, by_itself=True)

    try:
        visit.draw({})
        for cut in range(MOST_TOUCHES):
            settings = visit.scenario.settings.replace(balance=cut / 1000)
            visit.session.left = cut
            try:
                job, _ = requests.ask(visit.scenario, settings, from_map, first_look_s=0.0)
            except CutError:
                was_cut += 1
                visit.session.left = None
                job, _ = requests.ask(visit.scenario, settings, from_map, first_look_s=0.0)
                assert ends(job), f"cut at touch {cut}"
            else:
                assert ends(job)
                break
        assert not answers.is_busy
    finally:
        visit.session.left = None
        works.close()
        answers.close()
    assert 3 < was_cut < MOST_TOUCHES - 1
