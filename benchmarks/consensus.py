"""Measure what a room of 24 means on the bundled example, with and without a kept map: python -m benchmarks.consensus.

Seconds are of the processor, as other work may run beside it; those by the clock follow in brackets. A regret is a
share of what somebody could gain: 'to 1 %' is a hundredth of that, the stricter 'to 1 % of it' one of the regret.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from prioritiser import read_scenario
from prioritiser.analysis.weight_space.store import cache_folder, keep_map, read_map
from prioritiser.analysis.weight_space.weight_map import PAGES_TOLERANCE, WeightMap, build_map
from prioritiser.optimisation.fair import fairest_gain, least_regret
from prioritiser.optimisation.incumbent import Budget
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import solver_version
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Tier
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.finding import Finder, own_portfolios_from_map
from prioritiser.workshop.portfolios import Participant, merged_voices

EXAMPLE = Path(__file__).parent.parent / "scenarios" / "example-ics"
PEOPLE, SEED = 24, 24
TO, OF_REGRET = 0.01, 0.01
MOST_AT_ONCE_S = 0.1
MOST_FAIR_S = 10.0


@dataclass(frozen=True)
class Timed[A]:
    """An answer, and seconds of the processor and by the clock."""

    answer: A
    worked: float
    passed: float

    def __str__(self) -> str:
        return f"{self.worked:7.2f} s ({self.passed:.2f})"


def timed[A](work: Callable[[], A]) -> Timed[A]:
    """Do something and time it."""
    worked, passed = process_time(), perf_counter()
    answer = work()
    return Timed(answer, process_time() - worked, perf_counter() - passed)


def ballots_at_random(count: int = PEOPLE, seed: int = SEED) -> list[Ballot]:
    """Draw ballots of a hundred points, most of them with something for every tier."""
    draws = np.round(100 * np.random.default_rng(seed).dirichlet([1.5] * len(Tier), count))
    tiers = [tier.value for tier in Tier]
    return [Ballot(f"p{n}", dict(zip(tiers, row.tolist(), strict=True))) for n, row in enumerate(draws)]


def kept_map(scenario: Scenario) -> WeightMap:
    """Read the map that is kept, or draw it and keep it."""
    folder = cache_folder()
    drawn = None if folder is None else read_map(folder, scenario, scenario.settings, PAGES_TOLERANCE)
    if drawn is None:
        drawn = build_map(Optimiser(scenario), scenario.settings, tolerance=PAGES_TOLERANCE)
        if folder is not None:
            keep_map(folder, drawn, scenario, scenario.settings)
    return drawn


type Proved = tuple[Finder, tuple[Participant, ...]]


def proved(scenario: Scenario, ballots: Sequence[Ballot], drawn: WeightMap | None) -> Proved:
    """Prove each participant's portfolio, with a map or without."""
    finder = Finder(Optimiser(scenario), scenario.settings, TO, Budget(), None, drawn)
    *_, people = finder.participants(ballots)
    return finder, people


def main() -> int:
    """Print every figure; return 1 when a budget is broken."""
    scenario, ballots = read_scenario(EXAMPLE), ballots_at_random()
    drawn = kept_map(scenario)
    at_once = timed(lambda: own_portfolios_from_map(drawn, scenario, scenario.settings, ballots))
    behind = timed(lambda: proved(scenario, ballots, drawn))
    alone = timed(lambda: proved(scenario, ballots, None))
    finder, people = behind.answer
    apart = max(abs(a.voice.best - b.voice.best) for a, b in zip(people, alone.answer[1], strict=True))
    short = max(one.voice.best - first.voice.best for one, first in zip(people, at_once.answer, strict=True))
    wrong = sum(one.voice.best > first.bound + 1e-6 for one, first in zip(people, at_once.answer, strict=True))
    voices, known = merged_voices([one.voice for one in people]), finder.known.outcomes
    asked = (scenario, scenario.settings, voices)
    regret = timed(lambda: least_regret(*asked, known=known, gap=TO))
    strict = timed(lambda: least_regret(*asked, known=known, gap=OF_REGRET * regret.answer.bound))
    regret_alone = timed(lambda: least_regret(*asked, gap=TO))
    gain = timed(lambda: fairest_gain(*asked, known=known, gap=TO))
    gain_alone = timed(lambda: fairest_gain(*asked, gap=TO))
    print(f"example-ics, {platform.machine()}, Python {platform.python_version()}, {' '.join(solver_version())}")
    print(f"{len(ballots)} ballots of tier weights, a kept map of {len(drawn.portfolios)} portfolios")
    print(f"each one's portfolio, from the map {at_once}   (at most {MOST_AT_ONCE_S})")
    print(f"  short of the best by at most     {short:.5f}, bound broken {wrong} times")
    print(f"proved behind, with the map        {behind}")
    print(f"proved without a map               {alone}   ratio {behind.worked / alone.worked:.2f}; {apart:.1e} apart")
    said = f"{regret.answer.measure:.4f}, not below {regret.answer.bound:.4f}"
    print(f"least regret to 1 %                {regret}   {said} (at most {MOST_FAIR_S:.0f} s)")
    print(f"  from no known plan               {regret_alone}   ratio {regret.worked / regret_alone.worked:.2f}")
    said = f"{strict.answer.measure:.4f}, not below {strict.answer.bound:.4f}"
    print(f"least regret to 1 % of it          {strict}   {said}")
    said = f"{gain.answer.measure:.4f}, not above {gain.answer.bound:.4f}"
    print(f"fairest gain to 1 %                {gain}   {said} (at most {MOST_FAIR_S:.0f} s)")
    print(f"  from no known plan               {gain_alone}   ratio {gain.worked / gain_alone.worked:.2f}")
    slow = at_once.worked > MOST_AT_ONCE_S or max(regret.worked, strict.worked, gain.worked) > MOST_FAIR_S
    return int(slow or wrong > 0 or apart > 2e-6)


if __name__ == "__main__":
    sys.exit(main())
