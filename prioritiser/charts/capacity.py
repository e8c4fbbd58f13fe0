"""The charts of the Capacity page: a grid of capacities by year, and what more of each one buys."""

from __future__ import annotations

import altair as alt
import pandas as pd

from prioritiser.charts.base import (
    EDGE,
    INK,
    MIDDLE,
    ON_STRONG,
    PAGE,
    PAPER,
    STRONG,
    as_given,
    either,
    finished_chart,
    keys_of,
    quickly,
    words_px,
)
from prioritiser.charts.theme import TEXT
from prioritiser.text.formatting import brief_year

_ROW = 54


@quickly
def grid_chart(cells: pd.DataFrame) -> alt.LayerChart:
    """Draw a grid: a line per row, a cell per year, its words in it; deep where it is strong, framed where marked.

    cells: key (tells the lines apart), row, year, strength (strong, some or none), marked (a thick frame), words, brief
    (for narrow cells). Every cell says in words what its shade and frame say.
    """
    years, names = list(dict.fromkeys(cells["year"])), list(dict.fromkeys(keys_of(cells, "key", "row")))
    drawn = _placed(cells, years, names)
    room = f"(0.94 * width / {max(1, len(years))} - 6)"
    base = alt.Chart().transform_calculate(
        left="datum.cell + 0.03",
        right="datum.cell + 0.97",
        top="datum.line + 0.42",
        bottom="datum.line + 0.94",
        middle="datum.line + 0.69",
        centre="datum.cell + 0.5",
        shown=f"datum.words_px <= {room} ? datum.words : datum.brief_px <= {room} ? datum.brief : ''",
        shown_year=f"datum.year_px <= {room} ? datum.year : datum.brief_year",
    )
    sideways = alt.Scale(domain=[0, len(years)], nice=False, zero=False)
    down = alt.Scale(domain=[-0.6, len(names)], reverse=True, nice=False, zero=False)
    across, left = (alt.X(f"{place}:Q", scale=sideways, axis=None) for place in ("centre", "left"))
    tooltip = [alt.Tooltip("row:N", title="Which"), alt.Tooltip("year:N", title="Year"), alt.Tooltip("words:N")]
    strengths = alt.Scale(domain=["strong", "some", "none"], range=[STRONG, MIDDLE, PAPER])
    boxes = base.mark_rect().encode(
        x=left,
        x2="right:Q",
        y=alt.Y("top:Q", scale=down, axis=None),
        y2="bottom:Q",
        color=alt.Color("strength:N", scale=strengths, legend=None),
        stroke=alt.Stroke("edge:N", scale=None, legend=None),
        strokeWidth=alt.StrokeWidth("edge_px:Q", scale=None, legend=None),
        tooltip=tooltip,
    )
    words = base.mark_text(fontSize=TEXT, baseline="middle").encode(
        x=across,
        y=alt.Y("middle:Q", scale=down, axis=None),
        text="shown:N",
        color=as_given("ink"),
    )
    labels = (
        base.transform_filter("datum.cell == 0")
        .transform_calculate(above="datum.line + 0.22")
        .mark_text(align="left", fontSize=TEXT, baseline="middle", color=INK, limit=alt.ExprRef("0.97 * width"))
        .encode(x=left, y=alt.Y("above:Q", scale=down, axis=None), text="row:N")
    )
    heads = (
        base.transform_filter("datum.line == 0")
        .transform_calculate(head="-0.25")
        .mark_text(fontSize=TEXT, fontWeight="bold", baseline="middle", color=INK, limit=alt.ExprRef(room))
        .encode(x=across, y=alt.Y("head:Q", scale=down, axis=None), text="shown_year:N")
    )
    return finished_chart(alt.layer(boxes, words, labels, heads, data=drawn), height=24 + _ROW * max(1, len(names)))


def _placed(cells: pd.DataFrame, years: list[str], names: list[str]) -> pd.DataFrame:
    """Add where each cell stands, how wide its words are and how it is drawn."""
    placed = cells.assign(
        cell=[years.index(year) for year in cells["year"]],
        key=keys_of(cells, "key", "row"),
        line=[names.index(name) for name in keys_of(cells, "key", "row")],
        words_px=[words_px(words) for words in cells["words"]],
        brief_px=[words_px(brief) for brief in cells["brief"]],
        year_px=[words_px(year, bold=True) for year in cells["year"]],
        brief_year=[brief_year(year) for year in cells["year"]],
        edge=either(cells["marked"], INK, EDGE),
        edge_px=either(cells["marked"], 4, 1),
        ink=either(cells["strength"] == "strong", ON_STRONG, INK),
    )
    return placed[[*_DRAWN]]


_DRAWN = (
    *("key", "row", "year", "strength", "marked", "words", "brief"),
    *("cell", "line", "words_px", "brief_px", "year_px", "brief_year", "edge", "edge_px", "ink"),
)


@quickly
def buys_chart(buys: pd.DataFrame) -> alt.LayerChart:
    """Draw what more of each capacity buys: a bar for the larger step, a diamond for the smaller one.

    buys: label (capacity and year), larger, smaller (points of the score; NaN is not drawn), larger_words,
    smaller_words.
    """
    names = list(buys["label"])
    base = alt.Chart()
    down = alt.Y("line:Q", axis=None, scale=alt.Scale(domain=[0, len(names)], reverse=True, nice=False, zero=False))
    axis = alt.Axis(
        labelFontSize=TEXT,
        titleFontSize=TEXT,
        tickCount=4,
        domain=False,
        ticks=False,
        title="Points of the score",
    )
    across = alt.X("larger:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
    tooltip = [
        alt.Tooltip("label:N", title="Capacity"),
        alt.Tooltip("smaller_words:N", title="5 % more"),
        alt.Tooltip("larger_words:N", title="10 % more"),
    ]
    drawn = buys.assign(
        line=[number + 0.72 for number in range(len(names))], above=[number + 0.26 for number in range(len(names))]
    )
    bars = base.mark_bar(orient="horizontal", height=16, color=MIDDLE, stroke=INK, strokeWidth=1).encode(
        y=down, x=across, x2=alt.datum(0), tooltip=tooltip
    )
    marks = base.mark_point(shape="diamond", size=120, filled=True, fill=PAGE, stroke=INK, strokeWidth=2, opacity=1)
    labels = base.mark_text(
        align="left", fontSize=TEXT, baseline="middle", color=INK, limit=alt.ExprRef("width")
    ).encode(
        y=alt.Y("above:Q", axis=None, scale=alt.Scale(domain=[0, len(names)], reverse=True, nice=False, zero=False)),
        x=alt.value(0),
        text="label:N",
    )
    smaller = marks.encode(y=down, x=alt.X("smaller:Q"), tooltip=tooltip)
    return finished_chart(alt.layer(bars, smaller, labels, data=drawn), height=46 * max(1, len(names)) + 46)
