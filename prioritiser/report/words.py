"""Numbers and marks as a report writes them."""

from __future__ import annotations

import math

from prioritiser.report.parts import Cell, Quantity
from prioritiser.schema import Goal
from prioritiser.wording import amount, goal_decimals, percent, plain, rounded

JUDGED = "judged"
POINT = "point"


def share(value: float | None, decimals: int = 0) -> Cell:
    """Write a fraction as a percentage; nothing where there is none. The number stays a fraction."""
    if value is None or math.isnan(value):
        return ""
    return Quantity(value, percent(value, decimals))


def of_goal(goal: Goal, value: float) -> Cell:
    """Write a level of a goal without its unit, which has a column of its own."""
    return "" if math.isnan(value) else Quantity(value, plain(value, goal_decimals(goal)))


def in_unit(value: float, unit: str | None) -> Cell:
    """Write an amount in its unit; nothing where there is none."""
    return "" if math.isnan(value) else Quantity(value, amount(value, unit))


def count(number: int) -> Cell:
    """Write a whole number."""
    return Quantity(number, f"{number:,}")


def points(value: float, decimals: int = 1) -> str:
    """Write a difference of scores in points, with its sign."""
    number = rounded(100 * value, decimals)
    sign = "+" if number > 0 else ""
    return f"{sign}{plain(100 * value, decimals)} {POINT}{'' if abs(number) == 1 else 's'}"


def part(number: int, whole: int, noun: str) -> str:
    """Write '3 of 76 initiatives'."""
    return f"{number} of {whole:,} {noun if whole == 1 else noun + 's'}"
