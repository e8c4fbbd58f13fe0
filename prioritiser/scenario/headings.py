"""Which column or year a heading means, however it is written; what could mean two things means nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from prioritiser.text.spelling import folded

TAG = "tag:"
_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212\u2044\u2215\ufe58\ufe63\uff0d/\\-]\s*")
_BRACKETS = re.compile(r"\s*[(\[](?P<unit>[^()\[\]]*)[)\]]\s*$")
_FINANCIAL = re.compile(r"^(?:fy|f/y|(?:financial|fiscal) year|year)[ /:]*(?=\d)")
_TWO_YEARS = re.compile(r"(?P<first>\d{4}|\d{2})[/ ](?:fy)?(?P<second>\d{4}|\d{2}|\d)")
_WITHIN = r"(?<![\d/])(?:\d{4}|\d{2})/(?:\d{4}|\d{2})(?![\d/])"
_ONE_YEAR = re.compile(r"(?:fy ?)?(?P<year>\d{4})(?:\.0)?")
_LOOSE_YEAR = re.compile(r"(?<!\d)(?:fy ?)?(?:\d{4}|\d{2}/\d{2}|fy ?\d{2})(?!\d)", re.IGNORECASE)
_SINCE_START = re.compile(r"(?:year|yr|y)[ .-]*(?P<number>\d{1,2})")


def heading_parts(heading: str) -> tuple[str, str]:
    """Part a heading from a unit in brackets behind it: 'Lead (months)' is 'lead' and 'months', folded."""
    plain = folded(heading.replace("_", " "))
    found = _BRACKETS.search(plain)
    return (plain[: found.start()].strip(), found["unit"].strip()) if found else (plain, "")


@lru_cache(maxsize=4096)
def _year_key(text: str) -> tuple[str, int, int] | None:
    """What is equal for two spellings of one year: its first year within its century, and the century if given."""
    plain = _FINANCIAL.sub("", _DASHES.sub("/", heading_parts(text)[0]))
    pair = _TWO_YEARS.fullmatch(plain)
    if pair:
        first, second = pair["first"], pair["second"]
        if (int(first) + 1) % 10 ** len(second) != int(second) % 10 ** len(second):
            return None
        if len(second) == 4 and len(first) == 4 and int(second) != int(first) + 1:
            return None
        return ("pair", int(first) % 100, int(first) // 100 if len(first) == 4 else -1)
    one = _ONE_YEAR.fullmatch(plain)
    return ("one", int(one["year"]) % 100, int(one["year"]) // 100) if one else None


def understood_year(text: str, years: Sequence[str]) -> str | None:
    """Return the label in `years` that a text means, as 2026-27, 26/27 or FY26/27 mean 2026/27; None if not just one.

    A single year, such as 2026 or FY27, does not say which of two financial years it means, and so means none.
    """
    if text in years:
        return text
    same = [year for year in years if _plain_label(year) == _plain_label(text)]
    if len(same) != 1:
        key = _year_key(text)
        same = [] if key is None else [year for year in years if _is_year(_year_key(year), key)]
    return same[0] if len(same) == 1 else None


def _plain_label(text: str) -> str:
    return heading_parts(text)[0]


def _is_year(label: tuple[str, int, int] | None, asked: tuple[str, int, int]) -> bool:
    if label is None or label[:2] != asked[:2]:
        return False
    return -1 in (label[2], asked[2]) or label[2] == asked[2]


def looks_like_year(heading: str) -> bool:
    """Whether a heading speaks of a year in some way, such as FY27, Budget 2026 or Year 3."""
    plain = _DASHES.sub("/", heading_parts(heading)[0])
    return bool(_LOOSE_YEAR.search(plain) or _SINCE_START.fullmatch(plain))


def possible_years(heading: str, years: Sequence[str]) -> list[str]:
    """List the years that a heading could speak of: the one whose two years it names; or, of a single year, both.

    A single year may be the one in which a financial year begins, or the one in which it ends.
    """
    dashed = _DASHES.sub("/", heading_parts(heading)[0])
    pairs = {understood_year(found[0], years) for found in re.finditer(_WITHIN, dashed)} - {None}
    if len(pairs) == 1:
        return [str(pairs.pop())]
    found = re.search(r"(?<!\d)(?:\d{2})?(\d{2})(?!\d)", folded(heading))
    keys = {year: _year_key(year) for year in years}
    if not found:
        return []
    ending = int(found[1])
    return [year for year, key in keys.items() if key and key[0] == "pair" and key[1] in (ending, (ending - 1) % 100)]


def is_marked(tag: str) -> bool:
    """Whether a heading says itself that it is a tag."""
    return folded(tag).replace(" ", "").startswith(TAG)


def plain_name(name: str) -> str:
    """What is equal for spellings of one name of the format: Goal-ID, goal id and GOAL_ID."""
    return re.sub(r"[\s_.\u2010-\u2015-]+", "", folded(name))


def understood_name(text: str, names: Iterable[str]) -> str | None:
    """Return the name of the format that a text means: other capitals, spaces or hyphens; None if it means none."""
    return _by_plain_name(tuple(names)).get(plain_name(text))


@lru_cache(maxsize=256)
def _by_plain_name(names: tuple[str, ...]) -> Mapping[str, str]:
    return {plain_name(name): name for name in names}


def understood_column(heading: str, names: Iterable[str], years: Sequence[str] = ()) -> tuple[str, str] | None:
    """Return the column that a heading means, and the unit in brackets behind it; None if it means none.

    names: columns of the table that are not years. years: its columns of years, labels or year_1, year_2 and so on.
    """
    name, unit = heading_parts(heading)
    known = understood_name(heading, names) or understood_name(name, names)
    if known is None and unit in ("months", "month", "mths"):
        known = understood_name(f"{name} months", names)
    if known is None:
        known = understood_name(re.sub(r"\bin months$", "months", name), names)
    if known is None and years and years[0] == "year_1":
        found = _SINCE_START.fullmatch(name)
        since = f"year_{int(found['number'])}" if found else ""
        known = since if since in years else None
    elif known is None:
        known = understood_year(heading, years)
    return None if known is None else (known, unit)
