"""The smallest ways out of a clash: how far one demand alone must give way, or several together."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from prioritiser.errors import Step, WayOut
from prioritiser.evaluation.outcome import capacity
from prioritiser.optimisation.infeasibility.demands import Asked, TimeUpError
from prioritiser.optimisation.infeasibility.elastic import (
    CLOSE,
    capacity_side,
    easing_of,
    lacking,
    least_easing,
    least_share,
    least_together,
    rows_of,
    sign_of,
)
from prioritiser.optimisation.infeasibility.minimal_sets import Numbers, by_deletion, smallest_hitting_set
from prioritiser.optimisation.infeasibility.words import CAPACITY, LOCK, demand_of_capacity, rule_of, steps_text
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import COUNT_RULES, SPEND_RULES, Rule, RuleKind, YesNo

MOST_TOGETHER = 3
MOST_DROPPED = 6  # a longer list helps nobody
DIGITS = 6


def find_ways_out(
    asked: Asked, sets: Sequence[Numbers], corrections: Sequence[Numbers], until: float
) -> tuple[tuple[WayOut, ...], bool]:
    """Find how far each demand must give way where it alone is enough; else the smallest sets that do so together.

    sets: minimal sets that cannot hold together. corrections: sets that are enough to drop, each without anything that
    need not go; the smallest stands in where there was no time to find a way. Every amount is read off a plan that a
    check without the solver passes. Returns also whether there was time for all.
    """
    ways: list[WayOut] = []
    try:
        for number in sorted(sets[0]):
            ways += [way for way in _alone(asked, number, sets[0], until) if way not in ways]
        if all(len(way.steps) > 1 for way in ways):
            for way in _together(asked, sets, until):
                if all(way.text != other.text for other in ways):
                    ways.append(way)  # one by one: time may be up before the last
    except TimeUpError:
        few = [one for one in corrections if len(one) <= MOST_DROPPED]
        if not ways and few:
            ways.append(_dropped(asked, min(few, key=lambda one: (len(one), sorted(one)))))
        return tuple(ways), False
    return tuple(ways), True


def _way_out(scenario: Scenario, steps: Sequence[Step], to: float | None = None, by: float | None = None) -> WayOut:
    text, plain = (steps_text(scenario, steps, ids) for ids in (True, False))
    return WayOut(tuple(steps), text, plain, to, by)


def _alone(asked: Asked, number: int, clash: Numbers, until: float) -> Iterator[WayOut]:
    """Yield the ways in which one demand alone is enough."""
    lever = asked.levers[number]
    group, name, _ = lever.place
    if group == CAPACITY:
        yield from _more_capacity(asked, name, clash, until)
        return
    rule = None if group == LOCK else rule_of(asked.scenario, name)
    step: Step | None = None
    if rule is not None and rule.kind in SPEND_RULES:
        asked.hold(asked.all - {number})
        share = least_share(asked, rule, until)
        step = None if share is None else _other_limit(asked, number, rule, share)
    elif rule is not None and (rule.kind in COUNT_RULES or rule.kind is RuleKind.GOAL_AT_LEAST):
        easing = easing_of(asked, number)
        by = None if easing is None else least_easing(asked, frozenset({number}), easing.sides, easing.need, until)
        step = (
            None
            if by is None
            else _other_limit(asked, number, rule, float(rule.limit or 0) - sign_of(asked, rule) * by)
        )
    elif asked.broken_with(asked.all - {number}, until) is not None:
        step = Step(lever.demand)
    if step is not None:
        yield _way_out(asked.scenario, [step], step.to, step.by)


def _together(asked: Asked, sets: Sequence[Numbers], until: float) -> Iterator[WayOut]:
    """Yield the smallest sets to ease or drop: those that hit every minimal set that cannot hold (Reiter, AI 32, 1987).

    None is larger than it need be, so that every plan without these demands breaks each of them.
    """
    known, enough = list(sets), list[Numbers]()
    while len(enough) < MOST_TOGETHER:
        chosen = smallest_hitting_set(known, enough, until)
        if chosen is None or not chosen:
            return
        if asked.broken_with(asked.all - chosen, until) is None:
            known.append(by_deletion(asked, asked.all - chosen, until))
            continue
        enough.append(chosen)
        try:
            amounts = least_together(asked, chosen, until)
        except TimeUpError:
            yield _dropped(asked, chosen)
            raise
        yield _way_out(asked.scenario, _steps(asked, chosen, amounts))


def _dropped(asked: Asked, numbers: Numbers) -> WayOut:
    return _way_out(asked.scenario, [Step(asked.levers[number].demand) for number in sorted(numbers)])


def _steps(asked: Asked, numbers: Numbers, amounts: Mapping[int, float]) -> list[Step]:
    """Say how each demand gives way: by its amount, or wholly."""
    steps: list[Step] = []
    for number in sorted(numbers):
        lever = asked.levers[number]
        _, name, year = lever.place
        if number not in amounts:
            steps.append(Step(lever.demand))
        elif year is not None:
            steps.append(_risen(asked, name, year, amounts[number]))
        else:
            rule = rule_of(asked.scenario, name)
            limit, by = float(rule.limit or 0.0), amounts[number]
            to = by if rule.kind in SPEND_RULES else limit - sign_of(asked, rule) * by
            steps.append(_other_limit(asked, number, rule, to))
    return steps


def _more_capacity(asked: Asked, name: str, clash: Numbers, until: float) -> Iterator[WayOut]:
    """Yield the least rise of the resource's capacity, by year; with carry-over a rise serves later years too.

    A rise in an earlier year is left out where it must be as large as one in a later year. Where no year alone is
    enough, all of them rise by the same; with carry-over the first year is enough wherever all are.
    """
    scenario, resource = asked.scenario, asked.scenario.resource_by_id[name]
    carries = resource.carry_over is YesNo.YES
    least = float("inf")
    for year in reversed(range(len(scenario.years))):
        rows = rows_of(asked, name, year)
        if not clash & set(rows.values()):
            continue
        sides = [capacity_side(asked, name, t) for t in rows]
        found = least_easing(asked, frozenset(rows.values()), sides, lacking(asked, name, list(rows)), until)
        if found is not None and (not carries or found < least * (1 - CLOSE)):
            least = min(least, found)
            step = _risen(asked, name, year, found)
            yield _way_out(scenario, [step], step.to, step.by)
    every = {lever.place[2]: n for n, lever in enumerate(asked.levers) if lever.place[:2] == (CAPACITY, name)}
    years = [t for t in every if t is not None]
    if least == float("inf") and not carries and len(years) > 1:
        sides = [capacity_side(asked, name, t) for t in years]
        found = least_easing(asked, frozenset(every.values()), sides, lacking(asked, name, years), until)
        if found is not None:
            yield _way_out(scenario, [_risen(asked, name, year, found) for year in years], None, found)


def _risen(asked: Asked, name: str, year: int, more: float) -> Step:
    resource, label = asked.scenario.resource_by_id[name], asked.scenario.years[year]
    now = capacity(resource, label, asked.settings)
    shown, rise = (_safe(value, ROUND_CEILING) for value in (now + more, more))
    return Step(demand_of_capacity(asked.scenario, name, label, now), now + more, more, shown, rise)


def _other_limit(asked: Asked, number: int, rule: Rule, to: float) -> Step:
    rounding = ROUND_FLOOR if sign_of(asked, rule) > 0 else ROUND_CEILING
    if rule.kind in SPEND_RULES:
        shown = float(Decimal(f"{to:.8g}").quantize(Decimal("0.001"), rounding))
    else:
        shown = _safe(to, rounding)
    return Step(asked.levers[number].demand, to, abs(float(rule.limit or 0.0) - to), shown)


def _safe(value: float, rounding: str) -> float:
    """Round to six digits on the side that is enough; traces of arithmetic do not count."""
    given = Decimal(f"{value:.9g}")
    return float(given.quantize(Decimal(1).scaleb(min(0, given.adjusted() - DIGITS + 1)), rounding))
