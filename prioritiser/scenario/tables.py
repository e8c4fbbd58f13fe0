"""The tables and settings of a scenario, and rows by their ids; not yet known to be valid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from prioritiser.scenario.groups import Groups
from prioritiser.scenario.names import group_names
from prioritiser.scenario.schema import Effect, Goal, Initiative, Resource, Row, Rule, Use, columns_of
from prioritiser.scenario.setting_names import SettingNames
from prioritiser.scenario.settings import Settings, WhatIf

_ROW_TYPES: Mapping[str, type[Row]] = {row.table: row for row in (Goal, Resource, Initiative, Use, Effect, Rule)}


@dataclass(frozen=True)
class Tables:
    """Everything that was asked, as tables of rows.

    years: labels in order. settings: the scenario's own. tags: text of keys that format 1 does not know.
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


def cumulative_years(position: int, carry_over: bool) -> range:
    """Years whose use counts against the capacity of a year: only itself, or all up to it with carry-over."""
    return range(0, position + 1) if carry_over else range(position, position + 1)
