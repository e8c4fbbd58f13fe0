"""The Confidence page in a real browser: what is safe appears, costs can vary, and everyone can use it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser


def test_classes_and_chances_appear_and_costs_can_vary(browser: Browser, serve: Callable[[Path], str]) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(serve(ROOT / "scenarios" / "quickstart") + "confidence")
    classes = page.get_by_role(
        "heading", name=re.compile(r"\d+ initiatives? (is|are) safe, \d+ (is|are) worth arguing")
    )
    expect(classes).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-working_stress")).to_have_count(0, timeout=120_000)
    expect(page.locator(".stVegaLiteChart svg")).to_have_count(3)
    page.get_by_role("radio", name="0\u00a0%", exact=True).click()
    expect(page.get_by_role("heading", name="At the costs as planned, every limit holds")).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=15_000)
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(800)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert ours(page_violations := Axe().run(page).response["violations"]) == [], page_violations
    page.close()


def ours(violations: list[dict[str, object]]) -> list[object]:
    """Leave out what is Streamlit's own markup."""
    return [
        (rule["id"], [node["target"] for node in rule["nodes"]])
        for rule in violations
        if rule["id"] not in {"aria-allowed-attr", "scrollable-region-focusable"}
    ]
