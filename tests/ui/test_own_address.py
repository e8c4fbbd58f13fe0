"""What the server answers to: its own names at its own port, and websockets of its own pages; all else is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from streamlit import config

from prioritiser.ui.server.security import OwnAddress, SecurityHeaders

OWN = "127.0.0.1:8501"


def answered(
    hosts: list[str], origins: list[str], kind: str = "http", method: str = "GET"
) -> tuple[int | str, dict[str, Any] | None, bytes]:
    """Status of the answer, what was handed on to the app (None where nothing was), and the body."""
    handed: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: dict[str, Any], receive: object, send: Any) -> None:
        handed.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", host.encode("latin-1")) for host in hosts]
    headers += [(b"origin", origin.encode("latin-1")) for origin in origins]
    scheme = "ws" if kind == "websocket" else "http"
    scope = {"type": kind, "method": method, "path": "/", "headers": headers, "scheme": scheme}
    scope["server"] = ("127.0.0.1", 8501)
    # in a thread of its own: a browser of another test may have left a loop in this one
    with ThreadPoolExecutor(1) as apart:
        guarded = SecurityHeaders(OwnAddress(app))  # type: ignore[arg-type]
        apart.submit(lambda: asyncio.run(guarded(scope, None, send))).result()  # type: ignore[arg-type]
    status = sent[0].get("status", sent[0]["type"])
    if kind == "http":
        assert b"content-security-policy" in {name for name, _ in sent[0]["headers"]}
    return status, handed[0] if handed else None, sent[-1].get("body", b"")


@pytest.fixture
def proxied() -> Iterator[None]:
    """Set the server up for a host behind a proxy, as config.toml says how to."""
    options = {
        "server.allowedHosts": ["tool.icb.example", "*.wards.icb.example"],
        "browser.serverPort": 8443,
        "server.corsAllowedOrigins": ["https://intranet.icb.example"],
    }
    before = {name: (config.get_option(name), config.get_where_defined(name)) for name in options}
    for name, value in options.items():
        config.set_option(name, value)
    yield
    for name, (value, where) in before.items():
        config._set_option(name, value, where)


@pytest.mark.parametrize("host", [OWN, "localhost:8501", "LocalHost:8501", "[::1]:8501"])
def test_own_host_is_answered_when_the_port_is_its_own(host: str) -> None:
    status, handed, body = answered([host], [])
    assert (status, body) == (200, b"page") and handed is not None


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example:8501"],
        ["127.0.0.1.evil.example:8501"],
        ["localhost.evil.example"],
        ["127.0.0.1"],  # port 80
        ["127.0.0.1:8502"],
        ["localhost:80"],
        ["localhost.:8501"],
        ["127.1:8501"],
        ["0.0.0.0:8501"],
        ["[::ffff:127.0.0.1]:8501"],
        ["localhost@evil.example:8501"],
        ["localhost:8501@evil.example"],
        ["localhost:8501/"],
        ["localhost:٨٥٠١".encode().decode("latin-1")],
        ["localhost:99999"],
        [" localhost:8501"],
        [""],
        [],
        [OWN, OWN],
        [OWN, "evil.example"],
    ],
)
def test_other_host_is_refused_and_told_where_when_asked(hosts: list[str]) -> None:
    status, handed, body = answered(hosts, [])
    assert status == 421 and handed is None
    assert b"Open http://127.0.0.1:8501 on the computer that it runs on." in body and b"evil" not in body
    assert answered(hosts, [], method="HEAD")[2] == b""
    assert answered(hosts, ["http://" + host for host in hosts], "websocket")[:2] == ("websocket.close", None)


@pytest.mark.parametrize("host", [OWN, "localhost:8501", "[::1]:8501"])
def test_websocket_is_opened_when_its_page_is_of_this_address(host: str) -> None:
    for origin in ("http://" + host, "https://" + host, "HTTP://" + host.upper()):
        status, handed, _ = answered([host], [origin], "websocket")
        assert status == "websocket.accept" and handed is not None
        # Streamlit compares these letter by letter, and looks for its address outside when they differ
        assert dict(handed["headers"])[b"origin"] == b"http://" + dict(handed["headers"])[b"host"]


@pytest.mark.parametrize(
    "origins",
    [
        ["http://evil.example"],
        ["http://evil.example:8501"],
        ["http://127.0.0.1:8502"],
        ["http://127.0.0.1"],
        ["http://localhost:8501"],  # the page of one name, the socket of the other
        ["http://localhost:3000"],
        ["http://127.0.0.1:8501.evil.example"],
        ["http://127.0.0.1:8501@evil.example"],
        ["http://127.0.0.1:8501/path"],
        ["ftp://127.0.0.1:8501"],
        ["file://"],
        ["127.0.0.1:8501"],
        ["null"],
        [""],
        [],
        ["http://" + OWN, "http://evil.example"],
    ],
)
def test_websocket_is_refused_when_its_page_is_of_another_address(origins: list[str]) -> None:
    assert answered([OWN], origins, "websocket")[:2] == ("websocket.close", None)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_change_is_refused_when_another_page_asks_for_it(method: str) -> None:
    status, handed, body = answered([OWN], ["http://evil.example"], method=method)
    assert status == 403 and handed is None and b"another address" in body
    assert answered([OWN], ["http://" + OWN], method=method)[0] == 200
    assert answered([OWN], ["http://evil.example"])[0] == 200  # reading: the headers keep it from that page


@pytest.mark.usefixtures("proxied")
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("tool.icb.example", 200),
        ("tool.icb.example:443", 200),
        ("TOOL.icb.example:8443", 200),
        ("tool.icb.example:8501", 200),
        ("tool.icb.example:9000", 421),
        ("a.wards.icb.example", 200),
        ("wards.icb.example", 421),
        ("other.icb.example", 421),
        ("127.0.0.1:8443", 200),
        (OWN, 200),
    ],
)
def test_names_given_to_the_server_are_its_own_when_it_is_behind_a_proxy(host: str, status: int) -> None:
    assert answered([host], [])[0] == status


@pytest.mark.usefixtures("proxied")
def test_origin_that_is_listed_is_let_in_when_it_is_written_in_full() -> None:
    for origin, opens in (
        ("https://tool.icb.example", True),
        ("https://intranet.icb.example", True),
        ("http://intranet.icb.example", False),
        ("https://intranet.icb.example:444", False),
    ):
        status, handed, _ = answered(["tool.icb.example"], [origin], "websocket")
        assert (status == "websocket.accept") is opens
        if handed is not None:
            assert dict(handed["headers"])[b"origin"] == b"http://tool.icb.example"
