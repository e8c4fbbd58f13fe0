"""Command `consensus`: what can a room live with?"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from prioritiser.text.formatting import counted, percent, points_number
from prioritiser.workshop.records import CALLED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prioritiser.workshop.ballots import Ballot
    from prioritiser.workshop.consensus import Candidate, Consensus, SupportPrice
    from prioritiser.workshop.records import Workshop


@command()
def consensus(
    asked: Asked,
    ballots: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ballots: participant, role, place, weights; .csv.")
    ] = None,
    workshop: Annotated[
        str | None, typer.Option(metavar="CODE", help="The ballots of a workshop, after its last round.")
    ] = None,
    before: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ballots of the first round, to compare agreement; .csv.")
    ] = None,
    database: DatabaseUrl = None,
    options: Annotated[bool, typer.Option("--options", help="Regrets of the scenario's what-ifs as well.")] = False,
    output: Annotated[str | None, typer.Option(help="FILE.json or .csv (initiatives); - is JSON on stdout.")] = None,
) -> None:
    """What can a room live with? Each participant's own portfolio, and four portfolios for all."""
    from prioritiser.analysis.weight_space.store import kept_map  # noqa: PLC0415 - only this command needs them
    from prioritiser.optimisation.optimiser import Optimiser  # noqa: PLC0415
    from prioritiser.workshop.consensus import Scope  # noqa: PLC0415
    from prioritiser.workshop.consensus import consensus as found_consensus  # noqa: PLC0415

    asked.check(output, (".json", ".csv"))
    if (ballots is None) == (workshop is None):
        raise SettingsError("Give the ballots of a room in one way: --ballots FILE, or --workshop CODE.")
    if database is not None and workshop is None:
        raise SettingsError("--database says where a workshop is. Give its code with --workshop CODE too.")
    if before is not None and ballots is None:
        raise SettingsError("--before goes with --ballots. A workshop has its first round by itself.")
    said = _of_file(asked, ballots, before) if ballots is not None else _of_workshop(asked, workshop or "", database)
    for line in note_lines(said.notices):
        typer.echo(line, err=True)
    drawn = kept_map(said.scenario, said.settings)
    with cancelled_by_interrupt() as stop:
        answer = found_consensus(
            Optimiser(said.scenario),
            said.settings,
            said.ballots,
            Scope(before=said.before, options=said.options() if options else {}, drawn=drawn, gap=asked.gap),
            budget=asked.budget(stop),
            progress=progress_bar(),
        )
    give_answer(answer, output, consensus_text, consensus_csv)


@dataclass(frozen=True)
class _Said:
    """What a room said, and about what. before: the ballots of the first round, where these are of a later one."""

    scenario: Scenario
    settings: Settings
    ballots: tuple[Ballot, ...]
    notices: tuple[str, ...] = ()
    before: tuple[Ballot, ...] = ()

    def options(self) -> dict[str, Settings]:
        """Settings of each what-if of the scenario, by name."""
        return {one.name: self.scenario.settings_for(one.name) for one in self.scenario.what_ifs}


def _of_file(asked: Asked, file: Path, before: Path | None) -> _Said:
    from prioritiser.workshop.ballots import read_ballots  # noqa: PLC0415 - only this command needs it

    scenario, settings = asked.read()
    ballots, notices = read_ballots(scenario, file)
    first, more = ((), ()) if before is None else read_ballots(scenario, before)
    return _Said(scenario, settings, ballots, (*notices, *more), first)


def _of_workshop(asked: Asked, code: str, database: str | None) -> _Said:
    """Read the ballots of a workshop that count, and the settings in force in it with the options laid over them.

    Of an anonymous room nothing is said before it is closed, or of fewer than five, and never a role or a place.
    """
    from prioritiser.workshop.answers import ballots_of  # noqa: PLC0415 - only this command needs them
    from prioritiser.workshop.heard.rounds import read_rounds  # noqa: PLC0415

    scenario, settings = asked.read()
    with opened_store(database) as store:
        found = workshop_of(store, code)
        _check_same(scenario, found, store.scenario(found))
        heard = read_rounds(store, found)
        is_empty = not ballots_of(scenario, heard.settings, found, store.entries(found))
    if asked.what_if is None:
        settings = heard.settings.merge(scenario.names.respelled(asked.changes()))
        scenario.check(settings)
    if is_empty:
        raise WorkshopError(f"Nobody has weighed the tiers in the workshop {found.code} yet.")
    if found.plan.is_anonymous and found.state.is_open:
        raise WorkshopError(
            f"The workshop {found.code} is anonymous and open: what single answers say is shown once it is closed. "
            f"prioritiser workshop close {found.code} closes it."
        )
    last = heard.rounds[-1]
    if not last.shown_ballots:
        raise WorkshopError(f"The workshop {found.code} is anonymous. {last.room.why_not}")
    before = heard.rounds[0].shown_ballots if len(heard.rounds) > 1 else ()
    if not found.plan.is_anonymous:
        return _Said(scenario, settings, last.shown_ballots, before=before)
    unnamed = tuple(replace(one, role="", place="") for one in last.shown_ballots)
    notices = ("The room is anonymous: roles and places are left out.", *last.room.notes)
    return _Said(scenario, settings, unnamed, notices, before)


def _check_same(scenario: Scenario, workshop: Workshop, theirs: Scenario) -> None:
    if scenario.hash != theirs.hash:
        raise WorkshopError(
            f"The ballots of the workshop {workshop.code} are about another scenario than this one: {theirs.title}, as "
            f"it was when the workshop was opened. To have that one: prioritiser workshop export {workshop.code} "
            "--output w.zip, and take scenario.zip out of it."
        )


def consensus_csv(answer: Consensus) -> bytes:
    """Write one row an initiative: whether each portfolio has it, who would choose it, who supports it, its price."""
    from prioritiser.exports.common.csv import Cell, rows_csv  # noqa: PLC0415 - only written tables need the writers

    chosen = answer.chosen_by()
    portfolios = {**answer.candidates, **{f"option: {name}": one for name, one in answer.options.items()}}
    prices = {one.initiative_id: one for one in (*answer.unsupported, *answer.wanted)}
    header: list[Cell] = ["initiative_id", "name", *portfolios, "chosen_by", "support", "price", "scenario"]
    rows = [header]
    for name, row in answer.scenario.initiative_by_id.items():
        inside: list[Cell] = ["yes" if name in one.outcome.plan else "no" for one in portfolios.values()]
        price = prices[name].price if name in prices else None
        said: list[Cell] = [chosen[name], answer.support.get(name), price]
        rows.append([name, row.label, *inside, *said, answer.scenario.title])
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
    counts = {kind: len(names) for kind, names in answer.would_choose().items()}
    lines.append(
        f"Of {len(answer.scenario.initiatives)} initiatives all would choose {counts['all']}, most {counts['most']}, "
        f"some {counts['some']} and nobody {counts['none']}."
    )
    lines += _agreement(answer)
    lines += ["", *_portfolios(answer, "Portfolio", {CALLED[key]: one for key, one in answer.candidates.items()})]
    if answer.options:
        lines += ["", *_portfolios(answer, "Option", answer.options)]
    labels = short_labels(answer.scenario.initiatives, 60)
    lines += [*_argued(answer, labels), *_differences(answer, labels)]
    return "\n".join([*lines, "", *note_lines(answer.notices)]).rstrip()


def _agreement(answer: Consensus) -> list[str]:
    """Say how far the weights agree, and how far they did before."""
    before, after = answer.agreement.before, answer.agreement.after
    if before is None:
        return []
    if after is None:
        return [f"Agreement on the weights: {percent(before)} (100 % where all weigh alike)."]
    return [
        f"Agreement on the weights: {percent(before)} before, {percent(after)} after, of the {answer.agreement.people} "
        "who answered in both rounds (100 % where all weigh alike)."
    ]


def _portfolios(answer: Consensus, heading: str, portfolios: Mapping[str, Candidate]) -> list[str]:
    """Put portfolios side by side: how far each gets, and who loses how much by it."""
    tiers = [tier for tier in TIER_NAMES if any(one.outcome.scores.get(tier) for one in portfolios.values())]
    rows = [[heading, *(TIER_NAMES[tier] for tier in tiers), "largest regret", "whose", "mean regret", "proved"]]
    for name, one in portfolios.items():
        scores = [percent(one.outcome.scores[tier]) for tier in tiers]
        rows.append([name, *scores, percent(one.largest), _whose(answer, one), percent(one.mean), _proof(one)])
    return columns(rows)


def _argued(answer: Consensus, labels: Mapping[str, str]) -> list[str]:
    """List what some portfolios have and others have not, with who would choose and who supports it."""
    argued, chosen = answer.in_some(), answer.chosen_by()
    if not argued:
        return []
    rows = [["To argue about", "chosen by", *(["support"] if answer.support else []), "in"]]
    for name in sorted(argued, key=lambda name: -chosen[name]):
        inside = ", ".join(CALLED[key].lower() for key, one in answer.candidates.items() if name in one.outcome.plan)
        support = [percent(answer.support[name]) if name in answer.support else "not asked"] if answer.support else []
        rows.append([labels[name], percent(chosen[name]), *support, inside])
    return ["", *columns(rows)]


def _whose(answer: Consensus, one: Candidate) -> str:
    """Name the role of the most distant voice, or the participant where there is no role."""
    distant = answer.distant(one, 1)
    return (distant[0].ballot.role or distant[0].ballot.participant) if distant else "nobody"


def _proof(one: Candidate) -> str:
    return "yes" if one.gap <= 1e-4 else f"within {percent(one.gap, 1)}"


def _differences(answer: Consensus, labels: Mapping[str, str]) -> list[str]:
    """List what is recommended and nobody supports, and what most support and is out, with the price of each."""
    lines = []
    if answer.unsupported:
        rows = [["Recommended, and supported by nobody", "taking it out costs"]]
        rows += [[labels[one.initiative_id], _price(one)] for one in answer.unsupported]
        lines += ["", *columns(rows)]
    if answer.wanted:
        rows = [["Supported by most, and not recommended", "support", "putting it in costs"]]
        rows += [[labels[one.initiative_id], percent(one.support), _price(one)] for one in answer.wanted]
        lines += ["", *columns(rows)]
    return lines


def _price(one: SupportPrice) -> str:
    """Say a price in points of the score at the mean weights."""
    from prioritiser.workshop.consensus import PriceState  # noqa: PLC0415 - only this command needs it

    if one.state is PriceState.NO_PLAN:
        return "no plan is without it" if one.is_in else "no plan can have it"
    return "not found yet" if one.price is None else f"{points_number(one.price, 2)} points"
