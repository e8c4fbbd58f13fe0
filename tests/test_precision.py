"""'Proved best' holds for what people would call better, however tiny it is beside a target: against exact enumeration."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pytest

from prioritiser.optimise import Optimiser, optimise
from prioritiser.portfolio import Termination
from prioritiser.precision import fineness
from prioritiser.scenario import Scenario, Settings
from prioritiser.schema import Effect, Goal, Initiative, Resource, Use

YEAR = "2026/27"


@dataclass(frozen=True)
class Case:
    """Initiatives that are all or nothing, one resource, one year; goals whose progress is a plain sum.

    gains: goals × initiatives, in the goal's unit, towards the target. spans: way to each target. tiers: of goals.
    """

    costs: Sequence[int]
    capacity: int
    tiers: Sequence[str]
    baselines: Sequence[Fraction]
    spans: Sequence[Fraction]
    gains: Sequence[Sequence[Fraction]]

    def scenario(self) -> Scenario:
        """The case as a scenario; every goal is to go down."""
        goals = [
            Goal(
                goal_id=f"g{number}",
                tier=tier,  # type: ignore[arg-type]
                direction="down",  # type: ignore[arg-type]
                baseline=float(baseline),
                targets={YEAR: float(baseline - span)},
            )
            for number, (tier, baseline, span) in enumerate(zip(self.tiers, self.baselines, self.spans, strict=True))
        ]
        names = [f"i{number}" for number in range(len(self.costs))]
        effects = [
            Effect(initiative_id=name, goal_id=f"g{g}", central=-float(gain))
            for g, row in enumerate(self.gains)
            for name, gain in zip(names, row, strict=True)
            if gain
        ]
        uses = [
            Use(initiative_id=name, resource_id="money", amounts={"year_1": float(cost)})
            for name, cost in zip(names, self.costs, strict=True)
        ]
        return Scenario(
            title="Precision",
            years=(YEAR,),
            settings=Settings({"national": 50, "local": 30, "long_term": 20}),
            goals=tuple(goals),
            initiatives=tuple(Initiative(initiative_id=name) for name in names),
            resources=(Resource(resource_id="money", capacities={YEAR: float(self.capacity)}),),
            uses=tuple(uses),
            effects=tuple(effects),
        )

    def plans(self) -> list[tuple[int, ...]]:
        """Every plan that can be afforded."""
        each = itertools.product((0, 1), repeat=len(self.costs))
        return [plan for plan in each if sum(c * x for c, x in zip(self.costs, plan, strict=True)) <= self.capacity]

    def scores(self, plan: Sequence[int]) -> dict[str, Fraction]:
        """Score of each tier, exactly: the mean of its goals' way to the target, at most all of it."""
        ways: dict[str, list[Fraction]] = {}
        for tier, span, row in zip(self.tiers, self.spans, self.gains, strict=True):
            gain = sum((g for g, x in zip(row, plan, strict=True) if x), Fraction(0))
            ways.setdefault(tier, []).append(min(Fraction(1), gain / span))
        return {tier: sum(parts) / len(parts) for tier, parts in ways.items()}

    def worth(self, plan: Sequence[int], balance: Fraction) -> Fraction:
        """(1−β) Σ W S + β min S/S* over the tiers that can improve, exactly."""
        given = {"national": 50, "local": 30, "long_term": 20}
        scores = self.scores(plan)
        total = sum(given[tier] for tier in scores)
        plain = sum((Fraction(given[tier], total) * score for tier, score in scores.items()), Fraction(0))
        if not balance:
            return plain
        best = {tier: max(self.scores(other)[tier] for other in self.plans()) for tier in scores}
        least = min((scores[tier] / best[tier] for tier in scores if best[tier] > 0), default=Fraction(0))
        return (1 - balance) * plain + balance * least


def chosen(case: Case, scenario: Scenario, **changes: object) -> tuple[int, ...]:
    """The plan that the program proves best."""
    portfolio = optimise(scenario, scenario.settings.replace(**changes), gap=0)
    assert portfolio.termination is Termination.OPTIMAL
    assert portfolio.gap == 0
    return tuple(int(f"i{number}" in portfolio.outcome.plan) for number in range(len(case.costs)))


def test_four_people_of_seven_million_are_better_than_three() -> None:
    # £120k buys either the one that takes 3 people off the list (£100k), or both of those that take 2 (£60k each)
    sizes = [Fraction(3), Fraction(2), Fraction(2)]
    case = Case([100, 60, 60], 120, ["national"], [Fraction(7_400_000)], [Fraction(3_700_000)], [sizes])
    for balance in (0.0, 0.5, 1.0):
        assert chosen(case, case.scenario(), balance=balance) == (0, 1, 1)


def test_the_same_beside_a_goal_that_moves_as_usual() -> None:
    # i3 takes half of the way to a target of another tier and is always worth its £10k; 120 are left for the rest
    sizes = [Fraction(3), Fraction(2), Fraction(2), Fraction(0)]
    others = [Fraction(0), Fraction(0), Fraction(0), Fraction(5)]
    case = Case(
        [100, 60, 60, 10], 130, ["national", "local"], [Fraction(7_400_000), Fraction(20)],
        [Fraction(3_700_000), Fraction(10)], [sizes, others],
    )  # fmt: skip
    for balance in (0.0, 0.5):
        assert chosen(case, case.scenario(), balance=balance) == (0, 1, 1, 1)


@pytest.mark.parametrize("seed", range(60))
def test_best_by_exact_enumeration_at_every_size(seed: int) -> None:
    rng = random.Random(seed)
    count = rng.randint(3, 7)
    goals = rng.randint(1, 3)
    gains: list[list[Fraction]] = []
    baselines, spans = [], []
    for _ in range(goals):
        size = Fraction(10) ** rng.randint(-4, 4)  # of what one initiative brings
        row = [rng.randint(0, 9) * size for _ in range(count)]
        span = size * Fraction(10) ** rng.randint(1, 7)
        gains.append(row)
        spans.append(span)
        baselines.append(span * rng.randint(1, 3))
    costs = [rng.randint(5, 60) for _ in range(count)]
    tiers = [rng.choice(["national", "local", "long_term"]) for _ in range(goals)]
    case = Case(costs, sum(costs) // 2, tiers, baselines, spans, gains)
    scenario = case.scenario()
    fine = fineness(scenario, scenario.settings)
    optimiser = Optimiser(scenario)
    for balance in (Fraction(0), Fraction(1, 2)):
        portfolio = optimiser.solve(scenario.settings.replace(balance=float(balance)), gap=0)
        assert portfolio.termination is Termination.OPTIMAL
        plan = tuple(int(f"i{number}" in portfolio.outcome.plan) for number in range(count))
        best = max(case.worth(other, balance) for other in case.plans())
        lost = best - case.worth(plan, balance)
        assert lost <= Fraction(1.5e-6) * Fraction(fine), float(lost)
        assert portfolio.bound >= float(best) * (1 - 1e-9) - 1e-12
        for g, tier in enumerate(tiers):  # nor is anything lost that is worth a word in one goal's own unit
            reach = sum(gains[g]) / spans[g] / tiers.count(tier)
            if reach and balance == 0:
                assert lost <= reach * Fraction(1, 1000)


def test_fineness_is_one_where_goals_move_as_usual_and_a_power_of_two_elsewhere() -> None:
    usual = Case([1], 1, ["national"], [Fraction(10)], [Fraction(10)], [[Fraction(1)]]).scenario()
    assert fineness(usual, usual.settings) == 1
    # all effects together: 1e-6 of the way; 1e-6 / 0.005 = 2e-4, and the power of two below is 2^-13
    fine = Case([1], 1, ["national"], [Fraction(10**6)], [Fraction(10**6)], [[Fraction(1)]]).scenario()
    assert fineness(fine, fine.settings) == 2.0**-13
    # nothing moves: nothing to tell apart
    still = Case([1], 1, ["national"], [Fraction(10)], [Fraction(10)], [[Fraction(0)]]).scenario()
    assert fineness(still, still.settings) == 1
