"""Figures as native charts that can be edited: tiers, chances, use of capacity and the trade-off."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.slide import Slide

from prioritiser.charts.specification import keys_of, shown_of
from prioritiser.charts.theme import BLUE, INK, LINE, MIDDLE_BLUE, PAPER, QUIET, TIER_COLOURS
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.slides import chart_parts
from prioritiser.exports.slides.frame import Box
from prioritiser.exports.slides.shading import fullness, tier_label
from prioritiser.exports.slides.text import INCH, SMALLEST, cut, text_width
from prioritiser.report.document import Figure
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.text.formatting import brief_year, reading_unit, rounded
from prioritiser.text.shortening import cut_apart

MOST_CHARTS = 4
_BARS = (
    ("score", "This portfolio", BLUE, ""),
    ("today", "Today's plan", MIDDLE_BLUE, ""),
    ("do_nothing", "Doing nothing", LINE, QUIET),
    ("best_alone", "Best for this tier alone", PAPER, INK),
)
_LABEL = 0.36  # share of a chart for the names of its bars
_WHOLE_FROM, _FINE = 100, 2  # values without decimals; digits of those that are small


def draw_tiers(slide: Slide, figure: Figure, box: Box, alt: str) -> None:
    """Draw bars by tier: this portfolio, today's plan, doing nothing, and the best for the tier alone."""
    rows = figure.rows
    keys = shown_of(rows, [bar[0] for bar in _BARS])
    shown = [bar for bar in _BARS if bar[0] in keys]
    labels = [tier_label(str(name), str(tier)) for name, tier in zip(rows["name"], rows["tier"], strict=True)]
    bars = chart_parts.bar_rows(labels, {words: list(rows[key]) for key, words, _, _ in shown}, chart_parts.PERCENT)
    chart = chart_parts.place_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, bars, box, ("Chart of tiers", alt))
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 0
    for series, (key, _, fill, edge) in zip(plot.series, shown, strict=True):
        chart_parts.paint(series, fill, edge)
        chart_parts.label_shares(series, rows[key])
    values = rows[[key for key, _, _, _ in shown]]
    chart_parts.hide_values(chart, float(values.min().min()), float(values.max().max()))
    chart_parts.show_categories(chart, from_top=True)
    chart_parts.add_legend(chart)


def draw_chances(slide: Slide, figure: Figure, box: Box, alt: str) -> None:
    """Draw the chance of each goal as a bar, coloured and marked by its tier."""
    rows, box = figure.rows, lower(box, len(figure.rows))
    labels = bar_labels([tier_label(str(g), str(t)) for g, t in zip(rows["goal"], rows["tier"], strict=True)], box)
    tiers = [tier for tier in TIER_NAMES if (rows["tier"] == tier).any()]
    series = {tier_label(TIER_NAMES[tier], tier): list(rows["chance"].where(rows["tier"] == tier)) for tier in tiers}
    drawn = chart_parts.bar_rows(labels, series, chart_parts.PERCENT)
    chart = chart_parts.place_chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, drawn, box, ("Chart of chances", alt))
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    for tier, bars in zip(tiers, plot.series, strict=True):
        chart_parts.paint(bars, TIER_COLOURS[tier])
        chart_parts.label_shares(bars, rows["chance"].where(rows["tier"] == tier))
    chart_parts.hide_values(chart, 0.0, 1.0)
    chart_parts.show_categories(chart, from_top=True)
    chart_parts.add_legend(chart)
    chart_parts.fix_plot(chart, _LABEL, 0.01, 0.98 - _LABEL, 1 - 0.45 / box.height)


def draw_capacity(slide: Slide, figure: Figure, box: Box, alt: str) -> None:
    """Draw used and capacity by year, one chart a resource, the fullest first."""
    by_resource = (own for _, own in figure.rows.groupby(keys_of(figure.rows, "resource"), sort=False))
    resources = sorted(by_resource, key=lambda own: -_fullest(own))
    boxes = _halves(box, len(resources))
    titles = _titles(resources, boxes)
    for position, (rows, title, place) in enumerate(zip(resources, titles, boxes, strict=True)):
        name = str(rows["resource"].iloc[0])
        said = "; ".join(f"{year} {words}" for year, words in zip(rows["year"], rows["words"], strict=True))
        _draw_resource(slide, title, rows, place, alt if position == 0 else f"{name}: {said}.")


def lower(box: Box, bars: int) -> Box:
    """Return as much of a box as a few bars need."""
    return replace(box, height=min(box.height, 0.6 + 0.75 * bars))


def bar_labels(names: Sequence[str], box: Box, share: float = _LABEL) -> list[str]:
    """Cut the names of bars to the room that they have beside them."""
    room = box.width * share * INCH - 10
    lines = 2 if box.height * INCH / max(1, len(names)) > 34 else 1
    return cut_apart([one_line(name) for name in names], lambda name: cut(name, room, SMALLEST, lines))


def _titles(resources: Sequence[pd.DataFrame], boxes: Sequence[Box]) -> list[str]:
    """Name the charts of resources with the unit in which each is drawn, cut to their room."""
    units = [reading_unit(str(rows["unit"].iloc[0]), _largest(rows))[0] for rows in resources]
    named = [str(rows["resource"].iloc[0]) for rows in resources]
    wanted = [one_line(f"{name}, {unit}" if unit else name) for name, unit in zip(named, units, strict=True)]
    room = min(0.8 * box.points[0] for box in boxes)
    return cut_apart(wanted, lambda title: cut(title, room, 14, 1, bold=True))


def _draw_resource(slide: Slide, title: str, rows: pd.DataFrame, box: Box, alt: str) -> None:
    years = [str(year) for year in rows["year"]]
    room = box.width * INCH / max(1, len(years)) - 8
    if any(text_width(year, SMALLEST) > room for year in years):
        years = [brief_year(year) for year in years]
    factor = reading_unit(str(rows["unit"].iloc[0]), _largest(rows))[1]
    series = {"Used": [factor * used for used in rows["used"]]}
    if rows["capacity"].notna().any():
        series["Capacity"] = [factor * capacity for capacity in rows["capacity"]]
    largest = factor * _largest(rows)
    number_format = _form(series["Used"], largest)
    bars, named = chart_parts.bar_rows(years, series, number_format), (f"Chart: {title}"[:80], alt)
    chart = chart_parts.place_chart(slide, XL_CHART_TYPE.COLUMN_CLUSTERED, bars, box, named)
    chart_parts.add_title(chart, title)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 40, 100
    chart_parts.paint(plot.series[0], MIDDLE_BLUE)
    chart_parts.label_values(plot.series[0], number_format, XL_LABEL_POSITION.INSIDE_BASE)
    if len(series) > 1:
        chart_parts.paint(plot.series[1], "", INK)
    lowest = min(0.0, *series["Used"])
    chart_parts.hide_values(chart, lowest, max(largest, 0.0))
    chart_parts.show_categories(chart)
    chart_parts.add_legend(chart)


def _fullest(rows: pd.DataFrame) -> float:
    shares = [fullness(float(u), float(c)) for u, c in zip(rows["used"], rows["capacity"], strict=True)]
    return max((share for share in shares if not math.isnan(share)), default=-1.0)


def _largest(rows: pd.DataFrame) -> float:
    """Return the largest amount of a resource that is drawn, in its own unit."""
    return max(abs(float(value)) for key in ("used", "capacity") for value in rows[key] if not math.isnan(value))


def _form(values: Sequence[float], largest: float) -> str:
    """Write the number format that shows what is drawn: whole from 100 on, else as finely as the values need."""
    if largest >= _WHOLE_FROM:
        return "#,##0"
    most = 1 if largest >= _WHOLE_FROM / 10 else _FINE - min(0, math.floor(math.log10(largest))) if largest > 0 else 0
    needed = (n for n in range(most) if all(abs(value - rounded(value, n)) <= 0.005 * largest for value in values))
    decimals = next(needed, most)
    return f"0.{'0' * decimals}" if decimals else "0"


def _halves(box: Box, count: int) -> list[Box]:
    across = 1 if count == 1 else 2
    down = math.ceil(count / across)
    gap = 0.15
    width, height = (box.width - gap * (across - 1)) / across, (box.height - gap * (down - 1)) / down
    return [
        Box(box.left + n % across * (width + gap), box.top + n // across * (height + gap), width, height)
        for n in range(count)
    ]
