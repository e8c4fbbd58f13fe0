"""Measure what a room of 24 means on the bundled example, with the weight map kept: python -m benchmarks.consensus."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from prioritiser import read_scenario
from prioritiser.analysis.weight_space.weight_map import build_map
from prioritiser.optimisation.fair import fairest_gain, least_regret
from prioritiser.optimisation.incumbent import Budget
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import solver_version
from prioritiser.scenario.schema import Tier
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.finding import Finder
from prioritiser.workshop.portfolios import merged_voices

EXAMPLE = Path(__file__).parent.parent / "scenarios" / "example-ics"
PEOPLE = 24
MAP_TOLERANCE = 0.01
GAP = 0.01
MOST_AT_ONCE_S, MOST_FAIR_S = 0.1, 10.0


def drawn_ballots(number: int, seed: int = 1) -> list[Ballot]:
    """Weights of so many people, each tier from 1 to 100."""
    rng = Random(seed)
    return [Ballot(f"p{n}", {tier.value: float(rng.randint(1, 100)) for tier in Tier}) for n in range(number)]


@contextmanager
def timed(what: str, spent: dict[str, float]) -> Iterator[None]:
    """Print and keep seconds by the clock, and of the processor."""
    began, used = perf_counter(), process_time()
    yield
    spent[what] = perf_counter() - began
    print(f"{what}: {spent[what]:.2f} s, {process_time() - used:.2f} s of processor", flush=True)


def main() -> int:
    """Print every figure; return 1 when a budget is broken."""
    scenario = read_scenario(EXAMPLE)
    optimiser, settings, ballots = Optimiser(scenario), scenario.settings, drawn_ballots(PEOPLE)
    print(f"example-ics, {PEOPLE} people, {platform.machine()}, {' '.join(solver_version())}")
    spent: dict[str, float] = {}
    with timed("the weight map, once", spent):
        drawn = build_map(optimiser, settings, tolerance=MAP_TOLERANCE)
    finder = Finder(optimiser, settings, GAP, Budget(), None)
    with timed("every participant's portfolio from the map", spent):
        shown = finder.at_once(ballots, drawn)
    with timed("the same, proved to 1e-6", spent):
        people = finder.participants(ballots)
    off = max((one.voice.best - first.voice.best) / one.voice.best for one, first in zip(people, shown, strict=True))
    low = max(one.voice.best - first.bound for one, first in zip(people, shown, strict=True))
    print(f"from the map at most {off:.2%} below the best; bounds too low by {max(0.0, low):.1e} at most")
    voices = merged_voices([one.voice for one in people])
    with timed("least regret to 1 %", spent):
        least = least_regret(scenario, finder.solved, voices, gap=GAP, known=[one.outcome for one in people])
    print(f"  largest regret {least.measure:.4f}, bound {least.bound:.4f}")
    with timed("fairest gain to 1 %", spent):
        fairest = fairest_gain(scenario, finder.solved, voices, gap=GAP)
    print(f"  geometric mean of gains {fairest.measure:.4f}, bound {fairest.bound:.4f}")
    fair = max(spent["least regret to 1 %"], spent["fairest gain to 1 %"])
    wrong = low > 1e-6 or least.gap > GAP or fairest.gap > GAP
    return int(wrong or spent["every participant's portfolio from the map"] > MOST_AT_ONCE_S or fair > MOST_FAIR_S)


if __name__ == "__main__":
    sys.exit(main())
