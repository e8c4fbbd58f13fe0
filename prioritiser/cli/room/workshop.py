"""Commands `workshop new`, `list`, `export`, `import`, `ballots` and `close`: rooms, without a page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prioritiser.cli.room.opened import DatabaseUrl, opened_store, workshop_of
from prioritiser.cli.shared.common import ScenarioPath, app, brought, known_ending, write_json
from prioritiser.cli.shared.console import columns
from prioritiser.files.scenario_files import read_scenario
from prioritiser.files.tables.atomic_write import save_file
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import counted, shortened
from prioritiser.workshop.records import Kind, Move, Question, Workshop, WorkshopPlan

if TYPE_CHECKING:
    from prioritiser.workshop.store import WorkshopStore

rooms = typer.Typer(help="Open, list, move and close workshops.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rooms, name="workshop")

Code = Annotated[str, typer.Argument(metavar="CODE", help="Six letters; small ones, blanks and dashes mean nothing.")]
_ASKED = (Kind.SWING, Kind.SUPPORT)
_LONGEST_TITLE = 50


@rooms.command("new")
def new_workshop(  # noqa: PLR0913, PLR0917 - one parameter an option
    scenario: ScenarioPath,
    title: Annotated[str, typer.Option(help="What people read above every question.")],
    question: Annotated[
        list[Kind] | None, typer.Option(help="What to ask, in this order; by default swing, then support.")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Ask for names; by default nobody is named.")] = False,
    role: Annotated[list[str] | None, typer.Option(help="A role to choose from; once for each.")] = None,
    place: Annotated[list[str] | None, typer.Option(help="A place to choose from; once for each.")] = None,
    what_if: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A what-if to discuss; once for each.")
    ] = None,
    database: DatabaseUrl = None,
    output: Annotated[str | None, typer.Option(help="FILE.json; - is JSON on stdout and nothing else.")] = None,
) -> None:
    """Open a workshop about a scenario: gives its code, and the facilitator's key, which is kept nowhere."""
    known_ending(output, (".json",))
    found = read_scenario(scenario)
    plan = WorkshopPlan(
        title,
        tuple(_question(kind, found) for kind in dict.fromkeys(question or _ASKED)),
        not names,
        tuple(role or ()),
        tuple(place or ()),
        tuple(dict.fromkeys(found.what_if(name).name for name in what_if or ())),
    )
    with opened_store(database, make=True) as store:
        workshop, key = store.create(plan, found, found.settings)
        kept_in = store.database.name
    if output is None:
        typer.echo(_opened_text(workshop, key, kept_in))
    else:
        write_json(_opened_json(workshop, key, kept_in, found), output)


@rooms.command("list")
def list_workshops(database: DatabaseUrl = None) -> None:
    """Which workshops are there, and how many have answered?"""
    with opened_store(database) as store:
        rows = [_row(store, workshop) for workshop in store.workshops()]
        kept_in = store.database.name
    if not rows:
        typer.echo(f"There is no workshop in {kept_in} yet. Open one: prioritiser workshop new SCENARIO --title T")
        return
    header = ["Code", "opened", "state", "round", "joined", "answered", "title"]
    typer.echo("\n".join(columns([header, *rows])))


@rooms.command("export")
def export_one(
    code: Code,
    output: Annotated[str, typer.Option(metavar="FILE.zip", help="Where to write it.")],
    database: DatabaseUrl = None,
) -> None:
    """Write a whole workshop as one file: its scenario, its people, every answer and every move."""
    from prioritiser.workshop.transfer import export_workshop  # noqa: PLC0415 - only these commands need a database

    known_ending(output, (".zip",))
    with opened_store(database) as store:
        workshop = workshop_of(store, code)
        content = export_workshop(store, workshop.code)
    save_file(Path(output), content)
    named = "every answer, without names" if workshop.plan.is_anonymous else "every answer, with names"
    typer.echo(f"Wrote {output}: {workshop.title}, with {named}. Keep it as you would keep those.")


@rooms.command("import")
def import_one(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="As `workshop export` wrote it.")],
    database: DatabaseUrl = None,
) -> None:
    """Read a workshop from a file, whole or not at all; phones that had joined go on where they were."""
    from prioritiser.workshop.transfer import import_workshop  # noqa: PLC0415 - only these commands need a database

    content = brought(file)
    with opened_store(database, make=True) as store:
        workshop = import_workshop(store, file.name, content)
    typer.echo(f"Read {file}: {workshop.title} is the workshop {workshop.code}. Its facilitator's key is as it was.")


@rooms.command("ballots")
def print_ballots(
    code: Code,
    output: Annotated[str, typer.Option(metavar="FILE", help=".docx, a ballot to print; .csv, the table to fill in.")],
    copies: Annotated[int, typer.Option(min=1, max=500, help="Rows of the table, one for each ballot.")] = 30,
    database: DatabaseUrl = None,
) -> None:
    """Write the questions on paper, for when the network fails; `consensus --ballots` reads what is typed in."""
    from prioritiser.exports.ballots.printed import ballot_docx, ballots_csv  # noqa: PLC0415 - only this command
    from prioritiser.workshop.store import settings_of  # noqa: PLC0415

    known_ending(output, (".docx", ".csv"))
    with opened_store(database) as store:
        workshop = workshop_of(store, code)
        scenario = store.scenario(workshop)
        settings = settings_of(workshop, scenario)
    if Path(output).suffix.lower() == ".csv":
        save_file(Path(output), ballots_csv(workshop.plan, scenario, copies))
        typer.echo(
            f"Wrote {output}: {counted(copies, 'ballot')}. Then: prioritiser consensus SCENARIO --ballots {output}"
        )
        return
    save_file(Path(output), ballot_docx(workshop.plan, scenario, settings))
    typer.echo(f"Wrote {output}: a ballot for {workshop.title}. Print one for each participant, and number them.")


@rooms.command("close")
def close_one(code: Code, database: DatabaseUrl = None) -> None:
    """Take no more answers in a workshop; the facilitator's page can open it again."""
    with opened_store(database) as store:
        workshop = workshop_of(store, code)
        if workshop.state.is_open:
            workshop = store.move(workshop.workshop_id, Move("close"))
            said = "Closed"
        else:
            said = "It was closed already:"
        joined, answered = _counts(store, workshop)
    typer.echo(f"{said} {workshop.code}, {workshop.title}. {answered} of {counted(joined, 'participant')} answered.")


def _question(kind: Kind, scenario: Scenario) -> Question:
    from prioritiser.workshop.answers import important_goals  # noqa: PLC0415 - only a new workshop needs it

    return Question(kind, important_goals(scenario, scenario.settings) if kind is Kind.SWING else ())


def _opened_text(workshop: Workshop, key: str, kept_in: str) -> str:
    rows = [
        ["Code", f"{workshop.code}   people join with it"],
        ["Key", f"{key}   opens the facilitator's side"],
    ]
    return "\n".join(
        [
            f"{workshop.title}: the workshop is open, in {kept_in}.",
            "",
            *columns(rows),
            "",
            "The key is said once and kept nowhere: keep it.",
            "Next, with the same --database if you gave one: prioritiser app --room",
        ]
    )


def _opened_json(workshop: Workshop, key: str, kept_in: str, scenario: Scenario) -> dict[str, Any]:
    plan = workshop.plan
    return {
        "format": 1,
        "code": workshop.code,
        "key": key,
        "title": plan.title,
        "questions": [{"kind": one.kind.value, "goals": list(one.goals)} for one in plan.questions],
        "names": not plan.is_anonymous,
        "roles": list(plan.roles),
        "places": list(plan.places),
        "what_ifs": list(plan.what_ifs),
        "scenario": {"title": scenario.title, "hash": scenario.hash},
        "created_at": workshop.created_at,
        "database": kept_in,
    }


def _row(store: WorkshopStore, workshop: Workshop) -> list[str]:
    joined, answered = _counts(store, workshop)
    at = datetime.fromisoformat(workshop.created_at).astimezone().strftime("%Y-%m-%d %H:%M")
    state = "open" if workshop.state.is_open else "closed"
    title = shortened(workshop.title, _LONGEST_TITLE) + (" (illustrative)" if workshop.is_illustrative else "")
    return [workshop.code, at, state, str(len(workshop.state.rounds)), str(joined), str(answered), title]


def _counts(store: WorkshopStore, workshop: Workshop) -> tuple[int, int]:
    """How many joined, and how many of them gave an answer that counts."""
    answered = {entry.participant.participant_id for entry in store.entries(workshop)}
    return len(store.participants(workshop.workshop_id)), len(answered)
