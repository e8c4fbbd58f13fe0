"""The chart of the Compare page: when each initiative starts that the plans do not hold alike."""

import altair as alt
import pandas as pd

from prioritiser.charts.base import (
    INK,
    LINE,
    PAGE,
    PAPER,
    TIER_COLOURS,
    as_given,
    finished_chart,
    quickly,
    told_apart,
    words_px,
)
from prioritiser.charts.specification import keys_of
from prioritiser.charts.theme import TEXT
from prioritiser.text.formatting import brief_year, is_long_year

SHAPES = ("circle", "square", "triangle-up", "diamond")
COLOURS = (INK, *TIER_COLOURS.values())
OUT = "Out"
_ROW, _HEAD, _ROOM = 50, 30, 30


@quickly
def start_chart(starts: pd.DataFrame, years: list[str], letters: list[str]) -> alt.LayerChart:
    """Draw one line an initiative, one cell a year, and a mark for each plan in it, its letter where it fits.

    starts: initiative_id, initiative, letter, year ('Out' where the plan does not hold it), words. years: in order.
    letters: of the plans, in order, at most four.
    """
    cells = [OUT, *years]
    keys = keys_of(starts, "initiative")
    names = list(dict.fromkeys(keys))
    drawn = starts.assign(
        initiative_id=keys,
        initiative=told_apart(starts["initiative"]),
        line=[names.index(key) for key in keys],
        cell=[cells.index(year) for year in starts["year"]],
        slot=[(letters.index(letter) + 0.5) / max(1, len(letters)) for letter in starts["letter"]],
    )[["initiative_id", "initiative", "letter", "words", "line", "cell", "slot"]]
    base = alt.Chart(drawn).transform_calculate(
        across="datum.cell + 0.04 + 0.92 * datum.slot",
        middle="datum.line + 0.68",
        shown=f"width / {len(cells) * max(1, len(letters))} >= {_ROOM} ? datum.letter : ''",
        above="datum.line + 0.2",
    )
    sideways = alt.Scale(domain=[0, len(cells)], nice=False, zero=False)
    down = alt.Scale(domain=[0, len(names)], reverse=True, nice=False, zero=False)
    x, y = alt.X("across:Q", scale=sideways, axis=None), alt.Y("middle:Q", scale=down, axis=None)
    tooltip = [alt.Tooltip("initiative:N", title="Initiative"), alt.Tooltip("words:N", title="Plan")]
    marks = base.mark_point(filled=True, size=150, opacity=1).encode(
        x=x,
        y=y,
        tooltip=tooltip,
        shape=alt.Shape("letter:N", legend=None, scale=alt.Scale(domain=letters, range=list(SHAPES[: len(letters)]))),
        color=alt.Color("letter:N", legend=None, scale=alt.Scale(domain=letters, range=list(COLOURS[: len(letters)]))),
    )
    said = base.mark_text(align="left", dx=9, fontSize=TEXT, baseline="middle", color=INK).encode(
        x=x, y=y, text="shown:N"
    )
    labels = (
        base.transform_aggregate(line="min(line)", groupby=["initiative_id", "initiative"])
        .transform_calculate(above="datum.line + 0.2", left="0.04")
        .mark_text(align="left", fontSize=TEXT, baseline="middle", color=INK, limit=alt.ExprRef("0.98 * width"))
        .encode(
            x=alt.X("left:Q", scale=sideways, axis=None), y=alt.Y("above:Q", scale=down, axis=None), text="initiative:N"
        )
    )
    return finished_chart(
        alt.layer(*_grid(cells, len(names), sideways, down), labels, marks, said), height=_HEAD + _ROW * len(names)
    )


def _grid(cells: list[str], lines: int, sideways: alt.Scale, down: alt.Scale) -> list[alt.Chart]:
    """Cells behind the marks, those of 'Out' grey, and the years above."""
    room = f"(width / {len(cells)} - 4)"
    places = pd.DataFrame(
        [
            {"left": cell + 0.02, "right": cell + 0.98, "top": line + 0.4, "bottom": line + 0.96}
            | {"fill": PAGE if cell == 0 else PAPER}
            for cell in range(len(cells))
            for line in range(lines)
        ]
    )
    heads = pd.DataFrame(
        {
            "centre": [cell + 0.5 for cell in range(len(cells))],
            "top": 0,
            "year": cells,
            "brief": [brief_year(year) if is_long_year(year) else year for year in cells],
            "px": [words_px(year) for year in cells],
        }
    )
    left, top = alt.X("left:Q", scale=sideways, axis=None), alt.Y("top:Q", scale=down, axis=None)
    boxes = alt.Chart(places).mark_rect(stroke=LINE, strokeWidth=1)
    boxes = boxes.encode(x=left, x2="right:Q", y=top, y2="bottom:Q", color=as_given("fill"))
    years = (
        alt.Chart(heads)
        .transform_calculate(shown=f"datum.px <= {room} ? datum.year : datum.brief")
        .mark_text(fontSize=TEXT, fontWeight="bold", baseline="bottom", dy=-6, color=INK)
        .encode(x=alt.X("centre:Q", scale=sideways, axis=None), y=alt.Y("top:Q", scale=down, axis=None), text="shown:N")
    )
    return [boxes, years]
