"""What each rule and lock costs, with a switch or a button that lifts it."""

import math
from functools import partial

import streamlit as st

from prioritiser.analysis.marginal_values.price import Price
from prioritiser.analysis.marginal_values.trade_offs import most_costly, price_share
from prioritiser.evaluation.rules import rule_words
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import capital, counted, percent, shortened
from prioritiser.ui import session
from prioritiser.ui.background.jobs import WorkState
from prioritiser.ui.components.markup import as_label, disclosed, element
from prioritiser.ui.components.widgets import show
from prioritiser.ui.pages.trade_offs.trade_off_tables import price_line, prices_table

_LOCKS_SHOWN = 12


def show_rule_prices(scenario: Scenario, settings: Settings, prices: WorkState[Price]) -> None:
    """Show every rule with its switch and what it costs once that is known; the dearest first when all are known."""
    if not scenario.rules:
        show(element("h2", "This scenario has no rules"), element("p", "Nothing is given up for any.", class_="lead"))
        return
    price = prices.result
    known = {row.name: row.costs for row in price.rules} if price else {}
    off = len(settings.without)
    title = most_costly(price) if price and known else f"{counted(len(scenario.rules) - off, 'rule')} in force"
    note = "A price is the part of the gain over doing nothing that the portfolio would have more without the rule."
    lead = f"{note} Switch one off to see the portfolio without it."
    show(element("h2", capital(title)), element("p", lead, class_="lead"))
    dear = {name: costs.objective for name, costs in known.items()} if prices.over else {}
    rules = sorted(
        scenario.rules, key=lambda rule: (rule.rule_id not in settings.without, -dear.get(rule.rule_id, 0.0))
    )
    words = {rule.rule_id: capital(rule_words(scenario, rule), *scenario.labels) for rule in rules}
    with st.container(key="rules"):
        for rule in rules:
            name = rule.rule_id
            with st.container(key=f"rule_row_{name}"):
                st.toggle(
                    as_label(shortened(words[name], 160)),
                    key=session.put(f"rule_{name}", name not in settings.without, partial(_switched, name)),
                    **session.fallback(f"rule_{name}", value=name not in settings.without),
                )
                owner = f"{name}, {rule.owner}. " if rule.owner else f"{name}. "
                said = element("span", owner, class_="quiet")
                if name in settings.without:
                    show(element("p", said, element("strong", "Switched off."), class_="price"))
                elif price and name in known:
                    show(price_line(scenario, price, known[name], said))
                else:
                    show(element("p", said, _unknown(prices), class_="price quiet"))
    if price and known:
        owners = {rule.rule_id: rule.owner or "" for rule in rules}
        lines = [(rule.rule_id, owners[rule.rule_id], known[rule.rule_id]) for rule in rules if rule.rule_id in known]
        show(disclosed("Show this as a table", prices_table(scenario, price, words, lines)))


def _unknown(prices: WorkState[Price]) -> str:
    return "Its price was not found." if prices.over else "Its price is not known yet."


def _switched(name: str, now: Settings, in_force: bool) -> Settings:
    kept = tuple(rule for rule in now.without if rule != name)
    return now.replace(without=kept if in_force else (*kept, name))


def show_lock_prices(scenario: Scenario, settings: Settings, prices: WorkState[Price]) -> None:
    """Show every lock with a button that lifts it, and what it costs once that is known."""
    if not settings.lock:
        return
    price = prices.result
    known = {row.name: row.costs for row in price.locks} if price else {}
    ranked = known if prices.over else {}  # nothing changes its place under somebody who is about to press
    names = sorted(settings.lock, key=lambda name: (-ranked[name].objective if name in ranked else 0.0, name))
    title = f"{counted(len(names), 'lock')} in force"
    dear = names[0]
    if price and price.complete and dear in known and known[dear].objective > 0:
        share = price_share(price, known[dear])
        title = f"{counted(len(names), 'lock')}: {_words(scenario, settings, dear)} costs most"
        title += "" if math.isnan(share) else f", {percent(share, 1)}"
    show(element("h2", shortened(title, 160)), element("p", "A lock overrules what is recommended.", class_="lead"))
    with st.container(key="locks_priced"):
        for name in names[:_LOCKS_SHOWN]:
            with st.container(key=f"lock_row_{name}", horizontal=True, vertical_alignment="center"):
                show(element("p", element("strong", _words(scenario, settings, name))))
                if price and name in known:
                    show(price_line(scenario, price, known[name]))
                else:
                    show(element("p", _unknown(prices), class_="price quiet"))
                st.button("Lift", key=f"lift_{name}", on_click=session.press, args=(partial(_lifted, (name,)),))
        if len(names) > 1:
            st.button("Lift every lock", key="lift_all", on_click=session.press, args=(partial(_lifted, tuple(names)),))
    if price and known:
        words = {name: _words(scenario, settings, name) for name in names}
        lines = [(name, scenario.initiative_by_id[name].lead or "", known[name]) for name in names if name in known]
        show(disclosed(f"Show {counted(len(lines), 'lock')} as a table", prices_table(scenario, price, words, lines)))


def _words(scenario: Scenario, settings: Settings, name: str) -> str:
    label, lock = scenario.initiative_by_id[name].label, settings.lock[name]
    return f"{label} {lock}" if lock in {"in", "out"} else f"{label} in from {lock}"


def _lifted(names: tuple[str, ...], now: Settings) -> Settings:
    return now.replace(lock={key: lock for key, lock in now.lock.items() if key not in names})
