"""A browser that may reach nothing but this machine, and servers on loopback, shared by all tests of a process.

A test has a visitor of its own: no cookie, no kept choice. What opening a page costs beside that is paid once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, WebSocket, expect, sync_playwright

from tests.browser.rooms import phone, served_room
from tests.browser.servers import CAN_FORK, ROOT, Nursery, free_port, served
from tests.browser.steps import PATIENCE_MS, open_proved

__all__ = ["phone", "served_room"]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
EXAMPLE = ROOT / "scenarios" / "example-ics"
APP = ROOT / "app.py"
QUIET_APP = Path(__file__).parent / "quiet_app.py"
LAPTOP = {"width": 1366, "height": 768}
_FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"


def _find_browser() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = _find_browser()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(f"No browser found under CI. Install one of {', '.join(_NAMES)}.")
        pytest.skip(f"no browser found: install one of {', '.join(_NAMES)} to run this test")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(_OPTIONS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def _shared_context(browser: Browser) -> Iterator[BrowserContext]:
    with _visitor(browser) as context:
        yield context


@contextmanager
def _visitor(browser: Browser) -> Iterator[BrowserContext]:
    expect.set_options(timeout=PATIENCE_MS)
    with browser.new_context(viewport=LAPTOP) as context:  # type: ignore[arg-type]
        context.set_default_timeout(2 * PATIENCE_MS)
        yield context


@pytest.fixture
def context(_shared_context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Where pages of one visitor are opened, a new one for each test.

    Its first page stays for the next test: in a new one the browser would start a process that reads all scripts anew,
    which takes longer than what most tests do there. Where a test failed, nobody knows what it left.
    """
    failed_before = request.session.testsfailed
    yield _shared_context
    first, *others = _shared_context.pages or [None]
    for page in filter(None, (first, *others)):
        if page.url.startswith("http"):
            page.evaluate(_FORGET)
        if page is not first or request.session.testsfailed > failed_before:
            page.close()
        else:
            _leave(page)
    _shared_context.clear_cookies()


def _leave(page: Page) -> None:
    """Give a page back as a new one is."""
    page.mouse.move(0, 0)
    page.goto("about:blank")
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of a laptop's size that fails the test on any script error or request to another host."""
    with _watched(context.pages[0] if context.pages else context.new_page()) as opened:
        yield opened


@pytest.fixture
def page_of_its_own(context: BrowserContext) -> Iterator[Page]:
    """Such a page that no other test is given, as for scripts that stay in a page."""
    if not context.pages:
        context.new_page()
    with _watched(context.new_page()) as opened:
        yield opened


@pytest.fixture(scope="module")
def example_open(browser: Browser, example: str) -> Iterator[Page]:
    """The bundled example, proved, on a laptop: opened once for all tests of a file that only look at it."""
    with _visitor(browser) as context, _watched(context.new_page()) as opened:
        yield open_proved(opened, example)


@contextmanager
def _watched(page: Page) -> Iterator[Page]:
    hosts: set[str] = set()
    errors: list[str] = []

    def note(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"}:
            hosts.add(parts.hostname or "")

    def note_socket(socket: WebSocket) -> None:
        hosts.add(urlsplit(socket.url).hostname or "")

    def note_error(error: Error) -> None:
        errors.append(str(error))

    heard: Mapping[Any, Any] = {"request": note, "websocket": note_socket, "pageerror": note_error}
    for event, listener in heard.items():
        page.on(event, listener)
    yield page
    for event, listener in heard.items():
        page.remove_listener(event, listener)
    assert hosts <= {"127.0.0.1"}, f"requests left the machine: {hosts}"
    assert not errors, errors


@pytest.fixture(name="free_port")
def _free_port() -> int:
    """A port of this machine that nothing uses."""
    return free_port()


@pytest.fixture(scope="session")
def nursery(browser: Browser) -> Iterator[Nursery | None]:
    """Where servers come from; the browser is asked for first, so that a skip costs nothing."""
    if not CAN_FORK:
        yield None
        return
    opened = Nursery()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def serve(nursery: Nursery | None) -> Iterator[Callable[..., str]]:
    """Serve any scenario by a program, each once."""
    addresses: dict[tuple[Path, Path], str] = {}
    with ExitStack() as running:

        def start(scenario: Path, program: Path = APP) -> str:
            asked = (scenario, program)
            if asked not in addresses:
                addresses[asked] = running.enter_context(served(scenario, free_port(), program, nursery))
            return addresses[asked]

        yield start


@pytest.fixture(scope="session")
def example(serve: Callable[..., str]) -> str:
    """Address of the app on the bundled example, where no map is drawn."""
    return serve(EXAMPLE, QUIET_APP)


@pytest.fixture(scope="session")
def example_with_map(serve: Callable[..., str]) -> str:
    """Address of the app on the bundled example."""
    return serve(EXAMPLE)


@pytest.fixture(scope="session")
def quickstart(serve: Callable[..., str]) -> str:
    """Address of the app on the quickstart."""
    return serve(ROOT / "scenarios" / "quickstart")
