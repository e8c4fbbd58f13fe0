"""What a frontier and prices say, in sentences and small tables: what is given up for what."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import pandas as pd

from prioritiser.analysis.marginal_values.balance_curve import BalancePoint, suggested_balance
from prioritiser.analysis.marginal_values.base import Difference, GoalChange
from prioritiser.analysis.marginal_values.headroom import NATIONAL
from prioritiser.analysis.marginal_values.national_points import NationalPoint
from prioritiser.analysis.marginal_values.price import Price
from prioritiser.analysis.pareto.frontier import Frontier
from prioritiser.evaluation.outcome import Outcome
from prioritiser.scenario.in_words import TIER_NAMES, decimals_for, level
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import counted, joined, percent, plain, points_number, rounded

_SIZES = ("small", "middle", "large")
_TINY = 1e-9
_PAIR = 2


def point_key(outcome: Outcome) -> str:
    """Name a portfolio by what it delivers."""
    return sha256(repr(sorted(outcome.plan.items())).encode()).hexdigest()[:12]


def tier_words(tier: str) -> str:
    """Name a tier within a sentence."""
    return TIER_NAMES[tier].lower()


def scores_words(scores: Mapping[str, float], tiers: Sequence[str], decimals: int = 0) -> str:
    """Say scores as 'National 41 %, local 12 %'."""
    said = ", ".join(f"{tier_words(tier)} {percent(scores[tier], decimals)}" for tier in tiers)
    return said[:1].upper() + said[1:]


def given_up(frontier: Frontier) -> str:
    """Say what the two tiers that compete most cost one another at the ends of the frontier."""
    points = [point.outcome.scores for point in frontier.points]
    best = {tier: _furthest(points, tier) for tier in frontier.tiers}
    pairs = [(one, other) for n, one in enumerate(frontier.tiers) for other in frontier.tiers[n + 1 :]]

    def lost(pair: tuple[str, str]) -> float:
        one, other = pair
        return min(best[other][other] - best[one][other], best[one][one] - best[other][one])

    worst = max(pairs, key=lost)
    if lost(worst) <= _TINY:
        return "Nothing has to be given up: one portfolio is best in every tier"
    one, other = worst
    return (
        f"{TIER_NAMES[one]} at {percent(best[one][one])} leaves {tier_words(other)} at {percent(best[one][other])}; "
        f"{tier_words(other)} at {percent(best[other][other])} leaves {tier_words(one)} at {percent(best[other][one])}"
    )


def _furthest(points: Sequence[Mapping[str, float]], tier: str) -> Mapping[str, float]:
    return max(points, key=lambda scores: (scores[tier], math.fsum(scores.values())))


def how_sure(frontier: Frontier) -> str:
    """Say how many portfolios were found, whether these are all, and where more may lie."""
    number = counted(len(frontier.points), "portfolio")
    if frontier.exact:
        if len(frontier.points) == 1:
            return "This is the only one that no other beats."
        return f"These {number} are all that no other beats in every tier."
    points = f"{plain(100 * frontier.step, 1).removesuffix('.0')} points"
    if frontier.complete:
        return f"{number}. None that is missing is {points} better than all of these in a tier."
    said = f"{number} so far, looking for differences of {points}. More may lie between them"
    where = _widest(frontier.open)
    said += f", mostly where {where}." if where else "."
    unproved = sum(not point.proved for point in frontier.points)
    return f"{said} {'Not all are' if unproved < len(frontier.points) else 'None is yet'} proved unbeaten."


def _widest(boxes: Sequence[Mapping[str, tuple[float, float]]]) -> str:
    if not boxes or any(high >= 1 for box in boxes for _, high in box.values()):
        return ""  # how far the tiers can go is not known yet
    widest = max(boxes, key=lambda box: math.prod(high - low for low, high in box.values()))
    return joined(
        [f"{tier_words(tier)} is {plain(100 * low)} to {percent(high)}" for tier, (low, high) in widest.items()]
    )


@dataclass(frozen=True)
class Mark:
    """A portfolio to show beside the frontier: what it is called, its kind for the chart, and its scores."""

    kind: str
    name: str
    scores: Mapping[str, float]


def frontier_table(frontier: Frontier, shown: Sequence[str], marks: Sequence[Mark]) -> pd.DataFrame:
    """Show points and marks: key (empty for a mark), kind, name, x, y, third, size ('small', 'middle', 'large').

    shown: the tiers across and up, and a third one as the size of the points; scores are fractions.
    """
    third = shown[_PAIR] if len(shown) > _PAIR else None
    values = [point.outcome.scores[third] for point in frontier.points] if third else []
    low, high = min(values, default=0.0), max(values, default=0.0)
    rows = []
    for point in frontier.points:
        scores = point.outcome.scores
        part = 0.0 if third is None or high - low <= _TINY else (scores[third] - low) / (high - low)
        size = _SIZES[min(2, int(3 * part))] if third else _SIZES[1]
        name = f"{counted(len(point.outcome.plan), 'initiative')}"
        rows.append((point_key(point.outcome), "point", name, *_three(scores, shown), size))
    rows += [("", mark.kind, mark.name, *_three(mark.scores, shown), "large") for mark in marks]
    return pd.DataFrame(rows, columns=["key", "kind", "name", "x", "y", "third", "size"])


def _three(scores: Mapping[str, float], shown: Sequence[str]) -> tuple[float, float, float]:
    x, y = (scores[tier] for tier in shown[:_PAIR])
    return x, y, scores[shown[_PAIR]] if len(shown) > _PAIR else math.nan


def size_ranges(table: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Range of the third tier's scores by size of the points."""
    points = table[(table["kind"] == "point") & table["third"].notna()]
    return {
        size: (float(mine["third"].min()), float(mine["third"].max()))
        for size in _SIZES
        if len(mine := points[points["size"] == size])
    }


def balance_table(price: Price) -> pd.DataFrame:
    """Show the curve of the balance: balance, value_kept (of what is gained over doing nothing), least, and tiers."""
    idle, first = _idle_value(price), price.balance[0].value if price.balance else math.nan
    gained, rows = first - idle, []
    for point in price.balance:
        kept = (point.value - idle) / gained if gained > _TINY else math.nan
        least = math.nan if point.least is None else point.least
        rows.append({"balance": point.balance, "value_kept": kept, "least": least, **point.tiers})
    return pd.DataFrame(rows)


def suggestion(price: Price) -> BalancePoint | None:
    """Return the balance that the sentence of the balance names."""
    return suggested_balance(list(price.balance), _idle_value(price))


def _idle_value(price: Price) -> float:
    outcome = price.portfolio.outcome
    return math.fsum(weight * outcome.do_nothing[tier] for tier, weight in outcome.weights.items())


def national_finding(points: Sequence[NationalPoint]) -> tuple[str, str]:
    """Say what the next national point costs the other tiers, as a heading and one more sentence."""
    reached = [point for point in points if point.changes is not None and point.points > _TINY]
    if not reached:
        return "No portfolio takes the national targets further", "The national score is already the best there is."
    first, last = reached[0], reached[-1]
    gain = points_number((first.changes or {})[NATIONAL])
    heading = f"{gain} more national points cost {_others(first)}"
    step = "the best there is" if first.name == "best" else "the cheapest step of a point or more"
    said = f"This is {step}; a point is 1\u00a0% of the way to all national targets."
    if last is not first:
        far = points_number((last.changes or {})[NATIONAL])
        said += f" Going as far as is possible gains {far} and costs {_others(last)}." if last.name == "best" else ""
    return heading, said


def _others(point: NationalPoint) -> str:
    changes = {tier: change for tier, change in (point.changes or {}).items() if tier != NATIONAL}
    lost = [f"{tier_words(tier)} {points_words(-change)}" for tier, change in changes.items() if change < -_VISIBLE]
    won = [f"{tier_words(tier)} gains {points_words(change)}" for tier, change in changes.items() if change > _VISIBLE]
    if not lost:
        return joined(["the other tiers nothing", *won], "but")
    return joined(lost) + (f", while {joined(won)}" if won else "")


_VISIBLE = 5e-4


def points_words(fraction: float) -> str:
    """Write a difference of scores in points."""
    number = points_number(fraction)
    return f"{number} point{'' if number in {'1.0'} else 's'}"


def price_share(price: Price, cost: Difference) -> float:
    """Return a price as a part of what the plan gains over doing nothing; NaN where it gains nothing."""
    return _share_of_gain(price, cost.objective)


def _share_of_gain(price: Price, part: float) -> float:
    gained = price.portfolio.objective - (1 - price.portfolio.settings.balance) * _idle_value(price)
    return part / gained if gained > _TINY else math.nan


def price_words(price: Price, cost: Difference) -> str:
    """Say a price as a part of the value, or that there is none."""
    share = price_share(price, cost)
    if math.isnan(share):
        return "no value to compare with"
    if cost.objective > 0:
        shown = percent(share, 1)
        return f"{shown} of the value" if rounded(100 * share, 1) > 0 else f"less than {percent(0.001, 1)} of the value"
    at_most = _share_of_gain(price, cost.at_most)
    if cost.within_gap and rounded(100 * at_most, 1) > 0:
        return f"nothing, or at most {percent(at_most, 1)} of the value"
    return "nothing"


def tiers_lost(cost: Difference) -> str:
    """Say which tiers would go how much further without a rule, and which less far."""
    parts = [
        f"{tier_words(tier)} {'+' if gain > 0 else ''}{points_number(gain)}"
        for tier, gain in cost.tiers.items()
        if abs(gain) > _VISIBLE
    ]
    return f"{joined(parts)} points" if parts else ""


def levels_lost(scenario: Scenario, cost: Difference, most: int = 2) -> list[str]:
    """Say which goals would end where without a rule: those that change most on their way to the target, by last year.

    most: so many goals; the rest is counted.
    """
    last: dict[str, GoalChange] = {change.goal_id: change for change in cost.goals}

    def part(change: GoalChange) -> float:
        goal = scenario.goal_by_id[change.goal_id]
        return abs(change.after - change.before) / abs(goal.targets[change.year] - goal.zero)

    ordered = sorted(last.values(), key=lambda change: (-part(change), change.goal_id))
    said = []
    for change in ordered[:most]:
        goal = scenario.goal_by_id[change.goal_id]
        before = plain(change.before, decimals_for(goal, change.before, change.after))
        said.append(f"{goal.label} {before} → {level(goal, change.after, change.before)} in {change.year}")
    more = len(ordered) - most
    return [*said, *([f"{counted(more, 'more goal')} change{'s' if more == 1 else ''}"] if more > 0 else [])]


def most_costly(price: Price) -> str:
    """Say which rule in force costs most, so far where not all are priced."""
    dear = [row for row in price.rules if row.costs.objective > 0]
    if not price.rules:
        return "No rule is in force"
    so_far = "So far " if "rules" in price.unfinished else ""
    if not dear:
        return f"{so_far}{'no' if so_far else 'No'} rule costs anything that can be told from nothing"
    ordered = sorted(dear, key=lambda row: -row.costs.objective)
    number = counted(len(dear), "rule")
    return (
        f"{so_far}{number} of {len(price.rules)} cost{'s' if len(dear) == 1 else ''} value; "
        f"{ordered[0].name} costs most: {percent(price_share(price, ordered[0].costs), 1)}"
    )
