"""Command `compare`: the what-ifs side by side, and against today's plan."""

from pathlib import Path
from typing import Annotated

import typer

from prioritiser.cli.shared.common import Asked, Output, cancelled_by_interrupt, command, progress_bar, write_json
from prioritiser.cli.shared.console import compare_text
from prioritiser.files.scenario_files import read_scenario
from prioritiser.files.tables.atomic_write import save_file


@command()
def compare(
    asked: Asked,
    what_if: Annotated[list[str] | None, typer.Option("--what-if", metavar="NAME", help="Only these what-ifs.")] = None,
    output: Output = None,
) -> None:
    """The what-ifs side by side, and against today's plan."""
    from prioritiser.analysis.comparison.compare import compare as compared  # noqa: PLC0415 - the command has the name
    from prioritiser.analysis.comparison.compare import options_json  # noqa: PLC0415
    from prioritiser.exports.excel.compare import compare_csv, compare_xlsx  # noqa: PLC0415

    asked.check(output, (".json", ".csv", ".xlsx"))
    changes = asked.changes()
    found = read_scenario(asked.scenario)
    names = None if not what_if else [found.what_if(name).name for name in what_if]
    with cancelled_by_interrupt() as stop:
        options = list(
            compared(
                found, changes, names, gap=asked.gap, time_limit=asked.time_limit, stop=stop, progress=progress_bar()
            )
        )
    if output is None:
        typer.echo(compare_text(options))
    elif output.endswith(".csv"):
        save_file(Path(output), compare_csv(options))
    elif output.endswith(".xlsx"):
        save_file(Path(output), compare_xlsx(options))
    else:
        write_json(options_json(options), output)
