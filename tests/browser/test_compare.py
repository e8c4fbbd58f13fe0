"""The Compare page in a real browser: differences first, an option opened and undone, and everyone can use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ROOT
from tests.browser.test_confidence import ours

pytestmark = pytest.mark.browser


def test_options_differ_and_one_is_opened_and_undone(browser: Browser, serve: Callable[[Path], str]) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(serve(ROOT / "scenarios" / "quickstart") + "compare")
    finding = page.locator(".answer")
    differ = page.get_by_role("table", name="Initiatives that differ", exact=True)
    expect(differ.get_by_role("columnheader")).to_have_count(4, timeout=60_000)
    expect(finding).to_contain_text("A, B and C differ in ")
    expect(page.locator(".stVegaLiteChart svg")).to_have_count(1)
    before = finding.inner_text()
    page.get_by_role("button", name="Open C").click()
    expect(page.get_by_text("The same settings as in force.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Against what is in force: weights")).to_be_visible(timeout=60_000)
    expect(finding).to_have_text(before, timeout=60_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=15_000)
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(800)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert ours(violations := Axe().run(page).response["violations"]) == [], violations
    page.close()
