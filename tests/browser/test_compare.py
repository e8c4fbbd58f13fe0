"""The Compare page in a real browser: differences first, an option opened and undone, and everyone can use it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import assert_fits_everyone, wait_drawn

pytestmark = pytest.mark.browser


@pytest.mark.thorough
def test_options_differ_and_one_is_opened_and_undone(page: Page, quickstart: str) -> None:
    page.goto(quickstart + "compare")
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
    wait_drawn(page)
    assert_fits_everyone(page)
