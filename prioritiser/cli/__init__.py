"""The command line: arguments to calls, answers to files, errors to exit codes; one file a command."""

from prioritiser.cli.run import main, run

__all__ = ["main", "run"]
