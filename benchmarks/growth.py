"""How time and memory grow with the number of initiatives: python -m benchmarks.growth."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter

SIZES = (30, 71, 120, 300, 1000)
GAPS = (0.05, 0.02, 0.01)
TIME_LIMIT_S = 30.0


def measure(initiatives: int) -> dict[str, float | None]:
    """Measure one size: seconds to build, to the bound of the relaxation and to each gap; peak memory in MB."""
    from benchmarks.generated import dense_scenario  # noqa: PLC0415 - only the children import the project
    from prioritiser.errors import NoAnswerError  # noqa: PLC0415
    from prioritiser.optimisation.incumbent import Budget  # noqa: PLC0415
    from prioritiser.optimisation.optimiser import Optimiser  # noqa: PLC0415

    scenario = dense_scenario(initiatives)
    optimiser = Optimiser(scenario)
    began = perf_counter()
    optimiser.kept(scenario.settings)
    measured: dict[str, float | None] = {"build": perf_counter() - began}
    began = perf_counter()
    optimiser.relaxed(scenario.settings, {"national": 0.4, "local": 0.3, "long_term": 0.3})
    measured["relaxation"] = perf_counter() - began
    for gap in GAPS:
        began = perf_counter()
        try:
            found = Optimiser(scenario).best(gap=gap, budget=Budget.of(TIME_LIMIT_S))
        except NoAnswerError:
            measured[f"gap {gap:.0%}"] = None
            continue
        reached = found.bound - found.objective <= gap * abs(found.objective) * 1.0001
        measured[f"gap {gap:.0%}"] = perf_counter() - began if reached else None
    measured["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return measured


def main() -> int:
    """Print a line for each size; a dash where the gap was not reached in the time there was."""
    shown = ["build", "relaxation", *(f"gap {gap:.0%}" for gap in GAPS)]
    print("initiatives " + " ".join(f"{name:>12}" for name in shown) + f" {'memory':>10}")
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks.growth", str(size)]
        root = Path(__file__).parent.parent
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
        measured = json.loads(done.stderr.strip().splitlines()[-1])
        cells = [f"{measured[name]:10.2f} s" if measured[name] is not None else f"{'–':>12}" for name in shown]
        print(f"{size:11} " + " ".join(cells) + f" {measured['mb']:7.0f} MB", flush=True)
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))), file=sys.stderr)
    else:
        sys.exit(main())
