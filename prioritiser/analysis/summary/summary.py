"""A portfolio in sentences and small tables: the headline, its proof, targets met and missed, tiers side by side."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from prioritiser.analysis.summary.cached_by_outcome import once
from prioritiser.analysis.summary.contributions import money_resource
from prioritiser.analysis.summary.resources_used import full_resources
from prioritiser.analysis.summary.tables import rows_of
from prioritiser.evaluation.outcome import Outcome, current_plan, evaluate, weights_of_goals
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.in_words import TIER_NAMES, decimals_for, level
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Evidence, Goal, Tier
from prioritiser.text.formatting import NO_BREAK, amount, amount_of, counted, difference_unit, joined, percent


@dataclass(frozen=True)
class References:
    """The two quiet references beside every plan: today's plan and doing nothing, under the same settings."""

    today: Outcome
    nothing: Outcome

    @property
    def has_today(self) -> bool:
        """Whether the scenario holds a plan of today at all."""
        return bool(self.today.plan)


@once
def references(outcome: Outcome) -> References:
    """Evaluate today's plan and doing nothing under the settings of an outcome."""
    scenario, settings = outcome.scenario, outcome.settings
    return References(
        today=evaluate(scenario, current_plan(scenario), settings), nothing=evaluate(scenario, {}, settings)
    )


@once
def met_count(outcome: Outcome, year: str, tier: Tier | None = None) -> tuple[int, int]:
    """Count the targets met and the targets set in a year, of one tier or of all."""
    goals = outcome.goals
    scored = goals[(goals["year"] == year) & goals["target"].notna()]
    if tier is not None:
        scored = scored[scored["tier"] == tier.value]
    return sum(met is True for met in scored["met"]), len(scored)


def headline(outcome: Outcome, compared: References, year: str) -> str:
    """Say in one or two sentences what is recommended and what it achieves by the end of a year."""
    scenario = outcome.scenario
    start = f"Start {len(outcome.plan)} of {counted(len(scenario.initiatives), 'initiative')}."
    tier = next((tier for tier in Tier if met_count(outcome, year, tier)[1]), None)
    if tier is None:
        return f"{start} No target is set for {year}."
    met, targets = met_count(outcome, year, tier)
    kind = TIER_NAMES[tier.value].lower().replace("long term", "long-term")
    is_met = "is met" if 1 in {met, targets} else "are met"
    achieved = f"By the end of {year}, {met} of {counted(targets, f'{kind} target')} {is_met}"
    if compared.has_today:
        more = met - met_count(compared.today, year, tier)[0]
        than = "as many as" if more == 0 else f"{abs(more)} {'more' if more > 0 else 'fewer'} than"
        achieved += f", {than} today's plan"
    return f"{start} {achieved}.{_watched_goal(outcome, year, tier)}"


@once
def _watched_goal(outcome: Outcome, year: str, tier: Tier) -> str:
    """Name the weightiest target that is missed, in its own unit."""
    table = targets_in(outcome, year)
    missed = table[(table["tier"] == tier.value) & (table["met"] == False)]  # noqa: E712 - met may be None
    if missed.empty:
        return ""
    row = rows_of(missed.head(1))[0]
    goal = outcome.scenario.goal_by_id[row.goal_id]
    return f" {goal.label} ends {shortfall_words(goal, row)}."


def shortfall_words(goal: Goal, row: Any) -> str:
    """Say how far a goal is from its target, in its own unit: 'met' or 'x short of y'.

    row: one row of `outcome.goals`, with met, level, target and shortfall.
    """
    if row.met is None or math.isnan(row.target):
        return "no target this year"
    if row.met:
        return "met"
    decimals = decimals_for(goal, row.level, row.target)
    gap = amount(row.shortfall, difference_unit(goal.unit), decimals).replace(NO_BREAK, " ")
    return f"{gap} short of {level(goal, row.target)}"


def last_scored_year(scenario: Scenario) -> str:
    """Return the last year in which any goal has a target."""
    scored = {year for goal in scenario.goals for year in goal.targets}
    return [year for year in scenario.years if year in scored][-1]


def judged_goals(outcome: Outcome) -> frozenset[str]:
    """Goals whose levels rest on something judged: their own figures, an effect of the plan, or its confidence."""
    scenario = outcome.scenario
    guessed = {
        row.initiative_id for row in scenario.initiatives if row.confidence != 1 and row.evidence is Evidence.JUDGED
    }
    return frozenset(goal.goal_id for goal in scenario.goals if goal.evidence is Evidence.JUDGED) | {
        effect.goal_id
        for effect in scenario.effects
        if effect.initiative_id in outcome.plan
        and (effect.evidence is Evidence.JUDGED or effect.initiative_id in guessed)
    }


@once
def targets_in(outcome: Outcome, year: str) -> pd.DataFrame:
    """Goals with their state in a year, heaviest first within a tier and then furthest from the target.

    Columns: those of `outcome.goals` for the year, and name, unit, weight, judged (see `judged_goals`).
    """
    scenario = outcome.scenario
    weights = weights_of_goals(scenario, outcome.settings)
    judged = judged_goals(outcome)
    goals = outcome.goals
    table = goals[goals["year"] == year].copy()
    table["name"] = [scenario.goal_by_id[name].label for name in table["goal_id"]]
    table["unit"] = [scenario.goal_by_id[name].unit or "" for name in table["goal_id"]]
    table["weight"] = [weights[name] for name in table["goal_id"]]
    table["judged"] = [name in judged for name in table["goal_id"]]
    table["order"] = [list(Tier).index(Tier(tier)) for tier in table["tier"]]
    return table.sort_values(
        ["order", "weight", "attainment", "name"], ascending=[True, False, True, True], ignore_index=True
    ).drop(columns="order")


def tiers_side_by_side(portfolio: Portfolio, compared: References) -> pd.DataFrame:
    """Show the tiers: tier, name, label, weight, score, do_nothing, today, best_alone; NaN where there is none yet.

    Only tiers that count are listed. Scores are shares of the way from today to the targets.
    """
    rows = []
    for tier in portfolio.outcome.scores:
        best = portfolio.best_alone.get(tier)
        rows.append(
            {
                "tier": tier,
                "name": TIER_NAMES[tier],
                "label": f"{TIER_NAMES[tier]} {percent(portfolio.outcome.scores[tier])}",
                "weight": portfolio.outcome.weights[tier],
                "score": portfolio.outcome.scores[tier],
                "do_nothing": compared.nothing.scores[tier],
                "today": compared.today.scores[tier] if compared.has_today else math.nan,
                "best_alone": math.nan if best is None else best,
            }
        )
    columns = ["tier", "name", "label", "weight", "score", "do_nothing", "today", "best_alone"]
    return pd.DataFrame(rows, columns=columns)


def tiers_sentence(table: pd.DataFrame) -> str:
    """Say which tier gets furthest on the way to its targets and which least, in at most a dozen words or so."""
    if table.empty:
        return "No tier has a target that counts."
    ordered = table.sort_values(["score", "tier"], ascending=[False, True])
    top, low = ordered.iloc[0], ordered.iloc[-1]
    if len(ordered) == 1:
        return f"{top['name']} goals get {percent(top['score'])} of the way."
    return f"{top['name']} goals get {percent(top['score'])} of the way, {low['name'].lower()} {percent(low['score'])}."


def proof(portfolio: Portfolio) -> str:
    """Say how sure it is that no better portfolio exists for these settings."""
    if portfolio.termination == "optimal":
        return "Proved best for these weights"
    gap = portfolio.gap
    if not math.isfinite(gap):
        return "Not yet known how close to the best possible"
    decimals = 1 if gap >= 5e-4 else 2
    shown = max(math.ceil(gap * 100 * 10**decimals - 1e-9) / 10**decimals, 10**-decimals)
    return f"Within {shown:.{decimals}f}\u00a0% of the best possible"


def under_way(portfolio: Portfolio) -> str:
    """Say what is still being worked out while an answer grows: the plan itself, or only what follows from it."""
    if portfolio.termination != "optimal" and not portfolio.tie_broken:
        return "Still looking for a better plan, or for proof that there is none"
    rest = []
    if not portfolio.tie_broken:
        rest.append("whether a plan as good uses less")
    if any(portfolio.best_alone.get(tier) is None for tier in portfolio.outcome.scores):
        rest.append("how far each tier could get alone")
    if portfolio.settings.balance > 0 and portfolio.ambidexterity.value_given_up is None:
        rest.append("what the balance setting costs")
    return f"Working out {joined(rest)}" if rest else "Finishing"


@once
def limits_sentence(outcome: Outcome) -> str:
    """Say how much of the money is used and which limits bite."""
    scenario = outcome.scenario
    parts = []
    name = money_resource(scenario)
    if name is not None:
        mine = outcome.resources[outcome.resources["resource_id"] == name]
        limit = mine["capacity"].sum() if mine["capacity"].notna().all() else math.nan
        resource = scenario.resource_by_id[name]
        years = f"over {counted(len(mine), 'year')}"
        used = float(mine["used"].sum())
        if used < 0:
            parts.append(f"{amount(-used, resource.unit)} {resource.label} released {years}")
        else:
            parts.append(f"{amount_of(used, float(limit), resource.unit)} {resource.label} used {years}")
    full = full_resources(outcome)
    if full.empty:
        parts.append("No limit is used up")
    else:
        names = list(full["resource"].head(2))
        more = len(full) - len(names)
        named = joined([*names, f"{counted(more, 'other')}"] if more else names)
        parts.append(f"Limits that bite: {named}")
    return " · ".join(parts)


@once
def still_to_come(outcome: Outcome) -> pd.DataFrame:
    """Show what chosen effects will still bring after the last year, largest part of its goal's way first.

    Columns: initiative_id, initiative, goal, goal_id, full, at_end, to_come, part_of_way, judged. Only what helps is
    listed.
    """
    scenario = outcome.scenario
    judged = {
        (effect.initiative_id, effect.goal_id) for effect in scenario.effects if effect.evidence is Evidence.JUDGED
    }
    rows = []
    for row in rows_of(outcome.to_come):
        goal = scenario.goal_by_id[str(row.goal_id)]
        to_come = float(row.to_come)
        if goal.sign * to_come <= 0:
            continue
        way = abs(list(goal.targets.values())[-1] - goal.zero)
        name = str(row.initiative_id)
        named = (name, scenario.initiative_by_id[name].label, goal.label, goal.goal_id)
        is_judged = (row.initiative_id, row.goal_id) in judged
        rows.append((*named, float(row.full), float(row.at_end), to_come, abs(to_come) / way, is_judged))
    columns = ["initiative_id", "initiative", "goal", "goal_id", "full", "at_end", "to_come", "part_of_way", "judged"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["part_of_way", "initiative"], ascending=[False, True], ignore_index=True)
