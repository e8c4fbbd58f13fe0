"""What can be gone back to: a moment of the session, or one that was written down and is read when it is needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from prioritiser.report.document import Paper
from prioritiser.report.headings import HEADINGS
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import joined, shortened
from prioritiser.ui.storage.links import View, read_link, write_link
from prioritiser.ui.storage.memory import Step

_CALLED = {
    "paper_number": "paper number",
    "meeting_date": "date of the meeting",
    "recommendation": "what the board is asked",
    "dissent": "who did not agree",
    "left_out": "sections to leave out",
}


@dataclass(frozen=True)
class Words:
    """One field of the words of a decision: its name in `Paper`, and what it held, as `Paper` has it."""

    decision: str
    field: str
    held: Any

    @property
    def text(self) -> str:
        """The words as they are written down."""
        return json.dumps([self.decision, self.field, self.held], separators=(",", ":"))

    def change_from(self, now: Words) -> str:
        """Say what becomes of what the field holds now when these words are put back."""
        return f"{_CALLED.get(self.field, self.field)}: {_shown(now)} to {_shown(self)}"


@dataclass(frozen=True)
class Moment:
    """What can be gone back to: a scenario and the view of it.

    words: what the step that goes back to it takes back of a paper; None for a step of settings.
    """

    scenario: Scenario
    view: View
    words: Words | None = None

    @cached_property
    def step(self) -> Step:
        """The moment as it is written down."""
        return Step(self.scenario.hash, write_link(self.scenario, self.view), self.words.text if self.words else "")

    @property
    def found(self) -> Moment | None:
        """The moment itself."""
        return self


@dataclass(frozen=True)
class WrittenMoment:
    """A moment that was written down; its scenario is read only when somebody goes back to it."""

    step: Step
    find: Callable[[str], Scenario | None]

    @cached_property
    def found(self) -> Moment | None:
        """The moment, read; None where its scenario cannot be had any more, or its words make no sense."""
        scenario = self.find(self.step.scenario)
        words = read_words(self.step.words)
        if scenario is None or (words is None and self.step.words):
            return None
        return Moment(scenario, read_link(scenario, self.step.link), words)


type Kept = Moment | WrittenMoment


def read_words(text: str) -> Words | None:
    """Read what was written down, by whatever version; None where it makes no sense."""
    try:
        decision, field, held = json.loads(text)
        read = vars(Paper.from_json({**Paper().as_json(), field: held}))
        return Words(str(decision), field, read[field])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _shown(words: Words) -> str:
    if words.field == "left_out":
        return joined([HEADINGS.get(name, name) for name in words.held]) or "none"
    said = " ".join(words.held.split())
    if words.field == "length":
        return said
    return f'"{shortened(said, 60)}"' if said else "blank"
