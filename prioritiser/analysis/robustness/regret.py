"""How much could be regretted when the weights turn out to be others than thought?

For a plan p the largest regret over all tier weights is max_k (S*_k − S_k(p)): the best value V(w) is convex in the
weights and the value of p linear, so a corner is worst. S*_k is the best score of a tier alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prioritiser.errors import InfeasibleError, NoAnswerError
from prioritiser.evaluation.outcome import Outcome
from prioritiser.evaluation.plan import Plan, plan_json
from prioritiser.optimisation.incumbent import Budget
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings

CLOSE = 0.001
MOST_STEPS = 20


@dataclass(frozen=True)
class Regret:
    """Largest regret over all weights (share of the way to the targets) of the chosen plan and of the least regretted.

    bound: no plan can have less; None where it was not looked for. corner: tier whose weight alone is worst for the
    chosen plan. proved: whether S* of every tier is proved.
    """

    scenario: Scenario
    chosen: float
    corner: str
    least: float
    plan: Plan
    bound: float | None
    proved: bool

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "chosen": self.chosen,
            "worst_weight_on": self.corner,
            "least": self.least,
            "least_bound": self.bound,
            "plan": plan_json(self.plan, self.scenario.years),
            "proved": self.proved,
        }


def largest_regret(scores: Mapping[str, float], best_alone: Mapping[str, float]) -> tuple[float, str]:
    """Largest regret of scores over all weights, and the tier that is worst when it has all the weight."""
    return max((max(0.0, best - scores[tier]), tier) for tier, best in best_alone.items())


def find_regret(
    optimiser: Optimiser,
    settings: Settings,
    best_alone: Mapping[str, tuple[float, float]],
    outcomes: Sequence[Outcome],
    budget: Budget,
) -> Regret:
    """Largest regret of the first outcome's plan, and the plan with the least: of all within 0.001 if there is time.

    best_alone: S* and a bound on it by tier. outcomes: at these settings, the others without a breach. Beyond them the
    least regret is closed in by halving: is there a plan with every score at least S* − r?
    """
    ceilings = {tier: bound for tier, (_, bound) in best_alone.items()}
    ranked = [(*largest_regret(outcome.scores, ceilings), outcome.plan) for outcome in outcomes]
    chosen, corner, _ = ranked[0]
    least, _, plan = min(ranked, key=lambda row: row[0])
    least, plan, bound = _close_in(optimiser, settings, ceilings, (least, plan), budget)
    proved = all(bound - score <= 1e-6 for score, bound in best_alone.values())
    return Regret(optimiser.scenario, chosen, corner, least, plan, bound, proved)


def _close_in(
    optimiser: Optimiser, settings: Settings, ceilings: Mapping[str, float], known: tuple[float, Plan], budget: Budget
) -> tuple[float, Plan, float]:
    """Halve the range in which the least regret lies; returns it, its plan and the lower end."""
    least, plan = known
    low = 0.0
    plain = settings.replace(balance=0.0)
    for _ in range(MOST_STEPS):
        if least - low <= CLOSE or budget.over:
            break
        middle = (low + least) / 2
        floors = {tier: ceiling - middle for tier, ceiling in ceilings.items()}
        try:
            found = optimiser.best(plain, gap=1.0, budget=budget, floors=floors)
        except InfeasibleError:
            low = middle
            continue
        except NoAnswerError:
            break
        regret, _ = largest_regret(found.outcome.scores, ceilings)
        if regret >= least:
            break
        least, plan = regret, found.outcome.plan
    return least, plan, low
