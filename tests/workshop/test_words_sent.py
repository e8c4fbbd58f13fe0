"""What phones and facilitators may send as words: kept the same in both databases, or refused in words."""

from __future__ import annotations

import pytest

from prioritiser import read_scenario
from prioritiser.errors import ClosedError, NoWorkshopError, WorkshopError
from prioritiser.store.database import Database
from prioritiser.workshop.records import Kind, Move, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore, clock_time
from tests.places import QUICKSTART
from tests.workshop.rooms import PLAN, POINTS, opened

UNREADABLE = "cannot be read. Send it from the page."
FAMILY = "👩\u200d👩\u200d👧"


def joined(store: WorkshopStore) -> tuple[str, str]:
    """A room's code, and the token of somebody in it."""
    code = opened(store)
    return code, store.join(code, "Ann")[1]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  Ann\u00a0 Lee \n", "Ann Lee"),
        ("A\0n\ud800n\x1b", "Ann"),
        ("<b>=SUM(A1)</b> [x](y)", "<b>=SUM(A1)</b> [x](y)"),
        ("Ünsal Ōta محمد", "Ünsal Ōta محمد"),
        (FAMILY, FAMILY),
    ],
)
def test_name_is_kept_as_it_was_sent_but_for_what_cannot_be_seen(store: WorkshopStore, sent: str, kept: str) -> None:
    code = opened(store)
    one, token = store.join(code, sent)
    assert one.name == kept
    found = store.known(token)
    assert found is not None
    assert found[1] == one


@pytest.mark.parametrize("sent", ["", " \n", "\u200b\u2060", "\0", "\u3164"])
def test_name_that_cannot_be_seen_is_none(store: WorkshopStore, sent: str) -> None:
    code = opened(store)
    with pytest.raises(WorkshopError, match="Write your name: this workshop shows names"):
        store.join(code, sent)


def test_name_is_not_asked_or_kept_when_the_room_is_anonymous(store: WorkshopStore) -> None:
    code = opened(store, WorkshopPlan("Room", PLAN.questions, True))
    assert store.join(code, "Ann")[0].name == ""
    assert store.join(code, "x" * 10_000)[0].name == ""


def test_words_that_are_none_are_refused(store: WorkshopStore) -> None:
    code, token = joined(store)
    with pytest.raises(WorkshopError, match=f"The name {UNREADABLE}"):
        store.join(code, 7)  # type: ignore[arg-type]
    with pytest.raises(WorkshopError, match=f"The comment {UNREADABLE}"):
        store.answer(token, 0, POINTS, None)  # type: ignore[arg-type]
    for submission in ("x" * 65, "a b", "a\0", "ä", 7):
        with pytest.raises(WorkshopError, match=f"The answer {UNREADABLE}"):
            store.answer(token, 0, POINTS, "", submission)  # type: ignore[arg-type]
    for question in (True, "0", 0.0, -1, 2, 2**70):
        with pytest.raises(WorkshopError, match="This question is not asked here"):
            store.answer(token, question, POINTS)  # type: ignore[arg-type]
    assert store.entries(store.by_code(code)) == []


def test_sendings_stay_two_when_their_names_begin_alike(store: WorkshopStore) -> None:
    code, token = joined(store)
    store.answer(token, 0, POINTS, "first", "x" * 63 + "1")
    assert not store.answer(token, 0, POINTS, "second", "x" * 63 + "2").is_repeat
    assert [entry.comment for entry in store.entries(store.by_code(code))] == ["second"]


def test_comment_keeps_its_lines_and_nothing_that_a_database_refuses(store: WorkshopStore) -> None:
    code, token = joined(store)
    store.answer(token, 0, POINTS, " one\r\ntwo\rthree\0\x1b[2J\udfff\t<img src=x> \n")
    assert [entry.comment for entry in store.entries(store.by_code(code))] == ["one\ntwo\nthree[2J\t<img src=x>"]
    store.answer(token, 0, POINTS, "é" * 1000)
    with pytest.raises(WorkshopError, match="The comment has 1,001 characters"):
        store.answer(token, 0, POINTS, "é" * 1001)


def test_strange_name_in_an_answer_is_shown_without_what_cannot_be_written(store: WorkshopStore) -> None:
    _, token = joined(store)
    with pytest.raises(WorkshopError) as refused:
        store.answer(token, 0, {"tiers": {"a\ud800\0" + "b" * 100: 1}})
    assert str(refused.value) == f'"a{"b" * 38}…" is no tier of this question.'


@pytest.mark.parametrize("token", ["", "x" * 1_000_000, "\ud800", "\0", "' OR 1=1 --"])
def test_token_that_nobody_was_given_is_nobody(store: WorkshopStore, token: str) -> None:
    opened(store)
    assert store.known(token) is None
    with pytest.raises(NoWorkshopError):
        store.answer(token, 0, POINTS)
    assert store.by_key(token) is None


@pytest.mark.parametrize("code", ["", "x" * 1_000_000, "\ud800" * 6, "HKTRW\0", "' OR 1=1 --", "%%%%%%"])
def test_code_that_is_none_finds_nothing(store: WorkshopStore, code: str) -> None:
    opened(store)
    with pytest.raises(NoWorkshopError):
        store.by_code(code)
    with pytest.raises(NoWorkshopError):
        store.join(code, "Ann")


def test_plan_is_kept_in_lines_when_its_words_have_controls(store: WorkshopStore) -> None:
    plan = WorkshopPlan(" Spring\n room\0\ud800 ", PLAN.questions, False, (" Acute\ttrust ",), ("North\x07",))
    workshop = store.by_code(opened(store, plan))
    assert workshop.plan == WorkshopPlan("Spring room", PLAN.questions, False, ("Acute trust",), ("North",))


def test_plan_is_refused_when_two_roles_read_alike_or_it_asks_too_much(store: WorkshopStore) -> None:
    plan = WorkshopPlan("x" * 121, (), False, ("Trust", " trust"), ("x" * 61, ""), ())
    with pytest.raises(WorkshopError) as refused:
        opened(store, plan)
    assert str(refused.value).splitlines() == [
        "The title has 121 characters; 1 to 120 are expected.",
        "There are 0 questions; 1 to 6 are expected.",
        "The roles to choose from: at most 30, each once, none blank.",
        "The places to choose from: at most 30, each once, none blank.",
        "Places have at most 60 characters each.",
    ]
    with pytest.raises(WorkshopError, match="There are 7 questions; 1 to 6 are expected"):
        opened(store, WorkshopPlan("Room", (Question(Kind.POINTS),) * 7))
    assert store.workshops() == []


def test_answers_end_when_one_phone_sends_without_end(store: WorkshopStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.workshop.store.MOST_ANSWERS", 3)
    code, token = joined(store)
    other = store.join(code, "Bob")[1]
    for number in range(3):
        store.answer(token, 0, POINTS, str(number), f"a{number}")
    with pytest.raises(WorkshopError, match=r"You have answered 3 times, and no more is taken\. Your last one counts"):
        store.answer(token, 0, POINTS, "3")
    assert store.answer(token, 0, POINTS, "", "a2").is_repeat
    store.answer(other, 0, POINTS, "Bob's")
    assert sorted(entry.comment for entry in store.entries(store.by_code(code))) == ["2", "Bob's"]


def test_comment_is_released_in_its_own_workshop_only(store: WorkshopStore) -> None:
    code, token = joined(store)
    store.answer(token, 0, POINTS, "Said")
    mine, other = store.by_code(code), store.by_code(opened(store))
    answer_id = store.entries(mine)[0].answer_id
    with pytest.raises(WorkshopError, match=r"This comment is not there any more\. Look at the page again"):
        store.release(answer_id, workshop_id=other.workshop_id)
    with pytest.raises(WorkshopError, match="not there any more"):
        store.release(answer_id + 1000)
    assert not store.entries(mine)[0].is_released
    for _ in range(2):
        store.release(answer_id, workshop_id=mine.workshop_id)
    assert store.entries(mine)[0].is_released
    store.release(answer_id, released=False)
    assert not store.entries(mine)[0].is_released


def test_time_is_that_of_the_server_whatever_a_phone_says(database: Database) -> None:
    times = iter(f"2026-03-02T09:{minute:02}:00.000+00:00" for minute in range(60))
    store = WorkshopStore(database, clock=lambda: next(times))
    code, token = joined(store)  # 09:00 the room, 09:01 Ann
    sent_at = {"tiers": {"national": 1}, "at": "1999-01-01T00:00:00Z", "clock": 0}
    assert store.answer(token, 0, sent_at, "", "a1").at == "2026-03-02T09:02:00.000+00:00"
    assert store.answer(token, 0, sent_at, "", "a1").at == "2026-03-02T09:02:00.000+00:00"
    assert store.answer(token, 0, POINTS, "", "1999-01-01T00:00:00Z").at == "2026-03-02T09:03:00.000+00:00"
    assert [entry.at for entry in store.entries(store.by_code(code))] == ["2026-03-02T09:03:00.000+00:00"]


def test_last_answer_counts_when_the_servers_clock_goes_back(database: Database) -> None:
    times = iter(f"2026-03-02T09:{minute:02}:00.000+00:00" for minute in (0, 10, 40, 20, 50))
    store = WorkshopStore(database, clock=lambda: next(times))
    code, token = joined(store)
    store.answer(token, 0, POINTS, "early")
    store.answer(token, 0, POINTS, "late")  # at 09:20, after 09:40
    assert [entry.comment for entry in store.entries(store.by_code(code))] == ["late"]
    store.move(store.by_code(code).workshop_id, Move("close"))
    said = f"your answer of {clock_time('2026-03-02T09:20:00.000+00:00')} counts"
    with pytest.raises(ClosedError, match=said):
        store.answer(token, 0, POINTS)


def test_closed_room_does_not_say_that_an_answer_counts_when_its_round_was_reset(store: WorkshopStore) -> None:
    code, token = joined(store)
    workshop_id = store.by_code(code).workshop_id
    store.answer(token, 0, POINTS)
    store.move(workshop_id, Move("reset"))
    store.move(workshop_id, Move("close"))
    with pytest.raises(ClosedError, match=r"This workshop is closed\. You had not answered"):
        store.answer(token, 0, POINTS)
    store.move(workshop_id, Move("undo"))
    store.move(workshop_id, Move("undo"))
    store.move(workshop_id, Move("close"))
    with pytest.raises(ClosedError, match=r"your answer of \d\d:\d\d counts"):
        store.answer(token, 0, POINTS)


def test_rounds_are_numbered_once_when_moves_are_taken_back(store: WorkshopStore) -> None:
    code, token = joined(store)
    workshop_id = store.by_code(code).workshop_id

    def comments() -> list[str]:
        return [entry.comment for entry in store.entries(store.workshop(workshop_id))]

    store.answer(token, 0, POINTS, "1")
    store.move(workshop_id, Move("round"))
    store.answer(token, 0, POINTS, "2")
    store.move(workshop_id, Move("undo"))
    assert comments() == ["1"]
    assert store.move(workshop_id, Move("round")).state.rounds == (1, 3)
    assert comments() == ["1"]  # what was said in the round that was taken back is not in the next one
    store.answer(token, 0, POINTS, "3")
    store.move(workshop_id, Move("reset"))
    assert comments() == ["1"]
    assert store.move(workshop_id, Move("undo")).state.rounds == (1, 3)
    assert comments() == ["3"]
    for _ in range(20 - 4):
        store.move(workshop_id, Move("round"))
    with pytest.raises(WorkshopError, match="A workshop has at most 20 rounds, those that were reset among them"):
        store.move(workshop_id, Move("reset"))
    store.move(workshop_id, Move("undo"))
    with pytest.raises(WorkshopError, match="at most 20 rounds"):
        store.move(workshop_id, Move("round"))


@pytest.mark.parametrize("minutes", [-1, 241, float("nan"), float("inf")])
def test_timer_without_sense_is_refused(store: WorkshopStore, minutes: float) -> None:
    workshop = store.by_code(opened(store))
    with pytest.raises(WorkshopError, match=f"A timer of {minutes:g} minutes: 0 to 240, 0 stops it"):
        store.move(workshop.workshop_id, Move("timer", minutes))
    with pytest.raises(WorkshopError, match='"delete" is nothing that a facilitator can do'):
        store.move(workshop.workshop_id, Move("delete"))
    assert store.by_code(workshop.code) == workshop
    with pytest.raises(NoWorkshopError):
        store.move("none", Move("close"))


def test_scenario_stays_that_of_the_ballots_when_the_file_changes(store: WorkshopStore) -> None:
    scenario = read_scenario(QUICKSTART)
    workshop, _ = store.create(PLAN, scenario, scenario.settings)
    assert WorkshopStore(store.database).scenario(workshop).hash == scenario.hash == workshop.scenario_hash
