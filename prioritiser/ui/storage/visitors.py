"""Who comes back: a random number in a cookie, which no script can read and no other site can send."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING

import streamlit as st

from prioritiser.workshop.link import is_phones

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "prioritiser_visitor"
COOKIE_DAYS = 400
_VALUE = re.compile(r"[0-9a-f]{32}")
# The page asks for this before it connects. A page that was opened from a link of another site (a mail) was asked for
# without the cookie, because that is strict; this is asked for by the page itself, so here it comes along.
_HEALTH = "/_stcore/health"
_OWN_SITES = {b"", b"none", b"same-origin", b"same-site"}


def visitor_now() -> str | None:
    """Return whose session this is, as the memory calls them: not what the cookie says, so that no one can copy it.

    None where the browser keeps no cookie.
    """
    value = st.context.cookies.get(COOKIE, "")
    return hashlib.sha256(value.encode()).hexdigest()[:32] if _VALUE.fullmatch(value) else None


class Visitors:
    """ASGI middleware that gives each new browser its number, and renews it with each visit; phones get none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and set the cookie on the page that comes back."""
        if scope["type"] != "http" or scope["method"] != "GET" or is_phones(scope["path"]):
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"])
        known = _known(given.get(b"cookie", b""))
        is_health = scope["path"].endswith(_HEALTH)
        is_own_site = given.get(b"sec-fetch-site", b"") in _OWN_SITES

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                is_page = any(name.lower() == b"content-type" and b"text/html" in value for name, value in headers)
                if (is_page and (known or is_own_site)) or (is_health and not known and is_own_site):
                    cookie = _cookie(known or secrets.token_hex(16), scope["scheme"] == "https")
                    message = {**message, "headers": [*headers, (b"set-cookie", cookie)]}
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _known(header: bytes) -> str:
    for part in header.decode("latin-1").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and _VALUE.fullmatch(value):
            return value
    return ""


def _cookie(value: str, secure: bool) -> bytes:
    lasts = COOKIE_DAYS * 24 * 3600
    text = f"{COOKIE}={value}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Strict"
    return (f"{text}; Secure" if secure else text).encode()
