"""Long work while it goes on: how far it is, for how long, and a way to stop it; and why there is no result."""

import streamlit as st

from prioritiser.errors import NoAnswerError, PrioritiserError
from prioritiser.text.formatting import capital, counted
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Work, WorkState
from prioritiser.ui.components.markup import Markup, element
from prioritiser.ui.components.widgets import message, show

_IN_PART = "Stopped early: what was found until then is shown, and it is incomplete."
_NOTHING = "Stopped before anything was found."


def show_work[T](name: str, work: Work[T], doing: str) -> WorkState[T]:
    """Show how far a piece of work is while it goes on, why it failed, or that it was stopped; returns its session.

    name: as it was asked for. doing: a few words, such as 'Drawing the frontier'. The page is drawn anew with each
    newer result, so that it arrives in place.
    """
    so_far = work.state
    if not so_far.over:
        watch_work(name, work, so_far, doing)
    elif is_stopped(work):
        show_stopped(name, _NOTHING if so_far.result is None else _IN_PART)
    elif so_far.failure is not None:
        show(_failure(so_far.failure))
        st.button("Try again", key=f"again_{name}", on_click=session.ask_work_again, args=(name,))
    return so_far


def watch_work[T](name: str, work: Work[T], so_far: WorkState[T], doing: str, cancel: str = "Cancel") -> None:
    """Show how far a piece of work is, with a button to cancel it, until there is news."""
    session.watch(lambda: work.state.version != so_far.version, lambda: _show_progress(name, work, doing, cancel))


def is_stopped[T](work: Work[T]) -> bool:
    """Whether a piece of work is over because somebody cancelled it; to have found nothing is then no failure."""
    failure = work.state.failure
    return work.is_over and work.stop.is_set() and (failure is None or isinstance(failure, NoAnswerError))


def show_stopped(name: str, said: str) -> None:
    """Show what a piece of work that was cancelled leaves, with a button to start it again, from its beginning."""
    with st.container(key=f"stopped_{name}", horizontal=True, vertical_alignment="center"):
        show(element("p", said, role="status"))
        st.button("Start again", key=f"again_{name}", on_click=session.ask_work_again, args=(name,))


def working_words[T](work: Work[T], doing: str, before: int) -> str:
    """Say how many pieces of work go before one, or else what it does, for how long and how far it is."""
    now = work.state
    if work.stop.is_set():
        return f"Stopping: {work.seconds:.0f} s"
    if before:
        return f"Waiting its turn: {counted(before, 'piece')} of work before it"
    part = f", {now.doing} {now.done:,} of {now.total:,}" if now.total else ""
    return f"{capital(doing)}: {work.seconds:.0f} s{part}"


def _show_progress[T](name: str, work: Work[T], doing: str, cancel: str) -> None:
    now = work.state
    with st.container(key=f"working_{name}", horizontal=True, vertical_alignment="center"):
        show(element("p", working_words(work, doing, session.work_before(work)), class_="working"))
        st.button(cancel, key=f"cancel_{name}", on_click=work.cancel, disabled=work.stop.is_set())
    if now.total:
        width = f"width:{100 * min(1.0, now.done / now.total):.0f}%"
        show(element("div", element("span", style=width), class_="progress", aria_hidden="true"))


def _failure(failure: Exception) -> Markup:
    if isinstance(failure, PrioritiserError):
        return message("problem", "This cannot be worked out for these settings.", [str(failure)], "Change a setting.")
    advice = "The log of the server says more. Other settings may still work."
    return message("problem", "Something went wrong while this was worked out.", [type(failure).__name__], advice)
