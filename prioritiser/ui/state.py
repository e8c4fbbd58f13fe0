"""The only file that touches the session: the settings in force, the link, undo, and the question being answered."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
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
from prioritiser.ui.inputs import Input, Take, same
from prioritiser.ui.links import Link, View, read_link, write_link

SCENARIO_VARIABLE = "PRIORITISER_SCENARIO"
_FIRST_LOOK_S = 0.3
_UNDO_STEPS = 50
_BURST_S = 1.5
_RUN = "run_shown"


@dataclass(frozen=True)
class _Move:
    """The last move: of which input, in which run, and when that run had its answer; `key` is empty for none."""

    key: str = ""
    run: int = 0
    when: float = 0.0


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
        _begin(scenario, given)
    session["scenario"] = scenario
    session["run"] += 1
    if not session["unasked"]:
        session["seen"] = session.get(_RUN, session["seen"])
    session["unasked"] = False
    _take_moves(scenario)
    if known and given != session["link"] and not _in_flight(given):
        opened = read_link(scenario, given)
        _remember()
        session["view"] = opened
    view: View = session["view"]
    wanted = write_link(scenario, view)
    if wanted != given:
        st.query_params.from_dict(wanted)
    if wanted != session.get("link"):
        session["links"][_link_key(session.get("link", given))] = session["run"]
        session["link"] = wanted
    return view


def _begin(scenario: Scenario, given: Link) -> None:
    session = st.session_state
    session["view"] = read_link(scenario, given)
    session["history"] = []
    session["last_move"] = _Move()
    session["before"] = session["shown"] = None
    session["links"] = {}
    session["inputs"] = {}
    session["run"] = session["seen"] = 0
    session["unasked"] = False
    session["scenario_hash"] = scenario.hash


def _link_key(link: Link) -> str:
    return repr(sorted((name, tuple(values)) for name, values in link.items()))


def _in_flight(given: Link) -> bool:
    """Whether a link that differs from ours is only one that the browser has not yet replaced."""
    replaced: int | None = st.session_state["links"].get(_link_key(given))
    return replaced is not None and replaced > st.session_state["seen"]


def _remember(key: str = "") -> None:
    """Keep the view in force for undo, unless the same number goes on being moved: that is one step."""
    session = st.session_state
    if not _goes_on(key):
        history: list[View] = session["history"]
        history.append(session["view"])
        del history[:-_UNDO_STEPS]
    session["last_move"] = _Move(key, session["run"], monotonic())


def _goes_on(key: str) -> bool:
    """Whether a number is moved again before its last value was shown, or a moment later.

    A number goes through many values on the way to the one that is meant; a choice from a list does not.
    """
    session = st.session_state
    last: _Move = session["last_move"]
    if not key or last.key != key or not isinstance(session[key], int | float) or not can_undo():
        return False
    return bool(session["seen"] < last.run) or monotonic() - last.when < _BURST_S


def _take_moves(scenario: Scenario) -> None:
    """Put in force what people moved since the last run.

    Not left to callbacks, because a callback is lost when the next message of the browser cuts it short.
    """
    session = st.session_state
    seen: int = session["seen"]
    last: _Move = session["last_move"]
    inputs: dict[str, Input] = session["inputs"]
    # Messages that wait are merged into one. What was being moved already came before what is new.
    for key, known in sorted(inputs.items(), key=lambda item: item[0] != last.key):
        known.forget_replaced(seen)
        if known.take is None or key not in session:
            continue
        held = session[key]
        if known.moved(held, seen):
            start: View = session["history"][-1] if _goes_on(key) else session["view"]
            change(scenario, known.take(start.settings, held), key)
            known.note_move(held, seen)


def change(scenario: Scenario, settings: Settings, key: str = "") -> None:
    """Put settings in force; those that do not fit the scenario are refused with a message, and nothing is lost.

    key: the input that was moved.
    """
    view: View = st.session_state["view"]
    try:
        scenario.check(settings)
    except SettingsError as error:
        st.session_state["view"] = View(view.settings, view.year, (str(error),))
        return
    if settings != view.settings:
        _remember(key)
        st.session_state["view"] = View(settings, view.year)


def show_year(year: str) -> None:
    """Show the targets of another year."""
    session = st.session_state
    known: Input | None = session["inputs"].get("year")
    late = known is not None and not known.moved(year, session.get(_RUN, session["seen"]))
    if late or year not in session["scenario"].years:
        return
    view: View = st.session_state["view"]
    st.session_state["view"] = View(view.settings, year, view.problems)


def can_undo() -> bool:
    """Whether there is a setting to go back to."""
    return bool(st.session_state["history"])


def undo() -> None:
    """Go back to the setting before."""
    session = st.session_state
    _take_what_came_along()
    if can_undo():
        history: list[View] = session["history"]
        session["last_move"] = _Move()
        session["view"] = history[-1]
        history.pop()


def press(make: Callable[[Settings], Settings]) -> None:
    """Put in force what a button makes of the settings."""
    _take_what_came_along()
    view: View = st.session_state["view"]
    change(st.session_state["scenario"], make(view.settings))


def _take_what_came_along() -> None:
    """Take a number that was typed and not yet left: it arrives together with the press of a button."""
    session = st.session_state
    session["seen"] = session.get(_RUN, session["seen"])
    _take_moves(session["scenario"])


def put(key: str, value: Any, take: Take | None = None) -> str:
    """Make an input show a value before it is drawn; returns its key.

    take: what a move makes of the settings. What a person has just moved is never written over, because by the time
    it arrived they may have moved on.
    """
    session = st.session_state
    seen: int = session["seen"]
    inputs: dict[str, Input] = session["inputs"]
    known = inputs.setdefault(key, Input())
    known.take = take
    if key not in session or not same(session[key], value) or known.waits(seen):
        session[key] = value
        known.note_sent(value, session["run"])
    elif not known.sent or not same(known.sent[-1][1], value):
        known.note_move(value, seen)
    return key


def put_run() -> str:
    """Make an input that nobody sees hold the number of this run; the browser sends it back with every message."""
    st.session_state[_RUN] = st.session_state["run"]
    return _RUN


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
    last: _Move = st.session_state["last_move"]
    if last.run == st.session_state["run"]:
        st.session_state["last_move"] = replace(last, when=monotonic())
    return job, progress


def ask_again() -> None:
    """Forget the question, so that it is asked anew."""
    st.session_state["job"] = None


def _show(portfolio: Portfolio) -> None:
    shown: Portfolio | None = st.session_state["shown"]
    if shown is not None and shown.settings != portfolio.settings and not _is_passed_through():
        st.session_state["before"] = shown
    st.session_state["shown"] = portfolio


def _is_passed_through() -> bool:
    """Whether the portfolio shown last was only met on the way: undo goes back to the one before it."""
    before: Portfolio | None = st.session_state["before"]
    history: list[View] = st.session_state["history"]
    return before is not None and bool(history) and before.settings == history[-1].settings


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
    drawing = True

    @st.fragment(run_every=0.4)
    def look() -> None:
        if job.look().version != seen:
            # While the page is drawn, no message of the browser stands behind the next run.
            st.session_state["unasked"] = drawing
            st.rerun()
        show_waiting()

    look()
    drawing = False
