"""The weight map against brute force: every weight is answered within the gap that it certifies."""

from __future__ import annotations

import hashlib
import json
import threading
from itertools import product
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np
import pytest

from prioritiser import InfeasibleError, Optimiser, Settings, read_scenario
from prioritiser.analysis.weight_space.envelope import envelope
from prioritiser.analysis.weight_space.store import keep_map, read_map
from prioritiser.analysis.weight_space.weight_map import build_map
from prioritiser.cli import run
from prioritiser.errors import SettingsError
from prioritiser.optimisation.incumbent import Budget
from prioritiser.scenario.scenario import Scenario
from tests.brute_force import allowed_wholes, find_best
from tests.depth import WHOLE, cases, part
from tests.places import QUICKSTART
from tests.reference import Reference
from tests.strategies import build_scenario, case_in_whole, random_case


def test_envelope_of_two_plans_by_hand() -> None:
    # 4·w1 against 2·w2 + 1·w3: on the edge w3 = 0 they meet at w1 = 1/3, on the edge w2 = 0 at w1 = 1/5.
    divided = envelope(np.array([[4.0, 0.0, 0.0], [0.0, 2.0, 1.0]]))
    cells = divided.cells
    assert sum(cell.area for cell in cells) == pytest.approx(1)
    assert cells[0].area == pytest.approx((2 / 3) * (4 / 5))
    corners = {tuple(np.round(corner, 9)) for corner in divided.corners(with_zeros=False)}
    assert (round(1 / 3, 9), round(2 / 3, 9), 0.0) in corners
    assert (0.2, 0.0, 0.8) in corners


def test_envelope_of_two_weights_and_of_one() -> None:
    cells = envelope(np.array([[1.0, 0.0], [0.0, 3.0], [0.5, 0.5]])).cells
    # w1 against 3·(1 − w1): they meet at w1 = 3/4, where both are worth more than the half of the third
    assert [(cell.number, round(cell.area, 9)) for cell in cells] == [(0, 0.25), (1, 0.75)]
    assert [cell.number for cell in envelope(np.array([[1.0], [2.0]])).cells] == [1]


def test_envelope_cuts_cells_where_their_value_is_zero_when_asked() -> None:
    # 3·w1 − 1·w2 is 0 where w1 = 1/4
    divided = envelope(np.array([[3.0, -1.0]]))
    assert divided.corners(with_zeros=False).tolist() == [[1, 0], [0, 1]]
    assert divided.corners(with_zeros=True).tolist() == [[1, 0], [0, 1], [0.25, 0.75]]


def test_envelope_covers_the_simplex_when_functions_are_equal_or_nearly_so() -> None:
    for seed in part(range(400)):
        rng = np.random.default_rng(seed)
        values = rng.integers(0, 4, (int(rng.integers(1, 9)), int(rng.integers(1, 4)))).astype(float)
        if seed % 2:
            values = values / 3 + rng.integers(-2, 3, values.shape) * 10.0 ** -float(rng.integers(7, 14))
        divided = envelope(values)
        corners = divided.corners(with_zeros=False)
        assert np.min(corners) >= 0, seed
        assert np.sum(corners, axis=1) == pytest.approx(1), seed
        assert sum(cell.area for cell in divided.cells) == pytest.approx(1, abs=1e-6), seed
        for cell in divided.cells:
            assert np.max(cell.corners @ values.T, axis=1) == pytest.approx(
                cell.corners @ values[cell.number], abs=1e-7
            )


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIORITISER_CACHE", "")


def _grid(tiers: int, steps: int = 8) -> list[tuple[float, ...]]:
    return [
        tuple(part / steps for part in parts)
        for parts in product(range(steps + 1), repeat=tiers)
        if sum(parts) == steps
    ]


@pytest.mark.parametrize("tolerance", [0.0, 0.01])
def test_map_equals_brute_force_on_a_grid_of_weights(tolerance: float) -> None:
    tried = balanced = 0
    for seed in part(range(70)):
        tables, chosen = case_in_whole(Random(seed))
        case = Reference(tables, chosen)
        best = find_best(case)
        if best is None:
            continue
        scenario = build_scenario(tables, chosen)
        found = build_map(Optimiser(scenario), scenario.settings, tolerance=tolerance)
        assert found.complete, seed
        assert sum(portfolio.area for portfolio in found.portfolios) == pytest.approx(1), seed
        plans = allowed_wholes(case)
        for weights in _grid(len(found.tiers)):
            asked = dict(zip(found.tiers, weights, strict=True))
            here = Reference(tables, chosen | {"weights": asked})
            truth = max(float(here.objective(plan.scores, best.best_alone)) for plan in plans)
            _, value, gap = found.answer(asked)
            assert value <= truth + 2e-6, seed
            assert truth - value <= gap * max(abs(value), 1e-9) + 2.1e-6, seed
            assert gap <= tolerance + 1e-9, seed
        tried += 1
        balanced += chosen["balance"] > 0
    assert tried > cases(30)
    assert balanced > 5 or not WHOLE


def _two_by_hand(trend: float) -> Scenario:
    """Of A and B one can be afforded: A brings 4 of 5 national, B 2 of 5 local; the trend is of the national goal."""
    year = "2026/27"
    tables = {
        "years": (year,),
        "goals": [
            {"goal_id": "wait", "tier": "national", year: 5, "trend_per_year": trend},
            {"goal_id": "home", "tier": "local", year: 5, "trend_per_year": trend},
        ],
        "resources": [{"resource_id": "money", year: 1}],
        "initiatives": [{"initiative_id": "A"}, {"initiative_id": "B"}],
        "uses": [{"initiative_id": name, "resource_id": "money", "year_1": 1} for name in "AB"],
        "effects": [
            {"initiative_id": "A", "goal_id": "wait", "central": 4},
            {"initiative_id": "B", "goal_id": "home", "central": 2},
        ],
    }
    return build_scenario(tables, {"weights": {"national": 1, "local": 1}})


def test_exact_map_of_two_plans_by_hand() -> None:
    # 0.8·w against 0.4·(1 − w): they meet at w = 1/3
    scenario = _two_by_hand(0)
    found = build_map(Optimiser(scenario), scenario.settings, tolerance=0.0)
    assert found.complete
    assert found.tiers == ("national", "local")
    areas = {name: portfolio.area for portfolio in found.portfolios for name in portfolio.outcome.plan}
    assert areas == {"A": pytest.approx(2 / 3), "B": pytest.approx(1 / 3)}
    assert found.acceptability == {"A": pytest.approx(2 / 3), "B": pytest.approx(1 / 3)}
    assert found.answer({"national": 1, "local": 2})[1:] == (pytest.approx(0.8 / 3), 0)
    assert found.as_json()["vertices"][0]["weights"]["long_term"] is None


@pytest.mark.parametrize("tolerance", [0.0, 0.05, 0.3])
def test_gap_holds_at_every_weight_when_the_best_value_changes_sign(tolerance: float) -> None:
    # with a trend of −2 on both: A is worth 0.8·w − 0.4, B 0.4·(1 − w) − 0.4 = −0.4·w: 0 at w = 1/2, and at w = 0
    scenario = _two_by_hand(-2)
    found = build_map(Optimiser(scenario), scenario.settings, tolerance=tolerance)
    assert found.complete
    for w in np.linspace(0, 1, 201).tolist():
        best = max(0.8 * w - 0.4, -0.4 * w)
        _, value, gap = found.answer({"national": w, "local": 1 - w})
        assert best - value <= gap * max(abs(value), 1e-9) + 2.1e-6
        assert gap <= tolerance + 1e-4, w


def _knapsack(seed: int) -> Scenario:
    """Eighteen initiatives, half of which can be afforded, on three goals that get worse by themselves."""
    rng, year = Random(seed), "2026/27"
    names = [f"i{number}" for number in range(18)]
    tables = {
        "years": (year,),
        "goals": [
            {"goal_id": tier, "tier": tier, year: 900, "trend_per_year": -600}
            for tier in ("national", "local", "long_term")
        ],
        "resources": [{"resource_id": "money", year: 450}],
        "initiatives": [{"initiative_id": name} for name in names],
        "uses": [{"initiative_id": name, "resource_id": "money", "year_1": rng.randint(10, 99)} for name in names],
        "effects": [
            {"initiative_id": name, "goal_id": goal, "central": rng.randint(1, 99)}
            for name in names
            for goal in ("national", "local", "long_term")
        ],
    }
    return build_scenario(tables, {"weights": {"national": 1, "local": 1, "long_term": 1}})


def test_gap_holds_near_the_weights_at_which_the_value_is_zero() -> None:
    near = 0
    for seed in part(range(4)):
        scenario = _knapsack(seed)
        found = build_map(Optimiser(scenario), scenario.settings, tolerance=0.1)
        values = np.array([portfolio.values for portfolio in found.portfolios])
        points = np.random.default_rng(seed).dirichlet([1, 1, 1], 4000)
        for point in points[np.abs(np.max(values @ points.T, axis=0)) < 0.01]:
            _, value, gap = found.answer(dict(zip(found.tiers, point.tolist(), strict=True)))
            assert gap <= 0.1 + 2e-6 / max(abs(value), 1e-9), seed
            near += 1
    assert near > cases(100)


def test_answer_says_which_weights_it_wants() -> None:
    scenario = _two_by_hand(0)
    found = build_map(Optimiser(scenario), scenario.settings)
    for weights in ({}, {"national": 0}, {"national": -1, "local": 2}, {"national": float("nan")}):
        with pytest.raises(SettingsError, match="0 or more, not all 0, for national, local"):
            found.answer(weights)


def test_exact_map_gives_acceptability_by_hand() -> None:
    # Quickstart at tolerance 0: shares of the weights lie in [0, 1], and a plan's cell is where it is best.
    scenario = read_scenario(QUICKSTART)
    found = build_map(Optimiser(scenario), scenario.settings, tolerance=0.0)
    rng = np.random.default_rng(3)
    samples = rng.dirichlet([1, 1, 1], 4000)
    values = np.array([portfolio.values for portfolio in found.portfolios])
    chosen = np.argmax(values @ samples.T, axis=0)
    for number, portfolio in enumerate(found.portfolios):
        assert np.mean(chosen == number) == pytest.approx(portfolio.area, abs=0.03)
    assert all(0 <= share <= 1 + 1e-9 for share in found.acceptability.values())


def test_answer_is_at_once_when_the_map_is_there() -> None:
    scenario = read_scenario(QUICKSTART)
    found = build_map(Optimiser(scenario), scenario.settings)
    found.answer({"national": 1, "local": 1, "long_term": 1})
    began = perf_counter()
    for _ in range(10):
        found.answer({"national": 40, "local": 30, "long_term": 30})
    assert found.answer({"national": 40, "local": 30, "long_term": 30})[1] == pytest.approx(0.41)
    assert perf_counter() - began < 5  # a hang, not a speed, is what this would show


def test_map_keeps_what_it_found_when_cancelled() -> None:
    scenario = read_scenario(QUICKSTART)
    stop = threading.Event()
    found = build_map(
        Optimiser(scenario),
        scenario.settings,
        tolerance=0.0,
        budget=Budget.of(None, stop),
        progress=lambda *_: stop.set(),
    )
    assert found.portfolios
    assert not found.complete
    assert found.certified_gap > 0


def test_map_says_what_is_wrong() -> None:
    scenario = read_scenario(QUICKSTART)
    with pytest.raises(SettingsError, match="Tolerance 2"):
        build_map(Optimiser(scenario), scenario.settings, tolerance=2)
    with pytest.raises(InfeasibleError):
        build_map(Optimiser(scenario), scenario.settings.replace(lock={"theatre_lists": "in"}, capacity={"money": 0}))


def test_map_command_gives_json_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", str(QUICKSTART), "--tolerance", "0", "--output", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) >= {"tolerance", "certified_gap", "portfolios", "vertices", "solves", "seconds"}
    assert found["certified_gap"] == 0
    assert all(set(vertex) >= {"weights", "portfolio", "bound"} for vertex in found["vertices"])
    assert run(["map", str(QUICKSTART)]) == 0
    text = capsys.readouterr().out
    assert "of all weights" in text
    assert run(["map", str(QUICKSTART), "--tolerance", "-1"]) == 2
    assert "Tolerance -1" in capsys.readouterr().err


def test_map_is_kept_and_a_damaged_one_is_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRIORITISER_CACHE", str(tmp_path / "maps"))
    ask = ["map", str(QUICKSTART), "--balance", "0.2", "--output", "-"]
    assert run(ask) == 0
    first = capsys.readouterr().out
    (kept,) = (tmp_path / "maps").iterdir()
    assert run(ask) == 0
    assert capsys.readouterr().out == first  # the same seconds too: it was read, not built
    for damaged in ("", "{}", kept.read_text()[:-20], kept.read_text().replace('"area": 0', '"area": 1', 1)):
        kept.write_text(damaged)
        assert run(ask) == 0
        again = json.loads(capsys.readouterr().out)
        assert [p["values"] for p in again["portfolios"]] == [p["values"] for p in json.loads(first)["portfolios"]]
        assert json.loads(kept.read_text())["map"]["portfolios"]
    monkeypatch.setenv("PRIORITISER_CACHE", "")
    assert run([*ask, "--no-cache"]) == 0


def test_kept_map_is_refused_when_a_plan_in_it_is_worth_something_else(tmp_path: Path) -> None:
    scenario = read_scenario(QUICKSTART)
    drawn = build_map(Optimiser(scenario), scenario.settings)
    keep_map(tmp_path, drawn, scenario, scenario.settings)
    (kept,) = tmp_path.iterdir()
    assert read_map(tmp_path, scenario, scenario.settings, drawn.tolerance) is not None
    content = json.loads(kept.read_text())
    content["map"]["portfolios"][0]["values"][0] += 0.01
    content["checksum"] = hashlib.sha256(json.dumps(content["map"], sort_keys=True).encode()).hexdigest()
    kept.write_text(json.dumps(content))
    assert read_map(tmp_path, scenario, scenario.settings, drawn.tolerance) is None
    assert read_map(tmp_path, scenario, scenario.settings.replace(balance=0.1), drawn.tolerance) is None


def test_settings_with_one_tier_have_a_map_of_one_portfolio() -> None:
    tables, _ = random_case(Random(1))
    for goal in tables["goals"]:
        goal["tier"] = "local"
        goal["weight"] = 1
    for row in tables["initiatives"]:
        row.pop("min_scale", None)
    scenario = build_scenario(tables | {"rules": []}, {"weights": {"local": 1}})
    found = build_map(Optimiser(scenario), Settings(weights={"local": 1}), tolerance=0.0)
    assert found.complete
    assert len(found.portfolios) == 1
