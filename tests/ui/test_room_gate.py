"""What the network reaches: participants' pages, and all else only with a facilitator's key; without a room nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from prioritiser import read_scenario
from prioritiser.store.location import DATABASE_VARIABLE
from prioritiser.ui.server.gate import KEY_COOKIE
from prioritiser.ui.server.room_store import room_store
from prioritiser.workshop.link import ADDRESS_VARIABLE, ROOM_VARIABLE
from prioritiser.workshop.records import Kind, Question, WorkshopPlan
from tests.phones import LAN, PORT, ROOM, OpenRoom, Phone, open_room, room_app
from tests.places import QUICKSTART

STREAMLIT = "a page of Streamlit"
PATHS = ("/", "/why", "/_stcore/health", "/_stcore/stream", "/static/js/index.js", "/rooms", "/roomy/x")


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'rooms.sqlite'}")
    for name, value in ROOM.items():
        monkeypatch.setenv(name, value)
    yield
    room_store().database.close()


@pytest.fixture
def room() -> OpenRoom:
    return open_room(WorkshopPlan("Room", (Question(Kind.POINTS),)), read_scenario(QUICKSTART))


def here(app: Any, host: str = f"127.0.0.1:{PORT}", address: str = "127.0.0.1") -> Phone:
    """A browser of the machine itself."""
    return Phone(app, address, host, "127.0.0.1")


def stream_opens(app: Any, headers: dict[str, str], address: str) -> tuple[bool, dict[str, str]]:
    """Whether a websocket comes through to Streamlit, and with which headers."""
    sent: list[dict[str, Any]] = []
    handed: list[dict[str, Any]] = []

    async def streamlit(scope: dict[str, Any], receive: object, send: Any) -> None:
        handed.append(scope)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    stack: Any = streamlit
    for middleware in reversed(app.user_middleware):
        stack = middleware.cls(stack)
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": raw, "scheme": "ws"}
    scope |= {"server": (LAN if address != "127.0.0.1" else address, PORT), "client": (address, 50_000)}
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(stack(scope, None, send))).result()
    known = {name.decode(): value.decode() for name, value in handed[0]["headers"]} if handed else {}
    assert bool(handed) is not bool(sent)
    return bool(handed), known


def test_network_reaches_participants_pages_and_nothing_else(room: OpenRoom) -> None:
    phone = room.phone()
    for path in ("/room", room.path, "/room/phone.js", "/room/phone.css", "/room/facilitate"):
        assert phone.get(path).status == 200
    for path in PATHS:
        answer = phone.get(path)
        assert (answer.status, answer.text) == (404, "There is nothing here.\n"), path
        assert "content-security-policy" in answer.headers and not answer.cookies
        assert phone.post(path, {"a": "b"}).status == 404
    taking_part = room.joined()
    assert taking_part.get("/").status == 404  # a participant's cookie is no key
    origin = {"host": f"{LAN}:{PORT}", "origin": f"http://{LAN}:{PORT}"}
    assert stream_opens(room.app, origin, "192.0.2.50")[0] is False


def test_this_machine_reaches_everything(room: OpenRoom) -> None:
    for host in (f"127.0.0.1:{PORT}", f"localhost:{PORT}"):
        browser = here(room.app, host)
        assert all(browser.get(path).text == STREAMLIT for path in PATHS)
        assert browser.get(room.path).status == 200
    assert here(room.app, address="::1").get("/").text == STREAMLIT
    assert here(room.app, address="::ffff:127.0.0.1").get("/").text == STREAMLIT
    own = {"host": f"127.0.0.1:{PORT}", "origin": f"http://127.0.0.1:{PORT}"}
    assert stream_opens(room.app, own, "127.0.0.1")[0] is True


@pytest.mark.parametrize("address", ["127.0.0.1.evil", "", "192.0.2.1", "::ffff:192.0.2.50", "fe80::1%eth0", "127.1"])
def test_what_does_not_come_from_this_machine_is_of_the_network(room: OpenRoom, address: str) -> None:
    assert Phone(room.app, address).get("/").status == 404


def test_this_machine_by_its_address_in_the_network_is_of_the_network(room: OpenRoom) -> None:
    assert Phone(room.app, "127.0.0.1").get("/").status == 404  # as a proxy on this machine would ask
    assert Phone(room.app, "127.0.0.1").get("/room").status == 200


def test_key_opens_the_pages_for_one_browser(room: OpenRoom) -> None:
    laptop = room.phone("192.0.2.9")
    asked = laptop.get("/room/facilitate").words
    assert "The facilitator's key" in asked and "others in this network can read along" in asked
    came = laptop.post("/room/facilitate", {"key": f" {room.key.lower().replace('-', ' ')} "})
    assert (came.status, came.to) == (303, "/")
    cookie = next(one for one in came.cookies if one.startswith(KEY_COOKIE))
    assert "; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax" in cookie
    assert all(laptop.get(path).text == STREAMLIT for path in PATHS)
    origin = {"host": f"{LAN}:{PORT}", "origin": f"http://{LAN}:{PORT}", "cookie": f"a=b; {KEY_COOKIE}={room.key}"}
    opened, _ = stream_opens(room.app, origin | {"cookie": f"{KEY_COOKIE}={laptop.jar[KEY_COOKIE]}"}, "192.0.2.9")
    assert opened
    assert room.phone("192.0.2.9").get("/").status == 404  # another browser there
    again = Phone(room_app(), "192.0.2.9", jar=dict(laptop.jar))  # the server was started anew
    assert again.get("/").text == STREAMLIT


def test_stream_comes_to_streamlit_as_one_of_its_own_page_so_that_it_asks_nobody(room: OpenRoom) -> None:
    laptop = room.phone("192.0.2.9")
    laptop.post("/room/facilitate", {"key": room.key})
    cookie = f"{KEY_COOKIE}={laptop.jar[KEY_COOKIE]}"
    given = {"host": f"{LAN}:{PORT}", "origin": f"http://{LAN}:{PORT}", "cookie": cookie}
    opened, headers = stream_opens(room.app, given, "192.0.2.9")
    own = f"127.0.0.1:{PORT}"  # among the hosts that the settings allow
    assert opened and (headers["host"], headers["origin"]) == (own, f"http://{own}")
    other_page = given | {"origin": "http://evil.example"}
    assert stream_opens(room.app, other_page, "192.0.2.9")[0] is False


@pytest.mark.parametrize("key", ["", "ABC", "A" * 25, "<script>", "A" * 5000, "\x00", "ACDEF-ACDEF-ACDEF-ACDEF-ACDEF"])
def test_wrong_key_opens_nothing(room: OpenRoom, key: str) -> None:
    phone = Phone(room.app, "192.0.2.17")
    refused = phone.post("/room/facilitate", {"key": key})
    assert refused.status in (404, 429) and KEY_COOKIE not in phone.jar
    if refused.status == 404:
        assert "This key opens no workshop. Look at it again: five groups of five letters." in refused.words
    phone.jar[KEY_COOKIE] = "".join(letter for letter in key if letter.isalnum())[:100]
    assert phone.get("/").status == 404


def test_code_is_no_key(room: OpenRoom) -> None:
    phone = room.phone("192.0.2.18")
    assert phone.post("/room/facilitate", {"key": room.code}).status == 404
    phone.jar[KEY_COOKIE] = room.code
    assert phone.get("/").status == 404


def test_wrong_keys_are_limited_in_the_form_and_in_the_cookie(room: OpenRoom) -> None:
    phone = room.phone("192.0.2.19")
    for _ in range(10):
        assert phone.post("/room/facilitate", {"key": "A" * 25}).status == 404
    limited = phone.post("/room/facilitate", {"key": room.key})
    assert limited.status == 429 and int(limited.headers["retry-after"]) > 0
    assert "Too often a key that opens no workshop came from here. Try again in" in limited.words
    guesser = room.phone("192.0.2.80")
    for number in range(10):
        guesser.jar[KEY_COOKIE] = "ACDEFHJKMN"[number] * 25
        assert guesser.get("/").status == 404
    guesser.jar[KEY_COOKIE] = "".join(letter for letter in room.key if letter.isalpha())
    assert guesser.get("/").status == 404


@pytest.mark.parametrize("value", ["", "0"])
def test_participants_pages_do_not_exist_without_a_room(
    room: OpenRoom, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(ROOM_VARIABLE, value)
    browser = here(room.app)
    for path in ("/room", "/room/", room.path, f"{room.path}/state", "/room/phone.js", "/room/facilitate"):
        answer = browser.get(path)
        assert (answer.status, answer.text) == (404, "There is nothing here.\n")
        assert browser.post(path, {"code": room.code, "key": room.key}).status == 404
    assert all(browser.get(path).text == STREAMLIT for path in PATHS)
    assert room.phone().get("/room").status == 421  # there, only this machine's names are its own


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (f"{LAN}:{PORT}", 200),
        (f"127.0.0.1:{PORT}", 200),
        ("evil.example", 421),
        (f"evil.example:{PORT}", 421),
        (f"{LAN}.evil.example:{PORT}", 421),
        (f"{LAN}:8502", 421),
        (LAN, 421),  # port 80
        (f"192.0.2.8:{PORT}", 421),
        (f"0.0.0.0:{PORT}", 421),
        (f"{LAN}@evil.example:{PORT}", 421),
        ("", 421),
    ],
)
def test_room_answers_at_its_own_address_only(room: OpenRoom, host: str, expected: int) -> None:
    phone = room.phone()
    phone.host = host
    answer = phone.get("/room")
    assert answer.status == expected
    if expected == 421:
        assert answer.text == f"This room answers only at its own address. Open http://{LAN}:{PORT}/room instead.\n"


def test_address_at_which_a_connection_arrives_is_its_own_even_if_another_was_told(room: OpenRoom) -> None:
    phone = Phone(room.app, "198.51.100.5", f"198.51.100.1:{PORT}", "198.51.100.1")  # by another cable
    assert phone.get("/room").status == 200
    rebound = Phone(room.app, "198.51.100.5", f"evil.example:{PORT}", "evil.example")
    assert rebound.get("/room").status == 421  # a name is no address, whatever the server believes


@pytest.mark.parametrize(("scheme", "host"), [("https", "room.icb.example"), ("http", "[fd00::7]:8501")])
def test_address_that_was_named_is_the_rooms_own(
    room: OpenRoom, monkeypatch: pytest.MonkeyPatch, scheme: str, host: str
) -> None:
    monkeypatch.setenv(ADDRESS_VARIABLE, f"{scheme}://{host}")
    phone = Phone(room.app, "192.0.2.50", host, LAN, scheme)
    assert phone.get("/room").status == 200
    phone.host = host.replace("room", "evil").replace("::7", "::8")
    assert phone.get("/room").status == 421


def test_form_of_another_site_is_refused(room: OpenRoom) -> None:
    phone = room.joined()
    path = f"{room.path}/1"
    form = {"submission": "a", "tier.national": "100"}
    for origin in ("http://evil.example", f"http://{LAN}:8502", "null"):
        refused = phone.post(path, form, origin=origin)
        assert refused.status == 403 and "another address" in refused.text
    assert room.said() == []
    headers = phone.get(path).headers
    assert headers["referrer-policy"] == "same-origin"  # with none at all, a browser's own form would be null's
    assert (
        "script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'" in headers["content-security-policy"]
    )
    assert "'unsafe-inline'" not in headers["content-security-policy"]
    assert phone.post(path, form, origin="").status == 303  # an old browser says nothing; the cookie is no other site's
