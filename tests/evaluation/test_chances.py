"""Chances of targets and capacities of one plan, against cases worked by hand."""

from __future__ import annotations

import pytest

from prioritiser import evaluate
from prioritiser.analysis.robustness.chances import (
    capacity_chances,
    count_chances,
    expected_met,
    find_chances,
    target_chances,
)
from prioritiser.analysis.robustness.stress import StressOptions, stress
from prioritiser.evaluation.plan import Delivery
from prioritiser.optimisation.optimiser import Optimiser
from tests.strategies import Tables, build_scenario

TABLES: Tables = {
    "years": ["2026/27", "2027/28"],
    "goals": [
        {"goal_id": "sure", "tier": "national", "2027/28": 3},
        {"goal_id": "half", "tier": "national", "2027/28": 4},
        {"goal_id": "never", "tier": "local", "baseline": 10, "2027/28": 2},
        {"goal_id": "early", "tier": "local", "2026/27": 1},
    ],
    "resources": [
        {"resource_id": "money", "2026/27": 10, "2027/28": 100},
        {"resource_id": "staff", "2026/27": 10},
    ],
    "initiatives": [{"initiative_id": "a"}, {"initiative_id": "risky", "confidence": 0.5}],
    "uses": [{"initiative_id": "a", "resource_id": "money", "year_1": 10, "year_2": 10}],
    "effects": [
        {"initiative_id": "a", "goal_id": "sure", "central": 3},
        {"initiative_id": "risky", "goal_id": "half", "central": 4},
        {"initiative_id": "a", "goal_id": "never", "central": -4},
    ],
}


def test_chances_are_those_of_delivery_and_costs() -> None:
    scenario = build_scenario(TABLES, {"weights": {"national": 1, "local": 1}})
    outcome = evaluate(scenario, {"a": Delivery(1.0, 0), "risky": Delivery(1.0, 0)})
    chances = find_chances(outcome, 4000, cost_spread=0.2)
    targets = target_chances(chances, "2027/28")
    assert list(targets["goal_id"]) == ["sure", "half", "never"]  # by tier, the likeliest first
    assert targets["chance"].tolist() == pytest.approx([1, 0.5, 0], abs=0.03)
    assert count_chances(targets) == (1, 1, 1)
    assert expected_met(targets) == pytest.approx(1.5, abs=0.03)
    never = targets.iloc[2]
    assert (never["p5"], never["p50"], never["p95"], never["target"]) == (6, 6, 6, 2)
    assert never["middle"] == pytest.approx(0.5)  # from 10 to 6, on the way to 2
    assert target_chances(chances, "2026/27")["goal_id"].tolist() == ["early"]
    held = capacity_chances(chances).set_index(["resource_id", "year"])["chance"]
    assert held["money", "2026/27"] == pytest.approx(0.5, abs=0.03)  # a symmetric factor around 1
    assert held["money", "2027/28"] == held["staff", "2026/27"] == 1
    assert ("staff", "2027/28") not in held.index
    assert (capacity_chances(find_chances(outcome, 50))["chance"] == 1).all()


def test_levels_go_from_worse_to_better_when_down_is_better() -> None:
    tables = TABLES | {
        "effects": [{"initiative_id": "a", "goal_id": "never", "central": -4, "low": -2, "high": -8}],
    }
    scenario = build_scenario(tables, {"weights": {"national": 1, "local": 1}})
    row = target_chances(find_chances(evaluate(scenario, {"a": Delivery(1.0, 0)}), 2000), "2027/28").set_index(
        "goal_id"
    )
    never = row.loc["never"]
    assert never["p5"] > never["p50"] > never["p95"]
    assert never["low"] < never["middle"] < never["high"]


def test_stress_gives_the_same_chances_and_the_ends_of_their_intervals() -> None:
    scenario = build_scenario(TABLES, {"weights": {"national": 1, "local": 1}})
    found = stress(Optimiser(scenario), None, StressOptions(samples=10, draws=400, cost_spread=0.2))
    alone = find_chances(found.portfolio.outcome, 400, cost_spread=0.2)
    assert (found.goals, found.capacities) == (alone.goals, alone.capacities)
    answer = found.as_json()
    for row in answer["goals"]:
        if row["probability_met"] is None:
            assert row["probability_met_low"] is None
        else:
            assert 0 <= row["probability_met_low"] <= row["probability_met"] <= row["probability_met_high"] <= 1
    for row in answer["initiatives"]:
        assert row["share_low"] <= row["share_of_samples"] <= row["share_high"]
        # ten of ten samples: from 1/(1 + z²/10) on (Wilson)
        assert row["share_of_samples"] != 1 or row["share_low"] == pytest.approx(10 / (10 + 1.959964**2), abs=1e-6)
