"""A figure: how much of each capacity is used, year by year."""

import math

from prioritiser.charts.drawing.canvas import NONE, NOTE, WIDTH, Canvas, Letters, Look
from prioritiser.charts.drawing.legend import Entry, box_swatch, draw_legend, legend_height
from prioritiser.charts.drawing.letters import wrapped, wrapped_apart
from prioritiser.charts.drawing.scales import Scale
from prioritiser.charts.figures.gantt import draw_years
from prioritiser.charts.specification import Row, lines_by_year, years_of
from prioritiser.charts.theme import BLUE, INK, PAPER, QUIET, SMALL, text_width
from prioritiser.report.document import Figure

_HEAD, _BARS, _WORDS, _LINE, _BETWEEN = 24, 46, 20, 14, 10
_NAME, _GAP, _MOST_WIDE = 180, 12, 70
_LIMIT, _USED = Look(NONE, INK, 1.5), Look(BLUE)
_RELEASED = Look(PAPER, BLUE, 1.5, dashed=True)
_UNDER = Letters(SMALL, align="center")


def draw_capacity(figure: Figure) -> Canvas:
    """Draw a line a resource and a bar a year: what is used, in the frame of its capacity; what is released, below."""
    years, resources = years_of(figure), lines_by_year(figure, "resource")
    entries = _entries([row for resource in resources for row in resource.rows])
    left = min(max((text_width(each.name, SMALL, bold=True) for each in resources), default=0.0), _NAME) + _GAP
    names = wrapped_apart([each.name for each in resources], left - _GAP, SMALL, bold=True)
    cell = (WIDTH - 2 - left) / max(1, len(years))
    top = legend_height(entries) + _HEAD
    deep = [max((len(_words(row, cell)) for row in each.rows), default=1) for each in resources]
    canvas = Canvas(top + sum(_BARS + _WORDS + _LINE * (lines - 1) + _BETWEEN for lines in deep))
    draw_legend(canvas, 0, 0, entries)
    draw_years(canvas, years, left, cell, top - _HEAD / 2)
    y = float(top)
    for resource, lines, most in zip(resources, names, deep, strict=True):
        canvas.grid((0, y), (WIDTH, y))
        canvas.lines(0, y + 26, lines, Letters(SMALL, bold=True))
        canvas.text(0, y + 26 + 8 * len(lines) + 8, resource.unit, NOTE, room=left - _GAP)
        scale = _scale(resource.rows, y + 6)
        canvas.grid((left, scale.at(0)), (WIDTH, scale.at(0)), Look(stroke=QUIET))
        for number, row in enumerate(resource.cells):
            if row is not None:
                _draw_cell(canvas, row, scale, (left + (number + 0.5) * cell, cell))
        y += _BARS + _WORDS + _LINE * (most - 1) + _BETWEEN
    return canvas


def _entries(rows: list[Row]) -> list[Entry]:
    entries: list[Entry] = [(box_swatch(_USED), "used")]
    if any(math.isfinite(row["capacity"]) for row in rows):
        entries.append((box_swatch(_LIMIT), "capacity"))
    if any(row["used"] < 0 for row in rows):
        entries.append((box_swatch(_RELEASED), "released (below the line)"))
    if any(not math.isfinite(row["capacity"]) for row in rows):
        entries.append((box_swatch(_USED), "without a frame: no limit"))
    return entries


def _scale(rows: list[Row], top: float) -> Scale:
    ends = [0.0, *(float(row[key]) for row in rows for key in ("used", "capacity") if math.isfinite(row[key]))]
    low, high = min(ends), max(ends)
    return Scale(low, high if high > low else low + 1, top + _BARS - 4, top)


def _draw_cell(canvas: Canvas, row: Row, scale: Scale, place: tuple[float, float]) -> None:
    middle, cell = place
    wide, zero, used = min(_MOST_WIDE, cell - 12), scale.at(0), float(row["used"])
    if math.isfinite(used) and used != 0:
        ends = sorted((zero, scale.at(used)))
        canvas.box(middle - wide / 2, ends[0], wide, max(1, ends[1] - ends[0]), _USED if used > 0 else _RELEASED)
    if math.isfinite(row["capacity"]):
        canvas.box(middle - wide / 2, scale.at(row["capacity"]), wide, zero - scale.at(row["capacity"]), _LIMIT)
    words = _words(row, cell)
    first = scale.start + 6 + _WORDS / 2
    canvas.lines(middle, first + _LINE * (len(words) - 1) / 2, words, _UNDER)


def _words(row: Row, cell: float) -> list[str]:
    return wrapped(str(row["words"]), cell - 6, SMALL, most=3)
