"""The arithmetic of a plan a second time, plain and slow, written from the formulas alone.

A case is plain: {"years": [label, ...], "goals": [row, ...], ...}, each row a dict of its given cells only, so that the
defaults of the format are applied here too. A plan is {initiative_id: (share, start)} with start 1 for the first year.
Numbers are floats, or exact fractions where a hand-worked case wants them.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings

TIERS = ("national", "local", "long_term")
TABLES = ("goals", "resources", "initiatives", "uses", "effects", "rules")
NUMERIC = set(
    "weight baseline zero_level trend_per_year overlap min_scale confidence central low high"
    " lead_months ramp_months lasts_months limit".split()
)
START_RULES = {"requires", "excludes", "together", "count_at_least", "count_at_most", "start_by"}
PAIRS = {"requires", "excludes", "together"}
TOLERANCE = 1e-6
SMALLEST_SHARE = Fraction(1, 100)

type Plan = Mapping[str, tuple[Any, int]]
type Cells = dict[str, Any]


def plain_tables(scenario: Scenario) -> dict[str, Any]:
    """Lay a scenario out as plain rows of given cells."""
    tables: dict[str, Any] = {"years": list(scenario.years)}
    for name in TABLES:
        tables[name] = [dict(row.cells(scenario.years)) for row in scenario.rows(name)]
    return tables


def read_plain_folder(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read a folder of format 1 without the program: its tables and its settings."""
    toml = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
    tables: dict[str, Any] = {"years": toml["years"]}
    for name in TABLES:
        path = folder / f"{name}.csv"
        if not path.exists():
            tables[name] = []
            continue
        with path.open(encoding="utf-8-sig", newline="") as lines:
            tables[name] = [{key: cell for key, cell in row.items() if cell.strip()} for row in csv.DictReader(lines)]
    settings = {"weights": toml["weights"], **toml.get("settings", {})}
    return tables, settings


def plain_settings(settings: Settings) -> dict[str, Any]:
    """Lay settings out as plain values."""
    return settings.as_json()


class Reference:
    """One case with one set of settings; every method is one formula."""

    def __init__(
        self, tables: Mapping[str, Any], settings: Mapping[str, Any], number: Callable[[str], Any] = float
    ) -> None:
        self.number = number
        self.years: list[str] = list(tables["years"])
        self.settings = settings
        self.zero, self.one = number("0"), number("1")
        rows = {name: [self._numbers(row) for row in tables.get(name, [])] for name in TABLES}
        self.goals = {row["goal_id"]: row for row in rows["goals"]}
        self.resources = {row["resource_id"]: row for row in rows["resources"]}
        self.initiatives = {row["initiative_id"]: row for row in rows["initiatives"]}
        self.uses, self.effects = rows["uses"], rows["effects"]
        without = settings.get("without", ())
        self.rules = [rule for rule in rows["rules"] if rule["rule_id"] not in without]
        self.locks = dict(settings.get("lock", {}))
        self.row_effect = cache(self._row_effect)
        self.largest = cache(self._largest)
        self.sign = cache(self._sign)
        self.do_nothing = self.scores({})

    def _numbers(self, row: Mapping[str, Any]) -> Cells:
        numeric = NUMERIC | set(self.years) | {f"year_{n + 1}" for n in range(len(self.years))}
        return {
            key: self.number(cell if isinstance(cell, str) else repr(cell)) if key in numeric else cell
            for key, cell in row.items()
        }

    @property
    def horizon(self) -> range:
        """Years as 1..T."""
        return range(1, len(self.years) + 1)

    # --- goals ---

    def baseline(self, goal_id: str) -> Any:
        """Level today."""
        return self.goals[goal_id].get("baseline", self.zero)

    def zero_level(self, goal_id: str) -> Any:
        """Level that counts as no progress; by default the baseline."""
        return self.goals[goal_id].get("zero_level", self.baseline(goal_id))

    def targets(self, goal_id: str) -> dict[int, Any]:
        """Target by year, for the years that are scored."""
        goal = self.goals[goal_id]
        return {t: goal[self.years[t - 1]] for t in self.horizon if self.years[t - 1] in goal}

    def _sign(self, goal_id: str) -> int:
        """+1 when up is better; by default the side of the zero level on which the targets lie."""
        given = self.goals[goal_id].get("direction")
        if given:
            return 1 if given == "up" else -1
        return 1 if min(self.targets(goal_id).values()) > self.zero_level(goal_id) else -1

    def weight(self, goal_id: str) -> Any:
        """Weight of the goal within its tier, in force."""
        chosen = self.settings.get("goal_weights", {}).get(goal_id)
        return self.goals[goal_id].get("weight", self.one) if chosen is None else self.number(repr(chosen))

    # --- effects ---

    def possible_starts(self, initiative_id: str) -> list[int]:
        """Years in which the initiative may start; only `earliest` where no `latest` is given."""
        row = self.initiatives[initiative_id]
        first = self.years.index(row["earliest"]) + 1 if "earliest" in row else 1
        last = self.years.index(row["latest"]) + 1 if "latest" in row else first
        return list(range(first, last + 1))

    def ramp(self, effect: Mapping[str, Any], tau: int) -> Any:
        """Part of the effect felt at the end of year tau since start; nothing before the start."""
        if tau < 1:
            return self.zero
        months = 12 * tau - effect.get("lead_months", self.zero)
        if "lasts_months" in effect and months > effect["lasts_months"]:
            return self.zero
        length = effect.get("ramp_months", self.zero)
        if length == 0:
            return self.one if months >= 0 else self.zero
        return min(max(months / length, self.zero), self.one)

    def size(self, effect: Mapping[str, Any]) -> Any:
        """Full effect in the case in force, with confidence, in the goal's unit."""
        size = effect.get(self.settings.get("case", "central"), effect["central"])
        return size * self.initiatives[effect["initiative_id"]].get("confidence", self.one)

    def _row_effect(self, number: int, start: int, year: int) -> Any:
        """What effect row `number` adds in the goal's direction, at full share, started in `start`."""
        effect = self.effects[number]
        return self.sign(effect["goal_id"]) * self.size(effect) * self.ramp(effect, year - start + 1)

    def _largest(self, goal_id: str, year: int) -> Any:
        """q: the largest gain one row can bring in the year over the possible starts, locks and rules aside."""
        largest = self.zero
        for number, effect in enumerate(self.effects):
            partner = effect.get("if_also")
            if effect["goal_id"] != goal_id or (partner and min(self.possible_starts(partner)) > year):
                continue
            for start in self.possible_starts(effect["initiative_id"]):
                largest = max(largest, self.row_effect(number, start, year))
        return largest

    def contribution(self, number: int, plan: Plan, year: int) -> Any:
        """What effect row `number` adds under the plan in the year, in the goal's direction."""
        effect = self.effects[number]
        if effect["initiative_id"] not in plan:
            return self.zero
        share, start = plan[effect["initiative_id"]]
        partner = effect.get("if_also")
        if partner:
            if partner not in plan or plan[partner][1] > year:
                return self.zero
            share = min(share, plan[partner][0])
        return share * self.row_effect(number, start, year)

    def level(self, goal_id: str, plan: Plan, year: int) -> Any:
        """Baseline, trend, gains that overlap, losses that do not."""
        parts = [
            self.contribution(number, plan, year)
            for number, effect in enumerate(self.effects)
            if effect["goal_id"] == goal_id
        ]
        gains = sum((part for part in parts if part > 0), self.zero)
        losses = sum((-part for part in parts if part < 0), self.zero)
        goal, largest = self.goals[goal_id], self.largest(goal_id, year)
        overlap = goal.get("overlap", self.zero)
        counted = min(gains, largest + (1 - overlap) * (gains - largest))
        trend = goal.get("trend_per_year", self.zero) * year
        return self.baseline(goal_id) + trend + self.sign(goal_id) * (counted - losses)

    def attainment(self, goal_id: str, plan: Plan, year: int) -> Any:
        """Part of the way from the zero level to the target, at most 1."""
        zero_level = self.zero_level(goal_id)
        reached = (self.level(goal_id, plan, year) - zero_level) / (self.targets(goal_id)[year] - zero_level)
        return min(self.one, reached)

    # --- scores ---

    def tier_goals(self, tier: str) -> list[str]:
        """Goals of the tier."""
        return [key for key, goal in self.goals.items() if goal["tier"] == tier]

    @property
    def scored_tiers(self) -> list[str]:
        """Tiers with goals whose weights do not sum to 0."""
        return [tier for tier in TIERS if sum(self.weight(key) for key in self.tier_goals(tier)) > 0]

    def weights(self) -> dict[str, Any]:
        """Tier weights, normalised over the scored tiers."""
        given = {tier: self.number(repr(self.settings["weights"].get(tier) or 0)) for tier in self.scored_tiers}
        total = sum(given.values())
        return {tier: weight / total for tier, weight in given.items()}

    def score(self, tier: str, plan: Plan) -> Any:
        """Weighted mean over goals of the mean attainment over scored years."""
        total, weights = self.zero, self.zero
        for key in self.tier_goals(tier):
            years = self.targets(key)
            mean = sum((self.attainment(key, plan, t) for t in years), self.zero) / len(years)
            total += self.weight(key) * mean
            weights += self.weight(key)
        return total / weights

    def scores(self, plan: Plan) -> dict[str, Any]:
        """Score of every scored tier."""
        return {tier: self.score(tier, plan) for tier in self.scored_tiers}

    def value(self, scores: Mapping[str, Any]) -> Any:
        """Sum of weight times score."""
        return sum(weight * scores[tier] for tier, weight in self.weights().items())

    def achieved(self, scores: Mapping[str, Any], best_alone: Mapping[str, Any]) -> dict[str, Any]:
        """(S - S0) / (S* - S0) for each tier that can improve."""
        nothing = self.do_nothing
        return {
            tier: (scores[tier] - nothing[tier]) / (best_alone[tier] - nothing[tier])
            for tier in self.scored_tiers
            if best_alone[tier] - nothing[tier] > 1e-9
        }

    def objective(self, scores: Mapping[str, Any], best_alone: Mapping[str, Any]) -> Any:
        """What is maximised: the value and, with balance, the tier that comes worst off."""
        balance = self.number(repr(self.settings.get("balance", 0)))
        worst = min(self.achieved(scores, best_alone).values(), default=self.zero) if balance else self.zero
        return (1 - balance) * self.value(scores) + balance * worst

    # --- use ---

    def amount(self, use: Mapping[str, Any], plan: Plan, year: int) -> Any:
        """What one row of uses takes in the year."""
        if use["initiative_id"] not in plan:
            return self.zero
        share, start = plan[use["initiative_id"]]
        return share * use.get(f"year_{year - start + 1}", self.zero)

    def used(self, resource_id: str, plan: Plan, year: int) -> Any:
        """Net use of the resource in the year."""
        rows = [use for use in self.uses if use["resource_id"] == resource_id]
        return sum((self.amount(use, plan, year) for use in rows), self.zero)

    def capacity(self, resource_id: str, year: int) -> Any | None:
        """Given capacity times both its factors (for all years, for this year); None for no limit."""
        label = self.years[year - 1]
        given = self.resources[resource_id].get(label)
        if given is None:
            return None
        factors = self.settings.get("capacity", {})
        for key in (resource_id, f"{resource_id}@{label}"):
            if key in factors:
                given *= self.number(repr(factors[key]))
        return given

    def use_measure(self, plan: Plan) -> Any:
        """Sum of used over capacity, which breaks ties."""
        total = self.zero
        for resource_id in self.resources:
            for year in self.horizon:
                capacity = self.capacity(resource_id, year)
                if capacity is not None and capacity > 0:
                    total += self.used(resource_id, plan, year) / capacity
        return total

    def limits(self) -> list[tuple[str, list[int], Any]]:
        """Every limit on use: the resource, the years whose use counts, and how much they may use together."""
        found = []
        for resource_id, row in self.resources.items():
            carries = row.get("carry_over") == "yes"
            for year in self.horizon:
                years = list(range(1, year + 1)) if carries else [year]
                capacities = [self.capacity(resource_id, u) for u in years]
                if all(capacity is not None for capacity in capacities):
                    found.append((resource_id, years, sum(capacities, self.zero)))
        return found
