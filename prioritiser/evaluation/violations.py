"""Which capacities, rules, locks and possible starts a plan breaks, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from prioritiser.evaluation.plan import Plan
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Rule, RuleKind, YesNo
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import cumulative_years
from prioritiser.text.units import figure_text

TOLERANCE = 1e-6
_VISIBLE_SHARE = 5e-4


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


def exceeds(amount: float, limit: float, least: float = 1.0) -> bool:
    """Whether an amount is above a limit by more than the tolerance of the model: 1e-6 of the limit, or of `least`."""
    return amount > limit + TOLERANCE * max(least, abs(limit))


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


def _rule_breaches(scenario: Scenario, settings: Settings, plan: Plan, levels: np.ndarray) -> Iterator[Breach]:
    for rule in scenario.rules:
        if rule.rule_id in settings.without:
            continue
        broken = CHECKS[rule.kind](_Given(scenario, plan, levels, rule))
        if broken is not None:
            amount, why = broken
            yield Breach("rule", rule.rule_id, rule.year or "", amount, f"Rule {rule.rule_id} ({rule.kind}): {why}.")


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


def positive_use(scenario: Scenario, resource_id: str, year: str | None, plan: Plan) -> Mapping[str, float]:
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
    spent = positive_use(given.scenario, str(given.rule.resource_id), given.rule.year, given.plan)
    group = set(given.scenario.group(given.rule.subject))
    total = sum(spent.values())
    return sum(part for name, part in spent.items() if name in group), total, float(given.rule.limit or 0.0) * total


def _part(share: float) -> str:
    """Write a share with one decimal, or what it takes to see it."""
    return f"{share:.1%}" if share == 0 or share >= _VISIBLE_SHARE else f"{figure_text(100 * share)}%"


def _spend_share(given: _Given) -> _Broken:
    part, total, limit = _spend(given)
    more, less = (limit, part) if given.rule.kind is RuleKind.SPEND_SHARE_AT_LEAST else (part, limit)
    if exceeds(more, less):
        return more - less, f"{given.rule.subject} has {_part(part / total)} of {given.rule.resource_id}"
    return None


def _goal_at_least(given: _Given) -> _Broken:
    names = [goal.goal_id for goal in given.scenario.goals]
    g, t = names.index(given.rule.subject), given.scenario.years.index(str(given.rule.year))
    goal, limit = given.scenario.goals[g], float(given.rule.limit or 0.0)
    level = float(given.levels[g, t])
    short = goal.sign * (limit - level)
    if short > TOLERANCE * max(1.0, abs(limit)):
        return short, f"{goal.label} reaches {figure_text(level)} in {given.rule.year}, not {figure_text(limit)}"
    return None


CHECKS: Mapping[RuleKind, Callable[[_Given], _Broken]] = {
    RuleKind.MUST_DO: _must_do,
    RuleKind.MUST_NOT: _must_not,
    RuleKind.REQUIRES: _requires,
    RuleKind.EXCLUDES: _excludes,
    RuleKind.TOGETHER: _together,
    RuleKind.COUNT_AT_LEAST: _count_at_least,
    RuleKind.COUNT_AT_MOST: _count_at_most,
    RuleKind.SPEND_SHARE_AT_LEAST: _spend_share,
    RuleKind.SPEND_SHARE_AT_MOST: _spend_share,
    RuleKind.GOAL_AT_LEAST: _goal_at_least,
    RuleKind.START_BY: _start_by,
}
