"""The only file that touches the session: the settings in force, the link, undo, and the question being answered."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import streamlit as st

from prioritiser.errors import SettingsError
from prioritiser.files import read_scenario
from prioritiser.places import bundled
from prioritiser.portfolio import Portfolio
from prioritiser.scenario import Scenario, Settings
from prioritiser.ui.answers import Answers, Job, Progress
from prioritiser.ui.links import Link, View, read_link, write_link

SCENARIO_VARIABLE = "PRIORITISER_SCENARIO"
_FIRST_LOOK_S = 0.3
_IN_FLIGHT_S = 3.0
_UNDO_STEPS = 50


@st.cache_resource(show_spinner=False)
def answers() -> Answers:
    """Return the one pool of workers that every session shares."""
    return Answers()


def scenario_path() -> Path:
    """Return the scenario that the app was started on, by default the bundled example."""
    named = os.environ.get(SCENARIO_VARIABLE, "").strip()
    return Path(named) if named else bundled("scenarios", "example-ics")


def open_scenario() -> Scenario:
    """Read the scenario, once for each state of its files; raises ScenarioError."""
    path = scenario_path()
    return _read(str(path), _stamp(path))


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    files = [path] if path.is_file() else sorted(path.glob("*")) if path.is_dir() else []
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@st.cache_resource(show_spinner=False, max_entries=4)
def _read(path: str, stamp: tuple[tuple[str, int, int], ...]) -> Scenario:
    del stamp  # it only tells one state of the files from another
    return read_scenario(path)


def open_view(scenario: Scenario) -> View:
    """Return what to show: from the link when it is new or was changed by hand, else as the inputs left it."""
    session = st.session_state
    given: Link = {name: st.query_params.get_all(name) for name in st.query_params}
    known = session.get("scenario_hash") == scenario.hash and "view" in session
    if not known:
        session["scenario_hash"] = scenario.hash
        session["history"] = []
        session["before"] = session["shown"] = None
        session["view"] = read_link(scenario, given)
        session["links"] = {}
    elif given != session["link"] and not _in_flight(given):
        _remember()
        session["view"] = read_link(scenario, given)
    view: View = session["view"]
    wanted = write_link(scenario, view)
    if wanted != given:
        st.query_params.from_dict(wanted)
    if wanted != session.get("link"):
        session["links"][_link_key(session.get("link", given))] = monotonic()
        session["link"] = wanted
    return view


def _link_key(link: Link) -> str:
    return repr(sorted((name, tuple(values)) for name, values in link.items()))


def _in_flight(given: Link) -> bool:
    """Whether a link that differs from ours is only one that the browser has not yet replaced."""
    replaced = st.session_state["links"].get(_link_key(given))
    return replaced is not None and monotonic() - replaced < _IN_FLIGHT_S


def _remember() -> None:
    history: list[View] = st.session_state["history"]
    history.append(st.session_state["view"])
    del history[:-_UNDO_STEPS]


def change(scenario: Scenario, settings: Settings) -> None:
    """Put settings in force; those that do not fit the scenario are refused with a message, and nothing is lost."""
    view: View = st.session_state["view"]
    try:
        scenario.check(settings)
    except SettingsError as error:
        st.session_state["view"] = View(view.settings, view.year, (str(error),))
        return
    if settings != view.settings:
        _remember()
        st.session_state["view"] = View(settings, view.year)


def show_year(year: str) -> None:
    """Show the targets of another year."""
    view: View = st.session_state["view"]
    st.session_state["view"] = View(view.settings, year, view.problems)


def can_undo() -> bool:
    """Whether there is a setting to go back to."""
    return bool(st.session_state["history"])


def undo() -> None:
    """Go back to the setting before."""
    if can_undo():
        st.session_state["view"] = st.session_state["history"].pop()


def settings_in_force() -> Settings:
    """Return the settings in force."""
    view: View = st.session_state["view"]
    return view.settings


def put(key: str, value: Any) -> str:
    """Set what an input shows before it is drawn; returns its key."""
    if st.session_state.get(key) != value or key not in st.session_state:
        st.session_state[key] = value
    return key


def taken(key: str) -> Any:
    """Return what an input holds."""
    return st.session_state[key]


def ask(scenario: Scenario, settings: Settings) -> tuple[Job, Progress]:
    """Ask for the portfolio of these settings; the question before is let go when the settings have moved on."""
    job: Job | None = st.session_state.get("job")
    if job is None or job.scenario.hash != scenario.hash or job.settings != settings:
        if job is not None:
            job.leave()
        job = answers().ask(scenario, settings)
        st.session_state["job"] = job
    progress = job.look() if job.progress.version else job.wait(_FIRST_LOOK_S)
    if progress.portfolio is not None:
        _show(progress.portfolio)
    return job, progress


def ask_again() -> None:
    """Forget the question, so that it is asked anew."""
    st.session_state["job"] = None


def _show(portfolio: Portfolio) -> None:
    shown: Portfolio | None = st.session_state["shown"]
    if shown is not None and shown.settings != portfolio.settings:
        st.session_state["before"] = shown
    st.session_state["shown"] = portfolio


def last_shown() -> Portfolio | None:
    """Return the portfolio that was shown last, under whatever settings."""
    portfolio: Portfolio | None = st.session_state["shown"]
    return portfolio


def shown_before() -> Portfolio | None:
    """Return the portfolio that was shown under the settings before, to say what changed."""
    portfolio: Portfolio | None = st.session_state["before"]
    return portfolio


def watch(job: Job, seen: int, show_waiting: Callable[[], None]) -> None:
    """Look again every moment while a question is being answered; draw the page anew when there is something new."""

    @st.fragment(run_every=0.4)
    def look() -> None:
        if job.look().version != seen:
            st.rerun()
        show_waiting()

    look()
