"""What one cell may hold: ids, texts, numbers and choices, and the limits of format 1."""

from __future__ import annotations

import math
import re
import unicodedata
from enum import StrEnum

FORMAT = 1
MAX_YEARS = 50
MAX_TEXT = 16_000
MOST_WEIGHT = 1e9
SMALLEST, LARGEST = 1e-9, 1e15  # sizes of any figure of a table but 0
ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
ID_EXPECTED = "An id is 1 to 64 letters A-Z a-z, digits, spaces, '.', '_' or '-', starting with a letter or digit."


class Tier(StrEnum):
    """The three kinds of goal that a system balances."""

    NATIONAL = "national"
    LOCAL = "local"
    LONG_TERM = "long_term"


class Case(StrEnum):
    """Which of the three effect sizes is believed."""

    LOW = "low"
    CENTRAL = "central"
    HIGH = "high"


class Direction(StrEnum):
    """Which way a goal improves."""

    UP = "up"
    DOWN = "down"


class Evidence(StrEnum):
    """How a figure is known."""

    MEASURED = "measured"
    DERIVED = "derived"
    JUDGED = "judged"


class YesNo(StrEnum):
    """Yes or no, as written in a table."""

    YES = "yes"
    NO = "no"


class RuleKind(StrEnum):
    """What a rule demands."""

    MUST_DO = "must_do"
    MUST_NOT = "must_not"
    REQUIRES = "requires"
    EXCLUDES = "excludes"
    TOGETHER = "together"
    COUNT_AT_LEAST = "count_at_least"
    COUNT_AT_MOST = "count_at_most"
    SPEND_SHARE_AT_LEAST = "spend_share_at_least"
    SPEND_SHARE_AT_MOST = "spend_share_at_most"
    GOAL_AT_LEAST = "goal_at_least"


def clean_text(text: str) -> str:
    """Normalise text as format 1 does: NFC, trimmed, every line ending a single newline.

    Raises ValueError on control characters, which no workbook can hold, and on more text than a cell holds.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"text of {len(text):,} characters; a cell holds at most {MAX_TEXT:,}")
    if text.isascii() and text.isprintable():
        return text.strip()
    cleaned = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(
        (unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t") or letter in "\ufffe\uffff"
        for letter in cleaned
    ):
        raise ValueError("text holds a control character; delete it")
    return cleaned


def fifteen_digits(number: float) -> float:
    """Round to the 15 significant digits that format 1 keeps; raises ValueError when that leaves no finite number."""
    rounded = float(f"{number:.15g}") + 0.0  # + 0.0 makes one zero of 0 and -0
    if not math.isfinite(rounded):
        raise ValueError("a number too large to keep")
    return rounded


def in_range(number: float) -> float:
    """Keep 15 digits of a figure; raises ValueError when it is neither 0 nor from 1e-9 to 1e15 in size."""
    figure = fifteen_digits(number)
    if abs(figure) > LARGEST or 0 < abs(figure) < SMALLEST or (figure == 0 and number != 0):
        raise ValueError("a figure is 0, or from 1e-9 to 1e15 in size")
    return figure


def weight_in_range(weight: float) -> float:
    """Raise ValueError when a weight is more than 1e9, so that no sum of weights can pass what numbers hold."""
    if weight > MOST_WEIGHT:
        raise ValueError("a weight is 0, or from 1e-9 to 1e9")
    return weight


def cell_text(cell: str | float | None) -> str:
    """Write a cell as text: numbers with up to 15 significant digits, blank as nothing."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else f"{cell:.15g}"
