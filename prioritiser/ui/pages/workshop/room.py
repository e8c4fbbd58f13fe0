"""One room on the Workshop page: its head, the facilitator's moves, who has answered, and what is looked at."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from prioritiser.errors import PrioritiserError
from prioritiser.text.formatting import shortened
from prioritiser.ui import session
from prioritiser.ui.components.dialogs import show_dialog
from prioritiser.ui.components.markup import Markup, Part, bar, disclosed, element
from prioritiser.ui.components.widgets import show
from prioritiser.ui.pages.workshop.opening import attempt
from prioritiser.ui.pages.workshop.words import ABOUT, QUESTIONS, TAKEN_BACK, spaced, state_words, time_left
from prioritiser.workshop.heard.arrivals import Arrivals, find_arrivals
from prioritiser.workshop.records import MOST_MINUTES, Entry, Move, Participant, Workshop
from prioritiser.workshop.store import WorkshopStore

LOOK_EVERY_S = 1.0
_RESET = "reset_room"
_MINUTES = "room_minutes"


def show_head(store: WorkshopStore, workshop: Workshop, arrivals: Arrivals) -> None:
    """Show the title, the code and the state; look again every second, and draw the page anew when there is news."""

    def is_news() -> bool:
        try:
            return find_arrivals(store, workshop.workshop_id, len(workshop.plan.questions)) != arrivals
        except PrioritiserError:
            return True  # the page then says what is wrong

    with st.container(key="room_head", horizontal=True, vertical_alignment="center"):
        flag = element("strong", "Illustrative", class_="flag") if workshop.is_illustrative else None
        show(element("h2", shortened(workshop.title, 120), " ", flag))
        show(element("p", "Code ", element("strong", spaced(workshop.code)), class_="room-code-small"))
        show(element("p", f"{state_words(arrivals.state)} · {arrivals.joined} joined"))
        session.watch(is_news, lambda: _show_timer(arrivals), LOOK_EVERY_S)
        st.button("All rooms", key="all_rooms", on_click=session.leave_rooms)


def _show_timer(arrivals: Arrivals) -> None:
    left = time_left(arrivals.state)
    if left == "0:00":
        show(element("p", "Time is up", class_="room-timer over", role="status"))
    elif left:
        show(element("p", left, element("span", " left", class_="room-timer-words"), class_="room-timer", role="timer"))
    else:
        st.empty()


def show_moves(store: WorkshopStore, workshop: Workshop, arrivals: Arrivals) -> None:
    """Show what the facilitator can do with the room."""
    state, questions = arrivals.state, len(workshop.plan.questions)
    move = partial(_press, store, workshop.workshop_id)
    if state.is_open:
        _button("Close the answers", "room_close", partial(move, "close"), primary=True)
    else:
        _button("Open again", "room_open", partial(move, "open"))
    if state.asked is not None and state.asked + 1 < questions:
        _button(f"Ask question {state.asked + 2} of {questions}", "room_next", partial(move, "next"))
        _button("Ask all questions", "room_all", partial(move, "all"))
    number = len(state.rounds)
    _button(f"Begin round {number + 1}", "room_round", partial(move, "round"))
    _button(f"Reset round {number}", "room_reset", partial(session.open_dialog, _RESET))
    last = store.last_move(workshop.workshop_id)
    if last and last != "close":  # to open again does the same, and leaves a trace of what was shown
        _button(f"Take back {TAKEN_BACK.get(last, last)}", "room_undo", partial(move, "undo"))
    if state.timer_ends:
        _button("Stop the timer", "room_timer_stop", partial(move, "timer"))
    else:
        look: dict[str, Any] = {"key": _MINUTES, "width": 110, "label_visibility": "collapsed"}
        st.number_input("Minutes of the timer", 1, MOST_MINUTES, 10, 1, **look)
        show(element("span", "min", aria_hidden="true"))
        _button("Start the timer", "room_timer", partial(_start_timer, store, workshop.workshop_id))
    show_dialog(_RESET, "Reset this round", lambda: _show_resetting(store, workshop, number))


def _button(label: str, key: str, act: Callable[[], None], *, primary: bool = False) -> None:
    st.button(label, key=key, on_click=act, type="primary" if primary else "secondary")


def _press(store: WorkshopStore, workshop_id: str, name: str, minutes: float = 0.0) -> None:
    try:
        store.move(workshop_id, Move(name, minutes))
    except PrioritiserError as error:
        attempt(error)
    else:
        attempt(None)


def _start_timer(store: WorkshopStore, workshop_id: str) -> None:
    _press(store, workshop_id, "timer", float(session.held(_MINUTES) or 0))


def _show_resetting(store: WorkshopStore, workshop: Workshop, number: int) -> None:
    show(
        element("p", element("strong", f"The answers of round {number} will not count any more.")),
        element("p", "Nothing is deleted: they are kept, and 'Take back the reset' brings them back."),
        element("p", "People are asked anew, on the phones that they joined with."),
    )
    with st.container(key="resetting", horizontal=True):
        st.button(f"Reset round {number}", key="room_reset_now", on_click=_reset, args=(store, workshop.workshop_id))
        st.button("Keep it", key="room_reset_not", on_click=session.close_dialog)


def _reset(store: WorkshopStore, workshop_id: str) -> None:
    session.close_dialog()
    _press(store, workshop_id, "reset")


def show_answered(store: WorkshopStore, workshop: Workshop, arrivals: Arrivals) -> None:
    """Show how many have answered each question; who, where the room answers under names."""
    state, joined = arrivals.state, arrivals.joined
    many = len(state.rounds) > 1
    counts = arrivals.in_this_round if many else arrivals.answered
    entries = store.entries(workshop) if not workshop.plan.is_anonymous else []
    people = store.participants(workshop.workshop_id) if not workshop.plan.is_anonymous else []
    cards = [
        _question_card(workshop, arrivals, question, counts[question], _names(question, entries, people, state.rounds))
        for question in range(len(workshop.plan.questions))
    ]
    show(element("ol", *cards, class_="room-questions"))
    said: list[str] = []
    if not joined:
        said.append("Answers are counted here as they come. People join with the code.")
    if many:
        said.append("Answers of the round before stand until they are changed.")
    if workshop.plan.is_anonymous:
        said.append("This room is anonymous: only counts are shown here.")
    if said:
        show(element("p", " ".join(said), class_="quiet"))


def _question_card(workshop: Workshop, arrivals: Arrivals, question: int, number: int, names: Part) -> Markup:
    kind, state = workshop.plan.questions[question].kind, arrivals.state
    heading = element("h3", f"{question + 1}. {QUESTIONS[kind]}")
    if not state.asks(question):
        return element("li", heading, element("p", "Not asked yet", class_="quiet"), class_="waits")
    again = " again" if len(state.rounds) > 1 else ""
    count = element(
        "p",
        element("strong", str(number)),
        f" of {arrivals.joined} answered{again}",
        class_="room-count",
        role="status",
    )
    part = number / arrivals.joined if arrivals.joined else 0.0
    return element("li", heading, element("p", ABOUT[kind], class_="quiet"), count, bar(part, "share"), names)


def _names(question: int, entries: list[Entry], people: list[Participant], rounds: tuple[int, ...]) -> Part:
    """List who answered a question in this round, and who did not yet; folded, as the screen shows the room."""
    if not people:
        return None
    there = {
        entry.participant.participant_id
        for entry in entries
        if entry.question == question and entry.round == len(rounds) - 1
    }
    done, waiting = (
        sorted((one.name for one in people if (one.participant_id in there) is is_there), key=str.casefold)
        for is_there in (True, False)
    )
    lists: list[Part] = []
    for heading, names in (("Answered", done), ("Not yet", waiting)):
        lists += [element("p", element("strong", heading)), element("p", ", ".join(names) or "Nobody")]
    return disclosed("Show who has answered", *lists)
