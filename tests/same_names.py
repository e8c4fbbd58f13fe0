"""A scenario in which goals, resources and initiatives share their names, and everything that is made from it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from prioritiser import read_scenario
from prioritiser.analysis.robustness.stress import StressOptions, stress_portfolio
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.report.build import build_report
from prioritiser.report.document import Length, Paper, Report
from prioritiser.report.inputs import gather, what_ifs
from prioritiser.report.known import Known
from prioritiser.scenario.scenario import Scenario

FILES = {
    "scenario.toml": """format = 1
title = "Same names"
years = ["2026/27", "2027/28"]
weights = { national = 60, local = 40, long_term = 0 }

[[what_if]]
name = "Recommended"
note = "Named as ours is"
weights = { national = 10, local = 90, long_term = 0 }
""",
    "goals.csv": """goal_id,name,tier,unit,baseline,2026/27,2027/28
ga,A&E in 4 hours,national,%,60,70,80
gb,a&e in 4  hours,national,%,50,70,80
gc,GP access,local,%,40,50,60
""",
    "resources.csv": """resource_id,name,unit,2026/27,2027/28
ra,Estates & IT,£k,100,100
rb,Estates & IT,£k,40,40
""",
    "initiatives.csv": """initiative_id,name,lead,place,current_start
v1,Virtual ward,North,Exeter,2026/27
v2,Virtual ward,South,Exeter,
w1,Phones,ICB,Exeter,
w2,Phones,ICB,Truro,
x1,Home visits,ICB,Truro,
x2,Home visits,ICB,Truro,
""",
    "uses.csv": """initiative_id,resource_id,year_1,year_2
v1,ra,10,10
v2,rb,20,20
w1,ra,5,5
w2,rb,5,5
x1,ra,4,4
x2,rb,3,3
""",
    "effects.csv": """initiative_id,goal_id,low,central,high
v1,ga,2,3,4
v2,gb,4,5,6
w1,ga,0.5,1,1.5
w2,gb,1,2,3
x1,ga,1,2,3
x2,gb,0.5,1,1.5
x2,gc,2,4,6
""",
}
# All six fit: 19 of 100 and 28 of 40 are used each year; ga ends at 60 + 3 + 1 + 2, gb at 50 + 5 + 2 + 1.
GOALS = {"ga": "A&E in 4 hours (ga)", "gb": "a&e in 4  hours (gb)", "gc": "GP access"}
RESOURCES = {"ra": "Estates & IT (ra)", "rb": "Estates & IT (rb)"}
INITIATIVES = {
    "v1": "Virtual ward (North)",
    "v2": "Virtual ward (South)",
    "w1": "Phones (Exeter)",
    "w2": "Phones (Truro)",
    "x1": "Home visits (x1)",
    "x2": "Home visits (x2)",
}
LEVELS = {"ga": 66, "gb": 58, "gc": 44}
USED = {"ra": (19, 100), "rb": (28, 40)}


@cache
def same_names() -> Scenario:
    """Read the scenario."""
    with TemporaryDirectory() as folder:
        for name, text in FILES.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        return read_scenario(folder)


@cache
def all_known() -> Known:
    """Work out all that a report of the recommended portfolio says."""
    scenario = same_names()
    optimiser = Optimiser(scenario)
    portfolio = optimiser.solve(scenario.settings)
    found = stress_portfolio(optimiser, portfolio, StressOptions(samples=20, draws=200))
    return gather(optimiser, portfolio, found, what_ifs(scenario))


@cache
def report_of(length: Length) -> Report:
    """Put a report of the recommended portfolio together."""
    return build_report(all_known(), Paper(length=length))
