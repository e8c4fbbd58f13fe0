"""Figures as native stacked bars over a part that is not seen: when initiatives run, and what adds up to the score."""

import math
from typing import Any

import pandas as pd
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.slide import Slide

from prioritiser.charts.specification import is_whole, years_of
from prioritiser.charts.theme import BLUE, GROUND, INK, MIDDLE_BLUE, PAPER, RUST, TEAL
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.slides.chart_parts import (
    PERCENT,
    Value,
    bar_rows,
    fix_plot,
    hide_values,
    label_point,
    paint,
    place_chart,
    show_categories,
)
from prioritiser.exports.slides.charts import bar_labels, lower
from prioritiser.exports.slides.frame import Box
from prioritiser.exports.slides.text import INCH, SMALLEST, cut, text_width
from prioritiser.report.document import Figure
from prioritiser.text.formatting import MINUS, brief_year, percent, points_number
from prioritiser.text.shortening import cut_apart

MOST_BARS = 15
MOST_COLUMNS = 6
_LABEL = 0.4  # share of a chart for the names of initiatives
_STEPS_WIDTH = 0.62  # share of a chart for the steps from top to bottom
_WORDS_ROOM = 80  # points that the words of a change need
_KINDS = (("total", "Total", BLUE), ("gain", "Gain", TEAL), ("loss", "Loss", RUST))


type Look = tuple[Any, list[str], list[str], float]


def draw_gantt(slide: Slide, figure: Figure, box: Box, alt: str) -> None:
    """Draw one bar an initiative, from its first to its last year, below a row that names the years."""
    box = lower(box, len(figure.rows) + 1)
    rows, years = figure.rows, years_of(figure)
    labels = ["Years", *bar_labels([str(name) for name in rows["initiative"]], box, _LABEL)]
    starts = [None, *(float(first) for first in rows["first"])]
    lasting = [float(last) - float(first) + 1 for first, last in zip(rows["first"], rows["last"], strict=True)]
    wholes = [is_whole(float(share)) for share in rows["share"]]
    year_room = box.width * (0.98 - _LABEL) * INCH / len(years)
    if any(text_width(year, SMALLEST) > year_room - 4 for year in years):
        years = [brief_year(year) for year in years]
    series: dict[str, list[Value]] = {"Years before": starts}
    series["Whole"] = [None, *(years_on if whole else None for years_on, whole in zip(lasting, wholes, strict=True))]
    series["In part"] = [None, *(None if whole else on for on, whole in zip(lasting, wholes, strict=True))]
    nothing: list[Value] = [None] * len(rows)
    series |= {year: [1.0, *nothing] for year in years}
    chart = place_chart(
        slide, XL_CHART_TYPE.BAR_STACKED, bar_rows(labels, series, "0"), box, ("Chart of when each starts", alt)
    )
    plot = chart.plots[0]
    plot.gap_width = 35
    for bars, fill in zip(plot.series, ("", BLUE, MIDDLE_BLUE, *[GROUND] * len(years)), strict=True):
        paint(bars, fill, PAPER if fill == GROUND else "")
    for bars, year in zip(list(plot.series)[3:], years, strict=True):
        label_point(bars.points[0], year, INK, XL_LABEL_POSITION.CENTER)
    _name_leads(plot, rows, lasting, year_room)
    hide_values(chart, 0.0, 0.0)
    chart.value_axis.maximum_scale = float(len(years))
    show_categories(chart, from_top=True)
    fix_plot(chart, _LABEL, 0.01, 0.98 - _LABEL, 0.97)


def draw_waterfall(slide: Slide, figure: Figure, box: Box, alt: str) -> None:
    """Draw what adds up to the score as columns, one a step, from left to right."""
    rows = figure.rows
    steps = [str(step) for step in rows["step"]]
    room = box.width * INCH / len(steps) - 8
    words = _change_words(rows, is_brief=room < _WORDS_ROOM)
    labels = cut_apart([one_line(step) for step in steps], lambda step: cut(step, room, SMALLEST, 3))
    _draw_steps(slide, rows, box, (XL_CHART_TYPE.COLUMN_STACKED, labels, words, 0.1), alt)


def draw_long_waterfall(slide: Slide, figure: Figure, box: Box, alt: str) -> None:
    """Draw what adds up to the score as bars, one a step, from top to bottom."""
    rows, words = figure.rows, _change_words(figure.rows, is_brief=False)
    box = lower(box, len(rows))
    widest = max(text_width(text, SMALLEST) for text in words) + 8
    labels = bar_labels([str(step) for step in rows["step"]], box)
    share = widest / (box.width * _STEPS_WIDTH * INCH)
    chart = _draw_steps(slide, rows, box, (XL_CHART_TYPE.BAR_STACKED, labels, words, share), alt)
    fix_plot(chart, 0.36, 0.01, _STEPS_WIDTH, 0.97)


def _draw_steps(
    slide: Slide, rows: pd.DataFrame, box: Box, look: tuple[Any, list[str], list[str], float], alt: str
) -> Any:
    """Draw the steps. look: kind of chart, names, words at the ends, and the share of the chart that words take."""
    kind, labels, words, share = look
    series, colours = _stacks(rows)
    low, high = _ends(rows)
    ends = _label_sides(rows)
    room = (high - low) * share / (1 - share * len(set(ends)))
    series["Change"] = [room * side for side in ends]
    chart = place_chart(slide, kind, bar_rows(labels, series, PERCENT), box, ("Chart of what adds up", alt))
    plot = chart.plots[0]
    plot.gap_width = 35
    for bars, fill in zip(plot.series, (*colours, ""), strict=True):
        paint(bars, fill)
    change = list(plot.series)[-1]
    for position, text in enumerate(words):
        label_point(change.points[position], text, INK, XL_LABEL_POSITION.CENTER)
    hide_values(chart, 0.0, 0.0)
    chart.value_axis.minimum_scale = low - (room if -1 in ends else 0.0)
    chart.value_axis.maximum_scale = high + (room if 1 in ends else 0.0)
    show_categories(chart, from_top=kind == XL_CHART_TYPE.BAR_STACKED)
    return chart


def _name_leads(plot: Any, rows: pd.DataFrame, lasting: list[float], year_room: float) -> None:
    """Write on each bar who leads it, and its share where that is not all of it, as far as there is room."""
    for position, (lead, share, on) in enumerate(zip(rows["lead"], rows["share"], lasting, strict=True)):
        whole, room = is_whole(float(share)), on * year_room - 10
        part, lead_words = percent(float(share)), one_line(str(lead))
        words = lead_words if whole else f"{part} · {lead_words}" if lead_words else part
        shown = cut(words, room, SMALLEST)
        if shown != words and not whole:
            shown = part
        if shown == words or len(shown) > 3 or not whole:
            bars = plot.series[1 if whole else 2]
            label_point(bars.points[position + 1], shown, PAPER if whole else INK, XL_LABEL_POSITION.CENTER)


def _stacks(rows: pd.DataFrame) -> tuple[dict[str, list[Value]], list[str]]:
    """Split each step where it crosses zero: what is not seen below it, and its parts above and below zero."""
    under: list[Value] = []
    above: dict[str, list[Value]] = {kind: [] for kind, _, _ in _KINDS}
    below: dict[str, list[Value]] = {kind: [] for kind, _, _ in _KINDS}
    for start, end, own in rows[["start", "end", "kind"]].itertuples(index=False):
        low, high = min(float(start), float(end)), max(float(start), float(end))
        under.append(low if low > 0 else high if high < 0 else None)
        for kind, ups in above.items():
            up, down = max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)
            ups.append(up if kind == own and up else None)
            below[kind].append(down if kind == own and down else None)
    series, colours = {"Up to here": under}, [""]
    for kind, words, fill in _KINDS:
        series[words] = above[kind]
        colours.append(fill)
        if any(value is not None for value in below[kind]):
            series[f"{words}, below zero"] = below[kind]
            colours.append(fill)
    return series, colours


def _label_sides(rows: pd.DataFrame) -> list[int]:
    """Say at which end of each step its words stand: 1 above, -1 below where all of it is below zero."""
    return [1 if max(start, end) > 0 else -1 for start, end in zip(rows["start"], rows["end"], strict=True)]


def _change_words(rows: pd.DataFrame, is_brief: bool) -> list[str]:
    moves = [abs(float(change)) for change, kind in zip(rows["change"], rows["kind"], strict=True) if kind != "total"]
    decimals = 1 if any(0 < move < 0.01 for move in moves) else 0
    words = []
    for change, kind in zip(rows["change"], rows["kind"], strict=True):
        number = points_number(abs(float(change)), decimals)
        sign = "+" if change > 0 else MINUS if change < 0 else ""
        points = "" if is_brief else " point" if number == "1" else " points"
        words.append(percent(float(change), decimals) if kind == "total" else f"{sign}{number}{points}")
    return words


def _ends(rows: pd.DataFrame) -> tuple[float, float]:
    values = [0.0, *(float(value) for key in ("start", "end") for value in rows[key] if math.isfinite(value))]
    low, high = min(values), max(values)
    return low, high if high > low else low + 1.0
