"""The script that Streamlit runs for every view: opens the scenario and shows the chosen page.

It has a folder of its own because Streamlit takes a folder `pages` beside its script for pages of its own kind.
"""

from __future__ import annotations

import streamlit as st

from prioritiser.errors import ScenarioError
from prioritiser.ui import state
from prioritiser.ui.pages import balance
from prioritiser.ui.widgets import message, set_up_page, show

_MOST_PROBLEMS = 50


def main() -> None:
    """Show the page that was chosen, or what is wrong with the scenario."""
    set_up_page()
    page = st.navigation([st.Page(_balance, title="Balance", url_path="balance", default=True)], position="hidden")
    page.run()


def _balance() -> None:
    try:
        scenario = state.open_scenario()
    except ScenarioError as error:
        problems = [str(problem) for problem in error.issues]
        more = [f"and {len(problems) - _MOST_PROBLEMS} more"] if len(problems) > _MOST_PROBLEMS else []
        advice = "Mend the file and load this page again. The check command lists every problem."
        show(message("problem", "This scenario cannot be opened yet.", [*problems[:_MOST_PROBLEMS], *more], advice))
        return
    balance.show_page(scenario)


main()
