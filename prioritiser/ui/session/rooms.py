"""The rooms of people that a visitor facilitates: opened in this browser, or by their key; and the one on the page."""

import streamlit as st

from prioritiser.ui.server.gate import KEY_COOKIE
from prioritiser.ui.server.room_store import room_store
from prioritiser.ui.session.recall import memory
from prioritiser.ui.storage import visitors
from prioritiser.workshop.heard.arrivals import illustrative_rooms
from prioritiser.workshop.store import WorkshopStore

_MINE, _SHOWN = "my_rooms", "room_shown"


def workshop_store() -> WorkshopStore:
    """Return the one store of rooms of this server. Raises StoreError where there can be none."""
    return room_store()


def my_rooms() -> tuple[str, ...]:
    """List the ids of the rooms that this visitor may facilitate, the one shown last first; some may be gone by now.

    Rooms of made-up people are everybody's, and come last. Raises StoreError.
    """
    visitor = _visitor()
    kept = [name for name, _ in memory().rooms(visitor)] if visitor is not None else []
    key = st.context.cookies.get(KEY_COOKIE, "")
    by_key = workshop_store().by_key(key) if key else None
    brought = [] if by_key is None else [by_key.workshop_id]
    mine = [*st.session_state.get(_MINE, ()), *kept, *brought]
    return tuple(dict.fromkeys([*mine, *illustrative_rooms(workshop_store())]))


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
    """Return the id of the room on the page: as the session left it, else the last visit; empty for none.

    To whoever had no room yet, one of made-up people is shown where there is one. Raises StoreError.
    """
    session = st.session_state
    if _SHOWN not in session:
        visitor = _visitor()
        kept = memory().rooms(visitor) if visitor is not None else ()
        first = next((name for name, is_shown in kept if is_shown), "")
        session[_SHOWN] = first if kept else next(iter(my_rooms()), "")
    shown: str = session[_SHOWN]
    return shown


def _visitor() -> str | None:
    return visitors.visitor_now() if memory().is_on else None
