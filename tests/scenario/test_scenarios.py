"""The bundled scenarios are what they say: illustrative, sourced and marked; today's plan holds; each what-if matters."""

from __future__ import annotations

import math
from collections import Counter

import pandas as pd
import pytest

from prioritiser import Scenario, evaluate, read_scenario
from prioritiser.analysis.comparison.compare import compare
from prioritiser.scenario.schema import RuleKind
from tests.depth import thorough
from tests.places import ROOT
from tests.small import SHEETS

FOLDER = ROOT / "scenarios"
NAMES = ("example-ics", "quickstart")
TABLES = [name for name in SHEETS if name != "scenario"]
WHAT_IFS = [
    "National recovery first",
    "Balanced",
    "Long-term first",
    "Deficit years",
    "Winter pressure",
    "Cautious estimates",
]


@pytest.fixture(scope="module", params=NAMES)
def bundled(request: pytest.FixtureRequest) -> Scenario:
    return read_scenario(FOLDER / request.param)


@pytest.fixture(scope="module")
def example() -> Scenario:
    return read_scenario(FOLDER / "example-ics")


def test_scenario_says_that_it_is_illustrative_and_gives_no_notice(bundled: Scenario) -> None:
    assert "illustrative" in bundled.title.casefold()
    assert "illustrative" in bundled.summary.casefold()
    assert bundled.notices == ()


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_marked_and_sourced(bundled: Scenario, example: Scenario, table: str) -> None:
    """The quickstart says once, in its summary, that every figure is invented."""
    rows = getattr(bundled, table)
    assert rows
    assert [row for row in rows if row.evidence is None] == []
    assert [row for row in getattr(example, table) if not row.source] == []


def test_folder_has_a_readme_that_says_where_figures_come_from() -> None:
    for name in NAMES:
        text = (FOLDER / name / "README.md").read_text(encoding="utf-8").casefold()
        assert "judged" in text or "invented" in text


def test_example_holds_what_it_announces(example: Scenario) -> None:
    assert Counter(goal.tier.value for goal in example.goals) == {"national": 19, "local": 9, "long_term": 10}
    kinds = Counter(row.tags.get("kind") for row in example.initiatives)
    assert kinds["stop or reduce"] >= 4
    assert len(example.initiatives) - kinds["stop or reduce"] == 71
    assert kinds["improvement capability"] == 3
    assert sum(rule.kind is RuleKind.MUST_DO for rule in example.rules) == 2
    assert all(rule.owner for rule in example.rules)
    assert [what_if.name for what_if in example.what_ifs] == WHAT_IFS
    assert {goal.overlap for goal in example.goals} == {0.3}
    assert {row.confidence for row in example.initiatives} == {1, 0.8, 0.7}


def test_only_goals_with_a_source_are_called_measured(example: Scenario) -> None:
    for row in (*example.goals, *example.uses, *example.effects, *example.resources):
        assert row.evidence is not None
        if row.evidence.value == "measured":
            assert "http" in (row.source or ""), row
        if "no source found" in (row.source or ""):
            assert row.evidence.value == "judged", row


def test_todays_plan_is_feasible(bundled: Scenario) -> None:
    started = [(row.initiative_id, 1.0, row.current_start) for row in bundled.initiatives if row.current_start]
    plan = pd.DataFrame(started, columns=["initiative_id", "share", "start"])
    assert len(plan) >= 3
    assert evaluate(bundled, plan, bundled.settings).breaches == ()


def test_improvement_capability_consumes_first_and_adds_later(example: Scenario) -> None:
    """The three of them use programme staff in the first year, and rows of their own release some later."""
    for name in ("improvement_academy", "flow_coaching", "management_system"):
        uses = [use for use in example.uses if use.initiative_id == name and use.resource_id.startswith("programme_")]
        years = [math.fsum(use.amount(tau) for use in uses) for tau in range(1, 6)]
        released = [math.fsum(min(0.0, use.amount(tau)) for use in uses) for tau in range(1, 6)]
        assert years[0] > 0 and released[0] == 0
        assert released[-1] < 0
        assert years[-1] < years[0]


def test_every_kind_of_organisation_can_do_one_of_its_initiatives(example: Scenario) -> None:
    able: dict[str, bool] = {}
    for row in example.initiatives:
        kind = row.tags.get("organisation_kind", "")
        able[kind] = able.get(kind, False) or any(fits(example, row.initiative_id, s) for s in example.starts(row))
    assert len(able) >= 8
    assert all(able.values()), able


def fits(scenario: Scenario, initiative_id: str, start: int) -> bool:
    """Whether one initiative alone stays within every capacity."""
    plan = pd.DataFrame([(initiative_id, 1.0, scenario.years[start])], columns=["initiative_id", "share", "start"])
    breaches = evaluate(scenario, plan, scenario.settings).breaches
    return not any(breach.kind == "capacity" for breach in breaches)


@pytest.mark.parametrize("name", [thorough("example-ics"), "quickstart"])
def test_every_what_if_changes_the_plan(name: str) -> None:
    options = list(compare(read_scenario(FOLDER / name)))
    assert all(option.outcome is not None and option.outcome.breaches == () for option in options)
    own = next(option.outcome for option in options[1:] if option.outcome)
    for option in options[2:]:
        assert option.outcome is not None
        assert option.outcome.plan != own.plan, option.name
