"""Figures that keep to a page."""

from __future__ import annotations

from prioritiser.charts.figures.split import split_figure
from prioritiser.exports.common.pictures import figure_size
from prioritiser.report.document import Figure

TALLEST = 780  # px: on A4, below a heading and its finding
_LINES = (36, 30, 24, 20, 16, 12)


def figures_for_pages(figure: Figure) -> tuple[Figure, ...]:
    """Split a figure that is taller than a page into as few as fit; one that cannot be split stays as it is."""
    parts: tuple[Figure, ...] = (figure,)
    for lines in _LINES:
        if all(figure_size(part)[1] <= TALLEST for part in parts):
            break
        parts = split_figure(figure, lines)
    return parts
