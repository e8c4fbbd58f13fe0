"""What the Compare page can put side by side, and the portfolios that it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from prioritiser.evaluation.outcome import Outcome, current_plan, evaluate
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui import session
from prioritiser.ui.background.answers import TIME_LIMIT_S
from prioritiser.ui.background.jobs import Desk, Work, work_key
from prioritiser.ui.storage.links import View

TODAY, NOW, SAVED, WHAT_IF = "today", "now", "saved", "what_if"
MOST = 4
LETTERS = "ABCD"


@dataclass(frozen=True)
class Candidate:
    """Something that can be compared. key: of the choice; kind: today, now, saved or what_if."""

    key: str
    kind: str
    name: str
    note: str
    scenario: Scenario
    settings: Settings


@dataclass(frozen=True)
class Side:
    """A candidate that is compared, by its letter; outcome is None while it is worked out, or where there is none."""

    letter: str
    candidate: Candidate
    outcome: Outcome | None = None
    portfolio: Portfolio | None = None

    @property
    def name(self) -> str:
        """Its letter and name."""
        return f"{self.letter} {self.candidate.name}"


def candidates(scenario: Scenario, view: View) -> dict[str, Candidate]:
    """Everything that can be compared, by key: today's plan, what is in force, saved options, what-ifs."""
    found = []
    if current_plan(scenario):
        found.append(Candidate(TODAY, TODAY, "Today's plan", "", scenario, view.settings))
    found.append(Candidate(NOW, NOW, "In force now", "", scenario, view.settings))
    for option in session.saved_options():
        key = f"{SAVED} {option.name}"
        found.append(Candidate(key, SAVED, option.name, option.note, option.scenario, option.moment.view.settings))
    for what_if in scenario.what_ifs:
        key, settings = f"{WHAT_IF} {what_if.name}", scenario.settings_for(what_if.name)
        found.append(Candidate(key, WHAT_IF, what_if.name, what_if.note or "", scenario, settings))
    return {candidate.key: candidate for candidate in found}


def first_choice(known: dict[str, Candidate]) -> list[str]:
    """Choose what to compare at first: today's plan, what is in force, and saved options, or else a what-if."""
    saved = [key for key, candidate in known.items() if candidate.kind == SAVED]
    others = saved or [key for key, candidate in known.items() if candidate.kind == WHAT_IF][:1]
    return [*(key for key in (TODAY, NOW) if key in known), *others][:MOST]


def todays_outcome(candidate: Candidate) -> Outcome:
    """Evaluate today's plan under the settings in force."""
    return evaluate(candidate.scenario, current_plan(candidate.scenario), candidate.settings)


def ask_portfolio(place: int, candidate: Candidate) -> Work[Portfolio]:
    """Ask for the portfolio of a saved option or a what-if, for one of the places side by side."""

    def run(desk: Desk[Portfolio]) -> Portfolio:
        stages = desk.optimiser.stages(candidate.settings, stop=desk.budget.stop, time_limit=TIME_LIMIT_S)
        found = next(stages)
        for found in stages:
            desk.tell(found)
        return found

    key = work_key("portfolio", candidate.scenario, candidate.settings)
    return session.ask_work(f"compare_{place}", key, candidate.scenario, run)


def ready(sides: Sequence[Side]) -> list[tuple[Side, Outcome]]:
    """Sides that have an outcome, with it."""
    return [(side, side.outcome) for side in sides if side.outcome is not None]
