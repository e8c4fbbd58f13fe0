"""What the session has of the memory: whose it is, where they were last, and the scenarios of links."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st

from prioritiser.scenario.scenario import Scenario
from prioritiser.store.location import memory_path
from prioritiser.ui.session.moments import Kept, Moment, WrittenMoment
from prioritiser.ui.storage.library import Library
from prioritiser.ui.storage.links import View, carried_over, read_link
from prioritiser.ui.storage.memory import Memory, Owner, Step
from prioritiser.ui.storage.memory_file import MemoryFile


@dataclass(frozen=True)
class Recalled:
    """Where a visitor was last: the moment, its undo steps, the page and when.

    dropped: why that is not what is opened; empty where it is. The moment is then the app's own scenario, and the last
    of the undo steps is what was dropped, where it could be read.
    """

    moment: Moment
    history: tuple[Kept, ...]
    future: tuple[Kept, ...]
    page: str
    when: datetime
    kept_plan: str
    dropped: str = ""


@st.cache_resource(show_spinner=False, max_entries=8)
def _memory(path: str) -> Memory:
    return Memory(MemoryFile(Path(path) if path else None))


@st.cache_resource(show_spinner=False, max_entries=8)
def _library(path: str) -> Library:
    return Library(_memory(path))


def memory() -> Memory:
    """Return the one memory that every session shares."""
    return _memory(str(memory_path() or ""))


def library() -> Library:
    """Return the one library of scenarios that every session shares."""
    return _library(str(memory_path() or ""))


def recall(owner: Owner | None, own: Scenario) -> Recalled | None:
    """Return where the visitor was last; None where nothing is known.

    What cannot be opened, and what could not be drawn when it was last, is dropped with a word: undo goes back to it.
    """
    kept = None if owner is None else memory().view(owner)
    if owner is None or kept is None:
        return None

    def find(name: str) -> Scenario | None:
        return own if own.hash == name else library().get(name)

    history, future = (tuple(WrittenMoment(step, find) for step in steps) for steps in (kept.history, kept.future))
    moment = _moment_of(kept.step, own, is_own=kept.is_own) if kept.is_readable else None
    if moment is None:
        why = "What was open last is not kept any more, or cannot be read by this version."
        return Recalled(as_first(own), history, (), "", kept.when, "", dropped=why)
    failure = memory().failure(owner)
    if (
        failure is not None
        and (failure.step, failure.page) == (moment.step, kept.page)
        and moment.step != as_first(own).step
    ):
        return Recalled(as_first(own), (*history, moment), (), "", kept.when, "", dropped=NOT_DRAWN)
    return Recalled(moment, history, future, kept.page, kept.when, kept.kept_plan)


NOT_DRAWN = "What was open last could not be shown, so it is not opened again by itself."


def could_not_be_drawn(owner: Owner | None, step: Step, page: str) -> bool:
    """Whether this is what a page failed on when it was last drawn for this visitor."""
    failure = None if owner is None else memory().failure(owner)
    return failure is not None and (failure.step, failure.page) == (step, page)


def as_first(own: Scenario) -> Moment:
    """Return the app as it opens the first time: its own scenario with the scenario's own settings."""
    return Moment(own, View(own.settings, own.years[-1]))


def _moment_of(step: Step, own: Scenario, *, is_own: bool) -> Moment | None:
    """Read where a visitor was; in the app's own scenario, it is taken as its files are now."""
    scenario = own if step.scenario == own.hash else library().get(step.scenario)
    if is_own and step.scenario != own.hash:
        was = scenario or own
        return Moment(own, carried_over(was, read_link(was, step.link), own))
    if scenario is None:
        return None
    return Moment(scenario, read_link(scenario, step.link))
