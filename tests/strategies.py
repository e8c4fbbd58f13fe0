"""Random small cases with many ties: small whole numbers, every kind of rule, effect, limit and lock.

One generator serves hypothesis (which can shrink what it draws) and a plain seeded `random.Random`.
"""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Effect, Goal, Initiative, Resource, Rule, Use
from prioritiser.scenario.settings import Settings
from tests.reference import TIERS

YEARS = ("2026/27", "2027/28", "2028/29")
INITIATIVE_IDS = ("a-1", "a 1", "a.1", "B", "c_c", "Z9")
GOAL_IDS = ("g 1", "g-1", "wait", "Deaths")
RESOURCE_IDS = ("money", "staff", "r 1")
MONTHS = (0, 0, 6, 12, 12, 18, 24)
LEADS = (0, 0, 6, 12, 12, 18, 24, -6, -12)
WEIGHTS = ((1, 1, 1), (40, 30, 30), (60, 20, 20), (2, 1, 0), (1, 0, 1), (0, 1, 1))
MOST_CHOICES, MOST_CHOICES_IN_PARTS = 300, 40

type Cells = dict[str, Any]
type Tables = dict[str, Any]


def _maybe(rng: Random, row: Cells, column: str, *choices: Any) -> None:
    """Fill a cell from the choices, or leave it blank; None among them is blank too."""
    chosen = rng.choice([None, *choices])
    if chosen is not None:
        row[column] = chosen


def _goal(rng: Random, goal_id: str, years: tuple[str, ...]) -> Cells:
    sign = rng.choice([1, 1, -1])
    row: Cells = {"goal_id": goal_id, "tier": rng.choice(TIERS)}
    _maybe(rng, row, "weight", None, 0, 1, 2)
    _maybe(rng, row, "baseline", 0, 2, 5)
    _maybe(rng, row, "zero_level", None, None, row.get("baseline", 0) - sign * rng.randint(0, 2))
    _maybe(rng, row, "trend_per_year", None, None, 1, -1, 0.5)
    _maybe(rng, row, "overlap", 0.25, 0.5, 0.5, 1)
    _maybe(rng, row, "direction", "up" if sign > 0 else "down")
    zero_level = row.get("zero_level", row.get("baseline", 0))
    scored = [year for year in years if rng.randint(0, 2)] or [rng.choice(years)]
    for year in scored:
        row[year] = zero_level + sign * rng.randint(1, 9)
    return row


def _sign(goal: Cells, years: tuple[str, ...]) -> int:
    zero_level = goal.get("zero_level", goal.get("baseline", 0))
    return 1 if next(goal[year] for year in years if year in goal) > zero_level else -1


def _resource(rng: Random, resource_id: str, years: tuple[str, ...]) -> Cells:
    row: Cells = {"resource_id": resource_id}
    for year in years:
        if rng.randint(0, 4):
            row[year] = rng.randint(0, 7)
    _maybe(rng, row, "carry_over", "yes", "no")
    return row


def _initiative(rng: Random, initiative_id: str, years: tuple[str, ...], in_parts: bool) -> Cells:
    row: Cells = {"initiative_id": initiative_id}
    _maybe(rng, row, "lead", "Acute trust", "Council")
    _maybe(rng, row, "confidence", None, 0.5, 0.8, 1)
    _maybe(rng, row, "team", "red", "blue")
    if in_parts:
        _maybe(rng, row, "min_scale", 0, 0, 0.4, 0.5, 1)
    first = rng.randrange(len(years)) if rng.randint(0, 2) == 0 else 0
    if first or rng.randint(0, 1):
        row["earliest"] = years[first]
    if rng.randint(0, 1):
        row["latest"] = years[rng.randrange(first, len(years))]
    return row


def _uses(rng: Random, initiative_id: str, resource_id: str, years: tuple[str, ...]) -> list[Cells]:
    rows = []
    for _ in range(rng.choice([0, 1, 1, 1, 2])):
        row: Cells = {"initiative_id": initiative_id, "resource_id": resource_id, "year_1": rng.randint(0, 4)}
        for number in range(2, len(years) + 1):
            _maybe(rng, row, f"year_{number}", -2, -1, 0, 1, 2)
        if rows or rng.randint(0, 4) == 0:  # a saving, beside the cost where there are two rows
            row["year_1"] = rng.choice([-1, -2, 1])
        rows.append(row)
    return rows


def _effect(rng: Random, initiative: Cells, goal: Cells, partner: Cells | None, sign: int) -> Cells:
    row: Cells = {"initiative_id": initiative["initiative_id"], "goal_id": goal["goal_id"]}
    sizes = sorted(rng.choice([-2, -1, 0, 1, 1, 2, 2, 3, 3, 4]) for _ in range(3))
    if rng.randint(0, 2) == 0:
        sizes = [sizes[1]] * 3
    if partner is not None:
        row["if_also"] = partner["initiative_id"]
        if min(initiative.get("min_scale", 1), partner.get("min_scale", 1)) < 1:
            sizes = sorted(abs(size) for size in sizes)
    for name, size in zip(("low", "central", "high"), sizes, strict=True):
        if name == "central" or size != sizes[1]:
            row[name] = sign * size
    if rng.randint(0, 1):
        row["lead_months"] = rng.choice(LEADS)
    if rng.randint(0, 1):
        row["ramp_months"] = rng.choice(MONTHS)
    if rng.randint(0, 4) == 0:
        row["lasts_months"] = rng.choice(MONTHS)
    return row


def _effects(rng: Random, tables: Tables, years: tuple[str, ...]) -> list[Cells]:
    rows = []
    for initiative in tables["initiatives"]:
        for goal in tables["goals"]:
            sign = _sign(goal, years)
            if rng.randint(0, 2):
                rows.append(_effect(rng, initiative, goal, None, sign))
            if rng.randint(0, 3) == 0:
                partner = rng.choice(tables["initiatives"])
                if partner is not initiative:
                    rows.append(_effect(rng, initiative, goal, partner, sign))
    return rows


def _rule(rng: Random, number: int, tables: Tables, years: tuple[str, ...]) -> Cells | None:
    kinds = ["requires", "excludes", "together", "count_at_least", "count_at_most", "count_at_most", "goal_at_least"]
    kinds += ["spend_share_at_least", "spend_share_at_most"] if tables["resources"] else []
    kind = rng.choice([*kinds, *kinds, "must_do", "must_not", "start_by"])
    keys = [row["initiative_id"] for row in tables["initiatives"]]
    row: Cells = {"rule_id": f"R{number}", "kind": kind}
    if kind in ("requires", "excludes", "together"):
        first, second = sorted(rng.sample(range(len(keys)), 2))
        row |= {
            "subject": keys[second],
            "other": keys[first],
        }  # always later on earlier: requires cannot run in a circle
    elif kind in ("must_do", "must_not"):
        row["subject"] = rng.choice(keys)
    elif kind == "start_by":
        row |= {"subject": rng.choice(keys), "year": rng.choice(years)}
    elif kind == "goal_at_least":
        goal = rng.choice(tables["goals"])
        sign = _sign(goal, years)
        limit = goal.get("baseline", 0) + sign * rng.randint(-3, 2)
        row |= {"subject": goal["goal_id"], "year": rng.choice(years), "limit": limit}
    else:
        row["subject"] = rng.choice(["lead=Acute trust", "lead=Council", "team=red", "team = blue", rng.choice(keys)])
        _maybe(rng, row, "year", None, *years)
        if kind.startswith("count"):
            row["limit"] = rng.choice([0, 1, 1] if kind == "count_at_least" else [0, 1, 1, 2, 2])
        else:
            row |= {"resource_id": rng.choice(tables["resources"])["resource_id"]}
            row["limit"] = rng.choice([0.2, 0.5, 0.25] if kind == "spend_share_at_least" else [0, 0.5, 0.5, 0.75, 1])
    return row


def _settings(rng: Random, tables: Tables, years: tuple[str, ...]) -> Cells:
    settings: Cells = {"weights": dict(zip(TIERS, rng.choice(WEIGHTS), strict=True))}
    settings["balance"] = rng.choice([0, 0, 0.3, 0.3, 1])
    settings["case"] = rng.choice(["low", "central", "central", "high"])
    settings["capacity"], settings["lock"] = {}, {}
    for resource in tables["resources"]:
        key = resource["resource_id"]
        for name in (key, f"{key}@{rng.choice(years)}"):
            if rng.randint(0, 5) == 0:
                settings["capacity"][name] = rng.choice([0, 0.5, 1.5, 2])
    for initiative in tables["initiatives"]:
        if rng.randint(0, 7) == 0:
            settings["lock"][initiative["initiative_id"]] = rng.choice(
                ["in", "out", "out", *starts_of(initiative, years)]
            )
    settings["goal_weights"] = {
        goal["goal_id"]: rng.choice([0, 1, 3]) for goal in tables["goals"] if not rng.randint(0, 6)
    }
    settings["without"] = [rule["rule_id"] for rule in tables["rules"] if rng.randint(0, 4) == 0]
    return settings


def _mend_weights(tables: Tables, settings: Cells) -> None:
    """Make sure that one tier with goals has a weight above 0, as every scenario must."""

    def weight(goal: Cells) -> float:
        return float(settings["goal_weights"].get(goal["goal_id"], goal.get("weight", 1)))

    scored = {goal["tier"] for goal in tables["goals"] if weight(goal) > 0}
    if not any(settings["weights"][tier] > 0 for tier in scored):
        first = tables["goals"][0]
        first["weight"] = 1
        settings["goal_weights"].pop(first["goal_id"], None)
        settings["weights"][first["tier"]] = 1


def starts_of(initiative: Cells, years: tuple[str, ...]) -> list[str]:
    """Labels of the years in which an initiative may start."""
    first = years.index(initiative.get("earliest", years[0]))
    last = years.index(initiative["latest"]) if "latest" in initiative else first
    return list(years[first : last + 1])


def _limit_choices(initiatives: list[Cells], years: tuple[str, ...], most: int) -> None:
    """Take choices of start away until every plan can be tried."""
    choices = 1
    for row in initiatives:
        choices *= 1 + len(starts_of(row, years))
        if choices > most and "latest" in row:
            choices = choices * 2 // (1 + len(starts_of(row, years)))
            del row["latest"]


def random_case(rng: Random) -> tuple[Tables, Cells]:
    """Draw the tables of a small scenario, and settings for it."""
    years = YEARS[: rng.randint(1, 3)]
    in_parts = rng.randint(0, 2) == 0
    tables: Tables = {"years": list(years)}
    tables["goals"] = [_goal(rng, key, years) for key in GOAL_IDS[: rng.randint(1, 4)]]
    tables["resources"] = [_resource(rng, key, years) for key in RESOURCE_IDS[: rng.choice([0, 1, 1, 2, 2, 3])]]
    count = rng.randint(2, 4 if in_parts else 6)
    tables["initiatives"] = [_initiative(rng, key, years, in_parts) for key in INITIATIVE_IDS[:count]]
    _limit_choices(tables["initiatives"], years, MOST_CHOICES_IN_PARTS if in_parts else MOST_CHOICES)
    tables["uses"] = [
        row
        for initiative in tables["initiatives"]
        for resource in tables["resources"]
        for row in _uses(rng, initiative["initiative_id"], resource["resource_id"], years)
    ]
    tables["effects"] = _effects(rng, tables, years)
    rules = [_rule(rng, number, tables, years) for number in range(1, rng.choice([0, 1, 1, 2, 2, 3]) + 1)]
    tables["rules"] = [rule for rule in rules if rule is not None]
    settings = _settings(rng, tables, years)
    _mend_weights(tables, settings)
    return tables, settings


def case_in_whole(rng: Random) -> tuple[Tables, Cells]:
    """Draw a case in which nothing can be delivered in part."""
    tables, chosen = random_case(rng)
    for row in tables["initiatives"]:
        row.pop("min_scale", None)
    return tables, chosen


def random_settings(rng: Random, tables: Tables) -> Cells:
    """Draw other settings for the tables of a case; some tier that counts has a weight."""
    settings = _settings(rng, tables, tuple(tables["years"]))
    settings["goal_weights"] = {}
    for goal in tables["goals"]:
        if goal.get("weight", 1) > 0:
            settings["weights"][goal["tier"]] = settings["weights"][goal["tier"]] or 1
    if not any(goal.get("weight", 1) > 0 for goal in tables["goals"]):
        first = tables["goals"][0]
        settings["goal_weights"][first["goal_id"]] = 1
        settings["weights"][first["tier"]] = 1
    return settings


def random_plan(rng: Random, tables: Tables) -> list[tuple[str, float, str]]:
    """Draw a plan as (initiative, share, start year); shares and starts need not be allowed."""
    plan = []
    for initiative in tables["initiatives"]:
        if rng.randint(0, 2):
            allowed = starts_of(initiative, tuple(tables["years"]))
            start = rng.choice(allowed if rng.randint(0, 4) else tables["years"])
            share = rng.choice([1.0, 1.0, 1.0, 0.75, 0.4, 0.2]) if "min_scale" in initiative else 1.0
            plan.append((initiative["initiative_id"], share, start))
    return plan


def build_scenario(tables: Tables, settings: Cells, title: str = "Small case") -> Scenario:
    """Make a scenario of plain rows; columns that format 1 does not know become tags."""
    years = tuple(tables["years"])
    built = {}
    for row_type in (Goal, Resource, Initiative, Use, Effect, Rule):
        name = row_type.table
        built[name] = tuple(_build_row(row_type, row, years) for row in tables.get(name, []))
    return Scenario(title=title, years=years, settings=Settings(**settings), **built)  # type: ignore[arg-type]


def _build_row(row_type: Any, row: Cells, years: tuple[str, ...]) -> Any:
    per_year = set(row_type.year_columns(years))
    fields = {key: cell for key, cell in row.items() if key in row_type.model_fields}
    if row_type.year_field:
        fields[row_type.year_field] = {key: row[key] for key in row if key in per_year}
    tags = {key: cell for key, cell in row.items() if key not in fields and key not in per_year}
    return row_type(**fields, tags=tags)


random_generators = st.randoms(use_true_random=False)
cases = random_generators.map(random_case)
