"""What a unit says: whether it is money, in which size, or a percentage."""

from __future__ import annotations

import re
from functools import lru_cache

from prioritiser.spelling import folded

SIZES = {
    "": 1.0,
    "k": 1e3,
    "th": 1e3,
    "thousand": 1e3,
    "thousands": 1e3,
    "000": 1e3,
    "000s": 1e3,
    "'000": 1e3,
    "'000s": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "mill": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "bn": 1e9,
    "b": 1e9,
    "billion": 1e9,
    "billions": 1e9,
}
_POUNDS = re.compile(r"(?:£|gbp|pounds?)\s*(?P<size>[a-z]*|'?000s?)|(?P<before>[a-z]+|'?000s?)\s*(?:£|gbp|pounds?)")
_PER_CENT = re.compile(r"%|per ?cent\b|percentages?\b|pct\b|% ?points?\b")


@lru_cache(maxsize=4096)
def pounds_in(unit: str | None) -> float | None:
    """How many pounds one of the unit is: 1,000 for £k and £000; None where the unit is not a size of pounds."""
    plain = folded(unit or "").replace("\u2019", "'").replace("\u2018", "'")
    found = _POUNDS.fullmatch(plain)
    return None if found is None else SIZES.get(found["size"] or found["before"] or "")


@lru_cache(maxsize=4096)
def is_percentage(unit: str | None) -> bool:
    """Whether figures of the unit are percentages, such as '%', '% of list' or 'percentage points'."""
    return _PER_CENT.match(folded(unit or "")) is not None


_NO_UNIT = frozenset(
    {"target", "targets", "capacity", "limit", "budget", "plan", "planned", "amount", "cost", "months"}
)


def same_unit(heading: str, unit: str) -> bool:
    """Whether what stands in brackets behind a heading agrees with a unit: £000 with £k, or a word that is no unit."""
    one, other = folded(heading), folded(unit)
    if one == other or one in _NO_UNIT or (is_percentage(one) and is_percentage(other)):
        return True
    pounds = pounds_in(one)
    return pounds is not None and pounds == pounds_in(other)
