"""The knapsacks of `benchmarks.frontier`: the points equal dynamic programming, and what differs is said."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from benchmarks.frontier import (
    INSTALL,
    Knapsack,
    Measured,
    PointsDifferError,
    check_same,
    main,
    make_knapsack,
    prioritiser,
    pyaugmecon,
)
from tests.depth import thorough

type Vector = tuple[int, ...]


def every_point(knapsack: Knapsack) -> set[Vector]:
    """Non-dominated value vectors, by adding one object at a time and leaving out what nothing can make good."""
    reached: set[Vector] = {(0,) * (1 + len(knapsack.values))}  # load as a negative number, then the values
    for position, load in enumerate(knapsack.loads):
        sizes = [values[position] for values in knapsack.values]
        taken = {(state[0] - load, *map(sum, zip(state[1:], sizes, strict=True))) for state in reached}
        reached = undominated(reached | {state for state in taken if -state[0] <= knapsack.limit})
    return undominated({state[1:] for state in reached})


def undominated(vectors: set[Vector]) -> set[Vector]:
    kept: list[Vector] = []
    for one in sorted(vectors, reverse=True):  # only a vector before it can dominate one
        if not any(all(b >= a for a, b in zip(one, other, strict=True)) for other in kept):
            kept.append(one)
    return set(kept)


@pytest.mark.parametrize(("objectives", "size"), [(2, 10), thorough(2, 20), (3, 8), thorough(3, 12)])
def test_points_of_a_generated_knapsack_equal_dynamic_programming(objectives: int, size: int) -> None:
    knapsack = make_knapsack(objectives, size, seed=1)
    assert prioritiser(knapsack).points == every_point(knapsack)


@pytest.mark.skipif(importlib.util.find_spec("pyaugmecon") is None, reason="the group benchmarks is not installed")
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("objectives", "size"), [(2, 10), (3, 8)])
def test_points_of_pyaugmecon_equal_dynamic_programming(objectives: int, size: int) -> None:
    knapsack = make_knapsack(objectives, size, seed=1)
    assert pyaugmecon(knapsack).points == every_point(knapsack)


def test_a_difference_between_points_is_named() -> None:
    knapsack = make_knapsack(2, 10, seed=1)
    ours, theirs = Measured(frozenset({(1, 2), (2, 1)}), 1, 1.0), Measured(frozenset({(1, 2)}), 1, 1.0)
    check_same(knapsack, ours, ours)
    with pytest.raises(PointsDifferError, match=r"found 2 points, pyaugmecon 1; only Prioritiser: \[\(2, 1\)\]"):
        check_same(knapsack, ours, theirs)
    with pytest.raises(PointsDifferError, match=r"only pyaugmecon: \[\(2, 1\)\]"):
        check_same(knapsack, theirs, ours)


def test_a_missing_package_is_named_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyaugmecon", None)
    assert main() == 1
    said = capsys.readouterr().out
    assert "pyaugmecon is not installed" in said
    assert INSTALL in said
