"""What do the tiers and the value become as the balance goes from 0 to 1?

The best objective is convex in the balance (the largest of linear functions), so the bounds at two balances bound every
one between them, and a plan that is best at both is best between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from prioritiser.analysis.marginal_values.base import CERTAIN, Base
from prioritiser.errors import InfeasibleError
from prioritiser.evaluation.objective import Objective, reaches
from prioritiser.evaluation.outcome import Outcome
from prioritiser.optimisation.incumbent import Incumbent
from prioritiser.text.formatting import percent, short
from prioritiser.text.json_rows import JsonRow

STEPS = 10
NOTHING = 1e-6


@dataclass(frozen=True)
class BalancePoint(JsonRow, written="balance objective bound tiers value least_achieved=least"):
    """The best plan at one balance: objective and a bound on it, score by tier, value and how far the least tier is.

    least: smallest (S − S⁰)/(S* − S⁰) over the tiers that can improve; None where none can.
    """

    balance: float
    objective: float
    bound: float
    tiers: Mapping[str, float]
    value: float
    least: float | None


def trace_balance(base: Base, into: dict[int, BalancePoint]) -> None:
    """Find the best plan at balance 0, 0.1 … 1, by position; among plans as good, the one with the most value."""
    answers: dict[int, tuple[Outcome, float]] = {}
    for number, position in enumerate(_order()):
        base.report(f"Balance {short(position / STEPS)}", number, STEPS + 1)
        answers[position] = _answer(base, position, answers)
        if position == STEPS:
            answers[position] = (_most_value(base, answers[position][0]), answers[position][1])
        for place, (_, bound) in answers.items():
            best = max(
                (outcome for outcome, _ in answers.values()),
                key=lambda outcome: (round(_objective(base, outcome, place / STEPS), 9), outcome.value),
            )
            into[place] = _point(base, place / STEPS, best, bound)


def _order() -> list[int]:
    """Both ends first, then always the middle of the widest stretch."""
    order, stretches = [0, STEPS], [(0, STEPS)]
    while stretches:
        low, high = stretches.pop(0)
        middle = (low + high) // 2
        if low < middle < high:
            order.append(middle)
            stretches += [(low, middle), (middle, high)]
    return order


def _answer(base: Base, position: int, answers: Mapping[int, tuple[Outcome, float]]) -> tuple[Outcome, float]:
    """Return the best plan at a balance and a bound, from its neighbours where they prove it."""
    balance = position / STEPS
    below = max((place for place in answers if place < position), default=None)
    beyond = min((place for place in answers if place > position), default=None)
    ceiling = float("inf")
    if below is not None and beyond is not None:
        part = (position - below) / (beyond - below)
        ceiling = (1 - part) * answers[below][1] + part * answers[beyond][1]
        best = max((outcome for outcome, _ in answers.values()), key=lambda one: _objective(base, one, balance))
        objective = _objective(base, best, balance)
        if ceiling - objective <= max(CERTAIN, base.gap * abs(objective)):
            base.spared += 1
            return best, ceiling
    found = base.ask(base.settings.replace(balance=balance))
    return found.outcome, max(found.objective, min(found.bound, ceiling))


def _most_value(base: Base, outcome: Outcome) -> Outcome:
    """Among the plans that are best balanced, find the one with the most value: at balance 1 value does not count."""
    least = _least(base, outcome)
    if least is None:
        return outcome
    floors = {
        tier: outcome.do_nothing[tier] + least * (best - outcome.do_nothing[tier]) - CERTAIN / 100
        for tier, best in base.best_alone.items()
        if tier in reaches(outcome.do_nothing, base.best_alone)
    }
    try:
        found: Incumbent = base.ask(base.settings.replace(balance=0.0), floors=floors)
    except InfeasibleError:
        return outcome
    return found.outcome if found.objective > outcome.value else outcome


def _least(base: Base, outcome: Outcome) -> float | None:
    measure = Objective(1.0, outcome.do_nothing, reaches(outcome.do_nothing, base.best_alone))
    return measure.least(outcome.scores) if measure.reach else None


def _objective(base: Base, outcome: Outcome, balance: float) -> float:
    return Objective.of(balance, outcome.do_nothing, base.best_alone).value(outcome.value, outcome.scores)


def _point(base: Base, balance: float, outcome: Outcome, bound: float) -> BalancePoint:
    objective = _objective(base, outcome, balance)
    return BalancePoint(balance, objective, max(objective, bound), outcome.scores, outcome.value, _least(base, outcome))


def suggested_balance(points: list[BalancePoint], idle_value: float) -> BalancePoint | None:
    """Return the point whose part of the balance to gain exceeds its part of the value lost most.

    None without both ends of the curve, and where the balance changes nothing.
    """
    if (
        len(points) < 2
        or points[0].balance != 0
        or points[-1].balance != 1
        or None in {points[0].least, points[-1].least}
    ):
        return None
    if _reach(points) <= NOTHING or points[0].value - idle_value <= NOTHING:
        return None

    def excess(point: BalancePoint) -> tuple[float, float]:
        balance, value = _parts(points, idle_value, point)
        return round(balance - value, 9), -point.balance

    knee = max(points, key=excess)
    return points[-1] if knee.balance == 0 else knee


def _reach(points: list[BalancePoint]) -> float:
    return (points[-1].least or 0.0) - (points[0].least or 0.0)


def _parts(points: list[BalancePoint], idle_value: float, point: BalancePoint) -> tuple[float, float]:
    """Part of the balance to gain that a point brings, and of the value gained that it costs."""
    first = points[0]
    gained = first.value - idle_value
    return ((point.least or 0.0) - (first.least or 0.0)) / _reach(points), max(0.0, first.value - point.value) / gained


def balance_sentence(points: list[BalancePoint], idle_value: float) -> str | None:
    """Say how much of the balance there is to gain comes at which part of the value gained over doing nothing.

    The point is `suggested_balance`. None without both ends of the curve.
    """
    if len(points) < 2 or points[0].balance != 0 or points[-1].balance != 1:
        return None
    first, last = points[0], points[-1]
    if first.least is None or last.least is None:
        return "No tier can improve, so there is nothing to balance."
    if _reach(points) <= NOTHING:
        return "The plan without any balance is as balanced as a plan can be: the setting changes nothing."
    knee = suggested_balance(points, idle_value)
    if knee is None:
        return "No plan gains value, so balance costs none."
    balance, value = _parts(points, idle_value, knee)
    return (
        f"Balance {short(knee.balance)} brings {percent(balance)} of the balance for {_part(value)} of the value: the "
        f"least served tier goes {percent(knee.least or 0.0)} of the way to its own best, not {percent(first.least)}."
    )


def _part(value: float) -> str:
    return percent(value) if value >= 0.01 or value < 0.0005 else percent(value, 1)
