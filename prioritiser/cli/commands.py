"""Run one command and end with its exit code: errors in plain words on stderr."""

import os
import re
import sys
import traceback

import typer
from typer.exceptions import Abort, Exit, TyperException

from prioritiser.cli import compare, explain, export, frontier, map, price, scenarios, solve, stress
from prioritiser.cli.decided import decide, decisions
from prioritiser.cli.room import consensus, workshop
from prioritiser.cli.shared.common import app
from prioritiser.cli.shared.console import note_lines
from prioritiser.cli.shared.streams import STOPPED, legible_streams
from prioritiser.errors import (
    InfeasibleError,
    NoAnswerError,
    PrioritiserError,
    ScenarioError,
    SettingsError,
    WorkshopError,
)

# each adds itself to the command line
COMMANDS = (
    scenarios, solve, compare, frontier, map, price, explain, stress, consensus, workshop, decide, decisions, export,
)  # fmt: skip
_NO_NUMBER = re.compile(r"Input should be a valid (?:number|integer), unable to parse string as an? (?:number|integer)")
EXIT_CODES: dict[type[Exception], int] = {
    SettingsError: 2,
    WorkshopError: 2,
    ScenarioError: 3,
    InfeasibleError: 4,
    NoAnswerError: STOPPED,
}


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
    """Run one command and return its exit code: 0, or 1 to 5 as `EXIT_CODES` and the README say."""
    with legible_streams():
        return _run(arguments)


def _run(arguments: list[str]) -> int:
    debug = "--debug" in arguments
    command = typer.main.get_command(app)
    try:
        code = command.main(arguments, prog_name="prioritiser", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except Exit as ended:
        return int(ended.exit_code)
    except TyperException as error:
        said = _NO_NUMBER.sub("expected a number, such as 0.2", error.format_message())
        print(f"{said} (prioritiser --help)", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, Abort):
        print("Stopped.", file=sys.stderr)
        return STOPPED
    except Exception as error:
        if debug:
            traceback.print_exception(error)
        known = isinstance(error, PrioritiserError | OSError)
        text = str(error) if known else f"{type(error).__name__}: {error} (--debug shows where)"
        if isinstance(error, InfeasibleError):
            text = "\n".join(error.lines)
        if isinstance(error, ScenarioError):
            text = "\n".join([text, *note_lines(error.notices)])
        print(text if known else text.splitlines()[0], file=sys.stderr)
        return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
