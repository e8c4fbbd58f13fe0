"""Constraint families of effects: two initiatives both started, attainment, overlap."""

from __future__ import annotations

from collections.abc import Iterator

import pulp

from prioritiser.evaluation.outcome import effect_size, largest_gain, score_terms, trend_levels, weights_of_goals
from prioritiser.optimisation.model.problem import LevelRow, Model, Terms, merged, row_scale
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, Goal, Initiative


def add_both_started(model: Model) -> None:
    """w[i,j,s,u] ≤ x[i,s]; w ≤ Σ_{v≤u} x[j,v]; and w ≥ x[i,s] + Σ_{v≤u} x[j,v] − 1 where the effect does harm."""
    scenario = model.scenario
    for effect in scenario.effects:
        if effect.if_also is None:
            continue
        row, partner = (scenario.initiative_by_id[name] for name in (effect.initiative_id, effect.if_also))
        harm = effect_size(scenario, effect, model.settings.case) * scenario.goal_by_id[effect.goal_id].sign < 0
        for s in scenario.starts(row):
            for u in {_partner_year(scenario, partner, t) for t in range(s, len(scenario.years))} - {None}:
                _add_both(model, effect, s, int(u or 0), harm)


def _partner_year(scenario: Scenario, partner: Initiative, year: int) -> int | None:
    """Last possible start of the partner up to a year; None where it cannot have started by then."""
    starts = scenario.starts(partner)
    return None if year < starts[0] else min(year, starts[-1])


def _add_both(model: Model, effect: Effect, s: int, u: int, harm: bool) -> None:
    i, j = effect.initiative_id, str(effect.if_also)
    key, x, others = (i, j, s, u), model.share[i, s], model.shares(j, by=u)
    if key not in model.both:
        number = len(model.both)
        w = model.both[key] = model.problem.add_variable(f"w_{number}", 0, 1)
        model.add([(w, 1.0), (x, -1.0)], "<=", 0.0, f"both_first_{number}")
        model.add([(w, 1.0), *((v, -c) for v, c in others)], "<=", 0.0, f"both_second_{number}")
    name = f"both_harm_{list(model.both).index(key)}"
    if harm and model.problem.get_constraint_by_name(name) is None:
        w = model.both[key]
        model.add([(w, 1.0), (x, -1.0), *((v, -c) for v, c in others)], ">=", -1.0, name)


def effect_parts(goal: Goal, t: int, model: Model) -> Iterator[tuple[pulp.LpVariable, Effect, float]]:
    """Variables that bring a goal something in a year, the effect and the part of its full size that they bring."""
    scenario = model.scenario
    for effect in model.effects.get(goal.goal_id, []):
        partner = scenario.initiative_by_id[effect.if_also] if effect.if_also else None
        u = None if partner is None else _partner_year(scenario, partner, t)
        if partner is not None and u is None:
            continue
        for s in scenario.starts(scenario.initiative_by_id[effect.initiative_id]):
            if (part := effect.ramp(t - s + 1)) != 0:
                variable = (
                    model.share[effect.initiative_id, s]
                    if partner is None
                    else model.both[effect.initiative_id, partner.initiative_id, s, int(u or 0)]
                )
                yield variable, effect, part


def _felt(model: Model, goal: Goal, t: int) -> tuple[Terms, Terms]:
    """Terms of the gains X (coefficients above 0) and of the losses (below 0) of a goal in a year, its unit."""
    gains: Terms = []
    losses: Terms = []
    for variable, effect, part in effect_parts(goal, t, model):
        amount = goal.sign * effect_size(model.scenario, effect, model.settings.case) * part
        if amount != 0:
            (gains if amount > 0 else losses).append((variable, amount))
    return merged(gains), merged(losses)


def level_bounds(model: Model, goal: Goal, t: int) -> list[tuple[str, Terms, float]]:
    """Bounds on the gains less losses of a goal: X − L, and with overlap o also o·q + (1−o)·X − L.

    Each is a family name, its terms and its constant, in the goal's unit; the smaller of them is the effect felt.
    """
    gains, losses = _felt(model, goal, t)
    bounds = [("attainment", merged([*gains, *losses]), 0.0)]
    if goal.overlap > 0 and len(gains) > 1:
        q = largest_gain(model.scenario, model.effects[goal.goal_id], model.settings.case, t)
        less = [(variable, (1 - goal.overlap) * amount) for variable, amount in gains]
        bounds.append(("overlap", merged([*less, *losses]), goal.overlap * q))
    return bounds


def add_attainment(model: Model) -> None:
    """a[g,t] ≤ (level − zero)/(target − zero), once for the gains in full and once for the gains that overlap."""
    scenario = model.scenario
    trend = trend_levels(scenario)
    scored = score_terms(scenario, weights_of_goals(scenario, model.settings))
    for g, t in sorted({key for terms in scored.values() for key in terms}):
        goal = scenario.goals[g]
        span = abs(goal.targets[scenario.years[t]] - goal.zero)
        idle = goal.sign * (trend[g, t] - goal.zero) / span
        a = model.attained[g, t] = model.problem.add_variable(f"a_{g}_{t}", None, 1.0)
        for family, terms, constant in level_bounds(model, goal, t):
            up = max(row_scale(max((abs(amount) / span for _, amount in terms), default=1.0)), 1 / model.fineness)
            row = [(a, up), *((variable, -up * amount / span) for variable, amount in terms)]
            added = model.add(row, "<=", up * (idle + constant / span), f"{family}_{g}_{t}")
            overlap = goal.overlap if family == "overlap" else 0.0
            model.levels.append(LevelRow(g, t, added, -up / span, up * idle, overlap))
