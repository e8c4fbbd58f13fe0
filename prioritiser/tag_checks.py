"""Figures under a heading that no table knows: nothing that looks like a figure is left out in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prioritiser.draft import Draft
from prioritiser.errors import Issue
from prioritiser.headings import heading_parts, looks_like_year, possible_years
from prioritiser.numbers import is_amount_with_words, is_figure, says_nothing
from prioritiser.schema import TABLES, Column, Row, columns_of
from prioritiser.spelling import folded
from prioritiser.words import nearest

TAG = "tag:"
_WITH_FIGURES = ("goals", "resources", "uses", "effects")
_MOST_NAMED = 3
_A_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class _Table:
    """What the messages about a table need of it, worked out once. absent: its years that no row gives a figure for."""

    row_type: type[Row]
    file: str
    years: tuple[str, ...]
    absent: tuple[str, ...]
    resources: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.row_type.table

    @classmethod
    def of(cls, row_type: type[Row], rows: Sequence[Row], draft: Draft) -> _Table:
        yearly = row_type.year_field
        given = {year for row in rows for year in getattr(row, yearly)} if yearly else set()
        given |= draft.tables[row_type.table].columns  # its cells may be wrong, which is said of each
        absent = tuple(year for year in draft.years if year not in given)
        ids = (getattr(row, "resource_id", None) for row in rows) if row_type.table == "resources" else ()
        return cls(row_type, draft.file(row_type.table), draft.years, absent, tuple(str(name) for name in ids if name))


def find_figure_tags(draft: Draft) -> Iterator[Issue]:
    """Find each unknown column that holds figures and is not marked as a tag."""
    for row_type in TABLES if draft.years else ():  # without the years, columns of numbers are not known
        rows = [row for _, row in draft.tables[row_type.table].everything()]
        texts: dict[str, dict[str, None]] = {}
        for row in rows:
            for tag, text in row.tags.items():
                texts.setdefault(tag, {})[text] = None
        table = _Table.of(row_type, rows, draft) if texts else None
        for tag in sorted(texts):
            if table is None or is_marked(tag):
                continue
            near = _near_figure(tag, row_type, draft.years)
            if (near or table.name in _WITH_FIGURES) and _holds_figures(tag, [*texts[tag]], table.name):
                yield _issue(tag, near, table)


def is_marked(tag: str) -> bool:
    """Whether a heading says itself that it is a tag."""
    return folded(tag).replace(" ", "").startswith(TAG)


def _holds_figures(tag: str, texts: Sequence[str], table: str) -> bool:
    figures = [text for text in texts if is_figure(text)]
    if any(not _A_YEAR.fullmatch(text) for text in figures):
        return True
    if figures and len(figures) == len(texts):  # beside text, a year is more likely a date than an amount
        return True
    if all(is_figure(text) or is_amount_with_words(text) for text in texts):
        return True
    per_year = table in ("goals", "resources", "uses")
    return per_year and looks_like_year(tag) and all(is_figure(text) or says_nothing(text) for text in texts)


def _near_figure(tag: str, row_type: type[Row], years: Sequence[str]) -> str:
    """Name the column of figures whose name is near; nothing where there is none."""
    figures = [column.name for column in columns_of(row_type, years) if column.numeric]
    name = heading_parts(tag)[0].replace(" ", "_")
    return nearest(name, figures) or next((figure for figure in figures if figure.startswith(f"{name}_")), "")


def _issue(tag: str, near: str, table: _Table) -> Issue:
    columns = {column.name: column for column in columns_of(table.row_type, table.years)}
    yearly = table.name in ("goals", "resources") and (looks_like_year(tag) or not near)
    if yearly:
        near = next((year for year in possible_years(tag, table.years)), near)
    blank = _blank_means(table) if yearly else ""
    if not blank and table.name == "uses":
        blank = "Left out, it would mean 0: nothing used in those years."
    if not blank and near and (meaning := columns[near].blank):
        blank = f"Left out, {near} would be {meaning}."
    known = f"Years are {', '.join(table.years)}." if yearly else f"Columns are {', '.join(_figure_names(columns))}."
    fix = f"{_rename(tag, near, table.years)} If it is a tag, begin its heading with {TAG}"
    found = f'"{tag}" holds numbers and is not a column of {table.name}'
    return Issue(table.file, 1, tag, found, f"{blank} {known}".strip(), fix)


def _rename(tag: str, near: str, years: Sequence[str]) -> str:
    possible = possible_years(tag, years) if looks_like_year(tag) else []
    if len(possible) > 1:
        return f"It could be {' or '.join(possible)}: write the one that is meant."
    return f'Did you mean "{near}"?' if near else "Write the name of the column that is meant."


def _figure_names(columns: Mapping[str, Column]) -> list[str]:
    names = [name for name, column in columns.items() if column.numeric]
    per_year = [name for name in names if columns[name].per_year]
    if len(per_year) > 2:
        first = names.index(per_year[0])
        names[first : first + len(per_year)] = [f"{per_year[0]} to {per_year[-1]}"]
    return names


def _blank_means(table: _Table) -> str:
    """Say what a table would mean without the column: for capacities no limit, for targets no score."""
    if not table.absent:
        return ""
    when = "any year" if len(table.absent) == len(table.years) else ", ".join(table.absent)
    if table.name == "goals":
        return f"Left out, no goal would have a target in {when}."
    more = len(table.resources) - _MOST_NAMED
    named = ", ".join(table.resources[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"Left out, {named or 'the resource'} would have no limit in {when}."
