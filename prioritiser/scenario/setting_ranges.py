"""Which values a setting may have, whatever the scenario."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from prioritiser.errors import Issue
from prioritiser.scenario.schema import LARGEST, Case, Tier
from prioritiser.text.suggestions import did_you_mean

SETTINGS_FILE = "scenario.toml"
TIERS = tuple(tier.value for tier in Tier)


def find_value_problems(
    settings: Any, used: Sequence[str] = TIERS, between: Iterator[Issue] | None = None
) -> list[Issue]:
    """Find values out of range. settings: anything with the fields of `Settings`, whose values may be of any type.

    used: tiers of which one needs a weight above 0. between: problems of the scenario, told between weights and sums;
    None where there is none.
    """
    problems = [*_weight_problems(settings), *(between or ())]
    sound = not any(_out_of_range(settings.weights[name]) for name in TIERS if name in settings.weights)
    given = any(name in settings.weights for name in used)
    if sound and given and not any(settings.weights.get(name, 0) for name in used):
        problems.append(setting_issue("weights", "all 0", "At least one tier with goals needs a weight above 0."))
    elif not settings.weights and between is None:
        problems.append(setting_issue("weights", "none", "A weight for at least one tier."))
    return [*problems, *_range_problems(settings)]


def _weight_problems(settings: Any) -> Iterator[Issue]:
    weights = settings.weights
    for name in weights.keys() - set(TIERS):
        hint = did_you_mean(name, TIERS)
        yield setting_issue(f"weights.{name}", f'"{name}"', f"One of {', '.join(TIERS)}.", hint)
    for name in TIERS:
        if name in weights and _out_of_range(weights[name]):
            expected = "A number, 0 or more." if is_bad(weights[name]) else f"A number {_RANGE}."
            yield setting_issue(f"weights.{name}", shown(weights[name]), expected)


def shown(value: object) -> str:
    """Write a value of a setting as a message shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) > LARGEST:
        return "a number of many digits"
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return f'"{value}"'


def is_bad(number: object) -> bool:
    """Whether a weight or factor is no number of 0 or more."""
    return isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number) or number < 0


def _out_of_range(number: object) -> bool:
    """Whether a weight or factor is none, or so large that sums and products of it would overflow."""
    return is_bad(number) or number > LARGEST  # type: ignore[operator]


_RANGE = "from 0 to 1e15"


def setting_issue(key: str, found: str, expected: str, fix: str = "") -> Issue:
    """Return the problem of a setting, by its key."""
    return Issue(SETTINGS_FILE, 0, key, found, expected, fix)


def _range_problems(settings: Any) -> Iterator[Issue]:
    if is_bad(settings.balance) or settings.balance > 1:
        yield setting_issue("balance", shown(settings.balance), "A number from 0 to 1.")
    if settings.case not in list(Case):
        hint = did_you_mean(str(settings.case), list(Case))
        yield setting_issue("case", shown(settings.case), "low, central or high.", hint)
    for key, factor in settings.capacity.items():
        if _out_of_range(factor):
            least = "of 0 or more" if is_bad(factor) else _RANGE
            expected = f"A factor {least}; 1 leaves the capacity as it is."
            yield setting_issue(f"capacity.{key}", shown(factor), expected)
    for key, weight in settings.goal_weights.items():
        if _out_of_range(weight):
            expected = "A weight of 0 or more." if is_bad(weight) else f"A weight {_RANGE}."
            yield setting_issue(f"goal_weights.{key}", shown(weight), expected)
