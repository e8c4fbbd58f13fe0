"""The chart of the Confidence page: where the level of each goal may lie, against its target."""

from typing import Any

import altair as alt
import pandas as pd

from prioritiser.charts.base import INK, LINE, PAPER, QUIET, TIER_COLOURS, finished_chart, quickly, told_apart, wrapped
from prioritiser.charts.theme import TEXT, TIER_SHAPES

LEAST, MOST = -0.5, 1.5
_ROW, _SECOND = 50, 0.34  # a line in pixels; how much of it a second line of its name takes
_NARROW = 230  # pixels for a name on the narrowest phone
_LETTERS = 56  # of two lines of it
_DRAWN = ("name", "name_lines", "chance_words", "words", "low", "middle", "high", "line", "under")


@quickly
def chance_chart(targets: pd.DataFrame) -> alt.LayerChart:
    """Draw one line a goal: a bar from the 5th to the 95th percentile, a mark at the middle, a line at the target.

    targets: goals of one tier: name, tier, chance_words, words, low, middle, high (parts of the way from today, 0, to
    the target, 1). What lies far off is drawn at the edge.
    """
    drawn = _placed(targets)
    tall = float((drawn["under"] + 1).sum())
    tier = str(targets["tier"].iloc[0])
    colour = TIER_COLOURS[tier]
    base = alt.Chart(drawn).transform_calculate(
        above="datum.line + 0.3",
        centre="datum.line + datum.under + 0.7",
        top="datum.line + datum.under + 0.5",
        bottom="datum.line + datum.under + 0.9",
        **{"today": "0", "target": "1", "least": str(LEAST), "most": str(MOST)},
    )
    sideways = alt.Scale(domain=[LEAST, MOST], nice=False, zero=False)
    down = alt.Scale(domain=[-0.5, tall], reverse=True, nice=False, zero=False)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=sideways, axis=None)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=down, axis=None)

    tooltip = [
        alt.Tooltip("name:N", title="Goal"),
        alt.Tooltip("words:N", title="Level"),
        alt.Tooltip("chance_words:N", title="Chance"),
    ]
    track = base.mark_rule(color=LINE).encode(x=x("least"), x2="most:Q", y=y("centre"))
    today = base.mark_rule(color=QUIET, strokeWidth=2, strokeDash=[3, 2])
    target = base.mark_rule(color=INK, strokeWidth=3)
    today, target = (
        mark.encode(x=x(place), y=y("top"), y2="bottom:Q") for mark, place in ((today, "today"), (target, "target"))
    )
    spread = base.mark_rule(color=colour, strokeWidth=8, opacity=0.45).encode(
        x=x("low"), x2="high:Q", y=y("centre"), tooltip=tooltip
    )
    middle = base.mark_point(
        shape=TIER_SHAPES[tier], size=130, filled=True, color=colour, opacity=1, stroke=PAPER, strokeWidth=1
    ).encode(x=x("middle"), y=y("centre"), tooltip=tooltip)
    look: dict[str, Any] = {"fontSize": TEXT, "baseline": "middle", "color": INK, "limit": alt.ExprRef("width - 56")}
    names = base.mark_text(align="left", lineHeight=_SECOND * _ROW, lineBreak="\n", **look)
    names = names.encode(x=x("least"), y=y("above"), text="name_lines:N")
    chances = base.mark_text(align="right", fontSize=TEXT, fontWeight="bold", baseline="middle", color=INK).encode(
        x=x("most"), y=y("above"), text="chance_words:N"
    )
    return finished_chart(
        alt.layer(track, today, target, spread, middle, names, chances, _heads(sideways, down)),
        height=round(_ROW * tall) + 25,
    )


def _placed(targets: pd.DataFrame) -> pd.DataFrame:
    """Break long names, and add where each goal's line begins and how much of it a second line of its name takes."""
    lines = [wrapped(name, _NARROW) for name in told_apart(targets["name"], _LETTERS)]
    under = [_SECOND * (len(parts) - 1) for parts in lines]
    placed = targets.assign(
        name_lines=["\n".join(parts) for parts in lines],
        line=[place + sum(under[:place]) for place in range(len(under))],
        under=under,
        **{key: targets[key].clip(LEAST, MOST) for key in ("low", "middle", "high")},
    )
    return placed[[*_DRAWN]]


def _heads(sideways: alt.Scale, down: alt.Scale) -> alt.Chart:
    """Words over the two lines that every goal shares."""
    heads = pd.DataFrame({"place": [0.0, 1.0], "said": ["today", "target"], "top": [-0.2, -0.2]})
    said: alt.Chart = (
        alt.Chart(heads)
        .mark_text(fontSize=TEXT, baseline="middle", color=QUIET)
        .encode(x=alt.X("place:Q", scale=sideways, axis=None), y=alt.Y("top:Q", scale=down, axis=None), text="said:N")
    )
    return said
