"""Finished workshops about the quickstart, and what is known of its portfolio with one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prioritiser import read_scenario
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.report.known import Known
from prioritiser.report.room_inputs import with_room
from prioritiser.store.database import open_database
from prioritiser.workshop.records import Kind, Move, Question, Workshop, WorkshopPlan
from prioritiser.workshop.store import WorkshopStore
from tests.places import QUICKSTART

NATIONAL, LONG_TERM = {"national": 100}, {"long_term": 100}
TRUST, COUNCIL = "Trust", "Council"


@dataclass(frozen=True)
class Said:
    """What one person says. comment: to the weights; released: for the paper."""

    role: str
    tiers: Mapping[str, float]
    must: Sequence[str] = ()
    comment: str = ""
    released: bool = False
    name: str = ""
    first: Mapping[str, float] = field(default_factory=dict)  # in the first round, where there are two


def two_sides(comment: str = "", name: str = "") -> list[Said]:
    """Five of a trust who weigh national goals only, and five of a council who weigh long-term ones only."""
    trust = [Said(TRUST, NATIONAL, ("handover",), name=f"{name}{number}" if name else "") for number in range(5)]
    council = [
        Said(COUNCIL, LONG_TERM, ("stop_smoking",), name=f"{name}{number}" if name else "") for number in range(5, 10)
    ]
    trust[0] = Said(TRUST, NATIONAL, ("handover",), comment or "Theatres first.", True, trust[0].name)
    council[0] = Said(COUNCIL, LONG_TERM, ("stop_smoking",), "Not for the paper.", False, council[0].name)
    return [*trust, *council]


def held(store: WorkshopStore, room: Sequence[Said], *, anonymous: bool = True, title: str = "Spring room") -> Workshop:
    """Hold a workshop about the quickstart and close it."""
    scenario = read_scenario(QUICKSTART)
    roles = tuple(dict.fromkeys(one.role for one in room))
    plan = WorkshopPlan(title, (Question(Kind.POINTS), Question(Kind.SUPPORT)), anonymous, roles)
    workshop, _ = store.create(plan, scenario, scenario.settings)
    store.move(workshop.workshop_id, Move("all"))
    tokens = [store.join(workshop.code, one.name, one.role)[1] for one in room]
    if any(one.first for one in room):
        for token, one in zip(tokens, room, strict=True):
            store.answer(token, 0, {"tiers": one.first or one.tiers})
        store.move(workshop.workshop_id, Move("round"))
    for token, one in zip(tokens, room, strict=True):
        store.answer(token, 0, {"tiers": one.tiers}, one.comment)
        store.answer(token, 1, {"must": list(one.must)})
    closed = store.move(workshop.workshop_id, Move("close"))
    released = {one.comment for one in room if one.released}
    for entry in store.entries(closed):
        if entry.comment in released:
            store.release(entry.answer_id)
    return store.workshop(workshop.workshop_id)


def known_with(folder: Path, room: Sequence[Said], *, anonymous: bool = True, title: str = "Spring room") -> Known:
    """What is known of the quickstart's portfolio with a workshop that is held in a folder."""
    database = open_database(f"sqlite:///{(folder / 'rooms.sqlite').as_posix()}")
    try:
        store = WorkshopStore(database)
        workshop = held(store, room, anonymous=anonymous, title=title)
        scenario = read_scenario(QUICKSTART)
        optimiser = Optimiser(scenario)
        return with_room(optimiser, Known(optimiser.solve(scenario.settings)), store, workshop)
    finally:
        database.close()
