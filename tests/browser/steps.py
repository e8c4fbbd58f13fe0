"""What tests do on a page and wait for: always a state of the page, never a time."""

from __future__ import annotations

import re
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page, expect

from tests.browser.servers import ROOT
from tests.depth import THOROUGH

QUICKSTART = ROOT / "scenarios" / "quickstart"
CHART = ".stVegaLiteChart svg"
PATIENCE_MS = 30_000  # for a state that comes; a machine may be busy
PROVED = re.compile("Proved best for these weights")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Streamlit's own markup, which is all that is excused: rule, part of the selector that a finding must have, and why.
ALLOWED = (
    ("aria-allowed-attr", "[data-testid=", "Streamlit gives aria-expanded or aria-selected to its own plain boxes"),
    ("scrollable-region-focusable", ".stMain", "Streamlit's scrolling main part; the browser scrolls it from the keys"),
    ("presentation-role-conflict", "['section']", "Streamlit's box to drop a file on; no section on a page is ours"),
    ("scrollable-region-focusable", "section[tabindex", "the same part, when it is named by its tag"),
)
_FOLLOWED = """
width => innerWidth === width && [...document.querySelectorAll('.stVegaLiteChart')].every(chart => {
  const drawn = chart.querySelector('svg');
  return drawn && Math.abs(drawn.clientWidth - chart.clientWidth) < 1;
})
"""
# What stands where, as one text; asked on two frames in a row it is equal once nothing moves.
_STANDS = """
() => new Promise(done => requestAnimationFrame(() => {
  const main = document.querySelector('.stMain') || document.body;
  const now = [main.scrollHeight, main.scrollTop, ...[...main.querySelectorAll('input, summary, h2, svg, canvas')]
    .map(part => Math.round(part.getBoundingClientRect().top))].join();
  const before = window.stoodAt;
  window.stoodAt = now;
  done(now === before);
}))
"""
# Texts of the charts that lie over one another, or beyond the edge of their chart.
OVERPRINTS = """
() => [...document.querySelectorAll('.stVegaLiteChart svg')].flatMap(chart => {
  const edge = chart.getBoundingClientRect();
  const texts = [...chart.querySelectorAll('text')]
    .filter(text => text.textContent.trim() && getComputedStyle(text).opacity !== '0')
    .map(text => [text.textContent, text.getBoundingClientRect()]);
  const outside = texts.filter(([, box]) => box.left < edge.left - 4 || box.right > edge.right + 4);
  const over = texts.flatMap(([one, a], place) => texts.slice(place + 1).filter(([, b]) =>
      a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3
    ).map(([other]) => one + ' / ' + other));
  return [...over, ...outside.map(([text]) => text + ' / the edge')];
})
"""


def open_proved(page: Page, address: str) -> Page:
    """Open an address and wait until the answer is proved and nothing more is on its way."""
    page.goto(address)
    return wait_proved(page)


def wait_proved(page: Page) -> Page:
    expect(page.locator(".proof")).to_contain_text(PROVED, timeout=60_000)
    expect(page.locator(".st-key-waiting")).to_have_count(0, timeout=60_000)
    # the top of the page is drawn before its tables: read those only when the whole of it is
    wait_drawn(page)
    expect(page.locator(CHART).first).to_be_visible(timeout=30_000)
    return page


def wait_drawn(page: Page) -> None:
    """Wait until the server has drawn the whole page."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)


def wait_done(page: Page, *, charts: bool = False) -> Page:
    """Wait until all that the page works out by itself is there; charts: and its answer and its charts."""
    expect(page.locator(".stHtml h2").first).to_be_visible(timeout=60_000)
    if charts:
        expect(page.locator(".proof")).to_contain_text(PROVED, timeout=60_000)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0, timeout=90_000)
    wait_drawn(page)
    if charts:
        expect(page.locator(CHART).first).to_be_visible(timeout=30_000)
    return page


def wait_still(page: Page) -> None:
    """Wait until nothing on the page moves."""
    page.wait_for_function(_STANDS)


def resize(page: Page, width: int, height: int) -> None:
    """Give the page another size; its charts follow a moment later."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(_FOLLOWED, arg=width)
    wait_still(page)


def unfold(page: Page) -> None:
    """Open all that is folded among the settings."""
    for box in page.locator(".st-key-settings summary").all():
        box.click()


def unfold_texts(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('.stHtml details').forEach(box => { box.open = true; })")


def set_weight(page: Page, tier: str, share: int) -> None:
    number = page.locator(f".st-key-weight_{tier} input")
    number.fill(str(share))
    number.press("Enter")


def expect_weight(page: Page, tier: str, share: int, timeout: float = 30_000) -> None:
    expect(page.locator(f".st-key-weight_{tier} input")).to_have_value(str(share), timeout=timeout)


def open_list(page: Page, name: str) -> None:
    """Open a list from the keyboard; a list closes when the page still scrolls or folds, so wait until it lies still."""
    box = page.locator(f".st-key-{name} input")
    box.scroll_into_view_if_needed()
    wait_still(page)
    box.focus()
    page.keyboard.press("ArrowDown")


def found_by_axe(page: Page, options: str = "", context: str = "document") -> list[str]:
    """Return what axe finds that is ours, a line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate(f"() => axe.run({context}, {{resultTypes: ['violations'] {options}}})")["violations"]
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
        if not any(rule["id"] == name and part in str(node["target"]) for name, part, _reason in ALLOWED)
    ]


def assert_fits(page: Page, width: int) -> None:
    """Nothing lies beyond the right edge of the page."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def assert_fits_everyone(page: Page) -> None:
    """The page fits a laptop and a telephone, and axe finds nothing of ours; a plain run asks it on the telephone."""
    for width in (1366, 390):
        resize(page, width, 844)
        assert_fits(page, width)
        if THOROUGH or width == 390:
            assert found_by_axe(page) == []
