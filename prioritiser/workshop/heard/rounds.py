"""What a room said in each round, and whom figures about it may be about.

Whatever was shown at an earlier closing counts: a room that is opened again for one latecomer and closed must not show
whose answer came. So every closing that the moves of the room tell of is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from sqlalchemy import select

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.store.tables import MOVES
from prioritiser.workshop.answers import ballots_of, participant_names
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.records import Entry, Kind, State, Workshop
from prioritiser.workshop.shown import Person, ShownRoom, people_of_ballots, shown_room
from prioritiser.workshop.store import WorkshopStore, settings_of

MUST, WITHOUT, NEITHER = 1.0, -1.0, 0.0


@dataclass(frozen=True)
class Round:
    """What counts after a round, and whom figures may be about: of the weights, and of the support for initiatives.

    number: from 1. comments: entries with one, of those whom figures may be about. earlier: everybody who weighed at
    each closing before it, oldest first. support: of those in `room` who answered about support, or of all who did
    where nobody was asked for weights; the weights of a person there are MUST, WITHOUT or NEITHER by initiative.
    """

    number: int
    comments: tuple[Entry, ...]
    ballots: tuple[Ballot, ...]
    earlier: tuple[tuple[Person, ...], ...]
    room: ShownRoom
    support: ShownRoom

    @property
    def shown_ballots(self) -> tuple[Ballot, ...]:
        """The ballots of those whom figures may be about; with their support, where figures may be about that too."""
        there, supported = {one.key for one in self.room.people}, {one.key for one in self.support.people}
        return tuple(
            ballot if ballot.participant in supported else replace(ballot, support={})
            for ballot in self.ballots
            if ballot.participant in there
        )


@dataclass(frozen=True)
class RoomSaid:
    """What a room said. rounds: those that may be looked at now, oldest first; none while the first one is open."""

    scenario: Scenario
    settings: Settings
    rounds: tuple[Round, ...]

    def comments(self) -> list[Entry]:
        """List the comments of every round; one that somebody left as it was, once."""
        found: dict[tuple[str, int, str], Entry] = {}
        for said in self.rounds:
            for entry in said.comments:
                found[entry.participant.participant_id, entry.question, entry.comment] = entry
        return list(found.values())


def read_rounds(store: WorkshopStore, workshop: Workshop) -> RoomSaid:
    """Read what a room said, round by round. An anonymous room's open round is left out. Raises StoreError."""
    reading = _Reading(store, workshop)
    state = workshop.state
    closed = closings(store, workshop.workshop_id)
    if not state.is_open:
        closed.append(state)  # as it was then: to take an opening back leaves what came in between
    last = len(state.rounds)
    rounds = []
    for number in range(1, last + 1):
        if number == last and state.is_open and workshop.plan.is_anonymous:
            break
        earlier = [one for one in closed if len(one.rounds) <= number]
        rounds.append(reading.round(number, earlier, is_closed=number < last or not state.is_open))
    return RoomSaid(reading.scenario, reading.settings, tuple(rounds))


def closings(store: WorkshopStore, workshop_id: str) -> list[State]:
    """List the states in which a room was closed before its last moves, oldest first; each closing once."""
    with store.database.reading() as connection:
        rows = connection.execute(
            select(MOVES.c.before).where(MOVES.c.workshop_id == workshop_id).order_by(MOVES.c.move_id)
        ).all()
    found = {state.closed_at: state for row in rows if not (state := State.from_text(row.before)).is_open}
    return list(found.values())


class _Reading:
    """Reads a room's answers as they stood, with the same number for a person in every round."""

    def __init__(self, store: WorkshopStore, workshop: Workshop) -> None:
        self.store, self.workshop = store, workshop
        self.scenario = store.scenario(workshop)
        self.settings = settings_of(workshop, self.scenario)
        self.joined = store.participants(workshop.workshop_id)
        self.names = participant_names(self.joined)
        self.weighs = any(question.kind is not Kind.SUPPORT for question in workshop.plan.questions)
        self._nothing = dict.fromkeys(self.scenario.initiative_by_id, NEITHER)

    def round(self, number: int, earlier: Sequence[State], *, is_closed: bool) -> Round:
        """Read what counts after so many rounds; earlier: the closings before it."""
        entries = self.store.entries(self.workshop, number)
        before = [self._entries_at(state) for state in earlier]
        asked = {"is_anonymous": self.workshop.plan.is_anonymous, "is_closed": is_closed}
        ballots, then = self._ballots(entries), [self._ballots(some) for some in before]
        people = [self._people(some) for some in then]
        room = shown_room(self._people(ballots), people, **asked)
        there = {one.key for one in room.people} if self.weighs else None
        support = shown_room(
            self._supporters(entries, there),
            [
                self._supporters(some, None if there is None else _names(mine))
                for some, mine in zip(before, then, strict=True)
            ],
            **asked,
        )
        if self.weighs:
            support = replace(support, why_not=room.why_not or support.why_not)
        may = {one.key for one in (*room.people, *support.people)}
        comments = (entry for entry in entries if entry.comment and self._key(entry) in may)
        return Round(number, tuple(comments), ballots, tuple(people), room, support)

    def _key(self, entry: Entry) -> str:
        return self.names[entry.participant.participant_id]

    def _entries_at(self, state: State) -> list[Entry]:
        return self.store.entries(replace(self.workshop, state=state), until=state.closed_at)

    def _ballots(self, entries: Sequence[Entry]) -> tuple[Ballot, ...]:
        return ballots_of(self.scenario, self.settings, self.workshop, entries, self.joined)

    def _people(self, ballots: Sequence[Ballot]) -> tuple[Person, ...]:
        return people_of_ballots(self.scenario, self.settings, ballots)

    def _supporters(self, entries: Sequence[Entry], there: Set[str] | None) -> tuple[Person, ...]:
        """Everybody of those there who answered about support; the later question counts, where there are two."""
        found: dict[str, Person] = {}
        for entry in sorted(entries, key=lambda entry: entry.question):
            key, one = self._key(entry), entry.participant
            if self.workshop.plan.questions[entry.question].kind is Kind.SUPPORT and (there is None or key in there):
                said = dict.fromkeys(entry.answer["must"], MUST) | dict.fromkeys(entry.answer["without"], WITHOUT)
                found[key] = Person(key, one.name, one.role, one.place, self._nothing | said)
        return tuple(found.values())


def _names(ballots: Sequence[Ballot]) -> set[str]:
    return {one.participant for one in ballots}
