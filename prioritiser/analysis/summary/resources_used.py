"""Use against capacity by year, what is full, and where the money goes: recurrent, one-off and released."""

import math

import pandas as pd

from prioritiser.analysis.summary.cached_by_outcome import once
from prioritiser.analysis.summary.contributions import money_resource
from prioritiser.evaluation.outcome import Outcome, capacity
from prioritiser.evaluation.rules import TOLERANCE
from prioritiser.scenario.schema import Evidence, YesNo
from prioritiser.text.formatting import amount, percent

FULL = 0.99
KINDS = ("recurrent", "one-off", "released")
USE_COLUMNS = (
    *("resource_id", "resource", "unit", "year", "capacity", "carried_over", "available", "used", "share", "full"),
    *("words", "brief", "judged"),
)


@once
def use_against_capacity(outcome: Outcome) -> pd.DataFrame:
    """Show use against capacity, one row per resource and year, in scenario order.

    Columns: resource_id, resource (name), unit, year, capacity (of that year alone; NaN: no limit), carried_over (what
    earlier years left, with carry-over), available (both together), used, share (of what is available; NaN without a
    limit), full (at least 99 % used), words, brief (the same in a word or two), judged.
    """
    scenario, rows = outcome.scenario, []
    for resource, by_year in zip(scenario.resources, outcome.used.tolist(), strict=True):
        left = 0.0
        for year, used in zip(scenario.years, by_year, strict=True):
            limit = capacity(resource, year, outcome.settings)
            available = limit + left
            share = _share(used, available)
            words, brief = _words(used, available, share, resource.unit)
            words += f", {carried_words(left, resource.unit)}" if left > 0 and share >= 0 else ""
            named = (resource.resource_id, resource.label, resource.unit or "", year)
            figures = (limit, left, available, used, share, share >= FULL)
            rows.append((*named, *figures, words, brief, resource.evidence is Evidence.JUDGED))
            if resource.carry_over is YesNo.YES:
                left = 0.0 if _is_nothing(available - used, available) else available - used
    return pd.DataFrame(rows, columns=USE_COLUMNS)


def carried_words(carried_over: float, unit: str | None) -> str:
    """Say how much of what is available was left over from earlier years."""
    return f"with {amount(carried_over, unit)} carried over"


def _is_nothing(value: float, beside: float) -> bool:
    """Whether a value is no more than what a solver leaves of nothing."""
    return abs(value) <= TOLERANCE * max(1.0, abs(beside))


def _share(used: float, available: float) -> float:
    if available > 0 or math.isnan(available):
        return used / available
    return 1.0 if used >= 0 or _is_nothing(used, available) else 0.0


def _words(used: float, available: float, share: float, unit: str | None) -> tuple[str, str]:
    """Say how far a capacity is used, in full and in brief."""
    if math.isnan(available):
        return f"{amount(used, unit)}, no limit", "no limit"
    if used < 0 and not _is_nothing(used, available):
        return f"releases {amount(-used, unit)}", "freed"
    if available <= 0:
        return "none to use", "none"
    said = "full" if share >= FULL else percent(share)
    return said, said


@once
def full_resources(outcome: Outcome) -> pd.DataFrame:
    """List the resources that are full in at least one year: resource, years_full, years; fullest first."""
    table = use_against_capacity(outcome)
    limited = table[table["available"] > 0]
    counts = limited.groupby(["resource_id", "resource"], sort=False)["full"].agg(["sum", "count"]).reset_index()
    counts = counts.rename(columns={"sum": "years_full", "count": "years"})
    return counts[counts["years_full"] > 0].sort_values(
        ["years_full", "resource"], ascending=[False, True], ignore_index=True
    )


@once
def money_by_year(outcome: Outcome) -> pd.DataFrame:
    """Split the money of a plan by year: year, kind (recurrent, one-off, released), amount (signed), and the limit.

    The limit: available (NaN: none), of which carried_over from earlier years. The kind is the tag `money` of the use;
    without one, a negative use is released and any other recurrent. Empty when the scenario has no money.
    """
    scenario = outcome.scenario
    name = money_resource(scenario)
    columns = ["year", "kind", "amount", "available", "carried_over"]
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
    table = use_against_capacity(outcome)
    limits = table.loc[table["resource_id"] == name, ["available", "carried_over"]].to_numpy().tolist()
    return pd.DataFrame(
        [(scenario.years[t], kind, spent, *limits[t]) for (t, kind), spent in sums.items()], columns=columns
    )
