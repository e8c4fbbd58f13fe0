"""Every demand on a plan that may be dropped (capacity, lock, rule): in words, and as bounds of the kept model."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from prioritiser.breaches import Breach
from prioritiser.errors import Demand, WrongAnswerError
from prioritiser.model import Terms
from prioritiser.outcome import Outcome, capacity, evaluate
from prioritiser.scenario import Scenario, Settings
from prioritiser.schema import Rule, RuleKind
from prioritiser.solver import Effort, Ending, KeptModel
from prioritiser.words import COUNT_RULES, SPEND_RULES

CAPACITY, LOCK = "capacity", "lock"


class TimeUpError(Exception):
    """Time was up, or somebody cancelled; never leaves this package."""


@dataclass(frozen=True)
class Lever:
    """A demand with how to drop and restore it; place: (group, id, year position), the year for a capacity only."""

    demand: Demand
    place: tuple[str, str, int | None]
    drop: Callable[[], None]
    restore: Callable[[], None]


class Asked:
    """What is asked of the kept model, each demand in force or dropped; as a context manager it restores all.

    Rules and locks come before capacities, so that the order of demands is also that of preference.
    """

    def __init__(self, kept: KeptModel, settings: Settings, effort: Effort) -> None:
        self.kept, self.settings = kept, settings
        self.scenario = kept.model.scenario
        self.stop, self.deadline = effort.stop, perf_counter() + effort.time_limit
        self.levers = [
            *(_rule_lever(kept, rule_id) for rule_id in kept.rules_in_force),
            *(_lock_lever(kept, settings, name) for name in settings.lock),
            *(_capacity_lever(kept, settings, key) for key in kept.model.capacity),
        ]
        self.all = frozenset(range(len(self.levers)))
        self._number = {lever.place: number for number, lever in enumerate(self.levers)}
        self._in_force = self.all

    def __enter__(self) -> Asked:
        self.kept.set_costs([])
        self.kept.keep_value(None)
        return self

    def __exit__(self, *_: object) -> None:
        self.hold(self.all)
        self.kept.set_costs([])

    def hold(self, numbers: frozenset[int]) -> None:
        """Put these demands in force and drop the others."""
        for number in sorted(self._in_force ^ numbers):
            lever = self.levers[number]
            (lever.restore if number in numbers else lever.drop)()
        self._in_force = numbers

    def run(self, until: float) -> np.ndarray | None:
        """Solve as the model stands: values of a plan, None where there is none. Raises TimeUpError."""
        left = min(until, self.deadline) - perf_counter()
        run = self.kept.run(Effort(0.0, time_limit=left, stop=self.stop))
        if run.ending in (Ending.TIME_LIMIT, Ending.CANCELLED):
            raise TimeUpError
        return run.values

    def aim(self, terms: Terms, until: float) -> Outcome | None:
        """Return the plan with the largest sum of part × variable; None where there is none.

        Raises TimeUpError, and WrongAnswerError for a plan that breaks what is in force.
        """
        largest = max((abs(part) for _, part in terms), default=0.0) or 1.0
        self.kept.set_costs((variable, part / largest) for variable, part in terms)
        values = self.run(until)
        if values is not None and self.kept.has_partial_shares and self.kept.has_whole_starts:
            values = self.kept.with_whole_starts(values)
        self.kept.set_costs([])
        if values is None:
            return None
        outcome = evaluate(self.scenario, self.kept.plan(values), self.settings)
        for breach in outcome.breaches:
            if self._number.get(self._place(breach), -1) not in self.all - self._in_force:
                raise WrongAnswerError(f"The solver's plan breaks a limit: {breach.text}")
        return outcome

    def broken_with(self, numbers: frozenset[int], until: float) -> frozenset[int] | None:
        """Look for a plan with only these demands in force: the others that it breaks; None where there is none."""
        self.hold(numbers)
        values = self.run(until)
        if values is None:
            return None
        outcome = evaluate(self.scenario, self.kept.plan(values), self.settings)
        # where the plan breaks nothing beyond the tolerance, all that was dropped counts: the next set differs
        return (self.broken(outcome) - numbers) or (self.all - numbers)

    def broken(self, outcome: Outcome) -> frozenset[int]:
        """Demands that a plan breaks, without the solver's word."""
        places = (self._place(breach) for breach in outcome.breaches)
        return frozenset(self._number[place] for place in places if place in self._number)

    def _place(self, breach: Breach) -> tuple[str, str, int | None]:
        year = self.scenario.years.index(breach.year) if breach.kind == CAPACITY else None
        return breach.kind, breach.subject, year


def rule_of(scenario: Scenario, rule_id: str) -> Rule:
    """Return a rule by its id."""
    return next(rule for rule in scenario.rules if rule.rule_id == rule_id)


def number_text(value: float) -> str:
    """Write a number with thousands separators, six digits at most."""
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def limit_text(rule: Rule, limit: float, unit: str | None) -> str:
    """Write the limit of a rule: a share in % with one decimal where it needs one, else in its unit."""
    if rule.kind in SPEND_RULES:
        return f"{100 * limit:.6g}%"
    return in_unit(limit, unit)


def in_unit(value: float, unit: str | None) -> str:
    """Write a number with its unit after it."""
    return f"{number_text(value)} {unit}" if unit else number_text(value)


def named(label: str, name: str) -> str:
    """Write a name with its id beside it, where they differ."""
    return label if label == name else f"{label} ({name})"


def _capacity_lever(kept: KeptModel, settings: Settings, key: tuple[str, int]) -> Lever:
    scenario = kept.model.scenario
    resource, limit = scenario.resource_by_id[key[0]], kept.capacity_limit(key, settings)
    year = scenario.years[key[1]]
    sums = "" if math.isclose(capacity(resource, year, settings), limit) else " in all up to then"
    text = f"capacity {named(resource.label, key[0])} {year} ({in_unit(limit, resource.unit)}{sums})"
    return Lever(
        Demand(CAPACITY, key[0], text, year, limit, resource.unit),
        (CAPACITY, *key),
        lambda: kept.set_capacity(key, math.inf),
        lambda: kept.set_capacity(key, limit),
    )


def _lock_lever(kept: KeptModel, settings: Settings, name: str) -> Lever:
    lock = settings.lock[name]
    where = lock if lock in ("in", "out") else f"in {lock}"
    text = f"lock {named(kept.model.scenario.initiative_by_id[name].label, name)} {where}"
    return Lever(
        Demand(LOCK, name, text, None if lock in ("in", "out") else lock),
        (LOCK, name, None),
        lambda: kept.release_lock(name),
        lambda: kept.restore_lock(name, lock),
    )


def _rule_lever(kept: KeptModel, rule_id: str) -> Lever:
    scenario = kept.model.scenario
    rule = rule_of(scenario, rule_id)
    unit = _unit(scenario, rule)
    owner = f", owner {rule.owner}" if rule.owner else ""
    text = f"rule {rule_id} ({_RULE_WORDS[rule.kind](scenario, rule)}{owner})"
    return Lever(
        Demand(rule.kind.value, rule_id, text, rule.year, rule.limit, unit, rule.owner),
        ("rule", rule_id, None),
        lambda: kept.set_rule(rule_id, False),
        lambda: kept.set_rule(rule_id, True),
    )


def _unit(scenario: Scenario, rule: Rule) -> str | None:
    if rule.kind is RuleKind.GOAL_AT_LEAST:
        return scenario.goal_by_id[rule.subject].unit
    if rule.kind in COUNT_RULES:
        return "initiatives"
    return "share" if rule.kind in SPEND_RULES else None


def _who(scenario: Scenario, subject: str | None) -> str:
    """Name of an initiative or a goal; a group as it is written."""
    name = str(subject)
    known = scenario.initiative_by_id.get(name)
    return known.label if known is not None else name


def _counted(word: str) -> Callable[[Scenario, Rule], str]:
    def words(scenario: Scenario, rule: Rule) -> str:
        year = f" start in {rule.year}" if rule.year else ""
        return f"at {word} {number_text(float(rule.limit or 0.0))} of {_who(scenario, rule.subject)}{year}"

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


_RULE_WORDS: Mapping[RuleKind, Callable[[Scenario, Rule], str]] = {
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
}
