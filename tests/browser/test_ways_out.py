"""The ways out of a clash in a real browser: usable by everyone, in reach on a phone, and tried from the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import assert_fits, found_by_axe
from tests.depth import thorough

INFEASIBLE = "?capacity=strategic_capital%3D0.1&lock=surgical_hub%3Din"


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "height"), [thorough(1366, 768), (390, 844)])
def test_ways_out_are_listed_for_everyone_and_tried_from_the_keyboard(
    page: Page, example: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(example + INFEASIBLE)
    ways = page.locator("ol.ways")
    expect(ways.locator("li").first).to_be_visible(timeout=60_000)
    assert found_by_axe(page) == []
    assert_fits(page, width)
    if width < 900:
        assert (ways.bounding_box() or {})["y"] < (page.locator(".st-key-settings").bounding_box() or {})["y"]
    button = page.get_by_role("button", name="Try way 1", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".proof")).to_contain_text("best", timeout=90_000)
    expect(ways).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(ways).to_be_visible(timeout=60_000)
