"""Figures in words: rounded as people round, in the unit they came in, and never a negative zero."""

from __future__ import annotations

import math

import pytest

from prioritiser.text.formatting import MINUS, NO_BREAK, amount, percent, plain, short


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (62.5, 0, "63"),
        (0.5, 0, "1"),
        (-0.5, 0, f"{MINUS}1"),
        (2.675, 2, "2.68"),  # 2.67499999999999982236431605997495353221893310546875 as a float
        (1.005, 2, "1.01"),
        (100 * 0.285, 0, "29"),  # 28.499999999999996
        (28.499, 0, "28"),
        (-0.4, 0, f"{MINUS}0.4"),  # not nothing, so not written as nothing
        (-0.0, 2, "0.00"),
        (1234567.5, 0, "1,234,568"),
        (1234567890123.4, 1, "1,234,567,890,123.4"),
        (1e30, 0, f"{10**30:,}"),
    ],
)
def test_halves_are_rounded_away_from_zero_when_shown(value: float, decimals: int, said: str) -> None:
    shown = plain(value, decimals)
    assert shown.replace(",", "")[:15] == said.replace(",", "")[:15]
    assert len(shown) == len(said)


def test_no_number_is_said_as_such_when_there_is_none() -> None:
    assert plain(math.nan) == "nan"
    assert plain(math.inf) == "inf"


@pytest.mark.parametrize(
    ("fraction", "said"), [(0.625, "63"), (0.285, "29"), (0.005, "1"), (-0.625, f"{MINUS}63"), (-0.004, f"{MINUS}0.4")]
)
def test_percentage_is_rounded_half_away_from_zero(fraction: float, said: str) -> None:
    assert percent(fraction) == f"{said}{NO_BREAK}%"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.125, "0.13"), (12.25, "12.3"), (100.5, "101"), (-0.001, f"{MINUS}0.001"), (9.996, "10"), (1.5, "1.5")],
)
def test_short_number_is_rounded_half_away_from_zero(value: float, said: str) -> None:
    assert short(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (17650.0, "£17.7m"),
        (-1250.0, f"{MINUS}£1.3m"),
        (999.7, "£1.0m"),  # it rounds to a thousand thousands, which are a million
        (999.4, "£999k"),
        (0.125, "£0.13k"),
        (-0.001, f"{MINUS}£0.001k"),
    ],
)
def test_thousands_of_pounds_round_like_everything_else(value: float, said: str) -> None:
    assert amount(value, "£k") == said
