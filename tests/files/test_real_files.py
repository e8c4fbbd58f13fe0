"""Ordinary files that once ended in a silent wrong answer: each is refused or told, and mended gives the right plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from prioritiser import optimise
from prioritiser.cli import run
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.files.scenario_files import inspect_scenario
from tests.small import write_files

EFFECTS = "initiative_id,goal_id,central\na,g,6\nb,g,4\n"
GOALS = "goal_id,tier,unit,direction,baseline,{}\ng,national,%,up,70,80\n"


def scenario(folder: Path, years: list[str], **tables: str) -> Path:
    """A scenario of these tables and years, with weights 40, 30 and 30."""
    listed = ", ".join(f'"{year}"' for year in years)
    toml = f'format = 1\ntitle = "T"\nyears = [{listed}]\n[weights]\nnational = 40\nlocal = 30\nlong_term = 30\n'
    files = {"scenario.toml": toml, "rules.csv": None, **{f"{name}.csv": text for name, text in tables.items()}}
    return write_files(folder, files)


def best(path: Path) -> Portfolio:
    """The best plan."""
    found = inspect_scenario(path)
    assert found.scenario is not None, found.issues
    return optimise(found.scenario, gap=0)


def issues(path: Path) -> list[str]:
    """What is wrong."""
    return [str(issue) for issue in inspect_scenario(path).issues]


def capacities(heading: str) -> dict[str, str]:
    """Two initiatives of £100k each, and £100k under this heading."""
    return {
        "goals": GOALS.format("2026/27"),
        "initiatives": "initiative_id\na\nb\n",
        "effects": EFFECTS,
        "uses": "initiative_id,resource_id,year_1\na,money,100\nb,money,100\n",
        "resources": f"resource_id,unit,{heading}\nmoney,£k,100\n",
    }


@pytest.mark.parametrize("heading", ["Budget 2026/27 (£k)", "FY27", "2026", "budget", "2027/28", "Capacity", "£k"])
def test_figures_under_no_heading_of_ours_are_refused(heading: str, tmp_path: Path) -> None:
    (found,) = issues(scenario(tmp_path / "s", ["2026/27"], **capacities(heading)))
    assert f"resources.csv, row 1, column C ({heading})" in found
    assert "holds numbers and is not a column of resources. Left out, money would have no limit in any year." in found
    assert "Years are 2026/27." in found


@pytest.mark.parametrize("heading", ["2026/27", "2026-27", "FY26/27", "2026/27 (£k)"])
def test_right_heading_limits_the_plan(heading: str, tmp_path: Path) -> None:
    portfolio = best(scenario(tmp_path / "s", ["2026/27"], **capacities(heading)))
    assert list(portfolio.outcome.plan) == ["a"]
    assert portfolio.outcome.total_used("money") == 100


def test_tag_of_figures_is_a_tag_when_it_says_so(tmp_path: Path) -> None:
    tables = capacities("2026/27")
    tables["resources"] = "resource_id,unit,2026/27,tag: cost centre\nmoney,£k,100,4711\n"
    portfolio = best(scenario(tmp_path / "s", ["2026/27"], **tables))
    assert list(portfolio.outcome.plan) == ["a"]
    assert portfolio.outcome.scenario.resources[0].tags == {"tag: cost centre": "4711"}


def delays(lead: str, ramp: str) -> dict[str, str]:
    """One initiative, worth 10 points after two years, and a target at the end of the first."""
    return {
        "goals": GOALS.format("2026/27"),
        "initiatives": "initiative_id\na\n",
        "effects": f"initiative_id,goal_id,central,{lead},{ramp}\na,g,10,24,12\n",
        "uses": "initiative_id,resource_id,year_1\na,m,100\n",
        "resources": "resource_id,unit,2026/27,2027/28,2028/29\nm,£k,100,100,100\n",
    }


def test_months_under_half_a_heading_are_refused(tmp_path: Path) -> None:
    found = issues(scenario(tmp_path / "s", ["2026/27", "2027/28", "2028/29"], **delays("lead", "ramp")))
    assert len(found) == 2
    assert "Left out, lead_months would be 0." in found[0]
    assert 'Did you mean "ramp_months"?' in found[1]


@pytest.mark.parametrize("headings", [("lead_months", "ramp_months"), ("Lead months", "Ramp (months)")])
def test_months_delay_the_effect(headings: tuple[str, str], tmp_path: Path) -> None:
    portfolio = best(scenario(tmp_path / "s", ["2026/27", "2027/28", "2028/29"], **delays(*headings)))
    row = next(portfolio.outcome.goals.itertuples())
    assert (row.level, row.shortfall) == (70, 10)


def capital(second: str) -> dict[str, str]:
    """Capital of £100k in the first year, and something written in the second; b needs £900k then."""
    return {
        "goals": GOALS.format("2027/28"),
        "initiatives": "initiative_id,earliest\na,2026/27\nb,2027/28\n",
        "effects": EFFECTS,
        "uses": "initiative_id,resource_id,year_1\na,capital,100\nb,capital,900\n",
        "resources": f"resource_id,unit,2026/27,2027/28\ncapital,£k,100,{second}\n",
    }


def test_dash_in_a_capacity_says_what_nought_and_blank_mean(tmp_path: Path) -> None:
    years = ["2026/27", "2027/28"]
    (found,) = issues(scenario(tmp_path / "dash", years, **capital("-")))
    assert "Write 0 if there is none, or leave the cell blank if there is no limit." in found
    meant = best(scenario(tmp_path / "nought", years, **capital("0")))
    assert list(meant.outcome.plan) == ["a"]
    assert meant.outcome.total_used("capital") == 100
    blank = best(scenario(tmp_path / "blank", years, **capital("")))
    assert list(blank.outcome.plan) == ["a", "b"]
    assert any("no limit" in notice and "2027/28" in notice for notice in blank.notices)


def test_group_of_two_spellings_lets_one_start(tmp_path: Path) -> None:
    # 30 and 20 of 100 points by the acute trust, of which one may start, and 10 by the ICB: 40 points
    portfolio = best(
        scenario(
            tmp_path / "s",
            ["2026/27"],
            goals="goal_id,tier,unit,direction,baseline,2026/27\nwaits,national,%,up,0,100\n",
            initiatives="initiative_id,lead\nbeds,Acute trust\nscans,acute trust\nhubs,ICB\n",
            effects="initiative_id,goal_id,central\nbeds,waits,30\nscans,waits,20\nhubs,waits,10\n",
            uses="initiative_id,resource_id,year_1\nbeds,money,300\nscans,money,300\nhubs,money,300\n",
            resources="resource_id,unit,2026/27\nmoney,£k,900\n",
            rules="rule_id,kind,subject,limit,owner\nR1,count_at_most,lead=Acute trust,1,ICB\n",
        )
    )
    assert list(portfolio.outcome.plan) == ["beds", "hubs"]
    assert portfolio.objective == pytest.approx(0.40)


@pytest.mark.parametrize(
    ("unit", "used", "there", "said"),
    [("£m", "0.9375", "1.25", "£0.94m of £1.25m"), ("£bn", "0.000034", "0.0001", "£34k of £100k")],
)
def test_small_money_is_shown_in_figures_that_tell(
    unit: str, used: str, there: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = capacities("2026/27") | {
        "uses": f"initiative_id,resource_id,year_1\na,money,{used}\n",
        "resources": f"resource_id,unit,2026/27\nmoney,{unit},{there}\n",
        "effects": "initiative_id,goal_id,central\na,g,5\n",
    }
    assert run(["solve", str(scenario(tmp_path / "s", ["2026/27"], **tables))]) == 0
    assert said in capsys.readouterr().out


def test_workbook_without_its_goals_keeps_what_was_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = scenario(tmp_path / "s", ["2026/27"], **capacities("26/27"))
    (path / "goals.csv").rename(path / "Goals1.csv")
    assert run(["check", str(path)]) == 3
    said = capsys.readouterr().err
    assert 'goals.csv: it is missing. Did you mean "Goals1.csv"?' in said
    assert 'Note: resources.csv: read as meant: column "26/27" as 2026/27.' in said
