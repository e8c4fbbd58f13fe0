"""How far the people of a room agree on the weights, now and before they talked.

Agreement is the mean over pairs of participants of Σ min(w, w') over the tiers: the similarity of Bray and Curtis (An
ordination of the upland forest communities of southern Wisconsin, Ecological Monographs 27, 1957) of weights that sum
to 1; 1 where all weigh alike, 0 where no two share a tier.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

MEASURE = "mean pairwise similarity of the weights of tiers (Bray and Curtis 1957)"


@dataclass(frozen=True)
class Agreement:
    """Agreement in the first round and after discussion, over the same people; None where fewer than two are in it.

    before: of the only round there is, where there was no second; after is None then. people: how many it is about.
    """

    before: float | None
    after: float | None
    people: int

    @property
    def now(self) -> float | None:
        """Agreement of the last round."""
        return self.before if self.after is None else self.after

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"before": self.before, "after": self.after, "measure": MEASURE}


def agreement_between(
    now: Mapping[str, Mapping[str, float]], before: Mapping[str, Mapping[str, float]] | None = None
) -> Agreement:
    """Compare two rounds over the participants who are in both; without a first one, say it of the only one.

    now, before: participant → weights by tier, summing to 1.
    """
    if before is None:
        return Agreement(agreement_of(list(now.values())), None, len(now))
    both = [name for name in now if name in before]
    return Agreement(
        agreement_of([before[name] for name in both]), agreement_of([now[name] for name in both]), len(both)
    )


def agreement_of(weights: Sequence[Mapping[str, float]]) -> float | None:
    """Mean over pairs of Σ min(w, w'); None for fewer than two participants. weights: by tier, summing to 1."""
    pairs = list(combinations(weights, 2))
    if not pairs:
        return None
    return math.fsum(math.fsum(min(one[tier], other.get(tier, 0.0)) for tier in one) for one, other in pairs) / len(
        pairs
    )
