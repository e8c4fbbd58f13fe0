"""What it rests on: assumptions, evidence, equations, questions on equality and quality, where figures are from."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version

import pandas as pd

from prioritiser.analysis.summary.assumptions import ADVICE, EQUATIONS, SYMBOLS, assumptions
from prioritiser.analysis.summary.contributions import NOT_GIVEN, by_group, contributions
from prioritiser.analysis.summary.summary import proof, references
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.report.confidence import FULL
from prioritiser.report.document import Block, Bullets, Cell, Equation, Paragraph, Section, Table
from prioritiser.report.headings import HEADINGS
from prioritiser.report.known import Known
from prioritiser.report.recommendation import PAPERS
from prioritiser.report.room import RoomMeaning
from prioritiser.report.words import count, share
from prioritiser.scenario.in_words import TIER_NAMES, settings_words
from prioritiser.scenario.schema import Row
from prioritiser.text.formatting import counted, joined, objective_text, percent

_TABLES = ("goals", "resources", "initiatives", "uses", "effects")
_MARKS = ("measured", "derived", "judged")
_NONE = "nothing"
_IN_FULL = {"Scenario", "Objective and bound", "Solver", "Packages", "Date", "Weights that count"}
_PACKAGES = ("prioritiser", "pulp", "highspy", "pandas", "numpy")


def assumed(known: Known) -> Section:
    """List what the model assumes, and how the figures of the scenario are known."""
    scenario = known.scenario
    rows = tuple(assumptions(scenario, known.portfolio.settings))
    marks = Table(
        "evidence",
        "How the figures of the scenario are known",
        ("Table", "Rows", "Measured", "Derived", "Judged", "Not marked", "With a source"),
        tuple(_evidence(name, scenario.rows(name)) for name in _TABLES),
        (3, 1.5, 1.5, 1.5, 1.5, 1.6, 2),
    )
    held = Table("assumptions", "What the model assumes", ("Assumption", "What it means here"), rows, (2, 8))
    effects = Counter(str(row.evidence or "") for row in scenario.effects)
    finding = (
        f"{effects['judged']} of {counted(len(scenario.effects), 'effect')} are judged, that is somebody's estimate "
        "and not a measurement."
    )
    choices = Paragraph(f"Choices, which are not assumptions: {settings_words(known.portfolio.settings)}.")
    short = (Paragraph("The tool advises; people decide. The full paper lists every assumption and its evidence."),)
    return Section(
        "assumptions", HEADINGS["assumptions"], finding, (Paragraph(ADVICE), choices, held, marks), PAPERS, (), short
    )


def _evidence(name: str, rows: Iterable[Row]) -> tuple[Cell, ...]:
    found = list(rows)
    marks = Counter(str(row.evidence or "") for row in found)
    counts = (len(found), *(marks[mark] for mark in (*_MARKS, "")), sum(bool(row.source) for row in found))
    return (name.capitalize(), *map(count, counts))


def equality(known: Known) -> Section:
    """Ask what a board has to ask about equality and quality, with what the figures can and cannot say about it."""
    outcome = known.outcome
    places = by_group(outcome, contributions(outcome), "place")
    named = places[places["group"] != NOT_GIVEN]
    unnamed = len(outcome.plan) - int(named["initiatives"].sum())
    compared = references(outcome)
    stopping = sum(name not in outcome.plan for name in compared.today.plan)
    judged = sum(str(outcome.scenario.initiative_by_id[name].evidence or "") == "judged" for name in outcome.plan)
    questions = (
        "Who gains and who loses among people with protected characteristics and in the most deprived areas? "
        + _named_places(unnamed, len(outcome.plan)),
        f"What happens to those who use what stops? {counted(stopping, 'initiative')} of today's plan "
        f"{'ends' if stopping == 1 else 'end'}; has each a plan for its patients and staff?",
        "Which groups could be made worse off, what would soften that, and who watches it?",
        "Is each initiative safe while it starts: staffing, waiting, infection, safeguarding, data? "
        "Who signs off its quality impact before it begins?",
        "Will experience be better or worse for patients, carers and staff, and how will that be measured?",
        f"How good is the evidence? {judged} of {counted(len(outcome.plan), 'chosen initiative')} rest on judgement.",
        "When is each assessment due, who does it, and what would make us stop?",
    )
    blocks: list[Block] = [
        Paragraph(
            "These are questions for the equality and quality impact assessments. The model does not answer them."
        ),
        Bullets(questions),
    ]
    if len(named):
        blocks.append(_places(named))
    finding = "An equality and a quality impact assessment are due before anything starts."
    return Section("equality", HEADINGS["equality"], finding, tuple(blocks), PAPERS, (), (Bullets(questions[:1]),))


def _named_places(unnamed: int, chosen: int) -> str:
    if not unnamed:
        return "The scenario names places, not groups of people."
    return f"The scenario names no place for {unnamed} of {counted(chosen, 'chosen initiative')}."


def _places(named: pd.DataFrame) -> Table:
    rows = tuple(
        (row.group, count(row.proposed), count(row.initiatives), share(row.gain_share), share(row.money_share))
        for row in rows_of(named)
    )
    columns = ("Place", "Proposed", "Chosen", "Share of the gain", "Share of the money")
    return Table("places", "Where the portfolio works", columns, rows, (4, 1.5, 1.5, 2, 2))


def equations() -> Section:
    """Write the model down in short."""
    blocks = tuple(Equation(words, "".join(str(part) for part in formula)) for words, formula in EQUATIONS)
    finding = "One objective within every capacity, rule and lock."
    return Section("equations", HEADINGS["equations"], finding, (*blocks, Paragraph(SYMBOLS)), FULL)


def provenance(known: Known, made: date, *, short: bool = False) -> tuple[tuple[str, str], ...]:
    """Say what the figures were made from, with and when, so that anybody can make them again.

    short: without what the full paper says of solver and packages.
    """
    portfolio = known.portfolio
    packages = joined([f"{name} {version(name)}" for name in _PACKAGES])
    pairs = (
        ("Scenario", portfolio.scenario_title),
        ("Scenario hash", portfolio.scenario_hash),
        ("Settings", settings_words(portfolio.settings)),
        ("Weights that count", _weights(known)),
        ("Proof", f"{proof(portfolio)}; gap {percent(portfolio.gap, 2)}"),
        ("Objective and bound", f"{objective_text(portfolio.objective)} and {objective_text(portfolio.bound)}"),
        ("Solver", f"{portfolio.solver.name} {portfolio.solver.version}, {counted(portfolio.solver.solves, 'solve')}"),
        ("Packages", packages),
        ("Not worked out", _missing(known) or _NONE),
        *((("Workshop", _workshop(known.room)),) if known.room else ()),
        ("Date", made.isoformat()),
        *((("Link", known.link),) if known.link else ()),
    )
    return tuple((name, text) for name, text in pairs if name not in _IN_FULL and text != _NONE) if short else pairs


def _workshop(room: RoomMeaning) -> str:
    rounds = counted(room.rounds, "round")
    named = "anonymous" if room.is_anonymous else "with names"
    made_up = ", illustrative" if room.is_illustrative else ""
    return f"{room.title}: {counted(room.people, 'person', 'people')}, {rounds}, closed {room.held}, {named}{made_up}"


def _weights(known: Known) -> str:
    """Weights in force, as shares: tiers without goals have none."""
    return ", ".join(f"{TIER_NAMES[tier].lower()} {percent(part)}" for tier, part in known.outcome.weights.items())


def missing_words(known: Known) -> str:
    """Say what was not worked out; "" where all was."""
    missing = _missing(known)
    return f"Not worked out: {missing}" if missing else ""


def _missing(known: Known) -> str:
    parts = {
        "safe, contested and out": known.stress,
        "closest calls": known.explained or None,
        "price of balance and rules": known.price,
    }
    return "; ".join(name for name, found in parts.items() if found is None)
