"""What the server answers to, and the headers of every answer: only its own address, and only what is from here."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit
from streamlit import config

from prioritiser.workshop.link import is_phones, is_room_open, phone_link, room_address

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?", re.IGNORECASE)
_ORIGIN = re.compile(r"(https?)://([^/?#@\s]+)", re.IGNORECASE)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_READING = ("GET", "HEAD", "OPTIONS")


@lru_cache(maxsize=1)
def security_headers() -> tuple[tuple[bytes, bytes], ...]:
    """Build the headers once; the inline scripts of Streamlit's own page are allowed by their hash."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(page)
    )
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self' blob:",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        )
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        # a browser would look up the hosts of links that nobody has followed
        "X-DNS-Prefetch-Control": "off",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


@lru_cache(maxsize=1)
def phone_headers() -> tuple[tuple[bytes, bytes], ...]:
    """Build the headers of what participants meet: plain pages with one script and one style of their own.

    A form of a page that sends no referrer at all would name no origin either, and be refused by `OwnAddress`.
    """
    sources = "script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'"
    policy = f"default-src 'none'; {sources}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    own = {b"content-security-policy": policy.encode(), b"referrer-policy": b"same-origin"}
    return tuple((name, own.get(name, value)) for name, value in security_headers())


class SecurityHeaders:
    """ASGI middleware that adds the headers to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the headers to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = phone_headers() if is_phones(scope["path"]) else security_headers()
                names = {name for name, _ in ours}
                kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in names]
                message = {**message, "headers": [*kept, *ours]}
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OwnAddress:
    """ASGI middleware that refuses what is not asked at the server's own address, or by another site's page.

    A name of somebody else that was made to point at this machine (DNS rebinding) is another address; so is another
    port. A websocket must name a page of this address as its origin, and so must whatever changes something.

    Here, not in Streamlit: its own check lets pages of other ports in, and looks for this machine's addresses by asking
    a server outside. What comes through here is handed on so that Streamlit has nothing left to look for.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
        origins = [value for name, value in scope["headers"] if name.lower() == b"origin"]
        if len(hosts) != 1 or not is_own_host(hosts[0].decode("latin-1"), scope):
            await refuse(scope, send, 421, _own_address(scope))
        elif not _may_come_from(scope, hosts[0].decode("latin-1"), [value.decode("latin-1") for value in origins]):
            await refuse(scope, send, 403, "This was asked by a page of another address, and is refused.")
        elif scope["type"] == "websocket":
            await self._app({**scope, "headers": _as_streamlit_knows_it(scope, hosts[0])}, receive, send)
        else:
            await self._app(scope, receive, send)


def is_own_host(host: str, scope: Scope) -> bool:
    """Whether the Host of a request is this server: one of its names, with a port that it is reached at."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name, port = found[1].lower(), int(found[2] or _DEFAULT_PORTS.get(scope.get("scheme", "http"), 80))
    own = own_ports(scope)
    if name in LOOPBACK:
        return port in own
    if is_room_open() and _is_of_room(name, port, scope):
        return True
    # for a name that the server was given (behind a proxy), also the ports that need not be written
    return port in {*own, 80, 443} and _is_named(name)


def own_ports(scope: Scope) -> set[int]:
    """Return the ports that the server is reached at: the one it listens at, and the one set for browsers."""
    listens = (scope.get("server") or (None, None))[1]
    ports = {int(listens) if listens else int(config.get_option("server.port"))}
    if config.is_manually_set("browser.serverPort"):
        ports.add(int(config.get_option("browser.serverPort")))
    return ports


def _is_of_room(name: str, port: int, scope: Scope) -> bool:
    """Whether a name is this machine's address in its network: the one of this very connection, or the one told."""
    if _is_address(name) and name.strip("[]") == str((scope.get("server") or ("",))[0]):
        return port in own_ports(scope)
    scheme, _, told = room_address().partition("://")
    found = _HOST.fullmatch(told)
    return found is not None and (name, port) == (found[1].lower(), int(found[2] or _DEFAULT_PORTS.get(scheme, 80)))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def host_name(scope: Scope) -> str:
    """Return the name that a request asks for, without its port; empty where it is none."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    return found[1].lower() if found else ""


def _as_streamlit_knows_it(scope: Scope, host: bytes) -> list[tuple[bytes, bytes]]:
    """Headers by which Streamlit takes a stream for one of its own page, without looking for its address outside."""
    name = host_name(scope)
    own = host if name in LOOPBACK or _is_named(name) else f"{LOOPBACK[0]}:{min(own_ports(scope))}".encode()
    rest = [(key, value) for key, value in scope["headers"] if key.lower() not in (b"origin", b"host")]
    return [*rest, (b"host", own), (b"origin", b"http://" + own)]


def _is_named(name: str) -> bool:
    allowed = [str(host).strip().lower() for host in config.get_option("server.allowedHosts") or ()]
    return any(
        host in ("*", name) or f"[{host}]" == name or (host.startswith("*.") and name.endswith(host[1:]))
        for host in allowed
    )


def _may_come_from(scope: Scope, host: str, origins: list[str]) -> bool:
    if scope["type"] == "http" and (not origins or scope["method"] in _READING):
        return True
    if len(origins) != 1:
        return False
    found = _ORIGIN.fullmatch(origins[0])
    return (found is not None and found[2].lower() == host.lower()) or origins[0] in {
        str(origin).strip() for origin in config.get_option("server.corsAllowedOrigins") or ()
    }


def _own_address(scope: Scope) -> str:
    if phone_link():
        return f"This room answers only at its own address. Open {phone_link()} instead."
    port = min(own_ports(scope))
    return (
        f"Prioritiser answers only at its own address. Open http://127.0.0.1:{port} on the computer that it runs on. "
        "Behind a proxy, set server.allowedHosts and browser.serverPort in .streamlit/config.toml."
    )


async def refuse(scope: Scope, send: Send, status: int, words: str) -> None:
    """Answer a request with a sentence, or close a stream before it is open."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    body = f"{words}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope.get("method") == "HEAD" else body})
