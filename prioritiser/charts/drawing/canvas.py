"""A picture of a report as boxes, lines, marks and texts placed in px, written as SVG in literal colours."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from prioritiser.charts import theme
from prioritiser.charts.drawing.letters import clean, cut
from prioritiser.scenario.in_words import TIER_NAMES

WIDTH = 640
NONE = "none"
_BELOW_MIDDLE = 0.35  # from the middle of capitals down to the line they stand on, in ems
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_GRID, _BOX, _RULE, _MARK, _PLATE, _TEXT = range(6)

type Spot = tuple[float, float]

# points in a square from -1 to 1; the font has no tick, and a line is not closed
_CLOSED: Mapping[str, Sequence[Spot]] = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    "triangle-up": ((-1, 0.87), (0, -0.87), (1, 0.87)),
    "triangle-down": ((-1, -0.87), (0, 0.87), (1, -0.87)),
}
_OPEN: Mapping[str, Sequence[Spot]] = {
    "tick": ((-0.9, 0), (-0.3, 0.6), (0.9, -0.7)),
    "minus": ((-1, 0), (1, 0)),
    "upright": ((0, -1), (0, 1)),
}


@dataclass(frozen=True)
class Look:
    """How a box, a line or a mark looks. wide: its edge, in px."""

    fill: str = NONE
    stroke: str = NONE
    wide: float = 1
    dashed: bool = False


@dataclass(frozen=True)
class Letters:
    """How a text looks. size: in px. align: its place is the left, right or center of it."""

    size: float = theme.FIGURE_TEXT
    colour: str = theme.INK
    align: str = "left"
    bold: bool = False


PLAIN, STRONG = Letters(), Letters(bold=True)
NOTE, NOTE_MIDDLE, NOTE_RIGHT = (Letters(theme.SMALL, theme.QUIET, align) for align in ("left", "center", "right"))
SOLID, HOLLOW, GRID, PLATE = (
    Look(theme.INK, theme.PAPER),
    Look(theme.PAPER, theme.INK, 2),
    Look(stroke=theme.LINE),
    Look(theme.PAPER),
)


class Canvas:
    """What a picture is drawn on, in px from its top left corner.

    From below: grid, boxes, lines, marks, plates, texts; within each, what is drawn later lies above.
    """

    def __init__(self, height: float, width: int = WIDTH) -> None:
        self.width, self.height = width, math.ceil(height)
        self._parts: list[tuple[int, str]] = []

    def box(self, x: float, y: float, width: float, height: float, look: Look) -> None:
        """Draw a rectangle from its top left corner."""
        self._add(_BOX, _rectangle(x, y, width, height, look))

    def plate(self, middle: Spot, size: Spot) -> None:
        """Cover what lies under a text."""
        self._add(_PLATE, _rectangle(middle[0] - size[0] / 2, middle[1] - size[1] / 2, *size, PLATE))

    def grid(self, start: Spot, end: Spot, look: Look = GRID) -> None:
        """Draw a straight line that lies below all else."""
        self._add(_GRID, _straight(start, end, look))

    def line(self, start: Spot, end: Spot, look: Look) -> None:
        """Draw a straight line that lies above boxes."""
        self._add(_RULE, _straight(start, end, look))

    def mark(self, x: float, y: float, shape: str, size: float, look: Look = SOLID) -> None:
        """Draw a mark around its middle, `size` px wide."""
        if shape == "circle":
            drawn = f'<circle cx="{_px(x)}" cy="{_px(y)}" r="{_px(size / 2)}"{_styled(look)}/>'
        else:
            points = _CLOSED.get(shape) or _OPEN[shape]
            placed = " ".join(f"{_px(x + across * size / 2)},{_px(y + down * size / 2)}" for across, down in points)
            drawn = f'<poly{"gon" if shape in _CLOSED else "line"} points="{placed}"{_styled(look)}/>'
        self._add(_MARK, drawn)

    def text(self, x: float, y: float, text: str, letters: Letters = PLAIN, room: float = math.inf) -> float:
        """Draw one line of text, its middle at y, cut to `room` px or to the picture; return its width in px."""
        space = {"left": self.width - x, "right": x, "center": 2 * min(x, self.width - x)}[letters.align]
        shown = cut(text, min(room, space), letters.size, letters.bold)
        if shown:
            anchor = f' text-anchor="{_ANCHORS[letters.align]}"' if letters.align != "left" else ""
            weight = ' font-weight="bold"' if letters.bold else ""
            self._add(
                _TEXT,
                f'<text x="{_px(x)}" y="{_px(y + _BELOW_MIDDLE * letters.size)}" font-size="{letters.size:g}"'
                f' fill="{letters.colour}"{anchor}{weight}>{escape(shown)}</text>',
            )
        return theme.text_width(shown, letters.size, letters.bold)

    def lines(self, x: float, y: float, lines: Sequence[str], letters: Letters = PLAIN) -> None:
        """Draw lines of text one below the other, the middle of all of them at y."""
        top = y - theme.LINE_HEIGHT * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            self.text(x, top + number * theme.LINE_HEIGHT, line, letters)

    def tier(self, x: float, y: float, tier: str, letters: Letters = STRONG) -> float:
        """Draw a tier's mark and name, from x to the right; return their width in px."""
        self.mark(x + 6, y, tier_shape(tier), 11, Look(tier_colour(tier), theme.PAPER))
        return 18 + self.text(x + 18, y, tier_name(tier), letters)

    def svg(self, description: str) -> str:
        """Return the picture as SVG that refers to nothing outside itself; its description is plain text."""
        parts = "".join(drawn for _, drawn in sorted(self._parts, key=lambda part: part[0]))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}"'
            f' viewBox="0 0 {self.width} {self.height}" role="img" aria-label={quoteattr(clean(description))}'
            f' font-family="{theme.FONT_NAME}, {theme.PAGE_FONT}">'
            f'<rect width="{self.width}" height="{self.height}" fill="{theme.PAPER}"/>{parts}</svg>'
        )

    def _add(self, level: int, drawn: str) -> None:
        self._parts.append((level, drawn))


def tier_name(tier: str) -> str:
    """Return the name of a tier."""
    return TIER_NAMES.get(tier, tier)


def tier_shape(tier: str) -> str:
    """Return the mark of a tier."""
    return theme.TIER_SHAPES.get(tier, "diamond")


def tier_colour(tier: str) -> str:
    """Return the colour of a tier."""
    return theme.TIER_COLOURS.get(tier, theme.INK)


def _px(value: float) -> str:
    return f"{round(value, 2):g}" if abs(value) < 1000 else f"{value:.1f}"


def _styled(look: Look) -> str:
    edge = f' stroke="{look.stroke}" stroke-width="{look.wide:g}"' if look.stroke != NONE else ""
    return f' fill="{look.fill}"{edge}{" stroke-dasharray=" + quoteattr("4 3") if look.dashed else ""}'


def _rectangle(x: float, y: float, width: float, height: float, look: Look) -> str:
    size = f'width="{_px(width)}" height="{_px(height)}"'
    return f'<rect x="{_px(x)}" y="{_px(y)}" {size}{_styled(look)}/>'


def _straight(start: Spot, end: Spot, look: Look) -> str:
    ends = f'x1="{_px(start[0])}" y1="{_px(start[1])}" x2="{_px(end[0])}" y2="{_px(end[1])}"'
    return f"<line {ends}{_styled(look)}/>"
