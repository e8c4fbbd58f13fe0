"""Amounts, units, pairs, levels and sentences as people read them; every expected text is worked by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from prioritiser import optimise
from prioritiser.analysis.summary.summary import limits_sentence, shortfall_words, targets_in
from prioritiser.scenario.in_words import decimals_for, goal_decimals, level
from prioritiser.scenario.schema import Goal, Tier
from prioritiser.text.formatting import (
    NO_BREAK,
    amount,
    amount_of,
    capital,
    is_money,
    percent,
    plain,
    points_number,
    reading_unit,
    short,
)
from prioritiser.text.units import figure_text, pounds_in
from tests.same_names import same_names


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        # what £k has always shown
        (0, "£k", "£0k"),
        (-0.0, "£k", "£0k"),
        (0.125, "£k", "£0.13k"),
        (0.5, "£k", "£0.5k"),
        (62.5, "£k", "£62.5k"),
        (412.5, "£k", "£413k"),
        (999.4, "£k", "£999k"),
        (999.7, "£k", "£1.0m"),
        (3400, "£k", "£3.4m"),
        (34_000, "£k", "£34.0m"),
        (1_250_000, "£k", "£1,250.0m"),
        (-1250, "£k", "−£1.3m"),
        # other ways to write thousands of pounds
        (3400, "£000", "£3.4m"),
        (3400, "£'000", "£3.4m"),
        (85, "GBP k", "£85k"),
        (85, "£ thousands", "£85k"),
        # pounds, millions and billions, each in the scale that suits it
        (0.0034, "£bn", "£3.4m"),
        (34_000_000, "£", "£34m"),
        (0.000034, "£bn", "£34k"),
        (0.0001, "£bn", "£100k"),
        (2.5, "£bn", "£2.5bn"),
        (1.25, "£m", "£1.25m"),
        (0.9375, "£m", "£938k"),
        (12.34, "£m", "£12.3m"),
        (1_250, "£m", "£1.25bn"),
        (3.4, "GBP m", "£3.4m"),
        (3.4, "£ million", "£3.4m"),
        (-3.4, "£m", "−£3.4m"),
        (999.999, "£m", "£1bn"),
        (12.5, "£", "£12.50"),
        (12, "£", "£12"),
        (123.4, "£", "£123"),
        (999.6, "£", "£1k"),
        (0.004, "£", "£0.004"),
        (1e15, "£", "£1,000,000bn"),
        (0, "£bn", "£0"),
        (-0.0, "£m", "£0"),
        # other units keep their own scale
        (0, "WTE", "0 WTE"),
        (2.5, "WTE", "2.5 WTE"),
        (0.00012, "WTE", "0.00012 WTE"),
        (0.034, "WTE", "0.034 WTE"),
        (-0.034, "WTE", "−0.034 WTE"),
        (0.05, "WTE", "0.05 WTE"),
        (1e-9, "WTE", "0.000000001 WTE"),
        (1e-13, "WTE", "0 WTE"),  # what arithmetic leaves of nothing
        (7_399_997, "people", "7,399,997 people"),
        (1e15, "people", "1,000,000,000,000,000 people"),
        (3, "£ per head", "3 £ per head"),
        (0.5, "", "0.5"),
        (0.5, None, "0.5"),
    ],
)
def test_amount_has_significant_digits_in_the_scale_of_its_size(value: float, unit: str | None, said: str) -> None:
    assert amount(value, unit).replace(NO_BREAK, " ") == said


@pytest.mark.parametrize(
    ("value", "whole", "unit", "said"),
    [
        (0.000034, 0.0001, "£bn", "£34k of £100k"),
        (0.9375, 1.25, "£m", "£0.94m of £1.25m"),
        (500, 900, "£k", "£500k of £900k"),
        (25_000, 34_000, "£k", "£25.0m of £34.0m"),
        (850, 1200, "£k", "£0.85m of £1.2m"),  # not £850k of £1.2m
        (3, 34_000, "£k", "£3k of £34.0m"),  # too far apart for one scale
        (0, 34_000, "£k", "£0k of £34.0m"),
        (0, 1.25, "£m", "£0 of £1.25m"),
        (24_990, 25_000, "£k", "£24.99m of £25.00m"),  # not £25.0m of £25.0m
        (25_000, 25_000, "£k", "£25.0m of £25.0m"),
        (7.999, 8, "WTE", "7.999 WTE of 8.000 WTE"),
        (6, 8, "WTE", "6 WTE of 8 WTE"),
        (6, math.nan, "WTE", "6 WTE"),
        (0.00003, 0.0001, None, "0.00003 of 0.0001"),
    ],
)
def test_pair_shares_one_scale_and_is_told_apart(value: float, whole: float, unit: str | None, said: str) -> None:
    assert amount_of(value, whole, unit).replace(NO_BREAK, " ") == said


@pytest.mark.parametrize(
    ("pounds", "units"),
    [
        (1.0, ["£", "GBP", "gbp", "pounds", "pound", "￡", "£s", "pounds sterling"]),
        (
            1e3,
            [
                *(
                    "£k",
                    "£K",
                    "£ k",
                    "k£",
                    "£000",
                    "£000s",
                    "£'000",
                    "£\u2019000s",
                    "£ 000",
                    "000 £",
                    "£ (000)",
                    "£(k)",
                ),
                *("£ thousand", "£ thousands", "£ in thousands", "thousands of pounds", "GBP k", "GBP 000", "£1000"),
                *("￡k", "£\u200bk", "£\u00a0k"),
            ],
        ),
        (1e6, ["£m", "£M", "£ m", "£mn", "£ million", "£ millions", "GBP m", "GBP million", "million pounds", "m£"]),
        (1e9, ["£bn", "£ bn", "£BN", "£b", "£ billion", "GBP bn", "billions of pounds"]),
    ],
)
def test_unit_is_money_however_it_is_written(pounds: float, units: list[str]) -> None:
    assert {unit: pounds_in(unit) for unit in units} == dict.fromkeys(units, pounds)
    assert all(is_money(unit) for unit in units)


@pytest.mark.parametrize("unit", ["WTE", "%", "m", "k", "bn", "million", "000", "people", "$k", "€m", "mm", "", None])
def test_unit_is_no_money_when_no_pound_is_in_it(unit: str | None) -> None:
    assert pounds_in(unit) is None
    assert not is_money(unit)


def test_money_for_each_head_is_money_but_keeps_its_unit() -> None:
    assert is_money("£ per head") and pounds_in("£ per head") is None


@pytest.mark.parametrize(
    ("fraction", "decimals", "said"),
    [
        (0.00004, 0, "0.004 %"),
        (3 / 3_700_000, 0, "0.000081 %"),
        (0.004, 0, "0.4 %"),
        (0.004, 1, "0.4 %"),
        (0.0004, 1, "0.04 %"),
        (-0.00004, 0, "−0.004 %"),
        (0.0, 0, "0 %"),
        (1e-15, 0, "0 %"),
        (0.005, 0, "1 %"),
        (0.625, 0, "63 %"),
        (1.0, 0, "100 %"),
    ],
)
def test_tiny_share_is_never_nothing(fraction: float, decimals: int, said: str) -> None:
    assert percent(fraction, decimals).replace(NO_BREAK, " ") == said


def test_small_number_has_two_digits_and_a_usual_one_no_more_than_before() -> None:
    assert [plain(value, 1) for value in (0.04, 0.06, 0.0, -0.0, 0.012345)] == ["0.04", "0.1", "0.0", "0.0", "0.012"]
    assert [short(value) for value in (0.0996, 0.1, 0.104, 9.996)] == ["0.1", "0.1", "0.1", "10"]
    assert plain(math.nan) == "nan"


def test_difference_of_scores_is_nothing_when_a_solver_cannot_tell_it() -> None:
    assert [points_number(part) for part in (1e-7, -1e-7, 0.00004, 0.012)] == ["0.0", "0.0", "0.004", "1.2"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(1_234_567, "1,234,567"), (0.000034, "0.000034"), (12.5, "12.5"), (-0.0, "0"), (1e15, "1,000,000,000,000,000")],
)
def test_figure_of_a_message_is_never_in_powers_of_ten(value: float, said: str) -> None:
    assert figure_text(value) == said


def test_chart_of_money_is_drawn_in_a_unit_that_reads_well() -> None:
    assert reading_unit("£bn", 0.0001) == ("£k", pytest.approx(1e6))
    assert reading_unit("£", 34e6) == ("£m", pytest.approx(1e-6))
    assert reading_unit("£'000", 3400) == reading_unit("£k", 3400) == ("£k", 1)
    assert reading_unit("WTE", 12) == ("WTE", 1)


def goal(moved_by: float = 0.0, unit: str = "%", **figures: float) -> Goal:
    """Make a goal of one target that its scenario moves by so much."""
    made = Goal(
        goal_id="g", tier=Tier.NATIONAL, unit=unit, baseline=figures["baseline"], targets={"2026/27": figures["target"]}
    )
    made.__dict__["moved_by"] = moved_by
    return made


def test_levels_carry_as_many_decimals_as_their_figures() -> None:
    assert goal_decimals(goal(baseline=70, target=80)) == 1
    assert goal_decimals(goal(baseline=1500, target=1000)) == 0
    assert goal_decimals(goal(baseline=0.125, target=0.25)) == 3
    # five digits after the point, where three would show 0.000
    assert goal_decimals(goal(baseline=0.00012, target=0.0001)) == 5
    # an effect of 0.3 on 1,500, and one of 3 on seven million, are seen
    assert goal_decimals(goal(0.3, baseline=1500, target=1000)) == 1
    assert goal_decimals(goal(3, baseline=7_400_000, target=3_700_000)) == 0
    assert level(goal(3, "people", baseline=7_400_000, target=3_700_000), 7_399_997) == f"7,399,997{NO_BREAK}people"


def test_levels_side_by_side_do_not_read_alike_when_they_differ() -> None:
    some = goal(baseline=70, target=80)
    assert decimals_for(some, 70, 75, 80) == 1
    assert decimals_for(some, 79.98, 80) == 2
    assert [plain(value, decimals_for(some, 79.98, 80)) for value in (79.98, 80)] == ["79.98", "80.00"]
    # a ten-millionth of the way is what a solver leaves
    assert decimals_for(some, 80 - 1e-7, 80, math.nan) == 1
    assert level(some, 79.98, 80) == f"79.98{NO_BREAK}%"


def test_shortfall_has_the_digits_that_show_it() -> None:
    row = SimpleNamespace(met=False, target=80.0, level=79.996, shortfall=0.004)
    assert shortfall_words(goal(baseline=70, target=80), row) == f"0.004 points short of 80.0{NO_BREAK}%"
    row = SimpleNamespace(met=False, target=0.1, level=0.066, shortfall=0.034)
    money = goal(unit="£bn", baseline=0, target=0.1)
    assert shortfall_words(money, row) == "£0.03bn short of £0.1bn"


def test_names_keep_their_capitals_in_sentences() -> None:
    scenario = same_names()
    outcome = optimise(scenario).outcome
    # 19 of 100 in each of two years
    assert limits_sentence(outcome) == "£38k of £200k Estates & IT (ra) used over 2 years · No limit is used up"
    assert set(targets_in(outcome, "2027/28")["name"]) == {"A&E in 4 hours (ga)", "a&e in 4  hours (gb)", "GP access"}


@pytest.mark.parametrize(
    ("text", "names", "said"),
    [
        ("locked in", (), "Locked in"),
        ("iCare: locked in", ("iCare",), "iCare: locked in"),
        ("iCare", ("iCare",), "iCare"),
        ("at most 2 start", ("a",), "At most 2 start"),  # an id that is only the beginning of a word
        ("", ("a",), ""),
    ],
)
def test_capital_letter_is_given_to_our_words_only(text: str, names: tuple[str, ...], said: str) -> None:
    assert capital(text, *names) == said
