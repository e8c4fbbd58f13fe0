"""The Trade-offs page in a real browser: a portfolio is clicked on and adopted, and a rule is switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import assert_fits, found_by_axe
from tests.depth import thorough


@pytest.mark.parametrize(("width", "height"), [(1366, 768), thorough(390, 844)])
def test_portfolio_is_clicked_on_and_adopted(page: Page, quickstart: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(quickstart + "trade-offs")
    expect(page.locator(".st-key-trade_off_prices table").first).to_be_attached(timeout=90_000)
    expect(page.locator(".st-key-rules .price strong").first).to_be_visible(timeout=90_000)
    expect(page.locator("[class*=st-key-working_]")).to_have_count(0, timeout=90_000)
    assert found_by_axe(page) == []
    assert_fits(page, width)

    chosen = page.locator(".st-key-frontier_point input")
    before = chosen.input_value()
    page.locator(".st-key-frontier_chart svg path[aria-label*='What: 3 initiatives']").nth(1).click()
    expect(chosen).not_to_have_value(before)
    adopt = page.get_by_role("button", name="Adopt this portfolio")
    expect(adopt).to_be_visible()
    adopt.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is the portfolio in force.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Undo").click()
    expect(adopt).to_be_visible(timeout=60_000)

    page.locator(".st-key-rule_R1 input").focus()
    page.keyboard.press("Space")
    expect(page.locator(".st-key-rules")).to_contain_text("Switched off.", timeout=60_000)
