"""What a room of people means for a paper: only what may be shown of it, as plain values.

Nothing here leads back to one person of an anonymous room: whom figures may be about is decided in `workshop.shown`,
and a group's reasons are taken over the whole group.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from prioritiser.evaluation.outcome import Outcome, evaluate
from prioritiser.scenario.scenario import Scenario
from prioritiser.workshop.agreement import Agreement
from prioritiser.workshop.consensus import Consensus
from prioritiser.workshop.heard.rounds import MUST, WITHOUT, RoomSaid, Round
from prioritiser.workshop.portfolios import Participant, regrets_of
from prioritiser.workshop.records import Entry, Workshop
from prioritiser.workshop.shown import (
    ShownRegrets,
    ShownRoom,
    ShownWeights,
    people_of,
    shown_agreement,
    shown_notices,
    shown_regrets,
    shown_room,
    shown_weights,
)
from prioritiser.workshop.support import SupportPrice

EVERYBODY = "Everybody"
_HALF = 0.5
_MOST_LOST = 3
_TELLING = 1e-4  # of the regret of a person: what is less explains nothing


@dataclass(frozen=True)
class RoomPortfolio:
    """A portfolio and how the room would feel about it.

    key: a `Fairness`, or the name of another. mean: of the regrets; None where they may not be shown. gap: of what it
    is best at, 0 is proved; None of one that is not for all.
    """

    key: str
    outcome: Outcome
    regrets: ShownRegrets
    mean: float | None
    gap: float | None = None


@dataclass(frozen=True)
class Lost:
    """A goal on which a group loses, in the year in which it loses most.

    level: by the recommended portfolio. own_level: by their own best ones, on average.
    """

    goal_id: str
    year: str
    level: float
    own_level: float


@dataclass(frozen=True)
class Voice:
    """A group of the room, and what it loses by the recommended portfolio.

    largest: None in an anonymous room. falls_out: initiatives that more than half of the group would start alone and
    that are not recommended, those that most would start first. lost: the goals that make up most of the loss.
    """

    group: str
    number: int
    mean: float
    largest: float | None
    falls_out: tuple[str, ...]
    lost: tuple[Lost, ...]


@dataclass(frozen=True)
class Asked:
    """How many of those who were asked must have an initiative, and can live without it: shares of them."""

    must: float
    without: float


@dataclass(frozen=True)
class Remark:
    """A comment that was released. by: who said it, in a room with names; else empty."""

    text: str
    by: str = ""


@dataclass(frozen=True)
class RoomMeaning:
    """What of a room goes into a paper.

    held: the day it was closed, in words. people: how many weighed the tiers. portfolios: the recommended one first,
    then those for all, then the other options on the table. settled: initiatives of every portfolio for all. argued:
    initiatives of some of them → who would start it alone, as a share. support: by initiative; supporters: of how many.
    why_not: why figures are left out, in a sentence. notes: what else a reader must know.
    """

    title: str
    held: str
    rounds: int
    people: int
    is_anonymous: bool
    is_illustrative: bool
    weights: ShownWeights
    agreement: Agreement
    portfolios: tuple[RoomPortfolio, ...] = ()
    settled: tuple[str, ...] = ()
    argued: Mapping[str, float] | None = None
    support: Mapping[str, Asked] | None = None
    supporters: int = 0
    unsupported: tuple[SupportPrice, ...] = ()
    wanted: tuple[SupportPrice, ...] = ()
    voices: tuple[Voice, ...] = ()
    remarks: tuple[Remark, ...] = ()
    why_not: str = ""
    notes: tuple[str, ...] = ()

    @property
    def fair(self) -> tuple[RoomPortfolio, ...]:
        """The portfolios for all."""
        return tuple(one for one in self.portfolios if one.gap is not None)


def said_only(workshop: Workshop, said: RoomSaid, now: Round) -> RoomMeaning:
    """Say what a room said, without any portfolio."""
    first = said.rounds[0] if now.number > 1 and not said.rounds[0].room.why_not else None
    supporting = now.support.people if not now.support.why_not else ()
    return RoomMeaning(
        title=workshop.title,
        held=_day(workshop.state.closed_at),
        rounds=now.number,
        people=len(now.room.people),
        is_anonymous=workshop.plan.is_anonymous,
        is_illustrative=workshop.is_illustrative,
        weights=shown_weights(now.room),
        agreement=shown_agreement(now.room, None if first is None else first.room),
        support={
            name: Asked(
                *(sum(one.weights[name] == mark for one in supporting) / len(supporting) for mark in (MUST, WITHOUT))
            )
            for name in said.scenario.initiative_by_id
        }
        if supporting
        else None,
        supporters=len(supporting),
        remarks=_remarks(workshop, said.comments()),
        why_not=now.room.why_not,
        notes=now.room.notes,
    )


def room_meaning(
    workshop: Workshop, said: RoomSaid, now: Round, answer: Consensus, plans: Mapping[str, Outcome]
) -> RoomMeaning:
    """Say what a room means.

    answer: of the ballots that may be shown. plans: outcomes of the recommended portfolio, which comes first, and of
    the other options on the table, by name and in any settings.
    """
    meaning = said_only(workshop, said, now)
    if meaning.why_not or not answer.participants:
        return meaning
    earlier = [[one for one in some if one.key not in answer.left_out] for some in now.earlier]
    room = shown_room(people_of(answer), earlier, is_anonymous=workshop.plan.is_anonymous)
    own = {name: evaluate(answer.scenario, outcome.plan, answer.settings) for name, outcome in plans.items()}
    listed = [_portfolio(answer, room, name, outcome, None) for name, outcome in own.items()]
    fair = [_portfolio(answer, room, name, one.outcome, one.gap) for name, one in answer.candidates.items()]
    chosen = answer.chosen_by()
    return replace(
        meaning,
        portfolios=(*listed[:1], *fair, *listed[1:]),
        settled=answer.in_all(),
        argued={name: chosen[name] for name in sorted(answer.in_some(), key=lambda name: -chosen[name])},
        unsupported=answer.unsupported,
        wanted=answer.wanted,
        voices=_voices(answer, room, next(iter(own.values()))) if own else (),
        why_not=room.why_not,
        notes=(*meaning.notes, *shown_notices(answer, room)),
    )


def _day(at: str) -> str:
    day = datetime.fromisoformat(at).astimezone()
    return f"{day.day} {day:%B %Y}"


def _remarks(workshop: Workshop, entries: Sequence[Entry]) -> tuple[Remark, ...]:
    """List what was released, each once: in an order that says nothing where nobody is named."""
    is_anonymous = workshop.plan.is_anonymous
    found: dict[tuple[str, str], Remark] = {}
    for entry in entries:
        if entry.is_released:
            one = entry.participant
            by = "" if is_anonymous else ", ".join(filter(None, (one.name, one.role, one.place)))
            found.setdefault((by, entry.comment), Remark(entry.comment, by))
    return tuple(sorted(found.values(), key=lambda remark: (remark.by.casefold(), remark.text.casefold())))


def _portfolio(answer: Consensus, room: ShownRoom, name: str, outcome: Outcome, gap: float | None) -> RoomPortfolio:
    regrets = regrets_of(answer.participants, outcome)
    people = tuple(replace(one, regrets={name: regrets[one.key]}) for one in room.people)
    shown = shown_regrets(replace(room, people=people), name)
    mean = statistics.fmean(regrets[one.key] for one in people) if shown.every is not None else None
    return RoomPortfolio(name, outcome, shown, mean, gap)


def _voices(answer: Consensus, room: ShownRoom, recommended: Outcome) -> tuple[Voice, ...]:
    """Say of each group that may be shown what it loses, the most first: of roles, else of places, else of all."""
    if room.why_not:
        return ()
    groups = room.groups.roles or room.groups.places or {EVERYBODY: tuple(range(len(room.people)))}
    by_name = {one.ballot.participant: one for one in answer.participants}
    voices = [
        _voice(answer.scenario, group, [by_name[room.people[at].key] for at in some], recommended, room.is_anonymous)
        for group, some in groups.items()
    ]
    return tuple(sorted(voices, key=lambda voice: -voice.mean))


def _voice(
    scenario: Scenario, group: str, members: Sequence[Participant], recommended: Outcome, is_anonymous: bool
) -> Voice:
    regrets = [one.voice.regret(recommended) for one in members]
    starting = {name: sum(name in one.outcome.plan for one in members) for name in scenario.initiative_by_id}
    out = [name for name, number in starting.items() if number > _HALF * len(members) and name not in recommended.plan]
    return Voice(
        group,
        len(members),
        statistics.fmean(regrets),
        None if is_anonymous else max(regrets),
        tuple(sorted(out, key=lambda name: -starting[name])),
        _lost(scenario, members, recommended),
    )


def _lost(scenario: Scenario, members: Sequence[Participant], recommended: Outcome) -> tuple[Lost, ...]:
    """Find the goals that make up most of the mean loss of a group.

    A person's loss on a goal is Σ over years of its part in what a plan is worth to them × (attainment by their own
    best plan − by the recommended one), as a share of what their own best gains; over all goals that is their regret.
    """
    losses: dict[tuple[int, int], float] = {}
    for one in members:
        for key, part in one.voice.terms.items():
            less = float(one.outcome.attainment[key]) - float(recommended.attainment[key])
            losses[key] = losses.get(key, 0.0) + part * less / one.voice.reach / len(members)
    by_goal: dict[int, float] = {}
    for (goal, _), loss in losses.items():
        by_goal[goal] = by_goal.get(goal, 0.0) + loss
    worst = sorted((goal for goal in by_goal if by_goal[goal] > _TELLING), key=lambda goal: -by_goal[goal])
    found = []
    for goal in worst[:_MOST_LOST]:
        _, year = max((key for key in losses if key[0] == goal), key=lambda key: losses[key])
        own = statistics.fmean(float(one.outcome.levels[goal, year]) for one in members)
        level = float(recommended.levels[goal, year])
        found.append(Lost(scenario.goals[goal].goal_id, scenario.years[year], level, own))
    return tuple(found)
