"""The trade-off as a native chart of points: the recommended portfolio among the others, with names."""

import math
from typing import Any

import pandas as pd
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE
from pptx.slide import Slide
from pptx.util import Pt

from prioritiser.charts.theme import BLUE, INK, LINE, QUIET
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.slides import chart_parts
from prioritiser.exports.slides.frame import Box, colour
from prioritiser.exports.slides.text import SMALLEST, cut, text_width
from prioritiser.report.document import Figure
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.text.formatting import capital
from prioritiser.text.shortening import cut_apart

_OTHERS = "Other portfolios"
_NAME_ROOM, _LINE = 150, 15  # points
_MARK = 9  # points
_PLOT = (0.82, 0.66)  # shares of the chart that the points have
_SIDES = (
    (XL_LABEL_POSITION.RIGHT, 0.0, -0.5),
    (XL_LABEL_POSITION.LEFT, -1.0, -0.5),
    (XL_LABEL_POSITION.ABOVE, -0.5, 0.1),
    (XL_LABEL_POSITION.BELOW, -0.5, -1.1),
)
_STYLES = tuple(XL_MARKER_STYLE[name] for name in ("SQUARE", "TRIANGLE", "X", "PLUS", "STAR", "DASH"))

type Group = tuple[str, pd.DataFrame, bool]  # what it is called, its portfolios, and whether it is one of a name
type Area = tuple[float, float, float, float]


def draw_trade_off(slide: Slide, figure: Figure, box: Box, alt: str) -> None:
    """Draw portfolios by their scores in the first two tiers; the recommended one stands out and is named."""
    across, up = list(figure.options["tiers"])[:2]
    rows = figure.rows.dropna(subset=[across, up])
    groups = _groups(rows)
    points = chart_parts.point_rows(chart_parts.PERCENT)
    for name, own, _ in groups:
        series = points.add_series(name)
        for x, y in zip(own[across], own[up], strict=True):
            series.add_data_point(float(x), float(y))
    chart = chart_parts.place_chart(slide, XL_CHART_TYPE.XY_SCATTER, points, box, ("Chart of the trade-off", alt))
    ranges = [_padded(rows[tier]) for tier in (across, up)]
    for axis, tier, (low, high) in zip((chart.category_axis, chart.value_axis), (across, up), ranges, strict=True):
        chart_parts.show_values(axis, f"{TIER_NAMES.get(tier, capital(tier))}: share of the way to its targets")
        axis.minimum_scale, axis.maximum_scale = low, high
    sides = _label_sides(groups, (across, up), ranges, box)
    for position, (series, (name, own, is_named)) in enumerate(zip(chart.plots[0].series, groups, strict=True)):
        _mark(series, position, bool(own["chosen"].iloc[0]), is_named)
        if position in sides:
            chart_parts.label_point(series.points[0], name, INK, sides[position])
    chart_parts.add_legend(chart)


def _groups(rows: pd.DataFrame) -> list[Group]:
    """Split the portfolios: the unnamed ones together, each other by itself, the recommended one on top."""
    chosen, named = rows["chosen"].astype(bool), rows["name"] != ""
    keys = [*rows.index[~chosen & named], *rows.index[chosen]]
    names = [one_line(str(rows.loc[key, "name"])) or "Recommended" for key in keys]
    shown = cut_apart(names, lambda name: cut(name, _NAME_ROOM, SMALLEST))
    groups: list[Group] = [(_OTHERS, rows[~chosen & ~named], False)]
    groups += [(name, rows.loc[[key]], True) for name, key in zip(shown, keys, strict=True)]
    return [group for group in groups if len(group[1])]


def _label_sides(
    groups: list[Group], tiers: tuple[str, str], ranges: list[tuple[float, float]], box: Box
) -> dict[int, Any]:
    """Find for each group of a name, by position, a side where nothing else stands; the others are in the legend."""
    room = [share * size for share, size in zip(_PLOT, box.points, strict=True)]

    def place(row: pd.Series) -> tuple[float, float]:
        x, y = (
            (float(row[tier]) - low) / (high - low) * size
            for tier, (low, high), size in zip(tiers, ranges, room, strict=True)
        )
        return x, y

    taken: list[Area] = []
    for _, own, _ in groups:
        for _, row in own.iterrows():
            x, y = place(row)
            taken.append((x - _MARK / 2, y - _MARK / 2, x + _MARK / 2, y + _MARK / 2))
    sides: dict[int, Any] = {}
    for position, (name, own, is_named) in reversed([*enumerate(groups)]):
        if not is_named:
            continue
        x, y = place(own.iloc[0])
        width = text_width(name, SMALLEST)
        for side, left, below in _SIDES:
            start = x + left * width + (_MARK if left == 0 else -_MARK if left == -1 else 0)
            bottom = y + below * _LINE + (_MARK / 2 if below > 0 else -_MARK / 2 if below < -1 else 0)
            area = (start, bottom, start + width, bottom + _LINE)
            if start >= 0 and start + width <= room[0] and not any(_meet(area, other) for other in taken):
                sides[position] = side
                taken.append(area)
                break
    return sides


def _meet(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _mark(series: Any, position: int, is_chosen: bool, is_named: bool) -> None:
    marker = series.marker
    styled = _STYLES[position % len(_STYLES)] if is_named else XL_MARKER_STYLE.CIRCLE
    marker.style = XL_MARKER_STYLE.DIAMOND if is_chosen else styled
    marker.size = _MARK + 4 if is_chosen else _MARK
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = colour(BLUE if is_chosen else INK if is_named else LINE)
    marker.format.line.color.rgb = colour(BLUE if is_chosen else INK if is_named else QUIET)
    marker.format.line.width = Pt(1)


def _padded(values: pd.Series) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = max(0.05, 0.1 * (high - low))
    return math.floor(20 * (low - room)) / 20, math.ceil(20 * (high + room)) / 20
