"""Start the app's server on this machine and say where it is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from prioritiser.resources import bundled

ADDRESS = "127.0.0.1"


def serve(scenario: Path, port: int, browser: bool) -> int:
    """Serve the app on a scenario until it is stopped; returns the exit code of the server.

    port: 0 takes a free one; where a given port is taken, the next free one of twenty is used, and that is said.
    """
    chosen = free_port(port)
    url = f"http://{ADDRESS}:{chosen}"
    if port not in (0, chosen):
        print(
            f"Port {port} is busy: another program listens there, perhaps another Prioritiser. So this one is at port "
            f"{chosen}, and bookmarks of port {port} do not open it. To have port {port}, stop the other program and "
            "start this one anew; or choose a port with --port.",
            file=sys.stderr,
            flush=True,
        )
    command = [sys.executable, "-m", "streamlit", "run", str(bundled("app.py")), *server_options(chosen, browser)]
    environment = os.environ | {"PRIORITISER_SCENARIO": str(scenario)}
    with _Ending() as ending:
        print(f"Prioritiser is at {url} (Ctrl-C stops it)", flush=True)
        return ending.wait_for(command, environment)


class _Ending:
    """The server ends with this process, whatever signal ends it and however early; none of them is an exception."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        self._before = {number: signal.signal(number, self._end) for number in numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _end(self, *_: object) -> None:
        """End the server: in good order the first time, at once when asked again."""
        if self._server is not None:
            self._server.kill() if self._asked else self._server.terminate()
        self._asked = True

    def wait_for(self, command: list[str], environment: dict[str, str]) -> int:
        """Run the server until it ends; returns its exit code, and 0 where it was asked to end."""
        if self._asked:
            return 0
        with _held(signal.SIGINT):
            server = self._server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        if self._asked:  # while it was being started
            server.terminate()
        code = server.wait()
        return 0 if self._asked else code


@contextmanager
def _held(number: int) -> Iterator[None]:
    """Hold a signal back until the end, where the system can; a process that is started here never gets it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})


def server_options(port: int, browser: bool) -> list[str]:
    """Options of the server, whatever settings files lie about: on this machine only, nothing watched, nothing sent.

    Each address is given, because Streamlit asks a server outside for what is not.
    """
    return [
        f"--server.address={ADDRESS}",
        f"--server.port={port}",
        f"--server.headless={'false' if browser else 'true'}",
        "--server.showEmailPrompt=false",
        "--server.enableCORS=true",
        "--server.enableXsrfProtection=true",
        "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
        "--runner.magicEnabled=false",
        "--runner.postScriptGC=false",
        f"--browser.serverAddress={ADDRESS}",
        "--logger.hideWelcomeMessage=true",
        "--logger.enableRich=false",
    ]


def free_port(wanted: int) -> int:
    """Find a free port: the one wanted, else one of the next twenty; 0 takes any. Raises OSError when none is free."""
    for port in [0] if wanted == 0 else range(wanted, min(wanted + 20, 65536)):
        with socket.socket() as probe:
            if os.name != "nt":
                # as the server does: connections of one that was just stopped linger, and nobody listens there.
                # On Windows the option would find a port free that somebody listens at.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
                probe.listen()
            except OSError:
                continue
            return int(probe.getsockname()[1])
    last = min(wanted + 19, 65535)
    raise OSError(f"No free port from {wanted} to {last}: other programs listen there. Choose another with --port.")
