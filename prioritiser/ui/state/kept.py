"""What the session has of the memory: whose it is, where they were last, and the scenarios of links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st

from prioritiser.scenario import Scenario
from prioritiser.ui import visitors
from prioritiser.ui.library import Library
from prioritiser.ui.links import View, carried_over, read_link
from prioritiser.ui.memory import KeptView, Memory, Owner
from prioritiser.ui.memory_file import MemoryFile, memory_path
from prioritiser.ui.state.moments import Kept, Moment, WrittenMoment


@dataclass(frozen=True)
class Recalled:
    """Where a visitor was last: the moment, its undo steps, the page and when."""

    moment: Moment
    history: tuple[Kept, ...]
    future: tuple[Kept, ...]
    page: str
    when: datetime
    kept_plan: str


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


def owner_of(path: Path, own: Scenario) -> Owner | None:
    """Say whose the session is, for the memory; None where the browser keeps no cookie. path: of the app's scenario."""
    visitor = visitors.visitor_now()
    return None if visitor is None else Owner(visitor, str(path.resolve()), own.hash)


def recall(owner: Owner | None, own: Scenario) -> Recalled | None:
    """Return where the visitor was last; None where that is not known, or its scenario cannot be had."""
    kept = None if owner is None else memory().view(owner)
    moment = None if kept is None else _moment_of(kept, own)
    if kept is None or moment is None:
        return None

    def find(name: str) -> Scenario | None:
        return own if own.hash == name else library().get(name)

    history, future = (tuple(WrittenMoment(step, find) for step in steps) for steps in (kept.history, kept.future))
    return Recalled(moment, history, future, kept.page, kept.when, kept.kept_plan)


def _moment_of(kept: KeptView, own: Scenario) -> Moment | None:
    """Read where a visitor was; in the app's own scenario, it is taken as its files are now."""
    named = kept.step.scenario
    scenario = own if named == own.hash else library().get(named)
    if kept.is_own and named != own.hash:
        was = scenario or own
        return Moment(own, carried_over(was, read_link(was, kept.step.link), own))
    if scenario is None:
        return None
    opened = read_link(scenario, kept.step.link)
    return Moment(scenario, View(opened.settings, opened.year))
