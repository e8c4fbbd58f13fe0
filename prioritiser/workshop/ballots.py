"""Ballots: what each participant of a room says, read from a file as the tables of a scenario are read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from prioritiser.errors import Issue, ScenarioError
from prioritiser.evaluation.outcome import score_terms, weights_of_goals
from prioritiser.files.tables.csv_format import read_csv
from prioritiser.files.tables.issues import Findings
from prioritiser.files.tables.rows import TableRead, read_rows
from prioritiser.files.tables.upload_limits import read_bytes
from prioritiser.scenario import schema
from prioritiser.scenario.numbers import NotANumber, Wanted, parse_number
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Tier
from prioritiser.scenario.setting_names import own_spellings
from prioritiser.scenario.settings import Settings
from prioritiser.text.spelling import folded
from prioritiser.text.suggestions import did_you_mean

_MOST_BYTES = 10_000_000
_MOST_WEIGHT = 1e9
_BLANK = Wanted("Write a number, or leave the cell blank for the scenario's own weight.")
_YES = {"yes": True, "y": True, "1": True, "true": True, "no": False, "n": False, "0": False, "false": False}


@dataclass(frozen=True)
class Ballot:
    """What one participant says.

    weights: by tier, 0 or more. goal_weights: the participant's own, of goals; the scenario's hold for the others.
    support: initiative → whether it is supported; empty where the question was left out. is_named: whether
    `participant` is a name that was given, and not a number.
    """

    participant: str
    weights: Mapping[str, float]
    role: str = ""
    place: str = ""
    goal_weights: Mapping[str, float] = field(default_factory=dict)
    support: Mapping[str, bool] = field(default_factory=dict)
    is_named: bool = True

    def terms(self, scenario: Scenario, settings: Settings) -> dict[tuple[int, int], float]:
        """Part of each attainment (goal position, year position) in what a plan is worth to the participant."""
        own = weights_of_goals(scenario, settings) | dict(self.goal_weights)
        scored = score_terms(scenario, own)
        total = math.fsum(self.weights.get(tier, 0.0) for tier in scored)
        if total <= 0:
            return {}
        parts = {tier: self.weights.get(tier, 0.0) / total for tier in scored}
        return {key: parts[tier] * part for tier, terms in scored.items() for key, part in terms.items()}


def read_ballots(scenario: Scenario, path: Path) -> tuple[tuple[Ballot, ...], tuple[str, ...]]:
    """Read ballots about a scenario from a .csv file; returns them in their order, and the notices about the reading.

    Columns: participant, role, place, national, local, long_term; goal:ID, the participant's own weight of a goal;
    support:ID, yes or no. Raises ScenarioError with every problem found.
    """
    findings = Findings()
    content = read_bytes(path, _MOST_BYTES, findings)
    grid = None if content is None else read_csv(content, path.name, findings)
    ballots: list[Ballot] = []
    if grid is not None:
        read = read_rows(grid, schema.Ballot, scenario.years, findings)
        findings.notices[:] = [notice for notice in findings.notices if "is kept as a tag" not in notice]
        ballots = list(_Reader(scenario, read, findings, grid.file).ballots())
        if not ballots and not findings.issues:
            findings.problem(grid.file, "no ballot", "A row for each participant.")
        findings.notices += read.understood.notice()
    if findings.issues:
        raise ScenarioError(path.name, sorted(findings.issues, key=lambda issue: issue.row), findings.notices)
    return tuple(ballots), tuple(findings.notices)


class _Reader:
    """Makes ballots of rows, and says what is wrong with them."""

    def __init__(self, scenario: Scenario, read: TableRead, findings: Findings, file: str) -> None:
        self.scenario, self.read, self.findings, self.file = scenario, read, findings, file
        self.ids = {"goal": own_spellings(scenario.goal_by_id), "support": own_spellings(scenario.initiative_by_id)}
        self.unknown: set[str] = set()
        self.seen: dict[str, int] = {}

    def ballots(self) -> Iterator[Ballot]:
        """Every ballot without a problem; the problems are added to the findings."""
        for number, row in self.read.table.everything():
            given = cast(schema.Ballot, row)
            before = len(self.findings.issues)
            goals: dict[str, float] = {}
            support: dict[str, bool] = {}
            for column, text in given.tags.items():
                self._take(number, column, text, goals, support)
            self._check_once(number, given.participant)
            weights = {tier.value: getattr(given, tier.value) for tier in Tier}
            if len(self.findings.issues) > before or None in (given.participant, *weights.values()):
                continue
            ballot = Ballot(given.participant, weights, given.role or "", given.place or "", goals, support)
            if ballot.terms(self.scenario, self.scenario.settings):
                yield ballot
            else:
                counted = ", ".join(score_terms(self.scenario, weights_of_goals(self.scenario, self.scenario.settings)))
                expected = f"A weight above 0 for one of the tiers that have goals: {counted}."
                self._issue(number, "national", "no weight on anything", expected)

    def _check_once(self, number: int, name: str | None) -> None:
        if name is not None and self.seen.setdefault(folded(name), number) != number:
            found = f'"{name}" is already in row {self.seen[folded(name)]}'
            self._issue(number, "participant", found, "Each participant once.")

    def _take(self, number: int, column: str, text: str, goals: dict[str, float], support: dict[str, bool]) -> None:
        kind, colon, written = column.partition(":")
        kind = folded(kind)
        if not colon or kind not in self.ids:
            return  # a column of the facilitator's own
        name = self.ids[kind].get(folded(written))
        if name is None:
            self._say_unknown(column, kind, written)
        elif kind == "goal":
            weight = parse_number(text, _BLANK)
            if isinstance(weight, NotANumber) or not 0 <= weight <= _MOST_WEIGHT:
                fix = weight.fix if isinstance(weight, NotANumber) else ""
                self._issue(number, column, f'"{text}"', "A weight of a goal is a number from 0 to 1,000,000,000.", fix)
            else:
                goals[name] = weight
        elif folded(text) in _YES:
            support[name] = _YES[folded(text)]
        else:
            self._issue(number, column, f'"{text}"', "Support is yes or no.")

    def _say_unknown(self, column: str, kind: str, written: str) -> None:
        if column in self.unknown:
            return
        self.unknown.add(column)
        known = self.scenario.goal_by_id if kind == "goal" else self.scenario.initiative_by_id
        noun = "a goal" if kind == "goal" else "an initiative"
        expected = f"The id of {noun} of the scenario after the colon."
        self._issue(self.read.header_row, column, f'"{written.strip()}"', expected, did_you_mean(written, known))

    def _issue(self, number: int, column: str, found: str, expected: str, fix: str = "") -> None:
        letter = self.read.letters.get(column, "")
        self.findings.issues.append(Issue(self.file, number, column, found, expected, fix, letter))
