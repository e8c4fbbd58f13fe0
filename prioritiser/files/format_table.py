"""Format 1 in words, generated from the schema: the README's table and the template's COLUMNS.md."""

import re
import sys
from pathlib import Path

from prioritiser.scenario.schema import OPTIONAL_TABLES, TABLES, Column, Row, columns_of

START = "<!-- format table: start -->"
END = "<!-- format table: end -->"
_EXAMPLE_YEARS = ("2026/27", "2027/28")


def format_table() -> str:
    """Write the columns of every table as Markdown, one table each."""
    parts = [
        "A blank cell is 'not given', never zero: where a blank means something, the column says what. "
        "An id is 1 to 64 letters A-Z a-z, digits, spaces, `.`, `_` or `-`, beginning with a letter or digit. "
        "Columns that are not listed are kept as text tags; in goals, resources, uses and effects one that holds "
        "figures needs a heading that begins with `tag:`."
    ]
    for row_type in TABLES:
        optional = " (optional)" if row_type.table in OPTIONAL_TABLES else ""
        parts.append(f"**`{row_type.table}.csv`**{optional}: {_summary(row_type)}")
        parts.append("\n".join([*_HEAD, *(_line(column) for column in _columns(row_type))]))
    return "\n\n".join(parts) + "\n"


_HEAD = ("| column | blank means | unit | what it holds |", "|---|---|---|---|")


def put_into(text: str) -> str:
    """Put the table between the markers of a Markdown text; a text without markers gets them at its end."""
    section = f"{START}\n{format_table()}{END}"
    if START not in text:
        return f"{text.rstrip()}\n\n{section}\n".lstrip()
    return re.sub(f"{re.escape(START)}.*?{re.escape(END)}", lambda _: section, text, count=1, flags=re.DOTALL)


def _summary(row_type: type[Row]) -> str:
    return (row_type.__doc__ or "").splitlines()[0]


def _columns(row_type: type[Row]) -> list[Column]:
    """The columns of a table; those of the years once, by the first, with the name of the last."""
    columns = [column for column in columns_of(row_type, _EXAMPLE_YEARS) if not column.per_year]
    yearly = [column for column in columns_of(row_type, _EXAMPLE_YEARS) if column.per_year]
    if yearly:
        position = columns_of(row_type, _EXAMPLE_YEARS).index(yearly[0])
        columns.insert(position, yearly[0])
    return columns


def _line(column: Column) -> str:
    name = f"`{column.name}`"
    if column.per_year:
        name = "`year_1` ... `year_T`" if column.name == "year_1" else "one column for each year label"
    blank = "**required**" if column.required else column.blank
    if column.per_year:
        blank = {"year_1": "0 (the column `year_1` is **required**)"}.get(column.name, "")
    return f"| {name} | {blank} | {column.unit} | {column.description}{_range(column)} |"


def _range(column: Column) -> str:
    if column.minimum is None:
        return ""
    if column.maximum is None:
        return "" if column.per_year else f" {column.minimum:g} or more."
    return f" From {column.minimum:g} to {column.maximum:g}."


if __name__ == "__main__":
    for name in sys.argv[1:]:
        readme = Path(name)
        readme.write_text(put_into(readme.read_text(encoding="utf-8")), encoding="utf-8")
