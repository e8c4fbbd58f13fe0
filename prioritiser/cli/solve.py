"""Command `solve`: which portfolio, when, and what does it achieve?"""

from pathlib import Path
from typing import Annotated

import typer

from prioritiser.analysis.stability.stability import Stable, keep_most
from prioritiser.cli.shared.common import Asked, Output, cancelled_by_interrupt, command, write_json, write_portfolio
from prioritiser.cli.shared.console import note_lines, solve_text
from prioritiser.errors import ScenarioError, SettingsError
from prioritiser.evaluation.plan import Plan
from prioritiser.files.plan_file import read_plan_file
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted, percent


@command()
def solve(
    asked: Asked,
    horizons: Annotated[bool, typer.Option(help="Measure ambidexterity by horizon too.")] = False,
    keep: Annotated[Path | None, typer.Option(metavar="PLAN", help="Keep most of this plan (.csv or .json).")] = None,
    changes: Annotated[int | None, typer.Option(metavar="N", help="With --keep: at most N changes.")] = None,
    penalty: Annotated[float | None, typer.Option(metavar="P", help="With --keep: price of each change.")] = None,
    output: Output = None,
) -> None:
    """Which portfolio, when, and what does it achieve?"""
    asked.check(output, (".json", ".csv", ".xlsx"))
    found, settings = asked.read()
    if keep is None:
        if changes is not None or penalty is not None:
            raise SettingsError("--changes and --penalty need --keep PLAN: the plan to keep most of.")
        with cancelled_by_interrupt() as stop:  # the first Ctrl-C keeps the best plan found
            portfolio = Optimiser(found).solve(
                settings, gap=asked.gap, time_limit=asked.time_limit, horizons=horizons, stop=stop
            )
        added, more = {}, ""
    else:
        stable = _kept(found, settings, read_kept_plan(found, keep), (changes, penalty), asked)
        portfolio, added, more = stable.portfolio, {"keep": stable.as_json()}, f"\n{keep_text(stable)}"
    if output is None:
        typer.echo(solve_text(portfolio) + more)
    elif Path(output).suffix.lower() in (".csv", ".xlsx"):
        write_portfolio(portfolio, output)
    else:
        write_json(portfolio.as_json() | added, output)


def _kept(
    scenario: Scenario, settings: Settings, plan: Plan, how: tuple[int | None, float | None], asked: Asked
) -> Stable:
    limit, penalty = how
    with cancelled_by_interrupt() as stop:
        budget = asked.budget(stop)
        return keep_most(
            Optimiser(scenario), settings, plan, limit=limit, penalty=penalty, gap=asked.gap, budget=budget
        )


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
