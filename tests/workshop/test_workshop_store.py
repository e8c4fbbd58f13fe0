"""A workshop from its opening to its second round: what is taken, what counts, what is refused, what comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prioritiser.errors import ClosedError, NoWorkshopError, RefusedFileError, WorkshopError
from prioritiser.store.database import open_database
from prioritiser.workshop.answers import ballots_of
from prioritiser.workshop.records import Kind, Move, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore, settings_of
from prioritiser.workshop.transfer import export_workshop, import_workshop
from tests.workshop.rooms import POINTS, opened


def test_answers_of_the_last_round_count_when_given_and_those_before_stand_otherwise(store: WorkshopStore) -> None:
    code = opened(store)
    workshop = store.by_code(code)
    _, ann = store.join(code, "Ann", "Trust")
    _, bob = store.join(f" {code[:3].lower()}-{code[3:]} ", "Bob", "Council")
    store.answer(ann, 0, POINTS, "More for RTT", "a1")
    store.answer(bob, 0, POINTS, "", "b1")
    store.answer(bob, 0, {"tiers": {"national": 0, "local": 1}}, "", "b2")
    store.move(workshop.workshop_id, Move("round"))
    store.answer(ann, 0, {"tiers": {"long_term": 7}}, "", "a2")
    now = store.by_code(code)
    scenario = store.scenario(now)
    said = {
        one.participant: dict(one.weights)
        for one in ballots_of(scenario, settings_of(now, scenario), now, store.entries(now))
    }
    assert said == {
        "Ann": {"national": 0, "local": 0, "long_term": 7},
        "Bob": {"national": 0, "local": 1, "long_term": 0},
    }
    first = [(entry.participant.name, entry.comment, entry.answer["tiers"]) for entry in store.entries(now, 1)]
    assert sorted(first) == [("Ann", "More for RTT", POINTS["tiers"]), ("Bob", "", {"national": 0, "local": 1})]


def test_sending_counts_once_when_it_comes_twice(store: WorkshopStore) -> None:
    code = opened(store)
    _, token = store.join(code, "Ann")
    first = store.answer(token, 0, POINTS, "", "same")
    again = store.answer(token, 0, {"tiers": {"local": 9}}, "", "same")
    assert (again.at, again.is_repeat) == (first.at, True)
    assert [entry.answer for entry in store.entries(store.by_code(code))] == [POINTS]


def test_closed_room_takes_nothing_and_says_what_counts(store: WorkshopStore) -> None:
    code = opened(store)
    workshop_id = store.by_code(code).workshop_id
    _, token = store.join(code, "Ann")
    _, silent = store.join(code, "Bob")
    store.answer(token, 0, POINTS)
    store.move(workshop_id, Move("close"))
    with pytest.raises(ClosedError, match=r"^This workshop is closed; your answer of \d\d:\d\d counts\.$"):
        store.answer(token, 0, {"tiers": {"local": 9}})
    with pytest.raises(ClosedError, match="You had not answered"):
        store.answer(silent, 0, POINTS)
    said = set()
    for wrong in (code, "AAAAAA", "", "x" * 5000, "<b>"):
        with pytest.raises(NoWorkshopError) as refused:
            store.join(wrong, "Eve")
        said.add(str(refused.value))
    assert len(said) == 1
    store.move(workshop_id, Move("undo"))
    store.answer(token, 0, {"tiers": {"local": 9}})


def test_round_that_was_reset_does_not_count_and_comes_back_with_undo(store: WorkshopStore) -> None:
    code = opened(store)
    workshop_id = store.by_code(code).workshop_id
    _, token = store.join(code, "Ann")
    store.answer(token, 0, POINTS)
    assert store.entries(store.move(workshop_id, Move("reset"))) == []
    store.answer(token, 0, {"tiers": {"local": 9}})
    assert [entry.answer for entry in store.entries(store.move(workshop_id, Move("undo")))] == [POINTS]
    again = store.move(workshop_id, Move("reset"))
    assert store.entries(again) == []  # what was answered after the first reset does not come up in the second
    assert store.last_move(workshop_id) == "reset"
    store.move(workshop_id, Move("undo"))
    with pytest.raises(WorkshopError, match="nothing to take back"):
        store.move(workshop_id, Move("undo"))


def test_question_that_is_not_asked_yet_is_refused(store: WorkshopStore) -> None:
    code = opened(store)
    workshop_id = store.by_code(code).workshop_id
    _, token = store.join(code, "Ann")
    with pytest.raises(WorkshopError, match="not asked yet"):
        store.answer(token, 1, {"must": []})
    store.move(workshop_id, Move("next"))
    store.answer(token, 1, {"must": ["theatre_lists"]})
    with pytest.raises(WorkshopError, match="There is no next question: all 2 are asked"):
        store.move(workshop_id, Move("next"))
    with pytest.raises(WorkshopError, match="not asked here"):
        store.answer(token, 2, {})


@pytest.mark.parametrize(
    ("question", "given", "said"),
    [
        (0, {"tiers": {"national": -1}}, "Give a number from 0 to 1,000."),
        (0, {"tiers": {"national": 1e9}}, "Give a number from 0 to 1,000."),
        (0, {"tiers": {"national": float("nan")}}, "Give a number from 0 to 1,000."),
        (0, {"tiers": {"national": True}}, "Give a number from 0 to 1,000."),
        (0, {"tiers": {"national": "40"}}, "Give a number from 0 to 1,000."),
        (0, {"tiers": {"national": 0}}, "Give at least one of them more than 0."),
        (0, {"tiers": {"regional": 5}}, '"regional" is no tier of this question.'),
        (0, {"tiers": [1]}, "The answer cannot be read. Send it from the page."),
        (0, "x", "The answer cannot be read. Send it from the page."),
        (1, {"must": ["nothing"]}, '"nothing" is no initiative of this question.'),
        (1, {"must": [1]}, "The answer cannot be read. Send it from the page."),
        (1, {"must": ["theatre_lists"], "without": ["theatre_lists"]}, "cannot be both"),
    ],
)
def test_answer_that_makes_no_sense_is_refused_in_words(
    store: WorkshopStore, question: int, given: object, said: str
) -> None:
    code = opened(store)
    store.move(store.by_code(code).workshop_id, Move("all"))
    _, token = store.join(code, "Ann")
    with pytest.raises(WorkshopError) as refused:
        store.answer(token, question, given)
    assert said in str(refused.value)
    assert store.entries(store.by_code(code)) == []


def test_comment_and_name_that_are_too_long_are_refused(store: WorkshopStore) -> None:
    code = opened(store)
    _, token = store.join(code, "Ann")
    with pytest.raises(WorkshopError, match="The comment has 10,000 characters; at most 1,000 are taken"):
        store.answer(token, 0, POINTS, "x" * 10_000)
    with pytest.raises(WorkshopError, match="The name has 61 characters; at most 60 are taken"):
        store.join(code, "x" * 61)
    with pytest.raises(WorkshopError, match="Write your name"):
        store.join(code)
    with pytest.raises(WorkshopError, match="Choose one of the roles of the list"):
        store.join(code, "Eve", "King")


def test_plan_that_makes_no_sense_is_refused_with_all_that_is_wrong(store: WorkshopStore) -> None:
    plan = WorkshopPlan(
        " ", (Question(Kind.POINTS, ("rtt",)), Question(Kind.SWING, ("none",))), True, ("A", "a"), (), ("x",)
    )
    with pytest.raises(WorkshopError) as refused:
        opened(store, plan)
    assert str(refused.value).splitlines() == [
        "The title has 0 characters; 1 to 120 are expected.",
        "Goals are asked by swing weights only, not by points.",
        "The goal none is not in the scenario.",
        "The roles to choose from: at most 30, each once, none blank.",
        "There is no what-if x.",
    ]


def test_workshop_goes_out_and_in_whole_when_moved_to_another_database(
    store: WorkshopStore, new_url: Callable[[], str]
) -> None:
    code = opened(store)
    one, token = store.join(code, "Ann", "Trust")
    store.answer(token, 0, POINTS, "Said", "a1")
    before = store.entries(store.by_code(code))
    store.release(before[0].answer_id)
    store.move(store.by_code(code).workshop_id, Move("round"))
    content = export_workshop(store, code)
    other = WorkshopStore(open_database(new_url()))
    found = import_workshop(other, "w.zip", content)
    assert found == store.by_code(code)
    assert [(entry.comment, entry.answer, entry.is_released) for entry in other.entries(found)] == [
        ("Said", POINTS, True)
    ]
    assert other.participants(found.workshop_id) == [one]
    assert other.answer(token, 0, {"tiers": {"local": 1}}, "", "a1").is_repeat  # the phone goes on as it was
    assert other.scenario(found).hash == store.scenario(found).hash
    with pytest.raises(WorkshopError, match="is in this database already"):
        import_workshop(other, "w.zip", content)
    for bad in (b"", b"PK", content[:200], content.replace(b"workshop.json", b"workshop.jsoN")):
        with pytest.raises(RefusedFileError):
            import_workshop(other, "w.zip", bad)
    other.database.close()
