"""What a report says, against hand calculation on the quickstart and against the JSON of the portfolio."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from prioritiser import read_scenario
from prioritiser.analysis.robustness.stress import StressOptions, stress_portfolio
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.report.build import SECTIONS, build_report
from prioritiser.report.document import Figure, FigureKind, Length, Paper, Quantity, Section, Table
from prioritiser.report.headings import HEADINGS
from prioritiser.report.inputs import gather, what_ifs
from prioritiser.report.known import Known, most_argued
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Initiative
from tests.places import QUICKSTART

MADE = date(2026, 11, 25)


@cache
def scenario() -> Scenario:
    return read_scenario(QUICKSTART)


@cache
def known() -> Known:
    """Everything about the quickstart; 40 samples are enough for what is tested here."""
    optimiser = Optimiser(scenario())
    portfolio = optimiser.solve(scenario().settings)
    stress = stress_portfolio(optimiser, portfolio, StressOptions(samples=40, draws=500))
    return gather(optimiser, portfolio, stress, what_ifs(scenario()))


def section(key: str, given: Known | None = None, paper: Paper | None = None) -> Section:
    report = build_report(given or known(), paper, MADE)
    return next(one for one in report.sections if one.key == key)


def figure(key: str, kind: FigureKind) -> Figure:
    return next(one for one in section(key).figures() if one.kind is kind)


def table(key: str, name: str) -> Table:
    return next(one for one in section(key).tables() if one.name == name)


def test_waterfall_adds_up_by_hand_when_from_todays_plan() -> None:
    """Weights 40, 30, 30; each goal has one target, each tier the mean of its goals: worked out on paper."""
    rows = figure("today", FigureKind.WATERFALL).rows
    changes = dict(zip(rows["step"], rows["change"], strict=True))
    assert changes == pytest.approx({
        "Today's plan": 0.22,
        "Neighbourhood team": 0.2 * 0.5 * 0.4 + 0.4 * 0.3,
        "Help to stop smoking": 0.4 * 0.3,
        "Better practice phones": 0.3 * 0.3,
        "Fuller theatre lists": -0.4 * 0.5 * 0.4,
        "Same-day emergency care": -0.5 * 0.5 * 0.4,
        "Recommended": 0.41,
    })  # fmt: skip
    steps = rows[rows["kind"] != "total"]
    assert list(steps["start"][1:]) == pytest.approx(list(steps["end"][:-1]))
    assert steps["end"].iloc[-1] == pytest.approx(0.41)


def test_tiers_and_goals_read_as_worked_out_by_hand() -> None:
    tiers = figure("tiers", FigureKind.TIERS).rows.set_index("tier")
    assert dict(tiers["score"]) == pytest.approx({"national": 0.2, "local": 0.7, "long_term": 0.4})
    assert dict(tiers["today"]) == pytest.approx({"national": 0.55, "local": 0.0, "long_term": 0.0})
    goals = {str(row[0]): [str(cell) for cell in row] for row in table("goals", "goals").rows}
    assert goals["A&E within 4 hours"][3:8] == ["75.0", "75.0", "79.0", "85.0", "6.0 points short of 85.0\u00a0%"]
    assert goals["Adults who smoke"][3:8] == ["15.0", "15.0", "13.0", "10.0", "3.0 points short of 10.0\u00a0%"]


def test_money_by_year_is_the_sum_of_what_is_chosen() -> None:
    rows = {str(row[0]): row for row in table("resources", "money").rows}
    for year in ("2026/27", "2027/28", "2028/29"):
        assert [cell.value for cell in rows[year][1:] if isinstance(cell, Quantity)] == [1000, 0, 0, 1000, 1000]


def test_every_number_of_goals_and_capacity_equals_the_json() -> None:
    report = build_report(known(), None, MADE)
    answer = json.loads(json.dumps(report.answer))
    last = {goal["id"]: goal["years"][-1] for goal in answer["goals"]}
    names = {goal.label: goal.goal_id for goal in scenario().goals}
    for row in table("goals", "goals").rows:
        year = last[names[str(row[0])]]
        level, target = row[5], row[6]
        assert isinstance(level, Quantity) and isinstance(target, Quantity)
        assert (level.value, target.value) == pytest.approx((year["level"], year["target"]))
    used = {(one["id"], year["year"]): year["used"] for one in answer["resources"] for year in one["years"]}
    labels = {row.label: row.resource_id for row in scenario().resources}
    years = scenario().years
    for row in table("resources", "capacity").rows:
        for year, cell in zip(years, row[2 : 2 + len(years)], strict=True):
            assert isinstance(cell, Quantity)
            assert cell.value == pytest.approx(used[labels[str(row[0])], year])
    assert str(table("resources", "capacity").rows[0][2]) == "£1.0m of £1.0m"


def test_sections_are_all_there_in_order_and_none_is_empty() -> None:
    report = build_report(known(), Paper(dissent="The trust: not yet."), MADE)
    assert list(SECTIONS) == list(HEADINGS)
    of_a_workshop = {"room", "fair", "voices"}
    assert [one.key for one in report.sections] == [key for key in SECTIONS if key not in of_a_workshop]
    for length in Length:
        paper = Paper(length=length, dissent="The trust: not yet.")
        for one in build_report(known(), paper, MADE).sections:
            assert one.finding and one.blocks_for(length) and one.heading == HEADINGS[one.key]
    slides = build_report(known(), Paper(length=Length.SLIDES, dissent="The trust: not yet."), MADE)
    assert all(one.points for one in slides.sections), [one.key for one in slides.sections if not one.points]


def test_short_paper_is_a_selection_of_the_full_one() -> None:
    full = {one.key for one in build_report(known(), Paper(), MADE).sections}
    short = {one.key for one in build_report(known(), Paper(length=Length.SHORT), MADE).sections}
    assert short < full and "equations" not in short


def test_words_that_people_wrote_stand_in_place_of_the_proposal() -> None:
    paper = Paper(
        title="Plan A", paper_number="07", author="A. Person", meeting="Board", recommendation="Agree.\n\n Note. ",
        dissent="The trust: theatre lists first.", left_out=("equations",),
    )  # fmt: skip
    report = build_report(known(), paper, MADE)
    assert report.title == "Plan A"
    assert report.recommendation == ("Agree.", "Note.")
    assert dict(report.masthead) | {"Paper number": "07", "Author": "A. Person", "Meeting": "Board"} == dict(
        report.masthead
    )
    assert "equations" not in {one.key for one in report.sections}
    assert "The trust: theatre lists first." in str(section("options", paper=paper).blocks)
    assert Paper.from_json(json.loads(json.dumps(paper.as_json()))) == paper


def test_what_was_not_worked_out_is_said() -> None:
    bare = build_report(Known(known().portfolio), None, MADE)
    keys = {one.key for one in bare.sections}
    assert not keys & {"argued", "classes", "rules", "options"} and {"chances", "left_out", "today"} <= keys
    missing = dict(bare.provenance)["Not worked out"]
    assert missing == "safe, contested and out; closest calls; price of balance and rules"
    assert dict(build_report(known(), None, MADE).provenance)["Not worked out"] == "nothing"


def test_argued_are_those_nearest_to_half_of_the_samples() -> None:
    stress = known().stress
    assert stress is not None
    shares = {name: share for name, share in stress.acceptability.items() if share is not None}
    named = most_argued(stress, 3)
    furthest = max(abs(shares[name] - 0.5) for name in named)
    assert all(abs(share - 0.5) >= furthest for name, share in shares.items() if name not in named)
    labels = {row.initiative_id: row.label for row in scenario().initiatives}
    assert [row[0] for row in table("argued", "most argued").rows] == [labels[name] for name in most_argued(stress)]


def test_options_on_the_table_say_how_far_they_differ() -> None:
    rows = {str(row[0]): row for row in table("options", "options").rows}
    assert set(rows) == {"Recommended", *(one.name for one in scenario().what_ifs)}
    assert str(rows["Recommended"][3]) == "0"
    # national first: today's plan and nothing else; five enter or leave, and handover stays in both
    assert str(rows["National first"][3]) == "6"


def test_provenance_names_scenario_settings_gap_and_versions() -> None:
    given = dict(build_report(replace(known(), link="http://localhost/?x=1"), None, MADE).provenance)
    assert given["Scenario hash"] == scenario().hash
    assert given["Date"] == "2026-11-25" and given["Link"] == "http://localhost/?x=1"
    assert "HiGHS" in given["Solver"] and "pandas" in given["Packages"] and "gap" in given["Proof"]


def test_illustrative_data_is_flagged_and_other_data_is_not() -> None:
    assert build_report(known(), None, MADE).flag.startswith("Illustrative")
    real = replace(scenario(), title="A real place", summary="Ours.")
    solved: Portfolio = Optimiser(real).solve(real.settings)
    assert build_report(Known(solved), None, MADE).flag == ""


def test_report_of_nothing_chosen_still_reads() -> None:
    none = scenario().settings.replace(capacity={"money": 0.0})
    solved = Optimiser(scenario()).solve(none)
    assert not solved.outcome.plan
    report = build_report(Known(solved), None, MADE)
    assert all(one.blocks for one in report.sections)
    assert section("portfolio", Known(solved)).finding == "Nothing is started."


def test_options_that_cannot_be_met_are_left_out() -> None:
    optimiser = Optimiser(scenario())
    asked = (*what_ifs(scenario()), replace(what_ifs(scenario())[0], name="Cannot be", settings=_impossible()))
    stress = known().stress
    assert stress is not None
    found = gather(optimiser, known().portfolio, stress, asked)
    assert "Cannot be" not in {one.name for one in found.tabled}


def _impossible() -> object:
    lock = {row.initiative_id: "in" for row in scenario().initiatives}
    return scenario().settings.replace(lock=lock)


def test_table_refuses_rows_of_another_length() -> None:
    with pytest.raises(ValueError, match="need 2 cells"):
        Table("t", "c", ("a", "b"), (("x",),), (1, 1))


def test_numeric_columns_are_told_by_their_cells() -> None:
    one = Table("t", "c", ("a", "b"), (("x", Quantity(1.0, "1")), ("y", "")), (1, 1))
    assert [one.is_numeric(column) for column in range(2)] == [False, True]


def test_heat_map_has_one_cell_a_goal_and_year() -> None:
    rows = figure("goals", FigureKind.GOALS).rows
    assert len(rows) == len(scenario().goals) * len(scenario().years)
    assert isinstance(rows, pd.DataFrame) and not rows[["goal", "year"]].duplicated().any()


def test_unknown_section_is_refused_by_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from prioritiser.cli import run  # noqa: PLC0415

    output = tmp_path / "pack.html"
    assert run(["export", str(QUICKSTART), "--output", str(output), "--leave-out", "nonsense"]) == 2
    assert "--leave-out nonsense: expected some of tiers, portfolio" in capsys.readouterr().err
    assert not output.exists()


def test_plan_of_today_that_breaks_limits_is_called_no_choice() -> None:
    """All eight initiatives at once use £2.2m of £1.0m and 14 of 8 staff, every year: six limits."""
    everything = tuple(replace_start(row) for row in scenario().initiatives)
    over = replace(scenario(), initiatives=everything)
    solved = Optimiser(over).solve(over.settings)
    said = str(section("today", Known(solved)).blocks)
    assert "Today's plan is no choice under these settings: it breaks 6 limits, rules or locks." in said
    assert "Today's plan is no choice" in section("today", Known(solved), Paper(length=Length.SLIDES)).points[0]
    assert "Today's plan is no choice" not in str(section("today"))


def replace_start(row: Initiative) -> Initiative:
    return row.model_copy(update={"current_start": "2026/27"})


def test_chances_are_not_told_when_nothing_is_uncertain() -> None:
    assert "cannot be said" in section("chances").finding
    assert not list(section("chances").figures())
    unsure = tuple(row.model_copy(update={"confidence": 0.8}) for row in scenario().initiatives)
    maybe = replace(scenario(), initiatives=unsure)
    solved = Optimiser(maybe).solve(maybe.settings)
    assert "can be expected to be met" in section("chances", Known(solved)).finding


def test_columns_that_say_nothing_are_left_out() -> None:
    bare = section("left_out", Known(known().portfolio))
    assert "Best in" not in next(bare.tables()).columns
    assert "Best in" in table("left_out", "left out").columns
    empty = Table("t", "c", ("a", "b", "c"), (("x", "", "1"), ("y", "", "")), (1, 2, 3))
    assert empty.without_blank_columns() == Table("t", "c", ("a", "c"), (("x", "1"), ("y", "")), (1, 3))


def test_initiative_that_moves_no_target_is_not_said_to_be_beaten() -> None:
    """With long-term goals alone, only help to stop smoking moves a target."""
    goals = tuple(row for row in scenario().goals if row.tier == "long_term")
    kept = {row.goal_id for row in goals}
    alone = replace(
        scenario(), goals=goals, effects=tuple(row for row in scenario().effects if row.goal_id in kept), what_ifs=()
    )
    solved = Optimiser(alone).solve(alone.settings)
    why = {str(row[0]): str(row[3]) for row in next(section("left_out", Known(solved)).tables()).rows}
    assert why["Fuller theatre lists"] == "Moves no target that counts"
