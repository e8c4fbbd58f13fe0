"""What is asked of the optimiser for a room: each participant's own portfolio, those for all, options and prices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from prioritiser.analysis.weight_space.weight_map import WeightMap
from prioritiser.errors import InfeasibleError, NoAnswerError
from prioritiser.evaluation.outcome import Outcome, attainments, evaluate, trend_levels, weights_of_goals
from prioritiser.optimisation.fair import Fair, Voice, fairest_gain, least_regret, value_of
from prioritiser.optimisation.incumbent import Budget, Incumbent, Progress
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.portfolios import (
    Candidate,
    Participant,
    median_weights,
    merged_voices,
    normalised_weights,
    regrets_of,
)
from prioritiser.workshop.support import PriceState, SupportPrice

NAMES = ("mean", "median", "least_regret", "fairest_gain")
ALONE_GAP = 1e-6

type Terms = Mapping[tuple[int, int], float]


@dataclass
class Finder:
    """What is asked for one room. settings: without their balance. solved: with a weight for every goal weighed."""

    optimiser: Optimiser
    settings: Settings
    gap: float
    budget: Budget
    progress: Progress | None
    notices: list[str] = field(default_factory=list)
    unfinished: bool = False  # whether time was up for an option

    def __post_init__(self) -> None:
        self.scenario = self.optimiser.scenario
        self.settings = self.settings.replace(balance=0.0)
        self.solved = self.settings
        self.idle = attainments(self.scenario, trend_levels(self.scenario))

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
                    best = self.optimiser.best_of(terms, self.solved, gap=ALONE_GAP, budget=self.budget)
                except NoAnswerError:
                    if not people:
                        raise
                    break
                found[key] = best, value_of(terms, self.idle)
            best, idle = found[key]
            outcome = evaluate(self.scenario, best.outcome.plan, self.settings)
            voice = Voice(terms, idle, best.objective)
            weights = normalised_weights(self.scenario, self.settings, ballot)
            people.append(Participant(ballot, weights, voice, outcome, best.bound))
        if len(people) < len(ballots):
            self.notices.append(
                f"The portfolios of {len(ballots) - len(people)} participants were not found: {self.budget.ending}."
            )
        return tuple(people)

    def at_once(self, ballots: Sequence[Ballot], drawn: WeightMap) -> tuple[Participant, ...]:
        """Take each participant's portfolio from the weight map; of those alone who weigh no goal by themselves.

        drawn: of the settings of the room, without balance. `bound` of each says how much better a plan could be.
        """
        people = []
        outcomes: dict[int, Outcome] = {}
        for ballot in ballots:
            terms = ballot.terms(self.scenario, self.settings)
            if ballot.goal_weights or not terms:
                continue
            weights = normalised_weights(self.scenario, self.settings, ballot)
            place, worth, gap = drawn.answer({tier: weights[tier] for tier in drawn.tiers})
            if place not in outcomes:
                outcomes[place] = evaluate(self.scenario, drawn.portfolios[place].outcome.plan, self.settings)
            outcome = outcomes[place]
            best = value_of(terms, outcome.attainment)
            voice = Voice(terms, value_of(terms, self.idle), best)
            people.append(Participant(ballot, weights, voice, outcome, max(best, worth + gap * abs(worth))))
        return tuple(people)

    def _weigh_all(self, ballots: Sequence[Ballot]) -> None:
        """Give every goal that somebody weighs a weight in the model, which else leaves out what the scenario does."""
        own = weights_of_goals(self.scenario, self.settings)
        wanted = {name for ballot in ballots for name, weight in ballot.goal_weights.items() if weight > 0}
        missing = {name: 1.0 for name in wanted if own[name] <= 0}
        self.solved = self.settings.replace(goal_weights={**self.settings.goal_weights, **missing})

    def candidates(self, people: Sequence[Participant]) -> Iterator[Candidate]:
        """Find the portfolios for all one after another, as far as the time goes."""
        voices = merged_voices([one.voice for one in people])
        mean = mean_terms(people)
        middle = Ballot("median", median_weights([one.weights for one in people])).terms(self.scenario, self.settings)
        gap = max(1e-6, self.gap)
        finders: dict[str, Callable[[], Fair]] = {
            "mean": lambda: self._best_of(mean),
            "median": lambda: self._best_of(middle or mean),
            "least_regret": lambda: least_regret(
                self.scenario, self.solved, voices, gap=gap, budget=self.budget, known=[one.outcome for one in people]
            ),
            "fairest_gain": lambda: fairest_gain(self.scenario, self.solved, voices, gap=gap, budget=self.budget),
        }
        for position, (name, find) in enumerate(finders.items()):
            self._tell(name.replace("_", " ").capitalize(), position, len(finders))
            try:
                if self.budget.over:
                    raise NoAnswerError(self.budget.ending)
                yield self._candidate(name, find(), people, voices)
            except NoAnswerError:
                self.notices.append(f"{name} was not found: {self.budget.ending}.")
        self._tell("", len(finders), len(finders))

    def _best_of(self, terms: Terms) -> Fair:
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
        return Candidate(name, outcome, regrets_of(people, outcome), fair.gap, names)

    def options(self, options: Mapping[str, Settings], people: Sequence[Participant]) -> Iterator[Candidate]:
        """Solve each option in its own settings, one after another, and say what it means to everybody here."""
        for position, (name, settings) in enumerate(options.items()):
            self._tell(name, position, len(options))
            try:
                if self.budget.over:
                    raise NoAnswerError(self.budget.ending)
                found = self.optimiser.best(settings, gap=self.gap, budget=self.budget)
            except InfeasibleError:
                self.notices.append(f"{name} is not among the options: no plan meets all that it demands.")
                continue
            except NoAnswerError:
                self.notices.append(f"{name} was not found: {self.budget.ending}.")
                self.unfinished = True
                continue
            outcome = evaluate(self.scenario, found.outcome.plan, self.settings)
            yield Candidate(name, outcome, regrets_of(people, outcome), found.bound - found.objective)
        self._tell("", len(options), len(options))

    def prices(self, asked: Sequence[SupportPrice], people: Sequence[Participant]) -> Iterator[SupportPrice]:
        """Find what each costs at the mean weights, one after another: the best plan with, less the best without."""
        terms = mean_terms(people)
        best = None
        for position, one in enumerate(asked):
            self._tell("What it costs to follow the room", position, len(asked))
            try:
                if self.budget.over:
                    raise NoAnswerError(self.budget.ending)
                if best is None:
                    best = self.optimiser.best_of(terms, self.solved, gap=self.gap, budget=self.budget)
                lock = {**self.solved.lock, one.initiative_id: one.lock}
                other = self.optimiser.best_of(terms, self.solved.replace(lock=lock), gap=self.gap, budget=self.budget)
            except InfeasibleError:
                yield replace(one, state=PriceState.NO_PLAN)
                continue
            except NoAnswerError:
                self.notices.append(
                    f"The prices of {len(asked) - position} initiatives were not found: {self.budget.ending}."
                )
                return
            yield replace(one, price=max(0.0, best.objective - other.objective), state=PriceState.KNOWN)
        self._tell("", len(asked), len(asked))

    def _tell(self, name: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(name, done, total)


def mean_terms(people: Sequence[Participant]) -> dict[tuple[int, int], float]:
    """Mean over participants of what an attainment is worth to each."""
    mean: dict[tuple[int, int], float] = {}
    for one in people:
        for key, part in one.voice.terms.items():
            mean[key] = mean.get(key, 0.0) + part / len(people)
    return mean
