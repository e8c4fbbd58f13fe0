"""Text that fits its box on a slide: how many lines it takes, how large it may be, where it is cut."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from prioritiser.charts import theme
from prioritiser.charts.theme import SLIDE_SIZES, SLIDE_SMALLEST, SLIDE_SPARE
from prioritiser.exports.common.plain_text import one_line

SMALLEST, POINT_SIZES = SLIDE_SMALLEST, SLIDE_SIZES
LINE_HEIGHT = 1.2
INCH = 72


@dataclass(frozen=True)
class Fitted:
    """Paragraphs as they fit. size: points of type. height: of all of them, in points."""

    texts: tuple[str, ...]
    size: float
    height: float
    is_whole: bool = True


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Estimate how wide a text is on one line, in points."""
    return SLIDE_SPARE * theme.text_width(text, size, bold)


def line_count(text: str, width: float, size: float, bold: bool = False) -> int:
    """Count the lines that a text takes in a width in points; a word that is wider than a line is broken."""
    lines, used, space = 1, 0.0, text_width(" ", size, bold)
    for word in text.split(" "):
        wide = text_width(word, size, bold)
        if used and used + space + wide <= width:
            used += space + wide
            continue
        lines += 1 if used else 0
        broken = math.ceil(wide / width) - 1 if wide > width else 0
        # a broken word fills no line to its end
        lines += math.ceil(broken * 1.05)
        used = wide if not broken else min(width, wide - broken * width * 0.95)
    return lines


def cut(text: str, width: float, size: float, lines: int = 1, bold: bool = False) -> str:
    """Cut a text, at a word where there is one, so that it takes at most so many lines of a width in points."""
    if line_count(text, width, size, bold) <= lines:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if line_count(f"{text[:middle].rstrip()}…", width, size, bold) <= lines:
            low = middle
        else:
            high = middle - 1
    kept = text[:low]
    at_word = kept.rpartition(" ")[0] if not text[low : low + 1].isspace() else kept
    if 2 * len(at_word) < len(kept):
        at_word = _whole_letters(kept)
    return f"{at_word.rstrip(' ,;:')}…"


def fit(
    texts: Sequence[str],
    box: tuple[float, float],
    sizes: Sequence[float] = POINT_SIZES,
    bold: bool = False,
    gap: float = 0.0,
) -> Fitted:
    """Choose the largest type at which paragraphs fit a box, and cut the longest where even the smallest is too large.

    box: width and height in points. sizes: points, falling. gap: between paragraphs, in lines.
    """
    legal = tuple(one_line(text) for text in texts)
    width, height = box
    for size in sizes:
        needed = _height(legal, width, size, bold, gap)
        if needed <= height:
            return Fitted(legal, size, needed)
    size = sizes[-1]
    most = max(line_count(text, width, size, bold) for text in legal)
    shown = legal
    while most > 1 and _height(shown, width, size, bold, gap) > height:
        most -= 1
        shown = tuple(cut(text, width, size, most, bold) for text in legal)
    return Fitted(shown, size, _height(shown, width, size, bold, gap), is_whole=False)


def in_pages(texts: Sequence[str], box: tuple[float, float], size: float, gap: float) -> list[list[str]]:
    """Spread paragraphs over as many boxes as they need at one size, in order."""
    width, height = box
    pages: list[list[str]] = []
    for text in (one_line(text) for text in texts):
        if pages and _height([*pages[-1], text], width, size, False, gap) <= height:
            pages[-1].append(text)
        else:
            pages.append([text])
    return pages


def _height(texts: Sequence[str], width: float, size: float, bold: bool, gap: float) -> float:
    lines = sum(line_count(text, width, size, bold) for text in texts)
    return LINE_HEIGHT * size * (lines + gap * (len(texts) - 1))


def _whole_letters(text: str) -> str:
    # what joins two signs, or changes the one before it, is of no use at the end
    return text.rstrip("\u200d\ufe0f")
