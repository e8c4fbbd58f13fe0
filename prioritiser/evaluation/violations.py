"""Which capacities, rules, locks and possible starts a plan breaks, and by how much."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from prioritiser.evaluation.plan import Plan
from prioritiser.evaluation.rules import broken_rule, exceeds
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import YesNo
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import cumulative_years
from prioritiser.text.units import figure_text


@dataclass(frozen=True)
class Breach:
    """One limit that a plan breaks: kind (capacity, rule, lock, start or share), by how much, and a sentence."""

    kind: str
    subject: str
    year: str
    amount: float
    text: str


def find_breaches(
    scenario: Scenario, settings: Settings, plan: Plan, levels: np.ndarray, used: np.ndarray
) -> tuple[Breach, ...]:
    """Find every limit that a plan breaks by more than 1e-6·max(1, limit).

    A capacity of which every use is less than 1 is broken by 1e-6·max(largest use, limit).

    levels: goals × years, the goal's unit; used: resources × years, the resource's unit; both in scenario order.
    """
    return (
        *_start_breaches(scenario, plan),
        *_capacity_breaches(scenario, settings, used),
        *_lock_breaches(scenario, settings, plan),
        *_rule_breaches(scenario, settings, plan, levels),
    )


def _start_breaches(scenario: Scenario, plan: Plan) -> Iterator[Breach]:
    for name, delivery in plan.items():
        row = scenario.initiative_by_id[name]
        year = scenario.years[delivery.start]
        if delivery.start not in scenario.starts(row):
            yield Breach("start", name, year, 0.0, f"{row.label} cannot start in {year}.")
        if exceeds(row.min_scale, delivery.share):
            gap = row.min_scale - delivery.share
            yield Breach(
                "share", name, year, gap, f"{row.label} needs a share of at least {figure_text(100 * row.min_scale)}%."
            )


def _capacity_breaches(scenario: Scenario, settings: Settings, used: np.ndarray) -> Iterator[Breach]:
    for r, resource in enumerate(scenario.resources):
        limits = _limits(scenario, settings, r)
        for t, year in enumerate(scenario.years):
            span = cumulative_years(t, resource.carry_over is YesNo.YES)
            if any(limits[u] is None for u in span):
                continue
            limit = sum(limits[u] or 0.0 for u in span)
            total = float(sum(used[r, u] for u in span))
            if exceeds(total, limit, min(1.0, scenario.largest_use.get(resource.resource_id, 1.0))):
                upto = " up to" if len(span) > 1 else ""
                spent = f"{figure_text(total)} used of {figure_text(limit)}"
                text = f"{resource.label}{upto} {year}: {spent} {resource.unit or ''}"
                yield Breach("capacity", resource.resource_id, year, total - limit, f"{text.strip()}.")


def _limits(scenario: Scenario, settings: Settings, r: int) -> list[float | None]:
    """Capacity in force by year; None where there is no limit."""
    resource = scenario.resources[r]
    return [
        None
        if year not in resource.capacities
        else resource.capacities[year] * settings.factor(resource.resource_id, year)
        for year in scenario.years
    ]


def _lock_breaches(scenario: Scenario, settings: Settings, plan: Plan) -> Iterator[Breach]:
    for name, lock in settings.lock.items():
        delivery = plan.get(name)
        label = scenario.initiative_by_id[name].label
        if lock == "out":
            if delivery is not None:
                yield Breach("lock", name, "", delivery.share, f"{label} is locked out.")
        elif delivery is None or exceeds(1.0, delivery.share):
            share = 0.0 if delivery is None else delivery.share
            yield Breach("lock", name, "", 1.0 - share, f"{label} is locked in at full share.")
        elif lock != "in" and scenario.years[delivery.start] != lock:
            yield Breach("lock", name, lock, 0.0, f"{label} is locked to start in {lock}.")


def _rule_breaches(scenario: Scenario, settings: Settings, plan: Plan, levels: np.ndarray) -> Iterator[Breach]:
    for rule in scenario.rules:
        if rule.rule_id in settings.without:
            continue
        broken = broken_rule(scenario, plan, levels, rule)
        if broken is not None:
            amount, why = broken
            yield Breach("rule", rule.rule_id, rule.year or "", amount, f"Rule {rule.rule_id} ({rule.kind}): {why}.")
