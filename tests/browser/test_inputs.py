"""The inputs in a real browser: no press is lost, a list takes one at a time, and names are read as they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import open_proved, unfold, wait_still
from tests.depth import THOROUGH
from tests.small import write_files

pytestmark = pytest.mark.browser
TIERS = ("national", "local", "long_term")
ACTING = ".stMain :is(img, script, iframe, a[href^=http], a[href^=javascript], a[href^=mailto], em, del, .katex, .stMarkdownColoredText, .stMarkdownBadge)"
# Every way in which Streamlit's Markdown acts; a backtick is shown as an apostrophe.
LABELS = [
    "**bold** and *slanted*, a*b*c, 2 * 3 * 4",
    "__bold__ _slanted_ ward_staff_x __init__",
    "~~gone~~ ~gone~",
    "`code` ``more`` ```fence",
    "[link](http://evil.example/x) [ref] [ref]: x",
    "[ref]: http://evil.example",
    "![picture](http://evil.example/pixel.png)",
    "<b>x</b> <http://evil.example> <img src=x>",
    "http://evil.example www.evil.example",
    "me@evil.example mailto:me@evil.example",
    "$x^2$ $$y$$ costs $5 and $6",
    ":red[z] :blue-badge[q] :material/face: :streamlit:",
    ":smile: :+1: a:b 3:4 ::x",
    "a -> b <- c <-> d -- e >= f <= g ~= h --- i",
    "&amp; &#42; R&D A & B",
    r"\* \[x\] \\ back\slash \$1$",
    "# heading",
    "#1 > - + 2. item",
    "> quote",
    "- item",
    "+ item",
    "1. item",
    "1) item",
    "---",
    "***",
    "Staff (WTE), acute: 9-5 & nights; 50/50 [all]!",
    "| a | b |",
]


def slider(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-{name} input[type=range]")


def number(page: Page, tier: str) -> Locator:
    return page.locator(f".st-key-weight_{tier} input")


def press(page: Page, key: str, times: int, gap: int) -> None:
    for _ in range(times):
        page.keyboard.press(key)
        if gap:
            page.wait_for_timeout(gap)


def expect_weights(page: Page, *shares: int) -> None:
    """The numbers and the dot say the same, and nothing later changes that."""
    national, local, long_term = shares
    for _ in range(2):
        for tier, share in zip(TIERS, shares, strict=True):
            expect(number(page, tier)).to_have_value(str(share))
        expect(page.locator(".picker .dot")).to_have_attribute(
            "aria-valuetext", f"National {national}, local {local}, long term {long_term}"
        )
        page.wait_for_timeout(1500)


# Presses in a row, and milliseconds between them; then all is taken back, and the next burst begins on the same page.
BURSTS = ((4, 20), (10, 60), (10, 0), (8, 150))


def test_every_press_on_a_weight_counts_and_undo_takes_all_back(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    for times, gap in BURSTS if THOROUGH else BURSTS[2:3]:
        number(page, "national").focus()
        press(page, "ArrowUp", times, gap)
        rest = 60 - times
        expect_weights(page, 40 + times, rest // 2, rest // 2)
        expect(page).to_have_url(re.compile(f"weights={40 + times}%2C{rest // 2}%2C{rest // 2}"))
        expect(number(page, "national")).to_be_focused()
        page.get_by_role("button", name="Undo").click()
        expect_weights(page, 40, 30, 30)
        expect(page.get_by_role("button", name="Undo")).to_be_disabled()
        expect(page).not_to_have_url(re.compile("weights"))


@pytest.mark.thorough
def test_presses_on_one_weight_after_the_other_all_count(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    number(page, "national").focus()
    press(page, "ArrowUp", 4, 20)
    expect(number(page, "local")).to_have_value("28")
    page.keyboard.press("Tab")
    press(page, "ArrowDown", 8, 20)
    expect_weights(page, 49, 20, 31)
    page.keyboard.press("Tab")
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    expect_weights(page, 0, 0, 100)


@pytest.mark.thorough
def test_every_press_on_balance_counts_and_undo_takes_all_back(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    slider(page, "balance").focus()
    press(page, "ArrowRight", 5, 20)
    expect(page).to_have_url(re.compile(r"balance=0\.25"))
    page.wait_for_timeout(1500)
    expect(slider(page, "balance")).to_have_value("0.25")
    expect_weights(page, 40, 30, 30)
    page.get_by_role("button", name="Undo").click()
    expect(slider(page, "balance")).to_have_value("0")
    expect(page).not_to_have_url(re.compile("balance"))


@pytest.mark.thorough
def test_every_press_on_a_capacity_counts_and_undo_takes_back_what_was_typed(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    unfold(page)
    number = page.locator(".st-key-capacity_money input")
    wait_still(page)
    number.focus()
    press(page, "ArrowDown", 9, 20)
    expect(number).to_be_focused()
    expect(page).to_have_url(re.compile(r"capacity=money%3D0\.55"))
    page.wait_for_timeout(1500)
    expect(number).to_have_value("55")
    number.fill("75")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_timeout(1500)
    expect(number).to_have_value("55")
    expect(page).to_have_url(re.compile(r"capacity=money%3D0\.55"))


@pytest.mark.thorough
def test_preset_after_a_burst_and_a_burst_after_a_preset(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    number(page, "local").focus()
    press(page, "ArrowUp", 6, 20)
    page.get_by_role("combobox", name=re.compile("Preset")).click()
    page.get_by_role("option", name="National first").click()
    number(page, "national").focus()
    expect(number(page, "national")).to_have_value("70")
    press(page, "ArrowDown", 10, 20)
    expect_weights(page, 60, 27, 13)


@pytest.mark.thorough
def test_typing_and_enter_takes_one_entry_of_a_list(page: Page, quickstart: str) -> None:
    open_proved(page, quickstart)
    unfold(page)
    for name, typed in (("locked_in", "t"), ("locked_out", "o"), ("without", "r")):
        take_by_typing(page, name, typed)


def take_by_typing(page: Page, name: str, typed: str) -> None:
    box = page.locator(f".st-key-{name}")
    field = box.locator("input")
    field.scroll_into_view_if_needed()
    page.mouse.move(0, 0)  # Enter takes the entry under the pointer, where one is
    wait_still(page)  # a list closes when the page still folds
    field.focus()
    page.keyboard.type(typed)
    expect(page.get_by_role("option", name=re.compile("^Select"))).to_have_count(0)
    first = page.get_by_role("option").first.inner_text()
    assert page.get_by_role("option").count() > (0 if name == "without" else 1)
    page.keyboard.press("Enter")
    expect(box.locator("[data-tag]")).to_have_text([first])
    page.keyboard.type("qqzz")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    expect(box.locator("[data-tag]")).to_have_text([first])


@pytest.mark.thorough
def test_names_of_capacities_are_read_as_they_are_and_never_act(
    page: Page, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    rows = ["resource_id,name,unit,2026/27,2027/28", "money,Money,£k,100,100"]
    rows += [f'r{number},"{label}",,9,9' for number, label in enumerate(LABELS)]
    open_proved(page, serve(write_files(tmp_path / "labels", {"resources.csv": "\n".join(rows) + "\n"})))
    unfold(page)
    for number, label in enumerate(LABELS):
        box = page.locator(f".st-key-capacity_r{number}")
        wanted = f"{label}, % of capacity".replace("`", "'")
        for said in (box.locator("label").inner_text(), str(box.locator("input").get_attribute("aria-label"))):
            assert said.replace("\ufeff", "") == wanted
    assert page.locator(ACTING).count() == 0
    assert (
        page.locator(".st-key-settings label :is(strong, code, b, ul, ol, li, h1, hr, table, blockquote)").count() == 0
    )


_SOCKETS = """
() => {
  const Plain = window.WebSocket;
  window.sockets = [];
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      if (window.isDown) setTimeout(() => this.close(), 0);
      window.sockets.push(this);
    }
    send(message) {
      if (!window.isDown) super.send(message);
    }
  };
}
"""


@pytest.mark.thorough
def test_what_went_into_a_connection_that_died_is_sent_again(page_of_its_own: Page, quickstart: str) -> None:
    page = page_of_its_own
    page.add_init_script(f"({_SOCKETS})()")
    open_proved(page, quickstart)
    wait_still(page)
    page.evaluate("() => { window.isDown = true; }")
    number(page, "national").focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(number(page, "national")).to_have_value("43")
    page.keyboard.press("Enter")
    page.evaluate("() => { window.sockets.forEach(one => one.close()); }")
    expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    page.evaluate("() => { window.isDown = false; }")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=60_000)
    expect(page).to_have_url(re.compile(r"weights=43"), timeout=30_000)
    expect(number(page, "national")).to_have_value("43")
