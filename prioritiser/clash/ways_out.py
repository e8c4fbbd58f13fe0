"""The smallest ways out of a clash: how far one demand alone must give way, or which to drop together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from prioritiser.breaches import positive_use
from prioritiser.clash.demands import CAPACITY, LOCK, Asked, Lever, TimeUpError, in_unit, limit_text, named, rule_of
from prioritiser.clash.sets import Numbers, by_deletion, smallest_hitting_set
from prioritiser.errors import Demand, WayOut
from prioritiser.model import Terms
from prioritiser.model.problem import merged
from prioritiser.model.rules import RULE_ROWS
from prioritiser.outcome import Outcome, capacity
from prioritiser.scenario import cumulative_years
from prioritiser.schema import Rule, RuleKind, YesNo
from prioritiser.words import COUNT_RULES, SPEND_RULES

MOST_TOGETHER = 3
MOST_DROPPED = 6  # a longer list helps nobody
CLOSE = 5e-7  # of an amount, or of 1 where that is more
SAME_SHARE = 1e-9
DIGITS = 6


@dataclass(frozen=True)
class Side:
    """A row whose limit gives way: terms to make as large as can be, and how to ask for a limit eased by an amount."""

    terms: Terms
    ease: Callable[[float], None]


def find_ways_out(
    asked: Asked, sets: Sequence[Numbers], corrections: Sequence[Numbers], until: float
) -> tuple[tuple[WayOut, ...], bool]:
    """Find how far each demand must give way where it alone is enough; else the smallest sets to drop together.

    sets: minimal sets that cannot hold together. corrections: sets that are enough to drop, each without anything that
    need not go; the smallest stands in where there was no time to find a way. Every amount is read off a plan that a
    check without the solver passes. Returns also whether there was time for all.
    """
    ways: list[WayOut] = []
    try:
        for number in sorted(sets[0]):
            ways += [way for way in _alone(asked, number, sets[0], until) if way not in ways]
        if not ways:
            for way in _together(asked, sets, until):
                ways.append(way)  # one by one: time may be up before the last
    except TimeUpError:
        few = [one for one in corrections if len(one) <= MOST_DROPPED]
        if not ways and few:
            ways.append(_dropped(asked, min(few, key=lambda one: (len(one), sorted(one)))))
        return tuple(ways), False
    return tuple(ways), True


def _alone(asked: Asked, number: int, clash: Numbers, until: float) -> Iterator[WayOut]:
    """Yield the ways in which one demand alone is enough."""
    lever = asked.levers[number]
    group, name, _ = lever.place
    if group == CAPACITY:
        yield from _more_capacity(asked, name, clash, until)
        return
    rule = None if group == LOCK else rule_of(asked.scenario, name)
    if rule is not None and rule.kind in SPEND_RULES:
        way = _other_share(asked, number, rule, until)
    elif rule is not None and (rule.kind in COUNT_RULES or rule.kind is RuleKind.GOAL_AT_LEAST):
        way = _other_limit(asked, number, rule, until)
    else:
        way = None if asked.broken_with(asked.all - {number}, until) is None else _dropped(asked, frozenset({number}))
    if way is not None:
        yield way


def _together(asked: Asked, sets: Sequence[Numbers], until: float) -> Iterator[WayOut]:
    """Yield the smallest sets to drop: those that hit every minimal set that cannot hold (Reiter, AI 32, 1987)."""
    known, enough = list(sets), list[Numbers]()
    while len(enough) < MOST_TOGETHER:
        chosen = smallest_hitting_set(known, enough, until)
        if chosen is None or not chosen:
            return
        if asked.broken_with(asked.all - chosen, until) is None:
            known.append(by_deletion(asked, asked.all - chosen, until))
        else:
            enough.append(chosen)
            yield _dropped(asked, chosen)


def _dropped(asked: Asked, numbers: Numbers) -> WayOut:
    levers = [asked.levers[number] for number in sorted(numbers)]
    return WayOut(tuple(lever.demand for lever in levers), " and ".join(_without(asked, lever) for lever in levers))


def _without(asked: Asked, lever: Lever) -> str:
    group, name, year = lever.place
    if year is not None:
        label = asked.scenario.resource_by_id[name].label
        return f"without the limit on {named(label, name)} {asked.scenario.years[year]}"
    if group == LOCK:
        return f"without the lock on {named(asked.scenario.initiative_by_id[name].label, name)}"
    return f"without rule {name}{_owner(lever)}"


def _owner(lever: Lever) -> str:
    return f" (owner {lever.demand.owner})" if lever.demand.owner else ""


def _more_capacity(asked: Asked, name: str, clash: Numbers, until: float) -> Iterator[WayOut]:
    """Yield the least rise of the resource's capacity, by year; with carry-over a rise serves later years too.

    A rise in an earlier year is left out where it must be as large as one in a later year. Where no year alone is
    enough, all of them rise by the same; with carry-over the first year is enough wherever all are.
    """
    scenario, resource = asked.scenario, asked.scenario.resource_by_id[name]
    carries = resource.carry_over is YesNo.YES
    least = float("inf")
    for year in reversed(range(len(scenario.years))):
        rows = {
            t: number
            for number, lever in enumerate(asked.levers)
            for group, other, t in [lever.place]
            if (group, other) == (CAPACITY, name) and t is not None and (t >= year if carries else t == year)
        }
        if not clash & set(rows.values()):
            continue
        sides = [_capacity_side(asked, name, t) for t in rows]
        found = _least_easing(asked, frozenset(rows.values()), sides, _lacking(asked, name, list(rows)), until)
        if found is not None and (not carries or found < least * (1 - CLOSE)):
            least = min(least, found)
            yield _risen(asked, name, year, found)
    every = {lever.place[2]: n for n, lever in enumerate(asked.levers) if lever.place[:2] == (CAPACITY, name)}
    years = [t for t in every if t is not None]
    if least == float("inf") and not carries and len(years) > 1:
        sides = [_capacity_side(asked, name, t) for t in years]
        found = _least_easing(asked, frozenset(every.values()), sides, _lacking(asked, name, years), until)
        if found is not None:
            yield _risen_each_year(asked, name, years, found)


def _capacity_side(asked: Asked, name: str, t: int) -> Side:
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
    limit = asked.kept.capacity_limit((name, t), asked.settings)
    return Side(terms, lambda more: asked.kept.set_capacity((name, t), limit + more))


def _lacking(asked: Asked, name: str, years: Sequence[int]) -> Callable[[Outcome], float]:
    """How much capacity a plan lacks, at most over the years given."""
    scenario, resource = asked.scenario, asked.scenario.resource_by_id[name]
    r = scenario.resources.index(resource)
    spans = {t: cumulative_years(t, resource.carry_over is YesNo.YES) for t in years}
    limits = {t: asked.kept.capacity_limit((name, t), asked.settings) for t in years}
    return lambda outcome: max(float(sum(outcome.used[r, u] for u in spans[t])) - limits[t] for t in years)


def _risen(asked: Asked, name: str, year: int, more: float) -> WayOut:
    resource, label = asked.scenario.resource_by_id[name], asked.scenario.years[year]
    now, unit = capacity(resource, label, asked.settings), resource.unit
    what = f"capacity {named(resource.label, name)} {label}"
    rise, to = (in_unit(_safe(value, ROUND_CEILING), unit) for value in (more, now + more))
    demand = Demand(CAPACITY, name, f"{what} ({in_unit(now, unit)})", label, now, unit)
    return WayOut((demand,), f"{what} up by {rise} to {to}", now + more, more)


def _risen_each_year(asked: Asked, name: str, years: Sequence[int], more: float) -> WayOut:
    risen = [_risen(asked, name, year, more).demands[0] for year in years]
    resource = asked.scenario.resource_by_id[name]
    rise = in_unit(_safe(more, ROUND_CEILING), resource.unit)
    labels = [asked.scenario.years[year] for year in years]
    when = "every year" if len(years) == len(asked.scenario.years) else f"each of {', '.join(labels)}"
    return WayOut(tuple(risen), f"capacity {named(resource.label, name)} up by {rise} in {when}", None, more)


def _other_limit(asked: Asked, number: int, rule: Rule, until: float) -> WayOut | None:
    """Ease the limit of a count or of a goal's level as little as can be."""
    limit = float(rule.limit or 0.0)
    sign = _sign(asked, rule)
    rows = asked.kept.model.rules[rule.rule_id]
    sides = [
        Side([(variable, sign_of_row * part) for variable, part in terms], _eased(asked, row, sense, bound))
        for row, (terms, sense, bound) in zip(rows, RULE_ROWS[rule.kind](asked.kept.model, rule), strict=True)
        for sign_of_row in [1.0 if sense == ">=" else -1.0]
    ]
    found = _least_easing(
        asked, frozenset({number}), sides, lambda outcome: sign * (limit - _reached(asked, rule, outcome)), until
    )
    if found is None:
        return None
    lever = asked.levers[number]
    unit = lever.demand.unit if rule.kind is RuleKind.GOAL_AT_LEAST else None
    to = limit - sign * found
    shown = _safe(to, ROUND_FLOOR if sign > 0 else ROUND_CEILING)
    text = f"rule {rule.rule_id} from {limit_text(rule, limit, None)} to {limit_text(rule, shown, unit)}{_owner(lever)}"
    return WayOut((lever.demand,), text, to, found)


def _sign(asked: Asked, rule: Rule) -> int:
    """+1 where a rule asks for no less than its limit, −1 where for no more."""
    if rule.kind is RuleKind.GOAL_AT_LEAST:
        return asked.scenario.goal_by_id[rule.subject].sign
    return 1 if rule.kind in (RuleKind.COUNT_AT_LEAST, RuleKind.SPEND_SHARE_AT_LEAST) else -1


def _eased(asked: Asked, row: object, sense: str, bound: float) -> Callable[[float], None]:
    place, infinity = row.id, float("inf")  # type: ignore[attr-defined]
    if sense == ">=":
        return lambda less: asked.kept._bound_row(place, bound - less, infinity)
    return lambda more: asked.kept._bound_row(place, -infinity, bound + more)


def _reached(asked: Asked, rule: Rule, outcome: Outcome) -> float:
    """What a plan reaches of what a rule limits, without the solver: level, count or share of spending."""
    scenario = asked.scenario
    year = None if rule.year is None else scenario.years.index(rule.year)
    if rule.kind is RuleKind.GOAL_AT_LEAST:
        goals = [goal.goal_id for goal in scenario.goals]
        return float(outcome.levels[goals.index(rule.subject), year or 0])
    if rule.kind in COUNT_RULES:
        started = [outcome.plan[name].start for name in scenario.group(rule.subject) if name in outcome.plan]
        return float(sum(year in (None, start) for start in started))
    spent = positive_use(scenario, str(rule.resource_id), rule.year, outcome.plan)
    group, total = set(scenario.group(rule.subject)), sum(spent.values())
    ours = sum(part for name, part in spent.items() if name in group)
    return ours / total if total > 0 else float(rule.limit or 0.0)


def _other_share(asked: Asked, number: int, rule: Rule, until: float) -> WayOut | None:
    """Ease a share of spending as little as can be: a ratio, by Dinkelbach (Management Science 13(7), 1967)."""
    sign = _sign(asked, rule)
    asked.hold(asked.all - {number})
    outcome = asked.aim([], until)
    if outcome is None:
        return None
    share = _reached(asked, rule, outcome)
    while True:
        rows = RULE_ROWS[rule.kind](asked.kept.model, rule.model_copy(update={"limit": share}))
        terms = [(variable, sign * part) for row, _, _ in rows for variable, part in row]
        outcome = asked.aim(terms, until)
        better = share if outcome is None else _reached(asked, rule, outcome)
        if sign * (better - share) <= SAME_SHARE:
            break
        share = better
    lever, limit = asked.levers[number], float(rule.limit or 0.0)
    shown = float(Decimal(f"{share:.8g}").quantize(Decimal("0.001"), ROUND_FLOOR if sign > 0 else ROUND_CEILING))
    text = f"rule {rule.rule_id} from {limit_text(rule, limit, None)} to {limit_text(rule, shown, None)}{_owner(lever)}"
    return WayOut((lever.demand,), text, share, abs(limit - share))


def _least_easing(
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


def _safe(value: float, rounding: str) -> float:
    """Round to six digits on the side that is enough; traces of arithmetic do not count."""
    given = Decimal(f"{value:.9g}")
    return float(given.quantize(Decimal(1).scaleb(min(0, given.adjusted() - DIGITS + 1)), rounding))
