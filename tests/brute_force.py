"""The best plan of a small case: every choice of starts is tried, shares in between by a small linear programme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import highspy

from tests.feasibility import breaches, must_be_full, smallest_share, spending, start_breaches
from tests.reference import Plan, Reference

TIE = 1e-6
type Linear = dict[str, float]  # coefficient by variable; "" is the constant


@dataclass(frozen=True)
class Best:
    """The best objective, each tier's best score alone, and the plans that share the best objective.

    whole_plans: best plans without any initiative delivered in part. least_use: the least use among plans whose
    objective is within `within` of the best, for a few values of `within`.
    """

    objective: float
    best_alone: Mapping[str, float]
    best_value: float
    least_use: Mapping[float, float]
    whole_plans: list[Plan] = field(default_factory=list)
    in_parts: bool = False


def start_choices(case: Reference) -> Iterator[dict[str, int]]:
    """Every choice of what starts when that locks and rules on starts allow."""
    keys = list(case.initiatives)
    for choice in product(*[[None, *case.possible_starts(key)] for key in keys]):
        starts = {key: start for key, start in zip(keys, choice, strict=True) if start is not None}
        if not any(start_breaches(case, starts)):
            yield starts


def count_choices(case: Reference) -> int:
    """How many choices of starts there are before rules."""
    number = 1
    for key in case.initiatives:
        number *= 1 + len(case.possible_starts(key))
    return number


class Whole:
    """A choice of starts in which everything is delivered in full."""

    def __init__(self, case: Reference, starts: Mapping[str, int]) -> None:
        self.case = case
        self.plan: Plan = {key: (case.one, start) for key, start in starts.items()}
        self.scores = case.scores(self.plan)
        self.use = float(case.use_measure(self.plan))

    def best_score(self, tier: str) -> float:
        """Score of the tier."""
        return float(self.scores[tier])

    def best_value(self) -> float:
        """Sum of weight times score."""
        return float(self.case.value(self.scores))

    def best_objective(self, best_alone: Mapping[str, float]) -> float:
        """Objective of the plan."""
        return float(self.case.objective(self.scores, best_alone))

    def least_use(self, floor: float, best_alone: Mapping[str, float]) -> float | None:
        """Use of the plan if its objective reaches the floor."""
        return self.use if self.best_objective(best_alone) >= floor else None


def allowed_wholes(case: Reference) -> list[Whole]:
    """Every choice of starts that breaks nothing when all of it is delivered in full."""
    return [whole for starts in start_choices(case) if not breaches(case, (whole := Whole(case, starts)).plan)]


def _add(total: Linear, part: Mapping[str, float], factor: float = 1.0) -> Linear:
    for name, coefficient in part.items():
        total[name] = total.get(name, 0.0) + factor * coefficient
    return total


class InParts:
    """A choice of starts in which some shares are free: a linear programme over the shares."""

    def __init__(self, case: Reference, starts: Mapping[str, int]) -> None:
        self.case, self.starts = case, starts
        self.bounds: dict[str, tuple[float, float]] = {}
        self.rows: list[tuple[Linear, float]] = []  # each at most its limit
        full = must_be_full(case)
        for key in starts:
            self.bounds[f"x {key}"] = (1.0 if key in full else float(smallest_share(case, key)), 1.0)
        self.levels = {(key, t): self._level(key, t) for key in case.goals for t in case.horizon}
        self.score = {tier: self._score(tier) for tier in case.scored_tiers}
        self.use = self._use()
        self._limits()

    def _contribution(self, number: int, year: int) -> Linear:
        """Expression of what an effect row adds in the year, in the goal's direction."""
        effect = self.case.effects[number]
        key, partner = effect["initiative_id"], effect.get("if_also")
        if key not in self.starts or (partner and self.starts.get(partner, year + 1) > year):
            return {}
        size = float(self.case.row_effect(number, self.starts[key], year))
        if not partner:
            return {f"x {key}": size}
        if size <= 0:  # both are delivered in full, or the scenario would not be valid
            return {"": size}
        name = f"both {number}"
        if name not in self.bounds:
            self.bounds[name] = (0.0, 1.0)
            self.rows += [({name: 1.0, f"x {key}": -1.0}, 0.0), ({name: 1.0, f"x {partner}": -1.0}, 0.0)]
        return {name: size}

    def _level(self, goal_id: str, year: int) -> Linear:
        """How far the level lies in the goal's direction, as an expression; gains are a variable of their own."""
        case, goal = self.case, self.case.goals[goal_id]
        gains: Linear = {}
        sign = case.sign(goal_id)
        level: Linear = {"": float(sign * (case.baseline(goal_id) + goal.get("trend_per_year", 0.0) * year))}
        for number, effect in enumerate(case.effects):
            if effect["goal_id"] == goal_id:
                part = self._contribution(number, year)
                _add(gains if sum(part.values()) > 0 else level, part)
        name = f"gain {goal_id} {year}"
        self.bounds[name] = (0.0, highspy.kHighsInf)
        largest, overlap = float(case.largest(goal_id, year)), float(goal.get("overlap", 0.0))
        self._at_most(_add({name: 1.0}, gains, -1.0), 0.0)
        self._at_most(_add({name: 1.0}, gains, overlap - 1.0), overlap * largest)
        return _add(level, {name: 1.0})

    def _score(self, tier: str) -> Linear:
        case, score = self.case, {"": 0.0}
        total = float(sum(case.weight(key) for key in case.tier_goals(tier)))
        for key in case.tier_goals(tier):
            targets, zero_level = case.targets(key), float(case.zero_level(key))
            for year, target in targets.items():
                name, span = f"attained {key} {year}", abs(float(target) - zero_level)
                self.bounds[name] = (-highspy.kHighsInf, 1.0)
                self._at_most(_add({name: span}, self.levels[key, year], -1.0), -case.sign(key) * zero_level)
                score[name] = float(case.weight(key)) / total / len(targets)
        return score

    def _used(self, resource_id: str, year: int) -> Linear:
        used: Linear = {}
        for use in self.case.uses:
            if use["resource_id"] == resource_id and use["initiative_id"] in self.starts:
                tau = year - self.starts[use["initiative_id"]] + 1
                _add(used, {f"x {use['initiative_id']}": float(use.get(f"year_{tau}", 0.0))})
        return used

    def _use(self) -> Linear:
        measure: Linear = {}
        for resource_id in self.case.resources:
            for year in self.case.horizon:
                capacity = self.case.capacity(resource_id, year)
                if capacity is not None and capacity > 0:
                    _add(measure, self._used(resource_id, year), 1 / float(capacity))
        return measure

    def _limits(self) -> None:
        for resource_id, years, limit in self.case.limits():
            used: Linear = {}
            for year in years:
                _add(used, self._used(resource_id, year))
            self._at_most(used, float(limit))
        for rule in self.case.rules:
            kind, subject = rule["kind"], rule["subject"]
            if kind == "requires" and subject in self.starts:
                self._at_most({f"x {subject}": 1.0, f"x {rule['other']}": -1.0}, 0.0)
            elif kind == "goal_at_least":
                level = self.levels[subject, self.case.years.index(rule["year"]) + 1]
                self._at_most(_add({}, level, -1.0), -self.case.sign(subject) * float(rule["limit"]))
            elif kind in ("spend_share_at_least", "spend_share_at_most"):
                self._at_most(self._overspent(rule), 0.0)

    def _overspent(self, rule: Mapping[str, Any]) -> Linear:
        over: Linear = {}
        for key, start in self.starts.items():
            ours, everyones = spending(self.case, rule, {key: (1.0, start)})
            over[f"x {key}"] = float(ours) - float(rule["limit"]) * float(everyones)
        return over if rule["kind"] == "spend_share_at_most" else _add({}, over, -1.0)

    def _at_most(self, row: Linear, limit: float) -> None:
        self.rows.append((row, limit))

    def _optimum(self, goal: Linear, floors: list[tuple[Linear, float]]) -> tuple[float, dict[str, float]] | None:
        """Largest value of an expression, and the variables there; None when nothing is feasible."""
        rows = [*self.rows, *((_add({}, row, -1.0), -floor) for row, floor in floors)]
        names = list(self.bounds)
        index = {name: number for number, name in enumerate(names)}
        solver = highspy.Highs()
        for option, setting in {"output_flag": False, "threads": 1, "primal_feasibility_tolerance": 1e-9}.items():
            solver.setOptionValue(option, setting)
        for name in names:
            solver.addVar(*self.bounds[name])
            solver.changeColCost(index[name], -goal.get(name, 0.0))
        for row, limit in rows:
            entries = [(index[name], part) for name, part in row.items() if name]
            top = limit - row.get("", 0.0)
            columns, parts = [place for place, _ in entries], [part for _, part in entries]
            solver.addRow(-highspy.kHighsInf, top, len(entries), columns, parts)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            if solver.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
                raise AssertionError(f"the small programme ended {solver.getModelStatus()}")
            return None
        found = dict(zip(names, solver.getSolution().col_value, strict=True))
        return goal.get("", 0.0) - solver.getInfo().objective_function_value, found

    def plan_at(self, found: Mapping[str, float]) -> Plan:
        """Return the plan of a solution."""
        shares = {key: found[f"x {key}"] for key in self.starts}
        return {key: (min(share, 1.0), self.starts[key]) for key, share in shares.items() if share > 0}

    def _objective(self, best_alone: Mapping[str, float] | None) -> tuple[Linear, list[tuple[Linear, float]]]:
        """Objective as an expression, with the rows that hold its balance term down; None leaves balance out."""
        case = self.case
        balance = float(case.settings.get("balance", 0)) if best_alone is not None else 0.0
        objective: Linear = {}
        for tier, weight in case.weights().items():
            _add(objective, self.score[tier], (1 - balance) * float(weight))
        floors: list[tuple[Linear, float]] = []
        for tier, score in self.score.items() if balance else ():
            nothing = float(case.do_nothing[tier])
            span = (best_alone or {})[tier] - nothing
            if span > 1e-9:
                self.bounds["worst"] = (-highspy.kHighsInf, highspy.kHighsInf)
                floors.append((_add({"worst": -1.0}, score, 1 / span), nothing / span))
        return (_add(objective, {"worst": balance}) if floors else objective), floors

    def best_score(self, tier: str) -> float | None:
        """Largest score of the tier; None when no shares are feasible."""
        answer = self._optimum(self.score[tier], [])
        return None if answer is None else self._checked(answer, lambda scores: scores[tier])

    def best_value(self) -> float | None:
        """Largest sum of weight times score."""
        answer = self._optimum(self._objective(None)[0], [])
        return None if answer is None else self._checked(answer, self.case.value)

    def best_objective(self, best_alone: Mapping[str, float]) -> float | None:
        """Largest objective."""
        answer = self._optimum(*self._objective(best_alone))
        return None if answer is None else self._checked(answer, lambda s: self.case.objective(s, best_alone))

    def least_use(self, floor: float, best_alone: Mapping[str, float]) -> float | None:
        """Least use among shares whose objective reaches the floor."""
        objective, floors = self._objective(best_alone)
        answer = self._optimum(_add({}, self.use, -1.0), [*floors, (objective, floor)])
        return None if answer is None else -answer[0]

    def _checked(self, answer: tuple[float, dict[str, float]], formula: Any) -> float:
        """Hold the programme's optimum against the plain arithmetic at the same shares."""
        value, found = answer
        plan = self.plan_at(found)
        if broken := breaches(self.case, plan):
            raise AssertionError(f"the small programme breaks {broken}")
        evaluated = float(formula(self.case.scores(plan)))
        if abs(evaluated - value) > 1e-7 * max(1.0, abs(value)):
            raise AssertionError(f"the small programme says {value}, the formulas {evaluated}")
        return value


def _options(case: Reference) -> Iterator[Whole | InParts]:
    full = must_be_full(case)
    for starts in start_choices(case):
        if any(key not in full and smallest_share(case, key) < 1 for key in starts):
            yield InParts(case, starts)
        else:
            whole = Whole(case, starts)
            if not breaches(case, whole.plan):
                yield whole


def find_best(case: Reference, withins: tuple[float, ...] = (1e-9, 0.5 * TIE)) -> Best | None:
    """Try everything; None when nothing is feasible."""
    options = []
    values = []
    for option in _options(case):
        value = option.best_value()
        if value is not None:
            options.append(option)
            values.append(value)
    if not options:
        return None
    best_alone = {
        tier: max(score for option in options if (score := option.best_score(tier)) is not None)
        for tier in case.scored_tiers
    }
    balance = case.settings.get("balance", 0)
    objectives = [option.best_objective(best_alone) for option in options] if balance else values
    known = [objective for objective in objectives if objective is not None]
    best = max(known)
    reached = zip(options, objectives, strict=True)
    near = [option for option, objective in reached if objective is not None and objective >= best - TIE]
    least = {}
    for within in withins:
        uses = [option.least_use(best - within, best_alone) for option in near]
        least[within] = min(use for use in uses if use is not None)
    whole = [option for option in near if isinstance(option, Whole)]
    smallest = min((option.use for option in whole), default=0.0)
    return Best(
        objective=best,
        best_alone=best_alone,
        best_value=max(values),
        least_use=least,
        whole_plans=[option.plan for option in whole if option.use <= smallest + TIE],
        in_parts=any(isinstance(option, InParts) for option in near),
    )
