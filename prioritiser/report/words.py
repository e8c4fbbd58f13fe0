"""Numbers and marks as a report writes them."""

import math

from prioritiser.report.document import Cell, Quantity
from prioritiser.scenario.in_words import decimals_for, goal_decimals
from prioritiser.scenario.schema import Goal
from prioritiser.text.formatting import amount, percent, plain, points_number, rounded

JUDGED = "judged"
RECOMMENDED, TODAY, NOTHING = "Recommended", "Today's plan", "Doing nothing"
POINT = "point"


def share(value: float | None, decimals: int = 0) -> Cell:
    """Write a fraction as a percentage; nothing where there is none. The number stays a fraction."""
    if value is None or math.isnan(value):
        return ""
    return Quantity(value, percent(value, decimals))


def of_goal(goal: Goal, value: float, decimals: int | None = None) -> Cell:
    """Write a level of a goal without its unit, which has a column of its own; decimals: by default the goal's."""
    shown = goal_decimals(goal) if decimals is None else decimals
    return "" if math.isnan(value) else Quantity(value, plain(value, shown))


def of_goals(goal: Goal, *values: float) -> tuple[Cell, ...]:
    """Write levels of a goal that stand in one row: those that differ do not read alike."""
    decimals = decimals_for(goal, *values)
    return tuple(of_goal(goal, value, decimals) for value in values)


def in_unit(value: float, unit: str | None) -> Cell:
    """Write an amount in its unit; nothing where there is none."""
    return "" if math.isnan(value) else Quantity(value, amount(value, unit))


def count(number: int) -> Cell:
    """Write a whole number."""
    return Quantity(number, f"{number:,}")


def points(value: float, decimals: int = 1) -> str:
    """Write a difference of scores in points, with its sign."""
    number = points_number(value, decimals)
    is_nothing = not number.strip("0.")
    sign = "+" if value > 0 and not is_nothing else ""
    return f"{sign}{number} {POINT}{'' if abs(rounded(100 * value, decimals)) == 1 else 's'}"


def part(number: int, whole: int, noun: str) -> str:
    """Write '3 of 76 initiatives'."""
    return f"{number} of {whole:,} {noun if whole == 1 else noun + 's'}"
