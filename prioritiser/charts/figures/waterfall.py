"""A figure: from today's plan to the recommendation, step by step."""

from typing import Any

from prioritiser.charts.drawing.canvas import NOTE_MIDDLE, Canvas, Letters, Look
from prioritiser.charts.drawing.legend import Entry, box_swatch, draw_legend, legend_height
from prioritiser.charts.drawing.letters import wrapped_apart
from prioritiser.charts.drawing.scales import Scale, scale_over
from prioritiser.charts.theme import BLUE, INK, LINE, QUIET, RUST, SMALL, text_width
from prioritiser.report.document import Figure
from prioritiser.text.formatting import change_words, percent

_ROW, _BAR, _NAME, _GAP, _WORDS = 36, 20, 230, 12, 84
_LOOKS = {"total": Look(INK), "gain": Look(BLUE), "loss": Look(RUST)}
_NAMES = {"total": "the whole plan", "gain": "gain (+)", "loss": "loss (−)"}


def draw_waterfall(figure: Figure) -> Canvas:
    """Draw a bar a step, each beginning where the one before ends; its sign stands in its words too."""
    rows = figure.rows.to_dict("records")
    kinds = {str(row["kind"]) for row in rows}
    entries: list[Entry] = [(box_swatch(_LOOKS[kind]), words) for kind, words in _NAMES.items() if kind in kinds]
    decimals = 1 if any(abs(row["change"]) < 0.015 for row in rows if row["kind"] != "total") else 0
    left = min(max((text_width(str(row["step"]), SMALL, bold=True) for row in rows), default=0.0), _NAME) + _GAP
    top = legend_height(entries)
    bottom = top + _ROW * len(rows)
    canvas = Canvas(bottom + 24)
    draw_legend(canvas, 0, 0, entries)
    ends = [float(row[key]) for row in rows for key in ("start", "end")]
    scale = scale_over([0.0, *ends], left, canvas.width - _WORDS)
    for step in scale.steps(5):
        canvas.grid((scale.at(step), top), (scale.at(step), bottom), Look(stroke=LINE if step else QUIET))
        canvas.text(scale.at(step), bottom + 12, percent(step, _decimals_of(scale)), NOTE_MIDDLE)
    names = wrapped_apart([str(row["step"]) for row in rows], scale.start - _GAP, SMALL)
    for number, row in enumerate(rows):
        y = top + _ROW * (number + 0.5)
        if number + 1 < len(rows):
            at = scale.at(float(row["end"]))
            canvas.grid((at, y), (at, y + _ROW), Look(stroke=QUIET))
        _draw_step(canvas, row | {"lines": names[number]}, scale, y, decimals)
    return canvas


def _draw_step(canvas: Canvas, row: dict[Any, Any], scale: Scale, y: float, decimals: int) -> None:
    is_total = row["kind"] == "total"
    letters = Letters(SMALL, bold=is_total)
    canvas.lines(0, y, row["lines"], letters)
    ends = sorted((scale.at(float(row["start"])), scale.at(float(row["end"]))))
    canvas.box(ends[0], y - _BAR / 2, max(ends[1] - ends[0], 1), _BAR, _LOOKS.get(str(row["kind"]), _LOOKS["total"]))
    change = float(row["change"])
    said = percent(change, decimals) if is_total else change_words(100 * change, "%", decimals)
    width = text_width(said, SMALL, bold=True)
    place = ends[1] + 6
    canvas.plate((place + width / 2, y), (width + 4, 16))
    canvas.text(place, y, said, Letters(SMALL, bold=True))


def _decimals_of(scale: Scale) -> int:
    return 0 if scale.high - scale.low > 0.04 else 1
