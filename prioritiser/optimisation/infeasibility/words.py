"""Clashes and ways out in words: demands with and without ids, and steps as one sentence."""

import math
from collections.abc import Sequence

from prioritiser.errors import Demand, Step
from prioritiser.evaluation.rules import limit_text, rule_words
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Rule, RuleKind
from prioritiser.text.units import in_unit

CAPACITY, LOCK = "capacity", "lock"


def rule_of(scenario: Scenario, rule_id: str) -> Rule:
    """Return a rule by its id."""
    return next(rule for rule in scenario.rules if rule.rule_id == rule_id)


def named(label: str, name: str, with_ids: bool = True) -> str:
    """Write a name with its id beside it, where they differ and ids are wanted."""
    return label if label == name or not with_ids else f"{label} [{name}]"


def in_sentence(parts: Sequence[str]) -> str:
    """Join as a sentence does; parts that have a comma of their own are kept apart by semicolons."""
    if len(parts) <= 1:
        return "".join(parts)
    comma = "; " if any(", " in part for part in parts) and len(parts) > 2 else ", "
    return f"{comma.join(parts[:-1])}{';' if comma == '; ' else ''} and {parts[-1]}"


def rule_text(scenario: Scenario, rule: Rule) -> str:
    """Write a rule with what it asks for and who owns it."""
    owner = f", owner {rule.owner}" if rule.owner else ""
    return f"rule {rule.rule_id} ({rule_words(scenario, rule)}{owner})"


def steps_text(scenario: Scenario, steps: Sequence[Step], with_ids: bool = True) -> str:
    """Say what gives way as one instruction, without its full stop; years of one capacity are said together."""
    eased: list[str] = []
    rules: list[str] = []
    locks: list[str] = []
    risen: dict[str, list[Step]] = {}
    for step in steps:
        name = step.demand.demand_id
        if step.demand.kind == CAPACITY and step.by == 0:
            continue  # another year brings enough
        if step.demand.kind == CAPACITY:
            risen.setdefault(name, []).append(step)
        elif step.demand.kind == LOCK:
            locks.append(named(scenario.initiative_by_id[name].label, name, with_ids))
        elif step.by is None:
            rules.append(step.demand.text)
        else:
            eased.append(f"ease {step.demand.text} {_eased(scenario, step)}")
    parts = [f"switch off {in_sentence(rules)}"] if rules else []
    parts += [f"lift the lock{'s' if len(locks) > 1 else ''} on {in_sentence(locks)}"] if locks else []
    parts += eased
    parts += [_risen(scenario, name, those, with_ids) for name, those in risen.items()]
    return in_sentence(parts)


def _eased(scenario: Scenario, step: Step) -> str:
    rule = rule_of(scenario, step.demand.demand_id)
    unit = step.demand.unit if rule.kind is RuleKind.GOAL_AT_LEAST else None
    limit = float(rule.limit or 0.0)
    return f"from {limit_text(rule, limit, None)} to {limit_text(rule, step.shown or 0.0, unit)}"


def _risen(scenario: Scenario, name: str, steps: Sequence[Step], with_ids: bool) -> str:
    resource = scenario.resource_by_id[name]
    what = f"the limit on {named(resource.label, name, with_ids)}"
    years = [str(step.demand.year) for step in steps]
    every = "every year" if len(years) == len(scenario.years) else in_sentence(years)
    if all(step.by is None for step in steps):
        return f"lift {what} in {every}"
    rises = [step.rise or 0.0 for step in steps]
    if len(steps) > 1 and all(math.isclose(rise, rises[0]) for rise in rises):
        return f"raise {what} by {in_unit(rises[0], resource.unit)} in {every}"
    each = [
        f"in {year} by {in_unit(rise, resource.unit)} to {in_unit(step.shown or 0.0, resource.unit)}"
        for year, rise, step in zip(years, rises, steps, strict=True)
    ]
    return f"raise {what} {in_sentence(each)}"


def demand_of_capacity(scenario: Scenario, name: str, year: str, amount: float, sums: str = "") -> Demand:
    """Write a demand for a capacity; sums: that the amount is of several years."""
    resource = scenario.resource_by_id[name]
    limit = f"({in_unit(amount, resource.unit)}{sums})"
    text, plain = (f"capacity of {named(resource.label, name, ids)} in {year} {limit}" for ids in (True, False))
    return Demand(CAPACITY, name, text, year, amount, resource.unit, plain=plain)
