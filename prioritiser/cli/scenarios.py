"""Commands `new`, `check` and `app`: a scenario to begin with, its problems, and the app on it."""

from pathlib import Path
from typing import Annotated

import typer

from prioritiser.cli.room.opened import DatabaseUrl
from prioritiser.cli.shared.common import Output, ScenarioPath, app, known_ending, write_json
from prioritiser.cli.shared.console import note_lines
from prioritiser.errors import ScenarioError, SettingsError
from prioritiser.files.scenario_files import read_scenario
from prioritiser.scenario.groups import Group, group_json
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Rule
from prioritiser.text.formatting import counted

_MOST_ISSUES = 10_000


@app.command()
def new(path: Annotated[Path, typer.Argument(help="A folder to make, or a workbook ending in .xlsx.")]) -> None:
    """Start a scenario: a commented template folder, or a workbook."""
    from prioritiser.files.template import write_template  # noqa: PLC0415 - only this command needs the workbook writer

    write_template(path)
    typer.echo(f"Wrote {path}. Next: prioritiser check {path}")


@app.command()
def check(scenario: ScenarioPath, output: Output = None) -> None:
    """Is it valid? Every problem at once, with file, row and column."""
    known_ending(output, (".json",))
    try:
        found = read_scenario(scenario)
    except ScenarioError as error:
        if output is not None:
            issues, more = error.issues[:_MOST_ISSUES], len(error.issues) - _MOST_ISSUES
            answer = {"valid": False, "issues": [one.as_json() for one in issues], "notices": list(error.notices)}
            write_json(answer | ({"issues_left_out": more} if more > 0 else {}), output)
        raise
    if output is not None:
        groups = [group_json(rule.rule_id, rule.subject, group) for rule, group in _groups(found)]
        answer = {"valid": True, "issues": [], "notices": list(found.notices)}
        write_json(answer | ({"groups": groups} if groups else {}), output)
        return
    counts = ", ".join(
        counted(len(found.rows(table)), table.removesuffix("s"))
        for table in ("goals", "initiatives", "resources", "rules")
    )
    typer.echo(f"{found.title} is valid: {counts}.")
    for rule, group in _groups(found):
        typer.echo(_group_text(rule, group))
    for line in note_lines(found.notices):
        typer.echo(line)


def _groups(scenario: Scenario) -> list[tuple[Rule, Group]]:
    """The rules that name a group, each with its group."""
    grouped = (rule for rule in scenario.rules if "=" in rule.subject)
    return [(rule, scenario.groups.named(rule.subject)) for rule in grouped]


def _group_text(rule: Rule, group: Group) -> str:
    also = " and ".join(f'"{text}"' for text in group.other_spellings)
    written = f", also written {also}," if also else ""
    return f"Rule {rule.rule_id}: {rule.subject}{written} names {counted(len(group.initiatives), 'initiative')}."


@app.command("app")
def open_app(  # noqa: PLR0913, PLR0917 - one parameter an option
    scenario: Annotated[Path | None, typer.Argument(metavar="SCENARIO", help="By default the bundled example.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    room: Annotated[
        bool, typer.Option("--room", help="Let phones in this machine's network come to workshops.")
    ] = False,
    database: DatabaseUrl = None,
    certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="With --room: encrypt, PEM.")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Key of the certificate, PEM.")] = None,
    example: Annotated[
        bool, typer.Option("--example", help="With a finished workshop on the bundled example.")
    ] = False,
) -> None:
    """Open the app on a scenario."""
    from prioritiser.cli.network import check_certificate  # noqa: PLC0415 - only this command needs the server
    from prioritiser.cli.serve import Room, serve  # noqa: PLC0415
    from prioritiser.resources import bundled  # noqa: PLC0415

    if not room and (certificate or key):
        raise SettingsError("--certificate and --key are for phones: add --room.")
    check_certificate(certificate, key)
    named = _usable_database(database, room)
    path = bundled("scenarios", "example-ics") if scenario is None else scenario
    found = read_scenario(path)
    if example:
        from prioritiser.cli.room.example import check_bundled, put_example  # noqa: PLC0415

        check_bundled(scenario is None)
        typer.echo(f"The example workshop is {put_example(found, named or None).code}: a made-up room of 24 people.")
    asked = Room(certificate and certificate.resolve(), key and key.resolve()) if room else None
    raise typer.Exit(serve(path.resolve(), port, browser, room=asked, database=named))


def _usable_database(given: str | None, room: bool) -> str:
    """Return the database that was named, empty for none; with a room it is opened once. Raises StoreError."""
    from prioritiser.store.database import open_database  # noqa: PLC0415 - only this command opens it
    from prioritiser.store.location import database_url  # noqa: PLC0415

    if given is None and not room:
        return ""
    url = database_url(given)
    if room:
        open_database(url).close()
    return "" if given is None else url
