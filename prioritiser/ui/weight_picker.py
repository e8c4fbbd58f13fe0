"""Three weights that always read as a share of 100: moving one lets the others fill up the rest."""

from __future__ import annotations

from functools import partial

import streamlit as st

from prioritiser.scenario import Scenario, Settings
from prioritiser.ui import state
from prioritiser.ui.answer_tables import SHAPES
from prioritiser.ui.links import moved_weight, tiers_with_goals
from prioritiser.wording import TIER_NAMES, shares_of_100


def show_weights(scenario: Scenario, settings: Settings) -> None:
    """Show one slider per tier that has goals."""
    tiers = tiers_with_goals(scenario)
    shares = shares_of_100([settings.weights.get(tier, 0.0) for tier in tiers])
    for tier, share in zip(tiers, shares, strict=True):
        st.slider(
            f"{SHAPES[tier]} {TIER_NAMES[tier]} {share} of 100",
            min_value=0,
            max_value=100,
            step=1,
            key=state.put(f"weight_{tier}", share, partial(_moved, scenario, tier)),
            disabled=len(tiers) == 1,
        )


def _moved(scenario: Scenario, tier: str, now: Settings, share: int) -> Settings:
    return moved_weight(scenario, now, tier, share)
