"""What a room is shown of its answers: spreads, regrets and dots by hand; and nobody given away, by trying all sums."""

from __future__ import annotations

from itertools import chain, combinations, product
from random import Random

import pytest

from prioritiser import Optimiser, read_scenario
from prioritiser.workshop.consensus import consensus
from prioritiser.workshop.groups import LEAST, OTHERS
from prioritiser.workshop.portfolios import GroupRegret
from prioritiser.workshop.shown import (
    Person,
    ShownRoom,
    Spread,
    people_of,
    people_of_ballots,
    people_of_support,
    shown_agreement,
    shown_dots,
    shown_regrets,
    shown_room,
    shown_support,
    shown_weights,
    spread_of,
)
from tests.depth import part
from tests.places import QUICKSTART
from tests.workshop.small_rooms import ballot

FEW = "Nothing is shown for fewer than five answers."
OPEN = "Answers are shown once they are closed: a figure that moves as one answer comes in would show that answer."
UNCHANGED = "Fewer than five answers differ from those shown before; to show them would show whose they are."


def person(key: str, national: float, role: str = "", place: str = "", **regrets: float) -> Person:
    return Person(key, key, role, place, {"national": national, "local": 1 - national}, regrets)


def crowd(count: int, role: str = "", place: str = "", first: int = 0) -> list[Person]:
    return [person(f"{role}{place}{n}", n / 100, role, place) for n in range(first, first + count)]


def test_spread_by_hand() -> None:
    # quartiles of five numbers are the second, third and fourth; of four they lie between (spreadsheets' QUARTILE.INC)
    assert spread_of([0.5, 0.1, 0.4, 0.2, 0.3]) == Spread(5, 0.1, 0.2, 0.3, 0.4, 0.5)
    assert spread_of([0, 1, 2, 3]) == Spread(4, 0, 0.75, 1.5, 2.25, 3)
    assert spread_of([0.7]) == Spread(1, 0.7, 0.7, 0.7, 0.7, 0.7)


@pytest.mark.parametrize("count", [1, 4])
def test_few_answers_show_nothing_in_an_anonymous_room(count: int) -> None:
    room = shown_room(crowd(count))
    assert room.people == () and room.why_not == FEW
    assert shown_weights(room).every == {} and shown_weights(room).why_not == FEW
    assert shown_dots(room).points == () and shown_dots(room).why_not == FEW
    assert shown_regrets(room, "mean").every is None and shown_regrets(room, "mean").why_not == FEW
    assert shown_support(room).every == {} and shown_support(room).why_not == FEW
    agreement = shown_agreement(room)
    assert (agreement.before, agreement.after, agreement.people) == (None, None, 0)


def test_no_answers_say_so() -> None:
    for is_anonymous in (True, False):
        assert shown_room([], is_anonymous=is_anonymous).why_not == "There are no answers yet."


def test_answers_come_when_closed_in_an_anonymous_room_and_at_once_in_one_with_names() -> None:
    people = crowd(6)
    still = shown_room(people, is_closed=False)
    assert still.people == () and still.why_not == OPEN and shown_dots(still).points == ()
    assert len(shown_dots(shown_room(people)).points) == 6
    assert len(shown_dots(shown_room(people[:1], is_anonymous=False, is_closed=False)).points) == 1


def test_dots_carry_no_role_name_or_order() -> None:
    people = crowd(5, "Trust") + crowd(5, "Council", first=7)
    dots, turned = shown_dots(shown_room(people)), shown_dots(shown_room(people[::-1]))
    assert dots == turned
    assert [set(point) for point in dots.points] == [{"national", "local"}] * 10
    assert sorted(point["national"] for point in dots.points) == [one.weights["national"] for one in people]


def test_weights_of_groups_by_hand() -> None:
    people = crowd(5, "Trust", "North") + crowd(5, "Council", "South", first=10) + [person("p", 0.9, "Public", "North")]
    found = shown_weights(shown_room(people))
    # one of the public alone: with the council, the smallest of the others, they are 'others'
    assert list(found.roles) == ["Trust", OTHERS] and found.places == {}
    assert found.roles["Trust"]["national"] == Spread(5, 0.0, 0.01, 0.02, 0.03, 0.04)
    assert found.roles[OTHERS]["national"] == spread_of([0.1, 0.11, 0.12, 0.13, 0.14, 0.9])
    assert found.every["national"].number == 11 and found.every["local"].most == 1.0
    named = shown_weights(shown_room(people, is_anonymous=False))
    assert list(named.roles) == ["Council", "Public", "Trust"] and list(named.places) == ["North", "South"]
    assert named.roles["Public"]["national"].number == 1


def test_regrets_by_hand() -> None:
    trusts = [person(f"t{n}", n / 10, "Trust", mean=n / 10) for n in range(5)]
    councils = [person(f"c{n}", n / 10, "Council", mean=0.5 + n / 10) for n in range(5)]
    hidden = shown_regrets(shown_room([*trusts, *councils]), "mean")
    assert hidden.every == spread_of([n / 10 for n in range(10)])
    assert hidden.roles == {
        "Council": GroupRegret(5, pytest.approx(0.7), None),
        "Trust": GroupRegret(5, pytest.approx(0.2), None),
    }
    assert hidden.people == {} and hidden.distant == ()
    named = shown_regrets(shown_room([*trusts, *councils], is_anonymous=False), "mean")
    assert named.roles["Council"] == GroupRegret(5, pytest.approx(0.7), pytest.approx(0.9))
    assert named.people["c4"] == pytest.approx(0.9) and len(named.people) == 10
    assert named.distant == ("Council", "Trust")  # most distant first, each role once
    unknown = shown_regrets(shown_room(crowd(6)), "mean")
    assert unknown.every is None and unknown.why_not == "The regrets of this portfolio are not known yet."


def test_who_gave_no_name_is_not_listed_in_a_room_with_names() -> None:
    scenario = read_scenario(QUICKSTART)
    ballots = [ballot("Ann", (1, 0, 0)), ballot("Participant 2", (0, 0, 1), is_named=False)]
    answer = consensus(Optimiser(scenario), scenario.settings, ballots)
    room = shown_room(people_of(answer), is_anonymous=False)
    assert set(shown_regrets(room, "least_regret").people) == {"Ann"}
    found = shown_regrets(room, "least_regret").every
    assert found is not None and found.number == 2


def test_people_of_ballots_have_weights_of_one() -> None:
    scenario = read_scenario(QUICKSTART)
    (one,) = people_of_ballots(scenario, scenario.settings, [ballot("a", (30, 10, 10)), ballot("b", (0, 0, 0))])
    assert one.weights == {"national": 0.6, "local": 0.2, "long_term": 0.2}


def test_support_by_hand() -> None:
    ballots = [ballot(f"p{n}", (1, 0, 0), support={"hub": n < 3, "wards": False}) for n in range(5)]
    room = shown_room(people_of_support([*ballots, ballot("none", (1, 0, 0))]))
    assert len(room.people) == 5 and shown_support(room).every == {"hub": pytest.approx(0.6), "wards": 0.0}
    assert shown_room(people_of_support(ballots[1:])).why_not == FEW


def test_agreement_is_of_both_rounds_and_of_five_at_least() -> None:
    first, second = crowd(6), [person(f"{n}", 0.5) for n in range(6)]
    rooms = shown_room(second, [first]), shown_room(first)
    found = shown_agreement(*rooms)
    assert found.people == 6 and found.after == pytest.approx(1) and found.before is not None
    assert shown_agreement(rooms[0]).before == pytest.approx(1)


def test_second_round_by_hand() -> None:
    first = crowd(8)
    joined = [*first, person("new", 0.9)]
    # nobody changed: to show all would show the one who joined; without them nothing is new, and that may be shown
    same = shown_room(joined, [first])
    assert same.people == tuple(first)
    assert same.notes == ("Those who were not there before are left out until there are five of them.",)
    four = [*(person(one.key, 0.8) for one in first[:4]), *first[4:]]
    assert shown_room(four, [first]).why_not == UNCHANGED
    five = [*(person(one.key, 0.8) for one in first[:5]), *first[5:]]
    assert shown_room(five, [first]).people == tuple(five)
    assert len(shown_room([*first, *(person(f"new{n}", 0.9) for n in range(5))], [first]).people) == 13


def test_groups_of_a_second_round_by_hand() -> None:
    first = crowd(6, "Trust") + crowd(6, "Council", first=20)
    # five answers changed, three of them of trusts: roles would show three and two
    second = [person(one.key, 0.9, one.role) if at in (0, 1, 2, 6, 7) else one for at, one in enumerate(first)]
    assert list(shown_room(first).groups.roles) == ["Council", "Trust"]
    room = shown_room(second, [first])
    assert len(room.people) == 12 and room.groups.roles == {}
    third = [person(one.key, 0.9, one.role) if at < 6 else one for at, one in enumerate(first)]
    assert list(shown_room(third, [first]).groups.roles) == ["Council", "Trust"]


def drawn_history(rng: Random) -> list[list[Person]]:
    """Rounds or questions of one room: answers stand, change, come and, from one question to another, go."""
    roles, places = (
        rng.choice((["A"], ["A", "B"], ["A", "B", "C", ""])),
        rng.choice(([""], ["N", "S"], ["N", "S", "W"])),
    )
    size = rng.randint(3, 26)
    known = [(f"p{n}", rng.choice(roles), rng.choice(places)) for n in range(size + rng.randint(0, 8))]
    answers = {key: rng.randint(0, 4) / 4 for key, _, _ in known[:size]}
    history = []
    for _ in range(rng.randint(1, 3)):
        history.append([person(key, answers[key], role, place) for key, role, place in known if key in answers])
        share, left = rng.choice((0, 0.1, 0.3, 0.9)), rng.choice((0, 0, 0.1))
        for key, _, _ in known:
            if key in answers and rng.random() < share:
                answers[key] = rng.randint(0, 4) / 4
            elif key in answers and rng.random() < left:
                del answers[key]
            elif key not in answers and rng.random() < share / 2:
                answers[key] = rng.randint(0, 4) / 4
    return history


def figures(room: ShownRoom) -> list[dict[str, float]]:
    """Answers that sums of shown figures are about: of all, and of every union of roles or of places."""
    sets = [range(len(room.people))]
    for kind in (room.groups.roles, room.groups.places):
        chosen = chain.from_iterable(combinations(kind.values(), size) for size in range(1, len(kind) + 1))
        sets += [list(chain.from_iterable(some)) for some in chosen]  # type: ignore[misc]
    return [{room.people[at].key: room.people[at].weights["national"] for at in some} for some in sets]


def test_no_two_figures_of_rounds_and_questions_give_anybody_away() -> None:
    shown = grouped = withheld = 0
    for seed in part(range(1500)):
        history = drawn_history(Random(seed))
        rooms = [shown_room(people, history[:at]) for at, people in enumerate(history)]
        seen = [room for room in rooms if room.people]
        for one, other in product(seen, seen):
            for mine, theirs in product(figures(one), figures(other)):
                differ = sum(mine.get(key) != theirs.get(key) for key in mine.keys() | theirs.keys())
                assert not 0 < differ < LEAST, seed
        shown += len(seen) > 1
        grouped += any(room.groups.roles for room in seen[1:])
        withheld += any(room.why_not == UNCHANGED for room in rooms)
    assert min(shown, grouped, withheld) > 5
