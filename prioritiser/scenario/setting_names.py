"""Settings name rows, years and choices as people write them: other capitals or spaces still mean the same."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from prioritiser.scenario.headings import understood_name, understood_year
from prioritiser.scenario.schema import Case, Tier
from prioritiser.scenario.settings import Changes
from prioritiser.text.spelling import folded

_LOCKS = ("in", "out")


def own_spellings(ids: Iterable[str]) -> dict[str, str]:
    """Each id by what is equal for its spellings; ids that become equal name none."""
    spellings: dict[str, set[str]] = {}
    for name in ids:
        spellings.setdefault(folded(name), set()).add(name)
    return {key: next(iter(names)) for key, names in spellings.items() if len(names) == 1}


@dataclass(frozen=True)
class SettingNames:
    """What settings may name: ids by table (goals, resources, initiatives, rules) and the years."""

    ids: Mapping[str, Iterable[str]]
    years: tuple[str, ...]
    own: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def respelled(self, changes: Changes, note: Callable[[str, str], None] | None = None) -> Changes:
        """Write the names in changes as the scenario does; what is not known stays, for the checks to refuse.

        changes: whose values may be of any type. note: is told of each text and what it was taken for.
        """
        said = note or (lambda written, meant: None)
        return replace(
            changes,
            weights=None if changes.weights is None else _renamed(changes.weights, _tier, said),
            case=_told(changes.case, _case, said),
            capacity=_renamed(changes.capacity, self._resource_year, said),
            lock={
                key: _told(lock, self._lock, said)
                for key, lock in _renamed(changes.lock, self._named("initiatives"), said).items()
            },
            goal_weights=_renamed(changes.goal_weights, self._named("goals"), said),
            without=tuple(_told(rule, self._named("rules"), said) for rule in changes.without),
        )

    def _named(self, table: str) -> Callable[[str], str]:
        own = self.own.get(table)
        if own is None:
            own = self.own[table] = own_spellings(self.ids[table])
        return lambda text: own.get(folded(text), text)

    def _resource_year(self, text: str) -> str:
        name, at, year = text.partition("@")
        return f"{self._named('resources')(name)}{at}{understood_year(year, self.years) or year if at else ''}"

    def _lock(self, text: str) -> str:
        return understood_name(text, _LOCKS) or understood_year(text, self.years) or text


def _case(text: str) -> str:
    return understood_name(text, Case) or text


def _tier(text: str) -> str:
    return understood_name(text, Tier) or text


def _told(value: Any, meant_by: Callable[[str], str], note: Callable[[str, str], None]) -> Any:
    if not isinstance(value, str):
        return value
    meant = meant_by(value)
    if meant != value:
        note(value, meant)
    return meant


def _renamed(
    values: Mapping[str, Any], meant_by: Callable[[str], str], note: Callable[[str, str], None]
) -> dict[str, Any]:
    """Rename keys to what they mean; keys that would become one stay as they are, so that the checks name one."""
    meant = {key: meant_by(key) for key in values}
    times: dict[str, int] = {}
    for name in meant.values():
        times[name] = times.get(name, 0) + 1
    return {(key if times[name] > 1 else _told(key, meant_by, note)): values[key] for key, name in meant.items()}
