"""Phones of participants in a real browser, against the command that people start: joined, answered, offline, killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from prioritiser import read_scenario
from prioritiser.cli.network import network_addresses
from prioritiser.workshop.answers import important_goals
from prioritiser.workshop.records import Kind, Question
from tests.browser.rooms import (
    HAS_PROC,
    POINTS,
    SUPPORT,
    Room,
    Served,
    check,
    is_sent,
    join,
    next_step,
    number,
    send,
)
from tests.places import ROOT

pytestmark = pytest.mark.browser


def come_in(page: Page, room: Room, width: int) -> None:
    page.goto(f"{room.served.url}/room")
    check(page, width)
    page.get_by_label("Code").fill("nonsense")
    page.get_by_role("button", name="Go in").click()
    alert = page.get_by_role("alert")
    expect(alert).to_have_text("No open workshop has this code. Look at it again, or ask the facilitator.")
    expect(alert).to_be_focused()
    check(page, width)
    page.get_by_label("Code").fill(room.code.lower())
    page.get_by_role("button", name="Go in").click()
    page.get_by_label("Your name").fill("Ann <b>Lee</b>")
    page.get_by_label("Your role").select_option("Council")
    check(page, width)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which moves matter most?")


def weigh_moves(page: Page, width: int) -> None:
    """Which move matters most gets 100, then what the others are worth beside it."""
    check(page, width)
    next_step(page)
    expect(page.locator(".step.now").get_by_role("alert")).to_have_text("Choose one of them.")
    page.get_by_role("radio", name="Long term").check()
    next_step(page)
    expect(page.get_by_role("heading", name="How much is each of the others worth beside it?")).to_be_focused()
    next_step(page)
    expect(page.locator(".step.now").get_by_role("alert")).to_have_text("Give each of them a number from 0 to 100.")
    expect(number(page, "National")).to_be_focused()
    number(page, "National").fill("60")
    page.get_by_role("button", name="5 less: Local").click()  # half as a start, and five less
    expect(number(page, "Local")).to_have_value("45")
    check(page, width)
    next_step(page)
    expect(page.get_by_role("heading", name="National: which of these moves matters most?")).to_be_focused()
    page.get_by_role("radio", name="A&E within 4 hours").check()
    check(page, width)
    next_step(page)
    number(page, "Cancer treatment within 62 days").fill("80")
    number(page, "Ambulance response").fill("70")
    page.go_back()  # as the phone's own button does: a step, and nothing is lost
    expect(page.get_by_role("radio", name="A&E within 4 hours")).to_be_checked()
    next_step(page)
    expect(number(page, "Ambulance response")).to_have_value("70")
    for _ in range(3):
        next_step(page)  # no view on the goals of the other tiers
    page.get_by_label("A comment, if you like").fill("Both <i>matter</i>")
    check(page, width)
    send(page)
    is_sent(page)
    check(page, width)


def share_points(page: Page, width: int) -> None:
    """A hundred points, once the facilitator asks for them."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Share 100 points")
    expect(page.locator(".total")).to_have_text("0 of 100 points given. 100 left to give.")
    for tier, points in (("National", "50"), ("Local", "30"), ("Long term", "30")):
        number(page, tier).fill(points)
    expect(page.locator(".total")).to_have_text("110 of 100 points given. 10 too many; they count in proportion.")
    for _ in range(2):
        page.get_by_role("button", name="5 less: Long term").click()
    expect(page.locator(".total")).to_have_text("100 of 100 points given.")
    check(page, width)
    send(page)
    is_sent(page)


def say_what_must_be_done(page: Page, width: int) -> None:
    """What must be done, and what it would use."""
    expect(page.get_by_role("heading", level=1)).to_have_text("What must be done?")
    expect(page.locator(".running")).to_contain_text("Must do: 0. Together up to £0m of £18m a year")
    page.get_by_role("group", name="Acute frailty at the front door").get_by_label("Must do").check()
    # 1,400 £k in its dearest year, as uses.csv has it
    expect(page.locator(".running")).to_have_text(
        "Must do: 1. Together up to £1.4m of £18m a year (Revenue for change)."
    )
    check(page, width)
    for _ in range(10):  # 76 initiatives, eight a screen
        next_step(page)
    send(page)
    is_sent(page)
    check(page, width)
    expect(page.get_by_text("No view on 75 initiatives.")).to_be_visible()


@pytest.mark.parametrize("width", [pytest.param(320, marks=pytest.mark.thorough), 390])
def test_phone_goes_from_the_code_through_every_question_to_what_was_sent(
    served_room: Served, phone: Callable[..., Page], width: int
) -> None:
    example = ROOT / "scenarios" / "example-ics"
    scenario = read_scenario(example)
    goals = important_goals(scenario, scenario.settings)
    room = served_room.open(Question(Kind.SWING, goals), POINTS, SUPPORT, scenario=example, names=True)
    page = phone(width)
    come_in(page, room, width)
    weigh_moves(page, width)
    room.move("next")
    share_points(page, width)
    room.move("next")
    say_what_must_be_done(page, width)
    chosen = {"cancer_62d_pct": 80, "cat2_mean_min": 70, "ae_4h_pct": 100}
    tiers = {"national": 60, "local": 45, "long_term": 100}
    assert room.said() == [
        (0, {"tiers": tiers, "goals": chosen}, "Both <i>matter</i>"),
        (1, {"tiers": {"national": 50, "local": 30, "long_term": 20}}, ""),
        (2, {"must": ["acute_frailty"], "without": []}, ""),
    ]
    expect(page.get_by_text("Both <i>matter</i>")).to_be_visible()


def test_answer_is_kept_while_there_is_no_connection_and_sent_when_it_is_back(
    served_room: Served, phone: Callable[..., Page]
) -> None:
    room = served_room.open(POINTS)
    page = join(phone(320), room)
    number(page, "National").fill("90")
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("status").last).to_have_text(
        "No connection. Your answer is kept in this phone, which sends it by itself."
    )
    check(page, 320)
    number(page, "National").fill("10")
    number(page, "Local").fill("90")
    send(page)  # the newest counts
    expect(page.locator("#said")).to_contain_text("No connection.")
    assert room.rows() == 0
    page.context.set_offline(False)
    is_sent(page)
    assert room.said() == [(0, {"tiers": {"national": 10, "local": 90, "long_term": 0}}, "")] and room.rows() == 1


@pytest.mark.thorough
def test_answer_that_was_kept_is_sent_when_the_page_is_opened_anew(
    served_room: Served, phone: Callable[..., Page]
) -> None:
    room = served_room.open(POINTS)
    page = join(phone(), room)
    number(page, "Local").fill("100")
    page.context.set_offline(True)
    send(page)
    expect(page.locator("#said")).to_contain_text("kept in this phone")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(room.url)
    is_sent(again)
    assert [answer["tiers"]["local"] for _, answer, _ in room.said()] == [100]


@pytest.mark.thorough
def test_what_was_not_sent_is_filled_in_when_the_page_is_opened_anew(
    served_room: Served, phone: Callable[..., Page]
) -> None:
    room = served_room.open(POINTS)
    page = join(phone(), room)
    number(page, "Local").fill("70")
    page.get_by_label("A comment, if you like").fill("Not yet")
    page.reload()
    expect(page.locator("#said")).to_have_text("What you had not sent yet is filled in.")
    expect(number(page, "Local")).to_have_value("70")
    expect(page.get_by_label("A comment, if you like")).to_have_value("Not yet")
    send(page)
    is_sent(page)
    assert page.evaluate("Object.keys(localStorage).filter(name => name.includes('draft'))") == []


@pytest.mark.thorough
def test_room_that_is_closed_while_somebody_writes_says_so_and_keeps_the_words(
    served_room: Served, phone: Callable[..., Page]
) -> None:
    room = served_room.open(POINTS)
    page = join(phone(320), room)
    number(page, "Local").fill("100")
    page.get_by_label("A comment, if you like").fill("Too late?")
    room.move("close")
    send(page)
    expect(page.get_by_role("alert")).to_have_text("This workshop is closed. You had not answered.")
    expect(page.get_by_label("A comment, if you like")).to_have_value("Too late?")
    check(page, 320)
    assert room.rows() == 0
    room.move("open")
    send(page)
    is_sent(page)
    assert [comment for _, _, comment in room.said()] == ["Too late?"]
    room.move("close")
    expect(page.locator("header .closed")).to_contain_text("This workshop is closed; your answer of")
    check(page, 320)


@pytest.mark.thorough
def test_long_comment_is_counted_and_refused_with_its_words_still_there(
    served_room: Served, phone: Callable[..., Page]
) -> None:
    room = served_room.open(POINTS)
    page = join(phone(), room)
    number(page, "Local").fill("100")
    page.get_by_label("A comment, if you like").fill("x" * 10_000)
    expect(page.get_by_text("10,000 of 1,000 characters. That is 9,000 too many.")).to_be_visible()
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("The comment has 10,000 characters; at most 1,000 are taken.")
    assert len(page.get_by_label("A comment, if you like").input_value()) == 10_000
    page.get_by_label("A comment, if you like").fill("Short")
    send(page)
    is_sent(page)


@pytest.mark.thorough
def test_second_round_comes_by_itself_with_the_first_answer_as_a_start(
    served_room: Served, phone: Callable[..., Page]
) -> None:
    room = served_room.open(POINTS)
    page = join(phone(320), room)
    number(page, "Local").fill("100")
    send(page)
    is_sent(page)
    room.move("timer", 5)
    expect(page.locator("#timer")).to_contain_text("left")
    room.move("round")
    expect(page.get_by_text("Your answer of the first round is filled in.")).to_be_visible()
    expect(number(page, "Local")).to_have_value("100")
    check(page, 320)
    number(page, "National").fill("50")
    room.move("all")
    send(page)
    expect(page.get_by_text("Sent at")).to_be_visible()
    store = room.served.store
    workshop = store.workshop(room.workshop_id)
    rounds = [[one.answer["tiers"]["national"] for one in store.entries(workshop, count)] for count in (1, 2)]
    assert rounds == [[0], [50]]


def test_ballot_is_cast_without_a_script(served_room: Served, phone: Callable[..., Page]) -> None:
    room = served_room.open(Question(Kind.SWING, ("ae", "rtt")), SUPPORT)
    room.move("all")
    page = join(phone(320, java_script_enabled=False), room)
    assert page.locator(".step").count() == 5  # all of it is seen
    for step in page.locator(".step").all():
        expect(step).to_be_visible()
    page.locator("input[name='most.tiers'][value='local']").check()
    page.locator("input[name='tier.national']").fill("30")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(
        "How much is Long term worth beside it? Give a number from 0 to 100."
    )
    expect(page.locator("input[name='tier.national']")).to_have_value("30")
    page.locator("input[name='tier.long_term']").fill("0")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What must be done?")
    page.get_by_role("group", name="Quicker ambulance handover").get_by_label("Must do").check()
    page.get_by_role("button", name="Send", exact=True).click()
    is_sent(page)
    assert [answer for _, answer, _ in room.said()] == [
        {"tiers": {"national": 30, "local": 100, "long_term": 0}, "goals": {}},
        {"must": ["handover"], "without": []},
    ]
    page.get_by_role("link", name="Look again").click()
    is_sent(page)


def test_ballot_is_cast_by_the_keyboard_alone(served_room: Served, phone: Callable[..., Page]) -> None:
    room = served_room.open(Question(Kind.SWING, ("ae", "rtt")))
    page = phone(320)
    page.goto(f"{served_room.url}/room")

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    press("Tab")
    page.keyboard.type(room.code)
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Join the room")
    press("Tab", "ArrowDown", "Tab", "Enter")  # the role, and the button
    expect(page.get_by_role("heading", level=1)).to_have_text("Which moves matter most?")
    press("Tab", "Space")  # the first move
    press("Tab", "Enter")
    expect(page.get_by_role("heading", name="How much is each of the others")).to_be_focused()
    press("Tab", "Tab")
    page.keyboard.type("40")
    press("Tab", "Tab", "Tab")
    page.keyboard.type("20")
    press("Enter")  # as in any form: it goes on
    expect(page.get_by_role("heading", name="National: which of these moves")).to_be_focused()
    press("Tab", "Tab", "Tab", "Enter")  # past the choice, and Back
    expect(page.get_by_role("heading", name="Send your answer")).to_be_focused()
    press("Tab")
    page.keyboard.type("By keys")
    press("Tab", "Enter")
    is_sent(page)
    assert room.said() == [(0, {"tiers": {"national": 100, "local": 40, "long_term": 20}, "goals": {}}, "By keys")]
    (one,) = served_room.store.participants(room.workshop_id)
    assert one.role == "Trust"


@pytest.mark.skipif(not HAS_PROC, reason="what a process has started is read from /proc")
@pytest.mark.thorough
def test_server_that_is_killed_in_the_middle_loses_nothing(served_room: Served, phone: Callable[..., Page]) -> None:
    room = served_room.open(POINTS)
    pages = [join(phone(width), room) for width in (320, 390)]
    for page, share in zip(pages, ("10", "20"), strict=True):
        number(page, "Local").fill(share)
    send(pages[0])
    is_sent(pages[0])
    served_room.kill()
    send(pages[1])
    is_sent(pages[1], 60_000)
    assert sorted(answer["tiers"]["local"] for _, answer, _ in room.said()) == [10, 20] and room.rows() == 2


@pytest.mark.skipif(not network_addresses(), reason="this machine is on no network")
@pytest.mark.thorough
def test_facilitator_opens_the_pages_from_the_network_with_the_key(
    served_room: Served, phone: Callable[..., Page]
) -> None:
    room = served_room.open(POINTS)
    port = urlsplit(served_room.url).port
    host = network_addresses()[0]
    lan = f"http://{host}:{port}"
    page = phone()
    answer = page.goto(lan)
    assert answer is not None and answer.status == 404
    page.goto(f"{lan}/room/facilitate")
    check(page, 390)
    page.get_by_label("Key").fill("no key")
    page.get_by_role("button", name="Open the pages").click()
    expect(page.get_by_role("alert")).to_contain_text("This key opens no workshop.")
    page.get_by_label("Key").fill(room.key)
    page.get_by_role("button", name="Open the pages").click()
    expect(page.locator(".answer")).to_be_visible(timeout=60_000)  # drawn over the stream


@contextmanager
def locked(served_room: Served) -> Iterator[None]:
    with served_room.store.database.writing():
        yield


@pytest.mark.thorough
def test_phone_says_when_it_was_not_kept_and_tries_again_by_itself(
    served_room: Served, phone: Callable[..., Page]
) -> None:
    room = served_room.open(POINTS)
    page = join(phone(), room)
    number(page, "Local").fill("100")
    with locked(served_room):  # longer than the server waits for it
        send(page)
        expect(page.locator("#said")).to_contain_text("It was not kept yet")
        expect(page.locator("#said")).to_contain_text("which sends it by itself")
    is_sent(page)
    assert room.rows() == 1
