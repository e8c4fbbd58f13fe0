"""Page parts that every page shares: the header, a section with chart, sentence and table, and messages."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from prioritiser.charts.base import Spec
from prioritiser.exports.formats import FORMATS
from prioritiser.text.formatting import shortened
from prioritiser.ui.components.markup import Markup, Part, disclosed, element, together

_HERE = Path(__file__).parent.parent


@dataclass(frozen=True)
class DrawnChart:
    """A chart as the text of its specification, and its table behind a line that opens it."""

    spec: str
    table: Markup


def set_up_page() -> None:
    """Set the title and the look of the whole app."""
    st.set_page_config(
        page_title="Prioritiser", page_icon=str(_HERE / "icon.png"), layout="wide", initial_sidebar_state="collapsed"
    )
    show_styles()


def show_styles() -> None:
    """Put the look of the app on the page."""
    for style in sorted((_HERE / "styles").glob("*.css")):
        st.html(style)


def show(*parts: Part) -> None:
    """Put markup on the page."""
    st.html(together(parts).text)


def message(kind: str, title: str, lines: Sequence[str] = (), advice: str = "") -> Markup:
    """Build a message box: kind is `problem` or `note`."""
    parts: list[Part] = [element("p", element("strong", title))]
    if lines:
        parts.append(element("ul", *(element("li", shortened(line, 400)) for line in lines)))
    if advice:
        parts.append(element("p", advice))
    return element("div", *parts, class_=f"message {kind}", role="alert" if kind == "problem" else "status")


def part(key: str, words: str = "", *, behind: bool) -> DeltaGenerator:
    """Start a part of a page, dimmed while it is behind the settings; words: what is said of that, on top.

    Its place and key are the same at all times: the browser draws a part whose key or place changes anew, as a whole.
    """
    place = st.container(key=key)
    with place:
        if behind:
            show(element("p", words or None, class_="behind", role="status" if words else None))
        else:
            st.empty()
    return place


def show_section(title: str, sentence: str, *parts: Part) -> None:
    """Start a section: its finding as heading, one more sentence, and what follows."""
    show(element("h2", title), element("p", sentence, class_="lead") if sentence else None, *parts)


def show_download(
    label: str, make: Callable[[], bytes], name: str, key: str, *, disabled: bool = False, is_wide: bool = False
) -> None:
    """Show a button for a file, which is made when the button is pressed. name: of the file; its ending is its kind."""
    mime, width = FORMATS[Path(name).suffix].mime, "stretch" if is_wide else "content"
    st.download_button(label, make, name, mime, key, on_click="ignore", disabled=disabled, width=width)  # type: ignore[arg-type]


def file_stem(title: str, otherwise: str, most: int = 60) -> str:
    """Make the beginning of a file's name from a title."""
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:most] or otherwise


def drawn_once(chart: Spec, table: Markup) -> DrawnChart:
    """Make ready for the page what may be kept: a chart and its table, both as texts."""
    return DrawnChart(json.dumps(chart), disclosed("Show this as a table", table))


def show_chart(chart: Spec, description: str, table: Markup, key: str) -> None:
    """Show a chart with its alternative text, and its table behind a line that opens it."""
    show_drawn(drawn_once(chart, table), description, key)


def show_drawn(drawn: DrawnChart, description: str, key: str) -> None:
    """Show a chart that was made ready before."""
    st.vega_lite_chart(json.loads(drawn.spec), width="stretch", theme=None, key=key, alt=description)
    show(drawn.table)
