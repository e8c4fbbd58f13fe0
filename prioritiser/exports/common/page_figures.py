"""Figures that keep to a page, with the words that lead to them."""

from collections.abc import Sequence

from prioritiser.charts.figures.split import split_figure
from prioritiser.exports.common.pictures import figure_size
from prioritiser.report.document import Block, Figure, Paragraph, Table

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


def leading_blocks(blocks: Sequence[Block]) -> int:
    """Count the paragraphs between a section's heading and its figure or table, which all stay on one page.

    None where something else comes first, such as a list.
    """
    count = next((n for n, block in enumerate(blocks) if not isinstance(block, Paragraph)), len(blocks))
    return count if count < len(blocks) and isinstance(blocks[count], Figure | Table) else 0
