"""What stands above each column of a table: a column of the format however it is spelled, a tag, or nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from prioritiser.errors import Issue
from prioritiser.files.tables.issues import Findings, Grid, Unusable, letter_of
from prioritiser.scenario.headings import is_marked, understood_column
from prioritiser.scenario.schema import Column
from prioritiser.text.suggestions import did_you_mean, nearest

_MOST_LISTED = 12


@dataclass
class Header:
    """What each position holds: a column of the format, the name of a tag, or None.

    letters: of each name. units: what stands in brackets behind a heading, by position. skipped: positions to pass by.
    """

    columns: list[Column | str | None] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    skipped: Collection[int] = ()


@dataclass
class Understood:
    """Spellings that were taken for what they mean, for one notice a table."""

    file: str
    headings: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[str, str], int] = field(default_factory=dict)

    def cell(self, written: str, meant: str) -> None:
        """Count a cell that was taken for what it means."""
        self.cells[written, meant] = self.cells.get((written, meant), 0) + 1

    def notice(self) -> list[str]:
        """Say every spelling that was understood, in one notice; nothing when there was none."""
        said = [f'column "{written}" as {meant}' for written, meant in self.headings.items()]
        for (written, meant), count in self.cells.items():
            said.append(f'"{written}" as {meant}{f" ({count} cells)" if count > 1 else ""}')
        if not said:
            return []
        more = f" and {len(said) - _MOST_LISTED} more" if len(said) > _MOST_LISTED else ""
        return [f"{self.file}: read as meant: {', '.join(said[:_MOST_LISTED])}{more}."]


def read_header(
    grid: Grid,
    texts: Sequence[str | Unusable],
    known: Mapping[str, Column],
    skipped: Collection[int],
    findings: Findings,
) -> tuple[Header, Understood]:
    """Read the header of a grid; texts: of each heading; known: columns by name."""
    header, understood = Header(skipped=skipped), Understood(grid.file)
    plain = [column.name for column in known.values() if not column.per_year]
    years = [column.name for column in known.values() if column.per_year]
    written: dict[str, str] = {}
    for position, text in enumerate(texts):
        letter = letter_of(position)
        if isinstance(text, Unusable):
            fields = (text.found, text.expected, text.fix, letter)
            findings.issues.append(Issue(grid.file, grid.header_row, "", *fields))
            header.columns.append(None)
            continue
        if position in skipped or not text:
            header.columns.append(None)
            continue
        meant, unit = understood_column(text, plain, years) or (text, "")
        if meant in header.letters:
            also = f' (written "{written[meant]}")' if written[meant] != text else ""
            found = f'"{text}" is already column {header.letters[meant]}{also}'
            fix = "Delete one of them or rename it."
            findings.issues.append(Issue(grid.file, grid.header_row, meant, found, "Each column once.", fix, letter))
            header.columns.append(None)
            continue
        written[meant], header.letters[meant] = text, letter
        header.columns.append(known.get(meant, meant))
        if meant in known and meant != text:
            understood.headings[text] = meant
        if unit:
            header.units[position] = unit
    _check_names(header, grid, known, findings)
    return header, understood


def _check_names(header: Header, grid: Grid, known: Mapping[str, Column], findings: Findings) -> None:
    unknown = [name for name in header.columns if isinstance(name, str)]
    meant = set()
    for column in known.values():
        if not column.required or column.name in header.letters:
            continue
        near = nearest(column.name, unknown)
        meant.add(near)
        fix = f'Did you mean column {header.letters[near]}, "{near}"?' if near else "Add it to the header."
        said = f"the column {column.name} is missing."
        fields = ("missing", f"A column {column.name}.", fix)
        findings.issues.append(Issue(grid.file, grid.header_row, column.name, *fields, said=said))
    absent = [name for name in known if name not in header.letters]
    for name in unknown:
        begun = [column for column in absent if column.startswith(f"{name}_")]
        hint = did_you_mean(name, absent) if name not in meant and not is_marked(name) else ""
        hint = f'Did you mean "{begun[0]}"?' if hint and begun else hint
        if hint:
            findings.notices.append(f'{grid.file}: column "{name}" is kept as a tag. {hint}')
