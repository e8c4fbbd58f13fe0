"""The year that targets are shown for: the same on every page that shows targets, and part of the link."""

import streamlit as st

from prioritiser.scenario.scenario import Scenario
from prioritiser.ui import session
from prioritiser.ui.components.markup import as_label


def pick_year(scenario: Scenario, year: str, *, labelled: bool = True) -> None:
    """Let people choose the year. year: the one in force. labelled: False where what stands beside it says as much."""
    st.segmented_control(
        "Year that targets are shown for",
        list(scenario.years),
        format_func=as_label,
        key=session.put("year", year),
        on_change=lambda: session.show_year(session.held("year")),
        required=True,
        wrap=True,
        label_visibility="visible" if labelled else "collapsed",
    )
