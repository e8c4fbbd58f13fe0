"""What leaders may set: presets, weights, balance, capacities, locks and rules; and, apart from these, assumptions."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from prioritiser.scenario import Scenario, Settings
from prioritiser.schema import Case
from prioritiser.ui import state
from prioritiser.ui.links import with_factor, with_locks
from prioritiser.ui.markup import as_label, element
from prioritiser.ui.weight_picker import show_weights
from prioritiser.ui.widgets import show
from prioritiser.wording import percent, shortened

OWN, CUSTOM = "The scenario's own settings", "Your own settings"
_CASES = {Case.LOW: "Cautious (low)", Case.CENTRAL: "Central", Case.HIGH: "Hopeful (high)"}


def show_settings(scenario: Scenario, settings: Settings) -> None:
    """Show every input, each holding what is in force."""
    _show_presets(scenario, settings)
    show_weights(scenario, settings)
    st.slider(
        "Even out the tiers (balance)",
        min_value=0.0,
        max_value=1.0,
        step=0.05,
        key=state.put("balance", settings.balance),
        on_change=_take,
        args=(scenario, lambda now: now.replace(balance=float(state.taken("balance")))),
    )
    with st.expander("Capacity"):
        _show_capacities(scenario, settings)
    with st.expander("Locks and rules"):
        _show_locks(scenario, settings)
        _show_rules(scenario, settings)
    with st.expander("Assumptions"):
        _show_assumptions(scenario, settings)


def _take(scenario: Scenario, changed: Callable[[Settings], Settings]) -> None:
    state.change(scenario, changed(state.settings_in_force()))


def preset_in_force(scenario: Scenario, settings: Settings) -> str:
    """Name the preset whose settings are in force: the scenario's own, a what-if, or your own."""
    if settings == scenario.settings:
        return OWN
    for what_if in scenario.what_ifs:
        if settings == scenario.settings_for(what_if.name):
            return what_if.name
    return CUSTOM


def _show_presets(scenario: Scenario, settings: Settings) -> None:
    current = preset_in_force(scenario, settings)
    names = [OWN, *(what_if.name for what_if in scenario.what_ifs)]
    st.selectbox(
        "Preset",
        [*names, CUSTOM] if current == CUSTOM else names,
        key=state.put("preset", current),
        on_change=_take_preset,
        args=(scenario,),
        format_func=lambda name: shortened(name, 60),
        filter_mode=None,
    )


def _take_preset(scenario: Scenario) -> None:
    name = state.taken("preset")
    if name == CUSTOM:
        return
    state.change(scenario, scenario.settings if name == OWN else scenario.settings_for(name))


def _show_capacities(scenario: Scenario, settings: Settings) -> None:
    limited = [resource for resource in scenario.resources if resource.capacities]
    if not limited:
        show(element("p", "This scenario sets no capacity."))
    for resource in limited:
        name = resource.resource_id
        single = [
            f"{key.partition('@')[2]} at {percent(settings.capacity[key])}"
            for key in sorted(settings.capacity)
            if key.partition("@")[0] == name and "@" in key
        ]
        st.number_input(
            f"{as_label(shortened(resource.label, 60))}, \\% of capacity",
            min_value=0.0,
            max_value=max(1000.0, 100 * settings.capacity.get(name, 1.0)),
            step=5.0,
            format="%.6g",
            key=state.put(f"capacity_{name}", 100 * settings.capacity.get(name, 1.0)),
            on_change=_take_factor,
            args=(scenario, name),
        )
        if single:
            show(element("p", f"Single years: {', '.join(single)}. A new figure above replaces them.", class_="small"))


def _take_factor(scenario: Scenario, resource_id: str) -> None:
    factor = round(float(state.taken(f"capacity_{resource_id}")) / 100, 6)
    _take(scenario, lambda now: with_factor(now, resource_id, factor))


def _show_locks(scenario: Scenario, settings: Settings) -> None:
    names = {row.initiative_id: shortened(row.label, 70) for row in scenario.initiatives}
    kept_in = [name for name, lock in settings.lock.items() if lock != "out"]
    kept_out = [name for name, lock in settings.lock.items() if lock == "out"]
    order = sorted(names, key=lambda name: names[name].casefold())
    for label, key, mine, others in (
        ("Always in", "locked_in", kept_in, kept_out),
        ("Always out", "locked_out", kept_out, kept_in),
    ):
        st.multiselect(
            label,
            [name for name in order if name not in others],
            key=state.put(key, sorted(mine)),
            format_func=lambda name: names[name],
            on_change=_take_locks,
            args=(scenario,),
            placeholder="Choose initiatives",
        )
    years = [f"{names[name]} starts in {lock}" for name, lock in settings.lock.items() if lock not in {"in", "out"}]
    if years:
        show(element("p", f"Locked to a year: {'; '.join(years)}.", class_="small"))


def _take_locks(scenario: Scenario) -> None:
    kept_in, kept_out = state.taken("locked_in"), state.taken("locked_out")
    _take(scenario, lambda now: with_locks(now, kept_in, kept_out))


def _show_rules(scenario: Scenario, settings: Settings) -> None:
    if not scenario.rules:
        return
    words = {
        rule.rule_id: shortened(
            " ".join(part for part in (rule.rule_id, rule.kind.replace("_", " "), rule.subject, rule.other) if part), 70
        )
        for rule in scenario.rules
    }
    st.multiselect(
        "Rules switched off",
        list(words),
        key=state.put("without", list(settings.without)),
        format_func=lambda name: words[name],
        on_change=_take,
        args=(scenario, lambda now: now.replace(without=tuple(state.taken("without")))),
        placeholder="Choose rules",
    )


def _show_assumptions(scenario: Scenario, settings: Settings) -> None:
    st.selectbox(
        "Size of effects",
        list(Case),
        key=state.put("case", settings.case),
        format_func=lambda case: _CASES[case],
        on_change=_take,
        args=(scenario, lambda now: now.replace(case=Case(state.taken("case")))),
        filter_mode=None,
    )
    for name, weight in settings.goal_weights.items():
        goal = scenario.goal_by_id[name]
        show(element("p", f"Weight of {goal.label}: {weight:g} instead of {goal.weight:g}", class_="small"))
