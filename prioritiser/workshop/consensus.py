"""What a room means: the portfolio of each participant, and four portfolios for all, by name.

mean: the largest mean value over participants, which for weights of tiers is the best portfolio for their mean weights.
median: the best portfolio for the median weight of each tier, with the scenario's own weights of goals; where every
median is 0, for the mean.
least_regret and fairest_gain: see `optimisation.fair`.

A participant for whom no plan is worth more than doing nothing is left out, with a notice: adding one changes no
portfolio, regret, price or agreement, and no share of who would choose an initiative. What they support counts. Regret
of a participant: what their own best portfolio gives them more, as a part of what it gives above doing nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from prioritiser.analysis.weight_space.weight_map import WeightMap
from prioritiser.optimisation.incumbent import Budget, Progress
from prioritiser.optimisation.optimiser import DEFAULT_GAP, Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted
from prioritiser.workshop.agreement import MEASURE, Agreement, agreement_between, agreement_of
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.finding import NAMES, Finder
from prioritiser.workshop.portfolios import (
    Candidate,
    GroupRegret,
    Participant,
    group_regrets,
    median_weights,
    merged_voices,
    normalised_weights,
)
from prioritiser.workshop.support import PriceState, SupportPrice, differences, support_of

__all__ = [
    "MEASURE", "NAMES", "Agreement", "Candidate", "Consensus", "GroupRegret", "Participant", "PriceState", "Scope",
    "SupportPrice", "agreement_of", "consensus", "median_weights", "merged_voices", "support_of",
]  # fmt: skip

LEAST_COMPARED = 2
MOST = 0.5  # of the participants: more than that is most of them


@dataclass(frozen=True)
class Scope:
    """What is looked at beside the ballots, and how far.

    before: ballots of the first round, where these are of a later one. options: settings of what-ifs and saved options
    by name; each is solved as it is. drawn: a weight map of the settings, which gives first answers at once. gap: of
    the portfolios for all, relative.
    """

    before: Sequence[Ballot] = ()
    options: Mapping[str, Settings] = field(default_factory=dict)
    drawn: WeightMap | None = None
    gap: float = DEFAULT_GAP


@dataclass(frozen=True)
class Consensus:
    """What a room means about a scenario.

    candidates: portfolios for all, by name. options: those of what-ifs and saved options. left_out: participants for
    whom nothing can be gained. support: share by initiative that was asked about. unsupported: recommended for the mean
    weights and supported by nobody. wanted: supported by most and not recommended. complete: all that was asked for was
    found.
    """

    scenario: Scenario
    settings: Settings
    participants: tuple[Participant, ...]
    candidates: Mapping[str, Candidate]
    options: Mapping[str, Candidate]
    left_out: tuple[str, ...]
    support: Mapping[str, float]
    agreement: Agreement
    unsupported: tuple[SupportPrice, ...] = ()
    wanted: tuple[SupportPrice, ...] = ()
    notices: tuple[str, ...] = ()
    complete: bool = False

    def chosen_by(self) -> dict[str, float]:
        """Share of the participants whose own best portfolio has each initiative."""
        number = len(self.participants) or 1
        return {
            name: sum(name in one.outcome.plan for one in self.participants) / number
            for name in self.scenario.initiative_by_id
        }

    def would_choose(self) -> dict[str, tuple[str, ...]]:
        """Initiatives that all, most (more than half), some or none of the participants would choose alone."""
        found: dict[str, list[str]] = {"all": [], "most": [], "some": [], "none": []}
        for name, share in self.chosen_by().items():
            kind = "all" if share == 1 else "most" if share > MOST else "some" if share else "none"
            found[kind].append(name)
        return {kind: tuple(names) for kind, names in found.items()}

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

    def by_role(self, candidate: Candidate) -> dict[str, GroupRegret]:
        """Regret of a portfolio by role."""
        return group_regrets(self.participants, candidate, lambda ballot: ballot.role)

    def by_place(self, candidate: Candidate) -> dict[str, GroupRegret]:
        """Regret of a portfolio by place."""
        return group_regrets(self.participants, candidate, lambda ballot: ballot.place)

    def distant(self, candidate: Candidate, most: int = 3) -> tuple[Participant, ...]:
        """Participants who lose most by a portfolio, most first; those who lose nothing are not among them."""
        losing = [one for one in self.participants if candidate.regrets[one.ballot.participant] > 0]
        return tuple(sorted(losing, key=lambda one: -candidate.regrets[one.ballot.participant])[:most])

    def _portfolio_json(self, candidate: Candidate) -> dict[str, Any]:
        groups = {"by_role": self.by_role(candidate), "by_place": self.by_place(candidate)}
        return candidate.as_json() | {
            key: {name: one.as_json() for name, one in found.items()} for key, found in groups.items()
        }

    def as_json(self) -> dict[str, Any]:
        """Return the answer of `consensus` as plain values."""
        return {
            "format": 1,
            "scenario": {"title": self.scenario.title, "hash": self.scenario.hash},
            "settings": self.settings.as_json(),
            "complete": self.complete,
            "participants": [one.as_json() for one in self.participants],
            "left_out": list(self.left_out),
            "portfolios": {name: self._portfolio_json(one) for name, one in self.candidates.items()},
            "options": {name: self._portfolio_json(one) for name, one in self.options.items()},
            "would_choose": {kind: list(names) for kind, names in self.would_choose().items()},
            "chosen_by": [{"initiative": name, "share": share} for name, share in self.chosen_by().items()],
            "support": [{"initiative": name, "share": share} for name, share in self.support.items()],
            "unsupported": [one.as_json() for one in self.unsupported],
            "wanted": [one.as_json() for one in self.wanted],
            "agreement": self.agreement.as_json(),
            "in_all": list(self.in_all()),
            "in_some": list(self.in_some()),
            "notices": list(self.notices),
        }


def consensus(
    optimiser: Optimiser,
    settings: Settings,
    ballots: Sequence[Ballot],
    scope: Scope = Scope(),
    *,
    budget: Budget | None = None,
    progress: Progress | None = None,
    tell: Callable[[Consensus], None] | None = None,
) -> Consensus:
    """Find what a room means; settings give all but the weights: locks, capacities, rules and the case.

    The balance of the settings is left aside: each participant's value is Σ weight × score. tell: gets the answer so
    far, marked incomplete, each time that there is more: participants, each portfolio for all, each option, each price.
    When the budget is over, what was found is returned, marked incomplete.
    Raises InfeasibleError with the clash, and NoAnswerError when not even one participant's portfolio was found.
    """
    finder = Finder(optimiser, settings, scope.gap, budget or Budget(), progress, scope.drawn)
    telling = _Telling(finder, ballots, scope, tell)
    return telling.run()


class _Telling:
    """The answer as it grows, told each time that there is more."""

    def __init__(
        self, finder: Finder, ballots: Sequence[Ballot], scope: Scope, tell: Callable[[Consensus], None] | None
    ) -> None:
        self.finder, self.ballots, self.scope, self.tell = finder, ballots, scope, tell
        self.notices = list(finder.scenario.notices)
        self.before = {
            one.participant: normalised_weights(finder.scenario, finder.settings, one)
            for one in scope.before
            if one.terms(finder.scenario, finder.settings)
        }
        self.support = support_of(finder.scenario, ballots)

    def run(self) -> Consensus:
        """Find everything in its order."""
        finder, scope = self.finder, self.scope
        people: tuple[Participant, ...] = ()
        for people in finder.participants(self.ballots):
            answer = self._said(self._room(people))
        able = answer.participants
        if answer.left_out:
            self.notices.append(
                f"{counted(len(answer.left_out), 'participant')} left out, as no plan is worth more to them than doing "
                f"nothing: {', '.join(answer.left_out)}."
            )
        if scope.before and answer.agreement.people < LEAST_COMPARED:
            self.notices.append("Fewer than two participants answered in both rounds: agreement is not compared.")
        candidates = finder.candidates(able) if able else ()
        for one in candidates:
            answer = self._said(replace(answer, candidates={**answer.candidates, one.name: one}))
        for one in finder.options(scope.options, able) if able else ():
            answer = self._said(replace(answer, options={**answer.options, one.name: one}))
        answer = self._said(self._with_differences(answer))
        asked = (*answer.unsupported, *answer.wanted)
        for price in finder.prices(asked, able):
            answer = self._said(_priced(answer, price))
        priced = all(one.state is not PriceState.NOT_YET for one in (*answer.unsupported, *answer.wanted))
        found = not able or len(answer.candidates) == len(NAMES)
        everybody = len(people) == len(self.ballots) and all(one.is_proved for one in people)
        complete = everybody and found and priced and not finder.unfinished
        return replace(answer, complete=complete, notices=self._notices())

    def _room(self, people: Sequence[Participant]) -> Consensus:
        finder = self.finder
        able = tuple(one for one in people if one.voice.can_gain)
        out = tuple(one.ballot.participant for one in people if not one.voice.can_gain and one.is_proved)
        now = {one.ballot.participant: one.weights for one in able}
        return Consensus(
            scenario=finder.scenario,
            settings=finder.settings,
            participants=able,
            candidates={},
            options={},
            left_out=out,
            support=self.support,
            agreement=agreement_between(now, self.before if self.scope.before else None),
        )

    def _with_differences(self, answer: Consensus) -> Consensus:
        plans = {name: frozenset(one.outcome.plan) for name, one in answer.candidates.items()}
        unsupported, wanted = differences(answer.support, plans)
        return replace(answer, unsupported=unsupported, wanted=wanted)

    def _said(self, answer: Consensus) -> Consensus:
        if self.tell is not None:
            self.tell(replace(answer, notices=self._notices()))
        return answer

    def _notices(self) -> tuple[str, ...]:
        return (*self.notices, *self.finder.notices)


def _priced(answer: Consensus, price: SupportPrice) -> Consensus:
    """Put a price in its place."""
    unsupported, wanted = (
        tuple(price if one.initiative_id == price.initiative_id else one for one in some)
        for some in (answer.unsupported, answer.wanted)
    )
    return replace(answer, unsupported=unsupported, wanted=wanted)
