"""Amounts at both ends of the range that is read: capacities bind, and what cannot be solved is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from prioritiser import evaluate, optimise
from prioritiser.cli import run
from prioritiser.evaluation.plan import Delivery
from prioritiser.files.scenario_files import inspect_scenario
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.scenario import Scenario
from tests.small import write_files

TOML = 'format = 1\ntitle = "T"\nyears = ["2026/27"]\n[weights]\nnational = 1\n'


def sized(folder: Path, amount: str, capacity: str, carry: str = "no", effects: str = "a,g,6\nb,g,4\n") -> Path:
    """Two initiatives that use as much each of one resource; a does more."""
    return write_files(
        folder / "s",
        {
            "scenario.toml": TOML,
            "goals.csv": "goal_id,tier,unit,direction,baseline,2026/27\ng,national,points,up,70,80\n",
            "resources.csv": f"resource_id,unit,2026/27,carry_over\nm,£bn,{capacity},{carry}\n",
            "initiatives.csv": "initiative_id\na\nb\n",
            "uses.csv": f"initiative_id,resource_id,year_1\na,m,{amount}\nb,m,{amount}\n",
            "effects.csv": f"initiative_id,goal_id,central\n{effects}",
            "rules.csv": None,
        },
    )


def read(path: Path) -> Scenario:
    """The scenario at a path."""
    found = inspect_scenario(path)
    assert found.scenario is not None, found.issues
    return found.scenario


SIZES = ["1e-9", "1e-8", "3e-7", "0.0001", "1", "1e6", "1e9", "1e12", "1e15"]


@pytest.mark.parametrize("carry", ["no", "yes"])
@pytest.mark.parametrize("amount", SIZES)
def test_capacity_for_one_lets_one_start_at_every_size(amount: str, carry: str, tmp_path: Path) -> None:
    scenario = read(sized(tmp_path, amount, amount, carry))
    assert list(optimise(scenario, gap=0).outcome.plan) == ["a"]
    both = evaluate(scenario, {"a": Delivery(1.0, 0), "b": Delivery(1.0, 0)})
    assert [breach.kind for breach in both.breaches] == ["capacity"]
    twice = scenario.settings.replace(capacity={"m": 2.0})
    assert list(optimise(scenario, twice, gap=0).outcome.plan) == ["a", "b"]


@pytest.mark.parametrize("amount", SIZES)
def test_one_more_unit_is_worth_the_same_share_at_every_size(amount: str, tmp_path: Path) -> None:
    # half of what both need: the relaxation takes a whole (6 points) and more of b, 4 of 10 points for as much again
    scenario = read(sized(tmp_path, amount, amount))
    value = Optimiser(scenario).marginal_values(scenario.settings)["m", "2026/27"]
    assert value * float(amount) == pytest.approx(0.4, rel=1e-6)


@pytest.mark.parametrize("amount", SIZES)
def test_clash_names_what_is_lacking_at_every_size(
    amount: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sized(tmp_path, amount, amount)
    assert run(["solve", str(path), "--lock", "a=in", "--lock", "b=in"]) == 4
    assert "capacity of m in 2026/27" in capsys.readouterr().err


def test_figures_too_far_apart_for_the_solver_are_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sized(tmp_path, "1", "1", effects="a,g,1e15\nb,g,1\n")
    goals = "goal_id,tier,unit,direction,baseline,2026/27\ng,national,points,up,0,1e-9\n"
    (path / "goals.csv").write_text(goals, encoding="utf-8")
    assert run(["solve", str(path)]) in (0, 5)
    said = capsys.readouterr()
    assert "differ too much in size" in said.err or "Proved best" in said.out
