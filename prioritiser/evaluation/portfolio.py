"""The answer as a frozen value: the recommended plan, its outcome and how far it is proved."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import pandas as pd

from prioritiser.evaluation.ambidexterity import Ambidexterity
from prioritiser.evaluation.outcome import TIERS, Outcome
from prioritiser.evaluation.plan import plan_json, plan_table
from prioritiser.scenario.settings import Settings

PROOF_TOLERANCE = 1e-6


class Termination(StrEnum):
    """How the solve ended; only `optimal` is proved best."""

    OPTIMAL = "optimal"
    GAP = "gap"
    TIME_LIMIT = "time_limit"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SolverRun:
    """What solved it: name, version, seconds in all, number of solves."""

    name: str
    version: str
    seconds: float
    solves: int


@dataclass(frozen=True)
class Portfolio:
    """The plan that a solve recommends, its outcome and its proof.

    objective is recomputed without the solver; bound: no portfolio can be better than this.
    best_alone: S* by tier (None until it is known); best_alone_bound: given where S* is not proved.
    fineness: what the tolerance of a proof is multiplied by (`precision`).
    """

    outcome: Outcome
    termination: Termination
    objective: float
    bound: float
    best_alone: Mapping[str, float | None]
    best_alone_bound: Mapping[str, float | None]
    ambidexterity: Ambidexterity
    solver: SolverRun
    tie_broken: bool
    notices: tuple[str, ...] = ()
    fineness: float = 1.0

    @property
    def settings(self) -> Settings:
        """Settings in force."""
        return self.outcome.settings

    @property
    def scenario_title(self) -> str:
        """Title of the scenario."""
        return self.outcome.scenario.title

    @property
    def scenario_hash(self) -> str:
        """Hash of the scenario."""
        return self.outcome.scenario.hash

    @property
    def is_unsolved(self) -> bool:
        """Whether it was read off a map: nothing was solved for these settings yet."""
        return self.solver.solves == 0

    @property
    def gap(self) -> float:
        """How much better another portfolio could be, as a fraction of the objective; 0 when proved best."""
        return relative_gap(self.objective, self.bound, self.fineness)

    @cached_property
    def plan(self) -> pd.DataFrame:
        """Delivered initiatives: initiative_id, share (0 to 1), start (year label)."""
        return plan_table(self.outcome.plan, self.outcome.scenario.years)

    def head_json(self) -> dict[str, Any]:
        """Return what the JSON of every answer about it begins with: the scenario and the settings asked."""
        scenario = {"title": self.scenario_title, "hash": self.scenario_hash}
        return {"format": 1, "scenario": scenario, "settings": self.settings.as_json()}

    def as_json(self) -> dict[str, Any]:
        """Return the answer of `solve` as plain values."""
        return portfolio_json(self)


def is_proved(objective: float, bound: float, fineness: float) -> bool:
    """Whether nothing that people would call better is left between an objective and its bound: 1e-6 × fineness."""
    return bound - objective <= PROOF_TOLERANCE * fineness


def relative_gap(objective: float, bound: float, fineness: float = 1.0) -> float:
    """max(0, bound − objective)/max(|objective|, 1e-9); 0 when it is proved."""
    if is_proved(objective, bound, fineness):
        return 0.0
    return (bound - objective) / max(abs(objective), 1e-9 * fineness)


def _plain(number: Any) -> float | None:
    """Return a plain number; None for NaN, infinity and nothing."""
    return None if number is None or not math.isfinite(number) else float(number)


def portfolio_json(portfolio: Portfolio) -> dict[str, Any]:
    """Return the JSON of `solve`: plain numbers, null where a value does not exist."""
    outcome, settings = portfolio.outcome, portfolio.settings
    answer: dict[str, Any] = {
        **portfolio.head_json(),
        "settings": settings.as_json() | {"weights": {tier: outcome.weights.get(tier) for tier in TIERS}},
        "termination": portfolio.termination.value,
        "objective": portfolio.objective,
        "bound": portfolio.bound,
        "gap": portfolio.gap,
        "tiers": {
            tier: {
                "score": _plain(outcome.scores.get(tier)),
                "do_nothing": _plain(outcome.do_nothing.get(tier)),
                "best_alone": portfolio.best_alone.get(tier),
                "best_alone_bound": portfolio.best_alone_bound.get(tier),
            }
            for tier in TIERS
        },
        "ambidexterity": portfolio.ambidexterity.as_json(),
        "initiatives": plan_json(outcome.plan, outcome.scenario.years),
        **outcome_json(outcome),
        "tie_broken": portfolio.tie_broken,
        "notices": list(portfolio.notices),
        "solver": {
            "name": portfolio.solver.name,
            "version": portfolio.solver.version,
            "seconds": portfolio.solver.seconds,
            "solves": portfolio.solver.solves,
        },
    }
    return answer


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Goals, resources and what is still to come, as plain values."""
    goals: list[dict[str, Any]] = []
    for (goal_id, tier), rows in outcome.goals.groupby(["goal_id", "tier"], sort=False):
        numbers = ("target", "do_nothing", "level", "attainment", "shortfall")
        years = [
            {"year": row.year, **{key: _plain(getattr(row, key)) for key in numbers}, "met": row.met}
            for row in rows.itertuples()
        ]
        goals.append({"id": goal_id, "tier": tier, "years": years})
    resources = [
        {
            "id": resource_id,
            "years": [
                {"year": row.year, "capacity": _plain(row.capacity), "used": _plain(row.used)}
                for row in rows.itertuples()
            ],
        }
        for resource_id, rows in outcome.resources.groupby("resource_id", sort=False)
    ]
    to_come = [
        {"id": row.initiative_id, "goal": row.goal_id, "full": row.full, "at_end": row.at_end, "to_come": row.to_come}
        for row in outcome.to_come.itertuples()
    ]
    return {"goals": goals, "resources": resources, "to_come": to_come}
