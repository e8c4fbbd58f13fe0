"""What frontier and prices say in words, and their charts: numbers worked by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace

import altair as alt
import pytest

from prioritiser import Optimiser, evaluate, read_scenario
from prioritiser.analysis.marginal_values.base import Difference, GoalChange
from prioritiser.analysis.marginal_values.national_points import NationalPoint
from prioritiser.analysis.marginal_values.price import find_price
from prioritiser.analysis.marginal_values.trade_offs import (
    Mark,
    balance_table,
    frontier_table,
    given_up,
    how_sure,
    levels_lost,
    most_costly,
    national_finding,
    price_share,
    price_words,
    scores_words,
    size_ranges,
    suggestion,
    tiers_lost,
)
from prioritiser.analysis.pareto.frontier import Frontier, FrontierPoint, Stages, find_frontier
from prioritiser.charts.frontier import PICKED, balance_chart, frontier_chart
from prioritiser.evaluation.outcome import TIERS, Outcome
from prioritiser.optimisation.incumbent import Budget
from tests.places import QUICKSTART

SCENARIO = read_scenario(QUICKSTART)
EMPTY = evaluate(SCENARIO, {})


def outcome_with(*scores: float) -> Outcome:
    values = dict(zip(TIERS, scores, strict=False))
    return Outcome(**{**vars(EMPTY), "scores": values})


def frontier_of(*vectors: tuple[float, ...], **more: object) -> Frontier:
    tiers = TIERS[: len(vectors[0])]
    points = tuple(FrontierPoint(outcome_with(*vector), False) for vector in vectors)
    plain = {"complete": False, "step": 0.02, "open": (), "open_share": 0.5, "solves": 1, "seconds": 1.0}
    return Frontier(tiers=tiers, points=points, **{**plain, **more})  # type: ignore[arg-type]


def same_numbers(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_heading_names_the_two_tiers_that_compete_most() -> None:
    # national and local lose 20 and 25 points to one another, national and long term 20 and 5, the others 5 and 25
    frontier = frontier_of((0.4, 0.1, 0.3), (0.2, 0.35, 0.3), (0.2, 0.1, 0.35))
    assert same_numbers(given_up(frontier)) == (
        "National at 40 % leaves local at 10 %; local at 35 % leaves national at 20 %"
    )
    assert given_up(frontier_of((0.4, 0.3))).startswith("Nothing has to be given up")


def test_how_sure_says_whether_all_were_found() -> None:
    two = ((0.4, 0.1), (0.2, 0.3))
    assert how_sure(frontier_of(*two, complete=True, step=0.0)) == (
        "These 2 portfolios are all that no other beats in every tier."
    )
    assert how_sure(frontier_of(two[0], complete=True, step=0.0)) == "This is the only one that no other beats."
    assert how_sure(frontier_of(*two, complete=True)) == (
        "2 portfolios. None that is missing is 2 points better than all of these in a tier."
    )
    boxes: tuple[Mapping[str, tuple[float, float]], ...] = (
        {"national": (0.2, 0.21), "local": (0.1, 0.3)},
        {"national": (0.25, 0.4), "local": (0.1, 0.3)},
    )
    said = same_numbers(how_sure(frontier_of(*two, open=boxes, step=0.005)))
    assert said == (
        "2 portfolios so far, looking for differences of 0.5 points. More may lie between them, mostly where national "
        "is 25 to 40 % and local is 10 to 30 %. None is yet proved unbeaten."
    )


def test_table_of_the_frontier_puts_the_third_tier_into_three_sizes() -> None:
    frontier = frontier_of((0.4, 0.1, 0.0), (0.3, 0.2, 0.5), (0.2, 0.3, 0.9))
    table = frontier_table(frontier, TIERS, [Mark("today", "today's plan", outcome_with(0.1, 0.1, 0.1).scores)])
    assert list(table["size"]) == ["small", "middle", "large", "large"]
    assert size_ranges(table) == {"small": (0.0, 0.0), "middle": (0.5, 0.5), "large": (0.9, 0.9)}
    pair = frontier_table(frontier, TIERS[:2], [])
    assert set(pair["size"]) == {"middle"} and pair["third"].isna().all()


def test_national_points_say_what_the_others_lose_and_win() -> None:
    first = NationalPoint("+1", 1.0, 0.41, {"national": 0.015, "local": -0.02, "long_term": 0.0}, 0.001)
    last = NationalPoint("best", 9.0, 0.5, {"national": 0.09, "local": -0.2, "long_term": 0.03}, 0.1)
    heading, said = national_finding([first, NationalPoint("+20", 20.0, 0.6, None, None), last])
    assert heading == "1.5 more national points cost local 2.0 points"
    assert (
        "the cheapest step" in said
        and "gains 9.0 and costs local 20.0 points, while long term gains 3.0 points" in said
    )
    assert national_finding([last])[0].startswith("9.0 more national points cost")
    assert "no portfolio" in national_finding([NationalPoint("+1", 1.0, 0.5, None, None)])[0].casefold()


def cost(objective: float, at_most: float = 0.0) -> Difference:
    return Difference(objective, objective, max(objective, at_most), {"national": 0.004, "local": -0.01})


def test_prices_are_parts_of_what_is_gained_over_doing_nothing() -> None:
    price = find_price(Optimiser(SCENARIO), parts=("rules", "locks", "balance"))
    outcome = price.portfolio.outcome
    gained = sum(weight * (outcome.scores[t] - outcome.do_nothing[t]) for t, weight in outcome.weights.items())
    assert price_share(price, cost(0.1 * gained)) == pytest.approx(0.1)
    assert same_numbers(price_words(price, cost(0.1 * gained))) == "10.0 % of the value"
    assert same_numbers(price_words(price, cost(1e-6 * gained))) == "less than 0.1 % of the value"
    assert price_words(price, cost(0.0)) == "nothing"
    assert same_numbers(price_words(price, cost(0.0, 0.02 * gained))) == "nothing, or at most 2.0 % of the value"
    assert tiers_lost(cost(0.1)) == "national +0.4 and local −1.0 points"
    curve = balance_table(price)
    assert curve["value_kept"].iloc[0] == pytest.approx(1.0)
    assert list(curve["balance"]) == pytest.approx([place / 10 for place in range(11)])
    best = suggestion(price)
    assert (best is None) is ("changes nothing" in (price.balance_sentence or ""))
    assert best is None or (price.balance_sentence or "").startswith(f"Balance {best.balance:g} ")
    assert "of 1" in most_costly(price) or "No rule costs" in most_costly(price)
    whole, part = most_costly(price), replace(price, unfinished=("rules",))
    assert most_costly(part) == f"So far {whole[0].lower()}{whole[1:]}"
    dear, free = (replace(part.rules[0], costs=cost(amount)) for amount in (0.1 * gained, 0.0))
    assert same_numbers(most_costly(replace(part, rules=(dear,)))) == (
        "So far 1 rule of 1 costs value; R1 costs most: 10.0 %"
    )
    assert most_costly(replace(part, rules=(free,))) == "So far no rule costs anything that can be told from nothing"


def test_levels_without_a_rule_are_those_that_change_most() -> None:
    goal, other = SCENARIO.goals[0], SCENARIO.goals[1]
    year, last = next(iter(goal.targets)), list(other.targets)[-1]
    way, far = goal.targets[year] - goal.zero, other.targets[last] - other.zero
    changes = (
        GoalChange(goal.goal_id, year, goal.zero, goal.zero + 0.1 * way),
        GoalChange(other.goal_id, last, other.zero, other.zero + 0.5 * far),
    )
    said = levels_lost(SCENARIO, Difference(0.1, 0.1, 0.1, {}, changes), most=1)
    assert said[0].startswith(other.label) and said[0].endswith(f"in {last}")
    assert said[1] == "1 more goal changes"


def test_scores_are_said_in_order() -> None:
    assert same_numbers(scores_words({"national": 0.4, "local": 0.104}, ["national", "local"], 1)) == (
        "National 40.0 %, local 10.4 %"
    )


def test_frontier_chart_is_valid_picks_a_point_and_loads_nothing() -> None:
    frontier = frontier_of((0.4, 0.1, 0.0), (0.3, 0.2, 0.5), (0.2, 0.3, 0.9))
    marks = [Mark(kind, kind, EMPTY.scores) for kind in ("in_force", "today", "nothing")]
    table = frontier_table(frontier, TIERS, marks)
    chart = frontier_chart(table, list(TIERS), {"national": 0.45, "local": 0.32}, "key")
    assert alt.LayerChart.from_dict(chart).to_dict(validate=True)["layer"]
    assert [param["name"] for param in chart["params"]] == [PICKED]
    text = json.dumps(chart)
    assert '"url"' not in text and '"href"' not in text and '"renderer": "svg"' in text
    shapes = {layer["mark"].get("shape") for layer in chart["layer"] if isinstance(layer["mark"], dict)}
    assert {"diamond", "triangle-down", "cross"} <= shapes


def test_balance_chart_is_valid_and_marks_the_present_setting() -> None:
    price = find_price(Optimiser(SCENARIO), parts=("balance",))
    chart = balance_chart(balance_table(price), 0.3)
    assert alt.LayerChart.from_dict(chart).to_dict(validate=True)["layer"]
    text = json.dumps(chart)
    assert '{"balance": 0.3}' in text and '"now"' in text and "NaN" not in text


def test_search_in_stages_finds_the_same_and_tells_what_it_has_so_far() -> None:
    optimiser, told = Optimiser(SCENARIO), []
    plain = find_frontier(optimiser, step=0.0)
    staged = find_frontier(optimiser, step=0.0, stages=Stages(told.append))

    def vectors(frontier: Frontier) -> list[list[float]]:
        return [[round(point.outcome.scores[tier], 7) for tier in TIERS] for point in frontier.points]

    assert vectors(staged) == vectors(plain) and staged.exact
    known = tuple(point.outcome for point in plain.points)
    again = find_frontier(optimiser, step=0.0, stages=Stages(told.append, known))
    assert vectors(again) == vectors(plain) and again.exact
    assert all(not frontier.complete for frontier in told)
    late = find_frontier(optimiser, step=0.0, budget=Budget.of(0.0), stages=Stages(told.append))
    assert late.points and not late.complete  # the sketch at least
    reached = vectors(plain)
    for scores in vectors(late):
        assert any(all(a >= b - 1e-6 for a, b in zip(best, scores, strict=True)) for best in reached)


def test_stages_tell_each_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.analysis.pareto.frontier._TELL_EVERY", 0.0)
    told: list[Frontier] = []
    whole = find_frontier(Optimiser(SCENARIO), stages=Stages(told.append))
    assert len(told) > 2
    assert [len(frontier.points) for frontier in told][-1] == len(whole.points)
    assert all(0 <= frontier.open_share <= 1 and not math.isnan(frontier.open_share) for frontier in told)
