"""What binds, what more buys and who carries it, as HTML and as the tables that charts draw."""

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from prioritiser.analysis.explanation.explain import points
from prioritiser.analysis.explanation.what_more_buys import STEP_WORDS, goal_words, most_moved, tier_words
from prioritiser.analysis.marginal_values.capacities import CapacityPrice
from prioritiser.analysis.marginal_values.headroom import Headroom, Room
from prioritiser.analysis.summary.organisations import Load, Overload
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.in_words import short_labels
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import amount, amounts_apart, counted, joined, percent, points_number, short
from prioritiser.text.shortening import shortened_apart
from prioritiser.ui.components.markup import Column, Markup, Part, element, judged_mark, table, together

_MOST_GOALS = 3
_LABEL = 46
_GRID = ["key", "row", "year", "strength", "marked", "words", "brief"]


def limit_cells(use: pd.DataFrame, helps: frozenset[tuple[str, str]], *, priced: bool) -> pd.DataFrame:
    """Make the grid of limits: dark where full, framed where more by itself would buy something.

    use: as of `use_against_capacity`. helps: of which more buys something. priced: whether all of those are known.
    """
    rows = []
    labels = shortened_apart(dict(zip(use["resource_id"], use["resource"], strict=True)), _LABEL)
    for row in rows_of(use):
        more = (str(row.resource_id), str(row.year)) in helps
        full = bool(row.full) and row.available > 0
        known = ", more helps" if more else ", alone no help" if priced and full else ""
        strength = "strong" if full else "some" if row.share >= _NEARLY else "none"
        words = (f"{row.brief}{known}", f"{row.brief}{' +' if more else ''}")
        rows.append((str(row.resource_id), labels[row.resource_id], str(row.year), strength, more, *words))
    return pd.DataFrame(rows, columns=_GRID)


_NEARLY = 0.8


def buys_frame(scenario: Scenario, prices: Iterable[CapacityPrice], first: Sequence[CapacityPrice]) -> pd.DataFrame:
    """Make the table that the chart of gains draws; first: the rows of the larger step, in order."""
    smaller = {(row.resource_id, row.year): row.brings.objective for row in prices if row.step == "5%"}
    rows, labels = [], short_labels(scenario.resources, _LABEL)
    for row in first:
        less = smaller.get((row.resource_id, row.year), math.nan)
        words = (points(row.brings.objective), points(less) if math.isfinite(less) else "–")
        label = f"{labels[row.resource_id]}, {row.year}"
        rows.append((label, 100 * row.brings.objective, 100 * less, *words))
    return pd.DataFrame(rows, columns=["label", "larger", "smaller", "larger_words", "smaller_words"])


def buys_table(outcome: Outcome, rows: Iterable[CapacityPrice]) -> Markup:
    """Show what more of each capacity buys: score, tiers, the goals that move most, and what enters and leaves."""
    scenario = outcome.scenario
    columns = [
        Column("Capacity", kind="first"),
        Column("Year"),
        Column("More"),
        Column("Score, points", numeric=True),
        Column("By tier, points of the way"),
        Column("Goals that move most"),
        Column("In and out"),
    ]
    body: list[list[Part]] = []
    for row in rows:
        resource = scenario.resource_by_id[row.resource_id]
        goals = [goal_words(scenario, change) for change in most_moved(scenario, row.brings.goals, _MOST_GOALS)]
        enters = [f"+ {scenario.initiative_by_id[name].label}" for name in row.brings.entered]
        leaves = [f"− {scenario.initiative_by_id[name].label}" for name in row.brings.left]
        moves = [f"→ {scenario.initiative_by_id[name].label}" for name in row.brings.moved]
        more, tiers = (
            f"{amount(row.added, resource.unit)} ({STEP_WORDS[row.step]})",
            tier_words(row.brings.tiers.items()),
        )
        changed = [_lines([words for words in goals if words]), _lines([*enters, *leaves, *moves])]
        body.append([resource.label, row.year, more, _gain(row), tiers or "–", *changed])
    return table("What more of one capacity in one year buys", columns, body)


def _gain(row: CapacityPrice) -> str:
    if row.brings.within_gap:
        return f"at most {points_number(row.brings.at_most, 2)}"
    return points_number(row.brings.objective, 2)


def _lines(lines: Sequence[str]) -> Part:
    return together(element("div", line) for line in lines) if lines else "–"


def marginal_table(scenario: Scenario, prices: Iterable[CapacityPrice]) -> Markup:
    """Show what the relaxation says that one more unit is worth, where it says anything."""
    seen: dict[tuple[str, str], float] = {}
    for row in prices:
        if row.marginal_value:
            seen.setdefault((row.resource_id, row.year), row.marginal_value)
    rows: list[list[Part]] = []
    for (name, year), value in sorted(seen.items(), key=lambda pair: (-pair[1], pair[0])):
        resource = scenario.resource_by_id[name]
        unit = f"per {amount(1, resource.unit)}" if resource.unit else "per unit"
        rows.append([resource.label, year, f"{short(100_000 * value)} {unit}"])
    columns = [Column("Capacity", kind="first"), Column("Year"), Column("Thousandths of a point", numeric=True)]
    return table("Marginal value in the linear relaxation", columns, rows)


def room_cells(scenario: Scenario, rooms: Sequence[Room]) -> pd.DataFrame:
    """Make the grid of what is left of each scarce capacity once the best national result is protected."""
    scarce = {room.resource_id for room in rooms if room.scarce}
    labels = short_labels(scenario.resources, _LABEL)
    rows = []
    for room in (room for room in rooms if room.resource_id in scarce):
        strength = "strong" if room.left < _LITTLE else "some" if room.left < _A_HALF else "none"
        words = (f"{percent(room.left)} left{', full here' if room.scarce else ''}", percent(room.left))
        rows.append((room.resource_id, labels[room.resource_id], room.year, strength, room.scarce, *words))
    return pd.DataFrame(rows, columns=_GRID)


_LITTLE, _A_HALF = 0.1, 0.5


def nothing_sentence(nothing: int, unsure: int, asked: int) -> str:
    """Say of how many capacities more alone buys nothing, and of how many of these nobody can be certain."""
    of = "it" if asked == 1 else f"{nothing} of the {asked} capacities in a year"
    said = f"More of {of} was not found to buy anything by itself"
    if not unsure:
        return f"{said}."
    if unsure == nothing:
        return f"{said}; what it might buy is too little to tell from nothing."
    return f"{said}; for {unsure} of them it is too little to tell from nothing."


def room_table(scenario: Scenario, headroom: Headroom) -> Markup:
    """Show capacity, what the best national result needs of it, and what is left."""
    rows: list[list[Part]] = []
    for room in headroom.rooms:
        resource, scarce = scenario.resource_by_id[room.resource_id], element("strong", "Scarce")
        amounts = [amount(part, resource.unit) for part in (room.capacity, room.needed)]
        rows.append([resource.label, room.year, *amounts, percent(room.left), scarce if room.scarce else "–"])
    columns = [
        Column("Capacity", kind="first"),
        Column("Year"),
        *Column.numbers("There", "Needed for the best national result", "Left"),
        Column("In this plan"),
    ]
    return table("What the best national result leaves", columns, rows)


def start_cells(starts: pd.DataFrame, overloads: Iterable[Overload]) -> pd.DataFrame:
    """Make the grid of starts by organisation and year; framed where an overload is named."""
    loads = {(row.organisation, row.year): row.load for row in reversed(tuple(overloads))}
    said = {Load.OVER: "too many", Load.MORE: "more than usual", Load.FULL: "none to spare"}
    rows = []
    names = [str(name) for name in starts["organisation"].unique()]
    labels = shortened_apart(dict(zip(names, names, strict=True)), _LABEL)
    for row in rows_of(starts):
        load = loads.get((str(row.organisation), str(row.year)))
        number = int(row.starts)
        strength = "none" if not number else "some" if load is None else "strong"
        words = (counted(number, "start") if number else "–") + (f", {said[load]}" if load else "")
        brief = (str(number) if number else "–") + (" !" if load else "")
        name = str(row.organisation)
        rows.append((name, labels[name], str(row.year), strength, load is not None, words, brief))
    return pd.DataFrame(rows, columns=_GRID)


def starts_table(scenario: Scenario, starts: pd.DataFrame, who: str) -> Markup:
    """Show the starts of each organisation by year beside the busiest year of today's plan."""
    rows: list[list[Part]] = []
    for organisation, mine in starts.groupby("organisation", sort=False):
        rows.append([str(organisation), *(str(number) for number in mine["starts"]), str(mine["today"].max())])
    years = (Column(year, numeric=True) for year in scenario.years)
    columns = [Column(who, kind="first"), *years, Column("Today's plan, busiest year", numeric=True)]
    return table(f"Starts by {who.lower()} and year", columns, rows)


def staff_table(scenario: Scenario, staff: pd.DataFrame, who: str) -> Markup:
    """Show the staff that each organisation's initiatives use, by year, and what there is for all who share it."""
    rows: list[list[Part]] = []
    for (organisation, name), mine in staff.groupby(["organisation", "resource_id"], sort=False):
        resource = scenario.resource_by_id[str(name)]
        cells: list[Part] = []
        for row in rows_of(mine):
            others = " by all" if abs(row.used_by_all - row.used) > _SAME else ""
            total = f" ({amount(row.used_by_all, resource.unit)}{others})" if others else ""
            if not math.isnan(row.there):
                used, there = amounts_apart(row.used_by_all, row.there, resource.unit)
                total = f" ({used}{others} of {there})"
            cells.append(f"{amount(row.used, resource.unit)}{total}")
        first = together((resource.label, " ", judged_mark(bool(mine["judged"].any()))))
        rows.append([str(organisation), first, *cells])
    columns = [Column(who, kind="first"), Column("Staff"), *Column.numbers(*scenario.years)]
    return table(f"Staff used by {who.lower()} and year", columns, rows)


_SAME = 1e-6


def named_limits(outcome: Outcome, keys: Iterable[tuple[str, str]]) -> str:
    """Name capacities with their years."""
    years: dict[str, list[str]] = {}
    labels = outcome.scenario.resource_by_id
    position = {year: number for number, year in enumerate(outcome.scenario.years)}
    for name, year in sorted(keys, key=lambda pair: position[pair[1]]):
        years.setdefault(name, []).append(year)
    return joined([f"{labels[name].label} ({joined(mine)})" for name, mine in years.items()])
