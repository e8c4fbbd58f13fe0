"""A server on loopback for each scenario, and a browser that may reach nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent.parent
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


def _find_browser() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = _find_browser()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(f"No browser found under CI. Install one of {', '.join(_NAMES)}.")
        pytest.skip(f"no browser found: install one of {', '.join(_NAMES)} to run this test")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(_OPTIONS))
        yield started
        started.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nothing uses."""
    return _free_port()


@contextmanager
def served(scenario: Path, port: int, program: Path = ROOT / "app.py") -> Iterator[str]:
    """Serve the app on a scenario as the README's command does, on a port of this machine."""
    command = [sys.executable, "-m", "streamlit", "run", str(program), f"--server.port={port}"]
    environment = os.environ | {"PRIORITISER_SCENARIO": str(scenario), "PRIORITISER_CACHE": ""}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), environment.get("PYTHONPATH"))))
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            _wait_until_up(port, server)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_until_up(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended: {server.stderr.read().decode() if server.stderr else ''}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not come up within 40 s")


@pytest.fixture(scope="session")
def example(browser: Browser) -> Iterator[str]:
    """Address of the app on the bundled example; the browser is asked for first, so that a skip costs nothing."""
    with served(ROOT / "scenarios" / "example-ics", _free_port()) as address:
        yield address


@pytest.fixture(scope="module")
def serve(browser: Browser) -> Iterator[Callable[[Path], str]]:
    """Serve any scenario; each server stops with the module."""
    running: list[object] = []

    def start(scenario: Path) -> str:
        server = served(scenario, _free_port())
        running.append(server)
        return server.__enter__()

    yield start
    for server in running:
        server.__exit__(None, None, None)  # type: ignore[attr-defined]
