"""The page without a mouse: dialogs hold the focus and give it back, and the focus is never lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.steps import open_list, open_proved

pytestmark = pytest.mark.browser
HELPED = ".st-key-pages a[aria-current=page]"  # there once the script that minds the focus is
_HAS_FOCUS = "name => !!document.activeElement.closest(name)"


def _focus(page: Page) -> str:
    found: str = page.evaluate("() => document.activeElement.innerText || document.activeElement.tagName")
    return found


def test_option_is_saved_opened_and_deleted_by_keys_alone(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    name = page.get_by_label("Name of the option")
    expect(name).to_be_focused()
    page.keyboard.type("Our choice")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_test_id("stToast")).to_contain_text("Saved as Our choice")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Our choice")
    dialog.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    expect(dialog).not_to_contain_text("Our choice")
    page.wait_for_function(_HAS_FOCUS, arg="[role=dialog]")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_focused()


@pytest.mark.thorough
def test_focus_from_before_the_page_could_mind_it_is_given_back(page_of_its_own: Page, quickstart: str) -> None:
    """A slow machine shows the page before the script that minds the focus is there, and draws late after that."""
    page = page_of_its_own
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"keyboard\.js"), hold)
    open_proved(page, quickstart)
    page.get_by_role("button", name="Save", exact=True).focus()
    expect(page.locator(HELPED)).to_have_count(0)
    held[0].continue_()
    expect(page.locator(HELPED)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of the option")).to_be_focused()
    page.keyboard.type("From before")
    page.evaluate("() => { window.requestAnimationFrame = draw => setTimeout(draw, 1500); }")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_focused()


@pytest.mark.thorough
def test_focus_is_given_again_where_the_page_did_not_take_it_yet(page_of_its_own: Page, quickstart: str) -> None:
    """Beneath a dialog that is closing, slowly on a busy machine, nothing takes the focus."""
    page = page_of_its_own
    open_proved(page, quickstart)
    expect(page.locator(HELPED)).to_have_count(1)
    page.evaluate("""() => {
      const mine = document.createElement("button");
      document.querySelector(".stMain").append(mine);
      mine.focus();
      document.getElementById("root").inert = true;
      mine.remove();
      setTimeout(() => { document.getElementById("root").inert = false; }, 1000);
    }""")
    page.wait_for_function("() => !document.getElementById('root').inert && document.activeElement.tagName === 'H1'")


@pytest.mark.thorough
def test_typing_in_a_dialog_is_not_cut_short_by_an_answer(page: Page, example: str) -> None:
    """Without the rule that nothing is drawn anew under a dialog, the proof takes the focus after a few letters."""
    open_proved(page, example + "?weights=40,30,30")
    page.locator(".st-key-weight_national input").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".st-key-waiting")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    name = page.get_by_label("Name of the option")
    name.press_sequentially("What the board asked for, in full", delay=150)
    expect(name).to_have_value("What the board asked for, in full")
    page.keyboard.press("Escape")
    expect(page.locator(".proof")).to_contain_text("Proved best", timeout=60_000)


@pytest.mark.thorough
def test_share_is_a_dialog_that_the_tab_key_stays_in(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    page.get_by_role("button", name="Share", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("It brings back")
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate(_HAS_FOCUS, "[role=dialog]"), _focus(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_focused()


@pytest.mark.thorough
def test_focus_stays_near_a_button_that_is_used_up(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    row = page.locator(".st-key-lock_row_balance")
    open_list(page, "lock_row_balance")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    button = row.get_by_role("button", name="Always in")
    expect(button).to_be_enabled()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_be_disabled()
    page.wait_for_function(_HAS_FOCUS, arg=".st-key-lock_row_balance")


@pytest.mark.thorough
def test_link_of_the_open_page_says_so(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    open_page = page.locator(".st-key-pages a[aria-current=page]")
    expect(open_page).to_have_text(["Balance"])
    page.locator(".st-key-pages").get_by_role("link", name="Capacity").click()
    expect(open_page).to_have_text(["Capacity"])


@pytest.mark.thorough
def test_table_that_does_not_scroll_is_no_stop(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    for _ in range(5):  # a table that is drawn anew after the press is looked at with the next one
        page.keyboard.press("Tab")
        found = page.locator(".scroller").first.evaluate(
            "node => [node.scrollWidth <= node.clientWidth, node.tabIndex]"
        )
        if found == [True, -1]:
            break
    assert found == [True, -1]
    page.locator(".scroller").first.evaluate("node => { node.style.width = '80px'; }")
    page.keyboard.press("Tab")
    assert page.locator(".scroller").first.evaluate("node => node.tabIndex") == 0
