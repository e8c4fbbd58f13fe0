"""What the Confidence page shows as HTML: classes of initiatives, chances, estimates; each text is escaped."""

import math
from collections.abc import Sequence

import pandas as pd

from prioritiser.analysis.robustness.acceptability import class_of
from prioritiser.analysis.robustness.sampling_error import wilson
from prioritiser.analysis.robustness.stress import Stress
from prioritiser.analysis.robustness.value_of_information import WORTH_SAYING, Estimate
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.scenario.in_words import TIER_NAMES, goal_decimals
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Evidence
from prioritiser.text.formatting import counted, percent, plain
from prioritiser.ui.components.answer_tables import tier_name
from prioritiser.ui.components.markup import (
    Column,
    Markup,
    Part,
    bar,
    disclosed,
    element,
    judged_figure,
    judged_mark,
    table,
    together,
    with_unit,
)

CLASSES = {"safe": "Safe", "contested": "Worth arguing about", "out": "Out in nearly every sample we drew"}
CLASS_MARKS = {"safe": "✓", "contested": "?", "out": "✕"}
_MOST = 10
_ALMOST = 0.005


def percent_of_draws(share: float) -> str:
    """Write a share that was found in draws: neither 0 nor 100 % where some, or not all, are as wished."""
    if 0 < share < _ALMOST:
        return f"under {percent(0.01)}"
    if 1 - _ALMOST < share < 1:
        return f"over {percent(0.99)}"
    return percent(share)


def interval_words(share: float, number: int) -> str:
    """Say in which range a share lies, given how many samples it was found in."""
    low, high = wilson(share, number)
    return f"{plain(100 * math.floor(100 * low) / 100)} to {percent(math.ceil(100 * high) / 100)}"


def class_list(found: Stress, kind: str) -> Markup:
    """List the initiatives of a class, those in most samples first; the rest opens on demand."""
    shares = {name: share for name, share in found.acceptability.items() if share is not None}
    mine = [name for name, share in shares.items() if class_of(share) == kind]
    mine.sort(key=lambda name: (-shares[name], found.scenario.initiative_by_id[name].label.casefold()))
    mark = element("span", CLASS_MARKS[kind], class_=f"class-mark {kind}", aria_hidden="true")
    head = element("h3", mark, f" {CLASSES[kind]}: {len(mine)}")
    if not mine:
        return together((head, element("p", "None.", class_="quiet")))
    lines = [_class_line(found, name, shares[name]) for name in mine]
    columns = [Column("Initiative"), Column("Share of samples"), Column("In this portfolio", kind="brief")]
    caption = f"{CLASSES[kind]}: share of samples and whether in this portfolio"
    parts = [head, table(caption, columns, lines[:_MOST], kind="classes")]
    if len(lines) > _MOST:
        rest = table(f"{caption}, the others", columns, lines[_MOST:], kind="classes")
        parts.append(disclosed(f"Show {counted(len(lines) - _MOST, 'other')}", rest))
    return together(parts)


def _class_line(found: Stress, name: str, share: float) -> list[Part]:
    inside = element("strong", "In") if name in found.portfolio.outcome.plan else "Out"
    said = element("strong", f" {percent_of_draws(share)} ")
    about = element("span", f"({interval_words(share, found.sampled.with_plan)})", class_="quiet")
    return [found.scenario.initiative_by_id[name].label, together((bar(share, "share"), said, about)), inside]


def target_table(targets: pd.DataFrame, scenario: Scenario, year: str, number: int) -> Markup:
    """Show the chance of each target of a tier and where its level may lie, in its own unit."""
    rows: list[list[Part]] = []
    for row in rows_of(targets):
        goal = scenario.goal_by_id[str(row.goal_id)]
        decimals = goal_decimals(goal)
        figures = [plain(level, decimals) for level in (row.p5, row.p50, row.p95, row.target)]
        about = element("span", f" ({interval_words(row.chance, number)})", class_="quiet")
        chance = together((element("strong", percent_of_draws(row.chance)), about))
        rows.append(
            [with_unit(goal.label, goal.unit), chance, *(judged_figure(text, row.judged) for text in figures[:3])]
        )
        rows[-1].append(figures[3])
    columns = [
        Column("Target", kind="first"),
        *Column.numbers("Chance", "Bad luck (5 %)", "Middle", "Good luck (95 %)", "Target level"),
    ]
    tiers = " and ".join(TIER_NAMES[tier].lower() for tier in dict.fromkeys(targets["tier"]))
    return table(f"Chance of each {tiers} target at the end of {year}", columns, rows, kind="targets")


def capacity_table(capacities: pd.DataFrame) -> Markup:
    """Show the chance that each capacity holds, by year."""
    years = list(dict.fromkeys(capacities.sort_values("year")["year"]))
    rows: list[list[Part]] = []
    for _, mine in capacities.groupby("resource_id", sort=False):
        by_year = dict(zip(mine["year"], mine["chance"], strict=True))
        cells = [_holds(by_year[year]) if year in by_year else "no limit" for year in years]
        rows.append([str(mine.iloc[0]["resource"]), *cells])
    columns = [Column("Capacity", kind="first"), *Column.numbers(*years)]
    return table("Chance that each capacity holds, by year", columns, rows)


def _holds(chance: float) -> Part:
    words = percent_of_draws(chance)
    return element("strong", words, class_="doubtful") if chance < 0.9 else words


def estimate_list(estimates: Sequence[Estimate], scenario: Scenario) -> Markup:
    """Rank the estimates: what, how much knowing it is worth, and its part of what is unknown."""
    rows: list[list[Part]] = []
    for row in estimates:
        effect = row.effect
        goal = scenario.goal_by_id[effect.goal_id]
        what = f"What {scenario.initiative_by_id[effect.initiative_id].label} does for {goal.label}"
        also = f" together with {scenario.initiative_by_id[effect.if_also].label}" if effect.if_also else ""
        hardly = row.worth < WORTH_SAYING
        worth = "hardly anything" if hardly else f"{float(f'{100 * row.worth:.2g}'):g} points"
        named = together((f"{what}{also} ", judged_mark(effect.evidence is Evidence.JUDGED)))
        switches = "never" if row.switches == 0 else f"in {percent_of_draws(row.switches)} of cases"
        rows.append([named, tier_name(goal.tier.value), worth, percent(row.variance_share), switches])
    columns = [
        Column("Estimate", kind="first"),
        Column("Tier"),
        *Column.numbers("Worth of knowing it", "Part of the uncertainty"),
        Column("Another plan would be best"),
    ]
    return table("Estimates, the one that matters most first", columns, rows)
