"""Start the app's server on this machine and say where it is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from prioritiser.cli.network import address_of_room, network_addresses, room_lines
from prioritiser.resources import bundled
from prioritiser.store.location import DATABASE_VARIABLE
from prioritiser.workshop.link import ADDRESS_VARIABLE, ROOM_VARIABLE

ADDRESS = "127.0.0.1"
EVERY_ADDRESS = "0.0.0.0"
PAUSE_S = 0.5  # before a server that died is started again
QUICK_S, MOST_QUICK = 10.0, 5  # so many deaths so soon after a start mean that it cannot run
_PROXIES_VARIABLE = "FORWARDED_ALLOW_IPS"  # of the server: who may say on whose behalf it asks


@dataclass(frozen=True)
class Room:
    """That phones may come from the network; certificate and key, PEM files, make their connections private."""

    certificate: Path | None = None
    key: Path | None = None


def serve(scenario: Path, port: int, browser: bool, *, room: Room | None = None, database: str = "") -> int:
    """Serve the app on a scenario until it is stopped; returns the exit code of the server.

    port: 0 takes a free one; where a given port is taken, the next free one of twenty is used, and that is said.
    room: phones reach it from the network, and a server that dies is started again. database: address of the one that
    workshops are kept in; empty for the usual one.
    """
    chosen = free_port(port, EVERY_ADDRESS if room else ADDRESS)
    url = f"{'https' if room and room.certificate else 'http'}://{ADDRESS}:{chosen}"
    if port not in (0, chosen):
        print(
            f"Port {port} is busy: another program listens there, perhaps another Prioritiser. So this one is at port "
            f"{chosen}, and bookmarks of port {port} do not open it. To have port {port}, stop the other program and "
            "start this one anew; or choose a port with --port.",
            file=sys.stderr,
            flush=True,
        )
    environment = os.environ | {"PRIORITISER_SCENARIO": str(scenario)}
    environment |= {DATABASE_VARIABLE: database} if database else {}
    said = _for_room(room, chosen, environment)
    with _Ending() as ending:
        print("\n".join([f"Prioritiser is at {url} (Ctrl-C stops it)", *said]), flush=True)
        if room is None:
            return ending.wait_for(_command(chosen, browser), environment)
        return ending.keep_up(_command(chosen, browser, room), _command(chosen, False, room), environment)


def _for_room(room: Room | None, port: int, environment: dict[str, str]) -> list[str]:
    """Tell the server of the room, or that there is none; returns what people need to know."""
    if room is None:
        environment.pop(ROOM_VARIABLE, None)
        return []
    found = network_addresses()
    address = address_of_room(port, room.certificate is not None, environment, found)
    # anybody could pass for this machine where the server believed everybody
    environment |= {ROOM_VARIABLE: "1", ADDRESS_VARIABLE: address, _PROXIES_VARIABLE: ADDRESS}
    return room_lines(address, port, found)


def _command(port: int, browser: bool, room: Room | None = None) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", str(bundled("app.py")), *server_options(port, browser, room)]


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

    def keep_up(self, first: list[str], again: list[str], environment: dict[str, str]) -> int:
        """Run the server, and start it again whenever it ends unasked; returns 0, or its code where it cannot run."""
        command, quick = first, 0
        while True:
            began = time.monotonic()
            code = self.wait_for(command, environment)
            if self._asked:
                return 0
            quick = quick + 1 if time.monotonic() - began < QUICK_S else 0
            if quick >= MOST_QUICK:
                told = f"The server ended {quick} times within {QUICK_S:g} seconds of its start: it is left at that."
                print(f"{told} What was acknowledged is kept.", file=sys.stderr, flush=True)
                return code or 1
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            told = f"The server ended ({how}) and is started again. What was acknowledged is kept; phones try again."
            print(told, file=sys.stderr, flush=True)
            until = time.monotonic() + PAUSE_S
            while not self._asked and time.monotonic() < until:
                time.sleep(0.05)
            command = again


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


def server_options(port: int, browser: bool, room: Room | None = None) -> list[str]:
    """Options of the server, whatever settings files lie about: nothing watched, nothing sent; on this machine only.

    With a room at every address of this machine; what may come from the network is then up to `RoomGate`.

    Each address is given, because Streamlit asks a server outside for what is not.
    """
    encrypted = (
        [f"--server.sslCertFile={room.certificate}", f"--server.sslKeyFile={room.key}"]
        if room and room.certificate
        else []
    )
    return [
        *encrypted,
        f"--server.address={EVERY_ADDRESS if room else ADDRESS}",
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


def free_port(wanted: int, address: str = ADDRESS) -> int:
    """Find a free port: the one wanted, else one of the next twenty; 0 takes any. Raises OSError when none is free."""
    for port in [0] if wanted == 0 else range(wanted, min(wanted + 20, 65536)):
        with socket.socket() as probe:
            if os.name != "nt":
                # as the server does: connections of one that was just stopped linger, and nobody listens there.
                # On Windows the option would find a port free that somebody listens at.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
                probe.listen()
            except OSError:
                continue
            return int(probe.getsockname()[1])
    last = min(wanted + 19, 65535)
    raise OSError(f"No free port from {wanted} to {last}: other programs listen there. Choose another with --port.")
