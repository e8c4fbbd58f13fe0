"""Words that people send: names, titles and comments, without what no database or page can hold."""

from __future__ import annotations

import re
from typing import Any

from prioritiser.errors import WorkshopError
from prioritiser.text.typed import kept_text, one_line

LONGEST_NAME = 60
LONGEST_COMMENT = 1000
LONGEST_SUBMISSION = 64
_UNREADABLE = "cannot be read. Send it from the page."
_SUBMISSION = re.compile(rf"[!-~]{{1,{LONGEST_SUBMISSION}}}")


def read_name(text: Any, what: str = "name") -> str:
    """Check a name; returns it as it is kept. Raises WorkshopError in words for who sent it."""
    if not isinstance(text, str):
        raise WorkshopError(f"The {what} {_UNREADABLE}")
    name = one_line(text)
    if len(name) > LONGEST_NAME:
        raise WorkshopError(f"The {what} has {len(name):,} characters; at most {LONGEST_NAME} are taken.")
    return name


def read_comment(text: Any) -> str:
    """Check a comment; returns it without blanks around it. Raises WorkshopError."""
    if not isinstance(text, str):
        raise WorkshopError(f"The comment {_UNREADABLE}")
    kept = kept_text(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(kept) > LONGEST_COMMENT:
        raise WorkshopError(
            f"The comment has {len(kept):,} characters; at most {LONGEST_COMMENT:,} are taken. Nothing was sent yet."
        )
    return kept


def read_submission(text: Any) -> str:
    """Check what a phone calls a sending: letters without blanks, not too many; cut short, two could be taken for one.

    Raises WorkshopError.
    """
    if not isinstance(text, str) or not _SUBMISSION.fullmatch(text):
        raise WorkshopError(f"The answer {_UNREADABLE}")
    return text
