"""What is recommended and what it achieves: tiers, portfolio, targets, money and capacities."""

import math
from typing import Any

import pandas as pd

from prioritiser.analysis.summary import summary
from prioritiser.analysis.summary.contributions import contributions, money_resource, reasons
from prioritiser.analysis.summary.resources_used import full_resources, money_by_year, use_against_capacity
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.report.document import (
    Block,
    Bullets,
    Cell,
    Figure,
    FigureKind,
    Length,
    Paragraph,
    Quantity,
    Section,
    Table,
)
from prioritiser.report.headings import HEADINGS
from prioritiser.report.known import Known
from prioritiser.report.words import JUDGED, in_unit, of_goals, part, share
from prioritiser.scenario.in_words import TIER_NAMES, level
from prioritiser.scenario.schema import Tier
from prioritiser.text.formatting import amount, amount_of, capital, counted, is_money, joined, percent

EVERY, PAPERS = frozenset(Length), frozenset({Length.SHORT, Length.FULL})
LONG = frozenset({Length.FULL, Length.SLIDES})
MOST_SHORT = 4
_DRAWN = ("resource_id", "resource", "year", "used", "capacity", "unit", "words")
_LEVELS = "Levels are not capped at the target. 'Judged' marks a level that rests on somebody's estimate."


def tiers(known: Known) -> Section:
    """Say how far each tier gets on the way to its targets, beside today's plan, doing nothing and its best alone."""
    compared = summary.references(known.outcome)
    table = summary.tiers_side_by_side(known.portfolio, compared)
    finding = summary.tiers_sentence(table)
    said = "; ".join(
        f"{row.name} {percent(row.score)}, doing nothing {percent(row.do_nothing)}"
        + ("" if math.isnan(row.today) else f", today's plan {percent(row.today)}")
        + ("" if math.isnan(row.best_alone) else f", best alone {percent(row.best_alone)}")
        for row in rows_of(table)
    )
    figure = Figure(
        FigureKind.TIERS,
        finding,
        f"Bars of the share of the way from today to the targets, by tier. {said}.",
        table[["tier", "name", "score", "do_nothing", "today", "best_alone"]],
        note="Share of the way from today to the targets. Best alone: if nothing but that tier counted.",
    )
    numbers = Table(
        "tiers",
        "How far each tier gets: share of the way from today to its targets",
        ("Tier", "Weight", "This portfolio", "Today's plan", "Doing nothing", "Best for it alone"),
        tuple(
            (row.name, share(row.weight), share(row.score), share(row.today), share(row.do_nothing),
             share(row.best_alone))
            for row in rows_of(table)
        ),
        (3, 2, 2, 2, 2, 2),
    )  # fmt: skip
    points = tuple(
        f"{row.name}: {percent(row.score)} of the way"
        + ("" if math.isnan(row.today) else f", against {percent(row.today)} in today's plan")
        for row in rows_of(table)
    )
    return Section("tiers", HEADINGS["tiers"], finding, (figure, numbers), EVERY, points, (numbers,))


def portfolio(known: Known) -> Section:
    """List what is started, when, and why; with its start years as a figure."""
    outcome, scenario = known.outcome, known.scenario
    years, why = scenario.years, reasons(outcome, contributions(outcome))
    label = {row.initiative_id: row.label for row in scenario.initiatives}
    order = sorted(outcome.plan, key=lambda name: (outcome.plan[name].start, label[name].casefold()))
    first = sum(delivery.start == 0 for delivery in outcome.plan.values())
    finding = f"{part(len(order), len(scenario.initiatives), 'initiative')} start, {first} of them in {years[0]}."
    if not order:
        finding = "Nothing is started."
    rows: list[tuple[Cell, ...]] = []
    bars = []
    for name in order:
        row, delivery = scenario.initiative_by_id[name], outcome.plan[name]
        mark = str(row.evidence or "")
        largest = _largest_use(known, name)
        rows.append((row.label, years[delivery.start], share(delivery.share), row.lead or "", largest, why[name], mark))
        bars.append((row.label, row.lead or "", years[delivery.start], delivery.start, len(years) - 1, delivery.share))
    columns = ("Initiative", "Start", "Share", "Lead", "Money over all years", "Why it is in", "Evidence")
    caption, widths = "What is started, when, and what each is for", (6, 2, 1.4, 3, 2.4, 6, 1.8)
    table = Table("portfolio", caption, columns, tuple(rows), widths)
    begun = [f"{sum(delivery.start == t for delivery in outcome.plan.values())} in {year}"
             for t, year in enumerate(years) if any(d.start == t for d in outcome.plan.values())]  # fmt: skip
    starts = f"Starts by year: {joined(begun)}." if begun else "There is no start."
    figure = Figure(
        FigureKind.GANTT,
        finding.rstrip("."),
        f"One line an initiative, from its start to the end. {starts}",
        pd.DataFrame(bars, columns=["initiative", "lead", "start", "first", "last", "share"]),
        {"years": list(years)},
    )
    blocks: tuple[Block, ...] = (Paragraph(starts), *((figure, table) if order else ()))
    by_year = [
        f"{year}: {'; '.join(label[name] for name in order if outcome.plan[name].start == t)}."
        for t, year in enumerate(years)
        if any(outcome.plan[name].start == t for name in order)
    ]
    short = (Bullets(tuple(by_year)),) if order else (Paragraph(starts),)
    return Section("portfolio", HEADINGS["portfolio"], finding, blocks, EVERY, tuple(begun)[:5], short)


def _largest_use(known: Known, name: str) -> Cell:
    """Net money that an initiative uses over all years, at its share; nothing where there is no money."""
    scenario, money = known.scenario, money_resource(known.scenario)
    if money is None:
        return ""
    delivery = known.outcome.plan[name]
    spent = math.fsum(
        delivery.share * use.amount(t - delivery.start + 1)
        for use in scenario.uses
        if (use.initiative_id, use.resource_id) == (name, money)
        for t in range(delivery.start, len(scenario.years))
    )
    return in_unit(spent, scenario.resource_by_id[money].unit)


def goals(known: Known) -> Section:
    """Show every goal against its target in its own unit, and the way to it by year as a heat map."""
    outcome, scenario = known.outcome, known.scenario
    year = summary.last_scored_year(scenario)
    table = summary.targets_in(outcome, year)
    met, targets = summary.met_count(outcome, year)
    finding = (
        f"{met} of {counted(targets, 'target')} {_verb(1 if 1 in {met, targets} else 2)} met at the end of {year}."
    )
    rows: list[tuple[Cell, ...]] = []
    missed: list[str] = []
    for row in rows_of(table):
        goal = scenario.goal_by_id[row.goal_id]
        state = summary.shortfall_words(goal, row)
        rows.append((
            goal.label, TIER_NAMES[goal.tier.value], goal.unit or "",
            *of_goals(goal, goal.baseline, row.do_nothing, row.level, row.target), capital(state),
            JUDGED if row.judged else "",
        ))  # fmt: skip
        if row.met is False:
            missed.append(f"{goal.label} ends {state}.")
    levels = ("Today", "Doing nothing", "With this", "Target")
    columns = ("Goal", "Tier", "Unit", *levels, "Met, or how far short", "Evidence")
    caption, widths = f"Goals met and missed at the end of {year}", (6, 2, 2.4, 1.6, 1.8, 1.6, 1.6, 4, 1.6)
    numbers = Table("goals", caption, columns, tuple(rows), widths, _LEVELS)
    by_tier = [
        f"{TIER_NAMES[tier.value]}: {mine} of {whole} met"
        for tier in Tier
        for mine, whole in [summary.met_count(outcome, year, tier)]
        if whole
    ]
    national = [text for text, row in zip(missed, [r for r in rows_of(table) if r.met is False], strict=True)
                if row.tier == Tier.NATIONAL]  # fmt: skip
    points = (*by_tier, *(national or missed)[:2])
    blocks: tuple[Block, ...] = (Paragraph(f"{'; '.join(by_tier)}."), *_heat_map(known), numbers)
    worst = tuple((national or missed)[:MOST_SHORT]) or ("No target is missed.",)
    short = (Paragraph(f"{'; '.join(by_tier)}. Furthest from those that weigh most:"), Bullets(worst))
    return Section("goals", HEADINGS["goals"], finding, blocks, EVERY, points, short)


def _heat_map(known: Known) -> tuple[Figure, ...]:
    outcome, scenario = known.outcome, known.scenario
    rows = []
    order = [str(name) for name in summary.targets_in(outcome, summary.last_scored_year(scenario))["goal_id"]]
    found = {(row.goal_id, row.year): row for row in rows_of(outcome.goals)}
    ever = 0
    for name in order:
        goal = scenario.goal_by_id[name]
        for year in scenario.years:
            row = found[name, year]
            is_met = row.met is True
            ever += is_met
            rows.append((name, goal.label, goal.tier.value, year, row.attainment, level(goal, row.level), is_met))
    columns = ["goal_id", "goal", "tier", "year", "attainment", "words", "met"]
    said = f"{counted(ever, 'cell')} with a tick {_verb(ever)} met." if ever else "No milestone is met."
    title = f"Way to the target by goal and year: {counted(ever, 'milestone')} met"
    frame = pd.DataFrame(rows, columns=columns)
    alt = f"A line a goal, a cell a year, each with its level. {said} The table below has the figures."
    return (Figure(FigureKind.GOALS, title, alt, frame, {"years": list(scenario.years)}, said),)


def _verb(number: int) -> str:
    return "is" if number == 1 else "are"


def resources(known: Known) -> Section:
    """Show spend and each capacity by year, and what is used up."""
    outcome, scenario = known.outcome, known.scenario
    use = use_against_capacity(outcome)
    full = full_resources(outcome)
    named = joined([f"{row.resource} in {row.years_full} of {counted(row.years, 'year')}" for row in rows_of(full)])
    finding = f"Used up: {named}." if named else "No capacity is used up."
    if use.empty:
        nothing = Paragraph("The scenario names no resource.")
        return Section("resources", HEADINGS["resources"], finding, (nothing,), PAPERS)
    figure = Figure(
        FigureKind.CAPACITY,
        f"{counted(len(full), 'capacity', 'capacities')} used up" if named else "Every capacity has room left",
        f"Use of each capacity by year. {finding}",
        use.drop(columns="capacity").rename(columns={"available": "capacity"})[[*_DRAWN]],
        {"years": list(scenario.years)},
        "Capacity with what was carried over from earlier years.",
    )
    numbers = _by_resource(known, use)
    money = _money(known)
    words = (Paragraph(money[0].caption + "."),) if money else ()
    points = (*(table.caption for table in money), *[f"{row.resource}: full in {row.years_full} of "
              f"{counted(row.years, 'year')}" for row in rows_of(full)][:4])  # fmt: skip
    short = words or (Paragraph("The scenario names no money."),)
    return Section("resources", HEADINGS["resources"], finding, (*words, figure, *money, numbers), EVERY, points, short)


def _by_resource(known: Known, use: pd.DataFrame) -> Table:
    """One line a resource, one column a year: what is used of what is available."""
    years = known.scenario.years
    cells = {(row.resource_id, row.year): row for row in rows_of(use)}
    rows: list[tuple[Cell, ...]] = []
    for resource in known.scenario.resources:
        mine = [cells[resource.resource_id, year] for year in years]
        used = [Quantity(row.used, _of_available(row)) for row in mine]
        mark = JUDGED if mine[0].judged else ""
        rows.append((resource.label, resource.unit or "", *used, mark))
    columns, widths = ("Resource", "Unit", *years, "Evidence"), (4, 1.4, *(2,) * len(years), 1.4)
    note = "Available: the capacity and what earlier years left of it, where that may be carried over."
    return Table("capacity", "Use of each capacity by year, of what is available", columns, tuple(rows), widths, note)


def _of_available(row: Any) -> str:
    used = amount_of(row.used, row.available, row.unit if is_money(row.unit) else None)
    return f"{used}, no limit" if math.isnan(row.available) else used


def _money(known: Known) -> tuple[Table, ...]:
    """Spend by year: recurrent, one-off and released, and the net against what is available."""
    money, name = money_by_year(known.outcome), money_resource(known.scenario)
    if name is None or money.empty:
        return ()
    resource = known.scenario.resource_by_id[name]
    unit = resource.unit
    spent = {(row.year, row.kind): row.amount for row in rows_of(money)}
    limits = {row.year: row.available for row in rows_of(money)}
    years, kinds = known.scenario.years, ("recurrent", "one-off", "released")
    by_year = {year: [spent[year, kind] for kind in kinds] for year in years}
    rows = tuple(
        (year, *(in_unit(part, unit) for part in (*parts, math.fsum(parts), limits[year])))
        for year, parts in by_year.items()
    )
    recurrent, one_off, released = (math.fsum(spent[year, kind] for year in years) for kind in kinds)
    said = (
        f"{resource.label}: {amount(recurrent, unit)} recurrent and {amount(one_off, unit)} one-off over all years, "
        f"{amount(-released, unit)} released"
    )
    columns = ("Year", "Recurrent", "One-off", "Released", "Net", "Available")
    return (Table("money", said, columns, rows, (2, 2, 2, 2, 2, 2)),)
