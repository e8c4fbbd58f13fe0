"""The charts of a room: the weights of everybody in a triangle over the regions of a map, and how numbers spread."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from prioritiser.charts.base import (
    BLUE,
    INK,
    LINE,
    PAPER,
    QUIET,
    TIER_COLOURS,
    as_given,
    finished_chart,
    quickly,
    told_apart,
)
from prioritiser.charts.theme import TEXT, TIER_SIGNS
from prioritiser.scenario.in_words import TIER_NAMES

# Colour and how much of it for each shade of a region, as the weight picker has them.
_SHADES = ((BLUE, 0.12), (QUIET, 0.26), (BLUE, 0.24), (QUIET, 0.14), (BLUE, 0.34))
_TALL, _HEAD, _FOOT = 400, 24, 28
_HIGH = math.sqrt(3) / 2
_BAND = 0.3  # of its length: height of the line that two tiers make
_LEAST_DOT, _A_PERSON, _MEAN = 90, 55, 260
_ROW = 46

type Point = tuple[float, float]


def corners(tiers: Sequence[str]) -> list[Point]:
    """Places of all the weight on one tier: in a triangle of side 1, or at the ends of a line."""
    return [(0.5, _HIGH), (0.0, 0.0), (1.0, 0.0)] if len(tiers) > 2 else [(0.0, 0.0), (1.0, 0.0)]


def place(weights: Mapping[str, float], tiers: Sequence[str]) -> Point:
    """Place of weights, by tier and in any unit; in the middle of a line's height."""
    total = math.fsum(weights[tier] for tier in tiers)
    parts = [weights[tier] / total if total > 0 else 1 / len(tiers) for tier in tiers]
    x, y = (math.fsum(p * at[axis] for p, at in zip(parts, corners(tiers), strict=True)) for axis in (0, 1))
    return x, y if len(tiers) > 2 else _BAND / 2


def region_rows(regions: Sequence[tuple[Sequence[Sequence[float]], int]], tiers: Sequence[str]) -> pd.DataFrame:
    """Rows of the outlines of a map's regions: region, order, x, y, fill, ink (how much of it).

    regions: corners (points × tiers) in order around each, and its shade.
    """
    rows = []
    for number, (points, shade) in enumerate(regions):
        fill, ink = _SHADES[shade % len(_SHADES)]
        spots = [place(dict(zip(tiers, point, strict=True)), tiers) for point in points]
        if len(tiers) < 3:
            ends = sorted(x for x, _ in spots)
            spots = [(ends[0], 0.0), (ends[-1], 0.0), (ends[-1], _BAND), (ends[0], _BAND)]
        rows += [
            {"region": number, "order": order, "x": x, "y": y, "fill": fill, "ink": ink}
            for order, (x, y) in enumerate([*spots, spots[0]])
        ]
    return pd.DataFrame(rows, columns=["region", "order", "x", "y", "fill", "ink"])


@quickly
def dots_chart(regions: pd.DataFrame, dots: pd.DataFrame, tiers: list[str]) -> alt.LayerChart:
    """Draw everybody's weights as dots over the regions of a map, with the mean of the room.

    regions: see `region_rows`; may be empty. dots: x, y (see `place`), kind ('before', 'now' or 'mean'), people (how
    many say just this), words. tiers: two or three that can be weighed.
    """
    high = _HIGH if len(tiers) > 2 else _BAND
    side = f"min(width - 8, {(_TALL - _HEAD - _FOOT) / _HIGH:.1f})"
    across = alt.Scale(
        domain=[0, 1],
        range=[alt.ExprRef(f"(width - {side}) / 2"), alt.ExprRef(f"(width + {side}) / 2")],
        nice=False,
        zero=False,
    )
    up = alt.Scale(
        domain=[0, high], range=[alt.ExprRef(f"{_HEAD} + {high:.4f} * {side}"), _HEAD], nice=False, zero=False
    )

    def at(x: str = "x:Q", y: str = "y:Q") -> dict[str, Any]:
        return {"x": alt.X(x, scale=across, axis=None), "y": alt.Y(y, scale=up, axis=None)}

    layers: list[alt.Chart] = []
    if len(regions):
        filled = alt.Chart(regions).mark_line(filled=True, stroke=PAPER, strokeWidth=1, strokeJoin="round")
        layers.append(
            filled.encode(
                **at(),
                detail="region:N",
                order="order:Q",
                color=as_given("fill"),
                opacity=alt.Opacity("ink:Q", scale=None, legend=None),
            )
        )
    layers.append(_frame(tiers, high).mark_line(color=QUIET, strokeWidth=1.5).encode(**at(), order="order:Q"))
    layers += _dots(dots, at())
    layers += _ends(tiers, at)
    return finished_chart(alt.layer(*layers), height=_TALL if len(tiers) > 2 else 150)


def _frame(tiers: Sequence[str], high: float) -> alt.Chart:
    spots = corners(tiers) if len(tiers) > 2 else [(0.0, 0.0), (1.0, 0.0), (1.0, high), (0.0, high)]
    rows = [{"x": x, "y": y, "order": order} for order, (x, y) in enumerate([*spots, spots[0]])]
    return alt.Chart(pd.DataFrame(rows))


def _dots(dots: pd.DataFrame, at: dict[str, Any]) -> list[alt.Chart]:
    """Draw each kind that there is: a layer without marks would be a picture without a name."""
    looks: dict[str, dict[str, Any]] = {
        "before": {"shape": "circle", "filled": False, "stroke": INK, "strokeWidth": 2, "opacity": 0.75},
        "now": {"filled": True, "fill": INK, "stroke": PAPER, "strokeWidth": 1.5, "opacity": 0.9},
        "mean": {"shape": "diamond", "filled": True, "fill": PAPER, "stroke": INK, "strokeWidth": 2.5, "opacity": 1},
    }
    size = alt.Size("size:Q", scale=None, legend=None)
    tooltip = [alt.Tooltip("words:N", title="Weights")]
    layers = []
    for kind, look in looks.items():
        mine = dots[dots["kind"] == kind]
        if len(mine):
            sized = mine.assign(size=_MEAN if kind == "mean" else _LEAST_DOT + _A_PERSON * (mine["people"] - 1))
            layers.append(alt.Chart(sized).mark_point(**look).encode(**at, size=size, tooltip=tooltip))
    return layers


def _ends(tiers: Sequence[str], at: Any) -> list[alt.Chart]:
    """Name the corners: each by its sign and colour, within the chart."""
    aligned: list[Any] = ["center", "left", "right"] if len(tiers) > 2 else ["left", "right"]
    layers = []
    for tier, align, (x, y) in zip(tiers, aligned, corners(tiers), strict=True):
        above = len(tiers) > 2 and align == "center"
        base = alt.Chart(pd.DataFrame([{"x": x, "y": y, "words": f"{TIER_SIGNS[tier]} {TIER_NAMES[tier]}"}]))
        mark = base.mark_text(
            align=align,
            dy=-12 if above else 16,
            fontSize=TEXT,
            fontWeight="bold",
            baseline="middle",
            color=TIER_COLOURS[tier],
        )
        layers.append(mark.encode(**at(), text="words:N"))
    return layers


@quickly
def spread_chart(rows: pd.DataFrame, most: float) -> alt.LayerChart:
    """Draw one line a row: a thin line from the least to the most, a bar over the middle half, a mark at the median.

    rows: name, said (both are written), words, least, lower, median, upper, largest (fractions), tier ('' for none).
    most: what the right edge is.
    """
    drawn = rows.assign(
        name=told_apart(rows["name"], 56),
        line=range(len(rows)),
        fill=[TIER_COLOURS.get(tier, INK) for tier in rows["tier"]],
    )
    base = alt.Chart(drawn).transform_calculate(
        above="datum.line + 0.28", centre="datum.line + 0.7", left="0", edge=str(most)
    )
    sideways = alt.Scale(domain=[0, most], nice=False, zero=False)
    down = alt.Scale(domain=[0, len(rows)], reverse=True, nice=False, zero=False)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=sideways, axis=None)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=down, axis=None)

    tooltip = [alt.Tooltip("name:N", title="Of"), alt.Tooltip("words:N", title="Spread")]
    track = base.mark_rule(color=LINE).encode(x=x("left"), x2="edge:Q", y=y("centre"))
    whole = base.mark_rule(strokeWidth=2).encode(
        x=x("least"), x2="largest:Q", y=y("centre"), color=as_given("fill"), tooltip=tooltip
    )
    middle = base.mark_rule(strokeWidth=10, opacity=0.5).encode(
        x=x("lower"), x2="upper:Q", y=y("centre"), color=as_given("fill"), tooltip=tooltip
    )
    median = base.mark_point(shape="circle", filled=True, size=130, stroke=PAPER, strokeWidth=1.5, opacity=1).encode(
        x=x("median"), y=y("centre"), color=as_given("fill"), tooltip=tooltip
    )
    look: dict[str, Any] = {"fontSize": TEXT, "baseline": "middle", "color": INK}
    names = base.mark_text(align="left", limit=alt.ExprRef("0.66 * width"), **look).encode(
        x=x("left"), y=y("above"), text="name:N"
    )
    words = base.mark_text(align="right", fontWeight="bold", limit=alt.ExprRef("0.32 * width"), **look).encode(
        x=x("edge"), y=y("above"), text="said:N"
    )
    return finished_chart(alt.layer(track, whole, middle, median, names, words), height=_ROW * len(rows))
