"""The workshop in the paper: which of this visitor's finished rooms it can be, and what it means."""

import json
import os
from dataclasses import replace

import streamlit as st

from prioritiser.errors import NoWorkshopError, StoreError
from prioritiser.report.known import Known
from prioritiser.report.room import RoomMeaning
from prioritiser.report.room_inputs import find_answer, meaning_for
from prioritiser.scenario.scenario import Scenario
from prioritiser.store.location import DATABASE_VARIABLE, memory_path
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Desk, Work, work_key
from prioritiser.ui.components.markup import element
from prioritiser.ui.components.progress import show_work
from prioritiser.ui.components.widgets import show
from prioritiser.workshop.consensus import Consensus
from prioritiser.workshop.heard.rounds import RoomSaid, read_rounds
from prioritiser.workshop.records import Workshop

NAME = "pack_room"
_CHOICE = "pack_workshop"
_TIME_LIMIT_S = 600.0
_NONE = "None"


def show_choice(scenario: Scenario) -> Workshop | None:
    """Let people choose which of their finished workshops about this scenario the paper shows; none by default."""
    try:
        rooms = finished_rooms(scenario)
    except StoreError as error:
        if memory_path() is not None or os.environ.get(DATABASE_VARIABLE):  # else nobody wants any
            show(element("p", f"No workshop can be put into the paper just now. {error}", class_="quiet"))
        return None
    if not rooms:
        return None
    names = {room.workshop_id: f"{room.title}, {room.code}" for room in rooms}
    chosen = st.selectbox(
        "Workshop whose answers the paper shows",
        [_NONE, *names],
        format_func=lambda name: names.get(name, name),
        key=_CHOICE,
        persist_state="session",
    )
    return next((room for room in rooms if room.workshop_id == chosen), None)


def finished_rooms(scenario: Scenario) -> list[Workshop]:
    """List the workshops about a scenario that this visitor facilitates and that are closed. Raises StoreError."""
    store, found = session.workshop_store(), []
    for name in session.my_rooms():
        try:
            room = store.workshop(name)
        except NoWorkshopError:
            continue  # it is gone by now
        if room.scenario_hash == scenario.hash and not room.state.is_open:
            found.append(room)
    return found


def with_meaning(scenario: Scenario, known: Known, workshop: Workshop) -> tuple[Known, str]:
    """Show how far the work on what a workshop means is; returns what is known with it, and what tells it apart."""
    try:
        said = read_rounds(session.workshop_store(), workshop)
    except (StoreError, NoWorkshopError) as error:
        show(element("p", f"What the workshop says cannot be read just now. {error}", class_="quiet"))
        return known, ""
    work = _ask(scenario, workshop, said)
    found = show_work(NAME, work, "working out what the workshop means")
    if not found.over or found.failure is not None:
        return known, ""
    released = sorted(entry.answer_id for entry in said.comments() if entry.is_released)
    told = [work.key, released, [option.name for option in known.tabled], known.portfolio.settings.as_json()]
    key = json.dumps(told)
    return replace(known, room=_meaning(key, known, workshop, said, found.result)), key


def _ask(scenario: Scenario, workshop: Workshop, said: RoomSaid) -> Work[Consensus | None]:
    def run(desk: Desk[Consensus | None]) -> Consensus | None:
        return find_answer(desk.optimiser, said, budget=desk.within(_TIME_LIMIT_S), progress=desk.progress)

    asked = workshop.workshop_id, workshop.state.as_text(), [len(room.ballots) for room in said.rounds]
    return session.ask_work(NAME, work_key(NAME, scenario, said.settings, *asked), scenario, run)


@st.cache_resource(show_spinner=False, max_entries=8)
def _meaning(key: str, _known: Known, _workshop: Workshop, _said: RoomSaid, _answer: Consensus | None) -> RoomMeaning:
    del key  # it only tells one meaning from another
    return meaning_for(_known, _workshop, _said, _answer)
