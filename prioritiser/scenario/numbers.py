"""A number as people write it in a table: taken when plain, else with a hint how to write it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from prioritiser.scenario.schema import LARGEST, SMALLEST, fifteen_digits
from prioritiser.text.spelling import is_invisible, visible
from prioritiser.text.units import is_percentage, pounds_in, same_unit
from prioritiser.text.wrong_decoding import LOST, meant_text

_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_LONGEST = 100  # no amount that a person writes is longer
RANGE = "0, or from 1e-9 to 1e15 in size"


@dataclass(frozen=True)
class NotANumber:
    """A text that is no plain number; fix says how to write what was probably meant."""

    fix: str


@dataclass(frozen=True)
class Wanted:
    """What a number is for: what a blank cell would mean, in words; its unit, where known; whether it is a share."""

    blank: str = "Leave the cell blank where there is no number."
    unit: str | None = None
    is_share: bool = False


ANYWHERE = Wanted()


def parse_number(text: str, wanted: Wanted = ANYWHERE) -> float | NotANumber:
    """Read a plain decimal, keeping 15 significant digits; 0, or from 1e-9 to 1e15 in size."""
    if not _PLAIN.fullmatch(text):
        return NotANumber(_advice(text, wanted))
    try:
        number = fifteen_digits(float(text))
    except ValueError:
        return NotANumber(f"It is too large: a number is {RANGE}.")
    if abs(number) > LARGEST:
        return NotANumber(f"It is too large: a number is {RANGE}.")
    if number and abs(number) < SMALLEST:
        return NotANumber(f"It is too small: a number is {RANGE}.")
    if not number and re.search("[1-9]", re.split("[eE]", text)[0]):
        return NotANumber(f"It is too small: a number is {RANGE}.")
    return number


def is_figure(text: str) -> bool:
    """Whether a text is a number, or is written as people write one: 1,200, £1.2m, 40%, (50), ½."""
    written = _plainly(text)
    return any(pattern.fullmatch(written) for pattern in (_PLAIN, *_FIGURES))


def is_amount_with_words(text: str) -> bool:
    """Whether a text begins as a number does and goes on in words: 5 WTE, or a name such as 3 sites."""
    return re.fullmatch(r"[+-]?[0-9]+(?:\.[0-9]+)? ?[^\W\d].*", _plainly(text), re.DOTALL) is not None


def says_nothing(text: str) -> bool:
    """Whether a text stands where a number is missing: a dash, nil, n/a, TBC."""
    return re.fullmatch(_NOTHING, _plainly(text), re.IGNORECASE) is not None


def _plainly(text: str) -> str:
    """Write a text as its reader sees it: no invisible characters, plain digits, plain minus and plain spaces."""
    seen = "".join(letter for letter in text[:_LONGEST] if not is_invisible(letter))
    for fraction, decimal in _FRACTIONS.items():
        seen = seen.replace(fraction, f" {decimal}")
    seen = unicodedata.normalize("NFKC", seen)
    seen = "".join(str(unicodedata.digit(letter, letter)) for letter in seen)
    return re.sub(r"\s+", " ", re.sub(_MINUS, "-", seen)).strip()


def _advice(text: str, wanted: Wanted) -> str:
    """Say how to write what was probably meant; the first habit that fits."""
    if len(text) > _LONGEST:
        return ""
    hidden = [letter for letter in text if is_invisible(letter)]
    written = _plainly(text)
    if _PLAIN.fullmatch(written) and not re.search(_MINUS, text):
        fix = f"Write {written} in plain digits."
    else:
        fix = _of_first_habit(written, wanted)
    if hidden:
        names = " and ".join(dict.fromkeys(visible(letter) for letter in hidden))
        return f"It holds characters that cannot be seen ({names}): delete the cell and type it again. {fix}".strip()
    return fix


def _number(text: str) -> float:
    return float(re.sub(r"[^0-9.+-]", "", text))


def _written(value: float) -> str:
    text = f"{value:.15g}"
    return f"{value:.0f}" if "e" in text and abs(value) < LARGEST and value == int(value) else text


def _without_marks(found: re.Match[str], _: Wanted) -> str:
    return f"Write {re.sub(r'[^0-9.+-]', '', found[0])}, without thousands separators."


def _european(found: re.Match[str], _: Wanted) -> str:
    plain = re.sub(r"[^0-9,+-]", "", found[0]).replace(",", ".")
    return f"Write {plain}, with a decimal point and without thousands separators."


def _percent(found: re.Match[str], wanted: Wanted) -> str:
    whole, share = _written(_number(found[1])), _written(_number(found[1]) / 100)
    if wanted.is_share:
        return f"Write {share}: a share from 0 to 1."
    if is_percentage(wanted.unit):
        return f"Write {whole}, without the %."
    if wanted.unit:
        return f"The unit is {wanted.unit}, not a percentage: write the amount in {wanted.unit}."
    return f"Write {whole} if the unit is %, or {share} for a share, without the %."


def _negative(found: re.Match[str], _: Wanted) -> str:
    return f"Write -{re.sub(r'[^0-9.]', '', found[0])}, with the minus sign before it."


def _pounds_meant(unit: str | None) -> float | None:
    """How many pounds one of a unit is, also where its sign was lost or decoded wrongly, as in Â£k."""
    return pounds_in(unit) if unit is None else pounds_in((meant_text(unit) or unit).replace(LOST, "£"))


def _sized(found: re.Match[str], wanted: Wanted) -> str:
    """Say an amount with a size behind it, such as £1.2m, in the unit of its column."""
    amount = (-1 if "-" in found[0] or "(" in found[0] else 1) * abs(_number(found["number"]))
    amount *= _SIZES[found["size"].lower()]
    pounds = _pounds_meant(wanted.unit)
    if pounds is not None:
        return f"Write {_written(float(f'{amount / pounds:.15g}'))}: the unit is {wanted.unit}."
    if wanted.unit:
        return f"Write {_written(amount)} in full: the unit is {wanted.unit}."
    if found["sign"]:
        return f"Write {_written(amount / 1e3)} if the unit is £k, or {_written(amount)} if it is £."
    return f"Write {_written(amount)} in full, or in the unit of its column."


def _currency(found: re.Match[str], wanted: Wanted) -> str:
    amount = (-1 if "-" in found[0] or "(" in found[0] else 1) * abs(_number(found["number"]))
    pounds = pounds_in(wanted.unit)
    if "£" in found[0] and pounds is not None and pounds > 1:
        in_pounds = _written(float(f"{amount / pounds:.15g}"))
        return f"Write {_written(amount)} if it is in {wanted.unit}, or {in_pounds} if it is in pounds."
    return f"Write {_written(amount)}, without the currency sign; the column unit says the currency."


def _say(advice: str) -> Callable[[re.Match[str], Wanted], str]:
    return lambda found, wanted: advice


def _one_number(found: re.Match[str], _: Wanted) -> str:
    return "Write one number; what is uncertain goes into low and high of effects, or into a note."


_NOTHING = (
    r"nan|#?n/?[ad]\.?|#n/a|null|none|nil|no|not (known|applicable|available)|-+|[?.*]|\.\.\.?|tb[acd]\b.*|to be .*"
)
_MINUS = r"[\u2010-\u2015\u2212\ufe63\uff0d]"
_NUMBER = r"(?:[0-9]+(?:[ ,'\u2019][0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)"
_SIZES = {
    **dict.fromkeys(("k", "th", "thousand"), 1e3),
    **dict.fromkeys(("m", "mn", "mln", "mill", "million", "millions"), 1e6),
    **dict.fromkeys(("b", "bn", "billion", "billions"), 1e9),
}
_SIZE = f"(?P<size>{'|'.join(_SIZES)})"
_FRACTIONS = dict(zip("½⅓⅔¼¾⅛⅜⅝⅞", ("1/2", "1/3", "2/3", "1/4", "3/4", "1/8", "3/8", "5/8", "7/8"), strict=True))

_ABOUT = r"c\.?|ca\.?|circa|approx\.?|approximately|about|around|roughly|~|est\.?|estimated|provisional"
_BOUND = r"<|>|<=|>=|up to|at least|at most|over|under"
_MONTHS_IN = {
    **dict.fromkeys(("m", "mo", "mth", "mths", "mnth", "mnths", "month", "months"), 1.0),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 12.0),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), 12 / 52),
    **dict.fromkeys(("d", "day", "days"), 12 / 365),
    **dict.fromkeys(("q", "qtr", "quarter", "quarters"), 3.0),
}
_TIME = "|".join(_MONTHS_IN)


def _time(found: re.Match[str], wanted: Wanted) -> str:
    """Say a length of time in months where months are wanted; else it is an amount with a size or a unit behind it."""
    if wanted.unit != "months":
        return _of_first_habit(found[0], wanted, _time)
    months = _number(found["number"]) * _MONTHS_IN[found["time"].lower()]
    return f"Write {months:.3g}: months are expected."


def _about(found: re.Match[str], wanted: Wanted) -> str:
    uncertain = "What is uncertain goes into low and high of effects, or into a note."
    rest = found["rest"].strip()
    fix = f"Write {rest}." if _PLAIN.fullmatch(rest) else _of_first_habit(rest, wanted, _about)
    return f"{fix} {uncertain}" if fix else _one_number(found, wanted)


def _with_unit(found: re.Match[str], wanted: Wanted) -> str:
    """Say the number where what follows it is the unit of its column; otherwise it may be in another unit."""
    if wanted.unit is None or same_unit(found["unit"], wanted.unit):
        return f"Write {found['number']} only; a unit belongs in the column unit."
    return f"Write the amount in {wanted.unit}, as a number only."


def _of_first_habit(text: str, wanted: Wanted, but: Callable[[re.Match[str], Wanted], str] | None = None) -> str:
    """The advice of the first habit that fits; but: one that has been tried."""
    habits = ((pattern, advise) for pattern, advise in _HABITS if advise is not but)
    return next((advise(found, wanted) for pattern, advise in habits if (found := pattern.fullmatch(text))), "")


def _fraction(found: re.Match[str], _: Wanted) -> str:
    value = float(found["whole"] or 0) + float(found["top"]) / float(found["under"])
    sign = "-" if found[0].startswith("-") else ""
    return f"Write {sign}{value:.4g} as a decimal."


_HABITS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Wanted], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), advise)
    for pattern, advise in (
        (_NOTHING, lambda found, wanted: wanted.blank),
        (r"zero", _say("Write 0.")),
        (
            r"[+-]?(inf(inity)?|\u221e)|unlimited|no limit|unconstrained",
            lambda found, wanted: f"Infinity is not a number. {wanted.blank}".strip(),
        ),
        (r"=.*", _say("Write the result of the formula.")),
        (r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", _without_marks),
        (r"[+-]?[0-9]{1,3}([ '\u2019][0-9]{3})+(\.[0-9]+)?", _without_marks),
        (r"[+-]?[0-9]{1,3}([. '\u2019][0-9]{3})+,[0-9]+|[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}", _european),
        (r"[+-]?[0-9]*,[0-9]+", lambda found, _: f"Write {found[0].replace(',', '.')}, with a decimal point."),
        (rf"([+-]?{_NUMBER}) ?(%|per ?cent|pct)", _percent),
        (rf"{_NUMBER} ?-|\({_NUMBER}\)", _negative),
        (r"- ([0-9.]+)", lambda found, _: f"Write -{found[1]}, without a space behind the minus sign."),
        (r"-([0-9.]+)", lambda found, _: f"Write -{found[1]}, with a plain hyphen as the minus sign."),
        (rf"(?P<number>[+-]?{_NUMBER}) ?(?P<time>{_TIME})\.?", _time),
        (rf"[(+-]? ?(?P<sign>[£$€]?) ?[-(]? ?(?P<number>{_NUMBER}) ?{_SIZE}\.?\)?-?", _sized),
        (rf"[(+-]? ?(?:[£$€]|gbp) ?[-(]? ?(?P<number>{_NUMBER})\)?-?", _currency),
        (r"-?(?:(?P<whole>[0-9]+) )?(?P<top>[0-9])/(?P<under>[2-9])", _fraction),
        (rf"(?:{_ABOUT}) ?(?P<rest>[£]?{_NUMBER}.*)", _about),
        (rf"(?P<rest>.*[0-9].*?) ?(?:{_ABOUT})", _about),
        (rf"(?:{_BOUND}) ?[£]?{_NUMBER}.*", _one_number),
        (rf"{_NUMBER} ?(?:\+|-|to|\u2013|/) ?[£]?{_NUMBER}?(?: ?[a-z%]+)?", _one_number),
        (r".*[£$€].*", _say("Leave out the currency sign; say it in the column unit.")),
        (r"[0-9]+(_[0-9]+)+", lambda found, _: f"Write {found[0].replace('_', '')}, without underscores."),
        (r"[+-]?0[xbo].*", _say("Write it in plain decimals, such as 1200.")),
        (r"(?P<number>[+-]?[0-9]+(?:\.[0-9]+)?) ?(?P<unit>[a-z].*)", _with_unit),
    )
)
_FIGURES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"[(+-]? ?(?:[£$€]|gbp)? ?[-(]? ?{_NUMBER} ?(?:k|m|mn|mln|million|bn|billion|thousand|%|per ?cent)?\.?\)?-?",
        r"[+-]?[0-9]+,[0-9]+",
        r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+",
        r"-?(?:[0-9]+ )?[0-9]/[2-9]",
        rf"(?:{_ABOUT}|{_BOUND}) ?[£]?[0-9][0-9,.]* ?(?:k|m|bn|%)?",
    )
)
