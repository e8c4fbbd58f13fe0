"""Units of money and of percentages, whatever way people write them, and exact figures in words."""

import re
from decimal import Decimal
from functools import lru_cache

from prioritiser.text.spelling import folded

# what stands between the parts of a unit and says nothing: £'000, £ (million), £-k, £,000, £ in thousands
_BETWEEN = re.compile(r"[\s'\u2018\u2019`\u00b4().,\[\]*_-]|\bin\b|\bof\b")
_POUND = r"(?:£|gbp|pounds?sterling|sterling|pounds?)"
_SIZES = {
    1e3: r"(?:k|1?0{3}s?|thousands?)",
    1e6: r"(?:m|mn|mln|mio|mill?|mm|1?0{6}s?|millions?)",
    1e9: r"(?:bn|bln|b|1?0{9}s?|billions?)",
}
_UNITS = {pounds: re.compile(f"{_POUND}{size}s?|{size}{_POUND}s?") for pounds, size in {1.0: "", **_SIZES}.items()}
_MOST_LETTERS, _WHOLE_FROM = 40, 1e5
MONEY = {1.0: "", 1e3: "k", 1e6: "m", 1e9: "bn"}
_PER_CENT = re.compile(r"%|per ?cent\b|percentages?\b|pct\b|% ?points?\b")


@lru_cache(maxsize=512)
def pounds_in(unit: str | None) -> float | None:
    """Return how many pounds one of a unit is, such as 1000 for £k, £'000 and GBP thousand; None for other units."""
    if not unit or len(unit) > _MOST_LETTERS:
        return None
    plain = _BETWEEN.sub("", folded(unit))
    return next((pounds for pounds, written in _UNITS.items() if written.fullmatch(plain)), None)


def figure_text(value: float) -> str:
    """Write a number with thousands separators and six significant digits, whole ones in full; never as 1e+06."""
    number = value + 0.0  # no negative zero
    text = f"{Decimal(f'{number:.0f}' if abs(number) >= _WHOLE_FROM else f'{number:.6g}'):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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


def in_unit(value: float, unit: str | None) -> str:
    """Write a number with its unit: money as £3,400k, a percentage as 5%, else the unit after it."""
    pounds = pounds_in(unit)
    if pounds is not None:
        return f"{'-' if value < 0 else ''}£{figure_text(abs(value))}{MONEY[pounds]}"
    if unit and unit[0] in "£€$":
        sign = "-" if value < 0 else ""
        return f"{sign}{unit[0]}{figure_text(abs(value))}{unit[1:]}"
    if unit == "%":
        return f"{figure_text(value)}%"
    return f"{figure_text(value)} {unit}" if unit else figure_text(value)
