"""Files that are made to hang or swell what reads them are refused, or read, by counting. benchmarks/bombs.py measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from prioritiser.files.scenario_files import inspect_scenario
from tests.bombs import BOMBS
from tests.depth import thorough

READ = {"long_styles", "defined_names"}  # what is large in them is passed by
SAID = {
    "million_strings": "more than 1,500,000 cells, rows and other marks",
    "long_strings": "more than 25,000,000 characters",
    "one_string": "more than 25,000,000 characters",
    "many_formats": "more than 65,536 formats of cells",
    "empty_rows": "a row 0 after row 0",
    "blank_cells": "more than 1,500,000 cells, rows and other marks",
    "wide_rows": "packed more than 200 times smaller",
    "full_cells": "more than 1,500,000 cells, rows and other marks",
    "merged_cells": "more than 20,000 blocks of merged cells",
    "deep_xml": "more than 100 deep",
    "toml_dots": "a line of thousands of dots",
    "toml_headers": "more than 10,000 dots in keys",
    "toml_what_ifs": "10,000 what-ifs",
    "toml_locks": "is not in initiatives.csv",
    "toml_lists": "lists nested too deeply",
    "toml_digits": "not valid TOML",
    "wrong_rows": "more than 2,000 wrong cells",
    "unknown_ids": "is not in initiatives.csv",
    "wide_table": "more than 1,000,000 cells",
    "long_table": "holds numbers and is not a column of uses",
    "quoted_cell": "a cell that goes on for pages",
    "many_columns": "columns up to BDWGN",
}


def test_every_bomb_has_its_answer() -> None:
    assert set(BOMBS) == READ | set(SAID)


# Most of a second each; another of those below is refused in the same words, or at the same place.
SLOW = {"defined_names", "long_strings", "long_styles", "long_table", "one_string"}
SLOW |= {"million_strings", "blank_cells", "toml_locks"}


@pytest.mark.parametrize("name", [thorough(name) if name in SLOW else name for name in sorted(BOMBS)])
def test_bomb_is_refused_or_read_by_counting(name: str, tmp_path: Path) -> None:
    reading = inspect_scenario(BOMBS[name](tmp_path))
    if name in READ:
        assert reading.scenario is not None
    else:
        assert SAID[name] in str(reading.issues[-1])
