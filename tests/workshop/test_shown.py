"""What may be shown of a room: no figure, and no figure taken from another, is about one to four people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from random import Random

import pytest

from prioritiser.workshop.groups import LEAST, OTHERS, shown_groups
from prioritiser.workshop.shown import (
    Person,
    ShownRoom,
    shown_agreement,
    shown_dots,
    shown_regrets,
    shown_room,
    shown_weights,
    spread_of,
)
from tests.depth import part

TIERS = ("national", "local", "long_term")


def every_union(sets: Iterable[Iterable[int]]) -> list[frozenset[int]]:
    classes = [frozenset(one) for one in sets]
    chosen = chain.from_iterable(combinations(classes, size) for size in range(len(classes) + 1))
    return [frozenset().union(*some) for some in chosen]


def drawn_room(rng: Random, most: int = 40) -> list[tuple[str, str]]:
    roles, places = "ABCDEFG"[: rng.randint(1, 7)], "NSEW"[: rng.randint(1, 4)]
    blank = rng.choice((0.0, 0.1))
    return [
        ("" if rng.random() < blank else rng.choice(roles), "" if rng.random() < blank else rng.choice(places))
        for _ in range(rng.randint(0, most))
    ]


def test_no_group_and_no_difference_of_groups_is_about_one_to_four_people() -> None:
    shown = 0
    for seed in part(range(2000)):
        people = drawn_room(Random(seed))
        found = shown_groups(people)
        everybody = frozenset(range(len(people)))
        for kind in (found.roles, found.places):
            assert not kind or frozenset(chain.from_iterable(kind.values())) == everybody, seed
            assert all(len(one) >= LEAST for one in kind.values()), seed
        if len(people) < LEAST:  # nothing at all is shown of them
            assert not found.roles and not found.places, seed
            continue
        for one in (*every_union(found.roles.values()), everybody):
            for other in (*every_union(found.places.values()), everybody):
                assert not 0 < len(one ^ other) < LEAST, (seed, found)
        shown += bool(found.roles) + bool(found.places)
    assert shown > 100


def test_small_role_goes_into_others_by_hand() -> None:
    people = [("Trust", "")] * 6 + [("Council", "")] * 5 + [("Public", "")] * 3
    # 'others' of three alone would follow from all less the two shown; so the smaller of these joins it
    assert shown_groups(people).roles == {"Trust": tuple(range(6)), OTHERS: tuple(range(6, 14))}
    assert shown_groups([("Trust", "")] * 9 + [("Council", "")] * 4).roles == {}
    assert shown_groups([("Trust", "")] * 5 + [("Council", "")] * 5).roles == {
        "Council": tuple(range(5, 10)),
        "Trust": tuple(range(5)),
    }
    # every trust is in the north, and one council too: the north less the trusts is one person
    beside = [("Trust", "North")] * 6 + [("Council", "North")] + [("Council", "South")] * 6
    found = shown_groups(beside)
    assert set(found.roles) == {"Trust", "Council"} and found.places == {}


def person(key: int, role: str = "", place: str = "", national: float = 0.5) -> Person:
    weights = dict(zip(TIERS, (national, 1 - national, 0.0), strict=True))
    return Person(f"k{key}", f"Name {key}", role, place, weights, {"mean": key / 100})


def test_nothing_is_shown_of_few_or_while_it_is_open() -> None:
    few = shown_room([person(n) for n in range(4)])
    assert few.why_not == "Nothing is shown for fewer than five answers."
    assert shown_weights(few).every == {} and shown_dots(few).points == () and shown_regrets(few, "mean").every is None
    assert shown_agreement(few).before is None
    still = shown_room([person(n) for n in range(9)], is_closed=False)
    assert still.why_not.startswith("Answers are shown once they are closed")
    assert shown_room([]).why_not == "There are no answers yet."


def test_room_with_names_shows_all_by_hand() -> None:
    room = shown_room([person(1, "Trust"), person(7, "Council")], is_anonymous=False)
    found = shown_regrets(room, "mean")
    assert found.people == {"Name 1": 0.01, "Name 7": 0.07} and found.distant == ("Council", "Trust")
    assert found.roles["Trust"].largest == pytest.approx(0.01)


def test_regrets_of_an_anonymous_room_are_a_distribution_without_names() -> None:
    room = shown_room([person(n, "Trust" if n < 5 else "Council") for n in range(10)])
    found = shown_regrets(room, "mean")
    assert found.people == {} and found.distant == () and found.every is not None
    assert (found.every.least, found.every.median, found.every.most) == pytest.approx((0.0, 0.045, 0.09))
    assert {name: (one.number, one.largest) for name, one in found.roles.items()} == {
        "Council": (5, None),
        "Trust": (5, None),
    }
    assert shown_regrets(room, "other").why_not == "The regrets of this portfolio are not known yet."


def test_one_who_answers_again_is_not_given_away_by_the_round_before() -> None:
    first = [person(n) for n in range(8)]
    for changed in range(9):
        second = [person(n, national=0.9 if n < changed else 0.5) for n in range(8)]
        room = shown_room(second, [first])
        assert bool(room.people) == (changed == 0 or changed >= LEAST), changed
    more = shown_room([*first, person(8)], [first])  # the ninth alone is new
    assert len(more.people) == 8 and more.notes
    assert len(shown_room([*first, *(person(n) for n in range(8, 13))], [first]).people) == 13


def test_no_figure_of_two_rounds_is_about_one_to_four_answers() -> None:
    shown = 0
    for seed in part(range(400)):
        rng = Random(seed)
        groups = drawn_room(rng, 24)
        first = [person(n, role, place, rng.choice((0.2, 0.5))) for n, (role, place) in enumerate(groups)]
        moves, joins = rng.choice((0.1, 0.5, 0.9)), rng.randint(0, 7)
        second = [
            person(n, one.role, one.place, 0.8 if rng.random() < moves else one.weights["national"])
            for n, one in enumerate(first)
        ] + [person(n, "A", "N", 0.3) for n in range(len(first), len(first) + joins)]
        before, now = shown_room(first), shown_room(second, [first])
        for one in sums(before):
            for other in sums(now):
                differ = sum(one.get(key) != other.get(key) for key in one.keys() | other.keys())
                assert not 0 < differ < LEAST, seed
        shown += bool(before.people and now.people)
    assert shown > 10


def sums(room: ShownRoom) -> Sequence[dict[str, float]]:
    """Every set of answers of which a figure is shown, or follows by adding figures up."""
    unions = [frozenset(range(len(room.people)))] if room.people else []
    for kind in (room.groups.roles, room.groups.places):
        unions += every_union(kind.values())[1:]
    return [{room.people[at].key: room.people[at].weights["national"] for at in one} for one in unions]


def test_spread_by_hand() -> None:
    found = spread_of([1.0, 2.0, 3.0, 4.0])
    assert (found.number, found.least, found.lower, found.median, found.upper, found.most) == (4, 1, 1.75, 2.5, 3.25, 4)
    assert spread_of([2.0]).upper == 2.0
