"""Plans that weigh voices: known plans change how long it takes, never the answer; starts are what they say."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

import pytest

from prioritiser import Optimiser
from prioritiser.evaluation.outcome import Outcome, evaluate, score_terms, weights_of_goals
from prioritiser.evaluation.plan import Delivery
from prioritiser.optimisation.fair import Voice, fairest_gain, least_regret, value_of
from prioritiser.optimisation.persistent import SolveLimits
from prioritiser.scenario.scenario import Scenario
from tests.brute_force import Whole, allowed_wholes
from tests.depth import part
from tests.reference import Reference
from tests.strategies import build_scenario, case_in_whole

WEIGHTS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.2, 0.2, 0.6))


def voices_of(scenario: Scenario, optimiser: Optimiser) -> tuple[list[Voice], list[Outcome]]:
    """Voices of three who weigh the tiers differently, and the plans that are best for each."""
    settings = scenario.settings.replace(balance=0.0)
    idle = evaluate(scenario, {}, settings).attainment
    scored = score_terms(scenario, weights_of_goals(scenario, settings))
    voices, known = [], []
    for weights in WEIGHTS:
        given = dict(zip(("national", "local", "long_term"), weights, strict=True))
        total = sum(given[tier] for tier in scored)
        if total:
            terms = {key: given[tier] / total * p for tier, some in scored.items() for key, p in some.items()}
            best = optimiser.best_of(terms, settings, gap=0)
            voice = Voice(terms, value_of(terms, idle), best.objective)
            if voice.can_gain:
                voices.append(voice)
                known.append(best.outcome)
    return voices, known


def plan_of(whole: Whole) -> dict[str, Delivery]:
    return {name: Delivery(1.0, start - 1) for name, (_, start) in sorted(whole.plan.items())}


def cases(seeds: range) -> Iterator[tuple[int, Scenario, Reference]]:
    for seed in seeds:
        tables, chosen = case_in_whole(Random(seed))
        case = Reference(tables, chosen)
        if allowed_wholes(case):
            scenario = build_scenario(tables, chosen)
            yield seed, scenario, case


@pytest.mark.parametrize("gap", [0.0, 0.01])
def test_known_plans_change_no_answer(gap: float) -> None:
    tried = 0
    for seed, scenario, case in cases(part(range(160))):
        optimiser = Optimiser(scenario)
        voices, known = voices_of(scenario, optimiser)
        if not voices:
            continue
        settings = scenario.settings.replace(balance=0.0)
        plans = [plan_of(whole) for whole in allowed_wholes(case)]
        every = [evaluate(scenario, plan, settings) for plan in plans]
        least = min(max(voice.regret(outcome) for voice in voices) for outcome in every)
        for some in ((), known, [*known, *every[:5]]):
            found = least_regret(scenario, settings, voices, known=some, gap=max(gap, 1e-6))
            assert found.bound - 1e-6 <= least <= found.measure + 1e-6, seed
            assert found.gap <= max(gap, 1e-6) + 1e-6, seed
            fairest = fairest_gain(scenario, settings, voices, known=some, gap=max(gap, 1e-6))
            assert fairest.gap <= 2 * max(gap, 1e-6), seed
        tried += 1
    assert tried > 5


def test_search_between_plans_keeps_what_they_agree_on() -> None:
    tried = 0
    for seed, scenario, _ in cases(part(range(160))):
        optimiser = Optimiser(scenario)
        settings = scenario.settings.replace(balance=0.0)
        _, known = voices_of(scenario, optimiser)
        if len(known) < 2:
            continue
        best = optimiser.best(settings, gap=0)
        kept = optimiser.kept(settings)
        values = [found for outcome in known if (found := kept.values_with(outcome.plan)) is not None]
        assert len(values) == len(known), seed
        run = kept.run_between(values, SolveLimits())
        assert run.values is not None and math.isinf(run.bound), seed
        between = kept.plan(run.values)
        for name in scenario.initiative_by_id:
            starts = {outcome.plan[name].start if name in outcome.plan else None for outcome in known}
            mine = between[name].start if name in between else None
            assert len(starts) > 1 or {mine} == starts, (seed, name)
        worth = max(kept.objective(one) for one in values)
        assert worth - 1e-9 <= kept.objective(run.values) <= best.objective + 1e-6, seed
        # nothing was left fixed behind
        assert optimiser.best(settings, gap=0).objective == pytest.approx(best.objective, abs=2e-6), seed
        tried += 1
    assert tried > 5


def test_values_with_a_plan_are_those_of_the_plan_where_it_holds() -> None:
    held = broken = 0
    for seed, scenario, case in cases(part(range(80))):
        optimiser = Optimiser(scenario)
        settings = scenario.settings.replace(balance=0.0)
        optimiser.best(settings, gap=0)
        kept = optimiser.kept(settings)
        whole = [row.initiative_id for row in scenario.initiatives if row.min_scale == 1]
        allowed = [plan_of(one) for one in allowed_wholes(case)]
        for plan in allowed[:5]:
            values = kept.values_with(plan)
            assert values is not None, seed
            found = kept.plan(values)
            assert {name: found.get(name) for name in whole} == {name: plan.get(name) for name in whole}, seed
            held += 1
        none = {name: "out" for name in scenario.initiative_by_id}
        kept = optimiser.kept(settings.replace(lock=none))
        for plan in allowed[:5]:
            if any(name in whole for name in plan):
                assert kept.values_with(plan) is None, seed
                broken += 1
    assert held > 20 and broken > 5


def test_search_for_what_is_worth_more_to_a_voice_finds_it_or_bounds_it() -> None:
    tried = 0
    for seed, scenario, case in cases(part(range(80))):
        optimiser = Optimiser(scenario)
        settings = scenario.settings.replace(balance=0.0)
        voices, _ = voices_of(scenario, optimiser)
        every = [evaluate(scenario, plan_of(one), settings) for one in allowed_wholes(case)]
        for voice in voices:
            best = max(value_of(voice.terms, outcome.attainment) for outcome in every)
            found = optimiser.beyond_of(voice.terms, best - 1e-4, settings, gap=0)
            assert found.found is not None and found.found.objective == pytest.approx(best, abs=2e-6), seed
            above = optimiser.beyond_of(voice.terms, best + 1e-4, settings, gap=0)
            assert above.found is None and best - 1e-9 <= above.bound <= best + 1e-4 + 1e-9, seed
            tried += 1
    assert tried > 10
