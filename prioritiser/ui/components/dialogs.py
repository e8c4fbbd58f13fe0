"""A dialog over the page: it holds the focus until it is closed, which then goes back to the button that opened it."""

from collections.abc import Callable

import streamlit as st

from prioritiser.ui import session


def show_dialog(name: str, title: str, show_inside: Callable[[], None]) -> None:
    """Show a dialog while it is open; what is pressed inside may close it with `session.close_dialog`.

    name: what `session.open_dialog` calls it. title: read as Markdown, so it holds no text of a scenario.
    """
    if session.dialog_open() != name:
        return

    @st.dialog(title, on_dismiss=session.close_dialog)
    def dialog() -> None:
        if session.dialog_open() != name:
            st.rerun()
        show_inside()

    dialog()
