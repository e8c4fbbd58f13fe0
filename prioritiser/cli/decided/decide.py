"""Command `decide`: adopt the portfolio that these settings recommend, with reasons."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prioritiser.cli.room.opened import DatabaseUrl
from prioritiser.cli.shared.common import Asked, cancelled_by_interrupt, command, write_json
from prioritiser.text.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prioritiser.decisions.log import DecisionLog
    from prioritiser.decisions.records import Entry

Reason = Annotated[str, typer.Option(help="Why, in a few sentences.")]
Owner = Annotated[str, typer.Option(help="Who answers for it.")]


@command()
def decide(  # noqa: PLR0913, PLR0917 - one parameter an option
    asked: Asked,
    title: Annotated[str, typer.Option(help="What was decided, in a line.")],
    reason: Reason,
    owner: Owner,
    review: Annotated[str, typer.Option(metavar="DATE", help="When it is looked at again, as 2027-04-01.")] = "",
    dissent: Annotated[str, typer.Option(help="Who disagreed, and why.")] = "",
    conditions: Annotated[str, typer.Option(help="What must hold for it to stand.")] = "",
    equality: Annotated[str, typer.Option(help="What the equality impact assessment says.")] = "",
    quality: Annotated[str, typer.Option(help="What the quality impact assessment says.")] = "",
    workshop: Annotated[str, typer.Option(metavar="CODE", help="The workshop that it came from.")] = "",
    supersedes: Annotated[int | None, typer.Option(metavar="N", help="The decision whose place it takes.")] = None,
    database: DatabaseUrl = None,
    output: Annotated[str | None, typer.Option(help="FILE.json; - is JSON on stdout and nothing else.")] = None,
) -> None:
    """Adopt the recommended portfolio: kept with its reasons, to be reopened to the last digit."""
    from prioritiser.decisions.records import Words, tidied_words  # noqa: PLC0415 - only these commands need a database
    from prioritiser.optimisation.optimiser import Optimiser  # noqa: PLC0415

    asked.check(output, (".json",))
    words = tidied_words(Words(title, reason, owner, review, dissent, conditions, equality, quality))
    scenario, settings = asked.read()
    with opened_log(database, make=True) as log:
        seen = log.head()
        code = "" if not workshop else _code(log, workshop)
        with cancelled_by_interrupt() as stop:
            portfolio = Optimiser(scenario).solve(settings, gap=asked.gap, time_limit=asked.time_limit, stop=stop)
        entry = log.adopt(portfolio, words, after=seen, about=supersedes, workshop=code)
    if output is None:
        typer.echo(_adopted_text(entry, portfolio.gap))
    else:
        write_json(entry_json(entry), output)


@contextmanager
def opened_log(database: str | None, *, make: bool = False) -> Iterator[DecisionLog]:
    """Open the database that is asked for as a log of decisions. Raises StoreError."""
    from prioritiser.cli.room.opened import opened_store  # noqa: PLC0415
    from prioritiser.decisions.log import DecisionLog  # noqa: PLC0415

    with opened_store(database, make=make) as store:
        yield DecisionLog(store.database)


def _code(log: DecisionLog, workshop: str) -> str:
    from prioritiser.cli.room.opened import workshop_of  # noqa: PLC0415
    from prioritiser.workshop.store import WorkshopStore  # noqa: PLC0415

    return workshop_of(WorkshopStore(log.database), workshop).code


def _adopted_text(entry: Entry, gap: float) -> str:
    started = counted(len(entry.portfolio["initiatives"]), "initiative")
    sure = "proved best" if gap == 0 else f"within {gap:.2%} of the best"
    return "\n".join(
        [
            f"Decision {entry.number} is kept: {entry.words.title}. {started}, {sure}.",
            f"Receipt: {entry.receipt}",
            "Keep the receipt: `decisions verify --receipt` tells with it whether the log was written anew.",
        ]
    )


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return a decision as plain values, without its scenario."""
    return {
        "format": 1,
        "number": entry.number,
        "hash": entry.hash,
        "before": entry.before,
        "at": entry.at,
        "kind": entry.kind.value,
        "about": entry.about,
        **asdict(entry.words),
        "workshop": entry.workshop,
        "settings": dict(entry.settings),
        "portfolio": dict(entry.portfolio),
        "versions": dict(entry.versions),
    }
