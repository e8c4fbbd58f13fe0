"""The command line: arguments to calls, answers to files, errors to exit codes."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import Abort, Exit, TyperException

from prioritiser.console import compare_text, solve_text
from prioritiser.errors import (
    InfeasibleError,
    NoAnswerError,
    PrioritiserError,
    ScenarioError,
    SettingsError,
)
from prioritiser.files import read_scenario
from prioritiser.optimise import DEFAULT_GAP, Optimiser
from prioritiser.options import parse_changes
from prioritiser.portfolio import Portfolio
from prioritiser.scenario import Scenario, Settings
from prioritiser.whole_files import write_whole
from prioritiser.wording import counted

EXIT_CODES: dict[type[Exception], int] = {
    SettingsError: 2,
    ScenarioError: 3,
    InfeasibleError: 4,
    NoAnswerError: 5,
}

app = typer.Typer(
    name="prioritiser",
    help="Choose a portfolio of improvement initiatives for a health system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ScenarioPath = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A folder, a .zip or an .xlsx.")]
Output = Annotated[str | None, typer.Option(help="FILE.json, .csv or .xlsx; - is JSON on stdout and nothing else.")]
Weights = Annotated[str | None, typer.Option(metavar="N,L,T", help="Weights of national, local and long-term goals.")]
Balance = Annotated[float | None, typer.Option(help="0 to 1: how much the least served tier counts.")]
CaseName = Annotated[str | None, typer.Option("--case", help="Size of effects: low, central or high.")]
WhatIfName = Annotated[str | None, typer.Option("--what-if", metavar="NAME", help="A what-if of the scenario.")]
Capacity = Annotated[list[str] | None, typer.Option(metavar="RESOURCE[@YEAR]=FACTOR", help="Factor on a capacity.")]
Lock = Annotated[list[str] | None, typer.Option(metavar="INITIATIVE=in|out|YEAR", help="Keep in, keep out, or start.")]
Without = Annotated[list[str] | None, typer.Option(metavar="RULE", help="Switch a rule off.")]
Gap = Annotated[float, typer.Option(help="Relative gap at which to stop; 0 is proved best.")]
TimeLimit = Annotated[float | None, typer.Option(metavar="S", help="Seconds.")]


@app.callback()
def _options(debug: Annotated[bool, typer.Option(help="Show the traceback of an error.")] = False) -> None:
    """Choose a portfolio of improvement initiatives for a health system."""


@app.command()
def new(path: Annotated[Path, typer.Argument(help="A folder to make, or a workbook ending in .xlsx.")]) -> None:
    """Start a scenario: a commented template folder, or a workbook."""
    from prioritiser.template import write_template  # noqa: PLC0415 - only this command needs the workbook writer

    write_template(path)
    typer.echo(f"Wrote {path}. Next: prioritiser check {path}")


@app.command()
def check(scenario: ScenarioPath, output: Output = None) -> None:
    """Is it valid? Every problem at once, with file, row and column."""
    _known_ending(output, (".json",))
    try:
        found = read_scenario(scenario)
    except ScenarioError as error:
        issues = [issue.as_json() for issue in error.issues]
        if output is not None:
            _write_json({"valid": False, "issues": issues, "notices": []}, output)
        raise
    if output is not None:
        _write_json({"valid": True, "issues": [], "notices": list(found.notices)}, output)
        return
    counts = ", ".join(
        counted(len(found.rows(table)), table.removesuffix("s"))
        for table in ("goals", "initiatives", "resources", "rules")
    )
    typer.echo(f"{found.title} is valid: {counts}.")
    for notice in found.notices:
        typer.echo(f"Note: {notice}")


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
    _known_ending(output, (".json", ".csv", ".xlsx"))
    _check_effort(gap, time_limit)
    changes = parse_changes(weights, balance, case, (capacity, lock, without))
    found = read_scenario(scenario)
    settings = found.settings_for(what_if, changes)
    portfolio = _solved(found, settings, gap, time_limit, horizons)
    if output is None:
        typer.echo(solve_text(portfolio))
    else:
        _write_portfolio(portfolio, output)


@app.command()
def compare(  # noqa: PLR0913, PLR0917 - one parameter an option
    scenario: ScenarioPath,
    weights: Weights = None,
    balance: Balance = None,
    case: CaseName = None,
    what_if: Annotated[list[str] | None, typer.Option("--what-if", metavar="NAME", help="Only these what-ifs.")] = None,
    capacity: Capacity = None,
    lock: Lock = None,
    without: Without = None,
    gap: Gap = DEFAULT_GAP,
    time_limit: TimeLimit = None,
    output: Output = None,
) -> None:
    """The what-ifs side by side, and against today's plan."""
    from prioritiser.analysis.compare import compare as compared  # noqa: PLC0415 - the command has the name
    from prioritiser.analysis.compare import options_json  # noqa: PLC0415
    from prioritiser.exports.compare_files import compare_csv, compare_xlsx  # noqa: PLC0415

    _known_ending(output, (".json", ".csv", ".xlsx"))
    _check_effort(gap, time_limit)
    changes = parse_changes(weights, balance, case, (capacity, lock, without))
    found = read_scenario(scenario)
    names = None if not what_if else [found.what_if(name).name for name in what_if]
    with _cancelled_by_interrupt() as stop:
        options = list(compared(found, changes, names, gap=gap, time_limit=time_limit, stop=stop, progress=_progress()))
    if output is None:
        typer.echo(compare_text(options))
    elif output.endswith(".csv"):
        write_whole(Path(output), compare_csv(options))
    elif output.endswith(".xlsx"):
        write_whole(Path(output), compare_xlsx(options))
    else:
        _write_json(options_json(options), output)


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
    _known_ending(output, (".csv", ".xlsx"))
    _check_effort(gap, time_limit)
    changes = parse_changes(weights, balance, case, (capacity, lock, without))
    found = read_scenario(scenario)
    settings = found.settings_for(what_if, changes)
    _write_portfolio(_solved(found, settings, gap, time_limit, False), output)
    typer.echo(f"Wrote {output}.")


@app.command("app")
def open_app(
    scenario: Annotated[Path | None, typer.Argument(metavar="SCENARIO", help="By default the bundled example.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
) -> None:
    """Open the app on a scenario."""
    from prioritiser.places import bundled  # noqa: PLC0415
    from prioritiser.serve import serve  # noqa: PLC0415 - only this command needs the server

    path = bundled("scenarios", "example-ics") if scenario is None else scenario
    read_scenario(path)
    raise typer.Exit(serve(path.resolve(), port, browser))


def _solved(scenario: Scenario, settings: Settings, gap: float, time_limit: float | None, horizons: bool) -> Portfolio:
    with _cancelled_by_interrupt() as stop:
        return Optimiser(scenario).solve(settings, gap=gap, time_limit=time_limit, horizons=horizons, stop=stop)


def _check_effort(gap: float, time_limit: float | None) -> None:
    if not 0 <= gap < float("inf"):
        raise SettingsError(f"--gap {gap}: a number of 0 or more, such as 0.005.")
    if time_limit is not None and not 0 < time_limit < float("inf"):
        raise SettingsError(f"--time-limit {time_limit}: seconds above 0.")


def _known_ending(output: str | None, endings: tuple[str, ...]) -> None:
    if output is None or (output == "-" and ".json" in endings):
        return
    if Path(output).suffix.lower() not in endings:
        raise SettingsError(f"--output {output}: expected a file ending in {', '.join(endings)}.")
    if not Path(output).absolute().parent.is_dir():
        raise SettingsError(f"--output {output}: there is no folder {Path(output).parent}. Make it first.")


def _write_portfolio(portfolio: Portfolio, output: str) -> None:
    ending = Path(output).suffix.lower()
    if ending == ".csv":
        from prioritiser.exports.tables_csv import plan_csv  # noqa: PLC0415 - only written tables need the writers

        write_whole(Path(output), plan_csv(portfolio))
    elif ending == ".xlsx":
        from prioritiser.exports.workbook_xlsx import portfolio_xlsx  # noqa: PLC0415

        write_whole(Path(output), portfolio_xlsx(portfolio))
    else:
        _write_json(portfolio.as_json(), output)


def _write_json(answer: dict[str, Any], output: str) -> None:
    text = json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if output == "-":
        sys.stdout.write(text)
    else:
        write_whole(Path(output), text.encode("utf-8"))


class _cancelled_by_interrupt:
    """The first Ctrl-C cancels the solve and keeps the best plan found; the second ends the program."""

    def __enter__(self) -> threading.Event:
        stop = threading.Event()

        def cancel(*_: object) -> None:
            stop.set()
            signal.signal(signal.SIGINT, signal.default_int_handler)

        self._before = None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, cancel)
        return stop

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)


def _progress() -> Callable[[str, int, int], None] | None:
    """Show progress on stderr when a person watches."""
    if not sys.stderr.isatty():
        return None

    def show(name: str, done: int, total: int) -> None:
        bar = "█" * done + "░" * (total - done)
        sys.stderr.write(f"\r\033[K{bar} {done}/{total} {name}" if name else "\r\033[K")
        sys.stderr.flush()

    return show


def _own_stdout() -> None:
    """Keep stdout for answers: what the solver's library prints by itself goes nowhere."""
    sys.stdout.flush()
    kept = os.dup(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.close(silence)
    sys.stdout = os.fdopen(kept, "w", encoding="utf-8", newline="\n")


def main() -> None:
    """Run the command line and end the process with its exit code."""
    _own_stdout()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code, as INTERFACES says."""
    debug = "--debug" in arguments
    command = typer.main.get_command(app)
    try:
        code = command.main(arguments, prog_name="prioritiser", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except Exit as ended:
        return int(ended.exit_code)
    except TyperException as error:
        print(f"{error.format_message()} (prioritiser --help)", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, Abort):
        print("Stopped.", file=sys.stderr)
        return 5
    except Exception as error:
        if debug:
            traceback.print_exception(error)
        known = isinstance(error, PrioritiserError | OSError)
        text = str(error) if known else f"{type(error).__name__}: {error} (--debug shows where)"
        print(text if known else text.splitlines()[0], file=sys.stderr)
        return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)


if __name__ == "__main__":
    main()
