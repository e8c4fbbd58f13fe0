"""Rows of a table as plain named tuples."""

from typing import Any

import pandas as pd


def rows_of(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table, each with a column as an attribute (pandas has no type for such a row)."""
    return list(table.itertuples(index=False))
