"""The largest share that each initiative can have at all under some settings, and 0 for those that cannot start.

Each is looked at nearly alone, and all that others might release counts: no plan gives an initiative more than this.
"""

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

from prioritiser.evaluation.outcome import capacity
from prioritiser.evaluation.plan import MIN_SHARE
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Rule, RuleKind, Use, YesNo
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import cumulative_years

_ROUNDING = 1e-6  # a capacity counts as kept within this part of it


def largest_shares(scenario: Scenario, settings: Settings) -> dict[str, float]:
    """The largest share that locks, rules and capacities leave to each initiative, by id; 0 where it cannot start."""
    rules = scenario.rules_in_force(settings)
    shut = _shut(scenario, settings, rules)
    least = least_shares(scenario, settings)
    shares = _affordable(scenario, tuple(sorted(settings.capacity.items())))
    startable = {name: share for name, share in shares.items() if share >= least[name] * (1 - _ROUNDING)}
    return _follow(rules, {name: 0.0 if name in shut else startable.get(name, 0.0) for name in shares})


def least_shares(scenario: Scenario, settings: Settings) -> dict[str, float]:
    """The least share of each initiative that starts at all, by id: `min_scale`, or 0.01 where that is less.

    It is 0 where any share will do, however small: `min_scale` is 0, there is one start and no rule looks at starts.
    """
    looked_at: set[str] = set()
    for rule in scenario.rules_in_force(settings):
        if rule.demand.on_starts:
            looked_at |= {*scenario.group(rule.subject), *([rule.other] if rule.other else [])}
    least: dict[str, float] = {}
    for row in scenario.initiatives:
        free = row.min_scale == 0 and len(scenario.starts(row)) == 1 and row.initiative_id not in looked_at
        least[row.initiative_id] = 0.0 if free else max(row.min_scale, MIN_SHARE)
    return least


def _shut(scenario: Scenario, settings: Settings, rules: Iterable[Rule]) -> set[str]:
    """Initiatives that a lock or a rule keeps from starting, but for what they need."""
    shut = {name for name, lock in settings.lock.items() if lock == "out"}
    forced = settings.lock.keys() - shut
    forced |= {rule.subject for rule in rules if rule.kind is RuleKind.MUST_DO}
    for rule in rules:
        if rule.kind is RuleKind.MUST_NOT:
            shut.add(rule.subject)
        elif rule.kind is RuleKind.COUNT_AT_MOST and rule.year is None and (rule.limit or 0.0) < 1:
            shut.update(scenario.group(rule.subject))
        elif rule.kind is RuleKind.START_BY:
            first = scenario.starts(scenario.initiative_by_id[rule.subject])[0]
            shut |= {rule.subject} if scenario.years.index(str(rule.year)) < first else set()
        elif rule.kind is RuleKind.EXCLUDES:
            pair = {rule.subject, str(rule.other)}
            shut |= pair - forced if pair & forced else set()
    return shut


def _follow(rules: Iterable[Rule], shares: dict[str, float]) -> dict[str, float]:
    """Take from the shares what initiatives lose by needing others that cannot start."""
    needs = [(rule.subject, str(rule.other)) for rule in rules if rule.kind in (RuleKind.REQUIRES, RuleKind.TOGETHER)]
    needs += [(str(rule.other), rule.subject) for rule in rules if rule.kind is RuleKind.TOGETHER]
    while lost := [one for one, other in needs if shares[one] > 0 and shares[other] == 0]:
        shares = {**shares, **dict.fromkeys(lost, 0.0)}
    return shares


@lru_cache(maxsize=16)
def _affordable(scenario: Scenario, factors: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """The largest share of each initiative that capacities leave, at the start that leaves most."""
    limits = _limits(scenario, scenario.settings.replace(capacity=dict(factors)))
    large: dict[str, list[Use]] = {}
    for use in scenario.uses:
        if not _peak(use) <= min(limits[use.resource_id], default=math.inf):
            large.setdefault(use.initiative_id, []).append(use)
    shares = {row.initiative_id: 1.0 for row in scenario.initiatives}
    for name, uses in large.items():
        row = scenario.initiative_by_id[name]
        shares[name] = max(_share(scenario, uses, start, limits) for start in scenario.starts(row))
    return shares


def _peak(use: Use) -> float:
    """All that an initiative uses over the years, which no year can exceed."""
    return math.fsum(amount for amount in use.amounts.values() if amount > 0)


def _limits(scenario: Scenario, settings: Settings) -> dict[str, list[float]]:
    """Capacity of each resource by year with all that could be released, summed where it carries over.

    Infinity where there is no limit.
    """
    released = _released(scenario)
    limits: dict[str, list[float]] = {}
    for row in scenario.resources:
        given = [capacity(row, year, settings) for year in scenario.years]
        most = [
            math.inf if math.isnan(one) else one + more
            for one, more in zip(given, released[row.resource_id], strict=True)
        ]
        spans = [cumulative_years(t, row.carry_over is YesNo.YES) for t in range(len(most))]
        limits[row.resource_id] = [math.fsum(most[u] for u in span) for span in spans]
    return limits


def _released(scenario: Scenario) -> dict[str, list[float]]:
    """All that initiatives could release of each resource, by year."""
    count = len(scenario.years)
    released = {row.resource_id: [0.0] * count for row in scenario.resources}
    for use in scenario.uses:
        if any(amount < 0 for amount in use.amounts.values()):
            starts = scenario.starts(scenario.initiative_by_id[use.initiative_id])
            for t in range(count):
                released[use.resource_id][t] += max(0.0, *(-use.amount(t - s + 1) for s in starts))
    return released


def _share(scenario: Scenario, uses: Iterable[Use], start: int, limits: Mapping[str, list[float]]) -> float:
    """The largest share of an initiative of these uses that keeps within the limits when it starts in this year."""
    share = 1.0
    for use in uses:
        carries = scenario.resource_by_id[use.resource_id].carry_over is YesNo.YES
        for t in range(start, len(scenario.years)):
            amount = math.fsum(max(0.0, use.amount(u - start + 1)) for u in cumulative_years(t, carries))
            if amount * share > limits[use.resource_id][t]:
                share = max(0.0, limits[use.resource_id][t] / amount)
    return share
