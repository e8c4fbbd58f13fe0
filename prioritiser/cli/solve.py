"""Command `solve`: which portfolio, when, and what does it achieve?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prioritiser.analysis.stability import Stable, keep_most
from prioritiser.cli.common import (
    Balance,
    Capacity,
    CaseName,
    Gap,
    Lock,
    Output,
    ScenarioPath,
    TimeLimit,
    Weights,
    WhatIfName,
    Without,
    app,
    asked,
    cancelled_by_interrupt,
    check_effort,
    known_ending,
    solved,
    write_json,
    write_portfolio,
)
from prioritiser.cli.keep import keep_text, read_kept_plan
from prioritiser.console import solve_text
from prioritiser.errors import SettingsError
from prioritiser.found import Budget
from prioritiser.optimise import DEFAULT_GAP, Optimiser
from prioritiser.plans import Plan
from prioritiser.scenario import Scenario, Settings


@app.command()
def solve(  # noqa: PLR0913, PLR0917 - one parameter an option
    scenario: ScenarioPath,
    weights: Weights = None,
    balance: Balance = None,
    case: CaseName = None,
    what_if: WhatIfName = None,
    capacity: Capacity = None,
    lock: Lock = None,
    without: Without = None,
    gap: Gap = DEFAULT_GAP,
    time_limit: TimeLimit = None,
    horizons: Annotated[bool, typer.Option(help="Measure ambidexterity by horizon too.")] = False,
    keep: Annotated[Path | None, typer.Option(metavar="PLAN", help="Keep most of this plan (.csv or .json).")] = None,
    changes: Annotated[int | None, typer.Option(metavar="N", help="With --keep: at most N changes.")] = None,
    penalty: Annotated[float | None, typer.Option(metavar="P", help="With --keep: price of each change.")] = None,
    output: Output = None,
) -> None:
    """Which portfolio, when, and what does it achieve?"""
    known_ending(output, (".json", ".csv", ".xlsx"))
    check_effort(gap, time_limit)
    found, settings = asked(scenario, what_if, weights, balance, case, (capacity, lock, without))
    if keep is None:
        if changes is not None or penalty is not None:
            raise SettingsError("--changes and --penalty need --keep PLAN: the plan to keep most of.")
        portfolio, added, more = solved(found, settings, gap, time_limit, horizons), {}, ""
    else:
        stable = _kept(found, settings, read_kept_plan(found, keep), (changes, penalty), (gap, time_limit))
        portfolio, added, more = stable.portfolio, {"keep": stable.as_json()}, f"\n{keep_text(stable)}"
    if output is None:
        typer.echo(solve_text(portfolio) + more)
    elif Path(output).suffix.lower() in (".csv", ".xlsx"):
        write_portfolio(portfolio, output)
    else:
        write_json(portfolio.as_json() | added, output)


def _kept(
    scenario: Scenario,
    settings: Settings,
    plan: Plan,
    how: tuple[int | None, float | None],
    effort: tuple[float, float | None],
) -> Stable:
    limit, penalty = how
    gap, time_limit = effort
    with cancelled_by_interrupt() as stop:
        budget = Budget.of(time_limit, stop)
        return keep_most(Optimiser(scenario), settings, plan, limit=limit, penalty=penalty, gap=gap, budget=budget)
