"""The one plain sentence that says why an initiative is in or out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prioritiser.analysis.flip_words import PRECISION, Flip, condition
from prioritiser.outcome import Outcome
from prioritiser.scenario import Scenario
from prioritiser.wording import joined, plain, rounded

if TYPE_CHECKING:
    from prioritiser.analysis.explain import Explanation, Reversal

MOST_NAMES = 3
MOST_FLIPS = 2
_FINE = 0.095


def sentence_of(outcome: Outcome, row: Explanation) -> str:
    """Say what the opposite costs, what it displaces and what would flip it; outcome: of the best plan."""
    scenario, reversal = outcome.scenario, row.reversal
    state = "In" if row.is_in else "Out"
    if reversal.cost is None:
        return f"{state}: {reversal.why_not[0].lower()}{reversal.why_not[1:]}"
    doing = "leaving it out" if row.is_in else "putting it in"
    if reversal.within_gap:
        most = points(reversal.at_most or 0.0)
        return f"{state}, but too close to call: {doing} costs at most {most} of the {_score(outcome)}."
    if reversal.is_free:
        least = "" if row.is_in else ", and the plan without it uses less or as little"
        return f"{state}, but only just: {doing} costs nothing{least}."
    text = f"{state}: {doing} costs {points(reversal.cost)} of the {_score(outcome)}"
    text += _others(scenario, row.initiative_id, reversal, row.is_in)
    if not row.flips:
        return f"{text}."
    found = sorted((flip for flip in row.flips if flip.to is not None), key=_told_apart)[:MOST_FLIPS]
    verb = "leave" if row.is_in else "enter"
    if not found:
        return f"{text}; no single change that was tried would make it {verb}."
    return f"{text}; it would {verb} if {joined(_conditions(scenario, found), 'or')}."


def _told_apart(flip: Flip) -> float:
    """Size of a change; those below the precision are alike."""
    return max(flip.size, PRECISION)


def points(part: float) -> str:
    """Write a part of the score as points of 100."""
    number = 100 * part
    decimals = 1 if number >= _FINE else 2
    if rounded(number, decimals) == 0:
        return "less than 0.01 points"
    shown = plain(number, decimals).removesuffix(".0")
    return f"{shown} point{'' if shown == '1' else 's'}"


def _score(outcome: Outcome) -> str:
    return "weighted score" if outcome.settings.balance == 0 else "score, weights and balance together"


def _conditions(scenario: Scenario, flips: Sequence[Flip]) -> list[str]:
    return [condition(scenario, flip.kind, flip.subject, flip.start, flip.to) for flip in flips if flip.to is not None]


def _others(scenario: Scenario, name: str, reversal: Reversal, is_in: bool) -> str:
    """Say what else enters and leaves with the opposite."""
    entered = [other for other in reversal.entered if other != name]
    left = [other for other in reversal.left if other != name]
    if is_in:
        parts = [f"{_named(scenario, entered)} would come in"] if entered else []
        parts += [f"{_named(scenario, left)} would go too"] if left else []
        return f"; {' and '.join(parts)}" if parts else ""
    parts = [f"displaces {_named(scenario, left)}"] if left else []
    parts += [f"brings in {_named(scenario, entered)}"] if entered else []
    return "".join(f" and {part}" for part in parts)


def _named(scenario: Scenario, names: Sequence[str]) -> str:
    labels = [scenario.initiative_by_id[name].label for name in names]
    if len(labels) > MOST_NAMES:
        labels = [*labels[: MOST_NAMES - 1], f"{len(labels) - MOST_NAMES + 1} others"]
    return joined(labels)
