"""How fine a difference counts: tolerances are relative to what the goals of a scenario can be moved.

Scores are fractions of the way to a target, so that for a goal of seven million people who wait, three people fewer are
a score of 1e-6. What counts as equal must then be less than that.
"""

import math
from collections.abc import Mapping
from functools import lru_cache

from prioritiser.evaluation.outcome import effect_size, largest_ramp, score_terms, weights_of_goals
from prioritiser.evaluation.startable import largest_shares
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case
from prioritiser.scenario.settings import Settings

PLAIN_REACH = 0.005  # of a tier's score: a goal that can move it so much needs no finer tolerance than the usual
FINEST = 2.0**-20


def fineness(scenario: Scenario, settings: Settings) -> float:
    """What the usual tolerances of scores are multiplied by: 1, or less where all effects on some goal are tiny.

    It is the least reach of a goal that can be moved at all, over 0.005, as a power of two of at least 2⁻²⁰. The reach
    is the sum of the sizes of the effects of all that can start, as a part of the score of the goal's tier. So a
    tolerance of 1e-6 of the score is at most 1/5,000 of what the goal can be moved.
    """
    shares = {name: share for name, share in largest_shares(scenario, settings).items() if share < 1}
    weights = weights_of_goals(scenario, settings)
    return _fineness(scenario, settings.case, tuple(weights.items()), tuple(shares.items()))


@lru_cache(maxsize=64)
def _fineness(
    scenario: Scenario, case: Case, goal_weights: tuple[tuple[str, float], ...], shares: tuple[tuple[str, float], ...]
) -> float:
    reaches = _goal_reaches(scenario, case, dict(goal_weights), dict(shares)).values()
    least = min((reach for reach in reaches if reach > 0), default=PLAIN_REACH)
    return 1.0 if least >= PLAIN_REACH else max(FINEST, power_of_two(least / PLAIN_REACH))


def _goal_reaches(
    scenario: Scenario, case: Case, goal_weights: Mapping[str, float], shares: Mapping[str, float]
) -> dict[str, float]:
    """How far the effects of each scored goal together can move the score of its tier, either way; by goal id.

    shares: the largest share of an initiative, where it is below 1.
    """
    sizes = {(effect.goal_id, t): 0.0 for effect in scenario.effects for t in range(len(scenario.years))}
    for effect in scenario.effects:
        share = min(shares.get(name, 1.0) for name in (effect.initiative_id, effect.if_also) if name)
        size = share * abs(effect_size(scenario, effect, case))
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
