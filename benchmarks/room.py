"""Measure a room: 50 phones that answer while a facilitator's page moves weights and the server is killed in between.

python -m benchmarks.room [--phones 50] [--answers 20] [--sessions 1] [--no-kill]. Every acknowledged answer must be in
the database; the time of an answer runs from the press to the acknowledgement, with all that was tried again.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import random
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select

from benchmarks.app_server import EXAMPLE
from benchmarks.app_sessions import Held, hold_sessions
from prioritiser import read_scenario
from prioritiser.cli.serve import free_port
from prioritiser.store.database import open_database
from prioritiser.store.tables import ANSWERS
from prioritiser.workshop.records import Kind, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore

PHONES, EACH = 50, 20
PAUSE_S = (4.0, 16.0)  # between the answers of one phone, as people think before they change one
MOST_P95_S = 1.0
_AGAIN_S, _GIVE_UP_S, _UP_WITHIN_S = 0.2, 60.0, 60.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@dataclass
class Met:
    """What the phones met: seconds of each answer, names of those acknowledged, when, how often again, what failed.

    page: what the facilitator's page met.
    """

    seconds: list[float] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    at: list[float] = field(default_factory=list)
    again: int = 0
    failed: list[str] = field(default_factory=list)
    page: Held = field(default_factory=Held)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Phone:
    """One phone, which keeps its connection and its cookies."""

    def __init__(self, port: int, code: str) -> None:
        self._port, self._path = port, f"/room/{code}"
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._cookies: dict[str, str] = {}

    def join(self) -> int:
        """Come to the room."""
        return self._post(self._path, {})

    def answer(self, chance: random.Random, submission: str) -> int:
        """Send an answer to the first question; returns the status."""
        weights = {f"tier.{tier}": str(chance.randint(1, 100)) for tier in ("national", "local", "long_term")}
        return self._post(f"{self._path}/1", {"submission": submission, **weights, "comment": ""})

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _post(self, path: str, fields: dict[str, str]) -> int:
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        origin = {"Origin": f"http://127.0.0.1:{self._port}"}
        try:
            self._line.request("POST", path, urlencode(fields), _FORM | origin | (cookie if self._cookies else {}))
            answer = self._line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._line.close()
            return 0
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return answer.status


def use(phone: Phone, number: int, answers: int, met: Met, pause_s: tuple[float, float]) -> None:
    """Answer so many times, as somebody does who thinks in between; what is not acknowledged is sent again."""
    chance = random.Random(number)
    for _ in range(answers):
        time.sleep(chance.uniform(*pause_s))
        name, began = secrets.token_hex(16), time.monotonic()
        status = phone.answer(chance, name)
        tries = 0
        while status not in (200, 303) and time.monotonic() - began < _GIVE_UP_S:
            time.sleep(_AGAIN_S)
            status, tries = phone.answer(chance, name), tries + 1
        with met.lock:
            met.again += tries
            if status in (200, 303):
                met.seconds.append(time.monotonic() - began)
                met.acknowledged.add(name)
                met.at.append(time.monotonic())
            else:
                met.failed.append(f"phone {number}: {status}")


@contextmanager
def room_server(database: str, port: int, scenario: Path) -> Iterator[int]:
    """Run the command that people run; gives the number of its process."""
    command = [sys.executable, "-m", "prioritiser.cli", "app", str(scenario), "--room", "--no-browser"]
    command += ["--port", str(port), "--database", database]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_until_up(port)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def _wait_until_up(port: int) -> None:
    deadline = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def child_of(process: int) -> int:
    """Return the process that another one started: the server."""
    for folder in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            text = folder.read_text(encoding="utf-8", errors="replace")
            if int(text.rpartition(")")[2].split()[1]) == process:
                return int(folder.parent.name)
    raise RuntimeError("the command has started no server")


def kept(database: str) -> list[str]:
    """Names of the answers that are in the database."""
    opened = open_database(database)
    with opened.reading() as connection:
        names = list(connection.execute(select(ANSWERS.c.submission)).scalars())
    opened.close()
    return names


def measure(
    phones: int,
    answers: int,
    sessions: int,
    database: str,
    *,
    kill: bool,
    scenario: Path = EXAMPLE,
    pause_s: tuple[float, float] = PAUSE_S,
) -> Met:
    """Let phones answer beside sessions that move weights; kill the server when half of the time is over."""
    asked = read_scenario(scenario)
    opened = open_database(database)
    plan = WorkshopPlan("Benchmark", (Question(Kind.POINTS),))
    workshop, _ = WorkshopStore(opened).create(plan, asked, asked.settings)
    opened.close()
    port, met = free_port(0), Met()
    expected_s = answers * statistics.fmean(pause_s)
    with room_server(database, port, scenario) as process, ThreadPoolExecutor(phones + 1) as pool:
        page = pool.submit(hold_sessions, port, sessions, expected_s, comes_back=kill)
        joined = [Phone(port, workshop.code) for _ in range(phones)]
        if any(phone.join() not in (200, 303) for phone in joined):
            raise RuntimeError("a phone could not join")
        people = [pool.submit(use, phone, number, answers, met, pause_s) for number, phone in enumerate(joined)]
        if kill:
            time.sleep(expected_s / 2)
            os.kill(child_of(process), signal.SIGKILL)
        for person in people:
            person.result()
        for phone in joined:
            phone.close()
        met.page = page.result()
    return met


def main() -> int:
    """Print what was met; return 1 where an answer was lost, counted twice or was slow."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--phones", type=int, default=PHONES)
    read.add_argument("--answers", type=int, default=EACH)
    read.add_argument("--sessions", type=int, default=1)
    read.add_argument("--no-kill", action="store_true")
    given = read.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'rooms.sqlite'}"
        met = measure(given.phones, given.answers, given.sessions, database, kill=not given.no_kill)
        names = kept(database)
    lost, twice = met.acknowledged - set(names), len(names) - len(set(names))
    at = sorted(met.at)
    outage = max((later - one for one, later in pairwise(at)), default=0.0)
    p50, p95 = statistics.median(met.seconds), statistics.quantiles(met.seconds, n=20)[-1]
    print(f"example-ics, {platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{given.phones} phones, {given.answers} answers each, beside {given.sessions} page that moves weights")
    print(f"acknowledged {len(met.acknowledged)}, lost {len(lost)}, kept twice {twice}, given up {len(met.failed)}")
    print(f"press to acknowledgement: p50 {p50:.2f} s, p95 {p95:.2f} s, most {max(met.seconds):.2f} s")
    print(f"sent again {met.again} times; longest time without any acknowledgement {outage:.1f} s")
    moves = f"median {statistics.median(met.page.seconds):.2f} s" if met.page.seconds else "none answered"
    print(f"moves of the page: {len(met.page.seconds)}, {moves}; connections broken {met.page.broken}")
    for error in met.page.errors:
        print(f"page: {error}")
    return int(bool(lost or met.failed or met.page.errors) or twice > 0 or p95 > MOST_P95_S)


if __name__ == "__main__":
    sys.exit(main())
