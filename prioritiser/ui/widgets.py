"""Page parts that every page shares: the header, a section with chart, sentence and table, and messages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from prioritiser.charts import chart_spec
from prioritiser.scenario import Scenario
from prioritiser.ui.markup import Markup, Part, disclosed, element, together
from prioritiser.wording import shortened

if TYPE_CHECKING:
    from altair import LayerChart

_STYLE = Path(__file__).parent / "style.css"


def set_up_page() -> None:
    """Set the title and the look of the whole app."""
    st.set_page_config(
        page_title="Prioritiser",
        page_icon=str(_STYLE.parent / "icon.png"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.html(_STYLE)


def show(*parts: Part) -> None:
    """Put markup on the page."""
    st.html(together(parts).text)


def show_header(scenario: Scenario, question: str) -> None:
    """Show the name of the tool, the scenario, that it is illustrative where it says so, and the page's question."""
    summary: list[Part] = []
    if is_illustrative(scenario):
        summary = [
            element(
                "p", element("strong", "Illustrative", class_="flag"), f" {scenario.summary}", class_="illustrative"
            )
        ]
    show(
        element(
            "div",
            element("span", "Prioritiser", class_="brand"),
            element("span", shortened(scenario.title, 90), class_="scenario"),
            element("h1", question),
            *summary,
            class_="masthead",
        ),
    )


def is_illustrative(scenario: Scenario) -> bool:
    """Whether the scenario says of itself that it is illustrative."""
    return any("illustrative" in text.casefold() for text in (scenario.title, scenario.summary))


def message(kind: str, title: str, lines: Sequence[str] = (), advice: str = "") -> Markup:
    """Build a message box: kind is `problem` or `note`."""
    parts: list[Part] = [element("p", element("strong", title))]
    if lines:
        parts.append(element("ul", *(element("li", shortened(line, 400)) for line in lines)))
    if advice:
        parts.append(element("p", advice))
    is_problem = kind == "problem"
    # one that stays in sight at the top of the page may have to be scrolled, also from the keyboard
    reached = "0" if is_problem else None
    return element("div", *parts, class_=f"message {kind}", role="alert" if is_problem else "status", tabindex=reached)


def show_section(title: str, sentence: str, *parts: Part) -> None:
    """Start a section: its finding as heading, one more sentence, and what follows."""
    show(element("h2", title), element("p", sentence, class_="lead") if sentence else None, *parts)


def show_chart(chart: LayerChart, description: str, table: Markup, key: str) -> None:
    """Show a chart with its alternative text, and its table behind a line that opens it."""
    st.vega_lite_chart(chart_spec(chart), width="stretch", theme=None, key=key, alt=description)
    show(disclosed("Show this as a table", table))
