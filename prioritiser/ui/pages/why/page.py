"""Why: pick an initiative: in or out, what it displaces, what would flip it; and value for money beside the best."""

from functools import partial

import streamlit as st

from prioritiser.analysis.explanation.explain import Explained, Explanation, explain, points
from prioritiser.analysis.summary.contributions import contributions, reasons
from prioritiser.analysis.summary.one_initiative import delivery_of, effects_by_year, gains_by_tier, uses_by_year
from prioritiser.analysis.summary.value_for_money import ValueForMoney, value_for_money
from prioritiser.charts.why import worth_chart
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.in_words import TIER_NAMES, short_labels
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import joined
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Desk, WorkState, work_key
from prioritiser.ui.components.answer_line import show_answer
from prioritiser.ui.components.markup import disclosed, element
from prioritiser.ui.components.progress import show_work
from prioritiser.ui.components.widgets import show, show_chart, show_section
from prioritiser.ui.pages.settings_panel import show_run
from prioritiser.ui.pages.why import tables
from prioritiser.ui.storage.links import View

QUESTION = "Why is an initiative in or out, what does it displace and what would change that?"
_CHOSEN, _FLIPS_ASKED, _ALL_ASKED, _SHOWN = "why_initiative", "why_flips", "why_all", "why_shown"
_LOCKS = {"in": "Always in", "out": "Always out", None: "No lock"}
_KINDS = ("All", "In", "Out")


def show_page(scenario: Scenario, view: View) -> None:
    """Show the page: one initiative, then all of them."""
    settings = view.settings
    progress = show_answer(scenario, view)
    portfolio = progress.portfolio
    plan = portfolio or session.last_shown()
    with st.container(key="why"):
        name = _choose(scenario, set(plan.outcome.plan) if plan is not None else set())
        lock = settings.lock.get(name)
        free = settings.replace(lock={other: way for other, way in settings.lock.items() if other != name})
        with st.container(key="why_opposite"):
            row = _show_opposite(scenario, free, name, lock, ready=progress.over)
        _show_locks(row, name, lock)
        _show_flips(scenario, free, row)
    if portfolio is not None:
        with st.container(key="rest"):
            _show_use_and_gain(portfolio, name)
            if progress.over:
                _show_value_for_money(scenario, settings, portfolio, name)
                _show_all(scenario, settings)
    show_run()


def _choose(scenario: Scenario, chosen: set[str]) -> str:
    """Choose an initiative: those that are in come first."""
    labels = short_labels(scenario.initiatives, 90)
    names = sorted(labels, key=lambda name: (name not in chosen, labels[name].casefold(), name))

    def words(name: str) -> str:
        # never the standing: the browser sends these words back, and by then the plan may be another
        return labels[name]

    now = session.noted(_CHOSEN)
    now = now if now in labels else names[0]
    count = (
        f": the {len(chosen)} recommended come first, then the {len(names) - len(chosen)} left out" if chosen else ""
    )
    st.selectbox(
        f"Initiative{count}",
        names,
        format_func=words,
        filter_mode="contains",
        **session.remembered(_CHOSEN, now),
    )
    return str(now)


def _show_opposite(
    scenario: Scenario, free: Settings, name: str, lock: str | None, *, ready: bool
) -> Explanation | None:
    """Show why it is in or out without a lock of its own, and what the opposite would bring."""
    if not ready:
        show(element("p", "What the opposite would cost appears here once the plan is found.", class_="quiet"))
        return None

    def run(desk: Desk[Explained]) -> Explained:
        return explain(desk.optimiser, free, (name,), with_flips=False, budget=desk.budget, progress=desk.progress)

    work = session.ask_work("why_one", work_key("why", scenario, free, name), scenario, run)
    row = _first_row(show_work("why_one", work, "Working out the opposite"))
    if row is None:
        return None
    said = row.sentence if lock is None else f"Without its lock: {row.sentence}"
    show(element("h2", said), tables.opposite_list(scenario, row))
    return row


def _first_row(so_far: WorkState[Explained]) -> Explanation | None:
    return None if so_far.result is None else so_far.result.rows[0]


def _show_locks(row: Explanation | None, name: str, lock: str | None) -> None:
    """Let people overrule the recommendation, with the price of that."""
    show(element("h3", "Overrule it"))
    with st.container(key="why_locks", horizontal=True, vertical_alignment="center"):
        for way, label in _LOCKS.items():
            key, put = f"why_lock_{way or 'none'}", (partial(_locked, name, way),)
            st.button(label, key=key, on_click=session.press, args=put, disabled=way == lock)
    if row is not None:
        show(tables.lock_list(row, lock))


def _locked(name: str, way: str | None, now: Settings) -> Settings:
    others = {other: given for other, given in now.lock.items() if other != name}
    return now.replace(lock=others if way is None else {**others, name: way})


def _show_flips(scenario: Scenario, free: Settings, row: Explanation | None) -> None:
    """Show the smallest change of each kind that flips it, once somebody asks."""
    if row is None:
        return
    name = row.initiative_id
    key = work_key("flips", scenario, free, name)
    if session.noted(_FLIPS_ASKED) != key:
        st.button("What would change this?", key="why_flips_ask", on_click=session.note, args=(_FLIPS_ASKED, key))
        return

    def run(desk: Desk[Explained]) -> Explained:
        return explain(desk.optimiser, free, (name,), with_flips=True, budget=desk.budget, progress=desk.progress)

    show(element("h3", "What would change this"))
    work = session.ask_work("why_flips", key, scenario, run)
    found = _first_row(show_work("why_flips", work, "Looking for the smallest changes"))
    if found is not None:
        lead = "One change at a time, everything else as it is."
        show(element("p", lead, class_="quiet"), tables.flip_list(found))


def _show_use_and_gain(portfolio: Portfolio, name: str) -> None:
    outcome = portfolio.outcome
    scenario = outcome.scenario
    initiative = scenario.initiative_by_id[name]
    year = scenario.years[delivery_of(outcome, name).start]
    is_in = name in outcome.plan
    lead = f"Started in {year}, as recommended." if is_in else f"It is out. Shown as if all of it started in {year}."
    who = f" Lead: {initiative.lead}." if initiative.lead else ""
    show_section(
        "What it uses and brings, by year",
        f"{lead}{who} {tables.evidence_words(scenario, name)}",
        element("p", initiative.description) if initiative.description else None,
        tables.uses_table(scenario, uses_by_year(outcome, name), initiative.label),
        tables.effects_table(scenario, effects_by_year(outcome, name), initiative.label),
        element("p", "Changes count with confidence and ramp, before they overlap with others.", class_="small"),
    )
    if is_in:
        gains = gains_by_tier(outcome, name)
        parts = [f"{TIER_NAMES[tier].lower()} {points(gain)}" for tier, gain in gains.items() if gain > 0]
        said = f"In the plan it counts for {joined(parts)} of the weighted score." if parts else ""
        show(element("p", f"{said} {reasons(outcome, contributions(outcome))[name]}.".strip()))
    else:
        show(element("p", f"{reasons(outcome, contributions(outcome))[name]}."))


def _show_value_for_money(scenario: Scenario, settings: Settings, portfolio: Portfolio, name: str) -> None:
    def run(desk: Desk[ValueForMoney]) -> ValueForMoney:
        desk.progress("", 0, 0)
        return value_for_money(portfolio)

    show(element("h2", "Value for money against the recommended portfolio"))
    key = work_key("worth", scenario, settings, portfolio.objective)
    value = show_work("why_worth", session.ask_work("why_worth", key, scenario, run), "Putting them in order").result
    if value is None:
        return
    alone = "The order looks at each initiative on its own: it ignores what others already achieve, "
    alone += "which limit is short in which year, and what needs what."
    show(element("p", value.sentence, class_="lead"), element("p", alone), tables.disagreements(value, scenario))
    both = sum(row.in_optimum for row in value.rows)
    show_chart(
        worth_chart(tables.worths_frame(value, scenario, name)),
        f"Scatter of {len(value.rows)} initiatives: gain on its own upwards, use of all limits to the right. "
        f"Filled circles are the {both} recommended, hollow squares the rest; a ring marks the one chosen above.",
        tables.worth_table(value.rows, scenario),
        key="worth_chart",
    )


def _show_all(scenario: Scenario, settings: Settings) -> None:
    show_section("Every initiative in a sentence", "One question solved anew for each: this takes a while.")
    key = work_key("why all", scenario, settings)
    if session.noted(_ALL_ASKED) != key:
        st.button("Explain all", key="why_all_ask", on_click=session.note, args=(_ALL_ASKED, key))
        return

    def run(desk: Desk[Explained]) -> Explained:
        return explain(desk.optimiser, settings, budget=desk.budget, progress=desk.progress)

    answer = show_work("why_all", session.ask_work("why_all", key, scenario, run), "Explaining").result
    if answer is None:
        return
    shown = session.noted(_SHOWN, _KINDS[0])
    st.segmented_control("Show", _KINDS, required=True, **session.remembered(_SHOWN, shown))
    rows = [row for row in answer.rows if shown == _KINDS[0] or row.is_in == (shown == "In")]
    show(tables.explained_table(answer, rows))
    if answer.complete:
        show(disclosed("How this works", element("p", _HOW)))


_HOW = (
    "Each initiative is forced the other way and the best plan is found anew. The cost is what that plan is worth "
    "less, in points of the weighted way to the targets."
)
