"""What a decision is: a portfolio adopted, with its reasons; how its content is written, and hashed into a chain.

Each entry names the hash of the one before, as in linked timestamping (Haber & Stornetta, How to time-stamp a digital
document, Journal of Cryptology 3, 1991): what was altered, removed or put in later breaks the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from prioritiser.errors import DecisionError
from prioritiser.text.typed import one_line, some_lines

LONGEST_LINE, LONGEST_TEXT = 200, 10_000
FIRST = ""  # what the first entry names as the one before it
# One line of CHANGELOG says what changed with each number: figures of `evaluate` may differ between two of them.
ARITHMETIC = 1


class EntryKind(StrEnum):
    """What an entry does."""

    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Words:
    """What people say about a decision; only title, reason and owner are asked for.

    review: the day on which somebody looks at it again, as 2027-04-01. equality, quality: the answers to the prompts of
    an equality and a quality-impact assessment.
    """

    title: str
    reason: str
    owner: str
    review: str = ""
    dissent: str = ""
    conditions: str = ""
    equality: str = ""
    quality: str = ""


LINES = ("title", "owner", "review")
NEEDED = ("title", "reason", "owner")


def tidied_words(words: Words) -> Words:
    """Return the words without what cannot be seen. Raises DecisionError with everything that is wrong with them."""
    problems, told = [], {}
    for name, text in asdict(words).items():
        clean = one_line(text) if name in LINES else some_lines(text)
        longest = LONGEST_LINE if name in LINES else LONGEST_TEXT
        if len(clean) > longest:
            problems.append(f"{name}: {len(clean):,} characters. Use at most {longest:,}.")
        if not clean and name in NEEDED:
            problems.append(f"{name}: nothing was given. Say it in a few words.")
        told[name] = clean
    if told["review"] and not _is_day(told["review"]):
        problems.append(f'review: "{told["review"][:40]}" is no day. Write it as 2027-04-01.')
    if problems:
        raise DecisionError("\n".join(problems))
    return Words(**told)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True)
class Entry:
    """One entry of the log, as it is kept.

    number: from 1 on, without a gap. before: hash of the entry before it. at: when it was made, in UTC. about: number
    of the decision that it withdraws, or whose place it takes; None for neither. scenario: the whole of it, as a zip
    (empty for a withdrawal). portfolio: what `solve` gives as JSON, with its outcome, gap, bound and solver. versions:
    of the packages that made it, and `arithmetic`. workshop: code of the workshop that it came from.
    """

    number: int
    before: str
    hash: str
    at: str
    kind: EntryKind
    words: Words
    about: int | None = None
    workshop: str = ""
    scenario: bytes = b""
    settings: Mapping[str, Any] = field(default_factory=dict)
    portfolio: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def receipt(self) -> str:
        """Number and hash: whoever keeps it can tell later whether the log up to here is the same."""
        return f"{self.number}:{self.hash}"

    def content(self) -> str:
        """Everything but the links of the chain and the scenario, as one canonical text."""
        told = {
            "about": self.about,
            "kind": self.kind.value,
            "portfolio": self.portfolio,
            "settings": self.settings,
            "versions": self.versions,
            "words": asdict(self.words),
            "workshop": self.workshop,
        }
        return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def entry_hash(number: int, before: str, at: str, content: str, scenario: bytes) -> str:
    """Hash of an entry: over its place, its time, its content and its scenario."""
    parts = [str(number), before, at, hashlib.sha256(scenario).hexdigest(), content]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def entry_of(number: int, before: str, own_hash: str, at: str, content: str, scenario: bytes) -> Entry:
    """Read an entry as it is kept. Raises DecisionError where its content is none of ours."""
    try:
        told = json.loads(content)
        words = Words(**{one.name: str(told["words"][one.name]) for one in fields(Words)})
        about = told["about"]
        return Entry(
            number, before, own_hash, at, EntryKind(told["kind"]), words,
            about if isinstance(about, int) else None, str(told["workshop"]), scenario,
            dict(told["settings"]), dict(told["portfolio"]), dict(told["versions"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise DecisionError(
            f"Decision {number} cannot be read: it was altered, or is of a newer version. "
            "prioritiser decisions verify says what is broken."
        ) from error
