"""No request leaves the machine: every connection and every look-up of the real server is watched."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from prioritiser import read_scenario
from prioritiser.cli.network import network_addresses
from prioritiser.cli.serve import free_port
from prioritiser.store.database import open_database
from prioritiser.workshop.records import Kind, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from tests.depth import thorough
from tests.places import QUICKSTART, ROOT

# Python runs this file by itself when it starts. Names of this machine are left out; a path is a socket of this machine.
WATCHER = """
import os, sys
HERE = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "", None}
def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        to = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        to = arguments[0]
    else:
        return
    if (to.decode() if isinstance(to, bytes) else to) not in HERE:
        with open(os.environ["WATCHED"], "a") as record:
            record.write(f"{event} {to}\\n")
sys.addaudithook(watch)
"""
COMMANDS = {
    "prioritiser app": ["-m", "prioritiser.cli", "app", str(ROOT / "scenarios" / "quickstart"), "--no-browser"],
    "prioritiser app --room": [
        *("-m", "prioritiser.cli", "app", str(ROOT / "scenarios" / "quickstart"), "--no-browser", "--room")
    ],
    "streamlit run": ["-m", "streamlit", "run", str(ROOT / "app.py")],
}


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """Environment of a child whose connections are written to the file that WATCHED names."""
    (tmp_path / "sitecustomize.py").write_text(WATCHER)
    path = os.pathsep.join(part for part in (str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
    own = {"PRIORITISER_SCENARIO": str(ROOT / "scenarios" / "quickstart"), "PRIORITISER_CACHE": ""}
    return os.environ | own | {"PYTHONPATH": path, "WATCHED": str(tmp_path / "watched")}


def recorded(environment: dict[str, str]) -> list[str]:
    record = Path(environment["WATCHED"])
    return record.read_text().splitlines() if record.exists() else []


@contextmanager
def served(command: Sequence[str], port: int, environment: dict[str, str], log: Path) -> Iterator[None]:
    option = f"--server.port={port}" if "streamlit" in command else f"--port={port}"
    with (
        log.open("wb") as written,
        # not where the settings of the server lie: they must hold from anywhere
        subprocess.Popen(
            [sys.executable, *command, option], env=environment, cwd=log.parent, stdout=written, stderr=written
        ) as server,
    ):
        try:
            deadline = time.monotonic() + 60
            while status(port, "/_stcore/health") != 200:
                assert server.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
            yield
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)


def status(
    port: int, path: str, host: str = "", origin: str = "", *, stream: bool = False, method: str = "GET"
) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Host": host or f"127.0.0.1:{port}"} | ({"Origin": origin} if origin else {})
    if stream:
        key = base64.b64encode(bytes(16)).decode()
        headers |= {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        headers["Sec-WebSocket-Key"] = key
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def draw_a_page(port: int, host: str = "127.0.0.1", cookie: str = "") -> str:
    """Open a page as a browser does, until it is drawn; returns the texts on it."""
    texts: list[str] = []
    asked = BackMsg()
    asked.rerun_script.query_string = "weights=1,2,3&nonsense=1"
    with connect(
        f"ws://{host}:{port}/_stcore/stream",
        origin=Origin(f"http://{host}:{port}"),
        additional_headers={"Cookie": cookie} if cookie else {},
        subprotocols=[Subprotocol("streamlit")],
        max_size=1 << 28,
    ) as socket:
        socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(socket.recv(timeout=60))  # type: ignore[arg-type]
            if message.delta.new_element.WhichOneof("type") == "html":
                texts.append(message.delta.new_element.html.body)
            if message.WhichOneof("type") == "script_finished":
                return "\n".join(texts)


def test_watcher_sees_what_goes_out(watched: dict[str, str]) -> None:
    tries = (
        "import socket\n"
        "for ask in (lambda: socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9)),\n"
        "            lambda: socket.getaddrinfo('outside.invalid', 80), lambda: socket.getaddrinfo('localhost', 80)):\n"
        "    try: ask()\n"
        "    except OSError: pass\n"
    )
    subprocess.run([sys.executable, "-c", tries], env=watched, check=True, timeout=60)
    assert recorded(watched) == ["socket.connect 192.0.2.1", "socket.getaddrinfo outside.invalid"]


@pytest.mark.parametrize(
    "command",
    [thorough(COMMANDS["prioritiser app"]), COMMANDS["prioritiser app --room"], thorough(COMMANDS["streamlit run"])],
    ids=list(COMMANDS),
)
def test_nothing_goes_out_when_pages_are_drawn_and_strangers_are_refused(
    command: list[str], watched: dict[str, str], tmp_path: Path
) -> None:
    log, port = tmp_path / "log", free_port(0)
    with served(command, port, watched, log):
        for path in ("/", "/why", "/_stcore/host-config", "/_stcore/agent/openapi.json"):
            assert status(port, path) in (200, 404)
            assert status(port, path, origin="http://evil.example") in (200, 404)
        for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1:{port + 1}", "127.0.0.1"):
            assert status(port, "/", host) == 421
            assert status(port, "/_stcore/stream", host, "http://" + host, stream=True) == 403
        for origin in ("http://evil.example", f"http://127.0.0.1:{port + 1}", "http://localhost:3000", "null", ""):
            assert status(port, "/_stcore/stream", origin=origin, stream=True) == 403
        assert status(port, "/_stcore/upload_file/a/b", origin="http://evil.example", method="PUT") == 403
        assert status(port, "/room") == (200 if "--room" in command else 404)
        page = draw_a_page(port)
        assert "Proved best" in page or "initiatives" in page
        assert status(port, "/_stcore/stream", origin=f"http://127.0.0.1:{port}", stream=True) == 101
    assert recorded(watched) == []
    written = log.read_text()
    for word in ("external IP", "External URL", "usage statistics", "evil", "Traceback"):
        assert word not in written, json.dumps(written)


@pytest.mark.thorough
@pytest.mark.skipif(not network_addresses(), reason="this machine is on no network")
def test_nothing_goes_out_when_a_facilitator_comes_from_the_network(watched: dict[str, str], tmp_path: Path) -> None:
    host, port, log = network_addresses()[0], free_port(0), tmp_path / "log"
    database = f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    scenario = read_scenario(QUICKSTART)
    store = WorkshopStore(open_database(database))
    plan = WorkshopPlan("Room", (Question(Kind.POINTS),))
    workshop, key = store.create(plan, scenario, scenario.settings)
    with served([*COMMANDS["prioritiser app --room"], "--database", database], port, watched, log):
        with pytest.raises(InvalidStatus):
            draw_a_page(port, host)
        form = urlencode({"key": key}).encode()
        cookie = posted(host, port, "/room/facilitate", form).partition(";")[0]
        assert cookie.startswith("prioritiser_facilitator=")
        assert "initiatives" in draw_a_page(port, host, cookie)
        assert posted(host, port, f"/room/{workshop.code}", b"").startswith(f"room_{workshop.code}=")
    store.database.close()
    assert recorded(watched) == []
    assert "Traceback" not in log.read_text()


def posted(host: str, port: int, path: str, form: bytes) -> str:
    """Send a form as a browser does; returns the first cookie of the answer."""
    connection = http.client.HTTPConnection(host, port, timeout=20)
    headers = {"Origin": f"http://{host}:{port}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", path, form, headers)
        return connection.getresponse().headers["set-cookie"]
    finally:
        connection.close()
