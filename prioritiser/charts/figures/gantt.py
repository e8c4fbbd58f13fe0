"""A figure: when each initiative starts and how long it runs, a line for each."""

import math
from collections.abc import Sequence
from typing import Any

from prioritiser.charts.drawing.canvas import NOTE, NOTE_MIDDLE, WIDTH, Canvas, Letters, Look
from prioritiser.charts.drawing.legend import Entry, box_swatch, draw_legend, legend_height
from prioritiser.charts.drawing.letters import wrapped, wrapped_apart
from prioritiser.charts.specification import in_order, is_whole, years_of
from prioritiser.charts.theme import BLUE, PALE_BLUE, SMALL, text_width
from prioritiser.report.document import Figure
from prioritiser.text.formatting import brief_year, percent

_ROW, _SECOND_LINE, _HEAD = 22, 14, 24
_NAME, _LEAD, _GAP = 270, 110, 12
_FULL, _PART = Look(BLUE), Look(PALE_BLUE, BLUE, 1.5, dashed=True)
_SHARE = Letters(SMALL, align="center", bold=True)


def draw_gantt(figure: Figure) -> Canvas:
    """Draw a line an initiative and a cell a year; a share below 1 is paler, framed and written."""
    years = years_of(figure)
    rows = in_order(figure.rows.reset_index(drop=True)).to_dict("records")
    entries = _entries([float(row["share"]) for row in rows])
    left = _left(rows)
    top = legend_height(entries) + _HEAD
    names = wrapped_apart([str(row["initiative"]) for row in rows], left[0], SMALL)
    leads = [wrapped(str(row["lead"]), left[1] - left[0] - 2 * _GAP, SMALL) for row in rows]
    heights = [_ROW + _SECOND_LINE * (max(map(len, lines)) - 1) for lines in zip(names, leads, strict=True)]
    canvas = Canvas(top + sum(heights) + 2)
    draw_legend(canvas, 0, 0, entries)
    cell = (WIDTH - 1 - left[1]) / max(1, len(years))
    draw_years(canvas, years, left[1], cell, top - _HEAD / 2)
    for number in range(len(years) + 1):
        canvas.grid((left[1] + number * cell, top), (left[1] + number * cell, canvas.height))
    y = float(top)
    for row, name, lead, height in zip(rows, names, leads, heights, strict=True):
        canvas.grid((0, y), (WIDTH, y))
        canvas.lines(0, y + height / 2, name, Letters(SMALL))
        canvas.lines(left[0] + _GAP, y + height / 2, lead, NOTE)
        _draw_bar(canvas, row, (left[1], y + height / 2), cell, len(years))
        y += height
    return canvas


def draw_years(canvas: Canvas, years: Sequence[str], left: float, cell: float, y: float) -> None:
    """Write the years above their cells: in full, or short where that does not fit, or only some of them."""
    words = list(years)
    if any(text_width(year, SMALL) > cell - 6 for year in years):
        words = [brief_year(year) for year in years]
    every = math.ceil(min(max(text_width(word, SMALL) for word in words) + 6, 90) / cell) if words else 1
    for number, word in enumerate(words):
        if number % every == 0:
            canvas.text(left + (number + 0.5) * cell, y, word, NOTE_MIDDLE, room=every * cell - 4)


def _entries(shares: Sequence[float]) -> list[Entry]:
    full = [(box_swatch(_FULL), "at its full size")] if any(map(is_whole, shares)) else []
    part = [(box_swatch(_PART), "at part of its size, as written")] if not all(map(is_whole, shares)) else []
    return [*full, *part]


def _left(rows: Sequence[dict[Any, Any]]) -> tuple[float, float]:
    name = max((text_width(str(row["initiative"]), SMALL) for row in rows), default=0.0)
    lead = max((text_width(str(row["lead"]), SMALL) for row in rows), default=0.0)
    names = min(max(name, 100.0), _NAME) + 2
    return names, names + min(lead + 1.0, _LEAD) + 2 * _GAP  # a pixel more, so that rounding breaks no word


def _draw_bar(canvas: Canvas, row: dict[Any, Any], left: tuple[float, float], cell: float, years: int) -> None:
    first, last = (min(max(int(row[end]), 0), years - 1) for end in ("first", "last"))
    share, start, width = float(row["share"]), left[0] + first * cell + 2, (last - first + 1) * cell - 4
    canvas.box(start, left[1] - 7, width, 14, _FULL if is_whole(share) else _PART)
    if not is_whole(share):
        _write_share(canvas, percent(share), (start, start + width), left[1])


def _write_share(canvas: Canvas, words: str, ends: tuple[float, float], y: float) -> None:
    wide = text_width(words, SMALL, bold=True)
    middle = (ends[0] + ends[1]) / 2
    if wide > ends[1] - ends[0] - 4:  # beside its bar, on the side that has room
        middle = ends[1] + 4 + wide / 2 if ends[1] + 6 + wide < WIDTH else ends[0] - 4 - wide / 2
        canvas.plate((middle, y), (wide, 14))
    canvas.text(middle, y, words, _SHARE)
