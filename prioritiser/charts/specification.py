"""What a figure shows, worked out once for whatever draws it: its lines in order, their cells by year, their words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from prioritiser.report.document import Figure
from prioritiser.scenario.schema import Tier
from prioritiser.text.formatting import percent

type Row = dict[Any, Any]

_WHOLE = 0.9995  # of an initiative: what reads as 100 % is all of it


@dataclass(frozen=True)
class Line:
    """A line of a figure that goes by years. tier, unit: "" where it has none. cells: a year each, None for no row."""

    name: str
    tier: str
    unit: str
    cells: tuple[Row | None, ...]

    @property
    def rows(self) -> list[Row]:
        """The rows that there are, in the order of the years."""
        return [row for row in self.cells if row is not None]


def years_of(figure: Figure) -> list[str]:
    """List the years of a figure in order."""
    years = figure.options["years"] if "years" in figure.options else figure.rows["year"].unique()
    return [str(year) for year in years]


def lines_by_year(figure: Figure, named: str) -> tuple[Line, ...]:
    """Gather a figure's rows into lines of goals or resources, in the order in which they first come."""
    cells: dict[str, dict[str, Row]] = {}
    for key, row in zip(line_keys(figure.rows, named), figure.rows.to_dict("records"), strict=True):
        cells.setdefault(key, {})[str(row["year"])] = row
    years = years_of(figure)
    return tuple(
        Line(
            str(first[named]), str(first.get("tier", "")), str(first.get("unit") or ""),
            tuple(by_year.get(year) for year in years),
        )
        for by_year in cells.values() for first in [next(iter(by_year.values()))]
    )  # fmt: skip


def keys_of(rows: pd.DataFrame, named: str, key: str = "") -> list[str]:
    """What tells the lines of a figure or a chart apart: the ids of what they are about, or else its names."""
    column = key or f"{named}_id"
    return [str(cell) for cell in rows[column if column in rows else named]]


def line_keys(rows: pd.DataFrame, named: str) -> list[str]:
    """What tells lines apart that may stand under the heading of their tier."""
    keys = keys_of(rows, named)
    return [f"{tier} {key}" for tier, key in zip(rows["tier"], keys, strict=True)] if "tier" in rows else keys


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort initiatives by start and then by name."""
    names = rows["initiative"].astype(str).str.casefold()
    order = rows.assign(_name=names).sort_values(["first", "_name"], kind="stable").index
    return rows.loc[order]


def in_tiers(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort goals by tier, in the order of the tiers; the order within a tier stays."""
    known = {tier.value: number for number, tier in enumerate(Tier)}
    return (
        rows.assign(_tier=rows["tier"].map(lambda tier: known.get(tier, len(known))))
        .sort_values("_tier", kind="stable")
        .drop(columns="_tier")
    )


def shown_of(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """List those of some columns that have a number in any row."""
    return [column for column in columns if rows[column].notna().any()]


def is_whole(share: float) -> bool:
    """Whether an initiative runs at its full size."""
    return share >= _WHOLE


def chance_words(chance: float) -> str:
    """Write a chance as a percentage; never as sure where it is not."""
    if not math.isfinite(chance):
        return "–"
    if 0.995 <= chance < 1:
        return "> 99 %"
    if 0 < chance < 0.005:
        return "< 1 %"
    return percent(chance)
