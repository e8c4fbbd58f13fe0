"""Figures that are read as tables: levels of goals, use of capacity and chances, shaded and in words."""

import math
import re
from collections.abc import Callable

from prioritiser.charts.drawing.scales import STEP_WORDS, shade_of
from prioritiser.charts.specification import Row, chance_words, lines_by_year, years_of
from prioritiser.charts.theme import INK, PALE_RUST, STEPS, TIER_SIGNS, WORDS_ON
from prioritiser.exports.slides.tables import Grid, Shown
from prioritiser.report.document import Figure
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.text.formatting import NO_BREAK, brief_year, capital

_NUMBER = re.compile(rf"(?P<number>[^\d\s]{{0,2}}[\d,.]+(?:[ {NO_BREAK}]%)?)[ {NO_BREAK}](?P<unit>(?!%).+)")
_FULL = 0.9995
_SHADES = f"Shades, light to dark: {', '.join(STEP_WORDS)}"
GOALS_KEY = (
    f"{_SHADES} of the way to the target; ✓ met. "
    "Worse: further from the target than now. White: no target to measure against."
)
CAPACITY_KEY = f"{_SHADES} of the capacity used. White: no limit."
CHANCES_KEY = f"{_SHADES}."


def goals_grid(figure: Figure) -> Grid:
    """Lay out one row a goal and one column a year: its level, shaded by how far it is on its way."""

    def shown(row: Row) -> Shown:
        way, words = float(row["attainment"]), str(row["words"])
        if bool(row["met"]):
            return _shaded(f"{words}{NO_BREAK}✓", way)
        return _shaded(f"{words}, worse" if way < 0 else words, way)

    return _by_year(figure, "goal", shown)


def capacity_grid(figure: Figure) -> Grid:
    """Lay out one row a resource and one column a year: what is used, shaded by how full it is."""

    def shown(row: Row) -> Shown:
        words = str(row["words"])
        # words may round to full what is full but for a trifle
        full = 1.0 if words == "full" else fullness(float(row["used"]), float(row["capacity"]))
        is_unsaid = full >= _FULL and "full" not in words
        # capacity that is released is no use of it; NaN stays NaN
        return _shaded(f"{words}, full" if is_unsaid else words, full if full > 0 or math.isnan(full) else 0.0)

    return _by_year(figure, "resource", shown)


def chances_grid(figure: Figure) -> Grid:
    """Lay out one row a goal with its chance, in words and shaded."""
    columns = (Shown("Goal"), Shown("Kind"), Shown("Chance of its target", is_centred=True))
    rows = tuple(
        (Shown(str(goal)), Shown(_tier_words(str(tier))), _shaded(chance_words(chance), float(chance)))
        for goal, tier, chance in figure.rows[["goal", "tier", "chance"]].itertuples(index=False)
    )
    return Grid(columns, rows, (5, 2, 2), most_lines=2)


def fullness(used: float, capacity: float) -> float:
    """Return the share of a capacity that is used; NaN without a limit, and 1 or more where nothing is to be had."""
    if math.isnan(capacity):
        return math.nan
    if capacity <= 0:
        return 1.0 if used > 0 else 0.0
    return used / capacity


def tier_label(name: str, tier: str) -> str:
    """Put the mark of its tier before a name."""
    return f"{TIER_SIGNS[tier]} {name}" if tier in TIER_SIGNS else name


def _by_year(figure: Figure, named: str, shown: Callable[[Row], Shown]) -> Grid:
    years, lines = years_of(figure), []
    for line in lines_by_year(figure, named):
        words, tail = _without_unit([str(row["words"]) for row in line.rows])
        said = iter(words)
        cells = [
            Shown("–", is_centred=True) if row is None else shown(row | {"words": next(said)}) for row in line.cells
        ]
        name = f"{line.name}, {line.unit}" if line.unit else line.name
        lines.append((Shown(tier_label(", ".join(part for part in (name, tail) if part), line.tier)), *cells))
    brief = len(years) > 4
    columns = (Shown(capital(named)), *(Shown(brief_year(year) if brief else year, is_centred=True) for year in years))
    return Grid(columns, tuple(lines), (max(3.0, 0.6 * len(years)), *[1.0] * len(years)))


def _without_unit(words: list[str]) -> tuple[list[str], str]:
    """Split off the unit that all the numbers of a row share, so that it is said once; a per cent sign stays."""
    found = [_NUMBER.fullmatch(text) for text in words]
    tails = {match["unit"] for match in found if match is not None}
    if None in found or len(tails) != 1:
        return [text.replace(NO_BREAK, " ") for text in words], ""
    return [match["number"] for match in found if match is not None], tails.pop()


def _shaded(text: str, share: float) -> Shown:
    if math.isnan(share):
        return Shown(text, is_centred=True)
    band = shade_of(share)
    if band is None:
        return Shown(text, PALE_RUST, INK, is_centred=True)
    return Shown(text, STEPS[band], WORDS_ON[band], is_centred=True)


def _tier_words(tier: str) -> str:
    return tier_label(TIER_NAMES.get(tier, tier), tier)
