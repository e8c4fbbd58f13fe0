"""Ballots on paper: what is asked stands on them, and what is typed in from them is read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from prioritiser import read_scenario
from prioritiser.cli import run
from prioritiser.exports.ballots.printed import ballot_docx, ballots_csv
from prioritiser.workshop.answers import important_goals
from prioritiser.workshop.ballots import read_ballots
from prioritiser.workshop.records import Kind, Question, WorkshopPlan
from tests.places import QUICKSTART, ROOT

SCENARIO = read_scenario(QUICKSTART)
GOALS = important_goals(SCENARIO, SCENARIO.settings)
PLAN = WorkshopPlan(
    "Spring <b>room</b>", (Question(Kind.SWING, GOALS), Question(Kind.SUPPORT)), True, ("Trust", "=1+1"), ("North",)
)


def words_of(plan: WorkshopPlan) -> Iterator[str]:
    paper = Document(io.BytesIO(ballot_docx(plan, SCENARIO, SCENARIO.settings)))
    yield from (paragraph.text for paragraph in paper.paragraphs)
    yield from (cell.text for table in paper.tables for row in table.rows for cell in row.cells)


def test_every_move_initiative_and_choice_stands_on_a_ballot() -> None:
    words = list(words_of(PLAN))
    text = "\n".join(words)
    assert "Spring <b>room</b>" in words and "☐ Trust    ☐ =1+1" in text
    assert all(row.label in words for row in SCENARIO.initiatives)
    assert all(SCENARIO.goal_by_id[name].label in text for name in GOALS)
    assert "Ballot number ______" in words
    named = list(words_of(WorkshopPlan("T", (Question(Kind.POINTS),), False)))
    assert any(one.startswith("Name ") for one in named)
    assert any("Share 100 points" in one for one in named)


def test_table_that_was_filled_in_is_read_as_ballots(tmp_path: Path) -> None:
    table = ballots_csv(PLAN, SCENARIO, 2).decode("utf-8-sig").splitlines()
    header = table[0].split(",")
    assert header[:6] == ["participant", "role", "place", "national", "local", "long_term"]
    assert [row.split(",")[0] for row in table[1:]] == ["p1", "p2"]
    first = dict.fromkeys(header, "") | {"participant": "p1", "national": "100", "local": "50", "long_term": "0"}
    first |= {f"goal:{GOALS[0]}": "100", "support:handover": "yes"}
    file = tmp_path / "ballots.csv"
    file.write_text("\n".join([table[0], ",".join(first[name] for name in header)]) + "\n", encoding="utf-8")
    (ballot,), notices = read_ballots(SCENARIO, file)
    assert dict(ballot.weights) == {"national": 100, "local": 50, "long_term": 0}
    assert dict(ballot.goal_weights) == {GOALS[0]: 100} and dict(ballot.support) == {"handover": True}
    assert notices == ()


def test_command_writes_both_and_refuses_other_endings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    assert run(["workshop", "new", str(QUICKSTART), "--title", "Spring", "--database", database]) == 0
    found = re.search(r"Code +([A-Z]{6})", capsys.readouterr().out)
    assert found
    asked = ["workshop", "ballots", found[1], "--database", database, "--output"]
    assert run([*asked, str(tmp_path / "b.csv"), "--copies", "3"]) == 0
    assert "b.csv: 3 ballots. Then: prioritiser consensus SCENARIO --ballots" in capsys.readouterr().out
    assert len((tmp_path / "b.csv").read_text(encoding="utf-8-sig").splitlines()) == 4
    assert run([*asked, str(tmp_path / "b.docx")]) == 0
    assert "b.docx: a ballot for Spring. Print one for each participant" in capsys.readouterr().out
    assert run([*asked, str(tmp_path / "b.pdf")]) == 2


def test_guide_names_commands_and_options_that_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    guide = (ROOT / "docs" / "facilitator.md").read_text(encoding="utf-8")
    asked = set(re.findall(r"prioritiser ((?:workshop )?[a-z]+)", guide))
    assert {"app", "consensus", "workshop ballots", "workshop export", "workshop import"} <= asked
    helps = ""
    for command in asked:
        assert run([*command.split(), "--help"]) == 0, command
        helps += capsys.readouterr().out
    assert {option for option in re.findall(r"--[a-z][a-z-]*", guide) if option not in helps} == set()
