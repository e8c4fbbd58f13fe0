"""What a plan achieves and uses, whoever chose it: the arithmetic of the model, without a solver.

Indices: goal g, year t, initiative i, resource r. Levels are in the goal's unit; attainment, shares and scores
are fractions.
"""

import json
import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from prioritiser.errors import Issue, ScenarioError
from prioritiser.evaluation.plan import Delivery, Plan
from prioritiser.evaluation.violations import Breach, find_breaches
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case, Effect, Goal, Resource, Tier
from prioritiser.scenario.settings import Settings

Array = np.ndarray
TIERS = tuple(tier.value for tier in Tier)


@dataclass(frozen=True)
class Outcome:
    """What a plan achieves and uses.

    levels, attainment: goals × years (NaN where a year is not scored); used: resources × years, all in scenario order.
    scores, do_nothing: tier to score, only tiers that count. weights: normalised tier weights, only tiers that count.
    """

    scenario: Scenario
    settings: Settings
    plan: Plan
    levels: Array
    attainment: Array
    used: Array
    scores: Mapping[str, float]
    do_nothing: Mapping[str, float]
    weights: Mapping[str, float]
    breaches: tuple[Breach, ...]

    @cached_property
    def name(self) -> Hashable:
        """What it follows from: the scenario, the settings and the plan; two outcomes of one name are the same."""
        plan = tuple(sorted((name, delivery.start, delivery.share) for name, delivery in self.plan.items()))
        return self.scenario.hash, json.dumps(self.settings.as_json()), plan

    @property
    def value(self) -> float:
        """Weighted sum of the tier scores."""
        return math.fsum(weight * self.scores[tier] for tier, weight in self.weights.items())

    @cached_property
    def goals(self) -> pd.DataFrame:
        """One row per goal and year: target, do_nothing, level, attainment, shortfall, met."""
        scenario, rows = self.scenario, []
        idle = trend_levels(scenario)
        for g, goal in enumerate(scenario.goals):
            for t, year in enumerate(scenario.years):
                target = goal.targets.get(year)
                level = float(self.levels[g, t])
                short = None if target is None else max(0.0, goal.sign * (target - level))
                met = None if short is None else short <= 1e-9 * max(1.0, abs(target or 0.0))
                reached = (target, idle[g, t], level, self.attainment[g, t], 0.0 if met else short, met)
                rows.append((goal.goal_id, goal.tier.value, year, *reached))
        columns = ["goal_id", "tier", "year", "target", "do_nothing", "level", "attainment", "shortfall", "met"]
        frame = pd.DataFrame(rows, columns=columns)
        numeric = ["target", "do_nothing", "level", "attainment", "shortfall"]
        frame["met"] = frame["met"].astype(object)
        return frame.astype(dict.fromkeys(numeric, float))

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """One row per tier: normalised weight, score and do-nothing score; NaN where it does not count."""
        parts = (self.weights, self.scores, self.do_nothing)
        rows = [(tier, *(part.get(tier, math.nan) for part in parts)) for tier in TIERS]
        return pd.DataFrame(rows, columns=["tier", "weight", "score", "do_nothing"])

    @cached_property
    def resources(self) -> pd.DataFrame:
        """One row per resource and year: capacity in force (NaN: no limit) and use."""
        scenario = self.scenario
        rows = [
            (resource.resource_id, year, capacity(resource, year, self.settings), float(self.used[r, t]))
            for r, resource in enumerate(scenario.resources)
            for t, year in enumerate(scenario.years)
        ]
        frame = pd.DataFrame(rows, columns=["resource_id", "year", "capacity", "used"])
        return frame.astype({"capacity": float, "used": float})

    def total_used(self, resource_id: str) -> float:
        """Net use of a resource over all years, in its unit."""
        position = [resource.resource_id for resource in self.scenario.resources].index(resource_id)
        return math.fsum(self.used[position])

    @cached_property
    def to_come(self) -> pd.DataFrame:
        """Chosen effects not fully ramped up at the end of the last year: full, at_end and to_come, goal's unit."""
        rows = []
        for effect, size, felt in chosen_effects(self.scenario, self.settings, self.plan):
            last, start = len(self.scenario.years) - 1, self.plan[effect.initiative_id].start
            building = 12 * (last - start + 1) < effect.lead_months + effect.ramp_months
            if building and size != 0:
                rows.append((effect.initiative_id, effect.goal_id, size, felt[last], size - felt[last]))
        columns = ["initiative_id", "goal_id", "full", "at_end", "to_come"]
        return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], float))


def evaluate(scenario: Scenario, plan: pd.DataFrame | Plan, settings: Settings | None = None) -> Outcome:
    """What a plan achieves and uses, whoever chose it.

    plan: one row per delivered initiative: initiative_id, share (0 to 1), start (year label).
    Returns levels and attainment (goals × years; the goal's unit, fraction) and use (resources × years; its unit).
    Raises ScenarioError if the plan names an unknown initiative or a share leaves [0, 1]; SettingsError if the
    settings do not fit the scenario.
    """
    settings = scenario.settings if settings is None else settings
    scenario.check(settings)
    chosen = read_plan(scenario, plan) if isinstance(plan, pd.DataFrame) else plan
    levels = _levels(scenario, settings, chosen)
    used = _used(scenario, chosen)
    attainment = attainments(scenario, levels)
    goal_weights = weights_of_goals(scenario, settings)
    return Outcome(
        scenario=scenario,
        settings=settings,
        plan=chosen,
        levels=levels,
        attainment=attainment,
        used=used,
        scores=tier_scores(scenario, goal_weights, attainment),
        do_nothing=tier_scores(scenario, goal_weights, attainments(scenario, trend_levels(scenario))),
        weights=tier_weights(scenario, settings),
        breaches=find_breaches(scenario, settings, chosen, levels, used),
    )


def read_plan(scenario: Scenario, plan: pd.DataFrame) -> Plan:
    """Turn a plan table into a `Plan`; raises ScenarioError with every problem found."""
    problems: list[Issue] = []
    chosen: dict[str, Delivery] = {}
    missing = [column for column in ("initiative_id", "share", "start") if column not in plan.columns]
    if missing:
        found = f"columns {', '.join(map(str, plan.columns))}"
        raise ScenarioError("The plan", [Issue("plan", 1, ", ".join(missing), found, "initiative_id, share, start.")])
    for number, (name, share, start) in enumerate(
        zip(plan["initiative_id"], plan["share"], plan["start"], strict=True), start=2
    ):
        known = name in scenario.initiative_by_id
        if not known or name in chosen:
            problems.append(
                Issue("plan", number, "initiative_id", f'"{name}"', "Each initiative of the scenario, at most once.")
            )
        if not isinstance(share, int | float) or not -1e-9 <= share <= 1 + 1e-9:
            problems.append(Issue("plan", number, "share", f"{share}", "A share from 0 to 1."))
        if start not in scenario.years:
            problems.append(
                Issue("plan", number, "start", f'"{start}"', f"One of the years {', '.join(scenario.years)}.")
            )
        if not problems and share > 0:
            chosen[name] = Delivery(min(1.0, float(share)), scenario.years.index(start))
    if problems:
        raise ScenarioError("The plan", problems)
    return {name: chosen[name] for name in sorted(chosen)}


def current_plan(scenario: Scenario) -> Plan:
    """Today's plan: every initiative with a current start, at full share."""
    return {
        row.initiative_id: Delivery(1.0, scenario.years.index(row.current_start))
        for row in scenario.initiatives
        if row.current_start is not None
    }


def capacity(resource: Resource, year: str, settings: Settings) -> float:
    """Capacity in force, in the resource's unit; NaN where there is no limit."""
    given = resource.capacities.get(year)
    return math.nan if given is None else given * settings.factor(resource.resource_id, year)


def trend_levels(scenario: Scenario) -> Array:
    """Levels if nothing is done: baseline + trend × years, goals × years."""
    years = np.arange(1, len(scenario.years) + 1)
    return np.array([goal.baseline + goal.trend_per_year * years for goal in scenario.goals], dtype=float)


def effect_size(scenario: Scenario, effect: Effect, case: Case) -> float:
    """Full effect in the case, times the initiative's confidence; signed, in the goal's unit."""
    return effect.size(case) * scenario.initiative_by_id[effect.initiative_id].confidence


def largest_gain(scenario: Scenario, effects: Iterable[Effect], case: Case, year: int) -> float:
    """q: the largest gain that one of these effects of one goal, at full share, brings in a year over its starts.

    Locks and rules are ignored, so that they never change a coefficient. year counts from 0.
    """
    best = 0.0
    for effect in effects:
        size = scenario.goal_by_id[effect.goal_id].sign * effect_size(scenario, effect, case)
        best = max(best, size * largest_ramp(scenario, effect, year))
    return best


def largest_ramp(scenario: Scenario, effect: Effect, year: int) -> float:
    """Largest part of an effect that can be felt in a year over its possible starts; year counts from 0."""
    partner = scenario.initiative_by_id[effect.if_also] if effect.if_also else None
    if partner is not None and scenario.starts(partner)[0] > year:
        return 0.0
    starts = scenario.starts(scenario.initiative_by_id[effect.initiative_id])
    return max(effect.ramp(year - start + 1) for start in starts)


def chosen_effects(scenario: Scenario, settings: Settings, plan: Plan) -> list[tuple[Effect, float, list[float]]]:
    """List each effect that a plan brings: its full size (share and confidence in it) and what is felt by year."""
    felt = []
    for effect in scenario.effects:
        delivery = plan.get(effect.initiative_id)
        partner = plan.get(effect.if_also) if effect.if_also else delivery
        if delivery is None or partner is None:
            continue
        size = effect_size(scenario, effect, settings.case) * min(delivery.share, partner.share)
        begins = max(delivery.start, partner.start)
        by_year = [
            size * effect.ramp(year - delivery.start + 1) if year >= begins else 0.0
            for year in range(len(scenario.years))
        ]
        felt.append((effect, size, by_year))
    return felt


def _levels(scenario: Scenario, settings: Settings, plan: Plan) -> Array:
    """Baseline + trend + gains that overlap − losses in full; goals × years."""
    position = {goal.goal_id: g for g, goal in enumerate(scenario.goals)}
    gains = np.zeros((len(scenario.goals), len(scenario.years)))
    losses = np.zeros_like(gains)
    for effect, _, by_year in chosen_effects(scenario, settings, plan):
        g = position[effect.goal_id]
        signed = scenario.goals[g].sign * np.array(by_year)
        gains[g] += np.maximum(signed, 0.0)
        losses[g] += np.maximum(-signed, 0.0)
    by_goal: dict[str, list[Effect]] = {}
    for effect in scenario.effects:
        by_goal.setdefault(effect.goal_id, []).append(effect)
    for g, goal in enumerate(scenario.goals):
        if goal.overlap > 0:
            for t in np.nonzero(gains[g])[0]:
                q = largest_gain(scenario, by_goal[goal.goal_id], settings.case, int(t))
                gains[g, t] = min(gains[g, t], q + (1 - goal.overlap) * (gains[g, t] - q))
    signs = np.array([goal.sign for goal in scenario.goals])[:, None]
    return trend_levels(scenario) + signs * (gains - losses)


def attainments(scenario: Scenario, levels: Array) -> Array:
    """min(1, (level − zero_level) / (target − zero_level)); NaN in years without a target."""
    attained = np.full_like(levels, math.nan)
    for g, goal in enumerate(scenario.goals):
        for t, year in enumerate(scenario.years):
            if year in goal.targets:
                attained[g, t] = min(1.0, (levels[g, t] - goal.zero) / (goal.targets[year] - goal.zero))
    return attained


def weights_of_goals(scenario: Scenario, settings: Settings) -> dict[str, float]:
    """Weight in force of each goal within its tier."""
    return {goal.goal_id: settings.goal_weights.get(goal.goal_id, goal.weight) for goal in scenario.goals}


def tier_scores(
    scenario: Scenario, goal_weights: Mapping[str, float], attainment: Array, years: Iterable[int] | None = None
) -> dict[str, float]:
    """Score of each tier that counts: goal-weighted mean over the scored years of attainment.

    years: positions of the years to score, by default all; goals without a target in them are left out.
    """
    scores: dict[str, float] = {}
    within = list(range(len(scenario.years))) if years is None else list(years)
    for tier, goals in score_terms(scenario, goal_weights, within).items():
        scores[tier] = math.fsum(part * attainment[g, t] for (g, t), part in goals.items())
    return scores


def score_terms(
    scenario: Scenario, goal_weights: Mapping[str, float], years: Iterable[int] | None = None
) -> dict[str, dict[tuple[int, int], float]]:
    """Part of each attainment (goal position, year position) in the score of its tier; tiers that count only."""
    within = set(range(len(scenario.years)) if years is None else years)
    terms: dict[str, dict[tuple[int, int], float]] = {}
    for tier in Tier:
        scored: list[tuple[int, Goal, list[int]]] = []
        for g, goal in enumerate(scenario.goals):
            targets = [t for t, year in enumerate(scenario.years) if year in goal.targets and t in within]
            if goal.tier is tier and targets and goal_weights[goal.goal_id] > 0:
                scored.append((g, goal, targets))
        total = math.fsum(goal_weights[goal.goal_id] for _, goal, _ in scored)
        if total > 0:
            terms[tier.value] = {
                (g, t): goal_weights[goal.goal_id] / total / len(targets)
                for g, goal, targets in scored
                for t in targets
            }
    return terms


def tier_weights(scenario: Scenario, settings: Settings) -> dict[str, float]:
    """Weights of the tiers that count, normalised to 1."""
    counted = score_terms(scenario, weights_of_goals(scenario, settings))
    total = math.fsum(settings.weights.get(tier, 0.0) for tier in counted)
    return {tier: settings.weights.get(tier, 0.0) / total for tier in counted}


def _used(scenario: Scenario, plan: Plan) -> Array:
    """Net use, resources × years, in the resource's unit."""
    position = {resource.resource_id: r for r, resource in enumerate(scenario.resources)}
    used = np.zeros((len(scenario.resources), len(scenario.years)))
    for use in scenario.uses:
        delivery = plan.get(use.initiative_id)
        if delivery is not None:
            for t in range(delivery.start, len(scenario.years)):
                used[position[use.resource_id], t] += delivery.share * use.amount(t - delivery.start + 1)
    return used


def relative_use(scenario: Scenario, settings: Settings, used: Array) -> float:
    """Σ used / capacity over resource-years with a capacity above 0: what ties are broken by."""
    return math.fsum(
        used[r, t] / limit
        for r, resource in enumerate(scenario.resources)
        for t, year in enumerate(scenario.years)
        if (limit := capacity(resource, year, settings)) > 0
    )
