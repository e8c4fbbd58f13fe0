"""What makes settings and what-ifs valid for a scenario."""

from collections.abc import Iterator, Mapping
from typing import Any

from prioritiser.errors import Issue
from prioritiser.scenario.draft import Draft
from prioritiser.scenario.schema import Initiative, Tier
from prioritiser.scenario.setting_ranges import SETTINGS_FILE, TIERS, find_value_problems, is_bad, setting_issue, shown
from prioritiser.scenario.settings import Settings
from prioritiser.scenario.tables import Tables
from prioritiser.text.spelling import folded
from prioritiser.text.suggestions import Suggester


def find_setting_problems(
    settings: Settings | Any, scenario: Tables | Draft, suggest: Suggester | None = None
) -> list[Issue]:
    """Find values out of range, and names and starts that the scenario does not have.

    settings: anything with the fields of `Settings`, whose values may be of any type.
    """
    draft = Draft.of(scenario)
    suggest = suggest or Suggester()
    used = scored_tiers(draft, settings) if draft.tables["goals"].complete else TIERS
    problems = find_value_problems(settings, used, _weights_missing(settings, draft))
    problems += _name_problems(settings, draft, suggest)
    problems += _lock_problems(settings, draft, suggest)
    return problems


def _weights_missing(settings: Any, draft: Draft) -> Iterator[Issue]:
    used = scored_tiers(draft, settings)
    for name in used:
        if name not in settings.weights:
            yield setting_issue(f"weights.{name}", "missing", f"A weight for the tier {name}, 0 or more.")
    whole = draft.tables["goals"].complete
    if not used and draft.goals and whole and not any(map(is_bad, settings.goal_weights.values())):
        yield setting_issue("goal_weights", "every goal has weight 0", "At least one goal with a weight above 0.")


def find_what_if_problems(scenario: Tables | Draft) -> list[tuple[int, Issue]]:
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


def scored_tiers(scenario: Tables | Draft, settings: Settings | Any) -> list[str]:
    """List the tiers that have goals of weight above 0, in the order national, local, long_term."""
    return [
        tier.value
        for tier in Tier
        if any(
            goal.tier is tier and not is_bad(weight) and weight > 0
            for goal in scenario.goals
            for weight in [settings.goal_weights.get(goal.goal_id, goal.weight)]
        )
    ]


def _name_problems(settings: Any, draft: Draft, suggest: Suggester) -> Iterator[Issue]:
    for key in settings.capacity:
        name, _, year = key.partition("@")
        if draft.lacks("resources", name):
            yield _unknown(draft, f"capacity.{key}", name, "resources", suggest)
        if "@" in key and draft.years and year not in draft.years:
            expected = f"One of the years {', '.join(draft.years)}."
            yield setting_issue(f"capacity.{key}", f'"{year}"', expected, suggest(year, draft.years))
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
                yield setting_issue(f"lock.{key}", shown(lock), expected)


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
