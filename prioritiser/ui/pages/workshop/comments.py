"""Comments of the room, with a tick for each that may stand in the paper."""

from collections.abc import Sequence

import streamlit as st

from prioritiser.errors import PrioritiserError
from prioritiser.ui import session
from prioritiser.ui.components.markup import Part, element
from prioritiser.ui.components.widgets import show, show_section
from prioritiser.ui.pages.workshop.opening import attempt
from prioritiser.ui.pages.workshop.words import QUESTIONS
from prioritiser.workshop.heard.rounds import RoomSaid
from prioritiser.workshop.records import Entry, Workshop
from prioritiser.workshop.store import WorkshopStore

_LATER = "Comments appear here when you close the answers."
_FEW = "Comments appear here when five people or more have answered: with fewer, it could show who wrote them."
_NONE = "Nobody has written a comment. There is a place for one under each question."


def show_comments(store: WorkshopStore, workshop: Workshop, said: RoomSaid) -> None:
    """Show the comments that may be looked at, question by question; of an anonymous room without who wrote them."""
    is_anonymous = workshop.plan.is_anonymous
    if not said.rounds:
        show(element("p", _LATER, class_="quiet"))
        return
    last = said.rounds[-1]
    if is_anonymous and not last.room.people and not last.support.people:
        show(element("p", _FEW, class_="quiet"))
        return
    written = said.comments()
    if not written:
        show(
            element("p", "Nobody has written a comment. There is a place for one under each question.", class_="quiet")
        )
        return
    released = sum(entry.is_released for entry in written)
    title = f"{len(written)} {'comment' if len(written) == 1 else 'comments'}, {released or 'none'} for the paper"
    show_section(title, "Tick those that may stand in the board paper. Ask whoever wrote them first.")
    for question, asked in enumerate(workshop.plan.questions):
        mine = sorted((entry for entry in written if entry.question == question), key=lambda entry: entry.comment)
        if mine:
            show(element("h3", f"{question + 1}. {QUESTIONS[asked.kind]}"))
            _show_list(store, workshop, mine)


def _show_list(store: WorkshopStore, workshop: Workshop, entries: Sequence[Entry]) -> None:
    for entry in entries:
        key = f"release_{entry.answer_id}"
        with st.container(key=f"comment_{entry.answer_id}", horizontal=True, vertical_alignment="top"):
            asked = (store, workshop.workshop_id, entry, key)
            st.checkbox("For the paper", value=entry.is_released, key=key, on_change=_release, args=asked)
            who: Part = None
            if not workshop.plan.is_anonymous:
                one = entry.participant
                who = element("p", ", ".join(filter(None, (one.name, one.role, one.place))), class_="small")
            show(element("p", entry.comment, class_="room-comment"), who)


def _release(store: WorkshopStore, workshop_id: str, entry: Entry, key: str) -> None:
    try:
        store.release(entry.answer_id, released=bool(session.held(key)), workshop_id=workshop_id)
    except PrioritiserError as error:
        attempt(error)
    else:
        attempt(None)
