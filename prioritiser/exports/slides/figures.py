"""A figure of a report on slides: what draws it, and on how many slides."""

import io
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pptx.slide import Slide
from pptx.util import Emu

from prioritiser.charts.specification import keys_of
from prioritiser.exports.common.pictures import figure_png
from prioritiser.exports.slides import shading
from prioritiser.exports.slides.charts import MOST_CHARTS, draw_capacity, draw_chances, draw_tiers
from prioritiser.exports.slides.frame import Box, add_line, describe
from prioritiser.exports.slides.stacks import MOST_BARS, MOST_COLUMNS, draw_gantt, draw_long_waterfall, draw_waterfall
from prioritiser.exports.slides.tables import Grid, add_grid, grid_height, grid_pages, largest
from prioritiser.exports.slides.text import INCH, LINE_HEIGHT, SMALLEST, line_count
from prioritiser.exports.slides.trade_off import draw_trade_off
from prioritiser.report.document import Figure, FigureKind

type Draw = Callable[[Slide, Figure, Box, str], None]
CAPTION, GAP = 0.5, 0.1  # inches
_CHARTS: dict[FigureKind, Draw] = {
    FigureKind.TIERS: draw_tiers,
    FigureKind.GANTT: draw_gantt,
    FigureKind.TRADE_OFF: draw_trade_off,
    FigureKind.WATERFALL: draw_waterfall,
    FigureKind.CHANCES: draw_chances,
    FigureKind.CAPACITY: draw_capacity,
}


@dataclass(frozen=True)
class Part:
    """As much of a figure as one slide takes, and what draws it there."""

    figure: Figure
    box: Box
    alt: str
    grid: Grid | None = None
    draw: Draw | None = None
    note: str = ""

    def show(self, slide: Slide, caption: str = "") -> None:
        """Draw it, with a caption over it where it has one and its notes below."""
        if caption:
            above = replace(self.box, top=self.box.top - CAPTION, height=CAPTION - GAP)
            add_line(slide, caption, above, "Caption", True)
        bottom = self.box.top + self.box.height
        if self.grid is not None:
            add_grid(slide, self.grid, self.box, "Table", self.alt)
            bottom = self.box.top + grid_height(self.grid, self.box)
        elif self.draw is not None:
            self.draw(slide, self.figure, self.box, self.alt)
        else:
            _draw_picture(slide, self.figure, self.box, self.alt)
        if self.note:
            height = _note_height(self.note, self.box.width)
            place = Box(self.box.left, bottom + GAP, self.box.width, height)
            add_line(slide, self.note, place, "Note")


def parts(figure: Figure, first: Box, rest: Box, has_caption: bool) -> list[Part]:
    """Spread a figure over a first place and as many others as it needs; in all it says what each shows."""
    found = list(_grid_parts(figure, first, rest, has_caption) or _chart_parts(figure, first, rest, has_caption))
    if len(found) == 1:
        return found
    return [
        replace(part, alt=f"{part.alt} Part {number} of {len(found)}.") for number, part in enumerate(found, start=1)
    ]


def _grid_parts(figure: Figure, first: Box, rest: Box, has_caption: bool) -> list[Part]:
    drawn = _grid(figure)
    if drawn is None:
        return []
    grid, key = drawn
    note = " ".join(text for text in (key, figure.note) if text)
    inner, later = _inner(first, note, has_caption), _inner(rest, note, False)
    pages = grid_pages(largest(grid, inner), inner, later)
    return [Part(figure, box, figure.alt, grid=page, note=note) for page, box in pages]


def _grid(figure: Figure) -> tuple[Grid, str] | None:
    if figure.kind is FigureKind.GOALS:
        return shading.goals_grid(figure), shading.GOALS_KEY
    if figure.kind is FigureKind.CAPACITY and len({*keys_of(figure.rows, "resource")}) > MOST_CHARTS:
        return shading.capacity_grid(figure), shading.CAPACITY_KEY
    if figure.kind is FigureKind.CHANCES and len(figure.rows) > MOST_BARS:
        return shading.chances_grid(figure), shading.CHANCES_KEY
    return None


def _chart_parts(figure: Figure, first: Box, rest: Box, has_caption: bool) -> Iterator[Part]:
    draw = _CHARTS.get(figure.kind)
    if figure.kind is FigureKind.TRADE_OFF and len(figure.options["tiers"]) < 2:
        draw = None
    count = max(1, len(figure.rows))
    if figure.kind is FigureKind.WATERFALL and count > MOST_COLUMNS:
        draw = draw_long_waterfall
    is_long = figure.kind in (FigureKind.GANTT, FigureKind.WATERFALL)
    most = math.ceil(count / math.ceil(count / MOST_BARS)) if is_long else count
    for position in range(0, len(figure.rows), most):
        box = _inner(first, figure.note, has_caption) if position == 0 else _inner(rest, figure.note, False)
        own = replace(figure, rows=figure.rows.iloc[position : position + most])
        yield Part(own, box, figure.alt, draw=draw, note=figure.note)


def _inner(box: Box, note: str, has_caption: bool) -> Box:
    inner = box.without_top(CAPTION) if has_caption else box
    return inner.without_bottom(_note_height(note, box.width) + GAP) if note else inner


def _note_height(note: str, width: float) -> float:
    lines = min(4, line_count(note, width * INCH, SMALLEST))
    return lines * LINE_HEIGHT * SMALLEST / INCH + 0.02


def _draw_picture(slide: Slide, figure: Figure, box: Box, alt: str) -> None:
    picture: Any = slide.shapes.add_picture(io.BytesIO(figure_png(figure)), Emu(0), Emu(0))
    describe(picture, "Picture", alt)
    left, top, width, height = box.emu
    scale = min(width / picture.width, height / picture.height)
    picture.width, picture.height = Emu(int(picture.width * scale)), Emu(int(picture.height * scale))
    picture.left, picture.top = Emu(left + (width - picture.width) // 2), Emu(top)
