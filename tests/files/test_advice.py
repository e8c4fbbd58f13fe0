"""Advice about an amount is followed to the letter, and the plan is then the right one.

What must be written is taken from the message; what it must be, and the plan, are worked out by hand.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prioritiser.files.scenario_files import inspect_scenario
from prioritiser.optimisation.optimiser import optimise

TOML = """\
format = 1
title = "Advice"
years = ["2026/27"]
[weights]
national = 1
"""
WRITE = re.compile(r"Write (?P<number>-?[0-9.]+)(?=[ :;.,]|$)")


def folder_of(path: Path, unit: str, capacity: str, uses: str, effects: str = "a,g,6\nb,g,8\n") -> Path:
    """Initiatives a and b, where b does more, and one resource of this unit."""
    path.mkdir(exist_ok=True)
    files = {
        "scenario.toml": TOML,
        "goals.csv": "goal_id,tier,unit,direction,baseline,2026/27\ng,national,points,up,0,100\n",
        "resources.csv": f'resource_id,unit,2026/27\nm,{unit},"{capacity}"\n',
        "initiatives.csv": "initiative_id\na\nb\nr\n",
        "uses.csv": f"initiative_id,resource_id,year_1\n{uses}",
        "effects.csv": f"initiative_id,goal_id,central\n{effects}",
    }
    for name, text in files.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def fix_of(path: Path) -> str:
    """The advice of the one issue."""
    (issue,) = inspect_scenario(path).issues
    return issue.fix


def plan_of(path: Path) -> list[str]:
    """Who starts in the best plan."""
    scenario = inspect_scenario(path).scenario
    assert scenario is not None
    return sorted(optimise(scenario, gap=0).outcome.plan)


# capacity as written, unit, what it must become
CAPACITIES = [
    ("1.2m", "£k", 1200), ("£1.2m", "£k", 1200), ("1.2 million", "£k", 1200), ("1.2bn", "£k", 1_200_000),
    ("£1.2bn", "£m", 1200), ("1.2m", "£m", 1.2), ("1.2m", "£", 1_200_000), ("1.2m", "£000", 1200),
    ("250k", "£k", 250), ("250k", "£m", 0.25), ("£250k", "£", 250_000), ("£250,000", "£", 250_000),
    ("£250 000", "£", 250_000), ("1,200", "£k", 1200), ("1 200", "£k", 1200), ("1'200", "£k", 1200),
    ("1\u00a0200", "£k", 1200), ("12,000,000", "£", 12_000_000), ("1.200,50", "£k", 1200.5), ("3,5", "£m", 3.5),
    ("£ 300", "£k", 300), ("300 WTE", "WTE", 300), ("300 wte", "WTE", 300), ("½", "£m", 0.5), ("1½", "£m", 1.5),
    ("2¾", "£m", 2.75), ("1/2", "£m", 0.5), ("1_000", "£k", 1000), ("\uff11\uff12", "£k", 12), ("5\u200b", "£k", 5),
    ("c. 300", "£k", 300), ("~300", "£k", 300), ("approx 300", "£k", 300), ("300 approx", "£k", 300),
    ("1.2 mn", "£k", 1200), ("0.5b", "£m", 500), ("2 thousand", "£k", 2), ("3E", "WTE", None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "unit", "right"), CAPACITIES, ids=ascii)
def test_capacity_is_right_when_the_advice_is_followed(
    written: str, unit: str, right: float | None, tmp_path: Path
) -> None:
    if right is None:  # nothing can be read into it: no number may be suggested
        assert not WRITE.search(fix_of(folder_of(tmp_path, unit, written, "a,m,1\n")))
        return
    # a takes all of the right amount; b, which does more, takes a thousandth more than there is
    uses = f"a,m,{right}\nb,m,{right * 1.001:.15g}\n"
    found = WRITE.search(fix_of(folder_of(tmp_path, unit, written, uses)))
    assert found is not None, fix_of(folder_of(tmp_path, unit, written, uses))
    assert float(found["number"].rstrip(".")) == right
    followed = folder_of(tmp_path, unit, found["number"].rstrip("."), uses)
    assert plan_of(followed) == ["a"]


@pytest.mark.parametrize("written", ["-", "–", "nil", "Nil", "none", "n/a", "N/A", "#N/A", "TBC", "tbc", "?", "null"])
def test_no_capacity_says_what_nought_and_blank_mean(written: str, tmp_path: Path) -> None:
    uses = "a,m,1\nb,m,1\n"
    fix = fix_of(folder_of(tmp_path, "£k", written, uses))
    assert "0 if there is none" in fix
    assert "blank if there is no limit" in fix
    assert plan_of(folder_of(tmp_path, "£k", "0", uses)) == []
    assert plan_of(folder_of(tmp_path, "£k", "", uses)) == ["a", "b"]


@pytest.mark.parametrize(
    ("written", "right"),
    [("6m", 6), ("6 months", 6), ("6 mths", 6), ("2 years", 24), ("1.5 yrs", 18), ("13 weeks", 3), ("2 quarters", 6)],
)
def test_months_are_right_when_the_advice_is_followed(written: str, right: float, tmp_path: Path) -> None:
    rows = 'a,g,6,"{}"\n'
    folder_of(tmp_path, "£k", "1", "a,m,1\n")
    header = "initiative_id,goal_id,central,lead_months\n"
    (tmp_path / "effects.csv").write_text(header + rows.format(written), encoding="utf-8")
    found = WRITE.search(fix_of(tmp_path))
    assert found is not None
    assert float(found["number"]) == right


@pytest.mark.parametrize("written", ["300 beds", "3E", "12 weeks", "10-20", "<5", "up to 40"])
def test_no_number_is_suggested_when_it_may_be_in_another_unit_or_no_one_number(written: str, tmp_path: Path) -> None:
    fix = fix_of(folder_of(tmp_path, "WTE", written, "a,m,1\n"))
    assert not WRITE.search(fix)
    assert fix


# what r gives back, as written
RELEASES = [
    ("200-", -200), ("(200)", -200), ("\u2212200", -200), ("\u2013200", -200), ("(£200k)", -200), ("-£200k", -200),
    ("(0.2m)", -200), ("-0.2m", -200), ("- 200", -200),
]  # fmt: skip


@pytest.mark.parametrize(("written", "right"), RELEASES, ids=ascii)
def test_release_is_right_when_the_advice_is_followed(written: str, right: float, tmp_path: Path) -> None:
    # there is nothing but what r gives back: a needs all of it, b a little more
    uses = 'a,m,200\nb,m,201\nr,m,"{}"\n'
    found = WRITE.search(fix_of(folder_of(tmp_path, "£k", "0", uses.format(written))))
    assert found is not None
    assert float(found["number"].rstrip(".")) == right
    assert plan_of(folder_of(tmp_path, "£k", "0", uses.format(found["number"].rstrip(".")))) == ["a", "r"]


@pytest.mark.parametrize(("written", "right"), [("½", 0.5), ("2½", 2.5), ("0,5", 0.5), ("1/4", 0.25)])
def test_effect_is_right_when_the_advice_is_followed(written: str, right: float, tmp_path: Path) -> None:
    found = WRITE.search(fix_of(folder_of(tmp_path, "£k", "1", "a,m,1\n", f'a,g,"{written}"\n')))
    assert found is not None
    scenario = inspect_scenario(folder_of(tmp_path, "£k", "1", "a,m,1\n", f"a,g,{found['number']}\n")).scenario
    assert scenario is not None
    assert optimise(scenario, gap=0).outcome.levels[0, 0] == pytest.approx(right)


@pytest.mark.parametrize(("own", "made"), [("5E1", "5.00E+01"), ("5E1", "50"), ("001", "1"), ("1E5", "100000")])
def test_id_that_a_spreadsheet_made_a_number_of_is_told_of(own: str, made: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "£k", "10", "a,m,10\nb,m,11\n")
    for name in ("initiatives.csv", "uses.csv", "effects.csv"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(re.sub(r"^a", own, text, flags=re.MULTILINE), encoding="utf-8")
    plain = (folder / "uses.csv").read_text(encoding="utf-8")
    (folder / "uses.csv").write_text(plain.replace(f"{own},", f"{made},"), encoding="utf-8")
    (issue,) = inspect_scenario(folder).issues
    assert "A spreadsheet made a number of" in issue.fix
    meant = re.search(r"type (?P<id>\S+) again", issue.fix)
    assert meant is not None
    typed = own if meant["id"] == "it" else meant["id"]
    (folder / "uses.csv").write_text(plain.replace(f"{own},", f"{typed},"), encoding="utf-8")
    assert plan_of(folder) == [own]
