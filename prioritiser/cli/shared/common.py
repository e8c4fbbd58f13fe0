"""What every command shares: the options, the scenario and settings asked for, progress, cancel and written answers."""

import functools
import inspect
import json
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from prioritiser.cli.shared.streams import unfiltered
from prioritiser.errors import RefusedFileError, SettingsError
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.files.scenario_files import read_scenario
from prioritiser.files.tables.atomic_write import save_file
from prioritiser.files.tables.issues import Findings
from prioritiser.files.tables.upload_limits import MAX_ARCHIVE_BYTES, read_bytes
from prioritiser.optimisation.incumbent import Budget, Progress
from prioritiser.optimisation.optimiser import DEFAULT_GAP
from prioritiser.scenario.headings import understood_name
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case, Tier
from prioritiser.scenario.settings import Changes, Settings
from prioritiser.text.spelling import escaped, legible
from prioritiser.text.suggestions import did_you_mean

type Repeated = Sequence[str] | None


def parse_changes(
    weights: str | None, balance: float | None, case: str | None, repeated: tuple[Repeated, Repeated, Repeated]
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
    believed, off = None if meant is None else Case(meant), tuple(name.strip() for name in without)
    return Changes(weights=chosen, balance=balance, case=believed, capacity=factors, lock=locks, without=off)


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
_MOST_CELLS = 20


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What every command is asked: a scenario, settings to lay over its own, and how far to go.

    Each field is an option of every command that `command` declares.
    """

    scenario: ScenarioPath
    weights: Annotated[
        str | None, typer.Option(metavar="N,L,T", help="Weights of national, local and long-term goals.")
    ] = None
    balance: Annotated[float | None, typer.Option(help="0 to 1: how much the least served tier counts.")] = None
    case: Annotated[str | None, typer.Option("--case", help="Size of effects: low, central or high.")] = None
    what_if: Annotated[str | None, typer.Option("--what-if", metavar="NAME", help="A what-if of the scenario.")] = None
    capacity: Annotated[
        list[str] | None, typer.Option(metavar="RESOURCE[@YEAR]=FACTOR", help="Factor on a capacity.")
    ] = None
    lock: Annotated[
        list[str] | None, typer.Option(metavar="INITIATIVE=in|out|YEAR", help="Keep in, keep out, or start.")
    ] = None
    without: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Switch a rule off.")] = None
    gap: Annotated[float, typer.Option(help="Relative gap at which to stop; 0 is proved best.")] = DEFAULT_GAP
    time_limit: Annotated[float | None, typer.Option(metavar="S", help="Seconds.")] = None

    def check(self, output: str | None, endings: tuple[str, ...]) -> None:
        """Raise SettingsError when --output cannot be written so, or the gap or the time limit is out of range."""
        known_ending(output, endings)
        if not 0 <= self.gap < float("inf"):
            raise SettingsError(f"--gap {self.gap}: a number of 0 or more, such as 0.005.")
        if self.time_limit is not None and not 0 < self.time_limit < float("inf"):
            raise SettingsError(f"--time-limit {self.time_limit}: seconds above 0.")

    def changes(self) -> Changes:
        """Read the options that change settings; raises SettingsError with every one that cannot be read."""
        return parse_changes(self.weights, self.balance, self.case, (self.capacity, self.lock, self.without))

    def read(self) -> tuple[Scenario, Settings]:
        """Read the scenario, and the settings that the options ask for."""
        changes = self.changes()
        scenario = read_scenario(self.scenario)
        return scenario, scenario.settings_for(self.what_if, changes)

    def budget(self, stop: threading.Event) -> Budget:
        """Begin the time that was asked for; the event cancels it."""
        return Budget.of(self.time_limit, stop)


def command(name: str | None = None, **defaults: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a command with the options of `Asked`, which is given to the function as one value, and its own.

    An option of its own takes the place of one of the same name. defaults: of options of `Asked` for this command.
    """

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        _, *own = inspect.signature(function, eval_str=True).parameters.values()
        own = [option.replace(kind=option.KEYWORD_ONLY) for option in own]
        names = {option.name for option in own}
        every = inspect.signature(Asked, eval_str=True).parameters
        shared = {name: option for name, option in every.items() if name not in names}
        options = [
            *(option.replace(default=defaults.get(name, option.default)) for name, option in shared.items()),
            *own,
        ]

        @functools.wraps(function)
        def run(**given: Any) -> None:
            function(Asked(**{name: given.pop(name) for name in shared}), **given)

        run.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
        run.__annotations__ = {option.name: option.annotation for option in options}
        del run.__wrapped__  # its signature would be looked at
        app.command(name)(run)
        return run

    return declare


def known_ending(output: str | None, endings: tuple[str, ...]) -> None:
    """Raise SettingsError when --output has an ending that the command cannot write, or its folder is not there."""
    if output is None or (output == "-" and ".json" in endings):
        return
    if Path(output).suffix.lower() not in endings:
        raise SettingsError(f"--output {output}: expected a file ending in {', '.join(endings)}.")
    if not Path(output).absolute().parent.is_dir():
        raise SettingsError(f"--output {output}: there is no folder {Path(output).parent}. Make it first.")


def brought(file: Path) -> bytes:
    """Read a file that was written by another command. Raises RefusedFileError where it is none, or too large."""
    findings = Findings()
    content = read_bytes(file, MAX_ARCHIVE_BYTES, findings)
    if content is None:
        issue = findings.issues[0]
        raise RefusedFileError(f"{file}: {issue.found}", issue.expected, issue.fix or "Look at its name again.")
    return content


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


class Answer(Protocol):
    """What can be written as JSON."""

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""


def give_answer[A: Answer](answer: A, output: str | None, text: Callable[[A], str], csv: Callable[[A], bytes]) -> None:
    """Say an answer, or write it as the ending of the file says: its table or JSON."""
    if output is None:
        typer.echo(text(answer))
    elif output.lower().endswith(".csv"):
        save_file(Path(output), csv(answer))
    else:
        write_json(answer.as_json(), output)


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
