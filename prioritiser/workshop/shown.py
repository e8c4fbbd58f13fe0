"""What of a room's answers may be shown to it, or put into a paper.

In an anonymous room nothing is shown of fewer than five people, and no figure can be taken from another so that what is
left is about one to four: of roles from places, of a group from all, of one round or question from another. An answer
that is the same in two of them cancels; so what counts is how many people's answers are in one and not in the other.
Figures come once answers are closed: one that moved as somebody's answer came in would show that answer. Regrets are a
distribution, and the largest without a name or role. In a room with names, all is shown.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations

import numpy as np

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.workshop.agreement import Agreement, agreement_between
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.consensus import Consensus
from prioritiser.workshop.groups import LEAST, OTHERS, Groups, shown_groups
from prioritiser.workshop.portfolios import GroupRegret, normalised_weights

_SAME = 3  # decimals of a weight to which two answers are the same
_NOBODY = "There are no answers yet."
_FEW = "Nothing is shown for fewer than five answers."
_OPEN = "Answers are shown once they are closed: a figure that moves as one answer comes in would show that answer."
_UNCHANGED = "Fewer than five answers differ from those shown before; to show them would show whose they are."
_JOINED = "Those who were not there before are left out until there are five of them."

type Weights = Mapping[str, float]


@dataclass(frozen=True)
class Person:
    """Somebody who answered. key: the same in every round. name: empty where none was given or it is not to be shown.

    weights: by tier, summing to 1; of a question about support 1 or 0 by initiative. regrets: by name of the portfolio;
    empty where they are not known.
    """

    key: str
    name: str
    role: str
    place: str
    weights: Weights
    regrets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """How numbers are spread: least, quartiles, most, and how many they are."""

    number: int
    least: float
    lower: float
    median: float
    upper: float
    most: float


@dataclass(frozen=True)
class ShownRoom:
    """Whom figures about a room may be about. people: none where nothing may be shown; why_not says why, in a sentence.

    notes: what else a reader must know, in sentences.
    """

    people: tuple[Person, ...]
    groups: Groups
    is_anonymous: bool
    why_not: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownWeights:
    """Spread of the weights of each tier: of all, by role and by place; empty where they may not be shown."""

    every: Mapping[str, Spread]
    roles: Mapping[str, Mapping[str, Spread]]
    places: Mapping[str, Mapping[str, Spread]]
    why_not: str = ""


@dataclass(frozen=True)
class ShownSupport:
    """Share that supports each initiative: of all, by role and by place; empty where it may not be shown."""

    every: Weights
    roles: Mapping[str, Weights]
    places: Mapping[str, Weights]
    why_not: str = ""


@dataclass(frozen=True)
class ShownRegrets:
    """Regrets of one portfolio: their spread; by role, by place and, in a room with names, by name.

    distant: roles, or names where there is no role, of the voices that lose most, most distant first; in a room with
    names only.
    """

    every: Spread | None
    roles: Mapping[str, GroupRegret]
    places: Mapping[str, GroupRegret]
    people: Mapping[str, float]
    distant: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class ShownDots:
    """Weights of each participant, in an order that says nothing; none where they may not be shown."""

    points: tuple[Weights, ...]
    why_not: str = ""


def people_of(answer: Consensus) -> tuple[Person, ...]:
    """Everybody of an answer, with their regrets of all portfolios and options found so far."""
    portfolios = {**answer.candidates, **answer.options}
    return tuple(
        _person(one.ballot, one.weights, {name: p.regrets[one.ballot.participant] for name, p in portfolios.items()})
        for one in answer.participants
    )


def people_of_ballots(scenario: Scenario, settings: Settings, ballots: Sequence[Ballot]) -> tuple[Person, ...]:
    """Everybody who weighed the tiers, without regrets; takes no time."""
    return tuple(
        _person(one, normalised_weights(scenario, settings, one), {})
        for one in ballots
        if one.terms(scenario, settings)
    )


def people_of_support(ballots: Sequence[Ballot]) -> tuple[Person, ...]:
    """Everybody who answered about support, as a room of its own."""
    answered = [one for one in ballots if one.support]
    asked = sorted({name for one in answered for name in one.support})
    return tuple(_person(one, {name: float(one.support.get(name, False)) for name in asked}, {}) for one in answered)


def _person(ballot: Ballot, weights: Weights, regrets: Mapping[str, float]) -> Person:
    name = ballot.participant if ballot.is_named else ""
    return Person(ballot.participant, name, ballot.role, ballot.place, weights, regrets)


def shown_room(
    people: Sequence[Person],
    earlier: Sequence[Sequence[Person]] = (),
    *,
    is_anonymous: bool = True,
    is_closed: bool = True,
) -> ShownRoom:
    """Decide whom figures may be about.

    earlier: people of what was shown of the same thing before, oldest first: rounds, or questions that weigh the same.
    """
    if not people:
        return ShownRoom((), Groups({}, {}), is_anonymous, _NOBODY)
    if not is_anonymous:
        return ShownRoom(tuple(people), _every_group(people), False)
    if len(people) < LEAST:
        return ShownRoom((), Groups({}, {}), True, _FEW)
    if not is_closed:
        return ShownRoom((), Groups({}, {}), True, _OPEN)
    before: list[ShownRoom] = []
    for some in earlier:
        room = _beside(some, before)
        if room.people:
            before.append(room)
    return _beside(people, before)


def _every_group(people: Sequence[Person]) -> Groups:
    """Put everybody into the group of their role and of their place, however small."""
    roles: dict[str, list[int]] = {}
    places: dict[str, list[int]] = {}
    for position, one in enumerate(people):
        roles.setdefault(one.role or OTHERS, []).append(position)
        places.setdefault(one.place or OTHERS, []).append(position)
    return Groups(*({name: tuple(some) for name, some in sorted(kind.items())} for kind in (roles, places)))


def _beside(people: Sequence[Person], before: Sequence[ShownRoom]) -> ShownRoom:
    """Choose the most that may be shown beside what was shown before: everybody, or those who were there then."""
    if len(people) < LEAST:
        return ShownRoom((), Groups({}, {}), True, _FEW)
    there = {one.key for one in before[-1].people} if before else set()
    for some in (tuple(people), tuple(one for one in people if one.key in there)):
        everybody = ShownRoom(some, Groups({}, {}), True, "", (_JOINED,) if len(some) < len(people) else ())
        if len(some) < LEAST or any(_gives_away(everybody, other) for other in before):
            continue
        found = shown_groups([(one.role, one.place) for one in some])
        for groups in (found, Groups(found.roles, {}), Groups({}, found.places)):
            room = replace(everybody, groups=groups)
            if not any(_gives_away(room, other) for other in before):
                return room
        return everybody
    return ShownRoom((), Groups({}, {}), True, _UNCHANGED)


def _gives_away(one: ShownRoom, other: ShownRoom) -> bool:
    """Whether figures of two rooms, taken from each other, are about the answers of one to four people."""
    keys = sorted({person.key for room in (one, other) for person in room.people})
    codes: dict[tuple[float, ...], int] = {}
    mine, theirs = (_unions(room, {key: at for at, key in enumerate(keys)}, codes) for room in (one, other))
    differing = (mine[:, None, :] != theirs[None, :, :]).sum(axis=2)
    return bool(np.any((differing > 0) & (differing < LEAST)))


def _unions(room: ShownRoom, columns: Mapping[str, int], codes: dict[tuple[float, ...], int]) -> np.ndarray:
    """Answers of all, of every union of roles and of every union of places: sets × people.

    columns: where each person stands. codes: a number for each answer, from 1; 0 is for those who are not in a set.
    """
    sets = [tuple(range(len(room.people)))]
    for kind in (room.groups.roles, room.groups.places):
        chosen = chain.from_iterable(combinations(kind.values(), size) for size in range(1, len(kind)))
        sets += [tuple(chain.from_iterable(some)) for some in chosen]
    unions = np.zeros((len(sets), len(columns)), dtype=np.int64)
    for row, members in enumerate(sets):
        for at in members:
            one = room.people[at]
            told = tuple(round(one.weights[name], _SAME) for name in sorted(one.weights))
            unions[row, columns[one.key]] = codes.setdefault(told, len(codes) + 1)
    return unions


def shown_weights(room: ShownRoom) -> ShownWeights:
    """Spread of each tier's weights over a room and its groups."""
    if room.why_not:
        return ShownWeights({}, {}, {}, room.why_not)
    return ShownWeights(
        _weights_of(room.people),
        {name: _weights_of([room.people[at] for at in some]) for name, some in room.groups.roles.items()},
        {name: _weights_of([room.people[at] for at in some]) for name, some in room.groups.places.items()},
    )


def shown_support(room: ShownRoom) -> ShownSupport:
    """Share that supports each initiative, in a room made by `people_of_support`."""
    if room.why_not:
        return ShownSupport({}, {}, {}, room.why_not)
    kinds = (room.groups.roles, room.groups.places)
    roles, places = (
        {name: _shares_of([room.people[at] for at in some]) for name, some in kind.items()} for kind in kinds
    )
    return ShownSupport(_shares_of(room.people), roles, places)


def _shares_of(people: Sequence[Person]) -> dict[str, float]:
    return {name: statistics.fmean(one.weights[name] for one in people) for name in people[0].weights}


def _weights_of(people: Sequence[Person]) -> dict[str, Spread]:
    return {tier: spread_of([one.weights[tier] for one in people]) for tier in people[0].weights}


def spread_of(numbers: Sequence[float]) -> Spread:
    """Spread of one or more numbers; quartiles as spreadsheets have them (Hyndman and Fan 1996, 7)."""
    if len(numbers) == 1:
        return Spread(1, *[numbers[0]] * 5)
    lower, median, upper = statistics.quantiles(numbers, method="inclusive")
    return Spread(len(numbers), min(numbers), lower, median, upper, max(numbers))


def shown_regrets(room: ShownRoom, portfolio: str, most: int = 3) -> ShownRegrets:
    """Regrets of a portfolio in a room. most: how many distant voices are named."""
    known = [one for one in room.people if portfolio in one.regrets]
    if room.why_not or len(known) < len(room.people):
        why = room.why_not or "The regrets of this portfolio are not known yet."
        return ShownRegrets(None, {}, {}, {}, why_not=why)
    regrets = [one.regrets[portfolio] for one in room.people]
    ranked = sorted(range(len(regrets)), key=lambda at: -regrets[at])
    named = [room.people[at].role or room.people[at].name for at in ranked if regrets[at] > 0]
    return ShownRegrets(
        spread_of(regrets),
        {name: _regret_of(room, regrets, some) for name, some in room.groups.roles.items()},
        {name: _regret_of(room, regrets, some) for name, some in room.groups.places.items()},
        {}
        if room.is_anonymous
        else {one.name: regret for one, regret in zip(room.people, regrets, strict=True) if one.name},
        () if room.is_anonymous else tuple(dict.fromkeys(name for name in named if name))[:most],
    )


def _regret_of(room: ShownRoom, regrets: Sequence[float], some: Sequence[int]) -> GroupRegret:
    mine = [regrets[at] for at in some]
    return GroupRegret(len(mine), statistics.fmean(mine), None if room.is_anonymous else max(mine))


def shown_dots(room: ShownRoom) -> ShownDots:
    """Weights of every participant, without role or name, where they may be shown."""
    points = sorted((dict(one.weights) for one in room.people), key=lambda point: sorted(point.items()))
    return ShownDots(tuple(points), room.why_not)


def shown_agreement(room: ShownRoom, before: ShownRoom | None = None) -> Agreement:
    """Agreement of a room, and of an earlier round where there is one, over those who are in both; None for few."""
    now = {one.key: one.weights for one in room.people}
    then = None if before is None else {one.key: one.weights for one in before.people}
    both = len(now if then is None else now.keys() & then.keys())
    if room.is_anonymous and both < LEAST:
        return Agreement(None, None, 0)
    return agreement_between(now, then)


def shown_notices(answer: Consensus, room: ShownRoom) -> tuple[str, ...]:
    """What else must be known; in an anonymous room nothing that names somebody by a number."""
    own = [line for line in answer.notices if line not in answer.scenario.notices]
    if not room.is_anonymous:
        return tuple(own)
    people = [*answer.left_out, *(one.ballot.participant for one in answer.participants)]
    kept = [line for line in own if not any(name in line for name in people)]
    if answer.left_out:
        kept.append("Whoever gains nothing by any plan is left out of the portfolios and the regrets.")
    if any(one.not_gaining for one in answer.candidates.values()):
        kept.append("No plan lets everybody gain: as many gain from the fairest gain as can.")
    return tuple(kept)
