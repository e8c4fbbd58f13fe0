"""How evenly a plan serves the tiers, shown together and never as one number.

Adapted from the balance and combined dimensions of Cao, Gedajlovic & Zhang (Organization Science 20(4), 2009),
which were scales of a survey there.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prioritiser.evaluation.objective import reaches
from prioritiser.scenario.schema import Tier

SOURCE = "adapted from Cao, Gedajlovic & Zhang (Organization Science 20(4), 2009), survey scales there"


@dataclass(frozen=True)
class Ambidexterity:
    """How far each tier gets from doing nothing (0) to its best alone (1), and what balance costs.

    achieved: by tier, None where the tier cannot improve or its best alone is not known yet.
    value_given_up: weighted score lost to the balance setting; None until it is known.
    """

    achieved: Mapping[str, float | None]
    value_given_up: float | None = None
    horizons: Mapping[str, Mapping[str, float | None]] | None = field(default=None)

    def _known(self) -> dict[str, float]:
        return {tier: part for tier, part in self.achieved.items() if part is not None}

    @property
    def balance(self) -> float | None:
        """1 − (largest − smallest achieved); None where no tier can improve."""
        known = self._known().values()
        return 1 - (max(known) - min(known)) if known else None

    @property
    def combined(self) -> float | None:
        """Geometric mean of what is achieved; 0 when one tier achieves nothing."""
        return geometric_mean(self._known())

    @property
    def worst(self) -> str | None:
        """The tier that achieves least."""
        known = self._known()
        return min(known, key=lambda tier: known[tier]) if known else None

    def as_json(self) -> dict[str, Any]:
        """Return the measures as plain values."""
        measures: dict[str, Any] = {
            "achieved": {tier.value: self.achieved.get(tier.value) for tier in Tier},
            "balance": self.balance,
            "combined": self.combined,
            "worst": self.worst,
            "value_given_up": self.value_given_up,
        }
        if self.horizons is not None:
            measures["horizons"] = {name: Ambidexterity(achieved).as_json() for name, achieved in self.horizons.items()}
        return measures


def geometric_mean(achieved: Mapping[str, float]) -> float | None:
    """Geometric mean; 0 if any value is 0 or less, None of nothing."""
    if not achieved:
        return None
    if min(achieved.values()) <= 0:
        return 0.0
    return math.exp(math.fsum(math.log(part) for part in achieved.values()) / len(achieved))


def achieved_by_tier(
    scores: Mapping[str, float], do_nothing: Mapping[str, float], best_alone: Mapping[str, float | None]
) -> dict[str, float | None]:
    """A = (S − S⁰)/(S* − S⁰) by tier; None where S* is unknown or the tier cannot improve."""
    reach = reaches(do_nothing, best_alone)
    return {tier: (score - do_nothing[tier]) / reach[tier] if tier in reach else None for tier, score in scores.items()}
