"""The objective, once: (1−β) Σ W_k S_k + β m, with m the least (S_k − S⁰_k)/(S*_k − S⁰_k) of tiers that can improve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

CAN_IMPROVE = 1e-9


@dataclass(frozen=True)
class Objective:
    """What a plan is worth at some weights and balance.

    balance: β. idle: S⁰ by tier. reach: S* − S⁰ of the tiers that can improve; m is 0 where there is none.
    """

    balance: float
    idle: Mapping[str, float]
    reach: Mapping[str, float]

    @classmethod
    def of(cls, balance: float, idle: Mapping[str, float], best_alone: Mapping[str, float | None]) -> Objective:
        """Measure by these S* by tier; None where one is not known, which leaves its tier out."""
        return cls(balance, idle, reaches(idle, best_alone) if balance > 0 else {})

    def least(self, scores: Mapping[str, float]) -> float:
        """m: the smallest part of its way to its best that any tier gets."""
        return min(((scores[tier] - self.idle[tier]) / width for tier, width in self.reach.items()), default=0.0)

    def value(self, weighted: float, scores: Mapping[str, float]) -> float:
        """What scores are worth; weighted: Σ W S."""
        return (1 - self.balance) * weighted + self.balance * self.least(scores)

    @property
    def ceiling(self) -> float:
        """What no plan can exceed: every attainment at its cap of 1."""
        return self.value(1.0, dict.fromkeys(self.reach, 1.0))

    def values(self, weighted: np.ndarray, tiers: Sequence[str], scores: np.ndarray) -> np.ndarray:
        """What many scores (… × tiers) are worth at once; weighted: Σ W S of each."""
        able = [position for position, tier in enumerate(tiers) if tier in self.reach]
        if not able:
            return np.asarray((1 - self.balance) * weighted)
        idle = np.array([self.idle[tiers[position]] for position in able])
        reach = np.array([self.reach[tiers[position]] for position in able])
        least = ((scores[..., able] - idle) / reach).min(axis=-1)
        return np.asarray((1 - self.balance) * weighted + self.balance * least)

    def worth(self, tiers: Sequence[str], scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """What scores (… × tiers) are worth at weights (… × tiers)."""
        return self.values((scores * weights).sum(axis=-1), tiers, scores)

    def by_tier(self, tiers: Sequence[str], scores: Mapping[str, float]) -> np.ndarray:
        """Values of a plan by tier: it is worth values · w at any weights w that sum to 1."""
        least = self.balance * self.least(scores)
        return np.array([(1 - self.balance) * scores[tier] + least for tier in tiers])


def reaches(idle: Mapping[str, float], best_alone: Mapping[str, float | None]) -> dict[str, float]:
    """S* − S⁰ of the tiers that can improve, of those whose S* is known."""
    widths = {tier: best - idle[tier] for tier, best in best_alone.items() if best is not None and tier in idle}
    return {tier: width for tier, width in widths.items() if width > CAN_IMPROVE}
