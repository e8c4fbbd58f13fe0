"""Decisions from the command line: made, listed, shown, verified and moved; every message, and its exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from prioritiser.cli import run
from prioritiser.decisions.log import DecisionLog
from prioritiser.store.database import open_database
from prioritiser.store.tables import DECISIONS
from tests.places import QUICKSTART

MADE = ("decide", str(QUICKSTART), "--title", "Plan for 2026", "--reason", "Most for patients", "--owner", "Board")


@pytest.fixture
def file(tmp_path: Path) -> str:
    return f"sqlite:///{(tmp_path / 'decisions.sqlite').as_posix()}"


def said(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    """Run a command that ends with this code; returns what it said, on stderr where it could not be done."""
    found = run(list(arguments))
    captured = capsys.readouterr()
    assert found == code, captured
    return captured.out if captured.out else captured.err


def receipt_in(text: str) -> str:
    found = re.search(r"Receipt: (\d+:[0-9a-f]{64})", text)
    assert found
    return found[1]


def test_decision_is_made_listed_shown_superseded_and_withdrawn(capsys: pytest.CaptureFixture[str], file: str) -> None:
    where = ("--database", file)
    first = said(capsys, 0, *MADE, "--review", "2027-04-01", "--dissent", "The council", *where)
    assert first.startswith("Decision 1 is kept: Plan for 2026. 5 initiatives, proved best.\n")
    assert "Decision 2 is kept" in said(capsys, 0, *MADE, "--weights", "0,0,1", "--supersedes", "1", *where)
    shown = said(capsys, 0, "decisions", "show", "1", *where)
    for words in (
        "Decision 1: Plan for 2026", "Board; superseded by 2", "Most for patients", "Dissent: The council",
        "Review: 2027-04-01", "Quickstart (illustrative): 5 initiatives",
        "Every figure is the same by the arithmetic of today.", f"Receipt: {receipt_in(first)}",
    ):  # fmt: skip
        assert words in shown
    given = ("--reason", "Money fell away", "--owner", "Board", *where)
    assert said(capsys, 0, "decisions", "withdraw", "2", *given).startswith(
        "Entry 3 is kept: decision 2 stands no longer.\n"
    )
    rows = [re.split(r" {2,}", line.strip()) for line in said(capsys, 0, "decisions", "list", *where).splitlines()]
    assert [row[0] for row in rows] == ["No.", "1", "2", "3"]
    assert ["superseded by 2" in rows[1], "withdrawn by 3" in rows[2], "withdraws 2" in rows[3]] == [True] * 3
    assert "Entry 3" not in said(capsys, 0, "decisions", "show", "3", *where)
    told = json.loads(said(capsys, 0, "decisions", "show", "2", *where, "--output", "-"))
    assert (
        told["settings"]["weights"] == {"national": 0.0, "local": 0.0, "long_term": 1.0} and told["differences"] == []
    )


def test_decide_gives_json_alone_when_asked(capsys: pytest.CaptureFixture[str], file: str) -> None:
    told = json.loads(said(capsys, 0, *MADE, "--database", file, "--output", "-"))
    assert (told["format"], told["number"], told["kind"], told["before"]) == (1, 1, "adopted", "")
    assert told["portfolio"]["gap"] == 0 and told["versions"]["arithmetic"] == 1


def test_nothing_is_solved_or_written_when_the_words_cannot_be_taken(
    capsys: pytest.CaptureFixture[str], file: str, tmp_path: Path
) -> None:
    told = said(
        capsys, 1, *MADE[:2], "--title", " ", "--reason", "x", "--owner", "y", "--review", "soon", "--database", file
    )
    assert told.splitlines() == [
        "title: nothing was given. Say it in a few words.",
        'review: "soon" is no day. Write it as 2027-04-01.',
    ]
    assert list(tmp_path.iterdir()) == []
    told = said(capsys, 1, *MADE, "--supersedes", "7", "--database", file)
    assert "There is no decision 7" in told
    told = said(capsys, 2, *MADE, "--workshop", "ABCDEF", "--database", file)
    assert '"ABCDEF" is the code of no workshop' in told
    assert "There is no decision in" in said(capsys, 0, "decisions", "list", "--database", file)


def test_decision_is_refused_when_somebody_decided_meanwhile(
    capsys: pytest.CaptureFixture[str], file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, 0, *MADE, "--database", file)
    monkeypatch.setattr(DecisionLog, "head", lambda _: 0)  # what was there when the command began
    assert said(capsys, 1, *MADE, "--database", file).startswith("decided meanwhile: 1. Look at it")


def test_verify_says_whether_the_log_is_whole_and_exits_1_when_it_is_not(
    capsys: pytest.CaptureFixture[str], file: str
) -> None:
    where = ("--database", file)
    receipt = receipt_in(said(capsys, 0, *MADE, *where))
    assert said(capsys, 0, "decisions", "verify", *where) == (
        "The log is whole: 1 entry. A cut tail shows only with --receipt.\n"
    )
    assert said(capsys, 0, "decisions", "verify", "--receipt", receipt, *where) == (
        "The log is whole: 1 entry, and holds the receipt.\n"
    )
    assert "is no receipt. Expected NUMBER:HASH" in said(capsys, 1, "decisions", "verify", "--receipt", "1", *where)
    database = open_database(file)
    with database.writing() as connection:
        connection.execute(DECISIONS.update().values(at="2020-01-01T00:00:00+00:00"))
    database.close()
    assert said(capsys, 1, "decisions", "verify", *where) == "The log is broken: decision 1 was altered.\n"
    told = json.loads(said(capsys, 1, "decisions", "verify", *where, "--output", "-"))
    assert told == {"valid": False, "entries": 1, "first_altered": 1, "why": "decision 1 was altered"}
    assert "The log is not whole: decision 1 was altered. Nothing was written." in said(
        capsys, 1, "decisions", "export", "--output", "d.zip", *where
    )


def test_log_goes_out_and_in_and_on(capsys: pytest.CaptureFixture[str], file: str, tmp_path: Path) -> None:
    other, written = f"sqlite:///{(tmp_path / 'other.sqlite').as_posix()}", str(tmp_path / "d.zip")
    for expected in ("1 new entry", "1 new entry", "0 new entries"):
        if expected != "0 new entries":
            said(capsys, 0, *MADE, "--database", file)
            said(capsys, 0, "decisions", "export", "--output", written, "--database", file)
        assert said(capsys, 0, "decisions", "import", written, "--database", other) == f"Read {written}: {expected}.\n"
    shown = [said(capsys, 0, "decisions", "show", "2", "--database", one) for one in (file, other)]
    assert shown[0] == shown[1]
    assert "not a file" in said(capsys, 1, "decisions", "import", str(tmp_path / "gone.zip"), "--database", other)
