"""The visitor's cookie: set once, renewed, never readable by scripts, never overwritten from another site."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from prioritiser.ui.storage.visitors import COOKIE, Visitors

PAGE = b"text/html; charset=utf-8"
NUMBER = "0123456789abcdef" * 2


def cookies_set(
    path: str = "/",
    kind: bytes = PAGE,
    headers: Mapping[str, str] | None = None,
    scheme: str = "http",
    method: str = "GET",
) -> list[str]:
    async def app(scope: object, receive: object, send: object) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]}
        await send(start)  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    given = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": method, "path": path, "headers": given, "scheme": scheme}
    # in a thread of its own: a browser of another test may have left a loop in this one
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(Visitors(app)(scope, None, send))).result()  # type: ignore[arg-type]
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]  # type: ignore[attr-defined]


def test_new_visitor_gets_128_random_bits_that_only_this_site_can_send() -> None:
    first, second = cookies_set()[0], cookies_set()[0]
    attributes = f"; Path=/; Max-Age={400 * 24 * 3600}; HttpOnly; SameSite=Strict"
    for cookie in (first, second):
        assert re.fullmatch(rf"{COOKIE}=[0-9a-f]{{32}}{re.escape(attributes)}", cookie)
    assert first != second
    assert cookies_set(scheme="https")[0].endswith("; Secure")


def test_known_visitor_keeps_the_number_and_a_made_up_one_is_replaced() -> None:
    known = cookies_set(headers={"cookie": f"a=b; {COOKIE}={NUMBER}"})
    assert known[0].startswith(f"{COOKIE}={NUMBER};")
    for value in ("short", NUMBER.upper(), f"{NUMBER}00", "x" * 32, ""):
        replaced = cookies_set(headers={"cookie": f"{COOKIE}={value}"})
        assert len(replaced) == 1 and NUMBER not in replaced[0]


def test_only_pages_set_it_and_never_one_that_another_site_asked_for() -> None:
    assert cookies_set("/static/index.js", b"text/javascript") == []
    assert cookies_set(method="POST") == []
    # From a link in a mail the strict cookie does not come along: a new number would lose what was kept.
    assert cookies_set(headers={"sec-fetch-site": "cross-site"}) == []
    for site in ("none", "same-origin", "same-site"):
        assert len(cookies_set(headers={"sec-fetch-site": site})) == 1
    # The page itself then asks for this, with the cookie where there is one.
    health = {"sec-fetch-site": "same-origin"}
    assert len(cookies_set("/_stcore/health", b"text/plain", health)) == 1
    assert cookies_set("/_stcore/health", b"text/plain", {**health, "cookie": f"{COOKIE}={NUMBER}"}) == []
