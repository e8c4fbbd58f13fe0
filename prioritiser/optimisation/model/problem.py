"""The PuLP problem with its variables and rows by what they mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pulp

from prioritiser.evaluation.precision import power_of_two
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect
from prioritiser.scenario.settings import Settings

_TINY, _SMALL_AMOUNT, _LARGE_AMOUNT = 1e-3, 1e-6, 1e9

type Variable = pulp.LpVariable
type Terms = list[tuple[pulp.LpVariable, float]]


@dataclass(frozen=True)
class LevelRow:
    """A row that bounds what effects bring a goal in a year: its terms are scale × Σ size · part · variable.

    Its limit is base − scale · o · q, and gains count 1 − o, with o the overlap; o is 0 for the row of gains in full.
    rule_id: of the rule that it belongs to; None for a row of attainment.
    """

    goal: int
    year: int
    row: pulp.LpConstraint
    scale: float
    base: float
    overlap: float
    rule_id: str | None = None


@dataclass
class Model:
    """A PuLP problem with its variables by what they mean and the rows that may change in place.

    start, share: by (initiative_id, start position); both are one variable for an all-or-nothing initiative.
    attained: by (goal position, year position). full: rows Σ_s x[i,s] of initiatives with a choice of start.
    capacity: by (resource_id, year position). rules: rows by rule_id. balance: by tier. levels: rows of effects.
    fineness: what tolerances of scores are multiplied by (`precision`); rows of tiny effects are scaled up to suit it.
    capacity_scale: what the row of a capacity is multiplied by, where its amounts are tiny or huge; 1 elsewhere.
    """

    scenario: Scenario
    settings: Settings
    problem: pulp.LpProblem
    start: dict[tuple[str, int], pulp.LpVariable] = field(default_factory=dict)
    share: dict[tuple[str, int], pulp.LpVariable] = field(default_factory=dict)
    both: dict[tuple[str, str, int, int], pulp.LpVariable] = field(default_factory=dict)
    attained: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)
    score: dict[str, pulp.LpVariable] = field(default_factory=dict)
    least: pulp.LpVariable | None = None
    full: dict[str, pulp.LpConstraint] = field(default_factory=dict)
    capacity: dict[tuple[str, int], pulp.LpConstraint] = field(default_factory=dict)
    rules: dict[str, list[pulp.LpConstraint]] = field(default_factory=dict)
    balance: dict[str, pulp.LpConstraint] = field(default_factory=dict)
    effects: dict[str, list[Effect]] = field(default_factory=dict)
    levels: list[LevelRow] = field(default_factory=list)
    fineness: float = 1.0
    capacity_scale: dict[tuple[str, int], float] = field(default_factory=dict)

    def starts(self, name: str, by: int | None = None) -> Terms:
        """Terms of Σ_s y[i,s], over starts up to a year where one is given."""
        years = self.scenario.starts(self.scenario.initiative_by_id[name])
        return [(self.start[name, s], 1.0) for s in years if by is None or s <= by]

    def shares(self, name: str, by: int | None = None) -> Terms:
        """Terms of Σ_s x[i,s], over starts up to a year where one is given."""
        years = self.scenario.starts(self.scenario.initiative_by_id[name])
        return [(self.share[name, s], 1.0) for s in years if by is None or s <= by]

    def add(self, terms: Terms, sense: str, limit: float, name: str) -> pulp.LpConstraint:
        """Add a row and return it as the problem keeps it."""
        total = pulp.lpSum_vars_coefs(terms)
        row = {"<=": total.__le__, ">=": total.__ge__, "==": total.__eq__}[sense](limit)
        return self.problem.addConstraint(row, name)


def row_scale(largest: float) -> float:
    """What to multiply a row by whose largest effect is tiny, so that the solver's absolute tolerance suits it."""
    return 1.0 if largest >= _TINY or largest == 0 else 1 / power_of_two(largest)


def even_scale(largest: float) -> float:
    """What to multiply a row of amounts by, so that the solver's absolute tolerances suit its unit."""
    return 1.0 if _SMALL_AMOUNT <= largest <= _LARGE_AMOUNT else 1 / power_of_two(largest)


def merged(terms: Iterable[tuple[pulp.LpVariable, float]]) -> Terms:
    """Add up the coefficients of each variable."""
    total: dict[int, float] = {}
    variables: dict[int, pulp.LpVariable] = {}
    for variable, coefficient in terms:
        variables[variable.id] = variable
        total[variable.id] = total.get(variable.id, 0.0) + coefficient
    return [(variables[number], coefficient) for number, coefficient in total.items() if coefficient != 0]
