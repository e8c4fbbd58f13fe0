"""What the Workshop page asks for: what the room means, in the background; and the saved options beside it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from prioritiser.analysis.summary.summary import references
from prioritiser.errors import InfeasibleError, NoAnswerError
from prioritiser.evaluation.outcome import Outcome, evaluate
from prioritiser.ui import session
from prioritiser.ui.background.jobs import Desk, Work, work_key
from prioritiser.ui.weight_picker.drawing import ask_map
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.consensus import Consensus, Scope, consensus
from prioritiser.workshop.heard.rounds import RoomSaid, Round
from prioritiser.workshop.portfolios import regrets_of
from prioritiser.workshop.records import CALLED, Workshop
from prioritiser.workshop.shown import Person, ShownRegrets, ShownRoom, people_of, shown_regrets, shown_room

NAME, OPTIONS = "consensus", "room_options"
GAP = 0.01
_TIME_LIMIT_S = 600.0
_OPTIONS_LIMIT_S = 120.0
WHAT_IF, SAVED = "What if: ", "Saved: "
TODAY, IN_FORCE = "Today's plan", "In force now"


@dataclass(frozen=True)
class Choice:
    """A portfolio that the room can be asked about. gap: of a portfolio for all; None of the others."""

    key: str
    name: str
    outcome: Outcome
    regrets: ShownRegrets
    gap: float | None = None


def ask_consensus(workshop: Workshop, said: RoomSaid, now: Round) -> Work[Consensus]:
    """Ask what the room means by a round; what is known so far is told on the way."""
    scenario, settings = said.scenario, said.settings
    ballots = now.shown_ballots
    first = said.rounds[0].shown_ballots if now.number > 1 else ()
    options = {f"{WHAT_IF}{name}": scenario.settings_for(name) for name in workshop.plan.what_ifs}
    drawn = None if settings.balance else ask_map(scenario, settings).state.result  # a room's value has no balance

    def run(desk: Desk[Consensus]) -> Consensus:
        scope = Scope(before=first, options=options, drawn=None if drawn is None else drawn.found, gap=GAP)
        budget = desk.within(_TIME_LIMIT_S)
        return consensus(
            desk.optimiser, settings, ballots, scope, budget=budget, progress=desk.progress, tell=desk.tell
        )

    asked = {name: option.as_json() for name, option in options.items()}
    key = work_key(NAME, scenario, settings, _digest(ballots), _digest(first), asked, GAP)
    return session.ask_work(NAME, key, scenario, run)


def ask_options(said: RoomSaid) -> Work[Mapping[str, Outcome]] | None:
    """Ask for the portfolios of the saved options of the room's scenario; None where there are none."""
    scenario = said.scenario
    saved = {
        f"{SAVED}{option.name}": option.moment.view.settings
        for option in session.saved_options()
        if option.scenario.hash == scenario.hash
    }
    if not saved:
        return None

    def run(desk: Desk[Mapping[str, Outcome]]) -> Mapping[str, Outcome]:
        found: dict[str, Outcome] = {}
        budget = desk.within(_OPTIONS_LIMIT_S)
        for place, (name, settings) in enumerate(saved.items()):
            desk.progress("saved option", place, len(saved))
            try:
                found[name] = desk.optimiser.best(settings, gap=GAP, budget=budget).outcome
            except (InfeasibleError, NoAnswerError):
                continue  # Compare says why an option has no portfolio
            desk.tell(dict(found))
        return found

    key = work_key(OPTIONS, scenario, said.settings, {name: one.as_json() for name, one in saved.items()}, GAP)
    return session.ask_work(OPTIONS, key, scenario, run)


def _digest(ballots: Sequence[Ballot]) -> str:
    plain = [
        [one.participant, one.role, one.place]
        + [sorted(part.items()) for part in (one.weights, one.goal_weights, one.support)]
        for one in ballots
    ]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def room_of(workshop: Workshop, answer: Consensus, now: Round, key: str) -> ShownRoom:
    """Decide whom regrets may be about. key: of the work; what is decided is kept, as pages are drawn often."""
    people = people_of(answer)
    kept = _decided(f"{key} {len(people)} {len(answer.left_out)}", workshop, people, answer.left_out, now)
    known = {one.key: one for one in people}
    return replace(kept, people=tuple(known[one.key] for one in kept.people))


@st.cache_resource(show_spinner=False, max_entries=16)
def _decided(
    key: str, _workshop: Workshop, _people: tuple[Person, ...], _out: tuple[str, ...], _now: Round
) -> ShownRoom:
    del key  # it only tells one answer from another
    earlier = [[one for one in some if one.key not in _out] for some in _now.earlier]
    return shown_room(_people, earlier, is_anonymous=_workshop.plan.is_anonymous)


def choices(answer: Consensus, room: ShownRoom, others: Mapping[str, Outcome]) -> list[Choice]:
    """List every portfolio with its regrets: those for all, what-ifs, then others by name.

    others: outcomes in any settings; they are evaluated in the room's.
    """
    listed = [
        Choice(key, CALLED[key], one.outcome, shown_regrets(room, key), one.gap)
        for key, one in answer.candidates.items()
    ]
    listed += [Choice(key, key, one.outcome, shown_regrets(room, key)) for key, one in answer.options.items()]
    by_person: dict[str, dict[str, float]] = {one.key: dict(one.regrets) for one in room.people}
    for name, outcome in others.items():
        mine = evaluate(answer.scenario, outcome.plan, answer.settings)
        regrets = regrets_of(answer.participants, mine)
        for person, known in by_person.items():
            known[name] = regrets[person]
        people = tuple(replace(one, regrets=by_person[one.key]) for one in room.people)
        listed.append(Choice(name, name, mine, shown_regrets(replace(room, people=people), name)))
    return listed


def todays(answer: Consensus) -> dict[str, Outcome]:
    """Today's plan, where the scenario has one."""
    if not answer.candidates:
        return {}
    compared = references(next(iter(answer.candidates.values())).outcome)
    return {TODAY: compared.today} if compared.has_today else {}
