"""What must hold for every scenario: more room never hurts, and how it is written down changes nothing.

More capacity, fewer rules and locks are compared at balance 0: with balance the yardstick S* moves with them.
"""

from __future__ import annotations

import copy
import os
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from prioritiser import InfeasibleError, Portfolio, optimise
from tests import depth
from tests.agreement import close, plan_of
from tests.brute_force import TIE, find_best
from tests.reference import Reference
from tests.strategies import build_scenario, cases, random_case, random_generators

PER_GOAL = ("baseline", "zero_level", "trend_per_year")
SIZES = ("low", "central", "high")

type Tables = dict[str, Any]
type Cells = dict[str, Any]

often = settings(
    max_examples=depth.cases(40), deadline=None, derandomize="CI" in os.environ, suppress_health_check=list(HealthCheck)
)


def solve(tables: Tables, chosen: Cells) -> Portfolio | None:
    """Solve to proof; None when nothing is feasible."""
    try:
        return optimise(build_scenario(tables, chosen), gap=0)
    except InfeasibleError:
        return None


def check_never_lower(before: Portfolio | None, after: Portfolio | None) -> None:
    """The second question allows all that the first did: it has an answer, and one at least as good."""
    if before is not None:
        assert after is not None
        assert after.objective >= before.objective - TIE


def check_identical(before: Portfolio | None, after: Portfolio | None) -> None:
    """The same plan and the same numbers to the last bit, or no answer to both."""
    if before is None or after is None:
        assert before is after
        return
    assert after.plan.equals(before.plan)
    assert (after.objective, after.bound) == (before.objective, before.bound)


def check_same_answer(before: Portfolio | None, after: Portfolio | None, tables: Tables, chosen: Cells) -> None:
    """Same scores, same use by capacity and, where only one plan is best, the same plan."""
    if before is None or after is None:
        assert before is after
        return
    assert after.objective == close(before.objective, TIE)
    assert dict(after.best_alone) == {tier: close(score, TIE) for tier, score in before.best_alone.items()}
    case = Reference(tables, chosen)
    best = find_best(case)
    assert best is not None
    if len(best.whole_plans) == 1 and not best.in_parts:
        assert plan_of(case, after.plan) == plan_of(case, before.plan) == best.whole_plans[0]
        assert after.outcome.tiers["score"].fillna(0).tolist() == [
            close(score, TIE) for score in before.outcome.tiers["score"].fillna(0)
        ]


def limited_case(rng: Random) -> tuple[Tables, Cells]:
    """Draw a case with capacities and without balance."""
    tables, chosen = random_case(rng)
    assume(tables["resources"])
    return tables, chosen | {"balance": 0}


@often
@given(random_generators)
def test_more_capacity_never_lowers_the_optimum(rng: Random) -> None:
    tables, chosen = limited_case(rng)
    roomier = copy.deepcopy(tables)
    row = rng.choice(roomier["resources"])
    given_years = [year for year in tables["years"] if year in row]
    assume(given_years)
    year = rng.choice(given_years)
    row[year] += rng.randint(1, 3)
    if rng.randint(0, 2) == 0:
        del row[year]  # no limit at all
    check_never_lower(solve(tables, chosen), solve(roomier, chosen))


@often
@given(random_generators)
def test_larger_capacity_factor_never_lowers_the_optimum(rng: Random) -> None:
    tables, chosen = limited_case(rng)
    key = rng.choice(tables["resources"])["resource_id"]
    factors = dict(chosen["capacity"])
    smaller = chosen | {"capacity": factors | {key: 0.5}}
    larger = chosen | {"capacity": factors | {key: 1.5}}
    check_never_lower(solve(tables, smaller), solve(tables, larger))


@often
@given(random_generators)
def test_order_of_rows_changes_nothing(rng: Random) -> None:
    tables, chosen = random_case(rng)
    shuffled = {name: list(rows) for name, rows in tables.items()}
    for name in shuffled.keys() - {"years"}:
        rng.shuffle(shuffled[name])
    shuffled_settings = chosen | {
        name: dict(rng.sample(list(chosen[name].items()), len(chosen[name])))
        for name in ("weights", "capacity", "lock", "goal_weights")
    }
    first, second = build_scenario(tables, chosen), build_scenario(shuffled, shuffled_settings)
    assert first.hash == second.hash
    check_identical(solve(tables, chosen), solve(shuffled, shuffled_settings))


def in_another_unit(tables: Tables, goal_id: str, factor: float) -> Tables:
    """Write all that is in a goal's unit in another; a negative factor turns up into down."""
    changed = copy.deepcopy(tables)
    for row in changed["goals"]:
        if row["goal_id"] == goal_id:
            for column in (*PER_GOAL, *tables["years"]):
                if column in row:
                    row[column] *= factor
            if factor < 0 and "direction" in row:
                row["direction"] = {"up": "down", "down": "up"}[row["direction"]]
    for row in changed["effects"]:
        if row["goal_id"] == goal_id:
            row |= {column: row[column] * factor for column in SIZES if column in row}
    for row in changed["rules"]:
        if row["kind"] == "goal_at_least" and row["subject"] == goal_id:
            row["limit"] *= factor
    return changed


@often
@given(random_generators)
def test_unit_of_a_goal_changes_nothing(rng: Random) -> None:
    tables, chosen = random_case(rng)
    goal_id = rng.choice(tables["goals"])["goal_id"]
    changed = in_another_unit(tables, goal_id, rng.choice([100, 0.001, 1e5, -1, -10]))
    check_same_answer(solve(tables, chosen), solve(changed, chosen), tables, chosen)


@often
@given(random_generators)
def test_unit_of_a_resource_changes_nothing(rng: Random) -> None:
    tables, chosen = random_case(rng)
    assume(tables["resources"])
    key, factor = rng.choice(tables["resources"])["resource_id"], rng.choice([10, 1000, 0.5])
    changed = copy.deepcopy(tables)
    for row in (*changed["resources"], *changed["uses"]):
        if row["resource_id"] == key:
            numbers = [column for column, cell in row.items() if isinstance(cell, int | float)]
            row |= {column: row[column] * factor for column in numbers}
    check_same_answer(solve(tables, chosen), solve(changed, chosen), tables, chosen)


@often
@given(random_generators)
def test_scale_of_weights_changes_nothing(rng: Random) -> None:
    tables, chosen = random_case(rng)
    factor = rng.choice([10, 0.01, 7])
    scaled = copy.deepcopy(tables)
    tier = rng.choice(tables["goals"])["tier"]
    scaled_settings = chosen | {"weights": {name: weight * factor for name, weight in chosen["weights"].items()}}
    scaled_settings["goal_weights"] = dict(chosen["goal_weights"])
    for row in scaled["goals"]:
        if row["tier"] == tier:  # weights within one tier, beside those of the tiers
            row["weight"] = row.get("weight", 1) * factor
            if row["goal_id"] in chosen["goal_weights"]:
                scaled_settings["goal_weights"][row["goal_id"]] *= factor
    check_same_answer(solve(tables, chosen), solve(scaled, scaled_settings), tables, chosen)


@often
@given(random_generators)
def test_switching_a_rule_off_never_lowers_the_optimum(rng: Random) -> None:
    tables, chosen = random_case(rng)
    in_force = [row["rule_id"] for row in tables["rules"] if row["rule_id"] not in chosen["without"]]
    assume(in_force)
    chosen["balance"] = 0
    freer = chosen | {"without": [*chosen["without"], rng.choice(in_force)]}
    check_never_lower(solve(tables, chosen), solve(tables, freer))


@often
@given(cases)
def test_lifting_locks_never_lowers_the_optimum(drawn: tuple[Tables, Cells]) -> None:
    tables, chosen = drawn
    chosen = chosen | {"balance": 0}
    check_never_lower(solve(tables, chosen), solve(tables, chosen | {"lock": {}}))


@often
@given(random_generators)
def test_lock_at_the_recommended_start_keeps_the_objective(rng: Random) -> None:
    tables, chosen = random_case(rng)
    chosen["balance"] = 0
    before = solve(tables, chosen)
    assume(before is not None)
    assert before is not None
    delivered = {row.initiative_id: (row.share, row.start) for row in before.plan.itertuples(index=False)}
    keys = [row["initiative_id"] for row in tables["initiatives"]]
    locks: dict[str, str] = {key: "out" for key in keys if key not in delivered}
    locks |= {key: start for key, (share, start) in delivered.items() if share == 1}
    one = rng.choice([key for key in keys if key in locks] or [None])
    for chosen_locks in ({one: locks[one]} if one else {}, locks):
        after = solve(tables, chosen | {"lock": {**chosen["lock"], **chosen_locks}})
        assert after is not None
        assert after.objective == close(before.objective, TIE)


@pytest.mark.parametrize("seed", range(10))
def test_same_question_twice_gives_the_same_answer(seed: int) -> None:
    tables, chosen = random_case(Random(seed))
    check_identical(solve(tables, chosen), solve(tables, chosen))
