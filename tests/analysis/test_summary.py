"""What the page says about a plan, with every number worked out by hand on the small scenario.

Goals: rtt (national) 0 to 5 in 2027/28; falls (local) 0 to 3 and 4. Effects at once: wards +2 rtt, hub +1 falls.
Money: 100 a year; wards uses 40 then 20, hub 10 then nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from prioritiser import Outcome, Scenario, evaluate, optimise, read_scenario
from prioritiser.analysis.summary.changes import because, changes_between
from prioritiser.analysis.summary.contributions import by_group, contributions, reasons
from prioritiser.analysis.summary.resources_used import full_resources, money_by_year, use_against_capacity
from prioritiser.analysis.summary.summary import (
    headline,
    limits_sentence,
    met_count,
    proof,
    references,
    shortfall_words,
    still_to_come,
    targets_in,
    tiers_side_by_side,
    under_way,
)
from prioritiser.evaluation.plan import Delivery
from prioritiser.evaluation.portfolio import Termination
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.ui.components.answer_tables import ambidexterity_lines, first_targets, tier_table
from prioritiser.ui.components.use_tables import money_table, use_table
from tests.places import QUICKSTART
from tests.small import write_files

USES = "initiative_id,resource_id,year_1,year_2,money\nwards,money,40,20,\nhub,money,10,,\n"


@pytest.fixture
def small(tmp_path: Path) -> Scenario:
    return read_scenario(write_files(tmp_path / "small"))


def outcome_of(scenario: Scenario, **starts: str) -> Outcome:
    rows = [(name, 1.0, year) for name, year in starts.items()]
    return evaluate(scenario, pd.DataFrame(rows, columns=["initiative_id", "share", "start"]))


def test_headline_names_what_starts_what_is_met_and_the_heaviest_miss(small: Scenario) -> None:
    both = outcome_of(small, wards="2026/27", hub="2026/27")
    assert headline(both, references(both), "2027/28") == (
        "Start 2 of 2 initiatives. By the end of 2027/28, 0 of 1 national target is met. rtt ends 3.0 short of 5.0."
    )
    assert met_count(both, "2026/27") == (0, 1)
    assert met_count(both, "2027/28") == (0, 2)


def test_headline_compares_with_todays_plan(tmp_path: Path) -> None:
    rows = "initiative_id,current_start\nwards,\nhub,2026/27\n"
    effects = "initiative_id,goal_id,central\nwards,rtt,6\nhub,falls,1\n"
    scenario = read_scenario(write_files(tmp_path / "a", {"initiatives.csv": rows, "effects.csv": effects}))
    both = outcome_of(scenario, wards="2026/27", hub="2026/27")
    assert headline(both, references(both), "2027/28") == (
        "Start 2 of 2 initiatives. By the end of 2027/28, 1 of 1 national target is met, 1 more than today's plan."
    )


def test_contributions_add_up_to_what_the_plan_gains(small: Scenario) -> None:
    both = outcome_of(small, wards="2026/27", hub="2026/27")
    gains = contributions(both).set_index("initiative_id")["gain"]
    assert gains["wards"] == pytest.approx(0.5 * 2 / 5)
    assert gains["hub"] == pytest.approx(0.5 * (1 / 3 + 1 / 4) / 2)
    assert gains.sum() == pytest.approx(both.value)


def test_contributions_share_overlap_overshoot_and_losses(tmp_path: Path) -> None:
    # Gains 4 and 2 with overlap 1/2 count as 4 + 1 = 5, the loss of 1 in full: level 4 of 3.2, capped at 1.
    # Without the cap they are worth 10/3, 5/3 and -1 of 4, so 5/6, 5/12 and -1/4 of the attainment 1.
    goals = "goal_id,tier,overlap,2026/27,2027/28\nrtt,national,0.5,,3.2\n"
    initiatives = "initiative_id\na\nb\nc\n"
    effects = "initiative_id,goal_id,central,low,high\na,rtt,4,,\nb,rtt,2,,\nc,rtt,-1,,\n"
    toml = 'format = 1\ntitle = "T"\nyears = ["2026/27", "2027/28"]\n[weights]\nnational = 1\n'
    files = {"scenario.toml": toml, "goals.csv": goals, "initiatives.csv": initiatives, "effects.csv": effects}
    uses = {"uses.csv": "initiative_id,resource_id,year_1\n", "rules.csv": None}
    scenario = read_scenario(write_files(tmp_path / "a", {**files, **uses}))
    gains = contributions(outcome_of(scenario, a="2026/27", b="2026/27", c="2026/27")).set_index("initiative_id")[
        "gain"
    ]
    assert gains.to_dict() == pytest.approx({"a": 5 / 6, "b": 5 / 12, "c": -1 / 4})


def test_reasons_name_goal_rule_and_lock(small: Scenario) -> None:
    both = outcome_of(small, wards="2026/27", hub="2026/27")
    assert reasons(both, contributions(both)) == {"wards": "Most for: rtt", "hub": "Most for: falls; needed by wards"}
    none = outcome_of(small)
    assert reasons(none, contributions(none)) == {
        "wards": "Needs hub, which is out too",
        "hub": "Nothing is started",
    }
    locked = evaluate(small, both.plan, small.settings.replace(lock={"wards": "in", "hub": "2026/27"}))
    assert reasons(locked, contributions(locked)) == {
        "wards": "Locked in by you",
        "hub": "Locked by you to start in 2026/27",
    }


def test_by_lead_says_who_carries_and_who_gains(small: Scenario) -> None:
    both = outcome_of(small, wards="2026/27", hub="2026/27")
    groups = by_group(both, contributions(both), "lead").set_index("group")
    assert groups["initiatives"].to_dict() == {"Trust": 1, "Council": 1}
    assert groups["money"].to_dict() == {"Trust": 60, "Council": 10}
    assert groups.loc["Trust", "money_share"] == pytest.approx(6 / 7)
    assert groups.loc["Trust", "gain_share"] == pytest.approx(0.2 / (0.2 + 0.5 * 7 / 24))


def test_use_says_full_and_carry_over_adds_what_was_left(tmp_path: Path) -> None:
    def words(carry_over: str) -> list[str]:
        resources = f"resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,50,10,{carry_over}\n"
        uses = "initiative_id,resource_id,year_1,year_2\nwards,money,40,10\nhub,money,,\n".replace("hub,money,,\n", "")
        scenario = read_scenario(write_files(tmp_path / carry_over, {"resources.csv": resources, "uses.csv": uses}))
        plan = outcome_of(scenario, wards="2026/27", hub="2026/27")
        return list(use_against_capacity(plan)["words"])

    assert words("no") == ["80\u00a0%", "full"]
    assert words("yes") == ["80\u00a0%", "50\u00a0%, with £10k carried over"]


def test_tables_say_what_was_carried_over(tmp_path: Path) -> None:
    resources = "resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,50,10,yes\n"
    uses = "initiative_id,resource_id,year_1,year_2\nwards,money,20,40\n"
    scenario = read_scenario(write_files(tmp_path / "a", {"resources.csv": resources, "uses.csv": uses}))
    plan = outcome_of(scenario, wards="2026/27", hub="2026/27")
    assert plan.breaches == ()
    assert "£40k of £40k (with £30k carried over)" in use_table(use_against_capacity(plan)).text
    assert "£40k (with £30k carried over)" in money_table(money_by_year(plan), "£k").text
    assert full_resources(plan)[["resource", "years_full", "years"]].to_numpy().tolist() == [["money", 1, 2]]


def test_resource_with_no_capacity_of_its_own_bites_when_all_carried_over_is_used(tmp_path: Path) -> None:
    resources = "resource_id,unit,2026/27,2027/28,carry_over\nmoney,£k,60,0,yes\n"
    uses = "initiative_id,resource_id,year_1,year_2\nwards,money,20,40\n"
    scenario = read_scenario(write_files(tmp_path / "a", {"resources.csv": resources, "uses.csv": uses}))
    plan = outcome_of(scenario, wards="2026/27", hub="2026/27")
    assert list(full_resources(plan)["years_full"]) == [1]
    assert list(use_against_capacity(plan)["words"]) == ["33\u00a0%", "full, with £40k carried over"]


def test_release_is_said_when_there_is_no_capacity(tmp_path: Path) -> None:
    resources = "resource_id,unit,2026/27,2027/28\nstaff,WTE,4,0\n"
    uses = "initiative_id,resource_id,year_1,year_2\nwards,staff,1,-3\n"
    scenario = read_scenario(write_files(tmp_path / "a", {"resources.csv": resources, "uses.csv": uses}))
    use = use_against_capacity(outcome_of(scenario, wards="2026/27", hub="2026/27"))
    assert use[["words", "brief", "full"]].to_numpy().tolist()[1] == ["releases 3\u00a0WTE", "freed", False]


def test_limits_that_bite_are_named(small: Scenario, tmp_path: Path) -> None:
    both = outcome_of(small, wards="2026/27", hub="2026/27")
    assert limits_sentence(both) == "£70k of £200k money used over 2 years · No limit is used up"
    assert full_resources(both).empty
    uses = "initiative_id,resource_id,year_1,year_2\nwards,money,10,-30\n"
    releasing = read_scenario(write_files(tmp_path / "c", {"uses.csv": uses}))
    freed = limits_sentence(outcome_of(releasing, wards="2026/27", hub="2026/27"))
    assert freed == "£20k money released over 2 years · No limit is used up"
    tight = read_scenario(
        write_files(tmp_path / "b", {"resources.csv": "resource_id,unit,2026/27,2027/28\nmoney,£k,50,100\n"})
    )
    filled = outcome_of(tight, wards="2026/27", hub="2026/27")
    assert limits_sentence(filled) == "£70k of £150k money used over 2 years · Limits that bite: money"


def test_money_is_split_by_tag_and_else_by_sign(tmp_path: Path) -> None:
    uses = "initiative_id,resource_id,year_1,year_2,money\nwards,money,40,20,one-off\nhub,money,10,-30,\n"
    scenario = read_scenario(write_files(tmp_path / "a", {"uses.csv": uses}))
    money = money_by_year(outcome_of(scenario, wards="2026/27", hub="2026/27"))
    split = {(row.year, row.kind): row.amount for row in money.itertuples() if row.amount}
    assert split == {
        ("2026/27", "one-off"): 40,
        ("2026/27", "recurrent"): 10,
        ("2027/28", "one-off"): 20,
        ("2027/28", "released"): -30,
    }


def test_changes_are_entered_left_moved_and_resized(small: Scenario) -> None:
    before = {"wards": Delivery(1.0, 0)}
    found = [(change.kind, change.name, change.detail) for change in changes_between(small, before, {})]
    assert found == [("left", "wards", "was 2026/27")]
    moved = changes_between(small, before, {"wards": Delivery(1.0, 1), "hub": Delivery(1.0, 0)})
    assert [(change.kind, change.name, change.detail) for change in moved] == [
        ("entered", "hub", "2026/27"),
        ("moved", "wards", "2026/27 to 2027/28"),
    ]
    resized = changes_between(small, before, {"wards": Delivery(0.5, 0)})
    assert [(change.kind, change.detail) for change in resized] == [("resized", "100\u00a0% to 50\u00a0%")]
    assert changes_between(small, before, before) == ()


def test_because_tells_choices_from_assumptions(small: Scenario) -> None:
    own = small.settings
    other = own.replace(
        weights={"national": 75, "local": 25},
        balance=0.5,
        capacity={"money": 0.8},
        lock={"hub": "out"},
        goal_weights={"rtt": 2},
        without=("R1",),
        case="low",
    )
    assert because(small, own, other) == (
        "weights: national 50 to 75, local 50 to 25",
        "balance: 0.00 to 0.50",
        "money: 100\u00a0% to 80\u00a0% of capacity",
        "hub: locked out",
        "weight of rtt: 1 to 2",
        "rule R1 switched off",
        "an assumption, the size of effects: central to low",
    )
    assert because(small, own, own) == ()


def test_slow_work_is_still_to_come(tmp_path: Path) -> None:
    effects = "initiative_id,goal_id,central,ramp_months,evidence\nwards,rtt,2,48,judged\nhub,falls,1,,\n"
    scenario = read_scenario(write_files(tmp_path / "a", {"effects.csv": effects}))
    coming = still_to_come(outcome_of(scenario, wards="2026/27", hub="2026/27"))
    assert coming[["initiative", "at_end", "to_come", "full"]].to_numpy().tolist() == [["wards", 1.0, 1.0, 2.0]]
    assert list(coming["judged"]) == [True]


def test_targets_come_heaviest_first_and_judged_is_marked(tmp_path: Path) -> None:
    goals = "goal_id,tier,weight,evidence,2026/27,2027/28\nrtt,national,1,measured,,5\nae,national,2,judged,,8\n"
    effects = "initiative_id,goal_id,central\nwards,rtt,2\n"
    scenario = read_scenario(write_files(tmp_path / "a", {"goals.csv": goals, "effects.csv": effects}))
    table = targets_in(outcome_of(scenario), "2027/28")
    assert list(table["goal_id"]) == ["ae", "rtt"]
    assert list(table["judged"]) == [True, False]


def test_proved_best_is_only_said_when_it_is_proved(small: Scenario) -> None:
    portfolio = optimise(small, gap=0)
    assert proof(portfolio) == "Proved best for these weights"
    tiers = tiers_side_by_side(portfolio, references(portfolio.outcome)).set_index("tier")
    assert tiers.loc["national", "score"] == pytest.approx(0.4)
    assert tiers.loc["local", "best_alone"] == pytest.approx(7 / 24)


def test_unit_keeps_its_thousands_when_a_gap_is_told(tmp_path: Path) -> None:
    goals = 'goal_id,tier,unit,2026/27,2027/28\nrtt,national,"per 1,000 adults",,50\nfalls,local,"level, 1 to 5",3,4\n'
    outcome = optimise(read_scenario(write_files(tmp_path / "units", {"goals.csv": goals}))).outcome
    words = [
        shortfall_words(outcome.scenario.goal_by_id[row.goal_id], row)
        for row in targets_in(outcome, "2027/28").itertuples()
    ]
    assert "per 1,000 adults short of" in words[0]
    assert "level short of" in words[1]


def test_page_says_what_the_balance_setting_costs() -> None:
    scenario = read_scenario(QUICKSTART)
    plain_answer, balanced = (optimise(scenario, scenario.settings.replace(balance=part), gap=0) for part in (0.0, 0.9))
    given_up = plain_answer.outcome.value - balanced.outcome.value
    assert given_up > 0
    assert "balance setting costs" not in ambidexterity_lines(plain_answer, over=True).text
    assert f"costs: {100 * given_up:.2f} points" in ambidexterity_lines(balanced, over=True).text


@pytest.mark.parametrize("balance", [0.0, 0.5])
def test_nothing_proved_is_still_looked_for_at_any_stage(balance: float) -> None:
    scenario = read_scenario(QUICKSTART)
    *growing, last = Optimiser(scenario).stages(scenario.settings.replace(balance=balance))
    assert growing
    for portfolio in growing:
        doing = under_way(portfolio)
        assert (proof(portfolio) == "Proved best for these weights") is ("Still looking" not in doing)
        if any(best is None for best in portfolio.best_alone.values()):
            assert "how far each tier could get alone" in doing
    assert under_way(last) == "Finishing"


def test_what_is_still_worked_out_is_named() -> None:
    scenario = read_scenario(QUICKSTART)
    done = optimise(scenario, scenario.settings.replace(balance=0.5), gap=0)
    nothing_alone = dict.fromkeys(done.best_alone)
    unpriced = replace(done.ambidexterity, value_given_up=None)
    assert under_way(replace(done, tie_broken=False)) == "Working out whether a plan as good uses less"
    assert under_way(replace(done, best_alone=nothing_alone)) == "Working out how far each tier could get alone"
    assert under_way(replace(done, ambidexterity=unpriced)) == "Working out what the balance setting costs"
    searching = replace(done, termination=Termination.GAP, bound=done.bound + 0.1, tie_broken=False)
    assert under_way(searching) == "Still looking for a better plan, or for proof that there is none"
    tiers = tiers_side_by_side(replace(done, best_alone=nothing_alone), references(done.outcome))
    assert tier_table(tiers, over=False).text.count("being worked out") == 3
    assert tier_table(tiers, over=True).text.count("not found in time") == 3


def test_dashes_are_explained_only_where_a_level_shown_is_judged(tmp_path: Path) -> None:
    goals = "goal_id,tier,weight,evidence,2026/27,2027/28\nrtt,national,2,measured,,5\nae,national,1,judged,,8\n"
    effects = "initiative_id,goal_id,central,evidence\nwards,rtt,2,measured\n"
    files = {"goals.csv": goals, "effects.csv": effects}
    outcome = outcome_of(read_scenario(write_files(tmp_path / "a", files)), wards="2026/27", hub="2026/27")
    assert "rest on judged figures" in first_targets(outcome, "2027/28", 2).text
    assert "rest on judged figures" not in first_targets(outcome, "2027/28", 1).text
