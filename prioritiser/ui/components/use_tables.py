"""What an answer uses, as HTML: use against capacity, and the money by year."""

import math
from typing import Any

import pandas as pd

from prioritiser.analysis.summary.contributions import money_resource
from prioritiser.analysis.summary.resources_used import carried_words
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.schema import Evidence
from prioritiser.text.formatting import amount, amount_of
from prioritiser.ui.components.markup import NOTHING, Column, Markup, Part, element, judged_mark, table, together


def use_table(use: pd.DataFrame) -> Markup:
    """Show use against capacity by year; full is said in words."""
    years = list(dict.fromkeys(use["year"]))
    rows: list[list[Part]] = []
    for _, mine in use.groupby("resource_id", sort=False):
        first = mine.iloc[0]
        cells: list[Part] = [together((str(first["resource"]), " ", judged_mark(bool(first["judged"]))))]
        for row in rows_of(mine):
            word = element("strong", " full") if row.full and row.available > 0 else NOTHING
            carried = "" if math.isnan(row.available) else _carried(row, str(row.unit))
            cells.append(together((f"{amount_of(row.used, row.available, str(row.unit))}{carried}", word)))
        rows.append(cells)
    columns = [Column("Capacity"), *Column.numbers(*years)]
    return table("Use and capacity by year", columns, rows)


def _limit(row: Any, unit: str | None) -> str:
    """Say what may be used in a year. row: available and carried_over."""
    return f"{amount(row.available, unit)}{_carried(row, unit)}"


def _carried(row: Any, unit: str | None) -> str:
    return f" ({carried_words(row.carried_over, unit)})" if row.carried_over > 0 else ""


def money_table(money: pd.DataFrame, unit: str | None) -> Markup:
    """Show money by year and kind."""
    years = list(dict.fromkeys(money["year"]))
    rows: list[list[Part]] = []
    for kind, mine in money.groupby("kind", sort=False):
        rows.append([str(kind).capitalize(), *(amount(value, unit) for value in mine["amount"])])
    rows.append(["Net use", *(amount(value, unit) for value in money.groupby("year", sort=False)["amount"].sum())])
    limits = rows_of(money.drop_duplicates("year"))
    rows.append(["Capacity", *("no limit" if math.isnan(row.available) else _limit(row, unit) for row in limits)])
    return table("Money by year and kind", [Column("Kind"), *Column.numbers(*years)], rows)


def money_is_judged(outcome: Outcome) -> bool:
    """Whether a judged figure is part of the money shown."""
    name = money_resource(outcome.scenario)
    return any(
        use.resource_id == name and use.initiative_id in outcome.plan and use.evidence is Evidence.JUDGED
        for use in outcome.scenario.uses
    )
