"""The port of the app: the one that was asked for, also after a quick restart; where it is busy, that is said."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from prioritiser.cli.serve import ADDRESS, free_port
from tests.depth import thorough
from tests.places import QUICKSTART


def listening(port: int = 0) -> socket.socket:
    server = socket.create_server((ADDRESS, port))
    server.listen()
    return server


def test_port_is_the_same_when_connections_of_the_last_server_linger() -> None:
    with listening() as server:
        port = server.getsockname()[1]
        with socket.create_connection((ADDRESS, port)) as visitor:
            held, _ = server.accept()
            held.close()  # who closes first waits: the port stays in TIME_WAIT
            assert visitor.recv(1) == b""
    with socket.socket() as probe, pytest.raises(OSError, match="in use"):
        probe.bind((ADDRESS, port))
    assert free_port(port) == port


def test_next_port_is_taken_when_somebody_listens_there() -> None:
    with listening() as server:
        port = server.getsockname()[1]
        assert port < free_port(port) < port + 20


def test_no_free_port_is_said_when_there_is_none() -> None:
    busy = []
    try:
        for port in range(65530, 65536):
            with suppress(OSError):  # then another program has it
                busy.append(listening(port))
        with pytest.raises(OSError, match="No free port from 65530 to 65535: other programs listen there"):
            free_port(65530)
    finally:
        for server in busy:
            server.close()


def test_busy_port_is_said_with_what_to_do() -> None:
    with listening() as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-m", "prioritiser.cli", "app", str(QUICKSTART), "--no-browser", "--port", str(port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
            assert started.stdout is not None and started.stderr is not None
            try:
                said = started.stderr.readline()
                address = started.stdout.readline()
            finally:
                started.send_signal(signal.SIGTERM)
                started.wait(timeout=20)
    assert f"Port {port} is busy: another program listens there" in said
    assert f"bookmarks of port {port} do not open it. To have port {port}, stop the other program" in said
    assert "--port" in said and f"http://{ADDRESS}:" in address and f":{port} " not in address


def _children(number: int) -> list[int]:
    """Processes that one has started, by /proc."""
    return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="what a process has started is read from /proc")
@pytest.mark.parametrize(
    ("ended_by", "wait"),
    [
        thorough(signal.SIGTERM, 0),
        thorough(signal.SIGINT, 0),
        thorough(signal.SIGINT, 0.02),
        (signal.SIGINT, 0.4),
        thorough(signal.SIGHUP, 1.5),
    ],
)
def test_server_ends_with_the_command_however_early_and_in_silence(ended_by: signal.Signals, wait: float) -> None:
    command = [sys.executable, "-m", "prioritiser.cli", "app", str(QUICKSTART), "--no-browser", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as started:
        assert started.stdout is not None
        try:
            assert "Ctrl-C stops it" in started.stdout.readline()
            time.sleep(wait)
            servers = _children(started.pid)
            if ended_by is signal.SIGTERM:
                started.terminate()
            else:  # a terminal sends it to all of the group
                os.killpg(started.pid, ended_by)
            out, err = started.communicate(timeout=20)  # ends when nobody holds the streams any more
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
    assert (out, err, started.returncode) == ("", "", 0)
    assert not [server for server in servers if Path(f"/proc/{server}").exists()]
