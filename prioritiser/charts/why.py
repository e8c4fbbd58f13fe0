"""The chart of the Why page: each initiative on its own, what it gains against what it uses."""

from typing import Any

import altair as alt
import pandas as pd

from prioritiser.charts.base import BLUE, INK, PAGE, QUIET, finished_chart, quickly
from prioritiser.charts.theme import TEXT

_IN, _OUT = "recommended", "left out"


@quickly
def worth_chart(worths: pd.DataFrame) -> alt.LayerChart:
    """Draw each initiative on its own: gain upwards, use to the right; a filled circle is in, a hollow square out.

    worths: initiative, use (relative), gain (points of the score), standing (recommended or left out), rank, chosen
    (the one that is looked at; it gets a ring).
    """
    base = alt.Chart()
    type_size, lines = {"labelFontSize": TEXT, "titleFontSize": TEXT}, {"domain": False, "ticks": False}
    axis: dict[str, Any] = {**type_size, **lines, "tickCount": 5}
    across = alt.X("use:Q", axis=alt.Axis(title="Use of all limits together", **axis))
    up = alt.Y("gain:Q", axis=alt.Axis(title="Gain on its own, points", **axis))
    legend = alt.Legend(orient="top", title=None, labelFontSize=TEXT, symbolSize=120, symbolStrokeWidth=2)
    kinds = [_IN, _OUT]
    tooltip = [
        alt.Tooltip("initiative:N", title="Initiative"),
        alt.Tooltip("standing:N", title="Standing"),
        alt.Tooltip("rank:Q", title="Place by value for money"),
    ]
    marks = base.mark_point(size=90, strokeWidth=2, opacity=1).encode(
        x=across,
        y=up,
        shape=alt.Shape("standing:N", scale=alt.Scale(domain=kinds, range=["circle", "square"]), legend=legend),
        fill=alt.Fill("standing:N", scale=alt.Scale(domain=kinds, range=[BLUE, PAGE]), legend=legend),
        stroke=alt.value(INK),
        tooltip=tooltip,
    )
    ring = (
        base.transform_filter("datum.chosen")
        .mark_point(shape="circle", size=420, strokeWidth=3, fillOpacity=0, stroke=QUIET)
        .encode(x=across, y=up, tooltip=tooltip)
    )
    return finished_chart(alt.layer(marks, ring, data=worths), height=300)
