"""The Why and Capacity pages in a real browser: overrule an initiative, try more of a capacity, read both anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import CHART, OVERPRINTS, found_by_axe, resize, unfold_texts, wait_done
from tests.page_scenarios import write_nasty

pytestmark = pytest.mark.browser


def look_over(page: Page) -> None:
    """Nothing scrolls sideways or overprints at any width, and axe finds nothing of ours."""
    for width in (1366, 390, 320):
        resize(page, width, 800)
        wide = page.evaluate("() => document.querySelector('.stMain').scrollWidth - innerWidth")
        assert wide <= 0, f"the page scrolls sideways at {width}"
        found = page.evaluate(OVERPRINTS)
        assert not found, f"at {width} px: {found}"
    unfold_texts(page)
    assert found_by_axe(page) == []


@pytest.mark.thorough
def test_initiative_is_overruled_at_the_price_that_was_shown(page: Page, quickstart: str) -> None:
    page.goto(quickstart + "why")
    wait_done(page, charts=True)
    page.get_by_role("combobox", name=re.compile("Initiative")).click()
    page.get_by_role("option", name="Fuller theatre lists").click()
    finding = page.locator(".st-key-why_opposite h2")
    expect(finding).to_contain_text("Out: putting it in costs 5 points of the weighted score", timeout=60_000)
    expect(page.get_by_text("Always in costs 5 points of the score.")).to_be_visible()
    page.get_by_role("button", name="Always in").click()
    expect(page).to_have_url(re.compile("lock=theatre_lists"))
    expect(page.get_by_text("In force: Always in costs 5 points of the score.")).to_be_visible(timeout=60_000)
    wait_done(page, charts=True)
    expect(page.locator(".answer")).to_contain_text("Start 4 of 8 initiatives.")
    page.get_by_role("button", name="Undo").click()
    expect(finding).to_contain_text(re.compile("^Out: putting it in costs 5 points"), timeout=60_000)
    wait_done(page, charts=True)
    look_over(page)


@pytest.mark.thorough
def test_five_per_cent_more_is_tried(page: Page, quickstart: str) -> None:
    page.goto(quickstart + "capacity?capacity=money@2028/29%3D0.96")
    wait_done(page, charts=True)
    expect(page.locator(CHART)).to_have_count(3)
    look_over(page)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.get_by_role("button", name="Try 5 % more").click()
    expect(page.locator(".answer")).to_contain_text("Start 5 of 8 initiatives.", timeout=60_000)
    expect(page).to_have_url(re.compile("1.008"))


@pytest.mark.thorough
def test_text_from_a_scenario_stays_text_in_lists_and_charts(
    page: Page, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    address = serve(write_nasty(tmp_path / "nasty"))
    for name in ("why", "capacity"):
        page.goto(address + name)
        wait_done(page, charts=True)
        if name == "why":
            page.get_by_role("combobox", name=re.compile("Initiative")).click()
            expect(page.get_by_role("option", name=re.compile("<img src=")).first).to_be_visible()
            page.keyboard.press("Escape")
        page.locator(f"{CHART} path").first.hover()
        assert page.evaluate("() => window.owned") is None
        assert page.locator(".stMain :is(img, script, iframe, .katex, .stMarkdownColoredText)").count() == 0
