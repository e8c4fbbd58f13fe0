"""Long work while it goes on: how far it is, for how long, and a way to stop it; and why there is no result."""

from __future__ import annotations

import streamlit as st

from prioritiser.errors import PrioritiserError
from prioritiser.ui import state
from prioritiser.ui.markup import Markup, element
from prioritiser.ui.widgets import message, show
from prioritiser.ui.works import Work, WorkState
from prioritiser.wording import capital


def show_work[T](name: str, work: Work[T], doing: str) -> WorkState[T]:
    """Show how far a piece of work is while it goes on, why it failed, or that it was stopped; returns its state.

    name: as it was asked for. doing: a few words, such as 'Drawing the frontier'. The page is drawn anew with each
    newer result, so that it arrives in place.
    """
    so_far = work.state
    if not so_far.over:
        state.watch(lambda: work.state.version != so_far.version, lambda: _show_progress(name, work, doing))
    elif so_far.failure is not None:
        show(_failure(so_far.failure))
        st.button("Try again", key=f"again_{name}", on_click=state.ask_work_again, args=(name,))
    elif work.stop.is_set():
        with st.container(key=f"stopped_{name}", horizontal=True, vertical_alignment="center"):
            show(
                element("p", "Stopped early: what was found until then is shown, and it is incomplete.", role="status")
            )
            st.button("Go on", key=f"again_{name}", on_click=state.ask_work_again, args=(name,))
    return so_far


def _show_progress[T](name: str, work: Work[T], doing: str) -> None:
    now, stopping = work.state, work.stop.is_set()
    part = f", {now.doing} {now.done:,} of {now.total:,}" if now.total else ""
    with st.container(key=f"working_{name}", horizontal=True, vertical_alignment="center"):
        words = f"{'Stopping' if stopping else capital(doing)}: {work.seconds:.0f} s{part}"
        show(element("p", words, class_="working"))
        st.button("Cancel", key=f"cancel_{name}", on_click=work.cancel, disabled=stopping)
    if now.total:
        width = f"width:{100 * min(1.0, now.done / now.total):.0f}%"
        show(element("div", element("span", style=width), class_="progress", aria_hidden="true"))


def _failure(failure: Exception) -> Markup:
    if isinstance(failure, PrioritiserError):
        return message("problem", "This cannot be worked out for these settings.", [str(failure)], "Change a setting.")
    advice = "The log of the server says more. Other settings may still work."
    return message("problem", "Something went wrong while this was worked out.", [type(failure).__name__], advice)
