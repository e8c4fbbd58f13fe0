"""The frontier equals what trying every plan gives, on cases with ties, knapsacks and a published example."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from prioritiser import InfeasibleError, Optimiser, SettingsError, read_scenario
from prioritiser.analysis.pareto.frontier import Frontier, find_frontier
from prioritiser.analysis.pareto.search_zones import covered_share
from prioritiser.cli import run
from prioritiser.evaluation.outcome import evaluate
from prioritiser.optimisation.incumbent import Budget
from prioritiser.scenario.scenario import Scenario
from tests.brute_force import Whole, start_choices
from tests.depth import part, thorough
from tests.feasibility import breaches
from tests.places import QUICKSTART, ROOT
from tests.reference import Reference, read_plain_folder
from tests.strategies import build_scenario, random_case

TABLE_2 = ROOT / "tests" / "scenarios" / "lourenco-table-2"
YEAR = "2026/27"
DEPARTMENTS = ["department A", "department B", "department C", "department D"]

type Vector = tuple[float, ...]


def best_of(vectors: set[Vector]) -> list[Vector]:
    """Vectors that no other dominates, by comparing each with each; sorted downwards."""
    kept = [
        one
        for one in vectors
        if not any(other != one and all(b >= a for a, b in zip(one, other, strict=True)) for other in vectors)
    ]
    return sorted(kept, reverse=True)


def every_vector(case: Reference, tiers: Sequence[str]) -> set[Vector]:
    """Score vectors of every plan that is allowed, exact fractions rounded far below the program's tolerance."""
    vectors = set()
    for starts in start_choices(case):
        whole = Whole(case, starts)
        if not breaches(case, whole.plan):
            vectors.add(tuple(round(float(whole.scores[tier]), 10) for tier in tiers))
    return vectors


def found_vectors(frontier: Frontier) -> list[Vector]:
    return [tuple(point.outcome.scores[tier] for tier in frontier.tiers) for point in frontier.points]


def agree(found: list[Vector], expected: list[Vector]) -> None:
    assert len(found) == len(expected), (found, expected)
    assert np.allclose(sorted(found), sorted(expected), atol=1e-7)


def knapsack(values: Sequence[Sequence[int]], loads: Sequence[int], limit: int) -> Scenario:
    """Objectives as tiers, one all-or-nothing initiative an object."""
    tiers = ("national", "local", "long_term")[: len(values)]
    keys = [f"object {number}" for number in range(len(loads))]
    tables: dict[str, Any] = {
        "years": [YEAR],
        "goals": [{"goal_id": tier, "tier": tier, YEAR: sum(sizes)} for tier, sizes in zip(tiers, values, strict=True)],
        "resources": [{"resource_id": "load", YEAR: limit}],
        "initiatives": [{"initiative_id": key} for key in keys],
        "uses": [
            {"initiative_id": key, "resource_id": "load", "year_1": load} for key, load in zip(keys, loads, strict=True)
        ],
        "effects": [
            {"initiative_id": key, "goal_id": tier, "central": size}
            for tier, sizes in zip(tiers, values, strict=True)
            for key, size in zip(keys, sizes, strict=True)
        ],
    }
    return build_scenario(tables, {"weights": dict.fromkeys(tiers, 1)})


def knapsack_vectors(values: Sequence[Sequence[int]], loads: Sequence[int], limit: int) -> list[Vector]:
    vectors: set[Vector] = set()
    for taken in product([0, 1], repeat=len(loads)):
        if sum(t * load for t, load in zip(taken, loads, strict=True)) <= limit:
            vectors.add(tuple(sum(t * v for t, v in zip(taken, sizes, strict=True)) / sum(sizes) for sizes in values))
    return best_of(vectors)


@pytest.mark.parametrize("first", [0, *map(thorough, range(30, 120, 30))])
def test_frontier_equals_brute_force_on_seeded_cases_with_ties(first: int) -> None:
    tried = 0
    for seed in range(first, first + 30):
        tables, chosen = random_case(Random(seed))
        case = Reference(tables, chosen | {"balance": 0})
        scenario = build_scenario(tables, chosen)
        tiers = tuple(case.scored_tiers)
        if len(tiers) < 2 or any(row.min_scale < 1 for row in scenario.initiatives):
            continue
        expected = best_of(every_vector(case, tiers))
        if not expected:
            with pytest.raises(InfeasibleError) as raised:
                find_frontier(Optimiser(scenario), step=0)
            assert raised.value.clash
            continue
        tried += 1
        try:
            for step in (0, 0.02):
                frontier = find_frontier(Optimiser(scenario), step=step)
                assert frontier.tiers == tiers
                assert frontier.exact
                assert frontier.step == 0
                assert not frontier.open
                agree(found_vectors(frontier), expected)
            pair = (tiers[-1], tiers[0])
            agree(
                found_vectors(find_frontier(Optimiser(scenario), tiers=pair)),
                best_of(every_vector(case, pair)),
            )
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
    assert tried >= 5


@pytest.mark.parametrize(("objectives", "size", "high"), [(2, 11, 9), (2, 12, 60), (3, 9, 4), (3, 10, 30)])
def test_frontier_of_a_knapsack_equals_brute_force(objectives: int, size: int, high: int) -> None:
    rng = Random(objectives * 100 + high)
    values = [[rng.randint(1, high) for _ in range(size)] for _ in range(objectives)]
    loads = [rng.randint(1, high) for _ in range(size)]
    limit = sum(loads) // 2
    expected = knapsack_vectors(values, loads, limit)
    frontier = find_frontier(Optimiser(knapsack(values, loads, limit)), step=0)
    assert frontier.exact
    assert all(point.proved for point in frontier.points)
    agree(found_vectors(frontier), expected)
    assert frontier.solves <= (3 if objectives == 2 else 4) * len(expected) + 5


def value_and_cost(without: list[str]) -> tuple[Scenario, list[Vector]]:
    """Table 2 with its weighted value as one tier and its total cost, which should fall, as another.

    Returns the scenario and its efficient (value, minus cost) vectors by trying all 2^12 portfolios.
    """
    tables, settings = read_plain_folder(TABLE_2)
    parts = dict(zip(("1", "2", "3", "4"), map(Fraction, ("0.31", "0.19", "0.29", "0.21")), strict=True))
    for goal in tables["goals"]:
        goal["tier"] = "national"
    year = tables["years"][0]
    tables["goals"].append({"goal_id": "cost", "tier": "long_term", "zero_level": 14, year: 0, "baseline": 0})
    costs = {use["initiative_id"]: Fraction(str(use["year_1"])) for use in tables["uses"]}
    values = dict.fromkeys(costs, Fraction(0))
    for effect in tables["effects"]:
        part = parts[str(effect["goal_id"])[-1]]
        values[effect["initiative_id"]] += part * Fraction(str(effect["central"]))
    tables["effects"] += [{"initiative_id": key, "goal_id": "cost", "central": float(c)} for key, c in costs.items()]
    tables["resources"], tables["uses"] = [], []
    settings |= {"weights": {"national": 1, "local": 0, "long_term": 1}, "without": without}
    department = {row["initiative_id"]: row["department"] for row in tables["initiatives"]}
    vectors = set()
    for taken in product([False, True], repeat=len(costs)):
        chosen = [key for key, is_in in zip(costs, taken, strict=True) if is_in]
        if without or len({department[key] for key in chosen}) == 4:
            vectors.add((sum((values[k] for k in chosen), Fraction(0)), -sum((costs[k] for k in chosen), Fraction(0))))
    return build_scenario(tables, settings), best_of(vectors)


@pytest.mark.parametrize(("without", "published"), [thorough(DEPARTMENTS, 31), ([], 23)])
def test_table_2_efficient_portfolios_of_value_and_cost(without: list[str], published: int) -> None:
    # doi 10.1016/j.dss.2012.08.001
    scenario, expected = value_and_cost(without)
    frontier = find_frontier(Optimiser(scenario))
    found = [(1000 * value, 14 * (score - 1)) for value, score in found_vectors(frontier)]
    agree([(v / 1000, c / 14) for v, c in found], [(float(v) / 1000, float(c) / 14) for v, c in expected])
    assert len(found) == published  # the empty portfolio among them where no rule forbids it
    assert (min(found) == pytest.approx((0, 0), abs=1e-6)) == bool(without)


@pytest.mark.thorough
def test_table_2_extreme_supported_portfolios() -> None:
    frontier = find_frontier(Optimiser(value_and_cost(DEPARTMENTS)[0]), step=0)
    hull: list[Vector] = []
    for point in found_vectors(frontier):
        while len(hull) > 1 and turn(hull[-2], hull[-1], point) <= 1e-9:
            hull.pop()
        hull.append(point)
    assert len(hull) == 13


def turn(one: Vector, two: Vector, three: Vector) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


@pytest.mark.parametrize("quick", [0.0, 60.0])
@pytest.mark.parametrize("objectives", [2, 3])
def test_frontier_of_knapsacks_full_of_ties_equals_brute_force(
    monkeypatch: pytest.MonkeyPatch, objectives: int, quick: float
) -> None:
    monkeypatch.setattr("prioritiser.analysis.pareto.frontier.QUICK", quick)  # 0: points far apart are looked for first
    for seed in part(range(15)):
        rng = Random(seed)
        size = rng.randint(4, 8)
        values = [[1, *(rng.randint(0, 2) for _ in range(size - 1))] for _ in range(objectives)]
        loads = [rng.randint(0, 3) for _ in range(size)]
        limit = rng.randint(1, 6)
        frontier = find_frontier(Optimiser(knapsack(values, loads, limit)), step=rng.choice([0, 0.001, 0.3]))
        assert frontier.exact, seed
        agree(found_vectors(frontier), knapsack_vectors(values, loads, limit))


@pytest.mark.parametrize(("objectives", "step"), [(2, 0.05), (2, 0.2), (3, 0.1), (3, 0.25)])
def test_a_stepped_frontier_leaves_nothing_out_that_is_a_step_better(
    monkeypatch: pytest.MonkeyPatch, objectives: int, step: float
) -> None:
    monkeypatch.setattr("prioritiser.analysis.pareto.frontier.HUGE", 3)
    rng = Random(7)
    values = [[rng.randint(1, 50) for _ in range(10)] for _ in range(objectives)]
    loads = [rng.randint(1, 50) for _ in range(10)]
    every = knapsack_vectors(values, loads, sum(loads) // 2)
    frontier = find_frontier(Optimiser(knapsack(values, loads, sum(loads) // 2)), step=step)
    assert frontier.complete
    assert not frontier.exact
    assert frontier.step == step
    assert any("3 points or more" in notice for notice in frontier.notices)
    found = np.array(found_vectors(frontier))
    assert len(found) < len(every)
    for vector in found:  # each is a point of the exact frontier
        assert np.any(np.all(np.abs(np.array(every) - vector) < 1e-7, axis=1))
    for vector in every:
        assert np.any(np.all(found > np.array(vector) - step, axis=1))
    assert all(point.proved for point in frontier.points)


def test_an_early_stop_gives_what_was_found_and_where_more_may_be() -> None:
    rng = Random(11)
    values = [[rng.randint(1, 99) for _ in range(12)] for _ in range(3)]
    loads = [rng.randint(1, 99) for _ in range(12)]
    every = np.array(knapsack_vectors(values, loads, sum(loads) // 2))
    for most in (1, 2, 3, 5, 10, 20):
        stop, shown = threading.Event(), []

        def show(name: str, done: int, total: int, shown: list[int] = shown, stop: threading.Event = stop) -> None:
            shown.append(done)
            if len(shown) >= most:  # noqa: B023 - called before the next turn only
                stop.set()

        frontier = find_frontier(
            Optimiser(knapsack(values, loads, sum(loads) // 2)), step=0, budget=Budget(stop=stop), progress=show
        )
        assert not frontier.complete
        assert frontier.points
        assert 0 < frontier.open_share <= 1
        assert 0 < len(frontier.open) <= 20
        found = np.array(found_vectors(frontier))
        if len(frontier.open) == 20:
            continue
        for (
            vector
        ) in every:  # found, or in an open box that is written down, unless it is worse than all found in a tier
            known = np.any(np.all(found >= vector - 1e-7, axis=1))
            boxed = any(
                all(
                    (low <= score + 1e-7 or low == worst) and score <= high + 1e-7
                    for (low, high), score, worst in zip(box.values(), vector, found.min(axis=0), strict=True)
                )
                for box in frontier.open
            )
            assert known or boxed, most


def test_delivery_in_part_gives_a_stepped_frontier_and_says_so() -> None:
    values, loads = [[3, 5, 2, 4], [4, 1, 5, 2]], [2, 3, 3, 2]
    scenario = knapsack(values, loads, 5)
    in_parts = scenario.__class__(
        **{
            name: getattr(scenario, name)
            for name in ("title", "years", "settings", "goals", "resources", "uses", "effects")
        },
        initiatives=tuple(row.model_copy(update={"min_scale": 0.0}) for row in scenario.initiatives),
    )
    frontier = find_frontier(Optimiser(in_parts), step=0.05)
    assert frontier.complete
    assert not frontier.exact
    assert frontier.step == 0.05
    assert any("continuum" in notice for notice in frontier.notices)
    found = np.array(found_vectors(frontier))
    whole = np.array(knapsack_vectors(values, loads, 5))
    for vector in whole:
        assert np.any(np.all(found > vector - 0.05 - 1e-7, axis=1))
    for point in frontier.points:
        assert not evaluate(in_parts, point.outcome.plan).breaches


def test_bad_arguments_are_refused() -> None:
    optimiser = Optimiser(knapsack([[1, 2], [2, 1]], [1, 1], 1))
    for arguments, said in (
        ({"tiers": ["national"]}, "two or three tiers"),
        ({"tiers": []}, "two or three tiers"),
        ({"tiers": ["national", "regional"]}, "unknown"),
        ({"tiers": ["national", "long_term"]}, "no goals"),
        ({"step": 1}, "from 0"),
        ({"step": -0.1}, "from 0"),
        ({"step": float("nan")}, "from 0"),
    ):
        with pytest.raises(SettingsError, match=said):
            find_frontier(optimiser, **arguments)  # type: ignore[arg-type]


def test_covered_share_of_boxes_that_overlap() -> None:
    boxes = np.array([[[0, 0], [1, 1]], [[0.5, 0.5], [1.5, 1.5]]])
    assert covered_share(boxes, np.zeros(2), np.full(2, 2.0)) == pytest.approx((1 + 1 - 0.25) / 4)
    assert covered_share(boxes[:0], np.zeros(2), np.full(2, 2.0)) == 0


def test_command_gives_the_frontier_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["frontier", str(QUICKSTART), "--tiers", "national,long_term", "--output", "-"]) == 0
    answer = json.loads(capsys.readouterr().out)
    scenario = read_scenario(QUICKSTART)
    tables, settings = read_plain_folder(QUICKSTART)
    expected = best_of(every_vector(Reference(tables, settings), ["national", "long_term"]))
    assert answer["complete"]
    assert answer["exact"]
    assert answer["tiers"] == ["national", "long_term"]
    agree([(p["scores"]["national"], p["scores"]["long_term"]) for p in answer["points"]], expected)
    nationals = [point["scores"]["national"] for point in answer["points"]]
    assert nationals == sorted(nationals, reverse=True)
    assert {"id", "share", "start"} == set(answer["points"][0]["initiatives"][0])
    assert {row["start"] for point in answer["points"] for row in point["initiatives"]} <= set(scenario.years)
    assert answer["solves"] > 0
    assert answer["seconds"] >= 0


def test_command_speaks_to_a_person_and_writes_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["frontier", str(QUICKSTART)]) == 0
    said = capsys.readouterr().out
    assert "portfolios, and no more, trade national, local and long term" in said
    assert run(["frontier", str(QUICKSTART), "--output", str(tmp_path / "frontier.csv")]) == 0
    header, *rows = (tmp_path / "frontier.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.startswith("portfolio,national,local,long_term,proved,")
    assert len(rows) == int(said.split(" portfolios")[0].split()[-1])


@pytest.mark.parametrize(
    "arguments", [["--tiers", "national"], ["--tiers", "national,regional"], ["--step", "1"], ["--step", "-1"]]
)
def test_command_refuses_bad_arguments(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(["frontier", str(QUICKSTART), *arguments]) == 2
    assert capsys.readouterr().err.strip()
