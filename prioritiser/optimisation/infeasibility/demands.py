"""Every demand on a plan that may be dropped (capacity, lock, rule): in words, and as bounds of the kept model."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from prioritiser.errors import Demand, WrongAnswerError
from prioritiser.evaluation.outcome import Outcome, capacity, evaluate
from prioritiser.evaluation.rules import rule_unit
from prioritiser.evaluation.violations import Breach
from prioritiser.optimisation.infeasibility.words import CAPACITY, LOCK, demand_of_capacity, named, rule_of, rule_text
from prioritiser.optimisation.model import Terms, capacity_limit
from prioritiser.optimisation.persistent import PersistentModel, SolveLimits, SolverStatus
from prioritiser.scenario.settings import Settings

_SUMMED = " in all up to then"


class TimeUpError(Exception):
    """Time was up, or somebody cancelled; never leaves this package."""


@dataclass(frozen=True)
class Lever:
    """A demand with how to drop and restore it; place: (group, id, year position), the year for a capacity only."""

    demand: Demand
    place: tuple[str, str, int | None]
    drop: Callable[[], None]
    restore: Callable[[], None]


class Asked:
    """What is asked of the kept model, each demand in force or dropped; as a context manager it restores all.

    Rules and locks come before capacities, so that the order of demands is also that of preference.
    """

    def __init__(self, kept: PersistentModel, settings: Settings, effort: SolveLimits) -> None:
        self.kept, self.settings = kept, settings
        self.scenario = kept.model.scenario
        self.stop, self.deadline = effort.stop, perf_counter() + effort.time_limit
        self.levers = [
            *(_rule_lever(kept, rule_id) for rule_id in kept.rules_in_force),
            *(_lock_lever(kept, settings, name) for name in settings.lock),
            *(_capacity_lever(kept, settings, key) for key in kept.model.capacity),
        ]
        self.all = frozenset(range(len(self.levers)))
        self._number = {lever.place: number for number, lever in enumerate(self.levers)}
        self._in_force = self.all

    def __enter__(self) -> Asked:
        self.kept.set_costs([])
        self.kept.keep_value(None)
        return self

    def __exit__(self, *_: object) -> None:
        self.hold(self.all)
        self.kept.set_costs([])

    def hold(self, numbers: frozenset[int]) -> None:
        """Put these demands in force and drop the others."""
        for number in sorted(self._in_force ^ numbers):
            lever = self.levers[number]
            (lever.restore if number in numbers else lever.drop)()
        self._in_force = numbers

    def run(self, until: float) -> np.ndarray | None:
        """Solve as the model stands: values of a plan, None where there is none. Raises TimeUpError."""
        left = min(until, self.deadline) - perf_counter()
        run = self.kept.run(SolveLimits(0.0, time_limit=left, stop=self.stop))
        if run.ending in (SolverStatus.TIME_LIMIT, SolverStatus.CANCELLED):
            raise TimeUpError
        return run.values

    def aim(self, terms: Terms, until: float) -> Outcome | None:
        """Return the plan with the largest sum of part × variable; None where there is none.

        Raises TimeUpError, and WrongAnswerError for a plan that breaks what is in force.
        """
        largest = max((abs(part) for _, part in terms), default=0.0) or 1.0
        self.kept.set_costs((variable, part / largest) for variable, part in terms)
        values = self.run(until)
        if values is not None and self.kept.has_partial_shares and self.kept.has_whole_starts:
            values = self.kept.with_whole_starts(values)
        self.kept.set_costs([])
        if values is None:
            return None
        outcome = evaluate(self.scenario, self.kept.plan(values), self.settings)
        for breach in outcome.breaches:
            if self._number.get(self._place(breach), -1) not in self.all - self._in_force:
                raise WrongAnswerError(f"The solver's plan breaks a limit: {breach.text}")
        return outcome

    def broken_with(self, numbers: frozenset[int], until: float) -> frozenset[int] | None:
        """Look for a plan with only these demands in force: the others that it breaks; None where there is none."""
        self.hold(numbers)
        values = self.run(until)
        if values is None:
            return None
        outcome = evaluate(self.scenario, self.kept.plan(values), self.settings)
        # where the plan breaks nothing beyond the tolerance, all that was dropped counts: the next set differs
        return (self.broken(outcome) - numbers) or (self.all - numbers)

    def broken(self, outcome: Outcome) -> frozenset[int]:
        """Demands that a plan breaks, without the solver's word."""
        places = (self._place(breach) for breach in outcome.breaches)
        return frozenset(self._number[place] for place in places if place in self._number)

    def _place(self, breach: Breach) -> tuple[str, str, int | None]:
        year = self.scenario.years.index(breach.year) if breach.kind == CAPACITY else None
        return breach.kind, breach.subject, year


def _capacity_lever(kept: PersistentModel, settings: Settings, key: tuple[str, int]) -> Lever:
    scenario = kept.model.scenario
    limit, year = capacity_limit(scenario, settings, key), scenario.years[key[1]]
    sums = "" if math.isclose(capacity(scenario.resource_by_id[key[0]], year, settings), limit) else _SUMMED
    return Lever(
        demand_of_capacity(scenario, key[0], year, limit, sums),
        (CAPACITY, *key),
        lambda: kept.set_capacity(key, math.inf),
        lambda: kept.set_capacity(key, limit),
    )


def _lock_lever(kept: PersistentModel, settings: Settings, name: str) -> Lever:
    lock, label = settings.lock[name], kept.model.scenario.initiative_by_id[name].label
    is_year = lock not in ("in", "out")
    where = f"to start in {lock}" if is_year else lock
    text = f"lock {named(label, name)} {where}"
    return Lever(
        Demand(LOCK, name, text, lock if is_year else None, plain=f"{label} is locked {where}"),
        (LOCK, name, None),
        lambda: kept.set_lock(name, None),
        lambda: kept.set_lock(name, lock),
    )


def _rule_lever(kept: PersistentModel, rule_id: str) -> Lever:
    scenario = kept.model.scenario
    rule = rule_of(scenario, rule_id)
    text, unit = rule_text(scenario, rule), rule_unit(scenario, rule)
    return Lever(
        Demand(rule.kind.value, rule_id, text, rule.year, rule.limit, unit, rule.owner, text),
        ("rule", rule_id, None),
        lambda: kept.set_rule(rule_id, False),
        lambda: kept.set_rule(rule_id, True),
    )
