"""What one initiative uses and brings by year, and what more capacity buys in words: worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from prioritiser import read_scenario
from prioritiser.analysis.explanation.what_more_buys import (
    buys_sentence,
    goal_words,
    helpful,
    most_first,
    most_moved,
    tier_words,
    undecided,
    with_more,
)
from prioritiser.analysis.marginal_values.base import Difference, GoalChange
from prioritiser.analysis.marginal_values.capacities import CapacityPrice
from prioritiser.analysis.summary.one_initiative import delivery_of, effects_by_year, gains_by_tier, uses_by_year
from prioritiser.evaluation.outcome import Outcome, evaluate
from prioritiser.evaluation.plan import Delivery
from tests.small import write_files


@pytest.fixture
def outcome(tmp_path: Path) -> Outcome:
    """Wards in from the second year, hub out."""
    folder = write_files(
        tmp_path / "one",
        {
            "uses.csv": (
                "initiative_id,resource_id,year_1,year_2,evidence\n"
                "wards,money,40,20,measured\nwards,money,-10,-5,judged\nhub,money,10,,\n"
            ),
            "effects.csv": (
                "initiative_id,goal_id,central,lead_months,ramp_months,if_also,evidence\n"
                "wards,rtt,2,0,24,,judged\nhub,falls,1,0,24,,measured\nhub,rtt,4,0,0,wards,measured\n"
            ),
            "rules.csv": None,
        },
    )
    scenario = read_scenario(folder)
    return evaluate(scenario, {"wards": Delivery(0.5, 1)}, scenario.settings)


def test_uses_count_from_the_start_at_the_share_and_in_sum(outcome: Outcome) -> None:
    # half of 40 − 10, in the second year
    assert uses_by_year(outcome, "wards").to_numpy().tolist() == [
        ["money", "2026/27", 0.0, True],
        ["money", "2027/28", 15.0, True],
    ]
    # out: all of it from its earliest start
    assert delivery_of(outcome, "hub") == Delivery(1.0, 0)
    assert uses_by_year(outcome, "hub")["used"].tolist() == [10.0, 0.0]


def test_effects_ramp_and_wait_for_what_they_need(outcome: Outcome) -> None:
    # half of 2, half of its ramp of 24 months
    assert effects_by_year(outcome, "wards")["change"].tolist() == [0.0, 0.5]
    table = effects_by_year(outcome, "hub")
    # falls: half of 1, then 1. rtt needs wards, of which half starts in the second year: 4 × 0.5
    assert table[["goal_id", "change", "judged"]].to_numpy().tolist() == [
        ["falls", 0.5, False],
        ["falls", 1.0, False],
        ["rtt", 0.0, False],
        ["rtt", 2.0, False],
    ]


def test_gain_by_tier_is_the_part_of_the_weighted_score(outcome: Outcome) -> None:
    # rtt 0.5 of 5 is a tenth of the way; national weighs half
    assert gains_by_tier(outcome, "wards") == {"national": pytest.approx(0.05)}
    assert gains_by_tier(outcome, "hub") == {}


def price(year: str, step: str, gain: float, at_most: float = 0.0, capacity: float = 100.0) -> CapacityPrice:
    added = {"unit": 1.0, "5%": 5.0, "10%": 10.0}[step]
    goals = (GoalChange("rtt", "2027/28", 1.0, 2.0), GoalChange("falls", "2026/27", 1.0, 1.9))
    tiers = {"national": gain, "local": -0.002, "long_term": 0.0}
    brings = Difference(gain, gain, max(gain, at_most), tiers, goals, entered=("hub",))
    return CapacityPrice("money", year, step, capacity, added, brings, None)


def test_prices_are_ordered_and_told_apart(outcome: Outcome) -> None:
    rows = [
        price("2026/27", "5%", 0.0, at_most=0.001),
        price("2026/27", "10%", 0.0, at_most=0.001),
        price("2027/28", "5%", 0.004),
        price("2027/28", "10%", 0.01),
    ]
    assert [row.added for row in most_first(rows, "10%")] == [10.0]
    assert helpful(rows) == {("money", "2027/28")}
    assert undecided(rows) == {("money", "2026/27")}
    said = buys_sentence(outcome, rows[3])
    assert said == "£10k more of money in 2027/28 buys 1 point of the weighted score, bringing in hub."
    assert buys_sentence(outcome, rows[0]) == "£5k more of money in 2026/27 buys at most 0.1 points."
    assert buys_sentence(outcome, price("2026/27", "5%", 0.0)) == "£5k more of money in 2026/27 buys nothing."


def test_goals_that_move_most_are_measured_by_their_way_to_the_target(outcome: Outcome) -> None:
    changes = (
        GoalChange("rtt", "2027/28", 1.0, 2.0),  # a fifth of the way to 5
        GoalChange("falls", "2026/27", 1.0, 1.3),  # a tenth of the way to 3
        GoalChange("falls", "2027/28", 2.0, 0.0),  # half of the way to 4
    )
    assert most_moved(outcome.scenario, changes, 2) == [changes[2], changes[0]]
    assert most_moved(outcome.scenario, changes, 1) == [changes[2]]
    assert goal_words(outcome.scenario, changes[0]) == "rtt 1.0 to 2.0 in 2027/28"
    assert goal_words(outcome.scenario, GoalChange("rtt", "2027/28", 1.0, 1.001)) is None
    assert tier_words({"national": 0.01, "local": -0.002, "long_term": 0.00001}.items()) == (
        "National +1 point, Local \u22120.2 points"
    )


def test_five_per_cent_more_becomes_a_setting_of_one_year(outcome: Outcome) -> None:
    scenario, settings = outcome.scenario, outcome.settings
    changed = with_more(scenario, settings, price("2027/28", "5%", 0.004))
    assert changed is not None and dict(changed.capacity) == {"money@2027/28": 1.05}
    # at 80 % of 100, five more are 85
    less = settings.replace(capacity={"money": 0.8})
    changed = with_more(scenario, less, price("2027/28", "5%", 0.004, capacity=80.0))
    assert changed is not None and changed.capacity["money"] == 0.8
    assert 100 * changed.factor("money", "2027/28") == pytest.approx(85.0)
