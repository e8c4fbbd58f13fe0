"""Servers on loopback, as the README's command starts them, from a process that has read the program's modules once.

A server that is started anew takes some seconds of processor time to read pandas, Streamlit and the rest before it does
anything; forked from a process that has read them it is there at once, with a memory of its own. Where a process cannot
be forked, each server is started anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from prioritiser.store.location import MEMORY_VARIABLE
from tests.places import ROOT

UP_WITHIN_S = 60
CAN_FORK = sys.platform == "linux"
# A process with threads must not be forked: these libraries would start one when they are read.
WITHOUT_THREADS = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}


class Server(Protocol):
    """A server's process."""

    def failed(self) -> str | None: ...

    def end(self) -> None: ...


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Started:
    """A server of its own."""

    def __init__(self, arguments: Sequence[str], variables: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "streamlit", *arguments]
        environment = os.environ | variables
        self._process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT
        )

    def failed(self) -> str | None:
        if self._process.poll() is None:
            return None
        return self._process.stderr.read().decode() if self._process.stderr else ""

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()


class Nursery:
    """The process that servers are forked from; it ends with the process that made it, and they with it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.servers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | WITHOUT_THREADS,
            cwd=ROOT,
            text=True,
        )

    def start(self, arguments: Sequence[str], variables: Mapping[str, str]) -> Server:
        return _Forked(self, int(self.ask({"arguments": list(arguments), "variables": dict(variables)})))

    def ask(self, words: Mapping[str, object]) -> str:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()
            self._process.wait(timeout=20)


class _Forked:
    def __init__(self, nursery: Nursery, number: int) -> None:
        self._nursery, self._number = nursery, number

    def failed(self) -> str | None:
        return self._nursery.ask({"failed": self._number}) or None

    def end(self) -> None:
        self._nursery.ask({"end": self._number})


@contextmanager
def served(scenario: Path, port: int, program: Path = ROOT / "app.py", nursery: Nursery | None = None) -> Iterator[str]:
    """Serve the app on a scenario, on a port of this machine."""
    arguments = ["run", str(program), f"--server.port={port}"]
    variables = {"PRIORITISER_SCENARIO": str(scenario), "PRIORITISER_CACHE": ""}
    variables |= {name: value for name, value in os.environ.items() if name == MEMORY_VARIABLE}
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    server = nursery.start(arguments, variables) if nursery else _Started(arguments, variables)
    try:
        _wait_until_up(port, server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.end()


def _wait_until_up(port: int, server: Server) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline:
        why = server.failed()
        if why is not None:
            raise RuntimeError(f"the server ended: {why}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not come up within {UP_WITHIN_S} s")


def _read_modules() -> None:
    """Read all that a server would read, without doing any of it."""
    import streamlit.web.bootstrap  # noqa: PLC0415 - only the nursery needs them
    import streamlit.web.cli  # noqa: PLC0415, F401

    import prioritiser  # noqa: PLC0415

    for module in pkgutil.walk_packages(prioritiser.__path__, "prioritiser."):
        if not any(part in module.name for part in ("__main__", "ui.entry.main", "store.migrations.env")):
            __import__(module.name)


def _run(arguments: Sequence[str], variables: Mapping[str, str]) -> None:
    """Be a server; what it prints is nobody's answer."""
    import streamlit.web.cli  # noqa: PLC0415

    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.update(variables)
    sys.argv = ["streamlit", *arguments]
    streamlit.web.cli.main(prog_name="streamlit")


def _end(number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if os.waitpid(number, os.WNOHANG)[0]:
            return
        time.sleep(0.02)
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)


def main() -> None:
    """Fork a server for each line that asks for one; end them all when there are no more lines."""
    _read_modules()
    assert len(os.listdir("/proc/self/task")) == 1, "a process with threads must not be forked"
    running: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        said = ""
        if "arguments" in asked:
            number = os.fork()
            if not number:
                try:
                    _run(asked["arguments"], asked["variables"])
                finally:
                    os._exit(1)
            running.add(number)
            said = str(number)
        elif "failed" in asked and asked["failed"] in running:
            if os.waitpid(asked["failed"], os.WNOHANG)[0]:
                running.remove(asked["failed"])
                said = "see what it printed"
        elif "end" in asked and asked["end"] in running:
            running.remove(asked["end"])
            _end(asked["end"])
        print(said, flush=True)
    for number in running:
        _end(number)


if __name__ == "__main__":
    main()
