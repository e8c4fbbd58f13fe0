"""The one look of pages, charts, papers, slides and sheets: their colours and type, and how wide a text is."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from prioritiser.errors import MissingFileError

# Colours of paper, and of pages in the light. Those of tiers are never alone: each tier has a mark too.
INK, QUIET, LINE, GROUND, PAPER = "#212b32", "#4c6272", "#d8dde0", "#f0f4f5", "#ffffff"
BLUE, RUST, TEAL = "#005eb8", "#a85200", "#00786c"
MIDDLE_BLUE, PALE_BLUE, PALE_RUST = "#a9c8e8", "#cfe2f3", "#f3d9c4"
GREY, PALE_GREY, HEAD = "#768692", "#aeb7bd", "#e8edee"  # HEAD: headings of a scenario's workbook
# five steps from light to dark, each darker in black and white too, and the colour of the words on each
STEPS = ("#e6f0f9", "#b3d1ee", "#78abdd", "#1a66b3", "#00335f")
WORDS_ON = (INK, INK, INK, PAPER, PAPER)
TIER_COLOURS = {"national": BLUE, "local": RUST, "long_term": TEAL}
TIER_SHAPES = {"national": "circle", "local": "triangle-up", "long_term": "square"}
TIER_SIGNS = {"national": "●", "local": "▲", "long_term": "■"}

# Colours of pages by the name of their variable, light and dark. A chart that is drawn as SVG takes the variables over:
# so it is light or dark whenever its page is, also when that changes while it is shown.
PAGE_COLOURS = {
    "ink": (INK, "#eef2f4"),
    "quiet": (QUIET, "#b4c1c9"),
    "line": (LINE, "#414c54"),
    "paper": (PAPER, "#14181b"),
    "page": (GROUND, "#20272c"),
    "edge": ("#7d8c96", "#7f8d97"),
    "blue": (BLUE, "#73b9f7"),
    "focus": ("#ffeb3b", "#8a6d00"),
    "problem": ("#d5281b", "#ff7d70"),
    "good": ("#005a30", "#73d6a0"),
    "bad": ("#9c1c12", "#ff9f95"),
    "strong": ("#003d78", "#a3d0fa"),
    "on-strong": (PAPER, "#10202e"),
    "middle": (MIDDLE_BLUE, "#1f4d7a"),
    "national": (BLUE, "#73b9f7"),
    "local": (RUST, "#ffa04d"),
    "long-term": (TEAL, "#41cdb9"),
}

# Type. The font of pictures and PDF is part of the package; Arial, which pages and offices have, is as wide.
FONTS = Path(__file__).resolve().parent.parent / "fonts"
FONT_NAME, OFFICE_FONT, PAGE_FONT = "Liberation Sans", "Arial", "Arial, Helvetica, sans-serif"
REGULAR, BOLD = "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"
TEXT = 14  # px, of charts on pages
FIGURE_TEXT, SMALL, LINE_HEIGHT = 13, 12, 15  # px, of figures of papers, and from line to line
SLIDE_SMALLEST, SLIDE_CAPTION = 12, 14  # points
SLIDE_SIZES = (24, 22, 20, 18, 16, SLIDE_CAPTION, SLIDE_SMALLEST)
SHEET_TEXT, SHEET_TITLE, SHEET_CHART, SHEET_CHART_TITLE = 11, 16, 10, 12  # points
MEAN_LETTER = 0.55  # ems, where only the number of letters is known
PAGE_SPARE, SLIDE_SPARE = 1.08, 1.03  # readers' own type, and programs that space letters a little differently

_EM = 1000
_IN_THE_FONT = 0x0590  # Latin, Greek and Cyrillic lie below; what lies above comes from whatever fonts there are
_SIGNS = (range(0x2000, 0x2300), range(0x25A0, 0x2600))
_WIDE, _OTHER = 1.4, 0.8  # in ems: emoji and CJK at their widest, other scripts
_KEPT_LETTERS = 8192


def font_file(name: str, folder: Path = FONTS) -> Path:
    """Return the path of a font file; raises MissingFileError where it is not there."""
    path = folder / name
    if not path.is_file():
        raise MissingFileError(name, "the font of every picture")
    return path


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide a text is, in the unit of its size; of letters that the font has not, rather too much."""
    return size * sum(letter_width(letter, bold) for letter in text)


@lru_cache(maxsize=_KEPT_LETTERS)
def letter_width(letter: str, bold: bool) -> float:
    """Return how wide a letter is, in ems."""
    place = ord(letter)
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if place < _IN_THE_FONT or any(place in signs for signs in _SIGNS):
        return float(_font(bold).getlength(letter)) / _EM
    is_wide = unicodedata.category(letter) in ("So", "Sk") or unicodedata.east_asian_width(letter) in "WF"
    return _WIDE if is_wide else _OTHER


def digits(colour: str) -> str:
    """Write a colour as office files do: six digits without a sign."""
    return colour.removeprefix("#").upper()


@lru_cache(maxsize=2)
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(BOLD if bold else REGULAR)), _EM, layout_engine=ImageFont.Layout.BASIC)
