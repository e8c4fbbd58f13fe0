"""How many random cases a test tries: a part of them by default, all of them under `pytest --thorough`."""

from __future__ import annotations

import os

import pytest

THOROUGH = os.environ.get("PRIORITISER_THOROUGH") == "1"
PART = 8


def part(whole: range) -> range:
    """The seeds to try of these: all, or the first of them."""
    return whole if THOROUGH else whole[: max(1, len(whole) // PART)]


def cases(number: int) -> int:
    """How many to try of so many, or to have seen of them."""
    return number if THOROUGH else max(1, number // PART)


def thorough(*values: object) -> object:
    """A case that only a thorough run tries, beside others that show the same thing in less time."""
    return pytest.param(*values, marks=pytest.mark.thorough)
