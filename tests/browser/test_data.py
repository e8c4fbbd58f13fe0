"""The Data page in a real browser: cells that are typed, files that are brought and taken away; nothing is lost."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from prioritiser.files.scenario_files import inspect_bytes, read_scenario, scenario_bytes
from tests.browser.steps import wait_drawn, wait_still
from tests.page_scenarios import write_nasty

pytestmark = pytest.mark.browser
NAME = 350  # pixels from the left of the table to the middle of the column `name`


@pytest.fixture(scope="module")
def address(quickstart: str) -> str:
    return quickstart + "data"


@pytest.fixture(autouse=True)
def _size(page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 900})


def open_data(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator(".st-key-data_editor canvas").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Template zip")).to_be_visible()
    wait_still(page)
    return page


def type_name(page: Page, row: int, text: str) -> None:
    """Type into the name of a row, without leaving the cell."""
    cell = page.locator(".st-key-data_editor canvas [role=gridcell][aria-selected=true]").first
    for _ in range(5):  # a table that is just being drawn does not take the press
        box = page.locator(".st-key-data_editor canvas").first.bounding_box()
        assert box
        page.mouse.click(box["x"] + NAME, box["y"] + 35 * row + 17)
        with contextlib.suppress(TimeoutError):
            cell.wait_for(state="attached", timeout=3000)
            break
    page.keyboard.type("x")
    field = page.locator("textarea.gdg-input")
    expect(field).to_be_visible()
    field.fill(text)


def leave_cell(page: Page) -> None:
    page.keyboard.press("Enter")


@pytest.mark.thorough
def test_cell_is_checked_at_once_and_used_and_kept_by_the_link(page: Page, address: str) -> None:
    open_data(page, address)
    type_name(page, 2, "Doors open at eight")
    leave_cell(page)
    expect(page.get_by_role("heading", name="Your edits are ready to use")).to_be_visible()
    page.locator("summary", has_text="What your edits change").click()
    expect(page.get_by_role("table", name="Each change")).to_contain_text("Doors open at eight")
    # typed and not left: the press of the button takes it along
    type_name(page, 3, "Second cell")
    page.get_by_role("button", name="Use these tables").click()
    expect(page.locator(".head .edited")).to_contain_text(re.compile(r"edited here \d\d:\d\d"))
    page.reload()
    open_data(page, page.url)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download as a zip of tables").click()
    found = inspect_bytes("a.zip", Path(taken.value.path()).read_bytes()).scenario
    assert found is not None
    assert {"Doors open at eight", "Second cell"} <= {goal.name for goal in found.goals}


@pytest.mark.thorough
def test_edit_is_kept_when_table_and_page_are_left_before_the_cell(page: Page, address: str) -> None:
    open_data(page, address)
    type_name(page, 1, "Left for a table")
    page.get_by_role("radio", name="Effects").click()
    expect(page.get_by_text("Goals: 1 changed.")).to_be_visible()
    page.get_by_role("radio", name="Goals").click()
    expect(page.get_by_text(re.compile("^4 goals"))).to_be_visible()
    wait_still(page)
    type_name(page, 4, "Left for a page")
    page.get_by_role("link", name="Balance").click()
    expect(page.locator(".answer")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_text("Goals: 2 changed.")).to_be_visible()
    page.get_by_role("button", name="Drop my edits").click()
    expect(page.get_by_role("button", name="No, keep them")).to_be_visible()
    wait_drawn(page)  # the question pushes the buttons along while it is drawn
    page.get_by_role("button", name="Yes, drop them").click()
    expect(page.get_by_role("heading", name="No edits yet")).to_be_visible()


@pytest.mark.thorough
def test_files_are_brought_and_taken_away_and_a_broken_one_changes_nothing(
    page: Page, address: str, tmp_path: Path
) -> None:
    open_data(page, address)
    uploader = page.locator("input[type=file]")
    uploader.set_input_files([{"name": "<img src=x>.xlsx", "mimeType": "", "buffer": b"nonsense"}])
    expect(page.get_by_role("alert")).to_contain_text("<img src=x>.xlsx cannot be opened yet: 1 problem")
    expect(page.locator(".head .scenario")).to_have_text("Quickstart (illustrative)")
    page.get_by_role("button", name="Put the file away").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    nasty = read_scenario(write_nasty(tmp_path / "nasty"))
    uploader.set_input_files([{"name": "n.xlsx", "mimeType": "", "buffer": scenario_bytes(nasty, "n.xlsx")}])
    page.get_by_role("button", name="Open it").click()
    expect(page.locator(".head .edited")).to_be_visible()
    expect(page.get_by_role("button", name="Put the file away")).to_have_count(0)
    for ending, label in (("xlsx", "Download as a workbook"), ("zip", "Download as a zip of tables")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=label).click()
        assert taken.value.suggested_filename.endswith(ending)
        found = inspect_bytes(f"a.{ending}", Path(taken.value.path()).read_bytes()).scenario
        assert found is not None and found.hash == nasty.hash
    assert page.evaluate("window.owned") is None
    assert page.locator(".stMain img").count() == 0
