"""The paper as HTML in a browser, light and dark, on a laptop and on a telephone: axe finds nothing, nothing sticks out."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from prioritiser.exports.html.paper import paper_html
from tests.browser.steps import found_by_axe
from tests.browser.test_accessibility import SIZES, Scheme
from tests.depth import thorough
from tests.sample_reports import hostile_report, small_report

pytestmark = pytest.mark.browser
REPORTS = {"small": small_report(), "hostile": hostile_report()}
TOO_WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"


OFTEN = {("small", SIZES[0], "light"), ("hostile", SIZES[1], "dark")}
CASES = [case if case in OFTEN else thorough(*case) for case in product(REPORTS, SIZES, ("light", "dark"))]


@pytest.mark.parametrize(("report", "size", "scheme"), CASES)
def test_paper_is_accessible_and_asks_for_nothing_when_opened(
    browser: Browser, tmp_path: Path, report: str, size: tuple[int, int], scheme: Scheme
) -> None:
    file = tmp_path / "paper.html"
    file.write_bytes(paper_html(REPORTS[report]))
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    try:
        page.goto(file.as_uri())
        page.evaluate("() => document.querySelectorAll('details').forEach(box => { box.open = true; })")
        assert (asked, said) == ([file.as_uri()], [])
        assert page.evaluate(TOO_WIDE) <= 0
        assert found_by_axe(page) == []
    finally:
        page.close()
