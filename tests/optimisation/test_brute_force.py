"""Random small scenarios: the program's answer equals the best of every plan, found with arithmetic of its own.

PRIORITISER_BRUTE_FORCE_CASES=5000 runs that many seeded cases, from PRIORITISER_BRUTE_FORCE_FIRST (default 0) on.
"""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from prioritiser import InfeasibleError, Optimiser, Settings, optimise
from prioritiser.evaluation.startable import largest_shares
from prioritiser.scenario.schema import RuleKind
from tests import depth
from tests.agreement import check_portfolio
from tests.brute_force import TIE, InParts, Whole, find_best, start_choices
from tests.feasibility import breaches
from tests.reference import Reference
from tests.strategies import build_scenario, case_in_whole, cases, random_case, random_settings

SEEDED_CASES = int(os.environ.get("PRIORITISER_BRUTE_FORCE_CASES", str(depth.cases(160))))
FIRST_SEED = int(os.environ.get("PRIORITISER_BRUTE_FORCE_FIRST", "0"))
BATCH = 20


def check_case(tables: dict[str, Any], chosen: dict[str, Any]) -> None:
    """Solve a case both ways and hold one against the other."""
    scenario = build_scenario(tables, chosen)
    case = Reference(tables, chosen)
    best = find_best(case)
    if best is None:
        with pytest.raises(InfeasibleError) as raised:
            optimise(scenario, gap=0)
        assert raised.value.clash
        return
    portfolio = optimise(scenario, gap=0)
    check_portfolio(case, best, portfolio)
    most = largest_shares(scenario, scenario.settings)
    for name, delivery in portfolio.outcome.plan.items():
        assert delivery.share <= most[name] * (1 + 1e-6)


@settings(
    max_examples=depth.cases(120),
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(cases)
def test_optimise_equals_brute_force_on_any_small_scenario(drawn: tuple[dict[str, Any], dict[str, Any]]) -> None:
    check_case(*drawn)


@pytest.mark.parametrize("first", range(FIRST_SEED, FIRST_SEED + SEEDED_CASES, BATCH))
def test_optimise_equals_brute_force_on_seeded_scenarios(first: int) -> None:
    for seed in range(first, min(first + BATCH, FIRST_SEED + SEEDED_CASES)):
        try:
            check_case(*random_case(Random(seed)))
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise


def check_kept_model(tables: dict[str, Any], questions: list[dict[str, Any]]) -> None:
    """Ask one kept model several questions, in stages; each last answer is as good as a fresh one."""
    optimiser = Optimiser(build_scenario(tables, questions[0]))
    for wanted in questions:
        case = Reference(tables, wanted)
        best = find_best(case)
        if best is None:
            with pytest.raises(InfeasibleError):
                list(optimiser.stages(Settings(**wanted)))
            continue
        stages = list(optimiser.stages(Settings(**wanted)))
        assert stages[0].objective >= best.objective - 0.005 * abs(best.objective) - TIE
        for early in stages:
            assert early.objective <= best.objective + TIE
            assert early.bound >= best.objective - TIE
        check_portfolio(case, best, stages[-1])


@pytest.mark.parametrize("first", range(FIRST_SEED, FIRST_SEED + SEEDED_CASES // 4, BATCH // 4))
def test_kept_model_equals_brute_force_question_after_question(first: int) -> None:
    for seed in range(first, min(first + BATCH // 4, FIRST_SEED + SEEDED_CASES // 4)):
        rng = Random(seed)
        tables, chosen = random_case(rng)
        others = [random_settings(rng, tables) for _ in range(3)]
        try:
            check_kept_model(tables, [chosen, *others, chosen])
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise


@pytest.mark.parametrize("seed", depth.part(range(12)))
def test_brute_force_when_its_two_ways_meet(seed: int) -> None:
    # Where nothing is delivered in part, the linear programme over shares must say what the plain formulas say.
    tables, chosen = case_in_whole(Random(seed))
    case = Reference(tables, chosen | {"balance": 0})
    for starts in start_choices(case):
        whole, programme = Whole(case, starts), InParts(case, starts)
        if breaches(case, whole.plan):
            assert programme.best_value() is None
            continue
        assert programme.best_value() == pytest.approx(whole.best_value(), abs=1e-8)
        assert programme.least_use(whole.best_value() - TIE, {}) == pytest.approx(whole.use, abs=1e-8)


def test_random_scenarios_when_counted() -> None:
    # A proof by random cases is worth what the cases hold: each kind of rule, ties, partial delivery, infeasible ones.
    kinds: set[str] = set()
    counts = {"infeasible": 0, "tied": 0, "in parts": 0, "something chosen": 0, "balance": 0}
    for seed in range(150):
        tables, chosen = random_case(Random(seed))
        case = Reference(tables, chosen)
        kinds |= {rule["kind"] for rule in case.rules}
        best = find_best(case)
        counts["infeasible"] += best is None
        if best is not None:
            counts["tied"] += len(best.whole_plans) > 1
            counts["in parts"] += best.in_parts
            counts["something chosen"] += best.in_parts or best.whole_plans != [{}]
            counts["balance"] += chosen["balance"] > 0 and best.objective != best.best_value
    assert kinds == set(RuleKind)
    assert all(count >= 10 for count in counts.values()), counts
