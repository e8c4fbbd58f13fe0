"""What initiatives would use of the one resource that most need, as worked by hand from the small scenario's tables."""

from __future__ import annotations

from pathlib import Path

from prioritiser import read_scenario
from prioritiser.ui.phone.affordable import affordable
from prioritiser.workshop.answers import tier_swings
from tests.places import QUICKSTART, ROOT
from tests.small import write_files


def test_dearest_year_of_each_initiative_stands_beside_the_least_there_is_in_a_year(tmp_path: Path) -> None:
    found = affordable(read_scenario(write_files(tmp_path / "small")))
    assert found is not None and found.resource.resource_id == "money"
    assert found.capacity == 100 and dict(found.uses) == {"hub": 10, "wards": 40}  # wards: 40, then 20


def test_several_uses_add_up_and_what_is_set_free_is_nothing(tmp_path: Path) -> None:
    uses = "initiative_id,resource_id,year_1,year_2\nwards,money,40,50\nwards,money,5,\nhub,money,-10,-20\n"
    resources = "resource_id,unit,2026/27,2027/28\nmoney,£k,100,60\n"
    found = affordable(read_scenario(write_files(tmp_path / "small", {"uses.csv": uses, "resources.csv": resources})))
    assert found is not None and found.capacity == 60 and dict(found.uses) == {"hub": 0, "wards": 50}  # 45, then 50


def test_money_comes_before_other_resources_and_nothing_limited_is_nothing(tmp_path: Path) -> None:
    found = affordable(read_scenario(ROOT / "scenarios" / "example-ics"))
    assert found is not None and found.resource.resource_id == "revenue"
    unlimited = {"resources.csv": "resource_id,unit,2026/27,2027/28\nmoney,£k,,\n"}
    assert affordable(read_scenario(write_files(tmp_path / "small", unlimited))) is None


def test_moves_of_a_tier_are_told_apart_by_whether_they_were_judged() -> None:
    scenario = read_scenario(QUICKSTART)
    local = next(one for one in tier_swings(scenario, scenario.settings) if one.key == "local")
    assert local.said == "Easy to contact the practice from 70 to 80 % by 2028/29"
    assert local.parts == (f"{local.said} (judged)",)
