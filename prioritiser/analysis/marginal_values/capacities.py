"""What would one more unit, 5 % and 10 % more of each capacity buy?"""

import math
from dataclasses import dataclass, replace
from typing import Any

from prioritiser.analysis.marginal_values.base import Base, Difference
from prioritiser.evaluation.outcome import capacity
from prioritiser.optimisation.incumbent import Incumbent
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.json_rows import JsonRow

STEPS = {"unit": (1.0, 0.0), "5%": (0.0, 0.05), "10%": (0.0, 0.1)}


@dataclass(frozen=True)
class CapacityPrice(JsonRow, written="resource=resource_id year step capacity added"):
    """What more of one capacity in one year brings, by re-solve.

    step: 'unit', '5%' or '10%'. capacity, added: in the resource's unit. marginal_value: what the linear relaxation
    says that one unit adds to the objective, None where it gave no answer; it is not the price of a whole portfolio.
    """

    resource_id: str
    year: str
    step: str
    capacity: float
    added: float
    brings: Difference
    marginal_value: float | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        gains = self.brings.as_json("gain")
        return super().as_json() | gains | {"relaxation_marginal_value": self.marginal_value}


def price_capacities(base: Base, into: list[CapacityPrice]) -> None:
    """Price every limited capacity; the rows go into a list, so that those found stay when time is up.

    The largest step is asked first: when it brings nothing, or its plan fits into a smaller step, the smaller one is
    answered without a solve.
    """
    scenario, settings = base.scenario, base.settings
    limited = limited_capacities(scenario, settings)
    marginal = base.optimiser.marginal_values(settings, base.best_alone, base.budget)
    for number, (resource_id, year, limit) in enumerate(limited):
        label = scenario.resource_by_id[resource_id].label
        sizes = {step: unit + part * limit for step, (unit, part) in STEPS.items()}
        above: Incumbent | None = None
        rows: dict[str, CapacityPrice] = {}
        for step, added in sorted(sizes.items(), key=lambda row: -row[1]):
            base.report(f"{label} {year}", number, len(limited))
            if added == 0:
                continue
            if above is None or not base.is_useless(above):
                above = _more(base, resource_id, year, limit + added, above)
            else:
                base.spared += 1
            value = marginal.get((resource_id, year))
            rows[step] = CapacityPrice(resource_id, year, step, limit, added, base.difference(above), value)
        into += [rows[step] for step in STEPS if step in rows]


def limited_capacities(scenario: Scenario, settings: Settings) -> list[tuple[str, str, float]]:
    """List every capacity that is limited: resource_id, year, and the capacity under these settings."""
    return [
        (resource.resource_id, year, limit)
        for resource in scenario.resources
        for year in scenario.years
        if not math.isnan(limit := capacity(resource, year, settings))
    ]


def _more(base: Base, resource_id: str, year: str, limit: float, above: Incumbent | None) -> Incumbent:
    scenario, settings = with_capacity(base.scenario, base.settings, resource_id, year, limit)
    optimiser = base.optimiser if scenario is base.scenario else Optimiser(scenario)
    return base.ask(settings, above=above, optimiser=optimiser)


def with_capacity(
    scenario: Scenario, settings: Settings, resource_id: str, year: str, limit: float
) -> tuple[Scenario, Settings]:
    """Return settings under which a capacity in one year is `limit`, its unit, and every other one as it was.

    The scenario is the same but where the capacity given is 0, which no factor can scale.
    """
    resource = scenario.resource_by_id[resource_id]
    given = resource.capacities[year]
    if given == 0:
        row = resource.model_copy(update={"capacities": {**resource.capacities, year: limit}})
        others = tuple(other for other in scenario.resources if other is not resource)
        scenario, given = replace(scenario, resources=(*others, row)), limit
    factors = dict(settings.capacity)
    whole = factors.get(resource_id, 1.0)
    if whole == 0:
        del factors[resource_id]
        factors |= {f"{resource_id}@{other}": 0.0 for other in resource.capacities}
        whole = 1.0
    factors[f"{resource_id}@{year}"] = limit / (given * whole)
    return scenario, settings.replace(capacity=factors)
