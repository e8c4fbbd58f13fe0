"""How wide a text is in the type of the pictures, and how it is cut or broken so that it stays inside them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from PIL import ImageFont

from prioritiser.charts.fonts import BOLD, REGULAR, font_file
from prioritiser.text.formatting import ELLIPSIS, NO_BREAK
from prioritiser.text.shortening import cut_apart

_EM = 1000
_IN_THE_FONT = 0x0590  # Latin, Greek and Cyrillic lie below; what lies above comes from whatever fonts there are
_SIGNS = range(0x2000, 0x2300)
_WIDE, _OTHER = 1.4, 0.8  # in ems: emoji and CJK at their widest, other scripts
_ALWAYS_DROPPED = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF}
_KEPT_LETTERS = 8192


@lru_cache(maxsize=_KEPT_LETTERS)
def clean(text: str) -> str:
    """Make one line of a text: no control characters, none that turn its direction, single spaces."""
    spaced = (
        "" if _is_dropped(letter) else " " if letter.isspace() and letter != NO_BREAK else letter for letter in text
    )
    return " ".join(part for part in "".join(spaced).split(" ") if part)


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide a text is in px; of letters that the font has not, rather too much."""
    return size * sum(_advance(letter, bold) for letter in text)


def cut(text: str, width: float, size: float, bold: bool = False) -> str:
    """Return the text, or as much of its beginning as is no wider than `width` px with an ellipsis."""
    whole = clean(text)
    if text_width(whole, size, bold) <= width:
        return whole
    return _beginning(whole, width - text_width(ELLIPSIS, size, bold), size, bold).rstrip() + ELLIPSIS


def wrapped(text: str, width: float, size: float, most: int = 2, bold: bool = False) -> list[str]:
    """Break a text at its spaces into at most so many lines; a longer word breaks too, and the last line is cut."""
    lines: list[str] = []
    left = clean(text)
    while left and len(lines) < most - 1 and text_width(left, size, bold) > width:
        begun = _beginning(left, width, size, bold)
        at_word = begun if left[len(begun) :].startswith((" ", NO_BREAK)) else begun[: begun.rfind(" ") + 1]
        # better a number apart from its unit than a word in two
        at_unit = begun[: begun.rfind(NO_BREAK) + 1]
        taken = next((part for part in (at_word, at_unit, begun) if part.strip()), left[:1])
        lines.append(taken.rstrip())
        left = left[len(taken) :].lstrip()
    return [*lines, cut(left, width, size, bold)] if left else lines or [""]


def wrapped_apart(texts: Sequence[str], width: float, size: float, bold: bool = False) -> list[list[str]]:
    """Break texts as `wrapped` does; of those that would be cut to the same words, the ends are kept too."""

    def broken(text: str) -> str:
        return "\n".join(wrapped(text, width, size, bold=bold))

    return [broken(text).split("\n") for text in cut_apart([clean(text) for text in texts], broken, whole=True)]


def _beginning(text: str, width: float, size: float, bold: bool) -> str:
    used, end = 0.0, 0
    for letter in text:
        used += size * _advance(letter, bold)
        if used > width:
            break
        end += 1
    # a cluster such as an emoji with its skin tone is not taken apart
    while end < len(text) and end > 0 and (_is_joined(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end]


def _is_dropped(letter: str) -> bool:
    controls = unicodedata.category(letter) in ("Cc", "Cs") and not letter.isspace()
    return controls or ord(letter) in _ALWAYS_DROPPED


def _is_joined(letter: str) -> bool:
    is_skin_tone = 0x1F3FB <= ord(letter) <= 0x1F3FF
    return is_skin_tone or letter == "\u200d" or unicodedata.category(letter) in ("Mn", "Me")


@lru_cache(maxsize=_KEPT_LETTERS)
def _advance(letter: str, bold: bool) -> float:
    place = ord(letter)
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if place < _IN_THE_FONT or place in _SIGNS:
        return float(_font(bold).getlength(letter)) / _EM
    return (
        _WIDE
        if unicodedata.category(letter) in ("So", "Sk") or unicodedata.east_asian_width(letter) in "WF"
        else _OTHER
    )


@lru_cache(maxsize=2)
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(BOLD if bold else REGULAR)), _EM, layout_engine=ImageFont.Layout.BASIC)


type Area = tuple[float, float, float, float]

_RINGS = (0.0, 8.0, 18.0, 30.0, 44.0, 60.0, 80.0, 110.0, 150.0)


class Places:
    """What is taken of a picture so far; areas are left, top, right and bottom, in px."""

    def __init__(self, bounds: Area) -> None:
        self._bounds = bounds
        self._taken: list[Area] = []
        self._points: list[tuple[float, float, float]] = []

    def take(self, x: float, y: float, width: float, height: float) -> None:
        """Keep an area free, from its middle."""
        self._taken.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))

    def mark(self, x: float, y: float, size: float) -> None:
        """Keep a mark in sight."""
        self._points.append((x, y, size / 2))

    def find(
        self, point: tuple[float, float], size: tuple[float, float], gap: float, clear: float = 1
    ) -> tuple[float, float] | None:
        """Return the middle of a free area of this size near a point, and take it; None where there is none.

        clear: px to every other mark, so that the label seems to be of no other.
        """
        for x, y in _around(point, size, gap):
            area = (x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)
            if self._is_free(area) and all(_distance(area, mark) > mark[2] for mark in self._points_but(point, clear)):
                self._taken.append(area)
                return x, y
        return None

    def _points_but(self, point: tuple[float, float], clear: float) -> Iterator[tuple[float, float, float]]:
        for x, y, radius in self._points:
            yield x, y, radius if (x, y) == point else radius + clear

    def _is_free(self, area: Area) -> bool:
        left, top, right, bottom = self._bounds
        inside = area[0] >= left and area[1] >= top and area[2] <= right and area[3] <= bottom
        return inside and not any(
            area[0] < taken[2] and taken[0] < area[2] and area[1] < taken[3] and taken[1] < area[3]
            for taken in self._taken
        )


def _distance(area: Area, mark: tuple[float, float, float]) -> float:
    nearest = (min(max(mark[0], area[0]), area[2]), min(max(mark[1], area[1]), area[3]))
    return math.dist(nearest, mark[:2])


def _around(point: tuple[float, float], size: tuple[float, float], gap: float) -> Iterator[tuple[float, float]]:
    for ring in _RINGS:
        aside, over = gap + ring + size[0] / 2, gap + ring + size[1] / 2
        slant = 0.7 * (gap + ring)
        for right, down in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)):
            if right and down:
                yield point[0] + right * (slant + size[0] / 2), point[1] + down * (slant + size[1] / 2)
            else:
                yield point[0] + right * aside, point[1] + down * over
