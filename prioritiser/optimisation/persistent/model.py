"""One kept HiGHS model behind the PuLP problem: change it in place, solve again, cancel, read values and bounds."""

import math
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from typing import Any

import highspy
import numpy as np
import pulp

from prioritiser.errors import NoAnswerError
from prioritiser.evaluation.objective import Objective
from prioritiser.evaluation.plan import Delivery, Keep, Plan
from prioritiser.optimisation.model import (
    Model,
    balance_row,
    capacity_limit,
    full_limits,
    objective_terms,
    share_bounds,
)
from prioritiser.optimisation.persistent.limits import FEASIBLE, Relaxation, SolveLimits, SolverResult, SolverStatus
from prioritiser.optimisation.persistent.warm_starts import KnownPlans
from prioritiser.scenario.settings import Settings

SCALE = 1000.0  # scores are fractions; HiGHS's absolute tolerances suit numbers of this size
NO_SHARE = 1e-7
MOST_NODES_BETWEEN = 100
OPTIONS: Mapping[str, Any] = {
    "mip_feasibility_tolerance": FEASIBLE,
    "primal_feasibility_tolerance": FEASIBLE,
    "dual_feasibility_tolerance": FEASIBLE,
    # measured on example-ics: these halve the time to proof and ties, and again where a good plan is known
    "mip_detect_symmetry": False,
    "mip_allow_restart": False,
    "mip_heuristic_effort": 0.01,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_feasibility_jump": False,
}


class PersistentModel:
    """A model that stays in the solver between solves.

    One thread at a time. Each run starts from nothing but the plan it is given, so equal questions get equal answers.
    """

    def __init__(self, model: Model, objective_fineness: float | None = None) -> None:
        """objective_fineness: how fine the objective is, where it is no score; by default as the model's scores are."""
        self.model = model
        self._scale = SCALE / (objective_fineness or model.fineness)
        pulp_solver = pulp.HiGHS(msg=False, threads=1, **OPTIONS)
        pulp_solver.createAndConfigureSolver(model.problem)
        pulp_solver.buildSolverModel(model.problem)
        highs: Any = model.problem.solverModel
        if highs.getNumRow() != model.problem.numConstraints():
            raise NoAnswerError(
                "The figures of this scenario differ too much in size for the solver. Check their units."
            )
        self._highs = highs
        variables = model.problem.exported_variables()
        self._column = {variable.id: number for number, variable in enumerate(variables)}
        self._integer = np.array(
            [number for number, variable in enumerate(variables) if variable.cat == "Integer"], dtype=np.int32
        )
        self._low, self._high = np.array(highs.getLp().col_lower_), np.array(highs.getLp().col_upper_)
        self._size = len(variables)
        self._locks: dict[str, str | None] = dict(model.settings.lock)
        self._rules_off: frozenset[str] = frozenset()
        self._costs = np.zeros(self._size)
        self._keep_row = self._highs.getNumRow()
        least = [] if model.least is None else [model.least]
        self._score_columns = np.array(
            [self.column(variable) for variable in (*model.score.values(), *least)], dtype=np.int32
        )
        free = (-highspy.kHighsInf, highspy.kHighsInf)
        highs.addRow(*free, len(self._score_columns), self._score_columns, np.zeros(len(self._score_columns)))
        self._keep: Keep | None = None
        self._changes_row = highs.getNumRow()
        begun = np.array([self.column(variable) for variable in model.start.values()], dtype=np.int32)
        highs.addRow(*free, len(begun), begun, np.zeros(len(begun)))
        highs.ensureColwise()
        lp = highs.getLp()
        self._row_low, self._row_high = np.array(lp.row_lower_), np.array(lp.row_upper_)
        changing = [
            *model.capacity.values(),
            *model.full.values(),
            *(row for rows in model.rules.values() for row in rows),
        ]
        self._known = KnownPlans(
            lp.a_matrix_, np.array(sorted({row.id for row in changing}), dtype=np.int64), self._integer
        )
        self._stop: threading.Event | None = None
        self._highs.cbMipInterrupt += self._interrupt
        self._highs.cbSimplexInterrupt += self._interrupt
        self.runs = 0

    def _interrupt(self, event: Any) -> None:
        event.interrupt(self._stop is not None and self._stop.is_set())  # the flag outlives a run: always set it

    def bound_row(self, row: int, low: float, high: float) -> None:
        """Set the limits of a row, by its place in the solver; infinity lifts one."""
        self._row_low[row], self._row_high[row] = low, high
        self._highs.changeRowBounds(row, low, high)

    def _bound_column(self, column: int, low: float, high: float) -> None:
        self._low[column], self._high[column] = low, high
        self._highs.changeColBounds(column, low, high)

    def bound_variable(self, variable: pulp.LpVariable, low: float, high: float) -> None:
        """Set the bounds of a variable; infinity lifts one."""
        self._bound_column(self.column(variable), low, high)

    def set_coefficients(self, places: Sequence[tuple[int, int]], values: np.ndarray) -> None:
        """Change coefficients, by column and row in the solver; plans known until now no longer hold."""
        for (column, row), value in zip(places, values.tolist(), strict=True):
            self._highs.changeCoeff(row, column, value)
        self._known.forget()

    def known_start(self) -> np.ndarray | None:
        """Values of the plan found earlier that is worth most as the model stands; None where none holds."""
        return self._known.best(self._costs, (self._low, self._high), (self._row_low, self._row_high))

    def column(self, variable: pulp.LpVariable) -> int:
        """Position of a variable in the solver."""
        return self._column[variable.id]

    def set_costs(self, costs: Iterable[tuple[pulp.LpVariable, float]]) -> None:
        """Maximise the sum of cost × variable."""
        self._costs = np.zeros(self._size)
        for variable, cost in costs:
            self._costs[self.column(variable)] += cost
        columns = np.arange(self._size, dtype=np.int32)
        self._highs.changeColsCost(self._size, columns, self._scale * self._costs)

    def keep_value(self, at_least: float | None) -> None:
        """Demand that the present objective, in scores, stays at least so high; None lifts it."""
        for column in self._score_columns:
            self._highs.changeCoeff(self._keep_row, int(column), self._scale * float(self._costs[column]))
        low = -highspy.kHighsInf if at_least is None else self._scale * at_least
        self.bound_row(self._keep_row, low, highspy.kHighsInf)

    def set_capacity(self, key: tuple[str, int], limit: float) -> None:
        """Change a capacity row; infinity lifts it."""
        self.bound_row(self.model.capacity[key].id, -highspy.kHighsInf, self.model.capacity_scale[key] * limit)

    def set_balance(self, idle: Mapping[str, float], reach: Mapping[str, float]) -> None:
        """Set the balance rows: S⁰ and S* − S⁰ by tier; tiers that are not in `reach` are left out."""
        for tier, row in self.model.balance.items():
            low = -highspy.kHighsInf
            if tier in reach and self.model.least is not None:
                up, down, low = balance_row(idle[tier], reach[tier])
                self._highs.changeCoeff(row.id, self.column(self.model.score[tier]), up)
                self._highs.changeCoeff(row.id, self.column(self.model.least), down)
            self.bound_row(row.id, low, highspy.kHighsInf)

    def aim(self, objective: Objective, weights: Mapping[str, float]) -> None:
        """Maximise an objective at these weights by tier; without its balance where no tier can improve."""
        self.set_balance(objective.idle, objective.reach)
        self.set_costs(objective_terms(self.model, weights, objective.balance, bool(objective.reach)))

    def apply(self, settings: Settings) -> None:
        """Put locks, rules and capacities of settings in force, and lift all that an earlier question demanded.

        Case, goal weights and fineness are those that the model was built for; weights and balance come with `aim`.
        """
        for name in self.model.scenario.initiative_by_id:
            if settings.lock.get(name) != self._locks.get(name):
                self.set_lock(name, settings.lock.get(name))
        off = frozenset(settings.without) & self.model.rules.keys()
        for rule_id in off ^ self._rules_off:
            self.set_rule(rule_id, rule_id not in off)
        self._rules_off = off
        self.set_floors({})
        self.set_changes(None)
        for key in self.model.capacity:
            self.set_capacity(key, capacity_limit(self.model.scenario, settings, key))

    def set_lock(self, name: str, lock: str | None) -> None:
        """Set every bound and row that the lock of an initiative changes; None lifts it."""
        scenario = self.model.scenario
        row = scenario.initiative_by_id[name]
        self._locks[name] = lock
        for start in scenario.starts(row):
            self._bound_column(self.column(self.model.share[name, start]), *share_bounds(scenario, lock, row, start))
        if name in self.model.full:
            self.bound_row(self.model.full[name].id, *full_limits(lock, row))

    def set_floors(self, floors: Mapping[str, float]) -> None:
        """Demand a least score of these tiers, and of no others."""
        for tier, score in self.model.score.items():
            low = floors.get(tier, -highspy.kHighsInf)
            self._bound_column(self.column(score), low, highspy.kHighsInf)

    def set_changes(self, keep: Keep | None) -> None:
        """Allow few changes to a plan: Σ_{i in it} (1 − y[i,s_i]) + Σ_{i not in it} Σ_s y[i,s] ≤ changes."""
        if keep is self._keep:
            return
        self._keep = keep
        kept_starts = {} if keep is None else {name: delivery.start for name, delivery in keep.plan.items()}
        for (name, start), begun in self.model.start.items():
            part = 0.0 if keep is None else 1.0 if name not in kept_starts else -float(kept_starts[name] == start)
            self._highs.changeCoeff(self._changes_row, self.column(begun), part)
        most = highspy.kHighsInf if keep is None else float(keep.changes - len(kept_starts))
        self.bound_row(self._changes_row, -highspy.kHighsInf, most)

    @property
    def rules_in_force(self) -> list[str]:
        """Rules that are not switched off."""
        return [rule_id for rule_id in self.model.rules if rule_id not in self._rules_off]

    def set_rule(self, rule_id: str, in_force: bool) -> None:
        """Switch the rows of a rule off, or on again as they were built."""
        for row in self.model.rules.get(rule_id, []):
            low, high = row.getLb(), row.getUb()
            self.bound_row(
                row.id,
                low if in_force and low is not None else -highspy.kHighsInf,
                high if in_force and high is not None else highspy.kHighsInf,
            )

    @contextmanager
    def slack(self, columns: Sequence[Sequence[tuple[int, float]]]) -> Iterator[None]:
        """Let rows give way for a while: columns of 0 or more, each costing 1 and given by its parts (row, part).

        Values that a run returns are those of the model's own variables.
        """
        for parts in columns:
            rows = np.array([row for row, _ in parts], dtype=np.int32)
            sizes = np.array([part for _, part in parts], dtype=float)
            self._highs.addCol(-self._scale, 0.0, highspy.kHighsInf, len(rows), rows, sizes)
        try:
            yield
        finally:
            added = np.arange(self._size, self._size + len(columns), dtype=np.int32)
            self._highs.deleteCols(len(added), added)

    def run(self, effort: SolveLimits, start: np.ndarray | None = None) -> SolverResult:
        """Solve as the model stands; start: values of all variables to begin from."""
        highs = self._highs
        if effort.time_limit <= 0 or (effort.stop is not None and effort.stop.is_set()):
            stopped = SolverStatus.TIME_LIMIT if effort.time_limit <= 0 else SolverStatus.CANCELLED
            return SolverResult(stopped, None, -math.inf, math.inf, 0.0)
        highs.clearSolver()
        highs.setOptionValue("mip_rel_gap", effort.gap)
        highs.setOptionValue("mip_abs_gap", SCALE * effort.absolute_gap)
        highs.setOptionValue("time_limit", min(effort.time_limit, highspy.kHighsInf))
        if start is not None and len(self._integer):
            highs.setSolution(len(self._integer), self._integer, np.round(start[self._integer]))
        self._stop, began = effort.stop, perf_counter()
        highs.run()
        self._stop = None
        self.runs += 1
        run = self._read(perf_counter() - began)
        if run.values is not None:
            self._known.add(run.values)
        if start is not None and run.ending is SolverStatus.SOLVED and not effort.is_closed(run, self.model.fineness):
            # HiGHS 1.16 at times keeps the start and calls it optimal, its own bound notwithstanding
            left = effort.time_limit - run.seconds
            return self.run(SolveLimits(effort.gap, effort.absolute_gap, left, effort.stop))
        return run

    def run_beyond(self, least: float, effort: SolveLimits) -> SolverResult:
        """Look only for plans worth more than `least`; cheaper the closer that is to the best.

        Starts that the relaxation's reduced costs rule out of any such plan are fixed, and the rest is cut off at
        `least`. bound of the answer: at least `least`, and a bound on every plan. values: None where none was found.
        """
        began, relaxed = perf_counter(), self.relax(effort)
        if relaxed is None or not len(self._integer):
            return self.run(effort)
        room, columns = relaxed.bound - least, self._integer
        if room <= 0:
            return SolverResult(SolverStatus.SOLVED, None, -math.inf, least, perf_counter() - began)
        reduced, is_up = relaxed.reduced[columns], relaxed.values[columns] > 0.5
        low, high = self._low[columns], self._high[columns]
        fixed_low = np.where((reduced > room + FEASIBLE) & is_up, high, low)
        fixed_high = np.where((reduced < -room - FEASIBLE) & ~is_up, low, high)
        self._highs.changeColsBounds(len(columns), columns, fixed_low, fixed_high)
        self._highs.setOptionValue("objective_bound", -self._scale * least)  # HiGHS minimises inside
        run = self.run(replace(effort, time_limit=effort.time_limit - (perf_counter() - began)))
        self._highs.setOptionValue("objective_bound", highspy.kHighsInf)
        self._highs.changeColsBounds(len(columns), columns, low, high)
        ending = SolverStatus.SOLVED if run.ending is SolverStatus.INFEASIBLE else run.ending
        bound = max(least, min(relaxed.bound, run.bound if run.ending is not SolverStatus.INFEASIBLE else -math.inf))
        return SolverResult(ending, run.values, run.objective, bound, perf_counter() - began)

    def relax(self, effort: SolveLimits) -> Relaxation | None:
        """Solve the linear relaxation as the model stands; None where it has no plan or time was up."""
        highs = self._highs
        highs.setOptionValue("solve_relaxation", True)
        highs.setOptionValue("time_limit", min(max(effort.time_limit, 0.0), highspy.kHighsInf))
        self._stop = effort.stop
        try:
            highs.run()
        finally:
            self._stop = None
            highs.setOptionValue("solve_relaxation", False)
        self.runs += 1
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        duals = np.array(highs.getSolution().row_dual) / self._scale
        reduced = np.array(highs.getSolution().col_dual) / self._scale
        values = np.array(highs.getSolution().col_value)
        return Relaxation(highs.getInfo().objective_function_value / self._scale, values, duals, reduced)

    def _read(self, seconds: float) -> SolverResult:
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        endings = {
            highspy.HighsModelStatus.kOptimal: SolverStatus.SOLVED,
            highspy.HighsModelStatus.kInfeasible: SolverStatus.INFEASIBLE,
            highspy.HighsModelStatus.kUnboundedOrInfeasible: SolverStatus.INFEASIBLE,  # every objective here is bounded
            highspy.HighsModelStatus.kTimeLimit: SolverStatus.TIME_LIMIT,
            highspy.HighsModelStatus.kInterrupt: SolverStatus.CANCELLED,
            highspy.HighsModelStatus.kSolutionLimit: SolverStatus.TIME_LIMIT,  # so many nodes, in `run_between` alone
        }
        if status not in endings:
            ended = self._highs.modelStatusToString(status)
            raise NoAnswerError(f"The solver stopped with '{ended}', without an answer that can be used.")
        ending = endings[status]
        found = info.primal_solution_status == 2 and ending is not SolverStatus.INFEASIBLE
        values = np.array(self._highs.getSolution().col_value)[: self._size] if found else None
        objective = float(self._costs @ values) if values is not None else -math.inf
        bound = info.mip_dual_bound / self._scale if len(self._integer) else math.inf
        if ending is SolverStatus.SOLVED and not len(self._integer):
            bound = objective
        return SolverResult(ending, values, objective, bound if math.isfinite(bound) else math.inf, seconds)

    def run_between(self, known: Sequence[np.ndarray], effort: SolveLimits) -> SolverResult:
        """Look only among plans that make every choice in which all of these agree; begins from the first of them.

        The crossover of Rothberg (An evolutionary algorithm for polishing mixed integer programming solutions, INFORMS
        Journal on Computing 19, 2007): a good plan soon, and no bound. Stops after a fixed number of nodes.
        """
        whole = np.array([np.round(values[self._integer]) for values in known])
        same = np.all(whole == whole[0], axis=0)
        self._highs.setOptionValue("mip_max_nodes", MOST_NODES_BETWEEN)
        with self._fixed(self._integer[same], whole[0][same]):
            run = self.run(effort, known[0])
        self._highs.setOptionValue("mip_max_nodes", highspy.kHighsIInf)
        return replace(run, bound=math.inf)

    def values_with(self, plan: Plan) -> np.ndarray | None:
        """Values of all variables when each initiative starts as in a plan; None where that breaks a limit in force.

        All else, shares among it, is best for the present objective. Takes milliseconds.
        """
        starts = {
            self.column(begun): float(name in plan and plan[name].start == start)
            for (name, start), begun in self.model.start.items()
            if begun.cat == "Integer"
        }
        columns, values = np.array(list(starts), dtype=np.int32), np.array(list(starts.values()), dtype=float)
        if np.any(values < self._low[columns]) or np.any(values > self._high[columns]):
            return None  # a lock in force stands against it, which fixing would lift
        with self._fixed(columns, values):
            return self.run(SolveLimits()).values

    @contextmanager
    def _fixed(self, columns: np.ndarray, values: np.ndarray) -> Iterator[None]:
        """Fix variables for a while, by their columns."""
        self._highs.changeColsBounds(len(columns), columns, values, values)
        try:
            yield
        finally:
            self._highs.changeColsBounds(len(columns), columns, self._low[columns], self._high[columns])

    def with_whole_starts(self, values: np.ndarray) -> np.ndarray:
        """Fix every integer variable at its rounded value and solve the linear programme that is left.

        Takes milliseconds, so neither a time limit nor a cancel stops it. Returns the values as they were where the
        rounded ones are not feasible.
        """
        with self._fixed(self._integer, np.round(values[self._integer])):
            run = self.run(SolveLimits())
        return values if run.values is None else run.values

    @property
    def changes_allowed(self) -> Keep | None:
        """The plan to keep, where one is set."""
        return self._keep

    @property
    def has_partial_shares(self) -> bool:
        """Whether some initiative may be delivered in part."""
        return any(share.cat != "Integer" for share in self.model.share.values())

    @property
    def has_whole_starts(self) -> bool:
        """Whether any variable is an integer."""
        return len(self._integer) > 0

    def objective(self, values: np.ndarray) -> float:
        """Value of the present objective, in scores."""
        return float(self._costs @ values)

    def plan(self, values: np.ndarray) -> Plan:
        """Read the plan: shares cut to [0, 1], whole starts rounded, traces of nothing left out."""
        chosen: dict[str, Delivery] = {}
        for (name, start), share in self.model.share.items():
            begun = self.model.start[name, start]
            value = float(values[self.column(share)])
            if begun.cat == "Integer" and round(float(values[self.column(begun)])) == 0:
                continue
            amount = 1.0 if share.cat == "Integer" or value > 1 - 1e-9 else value
            if amount > NO_SHARE:
                chosen[name] = Delivery(amount, start)
        return {name: chosen[name] for name in sorted(chosen)}


def solver_version() -> tuple[str, str]:
    """Name and version of the solver."""
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    return "HiGHS", highs.version()
