"""What initiatives cost of the one resource that most of them need, to show beside what a room would afford."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Resource
from prioritiser.text.formatting import is_money


@dataclass(frozen=True)
class Affordable:
    """A resource, the least there is of it in a year, and what each initiative uses in its dearest year; in its unit.

    uses: by id, in the order of the scenario; 0 for what needs none, or sets some free.
    """

    resource: Resource
    capacity: float
    uses: Mapping[str, float]


def affordable(scenario: Scenario) -> Affordable | None:
    """Choose the limited resource that most initiatives need, money before others; None where nothing is limited."""
    limited = [one for one in scenario.resources if any(one.capacities.values())]
    if not limited:
        return None
    uses = {one.resource_id: _dearest(scenario, one.resource_id) for one in limited}
    chosen = max(limited, key=lambda one: (is_money(one.unit), sum(use > 0 for use in uses[one.resource_id].values())))
    return Affordable(chosen, min(chosen.capacities.values()), uses[chosen.resource_id])


def _dearest(scenario: Scenario, resource_id: str) -> dict[str, float]:
    by_year: dict[str, dict[str, float]] = {name: {} for name in scenario.initiative_by_id}
    for use in scenario.uses:
        if use.resource_id == resource_id:
            years = by_year[use.initiative_id]
            for year, amount in use.amounts.items():
                years[year] = years.get(year, 0.0) + amount
    return {name: max([0.0, *years.values()]) for name, years in by_year.items()}
