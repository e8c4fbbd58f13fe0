"""The script that Streamlit runs for every view: opens the scenario and shows the chosen page.

It has a folder of its own because Streamlit takes a folder `pages` beside its script for pages of its own kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType

import streamlit as st
from streamlit.navigation.page import Page

from prioritiser.errors import ScenarioError
from prioritiser.ui import session
from prioritiser.ui.background.maintenance import clear_up, keep_texts_plain
from prioritiser.ui.background.render_lock import turn
from prioritiser.ui.components.widgets import message, set_up_page, show
from prioritiser.ui.entry.failure import log_failure, show_failure, show_failure_plainly
from prioritiser.ui.entry.page_frame import show_frame
from prioritiser.ui.pages.balance import page as balance
from prioritiser.ui.pages.board_pack import page as board_pack
from prioritiser.ui.pages.capacity import page as capacity
from prioritiser.ui.pages.compare import page as compare
from prioritiser.ui.pages.confidence import page as confidence
from prioritiser.ui.pages.data import page as data
from prioritiser.ui.pages.trade_offs import page as trade_offs
from prioritiser.ui.pages.why import page as why
from prioritiser.ui.pages.workshop import page as workshop

_MOST_PROBLEMS = 50
PAGES: dict[str, ModuleType] = {
    "Balance": balance,
    "Trade-offs": trade_offs,
    "Why": why,
    "Capacity": capacity,
    "Confidence": confidence,
    "Compare": compare,
    "Workshop": workshop,
    "Board pack": board_pack,
    "Data": data,
}
EDITED = frozenset({"Data"})


def main() -> None:
    """Show the page that was chosen, or what is wrong with the scenario."""
    keep_texts_plain()
    set_up_page()
    pages = {
        title: st.Page(_shown(title), title=title, url_path=title.casefold().replace(" ", "-"), default=number == 0)
        for number, title in enumerate(PAGES)
    }
    page = st.navigation(list(pages.values()), position="hidden")
    try:
        _show(page, pages)
    except ScenarioError as error:
        problems = [str(problem) for problem in error.issues]
        more = [f"and {len(problems) - _MOST_PROBLEMS} more"] if len(problems) > _MOST_PROBLEMS else []
        advice = "Mend the file and load this page again. The check command lists every problem."
        show(message("problem", "This scenario cannot be opened yet.", [*problems[:_MOST_PROBLEMS], *more], advice))


def _show(page: Page, pages: Mapping[str, Page]) -> None:
    """Show a page, or that an error stopped it: then on a page of its own, so that nothing half drawn stands there."""
    drawing = False
    try:
        moment = session.open_moment(page.title)
        session.take_edits()
        if session.has_failed(page.title):
            show_failure(page.title, pages)
            return
        drawing = True
        _draw(moment, page, pages)
    except ScenarioError:
        raise
    except Exception as error:  # whatever it is, there must be a way back
        log_failure(error, page.title)
        if not drawing:
            show_failure_plainly()
            return
        session.note_failure(page.title)
        session.draw_again()
    clear_up()


def _draw(moment: session.Moment, page: Page, pages: Mapping[str, Page]) -> None:
    back_to = session.page_to_return_to()
    if page.title == next(iter(PAGES)) and back_to in PAGES and back_to != page.title:
        st.switch_page(pages[back_to], query_params=session.link_in_force())
    show_frame(moment.scenario, moment.view, page.title, PAGES[page.title].QUESTION, pages)
    if page.title in EDITED:
        # A page that Streamlit runs by itself leaves its inputs behind when it is left; these come along.
        PAGES[page.title].show_page(moment.scenario, moment.view)
    else:
        page.run()
    is_news = session.is_plan_news()
    if session.keep(page.title) or is_news:
        session.draw_again()


def _shown(title: str) -> Callable[[], None]:
    """Return what Streamlit runs for a page."""

    def show_chosen() -> None:
        moment = session.moment_in_force()
        PAGES[title].show_page(moment.scenario, moment.view)

    return show_chosen


with turn():
    main()
