"""The top of a page: the answer in a sentence, how sure it is, and what is still being worked out."""

import streamlit as st

from prioritiser.analysis.summary.summary import References, headline, limits_sentence, proof, references, under_way
from prioritiser.errors import InfeasibleError, NoAnswerError, PrioritiserError
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.scenario import Scenario
from prioritiser.ui import session
from prioritiser.ui.background.answers import Job, Progress
from prioritiser.ui.components.markup import Markup, Part, element
from prioritiser.ui.components.ways_out import begun
from prioritiser.ui.components.widgets import message, show
from prioritiser.ui.storage.links import View

_EARLY = {"cancelled": "Stopped early. ", "time_limit": "Time was up. "}
_PLAN_EVERY_S, _PROOF_EVERY_S = 0.4, 0.8  # how often to look whether there is a plan, and a better one
_FAULT = "Something went wrong before the end. "


def show_answer(scenario: Scenario, view: View, place: str = "top") -> Progress:
    """Ask for the portfolio of a view, and say in a place of the page what is recommended; returns what is known."""
    job, progress = session.ask(scenario, view.settings)
    portfolio = progress.portfolio
    with st.container(key=place):
        compared = references(portfolio.outcome) if portfolio is not None else None
        show_answer_line(portfolio, compared, view.year, job, progress)
    return progress


def show_answer_line(
    portfolio: Portfolio | None, compared: References | None, year: str, job: Job, progress: Progress
) -> None:
    """Show what is recommended for the year, or why there is nothing; while it is worked out, look again.

    Two parts in the same places at every moment, so that each takes the place of what stood there at once: what is
    said, as one piece that cannot disagree with itself, and a button or nothing.
    """
    if not progress.over:
        session.watch(
            lambda: job.look().version != progress.version or session.is_behind(job),
            lambda: _show_so_far(portfolio, compared, year, job, progress),
            _PROOF_EVERY_S if progress.portfolio is not None else _PLAN_EVERY_S,
        )
        st.empty()
        return
    if progress.portfolio is None and progress.failure is not None:
        show(_failure(progress.failure))
    else:
        show(_answer(portfolio, compared, year, progress, ""))
    label = _again(progress)
    if label:
        st.button(label, key="look_again", on_click=session.ask_again)
    else:
        st.empty()


def _show_so_far(
    portfolio: Portfolio | None, compared: References | None, year: str, job: Job, progress: Progress
) -> None:
    stopping = job.stop.is_set()
    show(_answer(portfolio, compared, year, progress, "Stopping" if stopping else _doing(job, progress)))
    with st.container(key="waiting", horizontal=True, vertical_alignment="center"):
        show(element("p", f"{'Stopping' if stopping else 'Working'}: {job.seconds:.0f} s", class_="working"))
        st.button("Cancel", key="cancel", on_click=job.cancel, disabled=stopping)


def _doing(job: Job, progress: Progress) -> str:
    if progress.portfolio is not None:
        return under_way(progress.portfolio)
    return f"Looking for a first plan{', after the best for each tier alone' if job.settings.balance else ''}"


def _answer(
    portfolio: Portfolio | None, compared: References | None, year: str, progress: Progress, doing: str
) -> Markup:
    """Build the sentence and the line below it; doing: what is still being worked out, empty when nothing is."""
    sure: list[Part] = [doing]
    if portfolio is None or compared is None:
        said = "Working. A first plan appears here in a moment."
    elif progress.portfolio is None:
        said = "Working on the new setting. Below is still the answer to the setting before."
    else:
        said = headline(portfolio.outcome, compared, year)
        ended = _FAULT if progress.failure else _EARLY.get(portfolio.termination, "")
        early = ended if progress.over else ""
        rest = [doing] if doing else []
        more = " · ".join(["", *rest, limits_sentence(portfolio.outcome)])
        sure = [element("strong", f"{early}{proof(portfolio)}"), more]
    return element("div", element("p", said, class_="answer"), element("p", *sure, class_="proof"), role="status")


def _again(progress: Progress) -> str:
    """Name the button that looks again, where that can help."""
    portfolio = progress.portfolio
    if portfolio is not None:
        if progress.failure or portfolio.termination in _EARLY:
            return "Look again for the best"
        return "Look again" if any(portfolio.best_alone.get(tier) is None for tier in portfolio.outcome.scores) else ""
    if isinstance(progress.failure, NoAnswerError):
        return "Look again"
    return "" if isinstance(progress.failure, PrioritiserError) else "Try again"


def _failure(failure: Exception) -> Markup:
    """Say why there is no answer and what to do about it."""
    if isinstance(failure, InfeasibleError):
        sets = failure.found.sets if failure.found else ()
        clash = [begun(demand) for demand in sets[0]] if sets else failure.clash
        advice = "Loosen one of these: a capacity, a lock or a rule; or choose a preset."
        if failure.ways_out:
            advice = "The smallest ways out are listed below. Or choose a preset."
        return message("problem", "No portfolio meets all of these together:", clash, advice)
    if isinstance(failure, NoAnswerError):
        return message(
            "problem", "Stopped before any plan was found.", [str(failure)], "Look again, or change a setting."
        )
    if isinstance(failure, PrioritiserError):
        advice = "Change a setting or choose a preset."
        return message("problem", "These settings cannot be answered.", [str(failure)], advice)
    advice = "The log of the server says more. Other settings may still work."
    return message("problem", "Something went wrong while this was worked out.", [type(failure).__name__], advice)
