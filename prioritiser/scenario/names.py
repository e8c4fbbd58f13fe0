"""How the rows of a scenario are told of: names that no other row has, and how far effects move each goal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prioritiser.scenario.schema import Effect, Goal, NamedRow
from prioritiser.text.spelling import folded

_TOLD_BY = (("lead",), ("place",), ("lead", "place"))


def distinct_names(rows: Iterable[NamedRow]) -> dict[str, str]:
    """Name rows of one table by id, so that no two read alike, whatever their capitals and blanks.

    A name alone where no other row has it; else with the lead, the place, both, or at last the id: the first of these
    that no other row of that name has.
    """
    own = {row.key_values[0]: row for row in rows}
    groups: dict[str, list[NamedRow]] = {}
    for row in own.values():
        groups.setdefault(folded(_name(row)), []).append(row)
    names = {group[0].key_values[0]: _name(group[0]) for group in groups.values() if len(group) == 1}
    taken = set(groups)
    for group in (group for group in groups.values() if len(group) > 1):
        for row, told in zip(group, zip(*(_told_by(group, columns) for columns in _TOLD_BY), strict=True), strict=True):
            free = (text for text in told if text and folded(text) not in taken)
            text = next(free, None) or _with_id(row, taken)
            names[row.key_values[0]] = text
            taken.add(folded(text))
    return {row_id: names[row_id] for row_id in own}


def _name(row: NamedRow) -> str:
    return str(getattr(row, "name", None) or row.key_values[0])


def _told_by(rows: Sequence[NamedRow], columns: Sequence[str]) -> list[str]:
    """Put the cells of some columns after the name of rows of one name; "" where another row has the same ones."""
    cells = [[str(getattr(row, column, None) or "") for column in columns] for row in rows]
    known = [folded(", ".join(parts)) for parts in cells]
    return [
        f"{_name(row)} ({', '.join(parts)})" if all(parts) and known.count(key) == 1 else ""
        for row, parts, key in zip(rows, cells, known, strict=True)
    ]


def _with_id(row: NamedRow, taken: set[str]) -> str:
    """Put the id after a name, again where somebody gave another row that very name."""
    text = _name(row)
    while True:
        text = f"{text} ({row.key_values[0]})"
        if folded(text) not in taken:
            return text


def told_apart[R: NamedRow](rows: Sequence[R]) -> tuple[R, ...]:
    """Return rows of one table that each go by a name of their own."""
    names = distinct_names(rows)
    return tuple(_with(row, label=names[row.key_values[0]]) for row in rows)


def told_of_effects(goals: Sequence[Goal], effects: Iterable[Effect]) -> tuple[Goal, ...]:
    """Return goals that know the most that any effect moves them."""
    most: dict[str, float] = {}
    for effect in effects:
        sizes = (effect.low, effect.central, effect.high)
        largest = max(abs(size) for size in sizes if size is not None)
        most[effect.goal_id] = max(largest, most.get(effect.goal_id, 0.0))
    return tuple(_with(goal, moved_by=most.get(goal.goal_id, 0.0)) for goal in goals)


def _with[R: NamedRow](row: R, **known: Any) -> R:
    """Return a row that knows something of its scenario; it is no cell, so that rows stay equal and hash alike."""
    if all(getattr(row, name) == value for name, value in known.items()):
        return row
    copied = row.model_copy()
    copied.__dict__.update(known)
    return copied


def group_names(cells: Mapping[str, str | None]) -> dict[str, str]:
    """Name what rows are grouped by, such as their lead, by row id; spellings that people call the same are one group.

    A group goes by the spelling that most rows have, the first of those. Rows without a cell are left out.
    """
    spelled: dict[str, list[str]] = {}
    for text in cells.values():
        if text:
            spelled.setdefault(folded(text), []).append(text)
    usual = {key: max(texts, key=texts.count) for key, texts in spelled.items()}
    return {row_id: usual[folded(text)] for row_id, text in cells.items() if text}
