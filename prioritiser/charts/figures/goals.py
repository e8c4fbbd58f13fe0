"""A figure: how far each goal is on its way, year by year, with its level in words."""

import math
import re
from dataclasses import dataclass, replace

import pandas as pd

from prioritiser.charts.drawing.canvas import NONE, NOTE, WIDTH, Canvas, Letters, Look, Spot
from prioritiser.charts.drawing.legend import Entry, box_swatch, draw_legend, legend_height, mark_swatch
from prioritiser.charts.drawing.letters import clean, wrapped, wrapped_apart
from prioritiser.charts.drawing.scales import STEP_WORDS, shade_of
from prioritiser.charts.figures.gantt import draw_years
from prioritiser.charts.specification import Line, Row, in_tiers, lines_by_year, years_of
from prioritiser.charts.theme import INK, LINE, LINE_HEIGHT, PAPER, QUIET, SMALL, STEPS, WORDS_ON, text_width
from prioritiser.report.document import Figure

_HEAD, _TIER, _ROW, _LINE = 24, 26, 26, 14
_NAME, _GAP, _SIGN = 230, 12, 26  # px of a name, beside it, and of a cell that its sign takes
_SAID = (*STEP_WORDS[:-1], "80 % of the way or more")
_UNIT = re.compile("[ \u00a0]")
_NO_TARGET = Look(QUIET, QUIET)
_BEHIND = Look(PAPER, QUIET, 1.5, dashed=True)
_MET = Look(NONE, INK, 2.5)


@dataclass(frozen=True)
class _Line:
    """A goal's line: its name, the unit where that stands under the name, and by year a row and its words."""

    tier: str
    name: list[str]
    unit: str
    cells: list[tuple[Row | None, list[str]]]

    @property
    def height(self) -> int:
        most = max(len(self.name) + bool(self.unit), *(len(words) for _, words in self.cells), 1)
        return _ROW + _LINE * (most - 1)


def draw_goals(figure: Figure) -> Canvas:
    """Draw a heat map: a line a goal, a cell a year, shaded by the way to the target, with the level in it."""
    years = years_of(figure)
    goals = lines_by_year(replace(figure, rows=in_tiers(figure.rows)), "goal")
    entries = _entries(figure.rows)
    left = min(max((text_width(goal.name, SMALL) for goal in goals), default=0.0), _NAME) + _GAP
    cell = (WIDTH - 2 - left) / max(1, len(years))
    names = wrapped_apart([goal.name for goal in goals], left - _GAP, SMALL)
    lines = [_line(goal, name, cell) for goal, name in zip(goals, names, strict=True)]
    top = legend_height(entries) + _HEAD
    canvas = Canvas(top + sum(line.height for line in lines) + _TIER * len({line.tier for line in lines}) + 3)
    draw_legend(canvas, 0, 0, entries)
    draw_years(canvas, years, left, cell, top - _HEAD / 2)
    y, before = float(top), None
    for line in lines:
        if line.tier != before:
            canvas.tier(0, y + _TIER / 2, line.tier)
            y, before = y + _TIER, line.tier
        middle = y + line.height / 2
        canvas.lines(0, middle - (LINE_HEIGHT / 2 if line.unit else 0), line.name, Letters(SMALL))
        if line.unit:
            canvas.text(0, middle + LINE_HEIGHT * len(line.name) / 2, line.unit, NOTE, room=left - _GAP)
        for number, (row, words) in enumerate(line.cells):
            _draw_cell(canvas, (left + number * cell, y), (cell, line.height), row, words)
        y += line.height
    return canvas


def _entries(rows: pd.DataFrame) -> list[Entry]:
    ways = rows["attainment"].astype(float)
    entries = [(box_swatch(Look(fill, LINE)), words) for fill, words in zip(STEPS, _SAID, strict=True)]
    if rows["met"].astype(bool).any():
        entries.append((box_swatch(Look(PAPER, INK, 3), "tick"), "target met"))
    if (ways < -1e-9).any():
        entries.append((box_swatch(_BEHIND, "minus"), "further away than at the start"))
    if ways.isna().any():
        entries.append((mark_swatch("circle", 5, _NO_TARGET), "no target that year"))
    return entries


def _line(goal: Line, name: list[str], cell: float) -> _Line:
    words = [clean(str(row["words"])) if row else "" for row in goal.cells]
    parts = [_UNIT.split(level, maxsplit=1) for level in words if level]
    units = {part[1] if len(part) > 1 else "" for part in parts}
    unit = ""
    # one unit for all that would not fit beside its numbers is written once, under the name
    if len(units) == 1 and any(text_width(level, SMALL) > cell - _SIGN for level in words):
        unit = units.pop()
    if unit:
        words = [_UNIT.split(level, maxsplit=1)[0] for level in words]
    broken = [wrapped(level, cell - _SIGN, SMALL, most=3) for level in words]
    return _Line(goal.tier, name, unit, list(zip(goal.cells, broken, strict=True)))


def _draw_cell(canvas: Canvas, corner: Spot, size: Spot, row: Row | None, words: list[str]) -> None:
    x, y, width, height = corner[0] + 2, corner[1] + 2, size[0] - 4, size[1] - 4
    way = float(row["attainment"]) if row else math.nan
    middle, sign = y + height / 2, x + 12
    if not math.isfinite(way):
        canvas.mark(sign if any(words) else x + width / 2, middle, "circle", 5, _NO_TARGET)
        canvas.lines(x + width / 2 + 6, middle, words, Letters(SMALL, QUIET, "center"))
        return
    shade = shade_of(way)
    colour = QUIET if shade is None else WORDS_ON[shade]
    met = bool(row and row["met"])
    edge = 4 if met else 0
    canvas.box(
        x + edge, y + edge, width - 2 * edge, height - 2 * edge, _BEHIND if shade is None else Look(STEPS[shade])
    )
    if met:
        canvas.box(x + 1, y + 1, width - 2, height - 2, _MET)
        canvas.mark(sign, middle, "tick", 10, Look(NONE, colour, 2.5))
    elif shade is None:
        canvas.mark(sign, middle, "minus", 8, Look(NONE, colour, 2))
    canvas.lines(x + width / 2 + 6, middle, words, Letters(SMALL, colour if shade is not None else INK, "center"))
