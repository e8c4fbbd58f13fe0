"""The parts of an answer as HTML: each takes values and tables, and escapes every text."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from prioritiser.analysis.summary.changes import Change
from prioritiser.analysis.summary.summary import References, shortfall_words, targets_in
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.in_words import TIER_NAMES, decimals_for, level
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Goal, Tier
from prioritiser.text.formatting import NOT_FOUND, change_words, counted, percent, plain, points_number
from prioritiser.ui.components.markup import (
    NOTHING,
    Column,
    Markup,
    Part,
    bar,
    element,
    judged_figure,
    judged_mark,
    key_list,
    table,
    together,
    with_unit,
)

SHAPES = {"national": "●", "local": "▲", "long_term": "■"}
CHANGE_WORDS = {
    "entered": ("+", "Entered"),
    "left": ("−", "Left"),
    "moved": ("→", "Moved"),
    "resized": ("±", "Resized"),
}


def tier_name(tier: str) -> Markup:
    """Name a tier with its colour and shape."""
    mark = element("span", SHAPES[tier], class_=f"tier {tier}", aria_hidden="true")
    return together((mark, f" {TIER_NAMES[tier]}"))


def tier_key(tiers: pd.DataFrame, *, over: bool) -> Markup:
    """Explain the marks of the tier chart; say when best alone is not known yet, or not at all."""
    missing = ""
    if tiers["best_alone"].isna().any():
        missing = f" ({best_alone_missing(over)})"
    parts = [
        ("key-bar", "this portfolio"),
        ("key-nothing", "doing nothing"),
        *([("key-today", "today's plan")] if tiers["today"].notna().any() else []),
        ("key-best", f"best for that tier alone{missing}"),
    ]
    return key_list(parts)


def best_alone_missing(over: bool) -> str:
    """Say why a best-alone score is not shown."""
    return NOT_FOUND if over else "being worked out"


def tier_table(tiers: pd.DataFrame, *, over: bool) -> Markup:
    """Show the tier scores as shares of the way to the targets."""
    columns = [
        Column("Tier"),
        *Column.numbers("Weight", "This portfolio", "Doing nothing", "Today's plan", "Best alone"),
    ]
    rows: list[list[Part]] = [
        [
            tier_name(row.tier),
            percent(row.weight),
            *(_share(value) for value in (row.score, row.do_nothing, row.today)),
            _share(row.best_alone, best_alone_missing(over)),
        ]
        for row in rows_of(tiers)
    ]
    return table("Share of the way from today to the targets, by tier", columns, rows)


def _share(value: float, without: str = "–") -> str:
    return without if math.isnan(value) else percent(value, 1)


def first_targets(outcome: Outcome, year: str, count: int) -> Markup:
    """Show the first few targets of a year, heaviest first, and what dashes mean where a level has them."""
    targets = targets_in(outcome, year)
    shown = targets[targets["target"].notna()].head(count)
    rows = [_target_line(outcome, row) for row in rows_of(shown)]
    columns = [Column("Target"), Column("Level → target", numeric=True), Column(f"In {year}")]
    dashes = element("p", "Levels underlined with dashes rest on judged figures.", class_="quiet")
    return together(
        (table(f"First targets, {year}", columns, rows, kind="compact"), dashes if shown["judged"].any() else NOTHING)
    )


def _target_line(outcome: Outcome, row: Any) -> list[Part]:
    goal = outcome.scenario.goal_by_id[str(row.goal_id)]
    mark = element("span", SHAPES[goal.tier.value], class_=f"tier {goal.tier.value}", aria_hidden="true")
    reached = judged_figure(plain(row.level, decimals_for(goal, row.level, row.target)), bool(row.judged))
    levels = together((reached, f" → {level(goal, row.target, row.level)}"))
    return [together((mark, f" {goal.label}")), levels, met_or_short(goal, row)]


def met_or_short(goal: Goal, row: Any) -> Markup:
    """Say met or how far short, with a mark and a word."""
    words = shortfall_words(goal, row)
    if words == "met":
        return element("span", element("span", "✓ ", aria_hidden="true"), "Met", class_="met")
    if words.startswith("no target"):
        return element("span", "Not scored", class_="quiet")
    gap = words.split(" short of ")[0]
    return element("span", element("span", "✕ ", aria_hidden="true"), f"{gap} short", class_="missed")


def all_targets(outcome: Outcome, compared: References, year: str) -> Markup:
    """Show every goal in its own unit: today, doing nothing, today's plan, this portfolio, target, met or missed."""
    scenario = outcome.scenario
    today = dict(zip(scenario.goal_by_id, compared.today.levels[:, scenario.years.index(year)].tolist(), strict=True))
    columns = [
        Column("Goal", kind="first"),
        *Column.numbers("Now", "Doing nothing"),
        *([Column("Today's plan", numeric=True)] if compared.has_today else []),
        *Column.numbers("This portfolio", "Target"),
        Column("Met or missed", kind="said"),
        Column("Way to the target", kind="wide"),
        Column("Evidence", kind="brief"),
    ]
    parts: list[Part] = []
    targets = targets_in(outcome, year)
    for tier in Tier:
        mine = targets[targets["tier"] == tier.value]
        if mine.empty:
            continue
        rows: list[list[Part]] = []
        for row in rows_of(mine):
            goal = scenario.goal_by_id[str(row.goal_id)]
            scored = not math.isnan(row.target)
            levels = [goal.baseline, row.do_nothing]
            if compared.has_today:
                levels.append(today[goal.goal_id])
            decimals = decimals_for(goal, *levels, row.level, row.target)
            rows.append(
                [
                    with_unit(goal.label, goal.unit),
                    *(plain(value, decimals) for value in levels),
                    element("strong", plain(row.level, decimals)),
                    plain(row.target, decimals) if scored else "–",
                    met_or_short(goal, row),
                    together((bar(row.attainment, tier.value), " ", percent(row.attainment))) if scored else "–",
                    judged_mark(True) if row.judged else "derived",
                ]
            )
        caption = f"{TIER_NAMES[tier.value]} goals at the end of {year}"
        parts.append(element("h3", tier_name(tier.value)))
        parts.append(table(caption, columns, rows, kind="targets"))
    return together(parts)


def changes_panel(changes: Sequence[Change], why: Sequence[str], against: str, most: int = 7) -> Markup:
    """List what entered, left and moved, and because of which setting; the rest opens on demand."""
    reason = element("p", element("strong", "Because of "), "; ".join(why) + ".", class_="because") if why else NOTHING
    if not changes:
        return element("div", reason, element("p", f"Nothing entered, left or moved against {against}."))
    kinds = {kind: sum(change.kind == kind for change in changes) for kind in CHANGE_WORDS}
    counts = ", ".join(f"{number} {CHANGE_WORDS[kind][1].lower()}" for kind, number in kinds.items() if number)
    lines = [_change_line(change) for change in changes]
    rest = NOTHING
    if len(lines) > most:
        hidden = element("ul", *lines[most:], class_="changes")
        rest = element("details", element("summary", f"Show {len(lines) - most} more"), hidden)
    total = element("p", element("strong", f"Against {against}: "), f"{counts}.")
    return element("div", reason, total, element("ul", *lines[:most], class_="changes"), rest)


def _change_line(change: Change) -> Markup:
    sign, word = CHANGE_WORDS[change.kind]
    mark = element("span", sign, class_=f"sign {change.kind}", aria_hidden="true")
    detail = element("span", f"({change.detail})", class_="quiet")
    return element("li", mark, element("span", element("strong", word), f" {change.name} ", detail))


def to_come_table(coming: pd.DataFrame, scenario: Scenario) -> Markup:
    """Show what chosen initiatives will still bring after the last year."""
    rows: list[list[Part]] = []
    for row in rows_of(coming):
        goal = scenario.goal_by_id[str(row.goal_id)]
        named = together((str(row.initiative), " ", judged_mark(bool(row.judged))))
        effects = (_effect(value, goal.unit) for value in (row.at_end, row.to_come, row.full))
        rows.append([named, str(row.goal), *effects])
    columns = [
        Column("Initiative"),
        Column("Goal"),
        *Column.numbers(f"By the end of {scenario.years[-1]}", "Still to come", "In full"),
    ]
    return table("What is still to come after the last year", columns, rows)


def _effect(value: float, unit: str | None) -> str:
    return change_words(value, unit, 0 if abs(value) >= 100 else 2)


def ambidexterity_lines(portfolio: Portfolio, *, over: bool) -> Markup:
    """Show how evenly the tiers are served, as several figures and never as one."""
    measure = portfolio.ambidexterity
    known = {tier: part for tier, part in measure.achieved.items() if part is not None}
    if not known:
        return element("p", f"Best for each tier alone: {best_alone_missing(over)}. These figures are made from it.")
    lines = [f"{TIER_NAMES[tier]}: {percent(part)} of what this tier could gain alone" for tier, part in known.items()]
    if measure.balance is not None:
        lines.append(f"Balance between the tiers (1 is even): {plain(measure.balance, 2)}")
    if measure.combined is not None:
        lines.append(f"Combined (geometric mean): {plain(measure.combined, 2)}")
    if measure.worst is not None:
        lines.append(f"Served least: {TIER_NAMES[measure.worst].lower()}")
    if portfolio.settings.balance > 0 and measure.value_given_up is not None:
        given_up = points_number(measure.value_given_up, 2)
        lines.append(f"What the balance setting costs: {given_up} points of the weighted way to the targets")
    return element("ul", *(element("li", line) for line in lines), class_="plain")


def initiatives_sentence(portfolio: Portfolio) -> str:
    """Say how many initiatives start in which year."""
    outcome = portfolio.outcome
    years = outcome.scenario.years
    starts = [sum(delivery.start == t for delivery in outcome.plan.values()) for t in range(len(years))]
    said = ", ".join(f"{number} in {year}" for year, number in zip(years, starts, strict=True) if number)
    return f"{counted(len(outcome.plan), 'initiative')} recommended: {said}" if said else "No initiative is recommended"
