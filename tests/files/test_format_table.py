"""The format's table in words comes from the schema alone."""

from __future__ import annotations

from prioritiser.files.format_table import END, START, format_table, put_into
from prioritiser.scenario.schema import TABLES, columns_of
from tests.places import ROOT

README = ROOT / "README.md"


def test_readme_holds_the_table_when_the_schema_changes() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.count(START) == 1
    between = text.partition(START)[2].partition(END)[0]
    assert between == f"\n{format_table()}", "run: python -m prioritiser.files.format_table README.md"


def test_table_names_every_column_when_written() -> None:
    table = format_table()
    for row_type in TABLES:
        assert f"**`{row_type.table}.csv`**" in table
        for column in columns_of(row_type, ()):
            assert f"| `{column.name}` |" in table
            assert column.description in table


def test_table_says_what_a_blank_means_when_there_is_a_default() -> None:
    table = format_table()
    assert "| `zero_level` | the baseline | goal's unit | Level that counts as no progress. |" in table
    assert "| `goal_id` | **required** |  | Short id of the goal. |" in table
    assert "| `year_1` ... `year_T` | 0 (the column `year_1` is **required**) |" in table


def test_section_is_replaced_when_it_is_there_and_added_when_not() -> None:
    once = put_into("# Title\n")
    assert once == f"# Title\n\n{START}\n{format_table()}{END}\n"
    assert put_into(once.replace("| unit |", "| old |") + "\nafter\n") == once + "\nafter\n"
    assert put_into("") == f"{START}\n{format_table()}{END}\n"
