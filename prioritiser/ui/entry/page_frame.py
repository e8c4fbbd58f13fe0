"""What stands around every page: name, pages, scenario, undo and redo, the question, and what could not be used."""

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import Page

from prioritiser.report.build import is_illustrative
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import shortened
from prioritiser.ui import session
from prioritiser.ui.components.markup import Part, element
from prioritiser.ui.components.toolbar import show_memory_line, show_tools
from prioritiser.ui.components.widgets import message, show
from prioritiser.ui.keyboard import help_keyboards
from prioritiser.ui.storage.links import View


def show_frame(scenario: Scenario, view: View, page: str, question: str, pages: Mapping[str, Page]) -> None:
    """Show the head of a page. page: its title. pages: by title, in order; the links carry what is in force."""
    with st.container(key="masthead", horizontal=True, vertical_alignment="center"):
        show(element("span", "Prioritiser", class_="brand"))
        with st.container(key="pages", horizontal=True):
            for title, linked in pages.items():
                st.page_link(linked, label=title, query_params=session.link_in_force())
        show_tools(scenario, view)
        help_keyboards(page)
    about = element("span", shortened(scenario.title, 90), _edited(), class_="scenario")
    show(element("div", element("h1", question), about, *_illustrative(scenario), class_="head"))
    show_memory_line()
    if view.problems:
        advice = "The rest is used. Undo brings back what was open before."
        title = "Part of the link or of a setting could not be used and was left out:"
        show(message("note", title, view.problems, advice))


def _edited() -> Part:
    """Say that the scenario is not the one that the app was started on, and since when."""
    if session.is_own():
        return None
    since = session.edited_since()
    return element("span", "edited here" if since is None else f"edited here {since:%H:%M}", class_="edited")


def _illustrative(scenario: Scenario) -> list[Part]:
    if not is_illustrative(scenario):
        return []
    flag = element("strong", "Illustrative", class_="flag")
    return [element("p", flag, f" {scenario.summary}", class_="illustrative")]
