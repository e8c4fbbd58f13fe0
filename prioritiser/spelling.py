"""Text that people would call the same, and characters that nobody can see, by name."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_BRAILLE_BLANK = "\u2800"
_HANGUL_FILLERS = "\u115f\u1160\u3164\uffa0"
_JOINERS = "\u034f"
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def is_invisible(letter: str) -> bool:
    """Whether a character takes no place on a screen: of format, a control, a filler or a selector of a variation."""
    return (
        (unicodedata.category(letter) in ("Cf", "Cc") and not letter.isspace())
        or letter in _JOINERS + _HANGUL_FILLERS + _BRAILLE_BLANK
        or bool(_VARIATION_SELECTORS.fullmatch(letter))
    )


def without_invisible(text: str) -> str:
    """Drop the characters that nobody can see, such as a zero-width space; blanks stay."""
    return text if text.isascii() and text.isprintable() else "".join(sign for sign in text if not is_invisible(sign))


def tidied(text: str) -> str:
    """Write text with plain letters and single plain spaces: NFKC, invisible characters dropped, trimmed."""
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text).strip()
    return _SPACES.sub(" ", without_invisible(unicodedata.normalize("NFKC", without_invisible(text)))).strip()


def folded(text: str) -> str:
    """Return what is equal for texts that people would call the same: tidied, and capitals ignored."""
    plain = tidied(text)
    return plain.casefold() if plain.isascii() else tidied(plain.casefold())


def visible(text: str) -> str:
    r"""Write control, direction and invisible characters by name, as U+200B; line breaks stay.

    Safe for a terminal and a log whatever a file holds. A no-break space and its like are named too, since they are
    often the cause of a message and cannot be told from a space.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(_named(letter) for letter in text)


def _named(letter: str) -> str:
    if letter == "\n" or (letter.isprintable() and not is_invisible(letter)):
        return letter
    return f"U+{ord(letter):04X}"
