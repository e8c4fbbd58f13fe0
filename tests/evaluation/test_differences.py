"""In what plans differ, against cases worked by hand."""

from __future__ import annotations

import pytest

from prioritiser import evaluate
from prioritiser.analysis.comparison.differences import (
    Start,
    common_years,
    figure_differences,
    initiative_differences,
    known_to_all,
    left_out,
    target_differences,
    widest_score,
)
from prioritiser.evaluation.plan import Delivery
from tests.strategies import Tables, build_scenario

TABLES: Tables = {
    "years": ["2026/27", "2027/28"],
    "goals": [
        {"goal_id": "rtt", "tier": "national", "2027/28": 4},
        {"goal_id": "falls", "tier": "local", "2026/27": 2, "2027/28": 2},
    ],
    "resources": [
        {"resource_id": "money", "unit": "£k", "2026/27": 100, "2027/28": 100},
        {"resource_id": "staff", "2026/27": 9, "2027/28": 9},
    ],
    "initiatives": [
        {"initiative_id": name, "earliest": "2026/27", "latest": "2027/28", "min_scale": 0.1}
        for name in ("wards", "hub", "line", "part", "idle")
    ],
    "uses": [
        {"initiative_id": "wards", "resource_id": "money", "year_1": 40, "year_2": 20},
        {"initiative_id": "hub", "resource_id": "staff", "year_1": 3, "year_2": 3},
    ],
    "effects": [
        {"initiative_id": "wards", "goal_id": "rtt", "central": 4},
        {"initiative_id": "hub", "goal_id": "falls", "central": 1},
    ],
}
WEIGHTS = {"weights": {"national": 1, "local": 1}}
ONE = {name: Delivery(1.0, 0) for name in ("wards", "hub", "line", "part")}
OTHER = {"hub": Delivery(1.0, 1), "line": Delivery(1.0, 0), "part": Delivery(0.5, 0)}


def test_differences_come_first_and_by_kind() -> None:
    scenario = build_scenario(TABLES, WEIGHTS)
    outcomes = [evaluate(scenario, ONE), evaluate(scenario, OTHER)]
    rows = initiative_differences(outcomes)
    kinds = [(row.initiative_id, row.kind) for row in rows]
    assert kinds == [("wards", "differs"), ("hub", "moved"), ("part", "resized"), ("idle", "same"), ("line", "same")]
    assert rows[0].starts == (Start("2026/27", 1.0), None)
    assert rows[1].starts == (Start("2026/27", 1.0), Start("2027/28", 1.0))
    targets = target_differences(outcomes, "2027/28")
    assert [(row.goal.goal_id, row.differs) for row in targets] == [("rtt", True), ("falls", False)]
    assert [one.met for one in targets[0].reached] == [True, False]
    assert [one.shortfall for one in targets[0].reached] == [0, 4]
    assert [row.goal.goal_id for row in target_differences(outcomes, "2026/27")] == ["falls"]
    figures = {(row.kind, row.name, row.year): row for row in figure_differences(outcomes)}
    assert figures["score", "national", ""].figures == (1.0, 0.0)
    assert figures["spend", "money", "2026/27"].figures == (40, 0)
    assert figures["spend", "money", "2027/28"].figures == (20, 0)
    assert figures["use", "staff", "2026/27"].figures == (3, 0)
    assert not figures["use", "staff", "2027/28"].differs
    widest = widest_score(list(figures.values()))
    assert widest is not None and widest.name == "national"
    assert known_to_all(outcomes) and left_out(outcomes) == 0


def test_plans_that_are_alike_differ_in_nothing() -> None:
    scenario = build_scenario(TABLES, WEIGHTS)
    outcomes = [evaluate(scenario, ONE)] * 3
    assert {row.kind for row in initiative_differences(outcomes)} == {"same"}
    assert not any(row.differs for row in target_differences(outcomes, "2027/28"))
    assert not any(row.differs for row in figure_differences(outcomes))
    assert widest_score(figure_differences(outcomes)) is None


def test_only_what_all_know_is_compared_when_scenarios_differ() -> None:
    smaller: Tables = {
        **TABLES,
        "years": ["2027/28", "2028/29"],
        "goals": [{"goal_id": "rtt", "tier": "national", "2027/28": 4}],
        "initiatives": [{"initiative_id": "wards"}, {"initiative_id": "new"}],
        "uses": TABLES["uses"][:1],
        "effects": TABLES["effects"][:1],
        "resources": [{"resource_id": "money", "unit": "£k", "2027/28": 100}],
    }
    scenario = build_scenario(smaller, {"weights": {"national": 1}})
    outcomes = [evaluate(build_scenario(TABLES, WEIGHTS), ONE), evaluate(scenario, {"wards": Delivery(1.0, 0)})]
    assert not known_to_all(outcomes)
    assert left_out(outcomes) == 4 + 1 + 1  # hub, line, part and idle; new; falls
    assert common_years(outcomes) == ("2027/28",)
    (row,) = initiative_differences(outcomes)
    assert (row.initiative_id, row.kind) == ("wards", "moved")
    assert [row.goal.goal_id for row in target_differences(outcomes, "2027/28")] == ["rtt"]
    assert target_differences(outcomes, "2026/27") == ()
    spend = [row for row in figure_differences(outcomes) if row.kind == "spend"]
    assert [(row.year, row.figures) for row in spend] == [("2027/28", pytest.approx((20, 40)))]
