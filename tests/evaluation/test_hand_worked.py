"""Cases small enough to work by hand; every number on the way stands in the comments and in the asserts.

Each is held against the program and, in exact fractions, against the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from prioritiser import InfeasibleError, Outcome, Portfolio, evaluate, optimise
from tests.agreement import close
from tests.feasibility import breaches
from tests.reference import Plan, Reference
from tests.strategies import build_scenario

Y1, Y2, Y3 = YEARS = ["2026/27", "2027/28", "2028/29"]
NATIONAL = {"weights": {"national": 1}}


def table(columns: str, *rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Lay out rows under column names; None is a blank cell."""
    names = columns.split()
    return [{name: cell for name, cell in zip(names, row, strict=True) if cell is not None} for row in rows]


def exact(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Reference:
    return Reference(tables, settings, Fraction)


def outcome_of(tables: dict[str, Any], settings: dict[str, Any], plan: Plan) -> Outcome:
    rows = [(key, float(share), tables["years"][start - 1]) for key, (share, start) in plan.items()]
    frame = pd.DataFrame(rows, columns=["initiative_id", "share", "start"])
    return evaluate(build_scenario(tables, settings), frame)


def best_of(tables: dict[str, Any], settings: dict[str, Any], **options: Any) -> Portfolio:
    return optimise(build_scenario(tables, settings), gap=0, **options)


def check_levels(
    tables: dict[str, Any], settings: dict[str, Any], plan: Plan, expected: Mapping[str, list[Fraction | int]]
) -> None:
    """The level of each goal, year by year, in the program and in the reference."""
    case, goals = exact(tables, settings), outcome_of(tables, settings, plan).goals
    for goal_id, levels in expected.items():
        assert [case.level(goal_id, plan, year) for year in case.horizon] == levels
        assert list(goals[goals["goal_id"] == goal_id]["level"]) == [close(float(level)) for level in levels]


def starts(portfolio: Portfolio) -> dict[str, str]:
    return dict(zip(portfolio.plan["initiative_id"], portfolio.plan["start"], strict=True))


def test_ramp_at_exactly_the_lead() -> None:
    # Months since first effect at the ends of years 1, 2, 3: 12 - lead, 24 - lead, 36 - lead.
    #   step:  lead 12, ramp 0:   0, 12, 24 -> 1, 1, 1      a lead of 12 counts at the end of the first year
    #   slope: lead 12, ramp 12:  0, 12, 24 -> 0, 1, 1      a ramp that begins there stands at 0
    #   late:  lead 18, ramp 12: -6,  6, 18 -> 0, 1/2, 1
    #   just:  lead 13, ramp 0:  -1, 11, 23 -> 0, 1, 1      one month later is one year later
    tables = {
        "years": YEARS,
        "goals": table("goal_id tier 2028/29", *[(key, "national", 12) for key in ("step", "slope", "late", "just")]),
        "initiatives": table("initiative_id latest", ("hub", Y2)),
        "effects": table(
            "initiative_id goal_id central lead_months ramp_months",
            ("hub", "step", 6, 12, None),
            ("hub", "slope", 6, 12, 12),
            ("hub", "late", 6, 18, 12),
            ("hub", "just", 6, 13, 0),
        ),
    }
    first = {"step": [6, 6, 6], "slope": [0, 6, 6], "late": [0, 3, 6], "just": [0, 6, 6]}
    check_levels(tables, NATIONAL, {"hub": (1, 1)}, first)
    second = {"step": [0, 6, 6], "slope": [0, 0, 6], "late": [0, 0, 3], "just": [0, 0, 6]}
    check_levels(tables, NATIONAL, {"hub": (1, 2)}, second)
    # Started in year 1 every goal ends at 6 of 12: 1/2. Started in year 2 `late` ends at 3: (3 x 1/2 + 1/4) / 4 = 7/16.
    best = best_of(tables, NATIONAL)
    assert starts(best) == {"hub": Y1}
    assert best.objective == close(1 / 2)
    assert outcome_of(tables, NATIONAL, {"hub": (1, 2)}).value == close(7 / 16)
    # Still to come at the end of year 3: only `late` started in year 2, 6 - 3 = 3.
    to_come = outcome_of(tables, NATIONAL, {"hub": (1, 2)}).to_come
    assert to_come.to_dict("records") == [
        {"initiative_id": "hub", "goal_id": "late", "full": 6.0, "at_end": 3.0, "to_come": 3.0}
    ]
    assert best.outcome.to_come.empty


def test_overlap_with_a_loss() -> None:
    # Gains 4 and 3, a loss of 2, overlap 1/4: q = 4, X = 7; counted: min(7, 4 + 3/4 x 3) = 25/4.
    # Level: 10 + 1 (trend) + 25/4 - 2 = 61/4. Attainment: (61/4 - 10) / (20 - 10) = 21/40.
    tables = {
        "years": [Y1],
        "goals": table(
            "goal_id tier baseline trend_per_year overlap 2026/27",
            ("wait", "national", 10, 1, 0.25, 20),
        ),
        "initiatives": table("initiative_id", ("four",), ("three",), ("harm",)),
        "effects": table(
            "initiative_id goal_id central", ("four", "wait", 4), ("three", "wait", 3), ("harm", "wait", -2)
        ),
    }
    everything = {"four": (1, 1), "three": (1, 1), "harm": (1, 1)}
    check_levels(tables, NATIONAL, everything, {"wait": [Fraction(61, 4)]})
    assert exact(tables, NATIONAL).attainment("wait", everything, 1) == Fraction(21, 40)
    assert outcome_of(tables, NATIONAL, everything).value == close(21 / 40)
    # q is of what could be done, not of what is: the 3 alone count in full, since 3 < q: 10 + 1 + 3.
    check_levels(tables, NATIONAL, {"three": (1, 1)}, {"wait": [14]})
    # Without the harm: 10 + 1 + 25/4 = 69/4, attainment 29/40.
    best = best_of(tables, NATIONAL)
    assert starts(best) == {"four": Y1, "three": Y1}
    assert best.objective == close(29 / 40)
    # A lock on the largest changes no coefficient: q stays 4.
    check_levels(tables, NATIONAL | {"lock": {"four": "out"}}, {"three": (1, 1)}, {"wait": [14]})
    # Overlap 1: only the largest counts.
    tables["goals"][0]["overlap"] = 1  # type: ignore[index]
    check_levels(tables, NATIONAL, everything, {"wait": [13]})


def test_if_also_at_two_starts() -> None:
    # Together 8, over 24 months from the start of `team`, once `tool` has started too.
    #   team year 1, tool year 1: ramps 1/2, 1, 1 -> 4, 8, 8
    #   team year 1, tool year 2: nothing, then the ramp that team has by then -> 0, 8, 8
    #   team year 2, tool year 1: 0, then 1/2 (its own ramp, not the tool's), 1 -> 0, 4, 8
    #   team year 1, tool year 3: 0, 0, 8
    tables = {
        "years": YEARS,
        "goals": table("goal_id tier 2027/28 2028/29", ("wait", "national", 16, 16)),
        "resources": table("resource_id 2026/27", ("money", 0)),
        "initiatives": table("initiative_id latest min_scale", ("team", Y2, 0.5), ("tool", Y3, 0.5)),
        "uses": table("initiative_id resource_id year_1", ("team", "money", 1)),
        "effects": table(
            "initiative_id goal_id central ramp_months if_also",
            ("team", "wait", 8, 24, "tool"),
        ),
    }
    for team, tool, levels in ((1, 1, [4, 8, 8]), (1, 2, [0, 8, 8]), (2, 1, [0, 4, 8]), (1, 3, [0, 0, 8])):
        check_levels(tables, NATIONAL, {"team": (1, team), "tool": (1, tool)}, {"wait": levels})
    check_levels(tables, NATIONAL, {"team": (1, 1)}, {"wait": [0, 0, 0]})
    # At the smaller of the shares: min(3/4, 1/2) x 8 = 4.
    shares = {"team": (Fraction(3, 4), 1), "tool": (Fraction(1, 2), 1)}
    check_levels(tables, NATIONAL, shares, {"wait": [2, 4, 4]})
    # No money in year 1: team starts in year 2, tool not later. (4/16 + 8/16) / 2 = 3/8.
    best = best_of(tables, NATIONAL)
    assert starts(best)["team"] == Y2
    assert starts(best)["tool"] in (Y1, Y2)
    assert best.objective == close(3 / 8)


def test_carry_over_with_a_release() -> None:
    # 5 a year, and what is left may be used later: up to 5, 10, 15 in all.
    #   care (year 2) takes 8, new (year 3) takes 8, save (year 1) takes 2 and gives 3 back in year 2.
    #   care and new:        0, 8, 16 > 15: too much in year 3
    #   care, new and save:  2, 2 - 3 + 8 = 7, 7 + 8 = 15: just enough
    # Values 4 and 3 of 10: 7/10 with save, which adds nothing itself; 4/10 without.
    tables = {
        "years": YEARS,
        "goals": table("goal_id tier 2028/29", ("wait", "national", 10)),
        "resources": table("resource_id 2026/27 2027/28 2028/29 carry_over", ("money", 5, 5, 5, "yes")),
        "initiatives": table("initiative_id earliest latest", ("care", Y2, Y2), ("new", Y3, None), ("save", Y1, None)),
        "uses": table(
            "initiative_id resource_id year_1 year_2",
            ("care", "money", 8, 0),
            ("new", "money", 8, None),
            ("save", "money", 2, -3),
        ),
        "effects": table("initiative_id goal_id central", ("care", "wait", 4), ("new", "wait", 3)),
    }
    best = best_of(tables, NATIONAL)
    assert starts(best) == {"care": Y2, "new": Y3, "save": Y1}
    assert best.objective == close(7 / 10)
    assert list(best.outcome.resources["used"]) == [2, 8 - 3, 8]
    assert best_of(tables, NATIONAL | {"lock": {"save": "out"}}).objective == close(4 / 10)
    without_save = outcome_of(tables, NATIONAL, {"care": (1, 2), "new": (1, 3)})
    assert [(breach.kind, breach.subject, breach.year) for breach in without_save.breaches] == [
        ("capacity", "money", Y3)
    ]
    assert without_save.breaches[0].amount == close(16 - 15)
    # Without carry-over care just fits beside the release, 8 - 3 = 5, and new fits nowhere: 4/10.
    plain = tables | {"resources": [{**tables["resources"][0], "carry_over": "no"}]}  # type: ignore[dict-item]
    tight = best_of(plain, NATIONAL)
    assert (starts(tight), tight.objective) == ({"care": Y2, "save": Y1}, close(4 / 10))
    # A blank year 2 lifts the limit for years 2 and 3.
    blank = tables | {"resources": table("resource_id 2026/27 2028/29 carry_over", ("money", 5, 5, "yes"))}
    assert starts(best_of(blank, NATIONAL)) == {"care": Y2, "new": Y3}
    assert breaches(exact(blank, NATIONAL), {"care": (1, 2), "new": (1, 3)}) == []


def test_goal_that_should_fall() -> None:
    # 50 today, 60 counts as no progress, 40 is the target in year 2; left alone it grows by 2 a year: 52, 54.
    # Do nothing: (54 - 60) / (40 - 60) = 3/10.
    # Effect -8 (low -4, high -12) at confidence 3/4: -6 (-3, -9) -> 48 (51, 45): 6/10 (45/100, 75/100).
    # Beside a harm of +2: 50 -> 5/10; shortfall 50 - 40 = 10.
    tables = {
        "years": YEARS[:2],
        "goals": table(
            "goal_id tier baseline zero_level trend_per_year 2027/28", ("deaths", "national", 50, 60, 2, 40)
        ),
        "initiatives": table("initiative_id confidence", ("care", 0.75), ("cut", None)),
        "effects": table(
            "initiative_id goal_id central low high", ("care", "deaths", -8, -4, -12), ("cut", "deaths", 2, None, None)
        ),
    }
    case = exact(tables, NATIONAL)
    assert case.sign("deaths") == -1
    assert case.do_nothing == {"national": Fraction(3, 10)}
    check_levels(tables, NATIONAL, {}, {"deaths": [52, 54]})
    check_levels(tables, NATIONAL, {"care": (1, 1)}, {"deaths": [46, 48]})
    for chosen, score in (("low", 45), ("central", 60), ("high", 75)):
        best = best_of(tables, NATIONAL | {"case": chosen})
        assert starts(best) == {"care": Y1}
        assert best.objective == close(score / 100)
        assert exact(tables, NATIONAL | {"case": chosen}).score("national", {"care": (1, 1)}) == Fraction(score, 100)
    both = outcome_of(tables, NATIONAL, {"care": (1, 1), "cut": (1, 1)})
    last = both.goals.iloc[-1]
    assert (last["level"], last["attainment"], last["shortfall"]) == (close(50), close(5 / 10), close(10))
    assert last["met"] is False
    assert last["do_nothing"] == close(54)
    # At least as good as 50 in year 2 means 50 or lower: cut may come along; as good as 49 it may not.
    for limit, allowed in ((50, True), (49, False)):
        rules = table("rule_id kind subject year limit", ("R", "goal_at_least", "deaths", Y2, limit))
        outcome = outcome_of(tables | {"rules": rules}, NATIONAL, {"care": (1, 1), "cut": (1, 1)})
        assert (outcome.breaches == ()) is allowed


def test_balance_with_a_tier_that_nothing_can_improve() -> None:
    # One of three fits: east (national 4), west (local 3), mixed (national 3, local 1), all of 10.
    # Long-term falls by 1 of 10 whatever is done: S0 = S* = -1/10, so it is no part of the minimum.
    # S0 = 0, 0, -1/10; S* = 4/10, 3/10, -1/10. Weights 1/2, 1/4, 1/4.
    #   value: east 1/2 x 4/10 - 1/40 = 7/40; west 1/4 x 3/10 - 1/40 = 2/40; mixed 3/20 + 1/40 - 1/40 = 6/40
    #   worst: east 0, west 0, mixed min(3/4, 1/3) = 1/3
    #   balance 1/2: east 7/80, west 2/80, mixed 6/80 + 1/6 = 29/120
    tables = {
        "years": [Y1],
        "goals": table(
            "goal_id tier trend_per_year 2026/27",
            ("n", "national", None, 10),
            ("l", "local", None, 10),
            ("x", "long_term", -1, 10),
        ),
        "resources": table("resource_id 2026/27", ("money", 1)),
        "initiatives": table("initiative_id", ("east",), ("west",), ("mixed",)),
        "uses": table("initiative_id resource_id year_1", *[(key, "money", 1) for key in ("east", "west", "mixed")]),
        "effects": table(
            "initiative_id goal_id central", ("east", "n", 4), ("west", "l", 3), ("mixed", "n", 3), ("mixed", "l", 1)
        ),
    }
    settings = {"weights": {"national": 50, "local": 25, "long_term": 25}}
    plain = best_of(tables, settings)
    assert starts(plain) == {"east": Y1}
    assert plain.objective == close(7 / 40)
    even = best_of(tables, settings | {"balance": 0.5})
    assert starts(even) == {"mixed": Y1}
    assert even.objective == close(29 / 120)
    assert dict(even.best_alone) == {"national": close(4 / 10), "local": close(3 / 10), "long_term": close(-1 / 10)}
    measured = even.ambidexterity
    assert measured.achieved["national"] == close(3 / 4)
    assert measured.achieved["local"] == close(1 / 3)
    assert measured.achieved["long_term"] is None
    assert measured.balance == close(1 - (3 / 4 - 1 / 3))
    assert measured.combined == close((3 / 4 * 1 / 3) ** 0.5)
    assert measured.worst == "local"
    assert measured.value_given_up == close(7 / 40 - 6 / 40)
    case = exact(tables, settings | {"balance": 0.5})
    alone = {"national": Fraction(4, 10), "local": Fraction(3, 10), "long_term": Fraction(-1, 10)}
    objectives = [case.objective(case.scores({key: (1, 1)}), alone) for key in ("east", "west", "mixed")]
    assert objectives == [Fraction(7, 80), Fraction(2, 80), Fraction(29, 120)]
    # Where nothing can improve at all, the balance term is 0: east gone, west and mixed gone, objective 1/2 x -1/40.
    locks = {"lock": dict.fromkeys(("east", "west", "mixed"), "out")}
    assert best_of(tables, settings | {"balance": 0.5} | locks).objective == close(-1 / 80)


def test_lasts_months_to_the_day() -> None:
    # Months since first effect: lead 0: 12, 24, 36; lead 12: 0, 12, 24. Gone once they are above lasts_months.
    #   year:  lead 0,  lasts 12 -> 12 is not above 12: 1, 0, 0
    #   two:   lead 12, lasts 24 -> 0, 12, 24: 1, 1, 1
    #   fades: lead 12, ramp 24, lasts 12 -> 0, 1/2, gone
    tables = {
        "years": YEARS,
        "goals": table("goal_id tier 2026/27", *[(key, "national", 10) for key in ("year", "two", "fades")]),
        "initiatives": table("initiative_id", ("hub",)),
        "effects": table(
            "initiative_id goal_id central lead_months ramp_months lasts_months",
            ("hub", "year", 4, None, None, 12),
            ("hub", "two", 4, 12, None, 24),
            ("hub", "fades", 4, 12, 24, 12),
        ),
    }
    check_levels(tables, NATIONAL, {"hub": (1, 1)}, {"year": [4, 0, 0], "two": [4, 4, 4], "fades": [0, 2, 0]})


def test_negative_lead() -> None:
    # Work begun 6 months before: months 18, 30, 42 of a ramp of 24 -> 3/4, 1, 1; but nothing before the start.
    tables = {
        "years": YEARS,
        "goals": table("goal_id tier 2026/27", ("wait", "national", 10)),
        "initiatives": table("initiative_id latest", ("hub", Y2)),
        "effects": table("initiative_id goal_id central lead_months ramp_months", ("hub", "wait", 4, -6, 24)),
    }
    check_levels(tables, NATIONAL, {"hub": (1, 1)}, {"wait": [3, 4, 4]})
    check_levels(tables, NATIONAL, {"hub": (1, 2)}, {"wait": [0, 3, 4]})
    tables["effects"][0]["lead_months"] = -24  # type: ignore[index]
    check_levels(tables, NATIONAL, {"hub": (1, 2)}, {"wait": [0, 4, 4]})


@pytest.mark.parametrize(
    ("budget", "shares", "value"),
    [
        # Value a unit of money: whole 5/5, part 6/10 (from 0.4 on), any 3/6 (from nothing on).
        (10, {"whole": 1, "part": 0.5}, 8),  # 5 left for part: a half of it, 5 + 3
        (9, {"whole": 1, "part": 0.4}, 7.4),  # 4 left: exactly the least share, 5 + 2.4
        (8, {"whole": 1, "any": 0.5}, 6.5),  # 3 left: too little for part, half of any, 5 + 1.5
        (4, {"part": 0.4}, 2.4),  # whole does not fit; 4 on part beats 4 on any (2)
        (3, {"any": 0.5}, 1.5),  # too little for part
    ],
)
def test_partial_delivery_by_hand(budget: float, shares: dict[str, float], value: float) -> None:
    tables = {
        "years": [Y1],
        "goals": table("goal_id tier 2026/27", ("wait", "national", 20)),
        "resources": table("resource_id 2026/27", ("money", budget)),
        "initiatives": table("initiative_id min_scale", ("whole", None), ("part", 0.4), ("any", 0)),
        "uses": table(
            "initiative_id resource_id year_1", ("whole", "money", 5), ("part", "money", 10), ("any", "money", 6)
        ),
        "effects": table(
            "initiative_id goal_id central", ("whole", "wait", 5), ("part", "wait", 6), ("any", "wait", 3)
        ),
    }
    best = best_of(tables, NATIONAL)
    assert best.objective == close(value / 20, 1e-6)
    found = dict(zip(best.plan["initiative_id"], best.plan["share"], strict=True))
    assert found == {key: pytest.approx(share, abs=1e-7) for key, share in shares.items()}


def test_goal_at_least_decides() -> None:
    # Room for one: east lifts the national goal by 6 of 10 (weight 3/4), west the local goal by 4 of 10 (weight 1/4).
    # Free: east, 3/4 x 6/10 = 9/20. The local level must reach 4: west, 1/4 x 4/10 = 1/10. It must reach 5: nothing does.
    tables = {
        "years": [Y1],
        "goals": table("goal_id tier 2026/27", ("n", "national", 10), ("l", "local", 10)),
        "resources": table("resource_id 2026/27", ("money", 1)),
        "initiatives": table("initiative_id", ("east",), ("west",)),
        "uses": table("initiative_id resource_id year_1", ("east", "money", 1), ("west", "money", 1)),
        "effects": table("initiative_id goal_id central", ("east", "n", 6), ("west", "l", 4)),
    }
    settings = {"weights": {"national": 3, "local": 1}}

    def demand(limit: int) -> dict[str, Any]:
        return tables | {"rules": table("rule_id kind subject year limit", ("floor", "goal_at_least", "l", Y1, limit))}

    assert best_of(tables, settings).objective == close(9 / 20)
    assert best_of(demand(0), settings).objective == close(9 / 20)
    held = best_of(demand(4), settings)
    assert (starts(held), held.objective) == ({"west": Y1}, close(1 / 10))
    assert best_of(demand(4), settings | {"without": ["floor"]}).objective == close(9 / 20)
    with pytest.raises(InfeasibleError) as raised:
        best_of(demand(5), settings)
    assert len(raised.value.clash) == 1  # the rule alone: no money in the world reaches 5
    assert "floor" in raised.value.clash[0]
    with pytest.raises(InfeasibleError) as raised:
        best_of(demand(4), settings | {"lock": {"east": "in"}})
    clash = " ".join(raised.value.clash)
    assert len(raised.value.clash) == 3
    assert all(name in clash for name in ("floor", "money", "east"))


def test_start_by_decides_when() -> None:
    # There is money for one start a year, and an effect counts in the second year only. early (6 of 10, weight 1) and
    # late (4 of 10) both start: 10 of 10, whoever is first. late by 2026/27: early waits. Both by 2026/27: one of them,
    # early, 6 of 10. It holds nobody to starting: late by 2026/27 and locked out is early alone.
    tables = {
        "years": [Y1, Y2],
        "goals": table("goal_id tier 2027/28", ("n", "national", 10)),
        "resources": table("resource_id 2026/27 2027/28", ("money", 1, 1)),
        "initiatives": table("initiative_id earliest latest", ("early", Y1, Y2), ("late", Y1, Y2)),
        "uses": table("initiative_id resource_id year_1", ("early", "money", 1), ("late", "money", 1)),
        "effects": table("initiative_id goal_id central", ("early", "n", 6), ("late", "n", 4)),
    }
    settings = {"weights": {"national": 1}}

    def by(*named: str) -> dict[str, Any]:
        rows = [(f"by_{name}", "start_by", name, Y1) for name in named]
        return tables | {"rules": table("rule_id kind subject year", *rows)}

    assert best_of(tables, settings).objective == close(1)
    held = best_of(by("late"), settings)
    assert (starts(held), held.objective) == ({"early": Y2, "late": Y1}, close(1))
    both = best_of(by("late", "early"), settings)
    assert (starts(both), both.objective) == ({"early": Y1}, close(6 / 10))
    assert best_of(by("late", "early"), settings | {"without": ["by_late"]}).objective == close(1)
    alone = best_of(by("late"), settings | {"lock": {"late": "out"}})
    assert alone.objective == close(6 / 10)
    with pytest.raises(InfeasibleError) as raised:
        best_of(by("late"), settings | {"lock": {"late": Y2}})
    assert len(raised.value.clash) == 2  # the rule and the lock
    assert "late starts by 2026/27 or not at all" in " ".join(raised.value.clash)


def test_ties_go_to_least_use() -> None:
    # dear and cheap do the same; dear takes 3 of 4, cheap 2 of 4 money. idle does nothing and takes 1.
    # saver does nothing and gives 1 back, so it comes along: use -1/4 beats 0.
    tables = {
        "years": [Y1],
        "goals": table("goal_id tier 2026/27", ("wait", "national", 5)),
        "resources": table("resource_id 2026/27", ("money", 4)),
        "initiatives": table("initiative_id", ("dear",), ("cheap",), ("idle",), ("saver",)),
        "uses": table(
            "initiative_id resource_id year_1",
            ("dear", "money", 3),
            ("cheap", "money", 2),
            ("idle", "money", 1),
            ("saver", "money", -1),
        ),
        "effects": table("initiative_id goal_id central", ("dear", "wait", 5), ("cheap", "wait", 5)),
    }
    best = best_of(tables, NATIONAL)
    assert starts(best) == {"cheap": Y1, "saver": Y1}
    assert best.objective == close(1)
    assert best.tie_broken


def test_ambidexterity_by_horizon() -> None:
    # Targets 10 in years 1, 2 and 4. soon gives 5 from year 1; late gives 8 from the end of year 2. One of the two.
    # All years: soon (5 + 5 + 5)/30 = 1/2, late (0 + 8 + 8)/30 = 8/15: late is best.
    # Short (year 1): S = 0 of S* = 5/10; medium (years 2, 3; only 2 is scored): 8/10 of 8/10; long (year 4): the same.
    years = [*YEARS, "2029/30"]
    tables = {
        "years": years,
        "goals": table("goal_id tier 2026/27 2027/28 2029/30", ("wait", "national", 10, 10, 10)),
        "resources": table("resource_id 2026/27", ("money", 1)),
        "initiatives": table("initiative_id", ("soon",), ("late",)),
        "uses": table("initiative_id resource_id year_1", ("soon", "money", 1), ("late", "money", 1)),
        "effects": table(
            "initiative_id goal_id central lead_months", ("soon", "wait", 5, None), ("late", "wait", 8, 24)
        ),
    }
    best = best_of(tables, NATIONAL, horizons=True)
    assert starts(best) == {"late": Y1}
    assert best.objective == close(8 / 15)
    horizons = best.ambidexterity.horizons
    assert horizons is not None
    achieved = {name: parts["national"] for name, parts in horizons.items()}
    assert achieved == {"short": close(0, 1e-6), "medium": close(1, 1e-6), "long": close(1, 1e-6)}
