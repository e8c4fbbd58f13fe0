"""Which settings put a portfolio of the frontier in force: weights where some lead to it, else locks.

Weights lead to a score vector p when w·p exceeds w·q for every other vector q that is known. The least of these margins
is concave in w, so a search on the weights finds its maximum. Whatever the weights, a portfolio on no face of the
convex hull is beaten by another one: only locks can hold it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from prioritiser.evaluation.outcome import TIERS, Outcome
from prioritiser.scenario.settings import Settings

SAME = 1e-7  # scores closer than this count as equal
CLEAR = 5e-6  # a solve may take another plan within 1e-6 of the best, to break ties
LEAST = 1.0  # share of 100 of each tier: at 0, a portfolio that does less for that tier would be as good
_DECIMALS = 4
_NARROWINGS = 60
_PAIR = 2


@dataclass(frozen=True)
class Way:
    """Settings that lead to a portfolio.

    weights: shares of 100 by tier, of which none known is better there; None where locks hold the portfolio. locks: of
    how many initiatives. in_part: initiatives that it delivers in part, which no lock can hold.
    """

    settings: Settings
    weights: Mapping[str, float] | None
    locks: int = 0
    in_part: tuple[str, ...] = ()

    @property
    def leads(self) -> bool:
        """Whether these settings give the portfolio."""
        return self.weights is not None or not self.in_part


def way_to(outcome: Outcome, others: Iterable[Outcome], settings: Settings, tiers: Sequence[str]) -> Way:
    """Find settings under which a portfolio is recommended: by weights of these tiers where there are some.

    others: every other portfolio that is known; a better one that is not among them may still come up.
    """
    point = np.array([outcome.scores[tier] for tier in tiers])
    rest = np.array([[other.scores[tier] for tier in tiers] for other in others]).reshape(-1, len(tiers))
    found = leading_weights(point, rest)
    if found is not None:
        weights = dict.fromkeys(TIERS, 0.0) | {tier: float(w) for tier, w in zip(tiers, found, strict=True)}
        return Way(settings.replace(weights=weights, balance=0.0), weights)
    return locked_to(outcome, settings)


def locked_to(outcome: Outcome, settings: Settings) -> Way:
    """Hold a portfolio by a lock of every initiative: in, with its start year, or out."""
    scenario, plan = outcome.scenario, outcome.plan
    lock: dict[str, str] = {}
    for row in scenario.initiatives:
        name = row.initiative_id
        one_start = len(scenario.starts(row)) == 1
        lock[name] = "out" if name not in plan else "in" if one_start else scenario.years[plan[name].start]
    in_part = tuple(name for name, delivery in plan.items() if delivery.share < 1)
    return Way(settings.replace(lock=lock), None, len(lock), in_part)


def is_held(outcome: Outcome, settings: Settings) -> bool:
    """Whether every initiative is locked, so that no other plan is left."""
    return all(row.initiative_id in settings.lock for row in outcome.scenario.initiatives)


def leading_weights(point: np.ndarray, others: np.ndarray) -> np.ndarray | None:
    """Return shares of 100 at which a score vector is clearly better than all others; whole ones where some are.

    point: tiers. others: vectors × tiers; those equal to the point are left out. Each tier has at least LEAST. None
    where there are no such weights.
    """
    others = others[np.any(np.abs(others - point) > SAME, axis=1)]
    ahead = point - others

    def margin(weights: np.ndarray) -> float:
        return float(np.min(ahead @ weights, initial=np.inf)) / 100

    whole = np.array([cut for cut in product(range(1, 100), repeat=len(point) - 1) if sum(cut) < 100], dtype=float)
    whole = np.column_stack([whole, 100 - whole.sum(axis=1)])
    margins = np.min(ahead @ whole.T, axis=0, initial=np.inf) / 100
    # the most even of those that are as clear
    best = max(range(len(whole)), key=lambda place: (round(float(margins[place]), 9), -float(whole[place].max())))
    if margins[best] > CLEAR:
        return np.array(whole[best])
    weights = np.round(_clearest(margin, len(point)), _DECIMALS)
    weights[-1] = round(100 - weights[:-1].sum(), _DECIMALS)
    return weights if weights.min() >= LEAST and margin(weights) > CLEAR else None


def _clearest(margin: Callable[[np.ndarray], float], tiers: int) -> np.ndarray:
    """Weights, as shares of 100, at which the margin is largest: it is concave, so each range can be narrowed."""
    if tiers == _PAIR:
        first = _narrowed(lambda w: margin(np.array([w, 100 - w])), 100 - LEAST)
        return np.array([first, 100 - first])

    def second(first: float) -> float:
        return _narrowed(lambda w: margin(np.array([first, w, 100 - first - w])), 100 - first - LEAST)

    def along(first: float) -> float:
        w = second(first)
        return margin(np.array([first, w, 100 - first - w]))

    first = _narrowed(along, 100 - 2 * LEAST)
    return np.array([first, second(first), 100 - first - second(first)])


def _narrowed(height: Callable[[float], float], high: float) -> float:
    """Where a concave function on LEAST to `high` is highest, by thirds."""
    low = LEAST
    for _ in range(_NARROWINGS):
        one, other = low + (high - low) / 3, high - (high - low) / 3
        if height(one) < height(other):
            low = one
        else:
            high = other
    return (low + high) / 2
