"""What has come to a room, counted: by question, in all rounds that count and in the last one."""

from __future__ import annotations

import pytest

from prioritiser import read_scenario
from prioritiser.errors import NoWorkshopError
from prioritiser.workshop.heard.arrivals import find_arrivals, illustrative_rooms
from prioritiser.workshop.records import Kind, Move, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from tests.places import QUICKSTART

POINTS = {"tiers": {"national": 50, "local": 30, "long_term": 20}}


def test_answers_are_counted_by_question_and_round_when_they_come(store: WorkshopStore) -> None:
    scenario = read_scenario(QUICKSTART)
    plan = WorkshopPlan("Spring room", (Question(Kind.POINTS), Question(Kind.SUPPORT)))
    workshop, _ = store.create(plan, scenario, scenario.settings)
    other, _ = store.create(plan, scenario, scenario.settings)

    def counts() -> tuple[int, tuple[int, ...], tuple[int, ...]]:
        found = find_arrivals(store, workshop.workshop_id, 2)
        return found.joined, found.answered, found.in_this_round

    assert counts() == (0, (0, 0), (0, 0))
    tokens = [store.join(workshop.code)[1] for _ in range(3)]
    store.answer(store.join(other.code)[1], 0, POINTS)  # of another room
    store.answer(tokens[0], 0, POINTS)
    store.answer(tokens[0], 0, POINTS)
    store.answer(tokens[1], 0, POINTS)
    before = find_arrivals(store, workshop.workshop_id, 2)
    assert counts() == (3, (2, 0), (2, 0))
    store.answer(tokens[1], 0, POINTS)  # changed: nobody more has answered, and yet it is news
    assert counts() == (3, (2, 0), (2, 0))
    assert find_arrivals(store, workshop.workshop_id, 2) != before
    store.move(workshop.workshop_id, Move("round"))
    store.answer(tokens[2], 0, POINTS)
    assert counts() == (3, (3, 0), (1, 0))
    store.move(workshop.workshop_id, Move("reset"))
    assert counts() == (3, (2, 0), (0, 0))
    before = find_arrivals(store, workshop.workshop_id, 2)
    store.release(store.entries(store.workshop(workshop.workshop_id))[0].answer_id)
    assert find_arrivals(store, workshop.workshop_id, 2) != before
    with pytest.raises(NoWorkshopError):
        find_arrivals(store, "nothing", 2)


def test_rooms_of_made_up_people_are_listed(store: WorkshopStore) -> None:
    scenario, plan = read_scenario(QUICKSTART), WorkshopPlan("Room", (Question(Kind.POINTS),))
    store.create(plan, scenario, scenario.settings)
    assert illustrative_rooms(store) == ()
    made_up, _ = store.create(plan, scenario, scenario.settings, is_illustrative=True)
    assert illustrative_rooms(store) == (made_up.workshop_id,)
