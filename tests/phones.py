"""Phones of a room under test: the participants' routes behind all that stands before them, asked as a browser asks."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from prioritiser.scenario.scenario import Scenario
from prioritiser.ui.phone.routes import phone_routes
from prioritiser.ui.phone.visits import Phones
from prioritiser.ui.server.gate import RoomGate
from prioritiser.ui.server.room_store import room_store
from prioritiser.ui.server.security import OwnAddress, SecurityHeaders
from prioritiser.ui.storage.visitors import Visitors
from prioritiser.workshop.records import Move, Workshop, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore

LAN, PORT = "192.0.2.1", 8501
ROOM = {"PRIORITISER_ROOM": "1", "PRIORITISER_ROOM_ADDRESS": f"http://{LAN}:{PORT}"}
FORM = "application/x-www-form-urlencoded"


def room_app(phones: Phones | None = None) -> Starlette:
    """What app.py serves, with one page in place of Streamlit's."""

    def anything(_: Request) -> PlainTextResponse:
        return PlainTextResponse("a page of Streamlit")

    return Starlette(
        routes=[*phone_routes(phones), Route("/{path:path}", anything, methods=["GET", "POST"])],
        middleware=[Middleware(SecurityHeaders), Middleware(OwnAddress), Middleware(RoomGate), Middleware(Visitors)],
    )


@dataclass(frozen=True)
class Answer:
    """What came back. cookies: as they were set, with all that is said of them."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...]

    @property
    def text(self) -> str:
        """The page as it was sent."""
        return self.body.decode("utf-8")

    @property
    def words(self) -> str:
        """What a reader of the page sees."""
        inside = re.sub(r"<head>.*?</head>", " ", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inside)).split())

    @property
    def told(self) -> dict[str, Any]:
        """What a script is told."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def to(self) -> str:
        """Where it leads."""
        return self.headers.get("location", "")


@dataclass
class Phone:
    """A browser with a jar of cookies. host: what it asks for; reached: the address that its connection arrives at."""

    app: Any
    address: str = "192.0.2.50"
    host: str = f"{LAN}:{PORT}"
    reached: str = LAN
    scheme: str = "http"
    jar: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, fields: Mapping[str, str] | bytes, **headers: str) -> Answer:
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        origin = {"origin": f"{self.scheme}://{self.host}", "content_type": FORM}
        return self.ask("POST", path, body, origin | headers)

    def script(self, path: str, fields: Mapping[str, str]) -> Answer:
        return self.post(path, fields, accept="application/json")

    def follow(self, answer: Answer) -> Answer:
        while answer.to:
            answer = self.get(answer.to)
        return answer

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, stalls: bool = False) -> Answer:
        given = {"host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.jar and "cookie" not in given:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        route, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": route,
            "raw_path": route.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items() if value],
            "scheme": self.scheme,
            "server": (self.reached, PORT),
            "client": (self.address, 50_000),
        }
        sent = _asked(self.app, scope, body, stalls)
        pairs = [(name.decode().lower(), value.decode("latin-1")) for name, value in sent[0]["headers"]]
        cookies = tuple(value for name, value in pairs if name == "set-cookie")
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar[name] = value
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], dict(pairs), content, cookies)


def _asked(app: Any, scope: dict[str, Any], body: bytes, stalls: bool) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    parts = [body[start : start + 65536] for start in range(0, len(body), 65536)] or [b""]

    async def receive() -> dict[str, Any]:
        more = len(parts) > 1 or stalls
        if not parts and stalls:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": parts.pop(0) if parts else b"", "more_body": more}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    # in a thread of its own: a browser of another test may have left a loop in this one
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    return sent


@dataclass(frozen=True)
class OpenRoom:
    """A workshop that is open, the key of its facilitator, and the app that phones come to."""

    store: WorkshopStore
    workshop: Workshop
    key: str
    app: Starlette

    @property
    def code(self) -> str:
        return self.workshop.code

    @property
    def path(self) -> str:
        return f"/room/{self.code}"

    def phone(self, address: str = "192.0.2.50") -> Phone:
        """A phone that has done nothing yet."""
        return Phone(self.app, address)

    def joined(self, address: str = "192.0.2.50", **fields: str) -> Phone:
        """The phone of somebody who takes part."""
        phone = self.phone(address)
        assert phone.post(self.path, fields).status == 303
        return phone

    def move(self, name: str, minutes: float = 0) -> Workshop:
        return self.store.move(self.workshop.workshop_id, Move(name, minutes))

    def said(self) -> list[tuple[int, int, Mapping[str, Any], str]]:
        """What counts: round, question, answer and comment."""
        entries = self.store.entries(self.store.by_code(self.code))
        return [(one.round, one.question, one.answer, one.comment) for one in entries]


def open_room(plan: WorkshopPlan, scenario: Scenario, *, all_at_once: bool = True) -> OpenRoom:
    """Open a workshop in the database that the environment names."""
    store = room_store()
    workshop, key = store.create(plan, scenario, scenario.settings)
    if all_at_once:
        workshop = store.move(workshop.workshop_id, Move("all"))
    return OpenRoom(store, workshop, key, room_app())
