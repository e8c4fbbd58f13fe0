"""Groups that rules name, such as lead=Acute trust: every initiative whose cell people would call the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from prioritiser.scenario.headings import plain_name
from prioritiser.scenario.schema import Initiative, cell_text
from prioritiser.text.spelling import folded


@dataclass(frozen=True)
class Group:
    """The initiatives of a group, by id, and how their cells are written otherwise than the rule writes them."""

    initiatives: tuple[str, ...] = ()
    other_spellings: tuple[str, ...] = ()


class Groups:
    """The cells of initiatives by column and value, looked up by what is equal for their spellings."""

    def __init__(self, initiatives: Iterable[Initiative], years: Sequence[str]) -> None:
        self._cells: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._names: list[str] = []
        self._filled: dict[str, set[str]] = {}
        for row in initiatives:
            self._names.append(row.initiative_id)
            for column, cell in row.cells(years).items():
                text = cell_text(cell)
                self._filled.setdefault(plain_name(column), set()).add(row.initiative_id)
                self._cells.setdefault((plain_name(column), folded(text)), []).append((row.initiative_id, text))

    def values(self, column: str) -> list[str]:
        """The different cells of a column, each as it is written first; blank ones are left out."""
        return [cells[0][1] for (name, _), cells in self._cells.items() if name == plain_name(column)]

    def named(self, subject: str) -> Group:
        """Return the group that a rule's subject names: `column=value`, `column=` for blanks, or one initiative."""
        if "=" not in subject:
            return Group((subject,))
        column, value = (part.strip() for part in subject.split("=", 1))
        if not value:
            filled = self._filled.get(plain_name(column), set())
            return Group(tuple(name for name in self._names if name not in filled))
        cells = self._cells.get((plain_name(column), folded(value)), [])
        others = dict.fromkeys(text for _, text in cells if text != value)
        return Group(tuple(dict.fromkeys(name for name, _ in cells)), tuple(others))


def group_json(rule_id: str, subject: str, group: Group) -> dict[str, Any]:
    """Show a rule's group as plain values."""
    return {
        "rule": rule_id,
        "group": subject,
        "initiatives": list(group.initiatives),
        "other_spellings": list(group.other_spellings),
    }
