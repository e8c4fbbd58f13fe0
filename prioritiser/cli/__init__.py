"""The command line: arguments to calls, answers to files, errors to exit codes; one file a command."""

import os
import signal
from typing import NoReturn

from prioritiser.cli.shared.streams import STOPPED


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    from prioritiser.cli.commands import run as run_command  # noqa: PLC0415 - loading takes seconds; see `main`

    return run_command(arguments)


def main() -> None:
    """Run the command line and end the process with its exit code; Ctrl-C ends it in a word, also while it loads."""
    signal.signal(signal.SIGINT, _stop_loading)
    from prioritiser.cli.commands import main as run_main  # noqa: PLC0415 - so that Ctrl-C is met while it loads

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run_main()


def _stop_loading(*_: object) -> NoReturn:
    """End at once: nothing has begun, and an exception amid the loading of libraries comes out as one of theirs."""
    os.write(2, b"Stopped.\n")
    os._exit(STOPPED)


__all__ = ["main", "run"]
