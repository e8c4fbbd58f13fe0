"""Autosave: where the session is, and what could not be drawn, written down; and the way back to it."""

import streamlit as st

from prioritiser.analysis.summary.changes import because
from prioritiser.text.formatting import shortened
from prioritiser.ui.session.history import moment_in_force, open_again
from prioritiser.ui.session.kept_plan import kept_plan_text
from prioritiser.ui.session.moments import Kept, Moment
from prioritiser.ui.session.opened import opened
from prioritiser.ui.session.own import own_scenario, owner
from prioritiser.ui.session.papers import held_now
from prioritiser.ui.session.recall import Recalled, as_first, memory
from prioritiser.ui.storage.memory import Failure, KeptView

_FAILED = "failed"


def keep(page: str) -> bool:
    """Write down where the session is, when that has changed; whether it is news that nothing can be kept.

    Only for what was drawn as a whole, so that nothing is kept that cannot be shown. page: the title of the page.
    """
    session, mine, now = st.session_state, owner(), opened()
    history, future = now.history, now.future
    here = moment_in_force()
    if mine is None:
        return False
    undone, redone = (tuple(moment.step for moment in moments) for moments in (history, future))
    view = KeptView(here.step, now.is_own, page, undone, redone, kept_plan_text())
    if session.get("kept_view") == view:
        return False
    scenarios = [moment.scenario for moment in (here, *history, *future) if isinstance(moment, Moment)]
    trouble = memory().trouble
    if memory().keep_view(mine, view, scenarios):
        session["kept_view"] = view
    return bool(memory().trouble) and memory().trouble != trouble


def page_to_return_to() -> str:
    """Name the page that was open last, once, where the app was opened without saying which; else nothing."""
    session = st.session_state
    recalled = opened().recalled
    if recalled is None or not opened().is_back or session.get("is_returned"):
        return ""
    session["is_returned"] = True
    return recalled.page


def back_since() -> Recalled | None:
    """Return what was brought back when the app was opened, until the first move; None where nothing was."""
    return opened().recalled if opened().is_back else None


def opening_words() -> str:
    """Say why the app opened otherwise than it was left, until the first move; empty where it did not."""
    return opened().opening


def start_afresh() -> None:
    """Put the scenario that the app was started on in force with its own settings; undo goes back."""
    open_again(as_first(own_scenario()))
    opened().is_back = False


def is_first_visit() -> bool:
    """Whether nothing is known of the visitor: there is no view to come back to."""
    return opened().recalled is None


def undo_words() -> str:
    """Say what undo would change."""
    return _step_words(opened().history)


def redo_words() -> str:
    """Say what redo would change."""
    return _step_words(opened().future)


def _step_words(moments: list[Kept]) -> str:
    if not moments:
        return ""
    here = moment_in_force()
    if moments[-1].step.scenario != here.scenario.hash:
        to = moments[-1].found if isinstance(moments[-1], Moment) else None
        return f"back to {shortened(to.scenario.title, 60)}, as it was" if to else "back to other data"
    to = moments[-1].found
    if to is None:
        return ""
    if to.words is not None:
        return to.words.change_from(held_now(to.words))
    try:
        words = because(here.scenario, here.view.settings, to.view.settings)
    except (ArithmeticError, ValueError, LookupError, TypeError):
        return "what was open before"  # a step that could not be shown cannot be told either, and is undone as ever
    return shortened("; ".join(words), 200) if words else "the year that targets are shown for"


def note_failure(page: str) -> None:
    """Note that a page could not be drawn as things stand, also for the next visit. page: its title."""
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
