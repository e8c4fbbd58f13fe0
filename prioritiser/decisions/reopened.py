"""A decision as scenario, settings and portfolio again, to the last digit; nothing is solved.

What was kept is shown. The arithmetic runs again beside it: where a later version of it gives another figure, both are
shown, each with the number of its arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from prioritiser.decisions.log import SCENARIO_FILE
from prioritiser.decisions.records import ARITHMETIC, Entry, EntryKind
from prioritiser.errors import DecisionError, PrioritiserError
from prioritiser.evaluation.outcome import Outcome, evaluate
from prioritiser.evaluation.plan import Delivery
from prioritiser.evaluation.portfolio import outcome_json
from prioritiser.files.scenario_files import scenario_from_bytes
from prioritiser.scenario.settings import Settings

SAME = 1e-12  # relative


@dataclass(frozen=True)
class Difference:
    """A figure that the arithmetic of today gives otherwise. where: as `goals/rtt/2027/28/level`; None: no figure."""

    where: str
    kept: float | None
    now: float | None


@dataclass(frozen=True)
class Reopened:
    """A decision, and what its plan achieves by the arithmetic of today.

    arithmetic: numbers of the arithmetic then and now.
    """

    entry: Entry
    outcome: Outcome
    differences: tuple[Difference, ...]
    arithmetic: tuple[int, int]


def reopen(entry: Entry) -> Reopened:
    """Read a decision's scenario, settings and plan, and evaluate it. Raises DecisionError where it cannot."""
    if entry.kind is not EntryKind.ADOPTED:
        raise DecisionError(f"Entry {entry.number} withdraws decision {entry.about}: it has no portfolio.")
    try:
        scenario = scenario_from_bytes(SCENARIO_FILE, entry.scenario)
        settings = Settings.from_json(entry.settings)
        positions = {year: place for place, year in enumerate(scenario.years)}
        plan = {
            row["id"]: Delivery(float(row["share"]), positions[row["start"]]) for row in entry.portfolio["initiatives"]
        }
        outcome = evaluate(scenario, plan, settings)
        then = int(entry.versions.get("arithmetic", 0))
        differences = tuple(_differences(entry.portfolio, outcome))
    except (PrioritiserError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DecisionError(
            f"Decision {entry.number} cannot be reopened: {error}. `decisions verify` says whether it was altered."
        ) from error
    return Reopened(entry, outcome, differences, (then, ARITHMETIC))


def _differences(kept: Any, outcome: Outcome) -> Iterator[Difference]:
    now: dict[str, Any] = outcome_json(outcome)
    then = {name: kept[name] for name in now}
    scores = {tier: told["score"] for tier, told in kept["tiers"].items()}
    then["tiers"], now["tiers"] = scores, {tier: outcome.scores.get(tier) for tier in scores}
    before, after = dict(_figures(then)), dict(_figures(now))
    for where in {**before, **after}:
        one, other = before.get(where), after.get(where)
        if one is None or other is None:
            if one is not other:
                yield Difference(where, one, other)
        elif not math.isclose(one, other, rel_tol=SAME, abs_tol=SAME):
            yield Difference(where, one, other)


def _figures(part: Any, where: str = "") -> Iterator[tuple[str, float | None]]:
    """Walk through plain values: each number with where it stands; parts of lists by their id and year."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from _figures(value, f"{where}/{name}" if where else name)
    elif isinstance(part, list):
        for number, value in enumerate(part):
            named = [
                str(value[key]) for key in ("id", "tier", "goal", "year") if isinstance(value, dict) and key in value
            ]
            yield from _figures(value, f"{where}/{' '.join(named) or number}")
    elif part is None or (isinstance(part, int | float) and not isinstance(part, bool)):
        yield where, part
