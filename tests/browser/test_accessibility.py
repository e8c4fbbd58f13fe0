"""Every page, light and dark, on a laptop and on a telephone: axe finds nothing of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser
PAGES = ("", "trade-offs", "why", "capacity", "confidence", "compare", "board-pack", "data")
SIZES = ((1366, 768), (390, 844))
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
# Streamlit's own markup, which is all that is excused: rule, part of the selector that a finding must have, and why.
ALLOWED = (
    ("aria-allowed-attr", "[data-testid=", "Streamlit gives aria-expanded or aria-selected to its own plain boxes"),
    ("scrollable-region-focusable", ".stMain", "Streamlit's scrolling main part; the browser scrolls it from the keys"),
    ("presentation-role-conflict", "['section']", "Streamlit's box to drop a file on; no section on a page is ours"),
    ("scrollable-region-focusable", "section[tabindex", "the same part, when it is named by its tag"),
)
GROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
Scheme = Literal["light", "dark"]


def is_allowed(rule: str, target: str) -> bool:
    return any(rule == name and part in target for name, part, _reason in ALLOWED)


def settle(page: Page) -> None:
    """Wait until the page is worked out and stands still."""
    done = re.compile("notRunning")
    expect(page.locator(".stHtml h2").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0, timeout=90_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", done, timeout=30_000)
    page.evaluate("() => document.querySelectorAll('.stHtml details').forEach(box => { box.open = true; })")
    page.wait_for_timeout(500)


def found_by_axe(page: Page, options: str = "") -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate(f"() => axe.run(document, {{resultTypes: ['violations'] {options}}})")["violations"]
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
        if not is_allowed(rule["id"], str(node["target"]))
    ]


def turn(page: Page, scheme: Scheme) -> None:
    """Change what the reader's system asks for, while the page is open."""
    page.emulate_media(color_scheme=scheme)
    ground = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 27)"}[scheme]
    page.wait_for_function(f"ground => {GROUND} === ground", arg=ground)
    settle(page)


def test_axe_finds_nothing_of_ours_on_any_page_light_or_dark(browser: Browser, serve: Callable[[Path], str]) -> None:
    address = serve(ROOT / "scenarios" / "quickstart")
    page = browser.new_page(color_scheme="light")
    found: list[str] = []
    schemes: list[Scheme] = ["light", "dark"]
    # the second look at a page differs from the first in its colours only
    options = ("", ", runOnly: {type: 'rule', values: ['color-contrast']}")
    for path in PAGES:
        page.goto(address + path)
        settle(page)
        for number, scheme in enumerate(schemes):
            turn(page, scheme)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.wait_for_timeout(400)  # charts follow the width a moment later
                found += [
                    f"{path or 'balance'}, {scheme}, {width}: {finding}"
                    for finding in found_by_axe(page, options[number])
                ]
        schemes.reverse()
    page.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_charts_and_what_lies_over_the_page_agree(
    browser: Browser, serve: Callable[[Path], str], scheme: Scheme
) -> None:
    """Also with a theme that is not the system's, and when the system's changes: text and ground belong together."""
    other: Scheme = "light" if scheme == "dark" else "dark"
    page = browser.new_page(viewport={"width": 1366, "height": 768}, color_scheme=other)
    page.goto(serve(ROOT / "scenarios" / "quickstart") + f"?embed=true&embed_options={scheme}_theme")
    settle(page)
    assert colours(page) == EXPECTED[scheme]
    share(page)
    page.goto(page.url.split("?", maxsplit=1)[0])
    settle(page)
    assert colours(page) == EXPECTED[other]
    turn(page, scheme)
    assert colours(page) == EXPECTED[scheme]
    share(page)
    page.close()


def share(page: Page) -> None:
    """Open what is laid over the page, and look at it."""
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_timeout(500)
    found = found_by_axe(page)
    assert not found, "\n".join(found)


EXPECTED = {
    "light": ["rgb(255, 255, 255)", "rgb(33, 43, 50)", "rgb(33, 43, 50)"],
    "dark": ["rgb(20, 24, 27)", "rgb(238, 242, 244)", "rgb(238, 242, 244)"],
}


def colours(page: Page) -> list[str]:
    """Return Streamlit's ground, our ink and a chart's ink."""
    page.locator(".stVegaLiteChart svg text").first.wait_for()
    return page.evaluate(
        f"() => [{GROUND}, getComputedStyle(document.querySelector('.answer')).color,"
        " getComputedStyle(document.querySelector('.stVegaLiteChart svg text')).fill]"
    )
