"""The bundled example: a finished workshop of 24 made-up participants, in two rounds, on the example scenario.

Nobody said any of this: a generator with a fixed seed makes it up, and everything that shows it says that it is
illustrative. It goes through the methods that phones and facilitators use, so it is what a real room would be.

Who is there: 6 of acute trusts, 5 of councils, 5 of the public, 3 of primary care, 3 of community and mental health,
2 of the voluntary sector; from three places. The last three roles are too few to be shown by themselves.

What they tend to say: `people.ROLES` has the swing weights of the tiers that each role tends to. Each participant
differs from that by up to 30 either way, evenly drawn, and again by up to 10 where the same is asked as a hundred
points. Nine also weigh the moves of goals. Each asks for about half of what their role likes to see, now and then for
something else, and can live without some of what nobody is fond of.

How the second round moves: 20 of the 24 answer again. Each goes 15 to 50 % of the way from their own first weights to
the mean of the room, and half of them now also ask for what more than a third of the room asked for.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

from prioritiser.errors import NoWorkshopError, WorkshopError
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.store.database import open_database
from prioritiser.workshop.answers import important_goals
from prioritiser.workshop.example.people import (
    COMMENTS,
    PLACES,
    POINTS,
    ROLES,
    SILENT,
    SLIP,
    SPREAD,
    SUPPORT,
    SWING,
    USUAL_GOAL,
    WEIGH_GOALS,
    Person,
    draw_person,
    moved_together,
    near,
)
from prioritiser.workshop.records import Kind, Move, Question, Workshop, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from prioritiser.workshop.transfer import export_workshop, import_workshop

TITLE = "What matters most, 2026/27 to 2030/31 (illustrative)"
SEED = 20260311
_BEGINS = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
_A_MOMENT = timedelta(seconds=20)
_MINUTES_TO_TALK = 20.0


def example_id(scenario: Scenario) -> str:
    """Return the id of the example workshop about a scenario: another scenario, another workshop."""
    return sha256(f"example workshop {SEED} {scenario.hash}".encode()).hexdigest()[:32]


def example_workshop(store: WorkshopStore, scenario: Scenario) -> Workshop:
    """Return the example workshop of a database; where it is not there yet, it is put there, whole or not at all.

    scenario: the bundled `example-ics`. Raises StoreError, and WorkshopError where the scenario is another.
    """
    name = example_id(scenario)
    try:
        return store.workshop(name)
    except NoWorkshopError:
        content = make_example(scenario)
    try:
        return import_workshop(store, "the example", content)
    except WorkshopError:
        return store.workshop(name)  # somebody else put it there meanwhile


def make_example(scenario: Scenario, seed: int = SEED) -> bytes:
    """Hold the example workshop in a database of its own; returns it as the file that `import_workshop` reads."""
    with tempfile.TemporaryDirectory(prefix="prioritiser-", ignore_cleanup_errors=True) as folder:
        database = open_database(f"sqlite:///{(Path(folder) / 'example.sqlite').as_posix()}")
        try:
            store = WorkshopStore(database, _Clock())
            return export_workshop(store, hold_example(store, scenario, seed).code)
        finally:
            database.close()


def hold_example(store: WorkshopStore, scenario: Scenario, seed: int = SEED) -> Workshop:
    """Hold the example workshop in a store, from opening to closing; returns it. Raises WorkshopError."""
    chance = Random(seed)
    settings = scenario.settings
    goals = important_goals(scenario, settings)
    plan = WorkshopPlan(
        TITLE,
        (Question(Kind.POINTS), Question(Kind.SWING, goals), Question(Kind.SUPPORT)),
        roles=tuple(role.name for role in ROLES),
        places=PLACES,
        what_ifs=tuple(what_if.name for what_if in scenario.what_ifs[:3]),
    )
    opened, _ = store.create(plan, scenario, settings, is_illustrative=True, workshop_id=example_id(scenario))
    people = [
        draw_person(chance, role, number, tuple(scenario.initiative_by_id))
        for role in ROLES
        for number in range(role.number)
    ]
    tokens = [store.join(opened.code, role=one.role.name, place=one.place)[1] for one in people]
    room = _Room(store, tokens, goals)
    for question in (POINTS, SWING, SUPPORT):
        if question:
            store.move(opened.workshop_id, Move("next"))
        for position, one in enumerate(people):
            room.answer(chance, position, one, question, 0)
    store.move(opened.workshop_id, Move("timer", _MINUTES_TO_TALK))
    store.move(opened.workshop_id, Move("round"))
    moved = moved_together(chance, people)
    for position, one in enumerate(moved):
        if position not in SILENT:
            for question in (POINTS, SWING, SUPPORT):
                room.answer(chance, position, one, question, 1)
    closed = store.move(opened.workshop_id, Move("close"))
    _release(store, closed)
    return closed


class _Clock:
    """A clock that goes on by a moment with each look at it."""

    def __init__(self) -> None:
        self.now = _BEGINS

    def __call__(self) -> str:
        self.now += _A_MOMENT
        return self.now.isoformat(timespec="milliseconds")


class _Room:
    """The phones of the room. goals: those whose moves are asked."""

    def __init__(self, store: WorkshopStore, tokens: Sequence[str], goals: Sequence[str]) -> None:
        self.store, self.tokens, self.goals = store, tokens, goals

    def answer(self, chance: Random, position: int, one: Person, question: int, number: int) -> None:
        """Send the answer of one person to a question in a round."""
        said = [
            comment.text
            for comment in COMMENTS
            if (comment.person, comment.round, comment.question) == (position, number, question)
        ]
        given: dict[str, object]
        if question == POINTS:
            given = {"tiers": _of_a_hundred([near(chance, tier, SLIP) for tier in one.tiers])}
        elif question == SWING:
            given = {"tiers": dict(zip(TIER_NAMES, _scaled(one.tiers), strict=True))}
            if position in WEIGH_GOALS:
                given["goals"] = {
                    goal: _round(near(chance, one.role.goals.get(goal, USUAL_GOAL), SPREAD / 2)) for goal in self.goals
                }
        else:
            given = {"must": sorted(one.likes), "without": sorted(one.can_spare)}
        self.store.answer(self.tokens[position], question, given, "".join(said), f"{number}-{question}")


def _release(store: WorkshopStore, workshop: Workshop) -> None:
    wanted = {comment.text for comment in COMMENTS if comment.is_released}
    for rounds in (1, 2):
        for entry in store.entries(workshop, rounds):
            if entry.comment in wanted and not entry.is_released:
                store.release(entry.answer_id)


def _round(value: float) -> float:
    return float(5 * round(value / 5))


def _scaled(values: Sequence[float]) -> list[float]:
    """Give the largest 100, as swing weights do; in steps of 5."""
    return [_round(100 * value / max(values)) for value in values]


def _of_a_hundred(values: Sequence[float]) -> dict[str, float]:
    """Share out a hundred points, in steps of 5; the largest takes what is left."""
    shares = [_round(100 * value / math.fsum(values)) for value in values]
    shares[shares.index(max(shares))] += 100.0 - math.fsum(shares)
    return dict(zip(TIER_NAMES, shares, strict=True))
