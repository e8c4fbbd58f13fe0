"""A scenario as read, not yet known to be valid: what the checks look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from prioritiser.scenario.schema import TABLE_NAMES, Effect, Goal, Initiative, Resource, Row, Rule
from prioritiser.scenario.settings import WhatIf
from prioritiser.scenario.tables import Tables


@dataclass(frozen=True)
class DraftTable:
    """The rows of one table, with the number of each as a spreadsheet counts (the header is row 1).

    rows: those whose every cell is sound. partial: rows with a wrong cell, the wrong cells left out. columns: those
    that its header names. readable: False when the table or its id column is missing: then nothing is known of its ids.
    """

    rows: tuple[Row, ...] = ()
    numbers: Sequence[int] = ()
    partial: tuple[tuple[int, Row], ...] = ()
    readable: bool = True
    columns: frozenset[str] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether every row is known in full."""
        return self.readable and not self.partial

    def everything(self) -> list[tuple[int, Row]]:
        """Every row with its number, partial ones too, in the order of the file."""
        return sorted([*zip(self.numbers, self.rows, strict=True), *self.partial], key=lambda numbered: numbered[0])


class _Sound[R: Row]:
    """Sound rows of the table that it is named after."""

    def __set_name__(self, owner: type[Draft], name: str) -> None:
        self.table = name

    def __get__(self, draft: Draft, owner: type[Draft]) -> tuple[R, ...]:
        return cast(tuple[R, ...], draft.tables[self.table].rows)


@dataclass(frozen=True)
class Draft:
    """A scenario that may have problems. settings and the changes of what-ifs may hold values of any type.

    suffix: what follows a table's name where it is kept ('.csv', or nothing for a sheet).
    """

    title: str
    years: tuple[str, ...]
    settings: Any
    what_ifs: tuple[WhatIf, ...]
    tables: Mapping[str, DraftTable]
    tags: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ".csv"

    goals = _Sound[Goal]()
    resources = _Sound[Resource]()
    initiatives = _Sound[Initiative]()
    effects = _Sound[Effect]()
    rules = _Sound[Rule]()

    @classmethod
    def of(cls, scenario: Tables | Draft) -> Draft:
        """Look at a scenario as a draft whose rows are numbered by position."""
        if isinstance(scenario, Draft):
            return scenario
        tables = {}
        for name in TABLE_NAMES:
            rows = tuple(scenario.rows(name))
            tables[name] = DraftTable(rows, range(2, 2 + len(rows)))
        settings, what_ifs = scenario.settings, scenario.what_ifs
        return cls(scenario.title, tuple(scenario.years), settings, what_ifs, tables, scenario.tags)

    def file(self, table: str) -> str:
        """Name the file or sheet of a table."""
        return f"{table}{self.suffix}"

    def numbered(self, table: str) -> Iterator[tuple[int, Row]]:
        """Each sound row of a table with its number."""
        return zip(self.tables[table].numbers, self.tables[table].rows, strict=True)

    @cached_property
    def ids(self) -> Mapping[str, frozenset[str]]:
        """Ids by table, those of partial rows too."""
        return {
            name: frozenset(
                text
                for _, row in self.tables[name].everything()
                if (text := getattr(row, f"{name.removesuffix('s')}_id")) is not None
            )
            for name in ("goals", "resources", "initiatives", "rules")
        }

    def lacks(self, table: str, text: str) -> bool:
        """Whether a table that could be read holds no row of this id."""
        return self.tables[table].readable and text not in self.ids[table]
