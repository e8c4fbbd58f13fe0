"""The guide of a first visit: five steps over the page, one sentence each, closed for good when closed."""

import streamlit as st

from prioritiser.ui import session
from prioritiser.ui.components.markup import element
from prioritiser.ui.components.widgets import show

STEPS = (
    "Read the sentence below: what to start, which targets that meets, and how sure this is.",
    "Drag the dot in the triangle, or change a number beside it: the answer follows at once.",
    "Look at What changed for what entered or left, and at Targets for what is still short.",
    "Open Locks and rules or Capacity, and keep one initiative in or take a tenth of the money away.",
    "Press Save to keep an option and Share for a link; Undo takes every move back.",
)


def show_guide() -> None:
    """Show the step that is open, where the guide is open."""
    step = session.guide_step()
    if step is None:
        return
    with st.container(key="guide", horizontal=True, vertical_alignment="center"):
        show(element("p", element("strong", f"Guide {step + 1} of {len(STEPS)} "), STEPS[step], role="status"))
        with st.container(key="guide_buttons", horizontal=True):
            st.button("Back", key="guide_back", on_click=session.show_guide_step, args=(step - 1,), disabled=step == 0)
            if step + 1 < len(STEPS):
                st.button("Next", key="guide_next", on_click=session.show_guide_step, args=(step + 1,))
            st.button("Close guide", key="guide_close", on_click=session.close_guide)


def show_guide_again() -> None:
    """Show the button that opens the guide again."""
    if session.guide_step() is None:
        st.button("Show the guide", key="guide_open", on_click=session.show_guide_step, args=(0,))
