"""What may not be meant is said, once for each kind and table, and never refused; plain scenarios are silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prioritiser import optimise
from prioritiser.analysis.summary.value_for_money import value_for_money
from prioritiser.cli import run
from prioritiser.files.scenario_files import inspect_scenario, read_scenario
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.wrong_decoding import meant_text
from tests.places import ROOT
from tests.small import write_files

SCENARIOS = ROOT / "scenarios"
TOML = 'format = 1\ntitle = "T"\nyears = ["2026/27", "2027/28"]\n[weights]\nnational = 1\n'
PLAIN = {
    "scenario.toml": TOML,
    "goals.csv": "goal_id,tier,unit,direction,baseline,2026/27,2027/28\nwaits,national,people,down,5000,4000,2000\n",
    "resources.csv": "resource_id,unit,2026/27,2027/28\nmoney,£k,1000,1000\n",
    "initiatives.csv": "initiative_id,lead\nhub,Acute trust\nlist,Acute trust\nphones,ICB\n",
    "uses.csv": "initiative_id,resource_id,year_1,year_2\nhub,money,600,600\nlist,money,100,100\nphones,money,300,300\n",
    "effects.csv": "initiative_id,goal_id,central\nhub,waits,-2000\nlist,waits,-700\nphones,waits,-8\n",
    "rules.csv": None,
}


def read(folder: Path, **changes: str) -> Scenario:
    """The plain scenario with some tables replaced."""
    files = {f"{name}.csv": text for name, text in changes.items()}
    reading = inspect_scenario(write_files(folder / "s", {**PLAIN, **files}))
    assert reading.scenario is not None, reading.issues
    return reading.scenario


def notices(folder: Path, **changes: str) -> list[str]:
    """What is said of it."""
    return list(read(folder, **changes).notices)


def _in(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


@pytest.mark.parametrize("name", ["quickstart", "example-ics"])
def test_bundled_scenarios_are_silent(name: str) -> None:
    assert read_scenario(SCENARIOS / name).notices == ()


def test_plain_scenario_is_silent(tmp_path: Path) -> None:
    assert notices(tmp_path) == []


def test_resource_without_capacity_is_said_to_have_no_limit(tmp_path: Path) -> None:
    text = "resource_id,unit,2026/27,2027/28\nmoney,£k,1000,\nstaff,WTE,,\n"
    uses = str(PLAIN["uses.csv"]) + "hub,staff,2,2\n"
    assert notices(tmp_path, resources=text, uses=uses) == [
        "resources.csv: no limit: money has none in 2027/28; staff has no capacity in any year. "
        "Blank is no limit; write 0 where there is none to use."
    ]


def test_resource_that_is_only_released_needs_no_limit(tmp_path: Path) -> None:
    text = "resource_id,unit,2026/27,2027/28\nmoney,£k,1000,1000\ntime,hours,,\n"
    assert notices(tmp_path, resources=text, uses=str(PLAIN["uses.csv"]) + "hub,time,-20,-20\n") == []


def test_initiative_that_does_nothing_and_goal_that_nothing_moves_are_named(tmp_path: Path) -> None:
    initiatives = str(PLAIN["initiatives.csv"]) + "idle,ICB\n"
    goals = str(PLAIN["goals.csv"]) + "deaths,national,people,down,50,40,30\nlate,national,people,down,50,40,30\n"
    effects = "initiative_id,goal_id,central,lead_months\nhub,waits,-2000,\nhub,late,-5,36\n"
    assert notices(tmp_path, initiatives=initiatives, goals=goals, effects=effects) == [
        "initiatives.csv: nothing is used and no goal is moved by idle.",
        "goals.csv: nothing can move deaths; late within these years.",
    ]


def test_effects_that_all_point_the_wrong_way_are_named(tmp_path: Path) -> None:
    wrong = str(PLAIN["effects.csv"]).replace(",-", ",")
    (notice,) = notices(tmp_path, effects=wrong)
    assert "every effect on this goal makes it worse: waits (it is to go down)" in notice
    assert notices(tmp_path, effects=wrong.replace("phones,waits,8", "phones,waits,-8")) == []


def test_wrong_signs_are_worth_a_word_and_right_ones_reach_the_target(tmp_path: Path) -> None:
    # 5,000 wait; hub takes 2,000 and list 700 off; all three cost £1,000k of £1,000k: 5,000 - 2,708 = 2,292
    plain = optimise(read(tmp_path), gap=0)
    assert plain.outcome.levels[0, 0] == pytest.approx(2292)
    wrong = optimise(read(tmp_path, effects=str(PLAIN["effects.csv"]).replace(",-", ",")), gap=0)
    assert wrong.outcome.levels[0, 0] == 5000


def test_row_that_is_there_twice_counts_twice_and_is_named(tmp_path: Path) -> None:
    uses = str(PLAIN["uses.csv"]) + "list,money,100,100\n"
    assert notices(tmp_path, uses=uses) == [
        "uses.csv: the same row more than once: list and money. Rows of one pair add up."
    ]
    scenario = read(tmp_path, uses=uses)
    found = optimise(scenario, scenario.settings.replace(lock={"hub": "out", "phones": "out"}), gap=0)
    assert found.outcome.total_used("money") == 2 * (100 + 100)


def test_use_above_every_capacity_is_named(tmp_path: Path) -> None:
    uses = str(PLAIN["uses.csv"]).replace("600,600", "600,1200")
    assert notices(tmp_path, uses=uses) == [
        "uses.csv: more than there is: hub needs 1,200 £k of money in a year, and there is 1,000 £k in any year."
    ]
    carried = "resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,1000,1000,yes\n"
    assert notices(tmp_path, uses=uses, resources=carried) == []


def test_cost_a_hundred_times_the_median_is_named(tmp_path: Path) -> None:
    resources = "resource_id,unit,2026/27,2027/28\nmoney,£k,100000,100000\n"
    uses = str(PLAIN["uses.csv"]).replace("600,600", "30000,30000")  # 60,000 in all; the median is 600
    assert notices(tmp_path, resources=resources, uses=uses) == [
        "uses.csv: a hundred times the median or more: hub uses 60,000 £k of money, where the median is 600 £k. "
        "Is it in the unit of the resource?"
    ]
    assert notices(tmp_path, resources=resources, uses=uses.replace("30000,30000", "29999,29999")) == []


def test_levels_in_per_cent_a_hundred_times_apart_are_named(tmp_path: Path) -> None:
    goals = "goal_id,tier,unit,direction,baseline,2026/27,2027/28\nwaits,national,%,down,92,85,0.8\n"
    (notice,) = notices(tmp_path, goals=goals)
    assert notice.startswith("goals.csv: levels in % about a hundred times apart: waits (baseline 92, targets 85, 0.8)")


def test_only_the_first_few_are_named(tmp_path: Path) -> None:
    initiatives = str(PLAIN["initiatives.csv"]) + "".join(f"idle{number},ICB\n" for number in range(9))
    assert notices(tmp_path, initiatives=initiatives) == [
        "initiatives.csv: nothing is used and no goal is moved by idle0; idle1; idle2; and 6 more."
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Â£k", "£k"),
        ("Quicker â€“ â€\u02dcfastâ€™ handover", "Quicker – \u2018fast\u2019 handover"),
        ("CafÃ©", "Café"),
        ("â€œBetterâ€\u009d", "“Better”"),
        ("NaÃ¯ve Â½", "Naïve ½"),
        ("Llanfairpwllgwyngyll Å\u00b4r", "Llanfairpwllgwyngyll Ŵr"),
    ],
)
def test_wrong_decoding_is_seen(text: str, meant: str) -> None:
    assert meant_text(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "£k",
        "São João",
        "SÃO JOÃO",
        "Ângela",
        "Café – \u2018fast\u2019",
        "Ŵyr",
        "Ynys Môn",
        "naïve",
        "½ Â",
        "日本",
        "Ã",
        "🙂",
    ],
)
def test_text_of_real_languages_is_left_alone(text: str) -> None:
    assert meant_text(text) is None


@pytest.mark.parametrize(
    ("table", "text", "said"),
    [
        ("initiatives", "initiative_id,likelihood\nhub,0.5\nlist,1\nphones,\n", '"likelihood" holds shares, as confidence and min_scale would'),
        ("initiatives", "initiative_id,confidence,minimum\nhub,0.5,0.2\nlist,1,0\nphones,1,1\n", '"minimum" holds shares, as min_scale would'),
        ("initiatives", "initiative_id,earliest,to\nhub,2026/27,2027/28\nlist,,\nphones,,\n", '"to" holds years, as latest would'),
        ("resources", "resource_id,unit,c/f,2026/27,2027/28\nmoney,£k,Yes,1000,1000\n", '"c/f" holds yes or no, as carry_over would'),
        ("effects", "initiative_id,goal_id,central,needs\nhub,waits,-2000,list\nlist,waits,-7,\nphones,waits,-8,hub\n", '"needs" holds ids of initiatives, as if_also would'),
        ("rules", "rule_id,kind,subject,limit,when\nR1,count_at_most,lead=ICB,1,2027/28\n", '"when" holds years, as year would'),
    ],
)  # fmt: skip
def test_tag_that_holds_what_a_blank_column_would_is_said(table: str, text: str, said: str, tmp_path: Path) -> None:
    assert [notice for notice in notices(_in(tmp_path, "a"), **{table: text}) if "perhaps a column" in notice] == [
        f"{table}.csv: kept as a tag, and perhaps a column: {said}. Give it that heading if it is meant, or one that "
        "begins with tag:"
    ]
    heading = said.split('"')[1]
    marked = notices(_in(tmp_path, "b"), **{table: text.replace(heading, f"tag: {heading}")})
    assert not any("perhaps" in notice for notice in marked)


def test_capacity_in_pounds_where_the_unit_is_thousands_is_said(tmp_path: Path) -> None:
    # all initiatives use 600 + 600 + 100 + 100 + 300 + 300 = 2,000; a hundred times that is 200,000
    row = "resource_id,unit,2026/27,2027/28\nmoney,£k,{},1000000\n"
    assert notices(_in(tmp_path, "a"), resources=row.format(199_999)) == []
    assert notices(_in(tmp_path, "b"), resources=row.format(200_000)) == [
        "resources.csv: a hundred times what is used or more: money has 200,000 £k and all initiatives use 2,000 £k. "
        "Is it in the unit of the resource?"
    ]


def test_percentages_written_as_fractions_are_said_where_effects_are_points(tmp_path: Path) -> None:
    goals = "goal_id,tier,unit,direction,baseline,2026/27,2027/28\nseen,national,%,up,0.72,0.76,0.8\n"
    effects = "initiative_id,goal_id,central\nhub,seen,{}\nlist,seen,0.7\nphones,seen,0.8\n"
    assert notices(_in(tmp_path, "a"), goals=goals, effects=effects.format(6)) == [
        "goals.csv: levels in % below 1, with effects above 1: seen (baseline 0.72). "
        "In the unit %, 92 per cent is 92, not 0.92."
    ]
    assert notices(_in(tmp_path, "b"), goals=goals, effects=effects.format(0.6)) == []


def test_cost_with_a_minus_in_its_first_year_is_said(tmp_path: Path) -> None:
    uses = "initiative_id,resource_id,year_1,year_2\nhub,money,{},600\nlist,money,100,100\nphones,money,300,-300\n"
    assert notices(_in(tmp_path, "a"), uses=uses.format(600)) == []  # phones releases what it used: that is ordinary
    assert notices(_in(tmp_path, "b"), uses=uses.format(-600)) == [
        "uses.csv: below 0 in the first year and above it later: hub and money. "
        "An amount below 0 is released; what is used is above 0."
    ]


def test_groups_that_differ_in_signs_only_are_said(tmp_path: Path) -> None:
    rows = "initiative_id,lead,team\nhub,Primary-care,a b\nlist,Primary care,ab\nphones,ICB,c\n"
    said = 'initiatives.csv: nearly one name, and two groups: lead "Primary-care" and "Primary care"'
    assert notices(_in(tmp_path, "a"), initiatives=rows) == [f"{said}."]
    rules = "rule_id,kind,subject,limit\nR1,count_at_most,team=c,1\n"
    assert notices(_in(tmp_path, "b"), initiatives=rows, rules=rules) == [f'{said}; team "a b" and "ab".']


def test_unit_whose_sign_was_lost_is_said_and_its_advice_is_in_thousands(tmp_path: Path) -> None:
    row = "resource_id,unit,2026/27,2027/28\nmoney,{},{},1000\n"
    assert notices(_in(tmp_path, "a"), resources=row.format("\ufffdk", 1000)) == [
        'resources.csv: text that was decoded wrongly: "\ufffdk" has lost a letter. Save the file as UTF-8 where it '
        "came from."
    ]
    for number, unit in enumerate(("\ufffdk", "Â£k", "£k")):
        files = {**PLAIN, "resources.csv": row.format(unit, "1.2m")}
        (issue,) = inspect_scenario(write_files(_in(tmp_path, str(number)), files)).issues
        assert issue.fix == f"Write 1200: the unit is {unit}."


def test_start_by_a_year_before_the_first_start_says_that_it_cannot_start(tmp_path: Path) -> None:
    rows = "initiative_id,lead,earliest\nhub,Acute trust,2027/28\nlist,Acute trust,\nphones,ICB,\n"
    rules = "rule_id,kind,subject,year,limit\nR1,start_by,hub,2026/27,\nR2,start_by,list,2026/27,3\n"
    assert notices(tmp_path, initiatives=rows, rules=rules) == [
        "rules.csv: rule R1 lets hub start by 2026/27 or not at all. It may start in 2027/28 at the earliest, so it "
        "cannot start.",
        "rules.csv: rule R2 (start_by) does not use limit.",
    ]


def test_wrong_decoding_is_one_notice_a_table(tmp_path: Path) -> None:
    resources = str(PLAIN["resources.csv"]).replace("£k", "Â£k")
    assert notices(tmp_path, resources=resources) == [
        'resources.csv: text that was decoded wrongly: "Â£k" was probably "£k". '
        "Save the file as UTF-8 where it came from."
    ]


RULES = "rule_id,kind,subject,limit\nR1,count_at_most,{},1\n"


@pytest.mark.parametrize(
    ("subject", "leads"),
    [
        ("lead=Acute trust", ("Acute trust", "acute trust")),
        ("lead=acute  TRUST", ("Acute trust", "Acute trust")),
        ("Lead = Acute\u00a0trust", ("Acute trust", "Acute\u200b trust")),
        ("lead=Acute trust", ("\uff21cute trust", "acute\u2003trust")),
    ],
)
def test_group_holds_every_initiative_that_people_would_call_the_same(
    subject: str, leads: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    initiatives = f"initiative_id,lead\nhub,{leads[0]}\nlist,{leads[1]}\nphones,ICB\n"
    scenario = read(tmp_path, initiatives=initiatives, rules=RULES.format(subject))
    assert scenario.group(scenario.rules[0].subject) == ("hub", "list")
    # at most one of hub (2,000) and list (700): hub and phones
    assert sorted(optimise(scenario, gap=0).outcome.plan) == ["hub", "phones"]
    assert run(["check", str(tmp_path / "s")]) == 0
    assert "names 2 initiatives." in capsys.readouterr().out


def test_group_of_blank_cells_names_those_that_have_none(tmp_path: Path) -> None:
    initiatives = "initiative_id,lead\nhub,Acute trust\nlist,\nphones, \n"
    scenario = read(tmp_path, initiatives=initiatives, rules=RULES.format("lead="))
    assert scenario.group(scenario.rules[0].subject) == ("list", "phones")


def test_check_says_which_spellings_were_folded_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    initiatives = "initiative_id,lead\nhub,Acute trust\nlist,acute trust\nphones,ICB\n"
    read(tmp_path, initiatives=initiatives, rules=RULES.format("lead=Acute trust"))
    assert run(["check", str(tmp_path / "s")]) == 0
    said = capsys.readouterr().out
    assert 'Rule R1: lead=Acute trust, also written "acute trust", names 2 initiatives.' in said
    assert run(["check", str(tmp_path / "s"), "--output", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["groups"] == [
        {
            "rule": "R1",
            "group": "lead=Acute trust",
            "initiatives": ["hub", "list"],
            "other_spellings": ["acute trust"],
        }
    ]


def test_what_needs_what_there_is_none_of_comes_last_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resources = "resource_id,unit,2026/27,2027/28\nmoney,£k,0,0\nstaff,WTE,10,10\n"
    uses = "initiative_id,resource_id,year_1,year_2\nhub,money,500,500\nlist,staff,5,5\nphones,staff,1,1\n"
    scenario = read(tmp_path, resources=resources, uses=uses)
    rows = {row.initiative_id: row for row in value_for_money(optimise(scenario, gap=0)).rows}
    assert [rows[name].rank for name in ("list", "phones", "hub")] == [1, 2, 3]
    assert rows["hub"].per_use(scenario) == "needs money, and there is none"
    assert rows["hub"].ratio is None
    assert run(["explain", str(tmp_path / "s")]) == 0
    assert "uses nothing" not in capsys.readouterr().out


def test_what_can_be_had_in_a_later_year_is_not_lacking(tmp_path: Path) -> None:
    resources = "resource_id,unit,2026/27,2027/28\nmoney,£k,0,1000\n"
    initiatives = "initiative_id,lead,earliest,latest\nhub,ICB,2026/27,2027/28\nlist,ICB,2027/28,\nphones,ICB,,\n"
    scenario = read(tmp_path, resources=resources, initiatives=initiatives)
    rows = {row.initiative_id: row.lacks for row in value_for_money(optimise(scenario, gap=0)).rows}
    assert rows == {"hub": (), "list": (), "phones": ("money",)}
