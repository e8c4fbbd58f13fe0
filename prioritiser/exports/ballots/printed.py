"""A workshop's questions as a Word page to print and fill in by hand, and the table that answers are typed into."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.shared import Cm, Pt

from prioritiser.charts.theme import OFFICE_FONT
from prioritiser.exports.common.csv import Cell, rows_csv
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Tier
from prioritiser.scenario.settings import Settings
from prioritiser.workshop.answers import goal_swing, tier_swings
from prioritiser.workshop.records import Kind, Question, WorkshopPlan

MOST_COPIES = 500
_BLANK = "______"
_BOX = "☐"
_ASKED = {
    Kind.SWING: (
        "Which of these moves matters most? Give it 100. Then say how much each of the others is worth beside it, from "
        "0 to 100. 50 means half as much. Weigh the whole move, not its name."
    ),
    Kind.POINTS: "Share 100 points between these moves. Give the most to the moves that matter most to you.",
    Kind.SUPPORT: "What must be done, and what can you live without? Leave out what you have no view on.",
}


def ballot_docx(plan: WorkshopPlan, scenario: Scenario, settings: Settings) -> bytes:
    """Write one ballot; print as many as there are people. Illustrative scenarios say so in their title."""
    paper: Any = Document()
    for section in paper.sections:
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(1.8)
    paper.styles["Normal"].font.name, paper.styles["Normal"].font.size = OFFICE_FONT, Pt(11)
    paper.core_properties.title = plan.title
    paper.add_heading(plan.title, level=1)
    paper.add_paragraph(scenario.title)
    paper.add_paragraph(f"Ballot number {_BLANK}" if plan.is_anonymous else f"Name {_BLANK * 4}")
    for what, choices in (("Role", plan.roles), ("Place", plan.places)):
        if choices:
            paper.add_paragraph(f"{what}:  " + "    ".join(f"{_BOX} {choice}" for choice in choices))
    for number, question in enumerate(plan.questions, 1):
        paper.add_heading(f"Question {number}", level=2).paragraph_format.keep_with_next = True
        paper.add_paragraph(_ASKED[question.kind]).paragraph_format.keep_with_next = True
        if question.kind is Kind.SUPPORT:
            rows = [[row.label, _BOX, _BOX] for row in scenario.initiatives]
            _table(paper, ["", "Must do", "Can live without"], rows)
        else:
            _weights(paper, question, scenario, settings)
        paper.add_paragraph(f"Comment: {_BLANK * 9}")
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def ballots_csv(plan: WorkshopPlan, scenario: Scenario, copies: int) -> bytes:
    """Write the table that answers are typed into: a row for each ballot, its number filled in.

    It is what `consensus --ballots` reads, once the weights are there.
    """
    goals = [f"goal:{name}" for question in plan.questions for name in question.goals]
    asks_support = any(question.kind is Kind.SUPPORT for question in plan.questions)
    support = [f"support:{name}" for name in scenario.initiative_by_id] if asks_support else []
    header: list[Cell] = ["participant", "role", "place", *(tier.value for tier in Tier), *goals, *support]
    rows: list[list[Cell]] = [[f"p{number}", *[""] * (len(header) - 1)] for number in range(1, copies + 1)]
    return rows_csv([header, *rows])


def _weights(paper: Any, question: Question, scenario: Scenario, settings: Settings) -> None:
    swings = tier_swings(scenario, settings)
    _table(paper, ["Move", "From here to there", "Worth"], [[one.name, one.said, _BLANK] for one in swings])
    for tier in swings:
        moves = [
            goal_swing(scenario, goal)
            for goal in scenario.goals
            if goal.goal_id in question.goals and goal.tier == tier.key
        ]
        if len(moves) > 1:
            said = f"{tier.name}: the same for these moves within it."
            paper.add_paragraph(said).paragraph_format.keep_with_next = True
            _table(paper, ["Move", "From here to there", "Worth"], [[one.name, one.said, _BLANK] for one in moves])


def _table(paper: Any, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = paper.add_table(rows=1, cols=len(header), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, header, strict=True):
        cell.text = words
        for run in cell.paragraphs[0].runs:
            run.bold = True
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    _repeat_header(table.rows[0])
    paper.add_paragraph()


def _repeat_header(row: Any) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 - what python-docx has no word for

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
