"""Flips by an initiative's own cost or effects: plans without it stay as they are, unless it overlaps with them."""

import math

import numpy as np

from prioritiser.analysis.explanation.counterfactuals import plans
from prioritiser.analysis.explanation.counterfactuals.changes import OwnChange
from prioritiser.analysis.explanation.counterfactuals.contest import Contest
from prioritiser.analysis.robustness.batch_evaluation import ManyLevels
from prioritiser.evaluation.objective import Objective
from prioritiser.evaluation.outcome import effect_size, largest_gain
from prioritiser.evaluation.plan import Plan
from prioritiser.optimisation.incumbent import Incumbent
from prioritiser.optimisation.optimiser import Optimiser

MOST_PLANS = 12


class OwnContest(Contest):
    """One change of an initiative's own figures. outside: no plan without it is worth more, as things are."""

    change: OwnChange
    free = True

    def __init__(self, found: plans.FoundPlans, name: str, change: OwnChange, outside: float) -> None:
        super().__init__(found, name)
        self.change, self._outside = change, outside
        self._mine: list[plans.FoundPlan] = []
        self._optimiser: tuple[float, Optimiser] = (1.0, self.base.optimiser)

    def _at(self, value: float) -> Optimiser:
        """Return the changed scenario in the solver; the last one is kept."""
        if self._optimiser[0] != value:
            self._optimiser = (value, Optimiser(self.change.scenario_at(value)))
        return self._optimiser[1]

    def is_apart(self, value: float) -> bool:
        """Whether plans without it are worth at a factor what they are worth now."""
        return True

    def bound(self, value: float) -> float:
        """No plan without it is worth more at a factor."""
        return self._outside if self.is_apart(value) else math.inf

    def better(self, value: float, has: bool, bar: float) -> Incumbent | None:
        """Find a plan with it, or without it, that is worth more than a bar at a factor."""
        settings, scenario = self.base.settings, self.base.scenario
        asked = (
            plans.with_initiative(scenario, settings, self.name) if has else plans.with_lock(settings, self.name, "out")
        )
        found = plans.find_better(self.base, asked, bar, self._at(value))
        if found is not None:
            self._mine.append(self.found.add(found.outcome.plan))
        elif not has and self.is_apart(value):
            self._outside = min(self._outside, bar)
        return found


class CostContest(OwnContest):
    """Its cost: a plan with it is worth the same for as long as it fits."""

    def __init__(self, found: plans.FoundPlans, name: str, change: OwnChange, outside: float) -> None:
        super().__init__(found, name, change, outside)
        self._fits: dict[int, float] = {}

    def known(self, values: np.ndarray, has: bool) -> np.ndarray:
        """Objective of the best plan found with it, or without it, at each factor."""
        best = np.full(len(values), -math.inf)
        if not has:
            best[:] = max((row.objective for row in self.found.best(self.name, False, 1)), default=-math.inf)
        elif self.change.exact:  # else a rule on spending may break
            for row in self.found.rows.values():
                if row.sound and self.name in row.plan:
                    if id(row) not in self._fits:
                        self._fits[id(row)] = self._most(row)
                    best = np.maximum(best, np.where(values <= self._fits[id(row)], row.objective, -math.inf))
        return best

    def _most(self, row: plans.FoundPlan) -> float:
        """Return the largest factor at which a plan fits; what it releases is left as it is."""
        scenario, delivery = self.base.scenario, row.plan[self.name]
        position = {resource.resource_id: r for r, resource in enumerate(scenario.resources)}
        own = np.zeros_like(row.outcome.used)
        for use in scenario.uses:
            if use.initiative_id == self.name:
                for t in range(delivery.start, len(scenario.years)):
                    own[position[use.resource_id], t] += delivery.share * max(0.0, use.amount(t - delivery.start + 1))
        own, used = plans.summed(scenario, own), plans.summed(scenario, row.outcome.used)
        room = self.found.limits + plans.FITS * np.maximum(1.0, self.found.limits) - (used - own)
        given = ~np.isnan(room)
        if (room[given & (own <= 0)] < 0).any():
            return -math.inf
        felt = given & (own > 0)
        return float((room[felt] / own[felt]).min(initial=math.inf))


class EffectContest(OwnContest):
    """Its effects: plans are worth more or less with a factor on them, as arithmetic says."""

    def __init__(self, found: plans.FoundPlans, name: str, change: OwnChange, outside: float) -> None:
        super().__init__(found, name, change, outside)
        scenario = self.base.scenario
        goals = {effect.goal_id for effect in scenario.effects if effect.initiative_id == name}
        self._overlapping = [goal for goal in scenario.goals if goal.overlap > 0 and goal.goal_id in goals]
        self._largest_now = self._largest(1.0)

    def _largest(self, factor: float) -> list[float]:
        """Largest gains on the goals on which it overlaps with others, which all plans feel."""
        scenario, case = self._at(factor).scenario, self.base.settings.case
        return [
            largest_gain(scenario, [row for row in scenario.effects if row.goal_id == goal.goal_id], case, t)
            for goal in self._overlapping
            for t in range(len(scenario.years))
        ]

    def is_apart(self, value: float) -> bool:
        """Whether plans without it are worth at a factor what they are worth now."""
        return self._largest(value) == self._largest_now

    def known(self, values: np.ndarray, has: bool) -> np.ndarray:
        """Objective of the best plan found with it, or without it, at each factor."""
        many = _ManyValues(self, values)
        best = np.full(len(values), -math.inf)
        mine = [row for row in self._mine if row.allowed and (self.name in row.plan) == has]
        for row in {id(row): row for row in (*mine, *self.found.best(self.name, has, MOST_PLANS))}.values():
            best = np.maximum(best, many.objective(row.plan))
        return best


class _ManyValues:
    """Objectives at many factors on the effects of one initiative."""

    def __init__(self, contest: EffectContest, factors: np.ndarray) -> None:
        base = contest.base
        self.base, scenario = base, base.scenario
        sizes = np.array([effect_size(scenario, effect, base.settings.case) for effect in scenario.effects])
        own = np.array([effect.initiative_id == contest.name for effect in scenario.effects])
        self.many = ManyLevels(scenario, base.settings, np.where(own, sizes * factors[:, None], sizes))
        tiers, outcome = self.many.tiers, base.outcome
        self.weights = np.array([outcome.weights.get(tier, 0.0) for tier in tiers])
        self.measure = Objective.of(base.settings.balance, outcome.do_nothing, base.best_alone)

    def objective(self, plan: Plan) -> np.ndarray:
        """Objective of a plan by factor; minus infinity where a level breaks a rule."""
        levels = self.many.levels(plan)
        scores = self.many.scores(levels)
        objective = self.measure.values(scores @ self.weights, self.many.tiers, scores)
        return np.where(self.many.keeps_rules(levels), objective, -np.inf)
