"""The plan that `--keep` names: read from a CSV as `export` writes it, or from the JSON of `solve`."""

from __future__ import annotations

from pathlib import Path

import typer

from prioritiser.analysis.stability import Stable
from prioritiser.console import note_lines
from prioritiser.errors import ScenarioError, SettingsError
from prioritiser.plan_file import read_plan_file
from prioritiser.plans import Plan
from prioritiser.scenario import Scenario
from prioritiser.wording import counted, percent


def read_kept_plan(scenario: Scenario, path: Path) -> Plan:
    """Read a plan of this scenario, and say on stderr what was noticed; raises SettingsError with all that is wrong."""
    try:
        plan, notices = read_plan_file(scenario, path)
    except ScenarioError as error:
        raise SettingsError("\n".join([f"--keep {path}: {error}", *note_lines(error.notices)])) from error
    for line in note_lines(notices):
        typer.echo(line, err=True)
    return plan


def keep_text(stable: Stable) -> str:
    """Say how much of the plan was kept and what that costs."""
    changes = f"{counted(stable.changes, 'change')} of the last plan, where {stable.free_changes} would be best"
    return f"Keeps all but {changes}: that gives up {percent(stable.price, 2)} of the weighted way to the targets."
