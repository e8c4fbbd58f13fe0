"""Numbers and lists in plain words: natural units, no more decimals than the figures carry."""

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from prioritiser.text.units import MONEY, figure_text, pounds_in

NO_BREAK = "\u00a0"
MINUS = "\u2212"
ELLIPSIS = "…"
NOT_FOUND = "not found in time"
SIGNIFICANT = 12
_EXACT_UP_TO = 1e9
_SMALL, _SIGNIFICANT_SHOWN = 0.1, 2
NOTHING = 5e-10  # amounts are 1e-9 or more; what is less is what arithmetic on floats leaves of nothing
_PENNY, _THOUSAND, _MILLION = 0.01, 1e3, 1e6
_TRIFLE, MOST_FINER = 1e-4, 9
_SCORE_NOISE, _TINY_SCORE, _HALF_A_PERCENT = 1e-6, 1e-3, 0.005


def rounded(value: float, decimals: int = 0) -> float:
    """Round as people do, halves away from zero; not as `round`, for which 62.5 is 62 and 2.675 is 2.67."""
    if not abs(value) < _EXACT_UP_TO:
        return round(value, decimals)
    # twelve digits carry every figure that is shown, and drop what arithmetic on floats leaves behind
    given = Decimal(f"{value:.{SIGNIFICANT}g}")
    return float(given.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def plain(value: float, decimals: int = 0) -> str:
    """Write a number with thousands separators and a true minus sign; never a negative zero.

    What is not nothing is never written as 0: two significant digits are shown where the decimals would show none.
    """
    shown = rounded(value, decimals)
    if shown == 0 and abs(value) >= NOTHING:
        return f"{MINUS if value < 0 else ''}{_significant(value)}"
    text = f"{abs(shown):,.{decimals}f}"
    return f"{MINUS}{text}" if shown < 0 else text


def _significant(value: float) -> str:
    """Write the size of a number below 1 with two significant digits, and no closing zeros."""
    decimals = _SIGNIFICANT_SHOWN - 1 - math.floor(math.log10(abs(value)))
    return f"{rounded(abs(value), decimals):.{decimals}f}".rstrip("0").rstrip(".")


def short(value: float) -> str:
    """Write a number with at most two decimals, fewer as it grows, and no closing zeros; two digits of a small one."""
    size = abs(value)
    if NOTHING <= size < _SMALL:
        return f"{MINUS if value < 0 else ''}{_significant(value)}"
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2
    text = plain(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(fraction: float, decimals: int = 0) -> str:
    """Write a fraction as a percentage; what is not nothing is never written as 0 %."""
    return f"{plain(100 * fraction, decimals)}{NO_BREAK}%"


def reads_as_nothing(fraction: float) -> bool:
    """Whether a fraction that is not 0 would be written as 0 % by a format of whole percentages."""
    return 0 < abs(fraction) < _HALF_A_PERCENT


def objective_text(value: float) -> str:
    """Write an objective or a bound with six decimals, or six digits where it is tiny."""
    return f"{value:.6f}" if value == 0 or abs(value) >= _TINY_SCORE else figure_text(value)


def points_number(part: float, decimals: int = 1) -> str:
    """Write a difference of two scores in points of 100; what a solver leaves of nothing is 0."""
    return plain(100 * part if abs(part) > _SCORE_NOISE else 0.0, decimals)


def amount(value: float, unit: str | None, decimals: int | None = None) -> str:
    """Write an amount in its unit; money in the scale that suits it, as £m from one million on.

    decimals: as the figures of a goal carry; money is then written in the scale of its unit, but for £k.
    """
    pounds = pounds_in(unit)
    if pounds is None:
        return _with_unit(short(value) if decimals is None else plain(value, decimals), unit)
    if decimals is not None and pounds != _THOUSAND:
        return _pounds(plain(value, decimals), pounds)
    scale = _scale_of(value, pounds, decimals)
    return _pounds(_in_scale(value, pounds, scale, decimals), scale)


def amount_of(value: float, whole: float, unit: str | None) -> str:
    """Write 'x of y', as `amounts_apart` does; only x where there is no limit, which is NaN."""
    return amount(value, unit) if math.isnan(whole) else " of ".join(amounts_apart(value, whole, unit))


def amounts_apart(value: float, whole: float, unit: str | None) -> tuple[str, str]:
    """Write two amounts that are read together: money in one scale, with the decimals that tell one from the other."""
    pounds, both = pounds_in(unit), (value, whole)
    if pounds is None:
        one, other = (_with_unit(number, unit) for number in _told_apart(both, [short(part) for part in both]))
        return one, other
    scales = [_scale_of(part, pounds) for part in both]
    larger, smaller = max(abs(value), abs(whole)), min(abs(value), abs(whole))
    if larger < _THOUSAND * smaller:
        scales = [max(scales)] * 2
    numbers = [_in_scale(part, pounds, scale) for part, scale in zip(both, scales, strict=True)]
    if scales[0] == scales[1]:
        numbers = _told_apart([part * pounds / scales[0] for part in both], numbers)
    return _pounds(numbers[0], scales[0]), _pounds(numbers[1], scales[1])


def reading_unit(unit: str | None, largest: float) -> tuple[str, float]:
    """Return the unit in which amounts up to a size read well, and what to multiply them by; only money changes."""
    pounds = pounds_in(unit)
    if pounds is None:
        return unit or "", 1.0
    scale = pounds if pounds == _THOUSAND else _scale_of(largest, pounds)
    return f"£{MONEY[scale]}", pounds / scale


def _with_unit(number: str, unit: str | None) -> str:
    return f"{number}{NO_BREAK}{unit}" if unit else number


def _pounds(number: str, scale: float) -> str:
    sign = MINUS if number.startswith(MINUS) else ""
    return f"{sign}£{number.lstrip(MINUS)}{MONEY[scale]}"


def _scale_of(value: float, pounds: float, decimals: int | None = None) -> float:
    """Choose the scale in which an amount reads well, such as £1m and not £1,000k; £k turns into £m and no further."""
    if pounds == _THOUSAND:
        number = short(value) if decimals is None else plain(value, decimals)
        return _THOUSAND if _read(number) < _THOUSAND else _MILLION
    return next((scale for scale in MONEY if _read(short(value * pounds / scale)) < _THOUSAND), max(MONEY))


def _in_scale(value: float, pounds: float, scale: float, decimals: int | None = None) -> str:
    """Write the number of an amount of money in a scale; pounds with their pence where there are any."""
    if pounds == _THOUSAND and scale == _scale_of(value, pounds, decimals):
        if scale == _MILLION:
            return plain(value / _THOUSAND, 1)
        return short(value) if decimals is None else plain(value, decimals)
    number = short(value * pounds / scale)
    has_pence = scale == 1 and "." in number and abs(value * pounds) >= _PENNY
    return plain(value * pounds, 2) if has_pence else number


def _read(number: str) -> float:
    """Return the size of a number as it is written."""
    return float(number.lstrip(MINUS).replace(",", ""))


def _told_apart(values: Sequence[float], numbers: Sequence[str]) -> list[str]:
    """Add decimals to two numbers that read alike although they differ by more than a trifle."""
    gap, largest = abs(values[0] - values[1]), max(map(abs, values))
    if numbers[0] != numbers[1] or not gap > _TRIFLE * largest:
        return list(numbers)
    finer = ([plain(value, decimals) for value in values] for decimals in range(1, MOST_FINER))
    return next((pair for pair in finer if pair[0] != pair[1]), list(numbers))


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
    return "£" in (unit or "") or pounds_in(unit) is not None


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


def capital(text: str, *names: str) -> str:
    """Begin with a capital letter, unless a text begins with one of these names: those stay as people wrote them."""
    is_name = any(text.startswith(name) and not text[len(name) : len(name) + 1].isalnum() for name in names if name)
    return text if is_name else text[:1].upper() + text[1:]


def shortened(text: str, length: int = 80) -> str:
    """Cut a long text, with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + ELLIPSIS


_LONG_YEAR = re.compile(r"\d{4}/\d{2}")


def is_long_year(year: str) -> bool:
    """Whether a year is written as 2026/27."""
    return _LONG_YEAR.fullmatch(year) is not None


def brief_year(year: str) -> str:
    """Shorten a year such as 2026/27 to 26/27; other labels stay."""
    return year[2:] if is_long_year(year) else year
