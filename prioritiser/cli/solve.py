"""Commands `solve` and `export`: which portfolio, when, and what does it achieve?"""

from __future__ import annotations

from typing import Annotated

import typer

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
    check_effort,
    known_ending,
    solved,
    write_portfolio,
)
from prioritiser.console import solve_text
from prioritiser.optimise import DEFAULT_GAP


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
    output: Output = None,
) -> None:
    """Which portfolio, when, and what does it achieve?"""
    known_ending(output, (".json", ".csv", ".xlsx"))
    check_effort(gap, time_limit)
    found, settings = asked(scenario, what_if, weights, balance, case, (capacity, lock, without))
    portfolio = solved(found, settings, gap, time_limit, horizons)
    if output is None:
        typer.echo(solve_text(portfolio))
    else:
        write_portfolio(portfolio, output)


@app.command()
def export(  # noqa: PLR0913, PLR0917 - one parameter an option
    scenario: ScenarioPath,
    output: Annotated[str, typer.Option(help="FILE.csv (the plan) or FILE.xlsx (the whole answer).")],
    weights: Weights = None,
    balance: Balance = None,
    case: CaseName = None,
    what_if: WhatIfName = None,
    capacity: Capacity = None,
    lock: Lock = None,
    without: Without = None,
    gap: Gap = DEFAULT_GAP,
    time_limit: TimeLimit = None,
) -> None:
    """Take the recommended portfolio away as a file."""
    known_ending(output, (".csv", ".xlsx"))
    check_effort(gap, time_limit)
    found, settings = asked(scenario, what_if, weights, balance, case, (capacity, lock, without))
    write_portfolio(solved(found, settings, gap, time_limit, False), output)
    typer.echo(f"Wrote {output}.")
