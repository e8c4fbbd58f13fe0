"""'Proved best' holds for what people would call better, however tiny it is beside a target: against exact enumeration."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from prioritiser.evaluation.portfolio import Termination
from prioritiser.evaluation.precision import fineness
from prioritiser.optimisation.optimiser import Optimiser, optimise
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, Goal, Initiative, Resource, Rule, RuleKind, Use
from prioritiser.scenario.settings import Settings
from tests.depth import part

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


SHUT_OUT: dict[str, tuple[dict[str, object], Sequence[Rule], dict[str, object]]] = {
    "costs more than there is": ({}, (), {}),
    "is locked out": ({}, (), {"lock": {"big": "out"}, "capacity": {"money": 20_000}}),
    "must not": ({"cost": 1}, [Rule(rule_id="r", kind=RuleKind.MUST_NOT, subject="big")], {}),
    "none of its lead may start": (
        {"cost": 1, "lead": "Acute"},
        [Rule(rule_id="r", kind=RuleKind.COUNT_AT_MOST, subject="lead=Acute", limit=0)],
        {},
    ),
    "needs what is locked out": (
        {"cost": 1},
        [Rule(rule_id="r", kind=RuleKind.REQUIRES, subject="big", other="i3")],
        {"lock": {"i3": "out"}},
    ),
    "goes only with what is not to start": (
        {"cost": 1},
        [
            Rule(rule_id="r", kind=RuleKind.TOGETHER, subject="i3", other="big"),
            Rule(rule_id="s", kind=RuleKind.MUST_NOT, subject="i3"),
        ],
        {},
    ),
    "excluded by what is locked in": (
        {"cost": 1},
        [Rule(rule_id="r", kind=RuleKind.EXCLUDES, subject="big", other="i3")],
        {"lock": {"i3": "in"}},
    ),
    "in part, but less than its least share": ({"cost": 25_000, "min_scale": 0.001}, (), {}),
    "in part, with a rule that looks at its start": (
        {"cost": 25_000, "min_scale": 0},
        [Rule(rule_id="r", kind=RuleKind.COUNT_AT_MOST, subject="big", limit=1)],
        {},
    ),
    "by a factor on what there is": ({"cost": 20}, (), {"capacity": {"other": 0.5}}),
}


@pytest.mark.parametrize("how", SHUT_OUT)
def test_four_are_better_than_three_beside_a_large_initiative_that_cannot_start(how: str) -> None:
    # 'big' would take three million off the list; without it the best is i1 and i2 for £120k, as above. i3 is free.
    changes, rules, settings = SHUT_OUT[how]
    sizes = [Fraction(3), Fraction(2), Fraction(2), Fraction(0)]
    case = Case([100, 60, 60, 0], 120, ["national"], [Fraction(7_400_000)], [Fraction(3_700_000)], [sizes])
    given = dict(changes)
    cost = float(given.pop("cost", 1_000_000))  # type: ignore[arg-type]
    plain = case.scenario()
    resource = "other" if "capacity" in settings and "lock" not in settings else "money"
    scenario = replace(
        plain,
        initiatives=(*plain.initiatives, Initiative(initiative_id="big", **given)),  # type: ignore[arg-type]
        resources=(*plain.resources, Resource(resource_id="other", capacities={YEAR: 30.0})),
        uses=(*plain.uses, Use(initiative_id="big", resource_id=resource, amounts={"year_1": cost})),
        effects=(*plain.effects, Effect(initiative_id="big", goal_id="g0", central=-3_000_000)),
        rules=tuple(rules),
    )
    changed = scenario.settings.replace(**settings)
    if how == "is locked out":  # then there is money for everything, and nothing to choose between
        assert {"i0", "i1", "i2"} <= set(optimise(scenario, changed, gap=0).outcome.plan)
        changed = changed.replace(capacity={})
    for balance in (0.0, 0.5):
        portfolio = optimise(scenario, changed.replace(balance=balance), gap=0)
        assert portfolio.termination is Termination.OPTIMAL
        assert set(portfolio.outcome.plan) - {"i3"} == {"i1", "i2"}


def test_any_share_will_do_where_an_initiative_may_be_delivered_in_part() -> None:
    # £120k of £25m buys 0.48 % of three million people: 14,400 of them
    case = Case([25_000], 120, ["national"], [Fraction(7_400_000)], [Fraction(3_700_000)], [[Fraction(3_000_000)]])
    scenario = replace(case.scenario(), initiatives=(Initiative(initiative_id="i0", min_scale=0),))
    plan = optimise(scenario, gap=0).outcome.plan
    assert plan["i0"].share == pytest.approx(120 / 25_000)


def test_one_optimiser_finds_the_small_once_the_large_is_locked_out_and_the_large_once_it_is_not() -> None:
    sizes = [Fraction(3), Fraction(2), Fraction(2), Fraction(3_000_000)]
    case = Case([100, 60, 60, 120], 120, ["national"], [Fraction(7_400_000)], [Fraction(3_700_000)], [sizes])
    scenario = case.scenario()
    optimiser = Optimiser(scenario)
    for lock, best in (({}, {"i3"}), ({"i3": "out"}, {"i1", "i2"}), ({}, {"i3"})):
        assert set(optimiser.solve(scenario.settings.replace(lock=lock), gap=0).outcome.plan) == best


@pytest.mark.parametrize("seed", part(range(60)))
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
