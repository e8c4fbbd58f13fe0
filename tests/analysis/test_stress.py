"""Stress: acceptability, regret, estimates and the command, against hand cases and brute force."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from prioritiser import Optimiser, read_scenario
from prioritiser.analysis.robustness.stress import StressOptions, stress, stress_portfolio
from prioritiser.cli import run
from prioritiser.cli.stress import stress_text
from prioritiser.errors import InfeasibleError
from prioritiser.optimisation.incumbent import Budget
from prioritiser.scenario.scenario import Scenario
from tests.brute_force import Whole, allowed_wholes
from tests.depth import cases, part
from tests.places import QUICKSTART
from tests.reference import TIERS, Reference, plain_settings, plain_tables
from tests.strategies import Tables, build_scenario, case_in_whole, random_case


def _whole_case(seed: int, fixed: bool = True) -> tuple[Tables, dict[str, Any]]:
    """Draw a case of whole initiatives without balance; with fixed effects, of its central case."""
    tables, chosen = case_in_whole(Random(seed))
    for row in tables["effects"] if fixed else ():
        row.pop("low", None)
        row.pop("high", None)
    chosen["balance"], chosen["case"] = 0, "central"
    return tables, chosen


def _wholes(tables: Tables, chosen: dict[str, Any]) -> list[Whole]:
    case = Reference(tables, chosen)
    return allowed_wholes(case)


def _scores(whole: Whole, tiers: tuple[str, ...]) -> np.ndarray:
    return np.array([float(whole.scores[tier]) for tier in tiers])


OPTIONS = StressOptions(samples=40, draws=50, seed=4, tolerance=0.0)


def test_acceptability_equals_brute_force_when_only_weights_vary() -> None:
    tried = exact = 0
    for seed in part(range(60)):
        tables, chosen = _whole_case(seed)
        wholes = _wholes(tables, chosen)
        if not wholes:
            continue
        found = stress(Optimiser(build_scenario(tables, chosen)), None, OPTIONS, gap=0)
        sampled, tiers = found.sampled, tuple(found.portfolio.outcome.scores)
        assert found.complete
        assert sampled.done == 40
        worth = np.stack([_scores(whole, tiers) for whole in wholes])
        held = {name: [name in whole.plan for whole in wholes] for name in found.acceptability}
        share = dict.fromkeys(held, 0.0)
        unique = True
        for number, weights in enumerate(sampled.weights):
            values = worth @ weights
            plan = sampled.plans[sampled.chosen[number]]
            key = {name: (1.0, delivery.start + 1) for name, delivery in plan.items()}
            (value,) = (values[place] for place, whole in enumerate(wholes) if dict(whole.plan) == key)
            assert value >= values.max() - 1.1e-6, seed
            near = np.nonzero(values >= values.max() - 1e-5)[0]
            for name, inside in held.items():
                unique &= len({inside[place] for place in near}) == 1
                share[name] += inside[near[0]] / 40
        if unique:
            assert found.acceptability == pytest.approx(share), seed
        exact, tried = exact + unique, tried + 1
    assert tried > cases(20)
    assert exact >= cases(6)


def test_sampled_plans_are_within_the_tolerance_when_effects_vary_too() -> None:
    tried = spared = 0
    for seed in part(range(40)):
        tables, chosen = _whole_case(seed, fixed=False)
        chosen["balance"] = (0, 0.3)[seed % 2]
        if not _wholes(tables, chosen):
            continue
        scenario = build_scenario(tables, chosen)
        options = StressOptions(samples=8, draws=50, seed=seed, tolerance=0.05)
        found = stress(Optimiser(scenario), None, options)
        sampled, portfolio = found.sampled, found.portfolio
        spared += sampled.done - sampled.solved
        for number, weights in enumerate(sampled.weights):
            drawn = [
                row.cells(scenario.years) | dict.fromkeys(("low", "central", "high"), float(sampled.sizes[number, e]))
                for e, row in enumerate(scenario.effects)
            ]
            by_tier = dict(zip(portfolio.outcome.scores, weights.tolist(), strict=True))
            asked = chosen | {"weights": dict.fromkeys(TIERS, 0) | by_tier}
            wholes = _wholes(tables | {"effects": drawn}, asked)
            if sampled.chosen[number] < 0:
                assert wholes == [], seed
                continue
            plan = sampled.plans[sampled.chosen[number]]
            key = {name: (1.0, delivery.start + 1) for name, delivery in plan.items()}
            alone = {tier: float(score or 0) for tier, score in portfolio.best_alone.items()}
            values = {tuple(sorted(whole.plan.items())): whole.best_objective(alone) for whole in wholes}
            best = max(values.values())
            value = values[tuple(sorted(key.items()))]
            assert best - value <= 0.05 * abs(value) + 3e-6, seed
            tried += 1
    assert tried > cases(100)
    assert spared > cases(50)


def test_regret_equals_brute_force() -> None:
    tried = 0
    for seed in part(range(60)):
        tables, chosen = _whole_case(seed)
        wholes = _wholes(tables, chosen)
        if not wholes:
            continue
        found = stress(Optimiser(build_scenario(tables, chosen)), None, StressOptions(samples=5, draws=50), gap=0)
        tiers = tuple(found.portfolio.outcome.scores)
        worth = np.stack([_scores(whole, tiers) for whole in wholes])
        regrets = (worth.max(axis=0) - worth).max(axis=1)
        key = {name: (1.0, delivery.start + 1) for name, delivery in found.portfolio.outcome.plan.items()}
        (place,) = (place for place, whole in enumerate(wholes) if dict(whole.plan) == key)
        assert found.regret is not None
        assert found.regret.chosen == pytest.approx(regrets[place], abs=2e-6), seed
        assert regrets.min() - 2e-6 <= found.regret.least <= regrets.min() + 0.001 + 2e-6, seed
        assert found.regret.bound is not None
        assert found.regret.bound <= regrets.min() + 2e-6, seed
        # the worst of many weights is never worse than the corner, and the corner is one of them
        weights = np.vstack([np.eye(len(tiers)), np.random.default_rng(seed).dirichlet(np.ones(len(tiers)), 200)])
        values = worth @ weights.T
        assert found.regret.chosen == pytest.approx((values.max(axis=0) - values[place]).max(), abs=2e-6)
        tried += 1
    assert tried > cases(20)


def _either(low: float, high: float) -> Scenario:
    """Two initiatives of which the money buys one: one adds 3 for sure, the other something around 3."""
    tables: Tables = {
        "years": ["2026/27"],
        "goals": [{"goal_id": "g", "tier": "national", "2026/27": 10}],
        "resources": [{"resource_id": "money", "2026/27": 1}],
        "initiatives": [{"initiative_id": "sure"}, {"initiative_id": "unsure"}],
        "uses": [{"initiative_id": name, "resource_id": "money", "year_1": 1} for name in ("sure", "unsure")],
        "effects": [
            {"initiative_id": "sure", "goal_id": "g", "central": 3},
            {"initiative_id": "unsure", "goal_id": "g", "central": 2.9, "low": low, "high": high},
        ],
    }
    return build_scenario(tables, {"weights": {"national": 1}})


def test_value_of_information_equals_the_integral_when_two_plans_compete() -> None:
    found = stress(Optimiser(_either(1, 5)), None, StressOptions(samples=30, draws=40_000))
    first, second = 1 + 4 * 1.9 / 4, 1 + 4 * 2.1 / 4
    points = (np.arange(100_000) + 0.5) / 100_000
    density = points ** (first - 1) * (1 - points) ** (second - 1)
    density /= density.sum()
    drawn = 1 + 4 * points
    with_it = float(np.maximum(drawn, 3) @ density)
    (estimate,) = found.estimates
    mean = (1 + 4 * 2.9 + 5) / 6
    assert estimate.effect.initiative_id == "unsure"
    assert estimate.worth == pytest.approx((with_it - max(3.0, mean)) / 10, rel=0.05)
    assert 0.4 < estimate.switches < 0.6
    assert estimate.variance_share == 0  # the plan holds the sure one


def test_classes_share_and_variance_are_as_worked_by_hand() -> None:
    always = stress(Optimiser(_either(2.8, 2.95)), None, StressOptions(samples=30, draws=1000))
    assert always.acceptability == {"sure": 1.0, "unsure": 0.0}
    assert [row["class"] for row in always.as_json()["initiatives"]] == ["safe", "out"]
    tables: Tables = {
        "years": ["2026/27"],
        "goals": [{"goal_id": "g", "tier": "national", "2026/27": 10}],
        "initiatives": [{"initiative_id": "a"}],
        "effects": [{"initiative_id": "a", "goal_id": "g", "central": 3, "low": 2, "high": 4}],
    }
    only = stress(Optimiser(build_scenario(tables, {"weights": {"national": 1}})), None, StressOptions(samples=5))
    (estimate,) = only.estimates
    assert estimate.variance_share > 0.95  # bins of one estimate that explains everything
    assert estimate.worth == 0


def test_same_seed_gives_the_same_answer_and_another_seed_another() -> None:
    def answered(seed: int) -> dict[str, Any]:
        options = StressOptions(samples=30, draws=100, seed=seed, cost_spread=0.2)
        answer = stress(Optimiser(_either(1, 5)), None, options).as_json()
        answer.pop("seconds")
        return answer

    assert answered(3) == answered(3)
    assert answered(3) != answered(4)


def test_cancel_keeps_the_samples_done() -> None:
    stop = threading.Event()

    def progress(name: str, done: int, total: int) -> None:
        assert (name, total) == ("samples", 40)
        if done == 20:
            stop.set()

    options = StressOptions(samples=40, draws=100)
    found = stress(Optimiser(_either(1, 5)), None, options, budget=Budget.of(None, stop), progress=progress)
    assert (found.complete, found.sampled.done) == (False, 20)
    answer = found.as_json()
    assert answer["samples"] == 20
    assert all(0 <= row["share_of_samples"] <= 1 for row in answer["initiatives"])


def test_core_index_counts_the_portfolios_of_the_frontier(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stress", str(QUICKSTART), "--samples", "5", "--draws", "50", "--core", "--output", "-"]) == 0
    answer = json.loads(capsys.readouterr().out)
    scenario = read_scenario(QUICKSTART)
    case = Reference(plain_tables(scenario), plain_settings(scenario.settings))
    wholes = allowed_wholes(case)
    scores = np.unique(np.round([_scores(whole, TIERS) for whole in wholes], 9), axis=0)
    best = {tuple(row) for row in scores if not any((row <= scores).all(axis=1) & (row < scores).any(axis=1))}
    front = [whole for whole in wholes if tuple(np.round(_scores(whole, TIERS), 9)) in best]
    assert len(front) == len(best)  # one portfolio for each score vector
    for row in answer["initiatives"]:
        assert row["core_index"] == pytest.approx(sum(row["id"] in whole.plan for whole in front) / len(front))
    assert all(0 <= row["core_index"] <= 1 for row in answer["initiatives"])
    assert run(["stress", str(QUICKSTART), "--samples", "5", "--draws", "50", "--output", "-"]) == 0
    assert {row["core_index"] for row in json.loads(capsys.readouterr().out)["initiatives"]} == {None}


def test_command_answers_in_words_json_and_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ["stress", str(QUICKSTART), "--samples", "20", "--draws", "200", "--cost-spread", "0.2"]
    assert run(few) == 0
    text = capsys.readouterr().out
    assert "contested" in text
    assert "Capacity that may not hold" in text
    assert "independent" in text
    assert run([*few, "--weights-fixed", "--output", "-"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) >= {"samples", "draws", "seed", "initiatives", "goals", "capacities", "regret", "estimates"}
    assert {row["share_of_samples"] for row in answer["initiatives"]} == {0, 1}  # nothing varies but costs
    assert run([*few, "--output", str(tmp_path / "stress.csv")]) == 0
    rows = (tmp_path / "stress.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "initiative_id,name,in_plan,share_of_samples,class,core_index,scenario"
    assert len(rows) == 9


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--samples", "0"], "--samples 0: a whole number from 1"),
        (["--draws", "-3"], "--draws -3: a whole number from 1"),
        (["--seed", "-1"], "--seed -1: a whole number of 0 or more"),
        (["--cost-spread", "1"], "--cost-spread 1.0: a number from 0 to below 1"),
        (["--cost-spread", "nan"], "--cost-spread nan: a number from 0 to below 1"),
        (["--tolerance", "-0.1"], "--tolerance -0.1: a number from 0 to below 1"),
        (["--output", "stress.xlsx"], "expected a file ending in .json, .csv"),
    ],
)
def test_command_says_what_is_wrong(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stress", str(QUICKSTART), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_stress_stands_up_to_every_kind_of_scenario() -> None:
    answered = 0
    for seed in part(range(60)):
        scenario = build_scenario(*random_case(Random(seed)))
        options = StressOptions(samples=6, draws=60, seed=seed, cost_spread=0.3, tolerance=0.02)
        try:
            found = stress(Optimiser(scenario), None, options)
        except InfeasibleError:
            continue
        answer = found.as_json()
        json.dumps(answer, allow_nan=False)
        assert answer["complete"]
        assert answer["certified_gap"] <= 0.02 + 1e-9, seed
        assert answer["needed_a_solve"] <= answer["samples"] == 6
        assert [row["id"] for row in answer["initiatives"]] == [row.initiative_id for row in scenario.initiatives]
        answered += 1
    assert answered > cases(40)


def test_samples_without_a_plan_are_counted_apart() -> None:
    tables: Tables = {
        "years": ["2026/27"],
        "goals": [{"goal_id": "g", "tier": "national", "2026/27": 10}],
        "initiatives": [{"initiative_id": "a"}],
        "effects": [{"initiative_id": "a", "goal_id": "g", "central": 3, "low": 1, "high": 5}],
        "rules": [{"rule_id": "R1", "kind": "goal_at_least", "subject": "g", "year": "2026/27", "limit": 3}],
    }
    scenario = build_scenario(tables, {"weights": {"national": 1}})
    found = stress(Optimiser(scenario), None, StressOptions(samples=400, draws=50, tolerance=0.0))
    reached = int((found.sampled.sizes[:, 0] >= 3 - 3e-6).sum())
    assert found.sampled.with_plan == reached
    assert found.as_json()["samples_without_plan"] == 400 - reached
    assert 0.4 < reached / 400 < 0.6  # the distribution is symmetric about the limit
    assert found.acceptability == {"a": 1.0}


def test_stress_of_no_sample_says_that_nothing_is_known() -> None:
    scenario = read_scenario(QUICKSTART)
    portfolio = Optimiser(scenario).solve()
    found = stress_portfolio(Optimiser(scenario), portfolio, StressOptions(samples=50), budget=Budget(deadline=0.0))
    text = stress_text(found)
    assert "No sample has an answer yet." in text
    assert "Best plan for 0 samples of weights and drawn effects (stopped: 50 were asked for). Nothing is known" in text
    assert "within" not in text.partition("Initiative")[0]
