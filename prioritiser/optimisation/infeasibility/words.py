"""Clashes and ways out in words: demands with and without ids, limits in their units, steps as one sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from prioritiser.errors import Demand, Step
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import COUNT_RULES, SPEND_RULES, Rule, RuleKind
from prioritiser.text.units import MONEY, figure_text, pounds_in

CAPACITY, LOCK = "capacity", "lock"


def rule_of(scenario: Scenario, rule_id: str) -> Rule:
    """Return a rule by its id."""
    return next(rule for rule in scenario.rules if rule.rule_id == rule_id)


def in_unit(value: float, unit: str | None) -> str:
    """Write a number with its unit: money as £3,400k, a percentage as 5%, else the unit after it."""
    pounds = pounds_in(unit)
    if pounds is not None:
        return f"{'-' if value < 0 else ''}£{figure_text(abs(value))}{MONEY[pounds]}"
    if unit and unit[0] in "£€$":
        sign = "-" if value < 0 else ""
        return f"{sign}{unit[0]}{figure_text(abs(value))}{unit[1:]}"
    if unit == "%":
        return f"{figure_text(value)}%"
    return f"{figure_text(value)} {unit}" if unit else figure_text(value)


def limit_text(rule: Rule, limit: float, unit: str | None) -> str:
    """Write the limit of a rule: a share in %, else in its unit."""
    if rule.kind in SPEND_RULES:
        return f"{100 * limit:.6g}%"
    return in_unit(limit, unit)


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


def rule_words(scenario: Scenario, rule: Rule) -> str:
    """Say what a rule asks for."""
    return RULE_WORDS[rule.kind](scenario, rule)


def rule_unit(scenario: Scenario, rule: Rule) -> str | None:
    """Return the unit of a rule's limit."""
    if rule.kind is RuleKind.GOAL_AT_LEAST:
        return scenario.goal_by_id[rule.subject].unit
    if rule.kind in COUNT_RULES:
        return "initiatives"
    return "share" if rule.kind in SPEND_RULES else None


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


def _who(scenario: Scenario, subject: str | None) -> str:
    """Name of an initiative; a group by what its initiatives have in common."""
    name = str(subject)
    known = scenario.initiative_by_id.get(name)
    if known is not None:
        return known.label
    column, _, value = name.partition("=")
    return f"initiatives with {column.strip()} {value.strip()}" if value else name


def _counted(word: str) -> Callable[[Scenario, Rule], str]:
    def words(scenario: Scenario, rule: Rule) -> str:
        year = f" starting in {rule.year}" if rule.year else ""
        limit, who = figure_text(float(rule.limit or 0.0)), _who(scenario, rule.subject)
        if "=" not in str(rule.subject):
            who = f"of {who}"
        elif limit == "1":
            who = who.replace("initiatives", "initiative", 1)
        return f"at {word} {limit} {who}{year}"

    return words


def _spent(word: str) -> Callable[[Scenario, Rule], str]:
    def words(scenario: Scenario, rule: Rule) -> str:
        limit = limit_text(rule, float(rule.limit or 0.0), None)
        resource = scenario.resource_by_id[str(rule.resource_id)].label
        year = f" in {rule.year}" if rule.year else ""
        return f"at {word} {limit} of {resource} for {_who(scenario, rule.subject)}{year}"

    return words


def _level(scenario: Scenario, rule: Rule) -> str:
    goal = scenario.goal_by_id[rule.subject]
    word = "at least" if goal.sign > 0 else "at most"
    return f"{goal.label} {word} {in_unit(float(rule.limit or 0.0), goal.unit)} in {rule.year}"


def _pair(between: str, after: str = "") -> Callable[[Scenario, Rule], str]:
    return lambda scenario, rule: f"{_who(scenario, rule.subject)} {between} {_who(scenario, rule.other)}{after}"


RULE_WORDS: Mapping[RuleKind, Callable[[Scenario, Rule], str]] = {
    RuleKind.MUST_DO: lambda scenario, rule: f"must do {_who(scenario, rule.subject)}",
    RuleKind.MUST_NOT: lambda scenario, rule: f"must not do {_who(scenario, rule.subject)}",
    RuleKind.REQUIRES: _pair("requires"),
    RuleKind.EXCLUDES: _pair("excludes"),
    RuleKind.TOGETHER: _pair("and", " together or not at all"),
    RuleKind.COUNT_AT_LEAST: _counted("least"),
    RuleKind.COUNT_AT_MOST: _counted("most"),
    RuleKind.SPEND_SHARE_AT_LEAST: _spent("least"),
    RuleKind.SPEND_SHARE_AT_MOST: _spent("most"),
    RuleKind.GOAL_AT_LEAST: _level,
    RuleKind.START_BY: lambda scenario, rule: f"{_who(scenario, rule.subject)} starts by {rule.year} or not at all",
}
