"""The Board pack page in a real browser: words are kept, the paper shows them, and files come down whole."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.browser.steps import wait_drawn

pytestmark = pytest.mark.browser
SETTLED = {"timeout": 120_000.0}


@pytest.mark.thorough
def test_words_outlive_a_reload_and_stand_in_the_file(page: Page, quickstart: str) -> None:
    page.goto(quickstart + "board-pack")
    title = page.get_by_label("Title", exact=True)
    expect(title).to_be_visible(timeout=60_000)
    title.fill("A plan <b>for</b> the place")
    title.press("Tab")
    expect(page.get_by_label("Paper number")).to_be_focused()
    page.keyboard.type("07")
    page.keyboard.press("Tab")
    pictures = page.locator(".st-key-pack_preview img")
    expect(pictures).to_have_count(2, **SETTLED)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0, **SETTLED)
    wait_drawn(page)
    page.reload()
    expect(page.get_by_label("Title", exact=True)).to_have_value("A plan <b>for</b> the place", **SETTLED)
    expect(page.get_by_label("Paper number")).to_have_value("07")
    expect(pictures).to_have_count(2, **SETTLED)
    with page.expect_download() as started:
        page.get_by_role("button", name="Word paper").click()
    content = Path(started.value.path()).read_bytes()
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)
    assert "A plan <b>for</b> the place" in text
    with page.expect_download() as started:
        page.get_by_role("button", name="Everything as a zip").click()
    with zipfile.ZipFile(Path(started.value.path())) as archive:
        assert archive.testzip() is None and "board-pack.pdf" in archive.namelist()


@pytest.mark.thorough
def test_template_that_is_none_is_refused_in_plain_words(page: Page, quickstart: str) -> None:
    page.goto(quickstart + "board-pack")
    page.get_by_text("Use your own Word template").click(timeout=60_000)
    expect(page.get_by_text("Your template", exact=True)).to_be_visible()
    broken = {"name": "house.docx", "mimeType": "application/octet-stream", "buffer": b"no document"}
    page.locator(".stFileUploader input[type=file]").set_input_files(files=[broken])  # type: ignore[list-item]
    expect(page.get_by_text("This template cannot be used; ours is.")).to_be_visible(timeout=30_000)
