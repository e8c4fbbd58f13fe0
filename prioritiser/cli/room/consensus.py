"""Command `consensus`: what can a room live with?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritiser.cli.room.opened import DatabaseUrl, opened_store, workshop_of
from prioritiser.cli.shared.common import Asked, cancelled_by_interrupt, command, give_answer, progress_bar
from prioritiser.cli.shared.console import columns, note_lines
from prioritiser.errors import SettingsError, WorkshopError
from prioritiser.scenario.in_words import TIER_NAMES, short_labels
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted, percent

if TYPE_CHECKING:
    from prioritiser.workshop.ballots import Ballot
    from prioritiser.workshop.consensus import Candidate, Consensus
    from prioritiser.workshop.records import Workshop

_CALLED = {
    "mean": "Best for the mean weights",
    "median": "Best for the median voice",
    "least_regret": "Least regret",
    "fairest_gain": "Fairest gain",
}


@command()
def consensus(
    asked: Asked,
    ballots: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ballots: participant, role, place, weights; .csv.")
    ] = None,
    workshop: Annotated[
        str | None, typer.Option(metavar="CODE", help="The ballots of a workshop, after its last round.")
    ] = None,
    database: DatabaseUrl = None,
    output: Annotated[str | None, typer.Option(help="FILE.json or .csv (initiatives); - is JSON on stdout.")] = None,
) -> None:
    """What can a room live with? Each participant's own portfolio, and four portfolios for all."""
    from prioritiser.optimisation.optimiser import Optimiser  # noqa: PLC0415 - only this command needs them
    from prioritiser.workshop.consensus import Scope  # noqa: PLC0415
    from prioritiser.workshop.consensus import consensus as found_consensus  # noqa: PLC0415

    asked.check(output, (".json", ".csv"))
    if (ballots is None) == (workshop is None):
        raise SettingsError("Give the ballots of a room in one way: --ballots FILE, or --workshop CODE.")
    if database is not None and workshop is None:
        raise SettingsError("--database says where a workshop is. Give its code with --workshop CODE too.")
    scenario, settings, said, notices = (
        _of_file(asked, ballots) if ballots is not None else _of_workshop(asked, workshop or "", database)
    )
    for line in note_lines(notices):
        typer.echo(line, err=True)
    with cancelled_by_interrupt() as stop:
        answer = found_consensus(
            Optimiser(scenario),
            settings,
            said,
            Scope(gap=asked.gap),
            budget=asked.budget(stop),
            progress=progress_bar(),
        )
    give_answer(answer, output, consensus_text, consensus_csv)


type _Said = tuple[Scenario, Settings, tuple[Ballot, ...], tuple[str, ...]]


def _of_file(asked: Asked, file: Path) -> _Said:
    from prioritiser.workshop.ballots import read_ballots  # noqa: PLC0415 - only this command needs it

    scenario, settings = asked.read()
    return scenario, settings, *read_ballots(scenario, file)


def _of_workshop(asked: Asked, code: str, database: str | None) -> _Said:
    """Read the ballots of a workshop that count, and the settings in force in it with the options laid over them.

    Of an anonymous room nothing is said before it is closed, or of fewer than five, and never a role or a place.
    """
    from prioritiser.workshop.answers import ballots_of  # noqa: PLC0415 - only this command needs them
    from prioritiser.workshop.groups import LEAST  # noqa: PLC0415
    from prioritiser.workshop.store import settings_of  # noqa: PLC0415

    scenario, settings = asked.read()
    with opened_store(database) as store:
        found = workshop_of(store, code)
        _check_same(scenario, found, store.scenario(found))
        own = settings_of(found, scenario)
        said = ballots_of(scenario, own, found, store.entries(found))
    if asked.what_if is None:
        settings = own.merge(scenario.names.respelled(asked.changes()))
        scenario.check(settings)
    if not said:
        raise WorkshopError(f"Nobody has weighed the tiers in the workshop {found.code} yet.")
    if not found.plan.is_anonymous:
        return scenario, settings, said, ()
    if found.state.is_open:
        raise WorkshopError(
            f"The workshop {found.code} is anonymous and open: what single answers say is shown once it is closed. "
            f"prioritiser workshop close {found.code} closes it."
        )
    if len(said) < LEAST:
        raise WorkshopError(
            f"The workshop {found.code} is anonymous, and fewer than {LEAST} have weighed the tiers: nothing is shown."
        )
    unnamed = tuple(replace(one, role="", place="") for one in said)
    return scenario, settings, unnamed, ("The room is anonymous: roles and places are left out.",)


def _check_same(scenario: Scenario, workshop: Workshop, theirs: Scenario) -> None:
    if scenario.hash != theirs.hash:
        raise WorkshopError(
            f"The ballots of the workshop {workshop.code} are about another scenario than this one: {theirs.title}, as "
            f"it was when the workshop was opened. To have that one: prioritiser workshop export {workshop.code} "
            "--output w.zip, and take scenario.zip out of it."
        )


def consensus_csv(answer: Consensus) -> bytes:
    """Write one row an initiative: whether each portfolio has it, who would choose it and who supports it."""
    from prioritiser.exports.common.csv import Cell, rows_csv  # noqa: PLC0415 - only written tables need the writers

    chosen, portfolios = answer.chosen_by(), answer.candidates
    header: list[Cell] = ["initiative_id", "name", *portfolios, "chosen_by", "support", "scenario"]
    rows = [header]
    for name, row in answer.scenario.initiative_by_id.items():
        inside: list[Cell] = ["yes" if name in one.outcome.plan else "no" for one in portfolios.values()]
        rows.append([name, row.label, *inside, chosen[name], answer.support.get(name), answer.scenario.title])
    return rows_csv(rows)


def consensus_text(answer: Consensus) -> str:
    """Show what a room can live with: the portfolios for all, who loses most by each, and what to argue about."""
    number, settled, argued = len(answer.participants), answer.in_all(), answer.in_some()
    lines = [answer.scenario.title, ""]
    if not number:
        return "\n".join([*lines, "Nobody of the room can gain anything.", "", *note_lines(answer.notices)])
    lines.append(
        f"{counted(number, 'participant')}. Every portfolio below has {counted(len(settled), 'initiative')}; argue "
        f"about {len(argued)}."
    )
    if (agreed := answer.agreement.now) is not None:
        lines.append(f"Agreement on the weights: {percent(agreed)} (100 % where all weigh alike).")
    tiers = [tier for tier in TIER_NAMES if any(one.outcome.scores.get(tier) for one in answer.candidates.values())]
    rows = [["Portfolio", *(TIER_NAMES[tier] for tier in tiers), "largest regret", "whose", "mean regret", "proved"]]
    for name, one in answer.candidates.items():
        scores = [percent(one.outcome.scores[tier]) for tier in tiers]
        rows.append([_CALLED[name], *scores, percent(one.largest), _whose(answer, one), percent(one.mean), _proof(one)])
    lines += ["", *columns(rows)]
    labels, chosen = short_labels(answer.scenario.initiatives, 60), answer.chosen_by()
    if argued:
        rows = [["To argue about", "chosen by", *(["support"] if answer.support else []), "in"]]
        for name in sorted(argued, key=lambda name: -chosen[name]):
            inside = ", ".join(
                _CALLED[key].lower() for key, one in answer.candidates.items() if name in one.outcome.plan
            )
            support = [percent(answer.support[name])] if answer.support else []
            rows.append([labels[name], percent(chosen[name]), *support, inside])
        lines += ["", *columns(rows)]
    lines += ["", *_unsupported(answer, labels)]
    return "\n".join([*lines, *note_lines(answer.notices)]).rstrip()


def _whose(answer: Consensus, one: Candidate) -> str:
    """Name the role of the most distant voice, or the participant where there is no role."""
    worst = max(answer.participants, key=lambda other: one.regrets[other.ballot.participant])
    return worst.ballot.role or worst.ballot.participant


def _proof(one: Candidate) -> str:
    return "yes" if one.gap <= 1e-4 else f"within {percent(one.gap, 1)}"


def _unsupported(answer: Consensus, labels: dict[str, str]) -> list[str]:
    """Name what all portfolios have and nobody supports, and what most support and no portfolio has."""
    if not answer.support:
        return []
    inside = {name for one in answer.candidates.values() for name in one.outcome.plan}
    alone = [labels[name] for name in answer.in_all() if answer.support[name] == 0]
    missed = [labels[name] for name, share in answer.support.items() if share > 0.5 and name not in inside]
    lines = [f"In every portfolio, supported by nobody: {'; '.join(alone)}."] if alone else []
    return [*lines, *([f"Supported by most, in no portfolio: {'; '.join(missed)}."] if missed else [])]
