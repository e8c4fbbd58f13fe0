"""The frozen `Scenario` and `Settings`; one that exists is valid."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import pandas as pd

from prioritiser.checks import find_notices, find_problems, find_setting_problems, find_text_problems
from prioritiser.errors import Issue, ScenarioError, SettingsError, issue_lines
from prioritiser.groups import Groups
from prioritiser.names import group_names, told_apart, told_of_effects
from prioritiser.schema import (
    FORMAT,
    TABLE_NAMES,
    Case,
    Effect,
    Goal,
    Initiative,
    Resource,
    Row,
    Rule,
    Tier,
    Use,
    clean_text,
    columns_of,
    sorted_rows,
)
from prioritiser.setting_names import SettingNames
from prioritiser.spelling import folded


def _frozen(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({str(key): values[key] for key in values})


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the 15 digits of format 1 of each finite number; leave anything else for the checks."""
    return {key: _round(value) for key, value in values.items()}


def _round(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _HUGE
    return float(f"{value:.15g}") + 0.0 if number else value


_HUGE = 1e300


def _raise_any(problems: Sequence[Issue]) -> None:
    """Raise all problems of settings as one error, each by the name of its setting and not of a file."""
    if problems:
        raise SettingsError("\n".join(issue_lines(dataclasses.replace(problem, file="") for problem in problems)))


@dataclass(frozen=True)
class Changes:
    """Settings to lay over others; what is None or empty stays as it was.

    weights: tier to weight, replaced as a whole. capacity: 'resource' or 'resource@year' to factor.
    lock: initiative to 'in', 'out' or a start year. goal_weights: goal to weight. without: rules to switch off.
    """

    weights: Mapping[str, float] | None = None
    balance: float | None = None
    case: Case | None = None
    capacity: Mapping[str, float] = field(default_factory=dict)
    lock: Mapping[str, str] = field(default_factory=dict)
    goal_weights: Mapping[str, float] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("weights", "capacity", "lock", "goal_weights"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _frozen(_rounded(getattr(self, name))))
        object.__setattr__(self, "balance", _round(self.balance))
        object.__setattr__(self, "without", tuple(sorted(set(self.without))))

    def as_json(self) -> dict[str, Any]:
        """Return what is given, as plain values."""
        given: dict[str, Any] = {}
        for part in dataclasses.fields(self):
            value = getattr(self, part.name)
            if value is None or (not isinstance(value, int | float | str) and len(value) == 0):
                continue
            given[part.name] = dict(value) if isinstance(value, Mapping) else value
        return given


@dataclass(frozen=True)
class WhatIf:
    """Named settings kept in a scenario."""

    name: str
    changes: Changes
    note: str = ""


@dataclass(frozen=True)
class Settings:
    """Everything that leaders may choose: weights, balance, case, capacity factors, locks, rules switched off.

    weights: tier to a weight of 0 or more, not all 0. balance: 0 to 1. The other fields as in `Changes`.
    Raises SettingsError when a value leaves its range.
    """

    weights: Mapping[str, float]
    balance: float = 0.0
    case: Case = Case.CENTRAL
    capacity: Mapping[str, float] = field(default_factory=dict)
    lock: Mapping[str, str] = field(default_factory=dict)
    goal_weights: Mapping[str, float] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _raise_any(find_setting_problems(self, None))
        object.__setattr__(self, "case", Case(self.case))
        object.__setattr__(self, "balance", _round(self.balance))
        for name in ("weights", "capacity", "goal_weights"):
            object.__setattr__(self, name, _frozen(_rounded(getattr(self, name))))
        object.__setattr__(self, "lock", _frozen(self.lock))
        object.__setattr__(self, "without", tuple(sorted(set(self.without))))

    def replace(self, **changes: Any) -> Settings:
        """Return these settings with some fields replaced as a whole."""
        return dataclasses.replace(self, **changes)

    def merge(self, changes: Changes) -> Settings:
        """Lay changes over these settings: key by key for capacity, lock and goal weights; `without` is the union."""
        return Settings(
            weights=self.weights if changes.weights is None else changes.weights,
            balance=self.balance if changes.balance is None else changes.balance,
            case=self.case if changes.case is None else changes.case,
            capacity={**self.capacity, **changes.capacity},
            lock={**self.lock, **changes.lock},
            goal_weights={**self.goal_weights, **changes.goal_weights},
            without=(*self.without, *changes.without),
        )

    def factor(self, resource_id: str, year: str) -> float:
        """Factor on a capacity in a year: the one for all years times the one for this year."""
        return self.capacity.get(resource_id, 1.0) * self.capacity.get(f"{resource_id}@{year}", 1.0)

    def as_json(self) -> dict[str, Any]:
        """Return the settings as plain values, in a fixed order; equal settings give equal values."""
        return {
            "weights": {tier.value: self.weights.get(tier.value) for tier in Tier},
            "balance": self.balance,
            "case": self.case.value,
            "capacity": {key: self.capacity[key] for key in sorted(self.capacity)},
            "lock": {key: self.lock[key] for key in sorted(self.lock)},
            "goal_weights": {key: self.goal_weights[key] for key in sorted(self.goal_weights)},
            "without": list(self.without),
        }

    def __hash__(self) -> int:
        return hash(json.dumps(self.as_json()))


@dataclass(frozen=True)
class Scenario:
    """Everything that was asked, as tables of rows; rows are kept sorted by id, so their order cannot matter.

    years: labels in order. settings: the scenario's own. tags: text of keys that format 1 does not know.
    Raises ScenarioError with every problem found.
    """

    title: str
    years: tuple[str, ...]
    settings: Settings
    goals: tuple[Goal, ...]
    initiatives: tuple[Initiative, ...]
    resources: tuple[Resource, ...] = ()
    uses: tuple[Use, ...] = ()
    effects: tuple[Effect, ...] = ()
    rules: tuple[Rule, ...] = ()
    what_ifs: tuple[WhatIf, ...] = ()
    system: str = ""
    summary: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        problems = [*find_text_problems(self), *find_problems(self)]
        if problems:
            raise ScenarioError(self.title or "The scenario", problems)
        object.__setattr__(self, "years", tuple(self.years))
        for name in ("title", "system", "summary"):
            object.__setattr__(self, name, clean_text(getattr(self, name)))
        object.__setattr__(self, "tags", _frozen({tag: text for tag, text in self.tags.items() if text}))
        what_ifs = [
            WhatIf(clean_text(what_if.name), what_if.changes, clean_text(what_if.note)) for what_if in self.what_ifs
        ]
        object.__setattr__(self, "what_ifs", tuple(what_ifs))
        object.__setattr__(self, "notices", tuple(dict.fromkeys((*self.notices, *find_notices(self)))))
        for name in TABLE_NAMES:
            object.__setattr__(self, name, sorted_rows(getattr(self, name), self.years))
        self._tell_apart()

    def _tell_apart(self) -> None:
        """Give each goal, resource and initiative a name of its own to be told of by; no cell and no hash changes."""
        goals = told_of_effects(told_apart(self.goals), self.effects)
        named = {"goals": goals, "resources": told_apart(self.resources), "initiatives": told_apart(self.initiatives)}
        for table, rows in named.items():
            object.__setattr__(self, table, rows)
        for by_id in ("goal_by_id", "resource_by_id", "initiative_by_id", "group_by_id", "labels", "names", "groups"):
            self.__dict__.pop(by_id, None)  # a check may have looked rows up before they had their names

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table by its name, such as 'goals'."""
        rows: tuple[Row, ...] = getattr(self, table)
        return rows

    def table(self, table: str) -> pd.DataFrame:
        """Return a table as a frame of its given cells; blank cells are None."""
        cells = [row.cells(self.years) for row in self.rows(table)]
        row_type = _ROW_TYPES[table]
        known = [column.name for column in columns_of(row_type, self.years)]
        tags = sorted({name for row in cells for name in row} - set(known))
        return pd.DataFrame(
            [[row.get(name) for name in (*known, *tags)] for row in cells], columns=[*known, *tags], dtype=object
        )

    def what_if(self, name: str) -> WhatIf:
        """Return the what-if of this name; raises SettingsError with the names there are."""
        for what_if in self.what_ifs:
            if folded(what_if.name) == folded(name):
                return what_if
        known = ", ".join(f"'{what_if.name}'" for what_if in self.what_ifs) or "none"
        raise SettingsError(f"There is no what-if '{name}'. This scenario has: {known}.")

    def settings_for(self, what_if: str | None = None, changes: Changes | None = None) -> Settings:
        """Settings in force: the scenario's own, then a what-if's, then changes on top; raises SettingsError."""
        settings = self.settings
        if what_if is not None:
            settings = settings.merge(self.what_if(what_if).changes)
        if changes is not None:
            settings = settings.merge(self.names.respelled(changes))
        self.check(settings)
        return settings

    def check(self, settings: Settings) -> None:
        """Raise SettingsError when settings name what this scenario does not have, all problems at once."""
        _raise_any(find_setting_problems(settings, self))

    @cached_property
    def goal_by_id(self) -> Mapping[str, Goal]:
        """Goals by id."""
        return {goal.goal_id: goal for goal in self.goals}

    @cached_property
    def resource_by_id(self) -> Mapping[str, Resource]:
        """Resources by id."""
        return {resource.resource_id: resource for resource in self.resources}

    @cached_property
    def initiative_by_id(self) -> Mapping[str, Initiative]:
        """Initiatives by id."""
        return {initiative.initiative_id: initiative for initiative in self.initiatives}

    @cached_property
    def names(self) -> SettingNames:
        """What settings may name."""
        rules = [rule.rule_id for rule in self.rules]
        ids = {"goals": self.goal_by_id, "resources": self.resource_by_id, "initiatives": self.initiative_by_id}
        return SettingNames({**ids, "rules": rules}, self.years)

    @cached_property
    def largest_use(self) -> Mapping[str, float]:
        """The largest amount in a year that one row uses or releases of each resource that is used, in its unit."""
        largest: dict[str, float] = {}
        for use in self.uses:
            amount = max(map(abs, use.amounts.values()), default=0.0)
            largest[use.resource_id] = max(amount, largest.get(use.resource_id, 0.0))
        return largest

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every name that a goal, a resource or an initiative goes by."""
        return tuple(row.label for table in (self.goals, self.resources, self.initiatives) for row in table)

    @cached_property
    def group_by_id(self) -> Mapping[str, Mapping[str, str]]:
        """Name of the lead and of the place of initiatives, by column and id; blank ones are left out."""
        return {
            column: group_names({row.initiative_id: getattr(row, column) for row in self.initiatives})
            for column in ("lead", "place")
        }

    def starts(self, initiative: Initiative) -> range:
        """Possible start years of an initiative, as positions in `years` (0 is the first)."""
        return initiative.starts(self.years)

    def rules_in_force(self, settings: Settings) -> list[Rule]:
        """Rules that these settings do not switch off."""
        return [rule for rule in self.rules if rule.rule_id not in settings.without]

    def group(self, subject: str) -> tuple[str, ...]:
        """Ids of the initiatives that a rule's subject names: `column=value`, or one initiative."""
        return self.groups.named(subject).initiatives

    @cached_property
    def groups(self) -> Groups:
        """Groups of initiatives by what their cells hold."""
        return Groups(self.initiatives, self.years)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over canonical JSON: what was asked, whatever the order of rows or the kind of file."""
        tables = {
            name: [
                {column: _canonical(cell) for column, cell in row.cells(self.years).items()} for row in self.rows(name)
            ]
            for name in TABLE_NAMES
        }
        asked = {
            "format": FORMAT,
            "title": self.title,
            "system": self.system,
            "summary": self.summary,
            "years": list(self.years),
            "settings": _canonical(self.settings.as_json()),
            "what_ifs": [
                {"name": what_if.name, "note": what_if.note, **_canonical(what_if.changes.as_json())}
                for what_if in sorted(self.what_ifs, key=lambda what_if: what_if.name)
            ],
            "tags": dict(self.tags),
            **tables,
        }
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def __hash__(self) -> int:
        return hash(self.hash)


_ROW_TYPES: Mapping[str, type[Row]] = {row.table: row for row in (Goal, Resource, Initiative, Use, Effect, Rule)}


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _canonical(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_canonical(part) for part in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value + 0.0:.15g}"
    return value


def cumulative_years(position: int, carry_over: bool) -> range:
    """Years whose use counts against the capacity of a year: only itself, or all up to it with carry-over."""
    return range(0, position + 1) if carry_over else range(position, position + 1)


__all__ = ["Changes", "Scenario", "Settings", "WhatIf", "cumulative_years"]
