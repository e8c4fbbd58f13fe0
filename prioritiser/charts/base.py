"""What every chart of a page shares: colours, words for fractions, and how a chart becomes a plain specification."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

from prioritiser.charts.theme import PAGE_COLOURS, PAGE_FONT, PAGE_SPARE, TEXT, TIER_SHAPES, text_width
from prioritiser.text.formatting import brief_year, percent, shortened
from prioritiser.text.shortening import cut_apart

_VARIABLES = {name: f"var(--{name})" for name in PAGE_COLOURS}
INK, QUIET, LINE, PAGE, PAPER = (_VARIABLES[name] for name in ("ink", "quiet", "line", "page", "paper"))
BLUE, EDGE, STRONG, ON_STRONG = (_VARIABLES[name] for name in ("blue", "edge", "strong", "on-strong"))
MIDDLE = _VARIABLES["middle"]
TIER_COLOURS = {tier: _VARIABLES[tier.replace("_", "-")] for tier in TIER_SHAPES}
ROWS, KEPT_LAYOUTS = "rows", 32


type Spec = dict[str, Any]


def quickly[**P](draw: Callable[P, alt.LayerChart]) -> Callable[P, Spec]:
    """Make a plain specification, and check no part against the schema on the way: that takes most of the time."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Spec:
        with debug_mode(False):
            spec: Spec = draw(*args, **kwargs).to_dict(validate=False)
        return spec

    return drawn


def layout(draw: Callable[..., alt.LayerChart]) -> Callable[..., Spec]:
    """Make the specification of a chart without its rows, and keep it: it is the same for plan after plan."""
    return lru_cache(maxsize=KEPT_LAYOUTS)(quickly(draw))


def with_rows(laid_out: Spec, rows: pd.DataFrame) -> Spec:
    """Put the rows to draw into a layout."""
    return {**laid_out, "datasets": {ROWS: records(rows)}}


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Write rows as plain values; nothing where there is no number."""
    plain: list[dict[str, Any]] = json.loads(rows.to_json(orient="records", force_ascii=False))
    return plain


def with_words(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Add to each column of fractions one with its words, a dash where there is no number."""
    words = {
        f"{key}_words": [percent(value) if math.isfinite(value) else "–" for value in table[key]] for key in columns
    }
    return table.assign(**words)


def told_apart(names: Iterable[str], letters: int = 44) -> list[str]:
    """Shorten in their middle those names that would look alike where a narrow chart cuts them; the others stay."""
    return cut_apart([*names], lambda name: shortened(name, letters), whole=True)


def either(which: pd.Series[Any], yes: Any, no: Any) -> list[Any]:
    """Choose a colour or a width row by row; Altair's own conditions take as long as the rest of a chart."""
    return [yes if row else no for row in which]


def as_given(field: str) -> alt.Color:
    """Draw each row in the colour that it holds."""
    return alt.Color(f"{field}:N", scale=None, legend=None)


def words_px(text: str, bold: bool = False) -> float:
    """Return how wide a text of a chart is, in pixels: rather too wide than too narrow."""
    return PAGE_SPARE * text_width(text, TEXT, bold)


def wrapped(text: str, width: float, most: int = 2) -> list[str]:
    """Break a text into lines no wider than some pixels, at most so many; the last may be wider."""
    lines: list[str] = []
    for word in text.split():
        if lines and (len(lines) == most or words_px(f"{lines[-1]} {word}") <= width):
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines or [text]


def finished_chart(chart: Any, height: int) -> alt.LayerChart:
    """Set the type, the size and the renderer that every chart shares."""
    # set on the chart itself, which nobody else holds: each of Altair's own steps would copy all of it
    chart.height, chart.width = height, "container"
    if isinstance(chart.data, pd.DataFrame):
        # Altair would look through the whole table for types that every encoding here names itself
        chart.datasets = {ROWS: records(chart.data)}
        chart.data = alt.NamedData(ROWS)
    chart.usermeta = {"embedOptions": {"renderer": "svg", "actions": False}}
    chart.config = alt.Config(
        font=PAGE_FONT,
        background="transparent",
        padding={"left": 2, "top": 4, "right": 12, "bottom": 2},
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(gridColor=LINE, labelColor=INK, titleColor=INK, labelFont=PAGE_FONT),
    )
    finished: alt.LayerChart = chart
    return finished


@dataclass(frozen=True)
class Grid:
    """A grid of a page: a line of cells, one a year, each with words in it, below a name; the years stand above.

    years, lines: how many. room: pixels that a cell leaves beside its words. name, top, middle: where in a line its
    name, its cells and their words stand. names: the column of names. width: of it, what a name may take.
    """

    years: int
    lines: int
    room: int
    name: float
    top: float
    middle: float
    names: str
    width: float

    @property
    def base(self) -> alt.Chart:
        """A chart without data, whose cells know where they lie and which words fit."""
        chart: alt.Chart = alt.Chart().transform_calculate(
            left="datum.cell + 0.03",
            right="datum.cell + 0.97",
            top=f"datum.line + {self.top}",
            bottom="datum.line + 0.94",
            middle=f"datum.line + {self.middle}",
            centre="datum.cell + 0.5",
            shown=f"datum.words_px <= {self._room} ? datum.words : datum.brief_px <= {self._room} ? datum.brief : ''",
            shown_year=f"datum.year_px <= {self._room} ? datum.year : datum.brief_year",
        )
        return chart

    @property
    def _room(self) -> str:
        return f"(0.94 * width / {max(1, self.years)} - {self.room})"

    def x(self, place: str) -> alt.X:
        """A place along a line, in cells."""
        scale = alt.Scale(domain=[0, self.years], nice=False, zero=False)
        return alt.X(f"{place}:Q", scale=scale, axis=None)

    def y(self, place: str) -> alt.Y:
        """A place from the first line down, in lines."""
        scale = alt.Scale(domain=[-0.6, self.lines], reverse=True, nice=False, zero=False)
        return alt.Y(f"{place}:Q", scale=scale, axis=None)

    def words(self, base: alt.Chart) -> list[alt.Chart]:
        """Words of cells, names of lines, and years."""
        text: dict[str, Any] = {"fontSize": TEXT, "baseline": "middle"}
        words = base.mark_text(**text).encode(
            x=self.x("centre"), y=self.y("middle"), text="shown:N", color=as_given("ink")
        )
        names = (
            base.transform_filter("datum.cell == 0")
            .transform_calculate(above=f"datum.line + {self.name}")
            .mark_text(align="left", color=INK, limit=alt.ExprRef(f"{self.width} * width"), **text)
            .encode(x=self.x("left"), y=self.y("above"), text=f"{self.names}:N")
        )
        heads = (
            base.transform_filter("datum.line == 0")
            .transform_calculate(head="-0.25")
            .mark_text(fontWeight="bold", color=INK, limit=alt.ExprRef(self._room), **text)
            .encode(x=self.x("centre"), y=self.y("head"), text="shown_year:N")
        )
        return [words, names, heads]


def placed_in_grid(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Add where the cell of each row stands in its grid, and how wide its words are. rows: with year, words, brief."""
    years, lines = list(dict.fromkeys(rows["year"])), list(dict.fromkeys(keys))
    return rows.assign(
        cell=[years.index(year) for year in rows["year"]],
        line=[lines.index(key) for key in keys],
        words_px=[words_px(words) for words in rows["words"]],
        brief_px=[words_px(brief) for brief in rows["brief"]],
        year_px=[words_px(year, bold=True) for year in rows["year"]],
        brief_year=[brief_year(year) for year in rows["year"]],
    )
