"""The Confidence page in a real browser: what is safe appears, costs can vary, and everyone can use it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import assert_fits_everyone, wait_drawn

pytestmark = pytest.mark.browser


@pytest.mark.thorough
def test_classes_and_chances_appear_and_costs_can_vary(page: Page, quickstart: str) -> None:
    page.goto(quickstart + "confidence")
    classes = page.get_by_role(
        "heading", name=re.compile(r"\d+ initiatives? (is|are) safe, \d+ (is|are) worth arguing")
    )
    expect(classes).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-working_stress")).to_have_count(0, timeout=120_000)
    expect(page.locator(".stVegaLiteChart svg")).to_have_count(3)
    page.get_by_role("radio", name="0\u00a0%", exact=True).click()
    expect(page.get_by_role("heading", name="At the costs as planned, every limit holds")).to_be_visible(timeout=30_000)
    wait_drawn(page)
    assert_fits_everyone(page)
