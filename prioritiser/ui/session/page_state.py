"""What a page notes for itself: which initiative is looked at, which work was asked for, which dialog is open.

Not part of the link.
"""

from typing import Any

import streamlit as st

from prioritiser.ui.session.history import put


def noted(name: str, default: Any = None) -> Any:
    """Return what was noted under a name in this session."""
    return st.session_state.get("noted", {}).get(name, default)


def note(name: str, value: Any) -> None:
    """Note a value under a name, for as long as the session lasts."""
    st.session_state.setdefault("noted", {})[name] = value


def remembered(name: str, value: Any) -> dict[str, Any]:
    """Make an input hold a value and note what people choose in it; returns what the input takes for that."""
    return {"key": put(name, value), "on_change": _note_choice, "args": (name,)}


def _note_choice(name: str) -> None:
    note(name, st.session_state[name])


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
