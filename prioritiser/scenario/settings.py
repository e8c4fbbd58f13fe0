"""What leaders may choose: settings, changes laid over them, and what-ifs; one `Settings` that exists is in range."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from prioritiser.errors import Issue, SettingsError, issue_lines
from prioritiser.scenario.schema import Case, Tier
from prioritiser.scenario.setting_ranges import find_value_problems


def frozen(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a mapping that nobody can change."""
    return MappingProxyType({str(key): values[key] for key in values})


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the 15 digits of format 1 of each finite number; leave anything else for the checks."""
    return {key: _round(value) for key, value in values.items()}


def _round(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _HUGE
    return float(f"{value:.15g}") + 0.0 if number else value


_HUGE = 1e300


def raise_any(problems: Sequence[Issue]) -> None:
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
                object.__setattr__(self, name, frozen(_rounded(getattr(self, name))))
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
        raise_any(find_value_problems(self))
        object.__setattr__(self, "case", Case(self.case))
        object.__setattr__(self, "balance", _round(self.balance))
        for name in ("weights", "capacity", "goal_weights"):
            object.__setattr__(self, name, frozen(_rounded(getattr(self, name))))
        object.__setattr__(self, "lock", frozen(self.lock))
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

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Settings:
        """Read what `as_json` gave. Raises SettingsError, and what plain values of another shape raise."""
        weights = {tier: weight for tier, weight in plain["weights"].items() if weight is not None}
        return cls(**{**plain, "weights": weights, "without": tuple(plain["without"])})

    def __hash__(self) -> int:
        return hash(json.dumps(self.as_json()))
