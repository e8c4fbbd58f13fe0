"""The whole answer as a workbook: a cover, then one table a sheet."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from prioritiser.analysis.summary import summary
from prioritiser.analysis.summary.resources_used import use_against_capacity
from prioritiser.evaluation.outcome import TIERS
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.exports.common.sheets import Cell, Rows, about, provenance, workbook_bytes
from prioritiser.scenario.in_words import settings_words
from prioritiser.scenario.schema import YesNo
from prioritiser.text.formatting import NOT_FOUND


def portfolio_xlsx(portfolio: Portfolio, today: date | None = None) -> bytes:
    """Write cover, plan, goals, tiers, resources and what is still to come; text never acts as a formula or link.

    today: the date on the cover, by default this day.
    """
    sheets = {
        "plan": (plan_rows(portfolio), (28, 52, 9, 11, 26, 26, 20, 12)),
        "goals": (goal_rows(portfolio), (28, 52, 12, 22, 11, 13, 13, 13, 12, 12, 11, 12, 12)),
        "tiers": (tier_rows(portfolio), (16, 14, 14, 14, 18, 18)),
        "resources": (resource_rows(portfolio), (28, 44, 12, 11, 14, 14, 14, 14, 10, 12)),
        "still to come": (to_come_rows(portfolio), (28, 52, 28, 52, 14, 14, 14)),
    }
    return workbook_bytes(portfolio.scenario_title, cover_rows(portfolio, today), sheets)


def cover_rows(portfolio: Portfolio, today: date | None) -> Rows:
    """What it is, what it says, how sure it is, and where it comes from."""
    outcome, scenario = portfolio.outcome, portfolio.outcome.scenario
    return [
        *about(scenario),
        ["Recommended", summary.headline(outcome, summary.references(outcome), summary.last_scored_year(scenario))],
        ["How sure", summary.proof(portfolio)],
        ["Limits", summary.limits_sentence(outcome)],
        ["Settings", settings_words(portfolio.settings)],
        ["Objective", portfolio.objective],
        ["Bound", portfolio.bound],
        ["Gap", portfolio.gap],
        ["Notes", "; ".join(portfolio.notices) or "none"],
        *provenance(scenario, f"{portfolio.solver.name} {portfolio.solver.version}", today),
    ]


def plan_rows(portfolio: Portfolio) -> Rows:
    """One row a delivered initiative."""
    scenario = portfolio.outcome.scenario
    rows: Rows = [["initiative_id", "name", "share", "start", "lead", "area", "place", "evidence"]]
    for name, delivery in portfolio.outcome.plan.items():
        row = scenario.initiative_by_id[name]
        start = scenario.years[delivery.start]
        rows.append([name, row.label, delivery.share, start, row.lead, row.area, row.place, _mark(row.evidence)])
    return rows


def goal_rows(portfolio: Portfolio) -> Rows:
    """One row a goal and year, in the goal's own unit."""
    scenario = portfolio.outcome.scenario
    header = "goal_id, name, tier, unit, year, target, do nothing, level, attainment, shortfall, met"
    rows: Rows = [[*header.split(", "), "evidence of goal", "evidence of level"]]
    judged = summary.judged_goals(portfolio.outcome)
    for row in _records(portfolio.outcome.goals):
        goal = scenario.goal_by_id[row["goal_id"]]
        met = {True: "met", False: "missed", None: "not scored"}[row["met"]]
        numbers = [row[key] for key in ("target", "do_nothing", "level", "attainment", "shortfall")]
        head: list[Cell] = [goal.goal_id, goal.label, goal.tier.value, goal.unit, row["year"]]
        rests_on = "judged" if goal.goal_id in judged else "derived"
        rows.append([*head, *numbers, met, _mark(goal.evidence), rests_on])
    return rows


def tier_rows(portfolio: Portfolio) -> Rows:
    """One row a tier: shares of the way from today to the targets; blank where a tier has no goals."""
    outcome = portfolio.outcome
    rows: Rows = [["tier", "weight", "score", "do nothing", "best alone", "best alone at most"]]
    for tier in TIERS:
        parts = (outcome.weights, outcome.scores, outcome.do_nothing, portfolio.best_alone, portfolio.best_alone_bound)
        figures: list[Cell] = [part.get(tier) for part in parts]
        if tier in outcome.scores and portfolio.best_alone.get(tier) is None:
            figures[parts.index(portfolio.best_alone)] = NOT_FOUND
        rows.append([tier, *figures])
    return rows


def resource_rows(portfolio: Portfolio) -> Rows:
    """One row a resource and year; blank is no limit, or nothing carried over. Used %: of what is available."""
    scenario = portfolio.outcome.scenario
    header = "resource_id, name, unit, year, capacity, carried over, available, used, used %, evidence"
    rows: Rows = [[*header.split(", ")]]
    for row in _records(use_against_capacity(portfolio.outcome)):
        resource = scenario.resource_by_id[row["resource_id"]]
        carried = row["carried_over"] if resource.carry_over is YesNo.YES else None
        part = 100 * row["share"] if row["available"] > 0 else None
        numbers = [row["capacity"], carried, row["available"], row["used"], part]
        head: list[Cell] = [resource.resource_id, resource.label, resource.unit, row["year"]]
        rows.append([*head, *numbers, _mark(resource.evidence)])
    return rows


def to_come_rows(portfolio: Portfolio) -> Rows:
    """One row a chosen effect that is not fully felt by the end of the last year."""
    scenario = portfolio.outcome.scenario
    rows: Rows = [["initiative_id", "initiative", "goal_id", "goal", "full", "at end", "to come"]]
    for row in _records(portfolio.outcome.to_come):
        names = scenario.initiative_by_id[row["initiative_id"]].label, scenario.goal_by_id[row["goal_id"]].label
        amounts = [row[key] for key in ("full", "at_end", "to_come")]
        rows.append([row["initiative_id"], names[0], row["goal_id"], names[1], *amounts])
    return rows


def _mark(evidence: object) -> str:
    return str(evidence) if evidence is not None else "not given"


def _records(table: Any) -> Iterable[dict[str, Any]]:
    records: list[dict[str, Any]] = table.to_dict("records")
    return records
