"""Trade-offs: what is given up for what, between tiers, for balance, for national points and for each rule."""

from functools import partial

import streamlit as st

from prioritiser.analysis.marginal_values.trade_offs import balance_table, national_finding, suggestion
from prioritiser.analysis.summary.summary import references
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.charts.frontier import balance_chart
from prioritiser.errors import InfeasibleError
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import capital, percent, short
from prioritiser.ui import session
from prioritiser.ui.components.answer_line import show_answer_line
from prioritiser.ui.components.markup import element
from prioritiser.ui.components.price_work import ask_price
from prioritiser.ui.components.ways_out import show_ways_out
from prioritiser.ui.components.widgets import show, show_chart
from prioritiser.ui.pages.settings_panel import show_run
from prioritiser.ui.pages.trade_offs import trade_off_tables as tables
from prioritiser.ui.pages.trade_offs.frontier_panel import show_frontier
from prioritiser.ui.pages.trade_offs.rule_prices import show_lock_prices, show_rule_prices
from prioritiser.ui.storage.links import View

QUESTION = "What do we give up for what: between tiers, for balance, and for each rule?"


def show_page(scenario: Scenario, view: View) -> None:
    """Show the page: the frontier, then what balance, national points and rules cost."""
    settings = view.settings
    job, progress = session.ask(scenario, settings)
    portfolio = progress.portfolio
    if portfolio is None and progress.failure is None:
        portfolio = session.last_shown()
    compared = references(portfolio.outcome) if portfolio is not None else None
    with st.container(key="top"):
        show_answer_line(portfolio, compared, view.year, job, progress)
    if portfolio is None or compared is None:
        if isinstance(progress.failure, InfeasibleError):
            with st.container(key="ways_out"):
                show_ways_out(scenario, settings, progress.failure)
        else:
            show(element("p", "What is given up for what appears here with the first portfolio.", class_="quiet"))
        show_run()
        return
    with st.container(key="trade_offs"):
        show_frontier(scenario, settings, portfolio, compared)
        with st.container(key="trade_off_prices"):
            left, right = st.columns(2, gap="large")
        with left:
            _show_balance(scenario, settings)
        with right:
            _show_national(scenario, settings)
        with st.container(key="rule_prices"):
            doing = "Working out what rules and locks cost"
            prices = ask_price(scenario, settings, "rules", ("rules", "locks"), doing)
            show_rule_prices(scenario, settings, prices)
            show_lock_prices(scenario, settings, prices)
    show_run()


def _show_balance(scenario: Scenario, settings: Settings) -> None:
    """Show how much balance costs how much value, and put the suggested balance in force at a press."""
    head = st.container(key="balance_head")
    without = settings.replace(balance=0.0)
    prices = ask_price(scenario, without, "balance", ("balance",), "Working out what balance costs")
    price = prices.result
    if price is None or price.balance_sentence is None:
        with head:
            show(
                element("h2", "What balance costs"),
                element("p", "What evening out the tiers costs in value appears here.", class_="lead"),
            )
        return
    finding, _, rest = price.balance_sentence.rstrip(".").partition(": ")
    finding = finding if price.complete else f"So far: {finding}"
    with head:
        now = f"Balance is {short(settings.balance)} now."
        show(element("h2", finding), element("p", f"{capital(rest)}. {now}" if rest else now, class_="lead"))
    best = suggestion(price)
    if best is None:
        return
    curve = balance_table(price)
    described = "; ".join(
        f"at balance {short(row.balance)} value kept {percent(row.value_kept)}, least served tier {percent(row.least)}"
        for row in rows_of(curve.iloc[:: max(1, len(curve) - 1)])
    )
    show_chart(
        balance_chart(curve, settings.balance),
        f"Two lines by balance from 0 to 1: {described}. {finding}.",
        tables.balance_points(curve, list(price.portfolio.outcome.scores)),
        key="balance_chart",
    )
    # while points arrive the suggestion moves, and a press would take another one than was read
    if prices.over and abs(best.balance - settings.balance) > 1e-9:
        put, label = (partial(_balanced, best.balance),), f"Use balance {short(best.balance)}"
        st.button(label, key="use_balance", on_click=session.press, args=put)


def _balanced(balance: float, now: Settings) -> Settings:
    return now.replace(balance=balance)


def _show_national(scenario: Scenario, settings: Settings) -> None:
    """Show what each further national point costs the other tiers."""
    head = st.container(key="national_head")
    price = ask_price(scenario, settings, "national", ("national",), "Working out what national points cost").result
    with head:
        if price is None or not price.national_points:
            said = "What more national points cost the other tiers appears here."
            if price is not None and price.complete:
                said = "It needs national goals and others beside them."
            show(element("h2", "What each national point costs"), element("p", said, class_="lead"))
            return
        finding, more = national_finding(price.national_points)
        show(element("h2", finding), element("p", more, class_="lead"))
    show(tables.national_table(price.national_points, list(price.portfolio.outcome.scores)))
