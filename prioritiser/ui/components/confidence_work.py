"""What the Confidence page asks for: chances of the plan at once, and its stress by samples in the background."""

import streamlit as st

from prioritiser.analysis.robustness.chances import Chances, find_chances
from prioritiser.analysis.robustness.stress import Stress, StressOptions, stress_portfolio
from prioritiser.evaluation.plan import plan_json
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Desk, Work, work_key

NAME = "stress"
SAMPLES, DRAWS = 1000, 10_000


def ask_stress(scenario: Scenario, portfolio: Portfolio, *, weights_fixed: bool) -> Work[Stress]:
    """Ask for the stress of a portfolio; what is known after some of the samples is told on the way."""
    options = StressOptions(samples=SAMPLES, draws=DRAWS, weights_fixed=weights_fixed)

    def run(desk: Desk[Stress]) -> Stress:
        return stress_portfolio(
            desk.optimiser, portfolio, options, budget=desk.budget, progress=desk.progress, tell=desk.tell
        )

    key = work_key(NAME, scenario, portfolio.settings, SAMPLES, weights_fixed, _plan(portfolio))
    return session.ask_work(NAME, key, scenario, run)


def chances_at(portfolio: Portfolio, cost_spread: float) -> Chances:
    """Chances of the targets and the capacities of a portfolio; kept, because the page is drawn again and again."""
    key = work_key("chances", portfolio.outcome.scenario, portfolio.settings, cost_spread, _plan(portfolio))
    return _found(key, portfolio, cost_spread)


@st.cache_resource(show_spinner=False, max_entries=16)
def _found(key: str, _portfolio: Portfolio, cost_spread: float) -> Chances:
    del key  # it only tells one question from another
    return find_chances(_portfolio.outcome, DRAWS, cost_spread=cost_spread)


def _plan(portfolio: Portfolio) -> object:
    return plan_json(portfolio.outcome.plan, portfolio.outcome.scenario.years)
