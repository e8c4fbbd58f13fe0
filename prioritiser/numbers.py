"""A number as people write it in a table: taken when plain, else with a hint how to write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from prioritiser.cells import fifteen_digits

_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_NOTHING = r"nan|#?n/?a|null|none|nil|[-?\u2013\u2014]|tbc|tbd"
_SPACE = " \u00a0\u2009\u202f'\u2019"


@dataclass(frozen=True)
class NotANumber:
    """A text that is no plain number; fix says how to write what was probably meant."""

    fix: str


def parse_number(text: str) -> float | NotANumber:
    """Read a plain decimal, keeping 15 significant digits."""
    if not _PLAIN.fullmatch(text):
        return NotANumber(_fix(text))
    try:
        return fifteen_digits(float(text))
    except ValueError:
        return NotANumber("It is too large.")


def _fix(text: str) -> str:
    """Say how to write what was probably meant; the first habit that fits."""
    for pattern, advise in _HABITS:
        found = pattern.fullmatch(text)
        if found:
            return advise(found)
    return ""


def _without_marks(found: re.Match[str]) -> str:
    return f"Write {re.sub(r'[^0-9.+-]', '', found[0])}, without thousands separators."


def _percent(found: re.Match[str]) -> str:
    share = f"{float(found[1]) / 100:.15g}"
    return f"Leave out the %: write {found[1]} if the unit is %, or {share} for a share."


def _say(advice: str) -> Callable[[re.Match[str]], str]:
    return lambda found: advice


_HABITS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), advise)
    for pattern, advise in (
        (_NOTHING, _say("Leave the cell blank where there is no number.")),
        (r"[+-]?(inf(inity)?|\u221e)", _say("Infinity is not a number; leave the cell blank where there is no limit.")),
        (r"=.*", _say("Write the result of the formula.")),
        (r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", _without_marks),
        (rf"[+-]?[0-9]{{1,3}}([{_SPACE}][0-9]{{3}})+(\.[0-9]+)?", _without_marks),
        (r"[+-]?[0-9]*,[0-9]+", lambda found: f"Write {found[0].replace(',', '.')}, with a decimal point."),
        (r"([+-]?[0-9]+(?:\.[0-9]+)?) ?%", _percent),
        (
            r"[\u2010-\u2015\u2212\ufe63\uff0d] ?([0-9.]+)",
            lambda found: f"Write the minus sign as a plain hyphen: -{found[1]}.",
        ),
        (r".*[£$€].*", _say("Leave out the currency sign; say it in the column unit.")),
        (r"[+-]?0[xbo].*|[0-9_]+", _say("Write it in plain decimals, such as 1200.")),
        (
            r"([+-]?[0-9]+(?:\.[0-9]+)?) ?[a-z].*",
            lambda found: f"Write {found[1]} only; a unit belongs in the column unit.",
        ),
    )
)
