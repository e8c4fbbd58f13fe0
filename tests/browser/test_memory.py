"""What is remembered, in a real browser: reload, a restarted server, back and forward, and links that open it all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.servers import Nursery, served
from tests.browser.steps import QUICKSTART, open_proved, set_weight, wait_drawn, wait_proved

pytestmark = pytest.mark.browser


def expect_weight(page: Page, share: int) -> None:
    expect(page.locator(".st-key-weight_national input")).to_have_value(str(share), timeout=30_000)


def move_to(page: Page, share: int) -> None:
    set_weight(page, "national", share)
    expect_weight(page, share)
    expect(page).to_have_url(re.compile(f"weights={share}"))
    wait_proved(page)


@pytest.mark.thorough
def test_view_outlives_reload_restart_and_new_tab(
    context: BrowserContext, free_port: int, nursery: Nursery | None
) -> None:
    page = context.new_page()
    with served(QUICKSTART, free_port, nursery=nursery) as address:
        open_proved(page, address)
        expect(page.get_by_text("Guide 1 of 5")).to_be_visible()
        expect_weight(page, 40)
        move_to(page, 45)
        cookie = next(cookie for cookie in context.cookies() if cookie["name"] == "prioritiser_visitor")
        assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and len(cookie["value"]) == 32
        page.reload()
        wait_proved(page)
        expect_weight(page, 45)
        page.get_by_role("button", name="Undo").click()
        expect_weight(page, 40)
        page.get_by_role("button", name="Redo").click()
        expect_weight(page, 45)
        wait_proved(page)
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_label("Name of the option").fill("Before the restart")
        page.get_by_role("button", name="Save this option").click()
        expect(page.get_by_test_id("stToast")).to_contain_text("Saved as Before the restart")
    with served(QUICKSTART, free_port, nursery=nursery) as address:
        new = context.new_page()
        open_proved(new, address)
        expect_weight(new, 45)
        expect(new.get_by_text(re.compile("Back where you left it"))).to_be_visible()
        expect(new.get_by_text("Guide 1 of 5")).to_have_count(0)
        wait_drawn(new)
        new.get_by_role("button", name="Save", exact=True).click()
        expect(new.get_by_role("dialog").get_by_text("Before the restart")).to_be_visible()
        new.keyboard.press("Escape")
        new.get_by_role("link", name="Compare").click()
        expect(new).to_have_url(re.compile("/compare"))
        expect(new.get_by_text("Where do the options differ?")).to_be_visible()
        third = context.new_page()
        third.goto(address)
        expect(third).to_have_url(re.compile("/compare.*weights=45"), timeout=30_000)
        third.close()
        new.get_by_role("link", name="Balance").click()
        wait_proved(new)
        new.get_by_role("button", name="Undo").click()
        expect_weight(new, 40)


@pytest.mark.thorough
def test_back_and_forward_and_the_shared_link_reopen_a_view(
    context: BrowserContext, browser: Browser, free_port: int, nursery: Nursery | None
) -> None:
    with served(QUICKSTART, free_port, nursery=nursery) as address:
        page = context.new_page()
        open_proved(page, f"{address}?weights=60,20,20")
        page.goto(f"{address}?weights=20,40,40&lock=handover%3Dout")
        wait_proved(page)
        expect_weight(page, 20)
        page.go_back()
        wait_proved(page)
        expect_weight(page, 60)
        page.go_forward()
        wait_proved(page)
        expect_weight(page, 20)
        page.get_by_role("button", name="Share", exact=True).click()
        link = page.get_by_role("textbox", name="Link to this view")
        expect(link).to_have_attribute("readonly", "readonly")
        text = link.input_value()
        assert re.match(rf"{re.escape(address)}\?scenario=[0-9a-f]{{16}}&", text)
        somebody = browser.new_context()
        theirs = somebody.new_page()
        open_proved(theirs, text)
        expect_weight(theirs, 20)
        expect(theirs).to_have_url(re.compile("lock=handover"))
        somebody.close()
