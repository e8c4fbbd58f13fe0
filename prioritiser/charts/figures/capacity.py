"""A figure: how much of each capacity is used, year by year."""

from __future__ import annotations

import math
from typing import Any

from prioritiser.charts.figures.canvas import NONE, NOTE, WIDTH, Canvas, Letters, Look
from prioritiser.charts.figures.gantt import draw_years
from prioritiser.charts.figures.legend import Entry, box_swatch, draw_legend, legend_height
from prioritiser.charts.figures.letters import wrapped, wrapped_apart
from prioritiser.charts.figures.scales import Scale, keys_of
from prioritiser.charts.theme import BLUE, INK, PAPER, QUIET, SMALL, text_width
from prioritiser.report.document import Figure

_HEAD, _BARS, _WORDS, _LINE, _BETWEEN = 24, 46, 20, 14, 10
_NAME, _GAP, _MOST_WIDE = 180, 12, 70
_LIMIT, _USED = Look(NONE, INK, 1.5), Look(BLUE)
_RELEASED = Look(PAPER, BLUE, 1.5, dashed=True)
_UNDER = Letters(SMALL, align="center")


def draw_capacity(figure: Figure) -> Canvas:
    """Draw a line a resource and a bar a year: what is used, in the frame of its capacity; what is released, below."""
    years = [str(year) for year in figure.options["years"]]
    keyed = figure.rows.assign(_key=keys_of(figure.rows, "resource"))
    cells = {(row["_key"], str(row["year"])): row for row in keyed.to_dict("records")}
    resources = {row["_key"]: str(row["resource"]) for row in cells.values()}
    entries = _entries(list(cells.values()))
    left = min(max((text_width(name, SMALL, bold=True) for name in resources.values()), default=0.0), _NAME) + _GAP
    names = wrapped_apart(list(resources.values()), left - _GAP, SMALL, bold=True)
    cell = (WIDTH - 2 - left) / max(1, len(years))
    top = legend_height(entries) + _HEAD
    rows = {key: [cells[key, year] for year in years if (key, year) in cells] for key in resources}
    deep = {key: max((len(_words(row, cell)) for row in row_cells), default=1) for key, row_cells in rows.items()}
    canvas = Canvas(top + sum(_BARS + _WORDS + _LINE * (deep[key] - 1) + _BETWEEN for key in resources))
    draw_legend(canvas, 0, 0, entries)
    draw_years(canvas, years, left, cell, top - _HEAD / 2)
    y = float(top)
    for key, lines in zip(resources, names, strict=True):
        canvas.grid((0, y), (WIDTH, y))
        canvas.lines(0, y + 26, lines, Letters(SMALL, bold=True))
        canvas.text(0, y + 26 + 8 * len(lines) + 8, _unit(rows[key]), NOTE, room=left - _GAP)
        scale = _scale(rows[key], y + 6)
        canvas.grid((left, scale.at(0)), (WIDTH, scale.at(0)), Look(stroke=QUIET))
        for number, year in enumerate(years):
            if (key, year) in cells:
                _draw_cell(canvas, cells[key, year], scale, (left + (number + 0.5) * cell, cell))
        y += _BARS + _WORDS + _LINE * (deep[key] - 1) + _BETWEEN
    return canvas


def _entries(rows: list[dict[Any, Any]]) -> list[Entry]:
    entries: list[Entry] = [(box_swatch(_USED), "used")]
    if any(math.isfinite(row["capacity"]) for row in rows):
        entries.append((box_swatch(_LIMIT), "capacity"))
    if any(row["used"] < 0 for row in rows):
        entries.append((box_swatch(_RELEASED), "released (below the line)"))
    if any(not math.isfinite(row["capacity"]) for row in rows):
        entries.append((box_swatch(_USED), "without a frame: no limit"))
    return entries


def _scale(rows: list[dict[Any, Any]], top: float) -> Scale:
    ends = [0.0, *(float(row[key]) for row in rows for key in ("used", "capacity") if math.isfinite(row[key]))]
    low, high = min(ends), max(ends)
    return Scale(low, high if high > low else low + 1, top + _BARS - 4, top)


def _draw_cell(canvas: Canvas, row: dict[Any, Any], scale: Scale, place: tuple[float, float]) -> None:
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


def _words(row: dict[Any, Any], cell: float) -> list[str]:
    return wrapped(str(row["words"]), cell - 6, SMALL, most=3)


def _unit(rows: list[dict[Any, Any]]) -> str:
    return str(rows[0]["unit"] or "") if rows else ""
