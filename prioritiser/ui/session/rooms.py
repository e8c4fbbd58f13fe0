"""The rooms of people that a visitor facilitates: opened in this browser, or by their key; and the one on the page."""

import streamlit as st

from prioritiser.store.database import open_database
from prioritiser.store.location import database_url
from prioritiser.ui.session.recall import memory
from prioritiser.ui.storage import visitors
from prioritiser.workshop.store import WorkshopStore

FACILITATOR = "prioritiser_facilitator"  # the cookie of somebody who came in by a room's key
_MINE, _SHOWN = "my_rooms", "room_shown"


@st.cache_resource(show_spinner=False, max_entries=8)
def _store(url: str) -> WorkshopStore:
    return WorkshopStore(open_database(url))


def workshop_store() -> WorkshopStore:
    """Return the one store of rooms that every session shares. Raises StoreError where there can be none."""
    return _store(database_url())


def my_rooms() -> tuple[str, ...]:
    """List the ids of the rooms that this visitor may facilitate, the one shown last first; some may be gone by now.

    Raises StoreError.
    """
    visitor = _visitor()
    kept = [name for name, _ in memory().rooms(visitor)] if visitor is not None else []
    key = st.context.cookies.get(FACILITATOR, "")
    by_key = workshop_store().by_key(key) if key else None
    brought = [] if by_key is None else [by_key.workshop_id]
    return tuple(dict.fromkeys([*st.session_state.get(_MINE, ()), *kept, *brought]))


def keep_room(workshop_id: str) -> None:
    """Note that this visitor facilitates a room, and put it on the page."""
    session = st.session_state
    session[_MINE] = tuple(dict.fromkeys([workshop_id, *session.get(_MINE, ())]))
    session[_SHOWN] = workshop_id
    visitor = _visitor()
    if visitor is not None:
        memory().keep_room(visitor, workshop_id)


def leave_rooms() -> None:
    """Take the room from the page; it stays among those of this visitor."""
    st.session_state[_SHOWN] = ""
    visitor = _visitor()
    if visitor is not None:
        memory().leave_room(visitor)


def room_shown() -> str:
    """Return the id of the room on the page: as the session left it, else the last visit; empty for none."""
    session = st.session_state
    if _SHOWN not in session:
        visitor = _visitor()
        kept = memory().rooms(visitor) if visitor is not None else ()
        session[_SHOWN] = next((name for name, is_shown in kept if is_shown), "")
    shown: str = session[_SHOWN]
    return shown


def _visitor() -> str | None:
    return visitors.visitor_now() if memory().is_on else None
