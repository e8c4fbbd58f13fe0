"""What is open in the session: scenario and settings in force, the link, undo and redo, and what the inputs hold."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, cast
from zoneinfo import ZoneInfo

import streamlit as st

from prioritiser.errors import SettingsError
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui.session.moments import Kept, Moment, Words
from prioritiser.ui.session.opened import Move, Opened, held, holds, is_open, open_first, opened
from prioritiser.ui.session.own import own_scenario, owner
from prioritiser.ui.session.papers import held_now, write
from prioritiser.ui.session.recall import NOT_DRAWN, Recalled, as_first, could_not_be_drawn, library, recall
from prioritiser.ui.session.widget_sync import Input, NamedMoves, Take, Typed, same
from prioritiser.ui.storage.links import ANEW, BEGIN, SCENARIO, Link, View, carried_over, read_link, write_link
from prioritiser.ui.storage.memory import SHORTEST_NAME

_UNDO_STEPS = 50
_BURST_S = 1.5
_RUN = "run_shown"
_BEGUN_ANEW = "The app begins anew, with the scenario's own settings. Saved options are still there."


def open_moment(page: str) -> Moment:
    """Return what to show: from the link when it is new or was changed by hand, else as the inputs left it.

    page: the title of the page that is shown. Raises ScenarioError where the scenario that the app was started on is
    needed and cannot be read.
    """
    given: Link = {name: st.query_params.get_all(name) for name in st.query_params}
    known = is_open()
    if not known:
        _begin(given, page)
    elif opened().is_own and (own := own_scenario()).hash != opened().scenario.hash:
        adopt(own)  # its files were changed
    session = opened()
    session.run += 1
    if not session.unasked:
        session.seen = _run_shown()
    session.unasked = False
    _take_moves(session.scenario)
    if known and session.address.opens_another(given, session.seen):
        open_again(_linked(given))
    wanted = link_in_force()
    # an address that was sent last may not be in the browser yet
    is_to_be_sent = wanted != given or session.address.link not in (None, wanted)
    session.address.note(wanted, given, session.run)
    if is_to_be_sent:
        st.query_params.from_dict(wanted)
    return moment_in_force()


def link_in_force() -> Link:
    """Write what is open as a link."""
    session = opened()
    link = write_link(session.scenario, session.view)
    return link if session.is_own else {SCENARIO: [library().put(session.scenario)], **link}


def link_name() -> str:
    """Return the name that a link calls the open scenario by; it is kept, so that the link opens it again."""
    return library().put(opened().scenario)


def is_own() -> bool:
    """Whether the scenario that is open is the one that the app was started on."""
    return bool(opened().is_own)


def edited_since() -> datetime | None:
    """Return when the open scenario was made or brought here, by the clock of whoever looks; None for the server's."""
    session = opened()
    since = None if session.is_own else library().since(session.scenario)
    if since is None:
        return None
    try:
        return since.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (KeyError, ValueError, OSError):
        return since  # a browser may name a zone that is not known here


def _linked(given: Link) -> Moment:
    """Open a link; what it names that is not here is said, and the rest is kept."""
    if _is_anew(given):
        return as_first(own_scenario())
    rest = {name: values for name, values in given.items() if name != SCENARIO}
    named = given.get(SCENARIO, [""])[-1]
    scenario = (library().get(named) if named else None) or own_scenario()
    view = read_link(scenario, rest)
    missing = ""
    if 0 < len(named) < SHORTEST_NAME:
        missing = (
            f"The link names its scenario by {len(named)} characters, and it takes {SHORTEST_NAME}. Copy the whole "
            "link, as Share writes it, and open it again. This is the scenario that the app was started on."
        )
        view = read_link(own_scenario(), rest)
        scenario = own_scenario()
    elif named and scenario.hash[: len(named)] != named:
        missing = "The scenario of the link is not kept on this server; this is the one that the app was started on."
    return Moment(scenario, View(view.settings, view.year, (missing, *view.problems)) if missing else view)


def _is_anew(given: Link) -> bool:
    return given.get(BEGIN, [""])[-1] == ANEW


def _begin(given: Link, page: str) -> None:
    own = own_scenario()
    mine = owner()
    recalled, first = recall(mine, own), as_first(own)
    if given or recalled is None:
        linked, opening = _linked(given), ""
        history, future = _steps_beside(recalled, linked)
        if _is_anew(given):
            opening = _BEGUN_ANEW
        elif linked.step != first.step and could_not_be_drawn(mine, linked.step, page):
            opening = NOT_DRAWN
            history, future, linked = [*history, linked], [], first
        if opening and recalled is not None:
            recalled = replace(recalled, kept_plan="")
        is_back = False
    else:
        linked, opening = recalled.moment, recalled.dropped
        history, future = list(recalled.history), list(recalled.future)
        is_back = not opening and linked.step != first.step
    beginning = Opened(linked.scenario, linked.view, _is_own(linked.scenario), recalled, history, future)
    beginning.is_back, beginning.opening = is_back, opening
    open_first(beginning)


def _steps_beside(recalled: Recalled | None, opened: Moment) -> tuple[list[Kept], list[Kept]]:
    """Undo and redo steps for what a link opens: it wins over what was kept, which undo brings back."""
    if recalled is None:
        return [], []
    if recalled.dropped:
        history = list(recalled.history)
        return (history[:-1] if history and history[-1].step == opened.step else history), []
    if opened.step == recalled.moment.step:
        return list(recalled.history), list(recalled.future)
    return [*recalled.history, recalled.moment], []


def _put_in_force(session: Opened, moment: Moment, is_own: bool) -> None:
    session.scenario, session.view, session.is_own = moment.scenario, moment.view, is_own


def _is_own(scenario: Scenario) -> bool:
    return scenario is own_scenario() or scenario.hash == own_scenario().hash


def adopt(scenario: Scenario) -> None:
    """Open another scenario, or this one with other tables; settings are carried over as far as they fit."""
    now = opened()
    open_again(Moment(scenario, carried_over(now.scenario, now.view, scenario)))


def open_again(moment: Moment) -> None:
    """Put a moment in force that a link names or that was saved before; undo goes back."""
    is_own, session = _is_own(moment.scenario), opened()
    _remember()
    _put_in_force(session, moment, is_own)


def moment_in_force() -> Moment:
    """Return the scenario and the view that are open."""
    session = opened()
    return Moment(session.scenario, session.view)


def _remember(key: str = "", words: Words | None = None) -> None:
    """Keep what is in force for undo, unless the same input goes on being moved: that is one step.

    words: what a field of a paper holds, where that is what is about to change.
    """
    goes_on, before, session = _goes_on(key), replace(moment_in_force(), words=words), opened()
    if not goes_on:
        session.history.append(before)
        del session.history[:-_UNDO_STEPS]
    session.future, session.is_back, session.opening = [], False, ""
    session.last_move = Move(key, session.run, monotonic())


def _goes_on(key: str) -> bool:
    """Whether a number or a text is moved again before its last value was shown, or a moment later.

    These go through many values on the way to the one that is meant; a choice from a list does not.
    """
    session = opened()
    last: Move = session.last_move
    if not key or last.key != key or not session.inputs[key].is_gradual(held(key)) or not can_undo():
        return False
    return bool(session.seen < last.run) or monotonic() - last.when < _BURST_S


def _take_moves(scenario: Scenario) -> None:
    """Put in force what people moved since the last run.

    Not left to callbacks, because a callback is lost when the next message of the browser cuts it short.
    """
    session = opened()
    seen: int = session.seen
    last: Move = session.last_move
    inputs: dict[str, Input] = session.inputs
    # Messages that wait are merged into one. What was being moved already came before what is new.
    for key, known in sorted(inputs.items(), key=lambda item: item[0] != last.key):
        known.forget_replaced(seen)
        if known.take is None or not holds(key):
            continue
        now = held(key)
        if known.moved(now, seen):
            before: Moment | None = session.history[-1].found if _goes_on(key) else None
            start: View = session.view if before is None else before.view
            change(scenario, known.take(start.settings, now), key)
            known.note_move(now, seen)


def change(scenario: Scenario, settings: Settings, key: str = "") -> None:
    """Put settings in force; those that do not fit the scenario are refused with a message, and nothing is lost.

    key: the input that was moved.
    """
    session = opened()
    view = session.view
    try:
        scenario.check(settings)
    except SettingsError as error:
        session.view = View(view.settings, view.year, (str(error),))
        return
    if settings != view.settings:
        _remember(key)
        session.view = View(settings, view.year)


def show_year(year: str) -> None:
    """Show the targets of another year."""
    session = opened()
    known: Input | None = session.inputs.get("year")
    late = known is not None and not known.moved(year, _run_shown())
    if late or year not in session.scenario.years:
        return
    session.view = View(session.view.settings, year, session.view.problems)


def can_undo() -> bool:
    """Whether there is something to go back to."""
    return bool(opened().history)


def can_redo() -> bool:
    """Whether something was undone that can be had again."""
    return bool(opened().future)


def undo() -> None:
    """Go back to what was in force before."""
    take_what_came_along()
    _step(opened().history, opened().future)


def redo() -> None:
    """Go forward again to what was undone."""
    take_what_came_along()
    _step(opened().future, opened().history)


def _step(source: list[Kept], other: list[Kept]) -> None:
    session = opened()
    while source:
        moment: Moment | None = source[-1].found
        words = None if moment is None or moment.words is None else held_now(moment.words)
        is_own = moment is not None and _is_own(moment.scenario)
        here = replace(moment_in_force(), words=words)
        source.pop()
        if moment is not None:
            other.append(here)
            session.last_move, session.is_back, session.opening = Move(), False, ""
            _put_in_force(session, moment, is_own)
            if moment.words is not None:
                write(moment.words)
            st.session_state["failed"] = None  # words may be what a page could not be drawn with
            return


def press(make: Callable[[Settings], Settings]) -> None:
    """Put in force what a button makes of the settings."""
    take_what_came_along()
    session = opened()
    change(session.scenario, make(session.view.settings))


def take_what_came_along() -> None:
    """Take a number that was typed and not yet left: it arrives together with the press of a button."""
    session = opened()
    session.seen = _run_shown()
    _take_moves(session.scenario)


def put(key: str, value: Any, take: Take | None = None, kind: type[Input] = Input) -> str:
    """Make an input show a value before it is drawn; returns its key.

    take: what a move makes of the settings. kind: how its moves are told. What a person has just moved is never
    written over, because by the time it arrived they may have moved on.
    """
    session = opened()
    seen: int = session.seen
    inputs: dict[str, Input] = session.inputs
    known = inputs.setdefault(key, kind())
    known.take = take
    if not holds(key) or not same(held(key), value) or known.waits(seen):
        st.session_state[key] = value
        known.note_sent(value, session.run)
    elif not known.sent or not same(known.sent[-1][1], value):
        known.note_move(value, seen)
    return key


def put_words(decision: str, field: str, value: Any, taken: Callable[[Any], Any] = str) -> str:
    """Make an input show a field of the words of a decision before it is drawn; returns its key.

    taken: what the paper takes of what the input holds; a text is typed, and anything else chosen.
    """
    key = f"pack_{field}_{decision}"
    take = partial(_take_words, key, lambda held: Words(decision, field, taken(held)))
    return put(key, value, take, Typed if taken is str else Input)


def _take_words(key: str, as_words: Callable[[Any], Words], now: Settings, held: Any) -> Settings:
    """Put words in force, as a step of undo; no setting changes."""
    words = as_words(held)
    before = held_now(words)
    if words != before:
        _remember(key, before)
        write(words)
    return now


def fallback(key: str, **default: Any) -> dict[str, Any]:
    """Give an input the default that the browser falls back on where it has to draw it anew.

    default: the value in force, by what the input calls it. Without it an input that was let go by the browser, such
    as in a run that was cut short, would come back as 0 or empty, and that would read as a move. Nothing is given in a
    run that sends the value itself.
    """
    sent: list[tuple[int, Any]] = opened().inputs[key].sent
    is_sent = bool(sent) and sent[-1][0] == opened().run
    return {} if is_sent else default


def listen(key: str, take: Take) -> tuple[str, str]:
    """Let a component of our own, which names its moves, move the settings; returns its key and the last move taken."""
    known = cast("NamedMoves", opened().inputs.setdefault(key, NamedMoves()))
    known.take = take
    return key, known.last


def put_run() -> str:
    """Make an input that nobody sees hold the number of this run; the browser sends it back with every message."""
    st.session_state[_RUN] = opened().run
    return _RUN


def _run_shown() -> int:
    """Return the last run that the browser has shown, as it came with its message."""
    found: int = held(_RUN) if holds(_RUN) else opened().seen
    return found
