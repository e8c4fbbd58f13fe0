"""Text that every format can hold: no control characters, nothing that turns the order of letters round."""

import re
import unicodedata
from itertools import groupby

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# what XML 1.0 forbids or discourages (controls, halves of pairs, noncharacters), and what turns letters round
_ILLEGAL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_NEUTRAL = frozenset({"WS", "ON", "CS", "ES", "ET", "EN", "AN", "NSM", "BN", "B", "S"})


def legal(text: str) -> str:
    """Drop what a format cannot hold and what could hide or reorder words; every line end becomes a newline.

    Tabs, newlines, joiners inside emoji and right-to-left letters stay: they are what people wrote.
    """
    return _ILLEGAL.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """Write legal text on one line: each run of blanks, tabs and line ends becomes a space; no-break spaces stay."""
    return re.sub(r"[ \t\n]+", " ", legal(text)).strip(" ")


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in _RIGHT_TO_LEFT for kind in kinds if kind == "L" or kind in _RIGHT_TO_LEFT), False)


def by_direction(text: str) -> list[tuple[str, bool]]:
    """Split a text into pieces in order, each with whether it runs from right to left; the pieces joined are the text.

    Blanks and signs go with the letters before them, those at the start with the letters after them.
    """
    current = is_right_to_left(text)
    marked: list[tuple[str, bool]] = []
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        current = current if kind in _NEUTRAL else kind in _RIGHT_TO_LEFT
        marked.append((letter, current))
    return [("".join(letter for letter, _ in piece), way) for way, piece in groupby(marked, key=lambda pair: pair[1])]
