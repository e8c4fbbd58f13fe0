"""Build the whole problem: starts, shares, capacity, scores, balance and objective."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pulp

from prioritiser.evaluation import outcome
from prioritiser.evaluation.objective import CAN_IMPROVE
from prioritiser.evaluation.precision import fineness
from prioritiser.evaluation.startable import least_shares
from prioritiser.optimisation.model import in_force
from prioritiser.optimisation.model.effects import add_attainment, add_both_started
from prioritiser.optimisation.model.problem import Model, Terms, even_scale, merged
from prioritiser.optimisation.model.rules import RULE_ROWS, level_rows
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import YesNo
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import cumulative_years


def build_model(
    scenario: Scenario, settings: Settings, best_alone: Mapping[str, float] | None = None, *, fine: float | None = None
) -> Model:
    """Build the whole model for these settings.

    best_alone: S* by tier, needed where the balance is above 0; without it the balance rows are there but idle.
    fine: how fine its scores are (`precision`); by default that of these settings.
    """
    problem = pulp.LpProblem("portfolio", pulp.LpMaximize)
    model = Model(scenario, settings, problem, fineness=fine or fineness(scenario, settings))
    for effect in scenario.effects:
        model.effects.setdefault(effect.goal_id, []).append(effect)
    add_starts_and_shares(model)
    add_one_start(model)
    add_share_limits(model)
    add_capacity(model)
    add_both_started(model)
    add_attainment(model)
    add_tier_scores(model)
    add_balance(model, best_alone or {})
    add_rules(model)
    set_objective(model)
    return model


def add_starts_and_shares(model: Model) -> None:
    """Variables y[i,s] and x[i,s]; no y where min_scale is 0, there is one start and no rule looks at starts."""
    least = least_shares(model.scenario, model.settings)
    for number, row in enumerate(model.scenario.initiatives):
        starts = model.scenario.starts(row)
        for s in starts:
            key, name = (row.initiative_id, s), f"{number}_{s}"
            low, high = in_force.share_bounds(model.scenario, model.settings.lock.get(row.initiative_id), row, s)
            if row.min_scale == 1:
                model.share[key] = model.problem.add_variable(f"y_{name}", low, high, "Integer")
                model.start[key] = model.share[key]
            else:
                model.share[key] = model.problem.add_variable(f"x_{name}", low, high)
                model.start[key] = (
                    model.problem.add_variable(f"y_{name}", 0, 1, "Integer")
                    if least[row.initiative_id]
                    else model.share[key]
                )


def add_one_start(model: Model) -> None:
    """Σ_s y[i,s] ≤ 1; = 1 where an all-or-nothing initiative is locked in.

    There is one for every initiative, so that PuLP passes on the variables that nothing else looks at.
    """
    for number, row in enumerate(model.scenario.initiatives):
        terms = model.starts(row.initiative_id)
        whole = row.min_scale == 1
        least, _ = in_force.full_limits(model.settings.lock.get(row.initiative_id), row)
        added = model.add(terms, "==" if whole and least == 1 else "<=", 1.0, f"one_start_{number}")
        if whole and len(terms) > 1:
            model.full[row.initiative_id] = added


def add_share_limits(model: Model) -> None:
    """max(min_scale, 0.01)·y[i,s] ≤ x[i,s] ≤ y[i,s]; and Σ_s x[i,s] ≥ 1 where it is locked in."""
    shares = least_shares(model.scenario, model.settings)
    for number, row in enumerate(model.scenario.initiatives):
        name, starts = row.initiative_id, model.scenario.starts(row)
        for s in starts:
            x, y = model.share[name, s], model.start[name, s]
            if x is not y:
                model.add([(x, 1.0), (y, -1.0)], "<=", 0.0, f"share_at_most_{number}_{s}")
                model.add([(x, 1.0), (y, -shares[name])], ">=", 0.0, f"share_at_least_{number}_{s}")
        if row.min_scale < 1 and len(starts) > 1:
            least, _ = in_force.full_limits(model.settings.lock.get(name), row)
            model.full[name] = model.add(model.shares(name), ">=", least, f"full_share_{number}")


def add_capacity(model: Model) -> None:
    """Σ_i Σ_s use[i,r,t−s+1]·x[i,s] ≤ capacity[r,t]; with carry-over, summed over all years up to t on both sides."""
    scenario = model.scenario
    by_resource: dict[str, dict[int, Terms]] = {row.resource_id: {} for row in scenario.resources}
    for use in scenario.uses:
        for s in scenario.starts(scenario.initiative_by_id[use.initiative_id]):
            for t in range(s, len(scenario.years)):
                if (amount := use.amount(t - s + 1)) != 0:
                    terms = by_resource[use.resource_id].setdefault(t, [])
                    terms.append((model.share[use.initiative_id, s], amount))
    for number, resource in enumerate(scenario.resources):
        uses = by_resource[resource.resource_id]
        for t in range(len(scenario.years)):
            span = cumulative_years(t, resource.carry_over is YesNo.YES)
            terms = merged(term for u in span for term in uses.get(u, []))
            key = (resource.resource_id, t)
            limit = in_force.capacity_limit(scenario, model.settings, key)
            if terms and not math.isnan(limit):
                scale = model.capacity_scale[key] = even_scale(max(abs(amount) for _, amount in terms))
                row = [(variable, scale * amount) for variable, amount in terms]
                model.capacity[key] = model.add(row, "<=", scale * limit, f"capacity_{number}_{t}")


def add_tier_scores(model: Model) -> None:
    """S[k] = Σ_g weight_g · (mean over scored years of a[g,t]) / Σ_g weight_g."""
    for tier, terms in outcome.score_terms(
        model.scenario, outcome.weights_of_goals(model.scenario, model.settings)
    ).items():
        score = model.score[tier] = model.problem.add_variable(f"S_{tier}")
        up = 1 / model.fineness
        row = [(score, up), *((model.attained[key], -up * part) for key, part in terms.items())]
        model.add(row, "==", 0.0, f"score_{tier}")


def add_balance(model: Model, best_alone: Mapping[str, float]) -> None:
    """(S*_k − S⁰_k)·m ≤ S_k − S⁰_k for each tier that can improve; S* − S⁰ counts as 1 until S* is known."""
    idle = do_nothing_scores(model.scenario, model.settings)
    model.least = model.problem.add_variable("m")
    for tier, score in model.score.items():
        reach = best_alone[tier] - idle[tier] if tier in best_alone else 1.0
        if reach > CAN_IMPROVE:
            up, down, least = in_force.balance_row(idle[tier], reach)
            row: Terms = [(score, up), (model.least, down)]
            model.balance[tier] = model.add(row, ">=", least, f"balance_{tier}")


def do_nothing_scores(scenario: Scenario, settings: Settings) -> dict[str, float]:
    """S⁰ by tier: the score of the empty plan."""
    idle = outcome.attainments(scenario, outcome.trend_levels(scenario))
    return outcome.tier_scores(scenario, outcome.weights_of_goals(scenario, settings), idle)


def set_objective(model: Model) -> None:
    """Set (1−β) Σ_k W_k S_k + β m; without the last term where no tier can improve."""
    weights = outcome.tier_weights(model.scenario, model.settings)
    terms = in_force.objective_terms(model, weights, model.settings.balance, bool(model.balance))
    model.problem.setObjective(pulp.lpSum_vars_coefs(terms))


def add_rules(model: Model) -> None:
    """Add the rows of every rule in force."""
    for number, rule in enumerate(model.scenario.rules):
        if rule.rule_id not in model.settings.without:
            rows = RULE_ROWS[rule.kind](model, rule)
            model.rules[rule.rule_id] = [
                model.add(terms, sense, limit, f"rule_{number}_{part}")
                for part, (terms, sense, limit) in enumerate(rows)
            ]
            if rule.demand.limit == "level":
                model.levels += level_rows(rule, model)
