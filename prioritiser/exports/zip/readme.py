"""README.txt of the pack: what each file is, how it was made, what was guessed, and how to open the scenario again."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from prioritiser.analysis.summary.summary import judged_goals
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.common.sheets import EVIDENCE
from prioritiser.exports.common.tables import PaperTable
from prioritiser.files.excel.writer import fits_workbook
from prioritiser.report.document import Report
from prioritiser.scenario.in_words import settings_words
from prioritiser.scenario.schema import Evidence
from prioritiser.text.formatting import counted, joined, objective_text

WIDTH = 100
_KINDS = {
    ".docx": "the paper for Word",
    ".pptx": "slides for PowerPoint, with notes",
    ".pdf": "the paper as a PDF",
    ".xlsx": "a workbook: cover, charts, every table of the paper, the whole answer, and the scenario itself",
    ".html": "the paper as one web page that needs no connection",
    ".csv": "a table as text, for any spreadsheet or program",
    ".json": "plain values, for a program",
}
_SCENARIO = "scenario/"


def readme(report: Report, portfolio: Portfolio, given: Iterable[str], tables: Mapping[str, PaperTable]) -> str:
    """Write README.txt, at most 100 characters a line.

    given: names of the other formats. tables: the tables of the paper by the name of their file.
    """
    names = list(given)
    is_in_workbook = fits_workbook(portfolio.outcome.scenario) and any(name.endswith(".xlsx") for name in names)
    parts = [
        [one_line(report.title), one_line(report.subtitle), *([one_line(report.flag)] if report.flag else [])],
        ["IN SHORT", one_line(report.headline), f"{one_line(report.proof)}."],
        ["WHAT EACH FILE IS", *_files(names, tables)],
        ["WHICH FILES TO OPEN WITH A DOUBLE CLICK", *_safe(names, tables)],
        ["HOW IT WAS MADE", *_made(report, portfolio)],
        ["WHAT IS ILLUSTRATIVE OR JUDGED", *_judged(report, portfolio)],
        ["HOW TO OPEN THE SCENARIO AGAIN", *_again(portfolio, is_in_workbook)],
    ]
    return "\n\n".join("\n".join(line for text in part for line in _wrapped(text)) for part in parts) + "\n"


def _wrapped(text: str) -> list[str]:
    """Wrap one text; the lines after the first of a point are set in."""
    inset = "  " if text.startswith("- ") else ""
    return textwrap.wrap(text, WIDTH, subsequent_indent=inset, break_on_hyphens=False) or [""]


def _files(given: Sequence[str], tables: Mapping[str, PaperTable]) -> Iterator[str]:
    yield "- README.txt: this text."
    for name in given:
        ending = "." + name.rpartition(".")[2].casefold()
        yield f"- {name}: {_KINDS.get(ending, 'another form of the same decision')}."
    yield "- answer.json: the whole answer as plain values: what `prioritiser solve --output answer.json` writes."
    yield f"- {_SCENARIO}: everything that was asked, as scenario.toml and one CSV file for each table."
    for name, paper in tables.items():
        table = paper.table
        note = f" {one_line(table.note)}" if table.note else ""
        yield f"- {name}: {one_line(table.caption)}.{note}"


def _safe(given: Sequence[str], tables: Mapping[str, PaperTable]) -> Iterator[str]:
    ours = [name for name in given if name.casefold().endswith(".csv")]
    csvs = [*ours, *(["the tables in tables/"] if tables else [])]
    safe = [*(name for name in given if name not in ours), *(f"{name} (CSV)" for name in csvs), "README.txt"]
    yield f"- Safe: {joined(safe)}."
    if csvs:
        yield (
            "- In these CSV files text that a spreadsheet might take for a formula, because it begins with =, +, -, @ "
            "or a tab, has an apostrophe before it."
        )
    yield (
        f"- Not with a double click: the CSV files in {_SCENARIO}. There text stands just as it was given, so that the "
        "scenario loses nothing, and a spreadsheet may take text that begins with =, +, - or @ for a formula. Open "
        "them with Prioritiser, or import them as text: in Excel under Data, From Text/CSV, with every column as Text."
    )


def _made(report: Report, portfolio: Portfolio) -> Iterator[str]:
    solver = portfolio.solver
    yield (
        "Prioritiser chose, of all portfolios that keep the capacities, rules and locks, the one that gets "
        f"furthest to the targets by its weights and balance, with {solver.name} {solver.version}. Every file here is "
        "written from that one answer, so the figures agree."
    )
    ours = {
        "Settings": settings_words(portfolio.settings),
        "Objective and bound": f"{objective_text(portfolio.objective)} and {objective_text(portfolio.bound)}",
        "Date": report.made.isoformat(),
    }
    named = {name for name, _ in report.provenance}
    for name, words in (*report.provenance, *((key, said) for key, said in ours.items() if key not in named)):
        yield f"- {one_line(name)}: {one_line(words)}"
    for notice in portfolio.notices:
        yield f"- Note: {one_line(notice)}"


def _judged(report: Report, portfolio: Portfolio) -> Iterator[str]:
    scenario = portfolio.outcome.scenario
    yield one_line(report.flag) or "The scenario does not say of itself that it is illustrative."
    yield EVIDENCE
    plan = portfolio.outcome.plan
    guessed = sum(scenario.initiative_by_id[name].evidence is Evidence.JUDGED for name in plan)
    yield (
        f"Judged here: {guessed} of {counted(len(plan), 'recommended initiative')}, and the levels of "
        f"{len(judged_goals(portfolio.outcome))} of {counted(len(scenario.goals), 'goal')}."
    )


def _again(portfolio: Portfolio, is_in_workbook: bool) -> Iterator[str]:
    ways = "this zip as it is, the folder scenario, or the workbook" if is_in_workbook else "this zip, or its scenario"
    yield (
        f"Give Prioritiser {ways}: each opens as the same scenario. On the page, bring it in under Data; or unpack "
        "it and run:"
    )
    yield "- prioritiser solve scenario"
    yield f"The hash of the scenario is {portfolio.scenario_hash}; it changes when anything in the scenario does."
