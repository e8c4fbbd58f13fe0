"""The log of decisions: what was decided is there to the last digit, in order, and nobody passes another by."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace

import pytest

from prioritiser.decisions.log import DecisionLog, standing
from prioritiser.decisions.records import EntryKind, Words
from prioritiser.decisions.reopened import reopen
from prioritiser.errors import DecisionError, MeanwhileError
from prioritiser.store.database import Database
from tests.decisions.made import WORDS, log_of, portfolio
from tests.places import ROOT


def test_decision_is_the_same_to_the_last_digit_when_another_process_reopens_it(database: Database, url: str) -> None:
    made = DecisionLog(database).adopt(portfolio(1, 2, 4), WORDS, after=0, workshop="ABCDEF")
    command = [sys.executable, "-m", "prioritiser.cli", "decisions", "show", "1", "--database", url, "--output", "-"]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT, text=True).stdout)
    assert told["portfolio"] == json.loads(json.dumps(portfolio(1, 2, 4).as_json()))
    assert told["settings"] == portfolio(1, 2, 4).settings.as_json()
    assert told["differences"] == [] and told["arithmetic"]["then"] == told["arithmetic"]["now"]
    assert (told["hash"], told["workshop"], told["title"]) == (made.hash, "ABCDEF", WORDS.title)


def test_reopened_decision_has_its_scenario_settings_and_outcome(database: Database) -> None:
    made = DecisionLog(database).adopt(portfolio(), WORDS, after=0)
    opened = reopen(DecisionLog(database).entry(1))
    before = portfolio().outcome
    assert opened.entry == made and opened.differences == ()
    assert opened.outcome.scenario.hash == before.scenario.hash and opened.outcome.settings == before.settings
    assert opened.outcome.plan == before.plan
    assert (opened.outcome.levels == before.levels).all() and opened.outcome.value == before.value


def test_figures_of_another_arithmetic_are_shown_beside_those_of_then(database: Database) -> None:
    made = DecisionLog(database).adopt(portfolio(), WORDS, after=0)
    told = json.loads(json.dumps(made.portfolio))
    year = told["goals"][0]["years"][1]
    year["level"] += 0.5
    goal, when = told["goals"][0], year["year"]
    opened = reopen(replace(made, portfolio=told, versions={**made.versions, "arithmetic": 0}))
    (found,) = opened.differences
    assert found.where == f"goals/{goal['id']} {goal['tier']}/years/{when}/level"
    assert found.kept == year["level"] and found.now == pytest.approx(year["level"] - 0.5)
    assert opened.arithmetic == (0, 1)


def test_decision_is_not_written_when_somebody_decided_meanwhile(database: Database) -> None:
    log, _ = log_of(database, 2)
    with pytest.raises(MeanwhileError, match="decided meanwhile: 2") as refused:
        log.adopt(portfolio(), WORDS, after=1)
    assert refused.value.number == 2 and log.head() == 2


def test_superseding_and_withdrawing_are_entries_and_edit_nothing(database: Database) -> None:
    log, made = log_of(database, 2)
    withdrawn = log.withdraw(2, replace(WORDS, title="No longer"), after=2)
    entries = log.entries()
    assert entries[:2] == made and withdrawn.kind is EntryKind.WITHDRAWN and not withdrawn.scenario
    assert standing(entries) == {1: "superseded by 2", 2: "withdrawn by 3"}
    for about, said in ((1, "Decision 1 was superseded by 2 already"), (2, "withdrawn by 3"), (9, "no decision 9")):
        with pytest.raises(DecisionError, match=said):
            log.adopt(portfolio(), WORDS, after=3, about=about)
        with pytest.raises(DecisionError, match=said):
            log.withdraw(about, WORDS, after=3)
    assert log.head() == 3
    with pytest.raises(DecisionError, match="Entry 3 withdraws decision 2: it has no portfolio"):
        reopen(withdrawn)
    with pytest.raises(DecisionError, match="There is no decision 4"):
        log.entry(4)


def test_words_are_refused_with_everything_that_is_wrong(database: Database) -> None:
    log = DecisionLog(database)
    words = Words(" \u200b", "", "o" * 201, "1 April", dissent="x" * 10_001)
    with pytest.raises(DecisionError) as refused:
        log.adopt(portfolio(), words, after=0)
    assert str(refused.value).splitlines() == [
        "title: nothing was given. Say it in a few words.",
        "reason: nothing was given. Say it in a few words.",
        "owner: 201 characters. Use at most 200.",
        "dissent: 10,001 characters. Use at most 10,000.",
        'review: "1 April" is no day. Write it as 2027-04-01.',
    ]
    assert log.head() == 0


DECIDER = """
import sys
from prioritiser.decisions.log import DecisionLog
from prioritiser.errors import MeanwhileError
from prioritiser.store.database import open_database
from tests.decisions.made import WORDS, portfolio
from dataclasses import replace
log, name, number = DecisionLog(open_database(sys.argv[1])), sys.argv[2], int(sys.argv[3])
best = portfolio()
print("ready", flush=True)
sys.stdin.readline()
for place in range(number):
    while True:
        try:
            log.adopt(best, replace(WORDS, title=f"{name} {place}"), after=log.head())
            break
        except MeanwhileError:
            pass
log.database.close()
"""


def test_nothing_is_lost_when_four_processes_decide_at_once(database: Database, url: str) -> None:
    command = [sys.executable, "-c", DECIDER, url]
    with ExitStack() as running:
        started = [
            running.enter_context(
                subprocess.Popen(
                    [*command, name, "5"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
                )
            )
            for name in "abcd"
        ]
        for process in started:
            assert process.stdout
            while (said := process.stdout.readline()) != "ready\n":
                assert said  # what the solver's library prints
        for process in started:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.wait(timeout=60) for process in started] == [0] * 4
    log = DecisionLog(database)
    assert log.verify().is_valid
    titles = Counter(entry.words.title for entry in log.entries())
    assert titles == Counter(f"{name} {place}" for name in "abcd" for place in range(5))
    assert [entry.number for entry in log.entries()] == list(range(1, 21))
