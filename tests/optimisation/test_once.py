"""What is kept of a plan: worked out once for the same plan, anew for another, and changed by nobody."""

from __future__ import annotations

import pandas as pd

from prioritiser import read_scenario
from prioritiser.analysis.summary.cached_by_outcome import KEPT, once
from prioritiser.evaluation.outcome import Outcome, evaluate
from prioritiser.evaluation.plan import Delivery
from tests.places import QUICKSTART


def test_same_plan_is_worked_out_once_and_another_anew() -> None:
    scenario = read_scenario(QUICKSTART)
    asked: list[tuple[int, str]] = []

    @once
    def count(outcome: Outcome, year: str) -> pd.DataFrame:
        asked.append((len(outcome.plan), year))
        return pd.DataFrame({"plan": [len(outcome.plan)]})

    first, year = scenario.initiatives[0].initiative_id, scenario.years[0]
    nothing = evaluate(scenario, {}, scenario.settings)
    table = count(nothing, year)
    table["plan"] = -1
    assert count(evaluate(scenario, {}, scenario.settings), year)["plan"].tolist() == [0]
    assert asked == [(0, year)]
    other = evaluate(scenario, {first: Delivery(1.0, 0)}, scenario.settings)
    assert count(other, year)["plan"].tolist() == [1]
    heavier = scenario.settings.replace(weights={"national": 100.0, "local": 0.0, "long_term": 0.0})
    count(evaluate(scenario, {}, heavier), year)
    count(nothing, scenario.years[-1])
    assert len(asked) == 4


def test_only_the_last_results_are_kept() -> None:
    nothing = evaluate(read_scenario(QUICKSTART), {}, read_scenario(QUICKSTART).settings)
    asked: list[int] = []

    @once
    def double(_: Outcome, number: int) -> int:
        asked.append(number)
        return 2 * number

    for number in [*range(KEPT + 1), 0, KEPT]:
        assert double(nothing, number) == 2 * number
    assert asked == [*range(KEPT + 1), 0]
