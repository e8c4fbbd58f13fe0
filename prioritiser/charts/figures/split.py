"""A figure with many lines becomes several, each of which keeps to a page."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd

from prioritiser.charts.figures.draw import draw_figure
from prioritiser.charts.specification import in_order, in_tiers, line_keys
from prioritiser.report.document import Figure, FigureKind

_LINE, _AROUND = 22, 80  # px: a line of one line of text, and what stands above and below the lines


def split_figure(figure: Figure, most: int = 40) -> tuple[Figure, ...]:
    """Split a figure of initiatives, goals or resources into ones of at most `most` lines, as even as they can be.

    Where names or words take several lines of text there are fewer lines in each, so that none is higher than `most`
    plain ones. Titles get " (1 of 3)", and the words for those who do not see it say which lines are there. Other
    figures, and those that are not too high, stay as they are. Raises ValueError where `most` is below 1.
    """
    if most < 1:
        raise ValueError(f"most: {most}. A figure has at least 1 line.")
    rows, keys = _lines(figure)
    if rows is None:
        return (figure,)
    parts: tuple[Figure, ...] = (figure,)
    for count in range(max(1, -(-len(keys) // most)), max(1, len(keys)) + 1):
        parts = (figure,) if count == 1 else _parts(figure, rows, keys, count)
        if all(draw_figure(part).height <= _LINE * most + _AROUND for part in parts):
            break
    return parts


def _parts(figure: Figure, rows: pd.DataFrame, keys: list[object], count: int) -> tuple[Figure, ...]:
    ends = [round(number * len(keys) / count) for number in range(count + 1)]
    line = rows["_line"].map({key: number for number, key in enumerate(keys)})
    return tuple(
        replace(
            figure,
            title=f"{figure.title} ({number + 1} of {count})",
            alt=f"{figure.alt} (Part {number + 1} of {count}: lines {first + 1} to {end} of {len(keys)}.)",
            rows=rows[(line >= first) & (line < end)].drop(columns="_line").reset_index(drop=True),
        )
        for number, (first, end) in enumerate(pairwise(ends))
    )


def _lines(figure: Figure) -> tuple[pd.DataFrame | None, list[object]]:
    rows = figure.rows.reset_index(drop=True)
    match figure.kind:
        case FigureKind.GANTT:
            rows = in_order(rows)
            rows = rows.assign(_line=range(len(rows)))
        case FigureKind.GOALS | FigureKind.CHANCES:
            rows = in_tiers(rows)
            rows = rows.assign(_line=line_keys(rows, "goal"))
        case FigureKind.CAPACITY:
            rows = rows.assign(_line=line_keys(rows, "resource"))
        case _:
            return None, []
    return rows, list(dict.fromkeys(rows["_line"]))
