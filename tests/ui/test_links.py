"""Settings to and from links, and the weights that always sum to 100."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritiser import Settings, read_scenario
from prioritiser.text.formatting import shares_of_100
from prioritiser.ui.storage.links import View, moved_weight, read_link, with_factor, with_locks, write_link
from tests.places import QUICKSTART

SCENARIO = read_scenario(QUICKSTART)
FULL = Settings(
    weights={"national": 12.5, "local": 0, "long_term": 87.5},
    balance=0.35,
    case="high",
    capacity={"money": 0.8, "staff@2027/28": 1.25},
    lock={"handover": "in", "buy_operations": "out", "stop_smoking": "2026/27"},
    goal_weights={"rtt": 3},
    without=("R1",),
)


def test_link_gives_back_what_was_written() -> None:
    view = View(FULL, "2027/28")
    link = write_link(SCENARIO, view)
    assert link == {
        "weights": ["12.5,0,87.5"],
        "balance": ["0.35"],
        "case": ["high"],
        "capacity": ["money=0.8", "staff@2027/28=1.25"],
        "goal_weight": ["rtt=3"],
        "lock": ["buy_operations=out", "handover=in", "stop_smoking=2026/27"],
        "without": ["R1"],
        "year": ["2027/28"],
    }
    assert read_link(SCENARIO, link) == view


def test_own_settings_need_no_link() -> None:
    assert write_link(SCENARIO, View(SCENARIO.settings, "2028/29")) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weights", "40,30"),
        ("weights", "40,30,nan"),
        ("weights", "40,30,inf"),
        ("weights", "-1,1,1"),
        ("weights", "0,0,0"),
        ("balance", "2"),
        ("balance", ""),
        ("case", "middling"),
        ("capacity", "money"),
        ("capacity", "money=-1"),
        ("capacity", "gold=1"),
        ("capacity", "money@1999=1"),
        ("lock", "handover=maybe"),
        ("lock", "handover"),
        ("lock", "stop_smoking=1999"),
        ("goal_weight", "rtt=x"),
        ("without", "R9"),
        ("year", "soon"),
        ("nonsense", "1"),
        ("weights", "9" * 100_000),
    ],
)
def test_nonsense_in_a_link_is_named_and_left_out(name: str, value: str) -> None:
    view = read_link(SCENARIO, {name: [value]})
    assert len(view.problems) == 1
    assert len(view.problems[0]) < 300
    assert view.settings == SCENARIO.settings
    assert view.year == "2028/29"


@given(st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=5))
def test_shares_sum_to_100(weights: list[float]) -> None:
    assert sum(shares_of_100(weights)) == (100 if sum(weights) > 0 else 0)


def test_shares_round_by_largest_remainder() -> None:
    assert shares_of_100([1, 1, 1]) == [34, 33, 33]
    assert shares_of_100([0.405, 0.305, 0.29]) == [41, 30, 29]


@given(st.sampled_from(["national", "local", "long_term"]), st.integers(0, 100))
def test_moved_weight_fills_up_to_100(tier: str, share: int) -> None:
    moved = moved_weight(SCENARIO, SCENARIO.settings, tier, share)
    assert sum(moved.weights.values()) == 100
    assert moved.weights[tier] == share


def test_moved_weight_shares_evenly_when_the_others_are_zero() -> None:
    alone = SCENARIO.settings.replace(weights={"national": 100, "local": 0, "long_term": 0})
    assert dict(moved_weight(SCENARIO, alone, "national", 40).weights) == {"national": 40, "local": 30, "long_term": 30}


def test_lock_to_a_year_survives_another_lock() -> None:
    settings = with_locks(FULL, ["stop_smoking", "buy_operations"], ["handover"])
    assert dict(settings.lock) == {"stop_smoking": "2026/27", "buy_operations": "in", "handover": "out"}


def test_factor_replaces_those_of_single_years() -> None:
    assert dict(with_factor(FULL, "staff", 0.5).capacity) == {"money": 0.8, "staff": 0.5}
    assert dict(with_factor(FULL, "money", 1.0).capacity) == {"staff@2027/28": 1.25}
