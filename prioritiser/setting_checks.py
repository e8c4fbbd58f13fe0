"""What makes settings and what-ifs valid, alone or for a scenario."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from prioritiser.cells import LARGEST
from prioritiser.draft import Draft
from prioritiser.errors import Issue
from prioritiser.schema import Case, Initiative, Tier
from prioritiser.spelling import folded
from prioritiser.words import Suggester, did_you_mean

if TYPE_CHECKING:
    from prioritiser.scenario import Scenario, Settings

SETTINGS_FILE = "scenario.toml"


def find_setting_problems(
    settings: Settings | Any, scenario: Scenario | Draft | None, suggest: Suggester | None = None
) -> list[Issue]:
    """Find values out of range and, where a scenario is given, names and starts that it does not have.

    settings: anything with the fields of `Settings`, whose values may be of any type.
    """
    draft = None if scenario is None else Draft.of(scenario)
    problems = [*_weight_problems(settings, draft), *_range_problems(settings)]
    if draft is not None:
        suggest = suggest or Suggester()
        problems += _name_problems(settings, draft, suggest)
        problems += _lock_problems(settings, draft, suggest)
    return problems


def find_what_if_problems(scenario: Scenario | Draft) -> list[tuple[int, Issue]]:
    """Find the problems of each what-if, with its position; what is wrong in the settings beneath is not repeated."""
    draft, suggest = Draft.of(scenario), Suggester()
    known = set(find_setting_problems(draft.settings, draft))
    problems: list[tuple[int, Issue]] = []
    seen: set[str] = set()
    for position, what_if in enumerate(draft.what_ifs):
        if not what_if.name.strip():
            problems.append((position, Issue(SETTINGS_FILE, 0, "name", "no name", "Each what-if needs a name.")))
        elif folded(what_if.name) in seen:
            twice = Issue(SETTINGS_FILE, 0, "name", f'"{what_if.name}" twice', "Each what-if has its own name.")
            problems.append((position, twice))
        seen.add(folded(what_if.name))
        found = find_setting_problems(_Merged(draft.settings, what_if.changes), draft, suggest)
        problems += [(position, problem) for problem in found if problem not in known]
    return problems


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) > LARGEST:
        return "a number of many digits"
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return f'"{value}"'


def _bad(number: object) -> bool:
    return isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number) or number < 0


def _out_of_range(number: object) -> bool:
    """Whether a weight or factor is none, or so large that sums and products of it would overflow."""
    return _bad(number) or number > LARGEST  # type: ignore[operator]


_RANGE = "from 0 to 1e15"


def _setting(key: str, found: str, expected: str, fix: str = "") -> Issue:
    return Issue(SETTINGS_FILE, 0, key, found, expected, fix)


def _weight_problems(settings: Any, draft: Draft | None) -> Iterator[Issue]:
    weights = settings.weights
    tiers = [tier.value for tier in Tier]
    for name in weights.keys() - set(tiers):
        yield _setting(f"weights.{name}", f'"{name}"', f"One of {', '.join(tiers)}.", did_you_mean(name, tiers))
    wrong = [name for name in tiers if name in weights and _out_of_range(weights[name])]
    for name in wrong:
        expected = "A number, 0 or more." if _bad(weights[name]) else f"A number {_RANGE}."
        yield _setting(f"weights.{name}", _shown(weights[name]), expected)
    used = tiers
    if draft is not None:
        used = scored_tiers(draft, settings)
        for name in used:
            if name not in weights:
                yield _setting(f"weights.{name}", "missing", f"A weight for the tier {name}, 0 or more.")
        whole = draft.tables["goals"].complete
        if not used and draft.goals and whole and not any(map(_bad, settings.goal_weights.values())):
            yield _setting("goal_weights", "every goal has weight 0", "At least one goal with a weight above 0.")
        if not whole:
            used = tiers
    if not wrong and used and any(name in weights for name in used) and not any(weights.get(name, 0) for name in used):
        yield _setting("weights", "all 0", "At least one tier with goals needs a weight above 0.")
    elif not weights and draft is None:
        yield _setting("weights", "none", "A weight for at least one tier.")


def scored_tiers(scenario: Scenario | Draft, settings: Settings | Any) -> list[str]:
    """List the tiers that have goals of weight above 0, in the order national, local, long_term."""
    return [
        tier.value
        for tier in Tier
        if any(
            goal.tier is tier and not _bad(weight) and weight > 0
            for goal in scenario.goals
            for weight in [settings.goal_weights.get(goal.goal_id, goal.weight)]
        )
    ]


def _range_problems(settings: Any) -> Iterator[Issue]:
    if _bad(settings.balance) or settings.balance > 1:
        yield _setting("balance", _shown(settings.balance), "A number from 0 to 1.")
    if settings.case not in list(Case):
        hint = did_you_mean(str(settings.case), list(Case))
        yield _setting("case", _shown(settings.case), "low, central or high.", hint)
    for key, factor in settings.capacity.items():
        if _out_of_range(factor):
            least = "of 0 or more" if _bad(factor) else _RANGE
            expected = f"A factor {least}; 1 leaves the capacity as it is."
            yield _setting(f"capacity.{key}", _shown(factor), expected)
    for key, weight in settings.goal_weights.items():
        if _out_of_range(weight):
            expected = "A weight of 0 or more." if _bad(weight) else f"A weight {_RANGE}."
            yield _setting(f"goal_weights.{key}", _shown(weight), expected)


def _name_problems(settings: Any, draft: Draft, suggest: Suggester) -> Iterator[Issue]:
    for key in settings.capacity:
        name, _, year = key.partition("@")
        if draft.lacks("resources", name):
            yield _unknown(draft, f"capacity.{key}", name, "resources", suggest)
        if "@" in key and draft.years and year not in draft.years:
            expected = f"One of the years {', '.join(draft.years)}."
            yield _setting(f"capacity.{key}", f'"{year}"', expected, suggest(year, draft.years))
    for key in settings.goal_weights:
        if draft.lacks("goals", key):
            yield _unknown(draft, f"goal_weights.{key}", key, "goals", suggest)
    for key in sorted(set(settings.without)):
        if draft.lacks("rules", key):
            yield _unknown(draft, "without", key, "rules", suggest)


def _unknown(draft: Draft, key: str, text: str, table: str, suggest: Suggester) -> Issue:
    file = draft.file(table)
    hint = suggest(text, draft.ids[table])
    said = f'"{text}" is not in {file}.'
    return Issue(SETTINGS_FILE, 0, key, f'"{text}"', f"An id that is in {file}.", hint, said=said)


def _lock_problems(settings: Any, draft: Draft, suggest: Suggester) -> Iterator[Issue]:
    initiatives = {row.initiative_id: row for row in draft.initiatives}
    for key, lock in settings.lock.items():
        if draft.lacks("initiatives", key):
            yield _unknown(draft, f"lock.{key}", key, "initiatives", suggest)
        elif lock not in ("in", "out") and key in initiatives and draft.years:
            possible = _possible_starts(initiatives[key], draft.years)
            if lock not in possible:
                expected = f"in, out, or a possible start: {', '.join(possible)}."
                yield _setting(f"lock.{key}", _shown(lock), expected)


def _possible_starts(row: Initiative, years: tuple[str, ...]) -> list[str]:
    if any(year is not None and year not in years for year in (row.earliest, row.latest)):
        return list(years)
    return [years[start] for start in row.starts(years)] or list(years)


class _Merged:
    """Settings with changes laid over them, not yet known to be valid."""

    def __init__(self, settings: Any, changes: Any) -> None:
        for name in ("weights", "balance", "case"):
            changed = getattr(changes, name)
            setattr(self, name, getattr(settings, name) if changed is None else changed)
        for name in ("capacity", "lock", "goal_weights"):
            merged: Mapping[str, Any] = {**getattr(settings, name), **getattr(changes, name)}
            setattr(self, name, merged)
        self.without = (*settings.without, *changes.without)


__all__ = ["SETTINGS_FILE", "find_setting_problems", "find_what_if_problems", "scored_tiers"]
