"""A room as people live it: a facilitator and three phones, two rounds, a portfolio in force and a paper; a server dies."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.browser.rooms import HAS_PROC, Served, check, is_sent, number, send
from tests.browser.steps import assert_fits, found_by_axe, open_list, wait_done
from tests.browser.test_workshop import look_at, press

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
WORK_MS = 120_000
WIDTHS = (320, 390, 390)
OTHERS = 8
FIRST, SECOND = ("0", "0", "100"), ("40", "40", "20")  # national, local, long term, of the three phones


@pytest.mark.skipif(not HAS_PROC, reason="what a process has started is read from /proc")
def test_room_goes_from_a_code_to_a_board_paper_and_a_dying_server_loses_nothing(
    page: Page, served_room: Served, phone: Callable[..., Page]
) -> None:
    page.goto(served_room.url + "/workshop")
    code = open_room(page)
    phones = [come_in(phone(width), served_room, code, width) for width in WIDTHS]
    others = [served_room.store.join(code, role="Council")[1] for _ in range(OTHERS)]
    look_at(page, "Answers so far")
    for one in phones[:2]:
        give_points(one, FIRST)
        is_sent(one)
    served_room.kill()
    give_points(phones[2], FIRST)
    is_sent(phones[2], WORK_MS)
    for token in others:
        served_room.store.answer(token, 0, {"tiers": {"national": 100}}, "")
    expect(page.locator(".room-count strong")).to_have_text("11", timeout=WORK_MS)
    end_round(page)
    for one in phones:
        expect(one.locator("header .closed")).to_contain_text("This workshop is closed; your answer of")
    press(page, "Begin round 2")
    for one, width in zip(phones, WIDTHS, strict=True):
        expect(one.get_by_text("Your answer of the first round is filled in.")).to_be_visible()
        expect(number(one, "Long term")).to_have_value("100")
        check(one, width)
        give_points(one, SECOND, "Beds <b>first</b>")
        is_sent(one)
    for token in others:  # where fewer than five answers are new, nothing is shown: it would be theirs
        served_room.store.answer(token, 0, {"tiers": {"national": 80, "local": 20}}, "")
    end_round(page)
    # of 55 pairs the 28 + 3 within the two groups are alike; the others share nothing, and then 60 %
    expect(page.get_by_text("Agreement moved from 56\u00a0% before discussion to 83\u00a0% after it")).to_be_visible()
    put_in_force(page)
    release_a_comment(page)
    assert_in_paper(page, f"The whole way, {code.replace(' ', '')}")


def open_room(page: Page) -> str:
    page.get_by_label("Title of the workshop").fill("The whole way")
    for name in ("Which moves", "Share 100 points", "What must be done"):
        box = page.get_by_role("checkbox", name=name)
        box.focus()
        page.keyboard.press("Space")
    press(page, "Open the room")
    press(page, "I have kept the key")
    return page.locator(".room-code").inner_text()


def come_in(phone: Page, served_room: Served, code: str, width: int) -> Page:
    phone.goto(f"{served_room.url}/room")
    phone.get_by_label("Code").fill(code.lower())
    phone.get_by_role("button", name="Go in").click()
    phone.get_by_label("Your role").select_option("Trust")
    check(phone, width)
    phone.get_by_role("button", name="Join").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Share 100 points")
    check(phone, width)
    return phone


def give_points(phone: Page, points: tuple[str, ...], comment: str = "") -> None:
    for tier, share in zip(("National", "Local", "Long term"), points, strict=True):
        number(phone, tier).fill(share)
    if comment:
        phone.get_by_label("A comment, if you like").fill(comment)
    send(phone)


def end_round(page: Page) -> None:
    press(page, "Close the answers")
    expect(page.get_by_text("Closed at")).to_be_visible()
    look_at(page, "What the room says")
    wait_done(page)
    assert_sound(page)


def assert_sound(page: Page) -> None:
    assert found_by_axe(page) == []
    assert_fits(page, 1366)


def put_in_force(page: Page) -> None:
    look_at(page, "What it means")
    expect(page.locator(".fair-card")).to_have_count(4, timeout=WORK_MS)
    wait_done(page)
    put = page.locator("[class*=st-key-put_]").get_by_role("button")
    before = put.count()
    put.first.click()
    expect(put).not_to_have_count(before, timeout=WORK_MS)
    wait_done(page)


def release_a_comment(page: Page) -> None:
    look_at(page, "Comments")
    tick = page.get_by_role("checkbox", name="For the paper").first
    tick.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text(", 1 for the paper")).to_be_visible()


def assert_in_paper(page: Page, room: str) -> None:
    page.get_by_role("link", name="Board pack").click()
    wait_done(page)
    open_list(page, "pack_workshop")
    page.get_by_role("option", name=room).click()
    expect(page.locator(".st-key-pack_workshop input")).to_have_value(room)
    expect(page.get_by_text("working out what the workshop means")).to_have_count(0, timeout=WORK_MS)
    wait_done(page)
    assert_sound(page)
    with page.expect_download() as started:
        page.get_by_role("button", name="Word paper").click()
    paper = Document(io.BytesIO(Path(started.value.path()).read_bytes()))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "The workshop: The whole way." in text and "“Beds <b>first</b>”" in text
    assert "from 56\u00a0% before discussion to 83\u00a0% after it" in text
