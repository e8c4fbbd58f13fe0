"""Flips found together: what is found for one initiative serves the next, and changes no answer."""

from __future__ import annotations

import math
from random import Random

import pytest

from prioritiser import Optimiser, read_scenario
from prioritiser.analysis.explanation.counterfactuals.changes import Change
from prioritiser.analysis.explanation.counterfactuals.contest import Contest
from prioritiser.analysis.explanation.counterfactuals.search import nearest
from prioritiser.analysis.explanation.explain import explain
from tests.places import QUICKSTART


class _Known(Contest):
    """A contest whose answer is known: flipped where `where` says so, and truly so from `truly` on."""

    def __init__(self, change: Change, where: tuple[float, float], truly: float | None = None) -> None:
        self.change, self.where, self.truly, self.asked = change, where, truly, 0
        self.hinted = math.nan

    def flipped(self, value: float) -> bool:
        self.asked += 1
        return self.where[0] <= value <= self.where[1]

    def holds(self, value: float) -> bool:
        return self.truly is None or value >= self.truly

    def hint(self, near: float, far: float) -> float:
        return near + self.hinted * (far - near)

    def between(self, near: float, far: float) -> float:
        return (near + far) / 2


def _change(*sides: tuple[float, ...], start: float = 1.0) -> Change:
    return Change("capacity", "money", start, sides, False)


def test_search_ends_at_the_nearest_flip_to_the_precision() -> None:
    rng = Random(1)
    for _ in range(200):
        edge = rng.uniform(1.01, 4.9)
        trial, to = nearest([_Known(_change((2.0, 3.0, 5.0)), (edge, 9.0))])
        assert to is not None
        assert edge <= to <= edge * 1.01 + 1e-9
        assert trial.change.kind == "capacity"


def test_search_takes_the_nearer_of_two_and_hardly_looks_at_the_other() -> None:
    near, far = _Known(_change((0.75, 0.5)), (0.0, 0.9)), _Known(_change((1.5, 2.0)), (1.4, 9.0))
    assert nearest([far, near]) == (near, pytest.approx(0.9, abs=0.009))
    assert far.asked <= 3
    none = _Known(_change((1.5, 2.0)), (3.0, 4.0))
    assert nearest([none, none]) == (none, None)


def test_a_flip_that_does_not_hold_is_left_for_one_further_away() -> None:
    _, to = nearest([_Known(_change((2.0, 3.0, 5.0)), (1.5, 9.0), truly=1.9)])
    assert to is not None
    assert 1.9 <= to <= 2.0
    assert nearest([_Known(_change((2.0, 3.0, 5.0)), (1.5, 9.0), truly=9.0)])[1] is None


def test_a_flip_between_two_values_of_the_grid_is_found_where_plans_say_so() -> None:
    trial = _Known(_change((2.0, 3.0, 5.0)), (2.3, 2.7))
    assert nearest([trial]) == (trial, None)
    trial.hinted = 0.6
    assert nearest([trial])[1] == pytest.approx(2.3, rel=0.01)


@pytest.mark.thorough
def test_flips_found_together_are_those_found_alone_with_fewer_solves() -> None:
    scenario = read_scenario(QUICKSTART)
    together = explain(Optimiser(scenario), scenario.settings, with_flips=True, gap=0)
    solves = 0
    for row in together.rows:
        alone = explain(Optimiser(scenario), scenario.settings, [row.initiative_id], gap=0)
        solves += alone.solves
        for flip, other in zip(row.flips, alone.rows[0].flips, strict=True):
            assert (flip.kind, flip.subject) == (other.kind, other.subject)
            assert (flip.to is None) == (other.to is None)
            if flip.to is not None and other.to is not None:
                assert flip.to == pytest.approx(other.to, rel=0.01)
    assert together.solves < 0.7 * solves
    assert together.solves < 200  # 392 when every step of every search was a solve
