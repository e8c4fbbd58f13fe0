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
