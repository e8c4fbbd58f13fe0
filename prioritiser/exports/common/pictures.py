"""A figure of a report as a picture: SVG and PNG, with the fonts of the package and without any network."""

import io
from functools import lru_cache

import vl_convert
from PIL import Image

from prioritiser.charts.figures import draw_figure
from prioritiser.charts.theme import BOLD, FONTS, REGULAR, font_file
from prioritiser.report.document import Figure

_KEPT_PICTURES = 64


def figure_png(figure: Figure, scale: float = 2.0) -> bytes:
    """Draw a figure as PNG. scale: pixels of the picture for each of `figure_size`. Raises MissingFileError."""
    return _png(figure_svg(figure), scale)


def figure_svg(figure: Figure) -> str:
    """Draw a figure as SVG, its text as text. Raises MissingFileError where a font file is not there."""
    return draw_figure(figure).svg(figure.alt)


def figure_size(figure: Figure) -> tuple[int, int]:
    """Return the width and the height of a figure's picture, in px."""
    canvas = draw_figure(figure)
    return canvas.width, canvas.height


@lru_cache(maxsize=_KEPT_PICTURES)
def _png(svg: str, scale: float) -> bytes:
    _register_fonts()
    drawn = vl_convert.svg_to_png(svg, scale=scale)
    # without the transparency that it does not need, and packed better: a third of the size
    content = io.BytesIO()
    with Image.open(io.BytesIO(drawn)) as picture:
        picture.convert("RGB").save(content, "PNG")
    return content.getvalue()


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    for name in (REGULAR, BOLD):
        font_file(name)
    vl_convert.register_font_directory(str(FONTS))
