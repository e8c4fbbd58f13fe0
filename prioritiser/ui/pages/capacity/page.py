"""Capacity: what binds, what one more unit buys, what is left for local work, and who carries it."""

from functools import partial

import pandas as pd
import streamlit as st

from prioritiser.analysis.explanation.explain import points
from prioritiser.analysis.explanation.what_more_buys import buys_sentence, helpful, most_first, undecided, with_more
from prioritiser.analysis.marginal_values.capacities import CapacityPrice, limited_capacities
from prioritiser.analysis.marginal_values.headroom import Headroom
from prioritiser.analysis.marginal_values.price import Price
from prioritiser.analysis.summary import organisations
from prioritiser.analysis.summary.resources_used import full_resources, use_against_capacity
from prioritiser.charts.capacity import buys_chart, grid_chart
from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.in_words import short_labels
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import capital, counted, percent, short
from prioritiser.ui import session
from prioritiser.ui.background.jobs import WorkState
from prioritiser.ui.components import use_tables
from prioritiser.ui.components.answer_line import show_answer
from prioritiser.ui.components.markup import disclosed, element, key_list
from prioritiser.ui.components.price_work import ask_price
from prioritiser.ui.components.widgets import message, show, show_chart, show_section
from prioritiser.ui.pages.capacity import tables
from prioritiser.ui.pages.settings_panel import show_run
from prioritiser.ui.storage.links import View

QUESTION = "Which limits bite, what would more of them buy, and who carries the work?"
_TRY, _BY = "capacity_try", "capacity_by"
_WHO = {"lead": "Lead", "place": "Place"}
_MOST_DRAWN = 8


def show_page(scenario: Scenario, view: View) -> None:
    """Show the page: limits, what more buys, headroom, organisations."""
    progress = show_answer(scenario, view)
    portfolio = progress.portfolio
    if portfolio is not None:
        with st.container(key="rest"):
            limits = st.container(key="limits")
            with st.container(key="buys"):
                price = _show_buys(scenario, view.settings, portfolio, ready=progress.over)
            with limits:
                _show_limits(portfolio.outcome, price)
            with st.container(key="headroom"):
                _show_headroom(scenario, view.settings, ready=progress.over)
            with st.container(key="organisations"):
                _show_organisations(portfolio.outcome)
    show_run()


def _show_limits(outcome: Outcome, price: Price | None) -> None:
    use = use_against_capacity(outcome)
    limited = use[use["resource_id"].isin(use.loc[use["available"].notna(), "resource_id"])]
    if limited.empty:
        show_section("No capacity is limited", "This scenario sets no capacity, so none can bite.")
        return
    full, helps = full_resources(outcome), helpful(price.capacities) if price is not None else frozenset()
    bite = f"{counted(len(full), 'limit')} bite{'s' if len(full) == 1 else ''}" if len(full) else "No limit is used up"
    named = tables.named_limits(outcome, helps)
    if price is None:
        title = bite
        lead = "A limit bites when at least 99 % of it is used. Below is worked out whether more would help."
    elif helps:
        least = "" if price.complete else "at least "
        title = f"{bite}; more would help in {least}{counted(len(helps), 'cell')} below"
        lead = f"Framed, or marked +: more of it alone buys something. These are {named}."
    else:
        nothing = "buys nothing" if price.complete else "is not found to buy anything so far"
        title = f"{bite}; more of one alone {nothing}"
        lead = "Several limits together may hold the plan back, where none does alone."
    show_section(title, lead)
    show_chart(
        grid_chart(tables.limit_cells(limited, helps, priced=price is not None and price.complete)),
        f"Grid of use by capacity and year. More helps in framed cells: {named or 'none known'}.",
        use_tables.use_table(use),
        key="limits_chart",
    )


def _show_buys(scenario: Scenario, settings: Settings, portfolio: Portfolio, *, ready: bool) -> Price | None:
    """Show what more of each capacity buys; returns the prices once there are any."""
    if not ready:
        show_section("What more would buy", "This appears once the plan is found.")
        return None
    title = st.empty()
    doing = "Solving anew with more of each capacity"
    prices = ask_price(scenario, settings, "capacity_price", ("capacities",), doing)
    price = prices.result
    if price is None:
        title.html(element("h2", "What more of each capacity would buy").text)
        return None
    rows = most_first(price.capacities, "10%")
    best = most_first(price.capacities, "5%")
    said = f"{points(rows[0].brings.objective)} at most" if rows else "nothing"
    so_far = "" if price.complete else "So far: "
    title.html(element("h2", f"{so_far}10 % more of one capacity in one year buys {said}").text)
    lead = "Each figure is the best plan found anew with that much more, everything else as it is."
    show(element("p", lead, class_="lead"))
    _show_try(portfolio.outcome, best)
    if rows:
        _show_gains(portfolio.outcome, price, rows)
    _show_rest_of_price(scenario, price, prices)
    return price


def _show_gains(outcome: Outcome, price: Price, rows: list[CapacityPrice]) -> None:
    helps = helpful(price.capacities)
    listed = [row for row in price.capacities if (row.resource_id, row.year) in helps]
    order = {(row.resource_id, row.year): place for place, row in enumerate(rows)}
    listed.sort(key=lambda row: (order.get((row.resource_id, row.year), len(order)), row.added))
    show(key_list([("key-more", "10 % more"), ("key-best", "5 % more")]))
    most = rows[:_MOST_DRAWN]
    described = "; ".join(buys_sentence(outcome, row).rstrip(".") for row in most[:3])
    show_chart(
        buys_chart(tables.buys_frame(outcome.scenario, price.capacities, most)),
        f"Bars of what 10 % more of a capacity buys, with a diamond for 5 %. {described}.",
        tables.buys_table(outcome, listed),
        key="buys_chart",
    )


def _show_rest_of_price(scenario: Scenario, price: Price, prices: WorkState[Price]) -> None:
    asked = {(row.resource_id, row.year) for row in price.capacities}
    unsure, nothing = undecided(price.capacities), len(asked) - len(helpful(price.capacities))
    if nothing:
        show(element("p", tables.nothing_sentence(nothing, len(unsure), len(asked))))
    left = len(limited_capacities(scenario, price.portfolio.settings)) - len(asked)
    if left:
        known = ("was" if left == 1 else "were") if prices.over else ("is" if left == 1 else "are")
        more = counted(left, "more capacity", "more capacities")
        show(element("p", f"{more} in a year {known} not worked out{'' if prices.over else ' yet'}."))
    show(
        disclosed(
            "Marginal value of the linear relaxation, for analysts",
            element(
                "p",
                "This is not a price. The relaxation may start a part of an initiative, so its value of one unit "
                "holds for no plan of whole initiatives. It is shown to be compared, and nothing above is made "
                "from it.",
            ),
            tables.marginal_table(scenario, price.capacities),
            *(element("p", notice) for notice in price.notices),
        )
    )


def _show_try(outcome: Outcome, best: list[CapacityPrice]) -> None:
    """Say what 5 % more of a capacity buys, the best first, and let people put it in force."""
    scenario = outcome.scenario
    rows = {f"{row.resource_id}@{row.year}": row for row in best}
    labels = short_labels(scenario.resources, 60)
    if not rows:
        return

    def words(key: str) -> str:
        row = rows[key]
        return f"{labels[row.resource_id]}, {row.year}"

    now = session.noted(_TRY)
    now = now if now in rows else next(iter(rows))
    with st.container(key="try", horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Capacity to try",
            list(rows),
            format_func=words,
            filter_mode=None,
            **session.remembered(_TRY, now),
        )
        st.button("Try 5 % more", key="try_more", on_click=session.press, args=(partial(_more, scenario, rows[now]),))
    show(
        element("p", buys_sentence(outcome, rows[now])),
        element("p", "Tried, it counts as your setting on every page; Undo takes it back.", class_="small"),
    )


def _more(scenario: Scenario, row: CapacityPrice, now: Settings) -> Settings:
    return with_more(scenario, now, row) or now


def _show_headroom(scenario: Scenario, settings: Settings, *, ready: bool) -> None:
    if not ready:
        show_section("What is left for local work", "This appears once the plan is found.")
        return
    title = st.empty()
    doing = "Protecting the best national result"
    prices = ask_price(scenario, settings, "capacity_headroom", ("headroom",), doing)
    price = prices.result
    headroom = None if price is None else price.headroom
    if headroom is None:
        title.html(element("h2", "What is left for local and long-term work").text)
        if price is not None and price.complete:
            show(element("p", "It needs national goals and others beside them; this scenario has only one kind."))
        return
    scarce = [room for room in headroom.rooms if room.scarce]
    if not scarce:
        title.html(element("h2", "No capacity is scarce, so local work has room").text)
        _show_vanishing(headroom, over=prices.over)
        show(disclosed("Show this as a table", tables.room_table(scenario, headroom)))
        return
    least = min(scarce, key=lambda room: room.left)
    label = scenario.resource_by_id[least.resource_id].label
    title.html(element("h2", f"Least is left of {label} in {least.year}: {percent(least.left)} for local work").text)
    lead = (
        "Shares left for local and long-term work once the best national result has what it needs. "
        "Framed: full in the plan recommended here."
    )
    show(element("p", lead, class_="lead"))
    _show_vanishing(headroom, over=prices.over)
    cells = tables.room_cells(scenario, headroom.rooms)
    show_chart(
        grid_chart(cells),
        "Grid of what is left of each capacity that is full in some year; framed cells are full in this plan. "
        f"Least: {label}, {least.year}, {percent(least.left)}.",
        tables.room_table(scenario, headroom),
        key="headroom_chart",
    )


def _show_vanishing(headroom: Headroom, *, over: bool) -> None:
    if not headroom.searched:
        looked = "was not found before the search ended" if over else "is still looked for"
        said = f"At which national weight local and long-term work vanishes {looked}."
    elif headroom.vanishes is None:
        said = "Local and long-term work never vanishes: at any national weight below 100 there is some to gain."
    else:
        said = f"From a national weight of {short(100 * headroom.vanishes)} on, local and long-term work vanishes."
    least = headroom.least
    if headroom.searched and least is not None and least != headroom.vanishes:
        said += f" Beyond {short(100 * least)} of 100, more national weight takes nothing more from it."
    show(element("p", said))


def _show_organisations(outcome: Outcome) -> None:
    scenario = outcome.scenario
    given = [name for name in _WHO if any(getattr(row, name) for row in scenario.initiatives)]
    if not given:
        show_section(
            "Who carries the work is not given", "Fill the columns lead or place of the initiatives to see it here."
        )
        return
    now = session.noted(_BY, given[0])
    now = now if now in given else given[0]
    overloads = organisations.find_overloads(outcome, now)
    over = len({row.organisation for row in overloads if row.load is not organisations.Load.FULL})
    tight = len({row.organisation for row in overloads})
    who = _WHO[now].lower()
    if over:
        title = f"{counted(over, who)} may start more than its improvement staff can support"
    elif tight:
        title = (
            f"No {who} starts more than its staff can support; {tight} {'has' if tight == 1 else 'have'} none to spare"
        )
    else:
        title = f"No {who} is seen to start more than it can support"
    show_section(title, "Starting more than staff can support is the road to superficial compliance.")
    if overloads:
        said = organisations.overload_sentences(scenario, overloads)
        show(message("problem" if over else "note", "Look at these before you decide:", said))
    show(element("p", organisations.rests_on(scenario), class_="small"))
    if len(given) > 1:
        st.segmented_control(
            "By", given, format_func=lambda name: _WHO[name], required=True, **session.remembered(_BY, now)
        )
    starts = organisations.starts_by_organisation(outcome, now)
    staff = organisations.staff_by_organisation(outcome, now)
    _show_starts(scenario, starts, tables.start_cells(starts, overloads), _WHO[now])
    if not staff.empty:
        label = f"Show the staff that each {who} uses, by year"
        show(disclosed(label, tables.staff_table(scenario, staff, _WHO[now])))


def _show_starts(scenario: Scenario, starts: pd.DataFrame, cells: pd.DataFrame, who: str) -> None:
    working = starts.groupby("organisation")["starts"].transform("sum") > 0
    if not working.any():
        show(element("p", "Nothing starts in this plan."))
        return
    named = set(starts.loc[~working, "organisation"])
    shown = cells[working.to_numpy()]
    show_chart(
        grid_chart(shown),
        f"Grid of starts by {who.lower()} and year; framed cells are named in the warning above, if there is one.",
        tables.starts_table(scenario, starts, who),
        key="starts_chart",
    )
    if named:
        said = f"{capital(counted(len(named), 'other'))} start{'s' if len(named) == 1 else ''} nothing."
        show(element("p", said, class_="small"))
