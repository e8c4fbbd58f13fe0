"""Commands `decisions list`, `show`, `withdraw`, `verify`, `export` and `import`: the log of what was decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritiser.cli.decided.decide import Owner, Reason, entry_json, opened_log
from prioritiser.cli.room.opened import DatabaseUrl
from prioritiser.cli.shared.common import app, brought, known_ending, write_json
from prioritiser.cli.shared.console import columns
from prioritiser.files.tables.atomic_write import save_file
from prioritiser.scenario.in_words import short_labels
from prioritiser.text.formatting import counted, percent, shortened

if TYPE_CHECKING:
    from prioritiser.decisions.records import Entry
    from prioritiser.decisions.reopened import Reopened

log_commands = typer.Typer(
    help="What was decided, and whether the log is whole.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(log_commands, name="decisions")

Number = Annotated[int, typer.Argument(metavar="N", help="Number of the decision.")]
JsonOutput = Annotated[str | None, typer.Option(help="FILE.json; - is JSON on stdout and nothing else.")]
_LONGEST_TITLE = 50
_BROKEN = 1


@log_commands.command("list")
def list_decisions(database: DatabaseUrl = None) -> None:
    """Which decisions are there, and which of them stand?"""
    from prioritiser.decisions.log import standing  # noqa: PLC0415 - only these commands need a database

    with opened_log(database) as log:
        entries, kept_in = log.entries(), log.database.name
    if not entries:
        typer.echo(f"There is no decision in {kept_in} yet. Make one: prioritiser decide SCENARIO --title T …")
        return
    states = standing(entries)
    rows = [["No.", "on", "state", "owner", "review", "title"]]
    for entry in entries:
        state = states.get(entry.number, f"withdraws {entry.about}")
        words = entry.words
        rows.append(
            [str(entry.number), entry.at[:10], state, words.owner, words.review, shortened(words.title, _LONGEST_TITLE)]
        )
    typer.echo("\n".join(columns(rows)))


@log_commands.command("show")
def show_decision(number: Number, database: DatabaseUrl = None, output: JsonOutput = None) -> None:
    """Show a decision as it was made, and what its plan achieves by the arithmetic of today; nothing is solved."""
    from prioritiser.decisions.log import standing  # noqa: PLC0415
    from prioritiser.decisions.records import EntryKind  # noqa: PLC0415
    from prioritiser.decisions.reopened import reopen  # noqa: PLC0415

    known_ending(output, (".json",))
    with opened_log(database) as log:
        entry, entries = log.entry(number), log.entries()
    reopened = reopen(entry) if entry.kind is EntryKind.ADOPTED else None
    if output is not None:
        write_json(entry_json(entry) | ({} if reopened is None else _reopened_json(reopened)), output)
        return
    lines = [*_words_lines(entry, standing(entries).get(number, f"withdraws {entry.about}"))]
    if reopened is not None:
        lines += ["", *_plan_lines(reopened), "", *_arithmetic_lines(reopened)]
    typer.echo("\n".join([*lines, "", f"Receipt: {entry.receipt}"]))


@log_commands.command("withdraw")
def withdraw_decision(number: Number, reason: Reason, owner: Owner, database: DatabaseUrl = None) -> None:
    """Say that a decision stands no longer. It stays in the log."""
    from prioritiser.decisions.records import Words  # noqa: PLC0415

    with opened_log(database) as log:
        seen = log.head()
        title = log.entry(number).words.title
        entry = log.withdraw(number, Words(f"Withdrawn: {title}"[:200], reason, owner), after=seen)
    typer.echo(f"Entry {entry.number} is kept: decision {number} stands no longer.\nReceipt: {entry.receipt}")


@log_commands.command("verify")
def verify_log(
    receipt: Annotated[str, typer.Option(metavar="N:HASH", help="As `decide` printed it, or a paper carries it.")] = "",
    database: DatabaseUrl = None,
    output: JsonOutput = None,
) -> None:
    """Is the log as it was written? Names the first entry that was altered, removed or put in; exits 1 then."""
    known_ending(output, (".json",))
    with opened_log(database) as log:
        found = log.verify(receipt)
    if output is not None:
        write_json(found.as_json(), output)
    elif found.is_valid:
        known = ", and holds the receipt." if receipt else ". A cut tail shows only with --receipt."
        typer.echo(f"The log is whole: {counted(found.entries, 'entry', 'entries')}{known}")
    else:
        typer.echo(f"The log is broken: {found.why}.")
    if not found.is_valid:
        raise typer.Exit(_BROKEN)


@log_commands.command("export")
def export_decisions(
    output: Annotated[str, typer.Option(metavar="FILE.zip", help="Where to write it.")], database: DatabaseUrl = None
) -> None:
    """Write the whole log as one file: every entry with its scenario."""
    from prioritiser.decisions.transfer import export_log  # noqa: PLC0415

    known_ending(output, (".zip",))
    with opened_log(database) as log:
        content, number = export_log(log), log.head()
    save_file(Path(output), content)
    typer.echo(f"Wrote {output}: {counted(number, 'entry', 'entries')}, with names and reasons as they were given.")


@log_commands.command("import")
def import_decisions(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="As `decisions export` wrote it.")],
    database: DatabaseUrl = None,
) -> None:
    """Read a log into an empty database, or what is new of it into one that holds its beginning."""
    from prioritiser.decisions.transfer import import_log  # noqa: PLC0415

    content = brought(file)
    with opened_log(database, make=True) as log:
        new = import_log(log, file.name, content)
    typer.echo(f"Read {file}: {counted(new, 'new entry', 'new entries')}.")


def _words_lines(entry: Entry, state: str) -> list[str]:
    words = entry.words
    lines = [f"Decision {entry.number}: {words.title}", f"{entry.at}, {words.owner}; {state}", "", words.reason]
    named = {"Dissent": words.dissent, "Conditions": words.conditions, "Equality": words.equality}
    named |= {"Quality": words.quality, "Review": words.review, "Workshop": entry.workshop}
    return lines + [f"{name}: {text}" for name, text in named.items() if text]


def _plan_lines(reopened: Reopened) -> list[str]:
    scenario = reopened.outcome.scenario
    labels = short_labels(scenario.initiatives, 60)
    rows = [["Initiative", "start", "share"]]
    rows += [
        [labels[name], scenario.years[delivery.start], percent(delivery.share)]
        for name, delivery in reopened.outcome.plan.items()
    ]
    return [f"{scenario.title}: {counted(len(rows) - 1, 'initiative')}", *columns(rows)]


def _arithmetic_lines(reopened: Reopened) -> list[str]:
    then, now = reopened.arithmetic
    if not reopened.differences:
        return ["Every figure is the same by the arithmetic of today."]
    lines = [f"By the arithmetic of today (number {now}; then {then}) these figures are others:"]
    return lines + [f"  {one.where}: {one.kept} then, {one.now} now" for one in reopened.differences]


def _reopened_json(reopened: Reopened) -> dict[str, object]:
    then, now = reopened.arithmetic
    told = [{"where": one.where, "kept": one.kept, "now": one.now} for one in reopened.differences]
    return {"arithmetic": {"then": then, "now": now}, "differences": told}
