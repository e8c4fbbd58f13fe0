"""What a figure draws, as a table in plain words, for those who would rather read it."""

import math
from collections.abc import Iterator
from typing import Any

from prioritiser.report.document import Cell, Figure, FigureKind, Quantity, Table
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.text.formatting import percent, plain

# column of the rows: its heading, and how its values are written
_COLUMNS: dict[FigureKind, dict[str, tuple[str, str]]] = {
    FigureKind.TIERS: {
        "name": ("Tier", "text"),
        "score": ("Recommended", "share"),
        "do_nothing": ("Doing nothing", "share"),
        "today": ("Today's plan", "share"),
        "best_alone": ("Best alone", "share"),
    },
    FigureKind.GANTT: {
        "initiative": ("Initiative", "text"),
        "lead": ("Lead", "text"),
        "start": ("Start", "text"),
        "share": ("Share delivered", "share"),
    },
    FigureKind.GOALS: {
        "goal": ("Goal", "text"),
        "tier": ("Tier", "tier"),
        "year": ("Year", "text"),
        "words": ("Level", "text"),
        "attainment": ("Way to the target", "share"),
        "met": ("Met", "yes or no"),
    },
    FigureKind.CAPACITY: {
        "resource": ("Resource", "text"),
        "year": ("Year", "text"),
        "words": ("Use", "text"),
        "unit": ("Unit", "text"),
    },
    FigureKind.TRADE_OFF: {"name": ("Portfolio", "text"), "chosen": ("Recommended", "yes or no")},
    FigureKind.WATERFALL: {"step": ("Step", "text"), "change": ("Change in the score", "change")},
    FigureKind.CHANCES: {"goal": ("Goal", "text"), "tier": ("Tier", "tier"), "chance": ("Chance", "share")},
    FigureKind.TRIANGLE: {"name": ("Weights", "text"), "chosen": ("Recommended", "yes or no")},
    FigureKind.SPREAD: {
        "name": ("Of", "text"),
        "tier": ("Tier", "tier"),
        "least": ("Least", "share"),
        "lower": ("Lower quarter", "share"),
        "median": ("Median", "share"),
        "upper": ("Upper quarter", "share"),
        "most": ("Most", "share"),
    },
}
_OF_TIERS = {FigureKind.TRADE_OFF: "share", FigureKind.TRIANGLE: "number"}


def figure_table(figure: Figure) -> Table:
    """Return a figure's rows as a table: fractions as percentages, blank where there is no number."""
    columns = {key: column for key, column in _columns(figure) if key in figure.rows.columns}
    headings = tuple(heading for heading, _ in columns.values())
    rows = tuple(
        _named([_cell(row[key], how, row) for key, (_, how) in columns.items()], f"{headings[0]} {number}")
        for number, row in enumerate(figure.rows.to_dict(orient="records"), 1)
    )
    return Table(figure.kind.value, figure.title, headings, rows, (2, *([1] * (len(headings) - 1))))


def _columns(figure: Figure) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give the columns in order; those with one number a tier stand after the name."""
    named = iter(_COLUMNS[figure.kind].items())
    yield next(named)
    if how := _OF_TIERS.get(figure.kind):
        yield from ((tier, (name, how)) for tier, name in TIER_NAMES.items())
    yield from named


def _named(cells: list[Cell], otherwise: str) -> tuple[Cell, ...]:
    """Give a row that has no name its number: a row is read out by its first cell."""
    return (cells[0] or otherwise, *cells[1:])


def _cell(value: Any, how: str, row: dict[Any, Any]) -> Cell:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if how == "yes or no":
        return "yes" if value else "no"
    if how in ("text", "tier"):
        return TIER_NAMES.get(str(value), str(value)) if how == "tier" else str(value)
    return Quantity(float(value), _number(float(value), how, row))


def _number(value: float, how: str, row: dict[Any, Any]) -> str:
    if how == "number":
        return plain(value)
    if how == "share":
        return percent(value)
    return f"{'+' if value > 0 and row.get('kind') != 'total' else ''}{percent(value, 1)}"
