"""Words that people type: without what no database or page can hold, and empty where nothing of them can be seen."""

from __future__ import annotations

import unicodedata

from prioritiser.text.spelling import without_invisible

# A zero byte, which PostgreSQL refuses, is a control; half a letter, which JSON can hold and no file, a surrogate.
_DROPPED = {"Cc", "Cs"}


def one_line(text: str) -> str:
    """Return a name or a title as it is kept: one line, single blanks; empty where nothing of it can be seen."""
    line = " ".join(kept_text(text).split())
    return line if without_invisible(line).strip() else ""


def some_lines(text: str) -> str:
    """Return a longer text as it is kept: without blanks around it; empty where nothing of it can be seen."""
    lines = kept_text(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return lines if without_invisible(lines).strip() else ""


def kept_text(text: str) -> str:
    """Drop controls but for breaks of lines, and halves of letters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in _DROPPED)
