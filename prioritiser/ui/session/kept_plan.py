"""The plan that most is to be kept of: the one that was shown when people said so, and how much may change."""

import json
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from prioritiser.evaluation.plan import Delivery, Plan
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui.session.history import put
from prioritiser.ui.session.opened import opened
from prioritiser.ui.session.requests import last_shown

FIRST_LIMIT = 3
_WITHOUT_PLAN = "drawn_without_plan"


@dataclass(frozen=True)
class KeptPlan:
    """A plan to keep most of, and how many of its choices may change."""

    plan: Plan
    limit: int = FIRST_LIMIT


def kept_plan(scenario: Scenario) -> KeptPlan | None:
    """Return the plan to keep most of; None where there is none, or where it is of another scenario."""
    kept = _kept()
    if kept is None:
        return None
    years = len(scenario.years)
    fits = all(name in scenario.initiative_by_id and delivery.start < years for name, delivery in kept.plan.items())
    return replace(kept, limit=min(kept.limit, len(scenario.initiatives))) if fits else None


def put_keeping(scenario: Scenario) -> str:
    """Make the switch show whether a plan is kept; returns its key."""
    return put("keep_most", kept_plan(scenario) is not None, _take_switch)


def put_limit(scenario: Scenario) -> str:
    """Make the number of changes allowed show what is in force; returns its key."""
    kept = kept_plan(scenario)
    return put("keep_changes", FIRST_LIMIT if kept is None else kept.limit, _take_limit)


def can_keep() -> bool:
    """Whether there is a plan that could be kept; in which run the page was drawn without one is remembered."""
    can = last_shown() is not None
    if not can:
        st.session_state[_WITHOUT_PLAN] = opened().run
    return can


def is_plan_news() -> bool:
    """Whether a plan that could be kept has come since the page said that there is none, in the same run."""
    is_said = st.session_state.get(_WITHOUT_PLAN) == opened().run
    return is_said and last_shown() is not None


def kept_plan_text() -> str:
    """Write the plan to keep most of as it is kept from one visit to the next; empty for none."""
    kept = _kept()
    if kept is None:
        return ""
    plan = {name: [delivery.share, delivery.start] for name, delivery in sorted(kept.plan.items())}
    return json.dumps({"limit": kept.limit, "plan": plan}, separators=(",", ":"))


def _take_switch(now: Settings, on: Any) -> Settings:
    """Keep the plan that is shown, or let go of it; no setting changes."""
    shown = last_shown()
    if on and shown is not None:
        st.session_state["kept_plan"] = KeptPlan(dict(shown.outcome.plan))
    elif not on:
        st.session_state["kept_plan"] = None
    return now


def _take_limit(now: Settings, limit: Any) -> Settings:
    kept = _kept()
    if kept is not None and limit is not None:
        st.session_state["kept_plan"] = replace(kept, limit=max(0, int(limit)))
    return now


def _kept() -> KeptPlan | None:
    session = st.session_state
    if "kept_plan" not in session:
        recalled = opened().recalled
        session["kept_plan"] = _read(recalled.kept_plan) if recalled is not None else None
    kept: KeptPlan | None = session["kept_plan"]
    return kept


def _read(text: str) -> KeptPlan | None:
    try:
        given = json.loads(text) if text else None
        if given is None:
            return None
        plan = {str(name): Delivery(float(share), int(start)) for name, (share, start) in given["plan"].items()}
        kept = KeptPlan(plan, int(given["limit"]))
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return None
    fits = all(0 < delivery.share <= 1 and delivery.start >= 0 for delivery in plan.values())
    return kept if fits and kept.limit >= 0 else None
