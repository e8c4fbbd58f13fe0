"""The bundled example: a finished workshop of 24 made-up participants, in two rounds, on the example scenario.

Nobody said any of this: a generator with a fixed seed makes it up, and everything that shows it says that it is
illustrative. It goes through the methods that phones and facilitators use, so it is what a real room would be.

Who is there: 6 of acute trusts, 5 of councils, 5 of the public, 3 of primary care, 3 of community and mental health,
2 of the voluntary sector; from three places. The last three roles are too few to be shown by themselves.

What they tend to say: `_ROLES` has for each role the swing weights of the tiers that it tends to. Each participant
differs from that by up to 30 either way, evenly drawn, and again by up to 10 where the same is asked as a hundred
points. Nine also weigh the moves of goals. Each asks for about half of what their role likes to see, now and then for
something else, and can live without some of what nobody is fond of.

How the second round moves: 20 of the 24 answer again. Each goes 20 to 60 % of the way from their own first weights to
the mean of the room, and half of them now also support what most of the room supported.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

from prioritiser.errors import NoWorkshopError, WorkshopError
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.store.database import open_database
from prioritiser.workshop.answers import important_goals
from prioritiser.workshop.records import Kind, Move, Question, Workshop, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from prioritiser.workshop.transfer import export_workshop, import_workshop

TITLE = "What matters most, 2026/27 to 2030/31 (illustrative)"
SEED = 20260311
POINTS, SWING, SUPPORT = 0, 1, 2  # positions of the questions
_BEGINS = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
_A_MOMENT = timedelta(seconds=20)
_MINUTES_TO_TALK = 20.0
_SILENT = (4, 9, 15, 21)  # positions of those whose first answers stand
_WEIGH_GOALS = (0, 3, 6, 8, 11, 14, 16, 19, 22)
_PLACES = ("Northvale", "Port Ashby", "Sallowfield")
_SPREAD, _SLIP = 30.0, 10.0


@dataclass(frozen=True)
class _Role:
    """What a role tends to say. tiers: swing weights. likes: initiatives. goals: swing weights of moves that differ."""

    name: str
    number: int
    tiers: tuple[float, float, float]
    likes: tuple[str, ...]
    goals: Mapping[str, float]


_ROLES = (
    _Role(
        "Acute trust", 6, (100, 45, 40),
        ("theatre_productivity", "surgical_hub", "ed_flow", "sdec_utc", "cancer_navigators", "handover_45"),
        {"ae_4h_pct": 100, "cancer_62d_pct": 90},
    ),
    _Role(
        "Council", 5, (30, 90, 100),
        ("warm_homes", "best_start", "toothbrushing", "tobacco_optout", "discharge_intermediate", "lung_screening"),
        {"cyp_extractions_pct": 100, "cvd_premature_mortality_change_pct": 100},
    ),
    _Role(
        "Public", 5, (75, 100, 55),
        ("modern_gp", "urgent_dental", "cdc_extended_hours", "gp_continuity", "mhst", "handover_45"),
        {"ae_4h_pct": 100, "cat2_mean_min": 100},
    ),
    _Role(
        "Primary care", 3, (55, 100, 85),
        ("gp_continuity", "modern_gp", "cvd_optimisation", "neighbourhood_teams", "shared_care_record"),
        {"cvd_lipid_pct": 100, "cancer_stage12_pct": 80},
    ),
    _Role(
        "Community and mental health", 3, (65, 100, 70),
        ("mh_crisis", "mhst", "community_waits", "care_coordination_hub", "smi_ld_checks", "neurodevelopment"),
        {"cyp_mh_access_n": 100},
    ),
    _Role(
        "Voluntary sector", 2, (30, 80, 100),
        ("high_intensity_use", "inclusion_health", "warm_homes", "screening_uptake_core20", "best_start"),
        {"cyp_mh_access_n": 90, "cvd_premature_mortality_change_pct": 100},
    ),
)  # fmt: skip
_UNLOVED = (
    "pause_prevention_grants", "merge_night_gp_bases", "close_duplicate_sites", "cdc_new_spoke", "epr",
    "corporate_consolidation", "independent_sector",
)  # fmt: skip
_USUAL_GOAL = 55.0


@dataclass(frozen=True)
class _Said:
    """A comment. person: position of who says it. round: 0 or 1. is_released: for the paper."""

    person: int
    round: int
    question: int
    text: str
    is_released: bool = False


_COMMENTS = (
    _Said(0, 0, SWING, "If the front door fails, nothing else on this list can be staffed.", True),
    _Said(1, 0, SUPPORT, "Cancer navigators cost little, and every clinic asks for them."),
    _Said(2, 0, POINTS, "I find it hard to put a number on this. Can we talk first?"),
    _Said(3, 1, SWING, "I moved towards local. The queue at our door begins with a phone that nobody answers.", True),
    _Said(5, 0, SUPPORT, "A hub without the theatre lists to fill it would be an expensive corridor."),
    _Said(6, 0, SWING, "In ten years we shall be judged on smoking, weight and damp homes, not on one winter.", True),
    _Said(7, 0, SUPPORT, "Warm homes is ours to lead. We could match the money if the partnership finds half."),
    _Said(8, 1, SUPPORT, "I can live without a second diagnostic centre if the first one opens in the evenings.", True),
    _Said(10, 0, POINTS, "Prevention always loses to the next bad week. Here I would like it to win."),
    _Said(11, 0, POINTS, "Getting through to the surgery matters more to me than any target on this list.", True),
    _Said(12, 0, SWING, "My father lay nine hours on a trolley. Please do not trade that away.", True),
    _Said(13, 1, SUPPORT, "Thank you for showing what each choice costs. I put back two things I had crossed out."),
    _Said(14, 0, SUPPORT, "Who looks after the people who cannot use the app?"),
    _Said(16, 0, SWING, "Knowing your patient keeps people out of hospital, once the phones are answered."),
    _Said(17, 0, SUPPORT, "Teams across practices without one record would be meetings, not care.", True),
    _Said(18, 1, SWING, "I still put local first, but I can defend this list to my partners."),
    _Said(19, 0, SWING, "Children wait the longest and shout the least. Count them."),
    _Said(20, 1, SUPPORT, "A place to go in a crisis should come before any new building.", True),
    _Said(22, 0, SWING, "We meet the people who never reach a waiting list."),
    _Said(23, 0, SUPPORT, "Pausing our grants saves little, and closes groups that will not open again.", True),
)


@dataclass(frozen=True)
class _Person:
    """Somebody in the room. tiers: swing weights as they are meant, before they are scaled and rounded."""

    role: _Role
    place: str
    tiers: tuple[float, ...]
    likes: frozenset[str]
    can_spare: frozenset[str]


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
        roles=tuple(role.name for role in _ROLES),
        places=_PLACES,
        what_ifs=tuple(what_if.name for what_if in scenario.what_ifs[:3]),
    )
    opened, _ = store.create(plan, scenario, settings, is_illustrative=True, workshop_id=example_id(scenario))
    people = [_person(chance, role, number) for role in _ROLES for number in range(role.number)]
    tokens = [store.join(opened.code, role=one.role.name, place=one.place)[1] for one in people]
    room = _Room(store, tokens, goals)
    for question in (POINTS, SWING, SUPPORT):
        if question:
            store.move(opened.workshop_id, Move("next"))
        for position, one in enumerate(people):
            room.answer(chance, position, one, question, 0)
    store.move(opened.workshop_id, Move("timer", _MINUTES_TO_TALK))
    store.move(opened.workshop_id, Move("round"))
    moved = _moved(chance, people)
    for position, one in enumerate(moved):
        if position not in _SILENT:
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

    def answer(self, chance: Random, position: int, one: _Person, question: int, number: int) -> None:
        """Send the answer of one person to a question in a round."""
        said = [
            comment.text
            for comment in _COMMENTS
            if (comment.person, comment.round, comment.question) == (position, number, question)
        ]
        given: dict[str, object]
        if question == POINTS:
            given = {"tiers": _of_a_hundred([_near(chance, tier, _SLIP) for tier in one.tiers])}
        elif question == SWING:
            given = {"tiers": dict(zip(TIER_NAMES, _scaled(one.tiers), strict=True))}
            if position in _WEIGH_GOALS:
                given["goals"] = {
                    goal: _round(_near(chance, one.role.goals.get(goal, _USUAL_GOAL), _SPREAD / 2))
                    for goal in self.goals
                }
        else:
            given = {"must": sorted(one.likes), "without": sorted(one.can_spare)}
        self.store.answer(self.tokens[position], question, given, "".join(said), f"{number}-{question}")


def _person(chance: Random, role: _Role, number: int) -> _Person:
    tiers = tuple(_near(chance, tier, _SPREAD) for tier in role.tiers)
    others = sorted({name for other in _ROLES for name in other.likes} - set(role.likes))
    likes = frozenset(name for name in role.likes if chance.random() < 0.6) | frozenset(
        name for name in others if chance.random() < 0.12
    )
    can_spare = frozenset(name for name in _UNLOVED if chance.random() < 0.35)
    return _Person(role, _PLACES[number % len(_PLACES)], tiers, likes, can_spare)


def _moved(chance: Random, people: Sequence[_Person]) -> list[_Person]:
    """Move everybody part of the way to the mean of the room."""
    shares = [[100 * tier / math.fsum(one.tiers) for tier in one.tiers] for one in people]
    mean = [math.fsum(column) / len(people) for column in zip(*shares, strict=True)]
    most = {
        name
        for role in _ROLES
        for name in role.likes
        if sum(name in one.likes for one in people) > len(people) / 3
    }  # fmt: skip
    moved = []
    for one, own in zip(people, shares, strict=True):
        part = 0.2 + 0.4 * chance.random()
        tiers = tuple(mine + part * (theirs - mine) for mine, theirs in zip(own, mean, strict=True))
        joins = most - one.can_spare if chance.random() < 0.5 else set()
        moved.append(replace(one, tiers=tiers, likes=one.likes | joins))
    return moved


def _release(store: WorkshopStore, workshop: Workshop) -> None:
    wanted = {comment.text for comment in _COMMENTS if comment.is_released}
    for rounds in (1, 2):
        for entry in store.entries(workshop, rounds):
            if entry.comment in wanted and not entry.is_released:
                store.release(entry.answer_id)


def _near(chance: Random, value: float, spread: float) -> float:
    return min(100.0, max(5.0, value + spread * (2 * chance.random() - 1)))


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
