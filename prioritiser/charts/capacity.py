"""The charts of the Capacity page: a grid of capacities by year, and what more of each one buys."""

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
    Grid,
    either,
    finished_chart,
    placed_in_grid,
    quickly,
)
from prioritiser.charts.specification import keys_of
from prioritiser.charts.theme import TEXT

_ROW = 54


@quickly
def grid_chart(cells: pd.DataFrame) -> alt.LayerChart:
    """Draw a grid: a line per row, a cell per year, its words in it; deep where it is strong, framed where marked.

    cells: key (tells the lines apart), row, year, strength (strong, some or none), marked (a thick frame), words, brief
    (for narrow cells). Every cell says in words what its shade and frame say.
    """
    keys = keys_of(cells, "row", "key")
    drawn = placed_in_grid(cells, keys).assign(
        key=keys,
        edge=either(cells["marked"], INK, EDGE),
        edge_px=either(cells["marked"], 4, 1),
        ink=either(cells["strength"] == "strong", ON_STRONG, INK),
    )[[*_DRAWN]]
    lines = len({*keys})
    grid = Grid(cells["year"].nunique(), lines, 6, name=0.22, top=0.42, middle=0.69, names="row", width=0.97)
    base = grid.base
    strengths = alt.Scale(domain=["strong", "some", "none"], range=[STRONG, MIDDLE, PAPER])
    boxes = base.mark_rect().encode(
        x=grid.x("left"),
        x2="right:Q",
        y=grid.y("top"),
        y2="bottom:Q",
        color=alt.Color("strength:N", scale=strengths, legend=None),
        stroke=alt.Stroke("edge:N", scale=None, legend=None),
        strokeWidth=alt.StrokeWidth("edge_px:Q", scale=None, legend=None),
        tooltip=[alt.Tooltip("row:N", title="Which"), alt.Tooltip("year:N", title="Year"), alt.Tooltip("words:N")],
    )
    return finished_chart(alt.layer(boxes, *grid.words(base), data=drawn), height=24 + _ROW * max(1, lines))


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
        labelFontSize=TEXT, titleFontSize=TEXT, tickCount=4, domain=False, ticks=False, title="Points of the score"
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
