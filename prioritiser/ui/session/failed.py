"""What could not be drawn: noted for the session, so that a page of its own says so, and for the next visit."""

import streamlit as st

from prioritiser.ui.session.history import moment_in_force
from prioritiser.ui.session.opened import opened
from prioritiser.ui.session.own import owner
from prioritiser.ui.session.recall import memory
from prioritiser.ui.storage.memory import Failure

_FAILED = "failed"


def note_failure(page: str) -> None:
    """Note that a page could not be drawn as things stand. page: its title."""
    session = st.session_state
    failure = Failure(moment_in_force().step, page)
    session[_FAILED] = failure
    session["kept_view"] = None  # what is drawn next is kept, whatever was kept before
    mine = owner()
    if mine is not None:
        memory().note_failure(mine, failure)


def has_failed(page: str) -> bool:
    """Whether this page could not be drawn, with nothing moved since."""
    return bool(st.session_state.get(_FAILED) == Failure(moment_in_force().step, page))


def try_again() -> None:
    """Draw it anew."""
    st.session_state[_FAILED] = None


def draw_again() -> None:
    """Draw the page anew from the beginning: there is news that stands at its top."""
    opened().unasked = True  # no message of the browser stands behind the run that follows
    st.rerun()
