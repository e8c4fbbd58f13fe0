"""Command `export`: the board pack of the recommended portfolio, as papers that can be used as they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritiser.analysis.robustness.stress import StressOptions, stress_portfolio
from prioritiser.cli.room.opened import DatabaseUrl, opened_store, workshop_of
from prioritiser.cli.shared.common import Asked, cancelled_by_interrupt, command, progress_bar
from prioritiser.errors import SettingsError
from prioritiser.exports.formats import FORMATS, Pack, write_pack
from prioritiser.files.tables.atomic_write import save_file
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.report.document import Length, Paper
from prioritiser.report.headings import HEADINGS
from prioritiser.report.inputs import gather, what_ifs
from prioritiser.report.known import Known
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import joined

if TYPE_CHECKING:
    from prioritiser.workshop.records import Workshop
    from prioritiser.workshop.store import WorkshopStore

ENDINGS = tuple(FORMATS)
_PLAIN = ".csv"
type _Room = tuple[WorkshopStore, Workshop]


class PaperLength(StrEnum):
    """How long a paper may be."""

    FULL = Length.FULL.value
    SHORT = Length.SHORT.value


@command()
def export(  # noqa: PLR0913, PLR0917 - one parameter an option
    asked: Asked,
    output: Annotated[str, typer.Option(help=f"FILE{joined(ENDINGS, 'or')}: .csv is the plan, .zip everything.")],
    length: Annotated[
        PaperLength, typer.Option(help="A paper of about two pages, or all of it; slides are always slides.")
    ] = PaperLength.FULL,
    title: Annotated[str, typer.Option(help="Title of the paper.")] = "",
    paper_number: Annotated[str, typer.Option(help="Number of the paper, such as 07.")] = "",
    author: Annotated[str, typer.Option(help="Who answers for the paper.")] = "",
    meeting: Annotated[str, typer.Option(help="Meeting that it goes to.")] = "",
    meeting_date: Annotated[str, typer.Option(help="Date of that meeting, as it should read.")] = "",
    recommendation: Annotated[
        list[str] | None, typer.Option(help="What the board is asked, in place of the proposal; once a line.")
    ] = None,
    dissent: Annotated[list[str] | None, typer.Option(help="Who did not agree, and why; once a line.")] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option(metavar="SECTION", help=f"Leave out a section: {', '.join(HEADINGS)}.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE.docx", help="Word document whose styles, header and footer to use.")
    ] = None,
    samples: Annotated[int, typer.Option(help="Samples of weights and effects for what is safe or contested.")] = 200,
    workshop: Annotated[
        str | None, typer.Option(metavar="CODE", help="What a finished workshop about the scenario means.")
    ] = None,
    database: DatabaseUrl = None,
    quick: Annotated[
        bool, typer.Option(help="Only what follows from the portfolio: no closest calls, classes or prices.")
    ] = False,
) -> None:
    """Take the recommended portfolio away as a board pack."""
    asked.check(output, ENDINGS)
    left_out = _sections(leave_out or [])
    options = StressOptions(samples=samples)
    house = _template(template)
    ending = Path(output).suffix.lower()
    found, settings = asked.read()
    paper = Paper(
        title, paper_number, author, meeting, meeting_date, "\n".join(recommendation or []), "\n".join(dissent or []),
        Length(length), left_out,
    )  # fmt: skip
    with _room(workshop, database, found) as room:
        known = _known(found, settings, asked, None if quick or ending == _PLAIN else options, room)
    save_file(Path(output), write_pack(ending, Pack(known, paper, date.today(), house)))
    typer.echo(f"Wrote {output}.")


@contextmanager
def _room(code: str | None, database: str | None, scenario: Scenario) -> Iterator[_Room | None]:
    """Find the workshop of a code, if one was named. Raises WorkshopError where a paper cannot be about it."""
    if code is None:
        if database is not None:
            raise SettingsError("--database is where --workshop CODE is kept: name the workshop too.")
        yield None
        return
    from prioritiser.report.room_inputs import check_finished  # noqa: PLC0415 - only papers about a room need it

    with opened_store(database) as store:
        workshop = workshop_of(store, code)
        check_finished(workshop, scenario)
        yield store, workshop


def _known(
    scenario: Scenario, settings: Settings, asked: Asked, options: StressOptions | None, room: _Room | None
) -> Known:
    """Solve, and with options find out more; the first Ctrl-C keeps what was found."""
    optimiser = Optimiser(scenario)
    with cancelled_by_interrupt() as stop:
        budget = asked.budget(stop)
        portfolio = optimiser.solve(settings, gap=asked.gap, time_limit=asked.time_limit, stop=stop)
        bar = progress_bar()
        known = Known(portfolio)
        if options is not None:
            stress = stress_portfolio(optimiser, portfolio, options, budget=budget, progress=bar)
            known = gather(optimiser, portfolio, stress, what_ifs(scenario), budget=budget, progress=bar)
        if room is not None:
            from prioritiser.report.room_inputs import with_room  # noqa: PLC0415

            known = with_room(optimiser, known, *room, budget=budget, progress=bar)
    if budget.over and (options is not None or room is not None):
        print(f"Not all was worked out: {budget.ending}. The file says what is missing.", file=sys.stderr)
    return known


def _sections(names: list[str]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in HEADINGS]
    if unknown:
        raise SettingsError(f"--leave-out {', '.join(unknown)}: expected some of {', '.join(HEADINGS)}.")
    return tuple(names)


def _template(path: Path | None) -> bytes | None:
    if path is None:
        return None
    if path.suffix.lower() not in {".docx", ".dotx"} or not path.is_file():
        raise SettingsError(f"--template {path}: expected a Word document that is there, ending in .docx or .dotx.")
    return path.read_bytes()
