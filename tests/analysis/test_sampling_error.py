"""The sampling error of a share, against the table of a publication."""

from __future__ import annotations

import pytest

from prioritiser.analysis.robustness.sampling_error import wilson


@pytest.mark.parametrize(
    ("found", "number", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_interval_equals_table_1_of_newcombe_1998(found: int, number: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17, 1998, 857-872: table I, method 3 (score, without correction)."""
    assert wilson(found / number, number) == pytest.approx((low, high), abs=5e-5)


def test_interval_is_everything_without_a_sample_and_stays_within_0_and_1() -> None:
    assert wilson(0.0, 0) == (0.0, 1.0)
    assert wilson(1.0, 5)[1] == 1.0
    assert wilson(1.0, 20)[0] == pytest.approx(1 - 0.1611, abs=5e-5)
