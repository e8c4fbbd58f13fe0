"""A figure: portfolios by two tiers, with a third as the size of the mark; the chosen one stands out."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from prioritiser.charts.drawing.canvas import NOTE_MIDDLE, NOTE_RIGHT, WIDTH, Canvas, Letters, Look, tier_name
from prioritiser.charts.drawing.labels import Places
from prioritiser.charts.drawing.legend import Entry, draw_legend, legend_height, mark_swatch
from prioritiser.charts.drawing.letters import cut
from prioritiser.charts.drawing.scales import Scale, scale_over
from prioritiser.charts.theme import BLUE, INK, PAPER, QUIET, SMALL, text_width
from prioritiser.report.document import Figure
from prioritiser.text.formatting import percent
from prioritiser.text.shortening import cut_apart

_LEFT, _RIGHT, _HIGH, _TITLE = 64, 616, 330, 30
_SMALLEST, _LARGEST, _CHOSEN = 8.0, 20.0, 16.0
_NAME, _CLEAR = 220, 9
_OTHER_LOOK, _CHOSEN_LOOK = Look(PAPER, BLUE, 2), Look(INK, PAPER, 2)


@dataclass(frozen=True)
class _Point:
    x: float
    y: float
    size: float
    name: str
    chosen: bool


def draw_trade_off(figure: Figure) -> Canvas:
    """Draw a mark a portfolio: across and up by the first two tiers, its size by the third."""
    tiers = [str(tier) for tier in figure.options["tiers"]][:3]
    across, up = tiers[0], tiers[1] if len(tiers) > 1 else ""
    rows = [row for row in figure.rows.to_dict("records") if all(math.isfinite(row[tier]) for tier in tiers)]
    thirds = [float(row[tiers[2]]) for row in rows] if len(tiers) > 2 else []
    entries = _entries(rows, tiers, thirds)
    top = legend_height(entries) + (_TITLE if up else 0)
    high = _HIGH if up else 80
    canvas = Canvas(top + high + 50)
    draw_legend(canvas, 0, 0, entries)
    wide = scale_over(_with_room(row[across] for row in rows), _LEFT, _RIGHT)
    tall = scale_over(_with_room(row[up] for row in rows) if up else [0.0], top + high, top)
    _draw_axes(canvas, (wide, tall), (across, up))
    sizes = Scale(min(thirds), max(thirds), _SMALLEST, _LARGEST) if thirds and max(thirds) > min(thirds) else None
    points = []
    for row, name in zip(rows, cut_apart([str(row["name"] or "") for row in rows], _cut), strict=True):
        x, y = wide.at(float(row[across])), tall.at(float(row[up])) if up else top + high / 2
        size = sizes.at(float(row[tiers[2]])) if sizes else 11.0
        points.append(_Point(x, y, size, name, bool(row["chosen"])))
    _draw_points(canvas, points, (_LEFT, top, WIDTH, top + high))
    return canvas


def _cut(name: str) -> str:
    return cut(name, _NAME, SMALL, bold=True)


def _entries(rows: list[dict[Any, Any]], tiers: list[str], thirds: list[float]) -> list[Entry]:
    entries: list[Entry] = []
    if any(row["chosen"] for row in rows):
        entries.append((mark_swatch("circle", _CHOSEN, _CHOSEN_LOOK), "recommended"))
    if any(not row["chosen"] for row in rows):
        entries.append((mark_swatch("circle", 11, _OTHER_LOOK), "other portfolios"))
    if thirds and max(thirds) > min(thirds):
        small, large = (percent(end(thirds)) for end in (min, max))
        entries.append((mark_swatch("circle", _SMALLEST, Look(PAPER, QUIET, 1.5)), f"{tier_name(tiers[2])} {small}"))
        entries.append((mark_swatch("circle", _LARGEST, Look(PAPER, QUIET, 1.5)), f"{tier_name(tiers[2])} {large}"))
    return entries


def _with_room(values: Iterable[float]) -> list[float]:
    ends = list(values) or [0.0]
    room = 0.04 * (max(ends) - min(ends))
    return [min(ends) - room, max(ends) + room]


def _draw_axes(canvas: Canvas, scales: tuple[Scale, Scale], tiers: tuple[str, str]) -> None:
    wide, tall = scales
    bottom = tall.start
    for step in wide.steps():
        canvas.grid((wide.at(step), tall.end), (wide.at(step), bottom))
        canvas.text(wide.at(step), bottom + 13, _step_words(step, wide), NOTE_MIDDLE)
    canvas.text(_RIGHT, bottom + 36, f"{tier_name(tiers[0])}: share of the way →", Letters(align="right", bold=True))
    if tiers[1]:
        for step in tall.steps():
            canvas.grid((_LEFT, tall.at(step)), (_RIGHT, tall.at(step)))
            canvas.text(_LEFT - 8, tall.at(step), _step_words(step, tall), NOTE_RIGHT)
        canvas.text(0, tall.end - _TITLE / 2, f"↑ {tier_name(tiers[1])}: share of the way", Letters(bold=True))


def _step_words(step: float, scale: Scale) -> str:
    return percent(step, 0 if scale.high - scale.low > 0.05 else 1)


def _draw_points(canvas: Canvas, points: list[_Point], bounds: tuple[float, float, float, float]) -> None:
    last = sorted(points, key=lambda point: (point.chosen, -point.size))
    named = [point for point in last if point.name or point.chosen]
    places, looser = Places(bounds), Places(bounds)
    for point in last:
        size = max(point.size, _CHOSEN) if point.chosen else point.size
        canvas.mark(point.x, point.y, "circle", size, _CHOSEN_LOOK if point.chosen else _OTHER_LOOK)
        for kept in (places, looser) if point in named else (places,):
            kept.mark(point.x, point.y, size)
    for point in reversed(named):
        label = cut(point.name or "Recommended", _NAME, SMALL, point.chosen)
        area = (text_width(label, SMALL, point.chosen) + 4, 15.0)
        gap = max(point.size, _CHOSEN if point.chosen else 0) / 2 + 3
        # where points lie so close that nothing is free, a label may cover points without a name
        place = places.find((point.x, point.y), area, gap, _CLEAR) or looser.find((point.x, point.y), area, gap)
        if place is None:
            continue
        for kept in (places, looser):
            kept.take(*place, *area)
        _draw_label(canvas, point, label, (place, area))


def _draw_label(
    canvas: Canvas, point: _Point, label: str, area: tuple[tuple[float, float], tuple[float, float]]
) -> None:
    (x, y), (width, height) = area
    nearest = (min(max(point.x, x - width / 2), x + width / 2), min(max(point.y, y - height / 2), y + height / 2))
    if math.dist(nearest, (point.x, point.y)) > point.size / 2 + 10:
        canvas.grid((point.x, point.y), nearest, Look(stroke=QUIET))
    canvas.plate((x, y), (width, height))
    canvas.text(x, y, label, Letters(SMALL, align="center", bold=point.chosen))
