"""Use against capacity by year, what is full, and where the money goes: recurrent, one-off and released."""

from __future__ import annotations

import math

import pandas as pd

from prioritiser.analysis.contributions import money_resource
from prioritiser.outcome import Outcome
from prioritiser.schema import Evidence, YesNo
from prioritiser.wording import amount, percent

FULL = 0.99
KINDS = ("recurrent", "one-off", "released")


def use_against_capacity(outcome: Outcome) -> pd.DataFrame:
    """Show use against capacity, one row per resource and year, in scenario order.

    Columns: resource_id, resource (name), unit, year, capacity (NaN: no limit), used, share (of what may be used by
    then; NaN without a limit), full (at least 99 % used), words, judged. With carry-over, what earlier years left
    counts as capacity too.
    """
    scenario, rows = outcome.scenario, []
    table = outcome.resources
    for resource in scenario.resources:
        mine = table[table["resource_id"] == resource.resource_id]
        left = 0.0
        for year, limit, used in zip(mine["year"], mine["capacity"], mine["used"], strict=True):
            available = limit + left
            share = used / available if available > 0 else (1.0 if available == 0 else math.nan)
            full = share >= FULL
            rows.append(
                {
                    "resource_id": resource.resource_id,
                    "resource": resource.label,
                    "unit": resource.unit or "",
                    "year": year,
                    "capacity": limit,
                    "used": used,
                    "share": share,
                    "full": full,
                    "words": _words(used, available, share, resource.unit),
                    "judged": resource.evidence is Evidence.JUDGED,
                }
            )
            if resource.carry_over is YesNo.YES:
                left = available - used
    columns = ["resource_id", "resource", "unit", "year", "capacity", "used", "share", "full", "words", "judged"]
    return pd.DataFrame(rows, columns=columns)


def _words(used: float, available: float, share: float, unit: str | None) -> str:
    if math.isnan(available):
        return f"{amount(used, unit)}, no limit"
    if available <= 0:
        return "none to use"
    if used < 0:
        return f"releases {amount(-used, unit)}"
    return "full" if share >= FULL else percent(share)


def full_resources(outcome: Outcome) -> pd.DataFrame:
    """List the resources that are full in at least one year: resource, years_full, years; fullest first."""
    table = use_against_capacity(outcome)
    limited = table[table["capacity"] > 0]
    counts = limited.groupby(["resource_id", "resource"], sort=False)["full"].agg(["sum", "count"]).reset_index()
    counts = counts.rename(columns={"sum": "years_full", "count": "years"})
    return counts[counts["years_full"] > 0].sort_values(
        ["years_full", "resource"], ascending=[False, True], ignore_index=True
    )


def money_by_year(outcome: Outcome) -> pd.DataFrame:
    """Split the money of a plan by year: year, kind (recurrent, one-off, released), amount (signed), capacity.

    The kind is the tag `money` of the use; without one, a negative use is released and any other recurrent. Empty
    when the scenario has no money.
    """
    scenario = outcome.scenario
    name = money_resource(scenario)
    columns = ["year", "kind", "amount", "capacity"]
    if name is None:
        return pd.DataFrame(columns=columns)
    sums = {(t, kind): 0.0 for t in range(len(scenario.years)) for kind in KINDS}
    for use in scenario.uses:
        delivery = outcome.plan.get(use.initiative_id)
        if use.resource_id != name or delivery is None:
            continue
        for t in range(delivery.start, len(scenario.years)):
            spent = delivery.share * use.amount(t - delivery.start + 1)
            tag = use.tags.get("money", "").strip().lower().replace("one off", "one-off")
            kind = tag if tag in KINDS else ("released" if spent < 0 else "recurrent")
            sums[t, kind] += spent
    limits = outcome.resources.set_index(["resource_id", "year"])["capacity"]
    return pd.DataFrame(
        [
            (scenario.years[t], kind, spent, float(limits.loc[(name, scenario.years[t])]))
            for (t, kind), spent in sums.items()
        ],
        columns=columns,
    )
