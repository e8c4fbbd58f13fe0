"""A way to try what the room can live with: a portfolio put in force on all pages, or what all share locked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from prioritiser.analysis.pareto.adoption import locked_to
from prioritiser.evaluation.outcome import weights_of_goals
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted, percent, shortened
from prioritiser.ui import session
from prioritiser.ui.components.markup import element
from prioritiser.ui.components.widgets import message, show
from prioritiser.ui.pages.workshop.consensus_work import Choice
from prioritiser.ui.pages.workshop.words import opened_words
from prioritiser.ui.storage.links import View
from prioritiser.workshop.consensus import Candidate, Consensus
from prioritiser.workshop.finding import mean_terms
from prioritiser.workshop.heard.rounds import RoomSaid
from prioritiser.workshop.portfolios import median_weights
from prioritiser.workshop.records import Workshop

_DECIMALS = 4


@dataclass(frozen=True)
class Trial:
    """Settings that put a portfolio for all in force, and how they do it. in_part: how many cannot be locked."""

    settings: Settings
    words: str
    in_part: int = 0


def trial_of(answer: Consensus, candidate: Candidate) -> Trial:
    """Find the settings that put a portfolio for all in force: weights for the mean and the median, else locks."""
    if candidate.name == "mean":
        return _mean_trial(answer)
    if candidate.name == "median":
        middle = median_weights([one.weights for one in answer.participants])
        if any(middle.values()):
            return Trial(answer.settings.replace(weights=_of_100(middle)), "by its weights")
        return _mean_trial(answer)
    way = locked_to(candidate.outcome, answer.settings)
    return Trial(way.settings, f"by {counted(way.locks, 'lock')}", len(way.in_part))


def _mean_trial(answer: Consensus) -> Trial:
    """Weigh each goal as the mean of the room does: its tier's weight, and its weight within the tier."""
    goals = answer.scenario.goals
    worth = dict.fromkeys((goal.goal_id for goal in goals), 0.0)
    for (g, _), part in mean_terms(answer.participants).items():
        worth[goals[g].goal_id] += part
    tiers = dict.fromkeys(TIER_NAMES, 0.0)
    for goal in goals:
        tiers[goal.tier] += worth[goal.goal_id]
    settings = answer.settings.replace(weights=_of_100(tiers))
    if not any(one.ballot.goal_weights for one in answer.participants):
        return Trial(settings, "by its weights")
    own = weights_of_goals(answer.scenario, answer.settings)
    whole = {tier: sum(own[goal.goal_id] for goal in goals if goal.tier == tier) for tier in tiers}
    mine = {
        goal.goal_id: round(worth[goal.goal_id] / tiers[goal.tier] * whole[goal.tier], _DECIMALS)
        for goal in goals
        if tiers[goal.tier] > 0 and whole[goal.tier] > 0
    }
    changed = {name: weight for name, weight in mine.items() if weight != round(own[name], _DECIMALS)}
    return Trial(
        settings.replace(goal_weights={**settings.goal_weights, **changed}), "by its weights of tiers and goals"
    )


def _of_100(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {tier: round(100 * weight / total, _DECIMALS) for tier, weight in weights.items()}


def agreed_locks(answer: Consensus) -> dict[str, str]:
    """Lock what all portfolios for all share: in what all have, out what none has."""
    some = set(answer.in_some())
    everywhere = set(answer.in_all())
    return {
        name: "in" if name in everywhere else "out" for name in answer.scenario.initiative_by_id if name not in some
    }


def show_put(answer: Consensus, candidate: Candidate, *, is_in_force: bool, can: bool) -> None:
    """Show the button that puts a portfolio for all in force, or that it is. can: the app shows the room's scenario."""
    if is_in_force:
        show(element("p", element("strong", "This plan is in force."), role="status"))
        return
    trial = trial_of(answer, candidate)
    if trial.in_part:
        part = counted(trial.in_part, "initiative")
        show(element("p", f"It delivers {part} in part, which no lock can hold.", class_="small"))
        return
    key = f"put_{candidate.name}"
    st.button("Put in force", key=key, on_click=session.press, args=(partial(_put, trial.settings),), disabled=not can)
    show(element("p", f"{trial.words.capitalize()}.", class_="small"))


def _put(wanted: Settings, now: Settings) -> Settings:
    del now  # the ballots are about the room's settings, so these come with it
    return wanted


def show_locking(answer: Consensus, in_force: Choice | None, settings: Settings | None) -> None:
    """Show the regret of the plan in force, and the button that locks what all share.

    settings: those in force; None where another scenario is open.
    """
    locks = agreed_locks(answer)
    kept, out = (sum(lock == kind for lock in locks.values()) for kind in ("in", "out"))
    spread = None if in_force is None else in_force.regrets.every
    if spread is not None and in_force is not None:
        mean = _mean(answer, in_force)
        said = f"The plan in force: largest regret {percent(spread.most)}, mean {percent(mean)}."
        show(element("p", element("strong", said), " It moves with every setting.", role="status"))
    if not locks:
        return
    with st.container(key="room_locking", horizontal=True, vertical_alignment="center"):
        is_done = settings is not None and _locked(locks, settings) == settings
        idle = settings is None or is_done or len(answer.candidates) < 2
        lay = (partial(_locked, locks),)
        st.button("Lock what the room agreed", key="lock_agreed", on_click=session.press, args=lay, disabled=idle)
        done = "It is locked now. " if is_done else ""
        show(element("p", f"{done}{kept} in, {out} out; the rest stays open. Undo takes it back.", class_="small"))


def _mean(answer: Consensus, choice: Choice) -> float:
    regrets = [one.voice.regret(choice.outcome) for one in answer.participants]
    return sum(regrets) / len(regrets)


def _locked(locks: dict[str, str], now: Settings) -> Settings:
    """Lay locks over settings; one to a start year stays where the initiative is to be in."""
    kept = {name: lock for name, lock in now.lock.items() if lock != "out" and locks.get(name) == "in"}
    return now.replace(lock={**now.lock, **locks, **kept})


def show_other_scenario(workshop: Workshop, said: RoomSaid, scenario: Scenario) -> None:
    """Say that the app shows another scenario than the room is about, and offer to open that one."""
    if scenario.hash == workshop.scenario_hash:
        return
    about = f"{shortened(said.scenario.title, 90)}, as it was ({opened_words(workshop)})."
    advice = "Answers stay with the figures that they were given about. Open them to try a portfolio on all pages."
    show(message("note", "The app shows other figures than this room is about:", [about], advice))
    moment = session.Moment(said.scenario, View(said.settings, said.scenario.years[-1]))
    st.button("Open the room's scenario", key="open_rooms_scenario", on_click=session.open_again, args=(moment,))
