"""What the keyboard and screen readers need on every page beyond what Streamlit gives."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.errors import StreamlitAPIException

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer


def help_keyboards(page: str) -> None:
    """Keep the focus where it was, mark the page that is open, and leave out stops at tables that do not scroll.

    page: the title of the page that is open.
    """
    try:
        draw = _component()
    except StreamlitAPIException:  # the package is unpacked, not installed: the page works, the helps are missing
        return
    draw(key="keyboard", data={"page": page}, on_back_change=_take_what_was_held)


def _take_what_was_held() -> None:
    """The connection is back, and with this message came what every input holds: the run that follows takes it."""


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("prioritiser.keyboard", js="keyboard.js")
