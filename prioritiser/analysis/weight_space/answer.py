"""The answer of a weight map as a portfolio, recomputed without the solver: at once, and with the gap it certifies."""

from collections.abc import Mapping

from prioritiser.analysis.summary.value_for_money import objective_of
from prioritiser.analysis.weight_space.weight_map import WeightMap
from prioritiser.errors import WrongAnswerError
from prioritiser.evaluation.ambidexterity import Ambidexterity, achieved_by_tier
from prioritiser.evaluation.outcome import evaluate, tier_weights
from prioritiser.evaluation.portfolio import Portfolio, SolverRun, Termination, is_proved
from prioritiser.evaluation.precision import fineness
from prioritiser.optimisation.persistent import solver_version
from prioritiser.optimisation.solve import AGREEMENT
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings


def portfolio_of_map(found: WeightMap, settings: Settings, like: Portfolio | None = None) -> Portfolio:
    """Return the map's best portfolio at the weights of these settings, which are otherwise those of the map.

    like: a portfolio whose best-alone scores are taken over where they hold here too. Ties are not broken.
    Raises SettingsError where no tier has a weight, WrongAnswerError where the map and the plan recomputed disagree.
    """
    scenario = found.portfolios[0].outcome.scenario
    best, worth, gap = found.answer(tier_weights(scenario, settings))
    outcome = evaluate(scenario, found.portfolios[best].outcome.plan, settings)
    objective = objective_of(outcome, settings, found.best_alone)
    fine = fineness(scenario, settings)
    if outcome.breaches or abs(objective - worth) > AGREEMENT * fine:
        broken = f" and breaks a limit: {outcome.breaches[0].text}" if outcome.breaches else ""
        raise WrongAnswerError(f"The map says {worth:.9g}, the plan recomputed gives {objective:.9g}{broken}.")
    bound = objective + gap * max(abs(worth), 1e-9 * fine)
    alone = _best_alone(scenario, found, settings, like)
    name, version = solver_version()
    return Portfolio(
        outcome=outcome,
        termination=Termination.OPTIMAL if is_proved(objective, bound, fine) else Termination.GAP,
        objective=objective,
        bound=bound,
        best_alone={tier: alone.get(tier) for tier in outcome.scores},
        best_alone_bound=dict.fromkeys(outcome.scores),
        ambidexterity=Ambidexterity(
            achieved_by_tier(outcome.scores, outcome.do_nothing, alone), None if settings.balance else 0.0
        ),
        solver=SolverRun(name, version, 0.0, 0),
        tie_broken=False,
        fineness=fine,
        notices=scenario.notices,
    )


def _best_alone(
    scenario: Scenario, found: WeightMap, settings: Settings, like: Portfolio | None
) -> Mapping[str, float | None]:
    """S* by tier that is proved and holds for these settings: it depends on everything but weights and balance."""
    if found.best_alone or like is None or like.scenario_hash != scenario.hash:
        return found.best_alone
    if like.settings.replace(weights=settings.weights, balance=settings.balance) != settings:
        return found.best_alone
    return {tier: score for tier, score in like.best_alone.items() if like.best_alone_bound.get(tier) is None}
