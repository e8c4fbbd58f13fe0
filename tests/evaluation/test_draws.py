"""Draws and spreads: distributions, and the arithmetic over many draws against `evaluate` one by one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from random import Random

import numpy as np
import pytest

from prioritiser import evaluate
from prioritiser.analysis.robustness.batch_evaluation import ManyLevels, capacity_spreads, goal_spreads, many_used
from prioritiser.analysis.robustness.sampling import Draws, draw, expected, pert, stream
from prioritiser.evaluation.plan import Delivery
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case, YesNo
from tests.depth import cases, part
from tests.strategies import Tables, build_scenario, random_case, random_plan


def _plan(tables: Tables, rng: Random) -> dict[str, Delivery]:
    years = tables["years"]
    return {name: Delivery(share, years.index(start)) for name, share, start in random_plan(rng, tables)}


def _cases(seeds: range) -> Iterator[tuple[int, Scenario, dict[str, Delivery]]]:
    """Scenarios, and a plan for each."""
    for seed in part(seeds):
        rng = Random(seed)
        tables, chosen = random_case(rng)
        yield seed, build_scenario(tables, chosen), _plan(tables, rng)


@pytest.mark.parametrize(("low", "central", "high"), [(1, 2, 6), (5, 2, 1), (-3, 0, 1), (2, 2, 9), (0, 4, 4)])
def test_pert_has_its_mean_and_stays_within_its_ends(low: float, central: float, high: float) -> None:
    drawn = pert(np.random.default_rng(1), low, central, high, 40_000)
    assert drawn.min() >= min(low, high)
    assert drawn.max() <= max(low, high)
    error = drawn.std() / 200
    assert abs(drawn.mean() - (low + 4 * central + high) / 6) < 4 * error


def test_pert_is_fixed_when_its_ends_are_the_same() -> None:
    assert list(pert(np.random.default_rng(1), 3, 3, 3, 2)) == [3, 3]


def test_parts_of_the_draws_do_not_depend_on_each_other() -> None:
    assert stream(5, "sizes").random() == stream(5, "sizes").random()
    assert stream(5, "sizes").random() != stream(5, "costs").random()


def test_levels_equal_evaluate_when_draws_are_fixed_at_the_cases() -> None:
    for seed in part(range(150)):
        rng = Random(seed)
        tables, chosen = random_case(rng)
        scenario = build_scenario(tables, chosen)
        for case in Case:
            settings = scenario.settings.replace(case=case)
            sizes = np.array([[effect.size(case) for effect in scenario.effects]] * 2).reshape(2, -1)
            many = ManyLevels(scenario, settings, expected(scenario, sizes))
            plan = _plan(tables, rng)
            outcome = evaluate(scenario, plan, settings)
            levels = many.levels(plan)
            assert levels == pytest.approx(np.stack([outcome.levels] * 2), abs=1e-9), seed
            assert many.tiers == tuple(outcome.scores)
            assert many.scores(levels)[1] == pytest.approx(list(outcome.scores.values()), abs=1e-9), seed
            broken = any("goal_at_least" in breach.text for breach in outcome.breaches)
            assert many.keeps_rules(levels)[0] == (not broken), seed


def _as_drawn(draws: Draws, number: int) -> Scenario:
    """Rebuild the scenario of one draw: what is not delivered has no effects, what is has its drawn ones in full."""
    scenario = draws.scenario
    there = {row.initiative_id for i, row in enumerate(scenario.initiatives) if draws.delivered[number, i]}
    effects = [
        effect.model_copy(update=dict.fromkeys(("low", "central", "high"), float(draws.sizes[number, e])))
        for e, effect in enumerate(scenario.effects)
        if effect.initiative_id in there and (effect.if_also is None or effect.if_also in there)
    ]
    sure = tuple(row.model_copy(update={"confidence": 1.0}) for row in scenario.initiatives)
    return dataclasses.replace(scenario, effects=tuple(effects), initiatives=sure)


def test_single_draws_equal_evaluate_of_the_scenario_rebuilt() -> None:
    tried = 0
    for seed, scenario, plan in _cases(range(50)):
        draws = draw(scenario, 8, seed)
        many = ManyLevels(scenario, scenario.settings, draws.felt())
        levels = many.levels(plan)
        for number in (0, 7):
            outcome = evaluate(_as_drawn(draws, number), plan, scenario.settings)
            assert levels[number] == pytest.approx(outcome.levels, abs=1e-9), seed
            met = [None if cell is None else bool(cell) for cell in outcome.goals["met"]]
            spreads = goal_spreads(scenario, levels[number : number + 1])
            assert [None if row.chance is None else row.chance == 1 for row in spreads] == met, seed
            tried += 1
    assert tried == 2 * cases(50)  # two draws of each


def test_capacities_hold_as_the_breaches_say_when_costs_are_certain() -> None:
    for seed, scenario, plan in _cases(range(60)):
        outcome = evaluate(scenario, plan)
        used = many_used(draw(scenario, 3, seed), plan)
        assert used == pytest.approx(np.stack([outcome.used] * 3), abs=1e-9)
        broken = {(breach.subject, breach.year) for breach in outcome.breaches if breach.kind == "capacity"}
        spreads = capacity_spreads(scenario, scenario.settings, used)
        assert {(row.name, row.year) for row in spreads if row.chance == 0} == broken, seed
        assert all(row.chance in (0, 1) for row in spreads)


def test_costs_are_drawn_for_positive_uses_only() -> None:
    for seed, scenario, plan in _cases(range(30)):
        draws = draw(scenario, 5, seed, 0.4)
        used = many_used(draws, plan)
        for number in range(5):
            drawn = [
                use.model_copy(
                    update={
                        "amounts": {
                            year: amount
                            * (draws.costs[use.initiative_id, use.resource_id][number] if amount > 0 else 1)
                            for year, amount in use.amounts.items()
                        }
                    }
                )
                for use in scenario.uses
            ]
            rebuilt = dataclasses.replace(scenario, uses=tuple(drawn))
            assert used[number] == pytest.approx(evaluate(rebuilt, plan).used, abs=1e-9), seed
        factors = np.array(list(draws.costs.values()) or [[1.0]])
        assert 0.6 <= factors.min() <= factors.max() <= 1.4


def test_chance_is_the_confidence_when_a_fixed_effect_just_meets_the_target() -> None:
    tables: Tables = {
        "years": ["2026/27"],
        "goals": [{"goal_id": "g", "tier": "national", "2026/27": 5}],
        "resources": [{"resource_id": "money", "2026/27": 10, "carry_over": YesNo.NO.value}],
        "initiatives": [{"initiative_id": "a", "confidence": 0.7}],
        "uses": [{"initiative_id": "a", "resource_id": "money", "year_1": 10}],
        "effects": [{"initiative_id": "a", "goal_id": "g", "central": 5}],
    }
    scenario = build_scenario(tables, {"weights": {"national": 1}})
    draws = draw(scenario, 10_000, 3, 0.2)
    plan = {"a": Delivery(1.0, 0)}
    (spread,) = goal_spreads(scenario, ManyLevels(scenario, scenario.settings, draws.felt()).levels(plan))
    assert spread.chance == pytest.approx(0.7, abs=4 * (0.21 / 10_000) ** 0.5)
    assert (spread.p5, spread.p50, spread.p95) == (0, 5, 5)
    (capacity,) = capacity_spreads(scenario, scenario.settings, many_used(draws, plan))
    assert capacity.chance == pytest.approx(0.5, abs=0.02)  # a factor is as often above 1 as below
