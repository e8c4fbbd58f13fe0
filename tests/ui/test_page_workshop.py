"""The Workshop page without a browser: a room is opened, joined, moved and closed, and what every message says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser import read_scenario
from prioritiser.store.database import open_database
from prioritiser.store.location import DATABASE_VARIABLE, MEMORY_VARIABLE, database_url
from prioritiser.ui.pages.workshop.words import time_left
from prioritiser.workshop.link import ADDRESS_VARIABLE, ROOM_VARIABLE
from prioritiser.workshop.records import Kind, Move, Question, State, Workshop, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from tests.pages import QUICKSTART, opened, page_alone, settled, text_of

pytestmark = pytest.mark.usefixtures("fresh_workers")

PLAN = WorkshopPlan("Spring room", (Question(Kind.POINTS), Question(Kind.SUPPORT)), roles=("Trust", "Council"))
POINTS = {"tiers": {"national": 50, "local": 30, "long_term": 20}}


@pytest.fixture
def store(memory_of_its_own: Path) -> Iterator[WorkshopStore]:
    """A store on the database of the page, as phones have one."""
    found = WorkshopStore(open_database(database_url()))
    yield found
    found.database.close()


def open_page(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return settled(opened(monkeypatch, page_alone("Workshop")))


def open_room(monkeypatch: pytest.MonkeyPatch, store: WorkshopStore, plan: WorkshopPlan = PLAN) -> tuple[AppTest, str]:
    """The page with a room on it, by its key; and the room's code."""
    scenario = read_scenario(QUICKSTART)
    workshop, key = store.create(plan, scenario, scenario.settings)
    page = open_page(monkeypatch)
    page.text_input(key="room_key").set_value(key.lower())
    press(page, "open_by_key")
    return page, workshop.code


def press(page: AppTest, key: str) -> None:
    page.button(key=key).click()
    settled(page)


def keys(page: AppTest) -> set[str]:
    return {str(button.key) for button in page.button}


def look_at(page: AppTest, view: str) -> str:
    page.segmented_control(key="room_view").set_value(view)
    settled(page)
    return text_of(page)


def join(store: WorkshopStore, code: str, *people: tuple[str, str]) -> list[str]:
    return [store.join(code, name, role)[1] for name, role in people]


def room(store: WorkshopStore, code: str) -> Workshop:
    return store.by_code(code)


def test_room_is_opened_with_what_was_asked_for_and_its_key_is_shown_once(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    page = open_page(monkeypatch)
    assert "Rooms that you open in this browser are listed here." in text_of(page)
    page.text_input(key="room_title").set_value("  What <b>matters</b>  most ")
    page.checkbox(key="room_ask_points").check()
    page.checkbox(key="room_ask_support").uncheck()
    page.radio(key="room_names").set_value("Under names")
    page.text_area(key="room_roles").set_value("Trust\n\n  Voluntary   sector ")
    page.text_area(key="room_places").set_value("North")
    page.multiselect(key="room_what_ifs").set_value(["Less money"])
    press(page, "open_it")
    workshop = store.workshops()[0]
    assert [question.kind for question in workshop.plan.questions] == [Kind.SWING, Kind.POINTS]
    # the quickstart has two national goals, and one goal in each other tier, which nothing can be weighed against
    assert workshop.plan.questions[0].goals == ("ae", "rtt")
    assert (workshop.plan.is_anonymous, workshop.plan.roles) == (False, ("Trust", "Voluntary sector"))
    assert (workshop.plan.places, workshop.plan.what_ifs) == (("North",), ("Less money",))
    text = text_of(page)
    assert "It is shown only now." in text and "&lt;b&gt;matters" not in text
    key = re.search(r"[A-Z]{5}(?:-[A-Z]{5}){4}", text)
    assert key is not None and store.is_key(workshop.workshop_id, key[0])
    assert workshop.code not in text.replace(" ", "")  # the key is not to be taken for the code
    press(page, "key_kept")
    text = text_of(page)
    assert key[0] not in text and f"{workshop.code[:3]} {workshop.code[3:]}" in text
    assert "What &lt;b&gt;matters&lt;/b&gt; most" in text and "Nobody has joined yet." in text
    press(page, "all_rooms")
    assert "What &lt;b&gt;matters&lt;/b&gt; most" in text_of(page)
    press(page, "show_room_0")
    assert "Nobody has joined yet." in text_of(page)


def test_room_that_makes_no_sense_is_refused_with_all_that_is_wrong_and_the_form_stays(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    page = open_page(monkeypatch)
    for kind in Kind:
        page.checkbox(key=f"room_ask_{kind.value}").uncheck()
    page.text_area(key="room_roles").set_value("Trust\ntrust")
    press(page, "open_it")
    text = text_of(page)
    assert "That could not be done. Nothing was changed." in text
    assert "The title has 0 characters; 1 to 120 are expected." in text
    assert "There are 0 questions; 1 to 6 are expected." in text
    assert "The roles to choose from: at most 30, each once, none blank." in text
    assert page.text_area(key="room_roles").value == "Trust\ntrust" and not store.workshops()
    page.text_input(key="room_title").set_value("Now")
    page.checkbox(key="room_ask_points").check()
    page.text_area(key="room_roles").set_value("")
    press(page, "open_it")
    assert "That could not be done" not in text_of(page) and len(store.workshops()) == 1


def test_another_room_opens_by_its_key_only(monkeypatch: pytest.MonkeyPatch, store: WorkshopStore) -> None:
    scenario = read_scenario(QUICKSTART)
    workshop, key = store.create(PLAN, scenario, scenario.settings)
    page = open_page(monkeypatch)
    for wrong in (workshop.code, "", "ABCDE-" * 4):
        page.text_input(key="room_key").set_value(wrong)
        press(page, "open_by_key")
        assert "No room here has this key. It has five groups of five letters." in text_of(page)
        assert "Spring room" not in text_of(page)
    page.text_input(key="room_key").set_value(key)
    press(page, "open_by_key")
    assert "Spring room" in text_of(page) and "No room here" not in text_of(page)


def test_room_of_a_visitor_is_there_on_the_next_visit_and_nobody_else_has_it(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    monkeypatch.setattr("prioritiser.ui.storage.visitors.visitor_now", lambda: "me")
    page, _ = open_room(monkeypatch, store)
    assert "Spring room" in text_of(open_page(monkeypatch))
    press(page, "all_rooms")
    again = open_page(monkeypatch)
    assert "Open a room" in text_of(again) and "Spring room" in text_of(again)
    press(again, "show_room_0")
    assert "Nobody has joined yet." in text_of(again)
    monkeypatch.setattr("prioritiser.ui.storage.visitors.visitor_now", lambda: "them")
    assert "Spring room" not in text_of(open_page(monkeypatch))


def test_key_that_a_cookie_holds_opens_its_room(monkeypatch: pytest.MonkeyPatch, store: WorkshopStore) -> None:
    scenario = read_scenario(QUICKSTART)
    _, key = store.create(PLAN, scenario, scenario.settings)
    cookies = {"prioritiser_facilitator": "x"}
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.cookies", cookies)
    assert "Spring room" not in text_of(open_page(monkeypatch))
    cookies["prioritiser_facilitator"] = key
    assert "Spring room" in text_of(open_page(monkeypatch))


def test_phones_get_a_link_and_a_code_to_scan_where_the_app_is_on_a_network(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    page, code = open_room(monkeypatch, store)
    text = text_of(page)
    assert "Phones cannot reach this app: it listens on this computer only." in text
    assert "prioritiser app --room" in text and "<img" not in text
    monkeypatch.setenv(ROOM_VARIABLE, "1")
    monkeypatch.setenv(ADDRESS_VARIABLE, "http://192.0.2.1")
    text = text_of(settled(page))
    assert f"Open http://192.0.2.1/room/{code} or point the phone&#x27;s camera at the square." in text
    assert '<img src="data:image/svg+xml;base64,' in text and "Phones cannot reach" not in text


def test_counts_of_an_anonymous_room_name_nobody(monkeypatch: pytest.MonkeyPatch, store: WorkshopStore) -> None:
    page, code = open_room(monkeypatch, store)
    assert "Answers are counted here as they come." in look_at(page, "Answers so far")
    first, *_ = join(store, code, ("", "Trust"), ("", "Council"))
    store.answer(first, 0, POINTS, "Why so few nurses?")
    text = text_of(settled(page))
    assert "<strong>1</strong> of 2 answered" in text and "Not asked yet" in text
    assert "This room is anonymous: only counts are shown here." in text
    assert "Trust" not in text and "nurses" not in text


def test_room_with_names_says_who_has_answered(monkeypatch: pytest.MonkeyPatch, store: WorkshopStore) -> None:
    page, code = open_room(monkeypatch, store, WorkshopPlan("Named", PLAN.questions, False))
    ann, _ = join(store, code, ("Ann <i>", ""), ("Bob", ""))
    store.answer(ann, 0, POINTS)
    text = look_at(page, "Answers so far")
    assert "<strong>Answered</strong></p><p>Ann &lt;i&gt;</p>" in text
    assert "<strong>Not yet</strong></p><p>Bob</p>" in text


def test_every_move_is_made_and_taken_back_by_name(monkeypatch: pytest.MonkeyPatch, store: WorkshopStore) -> None:
    page, code = open_room(monkeypatch, store)
    (ann,) = join(store, code, ("", "Trust"))
    store.answer(ann, 0, POINTS)
    assert "room_undo" not in keys(page) and page.button(key="room_next").label == "Ask question 2 of 2"
    press(page, "room_next")
    assert room(store, code).state.asked == 1 and "room_all" not in keys(page)
    assert page.button(key="room_undo").label == "Take back the next question"
    press(page, "room_undo")
    press(page, "room_all")
    assert room(store, code).state.asked is None
    assert page.button(key="room_undo").label == "Take back asking all questions"
    press(page, "room_close")
    assert not room(store, code).state.is_open and re.search(r"Closed at \d\d:\d\d, round 1 · 1 joined", text_of(page))
    assert "The room is closed: open it again to let people in." in text_of(page)
    assert "room_undo" not in keys(page)  # to open again does the same
    press(page, "room_open")
    assert room(store, code).state.is_open and page.button(key="room_undo").label == "Take back opening again"
    press(page, "room_round")
    assert "Open, round 2" in text_of(page) and page.button(key="room_undo").label == "Take back the new round"
    text = look_at(page, "Answers so far")
    assert "<strong>0</strong> of 1 answered again" in text
    assert "Answers of the round before stand until they are changed." in text
    press(page, "room_undo")
    assert "Open, round 1" in text_of(page)


def test_reset_asks_first_and_can_be_taken_back(monkeypatch: pytest.MonkeyPatch, store: WorkshopStore) -> None:
    page, code = open_room(monkeypatch, store)
    (ann,) = join(store, code, ("", "Trust"))
    store.answer(ann, 0, POINTS)
    press(page, "room_reset")
    assert "The answers of round 1 will not count any more." in text_of(page)
    assert "Nothing is deleted" in text_of(page)
    press(page, "room_reset_not")
    assert len(store.entries(room(store, code))) == 1
    press(page, "room_reset")
    press(page, "room_reset_now")
    assert store.entries(room(store, code)) == []
    assert page.button(key="room_undo").label == "Take back the reset"
    press(page, "room_undo")
    assert len(store.entries(room(store, code))) == 1


def test_timer_counts_down_and_stops(monkeypatch: pytest.MonkeyPatch, store: WorkshopStore) -> None:
    page, code = open_room(monkeypatch, store)
    page.number_input(key="room_minutes").set_value(20)
    press(page, "room_timer")
    assert re.search(r'role="timer">(20:00|19:5\d)<', text_of(page))
    assert page.button(key="room_undo").label == "Take back the timer"
    press(page, "room_timer_stop")
    assert 'role="timer"' not in text_of(page) and not room(store, code).state.timer_ends
    store.move(room(store, code).workshop_id, Move("timer", 1e-9))
    assert "Time is up" in text_of(settled(page))


def test_time_that_is_left_is_in_minutes_and_seconds() -> None:
    ends = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    state = State(timer_ends=ends.isoformat())
    for at, said in (((9, 0, 0), "60:00"), ((9, 58, 55), "1:05"), ((9, 59, 59), "0:01"), ((10, 3, 0), "0:00")):
        assert time_left(state, ends.replace(hour=at[0], minute=at[1], second=at[2])) == said
    assert time_left(State()) == ""


def test_move_that_cannot_be_made_is_said_and_nothing_is_changed(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    page, code = open_room(monkeypatch, store)
    store.move(room(store, code).workshop_id, Move("next"))  # on another computer, a moment before the press
    page.button(key="room_next").click()
    settled(page)
    assert "There is no next question: all 2 are asked." in text_of(page)
    press(page, "room_close")
    assert "There is no next question" not in text_of(page)


def test_database_that_cannot_be_used_stops_this_page_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "off")
    text = text_of(open_page(monkeypatch))
    assert "Rooms cannot be opened or shown just now." in text
    assert "so there is no file for workshops" in text and "The other pages work as ever." in text
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'own.sqlite'}")
    assert "Open a room" in text_of(open_page(monkeypatch))
    assert database_url().endswith("own.sqlite")


def test_room_that_is_gone_leaves_the_list(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore, tmp_path: Path
) -> None:
    page, _ = open_room(monkeypatch, store)
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'other.sqlite'}")
    text = text_of(settled(page))
    assert "Open a room" in text and "Spring room" not in text
