"""Ways out in which several demands give way together: least amounts against trying every plan, and their words."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from prioritiser.errors import Clash, Step, WayOut
from tests.brute_force import find_best
from tests.depth import WHOLE, cases, part
from tests.feasibility import breaches, group, spending
from tests.optimisation.test_clash import FAR, LITTLE, Case, clash_of, drawn_cases, drop, place, plain, small
from tests.reference import Plan, Reference

SHARES = ("spend_share_at_least", "spend_share_at_most")
LIMITED = (*SHARES, "count_at_least", "count_at_most", "goal_at_least")


def tight_clashes(seeds: range, whole: bool) -> Iterator[tuple[int, Case, Clash]]:
    """Cases where much is asked for: several locks, less of everything, limits of rules that are hard to meet."""
    for seed, rng, (tables, chosen) in drawn_cases(seeds, whole):
        for row in rng.sample(tables["initiatives"], min(3, len(tables["initiatives"]))):
            chosen["lock"].setdefault(row["initiative_id"], "in")
        for row in tables["rules"]:
            if row["kind"] == "spend_share_at_least":
                row["limit"] = min(1.0, row["limit"] + 0.35)
            elif row["kind"] == "spend_share_at_most":
                row["limit"] /= 4
        case = plain((tables, chosen))
        for row in case[0]["resources"]:
            for year in case[0]["years"]:
                if year in row:
                    row[year] = round(row[year] * 0.6, 3)
        clash = clash_of(*case)
        if clash is not None:
            yield seed, case, clash


def together(clash: Clash) -> Iterator[WayOut]:
    """Ways in which several demands give way, some of them by an amount of its own."""
    for way in clash.ways_out:
        if way.by is None and any(step.by is not None for step in way.steps):
            yield way


def excess(case: Reference, plan: Plan, step: Step) -> float:
    """How far a plan is on the wrong side of the limit of a demand, in its unit."""
    demand = step.demand
    if demand.kind == "capacity":
        row = next(
            (years, limit)
            for name, years, limit in case.limits()
            if name == demand.demand_id and case.years[years[-1] - 1] == demand.year
        )
        return float(sum(case.used(demand.demand_id, plan, year) for year in row[0]) - row[1])
    rule = next(row for row in case.rules if row["rule_id"] == demand.demand_id)
    limit = float(rule["limit"])
    if rule["kind"] == "goal_at_least":
        level = case.level(rule["subject"], plan, case.years.index(rule["year"]) + 1)
        return float(case.sign(rule["subject"])) * (limit - float(level))
    if rule["kind"] in SHARES:
        ours, everyones = spending(case, rule, plan)
        share = float(ours / everyones) if everyones > 0 else limit
        return share - limit if rule["kind"] == "spend_share_at_most" else limit - share
    starts = [plan[key][1] for key in group(case, rule["subject"]) if key in plan]
    number = sum("year" not in rule or case.years[start - 1] == rule["year"] for start in starts)
    return number - limit if rule["kind"] == "count_at_most" else limit - number


def scale(case: Reference, step: Step) -> float:
    """The limit that an amount is measured by; with carry-over the sum of the years up to then."""
    demand = step.demand
    if demand.kind != "capacity":
        return abs(demand.amount or 0.0) or 1.0
    limits = {(name, case.years[years[-1] - 1]): float(limit) for name, years, limit in case.limits()}
    return limits[demand.demand_id, str(demand.year)] or 1.0


def plans(case: Reference, dropped: set[str]) -> Iterator[Plan]:
    """Every plan in full that breaks nothing but what is dropped."""
    keys = list(case.initiatives)
    for choice in product(*[[None, *case.possible_starts(key)] for key in keys]):
        plan = {key: (case.one, start) for key, start in zip(keys, choice, strict=True) if start is not None}
        if set(breaches(case, plan)) <= dropped:
            yield plan


def felt(case: Reference, way: WayOut) -> set[str]:
    """What gives way, and with carry-over the same capacity in later years."""
    dropped = {place(step.demand) for step in way.steps}
    carried = {name: years for name, years, _ in case.limits() if case.resources[name].get("carry_over") == "yes"}
    for step in way.steps:
        if step.demand.kind == "capacity" and step.demand.demand_id in carried:
            later = case.years[case.years.index(str(step.demand.year)) :]
            dropped |= {f"capacity {step.demand.demand_id}@{year}" for year in later}
    return dropped


def needed(case: Reference, plan: Plan, steps: list[Step]) -> float:
    """Least sum of amount / limit with which a plan is allowed; with carry-over, each rise comes as late as it can."""
    total = 0.0
    brought: dict[str, float] = {}
    for step in sorted(steps, key=lambda step: step.demand.year or ""):
        name, year = step.demand.demand_id, step.demand.year
        if step.demand.kind != "capacity" or case.resources[name].get("carry_over") != "yes":
            total += max(0.0, excess(case, plan, step)) / scale(case, step)
            continue
        others = [str(other.demand.year) for other in steps if other.demand.demand_id == name]
        until = min((other for other in others if other > str(year)), default="9")
        lacks = max(
            float(sum(case.used(name, plan, u) for u in years) - limit)
            for key, years, limit in case.limits()
            if key == name and str(year) <= case.years[years[-1] - 1] < until
        )
        more = max(0.0, lacks - brought.get(name, 0.0))
        brought[name] = brought.get(name, 0.0) + more
        total += more / scale(case, step)
    return total


def test_amounts_that_give_way_together_are_the_least_of_all_plans() -> None:
    kinds: dict[str, int] = {}
    for seed, case, clash in tight_clashes(part(range(600)), whole=True):
        reference = Reference(*case)
        for way in together(clash):
            amounts = [step for step in way.steps if step.by is not None and step.demand.kind not in SHARES]
            shares = [step for step in way.steps if step.by is not None and step.demand.kind in SHARES]
            allowed = [(plan, needed(reference, plan, amounts)) for plan in plans(reference, felt(reference, way))]
            least = min(size for _, size in allowed)
            given = sum((step.by or 0.0) / scale(reference, step) for step in amounts)
            assert given == pytest.approx(least, abs=2e-6), (seed, way)
            relaxed = Reference(*eased(case, way, {}))
            for step in shares:
                free = list(plans(relaxed, {place(step.demand) for step in shares}))
                assert step.by == pytest.approx(min(excess(reference, plan, step) for plan in free), abs=1e-6), seed
            for step in (*amounts, *shares):
                kinds[step.demand.kind] = kinds.get(step.demand.kind, 0) + 1
    assert kinds["capacity"] > cases(30)
    assert set(kinds) >= set(LIMITED) or not WHOLE, kinds


def eased(case: Case, way: WayOut, little: Mapping[int, float]) -> Case:
    """Change the tables and settings as a way out says, with a little less for some of its steps."""
    tables, chosen = copy.deepcopy(case)
    for number, step in enumerate(way.steps):
        demand, less = step.demand, little.get(number, 0.0)
        if demand.kind == "capacity":
            row = next(row for row in tables["resources"] if row["resource_id"] == demand.demand_id)
            row[demand.year] = FAR if step.to is None else step.to - less
        elif demand.kind == "lock" or step.to is None:
            drop(tables, chosen, demand)
        else:
            row = next(row for row in tables["rules"] if row["rule_id"] == demand.demand_id)
            row["limit"] = step.to + (less if row["limit"] > step.to else -less)
    return tables, chosen


@pytest.mark.parametrize(("whole", "seeds"), [(True, part(range(300))), (False, part(range(1000, 1250)))])
def test_amounts_together_have_a_plan_and_a_little_less_of_any_has_none(whole: bool, seeds: range) -> None:
    seen = 0
    for seed, case, clash in tight_clashes(seeds, whole):
        for way in together(clash):
            assert find_best(Reference(*eased(case, way, {}))) is not None, (seed, way)
            for number, step in enumerate(way.steps):
                if step.by:
                    less = {number: LITTLE * max(1.0, step.by)}
                    assert find_best(Reference(*eased(case, way, less))) is None, (seed, way, number)
            seen += 1
    assert seen > cases(10)


def test_words_of_a_way_out_say_each_amount_once() -> None:
    # Wards need 14 and 16 where there is room for 10 each year, and a rule forbids what a lock asks for.
    rules = [{"kind": "must_not", "subject": "hub", "owner": "Board"}, {"kind": "must_do", "subject": "hub"}]
    error = small(
        {"wards": (14, 16), "hub": (0, 1)}, rules=rules, lock={"wards": "in"}, **{"2026/27": 10, "2027/28": 10}
    )
    assert error.ways_out == (
        "switch off rule R1 (must not do The hub, owner Board) and lift the lock on The wards [wards]",
        "switch off rule R2 (must do The hub) and lift the lock on The wards [wards]",
        "switch off rule R1 (must not do The hub, owner Board) and raise the limit on Capital [money] "
        "in 2026/27 by £4k to £14k and in 2027/28 by £7k to £17k",
    )


def test_a_rise_that_carries_over_serves_the_later_year_too() -> None:
    # Wards need 14 by the first year and 30 by the second, where there is room for 10 and 20; the rules forbid the hub.
    rules = [{"kind": kind, "subject": "hub"} for kind in ("must_not", "must_do")]
    room = {"2026/27": 10, "2027/28": 10, "carry_over": "yes"}
    error = small({"wards": (14, 16), "hub": (0, 0)}, rules=rules, lock={"wards": "in"}, **room)
    assert error.ways_out[2] == (
        "switch off rule R1 (must not do The hub) and raise the limit on Capital [money] "
        "in 2026/27 by £4k to £14k and in 2027/28 by £6k to £16k"
    )
    error = small({"wards": (14, 8), "hub": (0, 0)}, rules=rules, lock={"wards": "in"}, **room)
    assert error.ways_out[2] == (
        "switch off rule R1 (must not do The hub) and raise the limit on Capital [money] in 2026/27 by £4k to £14k"
    )
