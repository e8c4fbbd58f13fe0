"""The frozen `Scenario`; one that exists is valid."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from prioritiser.errors import ScenarioError, SettingsError
from prioritiser.scenario.checks import find_problems, find_text_problems
from prioritiser.scenario.names import told_apart, told_of_effects
from prioritiser.scenario.notices import find_notices
from prioritiser.scenario.schema import FORMAT, TABLE_NAMES, clean_text, sorted_rows
from prioritiser.scenario.setting_checks import find_setting_problems
from prioritiser.scenario.settings import Changes, Settings, WhatIf, frozen, raise_any
from prioritiser.scenario.tables import Tables
from prioritiser.text.spelling import folded


@dataclass(frozen=True)
class Scenario(Tables):
    """Everything that was asked; rows are kept sorted by id, so their order cannot matter.

    Raises ScenarioError with every problem found.
    """

    def __post_init__(self) -> None:
        problems = [*find_text_problems(self), *find_problems(self)]
        if problems:
            raise ScenarioError(self.title or "The scenario", problems)
        object.__setattr__(self, "years", tuple(self.years))
        for name in ("title", "system", "summary"):
            object.__setattr__(self, name, clean_text(getattr(self, name)))
        object.__setattr__(self, "tags", frozen({tag: text for tag, text in self.tags.items() if text}))
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
        raise_any(find_setting_problems(settings, self))

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


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _canonical(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_canonical(part) for part in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value + 0.0:.15g}"
    return value
