"""What the inputs of a ballot are called, from an answer to them and from them to an answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from prioritiser.errors import WorkshopError
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.spelling import without_invisible
from prioritiser.workshop.answers import FULL_SWING, Swing, goal_swing, tier_swings
from prioritiser.workshop.records import Kind, Question

TIERS = "tiers"
COMMENT = "comment"
MUST, WITHOUT = "must", "without"
_MOST_FIELDS = 5000
_UNREADABLE = "The answer cannot be read. Send it from the page."


@dataclass(frozen=True)
class Group:
    """Moves that are weighed beside one another. key: `tiers`, or the tier whose goals they are."""

    key: str
    swings: tuple[Swing, ...]

    @property
    def is_of_tiers(self) -> bool:
        """Whether its moves are of the tiers."""
        return self.key == TIERS

    @property
    def most(self) -> str:
        """Name of the input for the move that matters most."""
        return f"most.{self.key}"

    def worth(self, swing: Swing) -> str:
        """Name of the input for what a move is worth beside that one."""
        return f"{'tier' if self.is_of_tiers else 'goal'}.{swing.key}"


class FieldError(WorkshopError):
    """What was written in one input makes no sense; `field` is its name."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def groups_of(question: Question, scenario: Scenario, settings: Settings) -> tuple[Group, ...]:
    """Groups of a question of swing weights: the tiers, and each tier of whose goals several are asked about."""
    tiers = tier_swings(scenario, settings)
    asked = [goal for goal in scenario.goals if goal.goal_id in question.goals]
    within = [
        Group(tier.key, tuple(goal_swing(scenario, goal) for goal in asked if goal.tier == tier.key)) for tier in tiers
    ]
    return Group(TIERS, tiers), *(group for group in within if len(group.swings) > 1)


def read_body(body: bytes) -> dict[str, str]:
    """Read what a form sends; controls and what nobody can see are dropped. Raises WorkshopError."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise WorkshopError(_UNREADABLE) from error
    return {name: _seen(text) for name, text in pairs}


def _seen(text: str) -> str:
    lines = without_invisible(text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))


def answer_of(question: Question, scenario: Scenario, settings: Settings, fields: Mapping[str, str]) -> dict[str, Any]:
    """Make the answer that a form holds, for `answers.read_answer` to check. Raises FieldError."""
    if question.kind is Kind.SUPPORT:
        return _support(scenario, fields)
    tiers, *within = groups_of(question, scenario, settings)
    strange = _strange(fields, "tier", {one.key for one in tiers.swings})
    if question.kind is Kind.POINTS:
        given = {one.key: _number(fields, tiers.worth(one), one) for one in tiers.swings}
        return {"tiers": {key: value or 0.0 for key, value in given.items()} | strange}
    goals = _strange(fields, "goal", set(question.goals))
    for group in within:
        goals |= _swings(group, fields)
    return {"tiers": _swings(tiers, fields) | strange, "goals": goals}


def _strange(fields: Mapping[str, str], what: str, known: set[str]) -> dict[str, float]:
    """What was sent for tiers or goals that are not asked about: it goes on, to be refused by its name."""
    named = (name.partition(".")[2] for name in fields if name.startswith(f"{what}."))
    return {name: 0.0 for name in named if name not in known}


def _swings(group: Group, fields: Mapping[str, str]) -> dict[str, float]:
    """Weights of the moves of a group: 100 for the one that matters most. Goals may be left out altogether."""
    chosen = fields.get(group.most, "") if len(group.swings) > 1 else group.swings[0].key
    given = {one.key: _number(fields, group.worth(one), one) for one in group.swings if one.key != chosen}
    if not chosen and not group.is_of_tiers and all(value is None for value in given.values()):
        return {}
    if chosen not in {one.key for one in group.swings}:
        raise FieldError(group.most, "Choose the move that matters most.")
    for one in group.swings:
        if one.key != chosen and given[one.key] is None:
            raise FieldError(group.worth(one), f"How much is {one.name} worth beside it? Give a number from 0 to 100.")
    return {one.key: FULL_SWING if one.key == chosen else given[one.key] or 0.0 for one in group.swings}


def _number(fields: Mapping[str, str], name: str, swing: Swing) -> float | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text) if text.isascii() and "_" not in text else -1.0
    except ValueError:
        value = -1.0
    if not 0 <= value <= FULL_SWING:
        raise FieldError(name, f"{swing.name}: give a number from 0 to 100.")
    return value


def _support(scenario: Scenario, fields: Mapping[str, str]) -> dict[str, Any]:
    lists: dict[str, list[str]] = {MUST: [], WITHOUT: []}
    names = list(scenario.initiative_by_id)
    for field, chosen in fields.items():
        number = field.removeprefix("i")
        if number == field or not number.isascii() or not number.isdigit() or chosen == "":
            continue
        if chosen not in lists or len(number) > 6 or int(number) >= len(names):
            raise FieldError(field, _UNREADABLE)
        lists[chosen].append(names[int(number)])
    return lists


def fields_of(
    question: Question, scenario: Scenario, settings: Settings, answer: Mapping[str, Any], comment: str
) -> dict[str, str]:
    """Write an answer that was given back into the inputs of its form."""
    fields = {COMMENT: comment}
    if question.kind is Kind.SUPPORT:
        positions = {name: number for number, name in enumerate(scenario.initiative_by_id)}
        for chosen in (MUST, WITHOUT):
            fields |= {f"i{positions[name]}": chosen for name in answer.get(chosen, ()) if name in positions}
        return fields
    for group in groups_of(question, scenario, settings):
        given = answer.get("tiers" if group.is_of_tiers else "goals", {})
        known = [one for one in group.swings if one.key in given]
        fields |= {group.worth(one): f"{given[one.key]:g}" for one in known}
        if known and question.kind is Kind.SWING:
            fields[group.most] = max(known, key=lambda one: given[one.key]).key
    return fields
