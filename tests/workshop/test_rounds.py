"""What a room said, round by round: what counts, and whom figures may be about whatever was shown before."""

from __future__ import annotations

import pytest

from prioritiser.workshop.heard.rounds import MUST, NEITHER, WITHOUT, RoomSaid, read_rounds
from prioritiser.workshop.records import Kind, Move, Question, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from tests.depth import thorough
from tests.workshop.rooms import opened

pytestmark = pytest.mark.parametrize("kind", ["sqlite", thorough("postgresql")], indirect=True)

BOTH = WorkshopPlan("Room", (Question(Kind.POINTS), Question(Kind.SUPPORT)), roles=("Trust", "Council"))
NAMED = WorkshopPlan("Room", BOTH.questions, False, BOTH.roles)
NATIONAL, LOCAL = {"tiers": {"national": 100}}, {"tiers": {"local": 100}}


class Held:
    """A room that a test holds. plan: anonymous by default."""

    def __init__(self, store: WorkshopStore, plan: WorkshopPlan = BOTH) -> None:
        self.store, self.code = store, opened(store, plan)
        self.move("all")

    def move(self, name: str) -> None:
        self.store.move(self.store.by_code(self.code).workshop_id, Move(name))

    def join(self, number: int, role: str = "Trust") -> list[str]:
        names = [f"P{place}" for place in range(number)]
        return [self.store.join(self.code, name, role)[1] for name in names]

    def answer(self, tokens: list[str], given: object, question: int = 0, comment: str = "") -> None:
        for token in tokens:
            self.store.answer(token, question, given, comment)

    def said(self) -> RoomSaid:
        return read_rounds(self.store, self.store.by_code(self.code))

    def people(self) -> list[int]:
        """How many figures may be about, in each round that may be looked at."""
        return [len(one.room.people) for one in self.said().rounds]


def test_open_round_of_an_anonymous_room_is_left_out_until_it_is_closed(store: WorkshopStore) -> None:
    room = Held(store)
    tokens = room.join(6)
    room.answer(tokens, NATIONAL)
    assert room.people() == []
    room.move("close")
    assert room.people() == [6]
    room.move("round")
    room.answer(tokens[:5], LOCAL)
    assert room.people() == [6]
    room.move("close")
    assert room.people() == [6, 6]
    first, second = room.said().rounds
    assert [one.weights["national"] for one in first.room.people] == [1.0] * 6
    assert sorted(one.weights["national"] for one in second.room.people) == [0.0] * 5 + [1.0]


def test_room_with_names_is_read_while_it_is_open(store: WorkshopStore) -> None:
    room = Held(store, NAMED)
    room.answer(room.join(1), NATIONAL)
    assert room.people() == [1] and room.said().rounds[0].room.people[0].name == "P0"


def test_four_answers_show_nothing(store: WorkshopStore) -> None:
    room = Held(store)
    room.answer(room.join(4), NATIONAL, comment="Whose words are these?")
    room.move("close")
    (only,) = room.said().rounds
    assert (only.room.people, only.shown_ballots, only.comments) == ((), (), ())
    assert only.room.why_not == "Nothing is shown for fewer than five answers."


def test_latecomer_is_left_out_when_a_room_was_opened_again_for_one(store: WorkshopStore) -> None:
    room = Held(store)
    room.answer(room.join(6), NATIONAL)
    room.move("close")
    room.move("open")
    (late,) = room.join(1)
    room.answer([late], LOCAL, comment="It is me")
    room.move("close")
    (only,) = room.said().rounds
    assert [one.weights["local"] for one in only.room.people] == [0.0] * 6
    assert [dict(ballot.weights)["local"] for ballot in only.shown_ballots] == [0.0] * 6
    assert only.comments == () and len(only.ballots) == 7
    assert "left out until there are five of them" in only.room.notes[0]
    room.move("open")
    room.answer(room.join(4), LOCAL)
    room.move("close")
    assert room.people() == [11]


def test_latecomer_is_left_out_when_the_opening_for_one_is_taken_back(store: WorkshopStore) -> None:
    room = Held(store)
    room.answer(room.join(6), NATIONAL)
    room.move("close")
    room.move("open")
    room.answer(room.join(1), LOCAL)
    room.move("undo")
    assert room.people() == [6]


def test_round_that_changes_fewer_than_five_answers_is_not_shown(store: WorkshopStore) -> None:
    room = Held(store)
    tokens = room.join(7)
    room.answer(tokens, NATIONAL)
    room.move("close")
    room.move("round")
    room.answer(tokens[:2], LOCAL)
    room.move("close")
    first, second = room.said().rounds
    assert len(first.room.people) == 7 and second.room.people == ()
    assert second.room.why_not.startswith("Fewer than five answers differ")


def test_what_a_reset_round_showed_still_counts(store: WorkshopStore) -> None:
    room = Held(store)
    tokens = room.join(6)
    room.answer(tokens, NATIONAL)
    room.move("close")
    room.move("reset")
    room.answer(tokens, NATIONAL)
    room.answer(room.join(1), LOCAL)
    room.move("close")
    assert room.people() == [6]


def test_support_is_of_those_who_weighed_and_of_all_where_nobody_was_asked_to(store: WorkshopStore) -> None:
    room = Held(store)
    tokens = room.join(7)
    room.answer(tokens[:6], NATIONAL)
    room.answer(tokens[1:], {"must": ["theatre_lists"], "without": ["handover"]}, 1)
    room.move("close")
    (only,) = room.said().rounds
    assert len(only.support.people) == 5  # six answered, one of them without weights
    one = only.support.people[0].weights
    assert (one["theatre_lists"], one["handover"], one["stop_smoking"]) == (MUST, WITHOUT, NEITHER)
    assert sum(bool(ballot.support) for ballot in only.shown_ballots) == 5
    alone = Held(store, WorkshopPlan("Room", (Question(Kind.SUPPORT),), roles=("Trust",)))
    alone.answer(alone.join(6), {"must": ["theatre_lists"]})
    alone.move("close")
    (only,) = alone.said().rounds
    assert len(only.support.people) == 6 and only.room.people == ()


def test_support_of_fewer_than_five_is_in_no_ballot(store: WorkshopStore) -> None:
    room = Held(store)
    tokens = room.join(6)
    room.answer(tokens, NATIONAL)
    room.answer(tokens[:4], {"must": ["theatre_lists"]}, 1)
    room.move("close")
    (only,) = room.said().rounds
    assert only.support.people == () and not any(ballot.support for ballot in only.shown_ballots)


def test_comments_of_every_round_are_listed_once(store: WorkshopStore) -> None:
    room = Held(store)
    tokens = room.join(5)
    room.answer(tokens, NATIONAL)
    room.answer(tokens[:1], NATIONAL, comment="More nurses")
    room.move("close")
    room.move("round")
    room.answer(tokens, LOCAL)
    room.answer(tokens[1:2], LOCAL, comment="Fewer meetings")
    room.move("close")
    assert sorted(entry.comment for entry in room.said().comments()) == ["Fewer meetings", "More nurses"]
