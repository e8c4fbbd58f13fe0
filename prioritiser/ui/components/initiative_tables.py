"""Initiatives in and out, what they use, who carries the work and who gains, as HTML; every text is escaped."""

from collections.abc import Mapping

import pandas as pd

from prioritiser.analysis.summary.contributions import NOT_GIVEN, money_resource
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Evidence
from prioritiser.text.formatting import amount, counted, joined, percent
from prioritiser.ui.components.markup import Column, Markup, Part, element, judged_mark, table, together

_MOST_NAMED = 2
_WHOLE = 0.995


def initiative_table(outcome: Outcome, why: Mapping[str, str], *, chosen: bool) -> Markup:
    """Show the initiatives that are in (or out): lead, start, most used in a year, why.

    why: the reason by initiative id.
    """
    scenario = outcome.scenario
    money = money_resource(scenario)
    most = most_used(scenario, outcome)
    money_label = scenario.resource_by_id[money].label if money else ""
    parts = chosen and any(delivery.share < _WHOLE for delivery in outcome.plan.values())
    columns = [
        Column("Initiative", kind="first"),
        *([Column("Part", kind="brief")] if parts else []),
        Column("Start" if chosen else "Earliest start", kind="brief"),
        Column("Lead", kind="brief"),
        *([Column(f"{money_label}, most in a year", numeric=True)] if money else []),
        Column("Why it is in" if chosen else "Why it is out"),
        Column("Evidence", kind="brief"),
    ]
    rows: list[list[Part]] = []
    order = sorted(
        (row for row in scenario.initiatives if (row.initiative_id in outcome.plan) is chosen),
        key=lambda row: (outcome.plan[row.initiative_id].start if chosen else 0, row.label.casefold()),
    )
    for row in order:
        delivery = outcome.plan.get(row.initiative_id)
        used = most.get(row.initiative_id, {})
        first = scenario.years[delivery.start if delivery else scenario.starts(row)[0]]
        rows.append(
            [
                row.label,
                *([percent(delivery.share) if delivery else "–"] if parts else []),
                together((year_strip(len(scenario.years), delivery.start if delivery else None), f" {first}")),
                row.lead or "–",
                *([amount(used.get(money, 0.0), scenario.resource_by_id[money].unit)] if money else []),
                why[row.initiative_id],
                judged_mark(True) if row.evidence is Evidence.JUDGED else str(row.evidence or "–"),
            ]
        )
    caption = "Initiatives in the portfolio, by start year" if chosen else "Initiatives that are not in the portfolio"
    return table(caption, columns, rows, kind="initiatives")


def use_by_initiative(outcome: Outcome) -> Markup:
    """Show the most that each chosen initiative uses of every resource in one year; one column a resource."""
    scenario = outcome.scenario
    most = most_used(scenario, outcome)
    labels = {row.initiative_id: row.label for row in scenario.initiatives if row.initiative_id in outcome.plan}
    used = [one for one in scenario.resources if any(one.resource_id in most.get(name, {}) for name in labels)]
    rows: list[list[Part]] = [
        [labels[name], *(use_words(most.get(name, {}).get(one.resource_id, 0.0), one.unit) for one in used)]
        for name in sorted(labels, key=lambda name: (labels[name].casefold(), name))
    ]
    columns = [Column("Initiative", kind="first"), *(Column(one.label, numeric=True) for one in used)]
    return table("Most that each uses of a resource in one year", columns, rows)


def use_words(value: float, unit: str | None) -> str:
    """Write a use; what is below nothing is released."""
    return f"releases {amount(-value, unit)}" if value < 0 else amount(value, unit) if value else "–"


def year_strip(years: int, start: int | None) -> Markup:
    """Draw the years as small boxes, filled from the start on."""
    boxes = [element("i", class_="on" if start is not None and year >= start else None) for year in range(years)]
    return element("span", *boxes, class_="strip", aria_hidden="true")


def most_used(scenario: Scenario, outcome: Outcome) -> Mapping[str, Mapping[str, float]]:
    """Most that each initiative uses of each resource in one year (net), in the plan or from its earliest start."""
    sums: dict[tuple[str, str], list[float]] = {}
    years = len(scenario.years)
    for use in scenario.uses:
        delivery = outcome.plan.get(use.initiative_id)
        share = delivery.share if delivery else 1.0
        start = delivery.start if delivery else scenario.starts(scenario.initiative_by_id[use.initiative_id])[0]
        by_year = sums.setdefault((use.initiative_id, use.resource_id), [0.0] * years)
        for year in range(start, years):
            by_year[year] += share * use.amount(year - start + 1)
    most: dict[str, dict[str, float]] = {}
    for (name, resource_id), by_year in sums.items():
        largest = max(by_year, key=lambda value: (value, abs(value)))
        largest = largest if largest > 0 else min(by_year)
        if largest:
            most.setdefault(name, {})[resource_id] = largest
    return most


def busiest_sentence(groups: pd.DataFrame, does: str) -> str:
    """Say where most initiatives are, by lead or place; those that the scenario leaves open come in second.

    groups: those with initiatives in the plan. does: leads or serves.
    """
    named = groups[groups["group"] != NOT_GIVEN]
    if named.empty:
        return f"Who {does} the initiatives is not given"
    most = int(named["initiatives"].max())
    first = sorted(named.loc[named["initiatives"] == most, "group"])
    who = joined(
        [str(name) for name in first[:_MOST_NAMED]]
        + ([f"{len(first) - _MOST_NAMED} more"] * (len(first) > _MOST_NAMED))
    )
    count = counted(most, "initiative")
    each = "" if len(first) == 1 else " each"
    if does == "serves":
        return f"Most initiatives serve {who}: {count}{each}"
    return f"{who} {'leads' if len(first) == 1 else 'lead'} most: {count}{each}"


def gainer_sentence(groups: pd.DataFrame, who: str) -> str:
    """Say whose initiatives gain most; groups: those with initiatives in the plan."""
    named = groups[groups["group"] != NOT_GIVEN]
    if named.empty or not named["gain_share"].max() > 0:
        return ""
    row = named.sort_values(["gain_share", "group"], ascending=[False, True]).iloc[0]
    return f"By {who.lower()}, the largest part of the gain: {row['group']}, {percent(row['gain_share'])}."


def group_table(groups: pd.DataFrame, scenario: Scenario, who: str) -> Markup:
    """Show who carries the work and who gains."""
    money = money_resource(scenario)
    unit = scenario.resource_by_id[money].unit if money else None
    columns = [
        Column(who),
        Column("Initiatives in", numeric=True),
        *([Column("Money, all years", numeric=True)] if money else []),
        Column("Share of the gain", numeric=True),
        Column("People, all years"),
    ]
    rows: list[list[Part]] = []
    for row in rows_of(groups):
        staff = "; ".join(
            f"{scenario.resource_by_id[name].label} {amount(value, scenario.resource_by_id[name].unit)}"
            for name, value in row.staff.items()
        )
        spent = [amount(row.money, unit)] if money else []
        counts = f"{row.initiatives} of {row.proposed}"
        rows.append([str(row.group), counts, *spent, percent(row.gain_share), staff or "–"])
    return table(f"Who carries the work and who gains, by {who.lower()}", columns, rows)
