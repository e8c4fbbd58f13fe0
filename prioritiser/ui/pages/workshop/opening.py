"""The first side of the Workshop page: open a room, open another by its key, and the rooms of this visitor."""

from collections.abc import Sequence

import streamlit as st

from prioritiser.errors import NoWorkshopError, PrioritiserError
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import shortened
from prioritiser.ui import session
from prioritiser.ui.components.markup import as_label, element
from prioritiser.ui.components.widgets import message, show
from prioritiser.ui.pages.workshop.words import ABOUT, QUESTIONS, opened_words, spaced, state_words
from prioritiser.workshop.answers import goal_swing, important_goals
from prioritiser.workshop.records import Kind, Question, Workshop, WorkshopPlan
from prioritiser.workshop.store import LONGEST_TITLE, WorkshopStore

TROUBLE, NEW_KEY = "room_trouble", "room_new_key"
_ANONYMOUS, _NAMED = "Anonymous", "Under names"
_ROLES = "Trust\nCouncil\nGeneral practice\nVoluntary sector\nPublic"
_ASKED_FIRST = (Kind.SWING, Kind.SUPPORT)


def show_opening(scenario: Scenario, settings: Settings, store: WorkshopStore) -> None:
    """Show the form for a new room beside the rooms of this visitor."""
    show_trouble()
    left, right = st.columns([58, 42], gap="large")
    with left, st.container(key="open_room"):
        _show_form(scenario, settings)
    with right, st.container(key="known_rooms"):
        _show_rooms(_rooms(store))
        _show_key_form()


def show_trouble() -> None:
    """Show why what was asked of a room was not done, until something else is asked."""
    lines: Sequence[str] = session.noted(TROUBLE) or ()
    if lines:
        show(message("problem", "That could not be done. Nothing was changed.", lines))


def attempt(store_trouble: PrioritiserError | None) -> None:
    """Note why a press was refused, or that nothing was."""
    session.note(TROUBLE, str(store_trouble).splitlines() if store_trouble is not None else None)


def _show_form(scenario: Scenario, settings: Settings) -> None:
    show(
        element("h2", "Open a room"),
        element("p", "People join it with their phones. It is about this scenario as it is now.", class_="lead"),
    )
    with st.form("open_room_form", border=False):
        st.text_input("Title of the workshop", key="room_title", max_chars=LONGEST_TITLE)
        show(element("h3", "Questions, in this order"))
        for kind, name in QUESTIONS.items():
            label = f"{name.removesuffix('?')}. {ABOUT[kind]}"
            st.checkbox(label, value=kind in _ASKED_FIRST, key=f"room_ask_{kind.value}")
        st.radio(
            "Answers are",
            [_ANONYMOUS, _NAMED],
            captions=["No names, and nothing of fewer than five people.", "Each writes a name that the room sees."],
            key="room_names",
            horizontal=True,
        )
        roles, places = st.columns(2, gap="small")
        roles.text_area("Roles to choose from, one a line", _ROLES, key="room_roles", height=150)
        places.text_area("Places to choose from, one a line", "", key="room_places", height=150)
        names = [one.name for one in scenario.what_ifs]
        if names:
            st.multiselect("What-ifs to discuss", names, names, key="room_what_ifs", format_func=as_label)
        labels = {one: _swing_words(scenario, one) for one in scenario.goal_by_id if scenario.goal_by_id[one].targets}
        with st.expander("Which goals are weighed"):
            st.multiselect(
                "Goals whose moves are weighed within their tier",
                list(labels),
                _weighed_first(scenario, settings),
                key="room_goals",
                format_func=lambda one: as_label(labels[one]),
            )
        st.form_submit_button("Open the room", type="primary", key="open_it", on_click=_open, args=(scenario, settings))


def _swing_words(scenario: Scenario, goal_id: str) -> str:
    swing = goal_swing(scenario, scenario.goal_by_id[goal_id])
    return shortened(f"{swing.name} {swing.said}", 90)


def _weighed_first(scenario: Scenario, settings: Settings) -> list[str]:
    """Choose the goals of each tier that weigh most; one alone in its tier has nothing to be weighed against."""
    found = important_goals(scenario, settings)
    tiers = [scenario.goal_by_id[one].tier for one in found]
    return [one for one, tier in zip(found, tiers, strict=True) if tiers.count(tier) > 1]


def _open(scenario: Scenario, settings: Settings) -> None:
    goals = tuple(session.held("room_goals"))
    questions = tuple(
        Question(kind, goals if kind is Kind.SWING else ())
        for kind in QUESTIONS
        if session.held(f"room_ask_{kind.value}")
    )
    plan = WorkshopPlan(
        title=" ".join(str(session.held("room_title")).split()),
        questions=questions,
        is_anonymous=session.held("room_names") == _ANONYMOUS,
        roles=_lines(session.held("room_roles")),
        places=_lines(session.held("room_places")),
        what_ifs=tuple(session.held("room_what_ifs")) if scenario.what_ifs else (),
    )
    try:
        workshop, key = session.workshop_store().create(plan, scenario, settings)
    except PrioritiserError as error:
        attempt(error)
        return
    attempt(None)
    session.note(NEW_KEY, (workshop.workshop_id, key))
    session.keep_room(workshop.workshop_id)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _rooms(store: WorkshopStore) -> list[Workshop]:
    """List the rooms of this visitor that are still there."""
    found = []
    for name in session.my_rooms():
        try:
            found.append(store.workshop(name))
        except NoWorkshopError:
            continue
    return found


def _show_rooms(rooms: Sequence[Workshop]) -> None:
    show(element("h2", "Your rooms"))
    if not rooms:
        said = "Rooms that you open in this browser are listed here. Others open with their key."
        show(element("p", said, class_="quiet"))
    for number, workshop in enumerate(rooms):
        with st.container(key=f"known_room_{number}", horizontal=True, vertical_alignment="center"):
            about = f"{spaced(workshop.code)}. {state_words(workshop.state)}, {opened_words(workshop)}."
            show(
                element("p", element("strong", shortened(workshop.title, 90))),
                element("p", about, class_="small"),
            )
            name = as_label(shortened(workshop.title, 60))
            st.button(
                "Show",
                key=f"show_room_{number}",
                on_click=_show_room,
                args=(workshop.workshop_id,),
                help=f"Show {name}",
            )


def _show_room(workshop_id: str) -> None:
    attempt(None)
    session.keep_room(workshop_id)


def _show_key_form() -> None:
    with st.form("room_key_form", border=False, clear_on_submit=True):
        st.text_input("Facilitator's key of another room", key="room_key", max_chars=60, type="password")
        st.form_submit_button("Open it by its key", key="open_by_key", on_click=_open_by_key)


def _open_by_key() -> None:
    try:
        found = session.workshop_store().by_key(str(session.held("room_key") or ""))
    except PrioritiserError as error:
        attempt(error)
        return
    if found is None:
        session.note(TROUBLE, ["No room here has this key. It has five groups of five letters. Look at it again."])
        return
    attempt(None)
    session.keep_room(found.workshop_id)
