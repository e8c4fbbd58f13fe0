"""What is open in a session, as one value.

Streamlit may cut a run short whenever its session is touched. What is changed here is changed in whole: were each part
kept in the session by itself, a run that is cut between two of them would leave an address that was sent and not noted,
and the next message of the browser would then seem to open it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from prioritiser.ui.storage.links import Link, View

if TYPE_CHECKING:
    from prioritiser.evaluation.portfolio import Portfolio
    from prioritiser.scenario.scenario import Scenario
    from prioritiser.ui.background.answers import Job
    from prioritiser.ui.session.moments import Kept
    from prioritiser.ui.session.recall import Recalled
    from prioritiser.ui.session.widget_sync import Input

_KEY = "opened"


@dataclass(frozen=True)
class Move:
    """The last move: of which input, in which run, and when that run had its answer; `key` is empty for none."""

    key: str = ""
    run: int = 0
    when: float = 0.0


@dataclass
class Address:
    """The link that was sent last, and in which run each one before it was replaced."""

    link: Link | None = None
    replaced: dict[str, int] = field(default_factory=dict)

    def opens_another(self, given: Link, seen: int) -> bool:
        """Whether somebody opened this link; seen: the last run that the browser has shown.

        A link that differs from ours may only be one that the browser has not yet replaced.
        """
        if self.link is None or given == self.link:
            return False
        replaced = self.replaced.get(_link_key(given))
        return replaced is None or replaced <= seen

    def note(self, link: Link, given: Link, run: int) -> None:
        """Note a link before it is sent. given: what the browser holds."""
        if link != self.link:
            self.replaced[_link_key(given if self.link is None else self.link)] = run
            self.link = link


@dataclass
class Opened:
    """What is in force, what undo and redo go to, and what the browser holds.

    run: of the page; seen: the last one that the browser has shown; unasked: no message of the browser stands behind
    the next one. before, shown: the portfolios that people see. is_back, opening: what the page says of its opening.
    """

    scenario: Scenario
    view: View
    is_own: bool
    recalled: Recalled | None = None
    history: list[Kept] = field(default_factory=list)
    future: list[Kept] = field(default_factory=list)
    last_move: Move = Move()
    is_back: bool = False
    opening: str = ""
    before: Portfolio | None = None
    shown: Portfolio | None = None
    job: Job | None = None
    address: Address = field(default_factory=Address)
    inputs: dict[str, Input] = field(default_factory=dict)
    run: int = 0
    seen: int = 0
    unasked: bool = False


def opened() -> Opened:
    """Return what is open in this session."""
    found: Opened = st.session_state[_KEY]
    return found


def is_open() -> bool:
    """Whether something is open yet."""
    return _KEY in st.session_state


def open_first(first: Opened) -> None:
    """Begin a session."""
    st.session_state[_KEY] = first


def holds(key: str) -> bool:
    """Whether the browser, or the page, holds an input."""
    return key in st.session_state


def held(key: str) -> Any:
    """Return what an input holds."""
    return st.session_state[key]


def _link_key(link: Link) -> str:
    return repr(sorted((name, tuple(values)) for name, values in link.items()))
