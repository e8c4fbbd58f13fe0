"""A figure: how numbers spread in a room, a line for each group or portfolio."""

from itertools import pairwise
from typing import Any

from prioritiser.charts.drawing.canvas import NOTE, NOTE_MIDDLE, WIDTH, Canvas, Letters, Look, tier_colour, tier_shape
from prioritiser.charts.drawing.letters import wrapped_apart
from prioritiser.charts.drawing.scales import Scale, scale_over
from prioritiser.charts.theme import INK, LINE, PAPER, QUIET, SMALL, text_width
from prioritiser.report.document import Figure
from prioritiser.text.formatting import percent

_TIER, _ROW, _LINE, _NAME, _GAP, _WORDS = 26, 22, 13, 250, 14, 52
_SAID = Letters(SMALL, align="right", bold=True)
_MEDIAN, _KEY = 11, 22
_KEY_WORDS = "The line holds everybody, the bar the middle half, the mark is the median."


def draw_spread(figure: Figure) -> Canvas:
    """Draw from the least to the most as a line, the middle half as a bar, and a mark at the median, with its words."""
    rows = figure.rows.to_dict("records")
    widest = max((text_width(str(row["name"]), SMALL) for row in rows), default=0.0)
    left = min(widest, _NAME) + _GAP + _WORDS
    most = float(figure.options.get("most", 0.0)) or max((float(row["most"]) for row in rows), default=1.0)
    ends = scale_over([0.0, most], left, WIDTH - 20, 5)
    scale = Scale(0.0, ends.high, left, WIDTH - 20)
    names = wrapped_apart([str(row["name"]) for row in rows], left - _GAP - _WORDS, SMALL)
    heights = [_ROW + _LINE * (len(lines) - 1) for lines in names]
    headed = sum(_begins(before, row) for before, row in pairwise([{}, *rows]))
    bottom = _TIER * headed + sum(heights)
    canvas = Canvas(bottom + 24 + _KEY)
    for step in scale.steps(5):
        canvas.grid((scale.at(step), 0), (scale.at(step), bottom))
        canvas.text(scale.at(step), bottom + 12, percent(step), NOTE_MIDDLE)
    y = 0.0
    before: dict[Any, Any] = {}
    for row, lines, height in zip(rows, names, heights, strict=True):
        if _begins(before, row):
            canvas.tier(0, y + _TIER / 2, str(row["tier"]))
            y += _TIER
        before = row
        canvas.lines(0, y + height / 2, lines, Letters(SMALL))
        canvas.text(left - _GAP, y + height / 2, percent(float(row["median"])), _SAID)
        _draw_line(canvas, scale, row, y + height / 2)
        y += height
    canvas.grid((scale.at(0), 0), (scale.at(0), bottom), Look(stroke=LINE, wide=2))
    canvas.text(0, bottom + 24 + _KEY / 2, _KEY_WORDS, NOTE)
    return canvas


def _begins(before: dict[Any, Any], row: dict[Any, Any]) -> bool:
    """Whether a row is the first of its tier."""
    return bool(row.get("tier")) and row["tier"] != before.get("tier")


def _draw_line(canvas: Canvas, scale: Scale, row: dict[Any, Any], middle: float) -> None:
    tier = str(row.get("tier") or "")
    colour = tier_colour(tier) if tier else INK
    least, lower, median, upper, most = (
        scale.at(float(row[key])) for key in ("least", "lower", "median", "upper", "most")
    )
    canvas.line((least, middle), (most, middle), Look(stroke=QUIET, wide=2))
    canvas.box(lower, middle - 4, max(1.0, upper - lower), 8, Look(colour))
    canvas.mark(median, middle, tier_shape(tier) if tier else "circle", _MEDIAN, Look(colour, PAPER, 2))
