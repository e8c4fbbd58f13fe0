"""Text that people would call the same, and characters that nobody can see, by name."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_ASTRAL = 0x10000
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


def legible(text: str) -> str:
    """Write what a terminal would act on by name: controls, directions and other characters that take no place.

    Blanks of every kind stay, as do line breaks and tabs: our own text has no-break spaces.
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(f"U+{ord(letter):04X}" if _acts(letter) else letter for letter in text)


def escaped(text: str) -> str:
    r"""Write what `legible` would name as JSON writes it, \u202e: in a text of JSON that changes no value."""
    if text.isascii():
        return text
    return "".join(f"\\u{ord(letter):04x}" if _acts(letter) and ord(letter) < _ASTRAL else letter for letter in text)


def unbroken(text: str) -> str:
    """Write a text so that it is one line wherever it is shown: line breaks and tabs by name."""
    return re.sub("[\n\r\t\v\f\x1c-\x1e\x85\u2028\u2029]", _by_name, text)


def _by_name(found: re.Match[str]) -> str:
    return f"U+{ord(found[0]):04X}"


def _acts(letter: str) -> bool:
    return letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _named(letter: str) -> str:
    if letter == "\n" or (letter.isprintable() and not is_invisible(letter)):
        return letter
    return f"U+{ord(letter):04X}"
