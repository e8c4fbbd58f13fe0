"""What leaders may set: presets, weights, balance, capacities, locks and rules; and, apart from these, assumptions."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from prioritiser.scenario.in_words import short_labels
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import percent
from prioritiser.text.shortening import shortened_apart
from prioritiser.ui import session
from prioritiser.ui.components.markup import as_label, element
from prioritiser.ui.components.widgets import show
from prioritiser.ui.pages.keep_most import show_keeping
from prioritiser.ui.storage.links import with_factor, with_locks
from prioritiser.ui.weight_picker import show_weights

OWN, CUSTOM = "The scenario's own settings", "Your own settings"
_CASES = {Case.LOW: "Cautious (low)", Case.CENTRAL: "Central", Case.HIGH: "Hopeful (high)"}


def show_settings(scenario: Scenario, settings: Settings) -> None:
    """Show every input, each holding what is in force."""
    _show_presets(scenario, settings)
    finish = show_weights(scenario, settings)
    st.slider(
        "Even out the tiers (balance)",
        min_value=0.0,
        max_value=1.0,
        step=0.05,
        key=session.put("balance", settings.balance, lambda now, balance: now.replace(balance=float(balance))),
        **session.fallback("balance", value=settings.balance),
    )
    with st.expander("Capacity"):
        _show_capacities(scenario, settings)
    with st.expander("Locks and rules"):
        _show_locks(scenario, settings)
        _show_rules(scenario, settings)
    show_keeping(scenario)
    with st.expander("Assumptions"):
        _show_assumptions(scenario, settings)
    show_run()
    finish()


def show_run() -> None:
    """Draw the input that tells which run the browser has shown: last, so that it never runs ahead of the others."""
    with st.container(key="run"):
        st.number_input("Run", min_value=0, step=1, key=session.put_run(), label_visibility="collapsed")


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
    words = shortened_apart({name: name for name in [*names, CUSTOM]}, 60)
    shown = [*names, CUSTOM] if current == CUSTOM else names
    st.selectbox(
        "Preset",
        shown,
        key=session.put("preset", current, partial(_preset, scenario)),
        **session.fallback("preset", index=shown.index(current)),
        format_func=lambda name: words[name],
        filter_mode=None,
    )


def _preset(scenario: Scenario, now: Settings, name: str | None) -> Settings:
    if name == OWN:
        return scenario.settings
    return now if name in {None, CUSTOM} else scenario.settings_for(str(name))


def _show_capacities(scenario: Scenario, settings: Settings) -> None:
    limited = [resource for resource in scenario.resources if resource.capacities]
    if not limited:
        show(element("p", "This scenario sets no capacity."))
    labels = short_labels(scenario.resources, 60)
    for resource in limited:
        name = resource.resource_id
        factor = round(100 * settings.capacity.get(name, 1.0), 4)
        single = [
            f"{key.partition('@')[2]} at {percent(settings.factor(*key.split('@', 1)))}"
            for key in sorted(settings.capacity)
            if key.partition("@")[0] == name and "@" in key
        ]
        st.number_input(
            f"{as_label(labels[name])}, % of capacity",
            min_value=0.0,
            max_value=max(1000.0, 100 * settings.capacity.get(name, 1.0)),
            step=5.0,
            format="%.6g",
            key=session.put(f"capacity_{name}", factor, partial(_factor, name)),
            **session.fallback(f"capacity_{name}", value=factor),
        )
        if single:
            show(element("p", f"Single years: {', '.join(single)}. A new figure above replaces them.", class_="small"))


def _factor(resource_id: str, now: Settings, percentage: float) -> Settings:
    return with_factor(now, resource_id, round(float(percentage) / 100, 6))


def _show_locks(scenario: Scenario, settings: Settings) -> None:
    names = short_labels(scenario.initiatives, 70)
    kept_in, kept_out = _locked(settings)
    order = sorted(names, key=lambda name: names[name].casefold())
    for label, key, mine, others, take in (
        ("Always in", "locked_in", kept_in, kept_out, _lock_in),
        ("Always out", "locked_out", kept_out, kept_in, _lock_out),
    ):
        st.multiselect(
            label,
            [name for name in order if name not in others],
            key=session.put(key, sorted(mine), take),
            **session.fallback(key, default=sorted(mine)),
            format_func=lambda name: names[name],
            placeholder="Choose initiatives",
            filter_mode="contains",
            select_all=False,
        )
    years = [f"{names[name]} starts in {lock}" for name, lock in settings.lock.items() if lock not in {"in", "out"}]
    if years:
        show(element("p", f"Locked to a year: {'; '.join(years)}.", class_="small"))


def _locked(settings: Settings) -> tuple[list[str], list[str]]:
    kept_in = [name for name, lock in settings.lock.items() if lock != "out"]
    return kept_in, [name for name, lock in settings.lock.items() if lock == "out"]


def _lock_in(now: Settings, names: Sequence[str]) -> Settings:
    _, kept_out = _locked(now)
    return with_locks(now, names, [name for name in kept_out if name not in names])


def _lock_out(now: Settings, names: Sequence[str]) -> Settings:
    kept_in, _ = _locked(now)
    return with_locks(now, [name for name in kept_in if name not in names], names)


def _show_rules(scenario: Scenario, settings: Settings) -> None:
    if not scenario.rules:
        return
    parts = {
        rule.rule_id: (rule.rule_id, rule.kind.replace("_", " "), rule.subject, rule.other) for rule in scenario.rules
    }
    words = shortened_apart({name: " ".join(filter(None, those)) for name, those in parts.items()}, 70)
    st.multiselect(
        "Rules switched off",
        list(words),
        key=session.put("without", list(settings.without), lambda now, names: now.replace(without=tuple(names))),
        **session.fallback("without", default=list(settings.without)),
        format_func=lambda name: words[name],
        placeholder="Choose rules",
        filter_mode="contains",
        select_all=False,
    )


def _show_assumptions(scenario: Scenario, settings: Settings) -> None:
    st.selectbox(
        "Size of effects",
        list(Case),
        key=session.put("case", settings.case, lambda now, case: now.replace(case=Case(case))),
        **session.fallback("case", index=list(Case).index(settings.case)),
        format_func=lambda case: _CASES[case],
        filter_mode=None,
    )
    for name, weight in settings.goal_weights.items():
        goal = scenario.goal_by_id[name]
        show(element("p", f"Weight of {goal.label}: {weight:g} instead of {goal.weight:g}", class_="small"))
