"""Each participant's own portfolio at once, from plans that are known: those of a kept weight map, or of others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from prioritiser.analysis.weight_space.weight_map import PROVED, WeightMap
from prioritiser.errors import SettingsError
from prioritiser.evaluation.outcome import Outcome, attainments, tier_weights, trend_levels
from prioritiser.evaluation.plan import Plan
from prioritiser.optimisation.fair import Terms, Voice, value_of
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.workshop.ballots import Ballot
from prioritiser.workshop.portfolios import Participant, normalised_weights


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
