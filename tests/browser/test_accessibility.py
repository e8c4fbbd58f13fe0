"""Every page, light and dark, on a laptop and on a telephone: axe finds nothing of ours."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import found_by_axe, resize, unfold_texts, wait_done, wait_still
from tests.depth import THOROUGH

pytestmark = pytest.mark.browser
PAGES = ("", "trade-offs", "why", "capacity", "confidence", "compare", "workshop", "board-pack", "data")
SIZES = ((1366, 768), (390, 844))
GROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
Scheme = Literal["light", "dark"]


def settle(page: Page) -> None:
    """Wait until the page is worked out and stands still, with all its texts open."""
    wait_done(page)
    unfold_texts(page)
    wait_still(page)


def turn(page: Page, scheme: Scheme) -> None:
    """Change what the reader's system asks for, while the page is open."""
    page.emulate_media(color_scheme=scheme)
    ground = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 27)"}[scheme]
    page.wait_for_function(f"ground => {GROUND} === ground", arg=ground)
    settle(page)


# How a page is looked at: the second look at it differs from the first in its colours only.
EVERY_RULE, COLOURS = "", ", runOnly: {type: 'rule', values: ['color-contrast']}"
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def looks_at(number: int) -> list[tuple[Scheme, tuple[int, int], str]]:
    """All looks at the page of this number; or the one, another from page to page, that a plain run takes."""
    first, second = SCHEMES if number % 2 == 0 else reversed(SCHEMES)
    if not THOROUGH:
        return [(first, SIZES[number // 2 % 2], EVERY_RULE)]
    return [(first, size, EVERY_RULE) for size in SIZES] + [(second, SIZES[number // 2 % 2], COLOURS)]


def test_axe_finds_nothing_of_ours_on_any_page_light_or_dark(page: Page, quickstart: str) -> None:
    page.emulate_media(color_scheme="light")
    found: list[str] = []
    for number, path in enumerate(PAGES):
        page.goto(quickstart + path)
        settle(page)
        for scheme, (width, height), options in looks_at(number):
            turn(page, scheme)
            resize(page, width, height)
            found += [f"{path or 'balance'}, {scheme}, {width}: {line}" for line in found_by_axe(page, options)]
    assert not found, "\n".join(found)


@pytest.mark.thorough
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_charts_and_what_lies_over_the_page_agree(page: Page, quickstart: str, scheme: Scheme) -> None:
    """Also with a theme that is not the system's, and when the system's changes: text and ground belong together."""
    other: Scheme = "light" if scheme == "dark" else "dark"
    page.emulate_media(color_scheme=other)
    page.goto(quickstart + f"?embed=true&embed_options={scheme}_theme")
    settle(page)
    expect_colours(page, scheme)
    share(page)
    page.goto(page.url.split("?", maxsplit=1)[0])
    settle(page)
    expect_colours(page, other)
    turn(page, scheme)
    expect_colours(page, scheme)
    share(page)


def share(page: Page) -> None:
    """Open what is laid over the page, and look at it."""
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    wait_still(page)
    found = found_by_axe(page)
    assert not found, "\n".join(found)


EXPECTED = {
    "light": ["rgb(255, 255, 255)", "rgb(33, 43, 50)", "rgb(33, 43, 50)"],
    "dark": ["rgb(20, 24, 27)", "rgb(238, 242, 244)", "rgb(238, 242, 244)"],
}


def expect_colours(page: Page, scheme: Scheme) -> None:
    """Streamlit's ground, our ink and a chart's ink are those of a scheme; a chart is drawn anew a moment later."""
    page.locator(".stVegaLiteChart svg text").first.wait_for()
    page.wait_for_function(
        f"wanted => JSON.stringify([{GROUND}, getComputedStyle(document.querySelector('.answer')).color,"
        " getComputedStyle(document.querySelector('.stVegaLiteChart svg text')).fill]) === JSON.stringify(wanted)",
        arg=EXPECTED[scheme],
    )
