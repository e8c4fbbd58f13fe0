"""A plan: the share and start of each delivered initiative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd


class Delivery(NamedTuple):
    """How an initiative is delivered: share (above 0, at most 1) and start (position of the year, from 0)."""

    share: float
    start: int


type Plan = Mapping[str, Delivery]


def plan_table(plan: Plan, years: Sequence[str]) -> pd.DataFrame:
    """Show a plan as a table: initiative_id, share, start (year label), sorted by id."""
    return pd.DataFrame(
        [(name, plan[name].share, years[plan[name].start]) for name in sorted(plan)],
        columns=["initiative_id", "share", "start"],
    ).astype({"share": float})
