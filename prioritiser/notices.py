"""What a valid scenario holds that its author may not have meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from prioritiser.schema import TABLE_NAMES, YesNo
from prioritiser.slips import SLIPS
from prioritiser.words import COUNT_RULES, LIMITED_RULES, PAIR_RULES, SPEND_RULES, did_you_mean

if TYPE_CHECKING:
    from prioritiser.scenario import Scenario

_LABEL = re.compile(r"\d{4}([/-]\d{2,4})?")
_YEAR_LIKE = re.compile(r"year_\d+|\d{4}([/-]\d{2,4})?")


def find_notices(scenario: Scenario) -> list[str]:
    """Say what a valid scenario holds that its author may not have meant."""
    finders: tuple[Callable[[Scenario], Iterator[str]], ...] = (
        _year_notices,
        _carry_notices,
        _rule_notices,
        _column_notices,
        *SLIPS,
    )
    return [notice for finder in finders for notice in finder(scenario)]


def _year_notices(scenario: Scenario) -> Iterator[str]:
    firsts = [int(year[:4]) for year in scenario.years if _LABEL.fullmatch(year)]
    if len(firsts) == len(scenario.years):
        for number, (one, two) in enumerate(pairwise(firsts)):
            if two != one + 1:
                labels = scenario.years[number : number + 2]
                yield (
                    f"scenario.toml: years: {labels[1]} follows {labels[0]}. "
                    "They count as one year after another; mend the labels if a year was left out."
                )


def _carry_notices(scenario: Scenario) -> Iterator[str]:
    for row in scenario.resources:
        blank = [year for year in scenario.years if year not in row.capacities]
        if row.carry_over is YesNo.YES and blank and row.capacities:
            yield (
                f"resources.csv: {row.resource_id} carries over and has no capacity in {blank[0]}, "
                "so it has no limit in that year or any later one."
            )


def _rule_notices(scenario: Scenario) -> Iterator[str]:
    columns = {name for row in scenario.initiatives for name in row.cells(scenario.years)}
    for rule in scenario.rules:
        if rule.kind in COUNT_RULES | SPEND_RULES and "=" in rule.subject and not scenario.group(rule.subject):
            column = rule.subject.partition("=")[0].strip()
            hint = "" if column in columns else f' There is no column "{column}". {did_you_mean(column, columns)}'
            yield f"rules.csv: the group {rule.subject} of rule {rule.rule_id} is empty.{hint}".rstrip()
        unused = [
            name
            for name, applies in {
                "other": rule.kind in PAIR_RULES,
                "resource_id": rule.kind in SPEND_RULES,
                "limit": rule.kind in LIMITED_RULES,
                "year": rule.kind in LIMITED_RULES,
            }.items()
            if getattr(rule, name) is not None and not applies
        ]
        if unused:
            yield f"rules.csv: rule {rule.rule_id} ({rule.kind}) does not use {', '.join(unused)}."


def _column_notices(scenario: Scenario) -> Iterator[str]:
    for name in TABLE_NAMES:
        tags = {tag for row in scenario.rows(name) for tag in row.tags}
        for tag in sorted(tags):
            if _YEAR_LIKE.fullmatch(tag):
                yield f"{name}.csv: column {tag} is not one of the scenario's years and is kept as text only."
