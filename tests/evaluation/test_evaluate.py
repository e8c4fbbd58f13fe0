"""Evaluating any plan, allowed or not, gives the reference's numbers, and breaches just where it is not allowed."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from prioritiser import ScenarioError, evaluate
from tests.agreement import check_outcome, close, frame_of
from tests.depth import cases, part
from tests.feasibility import breaches
from tests.reference import Plan, Reference
from tests.strategies import build_scenario, random_case, random_generators, random_plan

PLANS_EACH = 5


def draw_plan(rng: Random, tables: dict[str, Any]) -> dict[str, tuple[float, int]]:
    years = tables["years"]
    return {key: (share, years.index(start) + 1) for key, share, start in random_plan(rng, tables)}


def check_to_come(case: Reference, plan: Plan, to_come: pd.DataFrame) -> None:
    """Full effect, effect at the end of the last year and the rest, for each chosen effect that is still building."""
    last, expected = len(case.years), {}
    for number, effect in enumerate(case.effects):
        key, partner = effect["initiative_id"], effect.get("if_also")
        if key not in plan or (partner and partner not in plan) or case.size(effect) == 0:
            continue
        share, start = plan[key]
        full = case.size(effect) * (min(share, plan[partner][0]) if partner else share)
        months = 12 * (last - start + 1)
        if months < effect.get("lead_months", 0) + effect.get("ramp_months", 0):
            felt = case.sign(effect["goal_id"]) * case.contribution(number, plan, last)
            expected[key, effect["goal_id"], full] = felt
    found = {(row.initiative_id, row.goal_id): row for row in to_come.itertuples(index=False)}
    assert len(to_come) == len(expected)
    assert set(found) == {(key, goal_id) for key, goal_id, _ in expected}
    for (_, _, full), felt in expected.items():
        matches = to_come[(to_come["full"] - full).abs() < 1e-9]
        assert any(abs(row.at_end - felt) < 1e-9 for row in matches.itertuples(index=False))
    assert (to_come["full"] - to_come["at_end"] - to_come["to_come"]).abs().max() < 1e-9 if len(to_come) else True


def check_plans(rng: Random) -> tuple[int, int]:
    """Evaluate a few plans of one case both ways; return how many were allowed and how many not."""
    tables, chosen = random_case(rng)
    scenario, case = build_scenario(tables, chosen), Reference(tables, chosen)
    allowed = 0
    for _ in range(PLANS_EACH):
        plan = draw_plan(rng, tables)
        outcome = evaluate(scenario, frame_of(case, plan))
        check_outcome(case, plan, outcome)
        allowed += not breaches(case, plan)
    return allowed, PLANS_EACH - allowed


@settings(
    max_examples=cases(60), deadline=None, derandomize="CI" in os.environ, suppress_health_check=list(HealthCheck)
)
@given(random_generators)
def test_evaluate_equals_reference_on_any_plan(rng: Random) -> None:
    check_plans(rng)


def test_evaluate_equals_reference_on_seeded_plans() -> None:
    counts = [check_plans(Random(seed)) for seed in part(range(120))]
    assert sum(allowed for allowed, _ in counts) > cases(50)
    assert sum(forbidden for _, forbidden in counts) > cases(50)


def test_evaluate_is_the_same_whatever_the_locks() -> None:
    # A lock never changes a coefficient: only the breaches may differ.
    for seed in part(range(30)):
        rng = Random(seed)
        tables, chosen = random_case(rng)
        scenario, case = build_scenario(tables, chosen), Reference(tables, chosen)
        plan = frame_of(case, draw_plan(rng, tables))
        free = evaluate(scenario, plan, scenario.settings.replace(lock={}))
        for lock in ("in", "out"):
            locks = dict.fromkeys(case.initiatives, lock)
            held = evaluate(scenario, plan, scenario.settings.replace(lock=locks))
            pd.testing.assert_frame_equal(held.goals, free.goals, check_exact=True)
            pd.testing.assert_frame_equal(held.tiers, free.tiers, check_exact=True)
            pd.testing.assert_frame_equal(held.resources, free.resources, check_exact=True)


@pytest.mark.parametrize("seed", part(range(30)))
def test_to_come_equals_reference(seed: int) -> None:
    rng = Random(seed)
    tables, chosen = random_case(rng)
    scenario, case = build_scenario(tables, chosen), Reference(tables, chosen)
    plan = draw_plan(rng, tables)
    check_to_come(case, plan, evaluate(scenario, frame_of(case, plan)).to_come)


def test_breaches_are_named_when_a_plan_breaks_everything() -> None:
    years = ["2026/27", "2027/28"]
    tables: dict[str, Any] = {
        "years": years,
        "goals": [{"goal_id": "wait", "tier": "national", "2027/28": 10}],
        "resources": [{"resource_id": "money", "2026/27": 5, "2027/28": 5}],
        "initiatives": [
            {"initiative_id": "hub", "lead": "Council"},
            {"initiative_id": "ward", "min_scale": 0.5, "latest": "2027/28"},
            {"initiative_id": "beds"},
        ],
        "uses": [{"initiative_id": "hub", "resource_id": "money", "year_1": 8}],
        "effects": [{"initiative_id": "hub", "goal_id": "wait", "central": 4}],
        "rules": [
            {"rule_id": "count", "kind": "count_at_most", "subject": "lead=Council", "limit": 0},
            {"rule_id": "level", "kind": "goal_at_least", "subject": "wait", "year": "2027/28", "limit": 6},
        ],
    }
    scenario = build_scenario(tables, {"weights": {"national": 1}, "lock": {"beds": "in"}})
    plan = pd.DataFrame({"initiative_id": ["hub", "ward"], "share": [1.0, 0.25], "start": [years[1], years[1]]})
    outcome = evaluate(scenario, plan)
    named = {(breach.kind, breach.subject, breach.year): breach for breach in outcome.breaches}
    assert {(kind, subject) for kind, subject, _ in named} == {
        ("start", "hub"),  # it may start in 2026/27 only
        ("share", "ward"),  # a quarter of something that makes sense from a half on
        ("capacity", "money"),
        ("lock", "beds"),
        ("rule", "count"),
        ("rule", "level"),
    }
    assert named["capacity", "money", years[1]].amount == close(8 - 5)
    level = next(breach for breach in outcome.breaches if breach.subject == "level")
    assert level.amount == close(6 - 4)
    assert all(breach.text for breach in outcome.breaches)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (("huub", 1.0, "2026/27"), "initiative_id"),
        (("hub", 1.5, "2026/27"), "share"),
        (("hub", -0.5, "2026/27"), "share"),
        (("hub", float("nan"), "2026/27"), "share"),
        (("hub", 1.0, "2031/32"), "start"),
    ],
)
def test_evaluate_when_the_plan_is_wrong(row: tuple[str, float, str], named: str) -> None:
    tables = {
        "years": ["2026/27"],
        "goals": [{"goal_id": "wait", "tier": "national", "2026/27": 10}],
        "initiatives": [{"initiative_id": "hub"}],
    }
    scenario = build_scenario(tables, {"weights": {"national": 1}})
    with pytest.raises(ScenarioError) as raised:
        evaluate(scenario, pd.DataFrame([row], columns=["initiative_id", "share", "start"]))
    assert [issue.column for issue in raised.value.issues] == [named]
