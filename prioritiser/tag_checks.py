"""Figures under a heading that no table knows: nothing that looks like a figure is left out in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

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


def find_figure_tags(draft: Draft) -> Iterator[Issue]:
    """Find each unknown column that holds figures and is not marked as a tag."""
    for row_type in TABLES if draft.years else ():  # without the years, columns of numbers are not known
        rows = [row for _, row in draft.tables[row_type.table].everything()]
        texts: dict[str, list[str]] = {}
        for row in rows:
            for tag, text in row.tags.items():
                texts.setdefault(tag, []).append(text)
        for tag in sorted(texts):
            if is_marked(tag) or not _holds_figures(tag, texts[tag], row_type.table):
                continue
            if row_type.table in _WITH_FIGURES or _near_figure(tag, row_type, draft.years):
                yield _issue(tag, row_type, rows, draft)


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


def _issue(tag: str, row_type: type[Row], rows: Sequence[Row], draft: Draft) -> Issue:
    file, near = draft.file(row_type.table), _near_figure(tag, row_type, draft.years)
    columns = {column.name: column for column in columns_of(row_type, draft.years)}
    given = {name for row in rows for name in row.cells(draft.years)}
    yearly = row_type.table in ("goals", "resources") and (looks_like_year(tag) or not near)
    if yearly:
        near = next((year for year in possible_years(tag, draft.years)), near)
    blank = _blank_means(row_type.table, rows, draft.years, given) if yearly else ""
    if not blank and row_type.table == "uses":
        blank = "Left out, it would mean 0: nothing used in those years."
    if not blank and near and (meaning := columns[near].blank):
        blank = f"Left out, {near} would be {meaning}."
    known = f"Years are {', '.join(draft.years)}." if yearly else f"Columns are {', '.join(_figure_names(columns))}."
    fix = f"{_rename(tag, near, draft.years)} If it is a tag, begin its heading with {TAG}"
    found = f'"{tag}" holds numbers and is not a column of {row_type.table}'
    return Issue(file, 1, tag, found, f"{blank} {known}".strip(), fix)


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


def _blank_means(table: str, rows: Sequence[Row], years: Sequence[str], given: set[str]) -> str:
    """Say what a table would mean without the column: for capacities no limit, for targets no score."""
    absent = [year for year in years if year not in given]
    if not absent:
        return ""
    when = "any year" if len(absent) == len(years) else ", ".join(absent)
    if table == "goals":
        return f"Left out, no goal would have a target in {when}."
    ids = [str(getattr(row, "resource_id", None)) for row in rows if getattr(row, "resource_id", None)]
    named = ", ".join(ids[:_MOST_NAMED]) + (f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else "")
    return f"Left out, {named or 'the resource'} would have no limit in {when}."
