"""Seeded draws of what is uncertain: sizes of effects, whether initiatives are delivered, costs and tier weights.

Everything is drawn independently of everything else. A size is beta-PERT between low and high with its mode at
central and λ = 4 (Vose, Risk Analysis, 3rd ed., 2008), so that its mean is (low + 4·central + high)/6.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case

PERT_LAMBDA = 4.0
INDEPENDENT = "All draws are independent of each other."
_PARTS = {"sizes": 0, "delivered": 1, "costs": 2, "weights": 3, "sample_sizes": 4, "noise": 5}


@dataclass(frozen=True)
class Draws:
    """Draws of one scenario: draws × effect rows, draws × initiatives, and cost factors by (initiative, resource).

    sizes: full effects before delivery, in the goal's unit. delivered: 1 or 0, or any likelihood between.
    """

    scenario: Scenario
    sizes: np.ndarray
    delivered: np.ndarray
    costs: dict[tuple[str, str], np.ndarray]

    @property
    def number(self) -> int:
        """How many draws there are."""
        return len(self.sizes)

    def felt(self) -> np.ndarray:
        """Full effects as they come, draws × effect rows: nothing where the initiative or its `if_also` is not."""
        column = {row.initiative_id: number for number, row in enumerate(self.scenario.initiatives)}
        felt = self.sizes.copy()
        for number, effect in enumerate(self.scenario.effects):
            felt[:, number] *= self.delivered[:, column[effect.initiative_id]]
            if effect.if_also is not None:
                felt[:, number] *= self.delivered[:, column[effect.if_also]]
        return felt


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the stream of one part of the draws, so that more of one part never changes another."""
    return np.random.default_rng([seed, _PARTS[part]])


def pert(rng: np.random.Generator, low: float, mode: float, high: float, number: int) -> np.ndarray:
    """Draw from the beta-PERT distribution between two ends in either order; fixed where they are the same."""
    least, most = min(low, high), max(low, high)
    if most <= least:
        return np.full(number, mode)
    width = most - least
    first = 1 + PERT_LAMBDA * (mode - least) / width
    second = 1 + PERT_LAMBDA * (most - mode) / width
    return np.asarray(least + width * rng.beta(first, second, number))


def draw(scenario: Scenario, number: int, seed: int, cost_spread: float = 0.0) -> Draws:
    """Draw sizes, delivery (with the likelihood `confidence`) and cost factors in [1 − spread, 1 + spread]."""
    delivery, costs = stream(seed, "delivered"), stream(seed, "costs")
    confidence = np.array([row.confidence for row in scenario.initiatives])
    spenders = sorted({(use.initiative_id, use.resource_id) for use in scenario.uses})
    return Draws(
        scenario=scenario,
        sizes=draw_sizes(scenario, number, stream(seed, "sizes")),
        delivered=(delivery.random((number, len(confidence))) < confidence).astype(float),
        costs={
            pair: pert(costs, 1 - cost_spread, 1.0, 1 + cost_spread, number) for pair in spenders if cost_spread > 0
        },
    )


def draw_sizes(scenario: Scenario, number: int, rng: np.random.Generator) -> np.ndarray:
    """Full effects before delivery, draws × effect rows, in the goal's unit."""
    sizes = np.empty((number, len(scenario.effects)))
    for column, effect in enumerate(scenario.effects):
        sizes[:, column] = pert(rng, effect.size(Case.LOW), effect.central, effect.size(Case.HIGH), number)
    return sizes


def draw_weights(tiers: int, number: int, rng: np.random.Generator) -> np.ndarray:
    """Tier weights, draws × tiers, uniform over all weights that sum to 1."""
    return rng.dirichlet(np.ones(tiers), number)


def expected(scenario: Scenario, sizes: np.ndarray) -> np.ndarray:
    """Full effects times the likelihood of delivery, as a plan is chosen before delivery is known."""
    confidence = [scenario.initiative_by_id[effect.initiative_id].confidence for effect in scenario.effects]
    return np.asarray(sizes * np.array(confidence))


def is_fixed(scenario: Scenario) -> bool:
    """Whether no effect has a range: low, central and high are the same in every row."""
    return all(effect.size(Case.LOW) == effect.central == effect.size(Case.HIGH) for effect in scenario.effects)


def with_sizes(scenario: Scenario, sizes: np.ndarray) -> Scenario:
    """Return the scenario with these sizes of its effects in every case."""
    effects = tuple(
        effect.model_copy(update={"low": float(size), "central": float(size), "high": float(size)})
        for effect, size in zip(scenario.effects, sizes, strict=True)
    )
    return dataclasses.replace(scenario, effects=effects)
