"""Draws the triangle and the numbers of the weights, each holding what is in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from prioritiser.evaluation.outcome import tier_weights
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Tier
from prioritiser.scenario.settings import Settings
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Work
from prioritiser.ui.components.answer_tables import SHAPES
from prioritiser.ui.components.markup import element
from prioritiser.ui.components.widgets import show
from prioritiser.ui.storage.links import moved_weight, tiers_with_goals
from prioritiser.ui.weight_picker.drawing import DrawnMap, ask_map, show_map_line
from prioritiser.ui.weight_picker.payload import marks_payload, shares_of, shown_payload, tiers_payload

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

KEY = "weight_picker"
_ASSETS = Path(__file__).parent / "assets"


def show_weights(scenario: Scenario, settings: Settings) -> Callable[[], None]:
    """Show the picker (a line where two tiers have goals, nothing where one has), and a number for each tier.

    Returns what says how far the map is, to be called when every input is drawn: it may draw the page anew at once,
    and what a person does to an input that was not drawn yet would be lost.
    """
    counted = tuple(tier_weights(scenario, settings.replace(weights={tier.value: 1.0 for tier in Tier})))
    work = _show_picker(scenario, settings, counted) if len(counted) > 1 else None
    tiers = tiers_with_goals(scenario)
    with st.container(key="weights", horizontal=True):
        for tier, share in zip(tiers, shares_of(settings.weights, tiers), strict=True):
            st.number_input(
                f"{SHAPES[tier]} {TIER_NAMES[tier]}",
                min_value=0,
                max_value=100,
                step=1,
                key=session.put(f"weight_{tier}", share, partial(_moved, scenario, tier)),
                **session.fallback(f"weight_{tier}", value=share),
                disabled=len(tiers) == 1,
            )
    place = st.container()

    def finish() -> None:
        if work is not None:
            with place:
                show_map_line(work)

    return finish


def _moved(scenario: Scenario, tier: str, now: Settings, share: int) -> Settings:
    return moved_weight(scenario, now, tier, share)


def _show_picker(scenario: Scenario, settings: Settings, tiers: Sequence[str]) -> Work[DrawnMap] | None:
    try:
        draw = _component()
    except StreamlitAPIException:
        show(element("p", "The triangle is shown once the package is installed, not only unpacked.", class_="small"))
        return None
    work = ask_map(scenario, settings)
    drawn = work.state.result
    shown = session.last_shown()
    key, move = session.listen(KEY, partial(_dragged, tuple(tiers)))
    draw(
        key=key,
        data={
            "tiers": tiers_payload(tiers),
            "shares": shares_of(settings.weights, tiers),
            "move": move,
            "marks": marks_payload(
                scenario, tiers, [option for option in session.saved_options() if option.scenario.hash == scenario.hash]
            ),
            "map": drawn.payload if drawn else None,
            "shown": shown_payload(drawn.found if drawn else None, shown.outcome if shown else None, settings),
        },
        on_moved_change=_heard,
    )
    return work


def _heard() -> None:
    """Do nothing: what was moved is taken when the page is drawn, since a callback can be lost."""


@cache
def _component() -> ComponentRenderer:
    """Register the component once. Its script comes from a file of this server: the pages allow no other."""
    html = (_ASSETS / "picker.html").read_text(encoding="utf-8")
    return st.components.v2.component("prioritiser.weight_picker", html=html, css="picker.css", js="picker.js")


def _dragged(tiers: Sequence[str], now: Settings, held: Mapping[str, Any]) -> Settings:
    """Put the weights of a move in force; what is not three whole shares of 100 is left out."""
    shares = held["moved"].get("shares")
    if not isinstance(shares, list) or len(shares) != len(tiers):
        return now
    if not all(type(share) is int and 0 <= share <= 100 for share in shares) or sum(shares) != 100:
        return now
    weights = {tier.value: 0.0 for tier in Tier} | {t: float(s) for t, s in zip(tiers, shares, strict=True)}
    return now.replace(weights=weights)
