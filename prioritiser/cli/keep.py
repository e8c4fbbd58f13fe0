"""The plan that `--keep` names: read from a CSV as `export` writes it, or from the JSON of `solve`."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd

from prioritiser.analysis.stability import Stable
from prioritiser.errors import ScenarioError, SettingsError
from prioritiser.outcome import read_plan
from prioritiser.plans import Plan
from prioritiser.scenario import Scenario
from prioritiser.wording import counted, percent

_MOST_BYTES = 10_000_000


def read_kept_plan(scenario: Scenario, path: Path) -> Plan:
    """Read a plan of this scenario; raises SettingsError with everything that is wrong."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SettingsError(f"--keep {path}: more than 10 MB. Give a plan as `export` writes it.")
        text = path.read_text(encoding="utf-8-sig")
        rows = _json_rows(text) if path.suffix.lower() == ".json" else list(csv.DictReader(text.splitlines()))
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        expected = "a plan as .csv or .json, as `export` and `solve` write it"
        raise SettingsError(f"--keep {path}: expected {expected} ({error}).") from error
    known = {"initiative_id", "share", "start"}
    if rows and not known <= rows[0].keys():
        raise SettingsError(f"--keep {path}: expected the columns initiative_id, share and start.")
    shares = [_share(str(row["share"])) for row in rows]
    table = pd.DataFrame(
        {
            "initiative_id": [row["initiative_id"] for row in rows],
            "share": pd.Series(shares, dtype=object),
            "start": [row["start"] for row in rows],
        }
    )
    try:
        return read_plan(scenario, table)
    except ScenarioError as error:
        raise SettingsError(f"--keep {path}: {error}") from error


def _json_rows(text: str) -> list[dict[str, Any]]:
    return [{"initiative_id": row["id"], **row} for row in json.loads(text)["initiatives"]]


def _share(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def keep_text(stable: Stable) -> str:
    """Say how much of the plan was kept and what that costs."""
    changes = f"{counted(stable.changes, 'change')} of the last plan, where {stable.free_changes} would be best"
    return f"Keeps all but {changes}: that gives up {percent(stable.price, 2)} of the weighted way to the targets."
