"""The port of the app: the one that was asked for, also after a quick restart; where it is busy, that is said."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from prioritiser.cli.network import network_addresses
from prioritiser.cli.serve import ADDRESS, EVERY_ADDRESS, MOST_QUICK, Room, free_port, serve, server_options
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


def answered(url: str, patience_s: float = 60, trusting: ssl.SSLContext | None = None) -> int:
    """Status of an answer, once there is one."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10, context=trusting) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@contextmanager
def room_on(*options: str, ends: str = "network can read along") -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A room of the command line, and what it said at its start."""
    command = [sys.executable, "-m", "prioritiser.cli", "app", str(QUICKSTART), "--no-browser", "--port", "0", "--room"]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, *options], stdout=pipe, stderr=pipe, text=True, start_new_session=True) as started:
        assert started.stdout is not None
        try:
            said = [started.stdout.readline()]
            while ends not in said[-1] and "on no network" not in said[-1]:
                said.append(started.stdout.readline())
                assert said[-1], said
            yield started, said
            started.terminate()
            started.wait(timeout=20)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="what a process has started is read from /proc")
def test_server_of_a_room_is_started_again_when_it_was_killed() -> None:
    with room_on() as (started, said):
        assert said[0].startswith(f"Prioritiser is at http://{ADDRESS}:") and started.stderr is not None
        url = said[0].split()[3]
        assert answered(f"{url}/room") == 200
        (server,) = _children(started.pid)
        os.kill(server, signal.SIGKILL)
        told = started.stderr.readline()
        assert told == (
            "The server ended (signal 9) and is started again. What was acknowledged is kept; phones try again.\n"
        )
        assert answered(f"{url}/room") == 200 and answered(url) == 200  # at the same port
        assert _children(started.pid) != [server]
    assert started.returncode == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=5)


@pytest.mark.thorough
@pytest.mark.skipif(not network_addresses(), reason="this machine is on no network")
def test_network_reaches_a_room_and_no_page_of_the_app() -> None:
    with room_on() as (_, said):
        local = said[0].split()[3]
        lan = said[1].split()[3].removesuffix("/room")
        assert said[1].startswith("Phones go to http://") and lan.rpartition(":")[2] == local.rpartition(":")[2]
        assert (answered(f"{local}/room"), answered(local), answered(f"{local}/_stcore/health")) == (200, 200, 200)
        assert (answered(f"{lan}/room"), answered(lan), answered(f"{lan}/_stcore/health")) == (200, 404, 404)
        forged = urllib.request.Request(lan, headers={"X-Forwarded-For": ADDRESS, "Forwarded": f"for={ADDRESS}"})
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(forged, timeout=10)


@pytest.mark.thorough
def test_room_is_encrypted_with_a_certificate(tmp_path: Path) -> None:
    certificate, key = tmp_path / "room.pem", tmp_path / "room.key"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=room", "-days", "2"]
    try:
        subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl here")
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with room_on("--certificate", str(certificate), "--key", str(key), ends="gives the key.") as (_, said):
        url = said[0].split()[3]
        assert url.startswith(f"https://{ADDRESS}:") and not any("read along" in line for line in said)
        assert answered(f"{url}/room", trusting=trusting) == 200 and answered(url, trusting=trusting) == 200
        with urllib.request.urlopen(f"{url}/room", timeout=10, context=trusting) as page:
            assert page.headers["set-cookie"].endswith("; Secure")
            assert b"read along" not in page.read()


@pytest.mark.thorough
def test_server_that_cannot_run_is_not_started_for_ever(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    gone = Room(tmp_path / "gone.pem", tmp_path / "gone.key")  # they were there when the command looked
    assert serve(QUICKSTART, 0, False, room=gone) != 0
    told = capfd.readouterr().err
    assert told.count(") and is started again. What was acknowledged is kept; phones try again.") == MOST_QUICK - 1
    assert "The server ended 5 times within 10 seconds of its start: it is left at that." in told


def test_server_without_a_room_listens_on_this_machine_only() -> None:
    assert f"--server.address={ADDRESS}" in server_options(8501, True)
    assert not [option for option in server_options(8501, True) if "ssl" in option or EVERY_ADDRESS in option]
    with_room = server_options(8501, False, Room(Path("a.pem"), Path("b.pem")))
    assert {f"--server.address={EVERY_ADDRESS}", f"--browser.serverAddress={ADDRESS}"} <= set(with_room)
    assert {"--server.sslCertFile=a.pem", "--server.sslKeyFile=b.pem"} <= set(with_room)


@pytest.mark.thorough
def test_room_of_the_environment_is_none_where_the_command_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIORITISER_ROOM", "1")
    command = [sys.executable, "-m", "prioritiser.cli", "app", str(QUICKSTART), "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        try:
            url = started.stdout.readline().split()[3]
            assert (answered(f"{url}/room"), answered(url)) == (404, 200)
        finally:
            started.terminate()
            started.wait(timeout=20)
