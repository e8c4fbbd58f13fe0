"""Which step of the guide is shown: the first to a new visitor, none to one who has closed it."""

import streamlit as st

from prioritiser.ui.session.autosave import is_first_visit
from prioritiser.ui.session.own import owner
from prioritiser.ui.session.recall import memory


def guide_step() -> int | None:
    """Return the step to show, from 0; None where the guide is closed."""
    session = st.session_state
    if "guide" not in session:
        mine = owner()
        closed = not is_first_visit() or (mine is not None and memory().guide_is_closed(mine.visitor))
        session["guide"] = None if closed else 0
    step: int | None = session["guide"]
    return step


def show_guide_step(step: int) -> None:
    """Show a step of the guide."""
    st.session_state["guide"] = step


def close_guide() -> None:
    """Close the guide, now and on the next visits."""
    st.session_state["guide"] = None
    mine = owner()
    if mine is not None:
        memory().close_guide(mine.visitor)
