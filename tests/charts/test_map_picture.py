"""The picture of a weight map: regions that cover all weights, and a bound that holds and is as good as the map's."""

from __future__ import annotations

import json
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from prioritiser import Optimiser, read_scenario
from prioritiser.analysis.weight_space.picture import bound_planes, regions
from prioritiser.analysis.weight_space.weight_map import Vertex, WeightMap, build_map
from prioritiser.errors import InfeasibleError
from prioritiser.ui.weight_picker.payload import map_payload
from tests.brute_force import allowed_wholes, find_best
from tests.depth import cases, part
from tests.places import ROOT
from tests.reference import Reference
from tests.strategies import build_scenario, case_in_whole

QUICKSTART = read_scenario(ROOT / "scenarios" / "quickstart")


def _map_of(vertices: list[tuple[tuple[float, ...], float]]) -> WeightMap:
    tiers = ("national", "local", "long_term")[: len(vertices[0][0])]
    known = tuple(Vertex(weights, 0, bound, True) for weights, bound in vertices)
    return WeightMap(tiers, 0.01, 0.0, True, (), known, {}, 0, 0.0)


def _everywhere(tiers: int, count: int) -> np.ndarray:
    return np.vstack([np.random.default_rng(3).dirichlet([0.6] * tiers, count), np.eye(tiers)])


def test_bound_of_three_solved_weights_by_hand() -> None:
    # 2 at each end and 1 in the middle: halfway from the middle to the first end it is 1.5
    found = bound_planes(_map_of([((1, 0), 2.0), ((0, 1), 2.0), ((0.5, 0.5), 1.0)]))
    assert np.max(found @ [0.75, 0.25]) == pytest.approx(1.5)
    # a point above the line from 2 to 2 adds nothing
    assert bound_planes(_map_of([((1, 0), 2.0), ((0, 1), 2.0), ((0.5, 0.5), 3.0)])).tolist() == [[2, 2]]
    # the middle of the triangle at 0, its corners at 3: on the way from a corner to the middle it falls evenly
    corners = [((1.0, 0.0, 0.0), 3.0), ((0.0, 1.0, 0.0), 3.0), ((0.0, 0.0, 1.0), 3.0)]
    found = bound_planes(_map_of([*corners, ((1 / 3, 1 / 3, 1 / 3), 0.0)]))
    assert len(found) == 3
    assert np.max(found @ [2 / 3, 1 / 6, 1 / 6]) == pytest.approx(1.5)
    assert np.max(found @ [0.5, 0.5, 0.0]) == pytest.approx(3)


def test_no_bound_is_made_up_where_a_corner_has_none() -> None:
    assert bound_planes(_map_of([((1, 0), 2.0), ((0.5, 0.5), 1.0)])).shape == (0, 2)


@pytest.mark.parametrize("seed", part(range(60)))
def test_bound_is_the_lower_hull_of_random_and_of_alike_points(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tiers = 2 + seed % 2
    points = np.vstack([np.eye(tiers), rng.dirichlet([0.7] * tiers, 60), rng.integers(1, 4, (40, tiers)) * 1.0])
    points[:, :] /= points.sum(axis=1, keepdims=True)
    plans = rng.integers(0, 5, (6, tiers)) / 4
    slack = rng.random(len(points)) * 0.1 * (seed % 3 > 0)  # without slack most points lie on a few common planes
    bounds = np.max(plans @ points.T, axis=0) + slack
    drawn = _map_of([(tuple(point), float(bound)) for point, bound in zip(points.tolist(), bounds, strict=True)])
    planes = bound_planes(drawn)
    for weights in _everywhere(tiers, 300):
        assert np.max(planes @ weights) == pytest.approx(drawn._hull.at(weights), abs=1e-7)
        assert np.max(planes @ weights) >= np.max(plans @ weights) - 1e-9


def test_regions_cover_all_weights_and_hold_the_answer_of_the_map() -> None:
    for tolerance in (0.0, 0.01):
        drawn = build_map(Optimiser(QUICKSTART), QUICKSTART.settings, tolerance=tolerance)
        found = regions(drawn)
        assert sum(region.area for region in found) == pytest.approx(1)
        for region in found:
            middle = np.mean(region.corners, axis=0)
            assert drawn.answer(dict(zip(drawn.tiers, middle, strict=True)))[0] == region.portfolio
            assert region.area == pytest.approx(drawn.portfolios[region.portfolio].area)


def test_neighbours_have_different_shades() -> None:
    drawn = build_map(Optimiser(QUICKSTART), QUICKSTART.settings, tolerance=0.0)
    found = regions(drawn)
    for one in found:
        for other in found:
            shared = {tuple(np.round(corner, 7)) for corner in one.corners} & {
                tuple(np.round(corner, 7)) for corner in other.corners
            }
            assert one is other or len(shared) < 2 or one.shade != other.shade
    assert max(region.shade for region in found) < 5


def test_browser_answers_as_the_map_does_and_its_bound_is_never_below_the_truth() -> None:
    tried = 0
    for seed in part(range(30)):
        tables, chosen = case_in_whole(Random(seed))
        case = Reference(tables, chosen)
        scenario = build_scenario(tables, chosen)
        try:
            drawn = build_map(Optimiser(scenario), scenario.settings, tolerance=0.01)
        except InfeasibleError:
            continue
        given = json.loads(json.dumps(map_payload(drawn, "key"), allow_nan=False))
        best = find_best(case)
        assert best is not None
        plans = allowed_wholes(case)
        for weights in _everywhere(len(drawn.tiers), 4).tolist():
            asked = dict(zip(drawn.tiers, weights, strict=True))
            number, value, gap = drawn.answer(asked)
            worth = [np.dot(portfolio["v"], weights) for portfolio in given["portfolios"]]
            assert max(worth) == pytest.approx(value, abs=1e-9)
            assert worth[number] == pytest.approx(max(worth), abs=1e-9)
            bound = max(np.dot(plane, weights) for plane in given["planes"])
            here = Reference(tables, chosen | {"weights": asked})
            truth = max(float(here.objective(plan.scores, best.best_alone)) for plan in plans)
            assert bound >= truth - 2e-6, seed
            assert bound - value <= max(gap * max(abs(value), 1e-9), 2e-6) + 1e-6, seed
        tried += 1
    assert tried > cases(12)


def test_map_is_told_of_on_the_way_each_time_that_its_gap_has_halved() -> None:
    told: list[float] = []
    build_map(
        Optimiser(QUICKSTART), QUICKSTART.settings, tolerance=0.0, tell=lambda drawn: told.append(drawn.certified_gap)
    )
    assert told
    assert all(later <= earlier / 2 for earlier, later in pairwise(told))
