"""Published cases: Lourenço, Morton & Bana e Costa (Decision Support Systems, 2012), tables 1 and 2.

doi 10.1016/j.dss.2012.08.001. Costs, values, scores, weights, budgets and answers are theirs; the tables are in
`tests/scenarios`. There the target of each goal is only a scale, so that a value is a score times that target.
"""

from __future__ import annotations

import pytest

from prioritiser import InfeasibleError, optimise, read_scenario
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.settings import Changes
from tests.brute_force import find_best
from tests.places import ROOT
from tests.reference import Reference, read_plain_folder

SCENARIOS = ROOT / "tests" / "scenarios"
TABLE_1, TABLE_2 = SCENARIOS / "lourenco-table-1", SCENARIOS / "lourenco-table-2"
TABLE_1_SCALE, TABLE_2_SCALE = 100, 1000
DEPARTMENTS = ("department A", "department B", "department C", "department D")


def chosen(portfolio: Portfolio) -> list[str]:
    assert set(portfolio.plan["share"]) <= {1.0}
    return sorted(portfolio.plan["initiative_id"])


def cost(portfolio: Portfolio) -> float:
    return float(portfolio.outcome.resources["used"].sum())


@pytest.mark.parametrize(
    ("budget", "projects", "value", "spent"),
    [
        (20, ["1", "2", "4"], 9, 20),
        (22, ["1", "2", "3"], 10, 22),
        (18, ["1", "2"], 7, 12),  # and not {2, 3}: as good, but it costs 18
    ],
)
def test_table_1_when_the_budget_changes(budget: float, projects: list[str], value: float, spent: float) -> None:
    scenario = read_scenario(TABLE_1)
    portfolio = optimise(scenario, scenario.settings_for(None, Changes(capacity={"budget": budget / 20})), gap=0)
    assert portfolio.termination == "optimal"
    assert chosen(portfolio) == projects
    assert portfolio.objective * TABLE_1_SCALE == pytest.approx(value, abs=1e-6)
    assert cost(portfolio) == pytest.approx(spent, abs=1e-9)


def test_table_1_when_two_plans_are_equally_good() -> None:
    tables, settings = read_plain_folder(TABLE_1)
    best = find_best(Reference(tables, settings | {"capacity": {"budget": 0.9}}))
    assert best is not None
    assert best.objective * TABLE_1_SCALE == pytest.approx(7)
    assert [sorted(plan) for plan in best.whole_plans] == [["1", "2"]]
    assert best.least_use[0.5e-6] == pytest.approx(12 / 18)


@pytest.mark.parametrize(
    ("what_if", "projects", "value"),
    [
        ("No department must be served", ["P03", "P04", "P09", "P10", "P12"], 414.25),
        (None, ["P03", "P04", "P07", "P09", "P12"], 396.46),
    ],
)
def test_table_2_with_and_without_a_project_for_each_department(
    what_if: str | None, projects: list[str], value: float
) -> None:
    scenario = read_scenario(TABLE_2)
    portfolio = optimise(scenario, scenario.settings_for(what_if), gap=0)
    assert portfolio.termination == "optimal"
    assert chosen(portfolio) == projects
    assert portfolio.objective * TABLE_2_SCALE == pytest.approx(value, abs=1e-6)
    assert cost(portfolio) == pytest.approx(4.8, abs=1e-9)


def test_table_2_what_the_departments_rule_costs() -> None:
    scenario = read_scenario(TABLE_2)
    free = optimise(scenario, scenario.settings_for(None, Changes(without=DEPARTMENTS)), gap=0)
    held = optimise(scenario, gap=0)
    assert (free.objective - held.objective) * TABLE_2_SCALE == pytest.approx(17.79, abs=1e-6)


@pytest.mark.parametrize(("without", "value"), [(DEPARTMENTS, 414.25), ((), 396.46)])
def test_table_2_by_trying_every_plan(without: tuple[str, ...], value: float) -> None:
    tables, settings = read_plain_folder(TABLE_2)
    best = find_best(Reference(tables, settings | {"without": without}))
    assert best is not None
    assert best.objective * TABLE_2_SCALE == pytest.approx(value, abs=1e-9)
    assert len(best.whole_plans) == 1


def test_table_2_when_no_budget_serves_every_department() -> None:
    # The cheapest project of each department: 0.9 + 1.1 + 0.9 + 0.7 = 3.6, above 5 x 0.7 = 3.5.
    scenario = read_scenario(TABLE_2)
    with pytest.raises(InfeasibleError) as raised:
        optimise(scenario, scenario.settings_for(None, Changes(capacity={"budget": 0.7})), gap=0)
    clash = " ".join(raised.value.clash)
    assert "Budget" in clash
    assert all(name in clash for name in DEPARTMENTS)
