"""The tools in the head of a page: undo, redo, saved options, the link to share, and what came back."""

from datetime import datetime
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import streamlit as st

from prioritiser.analysis.summary.changes import because
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import capital, counted, shortened
from prioritiser.ui import session
from prioritiser.ui.components.dialogs import show_dialog
from prioritiser.ui.components.markup import Markup, as_label, element
from prioritiser.ui.components.widgets import message, show
from prioritiser.ui.storage.links import SCENARIO, View

_LONGEST_NAME = 80
_LONGEST_NOTE = 400
_SAVED = "saved_just_now"
_HERE_ONLY = {"localhost", "127.0.0.1", "::1"}


def show_tools(scenario: Scenario, view: View) -> None:
    """Show undo and redo of every move, and what opens saved options and the link."""
    with st.container(key="tools", horizontal=True):
        for label, press, can, words in (
            ("Undo", session.undo, session.can_undo(), session.undo_words()),
            ("Redo", session.redo, session.can_redo(), session.redo_words()),
        ):
            said = as_label(f"{label}: {words}") if words else None
            st.button(label, key=label.casefold(), on_click=press, disabled=not can, help=said)
        for label in ("Save", "Share"):
            name = label.casefold()
            st.button(label, key=f"tool_{name}", on_click=session.open_dialog, args=(name,))
    show_dialog("save", "Save and open options", _show_saving)
    show_dialog("share", "A link to this view", lambda: _show_sharing(scenario, view))
    _say_saved()


def show_memory_line() -> None:
    """Say that nothing is being kept, or that the page is back where it was left; else nothing."""
    trouble = session.memory_trouble()
    if trouble:
        advice = (
            f"The file is {shortened(session.memory_place(), 200)}. The app works as ever, and what you make lasts "
            "until you close the page. Save a link to come back to a view."
        )
        show(message("note", f"Nothing is being kept: {shortened(trouble, 200)}.", advice=advice))
    opening = session.opening_words()
    if opening:
        undo = "Undo goes back to what was open before." if session.can_undo() else ""
        show(message("note", opening, advice=undo))
    back = session.back_since()
    if back is not None:
        with st.container(key="back", horizontal=True, vertical_alignment="center"):
            show(element("p", f"Back where you left it ({_moment(back.when)}).", class_="quiet", role="status"))
            st.button("Start afresh", key="start_afresh", on_click=session.start_afresh)


def _show_saving() -> None:
    with st.form("tool_save_form", clear_on_submit=True, border=False):
        st.text_input("Name of the option", key="tool_save_name", max_chars=_LONGEST_NAME)
        st.text_input("Note (may stay empty)", key="tool_save_note", max_chars=_LONGEST_NOTE)
        st.form_submit_button("Save this option", on_click=_save)
    if not session.is_kept_beyond():
        show(
            element("p", "This browser or server keeps nothing: options last until you close the page.", class_="small")
        )
    options, missing = session.saved_options(), session.options_not_here()
    if missing:
        words = f"{counted(missing, 'saved option')} cannot be opened here: the scenario is not kept any more."
        show(element("p", words, class_="small"))
    if not options:
        show(element("p", "Saved options are listed here. Opening one brings back its settings.", class_="quiet"))
        return
    show(element("h3", "Saved options"))
    for number, option in enumerate(reversed(options)):
        with st.container(key=f"tool_option_{number}", horizontal=True, vertical_alignment="center"):
            note = element("span", f" {shortened(option.note, 160)}", class_="quiet") if option.note else None
            show(
                element("p", element("strong", option.name), note),
                element("p", f"{shortened(option.scenario.title, 60)}, {_moment(option.when)}", class_="small"),
            )
            known, name = (option.name,), as_label(option.name)
            for label, act in (("Open", _open), ("Delete", session.forget_option)):
                key = f"tool_{label.casefold()}_{number}"
                st.button(label, key=key, on_click=act, args=known, help=f"{label} {name}")


def _save() -> None:
    number = len(session.saved_options()) + 1
    name = " ".join(str(session.held("tool_save_name") or "").split()) or f"Option {number}"
    session.save_option(name, str(session.held("tool_save_note") or "").strip())
    session.note(_SAVED, name)
    session.close_dialog()


def _open(name: str) -> None:
    session.open_option(name)
    session.close_dialog()


def _say_saved() -> None:
    name = session.noted(_SAVED)
    if name:
        session.note(_SAVED, None)
        st.toast(f"Saved as {as_label(shortened(name, 60))}. Save lists it, the triangle marks it.")


def _show_sharing(scenario: Scenario, view: View) -> None:
    url, text = page_url(), link_to_view()
    show(_link_field(text))
    host = urlsplit(url).hostname or ""
    where = "on this computer" if host in _HERE_ONLY else f"where {host or 'this server'} can be reached"
    words = because(scenario, scenario.settings, view.settings) or ("the scenario's own settings",)
    lines = [capital(shortened(line, 160), *scenario.labels) for line in words]
    show(
        element("p", f"It opens only {where}, while the app runs there.", class_="small"),
        element("p", element("strong", "It brings back: "), f"this page of {shortened(scenario.title, 90)}, with:"),
        element("ul", *(element("li", line) for line in (*lines, f"Targets of {view.year}"))),
    )


def page_url() -> str:
    """Return the address of this page without what follows it; "" where the browser does not say it."""
    url = st.context.url or ""
    return f"{url}/" if url and not urlsplit(url).path else url


def link_to_view() -> str:
    """Write the link that brings back this page of the scenario with the settings in force."""
    # the scenario is always named: a link without a word would open what its reader had open last
    link = {SCENARIO: [session.link_name()], **session.link_in_force()}
    return f"{page_url()}?{urlencode(link, doseq=True)}"


def link_for_others() -> str:
    """Write the link to this view where others can open it; "" where the app runs for this computer only."""
    host = urlsplit(page_url()).hostname or ""
    return "" if not host or host in _HERE_ONLY else link_to_view()


def _link_field(text: str) -> Markup:
    return element("textarea", text, readonly="readonly", rows="3", aria_label="Link to this view", class_="link-field")


def _moment(when: datetime) -> str:
    """Say when something was, as the clock of the browser has it."""
    zone = st.context.timezone
    try:
        there = when.astimezone(ZoneInfo(zone)) if zone else when.astimezone()
    except (ValueError, OSError):
        there = when.astimezone()
    now = datetime.now(there.tzinfo)
    clock = f"{there:%H:%M}"
    return f"today at {clock}" if there.date() == now.date() else f"{there.day} {there:%B %Y}, {clock}"
