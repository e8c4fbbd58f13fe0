"""Clashes: every minimal set of demands, and every way out, against trying every plan and against hand-worked texts."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from itertools import combinations, product
from random import Random
from typing import Any

import numpy as np
import pytest

from prioritiser import InfeasibleError, NoAnswerError, Optimiser
from prioritiser.errors import Clash, Demand, WayOut
from prioritiser.optimisation.infeasibility import find_clash
from prioritiser.optimisation.infeasibility.minimal_sets import MOST_SETS, smallest_hitting_set
from prioritiser.optimisation.persistent import SolveLimits
from tests.brute_force import find_best
from tests.depth import WHOLE, cases, part
from tests.feasibility import breaches
from tests.reference import Reference
from tests.strategies import build_scenario, random_case

Y1, Y2, Y3 = "2026/27", "2027/28", "2028/29"
LITTLE = 1e-4
FAR = 1e30

type Case = tuple[dict[str, Any], dict[str, Any]]


def clash_of(tables: dict[str, Any], chosen: dict[str, Any]) -> Clash | None:
    try:
        Optimiser(build_scenario(tables, chosen)).solve(gap=0)
    except InfeasibleError as error:
        assert error.found is not None
        return error.found
    return None


def plain(case: Case) -> Case:
    """Write the capacities in force into the tables, so that each can be changed by itself."""
    tables, chosen = copy.deepcopy(case)
    reference = Reference(tables, chosen)
    for row in tables["resources"]:
        for t, year in enumerate(tables["years"], 1):
            if year in row:
                row[year] = float(reference.capacity(row["resource_id"], t))
    chosen["capacity"] = {}
    return tables, chosen


def drawn_cases(seeds: range, whole: bool) -> Iterator[tuple[int, Random, Case]]:
    """Random cases, those in which something may be delivered in part left out where whole ones are wanted."""
    for seed in seeds:
        rng = Random(seed)
        tables, chosen = random_case(rng)
        if not whole or not any("min_scale" in row for row in tables["initiatives"]):
            yield seed, rng, (tables, chosen)


def small_clashes(seeds: range, whole: bool) -> Iterator[tuple[int, Case, Clash]]:
    for seed, rng, (tables, chosen) in drawn_cases(seeds, whole):
        for row in rng.sample(tables["initiatives"], 2):
            chosen["lock"].setdefault(row["initiative_id"], "in")
        case = plain((tables, chosen))
        clash = clash_of(*case)
        if clash is not None:
            yield seed, case, clash


def place(demand: Demand) -> str:
    if demand.kind == "capacity":
        return f"capacity {demand.demand_id}@{demand.year}"
    return f"{'lock' if demand.kind == 'lock' else 'rule'} {demand.demand_id}"


def minimal(sets: set[frozenset[str]]) -> set[frozenset[str]]:
    return {one for one in sets if not any(other < one for other in sets)}


def broken_sets(case: Case) -> set[frozenset[str]]:
    """What each plan in full breaks; of these the sets that contain no other."""
    reference = Reference(*case)
    keys = list(reference.initiatives)
    found = set()
    for choice in product(*[[None, *reference.possible_starts(key)] for key in keys]):
        plan = {key: (1.0, start) for key, start in zip(keys, choice, strict=True) if start is not None}
        found.add(frozenset(breaches(reference, plan)))
    return minimal(found)


def hitting_sets(sets: set[frozenset[str]]) -> set[frozenset[str]]:
    members = sorted(frozenset().union(*sets))
    found: set[frozenset[str]] = set()
    for size in range(1, len(members) + 1):
        for chosen in map(frozenset, combinations(members, size)):
            if not any(one <= chosen for one in found) and all(one & chosen for one in sets):
                found.add(chosen)
    return found


def test_sets_are_the_smallest_of_all_minimal_sets() -> None:
    seen, several = 0, 0
    for seed, case, clash in small_clashes(part(range(140)), whole=True):
        expected = hitting_sets(broken_sets(case))
        found = [frozenset(map(place, demands)) for demands in clash.sets]
        assert set(found) <= expected, seed
        assert len(set(found)) == len(found) == min(MOST_SETS, len(expected)), seed
        assert list(map(len, found)) == sorted(map(len, expected))[:MOST_SETS], seed
        assert clash.all_sets is (len(expected) <= MOST_SETS), seed
        seen, several = seen + 1, several + (len(expected) > 1)
    assert seen > cases(30)
    assert several > cases(10)


def carried(case: Case, name: str) -> bool:
    return any(
        f"capacity {row['resource_id']}@" in name and row.get("carry_over") == "yes" for row in case[0]["resources"]
    )


def test_ways_out_are_all_demands_that_suffice_alone_or_else_the_smallest_sets() -> None:
    alone, together = 0, 0
    for seed, case, clash in small_clashes(part(range(140)), whole=True):
        enough = broken_sets(case)
        ways = [frozenset(map(place, way.demands)) for way in clash.ways_out if way.by is None or way.to is not None]
        assert clash.all_ways, seed
        expected = {one for one in enough if len(one) == 1 and not carried(case, *one)}
        assert {one for one in ways if len(one) == 1 and not carried(case, *one)} == expected, seed
        if all(len(one) > 1 for one in ways) and len(ways) == len(clash.ways_out):
            assert set(ways) <= enough, seed
            assert list(map(len, ways)) == sorted(map(len, enough))[:3], seed
            together += 1
        alone += len(expected)
    assert alone > cases(30)
    assert together >= cases(4) or not WHOLE


def drop(tables: dict[str, Any], chosen: dict[str, Any], demand: Demand) -> None:
    """Take a lock or a rule out."""
    if demand.kind == "lock":
        del chosen["lock"][demand.demand_id]
    else:
        tables["rules"] = [row for row in tables["rules"] if row["rule_id"] != demand.demand_id]


def relaxed(case: Case, way: WayOut, little: float) -> Case:
    """Change the tables and settings as a way out says, or by a little less."""
    tables, chosen = copy.deepcopy(case)
    for demand in way.demands:
        if demand.kind == "capacity":
            row = next(row for row in tables["resources"] if row["resource_id"] == demand.demand_id)
            if way.to is not None:
                row[demand.year] = way.to - little
            else:
                row[demand.year] = FAR if way.by is None else row[demand.year] + way.by - little
        elif demand.kind == "lock" or way.to is None:
            drop(tables, chosen, demand)
        else:
            row = next(row for row in tables["rules"] if row["rule_id"] == demand.demand_id)
            assert way.by == pytest.approx(abs(way.to - row["limit"]))
            row["limit"] = way.to + (little if row["limit"] > way.to else -little)
    return tables, chosen


@pytest.mark.parametrize(("whole", "seeds"), [(True, part(range(140))), (False, part(range(200, 300)))])
def test_each_way_out_has_a_plan_and_a_little_less_has_none(whole: bool, seeds: range) -> None:
    kinds = set()
    for seed, case, clash in small_clashes(seeds, whole):
        for way in clash.ways_out:
            if way.by is not None or not any(demand.kind == "capacity" for demand in way.demands):
                assert find_best(Reference(*relaxed(case, way, 0.0))) is not None, (seed, way)
            if way.by is not None:
                assert find_best(Reference(*relaxed(case, way, LITTLE * max(1.0, way.by or 0)))) is None, (seed, way)
            kinds |= {demand.kind for demand in way.demands}
    assert not WHOLE or {"capacity", "lock", "count_at_least", "count_at_most", "goal_at_least"} <= kinds


def test_rules_that_limit_spending_and_goals_give_way_by_the_least_amount() -> None:
    """Cases without locks, so that the limits themselves clash: shares of spending, levels with overlap, counts."""
    seen: dict[str, int] = {}
    for seed in part(range(1000, 1500)):
        tables, chosen = random_case(Random(seed))
        rules = [row for row in tables["rules"] if row["kind"] in LIMITED]
        if not rules:
            continue
        for row in rules:
            row["limit"] = TIGHT.get(row["kind"], lambda limit: limit)(row["limit"])
        chosen["without"] = []
        chosen["lock"] = {tables["initiatives"][0]["initiative_id"]: "in"}
        case = plain((tables, chosen))
        clash = clash_of(*case)
        for way in clash.ways_out if clash is not None else ():
            if way.to is not None and way.demands[0].kind in LIMITED:
                assert find_best(Reference(*relaxed(case, way, 0.0))) is not None, (seed, way)
                assert find_best(Reference(*relaxed(case, way, LITTLE))) is None, (seed, way)
                seen[way.demands[0].kind] = seen.get(way.demands[0].kind, 0) + 1
    assert set(seen) == LIMITED or not WHOLE, seen


LIMITED = {"spend_share_at_least", "spend_share_at_most", "goal_at_least"}
TIGHT: dict[str, Any] = {
    "spend_share_at_least": lambda limit: min(1.0, limit + 0.35),
    "spend_share_at_most": lambda limit: limit / 4,
}


def small(uses: dict[str, tuple[float, ...]], *, rules: Any = (), lock: Any = None, **resource: Any) -> InfeasibleError:
    """Ask for a plan of one goal, one resource and initiatives of these uses; return why there is none."""
    years = [Y1, Y2][: max(map(len, uses.values()))]
    tables = {
        "years": years,
        "goals": [{"goal_id": "wait", "name": "Waiting", "tier": "local", "unit": "days", years[-1]: -9}],
        "resources": [{"resource_id": "money", "name": "Capital", "unit": "£k", **resource}],
        "initiatives": [{"initiative_id": key, "name": f"The {key}", "team": key[0]} for key in uses],
        "uses": [
            {"initiative_id": key, "resource_id": "money", **{f"year_{n}": part for n, part in enumerate(parts, 1)}}
            for key, parts in uses.items()
        ],
        "effects": [{"initiative_id": key, "goal_id": "wait", "central": -2.5} for key in uses],
        "rules": [{"rule_id": f"R{n}", **row} for n, row in enumerate(rules, 1)],
    }
    scenario = build_scenario(tables, {"weights": {"local": 1}, "lock": lock or {}})
    with pytest.raises(InfeasibleError) as raised:
        Optimiser(scenario).solve(gap=0)
    return raised.value


def test_capacity_is_named_with_owner_unit_and_what_it_lacks() -> None:
    must = {"kind": "must_do", "subject": "wards", "owner": "Board"}
    error = small({"wards": (28_400,), "hub": (100,)}, rules=[must], **{Y1: 25_000})
    assert str(error) == (
        "No portfolio meets these together: rule R1 (must do The wards, owner Board); "
        "capacity of Capital [money] in 2026/27 (£25,000k). "
        "Smallest ways out: switch off rule R1 (must do The wards, owner Board); "
        "or raise the limit on Capital [money] in 2026/27 by £3,400k to £28,400k."
    )
    assert error.found is not None
    assert error.lines == (
        "No portfolio meets these together: rule R1 (must do The wards, owner Board); "
        "capacity of Capital [money] in 2026/27 (£25,000k).",
        "Smallest ways out:",
        "  - switch off rule R1 (must do The wards, owner Board)",
        "  - raise the limit on Capital [money] in 2026/27 by £3,400k to £28,400k",
    )
    demand = {
        "kind": "capacity",
        "demand_id": "money",
        "text": "capacity of Capital [money] in 2026/27 (£25,000k)",
        "year": Y1,
        "amount": 25_000,
        "unit": "£k",
        "owner": None,
        "plain": "capacity of Capital in 2026/27 (£25,000k)",
    }
    assert error.found.ways_out[1].as_json() == {
        "demands": [demand],
        "text": "raise the limit on Capital [money] in 2026/27 by £3,400k to £28,400k",
        "to": 28_400,
        "by": 3_400,
        "steps": [{"demand": demand, "to": 28_400, "by": 3_400}],
    }
    assert error.found.ways_out[1].plain == "raise the limit on Capital in 2026/27 by £3,400k to £28,400k"


def test_count_gives_way_to_a_whole_number() -> None:
    # Room for 2 of the 3 that use 4 each out of 9.
    rule = {"kind": "count_at_least", "subject": "team=w", "limit": 3}
    error = small({"w1": (4,), "w2": (4,), "w3": (4,)}, rules=[rule], **{Y1: 9})
    assert error.clash == (
        "rule R1 (at least 3 initiatives with team w)",
        "capacity of Capital [money] in 2026/27 (£9k)",
    )
    assert error.ways_out == (
        "ease rule R1 (at least 3 initiatives with team w) from 3 to 2",
        "raise the limit on Capital [money] in 2026/27 by £3k to £12k",
    )
    capped = {"kind": "count_at_most", "subject": "team=w", "limit": 1, "owner": "Estates"}
    error = small({"w1": (4,), "w2": (4,)}, rules=[capped], lock={"w1": "in", "w2": "in"}, **{Y1: 9})
    assert error.ways_out == (
        "ease rule R1 (at most 1 initiative with team w, owner Estates) from 1 to 2",
        "lift the lock on The w1 [w1]",
        "lift the lock on The w2 [w2]",
    )


def test_share_of_spending_gives_way_on_the_side_that_is_enough() -> None:
    # Old must be done. With new beside it: 6,615 of 10,000 is 66.15 %, so 66.1 % is reached; old has 33.85 %, within
    # 33.9 %. Whether new must be done too makes no difference.
    both = [{"kind": "must_do", "subject": key} for key in ("new", "old")]
    rule = {"kind": "spend_share_at_least", "subject": "team=n", "resource_id": "money", "limit": 0.7}
    error = small({"new": (6_615,), "old": (3_385,)}, rules=[*both, rule])
    assert error.clash[1] == "rule R3 (at least 70% of Capital for initiatives with team n)"
    assert error.ways_out[1] == "ease rule R3 (at least 70% of Capital for initiatives with team n) from 70% to 66.1%"
    rule = {"kind": "spend_share_at_most", "subject": "old", "resource_id": "money", "limit": 0.2, "year": Y1}
    error = small({"new": (6_615,), "old": (3_385,)}, rules=[*both, rule])
    assert error.clash[1] == "rule R3 (at most 20% of Capital for The old in 2026/27)"
    assert error.ways_out[1] == "ease rule R3 (at most 20% of Capital for The old in 2026/27) from 20% to 33.9%"


def test_level_of_a_goal_gives_way_in_its_unit() -> None:
    # Down is better; each of two does -2.5 and there is room for one.
    rule = {"kind": "goal_at_least", "subject": "wait", "limit": -4, "year": Y1, "owner": "Board"}
    error = small({"east": (6,), "west": (7,)}, rules=[rule], **{Y1: 10})
    assert error.clash == (
        "rule R1 (Waiting at most -4 days in 2026/27, owner Board)",
        "capacity of Capital [money] in 2026/27 (£10k)",
    )
    assert error.ways_out == (
        "ease rule R1 (Waiting at most -4 days in 2026/27, owner Board) from -4 to -2.5 days",
        "raise the limit on Capital [money] in 2026/27 by £3k to £13k",
    )


def test_capacity_that_carries_over_rises_in_the_latest_year_that_is_early_enough() -> None:
    lock, room = {"wards": "in"}, {Y1: 10, Y2: 10, "carry_over": "yes"}
    # 14 of 10, then 22 of 20: only a rise in the first year helps, by 4, which is enough for the second.
    early = small({"wards": (14, 8)}, lock=lock, **room)
    assert early.ways_out == (
        "lift the lock on The wards [wards]",
        "raise the limit on Capital [money] in 2026/27 by £4k to £14k",
    )
    # 5 of 10, then 23 of 20: 3 more, in either year.
    late = small({"wards": (5, 18)}, lock=lock, **room)
    assert late.clash == (
        "lock The wards [wards] in",
        "capacity of Capital [money] in 2027/28 (£20k in all up to then)",
    )
    assert late.ways_out[1:] == ("raise the limit on Capital [money] in 2027/28 by £3k to £13k",)


def test_capacity_rises_in_every_year_when_no_year_alone_is_enough() -> None:
    # Lacks 4 in the first year and 6 in the second; with carry-over 4, then 10 in all, which the first year can bring.
    lock = {"wards": "in"}
    apart = small({"wards": (14, 16)}, lock=lock, **{Y1: 10, Y2: 10})
    assert apart.ways_out[1:] == ("raise the limit on Capital [money] by £6k in every year",)
    carried_over = small({"wards": (14, 16)}, lock=lock, **{Y1: 10, Y2: 10, "carry_over": "yes"})
    assert carried_over.ways_out[1:] == ("raise the limit on Capital [money] in 2026/27 by £10k to £20k",)


def test_sets_to_drop_together_are_named_when_none_is_enough_alone() -> None:
    # Two clashes with nothing in common: each way out takes one of each.
    rules = [{"kind": kind, "subject": key} for key in ("a", "b") for kind in ("must_do", "must_not")]
    error = small({"a": (1,), "b": (1,)}, rules=rules)
    assert error.found is not None
    assert [[demand.demand_id for demand in one] for one in error.found.sets] == [["R1", "R2"], ["R3", "R4"]]
    assert "Nor these: rule R3 (must do The b); rule R4 (must not do The b)." in str(error)
    assert error.ways_out == (
        "switch off rule R1 (must do The a) and rule R3 (must do The b)",
        "switch off rule R1 (must do The a) and rule R4 (must not do The b)",
        "switch off rule R2 (must not do The a) and rule R3 (must do The b)",
    )


def test_kept_model_is_as_it_was_when_a_clash_was_looked_for() -> None:
    seen = 0
    for seed, (tables, chosen), _ in small_clashes(part(range(300, 360)), whole=False):
        scenario = build_scenario(tables, chosen)
        optimiser = Optimiser(scenario)
        kept = optimiser.kept(scenario.settings)
        before = [bounds.copy() for bounds in (kept._low, kept._high, kept._row_low, kept._row_high)]
        assert find_clash(kept, scenario.settings, SolveLimits()).sets
        for was, now in zip(before, (kept._low, kept._high, kept._row_low, kept._row_high), strict=True):
            assert np.array_equal(was, now), seed
        free = scenario.settings.replace(lock={}, without=[row["rule_id"] for row in tables["rules"]])
        expected = find_best(Reference(tables, chosen | {"lock": {}, "without": free.without}))
        assert expected is not None, seed
        assert optimiser.solve(free, gap=0).objective == pytest.approx(expected.objective, abs=1e-6), seed
        seen += 1
    assert seen > cases(10)


def test_a_smallest_hitting_set_contains_no_blocked_one() -> None:
    sets = [frozenset(one) for one in ({1, 2}, {2, 3}, {3, 4})]
    later = float("inf")
    assert smallest_hitting_set(sets, [], later) == {1, 3}
    assert smallest_hitting_set(sets, [frozenset({1, 3})], later) == {2, 3}
    assert smallest_hitting_set([frozenset({1})], [frozenset({1})], later) is None
    assert smallest_hitting_set([], [], later) == frozenset()


def test_a_clash_found_in_part_is_given_and_says_so() -> None:
    demand = Demand("lock", "hub", "lock Hub in")
    text = str(InfeasibleError(Clash(((demand,),), (), all_sets=False, all_ways=False)))
    assert text == (
        "No portfolio meets these together: lock Hub in. There may be more such sets. "
        "Time was up before every way out was worked out."
    )
    assert str(InfeasibleError(("a", "b"), "Note.")) == "No portfolio meets these together: a; b. Note."


def test_nothing_is_named_when_there_was_no_time_for_a_minimal_set() -> None:
    _, case, _ = next(small_clashes(range(20), whole=False))
    scenario = build_scenario(*case)
    kept = Optimiser(scenario).kept(scenario.settings)
    stop = threading.Event()
    stop.set()
    for effort in (SolveLimits(time_limit=0.0), SolveLimits(stop=stop)):
        with pytest.raises(NoAnswerError, match="time was up before the clash was found"):
            find_clash(kept, scenario.settings, effort)
    assert find_clash(kept, scenario.settings, SolveLimits()).all_sets
