"""Many phones, many threads, many processes, and processes that are killed: what was acknowledged is there, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import select

from prioritiser.errors import ClosedError
from prioritiser.store.database import Database, open_database
from prioritiser.store.tables import ANSWERS, PARTICIPANTS
from prioritiser.workshop.records import Move, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from tests.depth import cases, thorough
from tests.places import ROOT
from tests.store.writer import Writer
from tests.workshop.rooms import PLAN, POINTS, opened

ANONYMOUS = WorkshopPlan("Room", PLAN.questions)


def submissions(database: Database) -> Counter[str]:
    with database.reading() as connection:
        return Counter(connection.execute(select(ANSWERS.c.submission)).scalars())


@pytest.mark.parametrize("round_", [0, *(thorough(number) for number in range(1, 4))])
def test_every_acknowledged_answer_is_there_when_the_process_is_killed(
    database: Database, store: WorkshopStore, url: str, round_: int
) -> None:
    code = opened(store, ANONYMOUS)
    tokens = [store.join(code)[1] for _ in range(4)]
    with Writer({"url": url, "tokens": tokens, "number": 150}) as writer:
        writer.wait_until_ready()
        writer.begin()
        taken = [writer.line() for _ in range(10 + 13 * round_)]
        os.kill(writer.process.pid, signal.SIGKILL)
        writer.process.wait()
        taken += writer.rest()
    assert "done" not in taken
    kept = submissions(database)
    assert set(taken) <= kept.keys()
    assert set(kept.values()) == {1}
    # what was taken and could not be said any more is there whole as well: one of each thread at most
    assert len(kept) - len(taken) <= len(tokens)
    store.answer(tokens[0], 0, POINTS, "", "after")
    again = open_database(url)
    assert submissions(again) == kept + Counter(["after"])
    again.close()


@pytest.mark.thorough
@pytest.mark.parametrize(("threads", "number"), [(50, 5)])
def test_nothing_is_lost_or_there_twice_when_four_processes_write(
    database: Database, store: WorkshopStore, url: str, threads: int, number: int
) -> None:
    """Each participant answers from two processes at once, which call their sendings by the same names."""
    code = opened(store, ANONYMOUS)
    tokens = [store.join(code)[1] for _ in range(2 * threads)]
    groups = [tokens[:threads], tokens[threads:]] * 2
    with ExitStack() as running:
        writers = [running.enter_context(Writer({"url": url, "tokens": group, "number": number})) for group in groups]
        for writer in writers:
            writer.wait_until_ready()
        for writer in writers:
            writer.begin()
        said = [writer.rest() for writer in writers]
        assert [writer.process.wait() for writer in writers] == [0] * 4
    expected = [f"{token}-{position}" for token in tokens for position in range(number)]
    assert Counter(line for lines in said for line in lines if line != "done") == Counter(2 * expected)
    assert submissions(database) == Counter(expected)
    entries = store.entries(store.by_code(code))
    assert [entry.comment for entry in entries] == [str(number - 1)] * len(tokens)


@pytest.mark.parametrize("attempt", range(cases(16)))
def test_answer_counts_or_is_refused_when_the_room_is_closed_meanwhile(
    database: Database, store: WorkshopStore, attempt: int
) -> None:
    code = opened(store, ANONYMOUS)
    tokens = [store.join(code)[1] for _ in range(8)]
    workshop_id = store.by_code(code).workshop_id
    taken: list[str] = []
    enough = threading.Semaphore(0)

    def answer(token: str) -> bool:
        """Answer until it is refused; returns whether it was."""
        for position in range(100):
            try:
                store.answer(token, 0, POINTS, "", f"{token}-{position}")
            except ClosedError:
                enough.release()
                return True
            taken.append(f"{token}-{position}")
            enough.release()
        return False

    with ThreadPoolExecutor(len(tokens)) as pool:
        asked = [pool.submit(answer, token) for token in tokens]
        for _ in range(5 + attempt):
            enough.acquire()
        closed = store.move(workshop_id, Move("close"))
        assert all(one.result() for one in asked)
    assert submissions(database) == Counter(taken)
    with database.reading() as connection:
        times = connection.execute(select(ANSWERS.c.at)).scalars().all()
    assert max(times) <= closed.state.closed_at


def test_one_sending_counts_once_when_it_comes_on_many_threads(database: Database, store: WorkshopStore) -> None:
    code = opened(store, ANONYMOUS)
    token = store.join(code)[1]
    begin = threading.Barrier(12)

    def send(_: int) -> bool:
        begin.wait()
        return store.answer(token, 0, POINTS, "", "same").is_repeat

    with ThreadPoolExecutor(12) as pool:
        assert Counter(pool.map(send, range(12))) == {False: 1, True: 11}
    assert submissions(database) == {"same": 1}


def test_room_takes_no_more_than_it_may_when_many_join_at_once(
    database: Database, store: WorkshopStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prioritiser.workshop.store.MOST_PARTICIPANTS", 5)
    code = opened(store, ANONYMOUS)

    def join(_: int) -> str:
        try:
            return store.join(code)[1]
        except Exception as error:
            return str(error)

    with ThreadPoolExecutor(10) as pool:
        said = Counter(word if " " in word else "joined" for word in pool.map(join, range(10)))
    assert said == {"joined": 5, "This workshop is full: 5 have joined.": 5}
    with database.reading() as connection:
        assert len(connection.execute(select(PARTICIPANTS.c.participant_id)).all()) == 5


def test_moves_take_turns_when_two_facilitators_press_at_once(store: WorkshopStore) -> None:
    workshop_id = store.by_code(opened(store, ANONYMOUS)).workshop_id
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: store.move(workshop_id, Move("round")), range(6)))
    assert store.workshop(workshop_id).state.rounds == (1, 2, 3, 4, 5, 6, 7)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: store.move(workshop_id, Move("undo")), range(6)))
    state = store.workshop(workshop_id).state
    assert (state.rounds, state.last) == ((1,), 7)
    assert store.last_move(workshop_id) == ""


@pytest.mark.thorough
def test_new_database_is_made_once_when_processes_open_it_at_once(new_url: Callable[[], str]) -> None:
    urls = [new_url() for _ in range(64)]
    command = [sys.executable, "-m", "tests.store.opener"]
    with ExitStack() as running:
        processes = [
            running.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
            )
            for _ in range(3)
        ]
        assert [process.stdout.readline() for process in processes] == ["ready\n"] * 3  # type: ignore[union-attr]
        for url in urls:
            for process in processes:
                process.stdin.write(json.dumps({"url": url}) + "\n")  # type: ignore[union-attr]
                process.stdin.flush()  # type: ignore[union-attr]
            said = [process.stdout.readline() for process in processes]  # type: ignore[union-attr]
            assert said == ["opened\n"] * 3
        for process in processes:
            process.stdin.close()  # type: ignore[union-attr]


def test_new_database_is_made_once_when_threads_open_it_at_once(new_url: Callable[[], str]) -> None:
    urls = [new_url() for _ in range(3)] * 4
    with ThreadPoolExecutor(len(urls)) as pool:
        opened_ones = list(pool.map(open_database, urls))
    for database in opened_ones:
        opened(WorkshopStore(database), ANONYMOUS)
        database.close()
