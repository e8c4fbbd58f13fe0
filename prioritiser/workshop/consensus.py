"""What a room means: the portfolio of each participant, and four portfolios for all, by name.

mean: the largest mean value over participants, which for weights of tiers is the best portfolio for their mean weights.
median: the best portfolio for the median weight of each tier, with the scenario's own weights of goals; where every
median is 0, for the mean.
least_regret and fairest_gain: see `optimisation.fair`.

A participant for whom no plan is worth more than doing nothing is left out of everything, with a notice: adding one
changes no portfolio. Regret of a participant: what their own best portfolio gives them more, as a part of what it gives
above doing nothing.

Agreement is the mean over pairs of participants of Σ min(w, w') over the tiers: the similarity of Bray and Curtis (An
ordination of the upland forest communities of southern Wisconsin, Ecological Monographs 27, 1957) of weights that sum
to 1; 1 where all weigh alike, 0 where no two share a tier.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from prioritiser.errors import NoAnswerError
from prioritiser.evaluation.outcome import (
    Outcome,
    attainments,
    evaluate,
    score_terms,
    trend_levels,
    weights_of_goals,
)
from prioritiser.evaluation.plan import plan_json
from prioritiser.optimisation.fair import Fair, Voice, fairest_gain, least_regret, value_of
from prioritiser.optimisation.incumbent import Budget, Incumbent, Progress
from prioritiser.optimisation.optimiser import DEFAULT_GAP, Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted
from prioritiser.workshop.ballots import Ballot

NAMES = ("mean", "median", "least_regret", "fairest_gain")
MEASURE = "mean pairwise similarity of the weights of tiers (Bray and Curtis 1957)"
_ALONE_GAP = 1e-6


@dataclass(frozen=True)
class Participant:
    """One participant, and the portfolio that is best for them alone. weights: normalised over the tiers that count."""

    ballot: Ballot
    weights: Mapping[str, float]
    voice: Voice
    outcome: Outcome

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
                "initiatives": plan_json(self.outcome.plan, self.outcome.scenario.years),
            },
        }


@dataclass(frozen=True)
class Candidate:
    """A portfolio for all. regrets: by participant. gap: of what the portfolio is best at; 0 is proved.

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
class Consensus:
    """What a room means about a scenario. left_out: participants for whom nothing can be gained."""

    scenario: Scenario
    settings: Settings
    participants: tuple[Participant, ...]
    candidates: Mapping[str, Candidate]
    left_out: tuple[str, ...]
    support: Mapping[str, float]
    agreement: float | None
    notices: tuple[str, ...]
    complete: bool

    def chosen_by(self) -> dict[str, float]:
        """Share of the participants whose own best portfolio has each initiative."""
        number = len(self.participants) or 1
        return {
            name: sum(name in one.outcome.plan for one in self.participants) / number
            for name in self.scenario.initiative_by_id
        }

    def in_all(self) -> tuple[str, ...]:
        """Initiatives of every portfolio for all: what everybody can live with."""
        plans = [candidate.outcome.plan for candidate in self.candidates.values()]
        return tuple(name for name in self.scenario.initiative_by_id if plans and all(name in plan for plan in plans))

    def in_some(self) -> tuple[str, ...]:
        """Initiatives of some of the portfolios for all: what to argue about."""
        plans = [candidate.outcome.plan for candidate in self.candidates.values()]
        settled = set(self.in_all())
        return tuple(
            name
            for name in self.scenario.initiative_by_id
            if name not in settled and any(name in plan for plan in plans)
        )

    def as_json(self) -> dict[str, Any]:
        """Return the answer of `consensus` as plain values."""
        return {
            "format": 1,
            "scenario": {"title": self.scenario.title, "hash": self.scenario.hash},
            "settings": self.settings.as_json(),
            "complete": self.complete,
            "participants": [one.as_json() for one in self.participants],
            "left_out": list(self.left_out),
            "portfolios": {name: candidate.as_json() for name, candidate in self.candidates.items()},
            "chosen_by": [{"initiative": name, "share": share} for name, share in self.chosen_by().items()],
            "support": [{"initiative": name, "share": share} for name, share in self.support.items()],
            "agreement": {"before": self.agreement, "after": None, "measure": MEASURE},
            "in_all": list(self.in_all()),
            "in_some": list(self.in_some()),
            "notices": list(self.notices),
        }


def consensus(
    optimiser: Optimiser,
    settings: Settings,
    ballots: Sequence[Ballot],
    *,
    gap: float = DEFAULT_GAP,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Consensus:
    """Find what a room means; settings give all but the weights: locks, capacities, rules and the case.

    The balance of the settings is left aside: each participant's value is Σ weight × score. gap: of the portfolios for
    all. When the budget is over, what was found is returned, marked incomplete.
    Raises InfeasibleError with the clash, and NoAnswerError when not even one participant's portfolio was found.
    """
    room = _Room(optimiser, settings, gap, budget or Budget(), progress)
    asked = room.settings
    people = room.participants(ballots)
    able = tuple(one for one in people if one.voice.can_gain)
    out = tuple(one.ballot.participant for one in people if not one.voice.can_gain)
    candidates = room.candidates(able) if able else {}
    notices = list(optimiser.scenario.notices)
    if out:
        notices.append(
            f"{counted(len(out), 'participant')} left out, as no plan is worth more to them than doing nothing: "
            f"{', '.join(out)}."
        )
    return Consensus(
        scenario=optimiser.scenario,
        settings=asked,
        participants=able,
        candidates=candidates,
        left_out=out,
        support=support_of(optimiser.scenario, ballots),
        agreement=agreement_of([one.weights for one in able]),
        notices=(*notices, *room.notices),
        complete=len(people) == len(ballots) and (not able or len(candidates) == len(NAMES)),
    )


def agreement_of(weights: Sequence[Mapping[str, float]]) -> float | None:
    """Mean over pairs of Σ min(w, w'); None for fewer than two participants. weights: by tier, summing to 1."""
    pairs = list(combinations(weights, 2))
    if not pairs:
        return None
    return math.fsum(math.fsum(min(one[tier], other.get(tier, 0.0)) for tier in one) for one, other in pairs) / len(
        pairs
    )


def support_of(scenario: Scenario, ballots: Sequence[Ballot]) -> dict[str, float]:
    """Share of those who answered about support at all that support each initiative; empty where nobody did."""
    answered = [ballot.support for ballot in ballots if ballot.support]
    if not answered:
        return {}
    return {
        name: sum(support.get(name, False) for support in answered) / len(answered)
        for name in scenario.initiative_by_id
    }


def median_weights(weights: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Median of each tier's weight over the participants; they need not sum to 1."""
    return {tier: statistics.median(one[tier] for one in weights) for tier in weights[0]}


class _Room:
    """What is asked of the optimiser for one room."""

    def __init__(
        self, optimiser: Optimiser, settings: Settings, gap: float, budget: Budget, progress: Progress | None
    ) -> None:
        self.optimiser, self.scenario = optimiser, optimiser.scenario
        self.settings = settings.replace(balance=0.0)
        self.gap, self.budget, self.progress = gap, budget, progress
        self.solved = self.settings  # with a weight for every goal that somebody weighs
        self.idle = attainments(self.scenario, trend_levels(self.scenario))
        self.notices: list[str] = []

    def participants(self, ballots: Sequence[Ballot]) -> tuple[Participant, ...]:
        """Find the portfolio of each participant; those who say the same share it."""
        self._weigh_all(ballots)
        found: dict[str, tuple[Incumbent, float]] = {}
        people: list[Participant] = []
        for number, ballot in enumerate(ballots):
            self._tell("Each participant's own portfolio", number, len(ballots))
            terms = ballot.terms(self.scenario, self.settings)
            key = repr(sorted(terms.items()))
            if key not in found:
                if self.budget.over and people:
                    break
                try:
                    best = self.optimiser.best_of(terms, self.solved, gap=_ALONE_GAP, budget=self.budget)
                except NoAnswerError:
                    if not people:
                        raise
                    break
                found[key] = best, value_of(terms, self.idle)
            best, idle = found[key]
            outcome = evaluate(self.scenario, best.outcome.plan, self.settings)
            people.append(Participant(ballot, self._weights(ballot), Voice(terms, idle, best.objective), outcome))
        if len(people) < len(ballots):
            self.notices.append(
                f"The portfolios of {len(ballots) - len(people)} participants were not found: {self.budget.ending}."
            )
        return tuple(people)

    def _weigh_all(self, ballots: Sequence[Ballot]) -> None:
        """Give every goal that somebody weighs a weight in the model, which else leaves out what the scenario does."""
        own = weights_of_goals(self.scenario, self.settings)
        wanted = {name for ballot in ballots for name, weight in ballot.goal_weights.items() if weight > 0}
        missing = {name: 1.0 for name in wanted if own[name] <= 0}
        self.solved = self.settings.replace(goal_weights={**self.settings.goal_weights, **missing})

    def _weights(self, ballot: Ballot) -> dict[str, float]:
        counted = score_terms(self.scenario, weights_of_goals(self.scenario, self.settings) | dict(ballot.goal_weights))
        total = math.fsum(ballot.weights.get(tier, 0.0) for tier in counted)
        return {tier: ballot.weights.get(tier, 0.0) / total if tier in counted else 0.0 for tier in ballot.weights}

    def candidates(self, people: Sequence[Participant]) -> dict[str, Candidate]:
        """Find the portfolios for all, as far as the time goes."""
        voices, number = merged_voices([one.voice for one in people]), len(people)
        mean: dict[tuple[int, int], float] = {}
        for one in people:
            for key, part in one.voice.terms.items():
                mean[key] = mean.get(key, 0.0) + part / number
        middle = Ballot("median", median_weights([one.weights for one in people])).terms(self.scenario, self.settings)
        finders: dict[str, Callable[[], Fair]] = {
            "mean": lambda: self._best_of(mean),
            "median": lambda: self._best_of(middle or mean),
            "least_regret": lambda: least_regret(
                self.scenario, self.solved, voices, gap=max(1e-6, self.gap), budget=self.budget
            ),
            "fairest_gain": lambda: fairest_gain(
                self.scenario, self.solved, voices, gap=max(1e-6, self.gap), budget=self.budget
            ),
        }
        found: dict[str, Candidate] = {}
        for position, (name, find) in enumerate(finders.items()):
            self._tell(name.replace("_", " ").capitalize(), position, len(finders))
            try:
                if self.budget.over:
                    raise NoAnswerError(self.budget.ending)
                found[name] = self._candidate(name, find(), people, voices)
            except NoAnswerError:
                self.notices.append(f"{name} was not found: {self.budget.ending}.")
        self._tell("", len(finders), len(finders))
        return found

    def _best_of(self, terms: Mapping[tuple[int, int], float]) -> Fair:
        best = self.optimiser.best_of(terms, self.solved, gap=self.gap, budget=self.budget)
        return Fair(best.outcome, best.objective, best.bound)

    def _candidate(self, name: str, fair: Fair, people: Sequence[Participant], voices: Sequence[Voice]) -> Candidate:
        outcome = evaluate(self.scenario, fair.outcome.plan, self.settings)
        silent = {voices[number].key for number in fair.left_out}
        names = tuple(one.ballot.participant for one in people if one.voice.key in silent)
        if names:
            self.notices.append(
                f"No plan lets all gain at once: {counted(len(names), 'participant')} would gain nothing from the "
                f"fairest gain ({', '.join(names)})."
            )
        regrets = {one.ballot.participant: one.voice.regret(outcome) for one in people}
        return Candidate(name, outcome, regrets, fair.gap, names)

    def _tell(self, name: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(name, done, total)


def merged_voices(voices: Sequence[Voice]) -> list[Voice]:
    """Put those who say the same into one voice that counts as many."""
    merged: dict[str, Voice] = {}
    for voice in voices:
        same = merged.get(voice.key)
        merged[voice.key] = voice if same is None else replace(voice, count=same.count + 1)
    return list(merged.values())
