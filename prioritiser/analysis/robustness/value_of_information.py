"""Which estimate matters most to pin down: what perfect information about one effect alone is expected to be worth.

Estimated by sorting the draws into bins of one estimate and letting each bin have its own best plan of the pool
(Strong & Oakley, Medical Decision Making 33(6), 2013). Random bins say how much of that is noise; it is taken off.
"""

from dataclasses import dataclass

import numpy as np

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import Case, Effect
from prioritiser.text.formatting import percent
from prioritiser.text.json_rows import JsonRow

BINS = 20
NOISE_ROUNDS = 10
MOST_PLANS = 60
TOP = 10
WORTH_SAYING = 5e-5


@dataclass(frozen=True)
class Estimate(
    JsonRow,
    written="initiative=effect.initiative_id goal=effect.goal_id if_also=effect.if_also "
    "value_of_information=worth variance_share switches sentence",
):
    """One effect row and what it decides.

    worth: expected value of perfect information about it alone, in the plan's value (share of the way to the targets).
    variance_share: its share of the variance of the chosen plan's value. switches: part of the draws in which another
    plan would be chosen if it were known.
    """

    effect: Effect
    worth: float
    variance_share: float
    switches: float
    sentence: str


def find_estimates(
    scenario: Scenario, sizes: np.ndarray, values: np.ndarray, rng: np.random.Generator
) -> tuple[Estimate, ...]:
    """Rank the effects that have a range by what knowing each alone is worth, the ten most; values: plans × draws.

    sizes: draws × effect rows. The first plan is the chosen one.
    """
    if len(values) == 0 or values.shape[1] < 2 * BINS:
        return ()
    uncertain = [
        number for number, effect in enumerate(scenario.effects) if effect.size(Case.LOW) != effect.size(Case.HIGH)
    ]
    random_bins = (_bins(rng.permutation(values.shape[1])) for _ in range(NOISE_ROUNDS))
    noise = np.mean([_worth(values, bins)[0] for bins in random_bins])
    found = []
    for number in uncertain:
        bins = _bins(sizes[:, number])
        worth, switches = _worth(values, bins)
        worth, share = max(0.0, worth - float(noise)), _variance_share(values[0], bins)
        effect = scenario.effects[number]
        switches = switches if worth > 0 else 0.0
        found.append(Estimate(effect, worth, share, switches, _sentence(scenario, effect, worth, share)))
    return tuple(sorted(found, key=lambda row: (-row.worth, -row.variance_share))[:TOP])


def _bins(drawn: np.ndarray) -> np.ndarray:
    """Membership of equally filled bins: draws × bins, each column sums to 1."""
    place = np.empty(len(drawn), dtype=int)
    place[np.argsort(drawn, kind="stable")] = np.arange(len(drawn)) * BINS // len(drawn)
    members = (place[:, None] == np.arange(BINS)).astype(float)
    return np.asarray(members / members.sum(axis=0))


def _worth(values: np.ndarray, bins: np.ndarray) -> tuple[float, float]:
    """Mean over bins of the best plan's mean, less the best mean; and the part of the bins with another best plan."""
    means = values @ bins
    overall = means.mean(axis=1)
    best = int(np.argmax(overall))
    other = means.max(axis=0) > means[best] + 1e-12
    return float((means.max(axis=0) - means[best]).mean()), float(other.mean())


def _variance_share(value: np.ndarray, bins: np.ndarray) -> float:
    """Return the variance between bins as a share of all, less what random bins would have (adjusted η²)."""
    total, number = float(value.var()), len(value)
    if total < 1e-18:
        return 0.0
    between = float(((value @ bins) - value.mean()).var()) / total
    return float(np.clip(1 - (1 - between) * (number - 1) / (number - BINS), 0.0, 1.0))


def _sentence(scenario: Scenario, effect: Effect, worth: float, share: float) -> str:
    initiative = scenario.initiative_by_id[effect.initiative_id].label
    goal = scenario.goal_by_id[effect.goal_id].label
    what = f"what {initiative} does for {goal}"
    part = f"{percent(share)} of the spread of the plan's value"
    if worth < WORTH_SAYING:
        return f"Knowing {what} would hardly change the plan; it is {part}."
    points = f"{100 * worth:.2g} points"
    return f"Knowing {what} before deciding is worth {points} of the way to the targets; it is {part}."
