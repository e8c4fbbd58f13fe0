"""Start the app's server on this machine and say where it is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from prioritiser.places import bundled

ADDRESS = "127.0.0.1"


def serve(scenario: Path, port: int, browser: bool) -> int:
    """Serve the app on a scenario until it is stopped; returns the exit code of the server.

    port: 0 takes a free one; where a given port is taken, the next free one of twenty is used.
    """
    chosen = free_port(port)
    url = f"http://{ADDRESS}:{chosen}"
    print(f"Prioritiser is at {url} (Ctrl-C stops it)", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(bundled("app.py")), *server_options(chosen, browser)]
    environment = os.environ | {"PRIORITISER_SCENARIO": str(scenario)}
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside: the server ends too
    try:
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                return server.wait()
            except KeyboardInterrupt:
                server.terminate()
                server.wait()
                return 0
    finally:
        signal.signal(signal.SIGTERM, before)


def server_options(port: int, browser: bool) -> list[str]:
    """Options of the server: on this machine only, no files watched, no clearing up after each run, nothing sent."""
    return [
        f"--server.address={ADDRESS}",
        f"--server.port={port}",
        f"--server.headless={'false' if browser else 'true'}",
        "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
        "--runner.postScriptGC=false",
        f"--browser.serverAddress={ADDRESS}",
    ]


def free_port(wanted: int) -> int:
    """Find a free port: the one wanted, else one of the next twenty; 0 takes any. Raises OSError when none is free."""
    for port in [0] if wanted == 0 else range(wanted, min(wanted + 20, 65536)):
        with socket.socket() as probe:
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"No free port from {wanted} to {wanted + 19}. Choose another with --port.")
