"""Measure draws and acceptability on the bundled example: python -m benchmarks.stress [SAMPLES]."""

from __future__ import annotations

import platform
import statistics
import sys
from pathlib import Path
from time import perf_counter

import pulp

from prioritiser import read_scenario
from prioritiser.analysis.robustness.acceptability import WORKERS
from prioritiser.analysis.robustness.sampling import with_sizes
from prioritiser.analysis.robustness.stress import Stress, StressOptions, stress
from prioritiser.optimisation.model import build_model
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import solver_version
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case

EXAMPLE = Path(__file__).parent.parent / "scenarios" / "example-ics"
NAIVE = 20
MOST_DRAWS_S = 2.0
LEAST_RATIO = 10.0


def naive_seconds(scenario: Scenario, found: Stress, count: int) -> float:
    """Seconds of PuLP to gap 0 with its default HiGHS, built anew for each of the first samples: the mean."""
    seconds = []
    for sample in range(count):
        began = perf_counter()
        by_tier = dict(zip(found.portfolio.outcome.scores, found.sampled.weights[sample].tolist(), strict=True))
        asked = found.portfolio.settings.replace(weights=by_tier, case=Case.CENTRAL)
        drawn = with_sizes(scenario, found.sampled.sizes[sample])
        build_model(drawn, asked).problem.solve(pulp.HiGHS(msg=False, gapRel=0))
        seconds.append(perf_counter() - began)
    return statistics.fmean(seconds)


def main(samples: int = 1000) -> int:
    """Print every figure; return 1 when a budget is broken."""
    scenario = read_scenario(EXAMPLE)
    options = StressOptions(samples=samples)
    found = stress(Optimiser(scenario), None, options)
    naive = naive_seconds(scenario, found, min(NAIVE, samples))
    ours, draws = found.seconds["samples"], found.seconds["draws"]
    ratio = samples * naive / ours
    print(f"example-ics, {platform.machine()}, Python {platform.python_version()}, {' '.join(solver_version())}")
    print(f"{options.draws:,} draws for one plan: {draws:.2f} s (at most {MOST_DRAWS_S:.0f})")
    print(f"acceptability over {samples:,} samples, {WORKERS} workers: {ours:.1f} s")
    print(f"needed a solve: {found.sampled.solved}; certified to {found.sampled.margin:.2%} at worst")
    print(f"{samples:,} naive solves, from {min(NAIVE, samples)}: {samples * naive:,.0f} s, {ratio:.1f} times as long")
    print("seconds of the parts: " + ", ".join(f"{name} {spent:.1f}" for name, spent in found.seconds.items()))
    return int(draws > MOST_DRAWS_S or ratio < LEAST_RATIO or not found.complete)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
