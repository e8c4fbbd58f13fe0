"""Measure reading, building, solving and memory on the bundled example, and compare with PuLP rebuilt from scratch.

Each contender runs in a child process of its own over the same weights; exits with 1 when a budget is broken. With
--all the other measurements follow in the same run, which takes about half an hour.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

EXAMPLE = Path(__file__).parent.parent / "scenarios" / "example-ics"
WEIGHTS = ((40, 30, 30), (70, 20, 10), (34, 33, 33), (20, 20, 60), (50, 25, 25), (30, 50, 20), (60, 10, 30))
MOST_READ_AND_BUILD_S = 1.0
MOST_MEMORY_MB = 400.0
MOST_RATIO = 0.5
OTHERS = ("analysis", "consensus", "stress", "growth", "frontier", "app", "pack")

type Measured = dict[str, list[float]]


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _settings() -> Iterator[object]:
    from prioritiser import read_scenario  # noqa: PLC0415 - only the children import the project

    own = read_scenario(EXAMPLE).settings
    for national, local, long_term in WEIGHTS:
        yield own.replace(weights={"national": national, "local": local, "long_term": long_term})


def read_and_build() -> Measured:
    """Seconds to read the example and to build its model, without imports."""
    from prioritiser import read_scenario  # noqa: PLC0415
    from prioritiser.optimisation.model import build_model  # noqa: PLC0415

    scenario = read_scenario(EXAMPLE)
    reads = [_timed(lambda: read_scenario(EXAMPLE)) for _ in range(7)]
    builds = [_timed(lambda: build_model(scenario, scenario.settings)) for _ in range(7)]
    return {"read": reads, "build": builds}


def _kept(gap: float) -> Measured:
    from prioritiser import read_scenario  # noqa: PLC0415
    from prioritiser.optimisation.optimiser import Optimiser  # noqa: PLC0415

    optimiser = Optimiser(read_scenario(EXAMPLE))
    objectives: list[float] = []
    seconds = [
        _timed(lambda asked=asked: objectives.append(optimiser.best(asked, gap=gap).objective))  # type: ignore[misc]
        for asked in _settings()
    ]
    return {"seconds": seconds, "objective": objectives}


def kept_to_proof() -> Measured:
    """Seconds of the kept model to gap 0, the first with its building, one weight set after another."""
    return _kept(0.0)


def kept_to_half_percent() -> Measured:
    """Seconds of the kept model to a gap of 0.5 %."""
    return _kept(0.005)


def rebuilt() -> Measured:
    """Seconds of PuLP to gap 0 with its default HiGHS, the problem built anew for each weight set."""
    import pulp  # noqa: PLC0415

    from prioritiser import read_scenario  # noqa: PLC0415
    from prioritiser.optimisation.model import build_model  # noqa: PLC0415

    scenario = read_scenario(EXAMPLE)
    objectives: list[float] = []

    def solve(asked: object) -> None:
        problem = build_model(scenario, asked).problem  # type: ignore[arg-type]
        objectives.append(float(problem.solve(pulp.HiGHS(msg=False, gapRel=0)).objective or 0.0))

    return {"seconds": [_timed(lambda asked=asked: solve(asked)) for asked in _settings()], "objective": objectives}  # type: ignore[misc]


def memory() -> Measured:
    """Peak memory of the whole answer, in MB."""
    from prioritiser import optimise, read_scenario  # noqa: PLC0415

    optimise(read_scenario(EXAMPLE))
    return {"mb": [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]}


CONTENDERS: dict[str, Callable[[], Measured]] = {
    part.__name__: part for part in (read_and_build, kept_to_proof, kept_to_half_percent, rebuilt, memory)
}


def _child(name: str) -> Measured:
    """Run a contender in a process of its own; what the solver prints before the answer is passed over."""
    command = [sys.executable, "-m", "benchmarks", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=EXAMPLE.parent.parent)
    measured: Measured = json.loads(done.stderr.strip().splitlines()[-1])
    return measured


def main() -> int:
    """Print every figure with its budget; return 1 when one is broken."""
    found = {name: _child(name) for name in CONTENDERS}
    read, build = (statistics.median(found["read_and_build"][key]) for key in ("read", "build"))
    proof, half, anew = (
        statistics.median(found[name]["seconds"]) for name in ("kept_to_proof", "kept_to_half_percent", "rebuilt")
    )
    peak, ratio = found["memory"]["mb"][0], proof / anew
    pairs = zip(found["kept_to_proof"]["objective"], found["rebuilt"]["objective"], strict=True)
    apart = max(abs(ours - theirs) for ours, theirs in pairs)
    print(f"example-ics, median of {len(WEIGHTS)} weight sets")
    print(f"read                          {read:8.3f} s")
    print(f"build                         {build:8.3f} s")
    print(f"solve to 0.5 %                {half:8.3f} s")
    print(f"solve to gap 0                {proof:8.3f} s")
    print(f"PuLP rebuilt, default HiGHS   {anew:8.3f} s")
    print(f"ratio                         {ratio:8.3f}   (at most {MOST_RATIO})")
    print(f"objectives differ by at most  {apart:8.1e}")
    print(f"peak memory of solve          {peak:8.0f} MB (at most {MOST_MEMORY_MB:.0f})")
    broken = {
        "reading and building take too long": read + build > MOST_READ_AND_BUILD_S,
        "solve uses too much memory": peak > MOST_MEMORY_MB,
        "the kept model is too slow": ratio > MOST_RATIO,
        "the two do not agree": apart > 1e-6,
    }
    for what, is_broken in broken.items():
        if is_broken:
            print(f"BROKEN: {what}")
    return int(any(broken.values()))


def run_all() -> int:
    """Run every measurement, one after another; return 1 when any budget is broken."""
    broken = main()
    for name in OTHERS:
        print(f"\npython -m benchmarks.{name}", flush=True)
        broken |= subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    return int(broken != 0)


if __name__ == "__main__":
    if sys.argv[1:] == ["--all"]:
        sys.exit(run_all())
    elif len(sys.argv) > 1:
        print(json.dumps(CONTENDERS[sys.argv[1]]()), file=sys.stderr)
    else:
        sys.exit(main())
