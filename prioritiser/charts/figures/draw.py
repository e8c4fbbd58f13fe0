"""Which drawing each kind of figure has."""

from collections.abc import Callable

from prioritiser.charts.drawing.canvas import Canvas
from prioritiser.charts.figures.capacity import draw_capacity
from prioritiser.charts.figures.chances import draw_chances
from prioritiser.charts.figures.gantt import draw_gantt
from prioritiser.charts.figures.goals import draw_goals
from prioritiser.charts.figures.spread import draw_spread
from prioritiser.charts.figures.tiers import draw_tiers
from prioritiser.charts.figures.trade_off import draw_trade_off
from prioritiser.charts.figures.triangle import draw_triangle
from prioritiser.charts.figures.waterfall import draw_waterfall
from prioritiser.report.document import Figure, FigureKind

_DRAWINGS: dict[FigureKind, Callable[[Figure], Canvas]] = {
    FigureKind.TIERS: draw_tiers,
    FigureKind.GANTT: draw_gantt,
    FigureKind.GOALS: draw_goals,
    FigureKind.CAPACITY: draw_capacity,
    FigureKind.TRADE_OFF: draw_trade_off,
    FigureKind.WATERFALL: draw_waterfall,
    FigureKind.CHANCES: draw_chances,
    FigureKind.TRIANGLE: draw_triangle,
    FigureKind.SPREAD: draw_spread,
}


def draw_figure(figure: Figure) -> Canvas:
    """Draw a figure: its width and height are px, and `svg` writes it."""
    return _DRAWINGS[figure.kind](figure)
