"""Measure the full board pack of the bundled example once its answers exist: seconds and size by format, and memory.

Exits with 1 when a target is missed. The answers are worked out first, which takes a few minutes.
"""

from __future__ import annotations

import resource
import sys
from datetime import date
from time import perf_counter

from benchmarks.app_server import EXAMPLE
from prioritiser.analysis.robustness.stress import StressOptions, stress_portfolio
from prioritiser.files.scenario_files import read_scenario
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.report.document import Paper
from prioritiser.report.inputs import gather, what_ifs

MOST_S, MOST_MB, MOST_MEMORY_MB = 5.0, 6.0, 500.0
SAMPLES = 200


def main() -> int:
    """Print each figure with its target; return 1 when one is missed."""
    scenario = read_scenario(EXAMPLE)
    optimiser = Optimiser(scenario)
    began = perf_counter()
    portfolio = optimiser.solve(scenario.settings)
    stress = stress_portfolio(optimiser, portfolio, StressOptions(samples=SAMPLES))
    known = gather(optimiser, portfolio, stress, what_ifs(scenario))
    print(f"answers of example-ics, {SAMPLES} samples: {perf_counter() - began:.0f} s")
    began = perf_counter()
    from prioritiser.exports.formats import FORMATS, Pack, write_pack  # noqa: PLC0415 - its time is shown by itself

    print(f"loading the writers: {perf_counter() - began:.2f} s")
    pack = Pack(known, Paper(), date.today())
    began = perf_counter()
    everything = write_pack(".zip", pack)
    seconds = perf_counter() - began
    for ending in FORMATS:
        began = perf_counter()
        size = len(write_pack(ending, pack)) / 1e6
        print(f"  {ending}: {perf_counter() - began:.2f} s after the zip, {size:.2f} MB")
    broken = _line("everything as a zip, the first time", seconds, "s", MOST_S)
    broken |= _line("size of it", len(everything) / 1e6, "MB", MOST_MB)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(broken | _line("memory at most, with the answers", memory, "MB", MOST_MEMORY_MB))


def _line(what: str, figure: float, unit: str, most: float) -> bool:
    broken = not figure < most
    print(f"{what:<40}{figure:9.2f} {unit:<3} (under {most:g}){'  BROKEN' if broken else ''}")
    return broken


if __name__ == "__main__":
    sys.exit(main())
