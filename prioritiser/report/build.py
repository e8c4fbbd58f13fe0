"""Put a report together: which sections there are, in which order, and which of them a paper shows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from prioritiser.analysis.summary.summary import headline, last_scored_year, proof, references
from prioritiser.report import alternatives as against
from prioritiser.report import basis
from prioritiser.report import confidence as sure
from prioritiser.report import recommendation as decision
from prioritiser.report import room_sections as of_room
from prioritiser.report.document import Length, Paper, Report, Section, Table
from prioritiser.report.known import Known
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import counted

# The order of a paper: what is recommended, what it achieves and costs, what else there is, how sure it is, the basis.
SECTIONS: dict[str, Callable[[Known, Paper], Section | None]] = {
    "tiers": lambda known, _: decision.tiers(known),
    "portfolio": lambda known, _: decision.portfolio(known),
    "goals": lambda known, _: decision.goals(known),
    "resources": lambda known, _: decision.resources(known),
    "today": lambda known, _: against.today(known),
    "trade_offs": lambda known, _: against.trade_offs(known),
    "rules": lambda known, _: against.rules(known),
    "argued": lambda known, _: sure.argued(known),
    "classes": lambda known, _: sure.classes(known),
    "chances": lambda known, _: sure.chances(known),
    "room": lambda known, _: of_room.room(known),
    "fair": lambda known, _: of_room.fair(known),
    "voices": lambda known, paper: of_room.voices(known, paper.dissent),
    "options": lambda known, paper: against.options(known, "" if known.room else paper.dissent),
    "left_out": lambda known, _: sure.left_out(known),
    "to_come": lambda known, _: sure.to_come(known),
    "assumptions": lambda known, _: basis.assumed(known),
    "equality": lambda known, _: basis.equality(known),
    "equations": lambda known, _: basis.equations(),
}
_FLAG = "Illustrative: the data are made up to show the method and describe no real system."
_MADE_UP = "Illustrative: the people of the workshop are made up, and so is what they say."
_BOTH = (
    "Illustrative: the data and the people of the workshop are made up to show the method; no real system is described."
)


def build_report(known: Known, paper: Paper | None = None, made: date | None = None) -> Report:
    """Put the report of a portfolio together, as its paper says; made: the date on it, by default this day.

    A section for which nothing is known is left out, and the provenance says what was not worked out.
    """
    wanted, day = paper or Paper(), made or date.today()
    found = [SECTIONS[key](known, wanted) for key in SECTIONS if key not in wanted.left_out]
    scenario, portfolio = known.scenario, known.portfolio
    return Report(
        title=wanted.title.strip() or build_title(scenario),
        subtitle=scenario.title,
        flag=_flag(known),
        masthead=_masthead(scenario, wanted, day),
        headline=headline(known.outcome, references(known.outcome), last_scored_year(scenario)),
        proof=". ".join(filter(None, (proof(portfolio), basis.missing_words(known)))),
        recommendation=recommendation(known, wanted),
        sections=tuple(_lean(one) for one in found if one is not None and wanted.length in one.lengths),
        provenance=basis.provenance(known, day, short=wanted.length is Length.SHORT),
        answer=portfolio.as_json(),
        length=wanted.length,
        made=day,
    )


def _flag(known: Known) -> str:
    """Say what is illustrative: the data, the people of the room, or both."""
    made_up = known.room is not None and known.room.is_illustrative
    if is_illustrative(known.scenario):
        return _BOTH if made_up else _FLAG
    return _MADE_UP if made_up else ""


def _lean(section: Section) -> Section:
    blocks = (block.without_blank_columns() if isinstance(block, Table) else block for block in section.blocks)
    return replace(section, blocks=tuple(blocks))


def build_title(scenario: Scenario) -> str:
    """Name a paper that nobody has named."""
    first, last = scenario.years[0], scenario.years[-1]
    return f"Recommended portfolio, {first}" + ("" if first == last else f" to {last}")


def recommendation(known: Known, paper: Paper) -> tuple[str, ...]:
    """Return what the board is asked: the wording that somebody wrote, a line each, else what the figures say."""
    own = tuple(line.strip() for line in paper.recommendation.splitlines() if line.strip())
    if own:
        return own
    outcome, scenario = known.outcome, known.scenario
    compared = references(outcome)
    stopping = sum(name not in outcome.plan for name in compared.today.plan)
    starts = f"Approve the start of {counted(len(outcome.plan), 'initiative')} in the years shown."
    asked = [
        starts if outcome.plan else "Note that nothing can be started within these limits.",
        *([f"Approve that {counted(stopping, 'initiative')} of today's plan end."] if stopping else []),
        f"Note which of the targets for {last_scored_year(scenario)} are met and which are missed, and by how much.",
        "Ask for equality and quality impact assessments before anything starts.",
    ]
    return tuple(asked)


def is_illustrative(scenario: Scenario) -> bool:
    """Whether the scenario says of itself that it is illustrative."""
    return any("illustrative" in text.casefold() for text in (scenario.title, scenario.summary))


def _masthead(scenario: Scenario, paper: Paper, day: date) -> tuple[tuple[str, str], ...]:
    given = (
        ("Meeting", paper.meeting),
        ("Meeting date", paper.meeting_date),
        ("Paper number", paper.paper_number),
        ("Author", paper.author),
        ("System", scenario.system),
        ("Date of this paper", f"{day.day} {day:%B %Y}"),
    )
    return tuple((name, text.strip()) for name, text in given if text.strip())
