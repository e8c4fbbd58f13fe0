"""What the room means: four portfolios for all, everybody's regret, what to argue about, and a way to try them."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from prioritiser.charts.room import spread_chart
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import counted, percent
from prioritiser.ui import session
from prioritiser.ui.components.markup import Part, element
from prioritiser.ui.components.progress import show_work
from prioritiser.ui.components.widgets import message, show, show_chart, show_section
from prioritiser.ui.pages.workshop import meaning_tables as tables
from prioritiser.ui.pages.workshop.consensus_work import (
    IN_FORCE,
    NAME,
    OPTIONS,
    Choice,
    ask_consensus,
    ask_options,
    choices,
    room_of,
    todays,
)
from prioritiser.ui.pages.workshop.said import spread_columns
from prioritiser.ui.pages.workshop.trying import show_locking, show_other_scenario, show_put
from prioritiser.ui.pages.workshop.words import REGRET
from prioritiser.ui.storage.links import View
from prioritiser.workshop.consensus import Consensus
from prioritiser.workshop.heard.rounds import RoomSaid, Round
from prioritiser.workshop.records import CALLED, Kind, Workshop
from prioritiser.workshop.shown import ShownRoom, shown_notices

_LATER = "Portfolios that everybody can live with appear here when you close the answers."
_NO_WEIGHTS = "This room was asked for no weights. Portfolios for all need the moves weighed, or 100 points shared."
_WORKING = "Each person's own best portfolio is worked out first. Then four portfolios for all appear here."
_PROVED = 1e-4


def show_meaning(scenario: Scenario, view: View, workshop: Workshop, said: RoomSaid) -> None:
    """Show what the last round that is closed means."""
    if not any(question.kind in (Kind.SWING, Kind.POINTS) for question in workshop.plan.questions):
        show(element("p", _NO_WEIGHTS, class_="quiet"))
        return
    closed = [one for one in said.rounds if one.number < len(workshop.state.rounds) or not workshop.state.is_open]
    if not closed:
        show(element("p", _LATER, class_="quiet"))
        return
    now = closed[-1]
    if now.room.why_not:
        show_section("What the room means is not shown yet", now.room.why_not)
        return
    show_other_scenario(workshop, said, scenario)
    # each part has its place at all times: what moves while it is drawn stands twice on the page for a moment
    finding, status, follows, saved = (st.container(key=f"room_{name}") for name in ("finding", "work", "now", "saved"))
    work = ask_consensus(workshop, said, now)
    with status:
        answer = show_work(NAME, work, "working out what the room means").result
    if answer is None or not answer.candidates:
        with finding:
            _show_nothing_yet(answer, over=work.is_over)
        return
    room = room_of(workshop, answer, now, work.key)
    with follows:
        in_force = _in_force(scenario, view, workshop)
    with saved:
        options = _saved(said)
    others = {**todays(answer), **options, **({} if in_force is None else {IN_FORCE: in_force})}
    listed = choices(answer, room, others)
    settings = view.settings if scenario.hash == workshop.scenario_hash else None
    with finding:
        _show_finding(answer)
        show_locking(answer, next((one for one in listed if one.key == IN_FORCE), None), settings)
    with st.container(key="fair_portfolios"):
        _show_fair(answer, listed, in_force, can=settings is not None)
    _show_regrets(room, listed)
    show_section("What everybody would choose alone", _alone_words(answer), tables.alone_lists(answer))
    _show_support(answer, workshop, now)
    _show_notices(answer, room)


def _show_nothing_yet(answer: Consensus | None, *, over: bool) -> None:
    if answer is not None and over and not answer.participants:
        show_section("Nobody in the room can gain anything", "No plan is worth more to anybody than doing nothing.")
        return
    show(element("p", _WORKING, class_="quiet"))


def _in_force(scenario: Scenario, view: View, workshop: Workshop) -> Outcome | None:
    """Ask for the portfolio in force, where it is of the room's scenario; the page follows it."""
    if scenario.hash != workshop.scenario_hash:
        return None
    job, progress = session.ask(scenario, view.settings)
    if not progress.over:
        session.watch(
            lambda: job.look().version != progress.version,
            lambda: show(element("p", f"Working out the plan in force: {job.seconds:.0f} s", class_="working")),
        )
    if progress.portfolio is None and progress.failure is not None:
        show(message("note", "No plan is in force.", [str(progress.failure)], "Balance lists the ways out."))
    return None if progress.portfolio is None else progress.portfolio.outcome


def _saved(said: RoomSaid) -> dict[str, Outcome]:
    work = ask_options(said)
    found = None if work is None else show_work(OPTIONS, work, "working out the saved options").result
    return dict(found or {})


def _show_finding(answer: Consensus) -> None:
    settled, argued = answer.in_all(), answer.in_some()
    so_far = "" if len(answer.candidates) == len(CALLED) else "So far: "
    if not settled:
        title = f"{so_far}No initiative is in every fair portfolio; argue about these {len(argued)}"
    elif not argued:
        title = f"{so_far}Everybody can live with these {len(settled)}; there is nothing to argue about"
    else:
        title = f"{so_far}Everybody can live with these {len(settled)}; argue about these {len(argued)}"
    sentence = "The first are in every portfolio for all below, the others in some of them only."
    if not settled:
        sentence = "These are in some of the portfolios for all below, and none is in all of them."
    show_section(title, sentence, tables.finding_lists(answer))


def _show_fair(answer: Consensus, listed: Sequence[Choice], in_force: Outcome | None, *, can: bool) -> None:
    fair = [one for one in listed if one.key in CALLED]
    show_section(_fair_title(fair), REGRET)
    for column, choice in zip(st.columns(len(CALLED), gap="medium"), fair, strict=False):
        with column:
            show(tables.fair_card(answer, choice, proved=_proved(choice)))
            is_in_force = in_force is not None and dict(in_force.plan) == dict(choice.outcome.plan)
            show_put(answer, answer.candidates[choice.key], is_in_force=is_in_force, can=can)


def _fair_title(fair: Sequence[Choice]) -> str:
    """Say how many fair portfolios there are so far, whether they differ, and how far the largest regrets are apart."""
    if len(fair) == 1:
        return "The first of four fair portfolios"
    if all(dict(one.outcome.plan) == dict(fair[0].outcome.plan) for one in fair):
        return f"However fair is meant, it is the same portfolio: all {len(fair)} agree"
    worst = [one.regrets.every.most for one in fair if one.regrets.every is not None]
    span = f": the largest regret is from {percent(min(worst))} to {percent(max(worst))}" if worst else ""
    return f"{len(fair)} portfolios that are fair in different ways{span}"


def _proved(choice: Choice) -> str:
    gap = choice.gap or 0.0
    return "Proved" if gap <= _PROVED else f"Within {percent(gap, 1)} of the best possible"


def _show_regrets(room: ShownRoom, listed: Sequence[Choice]) -> None:
    known = [one for one in listed if one.regrets.every is not None]
    if not known:
        show_section("Regrets are not shown yet", next((one.regrets.why_not for one in listed), ""))
        return
    rows = [
        {"name": one.name, "tier": "", **spread_columns(spread), "said": f"largest {percent(spread.most)}"}
        for one in known
        if (spread := one.regrets.every) is not None
    ]
    least = min(known, key=lambda one: one.regrets.every.most if one.regrets.every else 0.0)
    most = least.regrets.every.most if least.regrets.every else 0.0
    title = f"The largest regret is least, {percent(most)}, with: {least.name}"
    words = "The bar holds the middle half of the room, the mark is the median, the line everybody."
    show_section(title, words)
    described = "; ".join(f"{row['name']}: {row['words']}, {row['said']}" for row in rows)
    edge = max(float(str(row["largest"])) for row in rows)
    show_chart(
        spread_chart(pd.DataFrame(rows), max(0.1, edge)),
        f"Regret in the room by portfolio. {described}.",
        tables.regret_table(known),
        "regret_chart",
    )
    parts: list[Part] = []
    for what in ("roles", "places"):
        if any(getattr(one.regrets, what) for one in known):
            parts.append(tables.group_table(known, what))
    if room.is_anonymous:
        parts.append(element("p", "Only groups of five people or more are shown; the largest regret is unnamed."))
    distant = tables.distant_line(known)
    if distant or parts:
        show_section("Who would lose most", distant or "Mean regret of each group, by portfolio.", *parts)


def _alone_words(answer: Consensus) -> str:
    return f"By the own best portfolio of each of {counted(len(answer.participants), 'person', 'people')}."


def _show_support(answer: Consensus, workshop: Workshop, now: Round) -> None:
    if not any(question.kind is Kind.SUPPORT for question in workshop.plan.questions):
        return
    if now.support.why_not:
        show_section("Support is not shown yet", now.support.why_not)
        return
    alone, wanted = answer.unsupported, answer.wanted
    if not answer.complete and not (alone or wanted):
        show_section("Where support and recommendation part appears here", "It needs the portfolios for all.")
        return
    title = f"{counted(len(alone), 'initiative')} recommended without support, {len(wanted)} supported but out"
    if not alone and not wanted:
        title = "Nothing is recommended without support, and nothing that most support is out"
    sentence = "Recommended is what is best for the mean weights. A price is what the best plan the other way loses."
    show_section(title, sentence, *tables.support_tables(answer))


def _show_notices(answer: Consensus, room: ShownRoom) -> None:
    own = shown_notices(answer, room)
    if own:
        show(message("note", "What else to know:", own))
