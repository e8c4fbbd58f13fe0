"""How people come to a room: its code, the link and the picture that phones read, and the facilitator's key once."""

import base64

import streamlit as st

from prioritiser.text.formatting import counted
from prioritiser.ui import session
from prioritiser.ui.components.markup import Markup, Part, element
from prioritiser.ui.components.widgets import message, show
from prioritiser.ui.pages.workshop.opening import NEW_KEY
from prioritiser.ui.pages.workshop.words import spaced
from prioritiser.workshop.heard.arrivals import Arrivals
from prioritiser.workshop.link import link_picture, phone_link
from prioritiser.workshop.records import Workshop

_NOBODY = "Nobody has joined yet."


def show_new_key(workshop: Workshop) -> bool:
    """Show the facilitator's key of a room that was just opened, until it is kept; whether it is shown."""
    new = session.noted(NEW_KEY)
    if new is None or new[0] != workshop.workshop_id:
        return False
    show(
        element("h2", "Keep the facilitator's key before the projector shows this page"),
        element("p", new[1], class_="room-key"),
        element("p", "It opens the facilitator's side of this room on another computer. It is shown only now."),
        element("p", "This browser knows the room without it. The code that people join with is another one."),
    )
    st.button("I have kept the key", key="key_kept", type="primary", on_click=session.note, args=(NEW_KEY, None))
    return True


def show_joining(workshop: Workshop, arrivals: Arrivals) -> None:
    """Show the code, the link and its picture, large enough for the back of a room."""
    link = phone_link(workshop.code)
    code = element("p", spaced(workshop.code), class_="room-code", aria_label=" ".join(workshop.code))
    joined = f"{counted(arrivals.joined, 'person has', 'people have')} joined." if arrivals.joined else _NOBODY
    if not arrivals.state.is_open:
        joined = f"{joined} The room is closed: open it again to let people in."
    steps: list[Part] = [f"Open {link} or point the phone's camera at the square."] if link else []
    said = [element("p", step, class_="room-step") for step in (*steps, "The code of this room is")]
    words = element("div", *said, code, element("p", joined, class_="room-step", role="status"))
    show(element("div", _picture(link) if link else None, words, class_="room-joining"))
    if not link:
        show(_only_here())


def _picture(link: str) -> Markup:
    drawn = base64.b64encode(link_picture(link).encode()).decode()
    source = f"data:image/svg+xml;base64,{drawn}"
    return element("img", src=source, alt=f"Code to scan: it opens {link}", class_="room-picture")


def _only_here() -> Markup:
    return message(
        "note",
        "Phones cannot reach this app: it listens on this computer only.",
        advice="Stop it and start it with: prioritiser app --room. This room and its answers are kept.",
    )
