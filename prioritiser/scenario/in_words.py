"""Levels, names and settings of a scenario in words: natural units, no more decimals than the figures carry."""

import math
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from prioritiser.scenario.schema import Goal, NamedRow, Tier
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import MOST_FINER, NOTHING, SIGNIFICANT, amount, rounded, short
from prioritiser.text.shortening import shortened_apart

_THOUSAND = 1e3

TIER_NAMES = {Tier.NATIONAL.value: "National", Tier.LOCAL.value: "Local", Tier.LONG_TERM.value: "Long term"}
_MOST_DECIMALS = 3
_NOISE = 1e-7  # of the way to a target: what a solver leaves of a level that is met


def goal_decimals(goal: Goal) -> int:
    """Decimals that the goal's own figures carry, and one more for small numbers, at most three of a usual size.

    More where it takes them to see what the effects of its scenario do to it, or its own figures at all.
    """
    figures = [goal.baseline, *goal.targets.values()]
    largest = max(abs(figure) for figure in figures)
    moved = _decimals_to_see(goal.moved_by)
    if largest >= _THOUSAND:
        return moved
    given = max(_decimals(figure) for figure in figures)
    most = max(_MOST_DECIMALS, _decimals_to_see(largest) + 1)
    return max(moved, min(most, max(given, 0 if largest >= 500 else 1)))


def decimals_for(goal: Goal, *levels: float) -> int:
    """Decimals of a goal for levels that are read beside one another: those that differ do not read alike."""
    decimals = goal_decimals(goal)
    finite = sorted(value for value in levels if math.isfinite(value))
    span = max(abs(target - goal.zero) for target in goal.targets.values())
    noise = max(_NOISE * span, NOTHING * abs(max(finite, key=abs, default=0.0)))
    gaps = [(low, high) for low, high in pairwise(finite) if high - low > noise]
    while decimals < MOST_FINER and any(rounded(low, decimals) == rounded(high, decimals) for low, high in gaps):
        decimals += 1
    return decimals


def _decimals(figure: float) -> int:
    exponent = Decimal(f"{figure:.{SIGNIFICANT}g}").normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _decimals_to_see(size: float) -> int:
    """Decimals that show the first digit of a size."""
    return max(0, -math.floor(math.log10(size))) if size >= NOTHING else 0


def level(goal: Goal, value: float, *beside: float) -> str:
    """Write a level of a goal in its unit. beside: other levels that it must not read like where it differs."""
    return amount(value, goal.unit, decimals_for(goal, value, *beside) if beside else goal_decimals(goal))


def settings_words(settings: Settings) -> str:
    """Say every setting in one line: weights, balance and case always, the others where they are set."""
    scaled = {name.replace("@", " "): f"× {short(factor)}" for name, factor in settings.capacity.items()}
    parts = {
        "weights": {tier.replace("_", " "): short(weight) for tier, weight in settings.weights.items()},
        "balance": {short(settings.balance): ""},
        "estimates": {settings.case.value: ""},
        "capacity": scaled,
        "locks": settings.lock,
        "weights of goals": {name: short(weight) for name, weight in settings.goal_weights.items()},
        "without rules": dict.fromkeys(settings.without, ""),
    }
    said = {name: ", ".join(f"{key} {value}".strip() for key, value in given.items()) for name, given in parts.items()}
    return "; ".join(f"{name}: {words}" for name, words in said.items() if words)


def short_labels(rows: Iterable[NamedRow], length: int = 80) -> dict[str, str]:
    """Cut the names of rows of a scenario, by id, to so many letters; no two read alike."""
    return shortened_apart({row.key_values[0]: row.label for row in rows}, length)
