"""Nobody is locked out, in a real browser: a link that fails, a reload, the bare address, a restarted server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Nursery, served
from tests.browser.steps import QUICKSTART, wait_drawn

pytestmark = pytest.mark.browser
# The app with two faults: a page that fails half drawn at a balance of 0.5, and a button that does.
FAULTY = """
import streamlit as st
from starlette.middleware import Middleware

from app import PAGES, keep_log_plain, show_stray_failure
from prioritiser.ui import session
from prioritiser.ui.pages.balance import page as balance
from prioritiser.ui.server.security import OwnAddress, SecurityHeaders
from prioritiser.ui.storage.visitors import Visitors

draw, open_dialog = balance.show_page, session.open_dialog


def show_page(scenario, view):
    if view.settings.balance == 0.5:
        st.html("<p>half drawn</p>")
        raise OverflowError("cannot convert float infinity to integer")
    draw(scenario, view)


def open_or_fail(name):
    if name == "share":
        raise RuntimeError("a fault of a button")
    open_dialog(name)


balance.show_page, session.open_dialog = show_page, open_or_fail
keep_log_plain()
middleware = [Middleware(SecurityHeaders), Middleware(OwnAddress), Middleware(Visitors)]
app = st.App(PAGES, middleware=middleware, on_script_error=show_stray_failure)
"""


def expect_drawn(page: Page) -> None:
    expect(page.get_by_text(re.compile("Proved best"))).to_be_visible(timeout=30_000)
    expect(page.get_by_text("cannot be shown")).to_have_count(0)
    wait_drawn(page)


def expect_failed(page: Page) -> None:
    expect(page.get_by_role("heading", name="Balance cannot be shown with what is open now")).to_be_visible(
        timeout=30_000
    )
    expect(page.get_by_text("half drawn")).to_have_count(0)
    wait_drawn(page)


def press_until(page: Page, name: str) -> None:
    """Go on with the Tab key until the link or button of this name has the focus, then press Enter."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


@pytest.mark.thorough
def test_nobody_is_locked_out_by_a_link(page: Page, free_port: int, nursery: Nursery | None, tmp_path: Path) -> None:
    program = tmp_path / "faulty.py"
    program.write_text(FAULTY)
    page.set_viewport_size({"width": 390, "height": 844})
    with served(QUICKSTART, free_port, program, nursery) as address:
        page.goto(f"{address}?weights=nan,1,1&capacity=money%3D0.9")
        expect_drawn(page)
        expect(
            page.get_by_text("a plain number was expected, such as 0.5. The weights used are 40,30,30.")
        ).to_be_visible()
        expect(page).to_have_url(re.compile("capacity=money%3D0.9$"))
        page.goto(f"{address}?balance=0.5")
        expect_failed(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        press_until(page, "Begin anew")
        expect(page.get_by_text("The app begins anew")).to_be_visible(timeout=30_000)
        expect_drawn(page)
        expect(page).to_have_url(address)
        page.goto(f"{address}?balance=0.5")
        expect_failed(page)
        page.reload()
        expect_drawn(page)
        expect(page.get_by_text("What was open last could not be shown")).to_be_visible()
        page.goto(f"{address}?balance=0.5")
        expect_failed(page)
        page.goto(address)
        expect_drawn(page)
        page.get_by_role("button", name="Share", exact=True).click()
        expect(page.get_by_text("An error stopped this page.")).to_be_visible()
        expect(page.get_by_text("a fault of a button")).to_have_count(0)
        page.get_by_role("link", name="Load this page again").click()
        expect_drawn(page)
    with served(QUICKSTART, free_port, program, nursery) as address:
        page.goto(address)
        expect_drawn(page)
