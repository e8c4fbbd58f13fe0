"""Every rule, limit and lock, checked on a plan one by one: the reference's word on what is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.reference import PAIRS, SMALLEST_SHARE, START_RULES, TOLERANCE, Plan, Reference

type Starts = Mapping[str, int]


def group(case: Reference, subject: str) -> list[str]:
    """Ids of `column=value`, compared as trimmed text; a subject without = is one initiative."""
    if "=" not in subject:
        return [subject]
    column, value = (part.strip() for part in subject.split("=", 1))

    def text(cell: object) -> str:
        return cell.strip() if isinstance(cell, str) else f"{float(cell):.15g}"  # type: ignore[arg-type]

    return [key for key, row in case.initiatives.items() if (text(row[column]) if column in row else "") == value]


def needs_a_start(case: Reference, initiative_id: str) -> bool:
    """Whether the share must be 0 or at least 0.01: it can be any share only where nothing asks whether it starts."""
    row = case.initiatives[initiative_id]
    if row.get("min_scale", case.one) > 0 or len(case.possible_starts(initiative_id)) > 1:
        return True
    for rule in case.rules:
        named = {rule["subject"], rule["other"]} if rule["kind"] in PAIRS else set(group(case, rule["subject"]))
        if rule["kind"] in START_RULES and initiative_id in named:
            return True
    return False


def smallest_share(case: Reference, initiative_id: str) -> Any:
    """Least share at which an initiative that starts may be delivered."""
    if not needs_a_start(case, initiative_id):
        return case.zero
    scale = case.initiatives[initiative_id].get("min_scale", case.one)
    return max(scale, case.number(str(float(SMALLEST_SHARE))))


def must_be_full(case: Reference) -> set[str]:
    """Initiatives that a lock or a must_do asks for at full share."""
    locked = {key for key, lock in case.locks.items() if lock != "out"}
    return locked | {rule["subject"] for rule in case.rules if rule["kind"] == "must_do"}


def start_breaches(case: Reference, starts: Starts) -> Iterator[str]:
    """Breaches that follow from what starts when, whatever the shares."""
    for key, start in starts.items():
        if start not in case.possible_starts(key):
            yield f"start {key}"
    for key, lock in case.locks.items():
        wrong = {"in": key not in starts, "out": key in starts}
        if wrong.get(lock, key not in starts or case.years[starts[key] - 1] != lock):
            yield f"lock {key}"
    for rule in case.rules:
        if _start_rule_broken(case, rule, starts):
            yield f"rule {rule['rule_id']}"


def _start_rule_broken(case: Reference, rule: Mapping[str, Any], starts: Starts) -> bool:  # noqa: PLR0911 - one a kind
    kind, subject, other = rule["kind"], rule["subject"], rule.get("other")
    if kind in ("must_do", "must_not"):
        return (subject in starts) != (kind == "must_do")
    if kind == "requires":
        return subject in starts and (other not in starts or starts[other] > starts[subject])
    if kind == "excludes":
        return subject in starts and other in starts
    if kind == "together":
        return (subject in starts) != (other in starts)
    if kind == "start_by":
        return subject in starts and starts[subject] > case.years.index(rule["year"]) + 1
    if kind in ("count_at_least", "count_at_most"):
        started = [starts[key] for key in group(case, subject) if key in starts]
        if "year" in rule:
            started = [start for start in started if case.years[start - 1] == rule["year"]]
        return len(started) < rule["limit"] if kind == "count_at_least" else len(started) > rule["limit"]
    return False


def spending(case: Reference, rule: Mapping[str, Any], plan: Plan) -> tuple[Any, Any]:
    """Positive use of the rule's resource: by its group, and by all."""
    years = [case.years.index(rule["year"]) + 1] if "year" in rule else case.horizon
    members = group(case, rule["subject"])
    ours, everyones = case.zero, case.zero
    for use in case.uses:
        if use["resource_id"] == rule["resource_id"]:
            positive = sum((max(case.amount(use, plan, year), case.zero) for year in years), case.zero)
            everyones += positive
            ours += positive if use["initiative_id"] in members else case.zero
    return ours, everyones


def share_breaches(case: Reference, plan: Plan) -> Iterator[str]:
    """Breaches that depend on the shares."""
    full = must_be_full(case)
    for key, (share, _) in plan.items():
        if share > 1 + TOLERANCE or share < smallest_share(case, key) - TOLERANCE:
            yield f"share {key}"
        if key in full and share < 1 - TOLERANCE:
            yield f"not full {key}"
    for resource_id, years, limit in case.limits():
        used = sum((case.used(resource_id, plan, year) for year in years), case.zero)
        if used > limit + TOLERANCE * max(1, limit):
            yield f"capacity {resource_id}@{case.years[years[-1] - 1]}"
    for rule in case.rules:
        if _share_rule_broken(case, rule, plan):
            yield f"rule {rule['rule_id']}"


def _share_rule_broken(case: Reference, rule: Mapping[str, Any], plan: Plan) -> bool:
    kind, subject = rule["kind"], rule["subject"]
    if kind == "requires":
        return subject in plan and rule["other"] in plan and plan[subject][0] > plan[rule["other"]][0] + TOLERANCE
    if kind in ("spend_share_at_least", "spend_share_at_most"):
        ours, everyones = spending(case, rule, plan)
        over = ours - rule["limit"] * everyones
        return (over if kind == "spend_share_at_most" else -over) > TOLERANCE * max(1, everyones)
    if kind == "goal_at_least":
        level = case.level(subject, plan, case.years.index(rule["year"]) + 1)
        return case.sign(subject) * (rule["limit"] - level) > TOLERANCE * max(1, abs(rule["limit"]))
    return False


def breaches(case: Reference, plan: Plan) -> list[str]:
    """Everything that forbids the plan; empty when it is feasible."""
    delivered = {key: part for key, part in plan.items() if part[0] > 0}
    starts = {key: start for key, (_, start) in delivered.items()}
    return [*start_breaches(case, starts), *share_breaches(case, delivered)]
