"""What the marks of a picture mean, in words, in as many lines as they need."""

from collections.abc import Callable, Sequence

from prioritiser.charts.drawing.canvas import NOTE, SOLID, WIDTH, Canvas, Look
from prioritiser.charts.theme import SMALL, text_width

type Swatch = Callable[[Canvas, float, float], None]
type Entry = tuple[Swatch, str]

_LINE, _SWATCH, _GAP = 20, 25, 18


def legend_height(entries: Sequence[Entry], width: float = WIDTH) -> int:
    """Return how high a legend is, in px."""
    return _LINE * (1 + max((line for line, _ in _places(entries, width)), default=-1)) + 8 * bool(entries)


def draw_legend(canvas: Canvas, x: float, y: float, entries: Sequence[Entry]) -> None:
    """Draw a legend from its top left corner: a swatch and words for each entry."""
    for (swatch, words), (line, along) in zip(entries, _places(entries, canvas.width - x), strict=True):
        middle = y + _LINE * (line + 0.5)
        swatch(canvas, x + along + 10, middle)
        canvas.text(x + along + _SWATCH, middle, words, NOTE)


def box_swatch(look: Look, sign: str = "") -> Swatch:
    """Make a small box for a legend, with the sign that the picture has in it."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.box(x - 9, y - 6, 18, 12, look)
        if sign:
            canvas.mark(x, y, sign, 8, Look(stroke=look.stroke, wide=2))

    return draw


def mark_swatch(shape: str, size: float = 11, look: Look = SOLID) -> Swatch:
    """Make a mark for a legend."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.mark(x, y, shape, size, look)

    return draw


def _places(entries: Sequence[Entry], width: float) -> list[tuple[int, float]]:
    places: list[tuple[int, float]] = []
    line, x = 0, 0.0
    for _, words in entries:
        wide = _SWATCH + text_width(words, SMALL)
        if x > 0 and x + wide > width:
            line, x = line + 1, 0.0
        places.append((line, x))
        x += wide + _GAP
    return places
