"""Numbers and lists in plain words: natural units, no more decimals than the figures carry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from prioritiser.scenario import Settings
from prioritiser.schema import Goal, Tier

TIER_NAMES = {Tier.NATIONAL.value: "National", Tier.LOCAL.value: "Local", Tier.LONG_TERM.value: "Long term"}
NO_BREAK = "\u00a0"
MINUS = "\u2212"
NOT_FOUND = "not found in time"
_MOST_DECIMALS = 3
_SIGNIFICANT = 12
_EXACT_UP_TO = 1e9


def rounded(value: float, decimals: int = 0) -> float:
    """Round as people do, halves away from zero; not as `round`, for which 62.5 is 62 and 2.675 is 2.67."""
    if not abs(value) < _EXACT_UP_TO:
        return round(value, decimals)
    # twelve digits carry every figure that is shown, and drop what arithmetic on floats leaves behind
    given = Decimal(f"{value:.{_SIGNIFICANT}g}")
    return float(given.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def plain(value: float, decimals: int = 0) -> str:
    """Write a number with thousands separators and a true minus sign; never a negative zero."""
    shown = rounded(value, decimals)
    text = f"{abs(shown):,.{decimals}f}"
    return f"{MINUS}{text}" if shown < 0 else text


def short(value: float) -> str:
    """Write a number with at most two decimals, fewer as it grows, and no closing zeros."""
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2
    text = plain(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(fraction: float, decimals: int = 0) -> str:
    """Write a fraction as a percentage."""
    return f"{plain(100 * fraction, decimals)}{NO_BREAK}%"


def amount(value: float, unit: str | None, decimals: int | None = None) -> str:
    """Write an amount in its unit; thousands of pounds become £m from one million on."""
    number = short(value) if decimals is None else plain(value, decimals)
    if unit == "£k":
        sign = MINUS if number.startswith(MINUS) else ""
        thousands = number.lstrip(MINUS)
        if float(thousands.replace(",", "")) >= 1000:
            return f"{sign}£{plain(abs(value) / 1000, 1)}m"
        return f"{sign}£{thousands}k"
    if not unit:
        return number
    return f"{number}{NO_BREAK}{unit}"


def difference_unit(unit: str | None) -> str:
    """Return the unit of a difference of two levels: points where the levels are percentages."""
    first = (unit or "").partition(", ")[0]
    return "points" if first.startswith(("%", "percentage point")) else first


def change_words(value: float, unit: str | None, decimals: int | None = None) -> str:
    """Write how far a level moves, with its sign."""
    text = amount(value, difference_unit(unit), decimals)
    return f"+{text}" if value > 0 else text


def is_money(unit: str | None) -> bool:
    """Whether a unit is money."""
    return "£" in (unit or "")


def goal_decimals(goal: Goal) -> int:
    """Decimals that the goal's own figures carry, and one more for small numbers, at most three."""
    figures = [goal.baseline, *goal.targets.values()]
    given = max(_decimals(figure) for figure in figures)
    largest = max(abs(figure) for figure in figures)
    if largest >= 1000:
        return 0
    return min(_MOST_DECIMALS, max(given, 0 if largest >= 500 else 1))


def _decimals(figure: float) -> int:
    exponent = Decimal(repr(round(figure, 6))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def level(goal: Goal, value: float) -> str:
    """Write a level of a goal in its unit."""
    return amount(value, goal.unit, goal_decimals(goal))


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write a count with its noun."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does: a, b and c."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def shares_of_100(weights: Sequence[float], whole: int = 100) -> list[int]:
    """Round weights to whole shares that sum to 100, or to `whole` (largest remainder); all zeros stay zeros."""
    total = math.fsum(weights)
    if total <= 0:
        return [0 for _ in weights]
    exact = [whole * weight / total for weight in weights]
    shares = [math.floor(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda position: (shares[position] - exact[position], position))
    for position in order[: whole - sum(shares)]:
        shares[position] += 1
    return shares


def capital(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def shortened(text: str, length: int = 80) -> str:
    """Cut a long text, with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def settings_words(settings: Settings) -> str:
    """Say every setting in one line: weights, balance and case always, the others where they are set."""
    scaled = {name.replace("@", " "): f"× {short(factor)}" for name, factor in settings.capacity.items()}
    parts = {
        "weights": {tier.replace("_", " "): short(weight) for tier, weight in settings.weights.items()},
        "balance": {short(settings.balance): ""},
        "estimates": {settings.case.value: ""},
        "capacity": scaled,
        "locks": settings.lock,
        "weights of goals": {name: short(weight) for name, weight in settings.goal_weights.items()},
        "without rules": dict.fromkeys(settings.without, ""),
    }
    said = {name: ", ".join(f"{key} {value}".strip() for key, value in given.items()) for name, given in parts.items()}
    return "; ".join(f"{name}: {words}" for name, words in said.items() if words)
