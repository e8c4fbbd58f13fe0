"""What a page notes for itself: which initiative is looked at, which long work was asked for. Not part of the link."""

from typing import Any

import streamlit as st


def noted(name: str, default: Any = None) -> Any:
    """Return what was noted under a name in this session."""
    return st.session_state.get("noted", {}).get(name, default)


def note(name: str, value: Any) -> None:
    """Note a value under a name, for as long as the session lasts."""
    st.session_state.setdefault("noted", {})[name] = value


def note_choice(name: str, key: str) -> None:
    """Note what an input holds; for its `on_change`."""
    note(name, st.session_state[key])
