"""What the network reaches of a room: what participants need, and all else only with the facilitator's key."""

from __future__ import annotations

import ipaddress
import re
import threading
import time
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from prioritiser.errors import StoreError
from prioritiser.recent import Recent
from prioritiser.ui.server.room_store import room_store
from prioritiser.ui.server.security import LOOPBACK, host_name, refuse
from prioritiser.ui.server.tries import Device, FailedTries
from prioritiser.workshop.codes import key_hash
from prioritiser.workshop.link import is_phones, is_room_open

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

KEY_COOKIE = "prioritiser_facilitator"
KEY_TRIES = FailedTries()
_KEY = re.compile(r"[A-Z]{10,60}")
_BELIEVED_S = 30.0  # for which a key is not looked up again: a page asks for a hundred files


class RoomGate:
    """ASGI middleware between the network and the pages; it stands behind `OwnAddress`.

    Without a room, participants' paths do not exist. With one, from anywhere but this machine only they answer; the
    pages, their files and their stream only to a browser that has the key of a workshop in its cookie.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._keys = app, _Keys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say that there is nothing."""
        if scope["type"] not in ("http", "websocket") or await self._is_let_through(scope):
            await self._app(scope, receive, send)
        else:
            await refuse(scope, send, 404, "There is nothing here.")

    async def _is_let_through(self, scope: Scope) -> bool:
        has_room, for_phones = is_room_open(), is_phones(scope["path"])
        if not has_room:
            return not for_phones
        if for_phones:
            return bool(scope["type"] == "http")
        key = cookie_of(scope, KEY_COOKIE)
        return is_this_machine(scope) or (bool(key) and await run_in_threadpool(self._keys.opens, key, address(scope)))


class _Keys:
    """Keys that opened something a moment ago."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: Recent[str, float] = Recent(64)

    def opens(self, key: str, where: str) -> bool:
        """Whether a key opens a workshop. where: the address that shows it."""
        if not _KEY.fullmatch(key):
            return False
        name = key_hash(key)
        with self._lock:
            seen = self._seen.recall(name)
        if seen is not None and time.monotonic() - seen < _BELIEVED_S:
            return True
        try:
            found = KEY_TRIES.tried(Device(where), lambda: room_store().by_key(key))
        except StoreError:
            return seen is not None  # it was right before the database failed
        with self._lock:
            if found is None or isinstance(found, int):
                self._seen.pop(name, None)
                return False
            self._seen[name] = time.monotonic()
        return True


def address(scope: Scope) -> str:
    """Return the address that a request comes from; empty where the server does not say."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def is_this_machine(scope: Scope) -> bool:
    """Whether a request comes from this machine, and asks for it by a name that only this machine has."""
    try:
        client = ipaddress.ip_address(address(scope).partition("%")[0])
    except ValueError:
        return False
    mapped = client.ipv4_mapped if isinstance(client, ipaddress.IPv6Address) else None
    return (mapped or client).is_loopback and host_name(scope) in LOOPBACK


def cookie_of(scope: Scope, name: str) -> str:
    """Return the value of a cookie of a request; empty where it has none."""
    for header, value in scope["headers"]:
        if header.lower() == b"cookie":
            for part in value.decode("latin-1").split(";"):
                given, _, text = part.strip().partition("=")
                if given == name:
                    return str(text)
    return ""
