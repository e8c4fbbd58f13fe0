"""When nothing is feasible: a smallest set of rules, locks and capacities that cannot hold together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from prioritiser.errors import NoAnswerError
from prioritiser.outcome import capacity
from prioritiser.scenario import Scenario, Settings
from prioritiser.schema import RuleKind
from prioritiser.solver import Effort, Ending, KeptModel


@dataclass(frozen=True)
class Demand:
    """One thing that was asked and may be dropped: what it is in words, and how to drop and restore it."""

    text: str
    drop: Callable[[], None]
    restore: Callable[[], None]


def find_clash(kept: KeptModel, settings: Settings, effort: Effort) -> tuple[str, ...]:
    """Name a minimal set of demands with which no plan exists; without any one of them there is a plan.

    kept: the model with these settings set, known to have no plan. Each demand is dropped in turn and stays dropped
    where the rest still clash (the deletion filter of Chinneck & Dravnieks, ORSA J. Computing 3(2), 1991).
    Raises NoAnswerError when time is up before the set is minimal.
    """
    kept.set_costs([])
    kept.keep_value(None)
    clash: list[Demand] = []
    dropped: list[Demand] = []
    try:
        for demand in _demands(kept, settings):
            demand.drop()
            dropped.append(demand)
            ending = kept.run(effort).ending
            if ending in (Ending.TIME_LIMIT, Ending.CANCELLED):
                raise NoAnswerError(
                    "No portfolio meets all rules, locks and capacities; time was up before the clash was found."
                )
            if ending is Ending.SOLVED:
                dropped.pop().restore()
                clash.append(demand)
    finally:
        for demand in dropped:
            demand.restore()  # the model is kept for the next question
    return tuple(demand.text for demand in clash)


def _demands(kept: KeptModel, settings: Settings) -> list[Demand]:
    """Capacities first, so that a rule is named rather than a capacity where either could be dropped."""
    scenario = kept.model.scenario
    return [
        *(_capacity_demand(kept, scenario, settings, key) for key in kept.model.capacity),
        *(_lock_demand(kept, settings, name) for name in settings.lock),
        *(_rule_demand(kept, scenario, rule_id) for rule_id in kept.rules_in_force),
    ]


def _capacity_demand(kept: KeptModel, scenario: Scenario, settings: Settings, key: tuple[str, int]) -> Demand:
    resource, limit = scenario.resource_by_id[key[0]], kept.capacity_limit(key, settings)
    year = scenario.years[key[1]]
    amount = capacity(resource, year, settings)
    unit = f" {resource.unit}" if resource.unit else ""
    shown = f"{amount:,.6g}{unit}" if math.isclose(amount, limit) else f"{limit:,.6g}{unit} in all up to then"
    return Demand(
        f"capacity {resource.label} {year} ({shown})",
        lambda: kept.set_capacity(key, math.inf),
        lambda: kept.set_capacity(key, limit),
    )


def _lock_demand(kept: KeptModel, settings: Settings, name: str) -> Demand:
    scenario = kept.model.scenario
    lock = settings.lock[name]
    where = lock if lock in ("in", "out") else f"in {lock}"
    return Demand(
        f"lock {scenario.initiative_by_id[name].label} {where}",
        lambda: kept.release_lock(name),
        lambda: kept.restore_lock(name, lock),
    )


def _rule_demand(kept: KeptModel, scenario: Scenario, rule_id: str) -> Demand:
    rule = next(rule for rule in scenario.rules if rule.rule_id == rule_id)
    parts: list[str] = [rule.kind.value.replace("_", " "), rule.subject, rule.other or ""]
    if rule.limit is not None:
        parts.append(f"{rule.limit:.0%}" if rule.kind.value.startswith("spend") else f"{rule.limit:.6g}")
    parts += [f"of {rule.resource_id}" if rule.resource_id else "", f"in {rule.year}" if rule.year else ""]
    if rule.kind is RuleKind.GOAL_AT_LEAST:
        parts.append(scenario.goal_by_id[rule.subject].unit or "")
    owner = f", owner {rule.owner}" if rule.owner else ""
    return Demand(
        f"rule {rule_id} ({' '.join(part for part in parts if part)}{owner})",
        lambda: kept.set_rule(rule_id, False),
        lambda: kept.set_rule(rule_id, True),
    )
