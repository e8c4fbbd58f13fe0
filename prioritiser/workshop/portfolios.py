"""A participant with the portfolio that is best for them alone, and a portfolio for all with everybody's regret."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from prioritiser.evaluation.outcome import Outcome, score_terms, weights_of_goals
from prioritiser.evaluation.plan import plan_json
from prioritiser.optimisation.fair import Voice
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.workshop.ballots import Ballot


@dataclass(frozen=True)
class Participant:
    """One participant, and the portfolio that is best for them alone. weights: normalised over the tiers that count.

    bound: no plan is worth more to them; infinity where none is known yet. is_proved: to a millionth the portfolio is
    worth as much; until then it is the best of those known.
    """

    ballot: Ballot
    weights: Mapping[str, float]
    voice: Voice
    outcome: Outcome
    bound: float
    is_proved: bool

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "id": self.ballot.participant,
            "role": self.ballot.role or None,
            "place": self.ballot.place or None,
            "weights": dict(self.weights),
            "best": {
                "objective": self.voice.best,
                "do_nothing": self.voice.idle,
                "bound": self.bound if math.isfinite(self.bound) else None,
                "proved": self.is_proved,
                "initiatives": plan_json(self.outcome.plan, self.outcome.scenario.years),
            },
        }


@dataclass(frozen=True)
class Candidate:
    """A portfolio, for all or of an option. regrets: by participant. gap: of what it is best at; 0 is proved.

    not_gaining: participants who gain nothing from the fairest gain, as no plan lets more of them gain.
    """

    name: str
    outcome: Outcome
    regrets: Mapping[str, float]
    gap: float
    not_gaining: tuple[str, ...] = ()

    @property
    def largest(self) -> float:
        """Largest regret of any participant."""
        return max(self.regrets.values(), default=0.0)

    @property
    def mean(self) -> float:
        """Mean regret of the participants."""
        return math.fsum(self.regrets.values()) / len(self.regrets) if self.regrets else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "initiatives": plan_json(self.outcome.plan, self.outcome.scenario.years),
            "scores": dict(self.outcome.scores),
            "regrets": dict(self.regrets),
            "largest_regret": self.largest,
            "mean_regret": self.mean,
            "gap": self.gap,
            "not_gaining": list(self.not_gaining),
        }


@dataclass(frozen=True)
class GroupRegret:
    """Regret in a group of so many. largest: None where it may not be shown, as it is one person's."""

    number: int
    mean: float
    largest: float | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"participants": self.number, "mean_regret": self.mean, "largest_regret": self.largest}


def group_regrets(
    participants: Sequence[Participant], candidate: Candidate, group_of: Callable[[Ballot], str]
) -> dict[str, GroupRegret]:
    """Regret of a portfolio by group, in the order of their names; those who gave none are in no group."""
    groups: dict[str, list[float]] = {}
    for one in participants:
        if group := group_of(one.ballot):
            groups.setdefault(group, []).append(candidate.regrets[one.ballot.participant])
    return {name: GroupRegret(len(some), statistics.fmean(some), max(some)) for name, some in sorted(groups.items())}


def regrets_of(participants: Sequence[Participant], outcome: Outcome) -> dict[str, float]:
    """Regret of each participant, by name, when a plan is chosen; outcome: evaluated in the room's own settings."""
    return {one.ballot.participant: one.voice.regret(outcome) for one in participants}


def merged_voices(voices: Sequence[Voice]) -> list[Voice]:
    """Put those who say the same into one voice that counts as many."""
    merged: dict[str, Voice] = {}
    for voice in voices:
        same = merged.get(voice.key)
        merged[voice.key] = voice if same is None else replace(voice, count=same.count + 1)
    return list(merged.values())


def normalised_weights(scenario: Scenario, settings: Settings, ballot: Ballot) -> dict[str, float]:
    """Weights of a ballot by tier, summing to 1 over the tiers that count; the others have 0."""
    counted = score_terms(scenario, weights_of_goals(scenario, settings) | dict(ballot.goal_weights))
    total = math.fsum(ballot.weights.get(tier, 0.0) for tier in counted)
    return {
        tier: ballot.weights.get(tier, 0.0) / total if tier in counted and total > 0 else 0.0 for tier in ballot.weights
    }


def median_weights(weights: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Median of each tier's weight over the participants; they need not sum to 1."""
    return {tier: statistics.median(one[tier] for one in weights) for tier in weights[0]}
