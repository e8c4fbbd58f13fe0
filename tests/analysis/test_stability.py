"""Keep most of the last plan: few changes, found by brute force, and what that costs."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from prioritiser import InfeasibleError, Optimiser, read_scenario
from prioritiser.analysis.stability.stability import keep_most
from prioritiser.cli import run
from prioritiser.errors import SettingsError
from prioritiser.evaluation.plan import Delivery, changed
from tests.brute_force import allowed_wholes, find_best
from tests.depth import cases, part
from tests.places import QUICKSTART
from tests.reference import Reference
from tests.strategies import build_scenario, case_in_whole


def test_changes_are_counted_by_initiative() -> None:
    before = {"a": Delivery(1.0, 0), "b": Delivery(1.0, 1), "c": Delivery(0.5, 0)}
    after = {"a": Delivery(1.0, 1), "c": Delivery(1.0, 0), "d": Delivery(1.0, 0)}
    assert changed(before, after) == 3  # a moves, b leaves, d enters; c only grows


def _counted(plan: dict[str, tuple[float, int]], before: dict[str, Delivery]) -> int:
    names = plan.keys() | before.keys()
    return sum(
        (plan[name][1] - 1 if name in plan else None) != (before[name].start if name in before else None)
        for name in names
    )


def test_keep_equals_brute_force_on_small_scenarios() -> None:
    tried = 0
    for seed in part(range(120)):
        rng = Random(seed)
        tables, chosen = case_in_whole(rng)
        case = Reference(tables, chosen)
        best = find_best(case)
        if best is None:
            continue
        scenario = build_scenario(tables, chosen)
        wholes = allowed_wholes(case)
        last = rng.choice(wholes)
        before = {name: Delivery(1.0, start - 1) for name, (_, start) in last.plan.items()}
        for limit in (0, 1, 2):
            near = [whole for whole in wholes if _counted(dict(whole.plan), before) <= limit]
            found = keep_most(Optimiser(scenario), scenario.settings, before, limit=limit, gap=0)
            assert found.changes <= limit, seed
            expected = max(whole.best_objective(best.best_alone) for whole in near)
            assert found.portfolio.objective == pytest.approx(expected, abs=1.1e-6), seed
            assert found.price == pytest.approx(best.objective - expected, abs=2.2e-6), seed
        penalty = rng.choice([0.01, 0.05, 0.2])
        found = keep_most(Optimiser(scenario), scenario.settings, before, penalty=penalty, gap=0)
        worth = max(
            whole.best_objective(best.best_alone) - penalty * _counted(dict(whole.plan), before) for whole in wholes
        )
        assert found.portfolio.objective - penalty * found.changes == pytest.approx(worth, abs=2e-6), seed
        tried += 1
    assert tried > cases(60)


def test_keep_by_hand_on_the_quickstart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # The README's best plan is worth 0.41. Without handover (worth 4 of 100) it is worth 0.37: one change away.
    plan = tmp_path / "plan.csv"
    assert run(["export", str(QUICKSTART), "--lock", "handover=out", "--gap", "0", "--output", str(plan)]) == 0
    capsys.readouterr()
    arguments = ["solve", str(QUICKSTART), "--gap", "0", "--keep", str(plan), "--output", "-"]
    assert run([*arguments, "--changes", "0"]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert kept["keep"]["changes"] == 0
    assert kept["keep"]["price"] == pytest.approx(0.41 - kept["objective"])
    assert kept["objective"] < 0.41 - 1e-6
    assert run([*arguments, "--changes", "20"]) == 0
    assert json.loads(capsys.readouterr().out)["keep"]["price"] == pytest.approx(0, abs=1e-9)


def test_keep_reads_a_plan_in_json_and_says_the_price(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.json"
    assert run(["solve", str(QUICKSTART), "--weights", "70,20,10", "--output", str(plan)]) == 0
    assert run(["solve", str(QUICKSTART), "--keep", str(plan), "--changes", "1"]) == 0
    assert "of the last plan" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--keep", "PLAN"], "give either --changes N or --penalty P"),
        (["--keep", "PLAN", "--changes", "-1"], "--changes -1"),
        (["--keep", "PLAN", "--penalty", "-1"], "--penalty -1"),
        (["--changes", "1"], "--keep"),
        (["--keep", "none.csv", "--changes", "1"], "none.csv"),
    ],
)
def test_keep_says_what_is_wrong(
    arguments: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("initiative_id,share,start\n", encoding="utf-8")
    given = [str(plan) if argument == "PLAN" else argument for argument in arguments]
    assert run(["solve", str(QUICKSTART), *given]) == 2
    assert text in capsys.readouterr().err


def test_keep_says_so_when_every_plan_changes_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("initiative_id,share,start\n", encoding="utf-8")
    arguments = ["--keep", str(plan), "--changes", "0", "--lock", "practice_phones=in"]
    assert run(["solve", str(QUICKSTART), *arguments]) == 4
    assert "at most 0 changes to the plan to keep" in capsys.readouterr().err


def test_keep_refuses_a_plan_with_wrong_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("initiative_id,share,start\nnobody,1,2026/27\n", encoding="utf-8")
    assert run(["solve", str(QUICKSTART), "--keep", str(plan), "--changes", "1"]) == 2
    assert "nobody" in capsys.readouterr().err


def test_keep_needs_one_of_limit_and_penalty() -> None:
    scenario = read_scenario(QUICKSTART)
    with pytest.raises(SettingsError):
        keep_most(Optimiser(scenario), scenario.settings, {}, limit=1, penalty=0.1)
    with pytest.raises(InfeasibleError):
        keep_most(Optimiser(scenario), scenario.settings.replace(lock={"practice_phones": "in"}), {}, limit=0)
