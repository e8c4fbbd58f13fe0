"""Value for money beside the optimum: each initiative on its own, and a plan filled in that order.

The two are not the same: what an initiative gains depends on what else is done, and the order ignores what fits
together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prioritiser.evaluation.objective import Objective
from prioritiser.evaluation.outcome import Outcome, capacity, evaluate, relative_use
from prioritiser.evaluation.plan import Delivery, Plan
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Initiative, RuleKind, YesNo
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import cumulative_years
from prioritiser.text.formatting import joined, plain
from prioritiser.text.json_rows import JsonRow

_SMALL = 1e-9


@dataclass(frozen=True)
class Worth(
    JsonRow,
    written="id=initiative_id gain_alone=gain relative_use=use gain_per_use=ratio rank in_greedy in_optimum lacks",
):
    """One initiative on its own, at full share and its earliest start, against doing nothing.

    gain: of the weighted score. use: Σ used / capacity over limited resources and years. ratio: gain per unit of use,
    None where it uses nothing on balance, or needs what there is none of. rank: from 1, the best first. lacks:
    resources that it needs and of which there is none when it would.
    """

    initiative_id: str
    gain: float
    use: float
    rank: int
    in_greedy: bool
    in_optimum: bool
    lacks: tuple[str, ...] = ()

    @property
    def ratio(self) -> float | None:
        """Gain per unit of use; None where it uses nothing, releases more than it uses, or lacks what it needs."""
        return self.gain / self.use if self.use > _SMALL and not self.lacks else None

    def per_use(self, scenario: Scenario) -> str:
        """Write the gain per unit of use in points, or why there is none."""
        if self.lacks:
            names = joined([scenario.resource_by_id[name].label for name in self.lacks])
            return f"needs {names}, and there is none"
        return "uses nothing" if self.ratio is None else plain(100 * self.ratio, 1)


@dataclass(frozen=True)
class ValueForMoney:
    """The order by value for money, and the plan filled in that order beside the optimum.

    greedy: outcome of that plan; what it breaks is in its breaches. objective, optimum: of that plan and of the best.
    """

    rows: tuple[Worth, ...]
    greedy: Outcome
    objective: float
    optimum: float

    @property
    def sentence(self) -> str:
        """Say how far apart the two are."""
        if self.greedy.breaches:
            return "Filling the plan in order of value for money does not keep every rule: it is no plan."
        less = 100 * (self.optimum - self.objective)
        if less <= 1e-4:
            return "Here a plan filled in order of value for money is as good as the best plan; that need not be so."
        short = f"{less:,.1f}" if less >= 0.05 else "less than 0.1"
        return f"A plan filled in order of value for money is worth {short} points less than the best plan."

    def as_json(self) -> dict[str, Any]:
        """Return plain values: the plan filled in order, against the optimum."""
        years = self.greedy.scenario.years
        return {
            "objective": self.objective,
            "optimum": self.optimum,
            "keeps_rules": not self.greedy.breaches,
            "breaches": [breach.text for breach in self.greedy.breaches],
            "initiatives": [
                {"id": name, "share": row.share, "start": years[row.start]} for name, row in self.greedy.plan.items()
            ],
            "sentence": self.sentence,
        }


def value_for_money(portfolio: Portfolio) -> ValueForMoney:
    """Rank every initiative by gain per use on its own, and fill a plan in that order.

    What is locked in or must be done comes first. An initiative that gains on its own is then taken, with what it
    requires, at its first start at which nothing more is broken; the order is gone through until nothing more fits.
    """
    outcome = portfolio.outcome
    scenario, settings = outcome.scenario, portfolio.settings
    nothing = evaluate(scenario, {}, settings)
    alone: dict[str, tuple[float, float]] = {}
    none = _used_up(scenario, settings)
    lacks = {row.initiative_id: _lacks(scenario, settings, row, none) for row in scenario.initiatives}
    for row in scenario.initiatives:
        done = evaluate(scenario, {row.initiative_id: Delivery(1.0, scenario.starts(row)[0])}, settings)
        alone[row.initiative_id] = (done.value - nothing.value, relative_use(scenario, settings, done.used))
    order = sorted(alone, key=lambda name: (*_standing(*alone[name], lacks[name]), name))
    greedy = evaluate(
        scenario, _filled(scenario, settings, [name for name in order if alone[name][0] > _SMALL]), settings
    )
    best_alone = {tier: score for tier, score in portfolio.best_alone.items() if score is not None}
    rows = tuple(
        Worth(name, *alone[name], rank, name in greedy.plan, name in outcome.plan, lacks[name])
        for rank, name in enumerate(order, start=1)
    )
    return ValueForMoney(rows, greedy, objective_of(greedy, settings, best_alone), portfolio.objective)


def _used_up(scenario: Scenario, settings: Settings) -> list[tuple[int, int]]:
    """Positions of resources and years of which there is none, nor anything left over from the years before."""
    return [
        (r, t)
        for r, resource in enumerate(scenario.resources)
        for t in range(len(scenario.years))
        if all(
            capacity(resource, scenario.years[u], settings) == 0
            for u in cumulative_years(t, resource.carry_over is YesNo.YES)
        )
    ]


def _lacks(scenario: Scenario, settings: Settings, row: Initiative, none: list[tuple[int, int]]) -> tuple[str, ...]:
    """Resources of which there is none when an initiative needs them; nothing where some start would do."""
    lacking = []
    for start in scenario.starts(row) if none else ():
        used = evaluate(scenario, {row.initiative_id: Delivery(1.0, start)}, settings).used
        lacking.append(tuple(dict.fromkeys(scenario.resources[r].resource_id for r, t in none if used[r, t] > 0)))
    return lacking[0] if lacking and all(lacking) else ()


def _standing(gain: float, use: float, lacks: tuple[str, ...]) -> tuple[int, float]:
    """Order: what gains and uses nothing, the most gain per use, what gains nothing, what needs what there is not."""
    if lacks:
        return 3, -gain
    if gain <= _SMALL:
        return 2, -gain
    return (1, -gain / use) if use > _SMALL else (0, -gain)


def objective_of(outcome: Outcome, settings: Settings, best_alone: Mapping[str, float]) -> float:
    """What a plan is worth under settings, with these S* by tier."""
    return Objective.of(settings.balance, outcome.do_nothing, best_alone).value(outcome.value, outcome.scores)


def _filled(scenario: Scenario, settings: Settings, order: list[str]) -> Plan:
    """Fill a plan in an order: forced initiatives first, then each that breaks nothing more."""
    rules = scenario.rules_in_force(settings)
    forced = [name for name, lock in settings.lock.items() if lock != "out"]
    forced += [rule.subject for rule in rules if rule.kind is RuleKind.MUST_DO and rule.subject not in forced]
    plan: dict[str, Delivery] = {}
    for name in forced:
        plan |= next(_additions(scenario, settings, plan, name), {})
    broken = _broken(scenario, settings, plan)
    taken = True
    while taken:
        taken = False
        for name in order:
            for addition in () if name in plan else _additions(scenario, settings, plan, name):
                breaks = _broken(scenario, settings, {**plan, **addition})
                if all(amount <= broken.get(key, 0.0) + _SMALL for key, amount in breaks.items()):
                    plan, broken, taken = {**plan, **addition}, breaks, True
                    break
    return {name: plan[name] for name in sorted(plan)}


def _broken(scenario: Scenario, settings: Settings, plan: Plan) -> dict[tuple[str, str, str], float]:
    """How much of each limit a plan breaks."""
    breaches = evaluate(scenario, plan, settings).breaches
    return {(breach.kind, breach.subject, breach.year): max(breach.amount, 2 * _SMALL) for breach in breaches}


def _additions(scenario: Scenario, settings: Settings, plan: Plan, name: str) -> Iterator[dict[str, Delivery]]:
    """Yield an initiative at each of its starts, the earliest first, with what it needs at the earliest it may."""
    rules = scenario.rules_in_force(settings)
    needed, left = {name}, [name]
    while left:
        one = left.pop()
        pairs = [(rule.kind, rule.subject, str(rule.other)) for rule in rules]
        more = {other for kind, subject, other in pairs if kind is RuleKind.REQUIRES and subject == one}
        more |= {other for kind, subject, other in pairs if kind is RuleKind.TOGETHER and subject == one}
        more |= {subject for kind, subject, other in pairs if kind is RuleKind.TOGETHER and other == one}
        left += sorted(more - needed - plan.keys())
        needed |= more - plan.keys()
    lock = settings.lock.get(name)
    for start in scenario.starts(scenario.initiative_by_id[name]):
        if lock in (None, "in", "out") or scenario.years[start] == lock:
            firsts = {other: scenario.starts(scenario.initiative_by_id[other])[0] for other in needed - {name}}
            yield {name: Delivery(1.0, start), **{other: Delivery(1.0, first) for other, first in firsts.items()}}
