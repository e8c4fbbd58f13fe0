"""How many random cases a test tries: a part of them by default, all of them under `pytest --thorough`.

PRIORITISER_DEPTH, from 0 to 1, is the share of them that a thorough run tries: a fixed number, which CI has time for.
"""

from __future__ import annotations

import os

import pytest

THOROUGH = os.environ.get("PRIORITISER_THOROUGH") == "1"
PART = 8
_SHARE = max(float(os.environ.get("PRIORITISER_DEPTH", "1")) if THOROUGH else 0.0, 1 / PART)
WHOLE = _SHARE >= 1  # enough cases for what is rare to be among them


def part(whole: range) -> range:
    """The seeds to try of these: all, or the first of them."""
    return whole[: cases(len(whole))]


def cases(number: int) -> int:
    """How many to try of so many, or to have seen of them."""
    return max(1, int(number * _SHARE))


def thorough(*values: object) -> object:
    """A case that only a thorough run tries, beside others that show the same thing in less time."""
    return pytest.param(*values, marks=pytest.mark.thorough)
