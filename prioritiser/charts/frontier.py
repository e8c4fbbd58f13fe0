"""The charts of the Trade-offs page: the frontier of two tiers, and what balance costs."""

from typing import Any

import altair as alt
import pandas as pd

from prioritiser.charts.base import BLUE, INK, PAPER, QUIET, TIER_COLOURS, finished_chart, quickly, with_words
from prioritiser.charts.theme import TEXT, TIER_SIGNS
from prioritiser.scenario.in_words import TIER_NAMES

PICKED = "picked"
SIZES = {"small": 60, "middle": 150, "large": 290}
_MIDDLE = 80  # pixels from the top, between the two lines of the balance
_MARKS: dict[str, dict[str, Any]] = {
    "in_force": {"shape": "diamond", "size": 260, "fill": INK, "stroke": PAPER, "strokeWidth": 2},
    "today": {"shape": "triangle-down", "size": 170, "fill": INK, "stroke": PAPER, "strokeWidth": 1},
    "nothing": {"shape": "cross", "size": 150, "fill": QUIET, "stroke": PAPER, "strokeWidth": 1},
}


@quickly
def frontier_chart(
    table: pd.DataFrame, tiers: list[str], best: dict[str, float], chosen: str | None = None
) -> alt.LayerChart:
    """Draw portfolios by two tiers, a third as the size; a dashed line is the best of a tier alone.

    table: key, kind (point, in_force, today, nothing), name, x, y, third (fractions), size. tiers: across, up, and by
    size. best: best alone by tier, where it is known. chosen: key of the point with a ring. A click on a point picks
    its key, as parameter PICKED.
    """
    drawn = with_words(table, "x", "y", "third")
    across, up = _axis("x", tiers[0], table, best), _axis("y", tiers[1], table, best)
    base = alt.Chart()
    tooltip = [
        alt.Tooltip("name:N", title="What"),
        *(
            alt.Tooltip(f"{column}_words:N", title=TIER_NAMES[tier])
            for column, tier in zip(("x", "y", "third"), tiers, strict=False)
        ),
    ]
    layers: list[alt.Chart] = []
    for column, tier in (("x", tiers[0]), ("y", tiers[1])):
        if tier in best:
            rule = alt.Chart(alt.InlineData(values=[{column: best[tier]}])).mark_rule(
                strokeDash=[5, 4], strokeWidth=2, color=TIER_COLOURS[tier]
            )
            layers.append(rule.encode(**{column: across if column == "x" else up}))
    ring = base.transform_filter(alt.datum.key == (chosen or "-")).mark_point(
        shape="circle", size=620, filled=False, stroke=INK, strokeWidth=3, opacity=1
    )
    picked = alt.selection_point(name=PICKED, fields=["key"], on="click", clear=False)
    sizes = alt.Scale(domain=list(SIZES), range=list(SIZES.values()), type="ordinal")
    points = (
        base.transform_filter("datum.kind == 'point'")
        .mark_point(filled=True, fill=BLUE, stroke=PAPER, strokeWidth=1.5, opacity=0.9, cursor="pointer")
        .encode(x=across, y=up, size=alt.Size("size:N", legend=None, scale=sizes), tooltip=tooltip)
        .add_params(picked)
    )
    layers.append(points)
    for kind, look in _MARKS.items():
        mark = base.transform_filter(alt.datum.kind == kind).mark_point(filled=True, opacity=1, **look)
        layers.append(mark.encode(x=across, y=up, tooltip=tooltip))
    layers.append(ring.encode(x=across, y=up))
    return finished_chart(alt.layer(*layers, data=drawn), height=380)


def _axis(column: str, tier: str, table: pd.DataFrame, best: dict[str, float]) -> alt.X | alt.Y:
    values = [*table[column], *([best[tier]] if tier in best else [])]
    low, high = min(values), max(values)
    room = max(0.01, 0.06 * (high - low))
    scale = alt.Scale(domain=[low - room, high + room], nice=False, zero=False)
    axis = alt.Axis(
        format="%", labelFontSize=TEXT, titleFontSize=TEXT, titleColor=TIER_COLOURS[tier], tickCount=5, domain=False
    )
    title = f"{TIER_SIGNS[tier]} {TIER_NAMES[tier]}, share of the way"
    make = alt.X if column == "x" else alt.Y
    return make(f"{column}:Q", scale=scale, axis=axis, title=title)


_BESIDE = 0.03  # room for the marks at both ends


@quickly
def balance_chart(curve: pd.DataFrame, present: float) -> alt.LayerChart:
    """Draw value kept and the least served tier as the balance goes from 0 to 1, and where the setting is now.

    curve: balance, value_kept, least (fractions).
    """
    said = {"least": "Least served tier, share of its own best", "value_kept": "Value kept"}
    rows = pd.concat(
        [curve[["balance", column]].rename(columns={column: "part"}).assign(what=name) for column, name in said.items()]
    )
    rows = with_words(rows.dropna(subset=["part"]), "part")
    names = list(said.values())
    base = alt.Chart()
    x = alt.X(
        "balance:Q",
        title="Balance",
        scale=alt.Scale(domain=[-_BESIDE, 1 + _BESIDE], nice=False),
        axis=alt.Axis(labelFontSize=TEXT, titleFontSize=TEXT, values=[0, 0.2, 0.4, 0.6, 0.8, 1], grid=False),
    )
    low = min(0.5, float(rows["part"].min()) - 0.03) if len(rows) else 0.0
    y = alt.Y(
        "part:Q",
        title=None,
        scale=alt.Scale(domain=[low, 1.01], nice=False, zero=False),
        axis=alt.Axis(format="%", labelFontSize=TEXT, tickCount=4, domain=False, ticks=False),
    )
    legend = alt.Legend(
        orient="top", title=None, labelFontSize=TEXT, labelLimit=340, symbolSize=120, direction="vertical"
    )
    colour = alt.Color("what:N", sort=names, scale=alt.Scale(domain=names, range=[BLUE, INK]), legend=legend)
    tooltip = [
        alt.Tooltip("balance:Q", title="Balance"),
        alt.Tooltip("what:N", title="What"),
        alt.Tooltip("part_words:N", title="Part"),
    ]
    # the dashes are no encoding: in the legend they would break up the marks
    lines = [
        base.transform_filter(alt.datum.what == name)
        .mark_line(strokeWidth=2, strokeDash=dashes)
        .encode(x=x, y=y, color=colour)
        for name, dashes in zip(names, ([1, 0], [4, 3]), strict=True)
    ]
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=x, y=y, color=colour, shape=alt.Shape("what:N", sort=names, legend=legend), tooltip=tooltip
    )
    now = alt.Chart(alt.InlineData(values=[{"balance": present}]))
    rule = now.mark_rule(color=QUIET, strokeWidth=2, strokeDash=[2, 3]).encode(x=x)
    text = now.mark_text(
        text="now", fontSize=TEXT, color=INK, dx=5, align="left" if present < 0.9 else "right", baseline="bottom"
    ).encode(x=x, y=alt.value(_MIDDLE))
    return finished_chart(alt.layer(rule, *lines, points, text, data=rows), height=260)
