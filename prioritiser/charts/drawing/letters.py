"""How a text is cut or broken so that it stays inside a picture."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from prioritiser.charts.theme import letter_width, text_width
from prioritiser.text.formatting import ELLIPSIS, NO_BREAK
from prioritiser.text.shortening import cut_apart

_ALWAYS_DROPPED = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF}
_KEPT_LETTERS = 8192


@lru_cache(maxsize=_KEPT_LETTERS)
def clean(text: str) -> str:
    """Make one line of a text: no control characters, none that turn its direction, single spaces."""
    spaced = (
        "" if _is_dropped(letter) else " " if letter.isspace() and letter != NO_BREAK else letter for letter in text
    )
    return " ".join(part for part in "".join(spaced).split(" ") if part)


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
        used += size * letter_width(letter, bold)
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
