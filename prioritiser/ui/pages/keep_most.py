"""Keep most of the last plan: the switch, and beside the answer the best plan that changes little, with its price."""

from functools import partial

import streamlit as st

from prioritiser.analysis.stability.stability import Stable, keep_most
from prioritiser.analysis.summary.changes import changes_between
from prioritiser.evaluation.portfolio import Termination
from prioritiser.exports.common.csv import plan_csv
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted, points_number
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Desk, work_key
from prioritiser.ui.components import answer_tables as tables
from prioritiser.ui.components.markup import element
from prioritiser.ui.components.progress import show_work
from prioritiser.ui.components.widgets import show, show_download

_WORK = "keep_most"
_SMALLEST = 5e-5


def show_keeping(scenario: Scenario) -> None:
    """Show the switch and, when it is on, how many choices may change. What is shown then is what is kept."""
    kept = session.kept_plan(scenario)
    st.toggle(
        "Keep most of the last plan",
        key=session.put_keeping(scenario),
        disabled=kept is None and not session.can_keep(),
    )
    if kept is not None:
        st.number_input(
            "Changes allowed", min_value=0, max_value=len(scenario.initiatives), step=1, key=session.put_limit(scenario)
        )


def show_kept(scenario: Scenario, settings: Settings) -> None:
    """Show the best portfolio with few changes to the kept plan, what changes, and what that costs."""
    kept = session.kept_plan(scenario)
    if kept is None:
        return
    plan, limit = kept.plan, kept.limit

    def run(desk: Desk[Stable]) -> Stable:
        return keep_most(desk.optimiser, settings, plan, limit=limit, budget=desk.budget)

    written = sorted((name, delivery.share, delivery.start) for name, delivery in plan.items())
    key = work_key(_WORK, scenario, settings, limit, written)
    with st.container(key="keeping"):
        show(element("h2", "Keeping most of the last plan"))
        so_far = show_work(_WORK, session.ask_work(_WORK, key, scenario, run), "Looking for a plan that changes little")
        if so_far.result is None:
            return
        stable = so_far.result
        changes = changes_between(scenario, plan, stable.portfolio.outcome.plan)
        show(element("p", _sentence(stable)), tables.changes_panel(changes, (), "the plan that is kept"))
        write = partial(plan_csv, stable.portfolio)
        show_download("Download this plan as CSV", write, "plan-with-few-changes.csv", "download_kept")


def _sentence(stable: Stable) -> str:
    """Say how many choices change, instead of how many, and what that costs."""
    made, free = counted(stable.changes, "change"), counted(stable.free_changes, "change")
    if stable.free_changes <= (stable.limit or 0):
        return f"The recommended plan itself needs only {free}, so keeping costs nothing."
    points = points_number(stable.price, 2)
    proved = all(portfolio.termination is Termination.OPTIMAL for portfolio in (stable.portfolio, stable.free))
    if stable.price < _SMALLEST:
        price = "costs nothing that can be seen"
    elif proved and stable.portfolio.settings.balance == 0:
        price = f"costs {points} points of the weighted way to the targets"
    elif proved:
        price = f"costs {points} points, with balance counted in"
    else:
        price = f"costs about {points} points; not both plans are proved best"
    return f"{made} instead of {free}: that {price}."
