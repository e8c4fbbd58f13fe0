"""A row under a table in which an initiative is locked in or out, and what the last lock cost."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from prioritiser.analysis.marginal_values.lock_price import LockPrice, lock_price
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.in_words import short_labels
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import percent, points_number
from prioritiser.ui import session
from prioritiser.ui.components.markup import element
from prioritiser.ui.components.widgets import show

_SMALLEST = 5e-5


def show_lock_row(scenario: Scenario, settings: Settings, names: Sequence[str], key: str) -> None:
    """Show the row: an initiative of `names` (ids), three buttons, and the price of a lock once it is in force.

    key: tells the rows of several tables apart.
    """
    labels = short_labels(scenario.initiatives, 70)
    words = {name: labels[name] for name in names}
    if not words:
        return
    picked = f"lock_pick_{key}"
    with st.container(key=f"lock_row_{key}", horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Lock an initiative",
            sorted(words, key=lambda one: words[one].casefold()),
            index=None,
            key=picked,
            format_func=lambda one: words[one],
            placeholder="Choose an initiative",
        )
        now = settings.lock.get(name) if name else None
        for label, lock in (("Always in", "in"), ("Always out", "out"), ("No lock", None)):
            own_key, idle = f"lock_{lock or 'none'}_{key}", name is None or lock == now
            st.button(label, key=own_key, on_click=_lock_picked, args=(picked, lock), disabled=idle)
    show(element("p", _said(scenario, settings, name, session.shown_before(), session.last_shown()), role="status"))


def _lock_picked(picked: str, lock: str | None) -> None:
    name = session.held(picked)
    if name is not None:
        session.press(partial(with_lock, name, lock))


def with_lock(name: str, lock: str | None, settings: Settings) -> Settings:
    """Lock one initiative ('in', 'out' or a start year), or take its lock away (None)."""
    others = {other: value for other, value in settings.lock.items() if other != name}
    return settings.replace(lock=others if lock is None else {**others, name: lock})


def _said(
    scenario: Scenario, settings: Settings, name: str | None, before: Portfolio | None, shown: Portfolio | None
) -> str:
    parts = []
    if name is not None:
        parts.append(_state(settings.lock.get(name)))
    if before is not None and shown is not None and shown.settings == settings:
        price = lock_price(before, shown)
        if price is not None:
            parts.append(price_words(scenario, price))
    if not parts:
        return "A lock overrules the recommendation. What it costs is shown here at once."
    return " ".join(parts)


def _state(lock: str | None) -> str:
    words = {None: "No lock is on it.", "in": "It is locked in.", "out": "It is locked out."}
    return words.get(lock, f"It is locked to start in {lock}.")


def price_words(scenario: Scenario, price: LockPrice) -> str:
    """Say what a lock costs, with the way to the targets with it and without it."""
    label = scenario.initiative_by_id[price.initiative_id].label
    kept = {"in": f"Keeping {label} in", "out": f"Keeping {label} out"}
    what = kept.get(price.lock, f"Starting {label} in {price.lock}")
    sides = f"{percent(price.value_without, 2)} of the weighted way to the targets without it, "
    sides += f"{percent(price.value_with, 2)} with it"
    if not price.is_proved:
        return f"{what}: {sides}. Not both are proved best, so the price is not exact."
    if price.is_counted:
        return f"{what}: {sides}. The balance setting counts beside it."
    if abs(price.price) < _SMALLEST:
        return f"{what} costs nothing: {sides}."
    return f"{what} costs {points_number(price.price, 2)} points: {sides}."
