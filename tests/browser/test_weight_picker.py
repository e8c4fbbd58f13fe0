"""The weight picker in a real browser: it answers while it is dragged, and the proved answer follows."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.servers import ROOT
from tests.browser.steps import found_by_axe, open_proved, wait_drawn
from tests.page_scenarios import write_nasty

pytestmark = pytest.mark.browser
ASSETS = ROOT / "prioritiser" / "ui" / "weight_picker" / "assets"
DOT, CARD = ".picker .dot", ".picker .card"
# Notes how long each handler of a frame takes, while asked to.
NOTE_FRAMES = """
() => {
  window.took = [];
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = act => ask(now => {
    const began = performance.now();
    act(now);
    if (window.measuring) window.took.push(performance.now() - began);
  });
}
"""


@pytest.fixture(autouse=True)
def _console(page: Page) -> Iterator[None]:
    """Fail the test on any error in the console too, such as a script that the policy refuses."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("console", note)
    yield
    page.remove_listener("console", note)
    assert not errors, errors


def open_with_map(page: Page, address: str, seconds: int = 60) -> Page:
    open_proved(page, address)
    expect(page.locator(".picker .region").first).to_be_attached(timeout=1000 * seconds)
    wait_drawn(page)
    return page


def middle(page: Page) -> tuple[float, float]:
    box = page.locator(DOT).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, across: float, down: float, steps: int = 30) -> None:
    """Take hold of the dot and move it, without letting go."""
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across, y + down, steps=steps)


def says(page: Page, text: str) -> None:
    expect(page.locator(DOT)).to_have_attribute("aria-valuetext", text)


def test_answer_moves_with_the_dot_and_the_proved_one_follows(page: Page, quickstart: str) -> None:
    open_with_map(page, quickstart)
    for name, share in (("national", "40"), ("local", "30"), ("long_term", "30")):
        expect(page.locator(f".st-key-weight_{name} input")).to_have_value(share)
    before = page.locator(".answer").inner_text()
    drag(page, 0, -110)
    expect(page.locator(f"{CARD} .enters")).to_contain_text("+ ")
    expect(page.locator(f"{CARD} .leaves")).to_contain_text("− ")
    expect(page.locator(f"{CARD} .met")).to_contain_text(re.compile(r"Targets met in 2028/29: \d of 4"))
    expect(page.locator(f"{CARD} .gap")).to_contain_text("best")
    assert page.locator(".answer").inner_text() == before
    assert "weights" not in page.url
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"weights=(9|100)"))
    expect(page.locator(".st-key-changed .because")).to_contain_text("weights")
    expect(page.locator(".proof")).to_contain_text("Proved best for these weights")
    assert page.locator(".answer").inner_text() != before
    expect(page.locator(CARD)).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    says(page, "National 40, local 30, long term 30")
    expect(page).not_to_have_url(re.compile("weights"))
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


@pytest.mark.thorough
def test_arrows_move_the_dot_and_undo_takes_a_burst_back(page: Page, quickstart: str) -> None:
    open_with_map(page, quickstart)
    page.locator(DOT).focus()
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    says(page, "National 42, local 20, long term 38")
    expect(page).to_have_url(re.compile("weights=42%2C20%2C38"))
    expect(page.locator(".picker .unseen")).to_contain_text("National 42, local 20, long term 38.")
    expect(page.locator(".st-key-weight_local input")).to_have_value("20")
    expect(page.locator(DOT)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("weights=41%2C21%2C38"))
    page.wait_for_timeout(1500)
    says(page, "National 41, local 21, long term 38")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_timeout(1500)
    if page.get_by_role("button", name="Undo").is_enabled():  # the last press may have been a move of its own
        page.get_by_role("button", name="Undo").click()
    says(page, "National 40, local 30, long term 30")


@pytest.mark.thorough
def test_numbers_and_presets_move_the_dot(page: Page, quickstart: str) -> None:
    open_with_map(page, quickstart)
    number = page.locator(".st-key-weight_local input")
    number.fill("60")
    number.press("Enter")
    says(page, "National 23, local 60, long term 17")
    page.get_by_role("combobox", name=re.compile("Preset")).click()
    page.get_by_role("option", name="National first").click()
    says(page, "National 70, local 20, long term 10")
    drag(page, 5, 5)
    page.keyboard.press("Escape")
    says(page, "National 70, local 20, long term 10")
    page.mouse.up()


@pytest.mark.thorough
def test_picker_fits_a_phone_and_is_usable_by_everyone(page: Page, quickstart: str) -> None:
    page.set_viewport_size({"width": 320, "height": 720})
    open_with_map(page, quickstart)
    page.locator(DOT).scroll_into_view_if_needed()
    page.locator(".picker summary").click()
    expect(page.locator(".picker .legend li").first).to_contain_text("The scenario's own settings, Less money")
    drag(page, -20, 20)
    expect(page.locator(CARD)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    box = page.locator(CARD).bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320
    found = found_by_axe(page, context="'.st-key-settings'")
    assert [finding for finding in found if "picker" in finding] == []
    page.mouse.up()
    assert page.locator(DOT).evaluate("dot => getComputedStyle(dot).touchAction") == "none"
    assert page.locator(".picker .field").evaluate("field => getComputedStyle(field).touchAction") == "auto"


@pytest.mark.thorough
def test_text_of_a_scenario_stays_text_in_the_picker(page: Page, serve: Callable[[Path], str], tmp_path: Path) -> None:
    open_with_map(page, serve(write_nasty(tmp_path / "nasty")))
    drag(page, 60, 0)
    page.mouse.up()
    expect(page).to_have_url(re.compile("weights="))
    page.locator(".picker summary").click()
    expect(page.locator(".picker .legend li").last).to_contain_text("<img src=")
    assert page.locator(".picker :is(img, script, iframe, a[href])").count() == 0
    assert page.evaluate("() => window.owned") is None


@pytest.mark.thorough
def test_each_frame_of_a_drag_is_answered_within_16_ms_on_the_example(
    page_of_its_own: Page, example_with_map: str
) -> None:
    page = page_of_its_own
    page.add_init_script(f"({NOTE_FRAMES})()")
    open_with_map(page, example_with_map, seconds=240)
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("() => { window.measuring = true; }")
    for step in range(60):
        page.mouse.move(x - 1.2 * step, y + 0.9 * step - 4 * (step % 7))
    page.evaluate("() => { window.measuring = false; }")
    took = sorted(page.evaluate("() => window.took"))
    page.mouse.up()
    assert len(took) > 10
    assert took[len(took) * 9 // 10] < 16, took


# The picker with two portfolios, without a server; `mount` draws it and gives back how the page leaves it.
MOUNT = """
async (source) => {
  const picker = (await import(source)).default;
  const plan = (v, i) => ({ v, s: v, m: v.map(() => 0), i, a: 0.5 });
  window.mount = (key) => picker({
    parentElement: document.body,
    data: {
      tiers: [{ id: "national", name: "National", mark: "a" }, { id: "local", name: "Local", mark: "b" }],
      shares: [50, 50],
      marks: [],
      move: null,
      shown: null,
      map: {
        key, whole: true, proved: 0, names: ["Beds", "Clinics"], year: "2028/29", targets: [0, 0], planes: [],
        portfolios: [plan([1, 0], [0]), plan([0, 0.9], [1])],
        regions: [{ p: 0, c: [[1, 0], [0.5, 0.5]], shade: 0 }, { p: 1, c: [[0.5, 0.5], [0, 1]], shade: 1 }],
      },
    },
    setStateValue: (name, move) => { window.told = [...(window.told || []), move.shares]; },
  });
}
"""


def test_picker_that_is_left_and_drawn_again_while_it_is_held_goes_on(page: Page) -> None:
    page.set_content(f"<style>.picker {{ width: 300px }}</style>{(ASSETS / 'picker.html').read_text()}")
    page.add_style_tag(path=ASSETS / "picker.css")
    script = base64.b64encode((ASSETS / "picker.js").read_bytes()).decode()
    page.evaluate(MOUNT, f"data:text/javascript;base64,{script}")
    page.evaluate("() => { window.leave = mount('first'); }")
    drag(page, 60, 0)
    expect(page.locator(f"{CARD} .enters")).to_have_text("+ Clinics")
    page.evaluate("() => { leave(); mount('second'); }")
    for across in (-200, 200, -200):
        page.mouse.move(middle(page)[0] + across, middle(page)[1], steps=10)
    says(page, "National 100, local 0")
    page.mouse.up()
    page.locator(DOT).press("ArrowRight")
    says(page, "National 99, local 1")
    page.wait_for_function("() => (window.told || []).length === 2")
    assert page.evaluate("() => window.told") == [[100, 0], [99, 1]]
