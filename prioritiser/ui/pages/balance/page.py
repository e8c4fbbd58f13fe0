"""Balance, the first page: which initiatives to start, for these weights and within these limits."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from prioritiser.analysis.summary import summary
from prioritiser.analysis.summary.cached_by_outcome import once
from prioritiser.analysis.summary.changes import because, changes_between
from prioritiser.analysis.summary.contributions import by_group, contributions, money_resource, reasons
from prioritiser.analysis.summary.resources_used import full_resources, money_by_year, use_against_capacity
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.charts.balance import group_chart, money_chart, tier_chart, use_chart
from prioritiser.errors import InfeasibleError
from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.exports.common.csv import plan_csv
from prioritiser.exports.excel.workbook import portfolio_xlsx
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import amount, counted, joined, percent
from prioritiser.ui import session
from prioritiser.ui.background.answers import Progress
from prioritiser.ui.components import answer_tables as tables
from prioritiser.ui.components import initiative_tables, use_tables, widgets
from prioritiser.ui.components.answer_line import show_answer_line
from prioritiser.ui.components.lock_row import show_lock_row
from prioritiser.ui.components.markup import Markup, disclosed, element
from prioritiser.ui.components.ways_out import show_ways_out
from prioritiser.ui.components.widgets import part, show, show_chart, show_drawn, show_section
from prioritiser.ui.components.year_picker import pick_year
from prioritiser.ui.pages.balance.assumptions import how_it_works, show_assumptions
from prioritiser.ui.pages.balance.guide import show_guide, show_guide_again
from prioritiser.ui.pages.keep_most import show_kept
from prioritiser.ui.pages.settings_panel import show_settings
from prioritiser.ui.storage.links import View
from prioritiser.ui.weight_picker import best_of_map

QUESTION = "Which initiatives should we start, for these weights and within these limits?"
_FIRST_TARGETS = 6
_LATE = "What follows still answers the setting before. It changes with the proof."


def show_page(scenario: Scenario, view: View) -> None:
    """Show the page: the inputs, the answer and all that stands behind it."""
    settings, before = view.settings, session.last_shown()
    # what is known already is noted before the picker is drawn, what is not is waited for when every input is there
    session.ask(scenario, settings, lambda: best_of_map(scenario, settings, before), first_look_s=0.0)
    show_guide()
    top = st.container(key="top")
    with st.container(key="board"):
        left, middle, right = st.columns([28, 46, 26], gap="medium")
    with left, st.container(key="settings"):
        show(element("h2", "What matters"))
        show_settings(scenario, settings)
    job, progress = session.ask(scenario, settings)
    portfolio, current = _to_show(progress)
    compared = summary.references(portfolio.outcome) if portfolio is not None else None
    with top:
        show_answer_line(portfolio, compared, view.year, job, progress)
    with right, part("changed", behind=not current):
        _show_changes(portfolio if current else None, compared)
    if portfolio is not None and current and progress.over:
        with right:
            show_kept(scenario, view.settings)
    if portfolio is None or compared is None:
        if isinstance(progress.failure, InfeasibleError):
            with middle, st.container(key="ways_out"):
                show_ways_out(scenario, view.settings, progress.failure)
        return
    with middle, part("reached", behind=not current):
        _show_tiers(portfolio, compared, over=progress.over)
        _show_first_targets(portfolio, view)
    below, is_new = session.answer_below(portfolio, job, over=progress.over or not current)
    with part("rest", behind=not current):
        others = _show_lists(portfolio, view)
    late = _LATE if current and not is_new else ""
    with others, part("others", late, behind=not current or not is_new):
        _show_other_lists(below)
    with part("below", late, behind=not current or not is_new):
        _show_below(below, view, progress if is_new else None)


def _to_show(progress: Progress) -> tuple[Portfolio | None, bool]:
    """Choose the portfolio to show, and say whether it answers the settings in force."""
    if progress.portfolio is not None:
        return progress.portfolio, True
    if progress.failure is not None:
        return None, True
    return session.last_shown(), False


def _show_changes(portfolio: Portfolio | None, compared: summary.References | None) -> None:
    show(element("h2", "What changed"))
    before = session.shown_before()
    if portfolio is None or compared is None:
        show(element("p", "What entered, left or moved is listed here with the next answer.", class_="quiet"))
    elif before is not None:
        outcome = portfolio.outcome
        changes = changes_between(outcome.scenario, before.outcome.plan, outcome.plan)
        why = because(outcome.scenario, before.settings, portfolio.settings)
        show(tables.changes_panel(changes, why, "the setting before"))
    else:
        if compared.has_today:
            changes = changes_between(portfolio.outcome.scenario, compared.today.plan, portfolio.outcome.plan)
            show(tables.changes_panel(changes, (), "today's plan"))
        show(element("p", "Move a weight or choose a preset to see what that changes.", class_="quiet"))


def _show_tiers(portfolio: Portfolio, compared: summary.References, *, over: bool) -> None:
    tiers = summary.tiers_side_by_side(portfolio, compared)
    finding = summary.tiers_sentence(tiers)
    show(element("h2", "How far it gets us"), element("p", finding, class_="lead"), tables.tier_key(tiers, over=over))
    described = "; ".join(
        f"{row.name} {percent(row.score)}, doing nothing {percent(row.do_nothing)}" for row in rows_of(tiers)
    )
    show_chart(
        tier_chart(tiers),
        f"Bar chart of the share of the way from today to the targets, by tier. {described}.",
        tables.tier_table(tiers, over=over),
        key="tier_chart",
    )


def _show_first_targets(portfolio: Portfolio, view: View) -> None:
    with st.container(key="year_picker", horizontal=True, vertical_alignment="center"):
        show(element("h2", "Targets that weigh most"))
        pick_year(portfolio.outcome.scenario, view.year, labelled=False)
    show(tables.first_targets(portfolio.outcome, view.year, _FIRST_TARGETS))


def _show_lists(portfolio: Portfolio, view: View) -> DeltaGenerator:
    """Show what is recommended; returns the place of the other lists, which are drawn last."""
    scenario, outcome = portfolio.outcome.scenario, portfolio.outcome
    _show_downloads(portfolio)
    show_section(
        tables.initiatives_sentence(portfolio),
        "What each uses is its largest net use in one year. Lock one in or out below.",
        _initiatives(outcome, chosen=True),
    )
    others = st.container()
    show_lock_row(scenario, view.settings, list(scenario.initiative_by_id), "balance")
    return others


def _show_other_lists(portfolio: Portfolio) -> None:
    outcome = portfolio.outcome
    out = len(outcome.scenario.initiatives) - len(outcome.plan)
    show(disclosed("Show what each uses of people, capital and money", _uses(outcome)))
    show(disclosed(f"Show the {counted(out, 'initiative')} left out", _initiatives(outcome, chosen=False)))


def _show_below(portfolio: Portfolio, view: View, progress: Progress | None) -> None:
    """Show what stands below the list; progress: None where it is the answer to the setting before."""
    outcome = portfolio.outcome
    met, targets = summary.met_count(outcome, view.year)
    show_section(
        f"{met} of {counted(targets, 'target')} met at the end of {view.year}",
        "Levels are in each goal's own unit and are not capped at the target.",
        _targets(outcome, view.year),
    )
    _show_use(portfolio)
    _show_money(portfolio)
    _show_groups(outcome)
    _show_to_come(portfolio)
    _show_method(portfolio, over=progress is None or progress.over)


@once
def _initiatives(outcome: Outcome, *, chosen: bool) -> Markup:
    return initiative_tables.initiative_table(outcome, reasons(outcome, contributions(outcome)), chosen=chosen)


@once
def _uses(outcome: Outcome) -> Markup:
    return initiative_tables.use_by_initiative(outcome)


@once
def _targets(outcome: Outcome, year: str) -> Markup:
    return tables.all_targets(outcome, summary.references(outcome), year)


def _show_downloads(portfolio: Portfolio) -> None:
    name = widgets.file_stem(portfolio.scenario_title, "portfolio")
    with st.container(key="downloads", horizontal=True, vertical_alignment="center"):
        widgets.show_download(
            "Download the portfolio as CSV", lambda: plan_csv(portfolio), f"{name}.csv", "download_csv"
        )
        widgets.show_download("Download as Excel", lambda: portfolio_xlsx(portfolio), f"{name}.xlsx", "download_xlsx")


def _show_use(portfolio: Portfolio) -> None:
    use = use_against_capacity(portfolio.outcome)
    if use.empty:
        return
    full = full_resources(portfolio.outcome)
    named = joined([f"{row.resource} ({row.years_full} of {counted(row.years, 'year')})" for row in rows_of(full)])
    show_section(
        f"{counted(len(full), 'limit')} bite{'s' if len(full) == 1 else ''}" if len(full) else "No limit is used up",
        f"Full, that is at least 99 % used: {named}." if named else "Every capacity has room left in every year.",
    )
    if _limited(use).empty:
        show(use_tables.use_table(use))
        return
    described = f"Use of each capacity by year, as bars filled as far as they are used. Full: {named or 'none'}."
    show_drawn(_drawn_use(portfolio.outcome), described, key="use_chart")


@once
def _drawn_use(outcome: Outcome) -> widgets.DrawnChart:
    use = use_against_capacity(outcome)
    return widgets.drawn_once(use_chart(_limited(use)), use_tables.use_table(use))


def _limited(use: pd.DataFrame) -> pd.DataFrame:
    return use[use["resource_id"].isin(use.loc[use["available"].notna(), "resource_id"])]


def _show_money(portfolio: Portfolio) -> None:
    outcome = portfolio.outcome
    money, name = money_by_year(outcome), money_resource(outcome.scenario)
    if name is None or money.empty:
        return
    resource = outcome.scenario.resource_by_id[name]
    unit = resource.unit or ""
    sums = money.groupby("kind")["amount"].sum()
    judged = " These figures are judged." if use_tables.money_is_judged(outcome) else ""
    parts = f"{amount(sums['recurrent'], unit)} recurrent, {amount(sums['one-off'], unit)} one-off"
    carried = " with what was carried over" if (money["carried_over"] > 0).any() else ""
    show_section(
        f"{resource.label}: {parts}, {amount(-sums['released'], unit)} released",
        f"Over all years. Diamonds are the net use, lines the capacity{carried}: released money pays for other work."
        f"{judged}",
    )
    released = amount(-sums["released"], unit)
    described = f"Stacked bars of {resource.label} by year. In all: {parts}, {released} released."
    show_drawn(_drawn_money(outcome, unit), described, key="money_chart")


@once
def _drawn_money(outcome: Outcome, unit: str) -> widgets.DrawnChart:
    money = money_by_year(outcome)
    return widgets.drawn_once(money_chart(money, unit), use_tables.money_table(money, unit))


def _show_groups(outcome: Outcome) -> None:
    for column, who in (("lead", "Lead"), ("place", "Place")):
        groups = _groups(outcome, column)
        active = groups[groups["initiatives"] > 0]
        if active.empty:
            continue
        carries = initiative_tables.busiest_sentence(active, "leads" if column == "lead" else "serves")
        show_section(
            carries,
            f"{initiative_tables.gainer_sentence(active, who)} Bars are the share of the gain, marks of the money.",
        )
        described = (
            f"Bars of the share of the gain by {who.lower()}, with a mark for the share of the money. {carries}."
        )
        show_drawn(_drawn_groups(outcome, column, who), described, key=f"group_chart_{column}")


@once
def _drawn_groups(outcome: Outcome, column: str, who: str) -> widgets.DrawnChart:
    groups = _groups(outcome, column)
    return widgets.drawn_once(
        group_chart(groups[groups["initiatives"] > 0]), initiative_tables.group_table(groups, outcome.scenario, who)
    )


@once
def _groups(outcome: Outcome, column: str) -> pd.DataFrame:
    return by_group(outcome, contributions(outcome), column)


def _show_to_come(portfolio: Portfolio) -> None:
    scenario = portfolio.outcome.scenario
    coming = summary.still_to_come(portfolio.outcome)
    last = scenario.years[-1]
    if coming.empty:
        show_section(f"Nothing is still to come after {last}", "Every chosen effect is felt in full by then.")
        return
    those = counted(coming["initiative_id"].nunique(), "initiative")
    show_section(
        f"{counted(len(coming), 'effect')} of {those} still to come after {last}",
        f"Slow work pays back after {last}; the scores do not count it.",
        disclosed("Show what is still to come", tables.to_come_table(coming, scenario)),
    )


def _show_method(portfolio: Portfolio, *, over: bool) -> None:
    best = {
        "optimal": "No better portfolio exists for these settings, by mathematical proof.",
    }.get(portfolio.termination, f"{summary.proof(portfolio)}: no portfolio can be better than that.")
    source = "Balance and combined are adapted from scales of Cao, Gedajlovic and Zhang, 2009 (Organization Science)."
    show_section(
        "How evenly the tiers are served",
        "Several figures, because one alone would hide what is given up.",
        tables.ambidexterity_lines(portfolio, over=over),
        element("p", source, class_="small"),
    )
    show_section("How sure this is", best, disclosed("How this works", *how_it_works(portfolio)))
    show_assumptions(portfolio.outcome.scenario, portfolio.settings)
    show_guide_again()
