"""How fine a difference counts: tolerances are relative to what the goals of a scenario can be moved.

Scores are fractions of the way to a target, so that for a goal of seven million people who wait, three people fewer are
a score of 1e-6. What counts as equal must then be less than that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from prioritiser.outcome import effect_size, largest_ramp, score_terms, weights_of_goals
from prioritiser.scenario import Scenario, Settings
from prioritiser.schema import Case

PLAIN_REACH = 0.005  # of a tier's score: a goal that can move it so much needs no finer tolerance than the usual
FINEST = 2.0**-20


def fineness(scenario: Scenario, settings: Settings) -> float:
    """What the usual tolerances of scores are multiplied by: 1, or less where all effects on some goal are tiny.

    It is the least reach of a goal that can be moved at all, over 0.005, as a power of two of at least 2⁻²⁰. The reach
    is the sum of the sizes of all its effects, as a part of the score of its tier. So a tolerance of 1e-6 of the score
    is at most 1/5,000 of what the goal can be moved.
    """
    return _fineness(scenario, settings.case, tuple(weights_of_goals(scenario, settings).items()))


@lru_cache(maxsize=16)
def _fineness(scenario: Scenario, case: Case, goal_weights: tuple[tuple[str, float], ...]) -> float:
    reaches = [reach for reach in goal_reaches(scenario, case, dict(goal_weights)).values() if reach > 0]
    least = min(reaches, default=PLAIN_REACH)
    return 1.0 if least >= PLAIN_REACH else max(FINEST, power_of_two(least / PLAIN_REACH))


def goal_reaches(scenario: Scenario, case: Case, goal_weights: Mapping[str, float]) -> dict[str, float]:
    """How far the effects of each scored goal together can move the score of its tier, either way; by goal id."""
    sizes = {(effect.goal_id, t): 0.0 for effect in scenario.effects for t in range(len(scenario.years))}
    for effect in scenario.effects:
        size = abs(effect_size(scenario, effect, case))
        for t in range(len(scenario.years)):
            sizes[effect.goal_id, t] += size * largest_ramp(scenario, effect, t)
    reaches: dict[str, float] = {}
    for terms in score_terms(scenario, goal_weights).values():
        for (g, t), part in terms.items():
            goal = scenario.goals[g]
            span = abs(goal.targets[scenario.years[t]] - goal.zero)
            moved = sizes.get((goal.goal_id, t), 0.0) / span
            reaches[goal.goal_id] = reaches.get(goal.goal_id, 0.0) + part * moved
    return reaches


def power_of_two(value: float) -> float:
    """The largest power of two that is at most this value, so that scaling by it rounds nothing."""
    return 2.0 ** math.floor(math.log2(value))
