"""A report as slides for PowerPoint: one question a slide, charts that can be edited, the paper's words as notes."""

from dataclasses import replace

from pptx.slide import Slide

from prioritiser.exports.slides.figures import CAPTION, GAP, parts
from prioritiser.exports.slides.frame import Box, add_line
from prioritiser.exports.slides.frames import Deck, write_notes, write_points
from prioritiser.exports.slides.master import BARE, BESIDE, BODY, FULL, INDENT, POINTS, SPLIT
from prioritiser.exports.slides.master import GAP as POINT_GAP
from prioritiser.exports.slides.tables import (
    Grid,
    Shown,
    add_grid,
    fitting,
    grid_height,
    grid_pages,
    largest,
    rows_that_fit,
    table_grid,
)
from prioritiser.exports.slides.text import fit, in_pages
from prioritiser.report.document import Bullets, Equation, Figure, Length, Paragraph, Report, Section, Table

MOST_POINTS = 5
MOST_ROWS = 8
MOST_COLUMNS_BESIDE = 4
MOST_YEARS_BESIDE = 6
_WHOLE = 30  # lines
_ASKED = 16  # points, where a recommendation takes more than one slide
_PROOF, _NOTE = 0.45, 0.45  # inches


def slides_pptx(report: Report) -> bytes:
    """Write a report as a PowerPoint file: cover, recommendation, one slide or more a section, provenance.

    Sections that are not meant for slides are left out. Raises MissingFileError where a font of the package is missing.
    """
    deck = Deck(report)
    deck.add_cover()
    _add_recommendation(deck, report)
    for section in report.sections:
        if Length.SLIDES in section.lengths:
            _add_section(deck, section)
    _add_provenance(deck, report)
    return deck.file()


def _add_recommendation(deck: Deck, report: Report) -> None:
    texts = [text for text in report.recommendation if text] or [report.headline]
    box = BODY.without_bottom(_PROOF + GAP) if report.proof else BODY
    room = (box.points[0] - 72 * INDENT, box.points[1])
    pages = [texts] if fit(texts, room, gap=POINT_GAP).size >= _ASKED else in_pages(texts, room, _ASKED, POINT_GAP)
    for number, page in enumerate(pages, start=1):
        heading = "Recommendation" if len(pages) == 1 else f"Recommendation, part {number} of {len(pages)}"
        slide = deck.add_slide(report.headline, heading, FULL)
        write_points(slide, page, box)
        if report.proof:
            place = Box(BODY.left, BODY.top + BODY.height - _PROOF, BODY.width, _PROOF)
            add_line(slide, report.proof, place, "Proof", bold=True, is_band=True)


def _add_section(deck: Deck, section: Section) -> None:
    figures, tables = list(section.figures()), list(section.tables())
    points = [point for point in section.points if point][:MOST_POINTS]
    if not (points or figures or tables):
        points = [block.text for block in section.blocks if isinstance(block, Paragraph)][:MOST_POINTS]
    shown: Figure | Table | None = figures[0] if figures else tables[0] if tables else None
    is_beside = shown is not None and not _is_wide(shown)
    layout = (SPLIT if is_beside else FULL) if points else BARE
    slide = deck.add_slide(section.finding, section.heading, layout)
    write_notes(slide, _said(section))
    if points:
        write_points(slide, points, POINTS if is_beside else BODY)
    if isinstance(shown, Figure):
        place = (BESIDE if is_beside else None) if points else BODY
        _add_figure(deck, section, shown, slide, place)
        for figure in figures[1:]:
            _add_figure(deck, section, figure)
    elif shown is not None and (is_beside or not points):
        _add_table(slide, shown, (BESIDE if points else BODY), has_caption=True)
    elif shown is not None:
        _add_table(deck.add_slide(shown.caption, section.heading), shown, BODY, has_caption=False)


def _add_figure(
    deck: Deck, section: Section, figure: Figure, slide: Slide | None = None, place: Box | None = None
) -> None:
    """Show a figure in a place of a slide that is there, as far as it goes, and the rest on slides of its own."""
    has_caption = place is not None and figure.title.rstrip(".") != section.finding.rstrip(".")
    for number, part in enumerate(parts(figure, place or BODY, BODY, has_caption)):
        if number == 0 and slide is not None and place is not None:
            part.show(slide, figure.title if has_caption else "")
        else:
            part.show(deck.add_slide(figure.title, section.heading))


def _add_table(slide: Slide, table: Table, box: Box, has_caption: bool) -> None:
    """Show the first rows of a table, and say how many more there are."""
    inner = box.without_top(CAPTION) if has_caption else box
    room = inner.without_bottom(_NOTE + GAP)
    every = table_grid(table)
    whole = replace(largest(replace(every, rows=every.rows[:MOST_ROWS]), room), rows=every.rows)
    count = min(MOST_ROWS, len(whole.rows), max(1, rows_that_fit(whole, room)))
    shown = fitting(replace(whole, rows=whole.rows[:count]), room)
    if has_caption:
        add_line(slide, table.caption, replace(box, height=CAPTION - GAP), "Caption", True)
    add_grid(slide, shown, room, "Table", table.caption)
    left = len(whole.rows) - count
    said = [f"And {left:,} more in the full paper." if left else "", table.note]
    note = " ".join(text for text in said if text)
    if note:
        top = inner.top + grid_height(shown, room) + GAP
        add_line(slide, note, Box(box.left, top, box.width, _NOTE), "Note")


def _is_wide(shown: Figure | Table) -> bool:
    if isinstance(shown, Table):
        return len(shown.columns) > MOST_COLUMNS_BESIDE
    return len(shown.options.get("years", ())) > MOST_YEARS_BESIDE


def _said(section: Section) -> list[str]:
    """Collect the words of a section for the speaker; the paper's tables and figures speak for themselves."""
    said: list[str] = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            said.append(block.text)
        elif isinstance(block, Bullets):
            said.extend(block.items)
        elif isinstance(block, Equation):
            said.append(f"{block.words}: {block.text}")
    return said


def _add_provenance(deck: Deck, report: Report) -> None:
    columns = (Shown("What"), Shown("Which"))
    rows = tuple((Shown(name), Shown(value)) for name, value in report.provenance)
    grid = Grid(columns, rows, (1, 4), most_lines=_WHOLE)
    for page, box in grid_pages(largest(grid, BODY), BODY, BODY):
        slide = deck.add_slide("What the figures were made from", "Provenance")
        add_grid(slide, page, box, "Provenance", "What the figures were made from, and with.")
