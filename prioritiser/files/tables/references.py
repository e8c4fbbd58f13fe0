"""Ids as other tables write them: other capitals, spaces or invisible characters still name the same row."""

from collections.abc import Mapping
from dataclasses import replace

from prioritiser.files.tables.header import Understood
from prioritiser.files.tables.rows import TableRead
from prioritiser.scenario.schema import DEMANDS, Row, Rule
from prioritiser.scenario.setting_names import own_spellings
from prioritiser.text.spelling import folded

_NAMED = {
    "uses": {"initiative_id": "initiatives", "resource_id": "resources"},
    "effects": {"initiative_id": "initiatives", "goal_id": "goals", "if_also": "initiatives"},
    "rules": {"subject": "initiatives", "other": "initiatives", "resource_id": "resources"},
}


def resolve(reads: Mapping[str, TableRead]) -> dict[str, TableRead]:
    """Write the ids that tables name as the named tables write them; what was respelled is noted in `understood`."""
    own = {
        table: own_spellings(
            str(name)
            for _, row in reads[table].table.everything()
            if (name := getattr(row, f"{table[:-1]}_id")) is not None
        )
        for table in ("goals", "resources", "initiatives")
    }
    return {name: _resolved(read, _NAMED.get(name, {}), own) for name, read in reads.items()}


def _resolved(read: TableRead, columns: Mapping[str, str], own: Mapping[str, Mapping[str, str]]) -> TableRead:
    if not columns:
        return read
    table = read.table
    rows = tuple(_respelled(row, columns, own, read.understood) for row in table.rows)
    partial = tuple((number, _respelled(row, columns, own, read.understood)) for number, row in table.partial)
    return replace(read, table=replace(table, rows=rows, partial=partial))


def _respelled(
    row: Row, columns: Mapping[str, str], own: Mapping[str, Mapping[str, str]], understood: Understood
) -> Row:
    changes: dict[str, str] = {}
    for column, named in columns.items():
        text = getattr(row, column, None)
        subject = isinstance(row, Rule) and column == "subject"
        if not isinstance(text, str) or (subject and "=" in text):
            continue
        table = _subjects(row) if subject else named
        meant = own[table].get(folded(text), text)
        if meant != text:
            changes[column] = meant
            understood.cell(text, meant)
    return row.model_copy(update=changes) if changes else row


def _subjects(row: Row) -> str:
    """The table that the subject of a rule is in; its kind may be missing yet."""
    kind = getattr(row, "kind", None)
    return DEMANDS[kind].subject if kind is not None else "initiatives"
