"""Prices equal what trying every plan gives, on seeded cases with ties, and what a pencil gives on the quickstart."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from prioritiser import InfeasibleError, Optimiser, SettingsError, read_scenario
from prioritiser.analysis.marginal_values.capacities import with_capacity
from prioritiser.analysis.marginal_values.price import PARTS, Price, find_price
from prioritiser.cli import run
from prioritiser.cli.price import price_text
from prioritiser.evaluation.outcome import capacity
from prioritiser.optimisation.incumbent import Budget
from tests.brute_force import Best, InParts, Whole, allowed_wholes, find_best, start_choices
from tests.depth import WHOLE, part, thorough
from tests.feasibility import breaches
from tests.places import QUICKSTART
from tests.reference import TIERS, Reference
from tests.strategies import build_scenario, random_case

YEAR = "2026/27"
SAME = 2e-6


def best_objective(case: Reference, best_alone: dict[str, float]) -> float:
    """Largest objective over every plan, with S* held."""
    reached = []
    for starts in start_choices(case):
        whole = Whole(case, starts)
        option: Whole | InParts = whole
        if any(row.get("min_scale", 1) < 1 for row in case.initiatives.values()):
            option = InParts(case, starts)
        elif breaches(case, whole.plan):
            continue
        objective = option.best_objective(best_alone)
        if objective is not None:
            reached.append(objective)
    return max(reached)


def small_cases(seeds: range) -> Iterator[tuple[int, dict[str, Any], dict[str, Any], Best, Price]]:
    for seed in seeds:
        tables, chosen = random_case(Random(seed))
        found = find_best(Reference(tables, chosen))
        scenario = build_scenario(tables, chosen)
        if found is None:
            with pytest.raises(InfeasibleError) as raised:
                find_price(Optimiser(scenario), gap=0)
            assert raised.value.clash
            continue
        yield seed, tables, chosen, found, find_price(Optimiser(scenario), parts=PARTS, gap=0)


def with_limit(tables: dict[str, Any], chosen: dict[str, Any], row: Any, added: float) -> Reference:
    """Change one capacity by hand: the table holds what is in force, and the factors go."""
    case = Reference(tables, chosen)
    changed, settings = deepcopy(tables), {**chosen, "capacity": {}}
    for resource in changed["resources"]:
        for t, year in enumerate(tables["years"], start=1):
            if year in resource:
                resource[year] = case.capacity(resource["resource_id"], t)
                if (resource["resource_id"], year) == (row.resource_id, row.year):
                    resource[year] += added
    return Reference(changed, settings)


@pytest.mark.parametrize("first", [0, *map(thorough, range(8, 32, 8))])
def test_prices_equal_brute_force_on_seeded_cases_with_ties(first: int) -> None:
    priced = 0
    for seed, tables, chosen, found, price in small_cases(range(first, first + 8)):
        alone = dict(found.best_alone)
        try:
            assert price.complete
            for row in price.capacities:
                expected = best_objective(with_limit(tables, chosen, row, row.added), alone) - found.objective
                assert row.brings.objective == pytest.approx(expected, abs=SAME)
                assert row.brings.objective >= 0
                assert not row.brings.within_gap
                if chosen["balance"] == 0:
                    weights = price.portfolio.outcome.weights
                    summed = sum(weights[tier] * gain for tier, gain in row.brings.tiers.items())
                    assert summed == pytest.approx(expected, abs=SAME)
                priced += 1
            for rule in price.rules:
                less = {**chosen, "without": [*chosen["without"], rule.name]}
                expected = best_objective(Reference(tables, less), alone) - found.objective
                assert rule.costs.objective == pytest.approx(expected, abs=SAME)
                priced += 1
            for lock in price.locks:
                less = {**chosen, "lock": {key: to for key, to in chosen["lock"].items() if key != lock.name}}
                expected = best_objective(Reference(tables, less), alone) - found.objective
                assert lock.costs.objective == pytest.approx(expected, abs=SAME)
            assert len(price.rules) == len([r for r in tables["rules"] if r["rule_id"] not in chosen["without"]])
            assert len(price.locks) == len(chosen["lock"])
            assert [point.balance for point in price.balance] == [step / 10 for step in range(11)]
            for point in price.balance:
                case = Reference(tables, {**chosen, "balance": point.balance})
                assert point.objective == pytest.approx(best_objective(case, alone), abs=SAME)
                assert point.objective == pytest.approx(float(case.objective(point.tiers, alone)), abs=SAME)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
    assert priced > 10


def test_more_capacity_never_loses_and_a_larger_step_never_buys_less() -> None:
    for _, _, chosen, _, price in small_cases(range(40, 50)):
        gains: dict[tuple[str, str], dict[float, float]] = {}
        for row in price.capacities:
            gains.setdefault((row.resource_id, row.year), {})[row.added] = row.brings.objective
        for steps in gains.values():
            bought = [steps[added] for added in sorted(steps)]
            assert all(after >= before - SAME for before, after in zip([0.0, *bought], bought, strict=False)), chosen


def test_a_capacity_of_any_size_is_changed_alone() -> None:
    for seed in range(40):
        tables, chosen = random_case(Random(seed))
        scenario = build_scenario(tables, chosen)
        settings = scenario.settings
        for resource in scenario.resources:
            for year in resource.capacities:
                limit = capacity(resource, year, settings) + 1
                changed, asked = with_capacity(scenario, settings, resource.resource_id, year, limit)
                for other in changed.resources:
                    for label in other.capacities:
                        before = capacity(scenario.resource_by_id[other.resource_id], label, settings)
                        is_it = (other.resource_id, label) == (resource.resource_id, year)
                        assert capacity(other, label, asked) == pytest.approx(limit if is_it else before, abs=1e-12)


def test_quickstart_prices_equal_those_worked_by_hand() -> None:
    scenario = read_scenario(QUICKSTART)
    price = find_price(Optimiser(scenario), parts=PARTS, gap=0)
    assert price.complete
    assert price.portfolio.objective == pytest.approx(0.41)
    (rule,) = price.rules  # its README: theatre lists replace handover, 45 for 41
    assert (rule.name, rule.kind, rule.what) == ("R1", "requires", "Medical director")
    assert rule.costs.objective == pytest.approx(0.04)
    assert rule.costs.entered == ("theatre_lists",)
    assert set(rule.costs.left) == {"handover", "shared_record"}
    assert rule.costs.tiers == pytest.approx({"national": 0.1, "local": 0.0, "long_term": 0.0})
    levels = {change.goal_id: (change.before, change.after) for change in rule.costs.goals if change.year == "2028/29"}
    assert levels["ae"] == pytest.approx((79, 77))
    assert levels["rtt"] == pytest.approx((65, 69))
    # every initiative uses as much in each year, so one year more of one resource buys nothing
    assert len(price.capacities) == 2 * 3 * 3
    assert all(row.brings.objective == 0 and not row.brings.goals for row in price.capacities)
    assert [row.added for row in price.capacities if row.resource_id == "money"][:3] == pytest.approx([1, 50, 100])


def one_year(**changes: Any) -> dict[str, Any]:
    """Two initiatives of one year that the same money is too little for; A is worth 2 a pound, B 1."""
    tables = {
        "years": [YEAR],
        "goals": [{"goal_id": "a", "tier": "national", YEAR: 10}, {"goal_id": "b", "tier": "local", YEAR: 10}],
        "resources": [{"resource_id": "money", YEAR: 6}],
        "initiatives": [{"initiative_id": "A"}, {"initiative_id": "B"}],
        "uses": [
            {"initiative_id": "A", "resource_id": "money", "year_1": 4},
            {"initiative_id": "B", "resource_id": "money", "year_1": 3},
        ],
        "effects": [
            {"initiative_id": "A", "goal_id": "a", "central": 8},
            {"initiative_id": "B", "goal_id": "b", "central": 3},
        ],
    }
    return tables | changes


EVEN = {"weights": {"national": 1, "local": 1}}


def test_one_more_unit_of_a_whole_case_buys_what_it_lets_in() -> None:
    price = find_price(Optimiser(build_scenario(one_year(), EVEN)), parts=["capacities"], gap=0)
    unit, five, ten = price.capacities
    assert [row.step for row in price.capacities] == ["unit", "5%", "10%"]
    assert unit.brings.objective == pytest.approx(0.15)  # B: half of 3 of 10
    assert unit.brings.tiers == pytest.approx({"national": 0, "local": 0.3})
    assert unit.brings.entered == ("B",)
    (change,) = unit.brings.goals
    assert (change.goal_id, change.year, change.before, change.after) == ("b", YEAR, 0, 3)
    assert five.brings.objective == ten.brings.objective == 0  # 6.6 is still too little
    assert unit.marginal_value == pytest.approx(0.05)  # the relaxation delivers 2/3 of B: 0.15 for 3


def test_marginal_value_of_a_linear_case_is_the_true_gain_of_a_unit() -> None:
    tables = one_year(
        initiatives=[{"initiative_id": "A", "min_scale": 0}, {"initiative_id": "B", "min_scale": 0}],
        resources=[{"resource_id": "money", YEAR: 5}],
    )
    price = find_price(Optimiser(build_scenario(tables, EVEN)), parts=["capacities"], gap=0)
    unit = price.capacities[0]
    assert unit.marginal_value == pytest.approx(0.05)
    assert unit.brings.objective == pytest.approx(0.05)
    assert unit.as_json()["relaxation_marginal_value"] == pytest.approx(0.05)


def test_marginal_value_of_carried_capacity_counts_in_its_year_and_later() -> None:
    years = ["2026/27", "2027/28"]
    tables = one_year(
        years=years,
        goals=[{"goal_id": "a", "tier": "national", years[1]: 10}, {"goal_id": "b", "tier": "local", years[1]: 10}],
        resources=[{"resource_id": "money", years[0]: 3, years[1]: 2, "carry_over": "yes"}],
        initiatives=[
            {"initiative_id": "A", "min_scale": 0, "earliest": years[1]},
            {"initiative_id": "B", "min_scale": 0, "earliest": years[1]},
        ],
    )
    price = find_price(Optimiser(build_scenario(tables, EVEN)), parts=["capacities"], gap=0)
    units = {row.year: row for row in price.capacities if row.step == "unit"}
    for year in years:  # both pay for work that starts in the second year
        assert units[year].marginal_value == pytest.approx(0.05)
        assert units[year].brings.objective == pytest.approx(0.05)


def test_headroom_and_national_points_equal_those_worked_by_hand() -> None:
    price = find_price(Optimiser(build_scenario(one_year(), EVEN)), parts=["headroom", "national"], gap=0)
    assert price.headroom is not None
    (room,) = price.headroom.rooms
    assert (room.capacity, room.needed) == (6, 4)
    assert room.left == pytest.approx(1 / 3)
    # B alone gives 0.3·(1−w), A alone 0.8·w: local work is left from w = 3/11 = 0.2727 on, in steps of half a point
    assert price.headroom.vanishes == pytest.approx(0.275)
    assert price.headroom.least == pytest.approx(0.275)
    by_step = {point.name: point for point in price.national_points}
    assert by_step["best"].points == 0
    assert by_step["best"].cost == 0
    assert by_step["+1"].changes is None


def test_national_points_cost_what_brute_force_says() -> None:
    first = {"weights": {"national": 1, "local": 9}}  # B is better: 0.27 for 0.08
    price = find_price(Optimiser(build_scenario(one_year(), first)), parts=["national"], gap=0)
    for point in price.national_points:
        assert point.changes == pytest.approx({"national": 0.8, "local": -0.3})
        assert point.cost == pytest.approx(0.27 - 0.08)
    assert [point.name for point in price.national_points] == ["+1", "+2", "+5", "best"]


def test_other_work_that_costs_national_work_nothing_never_vanishes() -> None:
    tables = one_year(resources=[{"resource_id": "money", YEAR: 7}])  # both fit
    price = find_price(Optimiser(build_scenario(tables, EVEN)), parts=["headroom"], gap=0)
    assert price.headroom is not None
    assert price.headroom.scores == pytest.approx({"national": 0.8, "local": 0})
    assert price.headroom.rooms[0].left == pytest.approx(3 / 7)
    assert price.headroom.vanishes is None
    assert price.headroom.least == 0  # at every weight all of it is done


def test_national_points_and_headroom_equal_brute_force_on_seeded_cases() -> None:
    compared = 0
    for seed, tables, chosen, found, price in small_cases(part(range(70, 110))):
        case = Reference(tables, chosen)
        if "national" not in found.best_alone or any("min_scale" in row for row in tables["initiatives"]):
            continue
        plans = allowed_wholes(case)
        best = found.best_alone["national"]
        try:
            for point in price.national_points:
                assert (point.changes is not None) == (point.floor <= best + SAME)
                if point.cost is not None:
                    allowed = [plan for plan in plans if plan.scores["national"] >= point.floor - SAME]
                    objective = max(plan.best_objective(found.best_alone) for plan in allowed)
                    assert point.cost == pytest.approx(found.objective - objective, abs=SAME)
                    compared += 1
            if price.headroom is not None:
                assert price.headroom.national == pytest.approx(best, abs=SAME)
                protected = [plan for plan in plans if plan.scores["national"] >= best - SAME]
                needed = sum(room.needed / room.capacity for room in price.headroom.rooms)
                if not any(row.get("carry_over") == "yes" for row in tables["resources"]):
                    assert needed == pytest.approx(min(plan.use for plan in protected), abs=1e-5)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
    assert compared > 0 and (compared > 10 or not WHOLE)


def test_what_is_said_of_a_gain_holds_when_the_gap_is_wide() -> None:
    for seed in part(range(110, 120)):
        tables, chosen = random_case(Random(seed))
        found = find_best(Reference(tables, chosen))
        if found is None:
            continue
        price = find_price(Optimiser(build_scenario(tables, chosen)), parts=["capacities", "rules"], gap=0.5)
        for rule in price.rules:
            less = {**chosen, "without": [*chosen["without"], rule.name]}
            gain = best_objective(Reference(tables, less), dict(found.best_alone)) - found.objective
            assert rule.costs.at_least - SAME <= gain <= rule.costs.at_most + SAME
        for row in price.capacities:
            gain = best_objective(with_limit(tables, chosen, row, row.added), dict(found.best_alone)) - found.objective
            assert row.brings.at_least - SAME <= gain <= row.brings.at_most + SAME
            assert row.brings.objective >= 0


def test_balance_sentence_is_computed_from_the_curve() -> None:
    tables = one_year(initiatives=[{"initiative_id": "A", "min_scale": 0}, {"initiative_id": "B", "min_scale": 0}])
    price = find_price(Optimiser(build_scenario(tables, EVEN)), parts=["balance"], gap=0)
    first, last = price.balance[0], price.balance[-1]
    # without balance A in full (0.8 of 0.8) and 2/3 of B (0.2 of 0.3); with it the same part p of both: 7p = 6
    assert first.least == pytest.approx(2 / 3)
    assert last.least == pytest.approx(6 / 7)
    assert first.value == pytest.approx(0.5)
    assert last.value == pytest.approx(0.55 * 6 / 7)
    assert price.balance_sentence is not None
    assert "100\u00a0% of the balance for 6\u00a0% of the value" in price.balance_sentence


def test_payoff_shows_the_goals_that_compete() -> None:
    price = find_price(Optimiser(build_scenario(one_year(), EVEN)), parts=["payoff"], gap=0)
    assert price.payoff is not None
    assert price.payoff.reached["a"] == pytest.approx({"a": 0.8, "b": 0.0})
    assert price.payoff.reached["b"] == pytest.approx({"a": 0.0, "b": 0.3})
    assert [pair[:2] for pair in price.payoff.conflicts] == [("a", "b")]
    assert "compete" in price.payoff.sentences()[0]


def test_payoff_diagonal_equals_brute_force_on_seeded_cases() -> None:
    for _, tables, chosen, _, price in small_cases(range(60, 66)):
        assert price.payoff is not None
        for goal_id in price.payoff.reached:
            alone = {**chosen, "balance": 0, "goal_weights": {row["goal_id"]: 0 for row in tables["goals"]}}
            alone["goal_weights"][goal_id] = 1
            alone["weights"] = dict.fromkeys(TIERS, 1)
            found = find_best(Reference(tables, alone))
            assert found is not None
            assert price.payoff.reached[goal_id][goal_id] == pytest.approx(found.objective, abs=3e-4)


def test_policies_sum_spend_and_gain_of_the_plan() -> None:
    tables = one_year(
        resources=[{"resource_id": "money", "unit": "£k", YEAR: 7}],
        initiatives=[{"initiative_id": "A", "shift": "digital"}, {"initiative_id": "B", "shift": "prevention"}],
    )
    price = find_price(Optimiser(build_scenario(tables, EVEN)), parts=["policies"], gap=0)
    digital, prevention = price.policies
    assert (digital.tag, digital.value, digital.proposed, digital.delivered) == ("shift", "digital", 1, 1)
    assert (digital.spend, prevention.spend) == (4, 3)
    assert (digital.gain, prevention.gain) == pytest.approx((0.4, 0.15))
    assert digital.spend_share == pytest.approx(4 / 7)


def test_a_notice_says_that_best_alone_scores_are_held_when_there_is_a_balance() -> None:
    price = find_price(Optimiser(build_scenario(one_year(), {**EVEN, "balance": 0.3})), parts=["rules"], gap=0)
    assert any("best-alone" in notice for notice in price.notices)


def test_cancel_keeps_what_was_found_and_marks_it() -> None:
    scenario = read_scenario(QUICKSTART)
    stop = threading.Event()

    def cancel(name: str, done: int, total: int) -> None:
        if name.startswith("Money") and done == 1:
            stop.set()

    price = find_price(Optimiser(scenario), gap=0, budget=Budget.of(None, stop), progress=cancel)
    assert not price.complete
    assert "capacities" in price.unfinished
    assert len(price.capacities) == 3  # the first capacity-year
    assert not price.rules
    said = price_text(price)
    assert "Not complete: stopped before the end of capacities, rules" in said
    assert "no rules in force" not in said
    json.dumps(price.as_json(), allow_nan=False)


def test_rows_are_told_as_they_are_found() -> None:
    scenario = read_scenario(QUICKSTART)
    told: list[Price] = []
    said: list[str] = []
    price = find_price(
        Optimiser(scenario),
        scenario.settings.replace(lock={"handover": "in", "theatre_lists": "out"}),
        parts=("capacities", "rules", "locks", "national"),
        progress=lambda name, done, total: said.append(f"{name} {done} of {total}"),
        tell=told.append,
    )
    numbers = [len(row.capacities) + len(row.rules) + len(row.locks) + len(row.national_points) for row in told]
    assert numbers == sorted(set(numbers)) and numbers[0] > 0
    for so_far in told:
        assert not so_far.complete
        assert so_far.capacities == price.capacities[: len(so_far.capacities)]
        assert so_far.locks == price.locks[: len(so_far.locks)]
    assert told[0].unfinished == ("capacities", "rules", "locks", "national")
    assert told[-1].unfinished == ("national",)
    assert price.complete and price.unfinished == ()
    assert "Without the lock of theatre_lists 1 of 2" in said


def test_unknown_part_is_an_error() -> None:
    optimiser = Optimiser(read_scenario(QUICKSTART))
    with pytest.raises(SettingsError, match="'capacity' came"):
        find_price(optimiser, parts=["capacity"])
    with pytest.raises(SettingsError, match="nothing came"):
        find_price(optimiser, parts=[])


def test_command_gives_the_prices_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["price", str(QUICKSTART), "--payoff", "--lock", "handover=in", "--output", "-"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["complete"]
    assert {"resource", "year", "step", "objective_gain", "tier_gains"} <= set(answer["capacities"][0])
    assert answer["rules"][0]["id"] == "R1"
    assert answer["locks"][0]["id"] == "handover"
    assert answer["locks"][0]["objective_cost"] == 0
    assert set(answer["rules"][0]["tier_costs"]) == set(TIERS)
    assert {"balance", "objective", "tiers"} <= set(answer["balance"][0])
    assert answer["payoff"]["goals"]
    assert answer["headroom"]["capacities"]


def test_command_speaks_to_a_person_and_writes_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["price", str(QUICKSTART)]) == 0
    said = capsys.readouterr().out
    assert "R1 costs most: 4.00 points" in said
    assert "best national result" in said
    assert run(["price", str(QUICKSTART), "--parts", "rules", "--output", str(tmp_path / "prices.csv")]) == 0
    header, row = (tmp_path / "prices.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.startswith("what,id,year,step,added,objective,at_most,national,local,long_term")
    assert row.startswith("rule,R1,")


@pytest.mark.parametrize("arguments", [["--parts", "capacity"], ["--parts", ","], ["--gap", "-1"]])
def test_command_refuses_bad_arguments(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(["price", str(QUICKSTART), *arguments]) == 2
    assert capsys.readouterr().err.strip()
