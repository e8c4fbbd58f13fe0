"""The map's answer as a portfolio: it is what the map holds, recomputed, and no plan is better than its bound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prioritiser import optimise, read_scenario
from prioritiser.analysis.weight_space.answer import portfolio_of_map
from prioritiser.analysis.weight_space.weight_map import WeightMap, build_map
from prioritiser.errors import SettingsError, WrongAnswerError
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.settings import Settings
from tests.places import QUICKSTART

SCENARIO = read_scenario(QUICKSTART)
WEIGHTS = [(40, 30, 30), (100, 0, 0), (0, 100, 0), (0, 0, 100), (7, 80, 13), (50, 0, 50), (34, 33, 33)]


def settings_at(weights: tuple[int, ...], **more: float) -> Settings:
    tiers = ("national", "local", "long_term")
    return SCENARIO.settings.replace(weights=dict(zip(tiers, map(float, weights), strict=True)), **more)


def map_for(settings: Settings, tolerance: float = 0.0) -> WeightMap:
    return build_map(Optimiser(SCENARIO), settings, tolerance=tolerance)


@pytest.fixture(scope="module")
def exact() -> WeightMap:
    return map_for(SCENARIO.settings)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_answer_of_an_exact_map_is_the_best_there_is(exact: WeightMap, weights: tuple[int, ...]) -> None:
    settings = settings_at(weights)
    answer, best = portfolio_of_map(exact, settings), optimise(SCENARIO, settings, gap=0.0)
    assert answer.settings == settings
    assert answer.objective == pytest.approx(best.objective, abs=1e-6)
    assert answer.gap == 0 and answer.termination == "optimal"
    assert not answer.outcome.breaches and answer.solver.solves == 0 and not answer.tie_broken


@pytest.mark.parametrize("balance", [0.0, 0.4])
@pytest.mark.parametrize("weights", WEIGHTS[:5])
def test_no_plan_is_better_than_the_bound_of_a_coarse_map(weights: tuple[int, ...], balance: float) -> None:
    settings = settings_at(weights, balance=balance)
    coarse = map_for(settings_at((1, 1, 1), balance=balance), tolerance=0.3)
    answer, best = portfolio_of_map(coarse, settings), optimise(SCENARIO, settings, gap=0.0)
    assert answer.objective <= best.objective + 1e-6 <= answer.bound + 2e-6


def test_best_alone_is_taken_over_only_where_it_holds(exact: WeightMap) -> None:
    settings = settings_at((7, 80, 13))
    same = optimise(SCENARIO, SCENARIO.settings, gap=0.0)
    assert portfolio_of_map(exact, settings).best_alone == dict.fromkeys(same.best_alone)
    assert portfolio_of_map(exact, settings, same).best_alone == same.best_alone
    unsure = replace(same, best_alone_bound=dict.fromkeys(same.best_alone, 1.0))
    assert set(portfolio_of_map(exact, settings, unsure).best_alone.values()) == {None}
    other = optimise(SCENARIO, SCENARIO.settings.replace(capacity={"money": 0.5}), gap=0.0)
    assert set(portfolio_of_map(exact, settings, other).best_alone.values()) == {None}


def test_map_that_disagrees_with_the_plan_recomputed_is_not_shown(exact: WeightMap) -> None:
    inflated = tuple(replace(one, values=tuple(value + 0.1 for value in one.values)) for one in exact.portfolios)
    with pytest.raises(WrongAnswerError, match="the plan recomputed gives"):
        portfolio_of_map(replace(exact, portfolios=inflated), SCENARIO.settings)
    with pytest.raises(WrongAnswerError, match="breaks a limit"):
        portfolio_of_map(exact, SCENARIO.settings.replace(capacity={"money": 0.0}))
    with pytest.raises(SettingsError):
        portfolio_of_map(exact, settings_at((0, 0, 0)))
