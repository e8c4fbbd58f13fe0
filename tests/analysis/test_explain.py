"""Why in or out: the cost of the opposite and what flips it, against brute force and by hand."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from prioritiser import InfeasibleError, Optimiser, read_scenario
from prioritiser.analysis.explanation.counterfactuals.changes import with_cost, with_effects, with_weight
from prioritiser.analysis.explanation.counterfactuals.words import Flip, condition
from prioritiser.analysis.explanation.explain import Explained, Explanation, explain
from prioritiser.analysis.summary.value_for_money import value_for_money
from prioritiser.cli import run
from prioritiser.cli.explain import explain_text
from prioritiser.errors import SettingsError
from prioritiser.optimisation.incumbent import Budget
from tests.brute_force import Best, InParts, Whole, _options, find_best
from tests.depth import WHOLE, cases, part
from tests.places import QUICKSTART
from tests.reference import Reference
from tests.strategies import build_scenario, random_case

NEAR = 2e-6
SEEDS = part(range(100, 145))


def _best(case: Reference, best_alone: Mapping[str, float], name: str = "", is_in: bool = False) -> float | None:
    """Best objective of all plans, or of those in which one initiative is or is not; S* is given."""
    options: list[Whole | InParts] = [
        option
        for option in _options(case)
        if not name or (name in (option.starts if isinstance(option, InParts) else option.plan)) == is_in
    ]
    found = [value for option in options if (value := option.best_objective(best_alone)) is not None]
    return max(found, default=None)


def _locked(tables: dict[str, Any], chosen: dict[str, Any], name: str, lock: str) -> Reference:
    return Reference(tables, {**chosen, "lock": {**chosen["lock"], name: lock}})


def _cases(seeds: range) -> list[tuple[int, dict[str, Any], dict[str, Any], Best]]:
    found = []
    for seed in seeds:
        tables, chosen = random_case(Random(seed))
        best = find_best(Reference(tables, chosen))
        if best is not None:
            found.append((seed, tables, chosen, best))
    return found


def test_reversal_equals_brute_force_on_small_scenarios() -> None:
    priced = 0
    for seed, tables, chosen, best in _cases(part(range(45))):
        scenario = build_scenario(tables, chosen)
        answer = explain(Optimiser(scenario), scenario.settings, gap=0)
        assert answer.complete
        assert answer.objective == pytest.approx(best.objective, abs=NEAR), seed
        for row in answer.rows:
            name = row.initiative_id
            if name in chosen["lock"]:
                assert row.reversal.cost is None
                assert "locked" in row.sentence
                continue
            other = _best(_locked(tables, chosen, name, "out" if row.is_in else "in"), best.best_alone)
            if other is None:
                assert row.reversal.cost is None, (seed, name)
                assert row.reversal.why_not
                continue
            assert row.reversal.cost == pytest.approx(best.objective - other, abs=NEAR), (seed, name)
            own = row.reversal.left if row.is_in else row.reversal.entered
            assert name in own or row.share > 0  # a part that grows to the whole neither enters nor leaves
            priced += 1
    assert priced > cases(60)


def _changed(tables: dict[str, Any], chosen: dict[str, Any], name: str, flip: Flip, to: float) -> Reference:
    """Change what a flip changes, in plain tables."""
    tables, chosen = deepcopy(tables), deepcopy(chosen)
    if flip.kind == "cost":
        for row in tables["uses"]:
            for key in [key for key in row if key.startswith("year_") and row["initiative_id"] == name]:
                row[key] *= to if row[key] > 0 else 1
    elif flip.kind == "effect":
        for row in tables["effects"]:
            for key in {"low", "central", "high"} & row.keys() if row["initiative_id"] == name else ():
                row[key] *= to
    elif flip.kind == "capacity":
        chosen["capacity"][flip.subject] = chosen["capacity"].get(flip.subject, 1) * to
    else:
        weights = {tier: float(part) for tier, part in Reference(tables, chosen).weights().items()}
        others = sum(part for tier, part in weights.items() if tier != flip.subject)
        assert flip.start == pytest.approx(100 * weights[flip.subject])
        for tier, part in weights.items():
            share = part / others if others else 1 / (len(weights) - 1)
            chosen["weights"][tier] = to if tier == flip.subject else (100 - to) * share
    return Reference(tables, chosen)


def _is_flipped(case: Reference, best: Best, row: Explanation, strictly: bool = False) -> bool:
    """Whether the best plan has an initiative the other way; a tie counts unless it must be strictly better."""
    other = _best(case, best.best_alone, row.initiative_id, not row.is_in)
    same = _best(case, best.best_alone, row.initiative_id, row.is_in)
    if other is None or same is None:
        return same is None and other is not None
    return other > same + NEAR if strictly else other >= same - NEAR


def _check_flip(tables: dict[str, Any], chosen: dict[str, Any], best: Best, row: Explanation, flip: Flip) -> None:
    """Hold one flip against brute force: true where it says so, false now, and none nearer where it is exact."""

    def flipped(value: float, strictly: bool = False) -> bool:
        changed = _changed(tables, chosen, row.initiative_id, flip, value)
        return _is_flipped(changed, best, row, strictly)

    if flip.to is None:
        assert not flip.exact or not any(flipped(end, strictly=True) for end in flip.searched)
        return
    row_now = next(part for part in tables["initiatives"] if part["initiative_id"] == row.initiative_id)
    assert not flipped(
        flip.start, strictly=row_now.get("min_scale", 1) < 1
    )  # a part of it may be worth as much as none
    assert flip.searched[0] <= flip.to <= flip.searched[1]
    assert flipped(flip.to)
    back = 0.011 * flip.to + 0.002
    if flip.exact and abs(flip.to - flip.start) > back:
        assert not flipped(flip.to + (back if flip.start > flip.to else -back), strictly=True)


def test_flips_are_true_on_small_scenarios() -> None:
    kinds: dict[str, int] = {}
    for seed, tables, chosen, best in _cases(SEEDS):
        scenario = build_scenario(tables, chosen)
        names = [row.initiative_id for row in scenario.initiatives]
        answer = explain(Optimiser(scenario), scenario.settings, Random(seed).sample(names, 2), gap=0)
        assert answer.complete
        for row in answer.rows:
            for flip in row.flips:
                kinds[flip.kind] = kinds.get(flip.kind, 0) + (flip.to is not None)
                try:
                    _check_flip(tables, chosen, best, row, flip)
                except AssertionError as wrong:
                    raise AssertionError(f"seed {seed}, {row.initiative_id}, {flip}") from wrong
    assert min(kinds.get(kind, 0) for kind in ("cost", "effect", "capacity", "weight")) >= 2 or not WHOLE, kinds


def _quickstart(*names: str, **changes: Any) -> Explained:
    scenario = read_scenario(QUICKSTART)
    return explain(Optimiser(scenario), scenario.settings.replace(**changes), names, gap=0)


def test_quickstart_by_hand() -> None:
    # The best plan is worth 41. Without handover: stop smoking 12, team and record 16, same-day care 10: 38, for £1,000k
    # and 8 staff. With it the phones (9) have to go: so the opposite costs 3 points, and the same for same-day care.
    handover, same_day = _quickstart("handover", "same_day_care").rows
    assert handover.is_in
    assert handover.reversal.cost == pytest.approx(0.03)
    assert set(handover.reversal.left) == {"handover", "practice_phones"}
    assert handover.reversal.entered == ("same_day_care",)
    assert not same_day.is_in
    assert same_day.reversal.cost == pytest.approx(0.03)
    flips = {flip.kind: flip for flip in same_day.flips}
    # Within £200k it takes the place of the phones only: 12 + 16 + 4 + 10 = 42. Its effect has to grow from 10 to 13.
    assert flips["cost"].to == pytest.approx(0.5, abs=0.006)
    assert flips["effect"].to == pytest.approx(1.3, abs=0.014)
    assert 1.3 <= (flips["effect"].to or 0)
    # handover leaves as soon as it costs anything more, as both resources are used up; or when 4 becomes less than 1
    flips = {flip.kind: flip for flip in handover.flips}
    assert 1 < (flips["cost"].to or 0) <= 1.0101
    assert flips["effect"].to == pytest.approx(0.25, abs=0.003)


def test_sentences_on_the_quickstart() -> None:
    handover, same_day = (row.sentence for row in _quickstart("handover", "same_day_care").rows)
    assert same_day.startswith(
        "Out: putting it in costs 3 points of the weighted score and displaces "
        "Better practice phones and Quicker ambulance handover; it would enter if "
    )
    assert handover.startswith(
        "In: leaving it out costs 3 points of the weighted score; Same-day emergency care would come in "
        "and Better practice phones would go too; it would leave if its cost rose by as little as 1\u00a0%"
    )
    locked, team = _quickstart("handover", "neighbourhood_team", lock={"handover": "out", "shared_record": "out"}).rows
    assert locked.sentence == "Out: it is locked out by these settings."
    assert team.sentence.startswith("Out: no plan has it put in: ")
    assert "R1" in team.sentence
    assert "Shared care record" in team.sentence


def test_what_does_not_flip_is_said_on_the_quickstart() -> None:
    (smoking,) = _quickstart("stop_smoking", capacity={"money": 5.0, "staff": 5.0}).rows
    flips = {flip.kind: flip for flip in smoking.flips}
    assert flips["cost"].to is None  # £5,000k and 40 staff hold everything, even at 5 times its cost (1,000 and 5)
    assert flips["cost"].sentence == "It would not leave even if it cost 5 times as much."
    assert flips["effect"].to == pytest.approx(0, abs=0.01)


def test_changes_are_worded_so_that_they_flip() -> None:
    scenario = read_scenario(QUICKSTART)
    assert condition(scenario, "cost", "", 1.0, 0.8825) == "its cost fell by 12\u00a0%"
    assert condition(scenario, "effect", "", 1.0, 1.0432) == "its effects grew by 4.4\u00a0%"
    assert condition(scenario, "capacity", "money", 1.0, 1.5) == "Money for change rose by 50\u00a0% in every year"
    text = condition(scenario, "weight", "long_term", 30.0, 12.43)
    assert text == "the weight of long-term goals fell from 30 to 12.4 of 100"


def test_value_for_money_by_hand() -> None:
    # Worth over use as parts of £1,000k and 8 staff, in three years: stop smoking 12 / (0.6 + 0.375) is the best; then
    # the team 16 / 1.65, phones 9 / 1.35, operations 12 / 1.875. The record gains nothing alone, the team brings it.
    value = _quickstart().value_for_money
    ranks = [row.initiative_id for row in value.rows]
    assert ranks[:4] == ["stop_smoking", "neighbourhood_team", "practice_phones", "buy_operations"]
    assert ranks[-1] == "shared_record"
    assert value.rows[0].gain == pytest.approx(0.12)
    assert value.rows[0].ratio == pytest.approx(0.12 / 0.975)
    assert value.objective == pytest.approx(0.41)
    assert not value.greedy.breaches
    # National first: operations 21 / 1.875, theatre lists 14 / 1.65, then same-day 17.5 or handover 7: £200k is left.
    scenario = read_scenario(QUICKSTART)
    national = explain(Optimiser(scenario), scenario.settings_for("National first"), ["handover"], gap=0)
    assert national.value_for_money.optimum == pytest.approx(0.42)
    assert national.value_for_money.objective <= 0.42 + 1e-9


def test_greedy_is_never_better_than_the_optimum_on_small_scenarios() -> None:
    differ = 0
    for seed, tables, chosen, best in _cases(part(range(200, 240))):
        scenario = build_scenario(tables, chosen)
        value = value_for_money(Optimiser(scenario).solve(gap=0))
        if not value.greedy.breaches:
            assert value.objective <= best.objective + NEAR, seed
            differ += value.objective < best.objective - NEAR
        assert sorted(row.rank for row in value.rows) == list(range(1, len(scenario.initiatives) + 1))
    assert differ > 2 or not WHOLE


def test_changed_questions() -> None:
    scenario = read_scenario(QUICKSTART)
    halved = {
        use.resource_id: use for use in with_cost(scenario, "handover", 0.5).uses if use.initiative_id == "handover"
    }
    assert halved["money"].amount(1) == 100
    effects = with_effects(scenario, "stop_smoking", 2.0).effects
    assert [row.central for row in effects if row.initiative_id == "stop_smoking"] == [-4]
    assert [row.central for row in effects if row.initiative_id == "handover"] == [2]
    assert with_weight({"national": 0.4, "local": 0.3, "long_term": 0.3}, "national", 70) == pytest.approx(
        {"national": 70, "local": 15, "long_term": 15}
    )
    assert with_weight({"national": 1.0, "local": 0.0}, "national", 70) == {"national": 70, "local": 30}


def test_cancel_gives_what_was_found() -> None:
    scenario = read_scenario(QUICKSTART)
    stop, seen = threading.Event(), []

    def progress(name: str, done: int, total: int) -> None:
        seen.append(name)
        if name.startswith("What would flip") and done == 1:
            stop.set()

    answer = explain(
        Optimiser(scenario), scenario.settings, with_flips=True, budget=Budget.of(None, stop), progress=progress
    )
    assert not answer.complete
    assert all(row.reversal.cost is not None for row in answer.rows)
    assert answer.rows[0].complete
    assert answer.rows[0].flips
    assert not answer.rows[-1].complete
    assert not answer.rows[-1].flips
    json.dumps(answer.as_json(), allow_nan=False)
    assert "Not everything was found" in explain_text(answer)


def test_cancel_before_the_first_reversal_still_says_what_is_in() -> None:
    scenario = read_scenario(QUICKSTART)
    stop = threading.Event()
    answer = explain(
        Optimiser(scenario), scenario.settings, budget=Budget.of(None, stop), progress=lambda *_: stop.set()
    )
    assert not answer.complete
    assert {row.initiative_id for row in answer.rows if row.is_in} >= {"handover"}
    assert answer.rows[0].sentence == "Out: not found: time was up or it was stopped."


def test_unknown_initiative_and_infeasible_base() -> None:
    scenario = read_scenario(QUICKSTART)
    with pytest.raises(SettingsError, match='no initiative "handovr"') as caught:
        explain(Optimiser(scenario), scenario.settings, ["handovr"])
    assert 'Did you mean "handover"?' in str(caught.value)
    locked = scenario.settings.replace(lock={"neighbourhood_team": "in", "shared_record": "out"})
    with pytest.raises(InfeasibleError, match="R1"):
        explain(Optimiser(scenario), locked)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", str(QUICKSTART), "--gap", "0", "--output", "-"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["complete"] is True
    assert len(answer["initiatives"]) == len(answer["value_for_money"]) == 8
    costs = {row["id"]: row["cost_of_reversal"] for row in answer["initiatives"]}
    assert costs["handover"] == pytest.approx(0.03)
    assert all(row["flips"] == [] for row in answer["initiatives"])
    assert run(["explain", str(QUICKSTART), "--initiative", "handover", "--output", "-"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["initiatives"]
    assert {"what", "from", "to", "sentence"} <= row["flips"][0].keys()
    assert run(["explain", str(QUICKSTART), "--initiative", "handover"]) == 0
    assert "Value for money" in capsys.readouterr().out
    assert run(["explain", str(QUICKSTART), "--output", str(tmp_path / "why.csv")]) == 0
    assert "handover,Quicker ambulance handover,True" in (tmp_path / "why.csv").read_text(encoding="utf-8")
    assert run(["explain", str(QUICKSTART), "--initiative", "nobody"]) == 2
    assert 'no initiative "nobody"' in capsys.readouterr().err
