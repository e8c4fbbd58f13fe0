"""Pages without a browser, and the one way in which all tests of pages open them and wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import prioritiser
from prioritiser.ui import session
from tests.places import QUICKSTART

# Looked up in all installed packages anew for every run of a page otherwise, which took longer than many a run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
MAIN = Path(prioritiser.__file__).parent / "ui" / "entry" / "main.py"
_ALONE = """
from prioritiser.ui import session
from tests.places import QUICKSTART
from prioritiser.ui.pages.{name} import page
moment = session.open_moment({title!r})
page.show_page(moment.scenario, moment.view)
"""


def whole_app(address: str = "") -> AppTest:
    """The app at the address of a page, '' for the first; pages that are functions have no file to switch to."""
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    if address:
        page._page_hash = calc_hash(address)
    return page


def page_alone(title: str) -> AppTest:
    """One page as the app shows it, without its frame and the pages beside it."""
    name = title.casefold().replace(" ", "_").replace("-", "_")
    return AppTest.from_string(_ALONE.format(name=name, title=title), default_timeout=60)


def opened(monkeypatch: pytest.MonkeyPatch, page: AppTest, scenario: Path = QUICKSTART, /, **link: str) -> AppTest:
    """Give a page the scenario that the app was started on, and its link; it is not run yet."""
    monkeypatch.setenv(session.SCENARIO_VARIABLE, str(scenario))
    for name, value in link.items():
        page.query_params[name] = value
    return page


def is_working(page: AppTest) -> bool:
    """Whether anything is being worked out, which could be cancelled."""
    return any(str(button.key).startswith("cancel") for button in page.button)


def settled(page: AppTest, waits: Callable[[AppTest], bool] = is_working, seconds: float = 90.0) -> AppTest:
    """Run a page until nothing that is waited for is left."""
    page.run()
    until = time.monotonic() + seconds
    while waits(page):
        assert time.monotonic() < until, "nothing came of it"
        _rest()
        page.run()
    assert not page.exception, page.exception
    return page


def _rest(seconds: float = 2.0) -> None:
    """Wait for what is being worked out, for so long at most: a page drawn meanwhile only takes its time away."""
    until = time.monotonic() + seconds
    time.sleep(0.02)
    while _is_busy() and time.monotonic() < until:
        time.sleep(0.02)


def _is_busy() -> bool:
    work = [*session.works()._under_way]
    return session.answers().is_busy or any(not one.by_itself and not one.is_over for one in work)


def text_of(page: AppTest) -> str:
    """All that a page says in HTML."""
    return "\n".join(part.proto.body for part in page.get("html"))
