"""What settings put in force in a model: bounds, limits and costs; it is built with them, and a kept one takes them."""

import math
from collections.abc import Mapping

from prioritiser.evaluation.outcome import capacity
from prioritiser.optimisation.model.problem import Model, Terms, row_scale
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Initiative, YesNo
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import cumulative_years


def share_bounds(scenario: Scenario, lock: str | None, row: Initiative, start: int) -> tuple[float, float]:
    """Bounds of x[i,s] under a lock: 'out' 0; a start year 1 in that year; 'in' 1 where there is one start."""
    if lock == "out":
        return 0.0, 0.0
    only = len(scenario.starts(row)) == 1
    if lock is not None and (lock == scenario.years[start] or (lock == "in" and only)):
        return 1.0, 1.0
    return 0.0, 1.0


def full_limits(lock: str | None, row: Initiative) -> tuple[float, float]:
    """Limits of Σ_s x[i,s] under a lock: at least 1 where it is 'in'; at most 1 where it is all or nothing."""
    whole = row.min_scale == 1
    least = 1.0 if lock == "in" else -math.inf if whole else 0.0
    return least, 1.0 if whole else math.inf


def capacity_limit(scenario: Scenario, settings: Settings, key: tuple[str, int]) -> float:
    """Limit of a (resource_id, year position): of its year, or summed up to it with carry-over; NaN without one."""
    resource = scenario.resource_by_id[key[0]]
    span = cumulative_years(key[1], resource.carry_over is YesNo.YES)
    return math.fsum(capacity(resource, scenario.years[year], settings) for year in span)


def balance_row(idle: float, reach: float) -> tuple[float, float, float]:
    """S − (S* − S⁰)·m ≥ S⁰: parts of the tier's score and of m, and the limit; idle: S⁰, reach: S* − S⁰."""
    up = row_scale(reach)
    return up, -up * reach, up * idle


def objective_terms(model: Model, weights: Mapping[str, float], balance: float, improves: bool) -> Terms:
    """(1−β) Σ_k W_k S_k + β m; without the last term where no tier can improve. weights: by tier."""
    terms = [(model.score[tier], (1 - balance) * weight) for tier, weight in weights.items()]
    return [*terms, (model.least, balance)] if improves and model.least is not None else terms
