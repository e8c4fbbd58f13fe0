"""Measure the weight map on the bundled example against naive solves: python -m benchmarks.analysis [CHECKS]."""

from __future__ import annotations

import platform
import statistics
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import pulp

from prioritiser import read_scenario
from prioritiser.analysis.weight_space.weight_map import WeightMap, build_map, relative_gap
from prioritiser.optimisation.model import build_model
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import solver_version
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings

EXAMPLE = Path(__file__).parent.parent / "scenarios" / "example-ics"
TOLERANCE = 0.01
NAIVE = 10_000
SAMPLED = 7
MOST_ANSWER_S = 0.02
LEAST_RATIO = 100.0


def weights_at_random(tiers: tuple[str, ...], count: int, seed: int = 7) -> list[dict[str, float]]:
    """Draw weights evenly from the triangle."""
    rng = np.random.default_rng(seed)
    return [dict(zip(tiers, draw.tolist(), strict=True)) for draw in rng.dirichlet(np.ones(len(tiers)), count)]


def naive_seconds(scenario: Scenario, asked: list[Settings]) -> float:
    """Seconds of PuLP to gap 0 with its default HiGHS, rebuilt each time: the median."""
    seconds = []
    for settings in asked:
        began = perf_counter()
        build_model(scenario, settings).problem.solve(pulp.HiGHS(msg=False, gapRel=0))
        seconds.append(perf_counter() - began)
    return statistics.median(seconds)


def check(optimiser: Optimiser, drawn: WeightMap, weights: list[dict[str, float]]) -> tuple[int, float]:
    """Solve at random weights to proof; count the answers whose certified gap is smaller than the true one."""
    settings, wrong, largest = optimiser.scenario.settings, 0, 0.0
    for here in weights:
        best = optimiser.best(settings.replace(weights=here), gap=0.0).objective
        _, value, certified = drawn.answer(here)
        true = relative_gap(value, best, drawn.fineness)
        largest = max(largest, true)
        wrong += true > certified + 1e-9
    return wrong, largest


def main(checks: int = 200) -> int:
    """Print every figure; return 1 when a budget is broken."""
    scenario = read_scenario(EXAMPLE)
    optimiser = Optimiser(scenario)
    drawn = build_map(optimiser, scenario.settings, tolerance=TOLERANCE)
    weights = weights_at_random(drawn.tiers, max(checks, SAMPLED))
    naive = naive_seconds(scenario, [scenario.settings.replace(weights=here) for here in weights[:SAMPLED]])
    drawn.answer(weights[0])
    began = perf_counter()
    gaps = [drawn.answer(here)[2] for here in weights]
    answer = (perf_counter() - began) / len(weights)
    wrong, largest = check(optimiser, drawn, weights[:checks])
    ratio = NAIVE * naive / drawn.seconds
    print(f"example-ics, {platform.machine()}, Python {platform.python_version()}, {' '.join(solver_version())}")
    print(f"map to {TOLERANCE:.0%}: {drawn.seconds:.1f} s, {drawn.solves} solves, {len(drawn.portfolios)} portfolios")
    times = f"{ratio:.0f} times as long (at least {LEAST_RATIO:.0f})"
    print(f"{NAIVE:,} naive solves, from {SAMPLED}: {NAIVE * naive:,.0f} s, {times}")
    print(f"an answer from the map: {1000 * answer:.2f} ms, certified to {max(gaps):.2%} at worst")
    print(f"certified gap below the true one at {wrong} of {checks} random weights; largest true gap {largest:.2%}")
    return int(wrong > 0 or answer > MOST_ANSWER_S or ratio < LEAST_RATIO or max(gaps) > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
