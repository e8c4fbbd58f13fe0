"""The web app on loopback, as the measurements of it start it: with the memory off, and the maps kept as always."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "scenarios" / "example-ics"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_UP_WITHIN_S = 60


def find_browser() -> str | None:
    """Find a browser on this machine."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def served(scenario: Path = EXAMPLE) -> Iterator[tuple[int, int]]:
    """Serve the app on a free port of this machine; gives the port and the number of the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), f"--server.port={port}"]
    environment = os.environ | {"PRIORITISER_SCENARIO": str(scenario), "PRIORITISER_MEMORY": "off"}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=quiet, stderr=quiet) as server:
        try:
            _wait_until_up(port, server)
            yield port, server.pid
        finally:
            server.kill()  # nothing is being kept that it would have to put away first


def _wait_until_up(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError("the server did not come up")


def memory_mb(process: int) -> float:
    """Memory that a process holds just now, in MB."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
