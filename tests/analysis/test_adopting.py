"""Which settings lead to a portfolio of the frontier: by weights where a linear programme finds some, else by locks."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from prioritiser import Optimiser, optimise, read_scenario
from prioritiser.analysis.pareto.adoption import CLEAR, LEAST, is_held, leading_weights, locked_to, way_to
from prioritiser.analysis.pareto.frontier import find_frontier
from prioritiser.evaluation.outcome import TIERS
from tests.depth import cases
from tests.places import ROOT
from tests.small import write_files

QUICKSTART = read_scenario(ROOT / "scenarios" / "quickstart")


def largest_margin(point: np.ndarray, others: np.ndarray) -> float:
    """The largest least lead over the others, over all weights: the best corner of the linear programme, by trying all.

    Unknowns: the weights, that sum to 1 and are LEAST at least, and the lead t, with lead of the point over each >= t.
    """
    tiers = len(point)
    rows = [(*np.eye(tiers)[n], 0.0, LEAST / 100) for n in range(tiers)]
    rows += [(*(point - other), -1.0, 0.0) for other in others]
    limits = np.array(rows)
    best = -np.inf
    for active in combinations(range(len(limits)), tiers):
        matrix = np.vstack([np.append(np.ones(tiers), 0.0), limits[list(active), :-1]])
        if abs(np.linalg.det(matrix)) < 1e-12:
            continue
        corner = np.linalg.solve(matrix, np.append(1.0, limits[list(active), -1]))
        if (limits[:, :-1] @ corner >= limits[:, -1] - 1e-10).all():
            best = max(best, float(corner[-1]))
    return best


@pytest.mark.parametrize("tiers", [2, 3])
def test_weights_are_found_exactly_where_a_linear_programme_has_some(tiers: int) -> None:
    chance = np.random.default_rng(tiers)
    seen = {True: 0, False: 0}
    for _ in range(cases(60)):
        points = chance.random((int(chance.integers(2, 9)), tiers))
        found, most = leading_weights(points[0], points), largest_margin(points[0], points[1:])
        if abs(most - CLEAR) < 2e-6:
            continue
        assert (found is not None) is (most > CLEAR), (points, found, most)
        seen[found is not None] += 1
        if found is not None:
            assert found.sum() == pytest.approx(100) and (found >= LEAST).all()
            assert min((points[0] - points[1:]) @ found) / 100 > CLEAR
    assert min(seen.values()) >= cases(6)


def test_weights_between_whole_shares_are_found() -> None:
    # A neighbour that lies (-0.1 (1 - w) / w, 0.1) away is as good as the point at weight w of the first tier.
    low, high = 0.502, 0.504
    point = np.array([0.5, 0.5])
    slope = [(1 - low) / low, (1 - high) / high]  # the neighbours as good as the point at these weights
    others = point + np.array([[-0.1 * slope[0], 0.1], [0.1 * slope[1], -0.1]])
    found = leading_weights(point, others)
    assert found is not None and 50.2 < found[0] < 50.4
    assert found[0] != round(found[0])


def test_portfolio_below_the_line_between_two_others_has_no_weights() -> None:
    ends = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert leading_weights(np.array([0.49, 0.49]), ends) is None
    assert leading_weights(np.array([0.5, 0.5]), ends) is None  # as good as both, at one weight only
    assert leading_weights(np.array([0.51, 0.51]), ends) is not None
    assert leading_weights(np.array([0.5, 0.5]), np.empty((0, 2))) is not None


@pytest.mark.parametrize("tiers", [("national", "local"), TIERS])
def test_every_portfolio_of_an_exact_frontier_comes_up_under_the_settings_that_lead_to_it(
    tiers: tuple[str, ...],
) -> None:
    optimiser = Optimiser(QUICKSTART)
    frontier = find_frontier(optimiser, tiers=tiers, step=0.0)
    outcomes = [point.outcome for point in frontier.points]
    kinds = set()
    for outcome in outcomes:
        way = way_to(outcome, [other for other in outcomes if other is not outcome], QUICKSTART.settings, tiers)
        again = optimiser.solve(way.settings, gap=0.0).outcome
        assert way.leads
        for tier in tiers:
            assert again.scores[tier] == pytest.approx(outcome.scores[tier], abs=1e-6)
        kinds.add(way.weights is None)
        if way.weights is None:
            assert way.locks == len(QUICKSTART.initiatives) and again.plan == outcome.plan
            assert is_held(again, way.settings) and not is_held(again, QUICKSTART.settings)
    assert kinds == {True, False}


def test_locks_say_which_initiatives_they_cannot_hold(tmp_path: Path) -> None:
    initiatives = "initiative_id,min_scale\nwards,1\nhub,0.1\n"
    resources = "resource_id,unit,2026/27,2027/28\nmoney,£k,45,45\n"
    files = {"initiatives.csv": initiatives, "resources.csv": resources, "rules.csv": None}
    outcome = optimise(read_scenario(write_files(tmp_path / "parts", files))).outcome
    way = locked_to(outcome, outcome.settings)
    assert 0 < outcome.plan["hub"].share < 1
    assert way.in_part == ("hub",) and not way.leads
    assert way.settings.lock == {"wards": "in", "hub": "in"}
