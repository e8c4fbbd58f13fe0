"""What is asked of the optimiser for a room: each participant's own portfolio, those for all, options and prices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from prioritiser.analysis.weight_space.weight_map import PROVED, WeightMap
from prioritiser.errors import InfeasibleError, NoAnswerError, SettingsError
from prioritiser.evaluation.outcome import (
    Outcome,
    attainments,
    evaluate,
    tier_weights,
    trend_levels,
    weights_of_goals,
)
from prioritiser.evaluation.plan import Plan
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.optimisation.fair import Fair, Terms, Voice, fairest_gain, least_regret, value_of
from prioritiser.optimisation.incumbent import Budget, Progress
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.optimisation.persistent import SolverStatus
from prioritiser.scenario.scenario import Scenario
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
from prioritiser.workshop.records import Fairness
from prioritiser.workshop.support import PriceState, SupportPrice

NAMES = tuple(Fairness)
ALONE_GAP = 1e-6

type Fits = Callable[[Plan], bool]


@dataclass(frozen=True)
class _Best:
    """The plan that is worth most to somebody, a bound on every plan, and whether the search came to its end."""

    outcome: Outcome
    measure: float
    bound: float
    is_proved: bool

    def as_fair(self) -> Fair:
        """Return it as a portfolio for all."""
        return Fair(self.outcome, self.measure, self.bound)


@dataclass
class Finder:
    """What is asked for one room.

    settings: without their balance. drawn: a map of them. known: plans that keep their limits. solved: settings with a
    weight for every goal that somebody weighs.
    """

    optimiser: Optimiser
    settings: Settings
    gap: float
    budget: Budget
    progress: Progress | None
    drawn: WeightMap | None = None
    notices: list[str] = field(default_factory=list)
    unfinished: bool = False  # whether time was up for an option

    def __post_init__(self) -> None:
        self.scenario = self.optimiser.scenario
        self.settings = self.settings.replace(balance=0.0)
        self.solved = self.settings
        self.known = KnownPlans()
        self.idle = attainments(self.scenario, trend_levels(self.scenario))

    def participants(self, ballots: Sequence[Ballot]) -> Iterator[tuple[Participant, ...]]:
        """Find the portfolio of each participant; those who say the same share it.

        With a map everybody's comes at once, and again each time that one more is proved; without, once, at the end.
        """
        self._weigh_all(ballots)
        known: tuple[Participant, ...] = ()
        if self.drawn is not None:
            self.known = known_from_map(self.drawn, self.scenario, self.settings)
            known = own_portfolios_from_map(self.drawn, self.scenario, self.settings, ballots)
            yield known
        proved: list[Participant] = []
        found: dict[str, Participant] = {}
        for number, ballot in enumerate(ballots):
            self._tell("Each participant's own portfolio", number, len(ballots))
            one = self._alone(ballot, found, bool(known or proved))
            if one is None:
                break
            proved.append(one)
            if known:
                yield (*proved, *known[number + 1 :])
        unproved = len(ballots) - len(proved)
        if unproved and not known:
            self.notices.append(f"The portfolios of {unproved} participants were not found: {self.budget.ending}.")
        elif unproved:
            self.notices.append(
                f"The portfolios of {unproved} participants are the best known, not proved: {self.budget.ending}."
            )
        yield (*proved, *known[len(proved) :])

    def _alone(self, ballot: Ballot, found: dict[str, Participant], is_left: bool) -> Participant | None:
        """Find one participant's portfolio; None where time was up and something is left to show without it."""
        terms = ballot.terms(self.scenario, self.settings)
        voice = Voice(terms, value_of(terms, self.idle), 0.0)
        weights = normalised_weights(self.scenario, self.settings, ballot)
        if voice.key in found:
            return replace(found[voice.key], ballot=ballot, weights=weights)
        if self.budget.over and is_left:
            return None
        try:
            best = self._best(terms, ALONE_GAP)
        except InfeasibleError:
            self.optimiser.solve(self.settings, gap=1.0, time_limit=self.budget.seconds_left, stop=self.budget.stop)
            raise  # where the line above did not name the clash
        except NoAnswerError:
            if not is_left:
                raise
            return None
        outcome = evaluate(self.scenario, best.outcome.plan, self.settings)
        self.known.add(outcome)
        voice = replace(voice, best=best.measure)
        found[voice.key] = Participant(ballot, weights, voice, outcome, best.bound, best.is_proved)
        return found[voice.key]

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
        asked = (self.scenario, self.solved, voices)
        finders: dict[str, Callable[[], Fair]] = {
            "mean": lambda: self._best(mean, self.gap).as_fair(),
            "median": lambda: self._best(middle or mean, self.gap).as_fair(),
            "least_regret": lambda: least_regret(*asked, known=self.known.outcomes, gap=gap, budget=self.budget),
            "fairest_gain": lambda: fairest_gain(*asked, known=self.known.outcomes, gap=gap, budget=self.budget),
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

    def _best(self, terms: Terms, gap: float, settings: Settings | None = None, fits: Fits | None = None) -> _Best:
        """Find the plan that is worth most; where the map knows good ones, only what is better than they are.

        fits: which of the known plans keep the limits of these settings.
        """
        asked = settings or self.solved
        known = None if self.drawn is None else self.known.best(terms, fits)
        if known is not None:
            outcome, worth = known
            beyond = self.optimiser.beyond_of(terms, worth + gap / 2 * abs(worth), asked, gap=gap, budget=self.budget)
            if beyond.found is None:
                return _Best(outcome, worth, max(worth, beyond.bound), True)
            found = beyond.found
        else:
            found = self.optimiser.best_of(terms, asked, gap=gap, budget=self.budget)
        return _Best(found.outcome, found.objective, found.bound, found.ending is SolverStatus.SOLVED)

    def _candidate(self, name: str, fair: Fair, people: Sequence[Participant], voices: Sequence[Voice]) -> Candidate:
        outcome = evaluate(self.scenario, fair.outcome.plan, self.settings)
        self.known.add(outcome)
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
                found = self._solved(settings)
            except InfeasibleError as error:
                self.notices.append(f"{name} is not among the options: {error}")
                continue
            except NoAnswerError:
                self.notices.append(f"{name} was not found: {self.budget.ending}.")
                self.unfinished = True
                continue
            outcome = evaluate(self.scenario, found.outcome.plan, self.settings)
            yield Candidate(name, outcome, regrets_of(people, outcome), found.bound - found.objective)
        self._tell("", len(options), len(options))

    def _solved(self, settings: Settings) -> Portfolio:
        """Solve settings as they are, ties broken as everywhere; as far as that goes in time."""
        left = self.budget
        for found in self.optimiser.stages(settings, gap=self.gap, time_limit=left.seconds_left, stop=left.stop):
            if found.tie_broken:
                break
        return found

    def prices(self, asked: Sequence[SupportPrice], people: Sequence[Participant]) -> Iterator[SupportPrice]:
        """Find what each costs at the mean weights, one after another: the best plan with, less the best without."""
        terms = mean_terms(people)
        free: _Best | None = None
        for position, one in enumerate(asked):
            self._tell("What it costs to follow the room", position, len(asked))
            try:
                if self.budget.over:
                    raise NoAnswerError(self.budget.ending)
                free = free or self._best(terms, self.gap)
                lock = {**self.solved.lock, one.initiative_id: one.lock}
                other = self._best(terms, self.gap, self.solved.replace(lock=lock), _other_way(one))
            except InfeasibleError:
                yield replace(one, state=PriceState.NO_PLAN)
                continue
            except NoAnswerError:
                self.notices.append(
                    f"The prices of {len(asked) - position} initiatives were not found: {self.budget.ending}."
                )
                return
            yield replace(one, price=max(0.0, free.measure - other.measure), state=PriceState.KNOWN)
        self._tell("", len(asked), len(asked))

    def _tell(self, name: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(name, done, total)


def _other_way(asked: SupportPrice) -> Fits:
    """Whether a plan goes the other way about an initiative, in full."""
    name = asked.initiative_id
    return lambda plan: name not in plan if asked.is_in else name in plan and plan[name].share == 1


def mean_terms(people: Sequence[Participant]) -> dict[tuple[int, int], float]:
    """Mean over participants of what an attainment is worth to each."""
    mean: dict[tuple[int, int], float] = {}
    for one in people:
        for key, part in one.voice.terms.items():
            mean[key] = mean.get(key, 0.0) + part / len(people)
    return mean


class KnownPlans:
    """Outcomes of plans that keep every limit, to be looked through for the one that is worth most to somebody."""

    def __init__(self, outcomes: Iterable[Outcome] = ()) -> None:
        self.outcomes: list[Outcome] = []
        self._plans: set[tuple[tuple[str, tuple[float, int]], ...]] = set()
        self._attained: np.ndarray | None = None
        for outcome in outcomes:
            self.add(outcome)

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome, unless its plan is known."""
        plan = tuple(sorted(outcome.plan.items()))
        if plan not in self._plans:
            self._plans.add(plan)
            self.outcomes.append(outcome)
            self._attained = None

    def best(self, terms: Terms, fits: Callable[[Plan], bool] | None = None) -> tuple[Outcome, float] | None:
        """Return the outcome that is worth most and what it is worth; None where none is known that fits."""
        if not self.outcomes:
            return None
        if self._attained is None:
            self._attained = np.nan_to_num(np.array([outcome.attainment for outcome in self.outcomes]))
        places = np.array(list(terms), dtype=int).reshape(-1, 2)
        worth = self._attained[:, places[:, 0], places[:, 1]] @ np.array(list(terms.values()))
        if fits is not None:
            worth = np.where([fits(outcome.plan) for outcome in self.outcomes], worth, -np.inf)
        best = int(np.argmax(worth))
        return (self.outcomes[best], float(worth[best])) if math.isfinite(worth[best]) else None


def own_portfolios_from_map(
    drawn: WeightMap, scenario: Scenario, settings: Settings, ballots: Sequence[Ballot]
) -> tuple[Participant, ...]:
    """Give each participant the best plan of a map, with the bound that the map proves; takes milliseconds.

    settings: those of the map, but for weights and balance. Ballots with weights of goals have no bound, as the map is
    about weights of tiers; nor has anybody where the map was drawn with a balance. Nobody's is marked as proved.
    Raises SettingsError where the map is of another scenario or of other settings.
    """
    known = known_from_map(drawn, scenario, settings)
    idle = attainments(scenario, trend_levels(scenario))
    people = []
    for ballot in ballots:
        terms, weights = ballot.terms(scenario, settings), normalised_weights(scenario, settings, ballot)
        best = known.best(terms)
        assert best is not None  # a map has a portfolio at least
        outcome, worth = best
        bound = math.inf if ballot.goal_weights or drawn.best_alone else worth + _room_above(drawn, weights, worth)
        people.append(Participant(ballot, weights, Voice(terms, value_of(terms, idle), worth), outcome, bound, False))
    return tuple(people)


def known_from_map(drawn: WeightMap, scenario: Scenario, settings: Settings) -> KnownPlans:
    """Take the plans of a map as outcomes in these settings. Raises SettingsError where the map is not of them."""
    of = drawn.portfolios[0].outcome  # the settings of all are the same but for their weights
    asked = of.settings.replace(weights=settings.weights, balance=settings.balance)
    if asked != settings or (of.scenario is not scenario and of.scenario.hash != scenario.hash):
        raise SettingsError(
            "The weight map is of another scenario, or of other settings than are asked for. Draw it for these."
        )
    weights = tier_weights(scenario, settings)
    outcomes = (portfolio.outcome for portfolio in drawn.portfolios)
    return KnownPlans(replace(one, scenario=scenario, settings=settings, weights=weights) for one in outcomes)


def _room_above(drawn: WeightMap, weights: Mapping[str, float], worth: float) -> float:
    """How much more than the best known plan any plan can be worth at these weights."""
    gap = drawn.answer(weights)[2]
    return gap * max(abs(worth), 1e-9 * drawn.fineness) if gap else PROVED * drawn.fineness
