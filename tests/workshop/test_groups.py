"""No figure that is shown of an anonymous room is, or can be taken from others to be, about one to four people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from random import Random

import numpy as np
import pytest

from prioritiser.workshop.groups import LEAST, OTHERS, Groups, shown_groups
from tests.depth import part

type People = list[tuple[str, str]]


def small_rooms() -> Iterator[People]:
    """Every room of two roles and two places with up to 7 people in each of the four cells that are 0, 1, 4, 5 or 7."""
    cells = list(product("AB", "NS"))
    for counts in product((0, 1, 4, 5, 7), repeat=4):
        yield [cell for cell, count in zip(cells, counts, strict=True) for _ in range(count)]


def drawn_rooms(seeds: range) -> Iterator[People]:
    """Rooms with blanks, one role, many roles, and roles that are nearly places."""
    for seed in seeds:
        rng = Random(seed)
        roles = rng.choice((["A"], ["A", "B"], ["A", "B", ""], list("ABCD"), list("ABCDEFGHIJ"), ["", OTHERS, "A"]))
        places = rng.choice(([""], ["N", "S"], ["N", "S", "W", ""], list("NESWXYZ")))
        chosen = [(rng.choice(roles), rng.choice(places)) for _ in range(rng.randint(0, 40))]
        if rng.random() < 0.4:  # a role for each place, but for a few
            pairs = dict(zip(places, [rng.choice(roles) for _ in places], strict=True))
            chosen = [(pairs[place] if rng.random() < 0.9 else role, place) for role, place in chosen]
        yield chosen


def unions(groups: Sequence[tuple[int, ...]]) -> list[set[int]]:
    chosen = chain.from_iterable(combinations(groups, size) for size in range(len(groups) + 1))
    return [set(chain.from_iterable(some)) for some in chosen]


def assert_about_five_or_nobody(people: People, groups: Groups) -> None:
    everybody = set(range(len(people)))
    for kind in (groups.roles, groups.places):
        members = list(chain.from_iterable(kind.values()))
        assert sorted(members) == ([] if not kind else sorted(everybody))  # each in one group
        for mine in unions(list(kind.values())) if kind else []:
            assert not 0 < len(mine) < LEAST
            assert not 0 < len(everybody - mine) < LEAST
    for mine, theirs in product(unions(list(groups.roles.values())), unions(list(groups.places.values()))):
        assert not 0 < len(mine ^ theirs) < LEAST, people


def test_small_rooms_give_nobody_away_when_all_are_tried() -> None:
    shown = 0
    for people in small_rooms():
        groups = shown_groups(people)
        assert_about_five_or_nobody(people, groups)
        shown += bool(groups.roles and groups.places)
    assert shown > 20


def test_drawn_rooms_give_nobody_away() -> None:
    shown = 0
    for people in drawn_rooms(part(range(4000))):
        groups = shown_groups(people)
        assert_about_five_or_nobody(people, groups)
        shown += bool(groups.roles and groups.places)
    assert shown > 20


def test_weighted_sums_of_figures_give_nobody_away_either() -> None:
    """Whatever sums of roles and places are added and taken, with whatever weights, five people are left or none."""
    for people in drawn_rooms(part(range(400))):
        groups = shown_groups(people)
        kinds = [*groups.roles.values(), *groups.places.values()]
        if not groups.roles or not groups.places:
            continue
        figures = np.array([[float(at in some) for at in range(len(people))] for some in kinds])
        cells = sorted(set(map(tuple, figures.T)))
        sizes = [sum(tuple(column) == cell for column in figures.T) for cell in cells]
        table = np.array(cells).T  # figures × cells of people who are in the same groups
        small = [number for number in range(len(cells)) if sizes[number] < LEAST]
        for count in range(1, len(small) + 1):
            for some in combinations(small, count):
                if sum(sizes[number] for number in some) >= LEAST:
                    continue
                others = [number for number in range(len(cells)) if number not in some]
                # sums that are nothing for all others are nothing for these few as well
                rank = np.linalg.matrix_rank(table[:, others]) if others else 0
                assert np.linalg.matrix_rank(table) == rank


@pytest.mark.parametrize(
    ("people", "roles"),
    [
        ([("A", "")] * 5, {}),  # one role is all
        ([("A", "")] * 9, {}),
        ([("A", "")] * 5 + [("B", "")] * 4, {}),  # the rest is four
        ([("A", "")] * 5 + [("B", "")] * 5, {"A": 5, "B": 5}),
        ([("A", "")] * 6 + [("", "")] * 5, {"A": 6, OTHERS: 5}),
        ([("A", "")] * 6 + [("B", "")] * 5 + [("", "")] * 2, {"A": 6, OTHERS: 7}),
        ([("A", "")] * 6 + [("B", "")] * 3 + [("C", "")] * 2, {"A": 6, OTHERS: 5}),
        ([("A", "")] * 8 + [("B", "")] * 7 + [("C", "")], {"A": 8, OTHERS: 8}),
        ([(letter, "") for letter in "ABCDEFGHIJ"], {}),
        ([], {}),
    ],
)
def test_roles_are_shown_by_hand(people: People, roles: dict[str, int]) -> None:
    assert {name: len(members) for name, members in shown_groups(people).roles.items()} == roles


def test_places_that_give_a_role_away_are_folded_by_hand() -> None:
    # all trusts but one are in the north, where nobody else is: north against trusts would be about one
    people = [("Trust", "North")] * 6 + [("Trust", "South")] + [("Council", "South")] * 6
    assert shown_groups(people) == Groups({"Council": tuple(range(7, 13)), "Trust": tuple(range(7))}, {})
