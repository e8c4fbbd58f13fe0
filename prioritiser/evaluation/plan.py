"""A plan: the share and start of each delivered initiative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

MIN_SHARE = 0.01  # of an initiative that starts at all, where its min_scale is less


class Delivery(NamedTuple):
    """How an initiative is delivered: share (above 0, at most 1) and start (position of the year, from 0)."""

    share: float
    start: int


type Plan = Mapping[str, Delivery]


@dataclass(frozen=True)
class Keep:
    """A plan of which at most so many choices may change; each initiative that enters, leaves or moves is one."""

    plan: Plan
    changes: int


def changed(before: Plan, after: Plan) -> int:
    """Count the initiatives that enter, leave or start in another year; another share alone is no change."""
    both = before.keys() & after.keys()
    return len(before.keys() ^ after.keys()) + sum(before[name].start != after[name].start for name in both)


def plan_json(plan: Plan, years: Sequence[str]) -> list[dict[str, str | float]]:
    """Show a plan as plain values: id, share and start (year label) of each delivered initiative."""
    return [{"id": name, "share": delivery.share, "start": years[delivery.start]} for name, delivery in plan.items()]


def plan_table(plan: Plan, years: Sequence[str]) -> pd.DataFrame:
    """Show a plan as a table: initiative_id, share, start (year label), sorted by id."""
    return pd.DataFrame(
        [(name, plan[name].share, years[plan[name].start]) for name in sorted(plan)],
        columns=["initiative_id", "share", "start"],
    ).astype({"share": float})
