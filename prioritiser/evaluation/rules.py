"""Each kind of rule: when a plan breaks it and by how much, and what it asks for in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from prioritiser.evaluation.plan import Plan
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import COUNT_RULES, SPEND_RULES, Rule, RuleKind
from prioritiser.text.units import figure_text, in_unit

TOLERANCE = 1e-6
_VISIBLE_SHARE = 5e-4


def exceeds(amount: float, limit: float, least: float = 1.0) -> bool:
    """Whether an amount is above a limit by more than the tolerance of the model: 1e-6 of the limit, or of `least`."""
    return amount > limit + TOLERANCE * max(least, abs(limit))


def broken_rule(scenario: Scenario, plan: Plan, levels: np.ndarray, rule: Rule) -> tuple[float, str] | None:
    """By how much a plan breaks a rule, and how; None where it keeps it. levels: goals × years, the goal's unit."""
    return RULES[rule.kind].broken(_Given(scenario, plan, levels, rule))


def reached(scenario: Scenario, plan: Plan, levels: np.ndarray, rule: Rule) -> float:
    """What a plan reaches of what a rule limits: level, count or share of spending; its limit where none is spent."""
    given = _Given(scenario, plan, levels, rule)
    if rule.kind is RuleKind.GOAL_AT_LEAST:
        return _reached_level(given)
    if rule.kind in COUNT_RULES:
        return float(_count(given)[0])
    ours, total, _ = _spend(given)
    return ours / total if total > 0 else float(rule.limit or 0.0)


def rule_words(scenario: Scenario, rule: Rule) -> str:
    """Say what a rule asks for."""
    return RULES[rule.kind].words(scenario, rule)


def rule_unit(scenario: Scenario, rule: Rule) -> str | None:
    """Return the unit of a rule's limit."""
    if rule.kind is RuleKind.GOAL_AT_LEAST:
        return scenario.goal_by_id[rule.subject].unit
    if rule.kind in COUNT_RULES:
        return "initiatives"
    return "share" if rule.kind in SPEND_RULES else None


def limit_text(rule: Rule, limit: float, unit: str | None) -> str:
    """Write the limit of a rule: a share in %, else in its unit."""
    if rule.kind in SPEND_RULES:
        return f"{100 * limit:.6g}%"
    return in_unit(limit, unit)


@dataclass(frozen=True)
class _Given:
    """What the check of one rule may look at."""

    scenario: Scenario
    plan: Plan
    levels: np.ndarray
    rule: Rule

    def starts(self, name: str) -> int | None:
        return self.plan[name].start if name in self.plan else None

    def share(self, name: str) -> float:
        return self.plan[name].share if name in self.plan else 0.0


type _Broken = tuple[float, str] | None


def _must_do(given: _Given) -> _Broken:
    share = given.share(given.rule.subject)
    return (1.0 - share, f"{given.rule.subject} is not delivered in full") if exceeds(1.0, share) else None


def _must_not(given: _Given) -> _Broken:
    share = given.share(given.rule.subject)
    return (share, f"{given.rule.subject} is in the plan") if share > 0 else None


def _requires(given: _Given) -> _Broken:
    subject, other = given.rule.subject, str(given.rule.other)
    start, before = given.starts(subject), given.starts(other)
    if start is None:
        return None
    if before is None or before > start:
        return 1.0, f"{subject} starts before {other}"
    if exceeds(given.share(subject), given.share(other)):
        return given.share(subject) - given.share(other), f"{subject} has a larger share than {other}"
    return None


def _excludes(given: _Given) -> _Broken:
    both = given.rule.subject in given.plan and given.rule.other in given.plan
    return (1.0, f"{given.rule.subject} and {given.rule.other} are both in the plan") if both else None


def _together(given: _Given) -> _Broken:
    one = (given.rule.subject in given.plan) != (given.rule.other in given.plan)
    return (1.0, f"only one of {given.rule.subject} and {given.rule.other} is in the plan") if one else None


def _start_by(given: _Given) -> _Broken:
    start, last = given.starts(given.rule.subject), given.scenario.years.index(str(given.rule.year))
    if start is None or start <= last:
        return None
    return float(start - last), f"{given.rule.subject} starts in {given.scenario.years[start]}"


def _count(given: _Given) -> tuple[int, float]:
    year = None if given.rule.year is None else given.scenario.years.index(given.rule.year)
    starts = [given.starts(name) for name in given.scenario.group(given.rule.subject)]
    return sum(start is not None and year in (None, start) for start in starts), float(given.rule.limit or 0.0)


def _count_at_least(given: _Given) -> _Broken:
    count, limit = _count(given)
    return (limit - count, f"{count} of {given.rule.subject} start, not {limit:g}") if count < limit else None


def _count_at_most(given: _Given) -> _Broken:
    count, limit = _count(given)
    return (count - limit, f"{count} of {given.rule.subject} start, not at most {limit:g}") if count > limit else None


def _positive_use(scenario: Scenario, resource_id: str, year: str | None, plan: Plan) -> Mapping[str, float]:
    """Positive use of a resource by initiative, over the horizon or in one year; each row of uses on its own."""
    years = range(len(scenario.years)) if year is None else [scenario.years.index(year)]
    spent: dict[str, float] = {}
    for use in scenario.uses:
        delivery = plan.get(use.initiative_id)
        if use.resource_id == resource_id and delivery is not None:
            amounts = (use.amount(t - delivery.start + 1) for t in years if t >= delivery.start)
            total = delivery.share * sum(max(0.0, amount) for amount in amounts)
            spent[use.initiative_id] = spent.get(use.initiative_id, 0.0) + total
    return spent


def _spend(given: _Given) -> tuple[float, float, float]:
    """Return the group's use, all use and the use at the limit."""
    spent = _positive_use(given.scenario, str(given.rule.resource_id), given.rule.year, given.plan)
    group = set(given.scenario.group(given.rule.subject))
    total = sum(spent.values())
    return sum(part for name, part in spent.items() if name in group), total, float(given.rule.limit or 0.0) * total


def _part(share: float) -> str:
    """Write a share with one decimal, or what it takes to see it."""
    return f"{share:.1%}" if share == 0 or share >= _VISIBLE_SHARE else f"{figure_text(100 * share)}%"


def _spend_at_least(given: _Given) -> _Broken:
    part, total, limit = _spend(given)
    if exceeds(limit, part):
        return limit - part, f"{given.rule.subject} has {_part(part / total)} of {given.rule.resource_id}"
    return None


def _spend_at_most(given: _Given) -> _Broken:
    part, total, limit = _spend(given)
    if exceeds(part, limit):
        return part - limit, f"{given.rule.subject} has {_part(part / total)} of {given.rule.resource_id}"
    return None


def _reached_level(given: _Given) -> float:
    names = [goal.goal_id for goal in given.scenario.goals]
    return float(given.levels[names.index(given.rule.subject), given.scenario.years.index(str(given.rule.year))])


def _goal_at_least(given: _Given) -> _Broken:
    goal, limit = given.scenario.goal_by_id[given.rule.subject], float(given.rule.limit or 0.0)
    level = _reached_level(given)
    short = goal.sign * (limit - level)
    if short > TOLERANCE * max(1.0, abs(limit)):
        return short, f"{goal.label} reaches {figure_text(level)} in {given.rule.year}, not {figure_text(limit)}"
    return None


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


@dataclass(frozen=True)
class _Meaning:
    """A kind of rule. broken: by how much a plan breaks it, and how; words: what it asks for."""

    broken: Callable[[_Given], _Broken]
    words: Callable[[Scenario, Rule], str]


RULES: Mapping[RuleKind, _Meaning] = {
    RuleKind.MUST_DO: _Meaning(_must_do, lambda scenario, rule: f"must do {_who(scenario, rule.subject)}"),
    RuleKind.MUST_NOT: _Meaning(_must_not, lambda scenario, rule: f"must not do {_who(scenario, rule.subject)}"),
    RuleKind.REQUIRES: _Meaning(_requires, _pair("requires")),
    RuleKind.EXCLUDES: _Meaning(_excludes, _pair("excludes")),
    RuleKind.TOGETHER: _Meaning(_together, _pair("and", " together or not at all")),
    RuleKind.COUNT_AT_LEAST: _Meaning(_count_at_least, _counted("least")),
    RuleKind.COUNT_AT_MOST: _Meaning(_count_at_most, _counted("most")),
    RuleKind.SPEND_SHARE_AT_LEAST: _Meaning(_spend_at_least, _spent("least")),
    RuleKind.SPEND_SHARE_AT_MOST: _Meaning(_spend_at_most, _spent("most")),
    RuleKind.GOAL_AT_LEAST: _Meaning(_goal_at_least, _level),
    RuleKind.START_BY: _Meaning(
        _start_by, lambda scenario, rule: f"{_who(scenario, rule.subject)} starts by {rule.year} or not at all"
    ),
}
