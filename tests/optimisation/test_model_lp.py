"""Each constraint family against an .lp written by hand from the formulas of the model, on a tiny scenario."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from prioritiser.optimisation.model import build, build_model, effects, rules
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, Goal, Initiative, Resource, Rule, RuleKind, Use
from prioritiser.scenario.settings import Settings
from tests.lp_text import LpText, parse_lp
from tests.places import ROOT

EXPECTED = ROOT / "tests" / "expected"
FIRST, SECOND = YEARS = ("2026/27", "2027/28")
ANY_YEAR = {"earliest": FIRST, "latest": SECOND}
WEIGHTS = {"national": 60.0, "local": 20.0, "long_term": 20.0}

# Every family function of the model, and the expected file that holds it.
FAMILIES = {
    "add_starts_and_shares": "starts_and_shares",
    "add_one_start": "one_start",
    "add_share_limits": "share_limits",
    "add_capacity": "capacity",
    "add_both_started": "both_started",
    "add_attainment": "attainment",
    "level_bounds": "overlap",
    "add_tier_scores": "tier_scores",
    "add_balance": "balance",
    "set_objective": "objective",
    "add_rules": "rules",
    **{kind.value: f"rule_{kind.value}" for kind in RuleKind},
}
# Which rows and variables of the program's text belong to a family.
ROWS: Mapping[str, tuple[str, ...]] = {
    "one_start": ("one_start",),
    "share_limits": ("share_at_most", "share_at_least", "full_share"),
    "capacity": ("capacity",),
    "both_started": ("both_first", "both_second", "both_harm"),
    "attainment": ("attainment",),
    "overlap": ("overlap",),
    "tier_scores": ("score",),
    "balance": ("balance",),
    "rules": ("rule",),
}
VARIABLES: Mapping[str, tuple[str, ...]] = {
    "starts_and_shares": ("x", "y"),
    "both_started": ("w",),
    "attainment": ("a",),
    "tier_scores": ("S",),
    "balance": ("m",),
}


def goal(name: str = "g", tier: str = "national", target: float = 10.0, **cells: Any) -> Goal:
    return Goal(goal_id=name, tier=tier, **{"targets": {SECOND: target}, **cells})


def effect(name: str, central: float, to: str = "g", **cells: Any) -> Effect:
    return Effect(initiative_id=name, goal_id=to, central=central, **cells)


def use(name: str, resource: str, *amounts: float) -> Use:
    by_year = {f"year_{number}": amount for number, amount in enumerate(amounts, start=1)}
    return Use(initiative_id=name, resource_id=resource, amounts=by_year)


def initiatives(**cells: Mapping[str, Any]) -> tuple[Initiative, ...]:
    return tuple(Initiative(initiative_id=name, **given) for name, given in cells.items())


def tiny(settings: Mapping[str, Any] | None = None, **tables: Any) -> Scenario:
    given = {"goals": (goal(),), "initiatives": initiatives(i0={}, i1={}, i2={}), **tables}
    return Scenario(title="Tiny", years=YEARS, settings=Settings(**{"weights": WEIGHTS, **(settings or {})}), **given)


def with_rules(*given: Rule) -> Scenario:
    """Three initiatives, two in group lead=Trust, two with tag kind=ward; money with a gross cost and a saving."""
    return tiny(
        goals=(goal(target=5.0, baseline=10.0, overlap=0.5),),
        initiatives=(
            Initiative(initiative_id="i0", lead="Trust", tags={"kind": "ward"}, **ANY_YEAR),
            Initiative(initiative_id="i1", lead="Trust"),
            Initiative(initiative_id="i2", lead="Council", tags={"kind": "ward"}, min_scale=0.5, **ANY_YEAR),
        ),
        resources=(Resource(resource_id="money", capacities={}),),
        uses=(
            use("i0", "money", 10, 4),
            use("i0", "money", -6, -6),
            use("i1", "money", 8),
            use("i2", "money", 20, 2),
        ),
        rules=given,
    )


def rule(kind: str, subject: str, **cells: Any) -> Rule:
    return Rule(rule_id=cells.pop("rule_id", "R1"), kind=kind, subject=subject, **cells)


def scenarios() -> dict[str, Scenario]:
    """Return the tiny scenario of each family; what it holds is told at the head of the expected file."""
    part, spend = {"min_scale": 0.5}, {"resource_id": "money"}
    return {
        "starts_and_shares": tiny(
            {"lock": {"i4": "out", "i5": "in", "i6": SECOND}},
            initiatives=initiatives(
                i0=ANY_YEAR,
                i1=part,
                i2={"min_scale": 0.0},
                i3={"min_scale": 0.0, **ANY_YEAR},
                i4={},
                i5={},
                i6=ANY_YEAR,
                i7={"min_scale": 0.0},
            ),
            rules=(rule("excludes", "i0", other="i7"),),
        ),
        "one_start": tiny({"lock": {"i2": "in"}}, initiatives=initiatives(i0=ANY_YEAR, i1=part, i2=ANY_YEAR)),
        "share_limits": tiny(
            {"lock": {"i2": "in"}},
            initiatives=initiatives(i0={}, i1={"min_scale": 0.25}, i2={"min_scale": 0.0, **ANY_YEAR}),
        ),
        "capacity": tiny(
            {"capacity": {f"money@{SECOND}": 0.5}},
            initiatives=initiatives(i0=ANY_YEAR, i1=part),
            resources=(
                Resource(resource_id="beds", capacities={SECOND: 9.0}),
                Resource(resource_id="money", capacities={FIRST: 20.0, SECOND: 30.0}),
                Resource(resource_id="staff", capacities={FIRST: 3.0, SECOND: 4.0}, carry_over="yes"),
            ),
            uses=(
                use("i0", "money", 10, 6),
                use("i0", "money", 0, -10),
                use("i0", "staff", 0, -1),
                use("i1", "beds", 2, 3),
                use("i1", "money", 5),
                use("i1", "staff", 2, 2),
            ),
        ),
        "both_started": tiny(
            initiatives=initiatives(i0=ANY_YEAR, i1=ANY_YEAR, i2=part),
            effects=(effect("i0", -3.0, if_also="i1"), effect("i2", 4.0, if_also="i1")),
        ),
        "attainment": tiny(
            goals=(goal(baseline=10.0, trend_per_year=1.0, targets={FIRST: 8.0, SECOND: 6.0}),),
            initiatives=initiatives(i0={"confidence": 0.5, **ANY_YEAR}, i1={}),
            effects=(effect("i0", -4.0, ramp_months=24.0), effect("i1", 1.0)),
        ),
        "overlap": tiny(goals=(goal(overlap=0.5),), effects=(effect("i0", 4.0), effect("i1", 6.0), effect("i2", -2.0))),
        "tier_scores": tiny(
            goals=(
                goal("g0", targets={FIRST: 4.0, SECOND: 5.0}),
                goal("g1", weight=3.0),
                goal("g2", "local", weight=5.0, targets={FIRST: 2.0}),
                goal("g3", "local", weight=0.0),
            )
        ),
        "balance": tiny(
            {"balance": 0.25}, goals=(goal("g0", trend_per_year=1.0), goal("g1", "local"), goal("g2", "long_term"))
        ),
        "objective": tiny({"balance": 0.25}, goals=(goal("g0"), goal("g1", "local"))),
        "rules": tiny(
            {"without": ("R2",)},
            initiatives=initiatives(i0=ANY_YEAR, i1={}, i2={}),
            rules=(rule("must_do", "i0"), rule("must_do", "i1", rule_id="R2"), rule("must_not", "i2", rule_id="R3")),
        ),
        "rule_must_do": with_rules(rule("must_do", "i2")),
        "rule_must_not": with_rules(rule("must_not", "i2")),
        "rule_start_by": with_rules(rule("start_by", "i2", year=FIRST)),
        "rule_requires": with_rules(rule("requires", "i2", other="i0")),
        "rule_excludes": with_rules(rule("excludes", "i0", other="i2")),
        "rule_together": with_rules(rule("together", "i0", other="i2")),
        "rule_count_at_least": with_rules(rule("count_at_least", "lead=Trust", limit=2.0)),
        "rule_count_at_most": with_rules(rule("count_at_most", "kind=ward", limit=1.0, year=SECOND)),
        "rule_spend_share_at_least": with_rules(rule("spend_share_at_least", "lead=Trust", limit=0.25, **spend)),
        "rule_spend_share_at_most": with_rules(
            rule("spend_share_at_most", "lead=Trust", limit=0.5, year=SECOND, **spend)
        ),
        "rule_goal_at_least": tiny(
            goals=(goal(target=5.0, baseline=10.0, overlap=0.5),),
            effects=(effect("i0", -4.0), effect("i1", -6.0)),
            rules=(rule("goal_at_least", "g", limit=4.0, year=SECOND),),
        ),
    }


SCENARIOS = scenarios()
BEST_ALONE = {"national": 0.8, "local": 0.5, "long_term": 0.0}


def built(family: str, folder: Path) -> LpText:
    scenario = SCENARIOS[family]
    path = folder / "built.lp"
    build_model(scenario, scenario.settings, BEST_ALONE).problem.writeLP(str(path))
    return parse_lp(path.read_text())


def rows_of(text: LpText, family: str) -> list[Any]:
    return [
        row
        for prefix in ROWS.get(family, ("rule",) if family.startswith("rule") else ())
        for row in text.family(prefix)
    ]


@pytest.mark.parametrize("family", sorted(FAMILIES.values()))
def test_family_is_the_lp_written_by_hand(family: str, tmp_path: Path) -> None:
    expected, found = parse_lp((EXPECTED / f"{family}.lp").read_text()), built(family, tmp_path)
    assert rows_of(found, family) == rows_of(expected, family)
    prefixes = VARIABLES.get(family, ())
    assert found.variables(prefixes) == expected.variables(prefixes)
    if family == "objective":
        assert found.objective == pytest.approx(expected.objective)


@pytest.mark.parametrize("family", sorted(FAMILIES.values()))
def test_expected_lp_says_something(family: str) -> None:
    expected = parse_lp((EXPECTED / f"{family}.lp").read_text())
    assert rows_of(expected, family) or expected.variables(VARIABLES.get(family, ())) or expected.objective
    assert len(rows_of(expected, family)) == len(expected.rows), "a row of another family is never compared"


def family_functions(module: ModuleType) -> set[str]:
    """Public functions of a module that take the model first: each writes a family of the problem."""
    found = set()
    for name, function in inspect.getmembers(module, inspect.isfunction):
        parameters = list(inspect.signature(function).parameters.values())
        takes_model = bool(parameters) and parameters[0].annotation == "Model"
        if function.__module__ == module.__name__ and not name.startswith("_") and takes_model:
            found.add(name)
    return found


def test_every_family_has_an_expected_lp() -> None:
    functions = set().union(*(family_functions(module) for module in (build, effects, rules)))
    assert functions == set(FAMILIES)
    assert {path.stem for path in EXPECTED.glob("*.lp")} == set(FAMILIES.values()) == set(SCENARIOS)


def test_every_row_of_the_model_belongs_to_a_family(tmp_path: Path) -> None:
    for family in SCENARIOS:
        text = built(family, tmp_path)
        known = {name for prefixes in ROWS.values() for prefix in prefixes for name, *_ in text.family(prefix)}
        assert set(text.rows) == known
