"""Questions answered in the background: stages, cache, sharing, cancelling, several sessions, failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from prioritiser import InfeasibleError, optimise, read_scenario
from prioritiser.errors import WrongAnswerError
from prioritiser.ui.background.answers import Answers, Job, Progress
from tests.page_scenarios import write_slow
from tests.places import QUICKSTART

SCENARIO = read_scenario(QUICKSTART)


@pytest.fixture
def answers() -> Iterator[Answers]:
    pool = Answers(workers=2, time_limit=30)
    yield pool
    pool.close()


def finished(job: Job, seconds: float = 30) -> Progress:
    deadline, progress = time.monotonic() + seconds, job.progress
    while not progress.over and time.monotonic() < deadline:
        progress = job.wait(deadline - time.monotonic(), progress.version)
    assert progress.over
    return progress


def test_answer_ends_proved_with_best_alone_scores(answers: Answers) -> None:
    progress = finished(answers.ask(SCENARIO, SCENARIO.settings))
    assert progress.failure is None
    assert progress.portfolio is not None and progress.proved
    assert all(score is not None for score in progress.portfolio.best_alone.values())


def test_known_answer_is_there_at_once(answers: Answers) -> None:
    first = finished(answers.ask(SCENARIO, SCENARIO.settings))
    again = answers.ask(SCENARIO, SCENARIO.settings.replace())
    assert again.progress.over
    assert again.progress.portfolio is first.portfolio


def test_clash_is_kept_as_the_answer(answers: Answers) -> None:
    settings = SCENARIO.settings.replace(lock={"buy_operations": "in"}, capacity={"money": 0.1})
    assert isinstance(finished(answers.ask(SCENARIO, settings)).failure, InfeasibleError)


def test_cancelled_question_stops_and_keeps_its_best_plan(answers: Answers, tmp_path: Path) -> None:
    slow = read_scenario(write_slow(tmp_path / "slow"))
    job = answers.ask(slow, slow.settings)
    assert job.wait(20).version > 0, "no first plan within 20 s"
    job.cancel()
    began = time.monotonic()
    progress = finished(job, 10)
    assert time.monotonic() - began < 3
    assert progress.portfolio is not None and not progress.proved
    assert not answers.ask(slow, slow.settings).progress.over, "a cancelled answer must not be kept"


def test_question_stops_when_the_last_session_lets_go(answers: Answers, tmp_path: Path) -> None:
    slow = read_scenario(write_slow(tmp_path / "slow"))
    one = answers.ask(slow, slow.settings)
    other = answers.ask(slow, slow.settings)
    assert other is one
    one.leave()
    assert not one.stop.is_set()
    other.leave()
    assert one.stop.is_set()
    finished(one, 10)


def test_many_sessions_get_the_answers_to_their_own_questions(answers: Answers) -> None:
    questions = [
        SCENARIO.settings.replace(weights={"national": share, "local": 100 - share, "long_term": 10})
        for share in range(0, 100, 10)
    ]

    def ask(position: int) -> bool:
        settings = questions[position % len(questions)]
        portfolio = finished(answers.ask(SCENARIO, settings)).portfolio
        return portfolio is not None and portfolio.settings == settings

    with ThreadPoolExecutor(max_workers=12) as sessions:
        assert all(sessions.map(ask, range(40)))


def test_closed_page_gives_its_worker_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.ui.background.subscribers.FORGOTTEN_S", 0.5)
    answers = Answers(workers=1, time_limit=60)
    try:
        slow = read_scenario(write_slow(tmp_path / "slow"))
        closed = answers.ask(slow, slow.settings)
        closed.wait(20)
        time.sleep(0.6)
        assert finished(answers.ask(SCENARIO, SCENARIO.settings), 20).proved
        assert closed.stop.is_set()
        watched = answers.ask(slow, slow.settings)
        watched.wait(20)
        watched.look()
        answers.ask(SCENARIO, SCENARIO.settings.replace(balance=0.5)).leave()
        assert not watched.stop.is_set()
    finally:
        answers.close()


def test_answer_that_is_there_at_once_is_shown_first_and_the_proof_follows(answers: Answers) -> None:
    settings = SCENARIO.settings.replace(weights={"national": 61.0, "local": 20.0, "long_term": 19.0})
    first = optimise(SCENARIO, settings, gap=0.5)
    job = answers.ask(SCENARIO, settings, lambda: first)
    assert job.progress.portfolio is first and not job.progress.over
    progress = finished(job)
    assert progress.proved and progress.portfolio is not None
    assert progress.version == 2, "nothing is drawn in between"
    assert progress.portfolio.objective >= first.objective - 1e-6


def test_without_an_answer_at_once_the_solver_still_answers(answers: Answers) -> None:
    def fails() -> None:
        raise WrongAnswerError("the map and the plan disagree")

    def breaks() -> None:
        raise ZeroDivisionError

    for number, at_once in enumerate((fails, breaks, lambda: None)):
        weights = {"national": 50.0 + number, "local": 20.0, "long_term": 30.0 - number}
        assert finished(answers.ask(SCENARIO, SCENARIO.settings.replace(weights=weights), at_once)).proved


@pytest.mark.thorough
def test_cancelled_before_the_solver_found_a_plan_keeps_what_was_shown_at_once(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prioritiser.ui.background.answers._LET_DRAW_S", 20.0)
    slow = read_scenario(write_slow(tmp_path / "slow"))
    first = optimise(slow, gap=0.9, time_limit=4)  # any plan will do; its proof and ties take minutes
    job = answers.ask(slow, slow.settings, lambda: first)
    job.cancel()
    progress = finished(job)
    assert progress.failure is None and progress.portfolio is not None
    assert progress.portfolio.termination == "cancelled" and progress.portfolio.outcome is first.outcome
    assert not answers.ask(slow, slow.settings).progress.over, "it must not be kept"


def test_question_asked_last_is_answered_first() -> None:
    pool, gate, order = Answers(workers=1), threading.Event(), []
    questions = [
        SCENARIO.settings.replace(weights={"national": share, "local": 100.0 - share, "long_term": 10.0})
        for share in (10.0, 20.0, 30.0)
    ]

    def held(key: str, job: Job) -> None:
        gate.wait(20)
        order.append(job.settings.weights["national"])

    try:
        pool._answer = held  # type: ignore[method-assign]
        for settings in questions:
            pool.ask(SCENARIO, settings)
        gate.set()
    finally:
        pool._pool.shutdown(wait=True)
    assert order in ([10.0, 30.0, 20.0], [30.0, 20.0, 10.0]), "the worker may have taken the first before the others"


def test_known_answer_is_the_complete_one_and_asks_nothing(answers: Answers) -> None:
    assert answers.known(SCENARIO, SCENARIO.settings) is None and not answers.is_busy
    found = finished(answers.ask(SCENARIO, SCENARIO.settings))
    assert answers.known(SCENARIO, SCENARIO.settings) is found.portfolio
    assert answers.known(SCENARIO, SCENARIO.settings.replace(balance=0.5)) is None
