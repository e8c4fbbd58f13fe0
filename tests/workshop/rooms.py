"""Rooms that tests open, and every call of the store that somebody may make in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from prioritiser import read_scenario
from prioritiser.scenario.scenario import Scenario
from prioritiser.workshop.records import Kind, Move, Question, Workshop, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from prioritiser.workshop.transfer import export_workshop, import_workshop
from tests.places import QUICKSTART

PLAN = WorkshopPlan("Spring room", (Question(Kind.POINTS), Question(Kind.SUPPORT)), False, ("Trust", "Council"))
POINTS = {"tiers": {"national": 50, "local": 30, "long_term": 20}}


@cache
def quickstart() -> Scenario:
    """The scenario that rooms of tests are about, read once."""
    return read_scenario(QUICKSTART)


def opened(store: WorkshopStore, plan: WorkshopPlan = PLAN) -> str:
    """Open a room about the quickstart; returns its code."""
    scenario = quickstart()
    workshop, key = store.create(plan, scenario, scenario.settings)
    assert store.is_key(workshop.workshop_id, key.lower())
    assert not store.is_key(workshop.workshop_id, workshop.code)
    return workshop.code


@dataclass(frozen=True)
class Room:
    """A room in which one participant has answered."""

    workshop: Workshop
    key: str
    token: str
    answer_id: int
    exported: bytes


def answered_room(store: WorkshopStore, elsewhere: WorkshopStore) -> Room:
    """Open a room in which Ann has answered. elsewhere: where a room is opened whose file is brought here."""
    scenario = quickstart()
    workshop, key = store.create(PLAN, scenario, scenario.settings)
    _, token = store.join(workshop.code, "Ann")
    store.answer(token, 0, POINTS, "Said", "a1")
    store.move(workshop.workshop_id, Move("timer", 1))
    exported = export_workshop(elsewhere, opened(elsewhere))
    return Room(workshop, key, token, store.entries(workshop)[0].answer_id, exported)


def reads(store: WorkshopStore, room: Room) -> Mapping[str, Callable[[], object]]:
    """Every call that only reads."""
    workshop = room.workshop
    return {
        "workshops": store.workshops,
        "workshop": lambda: store.workshop(workshop.workshop_id),
        "by_code": lambda: store.by_code(workshop.code),
        "by_key": lambda: store.by_key(room.key),
        "is_key": lambda: store.is_key(workshop.workshop_id, room.key),
        "scenario": lambda: WorkshopStore(store.database).scenario(workshop),
        "last_move": lambda: store.last_move(workshop.workshop_id),
        "known": lambda: store.known(room.token),
        "participants": lambda: store.participants(workshop.workshop_id),
        "entries": lambda: store.entries(workshop),
        "export": lambda: export_workshop(store, workshop.code),
    }


def writes(store: WorkshopStore, room: Room) -> Mapping[str, Callable[[], object]]:
    """Every call that writes."""
    scenario = quickstart()
    return {
        "create": lambda: store.create(PLAN, scenario, scenario.settings),
        "join": lambda: store.join(room.workshop.code, "Bob"),
        "answer": lambda: store.answer(room.token, 0, POINTS),
        "move": lambda: store.move(room.workshop.workshop_id, Move("timer", 5)),
        "undo": lambda: store.move(room.workshop.workshop_id, Move("undo")),
        "release": lambda: store.release(room.answer_id),
        "import": lambda: import_workshop(store, "w.zip", room.exported),
    }
