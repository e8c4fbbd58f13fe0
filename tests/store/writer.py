"""Answers in a process of its own, with a thread a participant; prints what was acknowledged as it was.

A line of JSON on its input says what to do: url, tokens (one thread each), and number: how many answers each gives.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping

from prioritiser.store.database import open_database
from prioritiser.workshop.store import WorkshopStore
from tests.places import ROOT
from tests.workshop.rooms import POINTS


def main() -> None:
    """Open the database, say so, wait for a line, and answer."""
    asked = json.loads(sys.stdin.readline())
    store = WorkshopStore(open_database(asked["url"]))
    say("ready")
    sys.stdin.readline()
    threads = [threading.Thread(target=answer, args=(store, token, asked["number"])) for token in asked["tokens"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.database.close()
    say("done")


def answer(store: WorkshopStore, token: str, number: int) -> None:
    for position in range(number):
        name = f"{token}-{position}"
        store.answer(token, 0, POINTS, f"{position}", name)
        say(name)


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # whole lines, however many threads there are


class Writer:
    """Such a process, seen from a test."""

    def __init__(self, asked: Mapping[str, object]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.writer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            text=True,
        )
        self._put(json.dumps(asked))

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            stream.close()
        self.process.wait()

    def wait_until_ready(self) -> None:
        assert self.line() == "ready"

    def begin(self) -> None:
        self._put("go")

    def line(self) -> str:
        """The next whole line; empty where there is no more."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        return line.removesuffix("\n") if line.endswith("\n") else ""

    def rest(self) -> list[str]:
        """Every whole line that is left, once the process has ended."""
        return list(iter(self.line, ""))

    def _put(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


if __name__ == "__main__":
    main()
