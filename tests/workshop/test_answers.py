"""Ballots that answers of a room make: who is called what in every round, and what counts."""

from __future__ import annotations

from prioritiser import read_scenario
from prioritiser.workshop.answers import ballots_of, participant_names
from prioritiser.workshop.records import Entry, Kind, Participant, Question, State, Workshop, WorkshopPlan
from tests.places import QUICKSTART

PLAN = WorkshopPlan("T", (Question(Kind.POINTS), Question(Kind.SUPPORT)))
ROOM = Workshop("w", "ABCDEF", PLAN, State(), "hash", {}, "2026-01-01T00:00:00.000+00:00")


def entry(one: Participant, question: int, answer: dict[str, object], number: int = 1) -> Entry:
    return Entry(number, one, question, 0, answer, "", "2026-01-01T00:00:00.000+00:00")


def points(one: Participant, *weights: float) -> Entry:
    return entry(one, 0, {"tiers": dict(zip(("national", "local", "long_term"), weights, strict=True))})


def test_participants_keep_their_number_when_somebody_joins_later() -> None:
    scenario = read_scenario(QUICKSTART)
    late, early = Participant("a"), Participant("b", role="Trust", place="North")
    first = ballots_of(scenario, scenario.settings, ROOM, [points(early, 1, 2, 3)], [late, early])
    second = ballots_of(
        scenario, scenario.settings, ROOM, [points(late, 1, 1, 1), points(early, 1, 2, 3)], [late, early]
    )
    assert [one.participant for one in first] == ["Participant 2"]
    assert [one.participant for one in second] == ["Participant 1", "Participant 2"]
    assert first[0] == second[1] and not first[0].is_named
    assert (first[0].role, first[0].place) == ("Trust", "North")


def test_names_are_told_apart_when_they_are_the_same() -> None:
    people = [
        Participant("a", "Ann"),
        Participant("b", "Ann"),
        Participant("c", "Ann (2)"),
        Participant("d", "Ann (2)"),
    ]
    names = participant_names(people)
    assert len(set(names.values())) == 4
    assert (names["a"], names["b"]) == ("Ann", "Ann (2)")


def test_what_is_not_marked_is_not_supported_and_weights_make_the_ballot() -> None:
    scenario = read_scenario(QUICKSTART)
    ann, bob = Participant("a", "Ann"), Participant("b", "Bob")
    said = [
        points(ann, 60, 20, 20),
        entry(ann, 1, {"must": ["handover"], "without": ["shared_record"]}),
        entry(bob, 1, {"must": ["handover"], "without": []}),  # no weights, so no ballot
    ]
    (one,) = ballots_of(scenario, scenario.settings, ROOM, said)
    assert one.participant == "Ann" and one.is_named
    assert set(one.support) == set(scenario.initiative_by_id)
    assert [name for name, is_supported in one.support.items() if is_supported] == ["handover"]
