"""Workshop: open a room, see who answers, what the room says and means, and put what it can live with in force."""

import streamlit as st

from prioritiser.errors import NoWorkshopError, StoreError, WorkshopError
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui import session
from prioritiser.ui.components.widgets import message, show
from prioritiser.ui.pages.workshop.comments import show_comments
from prioritiser.ui.pages.workshop.joining import show_joining, show_new_key
from prioritiser.ui.pages.workshop.meaning import show_meaning
from prioritiser.ui.pages.workshop.opening import show_opening, show_trouble
from prioritiser.ui.pages.workshop.room import show_answered, show_head, show_moves
from prioritiser.ui.pages.workshop.said import show_said
from prioritiser.ui.storage.links import View
from prioritiser.workshop.heard.arrivals import Arrivals, find_arrivals
from prioritiser.workshop.heard.rounds import RoomSaid, read_rounds
from prioritiser.workshop.records import Workshop
from prioritiser.workshop.store import WorkshopStore

QUESTION = "What does the room say, and what can everybody live with?"
JOINING, ANSWERED, SAID, MEANING = "Joining", "Answers so far", "What the room says", "What it means"
COMMENTS = "Comments"
VIEWS = (JOINING, ANSWERED, SAID, MEANING, COMMENTS)


def show_page(scenario: Scenario, view: View) -> None:
    """Show the room that is on the page, else how to open one."""
    try:
        store = session.workshop_store()
        workshop = _room(store)
        if workshop is None:
            show_opening(scenario, view.settings, store)
        else:
            _show_room(scenario, view, store, workshop)
    except (StoreError, WorkshopError) as error:
        advice = "The other pages work as ever. Load this page again when it is mended."
        show(message("problem", "Rooms cannot be opened or shown just now.", [str(error)], advice))


def _room(store: WorkshopStore) -> Workshop | None:
    """Return the room to show; None where there is none, or where this visitor may not facilitate it."""
    name = session.room_shown()
    if not name or name not in session.my_rooms():
        return None
    try:
        return store.workshop(name)
    except NoWorkshopError:
        return None


def _show_room(scenario: Scenario, view: View, store: WorkshopStore, workshop: Workshop) -> None:
    if show_new_key(workshop):
        return
    arrivals = find_arrivals(store, workshop.workshop_id, len(workshop.plan.questions))
    show_head(store, workshop, arrivals)
    show_trouble()
    with st.container(key="room_bar", horizontal=True, vertical_alignment="center"):
        looked_at = st.segmented_control(
            "On the screen",
            list(VIEWS),
            default=JOINING if arrivals.state.is_open else SAID,
            key="room_view",
            required=True,
            wrap=True,
            persist_state="session",
            label_visibility="collapsed",
        )
        show_moves(store, workshop, arrivals)
    with st.container(key="room_screen"):
        if looked_at == ANSWERED:
            show_answered(store, workshop, arrivals)
        elif looked_at == SAID:
            show_said(workshop, _said(store, workshop, arrivals))
        elif looked_at == MEANING:
            show_meaning(scenario, view, workshop, _said(store, workshop, arrivals))
        elif looked_at == COMMENTS:
            show_comments(store, workshop, _said(store, workshop, arrivals))
        else:
            show_joining(workshop, arrivals)


def _said(store: WorkshopStore, workshop: Workshop, arrivals: Arrivals) -> RoomSaid:
    """Read what the room said; kept until there is news, as the page is drawn again and again."""
    return _read(f"{store.database.name} {workshop.workshop_id} {arrivals}", store, workshop)


@st.cache_resource(show_spinner=False, max_entries=16)
def _read(key: str, _store: WorkshopStore, _workshop: Workshop) -> RoomSaid:
    del key  # it only tells one state of a room from another
    return read_rounds(_store, _workshop)
