"""A figure: how far each tier gets, against doing nothing, today's plan and its best alone."""

import math
from typing import Any

from prioritiser.charts.drawing.canvas import HOLLOW, NOTE, NOTE_MIDDLE, Canvas, Letters, Look, tier_colour
from prioritiser.charts.drawing.legend import Entry, box_swatch, draw_legend, legend_height, mark_swatch
from prioritiser.charts.drawing.scales import Scale, scale_over
from prioritiser.charts.specification import shown_of
from prioritiser.charts.theme import INK, LINE, PAPER
from prioritiser.report.document import Figure
from prioritiser.text.formatting import percent

_ROW, _LEFT, _RIGHT = 60, 190, 622
_BAR = 20
_BESIDE: dict[str, tuple[str, Entry]] = {
    "do_nothing": ("doing nothing", (mark_swatch("upright", 16, Look(stroke=INK, wide=3)), "doing nothing")),
    "today": ("today's plan", (mark_swatch("triangle-down", 12), "today's plan")),
    "best_alone": ("best alone", (mark_swatch("diamond", 13, HOLLOW), "best alone: the most this tier could get")),
}


def draw_tiers(figure: Figure) -> Canvas:
    """Draw a bar a tier; a tick for doing nothing, a triangle for today's plan, a diamond for its best alone."""
    rows = figure.rows
    shown = shown_of(rows, list(_BESIDE))
    entries = [(box_swatch(Look(INK)), "recommended"), *(_BESIDE[key][1] for key in shown)]
    top = legend_height(entries)
    bottom = top + _ROW * len(rows)
    canvas = Canvas(bottom + 24)
    draw_legend(canvas, 0, 0, entries)
    scale = scale_over([0.0, 1.0, *rows[["score", *shown]].to_numpy(dtype=float).ravel()], _LEFT, _RIGHT)
    for step in scale.steps():
        canvas.text(scale.at(step), bottom + 12, percent(step), NOTE_MIDDLE)
    for number, row in enumerate(rows.to_dict("records")):
        _draw_row(canvas, scale, top + _ROW * number, row, shown)
    return canvas


def _draw_row(canvas: Canvas, scale: Scale, y: float, row: dict[Any, Any], shown: list[str]) -> None:
    middle = y + 20
    for step in scale.steps():
        canvas.grid((scale.at(step), y + 2), (scale.at(step), y + 38), Look(stroke=LINE if step else INK))
    canvas.tier(0, middle, str(row["tier"]))
    score = _number(row["score"])
    canvas.text(_LEFT - 14, middle, _words(score), Letters(16, align="right", bold=True))
    if math.isfinite(score):
        ends = sorted((scale.at(0), scale.at(score)))
        canvas.box(ends[0], middle - _BAR / 2, ends[1] - ends[0], _BAR, Look(tier_colour(str(row["tier"]))))
    values = {key: _number(row[key]) for key in shown}
    if math.isfinite(values.get("do_nothing", math.nan)):
        at = scale.at(values["do_nothing"])
        canvas.line((at, middle - 14), (at, middle + 14), Look(stroke=PAPER, wide=6))
        canvas.line((at, middle - 14), (at, middle + 14), Look(stroke=INK, wide=3))
    if math.isfinite(values.get("today", math.nan)):
        canvas.mark(scale.at(values["today"]), middle - _BAR / 2 - 3, "triangle-down", 13)
    if math.isfinite(values.get("best_alone", math.nan)):
        canvas.mark(scale.at(values["best_alone"]), middle, "diamond", 14, HOLLOW)
    said = [f"{_BESIDE[key][0]} {percent(value)}" for key, value in values.items() if math.isfinite(value)]
    canvas.text(_LEFT, y + 46, ", ".join(said), NOTE)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _words(value: float) -> str:
    return percent(value) if math.isfinite(value) else "–"
