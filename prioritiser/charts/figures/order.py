"""The order of the lines of a figure."""

from __future__ import annotations

import pandas as pd

from prioritiser.schema import Tier


def keys_of(rows: pd.DataFrame, named: str) -> pd.Series:
    """What tells the lines of a figure apart: the ids of goals or resources, or else their names."""
    return rows[f"{named}_id"] if f"{named}_id" in rows else rows[named]


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort the lines by start and then by name."""
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
