"""The charts of the Balance page: tiers, use of capacities, money, groups."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from prioritiser.charts.base import (
    BLUE,
    EDGE,
    INK,
    MIDDLE,
    ON_STRONG,
    PAGE,
    PAPER,
    QUIET,
    ROWS,
    STRONG,
    TIER_COLOURS,
    Grid,
    Spec,
    as_given,
    either,
    finished_chart,
    layout,
    placed_in_grid,
    told_apart,
    with_rows,
    with_words,
    words_px,
)
from prioritiser.charts.specification import keys_of
from prioritiser.charts.theme import TEXT
from prioritiser.text.formatting import is_long_year, reading_unit


def tier_chart(tiers: pd.DataFrame) -> Spec:
    """Draw how far each tier gets: a bar for the plan, ticks for doing nothing and today's plan, best alone a diamond.

    tiers: tier, name, label, score, do_nothing, today, best_alone (fractions; NaN is not drawn).
    """
    amounts = tiers[["score", "do_nothing", "today", "best_alone"]].min(axis=1)
    lowest = min(-0.01, float(amounts.min()) - 0.02)
    return with_rows(_tier_layout(len(tiers), round(lowest, 4)), with_words(tiers, *_TIER_MARKS))


_TIER_MARKS = {
    "score": "This portfolio",
    "do_nothing": "Doing nothing",
    "today": "Today's plan",
    "best_alone": "Best alone",
}


@layout
def _tier_layout(tiers: int, lowest: float) -> alt.LayerChart:
    position = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelFontSize=TEXT, labelFontWeight="bold"))
    scale = alt.Scale(domain=[lowest, 1.0], nice=False)
    axis = alt.Axis(format="%", labelFontSize=TEXT, tickCount=5, grid=True, domain=False, ticks=False)
    across = alt.X("score:Q", scale=scale, title=None, axis=axis)
    colour = alt.Color(
        "tier:N", legend=None, scale=alt.Scale(domain=list(TIER_COLOURS), range=list(TIER_COLOURS.values()))
    )
    base = alt.Chart()
    tooltip = [alt.Tooltip("name:N", title="Tier")]
    tooltip += [alt.Tooltip(f"{key}_words:N", title=said) for key, said in _TIER_MARKS.items()]
    bars = base.mark_bar(height=18).encode(y=position, x=across, color=colour, tooltip=tooltip)
    nothing = base.mark_tick(thickness=4, size=30, color=QUIET, opacity=1).encode(
        y=position, x=alt.X("do_nothing:Q", scale=scale)
    )
    today = base.mark_point(
        shape="triangle-down", size=90, filled=True, color=INK, opacity=1, yOffset=-15, stroke=PAPER, strokeWidth=1
    ).encode(y=position, x=alt.X("today:Q", scale=scale))
    best = base.mark_point(shape="diamond", size=130, filled=True, fill=PAPER, stroke=INK, strokeWidth=2, opacity=1)
    best = best.encode(y=position, x=alt.X("best_alone:Q", scale=scale))
    layers = alt.layer(bars, nothing, today, best, data=alt.NamedData(ROWS))
    return finished_chart(layers, height=36 * max(1, tiers) + 24)


def use_chart(use: pd.DataFrame) -> Spec:
    """Draw use against capacity: one line per resource, one cell per year, filled as far as it is used.

    use: resource_id, resource, year, share (fraction of what is available, NaN: no limit), full, words, brief (for
    narrow cells).
    """
    keys = keys_of(use, "resource")
    named = use.assign(resource_id=keys, resource=told_apart(str(name) for name in use["resource"]))
    drawn = placed_in_grid(named, keys).assign(
        fill=either(use["full"], STRONG, MIDDLE), ink=either(use["full"], ON_STRONG, INK)
    )
    return with_rows(_use_layout(use["year"].nunique(), len({*keys})), drawn[[*_USE_DRAWN]])


@layout
def _use_layout(years: int, lines: int) -> alt.LayerChart:
    grid = Grid(years, lines, 2, name=0.26, top=0.46, middle=0.7, names="resource", width=0.94)
    base = grid.base.transform_calculate(
        filled="datum.cell + 0.03 + 0.94 * (isValid(datum.share) ? min(1, max(0, datum.share)) : 0)"
    )
    box: dict[str, Any] = {"x": grid.x("left"), "y": grid.y("top"), "y2": alt.Y2("bottom:Q")}
    box["tooltip"] = [alt.Tooltip(f"{key}:N", title=said) for key, said in _USE_TOOLTIP.items()]
    tracks = base.mark_rect(fill=PAGE, stroke=EDGE, strokeWidth=1).encode(x2="right:Q", **box)
    fills = base.mark_rect().encode(x2="filled:Q", color=as_given("fill"), **box)
    layers = alt.layer(tracks, fills, *grid.words(base), data=alt.NamedData(ROWS))
    return finished_chart(layers, height=24 + 52 * max(1, lines))


_USE_TOOLTIP = {"resource": "Resource", "year": "Year", "words": "Use"}
_USE_DRAWN = (
    *("resource_id", "resource", "year", "share", "full", "words", "brief"),
    *("cell", "line", "words_px", "brief_px", "year_px", "brief_year", "fill", "ink"),
)
_WHOLE_FROM = 100  # from here on tooltips have no decimals
MONEY_COLOURS = {"recurrent": BLUE, "one-off": MIDDLE, "released": TIER_COLOURS["local"]}


def money_chart(money: pd.DataFrame, unit: str) -> Spec:
    """Draw money by year: spent above zero, released below, a diamond at the net use, a line at the capacity.

    money: year, kind, amount (signed, in unit), available (the capacity with what was carried over; NaN: no limit).
    """
    largest = float(money[["amount", "available"]].abs().max().max()) if len(money) else 0.0
    shown, factor = reading_unit(unit, largest)
    form = ",.0f" if factor * largest >= _WHOLE_FROM else ",.2~f"
    drawn = money.assign(amount=factor * money["amount"], available=factor * money["available"])
    return with_rows(_money_layout(tuple(dict.fromkeys(money["year"])), shown, form), drawn)


@layout
def _money_layout(years: tuple[str, ...], unit: str, form: str) -> alt.LayerChart:
    kinds = list(MONEY_COLOURS)
    base = alt.Chart()
    position = alt.X("year:N", sort=list(years), title=None, axis=_year_axis(years))
    colours = alt.Scale(domain=kinds, range=list(MONEY_COLOURS.values()))
    columns = alt.ExprRef("width < 260 ? 2 : 3")
    legend = alt.Legend(orient="top", title=None, labelFontSize=TEXT, symbolStrokeWidth=1, columns=columns)
    year = alt.Tooltip("year:N", title="Year")
    bars = (
        base.mark_bar(stroke=INK, strokeWidth=0.5)
        .encode(
            x=position,
            y=alt.Y("amount:Q", title=unit, stack="zero", axis=alt.Axis(labelFontSize=TEXT, titleFontSize=TEXT)),
            color=alt.Color("kind:N", scale=colours, legend=legend),
            order=alt.Order("rank:Q"),
            tooltip=[year, alt.Tooltip("kind:N", title="Kind"), alt.Tooltip("amount:Q", title=unit, format=form)],
        )
        .transform_calculate(rank=f"indexof({kinds!r}, datum.kind)")
    )
    net = (
        base.transform_aggregate(net="sum(amount)", groupby=["year"])
        .mark_point(shape="diamond", size=140, filled=True, fill=PAPER, stroke=INK, strokeWidth=2, opacity=1)
        .encode(
            x=position,
            y="net:Q",
            tooltip=[year, alt.Tooltip("net:Q", title=f"Net use, {unit}", format=form)],
        )
    )
    limit = base.mark_tick(thickness=3, color=INK, opacity=1).encode(x=position, y="available:Q")
    return finished_chart(alt.layer(bars, limit, net, data=alt.NamedData(ROWS)), height=280)


def _year_axis(years: Sequence[str]) -> alt.Axis:
    """Make an axis whose years are shortened where there is no room for them."""
    room = f"width / {max(1, len(years))} - 4"
    widest = max(map(words_px, years), default=0.0)
    brief = f"{widest} > {room} ? slice(datum.label, 2) : datum.label"
    shown, limit = brief if all(map(is_long_year, years)) else "datum.label", alt.ExprRef(room)
    return alt.Axis(labelAngle=0, labelFontSize=TEXT, labelLimit=limit, labelExpr=shown, domain=False, ticks=False)


_GROUP_LETTERS = 26  # of a label at most 220 px wide


def group_chart(groups: pd.DataFrame) -> Spec:
    """Draw who carries and who gains: a bar for the share of the gain, a tick for the share of the money.

    groups: group, gain_share, money_share (fractions).
    """
    rows = with_words(groups[["group", "gain_share", "money_share"]], "gain_share", "money_share")
    rows = rows.assign(group=told_apart((str(name) for name in rows["group"]), _GROUP_LETTERS))
    return with_rows(_group_layout(len(groups)), rows)


@layout
def _group_layout(groups: int) -> alt.LayerChart:
    base = alt.Chart()
    position = alt.Y("group:N", sort=None, title=None, axis=alt.Axis(labelFontSize=TEXT, labelLimit=220))
    axis = alt.Axis(format="%", labelFontSize=TEXT, tickCount=4, domain=False, ticks=False)
    tooltip = [
        alt.Tooltip("group:N", title="Who"),
        alt.Tooltip("gain_share_words:N", title="Share of the gain"),
        alt.Tooltip("money_share_words:N", title="Share of the money"),
    ]
    bars = base.mark_bar(height=14, color=BLUE).encode(
        y=position, x=alt.X("gain_share:Q", title=None, axis=axis), tooltip=tooltip
    )
    ticks = base.mark_tick(thickness=4, size=24, color=INK, opacity=1).encode(y=position, x=alt.X("money_share:Q"))
    return finished_chart(alt.layer(bars, ticks, data=alt.NamedData(ROWS)), height=34 * max(1, groups) + 20)
