"""A figure: how likely each target is to be met."""

import math

from prioritiser.charts.drawing.canvas import NOTE_MIDDLE, WIDTH, Canvas, Letters, Look, tier_colour, tier_shape
from prioritiser.charts.drawing.letters import wrapped_apart
from prioritiser.charts.drawing.scales import Scale
from prioritiser.charts.specification import chance_words, in_tiers
from prioritiser.charts.theme import LINE, PAPER, SMALL, text_width
from prioritiser.report.document import Figure
from prioritiser.text.formatting import percent

_TIER, _ROW, _CLOSE_ROW, _LINE, _MANY = 26, 22, 17, 13, 30  # many lines lie closer, so that they keep to a page
_NAME, _GAP, _WORDS = 300, 14, 52
_SAID = Letters(SMALL, align="right", bold=True)


def draw_chances(figure: Figure) -> Canvas:
    """Draw a line a goal from 0 to 100 %, a mark at its chance, and its chance in words."""
    rows = in_tiers(figure.rows).to_dict("records")
    high = _ROW if len(rows) <= _MANY else _CLOSE_ROW
    left = min(max((text_width(str(row["goal"]), SMALL) for row in rows), default=0.0), _NAME) + _GAP + _WORDS
    scale = Scale(0, 1, left, WIDTH - 20)
    names = wrapped_apart([str(row["goal"]) for row in rows], left - _GAP - _WORDS, SMALL)
    heights = [high + _LINE * (len(lines) - 1) for lines in names]
    bottom = _TIER * len({row["tier"] for row in rows}) + sum(heights)
    canvas = Canvas(bottom + 24)
    for step in scale.steps(4):
        canvas.grid((scale.at(step), 0), (scale.at(step), bottom))
        canvas.text(scale.at(step), bottom + 12, percent(step), NOTE_MIDDLE)
    y, before = 0.0, None
    for row, lines, height in zip(rows, names, heights, strict=True):
        if row["tier"] != before:
            before = row["tier"]
            canvas.tier(0, y + _TIER / 2, str(before))
            y += _TIER
        middle, chance = y + height / 2, float(row["chance"])
        canvas.lines(0, middle, lines, Letters(SMALL))
        canvas.text(left - _GAP, middle, chance_words(chance), _SAID)
        if math.isfinite(chance):
            colour = tier_colour(str(before))
            canvas.line((scale.at(0), middle), (scale.at(chance), middle), Look(stroke=colour, wide=3))
            canvas.mark(scale.at(chance), middle, tier_shape(str(before)), 12, Look(colour, PAPER))
        y += height
    canvas.grid((scale.at(0), 0), (scale.at(0), bottom), Look(stroke=LINE, wide=2))
    return canvas
