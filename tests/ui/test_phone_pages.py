"""What participants meet, page by page, as a browser without a script asks for it: joined, answered, refused, shown."""

from __future__ import annotations

import html
import re
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import pytest

from prioritiser import read_scenario
from prioritiser.store.location import DATABASE_VARIABLE
from prioritiser.ui.phone.pages import asset
from prioritiser.ui.server.room_store import room_store
from prioritiser.workshop.answers import important_goals
from prioritiser.workshop.records import Kind, Question, WorkshopPlan
from tests.phones import FORM, ROOM, OpenRoom, Phone, open_room
from tests.places import QUICKSTART, ROOT

NAMED = WorkshopPlan(
    "Spring <b>room</b>",
    (Question(Kind.SWING, ("ae", "rtt", "gp")), Question(Kind.POINTS), Question(Kind.SUPPORT)),
    False,
    ("Trust", "Council"),
    ("North",),
)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>=1+1"
# in the order of the tables: 0 buy_operations … theatre_lists
INITIATIVES = list(read_scenario(QUICKSTART).initiative_by_id)
SWING = {
    "most.tiers": "national",
    "tier.local": "60",
    "tier.long_term": "25",
    "most.national": "rtt",
    "goal.ae": "40",
}
POINTS = {"tier.national": "50", "tier.local": "30", "tier.long_term": "20"}


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'rooms.sqlite'}")
    for name, value in ROOM.items():
        monkeypatch.setenv(name, value)
    yield
    room_store().database.close()


@pytest.fixture
def room() -> OpenRoom:
    return open_room(NAMED, read_scenario(QUICKSTART))


def problem(page: str) -> str:
    found = re.search(r'<p id="problem"[^>]*>(.*?)</p>', page)
    return found[1] if found else ""


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input type="text"[^>]* name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def is_checked(page: str, name: str, value: str) -> bool:
    return f'name="{name}" value="{value}" checked=""' in page


def test_room_is_joined_and_every_question_answered_without_a_script(room: OpenRoom) -> None:
    phone = room.phone()
    assert "Enter the code of the room" in phone.get("/room").words
    came = phone.post("/room", {"code": f" {room.code[:3].lower()}-{room.code[3:]} "})
    assert (came.status, came.to) == (303, room.path)
    asked = phone.get(came.to).words
    for words in ("Join the room", "Your name", "Your role", "Trust Council", "Your place", "Who sees what"):
        assert words in asked
    first = phone.follow(phone.post(room.path, {"name": "Ann", "role": "Council", "place": ""}))
    assert "Question 1 of 3 Which moves matter most?" in first.words
    # the moves of the quickstart, as its goals.csv has them
    assert "A&E within 4 hours from 75 to 85 % by 2028/29 (judged)" in first.words
    second = phone.follow(phone.post(f"{room.path}/1", {"submission": "a", **SWING, "comment": "Both\r\nmatter"}))
    assert "Question 2 of 3 Share 100 points" in second.words
    third = phone.follow(phone.post(f"{room.path}/2", {"submission": "b", **POINTS}))
    assert "Question 3 of 3 What must be done?" in third.words
    ticked = {f"i{INITIATIVES.index('handover')}": "must", f"i{INITIATIVES.index('buy_operations')}": "without"}
    end = phone.follow(phone.post(f"{room.path}/3", {"submission": "c", **ticked}))
    assert "What you have sent" in end.words and len(re.findall(r"Sent at \d\d:\d\d\.", end.words)) == 3
    assert "National: 100 Local: 60 Long term: 25" in end.words
    assert "Treated within 18 weeks of referral: 100" in end.words and "A&E within 4 hours: 40" in end.words
    assert "National: 50 Local: 30 Long term: 20" in end.words and "in proportion" not in end.words
    assert "Must do: 1 Quicker ambulance handover Can live without: 1 Buy operations elsewhere" in end.words
    assert "No view on 6 initiatives." in end.words and "There may be another round." in end.words
    tiers = {"national": 100, "local": 60, "long_term": 25}
    assert room.said() == [
        (0, 0, {"tiers": tiers, "goals": {"ae": 40, "rtt": 100}}, "Both\nmatter"),
        (0, 1, {"tiers": {"national": 50, "local": 30, "long_term": 20}}, ""),
        (0, 2, {"must": ["handover"], "without": ["buy_operations"]}, ""),
    ]
    one = room.store.participants(room.workshop.workshop_id)
    assert [(person.name, person.role, person.place) for person in one] == [("Ann", "Council", "")]


def test_answer_that_was_given_is_filled_in_and_can_be_changed(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    phone.post(f"{room.path}/1", {"submission": "a", **SWING, "comment": "Said"})
    page = phone.get(f"{room.path}/1")
    assert re.search(r"You sent this at \d\d:\d\d\. You can change it until the room is closed\.", page.words)
    assert is_checked(page.text, "most.tiers", "national") and is_checked(page.text, "most.national", "rtt")
    assert (value_of(page.text, "tier.local"), value_of(page.text, "goal.ae")) == ("60", "40")
    assert ">\nSaid</textarea>" in page.text
    phone.post(f"{room.path}/1", {"submission": "b", **SWING, "most.tiers": "local", "tier.national": "10"})
    assert [answer["tiers"] for _, _, answer, _ in room.said()] == [{"national": 10, "local": 100, "long_term": 25}]


def test_goals_that_are_left_out_are_no_part_of_the_answer(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    tiers = {name: value for name, value in SWING.items() if not name.endswith(("national", "goal.ae"))}
    assert phone.post(f"{room.path}/1", {"submission": "a", **tiers, "most.tiers": "local", "tier.national": "5"}).to
    assert [answer["goals"] for _, _, answer, _ in room.said()] == [{}]


def test_points_that_do_not_add_up_count_in_proportion_and_that_is_said(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    phone.post(f"{room.path}/2", {"submission": "a", "tier.national": "40", "tier.local": "", "tier.long_term": "40"})
    assert "These are 80 points; they count in proportion, as 50, 0, 50 of 100." in phone.get(f"{room.path}/sent").words


def test_questions_come_one_by_one_when_the_facilitator_asks(room: OpenRoom) -> None:
    room = open_room(NAMED, read_scenario(QUICKSTART), all_at_once=False)
    phone = room.joined(name="Ann")
    assert phone.get(f"{room.path}/2").to == f"{room.path}/1"  # not asked yet
    refused = phone.post(f"{room.path}/2", {"submission": "x", **POINTS})
    assert refused.status == 400 and problem(refused.text) == "This question is not asked yet."
    sent = phone.follow(phone.post(f"{room.path}/1", {"submission": "a", **SWING}))
    assert "The next question comes when the facilitator asks it." in sent.words
    before = phone.get(f"{room.path}/state").told
    room.move("next")
    after = phone.get(f"{room.path}/state").told
    assert before["mark"] != after["mark"] and (after["closed"], after["left"]) == ("", 0)
    assert phone.get(room.path).to == f"{room.path}/2"


def test_second_round_begins_with_the_first_answer_and_says_which_counts(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    phone.post(f"{room.path}/2", {"submission": "a", **POINTS})
    room.move("round")
    again = phone.get(f"{room.path}/2")
    assert "Round 2" in again.words
    assert "Your answer of the first round is filled in. Send it again as it is, or change it." in again.words
    assert value_of(again.text, "tier.national") == "50"
    assert "in the first round. It counts until you answer again." in phone.get(f"{room.path}/sent").words
    assert phone.get(room.path).to == f"{room.path}/1"  # every question again, from the first
    phone.post(f"{room.path}/2", {"submission": "a", **POINTS})  # the same form, in another round
    assert [one[:2] for one in room.said()] == [(1, 1)]


def test_room_that_is_closed_shows_what_counts_and_takes_nothing_more(room: OpenRoom) -> None:
    phone, silent = room.joined(name="Ann"), room.joined("192.0.2.51", name="Bob")
    phone.post(f"{room.path}/2", {"submission": "a", **POINTS})
    room.move("close")
    for page in (phone.follow(phone.get(room.path)), phone.follow(phone.get(f"{room.path}/2"))):
        assert re.search(r"This workshop is closed; your answer of \d\d:\d\d counts\.", page.words)
        assert "What you have sent" in page.words and "Change:" not in page.words
    assert "This workshop is closed. You had not answered." in silent.follow(silent.get(room.path)).words
    late = phone.post(f"{room.path}/2", {"submission": "b", "tier.local": "77", "comment": "Too late?"})
    assert late.status == 409 and "your answer of" in problem(late.text)
    assert value_of(late.text, "tier.local") == "77" and "Too late?" in late.text  # nothing of it is lost
    told = phone.script(f"{room.path}/2", {"submission": "c", "tier.local": "77"})
    assert told.status == 409 and told.told["closed"] and "your answer of" in told.told["words"]
    assert [answer["tiers"]["national"] for _, _, answer, _ in room.said()] == [50]
    room.move("undo")
    assert phone.post(f"{room.path}/2", {"submission": "d", **POINTS}).status == 303


def test_plain_form_counts_once_when_sent_twice_and_anew_when_changed(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    nonce = re.search(r'name="submission" value="(\w+)"', phone.get(f"{room.path}/2").text)
    assert nonce
    form = {"submission": nonce[1], **POINTS}
    with ThreadPoolExecutor(4) as many:
        answers = [many.submit(phone.post, f"{room.path}/2", form) for _ in range(4)]
        assert {answer.result().status for answer in answers} == {303}
    assert len(_rows(room)) == 1
    phone.post(f"{room.path}/2", {**form, "tier.local": "99"})  # a step back, and sent from the same form
    assert len(_rows(room)) == 2 and room.said()[0][2]["tiers"]["local"] == 99


def test_sending_of_a_script_counts_once_by_its_name(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    first = phone.script(f"{room.path}/2", {"submission": "one", **POINTS})
    again = phone.script(f"{room.path}/2", {"submission": "one", **POINTS, "tier.local": "1"})
    assert first.told == again.told and re.fullmatch(r"Sent at \d\d:\d\d\.", first.told["words"])
    assert first.told["next"] == f"{room.path}/1" and len(_rows(room)) == 1


def _rows(room: OpenRoom) -> list[object]:
    with room.store.database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT * FROM answers").all())


def test_joining_counts_once_when_its_form_is_sent_twice(room: OpenRoom) -> None:
    phone = room.phone()
    nonce = re.search(r'name="submission" value="(\w+)"', phone.get(room.path).text)
    assert nonce
    with ThreadPoolExecutor(4) as many:
        form = {"name": "Ann", "submission": nonce[1]}
        sent = [many.submit(Phone(room.app).post, room.path, form) for _ in range(4)]
        tokens = {answer.result().cookies[0].partition(";")[0] for answer in sent}
    assert len(tokens) == 1 and len(room.store.participants(room.workshop.workshop_id)) == 1


@pytest.mark.parametrize(
    ("question", "changed", "said"),
    [
        (1, {"most.tiers": ""}, "Choose the move that matters most."),
        (1, {"most.tiers": "regional"}, "Choose the move that matters most."),
        (1, {"tier.local": ""}, "How much is Local worth beside it? Give a number from 0 to 100."),
        (1, {"tier.local": "-1"}, "Local: give a number from 0 to 100."),
        (1, {"tier.local": "101"}, "Local: give a number from 0 to 100."),
        (1, {"tier.local": "1e9"}, "Local: give a number from 0 to 100."),
        (1, {"tier.local": "nan"}, "Local: give a number from 0 to 100."),
        (1, {"tier.local": "inf"}, "Local: give a number from 0 to 100."),
        (1, {"tier.local": "half"}, "Local: give a number from 0 to 100."),
        (1, {"tier.local": "5,5"}, "Local: give a number from 0 to 100."),
        (1, {"tier.local": "\u0665"}, "Local: give a number from 0 to 100."),
        (1, {"goal.ae": ""}, "How much is A&amp;E within 4 hours worth beside it? Give a number from 0 to 100."),
        (1, {"goal.nonsense": "5"}, "&quot;nonsense&quot; is no goal of this question."),
        (1, {"goal.smoking": "5"}, "&quot;smoking&quot; is no goal of this question."),
        (1, {"tier.regional": "5"}, "&quot;regional&quot; is no tier of this question."),
        (2, {name: "0" for name in POINTS}, "Give at least one of them more than 0."),
        (2, {"tier.national": "-50"}, "National: give a number from 0 to 100."),
        (2, {"tier.<script>": "5"}, "&quot;&lt;script&gt;&quot; is no tier of this question."),
        (3, {"i0": "never"}, "The answer cannot be read. Send it from the page."),
        (3, {"i99": "must"}, "The answer cannot be read. Send it from the page."),
        (3, {"i" + "9" * 5000: "must"}, "The answer cannot be read. Send it from the page."),
        (4, {}, "This question is not asked here."),
        (0, {}, "This question is not asked here."),
    ],
)
def test_answer_that_makes_no_sense_is_refused_in_words_and_stays_in_the_form(
    room: OpenRoom, question: int, changed: dict[str, str], said: str
) -> None:
    phone = room.joined(name="Ann")
    form = {"submission": "a", **({1: SWING, 2: POINTS}.get(question, {})), **changed, "comment": "Kept <i>"}
    refused = phone.post(f"{room.path}/{question}", form)
    assert (refused.status, problem(refused.text)) == (400, said)
    assert room.said() == []
    if 0 < question < 4:
        assert "Kept &lt;i&gt;</textarea>" in refused.text
        for name in ("tier.local", "goal.ae"):
            if name in form and question < 3:
                assert value_of(refused.text, name) == form[name]
    told = phone.script(f"{room.path}/{question}", form).told
    assert told["words"] == html.unescape(said)


def test_first_input_that_is_wrong_is_named_to_the_script_and_marked_without_one(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    form = {"submission": "a", **SWING, "tier.local": "-1"}
    assert phone.script(f"{room.path}/1", form).told["field"] == "tier.local"
    page = phone.post(f"{room.path}/1", form).text
    assert 'data-wrong="tier.local"' in page
    assert 'name="tier.local" value="-1" aria-invalid="true" aria-describedby="problem"' in page


@pytest.mark.parametrize("letter", ["x", "€", "😀"])
def test_comment_of_ten_thousand_characters_is_refused_in_words_and_nothing_of_it_is_lost(
    room: OpenRoom, letter: str
) -> None:
    phone = room.joined(name="Ann")
    comment = letter * 10_000
    refused = phone.post(f"{room.path}/2", {"submission": "a", **POINTS, "comment": comment})
    assert refused.status == 400
    assert problem(refused.text) == (
        "The comment has 10,000 characters; at most 1,000 are taken. Nothing was sent yet."
    )
    assert f">\n{comment}</textarea>" in refused.text and room.said() == []
    at_most = phone.post(f"{room.path}/2", {"submission": "b", **POINTS, "comment": (letter + "\r\n") * 500})
    assert at_most.status == 303 and len(room.said()[0][3]) == 999  # a line break is one, the last one no part of it


def test_too_much_is_refused_before_it_is_read(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    refused = phone.post(f"{room.path}/2", b"comment=" + b"x" * 300_000)
    assert refused.status == 413
    assert "This is more than can be taken at once. Make the comment shorter" in refused.words
    many = phone.post(f"{room.path}/2", "&".join(f"f{number}=1" for number in range(6000)).encode())
    assert many.status == 400 and "The answer cannot be read. Send it from the page." in many.words
    other = phone.post(f"{room.path}/2", b"{}", content_type="application/json")
    assert other.status == 415 and "What came cannot be read. Send it from the page." in other.words
    assert phone.post(f"{room.path}/2", b"\xff%ff%zz=\x00&&&=").status == 400
    assert room.said() == []


def test_what_does_not_come_through_in_time_is_answered(room: OpenRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.ui.phone.routes._READ_WITHIN_S", 0.1)
    phone = room.joined(name="Ann")
    slow = phone.ask("POST", f"{room.path}/2", b"tier", {"content_type": FORM, "content_length": "5000"}, stalls=True)
    assert slow.status == 408 and "What you sent did not come through in time. Send it again." in slow.words


def test_names_and_comments_are_text_wherever_they_are_shown(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    phone.post(f"{room.path}/2", {"submission": "a", **POINTS, "comment": HOSTILE})
    pages = [phone.get(f"{room.path}/{what}") for what in ("sent", "1", "2")]
    pages += [phone.post("/room", {"code": HOSTILE}), room.phone().post(room.path, {"name": HOSTILE + "x" * 60})]
    for page in pages:
        assert "<script>" not in page.text and "<img" not in page.text and "<b>" not in page.text
    assert "<b>room</b>" in pages[0].words and HOSTILE in pages[0].words  # as they were written


def test_what_nobody_can_see_is_no_part_of_a_name(room: OpenRoom) -> None:
    room.joined(name="  An\u202en\x00a \u200b Lee\n")
    assert [one.name for one in room.store.participants(room.workshop.workshop_id)] == ["Anna Lee"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Write your name: this workshop shows names."),
        ({"name": "x" * 61}, "The name has 61 characters; at most 60 are taken."),
        ({"name": "Ann", "role": "King"}, "Choose one of the roles of the list."),
        ({"name": "Ann", "place": "Moon"}, "Choose one of the places of the list."),
    ],
)
def test_who_cannot_join_is_told_why_and_keeps_what_was_written(
    room: OpenRoom, fields: dict[str, str], said: str
) -> None:
    refused = room.phone().post(room.path, fields)
    assert (refused.status, problem(refused.text)) == (400, said)
    assert value_of(refused.text, "name") == fields.get("name", "")
    assert room.store.participants(room.workshop.workshop_id) == []


def test_room_without_names_asks_for_none_and_says_who_sees_what() -> None:
    anonymous = WorkshopPlan("Room", (Question(Kind.POINTS),), True, ("Trust",))
    room = open_room(anonymous, read_scenario(QUICKSTART))
    page = room.phone().get(room.path)
    assert "Your name" not in page.words and "Your place" not in page.words
    assert "No name is asked. What you send is kept in the facilitator's database, with your role." in page.words
    assert "shown only when the room is closed, and from 5 answers on." in page.words
    assert "others in this network can read along" in page.words
    secure = room.phone()
    secure.scheme = "https"
    assert "read along" not in secure.get(room.path).words
    room.joined(name="Ann")
    assert [one.name for one in room.store.participants(room.workshop.workshop_id)] == [""]


def test_browser_that_keeps_no_cookie_is_told_so(room: OpenRoom) -> None:
    phone = room.phone()
    to = phone.post(room.path, {"name": "Ann"}).to
    phone.jar.clear()
    assert "Your browser kept nothing of this page" in problem(phone.get(to).text)


def test_phone_that_is_not_known_any_more_is_sent_to_join_again(room: OpenRoom) -> None:
    phone = room.phone()
    phone.jar[f"room_{room.code}"] = "x" * 32
    for what in ("1", "sent"):
        assert phone.get(f"{room.path}/{what}").to == room.path
    told = phone.script(f"{room.path}/2", {"submission": "a", **POINTS})
    assert told.status == 404 and told.told["words"].startswith("This phone is not known in the room any more.")
    assert phone.get(f"{room.path}/state").status == 404


def test_same_page_comes_in_the_same_time_for_a_wrong_a_closed_and_an_unknown_code(room: OpenRoom) -> None:
    room.move("close")
    pages, times = set(), {}
    for number, code in enumerate((room.code, "ACDEFH", "nonsense", "", "x" * 5000)):
        took = []
        for turn in range(3):
            phone = room.phone(f"192.0.2.{60 + 10 * number + turn}")
            phone.jar["room_device"] = "0" * 32
            began = time.perf_counter()
            answer = phone.post("/room", {"code": code})
            took.append(time.perf_counter() - began)
            assert answer.status == 404
            pages.add(re.sub(r' value="[^"]*"', "", answer.text) + str(sorted(answer.headers)))
        times[code[:9]] = median(took)
    assert len(pages) == 1
    assert max(times.values()) - min(times.values()) < 0.1, times
    paths = {
        re.sub(r' value="[^"]*"', "", room.phone(f"192.0.2.{n}").get(f"/room/{code}").text)
        for n, code in enumerate((room.code, "ACDEFH", "nonsense"), 200)
    }
    assert len(paths) == 1 and "No open workshop has this code." in paths.pop()


def test_codes_that_open_nothing_are_limited_and_right_ones_are_not(room: OpenRoom) -> None:
    guesser, others = room.phone(), "192.0.2.51"
    for _ in range(10):
        assert guesser.post("/room", {"code": "ACDEFH"}).status == 404
    for code in ("ACDEFH", room.code):
        limited = guesser.post("/room", {"code": code})
        assert limited.status == 429 and 1 <= int(limited.headers["retry-after"]) <= 60
        wait = f"Try again in {limited.headers['retry-after']} second"
        assert problem(limited.text).startswith(f"Too often a code that opens no room came from here. {wait}")
    assert guesser.get(room.path).status == 429 and "room_" + room.code not in guesser.jar
    for _ in range(50):  # phones that share one address, as behind a router
        assert room.phone(others).post("/room", {"code": room.code}).status == 303
        room.joined(others, name="Ann")


def test_who_takes_part_is_not_limited_by_wrong_codes(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    for _ in range(12):
        phone.post("/room", {"code": "ACDEFH"})
    assert phone.post("/room", {"code": room.code}).status == 303
    assert phone.post(f"{room.path}/2", {"submission": "a", **POINTS}).status == 303


def test_paths_that_lead_nowhere_say_so(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    for path in (
        "/room/a/b/c",
        f"{room.path}/1/2",
        f"{room.path}/x",
        f"{room.path}/-1",
        f"{room.path}//1",
        "/room//",
        f"{room.path}/\u0663",
        f"{room.path}/sent/",
        f"{room.path}/9999",
    ):
        answer = phone.get(path)
        assert answer.status in (404, 200) and "a page of Streamlit" not in answer.text, path
    assert "This address leads to no page of a room." in phone.get("/room/a/b/c").words
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert phone.ask(method, room.path, b"", {}).status == 404
    head = phone.ask("HEAD", "/room", b"", {})
    assert (head.status, head.body) == (200, b"") and int(head.headers["content-length"]) > 500
    small = phone.get(f"/room/{room.code.lower()}/sent")
    assert small.to == f"{room.path}/sent"
    assert phone.get(f"/room/{room.code.lower()}/a\r\nset-cookie: x=1/☃").status == 404


def test_cookies_are_for_the_server_and_these_pages_only(room: OpenRoom) -> None:
    phone = room.phone()
    cookies = phone.get("/room").cookies + phone.post(room.path, {"name": "Ann"}).cookies
    assert len(cookies) == 2
    for cookie in cookies:
        assert "; Path=/room; " in cookie and "; HttpOnly; SameSite=Lax" in cookie and "Secure" not in cookie
    assert not any("prioritiser_visitor" in cookie for cookie in cookies)
    secure = room.phone()
    secure.scheme = "https"
    assert all(cookie.endswith("; Secure") for cookie in secure.get("/room").cookies)
    another = open_room(NAMED, read_scenario(QUICKSTART))
    phone.post(another.path, {"name": "Ann"})
    assert {f"room_{room.code}", f"room_{another.code}"} <= set(phone.jar)  # one phone in two rooms
    assert phone.get(room.path).to == f"{room.path}/1"


@pytest.mark.thorough
def test_database_that_is_locked_loses_nothing_of_a_form(room: OpenRoom, tmp_path: Path) -> None:
    phone = room.joined(name="Ann")
    raw = sqlite3.connect(tmp_path / "rooms.sqlite", isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")  # as another program that writes, for longer than anybody waits
    form = {**POINTS, "comment": HOSTILE}
    with ThreadPoolExecutor(4) as many:
        plain = many.submit(phone.post, f"{room.path}/2", {"submission": "a", **form})
        script = many.submit(phone.script, f"{room.path}/2", {"submission": "b", **form})
        time.sleep(0.5)  # one is kept waiting now, and those who come later wait for it
        later = many.submit(phone.script, f"{room.path}/2", {"submission": "c", **form})
        assert phone.get(f"{room.path}/sent").status == 200  # reading goes on
        kept, told = plain.result(), script.result().told
        assert later.result().status == 503
    raw.rollback()
    raw.close()
    assert kept.status == 503 and kept.headers["retry-after"] == "5"
    assert html.unescape(problem(kept.text)) == (
        "It was not kept yet, because the facilitator's computer cannot store it just now."
    )
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', kept.text))
    assert {name: html.unescape(value) for name, value in fields.items()} == {"submission": "a", **form}
    assert "<script>" not in kept.text and "sqlite" not in kept.text
    assert told["words"].startswith("It was not kept yet")
    assert phone.post(f"{room.path}/2", {"submission": "a", **form}).status == 303 and len(room.said()) == 1


def test_database_that_cannot_be_opened_is_no_secret_of_this_machine(
    room: OpenRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken.sqlite").write_bytes(b"no database at all" * 1000)
    phone = room.joined(name="Ann")
    before = room_store()
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'broken.sqlite'}")
    page = phone.get(room.path)
    assert page.status == 503 and "The room cannot be shown just now. Nothing that was sent is lost." in page.words
    assert "sqlite" not in page.text and "broken" not in page.text
    assert phone.post(room.path, {"name": HOSTILE}).status == 503
    assert "broken.sqlite" in caplog.text and "it is no database, or damaged" in caplog.text
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'rooms.sqlite'}")
    assert room_store() is before and phone.get(room.path).status == 303


def test_timer_is_told_as_seconds_left_so_that_no_clock_of_a_phone_matters(room: OpenRoom) -> None:
    phone = room.joined(name="Ann")
    room.move("timer", 5)
    left = phone.get(f"{room.path}/state").told["left"]
    assert 290 <= left <= 300
    assert re.search(r"[45]:\d\d left", phone.get(f"{room.path}/1").words)


def test_page_of_everything_together_stays_under_fifty_kilobytes() -> None:
    scenario = read_scenario(ROOT / "scenarios" / "example-ics")
    goals = important_goals(scenario, scenario.settings)
    room = open_room(WorkshopPlan("Room", (Question(Kind.SWING, goals), *NAMED.questions[1:])), scenario)
    phone = room.joined()
    brought = len(asset("phone.js")) + len(asset("phone.css"))
    sizes = [len(phone.get(f"{room.path}/{what}").body) + brought for what in ("1", "2", "3", "sent")]
    assert max(sizes) < 50_000, sizes
    page = phone.get(f"{room.path}/3").text
    asked = re.findall(r'(?:src|href)="([^"]+)"', page.partition("</head>")[0])
    assert [path.partition("?")[0] for path in asked] == ["data:,", "/room/phone.css", "/room/phone.js"]
    for path in asked[1:]:
        answer = phone.get(path)
        assert answer.status == 200 and "immutable" in answer.headers["cache-control"]
    assert phone.get(f"{room.path}/3").headers["cache-control"] == "no-store"
    assert "Illustrative figures" in page


def test_script_is_one_that_a_phone_of_five_years_understands() -> None:
    script = asset("phone.js").decode()
    for newer in ("?.", "??", "||=", "catch {", ".flat(", ".at(", "replaceAll", "import ", "randomUUID", "BigInt"):
        assert newer not in script, newer
    assert not re.search(r"\.\.\.[a-z]+\s*\}", script)  # spread of objects
    assert "http" not in script.replace("https://", "")
    assert "http" not in asset("phone.css").decode()
