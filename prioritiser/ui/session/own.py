"""The scenario that the app was started on, and whose session this is."""

import os
from pathlib import Path

import streamlit as st

from prioritiser.files.scenario_files import read_scenario
from prioritiser.resources import bundled
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui.session.recall import memory
from prioritiser.ui.storage import visitors
from prioritiser.ui.storage.memory import Owner

SCENARIO_VARIABLE = "PRIORITISER_SCENARIO"


def scenario_path() -> Path:
    """Return the scenario that the app was started on, by default the bundled example."""
    named = os.environ.get(SCENARIO_VARIABLE, "").strip()
    return Path(named) if named else bundled("scenarios", "example-ics")


def own_scenario() -> Scenario:
    """Read the scenario that the app was started on, once for each state of its files; raises ScenarioError."""
    path = scenario_path()
    return _read(str(path), _stamp(path))


def owner() -> Owner | None:
    """Say whose the session is, for the memory; None where nothing is kept or the browser keeps no cookie."""
    visitor = visitors.visitor_now() if memory().is_on else None
    return None if visitor is None else Owner(visitor, str(scenario_path().resolve()), own_scenario().hash)


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    files = [path] if path.is_file() else sorted(path.glob("*")) if path.is_dir() else []
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@st.cache_resource(show_spinner=False, max_entries=4)
def _read(path: str, stamp: tuple[tuple[str, int, int], ...]) -> Scenario:
    del stamp  # it only tells one state of the files from another
    return read_scenario(path)
