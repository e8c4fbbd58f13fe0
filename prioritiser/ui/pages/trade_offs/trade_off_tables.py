"""The tables of the Trade-offs page: portfolios of the frontier, the balance, national points, rules and locks."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from prioritiser.analysis.marginal_values.base import Difference
from prioritiser.analysis.marginal_values.national_points import NationalPoint
from prioritiser.analysis.marginal_values.price import Price
from prioritiser.analysis.marginal_values.trade_offs import Mark, levels_lost, price_words, tiers_lost
from prioritiser.analysis.pareto.frontier import Frontier
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import MINUS, percent, plain, points_number, short
from prioritiser.ui.components.answer_tables import SHAPES
from prioritiser.ui.components.markup import NOTHING, Column, Markup, Part, element, key_list, table, together


def frontier_key(sizes: Mapping[str, tuple[float, float]], third: str | None, marks: Sequence[Mark]) -> Markup:
    """Explain the marks of the frontier chart."""
    parts = [("key-point", "a portfolio that no other found beats")]
    parts += [(f"key-mark {mark.kind}", mark.name) for mark in marks]
    parts += [("key-dash", "best for that tier alone"), ("key-ring", "the one chosen")]
    said = ", ".join(f"{size} {_range(ends)}" for size, ends in sizes.items())
    return key_list(parts, *([f"Size is {TIER_NAMES[third].lower()}: {said}"] if third and sizes else []))


def _range(ends: tuple[float, float]) -> str:
    low, high = (percent(end) for end in ends)
    return high if low == high else f"{plain(100 * ends[0])} to {high}"


def frontier_points(frontier: Frontier, marks: Sequence[Mark]) -> Markup:
    """Show every portfolio of the frontier, and the marks beside it."""
    tiers = list(marks[0].scores) if marks else list(frontier.points[0].outcome.scores)
    columns = [
        Column("Portfolio"),
        *(Column(TIER_NAMES[tier], numeric=True) for tier in tiers),
        Column("Initiatives", numeric=True),
        Column("Proved unbeaten"),
    ]
    rows: list[list[Part]] = [
        [mark.name, *(percent(mark.scores[tier], 1) for tier in tiers), "–", "–"] for mark in marks
    ]
    for number, point in enumerate(frontier.points, 1):
        outcome = point.outcome
        scores = [percent(outcome.scores[tier], 1) for tier in tiers]
        rows.append([f"Portfolio {number}", *scores, str(len(outcome.plan)), "yes" if point.proved else "not yet"])
    return table("Portfolios by share of the way from today to the targets", columns, rows)


def balance_points(curve: pd.DataFrame, tiers: Sequence[str]) -> Markup:
    """Show what becomes of value and tiers as the balance rises."""
    columns = [
        Column("Balance"),
        *Column.numbers("Value kept", "Least served tier"),
        *(Column(TIER_NAMES[tier], numeric=True) for tier in tiers),
    ]
    rows: list[list[Part]] = []
    for row in rows_of(curve):
        scores = (percent(getattr(row, tier), 1) for tier in tiers)
        rows.append([short(row.balance), _share(row.value_kept), _share(row.least), *scores])
    return table("What each balance keeps of the value and brings to the least served tier", columns, rows)


def _share(value: float) -> str:
    return "–" if math.isnan(value) else percent(value, 1)


def national_table(points: Sequence[NationalPoint], tiers: Sequence[str]) -> Markup:
    """Show what each step of the national score costs the other tiers, in points."""
    others = [tier for tier in tiers if tier != "national"]
    columns = [
        Column("At least"),
        Column("National ends at", numeric=True),
        *(Column(f"{SHAPES[tier]} {TIER_NAMES[tier]}, points", numeric=True) for tier in others),
    ]
    rows: list[list[Part]] = []
    for point in points:
        name = "the best there is" if point.name == "best" else f"{point.name} point{'' if point.name == '+1' else 's'}"
        if point.changes is None:
            rows.append([name, "out of reach", *("–" for _ in others)])
            continue
        national = point.floor - point.points / 100 + point.changes["national"]
        rows.append([name, percent(national, 1), *(_signed(point.changes[tier]) for tier in others)])
    return table("What more national points cost the other tiers", columns, rows)


def _signed(change: float) -> str:
    shown = points_number(change)
    return shown if shown.startswith(MINUS) or not shown.strip("0.") else f"+{shown}"


def price_line(scenario: Scenario, price: Price, cost: Difference, before: Part = None) -> Markup:
    """Say beside a switch what a rule or lock costs: its price, then the tiers and goals that would gain."""
    said = price_words(price, cost)
    more = [text for text in (tiers_lost(cost), *levels_lost(scenario, cost)) if text]
    rest = element("span", f" Without it: {'; '.join(more)}.", class_="quiet") if more else NOTHING
    return element("p", before, "Costs ", element("strong", said), ".", rest, class_="price")


def prices_table(
    scenario: Scenario, price: Price, words: Mapping[str, str], lines: Sequence[tuple[str, str, Difference]]
) -> Markup:
    """Show what each rule or lock costs. lines: id, owner or place, cost."""
    columns = [Column("What", kind="first"), *map(Column, ("Owner", "Price", "Tiers without it", "Goals without it"))]
    rows: list[list[Part]] = []
    for name, owner, cost in lines:
        goals = [element("span", text, class_="line") for text in levels_lost(scenario, cost, most=5)]
        tiers = tiers_lost(cost) or "–"
        rows.append([words[name], owner or "–", price_words(price, cost), tiers, together(goals or ["–"])])
    return table("What each costs, as a part of what the portfolio gains over doing nothing", columns, rows)
