"""What differs between two scenarios, table by table: rows that were added, removed or changed, by their names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import TABLE_NAMES, Goal, Initiative, Resource, Row


@dataclass(frozen=True)
class TableDifference:
    """What differs in one table; names of rows, each the name to show where the row has one."""

    table: str
    rows_now: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def scenario_differences(before: Scenario, now: Scenario) -> tuple[TableDifference, ...]:
    """Compare two scenarios; one entry for each table, in the order of the format.

    Rows are matched by their key; where several share one (uses), any difference among them is a change. Cells of
    years are compared by the label of the year.
    """
    return tuple(_table_difference(table, before, now) for table in TABLE_NAMES)


def _table_difference(table: str, before: Scenario, now: Scenario) -> TableDifference:
    old, new = _by_key(table, before), _by_key(table, now)
    added = tuple(new[key][0] for key in new if key not in old)
    removed = tuple(old[key][0] for key in old if key not in new)
    changed = tuple(new[key][0] for key in new if key in old and new[key][1] != old[key][1])
    return TableDifference(table, len(now.rows(table)), added, removed, changed)


def _by_key(table: str, scenario: Scenario) -> Mapping[tuple[str, ...], tuple[str, Counter[str]]]:
    found: dict[tuple[str, ...], tuple[str, Counter[str]]] = {}
    for row in scenario.rows(table):
        _, cells = found.setdefault(row.key_values, (_name(row), Counter()))
        cells[repr(sorted(row.cells(scenario.years).items()))] += 1
    return found


def _name(row: Row) -> str:
    if isinstance(row, Goal | Initiative | Resource):
        return row.label
    return " · ".join(part for part in row.key_values if part)
