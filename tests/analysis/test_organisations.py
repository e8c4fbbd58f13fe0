"""Who starts how much, and where that is more than improvement staff can carry: worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from prioritiser import read_scenario
from prioritiser.analysis.summary.organisations import (
    Load,
    find_overloads,
    improvement_staff,
    overload_sentences,
    rests_on,
    staff,
    staff_by_organisation,
    starts_by_organisation,
)
from prioritiser.evaluation.outcome import Outcome, evaluate
from prioritiser.evaluation.plan import Delivery
from prioritiser.scenario.schema import Evidence
from tests.small import write_files

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
LEADS = ("Trust", "Trust", "Trust", "Council", "")
# Alpha goes on using 1 WTE, beta and gamma need theirs in the first year only; epsilon releases some.
STAFF = {"alpha": "1,1", "beta": "1,0", "gamma": "0.5,0", "delta": "0.5,0.5", "epsilon": "-0.25,0"}
RESOURCES = (
    "resource_id,name,unit,2026/27,2027/28,evidence\n"
    "pool,Programme staff,WTE,2,2,measured\nnurses,Nurses,WTE,9,9,\nmoney,Improvement money,£k,100,100,\n"
)


def outcome_of(
    folder: Path,
    starts: Mapping[str, int],
    today: Mapping[str, str] | None = None,
    *,
    resources: str = RESOURCES,
    factor: float = 1.0,
) -> Outcome:
    lines = [f"{name},{lead},{(today or {}).get(name, '')}" for name, lead in zip(NAMES, LEADS, strict=True)]
    uses = [f"{name},pool,{used},judged" for name, used in STAFF.items()] if "pool," in resources else []
    scenario = read_scenario(
        write_files(
            folder,
            {
                "initiatives.csv": "\n".join(["initiative_id,lead,current_start", *lines]) + "\n",
                "resources.csv": resources,
                "uses.csv": "\n".join(["initiative_id,resource_id,year_1,year_2,evidence", *uses]) + "\n",
                "effects.csv": "initiative_id,goal_id,central\nalpha,rtt,2\nbeta,falls,1\n",
                "rules.csv": None,
            },
        )
    )
    settings = scenario.settings.replace(capacity={"pool": factor} if factor != 1 else {})
    return evaluate(scenario, {name: Delivery(1.0, start) for name, start in starts.items()}, settings)


def test_starts_are_counted_by_lead_beside_those_of_today(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, {"alpha": 0, "beta": 0, "gamma": 1, "delta": 1}, {"alpha": "2026/27"})
    table = starts_by_organisation(outcome)
    assert table.to_numpy().tolist() == [
        ["Trust", "2026/27", 2, 1],
        ["Trust", "2027/28", 1, 0],
        ["Council", "2026/27", 0, 0],
        ["Council", "2027/28", 1, 0],
        ["Not given", "2026/27", 0, 0],
        ["Not given", "2027/28", 0, 0],
    ]


def test_improvement_staff_are_people_that_say_so_and_never_money(tmp_path: Path) -> None:
    scenario = outcome_of(tmp_path, {}).scenario
    assert [row.resource_id for row in staff(scenario)] == ["nurses", "pool"]
    assert [row.resource_id for row in improvement_staff(scenario)] == ["pool"]


def test_staff_of_each_organisation_stand_beside_what_all_use(tmp_path: Path) -> None:
    table = staff_by_organisation(outcome_of(tmp_path, {"alpha": 0, "beta": 0, "delta": 1}))
    kept = table[["organisation", "year", "used", "used_by_all", "there"]].to_numpy().tolist()
    assert kept == [
        ["Council", "2026/27", 0.0, 2.0, 2.0],
        ["Council", "2027/28", 0.5, 1.5, 2.0],
        ["Trust", "2026/27", 2.0, 2.0, 2.0],
        ["Trust", "2027/28", 1.0, 1.5, 2.0],
    ]


def test_full_staff_are_named_in_the_year_in_which_something_starts_on_them(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, {"alpha": 0, "beta": 0, "delta": 1})
    (only,) = find_overloads(outcome)
    assert (only.organisation, only.year, only.starts, only.load) == ("Trust", "2026/27", 2, Load.FULL)
    assert (only.used, only.there, only.shared_with, only.judged) == (2.0, 2.0, (), True)
    said = overload_sentences(outcome.scenario, [only])[0]
    assert said == (
        "2026/27: Trust 2 starts; Programme staff: 2\u00a0WTE of 2\u00a0WTE used, so nobody is free for what runs late."
    )


def test_staff_that_a_factor_added_do_not_count_as_there(tmp_path: Path) -> None:
    # 1 + 1 + 0.5 = 2.5 WTE and Council's 0.5: 3 needed, 4 in force, but 2 given.
    starts = {"alpha": 0, "beta": 0, "gamma": 0, "delta": 0}
    outcome = outcome_of(tmp_path, starts, factor=2.0)
    assert not outcome.breaches
    first, second = find_overloads(outcome)
    assert (first.organisation, first.load, first.used, first.there) == ("Trust", Load.OVER, 3.0, 2.0)
    assert (first.shared_with, second.shared_with) == (("Council",), ("Trust",))
    assert second.organisation == "Council"
    needed = "3\u00a0WTE needed, 2\u00a0WTE there without what you added."
    both = "2026/27: Trust 3 starts and Council 1 start; Programme staff"
    assert overload_sentences(outcome.scenario, [first, second]) == [f"{both}: {needed}"]
    alone = "2026/27: Trust 3 starts; Programme staff, shared with Council"
    assert overload_sentences(outcome.scenario, [first]) == [f"{alone}: {needed}"]
    # and where a factor takes some away, that is what there is: 1 of 1 is used
    (less,) = find_overloads(outcome_of(tmp_path, {"alpha": 1}, factor=0.5))
    assert (less.load, less.year, less.there) == (Load.FULL, "2027/28", 1.0)


def test_start_that_only_releases_staff_is_not_judged_by_them(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, {"alpha": 0, "beta": 0, "gamma": 0, "epsilon": 0}, factor=2.0)
    assert {row.organisation for row in find_overloads(outcome)} == {"Trust"}


def test_without_such_staff_starts_are_compared_with_the_busiest_year_of_today(tmp_path: Path) -> None:
    plain = "resource_id,unit,2026/27,2027/28\nmoney,£k,100,100\n"
    starts = {"alpha": 0, "beta": 0, "gamma": 0, "delta": 0}
    today = {"alpha": "2026/27", "beta": "2026/27", "gamma": "2027/28"}
    outcome = outcome_of(tmp_path, starts, today, resources=plain)
    (only,) = find_overloads(outcome)  # one start of the Council, where today has none, is never too many
    assert (only.organisation, only.starts, only.today, only.load) == ("Trust", 3, 2, Load.MORE)
    said = overload_sentences(outcome.scenario, [only])[0]
    assert said == "2026/27: Trust 3 starts; the busiest year of today's plan has 2."
    assert "which is judged" in rests_on(outcome.scenario)
    nothing = outcome_of(tmp_path, starts, resources=plain)
    assert find_overloads(nothing) == ()
    assert "nothing to compare with" in rests_on(nothing.scenario)


@pytest.mark.parametrize("evidence", [Evidence.MEASURED, Evidence.JUDGED])
def test_warning_says_when_the_staff_are_measured(tmp_path: Path, evidence: Evidence) -> None:
    table = RESOURCES.replace("2,2,measured", f"2,2,{evidence.value}")
    outcome = outcome_of(tmp_path, {"alpha": 0, "beta": 0}, resources=table)
    assert find_overloads(outcome)[0].judged  # the uses are judged either way
    assert "Reading them so is judged" in rests_on(outcome.scenario)
