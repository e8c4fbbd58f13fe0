"""What a plan reaches and uses in many draws at once: the arithmetic of `outcome.evaluate`, with no loop over draws."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from prioritiser.analysis.robustness.sampling import Draws
from prioritiser.evaluation.outcome import capacity, largest_ramp, score_terms, trend_levels, weights_of_goals
from prioritiser.evaluation.plan import Plan
from prioritiser.evaluation.rules import TOLERANCE
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, RuleKind, YesNo
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import cumulative_years

PERCENTILES = (5, 50, 95)
MET = 1e-9


@dataclass(frozen=True)
class Spread:
    """One quantity in one year over all draws: 5th, 50th and 95th percentile, and the chance that it is as wished.

    chance: that the target is met, or that the capacity holds; None where there is neither.
    """

    name: str
    year: str
    chance: float | None
    p5: float
    p50: float
    p95: float

    def as_json(self, chance: str) -> dict[str, Any]:
        """Return plain values; `chance` is the field's name."""
        kept = {"p5": self.p5, "p50": self.p50, "p95": self.p95}
        return {"id": self.name, "year": self.year, chance: self.chance, **kept}


class ManyLevels:
    """Levels of goals over many draws of full effects, for one plan after another.

    felt: draws × effect rows, full effects as they come (delivery or confidence in them), in the goal's unit.
    """

    def __init__(self, scenario: Scenario, settings: Settings, felt: np.ndarray) -> None:
        self.scenario, self.settings, self.number = scenario, settings, len(felt)
        self._columns: list[np.ndarray] = []
        self._gains: list[np.ndarray] = []
        self._losses: list[np.ndarray] = []
        self._largest: list[np.ndarray | None] = []
        self._signs = np.array([goal.sign for goal in scenario.goals], dtype=float)
        for goal in scenario.goals:
            numbers = [number for number, effect in enumerate(scenario.effects) if effect.goal_id == goal.goal_id]
            columns = np.array(numbers, dtype=int)
            signed = goal.sign * felt[:, columns]
            gains = np.maximum(signed, 0.0)
            self._columns.append(columns)
            self._gains.append(gains)
            self._losses.append(np.maximum(-signed, 0.0))
            self._largest.append(self._q([scenario.effects[number] for number in numbers], gains))
            if goal.overlap == 0:
                self._largest[-1] = None
        self._trend = trend_levels(scenario)
        goal_weights = weights_of_goals(scenario, settings)
        self._terms = score_terms(scenario, goal_weights)

    @property
    def tiers(self) -> tuple[str, ...]:
        """Tiers that count, in the order of `scores`."""
        return tuple(self._terms)

    def _q(self, effects: list[Effect], gains: np.ndarray) -> np.ndarray:
        """Return the largest gain that one effect row brings by year over its possible starts; draws × years."""
        largest = np.zeros((self.number, len(self.scenario.years)))
        for t in range(len(self.scenario.years)):
            most = np.array([largest_ramp(self.scenario, effect, t) for effect in effects])
            if len(effects):
                largest[:, t] = (gains * most).max(axis=1)
        return largest

    def levels(self, plan: Plan) -> np.ndarray:
        """Levels at the end of each year: draws × goals × years, the goal's unit."""
        felt_share = plan_shares(self.scenario, plan)
        years = len(self.scenario.years)
        levels = np.empty((self.number, len(self.scenario.goals), years))
        for g, goal in enumerate(self.scenario.goals):
            shares = felt_share[self._columns[g]]
            begun = shares.any(axis=1)
            gained = self._gains[g][:, begun] @ shares[begun]
            lost = self._losses[g][:, begun] @ shares[begun]
            q = self._largest[g]
            if q is not None:
                gained = np.minimum(gained, q + (1 - goal.overlap) * (gained - q))
            levels[:, g] = self._trend[g] + goal.sign * (gained - lost)
        return levels

    def scores(self, levels: np.ndarray) -> np.ndarray:
        """Tier scores of levels: draws × tiers that count."""
        scores = np.zeros((len(levels), len(self._terms)))
        for k, terms in enumerate(self._terms.values()):
            for (g, t), part in terms.items():
                goal = self.scenario.goals[g]
                span = goal.targets[self.scenario.years[t]] - goal.zero
                scores[:, k] += part * np.minimum(1.0, (levels[:, g, t] - goal.zero) / span)
        return scores

    def keeps_rules(self, levels: np.ndarray) -> np.ndarray:
        """Whether the levels keep every rule in force on levels, by draw; no other rule looks at effects."""
        kept = np.ones(len(levels), dtype=bool)
        names = [goal.goal_id for goal in self.scenario.goals]
        for rule in self.scenario.rules:
            if rule.kind is RuleKind.GOAL_AT_LEAST and rule.rule_id not in self.settings.without:
                g, t = names.index(rule.subject), self.scenario.years.index(str(rule.year))
                limit = float(rule.limit or 0.0)
                short = self.scenario.goals[g].sign * (limit - levels[:, g, t])
                kept &= short <= TOLERANCE * max(1.0, abs(limit))
        return kept


def plan_shares(scenario: Scenario, plan: Plan) -> np.ndarray:
    """Part of each full effect that a plan brings by year: effect rows × years, fractions."""
    shares = np.zeros((len(scenario.effects), len(scenario.years)))
    for number, effect in enumerate(scenario.effects):
        delivery = plan.get(effect.initiative_id)
        partner = plan.get(effect.if_also) if effect.if_also else delivery
        if delivery is None or partner is None:
            continue
        share = min(delivery.share, partner.share)
        for year in range(max(delivery.start, partner.start), len(scenario.years)):
            shares[number, year] = share * effect.ramp(year - delivery.start + 1)
    return shares


def goal_spreads(scenario: Scenario, levels: np.ndarray) -> tuple[Spread, ...]:
    """Spread of each goal's level and chance of its target, goal by goal and year by year."""
    return tuple(
        _spread(goal.goal_id, year, levels[:, g, t], _is_met(goal.sign, goal.targets.get(year), levels[:, g, t]))
        for g, goal in enumerate(scenario.goals)
        for t, year in enumerate(scenario.years)
    )


def _is_met(sign: int, target: float | None, levels: np.ndarray) -> np.ndarray | None:
    if target is None:
        return None
    return np.maximum(0.0, sign * (target - levels)) <= MET * max(1.0, abs(target))


def _spread(name: str, year: str, amounts: np.ndarray, wished: np.ndarray | None) -> Spread:
    p5, p50, p95 = (float(number) for number in np.percentile(amounts, PERCENTILES))
    return Spread(name, year, None if wished is None else float(wished.mean()), p5, p50, p95)


def many_used(draws: Draws, plan: Plan) -> np.ndarray:
    """Net use at drawn costs: draws × resources × years; what is released is not drawn. The resource's unit."""
    scenario = draws.scenario
    position = {resource.resource_id: r for r, resource in enumerate(scenario.resources)}
    used = np.zeros((draws.number, len(scenario.resources), len(scenario.years)))
    for use in scenario.uses:
        delivery = plan.get(use.initiative_id)
        if delivery is None:
            continue
        factor = draws.costs.get((use.initiative_id, use.resource_id))
        for t in range(delivery.start, len(scenario.years)):
            amount = delivery.share * use.amount(t - delivery.start + 1)
            used[:, position[use.resource_id], t] += amount if factor is None or amount <= 0 else amount * factor
    return used


def capacity_spreads(scenario: Scenario, settings: Settings, used: np.ndarray) -> tuple[Spread, ...]:
    """Spread of use and chance that the capacity holds, each year with a limit; summed up to it with carry-over."""
    spreads = []
    for r, resource in enumerate(scenario.resources):
        for t, year in enumerate(scenario.years):
            span = list(cumulative_years(t, resource.carry_over is YesNo.YES))
            limit = math.fsum(capacity(resource, scenario.years[u], settings) for u in span)
            if not math.isnan(limit):
                total = used[:, r, span].sum(axis=1)
                holds = total <= limit + TOLERANCE * max(1.0, abs(limit))
                spreads.append(_spread(resource.resource_id, year, total, holds))
    return tuple(spreads)
