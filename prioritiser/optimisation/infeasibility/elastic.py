"""How far limits must give way: rows that give way, the least amounts, alone or several together, and shares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.rules import reached
from prioritiser.optimisation.infeasibility.demands import Asked
from prioritiser.optimisation.infeasibility.minimal_sets import Numbers
from prioritiser.optimisation.infeasibility.words import CAPACITY, LOCK, rule_of
from prioritiser.optimisation.model import Terms, capacity_limit
from prioritiser.optimisation.model.problem import merged
from prioritiser.optimisation.model.rules import RULE_ROWS
from prioritiser.scenario.schema import COUNT_RULES, SPEND_RULES, Rule, RuleKind, YesNo
from prioritiser.scenario.tables import cumulative_years

CLOSE = 5e-7  # of an amount, or of 1 where that is more
SAME_SHARE = 1e-9


@dataclass(frozen=True)
class Side:
    """A row whose limit gives way: terms to make as large as can be, and how to ask for a limit eased by an amount.

    row: its place in the solver; sign: +1 where the row asks for no less, −1 where for no more. scale: what the row is
    multiplied by there.
    """

    terms: Terms
    row: int
    sign: int
    ease: Callable[[float], None]
    scale: float = 1.0


@dataclass(frozen=True)
class Easing:
    """How a demand can give way by an amount: what it is measured by, how much a plan needs, and the rows it eases.

    felt: the demands that it eases, by number: its own, and with carry-over those of the later years.
    """

    limit: float
    need: Callable[[Outcome], float]
    sides: Sequence[Side]
    felt: Numbers


def easing_of(asked: Asked, number: int) -> Easing | None:
    """How a demand can give way by an amount; None for a lock, a share of spending and a rule without a limit."""
    group, name, year = asked.levers[number].place
    if group == CAPACITY and year is not None:
        served = rows_of(asked, name, year)
        most = capacity_limit(asked.scenario, asked.settings, (name, year))
        rises = [capacity_side(asked, name, t) for t in served]
        return Easing(most, lacking(asked, name, list(served)), rises, frozenset(served.values()))
    if group == LOCK:
        return None
    rule = rule_of(asked.scenario, name)
    if rule.kind not in COUNT_RULES and rule.kind is not RuleKind.GOAL_AT_LEAST:
        return None
    limit, sign = float(rule.limit or 0.0), sign_of(asked, rule)
    rows = RULE_ROWS[rule.kind](asked.kept.model, rule)
    sides = [
        Side(
            [(variable, sign_of_row * part) for variable, part in terms],
            row.id,
            sign_of_row,
            _eased(asked, row.id, sense, bound),
        )
        for row, (terms, sense, bound) in zip(asked.kept.model.rules[name], rows, strict=True)
        for sign_of_row in [1 if sense == ">=" else -1]
    ]
    return Easing(
        limit,
        lambda outcome: sign * (limit - reached(asked.scenario, outcome.plan, outcome.levels, rule)),
        sides,
        frozenset({number}),
    )


def _eased(asked: Asked, row: int, sense: str, bound: float) -> Callable[[float], None]:
    infinity = float("inf")
    if sense == ">=":
        return lambda less: asked.kept.bound_row(row, bound - less, infinity)
    return lambda more: asked.kept.bound_row(row, -infinity, bound + more)


def rows_of(asked: Asked, name: str, year: int) -> dict[int, int]:
    """Demands that a rise of a capacity in a year serves, by year position: with carry-over the later years too."""
    carries = asked.scenario.resource_by_id[name].carry_over is YesNo.YES
    return {
        t: number
        for number, lever in enumerate(asked.levers)
        for group, other, t in [lever.place]
        if (group, other) == (CAPACITY, name) and t is not None and (t >= year if carries else t == year)
    }


def capacity_side(asked: Asked, name: str, t: int) -> Side:
    """Less use of a resource in a year, or up to it with carry-over."""
    scenario, resource = asked.scenario, asked.scenario.resource_by_id[name]
    span = cumulative_years(t, resource.carry_over is YesNo.YES)
    terms = merged(
        (asked.kept.model.share[use.initiative_id, s], -use.amount(u - s + 1))
        for use in scenario.uses
        if use.resource_id == name
        for s in scenario.starts(scenario.initiative_by_id[use.initiative_id])
        for u in span
        if u >= s
    )
    limit = capacity_limit(asked.scenario, asked.settings, (name, t))
    row = asked.kept.model.capacity[name, t].id
    scale = asked.kept.model.capacity_scale[name, t]
    return Side(terms, row, -1, lambda more: asked.kept.set_capacity((name, t), limit + more), scale)


def lacking(asked: Asked, name: str, years: Sequence[int]) -> Callable[[Outcome], float]:
    """How much capacity a plan lacks, at most over the years given."""
    scenario, resource = asked.scenario, asked.scenario.resource_by_id[name]
    r = scenario.resources.index(resource)
    spans = {t: cumulative_years(t, resource.carry_over is YesNo.YES) for t in years}
    limits = {t: capacity_limit(asked.scenario, asked.settings, (name, t)) for t in years}
    return lambda outcome: max(float(sum(outcome.used[r, u] for u in spans[t])) - limits[t] for t in years)


def sign_of(asked: Asked, rule: Rule) -> int:
    """+1 where a rule asks for no less than its limit, −1 where for no more."""
    if rule.kind is RuleKind.GOAL_AT_LEAST:
        return asked.scenario.goal_by_id[rule.subject].sign
    return 1 if rule.kind in (RuleKind.COUNT_AT_LEAST, RuleKind.SPEND_SHARE_AT_LEAST) else -1


def least_together(asked: Asked, numbers: Numbers, until: float) -> Mapping[int, float]:
    """Least amounts by which demands must give way together, by number; what has no amount here is dropped.

    numbers: demands that are enough to drop. Least is the sum of amount / limit over capacities, counts and levels,
    with the shares of spending dropped; then the first share of spending gives way as little as can be beside these
    amounts, and its new limit stands for its amount. Every amount is read off a plan. Raises TimeUpError.
    """
    easings = {n: easing for n in sorted(numbers) if (easing := easing_of(asked, n)) is not None}
    shares = [n for n in sorted(numbers) if _is_share(asked, n)]
    felt = numbers.union(*(easing.felt for easing in easings.values()))
    asked.hold(asked.all - felt)
    amounts: dict[int, float] = {}
    try:
        if easings:
            for number in felt - {n for n in numbers if n not in easings}:
                asked.levers[number].restore()
            with asked.kept.slack([_slack(easing) for easing in easings.values()]):
                outcome = asked.aim([], until)
            if outcome is None:
                return {}
            amounts = _amounts(asked, easings, outcome)
        for number in shares[:1]:
            _ease(easings, amounts)
            share = least_share(asked, rule_of(asked.scenario, asked.levers[number].place[1]), until)
            amounts |= {} if share is None else {number: share}
    finally:
        for number in felt:
            asked.levers[number].drop()
    return amounts


def _slack(easing: Easing) -> list[tuple[int, float]]:
    size = abs(easing.limit) or 1.0
    return [(side.row, side.sign * side.scale * size) for side in easing.sides]


def _amounts(asked: Asked, easings: Mapping[int, Easing], outcome: Outcome) -> dict[int, float]:
    """What a plan needs of each; with carry-over a year brings what is lacking before the next that can bring some."""
    amounts: dict[int, float] = {}
    brought: dict[str, float] = {}
    places = [(year, name, number) for number in easings for _, name, year in [asked.levers[number].place]]
    for year, name, number in sorted(places, key=lambda place: (place[0] or 0, place[2])):
        easing = easings[number]
        if year is None or asked.scenario.resource_by_id[name].carry_over is not YesNo.YES:
            amounts[number] = max(0.0, easing.need(outcome))
            continue
        end = min((t for t, other, _ in places if other == name and t is not None and t > year), default=None)
        span = [t for t in rows_of(asked, name, year) if end is None or t < end]
        amounts[number] = max(0.0, lacking(asked, name, span)(outcome) - brought.get(name, 0.0))
        brought[name] = brought.get(name, 0.0) + amounts[number]
    return amounts


def _ease(easings: Mapping[int, Easing], amounts: Mapping[int, float]) -> None:
    """Ask for limits eased by these amounts, added up where several ease one row."""
    total: dict[int, float] = {}
    for number, easing in easings.items():
        for side in easing.sides:
            total[side.row] = total.get(side.row, 0.0) + amounts[number]
            side.ease(total[side.row])


def _is_share(asked: Asked, number: int) -> bool:
    group, name, _ = asked.levers[number].place
    return group == "rule" and rule_of(asked.scenario, name).kind in SPEND_RULES


def least_share(asked: Asked, rule: Rule, until: float) -> float | None:
    """Share of spending nearest to its limit that any plan reaches, with what is held now and without the rule.

    A ratio, by Dinkelbach (Management Science 13(7), 1967). None where there is no plan.
    """
    sign = sign_of(asked, rule)
    outcome = asked.aim([], until)
    if outcome is None:
        return None
    share = reached(asked.scenario, outcome.plan, outcome.levels, rule)
    while True:
        rows = RULE_ROWS[rule.kind](asked.kept.model, rule.model_copy(update={"limit": share}))
        terms = [(variable, sign * part) for row, _, _ in rows for variable, part in row]
        outcome = asked.aim(terms, until)
        better = share if outcome is None else reached(asked.scenario, outcome.plan, outcome.levels, rule)
        if sign * (better - share) <= SAME_SHARE:
            return share
        share = better


def least_easing(
    asked: Asked, numbers: Numbers, sides: Sequence[Side], need: Callable[[Outcome], float], until: float
) -> float | None:
    """Least amount by which these rows must give way together; None where no amount is enough.

    need: what a plan needs, without the solver. One row: its best value. Several: bisection, each time down to what the
    plan found needs; the answer is at most 5e-7 (of it, or of 1) above the least.
    """
    asked.hold(asked.all - numbers)
    low, best = 0.0, float("inf")
    for side in sides:
        outcome = asked.aim(side.terms, until)
        if outcome is None:
            return None
        best = min(best, need(outcome))
    if len(sides) == 1:
        return best
    try:
        below: float | None = _below(best)
        while best - low > CLOSE * max(1.0, best):
            amount = below if below is not None else (low + best) / 2
            for side in sides:
                side.ease(amount)
            outcome = asked.aim([], until)
            if outcome is None:
                low, below = amount, None
            else:
                best = min(best, amount, need(outcome))
                below = None if below is not None else _below(best)
    finally:
        for number in numbers:
            asked.levers[number].drop()
    return best


def _below(amount: float) -> float:
    return amount - CLOSE * max(1.0, amount)
