"""What the session has asked for: the portfolio of the settings in force, long work, and what was shown before."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any

import streamlit as st

from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui.background.answers import Answers, Job, Progress
from prioritiser.ui.background.jobs import Run, Work, Works
from prioritiser.ui.background.render_lock import others_first
from prioritiser.ui.session.opened import opened
from prioritiser.ui.session.page_state import dialog_open

_FIRST_LOOK_S = 0.3
_LOOK_EVERY_S = 0.4
MOST_BEHIND_S = 4.0


@st.cache_resource(show_spinner=False)
def answers() -> Answers:
    """Return the one pool of workers that every session shares."""
    return Answers()


@st.cache_resource(show_spinner=False)
def works() -> Works:
    """Return the one pool of long work that every session shares."""
    return Works(answers())


def ask(
    scenario: Scenario,
    settings: Settings,
    at_once: Callable[[], Portfolio | None] | None = None,
    *,
    first_look_s: float = _FIRST_LOOK_S,
) -> tuple[Job, Progress]:
    """Ask for the portfolio of these settings; the question before is let go when the settings have moved on.

    at_once: finds an answer that can be shown before anything is solved, or None. first_look_s: how long to wait for
    a first answer.
    """
    st.session_state["behind"] = False
    now = opened()
    job = now.job
    if job is None or job.scenario.hash != scenario.hash or job.settings != settings or job.abandoned:
        asked = answers().ask(scenario, settings, at_once)
        if job is not None:
            job.leave()
        job = now.job = asked
    progress = job.look()
    if not progress.version and first_look_s > 0:
        with others_first():
            progress = job.wait(first_look_s)
    if progress.portfolio is not None:
        _show(progress.portfolio)
    last = opened().last_move
    if last.run == opened().run:
        opened().last_move = replace(last, when=monotonic())
    return job, progress


def ask_again() -> None:
    """Forget the question, so that it is asked anew."""
    opened().job = None


def ask_work[T](
    name: str,
    key: str,
    scenario: Scenario,
    run: Run[T],
    *,
    first_look_s: float = _FIRST_LOOK_S,
    by_itself: bool = False,
) -> Work[T]:
    """Ask for long work; what was asked before under this name is let go when the key has changed.

    name: what the work is for, one at a time in a session. key: see `work_key`. first_look_s: how long to wait for it.
    by_itself: nobody asked for it by opening a page, so that it gives way to what somebody did ask for.
    What a person cancelled stays as it is until `ask_work_again`.
    """
    asked: dict[str, Work[T]] = st.session_state.setdefault("works", {})
    work = before = asked.get(name)
    if work is None or work.key != key or work.abandoned:
        work = asked[name] = works().ask(key, scenario, run, by_itself=by_itself)
        if before is not None:
            before.leave()
        with others_first():
            work.wait(first_look_s)
    return work


def work_before(work: Work[Any]) -> int:
    """Count the pieces of long work that go before this one; 0 once it is being done."""
    return works().before(work)


def ask_work_again(name: str) -> None:
    """Forget a piece of work that was cancelled or failed, so that it is asked anew."""
    st.session_state.get("works", {}).pop(name, None)


def _show(portfolio: Portfolio) -> None:
    shown = opened().shown
    if shown is not None and shown.settings != portfolio.settings and not _is_passed_through():
        opened().before = shown
    if shown is not None and not shown.outcome.plan.keys() <= portfolio.outcome.scenario.initiative_by_id.keys():
        opened().before = None  # another scenario: there is nothing to compare with
    opened().shown = portfolio


def _is_passed_through() -> bool:
    """Whether the portfolio shown last was only met on the way: undo goes back to the one before it."""
    before = opened().before
    history = opened().history
    last = history[-1].found if before is not None and history else None
    return before is not None and last is not None and before.settings == last.view.settings


def last_shown() -> Portfolio | None:
    """Return the portfolio that was shown last, under whatever settings."""
    return opened().shown


def answer_below(portfolio: Portfolio, job: Job, *, over: bool) -> tuple[Portfolio, bool]:
    """Choose what the lower part of a page shows, and say whether it is this portfolio.

    An answer of the map is about to be followed by the proved one. Until then, or for some seconds, the lower part
    stays as it is, so that what is in sight changes at once.
    """
    drawn: Portfolio | None = st.session_state.get("below")
    is_same = drawn is not None and drawn.scenario_hash == portfolio.scenario_hash
    if drawn is not None and is_same and not over and portfolio.is_unsolved and job.seconds < MOST_BEHIND_S:
        st.session_state["behind"] = True
        return drawn, False
    st.session_state["below"] = portfolio
    return portfolio, True


def is_behind(job: Job) -> bool:
    """Whether the lower part of the page that is drawn waits for a proof, and has waited long enough."""
    return bool(st.session_state.get("behind")) and job.seconds >= MOST_BEHIND_S


def shown_before() -> Portfolio | None:
    """Return the portfolio that was shown under the settings before, to say what changed."""
    return opened().before


def watch(is_news: Callable[[], bool], show_waiting: Callable[[], None], every_s: float = _LOOK_EVERY_S) -> None:
    """Look again every moment while something is worked out; draw the page anew when there is news.

    Under a dialog nothing is drawn anew, because that takes the focus from whoever types there; it is when it closes.
    """
    drawing = True

    @st.fragment(run_every=every_s)
    def look() -> None:
        if is_news() and not dialog_open():
            # While the page is drawn, no message of the browser stands behind the next run.
            opened().unasked = drawing
            st.rerun()
        show_waiting()

    look()
    drawing = False
