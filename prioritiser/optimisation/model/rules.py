"""Constraint families of rules: each kind of rule as rows (terms, sense, limit)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prioritiser.evaluation.outcome import trend_levels
from prioritiser.optimisation.model.effects import level_bounds
from prioritiser.optimisation.model.problem import LevelRow, Model, Terms, merged
from prioritiser.scenario.schema import Rule, RuleKind

type Row = tuple[Terms, str, float]


def _less(left: Terms, right: Terms) -> Terms:
    return [*left, *((variable, -coefficient) for variable, coefficient in right)]


def must_do(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_s x[i,s] ≥ 1."""
    yield model.shares(rule.subject), ">=", 1.0


def must_not(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_s y[i,s] ≤ 0."""
    yield model.starts(rule.subject), "<=", 0.0


def requires(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_{s≤t} y[i,s] ≤ Σ_{s≤t} y[j,s] for every t in which i may start; Σ_s x[i,s] ≤ Σ_s x[j,s]."""
    other = str(rule.other)
    for t in model.scenario.starts(model.scenario.initiative_by_id[rule.subject]):
        yield _less(model.starts(rule.subject, by=t), model.starts(other, by=t)), "<=", 0.0
    yield _less(model.shares(rule.subject), model.shares(other)), "<=", 0.0


def excludes(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_s y[i,s] + Σ_s y[j,s] ≤ 1."""
    yield [*model.starts(rule.subject), *model.starts(str(rule.other))], "<=", 1.0


def together(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_s y[i,s] = Σ_s y[j,s]."""
    yield _less(model.starts(rule.subject), model.starts(str(rule.other))), "==", 0.0


def start_by(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_{s>t} y[i,s] ≤ 0, with t the year of the rule."""
    last = model.scenario.years.index(str(rule.year))
    late = [s for s in model.scenario.starts(model.scenario.initiative_by_id[rule.subject]) if s > last]
    if late:
        yield [(model.start[rule.subject, s], 1.0) for s in late], "<=", 0.0


def _count(model: Model, rule: Rule) -> Terms:
    year = None if rule.year is None else model.scenario.years.index(rule.year)
    return [
        (model.start[name, s], 1.0)
        for name in model.scenario.group(rule.subject)
        for s in model.scenario.starts(model.scenario.initiative_by_id[name])
        if year in (None, s)
    ]


def count_at_least(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_{i in group} Σ_s y[i,s] ≥ limit; with a year, over starts in that year."""
    yield _count(model, rule), ">=", float(rule.limit or 0.0)


def count_at_most(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_{i in group} Σ_s y[i,s] ≤ limit; with a year, over starts in that year."""
    yield _count(model, rule), "<=", float(rule.limit or 0.0)


def _spend(model: Model, rule: Rule) -> Terms:
    """Terms of (positive use by the group) − limit × (all positive use), by row of uses."""
    scenario = model.scenario
    group, limit = set(scenario.group(rule.subject)), float(rule.limit or 0.0)
    year = None if rule.year is None else scenario.years.index(rule.year)
    terms: Terms = []
    for use in scenario.uses:
        if use.resource_id != rule.resource_id:
            continue
        part = (1.0 if use.initiative_id in group else 0.0) - limit
        for s in scenario.starts(scenario.initiative_by_id[use.initiative_id]):
            spent = sum(
                max(0.0, use.amount(t - s + 1)) for t in range(s, len(scenario.years)) if year is None or t == year
            )
            terms.append((model.share[use.initiative_id, s], part * spent))
    return merged(terms)


def spend_share_at_least(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_{i in group} use⁺·x − limit · Σ_i use⁺·x ≥ 0, over the horizon or in one year."""
    yield _spend(model, rule), ">=", 0.0


def spend_share_at_most(model: Model, rule: Rule) -> Iterator[Row]:
    """Σ_{i in group} use⁺·x − limit · Σ_i use⁺·x ≤ 0, over the horizon or in one year."""
    yield _spend(model, rule), "<=", 0.0


def goal_at_least(model: Model, rule: Rule) -> Iterator[Row]:
    """Level of a goal in a year, uncapped, at least as good as the limit; each bound on the level on its own."""
    g, t, needed = _asked_level(model, rule)
    for _, terms, constant in level_bounds(model, model.scenario.goals[g], t):
        yield terms, ">=", needed - constant


def _asked_level(model: Model, rule: Rule) -> tuple[int, int, float]:
    """Positions of the goal and the year of a rule on a level, and the gain less loss that it asks for."""
    scenario = model.scenario
    g = [goal.goal_id for goal in scenario.goals].index(rule.subject)
    t, goal = scenario.years.index(str(rule.year)), scenario.goals[g]
    return g, t, goal.sign * (float(rule.limit or 0.0) - float(trend_levels(scenario)[g, t]))


def level_rows(rule: Rule, model: Model) -> Iterator[LevelRow]:
    """Rows of a rule on a level, in the order in which they were added: gains in full, then those that overlap."""
    g, t, needed = _asked_level(model, rule)
    for row, overlap in zip(model.rules[rule.rule_id], (0.0, model.scenario.goals[g].overlap), strict=False):
        yield LevelRow(g, t, row, 1.0, needed, overlap, rule.rule_id)


RULE_ROWS: Mapping[RuleKind, Callable[[Model, Rule], Iterator[Row]]] = {
    RuleKind.MUST_DO: must_do,
    RuleKind.MUST_NOT: must_not,
    RuleKind.REQUIRES: requires,
    RuleKind.EXCLUDES: excludes,
    RuleKind.TOGETHER: together,
    RuleKind.COUNT_AT_LEAST: count_at_least,
    RuleKind.COUNT_AT_MOST: count_at_most,
    RuleKind.SPEND_SHARE_AT_LEAST: spend_share_at_least,
    RuleKind.SPEND_SHARE_AT_MOST: spend_share_at_most,
    RuleKind.GOAL_AT_LEAST: goal_at_least,
    RuleKind.START_BY: start_by,
}
