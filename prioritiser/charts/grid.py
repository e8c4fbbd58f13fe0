"""A grid that charts draw: a line a row and a cell a year, its words in it, its label above it, the years on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from prioritiser.charts.base import INK, ON_STRONG, TEXT, as_given, brief_year, either, text_width

_BOLD = 1.08  # how much wider bold letters are
PLACED = ("cell", "line", "words_px", "brief_px", "year_px", "brief_year", "ink")


def placed(
    rows: pd.DataFrame, years: Sequence[str], lines: Sequence[str], keys: Sequence[str], strong: pd.Series[Any]
) -> pd.DataFrame:
    """Add where each cell stands, how wide its words are and their colour.

    rows: year, words, brief. keys: the line of each row. strong: whether its cell is filled deep.
    """
    return rows.assign(
        cell=[years.index(year) for year in rows["year"]],
        line=[lines.index(key) for key in keys],
        words_px=[text_width(words) for words in rows["words"]],
        brief_px=[text_width(brief) for brief in rows["brief"]],
        year_px=[_BOLD * text_width(year) for year in rows["year"]],
        brief_year=[brief_year(year) for year in rows["year"]],
        ink=either(strong, ON_STRONG, INK),
    )


@dataclass(frozen=True)
class Measures:
    """Where a line has its label, the top of its cells and their words, as parts of its height, and how much room.

    spare: pixels of a cell that its words leave free. wide: how wide a label may be, as a part of the chart.
    """

    above: float
    top: float
    middle: float
    spare: int
    wide: float


class Grid:
    """Chart and channels that the cells of a grid are drawn with, and the layers of words that lie over them."""

    def __init__(self, years: int, lines: int, label: str, at: Measures) -> None:
        room = f"(0.94 * width / {max(1, years)} - {at.spare})"
        self.base = alt.Chart().transform_calculate(
            left="datum.cell + 0.03",
            right="datum.cell + 0.97",
            top=f"datum.line + {at.top}",
            bottom="datum.line + 0.94",
            middle=f"datum.line + {at.middle}",
            centre="datum.cell + 0.5",
            shown=f"datum.words_px <= {room} ? datum.words : datum.brief_px <= {room} ? datum.brief : ''",
            shown_year=f"datum.year_px <= {room} ? datum.year : datum.brief_year",
        )
        sideways = alt.Scale(domain=[0, years], nice=False, zero=False)
        down = alt.Scale(domain=[-0.6, lines], reverse=True, nice=False, zero=False)
        across, self.left = (alt.X(f"{place}:Q", scale=sideways, axis=None) for place in ("centre", "left"))
        self.top, middle, above, head = (
            alt.Y(f"{place}:Q", scale=down, axis=None) for place in ("top", "middle", "above", "head")
        )
        words = self.base.mark_text(fontSize=TEXT, baseline="middle").encode(
            x=across, y=middle, text="shown:N", color=as_given("ink")
        )
        labels = (
            self.base.transform_filter("datum.cell == 0")
            .transform_calculate(above=f"datum.line + {at.above}")
            .mark_text(
                align="left", fontSize=TEXT, baseline="middle", color=INK, limit=alt.ExprRef(f"{at.wide} * width")
            )
            .encode(x=self.left, y=above, text=f"{label}:N")
        )
        heads = (
            self.base.transform_filter("datum.line == 0")
            .transform_calculate(head="-0.25")
            .mark_text(fontSize=TEXT, fontWeight="bold", baseline="middle", color=INK, limit=alt.ExprRef(room))
            .encode(x=across, y=head, text="shown_year:N")
        )
        self.over = (words, labels, heads)
