"""What may be answered to a question, what each question is about, and the ballots that answers make.

Swing weights after von Winterfeldt and Edwards (Decision Analysis and Behavioral Research, 1986) and Phillips and Bana
e Costa (Transparent prioritisation, budgeting and resource allocation, Annals of Operations Research 154, 2007): a
weight says what a move from here to there is worth beside another move, never how important something is as such.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prioritiser.errors import WorkshopError
from prioritiser.evaluation.outcome import score_terms, weights_of_goals
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Evidence, Goal
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import shortened
from prioritiser.text.typed import one_line
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.records import Entry, Kind, Participant, Question, Workshop

MOST_POINTS = 1000.0
FULL_SWING = 100.0
MOST_GOALS = 3  # of a tier, whose moves are weighed
JUDGED = " (judged)"
_FROM_TODAY = "from where we are to the targets"


@dataclass(frozen=True)
class Swing:
    """A move that is weighed beside others: of a tier, or of one goal. said: such as 'from 76 % to 85 %'.

    parts: what `said` is made of, a line each, those that were judged marked; of a tier. is_judged: of a goal, whether
    its levels were judged, not measured.
    """

    key: str
    name: str
    said: str
    parts: tuple[str, ...] = ()
    is_judged: bool = False


def important_goals(scenario: Scenario, settings: Settings, most: int = MOST_GOALS) -> tuple[str, ...]:
    """The goals of each tier that weigh most in it, as many as `most`; in the order of the scenario."""
    weights = weights_of_goals(scenario, settings)
    chosen: set[str] = set()
    for tier in score_terms(scenario, weights):
        mine = [goal for goal in scenario.goals if goal.tier == tier and weights[goal.goal_id] > 0 and goal.targets]
        chosen |= {goal.goal_id for goal in sorted(mine, key=lambda goal: -weights[goal.goal_id])[:most]}
    return tuple(goal.goal_id for goal in scenario.goals if goal.goal_id in chosen)


def tiers_of(scenario: Scenario, settings: Settings) -> tuple[str, ...]:
    """The tiers that can be weighed: those with goals that count."""
    return tuple(score_terms(scenario, weights_of_goals(scenario, settings)))


def goal_swing(scenario: Scenario, goal: Goal) -> Swing:
    """Say the move of a goal from today to its last target."""
    last = [year for year in scenario.years if year in goal.targets][-1]
    unit = f" {goal.unit}" if goal.unit else ""
    said = f"from {goal.zero:,g} to {goal.targets[last]:,g}{unit} by {last}"
    return Swing(goal.goal_id, goal.label, said, is_judged=goal.evidence is Evidence.JUDGED)


def tier_swings(scenario: Scenario, settings: Settings) -> tuple[Swing, ...]:
    """Say the move of each tier by its most important goals, never by its name alone."""
    important = set(important_goals(scenario, settings))
    swings = []
    for tier in tiers_of(scenario, settings):
        moves = [goal_swing(scenario, goal) for goal in scenario.goals if goal.tier == tier]
        known = [move for move in moves if move.key in important]
        shown = [f"{move.name} {move.said}" for move in known]
        more = len(moves) - len(shown)
        rest = [f"and {more} more"] if more > 0 else []
        said = "; ".join([*shown, *rest]) if shown else _FROM_TODAY
        marked = [f"{text}{JUDGED if move.is_judged else ''}" for text, move in zip(shown, known, strict=True)]
        swings.append(Swing(tier, TIER_NAMES[tier], said, (*marked, *rest) if shown else (said,)))
    return tuple(swings)


def read_answer(scenario: Scenario, settings: Settings, question: Question, given: Any) -> dict[str, Any]:
    """Check an answer that came from outside; returns it as it is kept. Raises WorkshopError in words for who sent it.

    points: {"tiers": {tier: 0 or more}}. swing: {"tiers": {tier: 0 to 100}, "goals": {goal: 0 to 100}}.
    support: {"must": [initiative], "without": [initiative]}.
    """
    if not isinstance(given, Mapping):
        raise WorkshopError("The answer cannot be read. Send it from the page.")
    if question.kind is Kind.SUPPORT:
        return _read_support(scenario, given)
    most = FULL_SWING if question.kind is Kind.SWING else MOST_POINTS
    tiers = _numbers(given.get("tiers"), tiers_of(scenario, settings), most, "tier")
    if not any(tiers.values()):
        raise WorkshopError("Give at least one of them more than 0.")
    if question.kind is Kind.POINTS:
        return {"tiers": tiers}
    return {"tiers": tiers, "goals": _numbers(given.get("goals") or {}, question.goals, most, "goal")}


def _numbers(given: Any, known: Sequence[str], most: float, what: str) -> dict[str, float]:
    if not isinstance(given, Mapping):
        raise WorkshopError("The answer cannot be read. Send it from the page.")
    strange = [str(key) for key in given if key not in known]
    if strange:
        raise WorkshopError(f'"{shortened(one_line(strange[0]), 40)}" is no {what} of this question.')
    numbers: dict[str, float] = {}
    for key in known:
        if key not in given:
            continue
        value = given[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise WorkshopError(f"Give a number from 0 to {most:,g}.")
        numbers[key] = float(value)
    return numbers


def _read_support(scenario: Scenario, given: Mapping[str, Any]) -> dict[str, Any]:
    lists: dict[str, list[str]] = {}
    for name in ("must", "without"):
        chosen = given.get(name, [])
        if not isinstance(chosen, list | tuple) or not all(isinstance(one, str) for one in chosen):
            raise WorkshopError("The answer cannot be read. Send it from the page.")
        strange = [one for one in chosen if one not in scenario.initiative_by_id]
        if strange:
            raise WorkshopError(f'"{shortened(one_line(strange[0]), 40)}" is no initiative of this question.')
        asked = set(chosen)
        lists[name] = [one for one in scenario.initiative_by_id if one in asked]
    both = set(lists["must"]) & set(lists["without"])
    if both:
        name = scenario.initiative_by_id[min(both)].label
        raise WorkshopError(f"{name} cannot be both: must do, or can live without.")
    return lists


def goal_weights_of(scenario: Scenario, settings: Settings, swings: Mapping[str, float]) -> dict[str, float]:
    """Turn swing weights of some goals into weights of goals.

    Within each tier those that were weighed share, in proportion, what they weigh in the scenario; the others keep
    their weight. A tier in which all were given 0 keeps its own.
    """
    own = weights_of_goals(scenario, settings)
    found: dict[str, float] = {}
    for tier in TIER_NAMES:
        mine = [goal.goal_id for goal in scenario.goals if goal.tier == tier and goal.goal_id in swings]
        total = math.fsum(swings[name] for name in mine)
        if total > 0:
            shared = math.fsum(own[name] for name in mine)
            found |= {name: swings[name] / total * shared for name in mine}
    return found


def ballots_of(
    scenario: Scenario,
    settings: Settings,
    workshop: Workshop,
    entries: Iterable[Entry],
    people: Sequence[Participant] = (),
) -> tuple[Ballot, ...]:
    """Make the ballots of a room from the answers that count; of those alone who weighed the tiers.

    Where both kinds of weighing were answered, the later question counts. Participants come in the order of their ids,
    which are random, and have their name, or a number.
    people: everybody who joined, where ballots of several rounds are compared: each has one number in all of them.
    """
    by_person: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.question):
        by_person.setdefault(entry.participant.participant_id, []).append(entry)
    known = {one.participant_id: one for one in people} | {key: some[0].participant for key, some in by_person.items()}
    names = participant_names([known[key] for key in sorted(known)])
    ballots = []
    for key in sorted(by_person):
        ballot = _ballot(scenario, settings, workshop, by_person[key], names[key])
        if ballot is not None and ballot.terms(scenario, settings):
            ballots.append(ballot)
    return tuple(ballots)


def participant_names(people: Sequence[Participant]) -> dict[str, str]:
    """Name each participant by id: the name given, with a number where two share it, or a number."""
    names: dict[str, str] = {}
    for number, one in enumerate(people, 1):
        name = one.name or f"Participant {number}"
        while name in names.values():
            name = f"{name} ({number})"
        names[one.participant_id] = name
    return names


def _ballot(
    scenario: Scenario, settings: Settings, workshop: Workshop, entries: Sequence[Entry], name: str
) -> Ballot | None:
    weights: dict[str, float] = {}
    goals: dict[str, float] = {}
    support: dict[str, bool] = {}
    for entry in entries:
        kind = workshop.plan.questions[entry.question].kind
        if kind is Kind.SUPPORT:
            support = {name: name in entry.answer["must"] for name in scenario.initiative_by_id}
        else:
            weights = {tier: float(entry.answer["tiers"].get(tier, 0.0)) for tier in TIER_NAMES}
        if kind is Kind.SWING:
            goals = goal_weights_of(scenario, settings, entry.answer.get("goals", {}))
    one = entries[0].participant
    return Ballot(name, weights, one.role, one.place, goals, support, bool(one.name)) if weights else None
