"""What every command shares: the options, the scenario and settings asked for, progress, cancel and written answers."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from prioritiser.cli.streams import unfiltered
from prioritiser.errors import SettingsError
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.files.scenario_files import read_scenario
from prioritiser.files.tables.atomic_write import save_file
from prioritiser.optimisation.incumbent import Progress
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.headings import understood_name
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case, Tier
from prioritiser.scenario.settings import Changes, Settings
from prioritiser.text.spelling import escaped, legible
from prioritiser.text.suggestions import did_you_mean

type Repeated = Sequence[str] | None


def parse_changes(
    weights: str | None,
    balance: float | None,
    case: str | None,
    repeated: tuple[Repeated, Repeated, Repeated],
) -> Changes:
    """Read the options that change settings; repeated: --capacity, --lock and --without as given.

    Raises SettingsError with every option that cannot be read.
    """
    problems: list[str] = []
    capacity, lock, without = (list(part or ()) for part in repeated)
    factors = {
        key: _number("--capacity", f"{key}={text}", text, problems)
        for key, text in _pairs("--capacity", capacity, problems)
    }
    chosen = None if weights is None else _weights(weights, problems)
    meant = None if case is None else understood_name(case, Case)
    if case is not None and meant is None:
        problems.append(f"--case {case}: one of {', '.join(Case)}. {did_you_mean(case, list(Case))}".rstrip())
    locks = dict(_pairs("--lock", lock, problems))
    if problems:
        raise SettingsError("\n".join(problems))
    return Changes(
        weights=chosen,
        balance=balance,
        case=None if meant is None else Case(meant),
        capacity=factors,
        lock=locks,
        without=tuple(name.strip() for name in without),
    )


def _weights(text: str, problems: list[str]) -> dict[str, float]:
    parts = text.split(",")
    if len(parts) != len(Tier):
        problems.append(f"--weights {text}: three numbers, national, local and long term, such as 40,30,30.")
        return {}
    return {tier.value: _number("--weights", text, part, problems) for tier, part in zip(Tier, parts, strict=True)}


def _pairs(option: str, texts: list[str], problems: list[str]) -> list[tuple[str, str]]:
    pairs: dict[str, str] = {}
    for text in texts:
        name, equals, given = text.rpartition("=")
        key, value = name.strip(), given.strip()
        if not equals or not key or not value:
            problems.append(f"{option} {text}: expected a name, '=' and a value.")
        elif pairs.setdefault(key, value) != value:
            problems.append(f"{option} {key}: {pairs[key]} and {value}. Give it once.")
    return list(pairs.items())


def _number(option: str, whole: str, text: str, problems: list[str]) -> float:
    try:
        return float(text)
    except ValueError:
        problems.append(f'{option} {whole}: "{text.strip()}" is not a number.')
        return 0.0


app = typer.Typer(
    name="prioritiser",
    help="Choose a portfolio of improvement initiatives for a health system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _options(debug: Annotated[bool, typer.Option(help="Show the traceback of an error.")] = False) -> None:
    """Choose a portfolio of improvement initiatives for a health system."""


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
_MOST_CELLS = 20
TimeLimit = Annotated[float | None, typer.Option(metavar="S", help="Seconds.")]


def asked(
    path: Path,
    what_if: str | None,
    weights: str | None,
    balance: float | None,
    case: str | None,
    repeated: tuple[list[str] | None, list[str] | None, list[str] | None],
) -> tuple[Scenario, Settings]:
    """Read the scenario, and the settings that the options ask for; repeated: --capacity, --lock, --without."""
    changes = parse_changes(weights, balance, case, repeated)
    scenario = read_scenario(path)
    return scenario, scenario.settings_for(what_if, changes)


def solved(scenario: Scenario, settings: Settings, gap: float, time_limit: float | None, horizons: bool) -> Portfolio:
    """Solve; the first Ctrl-C keeps the best plan found."""
    with cancelled_by_interrupt() as stop:
        return Optimiser(scenario).solve(settings, gap=gap, time_limit=time_limit, horizons=horizons, stop=stop)


def check_effort(gap: float, time_limit: float | None) -> None:
    """Raise SettingsError when the gap or the time limit is out of range."""
    if not 0 <= gap < float("inf"):
        raise SettingsError(f"--gap {gap}: a number of 0 or more, such as 0.005.")
    if time_limit is not None and not 0 < time_limit < float("inf"):
        raise SettingsError(f"--time-limit {time_limit}: seconds above 0.")


def known_ending(output: str | None, endings: tuple[str, ...]) -> None:
    """Raise SettingsError when --output has an ending that the command cannot write, or its folder is not there."""
    if output is None or (output == "-" and ".json" in endings):
        return
    if Path(output).suffix.lower() not in endings:
        raise SettingsError(f"--output {output}: expected a file ending in {', '.join(endings)}.")
    if not Path(output).absolute().parent.is_dir():
        raise SettingsError(f"--output {output}: there is no folder {Path(output).parent}. Make it first.")


def write_portfolio(portfolio: Portfolio, output: str) -> None:
    """Write a portfolio as the ending of the file says: the plan, a workbook or JSON."""
    ending = Path(output).suffix.lower()
    if ending == ".csv":
        from prioritiser.exports.common.csv import plan_csv  # noqa: PLC0415 - only written tables need the writers

        save_file(Path(output), plan_csv(portfolio))
    elif ending == ".xlsx":
        from prioritiser.exports.excel.workbook import portfolio_xlsx  # noqa: PLC0415

        save_file(Path(output), portfolio_xlsx(portfolio))
    else:
        write_json(portfolio.as_json(), output)


def write_json(answer: dict[str, Any], output: str) -> None:
    """Write an answer as JSON to a file, or to stdout and nothing else."""
    text = json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    text = escaped(text)  # the same values, whatever a file holds, and nothing that a terminal would act on
    if output == "-":
        sys.stdout.write(text)
    else:
        save_file(Path(output), text.encode("utf-8"))


class cancelled_by_interrupt:
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


def progress_bar() -> Progress | None:
    """Show progress on stderr when a person watches: a bar of at most 20 cells, and the numbers."""
    if not sys.stderr.isatty():
        return None

    def show(name: str, done: int, total: int) -> None:
        cells = min(total, _MOST_CELLS)
        full = done * cells // max(1, total)
        bar = "█" * full + "░" * (cells - full)
        stream = unfiltered(sys.stderr)
        stream.write(f"\r\033[K{bar} {done}/{total} {legible(name)}" if name else "\r\033[K")
        stream.flush()

    return show
