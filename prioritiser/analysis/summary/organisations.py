"""Who starts how much in which year, and where that is more than an organisation's improvement staff can carry.

A scenario has no table of improvement staff by organisation. Where a resource names such staff, the pools that an
organisation's initiatives use are its staff; else its starts are compared with those of today's plan.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from prioritiser.analysis.summary.contributions import NOT_GIVEN
from prioritiser.analysis.summary.resources_used import FULL
from prioritiser.evaluation.outcome import Outcome, capacity, current_plan
from prioritiser.evaluation.rules import TOLERANCE
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Evidence, Resource
from prioritiser.text.formatting import amount, amount_of, counted, is_money, joined

COLUMNS = ("lead", "place")
# One start a year is never too many by comparison alone: today's plan may start nothing.
ALWAYS_FINE = 1
_IMPROVEMENT = re.compile(r"improvement|programme|program(?![a-z])|project|transformation", re.IGNORECASE)
_PEOPLE = re.compile(r"(?<![a-z])(?:wte|fte|staff|people|posts?|teams?|managers?)(?![a-z])", re.IGNORECASE)


class Load(StrEnum):
    """Why an organisation's year is named.

    over: all who share its improvement staff use more than there is without what these settings add. full: there is
    nothing to spare. more: it starts more than in the busiest year of today's plan.
    """

    OVER = "over"
    FULL = "full"
    MORE = "more"


@dataclass(frozen=True)
class Overload:
    """A year in which an organisation starts more than it may be able to carry.

    starts: initiatives that it starts then. resource_id: its improvement staff, empty where the scenario names none.
    used, there: use by everybody who shares that staff, and what there is of it, in its unit. shared_with: who else.
    today: most starts in one year of today's plan. judged: whether a figure behind this was judged.
    """

    organisation: str
    year: str
    starts: int
    load: Load
    resource_id: str = ""
    used: float = math.nan
    there: float = math.nan
    shared_with: tuple[str, ...] = field(default=())
    today: int = 0
    judged: bool = True


def organisation_of(scenario: Scenario, initiative_id: str, column: str = "lead") -> str:
    """Name who leads an initiative, or where it takes place; column: lead or place."""
    return scenario.group_by_id[column].get(initiative_id, NOT_GIVEN)


def starts_by_organisation(outcome: Outcome, column: str = "lead") -> pd.DataFrame:
    """Count the starts of a plan by organisation and year, busiest organisation first.

    Columns: organisation, year, starts, today (starts of today's plan in that year). Every organisation that the
    scenario names has a row for every year.
    """
    scenario = outcome.scenario
    today = current_plan(scenario)
    counts = {
        (organisation_of(scenario, row.initiative_id, column), year): [0, 0]
        for row in scenario.initiatives
        for year in scenario.years
    }
    for position, plan in enumerate((outcome.plan, today)):
        for name, delivery in plan.items():
            counts[organisation_of(scenario, name, column), scenario.years[delivery.start]][position] += 1
    rows = [(*key, *pair) for key, pair in counts.items()]
    table = pd.DataFrame(rows, columns=["organisation", "year", "starts", "today"])
    total = table.groupby("organisation")["starts"].transform("sum")
    place = table["year"].map({year: position for position, year in enumerate(scenario.years)})
    order = table.assign(total=-total, place=place).sort_values(["total", "organisation", "place"])
    return order[["organisation", "year", "starts", "today"]].reset_index(drop=True)


def staff(scenario: Scenario) -> tuple[Resource, ...]:
    """Find the resources that are people, by their unit or name; never money."""
    return tuple(
        resource
        for resource in scenario.resources
        if not is_money(resource.unit) and any(_PEOPLE.search(text) for text in (resource.label, resource.unit or ""))
    )


def improvement_staff(scenario: Scenario) -> tuple[Resource, ...]:
    """Find the people whose id, name or unit says that they are improvement, programme or project staff."""
    return tuple(
        resource
        for resource in staff(scenario)
        if any(_IMPROVEMENT.search(text) for text in (resource.resource_id, resource.label, resource.unit or ""))
    )


def staff_by_organisation(outcome: Outcome, column: str = "lead") -> pd.DataFrame:
    """Show the staff of every kind that each organisation's initiatives use, by year.

    Columns: organisation, resource_id, resource, unit, year, used (by this organisation), used_by_all, there (the
    capacity as given, or as in force where that is less; NaN: no limit), judged. One row for each pair that is used by
    a plan in any year, and each year.
    """
    scenario, rows = outcome.scenario, []
    mine: dict[tuple[str, str], list[float]] = {}
    for use in scenario.uses:
        delivery = outcome.plan.get(use.initiative_id)
        if delivery is not None:
            key = (organisation_of(scenario, use.initiative_id, column), use.resource_id)
            by_year = mine.setdefault(key, [0.0] * len(scenario.years))
            for t in range(delivery.start, len(scenario.years)):
                by_year[t] += delivery.share * use.amount(t - delivery.start + 1)
    positions = {resource.resource_id: r for r, resource in enumerate(scenario.resources)}
    for resource in staff(scenario):
        for (organisation, name), by_year in sorted(mine.items()):
            if name != resource.resource_id:
                continue
            rows += [
                (
                    *(organisation, name, resource.label, resource.unit or "", year),
                    *(by_year[t], float(outcome.used[positions[name], t]), there(resource, year, outcome)),
                    resource.evidence is Evidence.JUDGED,
                )
                for t, year in enumerate(scenario.years)
            ]
    columns = ["organisation", "resource_id", "resource", "unit", "year", "used", "used_by_all", "there", "judged"]
    return pd.DataFrame(rows, columns=columns)


def there(resource: Resource, year: str, outcome: Outcome) -> float:
    """Staff that there are in a year: as given, or as in force where that is less, because a factor hires nobody."""
    given = resource.capacities.get(year)
    return math.nan if given is None else min(given, capacity(resource, year, outcome.settings))


def find_overloads(outcome: Outcome, column: str = "lead") -> tuple[Overload, ...]:
    """Find the years in which an organisation starts more than it may be able to carry; the gravest first.

    An organisation whose starts of a year use improvement staff is judged by that staff, else by today's plan.
    """
    scenario = outcome.scenario
    starts = starts_by_organisation(outcome, column)
    busiest = starts.groupby("organisation")["today"].max().to_dict()
    has_today = bool(current_plan(scenario))
    pools = _pools(outcome, column)
    found: list[Overload] = []
    for organisation, year, number in starts[["organisation", "year", "starts"]].itertuples(index=False):
        mine = [pool for pool in pools if pool.draws.get((organisation, year))]
        if mine:
            overloads = (_by_staff(pool, str(organisation), str(year), int(number), outcome) for pool in mine)
            found += [overload for overload in overloads if overload is not None]
        elif has_today and number > max(ALWAYS_FINE, busiest[organisation]):
            found.append(
                Overload(str(organisation), str(year), int(number), Load.MORE, today=int(busiest[organisation]))
            )
    order = [Load.OVER, Load.MORE, Load.FULL]
    return tuple(sorted(found, key=lambda row: (order.index(row.load), -row.starts, row.organisation, row.year)))


@dataclass(frozen=True)
class _Pool:
    """Improvement staff with a limit. draws: organisation and year to whether what it starts then uses this staff."""

    resource: Resource
    position: int
    draws: dict[tuple[str, str], bool]
    sharing: dict[str, set[str]]
    judged: bool


def _pools(outcome: Outcome, column: str) -> list[_Pool]:
    scenario = outcome.scenario
    positions = {resource.resource_id: r for r, resource in enumerate(scenario.resources)}
    pools = []
    for resource in improvement_staff(scenario):
        draws: dict[tuple[str, str], bool] = {}
        sharing: dict[str, set[str]] = {year: set() for year in scenario.years}
        judged = resource.evidence is Evidence.JUDGED
        for use in scenario.uses:
            delivery = outcome.plan.get(use.initiative_id)
            if use.resource_id != resource.resource_id or delivery is None:
                continue
            organisation = organisation_of(scenario, use.initiative_id, column)
            judged = judged or use.evidence is Evidence.JUDGED
            for t, year in enumerate(scenario.years):
                if t >= delivery.start and use.amount(t - delivery.start + 1) > 0:
                    sharing[year].add(organisation)
                    if t == delivery.start:
                        draws[organisation, year] = True
        pools.append(_Pool(resource, positions[resource.resource_id], draws, sharing, judged))
    return pools


def _by_staff(pool: _Pool, organisation: str, year: str, starts: int, outcome: Outcome) -> Overload | None:
    """Name a year in which the staff that an organisation's starts need is used up, or more than there is."""
    limit = there(pool.resource, year, outcome)
    if math.isnan(limit):
        return None
    used = float(outcome.used[pool.position, outcome.scenario.years.index(year)])
    over = used > limit + TOLERANCE * max(1.0, limit)
    if not over and used < FULL * limit:
        return None
    others = tuple(sorted(pool.sharing[year] - {organisation}))
    load = Load.OVER if over else Load.FULL
    return Overload(
        organisation, year, starts, load, pool.resource.resource_id, used, limit, others, judged=pool.judged
    )


def overload_sentences(scenario: Scenario, rows: Iterable[Overload]) -> list[str]:
    """Say what is too much and what that rests on; those who share the same staff in a year are named together."""
    together: dict[tuple[Load, str, str, str], list[Overload]] = {}
    for row in rows:
        alone = "" if row.resource_id else row.organisation
        together.setdefault((row.load, row.resource_id, row.year, alone), []).append(row)
    return [_overload_sentence(scenario, group) for group in together.values()]


def _overload_sentence(scenario: Scenario, group: list[Overload]) -> str:
    row = group[0]
    began = joined([f"{one.organisation} {counted(one.starts, 'start')}" for one in group])
    if row.load is Load.MORE:
        return f"{row.year}: {began}; the busiest year of today's plan has {row.today or 'none'}."
    resource = scenario.resource_by_id[row.resource_id]
    others = sorted(set(row.shared_with) - {one.organisation for one in group})
    shared = f", shared with {joined(others)}" if others else ""
    if row.load is Load.OVER:
        used, limit = amount(row.used, resource.unit), amount(row.there, resource.unit)
        return f"{row.year}: {began}; {resource.label}{shared}: {used} needed, {limit} there without what you added."
    used = amount_of(row.used, row.there, resource.unit)
    return f"{row.year}: {began}; {resource.label}{shared}: {used} used, so nobody is free for what runs late."


def rests_on(scenario: Scenario) -> str:
    """Say what the warnings rest on in this scenario."""
    pools = improvement_staff(scenario)
    if pools:
        return (
            f"This rests on {counted(len(pools), 'resource')} whose {'name says' if len(pools) == 1 else 'names say'} "
            f"improvement, programme or project staff. Reading them so is judged; who uses them is in the scenario."
        )
    if current_plan(scenario):
        return (
            "The scenario names no improvement staff. Starts are compared with the busiest year of today's plan, "
            "which is judged: a busy year says little about what staff can support."
        )
    return "The scenario names no improvement staff and no plan of today, so there is nothing to compare with."
