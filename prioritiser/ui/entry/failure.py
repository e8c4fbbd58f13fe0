"""What is shown in place of a page that an error stopped: that it did, and the ways back, one a plain link."""

import logging
import traceback
from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import Page

from prioritiser.text.spelling import visible
from prioritiser.ui import session
from prioritiser.ui.components.markup import Markup, element
from prioritiser.ui.components.widgets import show, show_styles
from prioritiser.ui.storage.links import ANEW, BEGIN

_LOG = logging.getLogger("prioritiser")
_SAFE = "What you saved is still there. What went wrong is written in the log of the server."


class _PlainLog(logging.Filter):
    """Writes a record with nothing in it that a terminal would act on: texts of a scenario are part of some errors."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            told += "\n" + "".join(traceback.format_exception(record.exc_info[1]))
        record.msg, record.args, record.exc_info, record.exc_text = visible(told), (), None, None
        return True


def keep_log_plain() -> None:
    """Let Streamlit write errors to its log as `log_failure` does."""
    logger = logging.getLogger("streamlit.error_util")
    if not any(isinstance(known, _PlainLog) for known in logger.filters):
        logger.addFilter(_PlainLog())


def log_failure(error: Exception, page: str) -> None:
    """Write an error with where it arose to the log, with nothing in it that a terminal would act on."""
    told = "".join(traceback.format_exception(error))
    _LOG.error("%s", visible(f"The page {page} could not be drawn.\n{told}"))


def show_failure(page: str, pages: Mapping[str, Page]) -> None:
    """Show that a page could not be drawn with what is open, and the ways back. page: its title."""
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        show(element("span", "Prioritiser", class_="brand"))
        with st.container(key="pages", horizontal=True):
            for title, linked in pages.items():
                st.page_link(linked, label=title, query_params=session.link_in_force())
    show(element("h1", f"{page} cannot be shown with what is open now"), _stopped())
    with st.container(key="ways_back", horizontal=True, vertical_alignment="center"):
        if session.can_undo():
            st.button("Undo the last step", key="undo_failed", on_click=session.undo, type="primary")
        st.button("Try again", key="try_again", on_click=session.try_again)
        show(_begin_anew())
    said = "Begin anew opens the scenario with its own settings; undo goes back. Other pages may work as they are."
    show(element("p", said, class_="small"))


def show_failure_plainly() -> None:
    """Show that nothing can be drawn, with the one way back that needs nothing of the session."""
    again = element("a", "Load this page again", href="", target="_self")
    show(_stopped(element("p", again, " or ", _begin_anew(), ".")))


def _stopped(*more: Markup) -> Markup:
    said = element("p", element("strong", "An error stopped this page."))
    return element("div", said, element("p", _SAFE), *more, class_="message problem", role="alert")


def show_stray_failure(error: Exception) -> bool:
    """Show an error that arose beside a page: in what a button does, or in a part that looks again by itself.

    It is the server's `on_script_error`; True keeps Streamlit from showing the error in its own words.
    """
    del error  # the server has written it to the log
    show_styles()  # what stood on the page before may be gone
    show_failure_plainly()
    return True


def _begin_anew() -> Markup:
    return element("a", "Begin anew", href=f"./?{BEGIN}={ANEW}", target="_self", class_="begin-anew")
