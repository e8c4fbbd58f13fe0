"""Work out what a workshop means for the paper of a portfolio; which workshops a paper can be about."""

from __future__ import annotations

from dataclasses import replace

from prioritiser.errors import InfeasibleError, NoAnswerError, WorkshopError
from prioritiser.optimisation.incumbent import Budget, Progress
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.report.known import Known
from prioritiser.report.room import RoomMeaning, room_meaning, said_only
from prioritiser.report.words import RECOMMENDED
from prioritiser.scenario.scenario import Scenario
from prioritiser.workshop.consensus import Consensus, Scope, consensus
from prioritiser.workshop.heard.rounds import RoomSaid, read_rounds
from prioritiser.workshop.records import Workshop
from prioritiser.workshop.store import WorkshopStore

GAP = 0.01
_NOT_FOUND = "The portfolios for all were not worked out: {}."


def check_finished(workshop: Workshop, scenario: Scenario) -> None:
    """Raise WorkshopError where a workshop is still open, or is about another scenario."""
    if workshop.scenario_hash != scenario.hash:
        raise WorkshopError(
            f"The workshop {workshop.code} is about another scenario, or about this one before it was changed. Its "
            "ballots stay with what they were about: write the paper of that scenario."
        )
    if workshop.state.is_open:
        raise WorkshopError(f"The workshop {workshop.code} is still open. Close it on the Workshop page first.")


def with_room(
    optimiser: Optimiser,
    known: Known,
    store: WorkshopStore,
    workshop: Workshop,
    *,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Known:
    """Add to what is known of a portfolio what a finished workshop about its scenario means.

    When time is up, what was found so far is kept. Raises WorkshopError as `check_finished`, and StoreError.
    """
    check_finished(workshop, known.scenario)
    said = read_rounds(store, workshop)
    try:
        answer = find_answer(optimiser, said, budget=budget, progress=progress)
    except (InfeasibleError, NoAnswerError) as error:
        meaning = said_only(workshop, said, said.rounds[-1])
        notes = (*meaning.notes, _NOT_FOUND.format(str(error).rstrip(".")))
        return replace(known, room=replace(meaning, notes=notes))
    return replace(known, room=meaning_for(known, workshop, said, answer))


def find_answer(
    optimiser: Optimiser, said: RoomSaid, *, budget: Budget | None = None, progress: Progress | None = None
) -> Consensus | None:
    """Find what the last round of a closed workshop means; None where nothing of it may be shown.

    Raises InfeasibleError, and NoAnswerError when time was up before anything was found.
    """
    now = said.rounds[-1]
    ballots = now.shown_ballots
    if now.room.why_not or not ballots:
        return None
    first = said.rounds[0].shown_ballots if now.number > 1 else ()
    scope = Scope(before=first, gap=GAP)
    return consensus(optimiser, said.settings, ballots, scope, budget=budget, progress=progress)


def meaning_for(known: Known, workshop: Workshop, said: RoomSaid, answer: Consensus | None) -> RoomMeaning:
    """Say what a closed workshop means by the portfolio and the options that are known; answer: see `find_answer`."""
    now = said.rounds[-1]
    if answer is None:
        return said_only(workshop, said, now)
    plans = {RECOMMENDED: known.outcome, **{option.name: option.outcome for option in known.tabled}}
    return room_meaning(workshop, said, now, answer, plans)
