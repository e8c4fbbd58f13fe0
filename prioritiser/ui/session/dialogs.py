"""Which dialog is open over the page: one at a time, until it is closed."""

import streamlit as st


def open_dialog(name: str) -> None:
    """Open a dialog; one that is open already closes."""
    st.session_state["dialog"] = name


def close_dialog() -> None:
    """Close the dialog that is open."""
    st.session_state["dialog"] = ""


def dialog_open() -> str:
    """Return the name of the dialog that is open; empty where none is."""
    name: str = st.session_state.get("dialog", "")
    return name
