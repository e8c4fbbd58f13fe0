"""What everything on a slide shares: boxes, colours, words for those who do not see it, and text that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.slide import Slide
from pptx.util import Inches, Length, Pt

from prioritiser.charts.theme import GROUND, INK, QUIET, SLIDE_CAPTION, digits
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.slides.text import INCH, SMALLEST, fit

_MOST_OF_ALT = 2000


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        """Left, top, width and height in the unit of the file."""
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.width * INCH, self.height * INCH

    def without_top(self, height: float) -> Box:
        """Return what is left below so many inches."""
        return replace(self, top=self.top + height, height=self.height - height)

    def without_bottom(self, height: float) -> Box:
        """Return what is left above so many inches."""
        return replace(self, height=self.height - height)


def colour(code: str) -> RGBColor:
    """Return a colour of the theme as slides take it."""
    make: Any = RGBColor  # the library does not say its types
    made: RGBColor = make.from_string(digits(code))
    return made


def describe(shape: Any, name: str, alt: str) -> None:
    """Name a shape, and say in words what it shows."""
    shape.name = name
    words = one_line(alt)
    words = words if len(words) <= _MOST_OF_ALT else f"{words[: _MOST_OF_ALT - 1].rstrip()}…"
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def write(frame: Any, texts: Sequence[str], size: float, ink: str = "", bold: bool = False) -> None:
    """Write paragraphs of one size into a frame of text; without a colour they take that of their layout."""
    for position, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = one_line(text)
        run.font.size = Pt(size)
        if ink:
            run.font.color.rgb = colour(ink)
        if bold:
            run.font.bold = True


def add_line(slide: Slide, text: str, box: Box, name: str, bold: bool = False, is_band: bool = False) -> None:
    """Add a short text of its own, such as a caption or a note, cut where its box is too small.

    is_band: it stands on a shaded band.
    """
    beside, above = (0.15, 0.08) if is_band else (0.0, 0.0)  # inches
    width, height = box.points
    room = (width - 2 * beside * INCH, height - 2 * above * INCH)
    fitted = fit([text], room, (SLIDE_CAPTION, SMALLEST) if bold else (SMALLEST,), bold)
    shape = slide.shapes.add_textbox(*box.emu)
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Inches(beside)
    frame.margin_top = frame.margin_bottom = Inches(above)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if is_band else MSO_ANCHOR.TOP
    if is_band:
        shape.fill.solid()
        shape.fill.fore_color.rgb = colour(GROUND)
    write(frame, fitted.texts, fitted.size, INK if bold else QUIET, bold)
