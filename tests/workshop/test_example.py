"""The bundled example: who is in the room, what they say, and that it is put into a database once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest

from prioritiser import read_scenario
from prioritiser.scenario.scenario import Scenario
from prioritiser.store.database import open_database
from prioritiser.workshop.answers import ballots_of
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.consensus import agreement_of
from prioritiser.workshop.example.holding import example_workshop
from prioritiser.workshop.example.people import POINTS, SUPPORT, SWING
from prioritiser.workshop.groups import shown_groups
from prioritiser.workshop.heard.rounds import read_rounds
from prioritiser.workshop.records import Entry, Kind, Workshop
from prioritiser.workshop.store import WorkshopStore, settings_of
from tests.places import ROOT


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario(ROOT / "scenarios" / "example-ics")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkshopStore]:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('example') / 'rooms.sqlite'}")
    yield WorkshopStore(database)
    database.close()


@pytest.fixture(scope="module")
def workshop(store: WorkshopStore, scenario: Scenario) -> Workshop:
    return example_workshop(store, scenario)


def ballots(store: WorkshopStore, scenario: Scenario, workshop: Workshop, rounds: int) -> tuple[Ballot, ...]:
    return ballots_of(scenario, settings_of(workshop, scenario), workshop, store.entries(workshop, rounds))


def test_example_is_finished_and_says_that_it_is_illustrative_when_opened(workshop: Workshop) -> None:
    assert workshop.is_illustrative and "illustrative" in workshop.title
    assert not workshop.state.is_open and len(workshop.state.rounds) == 2
    assert [question.kind for question in workshop.plan.questions] == [Kind.POINTS, Kind.SWING, Kind.SUPPORT]
    assert workshop.plan.is_anonymous
    assert workshop.created_at < workshop.state.closed_at < "2026-03-12"


def test_example_has_the_room_that_its_docstring_says_when_counted(store: WorkshopStore, workshop: Workshop) -> None:
    people = store.participants(workshop.workshop_id)
    assert Counter(one.role for one in people) == {
        "Acute trust": 6,
        "Council": 5,
        "Public": 5,
        "Primary care": 3,
        "Community and mental health": 3,
        "Voluntary sector": 2,
    }
    assert len({one.place for one in people}) == 3
    shown = shown_groups([(one.role, one.place) for one in people])
    assert {name: len(members) for name, members in shown.roles.items()} == {
        "Acute trust": 6, "Council": 5, "Public": 5, "others": 8
    }  # fmt: skip
    assert len(shown.places) == 3


def test_answers_are_what_each_question_asks_for_when_read(store: WorkshopStore, workshop: Workshop) -> None:
    first, last = store.entries(workshop, 1), store.entries(workshop)
    assert Counter(entry.question for entry in first) == Counter(entry.question for entry in last) == {
        POINTS: 24, SWING: 24, SUPPORT: 24
    }  # fmt: skip
    for entry in (*first, *last):
        if entry.question == POINTS:
            assert sum(entry.answer["tiers"].values()) == 100
        elif entry.question == SWING:
            assert max(entry.answer["tiers"].values()) == 100
        else:
            assert entry.answer["must"]
    assert sum(bool(entry.answer.get("goals")) for entry in first) == 9
    assert len({entry.participant for entry in last if entry.round == 1}) == 20
    assert all(before.answer_id < after.answer_id for before, after in pairwise(sorted(first, key=at)))


def at(entry: Entry) -> str:
    return entry.at


def test_second_round_moves_together_when_agreement_is_measured(
    store: WorkshopStore, scenario: Scenario, workshop: Workshop
) -> None:
    measured = []
    for rounds in (1, 2):
        shares = [
            {tier: weight / sum(one.weights.values()) for tier, weight in one.weights.items()}
            for one in ballots(store, scenario, workshop, rounds)
        ]
        assert len(shares) == 24
        measured.append(agreement_of(shares) or 0.0)
    assert 0.5 < measured[0] < measured[1] - 0.05 < 0.95


def test_some_comments_are_released_and_all_are_words_when_listed(store: WorkshopStore, workshop: Workshop) -> None:
    said = {entry.answer_id: entry for rounds in (1, 2) for entry in store.entries(workshop, rounds) if entry.comment}
    assert len(said) == 20 == len({entry.comment for entry in said.values()})
    assert 5 < sum(entry.is_released for entry in said.values()) < 15
    assert {entry.question for entry in said.values()} == {POINTS, SWING, SUPPORT}
    assert all(len(sentence.split()) < 25 for entry in said.values() for sentence in entry.comment.split(". "))


def test_same_room_is_made_when_made_again(
    store: WorkshopStore, scenario: Scenario, workshop: Workshop, tmp_path: Path
) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    other = WorkshopStore(database)
    again = example_workshop(other, scenario)

    def rows(of: WorkshopStore, found: Workshop) -> list[object]:
        return sorted(
            [
                entry.at,
                entry.participant.role,
                entry.participant.place,
                entry.question,
                str(entry.answer),
                entry.comment,
            ]
            for entry in of.entries(found)
        )

    assert again.workshop_id == workshop.workshop_id and again.created_at == workshop.created_at
    assert rows(other, again) == rows(store, workshop)
    database.close()


def test_example_is_there_once_when_two_put_it_at_the_same_time(scenario: Scenario, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'rooms.sqlite'}")
    store, found = WorkshopStore(database), []
    threads = [Thread(target=lambda: found.append(example_workshop(store, scenario))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(one.code for one in found)) == 1 and len(found) == 2
    assert [one.code for one in store.workshops()] == [found[0].code]
    database.close()


def test_roles_and_places_of_both_rounds_may_be_shown_when_set_against_each_other(
    store: WorkshopStore, scenario: Scenario, workshop: Workshop
) -> None:
    first, last = read_rounds(store, workshop).rounds
    for said in (first, last):
        assert set(said.room.groups.roles) == {"Acute trust", "Council", "Public", "others"}
        assert len(said.room.groups.places) == 3 and len(said.room.people) == 24
        assert not said.room.why_not and not said.support.why_not
