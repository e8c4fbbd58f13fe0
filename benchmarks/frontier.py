"""The exact frontier of generated knapsacks against pyaugmecon with HiGHS: python -m benchmarks.frontier [--quick].

Seconds are of processor time, as both use one thread and other work may run beside them; imports do not count.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import platform
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from prioritiser.analysis.pareto.frontier import find_frontier
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import solver_version
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, Goal, Initiative, Resource, Tier, Use
from prioritiser.scenario.settings import Settings

YEAR = "2026/27"
LARGEST = 100  # values and loads are whole numbers from 1 to this
TWO, THREE = (20, 30, 40, 50), (20, 25)
QUICK_TWO, QUICK_THREE = (20, 30), (10,)
SEEDS = (1, 2, 3)
QUICK_SEEDS = (1,)
TIME_LIMIT_S = 150.0
LEAST_RATIO = 3.0
INSTALL = "python3 -m uv run --group benchmarks python -m benchmarks.frontier"

type Point = tuple[int, ...]


class MissingPackageError(Exception):
    """The package to compare with is not installed."""


class PointsDifferError(Exception):
    """The two found different points."""


@dataclass(frozen=True)
class Knapsack:
    """Objects to choose from. values: objectives × objects. loads: one an object, at most `limit` in all."""

    values: tuple[tuple[int, ...], ...]
    loads: tuple[int, ...]
    limit: int


@dataclass(frozen=True)
class Measured:
    """What one contender found: points in the units of the objectives, solves and seconds."""

    points: frozenset[Point]
    solves: int
    seconds: float


def make_knapsack(objectives: int, size: int, seed: int) -> Knapsack:
    """Make up a knapsack that holds half of the load of all objects."""
    rng = Random(f"{objectives} {size} {seed}")
    values = tuple(tuple(rng.randint(1, LARGEST) for _ in range(size)) for _ in range(objectives))
    loads = tuple(rng.randint(1, LARGEST) for _ in range(size))
    return Knapsack(values, loads, sum(loads) // 2)


def knapsack_scenario(knapsack: Knapsack) -> Scenario:
    """Write a knapsack as a scenario: a tier an objective, an all-or-nothing initiative an object.

    The score of a tier is the value of its objective as a part of the value of all objects.
    """
    tiers = list(Tier)[: len(knapsack.values)]
    names = [f"object {number}" for number in range(len(knapsack.loads))]
    return Scenario(
        title=f"knapsack of {len(names)}",
        years=(YEAR,),
        settings=Settings(weights={tier.value: 1 for tier in tiers}),
        goals=tuple(
            Goal(goal_id=tier.value, tier=tier, targets={YEAR: float(sum(sizes))})
            for tier, sizes in zip(tiers, knapsack.values, strict=True)
        ),
        resources=(Resource(resource_id="load", capacities={YEAR: float(knapsack.limit)}),),
        initiatives=tuple(Initiative(initiative_id=name) for name in names),
        uses=tuple(
            Use(initiative_id=name, resource_id="load", amounts={"year_1": float(load)})
            for name, load in zip(names, knapsack.loads, strict=True)
        ),
        effects=tuple(
            Effect(initiative_id=name, goal_id=tier.value, central=float(size))
            for tier, sizes in zip(tiers, knapsack.values, strict=True)
            for name, size in zip(names, sizes, strict=True)
        ),
    )


def prioritiser(knapsack: Knapsack) -> Measured:
    """Find every point with `find_frontier`; building the model counts, making the scenario does not."""
    scenario = knapsack_scenario(knapsack)
    began = process_time()
    frontier = find_frontier(Optimiser(scenario), step=0)
    seconds = process_time() - began
    totals = [sum(sizes) for sizes in knapsack.values]
    points = frozenset(
        tuple(round(point.outcome.scores[tier] * total) for tier, total in zip(frontier.tiers, totals, strict=True))
        for point in frontier.points
    )
    if not frontier.exact or len(points) != len(frontier.points):
        raise PointsDifferError(f"Prioritiser: {len(frontier.points)} points, exact: {frontier.exact}.")
    return Measured(points, frontier.solves, seconds)


def pyaugmecon(knapsack: Knapsack) -> Measured:
    """Find every point with pyaugmecon: each whole number of a constrained objective is a grid point."""
    package, pyo = _imported("pyaugmecon"), _imported("pyomo.environ")
    model = pyo.ConcreteModel()
    objects = range(len(knapsack.loads))
    model.x = pyo.Var(objects, within=pyo.Binary)
    model.held = pyo.Constraint(expr=sum(knapsack.loads[i] * model.x[i] for i in objects) <= knapsack.limit)
    model.obj_list = pyo.ObjectiveList()
    for sizes in knapsack.values:
        model.obj_list.add(expr=sum(sizes[i] * model.x[i] for i in objects), sense=pyo.maximize)
    with tempfile.TemporaryDirectory() as folder:
        config = {
            "mode": "exact",
            "workers": 1,
            "early_exit": True,
            "bypass": True,
            "flag": True,
            "solver_name": "highs",
            "solver_options": {"threads": 1, "mip_rel_gap": 0.0},
            "artifact_folder": folder,
            "write_csv": False,
            "progress_bar": False,
            "log_to_console": False,
        }
        began = process_time()
        search = package.PyAugmecon(model, config)
        result = search.solve()
        seconds = process_time() - began
    points = frozenset(tuple(round(value) for value in point) for point in result.points)
    return Measured(points, result.models_solved + search.model.setup_solve_count, seconds)


CONTENDERS: dict[str, Callable[[Knapsack], Measured]] = {part.__name__: part for part in (prioritiser, pyaugmecon)}


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            f"{error.name} is not installed: this benchmark alone needs it. uv installs it where you run: {INSTALL}"
        ) from error


def check_same(knapsack: Knapsack, ours: Measured, theirs: Measured) -> None:
    """Raise PointsDifferError, with the points that only one has, unless both found the same set."""
    if ours.points == theirs.points:
        return
    only = [
        f"only {name}: {sorted(points)[:5]}"
        for name, points in (("Prioritiser", ours.points - theirs.points), ("pyaugmecon", theirs.points - ours.points))
        if points
    ]
    raise PointsDifferError(
        f"{len(knapsack.values)} objectives, {len(knapsack.loads)} objects: Prioritiser found {len(ours.points)} "
        f"points, pyaugmecon {len(theirs.points)}; {'; '.join(only)}."
    )


def measure(name: str, objectives: int, size: int, seed: int) -> Measured | None:
    """Run a contender in a process of its own; None where the time limit was not enough."""
    command = [sys.executable, "-m", "benchmarks.frontier", name, str(objectives), str(size), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    if done.returncode == -signal.SIGXCPU:
        return None
    if done.returncode != 0:
        raise RuntimeError(f"{name} stopped at {objectives} objectives, {size} objects, seed {seed}:\n{done.stderr}")
    found = json.loads(done.stderr.strip().splitlines()[-1])
    return Measured(frozenset(tuple(point) for point in found["points"]), found["solves"], found["seconds"])


def _child(name: str, *numbers: str) -> None:
    """Run a contender under the time limit and write what it found to standard error."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = round(process_time() + TIME_LIMIT_S)
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    measured = CONTENDERS[name](make_knapsack(*(int(number) for number in numbers)))
    shown = {"points": sorted(measured.points), "solves": measured.solves, "seconds": measured.seconds}
    print(json.dumps(shown), file=sys.stderr)


def compare(objectives: int, size: int, seeds: tuple[int, ...]) -> float:
    """Print a line for each knapsack of one size; return the median ratio of seconds, at least where time was up."""
    ratios = []
    for seed in seeds:
        ours = measure(prioritiser.__name__, objectives, size, seed)
        if ours is None:
            print(f"{objectives:10} {size:7} {seed:4}   Prioritiser not done in {TIME_LIMIT_S:.0f} s", flush=True)
            ratios.append(0.0)
            continue
        theirs = measure(pyaugmecon.__name__, objectives, size, seed)
        if theirs is None:
            ratios.append(TIME_LIMIT_S / ours.seconds)
            cells = f"{'–':>7} {f'not done in {TIME_LIMIT_S:.0f} s':>8} more than {ratios[-1]:.1f}"
        else:
            check_same(make_knapsack(objectives, size, seed), ours, theirs)
            ratios.append(theirs.seconds / ours.seconds)
            cells = f"{theirs.solves:7} {theirs.seconds:8.2f} s {ratios[-1]:7.1f}"
        found = f"{len(ours.points):7} {ours.solves:7} {ours.seconds:8.2f} s"
        print(f"{objectives:10} {size:7} {seed:4} {found} {cells}", flush=True)
    return statistics.median(ratios)


def main(quick: bool = False) -> int:
    """Print every figure; return 1 when pyaugmecon is missing, or at some size not three times as slow."""
    try:
        _imported("pyaugmecon")
    except MissingPackageError as error:
        print(error)
        return 1
    versions = f"pyaugmecon {importlib.metadata.version('pyaugmecon')}, Pyomo {importlib.metadata.version('pyomo')}"
    print(f"{platform.machine()}, Python {platform.python_version()}, {' '.join(solver_version())}, {versions}")
    print("objectives objects seed  points  solves    seconds  theirs    seconds   ratio")
    seeds = QUICK_SEEDS if quick else SEEDS
    broken = False
    for objectives, sizes in ((2, QUICK_TWO if quick else TWO), (3, QUICK_THREE if quick else THREE)):
        for size in sizes:
            ratio = compare(objectives, size, seeds)
            print(f"{objectives:10} {size:7}  median ratio {ratio:.1f} (at least {LEAST_RATIO:.0f})", flush=True)
            broken |= ratio < LEAST_RATIO
    return int(broken)


if __name__ == "__main__":
    if sys.argv[1:] in ([], ["--quick"]):
        sys.exit(main("--quick" in sys.argv))
    _child(*sys.argv[1:])
