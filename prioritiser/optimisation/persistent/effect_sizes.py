"""Effect sizes of a kept model, changed in place: thousands of draws need one model, built once."""

import math

import highspy
import numpy as np

from prioritiser.evaluation.outcome import largest_ramp
from prioritiser.optimisation.model import effect_parts
from prioritiser.optimisation.persistent.model import PersistentModel


class EffectSizes:
    """The places of effect sizes in the matrix and the limits of a kept model.

    Which rows there are depends on which effects are gains and which losses, so not all sizes fit what was built.
    """

    def __init__(self, kept: PersistentModel) -> None:
        self._kept = kept
        model, scenario = kept.model, kept.model.scenario
        effects = scenario.effects
        position = {id(effect): number for number, effect in enumerate(effects)}
        goals, initiatives = scenario.goal_by_id, scenario.initiative_by_id
        signed = [goals[row.goal_id].sign * initiatives[row.initiative_id].confidence for row in effects]
        self._signed = np.array(signed, dtype=float)
        built = self._signed * [effect.size(model.settings.case) for effect in effects]
        self._never_harms = np.array([effect.if_also is not None for effect in effects], dtype=bool) & (built >= 0)
        years = range(len(scenario.years))
        ramps = [[largest_ramp(scenario, effect, t) for t in years] for effect in effects]
        self._ramps = np.array(ramps, dtype=float).reshape(len(effects), len(years))
        self._of_goal = [
            np.array([e for e, effect in enumerate(effects) if effect.goal_id == goal.goal_id], dtype=int)
            for goal in scenario.goals
        ]
        with_row = {(level.goal, level.year) for level in model.levels if level.overlap > 0}
        self._one_gain = [
            self._of_goal[level.goal][self._ramps[self._of_goal[level.goal], level.year] > 0]
            for level in model.levels
            if scenario.goals[level.goal].overlap > 0 and (level.goal, level.year) not in with_row
        ]
        places: dict[tuple[int, int], int] = {}
        parts: list[tuple[int, int, float, float]] = []
        for level in model.levels:
            for variable, effect, part in effect_parts(scenario.goals[level.goal], level.year, model):
                place = places.setdefault((kept.column(variable), level.row.id), len(places))
                parts.append((place, position[id(effect)], level.scale * part, level.overlap))
        self._places = list(places)
        self._at, self._effect = (np.array([row[k] for row in parts], dtype=int) for k in (0, 1))
        self._part, self._overlap = (np.array([row[k] for row in parts], dtype=float) for k in (2, 3))

    def fit(self, sizes: np.ndarray) -> bool:
        """Whether the rows that these sizes need are there: those of overlap, and those of effects that do harm."""
        signed = self._signed * sizes
        several = any((signed[effects] > 0).sum() > 1 for effects in self._one_gain)
        return not several and not bool((signed[self._never_harms] < 0).any())

    def set(self, sizes: np.ndarray) -> None:
        """Put sizes in force: full effects by row, before confidence, in the goal's unit; they must `fit`."""
        signed = self._signed * sizes
        drawn = signed[self._effect]
        felt = drawn * self._part * np.where(drawn > 0, 1 - self._overlap, 1.0)
        self._kept.set_coefficients(self._places, np.bincount(self._at, felt, minlength=len(self._places)))
        in_force = set(self._kept.rules_in_force)
        for level in self._kept.model.levels:
            if level.overlap == 0 or (level.rule_id is not None and level.rule_id not in in_force):
                continue
            mine = self._of_goal[level.goal]
            q = max(0.0, float((signed[mine] * self._ramps[mine, level.year]).max(initial=0.0)))
            limit = level.base - level.scale * level.overlap * q
            low, high = (-highspy.kHighsInf, limit) if level.rule_id is None else (limit, math.inf)
            self._kept.bound_row(level.row.id, low, high)
