"""Endings told truly: a time limit, a cancel and a gap are never called optimal; a kept model forgets what it was asked."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from random import Random

import pytest

from prioritiser import (
    InfeasibleError,
    NoAnswerError,
    Optimiser,
    Portfolio,
    Scenario,
    Settings,
    optimise,
    read_scenario,
)
from prioritiser.analysis.robustness.sampling import draw_sizes, stream, with_sizes
from prioritiser.evaluation.portfolio import Termination
from prioritiser.optimisation.persistent import EffectSizes, SolveLimits, SolverResult, SolverStatus
from tests.optimisation.test_brute_force import check_case
from tests.page_scenarios import write_slow
from tests.small import write_files
from tests.strategies import build_scenario, random_case

PROOF = 1e-6


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return read_scenario(write_slow(tmp_path_factory.mktemp("slow")))


def assert_honest(portfolio: Portfolio, termination: Termination) -> None:
    """A usable plan that is not said to be proved."""
    assert portfolio.termination is termination
    assert portfolio.outcome.breaches == ()
    assert portfolio.bound > portfolio.objective + PROOF
    assert portfolio.gap == pytest.approx((portfolio.bound - portfolio.objective) / portfolio.objective)


@pytest.mark.thorough
def test_time_limit_is_never_called_optimal_when_time_is_up(slow: Scenario) -> None:
    began = time.monotonic()
    portfolio = optimise(slow, gap=0, time_limit=3)
    assert time.monotonic() - began < 6
    assert_honest(portfolio, Termination.TIME_LIMIT)
    assert not portfolio.tie_broken
    assert any("time was up" in notice for notice in portfolio.notices)


def test_no_answer_is_said_when_time_is_up_before_a_plan(slow: Scenario) -> None:
    with pytest.raises(NoAnswerError, match="Time was up before a portfolio was found"):
        optimise(slow, time_limit=0)


@pytest.mark.thorough
def test_gap_is_kept_and_said_when_one_is_asked(slow: Scenario) -> None:
    portfolio = optimise(slow, gap=0.2, time_limit=6)
    assert_honest(portfolio, Termination.GAP)
    assert portfolio.gap <= 0.2
    for tier, bound in portfolio.best_alone_bound.items():  # these are not proved within the time
        assert bound is None or bound > (portfolio.best_alone[tier] or 0.0) + PROOF


@pytest.mark.thorough
def test_cancelled_solve_keeps_its_plan_when_one_was_found(slow: Scenario) -> None:
    stop, ended = threading.Event(), []

    def cancel() -> None:
        stop.set()
        ended.append(time.monotonic())

    alarm = threading.Timer(4, cancel)
    alarm.start()
    portfolio = Optimiser(slow).solve(gap=0, stop=stop)
    late = time.monotonic() - ended[0]
    assert_honest(portfolio, Termination.CANCELLED)
    assert late < 2  # the time itself is measured by the benchmarks


def test_cancelled_solve_says_so_when_nothing_was_found(slow: Scenario) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(NoAnswerError, match="The solve was cancelled before a portfolio was found"):
        Optimiser(slow).solve(stop=stop)


@pytest.mark.parametrize("seed", [316, 431, 1230])
def test_best_is_found_when_the_solver_calls_its_start_optimal(seed: int) -> None:
    """Cases on which HiGHS 1.16 stopped at the plan it was given, though its own bound was higher."""
    check_case(*random_case(Random(seed)))


@pytest.mark.parametrize(
    ("objective", "bound", "gap", "closed"),
    [(1.0, 1.0, 0.0, True), (1.0, 1.0 + 1e-7, 0.0, True), (1.0, 1.1, 0.0, False), (1.0, 1.1, 0.2, True)],
)
def test_run_is_closed_when_its_bound_is_within_the_gap(
    objective: float, bound: float, gap: float, closed: bool
) -> None:
    assert SolveLimits(gap=gap).is_closed(SolverResult(SolverStatus.SOLVED, None, objective, bound, 0.0), 1.0) is closed


CLASH = {
    "rules.csv": (
        "rule_id,kind,subject,other,resource_id,limit,year\n"
        "R1,requires,wards,hub,,,\n"
        "R2,must_do,wards,,,,\n"
        "R3,must_not,hub,,,,\n"
        "R4,count_at_most,lead=Trust,,,1,\n"
    )
}


def test_clash_names_each_demand_that_is_needed_and_no_other(tmp_path: Path) -> None:
    """wards must be done and needs hub, which must not be done; money and R4 have nothing to do with it."""
    scenario = read_scenario(write_files(tmp_path / "clash", CLASH))
    with pytest.raises(InfeasibleError) as raised:
        optimise(scenario)
    assert [text.split()[1] for text in raised.value.clash] == ["R1", "R2", "R3"]
    for name in ("R1", "R2", "R3"):
        assert optimise(scenario, scenario.settings.replace(without=(name,))).outcome.breaches == ()


def test_rules_hold_again_when_a_clash_was_looked_for(tmp_path: Path) -> None:
    """Locking hub out leaves wards without what it needs; the next question is answered as if it were the first."""
    rules = CLASH["rules.csv"].replace("R3,must_not,hub,,,,\n", "R3,must_do,hub,,,,\n")
    scenario = read_scenario(write_files(tmp_path / "clash", {"rules.csv": rules}))
    optimiser = Optimiser(scenario)
    with pytest.raises(InfeasibleError):
        optimiser.solve(scenario.settings.replace(lock={"hub": "out"}))
    asked = Settings(weights={"national": 0, "local": 1}, capacity={"money": 0.7})
    again = optimiser.solve(asked)
    assert list(again.plan["initiative_id"]) == ["hub", "wards"]
    assert again.objective == pytest.approx(optimise(scenario, asked).objective)


def test_search_beyond_a_value_finds_what_is_better_and_bounds_the_rest() -> None:
    better = worse = relaxed = 0
    for seed in range(80):
        tables, chosen = random_case(Random(seed))
        chosen["balance"] = 0
        optimiser = Optimiser(build_scenario(tables, chosen))
        settings = optimiser.scenario.settings
        try:
            best = optimiser.best(
                settings, gap=0
            ).objective  # equal to brute force: tests/optimisation/test_brute_force.py
        except InfeasibleError:
            continue
        kept = optimiser.kept(settings)  # it still aims at the same
        for part in (0.5, 0.05, 0.001):
            run = kept.run_beyond(best - part * abs(best) - 1e-5, SolveLimits())
            assert run.values is not None, seed
            assert run.objective == pytest.approx(best, abs=2e-6), seed
            assert run.bound == pytest.approx(best, abs=2e-6), seed
            better += 1
        for least in (best + 1e-5, best + 0.01, best + 1.0):
            before = kept.runs
            assert best - 1e-9 <= kept.run_beyond(least, SolveLimits()).bound <= least + 1e-9, seed
            relaxed += kept.runs == before + 1
            worse += 1
        assert optimiser.best(settings, gap=0).objective == pytest.approx(best, abs=2e-6)  # nothing was left behind
    assert better > 150
    assert relaxed > 50
    assert worse > relaxed


@pytest.mark.thorough
def test_sizes_changed_in_place_are_as_if_built_with_them() -> None:
    same = anew = 0
    for seed in range(150):
        tables, chosen = random_case(Random(seed))
        scenario = build_scenario(tables, chosen)
        settings = scenario.settings
        kept = Optimiser(scenario).kept(settings)
        sizes = EffectSizes(kept)
        for drawn in draw_sizes(scenario, 4, stream(seed, "sizes")):
            if not sizes.fit(drawn):
                anew += 1
                continue
            sizes.set(drawn)
            built = Optimiser(with_sizes(scenario, drawn)).kept(settings)
            for model in (kept, built):
                model.set_costs([(score, 1.0) for score in model.model.score.values()])
            ours, theirs = kept.run(SolveLimits()), built.run(SolveLimits())
            assert ours.ending == theirs.ending, seed
            assert ours.objective == pytest.approx(theirs.objective, abs=2e-6), seed
            same += 1
    assert same > 200
    assert anew > 0
