"""Which initiative moves which goal, who carries the work and who gains, and why an initiative is in or out."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from prioritiser.analysis.summary.cached_by_outcome import once
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.evaluation.outcome import (
    Outcome,
    attainments,
    chosen_effects,
    score_terms,
    trend_levels,
    weights_of_goals,
)
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Initiative, Rule, RuleKind
from prioritiser.text.formatting import is_money

_SMALL = 1e-12
NOT_GIVEN = "Not given"


@once
def contributions(outcome: Outcome) -> pd.DataFrame:
    """Share out what a plan gains over doing nothing among its initiatives.

    One row per initiative and goal: tier, gain (part of the weighted sum of the tier scores). The counted gain of a
    goal and year is shared in proportion to the initiatives' gross gains, a loss stays with the one that causes it,
    and what overshoots a target earns nothing; so all gains add up to the plan's value less that of doing nothing.
    """
    scenario, settings = outcome.scenario, outcome.settings
    position = {goal.goal_id: g for g, goal in enumerate(scenario.goals)}
    parts = _score_parts(outcome)
    gross: dict[tuple[str, int], np.ndarray] = {}
    losses: dict[tuple[str, int], np.ndarray] = {}
    for effect, _, by_year in chosen_effects(scenario, settings, outcome.plan):
        key = (effect.initiative_id, position[effect.goal_id])
        signed = scenario.goals[key[1]].sign * np.array(by_year)
        gross[key] = gross.get(key, 0.0) + np.maximum(signed, 0.0)
        losses[key] = losses.get(key, 0.0) + np.maximum(-signed, 0.0)
    summed = np.zeros_like(outcome.levels)
    lost = np.zeros_like(outcome.levels)
    for (_, g), gain in gross.items():
        summed[g] += gain
    for (_, g), loss in losses.items():
        lost[g] += loss
    signs = np.array([goal.sign for goal in scenario.goals])[:, None]
    moved = signs * (outcome.levels - trend_levels(scenario))
    climbed = np.nan_to_num(outcome.attainment - attainments(scenario, trend_levels(scenario)))
    worth = parts * np.divide(climbed, moved, out=np.zeros_like(moved), where=np.abs(moved) > _SMALL)
    counted = np.divide(moved + lost, summed, out=np.zeros_like(moved), where=summed > _SMALL)
    rows = [
        (
            name,
            scenario.goals[g].goal_id,
            scenario.goals[g].tier.value,
            float(np.sum(worth[g] * (gain * counted[g] - losses[name, g]))),
        )
        for (name, g), gain in gross.items()
    ]
    return pd.DataFrame(rows, columns=["initiative_id", "goal_id", "tier", "gain"]).astype({"gain": float})


def _score_parts(outcome: Outcome) -> np.ndarray:
    """Part of each attainment (goals × years) in the weighted sum of the tier scores."""
    parts = np.zeros_like(outcome.levels)
    terms = score_terms(outcome.scenario, weights_of_goals(outcome.scenario, outcome.settings))
    for tier, cells in terms.items():
        for (g, t), part in cells.items():
            parts[g, t] = outcome.weights[tier] * part
    return parts


def reasons(outcome: Outcome, gains: pd.DataFrame) -> Mapping[str, str]:
    """Say in a few words why each initiative is in or out of the plan, by initiative id; gains: its contributions."""
    scenario = outcome.scenario
    best: dict[str, str] = {}
    for row in rows_of(gains.sort_values(["gain", "goal_id"], ascending=[False, True])):
        if row.gain > _SMALL:
            best.setdefault(str(row.initiative_id), scenario.goal_by_id[str(row.goal_id)].label)
    rules = [rule for rule in scenario.rules if rule.rule_id not in outcome.settings.without]
    return {
        row.initiative_id: (
            _why_in(outcome, rules, row, best.get(row.initiative_id))
            if row.initiative_id in outcome.plan
            else _why_out(outcome, rules, row)
        )
        for row in scenario.initiatives
    }


def _owner(rule: Rule) -> str:
    return f"rule {rule.rule_id}, {rule.owner}" if rule.owner else f"rule {rule.rule_id}"


def _why_in(outcome: Outcome, rules: list[Rule], row: Initiative, best: str | None) -> str:
    scenario, name = outcome.scenario, row.initiative_id
    lock = outcome.settings.lock.get(name)
    if lock is not None:
        return "Locked in by you" if lock == "in" else f"Locked by you to start in {lock}"
    for rule in rules:
        if rule.kind is RuleKind.MUST_DO and rule.subject == name:
            return f"Must be done ({_owner(rule)})"
    needed = sorted(
        scenario.initiative_by_id[rule.subject].label
        for rule in rules
        if rule.kind is RuleKind.REQUIRES and rule.other == name and rule.subject in outcome.plan
    )
    if best is not None:
        also = f"; needed by {needed[0]}" if needed else ""
        return f"Most for: {best}{also}"
    if needed:
        return f"Needed by {needed[0]}"
    if any(use.initiative_id == name and min(use.amounts.values(), default=0.0) < 0 for use in scenario.uses):
        return "Releases what others need"
    return "Helps to meet a rule or the balance setting"


def _why_out(outcome: Outcome, rules: list[Rule], row: Initiative) -> str:
    scenario, name, plan = outcome.scenario, row.initiative_id, outcome.plan
    if outcome.settings.lock.get(name) == "out":
        return "Locked out by you"
    for rule in rules:
        if rule.kind is RuleKind.MUST_NOT and rule.subject == name:
            return f"Not allowed ({_owner(rule)})"
    for rule in rules:
        pair = {rule.subject, rule.other}
        if rule.kind is RuleKind.EXCLUDES and name in pair and (pair - {name}) & plan.keys():
            other = scenario.initiative_by_id[str(next(iter(pair - {name})))].label
            return f"Not together with {other} ({_owner(rule)})"
    for rule in rules:
        if rule.kind is RuleKind.REQUIRES and rule.subject == name and rule.other not in plan:
            return f"Needs {scenario.initiative_by_id[str(rule.other)].label}, which is out too"
    return _no_room(outcome, name)


def _no_room(outcome: Outcome, name: str) -> str:
    """Say why an initiative is out that no rule or lock keeps out."""
    if not outcome.plan:
        return "Nothing is started"
    return "Others do more within the same limits" if _moves_a_target(outcome, name) else "Moves no target that counts"


def _moves_a_target(outcome: Outcome, name: str) -> bool:
    """Whether an effect of an initiative goes the right way of a goal that counts."""
    scenario, weights = outcome.scenario, weights_of_goals(outcome.scenario, outcome.settings)
    return any(
        effect.size(outcome.settings.case) * scenario.goal_by_id[effect.goal_id].sign > 0
        and weights[effect.goal_id] > 0
        and outcome.weights.get(scenario.goal_by_id[effect.goal_id].tier.value, 0.0) > 0
        for effect in scenario.effects
        if effect.initiative_id == name
    )


def by_group(outcome: Outcome, gains: pd.DataFrame, column: str) -> pd.DataFrame:
    """Show who carries the work and who gains, by lead or place; gains: the contributions.

    Returns one row per group that the scenario names: group, initiatives (in the plan), proposed (in the scenario),
    money (net use of the first money resource over all years, its unit), money_share, gain (part of the weighted
    score gained), gain_share and staff (resource label to summed use over all years).
    """
    scenario = outcome.scenario
    gained = gains.groupby("initiative_id")["gain"].sum().to_dict()
    money = money_resource(scenario)
    groups: dict[str, dict[str, float]] = {}
    staff: dict[str, dict[str, float]] = {}
    used = _used_over_horizon(outcome)
    for row in scenario.initiatives:
        name = scenario.group_by_id[column].get(row.initiative_id, NOT_GIVEN)
        sums = groups.setdefault(name, {"initiatives": 0, "proposed": 0, "money": 0.0, "gain": 0.0})
        sums["proposed"] += 1
        if row.initiative_id not in outcome.plan:
            continue
        sums["initiatives"] += 1
        sums["gain"] += gained.get(row.initiative_id, 0.0)
        for resource in scenario.resources:
            total = used.get((row.initiative_id, resource.resource_id), 0.0)
            if resource.resource_id == money:
                sums["money"] += total
            elif total and not is_money(resource.unit):
                mine = staff.setdefault(name, {})
                mine[resource.resource_id] = mine.get(resource.resource_id, 0.0) + total
    total_money = sum(max(0.0, sums["money"]) for sums in groups.values())
    total_gain = sum(max(0.0, sums["gain"]) for sums in groups.values())
    rows = [
        {
            "group": name,
            "initiatives": int(sums["initiatives"]),
            "proposed": int(sums["proposed"]),
            "money": sums["money"],
            "money_share": max(0.0, sums["money"]) / total_money if total_money else 0.0,
            "gain": sums["gain"],
            "gain_share": sums["gain"] / total_gain if total_gain else 0.0,
            "staff": staff.get(name, {}),
        }
        for name, sums in groups.items()
    ]
    table = pd.DataFrame(rows)
    return table.sort_values(["gain_share", "initiatives", "group"], ascending=[False, False, True], ignore_index=True)


def money_resource(scenario: Scenario) -> str | None:
    """Find the resource that money is read from: the first whose uses carry the tag `money`, else the first in £."""
    tagged = {use.resource_id for use in scenario.uses if use.tags.get("money")}
    of_money = [resource.resource_id for resource in scenario.resources if is_money(resource.unit)]
    return next((name for name in of_money if name in tagged), of_money[0] if of_money else None)


def _used_over_horizon(outcome: Outcome) -> dict[tuple[str, str], float]:
    scenario = outcome.scenario
    used: dict[tuple[str, str], float] = {}
    for use in scenario.uses:
        delivery = outcome.plan.get(use.initiative_id)
        if delivery is not None:
            total = delivery.share * sum(
                use.amount(t - delivery.start + 1) for t in range(delivery.start, len(scenario.years))
            )
            key = (use.initiative_id, use.resource_id)
            used[key] = used.get(key, 0.0) + total
    return used
