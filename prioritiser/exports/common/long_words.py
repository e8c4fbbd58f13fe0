"""Words too long for their line, such as codes: where they may break."""

import re
import unicodedata

MAY_BREAK = "\u200b"
_STEP = 4  # letters


def breakable(text: str, longest: int) -> str:
    """Put a place to break (of no width) after every few letters of words longer than so many letters.

    Marks and joiners stay with the letter that they change.
    """
    return re.sub(rf"\S{{{longest + 1},}}", lambda word: MAY_BREAK.join(_pieces(word[0])), text)


def _pieces(word: str) -> list[str]:
    pieces: list[str] = []
    for letter in word:
        kind = unicodedata.category(letter)
        belongs = kind[0] == "M" or kind in ("Cf", "Sk")
        if pieces and (belongs or len(pieces[-1]) < _STEP or pieces[-1].endswith("\u200d")):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces
