"""The figures of a report as pictures: one drawing for each kind, in literal colours for paper."""

from prioritiser.charts.figures.draw import draw_figure
from prioritiser.charts.figures.split import split_figure

__all__ = ["draw_figure", "split_figure"]
