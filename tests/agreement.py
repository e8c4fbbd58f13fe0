"""Hold what the program says against the reference: outcomes, portfolios and their measures of balance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.portfolio import Portfolio
from tests.brute_force import TIE, Best
from tests.feasibility import breaches
from tests.reference import TIERS, Plan, Reference

EXACT = 1e-9


def close(expected: float, tolerance: float = EXACT) -> Any:
    return pytest.approx(float(expected), abs=tolerance, rel=tolerance)


def plan_of(case: Reference, frame: pd.DataFrame) -> dict[str, tuple[float, int]]:
    """Return a table of initiative_id, share and start as a plain plan."""
    return {
        row.initiative_id: (float(row.share), case.years.index(row.start) + 1)
        for row in frame.itertuples(index=False)
        if row.share > 0
    }


def frame_of(case: Reference, plan: Plan) -> pd.DataFrame:
    """Return a plain plan as the table that `evaluate` takes."""
    rows = [(key, float(share), case.years[start - 1]) for key, (share, start) in plan.items()]
    return pd.DataFrame(rows, columns=["initiative_id", "share", "start"])


def check_outcome(case: Reference, plan: Plan, outcome: Outcome) -> None:
    """Every number of an outcome equals the reference's."""
    check_goals(case, plan, outcome.goals)
    check_tiers(case, plan, outcome.tiers)
    check_resources(case, plan, outcome.resources)
    assert outcome.value == close(case.value(case.scores(plan)))
    assert bool(outcome.breaches) == bool(breaches(case, plan)), (outcome.breaches, breaches(case, plan))


def check_goals(case: Reference, plan: Plan, goals: pd.DataFrame) -> None:
    """Level of every goal in every year; attainment, shortfall and met where it is scored."""
    assert [*zip(goals["goal_id"], goals["year"], strict=True)] == [
        (key, year) for key in sorted(case.goals) for year in case.years
    ]
    for row in goals.itertuples(index=False):
        year = case.years.index(row.year) + 1
        level = case.level(row.goal_id, plan, year)
        assert row.tier == case.goals[row.goal_id]["tier"]
        assert row.level == close(level)
        assert row.do_nothing == close(case.level(row.goal_id, {}, year))
        target = case.targets(row.goal_id).get(year)
        if target is None:
            assert all(math.isnan(cell) for cell in (row.target, row.attainment, row.shortfall))
            assert row.met is None
            continue
        short = case.sign(row.goal_id) * (target - level)
        assert row.target == close(target)
        assert row.attainment == close(case.attainment(row.goal_id, plan, year))
        assert row.shortfall == close(max(short, 0))
        assert row.met is (short <= EXACT)


def check_tiers(case: Reference, plan: Plan, tiers: pd.DataFrame) -> None:
    """Weight, score and do-nothing score of the three tiers; not a number where a tier is left out."""
    assert list(tiers["tier"]) == list(TIERS)
    weights, scores = case.weights(), case.scores(plan)
    for row in tiers.itertuples(index=False):
        if row.tier in scores:
            assert row.weight == close(weights[row.tier])
            assert row.score == close(scores[row.tier])
            assert row.do_nothing == close(case.do_nothing[row.tier])
        else:
            assert all(math.isnan(cell) for cell in (row.weight, row.score, row.do_nothing))


def check_resources(case: Reference, plan: Plan, resources: pd.DataFrame) -> None:
    """Capacity in force and net use of every resource in every year."""
    assert [*zip(resources["resource_id"], resources["year"], strict=True)] == [
        (key, year) for key in sorted(case.resources) for year in case.years
    ]
    for row in resources.itertuples(index=False):
        year = case.years.index(row.year) + 1
        capacity = case.capacity(row.resource_id, year)
        assert row.used == close(case.used(row.resource_id, plan, year))
        assert math.isnan(row.capacity) if capacity is None else row.capacity == close(capacity)


def check_portfolio(case: Reference, best: Best, portfolio: Portfolio) -> None:
    """A portfolio solved to gap 0 is the best there is, and says so truly."""
    plan = plan_of(case, portfolio.plan)
    assert breaches(case, plan) == []
    assert portfolio.outcome.breaches == ()
    check_outcome(case, plan, portfolio.outcome)
    scores = case.scores(plan)
    alone = {tier: portfolio.best_alone[tier] for tier in case.scored_tiers}
    assert portfolio.termination == "optimal"
    assert portfolio.objective == close(best.objective, TIE)
    assert portfolio.objective == close(case.objective(scores, alone), EXACT)
    assert case.objective(scores, best.best_alone) == close(best.objective, TIE + 1e-8)
    assert portfolio.bound == close(best.objective, 2 * TIE)
    assert portfolio.gap == close(max(0, portfolio.bound - portfolio.objective) if portfolio.gap else 0)
    assert portfolio.tie_broken
    # Where shares are in part, what the tie-break shaved off them (worth 5e-7 at most) is given back.
    within = EXACT if best.in_parts else 0.5 * TIE
    assert float(case.use_measure(plan)) <= best.least_use[within] + TIE
    check_best_alone(case, best, portfolio)
    check_ambidexterity(case, best, portfolio, scores)


def check_best_alone(case: Reference, best: Best, portfolio: Portfolio) -> None:
    """Each tier's best score alone is the brute force's; None for a tier that is left out."""
    for tier in TIERS:
        found, bound = portfolio.best_alone.get(tier), portfolio.best_alone_bound.get(tier)
        if tier not in case.scored_tiers:
            assert (found, bound) == (None, None)
            continue
        assert found == close(best.best_alone[tier], TIE)
        assert bound is None or bound >= best.best_alone[tier] - TIE  # given only where the score is not proved


def check_ambidexterity(case: Reference, best: Best, portfolio: Portfolio, scores: Mapping[str, float]) -> None:
    """What each tier achieves of its best, and the measures made of that."""
    achieved = case.achieved(scores, best.best_alone)
    measured = portfolio.ambidexterity
    loose = 1e-5
    for tier in TIERS:
        if tier in achieved:
            assert measured.achieved[tier] == close(achieved[tier], loose)
        else:
            assert measured.achieved.get(tier) is None
    if not achieved:
        assert (measured.balance, measured.combined, measured.worst) == (None, None, None)
        return
    parts = list(achieved.values())
    geometric = 0.0 if min(parts) <= TIE else math.prod(parts) ** (1 / len(parts))
    assert measured.balance == close(1 - (max(parts) - min(parts)), loose)
    if not 0 < abs(min(parts)) <= TIE:
        assert measured.combined == close(geometric, loose)
    assert achieved[measured.worst] == close(min(parts), loose)
    assert measured.value_given_up == close(best.best_value - case.value(scores), 2 * TIE)
