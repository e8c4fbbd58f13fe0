"""The routes of participants in the ASGI app: a request is read within limits and answered in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from starlette.routing import BaseRoute, Mount, Route

from prioritiser.errors import WorkshopError
from prioritiser.ui.phone import pages, words
from prioritiser.ui.phone.fields import read_body
from prioritiser.ui.phone.replies import Asked, Reply
from prioritiser.ui.phone.visits import Phones, not_kept, nothing_here
from prioritiser.ui.server.gate import address
from prioritiser.ui.server.tries import Device
from prioritiser.workshop.link import ROOM_PATH

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

MOST_BYTES = 256 * 1024  # a comment of 10,000 characters is refused in words, whatever its letters are
DEVICE = "room_device"
_READERS = 24
_WRITERS = 1  # SQLite lets one write at a time; more would only wait at odds
_QUEUE_S = 8.0
_SAME_TIME_S = 0.3
_READ_WITHIN_S = 20.0
_DAY_S = 24 * 3600
_DEVICE_MARK = re.compile(r"[0-9a-f]{32}")
_FORM = "application/x-www-form-urlencoded"


def phone_routes(phones: Phones | None = None) -> list[BaseRoute]:
    """Make the routes of everything below /room; `RoomGate` lets nobody come to them where there is no room."""
    app = _PhoneApp(phones or Phones())
    return [Route(ROOM_PATH, app), Mount(ROOM_PATH, app)]


class _PhoneApp:
    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="room-reads")
        self._writers = ThreadPoolExecutor(_WRITERS, thread_name_prefix="room-writes")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        asked = await _read(scope, receive)
        if asked is None:
            return
        reply = await self._answered(asked) if isinstance(asked, Asked) else asked
        if reply.same_time:
            await asyncio.sleep(_SAME_TIME_S - (time.monotonic() - began) % _SAME_TIME_S)
        await _send(scope, send, reply, asked.device.next_mark if isinstance(asked, Asked) else "")

    async def _answered(self, asked: Asked) -> Reply:
        """Answer in a thread: the database may keep one waiting, and must not keep the pages of others.

        Those who write wait in the order of coming. SQLite tries again at odds, and keeps some waiting for seconds.
        """
        threads = self._writers if asked.is_post else self._readers
        until = time.monotonic() + _QUEUE_S
        return await asyncio.get_running_loop().run_in_executor(threads, self._answered_by, asked, until)

    def _answered_by(self, asked: Asked, until: float) -> Reply:
        return self._phones.answer(asked) if time.monotonic() < until else not_kept(asked)


async def _read(scope: Scope, receive: Receive) -> Asked | Reply | None:
    """Read a request, or say at once what is wrong with it; None where nobody waits for an answer any more."""
    path = tuple(scope["path"].removeprefix(ROOM_PATH).strip("/").split("/"))
    path = () if path == ("",) else path
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    if method not in ("GET", "POST") or "" in path:
        return nothing_here()
    if len(path) == 1 and path[0] in pages.ASSETS:
        return Reply(content=pages.asset(path[0]), kind=pages.ASSETS[path[0]])
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    cookies = dict(_cookies(headers.get(b"cookie", "")))
    mark = cookies.get(DEVICE, "") if _DEVICE_MARK.fullmatch(cookies.get(DEVICE, "")) else ""
    asked = Asked(
        method=method,
        path=path,
        device=Device(address(scope), mark, "" if mark else secrets.token_hex(16)),
        query=dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)),
        cookies=cookies,
        is_secure=scope.get("scheme") == "https",
        by_script="application/json" in headers.get(b"accept", ""),
    )
    return asked if method == "GET" else await _with_fields(asked, headers, receive)


async def _with_fields(asked: Asked, headers: Mapping[bytes, str], receive: Receive) -> Asked | Reply | None:
    if headers.get(b"content-type", "").partition(";")[0].strip().lower() != _FORM:
        return _bad(asked, 415, words.NOT_A_FORM)
    body = b""
    try:
        async with asyncio.timeout(_READ_WITHIN_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                if len(body) > MOST_BYTES:
                    return _bad(asked, 413, words.TOO_LONG)
                if not message.get("more_body", False):
                    return replace(asked, fields=read_body(body))
    except TimeoutError:
        return _bad(asked, 408, words.TOO_SLOW)
    except WorkshopError as error:
        return _bad(asked, 400, str(error))


def _bad(asked: Asked, status: int, told: str) -> Reply:
    if asked.by_script:
        return Reply(status, told={"words": told})
    back = quote("/".join([ROOM_PATH, *asked.path]))
    return Reply(status, page=pages.plain_page("This was not taken", told, back, "Back to the page"))


def _cookies(header: str) -> Iterator[tuple[str, str]]:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        yield name, value


async def _send(scope: Scope, send: Send, reply: Reply, mark: str) -> None:
    body = reply.content or (json.dumps(reply.told).encode() if reply.told is not None else reply.page.encode())
    kind = reply.kind or ("application/json" if reply.told is not None else "text/html; charset=utf-8")
    keep = "public, max-age=31536000, immutable" if reply.content else "no-store"
    headers = [("content-type", kind), ("content-length", str(len(body))), ("cache-control", keep), ("vary", "accept")]
    headers += [("location", reply.to)] if reply.to else []
    headers += [("retry-after", str(reply.wait_s))] if reply.wait_s else []
    cookies = dict(reply.cookies)
    if mark:
        cookies[DEVICE] = (mark, ROOM_PATH, 1.0)
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    for name, (value, path, days) in cookies.items():
        lasts = f"Max-Age={round(days * _DAY_S)}"
        headers.append(("set-cookie", f"{name}={value}; Path={path}; {lasts}; HttpOnly; SameSite=Lax{secure}"))
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
