"""Which targets compete: the best of each goal alone, and what every other goal reaches then (the pay-off table)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prioritiser.analysis.marginal_values.base import Base, StoppedError
from prioritiser.errors import NoAnswerError
from prioritiser.evaluation.outcome import Outcome, score_terms, weights_of_goals
from prioritiser.optimisation.persistent import SolverStatus
from prioritiser.text.formatting import percent

TINY = 1e-4
WORST_SHOWN = 5
COMPETES = 0.005


@dataclass(frozen=True)
class Payoff:
    """Mean attainment over its scored years of each goal, in the best plan for each goal alone.

    reached: by the goal that the plan is for, then by goal; ties go to the plan that does most for these settings.
    levels: the same in the last scored year, in the goal's unit. names: of the goals.
    """

    names: Mapping[str, str]
    reached: Mapping[str, Mapping[str, float]]
    levels: Mapping[str, Mapping[str, float]]

    @property
    def conflicts(self) -> list[tuple[str, str, float]]:
        """Pairs of goals that compete, the worst first: how much of what each can reach they cost one another."""
        pairs = []
        keys = list(self.reached)
        for number, one in enumerate(keys):
            for other in keys[number + 1 :]:
                lost = [self.reached[b][b] - self.reached[a][b] for a, b in ((one, other), (other, one))]
                if min(lost) > COMPETES:
                    pairs.append((one, other, min(lost)))
        return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))

    def sentences(self) -> list[str]:
        """Say for the worst pairs what the best plan for one leaves of the other."""
        return [
            f"{self.names[one]} and {self.names[other]} compete: the best plan for the first takes the second "
            f"{percent(self.reached[one][other])} of the way, not {percent(self.reached[other][other])}; the best for "
            f"the second takes the first {percent(self.reached[other][one])}, not {percent(self.reached[one][one])}."
            for one, other, _ in self.conflicts[:WORST_SHOWN]
        ]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "goals": [
                {"best_for": key, "attained": dict(row), "last_levels": dict(self.levels[key])}
                for key, row in self.reached.items()
            ],
            "worst_pairs": [{"goals": [one, other], "lost": lost} for one, other, lost in self.conflicts[:WORST_SHOWN]],
            "sentences": self.sentences(),
        }


def find_payoff(base: Base, into: list[Payoff]) -> None:
    """Solve for each goal alone; what is found so far stays in the list as one table."""
    scenario, settings = base.scenario, base.settings
    terms = score_terms(scenario, weights_of_goals(scenario, settings))
    tiny: dict[tuple[int, int], float] = {}
    for tier, parts in terms.items():
        for key, part in parts.items():
            tiny[key] = TINY * base.outcome.weights[tier] * part
    scored = sorted({g for parts in terms.values() for g, _ in parts})
    names = {scenario.goals[g].goal_id: scenario.goals[g].label for g in scored}
    reached: dict[str, Mapping[str, float]] = {}
    levels: dict[str, Mapping[str, float]] = {}
    for number, g in enumerate(scored):
        goal = scenario.goals[g]
        base.report(f"Best for {goal.label}", number, len(scored))
        own = [key for key in tiny if key[0] == g]
        aim = {key: part + (1 / len(own) if key[0] == g else 0.0) for key, part in tiny.items()}
        try:
            found = base.optimiser.best_of(
                aim, settings.replace(balance=0.0), gap=min(base.gap, TINY / 10), budget=base.budget
            )
        except NoAnswerError as error:
            raise StoppedError from error
        base.solves += 1
        if found.ending is not SolverStatus.SOLVED:
            raise StoppedError
        reached[goal.goal_id] = _attained(found.outcome, scored)
        levels[goal.goal_id] = _last_levels(found.outcome, scored)
        into[:] = [Payoff(names, dict(reached), dict(levels))]


def _attained(outcome: Outcome, scored: Iterable[int]) -> dict[str, float]:
    means = {}
    for g in scored:
        years = [value for value in outcome.attainment[g] if not math.isnan(value)]
        means[outcome.scenario.goals[g].goal_id] = math.fsum(years) / len(years)
    return means


def _last_levels(outcome: Outcome, scored: Iterable[int]) -> dict[str, float]:
    scenario = outcome.scenario
    last = {g: max(t for t, year in enumerate(scenario.years) if year in scenario.goals[g].targets) for g in scored}
    return {scenario.goals[g].goal_id: float(outcome.levels[g, t]) for g, t in last.items()}
