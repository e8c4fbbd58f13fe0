"""The Workshop page in a real browser: from an open room to a portfolio in force, by keys alone, while answers come in."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from prioritiser.store.database import open_database
from prioritiser.store.location import MEMORY_VARIABLE, database_url
from prioritiser.workshop.store import WorkshopStore
from tests.browser.steps import CHART, assert_fits, found_by_axe, wait_done, wait_drawn, wait_still
from tests.depth import thorough

pytestmark = pytest.mark.browser
WORK_MS = 90_000
TIERS = ("national", "local", "long_term")
FIRST = [(100, 0, 0)] * 6 + [(0, 100, 0)] * 5
SECOND = [(60, 40, 0)] * 6 + [(40, 60, 0)] * 5


@pytest.fixture(scope="session")
def servers_memory() -> str:
    """Where the servers of this process keep what they keep; a test has a memory of its own."""
    return os.environ[MEMORY_VARIABLE]


@pytest.fixture
def store(quickstart: str, servers_memory: str) -> Iterator[WorkshopStore]:
    """The database of the app, as phones write to it."""
    del quickstart  # the app opens it first
    found = WorkshopStore(open_database(database_url(environment={MEMORY_VARIABLE: servers_memory})))
    yield found
    found.database.close()


def press(page: Page, name: str) -> None:
    """Press a button from the keyboard."""
    button = page.get_by_role("button", name=name, exact=True).first
    expect(button).to_be_enabled(timeout=WORK_MS)
    button.focus()
    page.keyboard.press("Enter")


def look_at(page: Page, view: str) -> None:
    """Choose what is on the screen from the keyboard."""
    choice = page.locator(".st-key-room_view").get_by_role("radio", name=view)
    choice.focus()
    page.keyboard.press("Space")
    expect(choice).to_be_checked()
    wait_drawn(page)


def assert_sound(page: Page, width: int) -> None:
    wait_still(page)
    assert found_by_axe(page) == []
    assert_fits(page, width)


def answer(store: WorkshopStore, tokens: list[str], weights: list[tuple[int, ...]]) -> None:
    for token, shares in zip(tokens, weights, strict=True):
        store.answer(token, 0, {"tiers": dict(zip(TIERS, shares, strict=True))}, "Nurses first" if shares[0] else "")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), thorough(390, 844)])
def test_room_goes_from_its_code_to_a_portfolio_in_force_by_keys_alone(
    page: Page, quickstart: str, store: WorkshopStore, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(quickstart + "workshop")
    open_room(page, width)
    code = page.locator(".room-code").inner_text()
    tokens = [store.join(code, role="Trust" if place < 6 else "Council")[1] for place in range(11)]
    expect(page.get_by_text("11 people have joined.")).to_be_visible()
    hold_rounds(page, width, store, tokens)
    try_portfolios(page, width)
    look_at(page, "Comments")
    tick = page.get_by_role("checkbox", name="For the paper").first
    tick.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text(", 1 for the paper")).to_be_visible()
    assert_fits(page, width)


def open_room(page: Page, width: int) -> None:
    page.get_by_label("Title of the workshop").focus()
    page.keyboard.type(f"What matters at {width}")
    for name in ("Which moves", "Share 100 points", "What must be done"):
        page.get_by_role("checkbox", name=name).focus()
        page.keyboard.press("Space")
    assert_fits(page, width)
    press(page, "Open the room")
    expect(page.locator(".room-key")).to_be_visible()
    press(page, "I have kept the key")
    expect(page.locator(".room-code")).to_be_visible()
    assert_sound(page, width)


def hold_rounds(page: Page, width: int, store: WorkshopStore, tokens: list[str]) -> None:
    look_at(page, "Answers so far")
    answer(store, tokens, FIRST)
    expect(page.locator(".room-count strong")).to_have_text("11")
    press(page, "Start the timer")
    expect(page.get_by_role("timer")).to_contain_text(":")
    press(page, "Take back the timer")
    expect(page.get_by_role("timer")).to_have_count(0)
    press(page, "Close the answers")
    expect(page.get_by_text("Closed at")).to_be_visible()
    look_at(page, "What the room says")
    expect(page.locator(CHART).first).to_be_visible(timeout=WORK_MS)
    wait_done(page)
    assert_sound(page, width)
    press(page, "Begin round 2")
    expect(page.get_by_text("Open, round 2")).to_be_visible()
    answer(store, tokens, SECOND)
    press(page, "Close the answers")
    # of 55 pairs, the 25 within the two groups are alike; of the others nothing is shared at first, then 80 %
    expect(page.get_by_text("Agreement moved from 45\u00a0% before discussion to 89\u00a0% after it")).to_be_visible()


def try_portfolios(page: Page, width: int) -> None:
    look_at(page, "What it means")
    expect(page.locator(".fair-card")).to_have_count(4, timeout=WORK_MS)
    wait_done(page)
    assert_sound(page, width)
    put = page.locator("[class*=st-key-put_]").get_by_role("button")
    number = put.count()
    assert number, "the plan in force is that of every portfolio for all, and nothing is tried"
    put.first.focus()
    page.keyboard.press("Enter")
    expect(put).not_to_have_count(number, timeout=WORK_MS)
    press(page, "Undo")
    expect(put).to_have_count(number, timeout=WORK_MS)
    press(page, "Lock what the room agreed")
    expect(page.get_by_text("It is locked now.")).to_be_visible(timeout=WORK_MS)
    press(page, "Undo")
    expect(page.get_by_text("It is locked now.")).to_have_count(0, timeout=WORK_MS)


@pytest.mark.thorough
def test_reset_is_asked_for_in_a_dialog_and_the_room_is_there_after_a_reload(
    page: Page, quickstart: str, store: WorkshopStore
) -> None:
    page.goto(quickstart + "workshop")
    page.get_by_label("Title of the workshop").fill("Reset me")
    press(page, "Open the room")
    press(page, "I have kept the key")
    expect(page.locator(".room-code")).to_be_visible()
    press(page, "Reset round 1")
    expect(page.get_by_role("dialog")).to_contain_text("The answers of round 1 will not count any more.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press(page, "Reset round 1")
    page.get_by_role("dialog").get_by_role("button", name="Reset round 1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take back the reset")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Reset me")).to_be_visible()
    expect(page.get_by_role("button", name="Take back the reset")).to_be_visible()


@pytest.mark.thorough
def test_code_fills_a_projector_and_is_read_from_the_back(page: Page, quickstart: str, store: WorkshopStore) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(quickstart + "workshop")
    page.get_by_label("Title of the workshop").fill("Projector")
    press(page, "Open the room")
    press(page, "I have kept the key")
    expect(page.locator(".room-code")).to_be_visible()
    size = page.locator(".room-code").evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert size >= 120
    assert_fits(page, 1920)
