"""A paper as PDF/UA-1: tagged, with its fonts in it, made by Typst from a template and the report as plain values."""

import base64
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from statistics import fmean
from typing import Any

import typst

from prioritiser.charts.theme import BLUE, FONT_NAME, FONTS, GROUND, INK, LINE, MEAN_LETTER, QUIET
from prioritiser.exports.common.long_words import breakable
from prioritiser.exports.common.page_figures import TALLEST, figures_for_pages, leading_blocks
from prioritiser.exports.common.pictures import figure_png, figure_size, figure_svg
from prioritiser.exports.common.plain_text import legal
from prioritiser.report.document import Block, Bullets, Cell, Equation, Figure, Length, Paragraph, Report, Table

TEMPLATE = Path(__file__).with_name("paper.typ")
PROVENANCE = "What the figures were made from"
_ACROSS, _LANDSCAPE = 481.0, 728.0  # points between the margins of A4
_POINTS_A_PIXEL = 0.75
_FITS_A_CELL, _FITS_A_LINE, _KEPT_WHOLE = 20, 60, 14  # letters
_BESIDE_CELLS = 11.0  # points
_MOST_COLUMNS = 5  # in type of the usual size
_CROWDED = 0.8  # of a line
_MOST_LINES_KEPT = 15  # a row of more lines than this may go on overleaf
_MOST_ROWS_WHOLE = 8  # a table of more rows than this may
_MOST_RUNNING = 90
_STAND_IN = "\u25a1"
_NO_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_JOINER = re.compile("(?<=[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d")
_FIRST_MISSING = "\u0250"  # every letter before it is in Liberation Sans
# Latin, Greek and Cyrillic without marks put on top, punctuation and signs
_PLAIN = re.compile(
    "[\n\t -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff"
    "\u2010-\u2027\u202f-\u205e\u2070-\u209f\u20a0-\u20bf\u2100-\u27bf]*"
)
_BLANKS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def paper_pdf(report: Report) -> bytes:
    """Write a report as tagged PDF. Raises MissingFileError where a font is not there.

    Letters that Liberation Sans lacks come from Typst's own fonts, or else from those of the machine. PDF/UA allows no
    missing letter: what no font has is shown as a white square, and the end of the paper says so.
    """
    paper, missing = _paper(report), ""
    fonts = [_fonts(with_system=False), _fonts(with_system=True)]
    while True:
        try:
            return _compiled(_without(paper, missing), report, fonts[0])
        except typst.TypstError as error:
            found = set(_not_shown(error)) - set(missing)
            if not found:
                raise
            if len(fonts) > 1:
                del fonts[0]
            else:
                missing = "".join(sorted({*missing, *found}))


def paper_pages(report: Report, dots_an_inch: float = 80.0) -> list[bytes]:
    """Draw the pages of the PDF as PNG pictures, for a look at them before they are taken away."""
    content = json.dumps(_paper(report), ensure_ascii=False)
    pages: bytes | list[bytes] = _set(content, report, _fonts(with_system=True), format="png", ppi=dots_an_inch)
    return pages if isinstance(pages, list) else [pages]


def _set(content: str, report: Report, fonts: typst.Fonts, **kind: Any) -> Any:
    """Set a paper that is given as JSON. kind: what Typst is to make of it."""
    made, given = datetime.combine(report.made, time(), UTC), {"paper": content}
    return typst.compile(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts, sys_inputs=given, timestamp=made, **kind)


def _compiled(paper: dict[str, Any], report: Report, fonts: typst.Fonts) -> bytes:
    # of emoji that are joined, Typst drops those that no font has without a word; apart, it names them
    content = _JOINER.sub("", json.dumps(paper, ensure_ascii=False))
    pdf: bytes = _set(content, report, fonts, pdf_standards="ua-1")
    return pdf


@lru_cache(maxsize=2)
def _fonts(with_system: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=with_system, font_paths=[FONTS])


def _not_shown(error: typst.TypstError) -> Iterator[str]:
    """Give the letters that Typst names as missing from every font."""
    for words in _NO_GLYPH.findall(f"{error.message}\n{error.diagnostic}"):
        letters = _ESCAPED.sub(lambda part: _unescaped(*part.groups()), words)
        yield from (letter for letter in letters if letter >= _FIRST_MISSING)


def _unescaped(code: str | None, letter: str | None) -> str:
    return chr(int(code, 16)) if code else _BLANKS.get(letter or "", letter or "")


def _without(paper: dict[str, Any], missing: str) -> dict[str, Any]:
    """Put a square for each letter that cannot be shown; marks and joiners that change another letter just go."""
    if not missing:
        return paper
    gone = {ord(letter): _stand_in(letter) for letter in missing}
    names = ", ".join(unicodedata.name(letter, "").lower() or f"U+{ord(letter):04X}" for letter in missing)
    replaced = f"{_STAND_IN} stands for letters that no font here can show: {names}."
    swapped: dict[str, Any] = json.loads(json.dumps(paper, ensure_ascii=False).translate(gone))
    return swapped | {"replaced": replaced}


def _stand_in(letter: str) -> str:
    return "" if unicodedata.category(letter)[0] == "M" or unicodedata.category(letter) in ("Cf", "Sk") else _STAND_IN


def _paper(report: Report) -> dict[str, Any]:
    """Everything that the template shows, as plain values."""
    author = next((words for name, words in report.masthead if name == "Author"), "")
    running = legal(report.flag or report.title)
    return {
        "font": FONT_NAME,
        "colours": {"ink": INK, "blue": BLUE, "quiet": QUIET, "line": LINE, "ground": GROUND},
        "title": legal(report.title),
        "author": legal(author),
        "made": [report.made.year, report.made.month, report.made.day],
        "running": running if len(running) <= _MOST_RUNNING else "",
        "heading": _line(report.title, _FITS_A_CELL),
        "subtitle": _line(report.subtitle),
        "flag": _line(report.flag),
        "masthead": [[_line(name), _line(words)] for name, words in report.masthead],
        "headline": _line(report.headline, _FITS_A_CELL),
        "proof": _line(report.proof),
        "recommendation": [_line(words) for words in report.recommendation],
        "contents": report.length is Length.FULL,
        "dense": report.length is Length.SHORT,
        "sections": [
            {
                "heading": _line(section.heading, _FITS_A_CELL),
                "finding": _line(section.finding),
                "blocks": [part for block in section.blocks_for(report.length) for part in _block(block)],
                "leading": leading_blocks(section.blocks_for(report.length)),
            }
            for section in report.sections
        ],
        "provenance": _provenance(report.provenance),
        "replaced": "",
    }


def _block(block: Block) -> Iterator[dict[str, Any]]:
    match block:
        case Paragraph():
            yield {"kind": "paragraph", "text": _line(block.text), "lead": block.lead}
        case Bullets():
            yield {"kind": "bullets", "items": [_line(words) for words in block.items]}
        case Equation():
            yield {"kind": "equation", "words": _line(block.words), "text": _line(block.text)}
        case Figure():
            yield from (_figure(part) for part in figures_for_pages(block))
        case Table():
            yield _table(block)


def _figure(figure: Figure) -> dict[str, Any]:
    width, height = size = figure_size(figure)
    svg = figure_svg(figure)
    scale = min(_POINTS_A_PIXEL, _ACROSS / width, TALLEST * _POINTS_A_PIXEL / height)
    return {
        "kind": "figure",
        "title": _line(figure.title),
        "svg": svg if _PLAIN.fullmatch(svg) else _as_pixels(figure, size),
        "alt": legal(figure.alt),
        "width": width * scale,
        "note": _line(figure.note),
    }


def _as_pixels(figure: Figure, size: tuple[int, int]) -> str:
    """Draw names in scripts whose letters join or stack as pixels: in a picture PDF/UA-1 does not take them as text."""
    pixels = base64.b64encode(figure_png(figure)).decode()
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{pixels}"/></svg>'
    )


def _provenance(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    rows = tuple(pairs)
    shown = _table(Table("provenance", PROVENANCE, ("What", "Value"), rows, (1, 3)))
    # a checksum of 64 letters fits its line whole, so that it can be copied
    cells = [[_line(name, _FITS_A_CELL), _line(words, 64)] for name, words in rows]
    return shown | {"rows": [row | {"cells": texts} for row, texts in zip(shown["rows"], cells, strict=True)]}


def _table(table: Table) -> dict[str, Any]:
    """Make type smaller for many columns, and turn the page where they do not fit, or only just and fill it anyway."""
    many = len(table.columns)
    size = 9.0 if many <= _MOST_COLUMNS else 8.0
    needs = _needs(table, size)
    crowded = _ACROSS * (_CROWDED if len(table.rows) > _MOST_ROWS_WHOLE else 1)
    wide = many > _MOST_COLUMNS and sum(needs) > crowded
    asked = table.widths if many <= _MOST_COLUMNS else _mean_lengths(table)
    across = _LANDSCAPE if wide else _ACROSS
    widths = _widths(asked, needs, across)
    long = [_lines(row, widths, size) > _MOST_LINES_KEPT for row in table.rows]
    return {
        "kind": "table",
        "caption": _line(table.caption),
        "columns": [_line(name, _FITS_A_CELL) for name in table.columns],
        "rows": [
            {"cells": [_line(str(cell), _FITS_A_CELL) for cell in row], "long": is_long}
            for row, is_long in zip(table.rows, long, strict=True)
        ],
        "widths": widths,
        "numeric": [table.is_numeric(column) for column in range(many)],
        "size": size,
        "divided": sum(needs) > across or any(_longest_word(text) > _KEPT_WHOLE for text in _texts(table)),
        "wide": wide,
        "whole": len(table.rows) <= _MOST_ROWS_WHOLE and not any(long),
        "note": _line(table.note),
    }


def _lines(row: Iterable[Cell], widths: Iterable[float], size: float) -> float:
    """Estimate how many lines the longest cell of a row takes."""
    return max(len(str(cell)) * MEAN_LETTER * size / width for cell, width in zip(row, widths, strict=True))


def _columns(table: Table) -> Iterator[list[str]]:
    return ([str(row[column]) for row in table.rows] for column in range(len(table.columns)))


def _texts(table: Table) -> Iterator[str]:
    yield from table.columns
    for row in table.rows:
        yield from map(str, row)


def _needs(table: Table, size: float) -> list[float]:
    """Estimate how wide each column is whose words and numbers stay whole, in points; very long words may break."""
    needs = []
    for heading, cells in zip(table.columns, _columns(table), strict=True):
        longest = max([_longest_word(heading) * 1.1, *map(_longest_word, cells)])  # headings are bold
        needs.append(MEAN_LETTER * size * min(longest, _KEPT_WHOLE) + _BESIDE_CELLS)
    return needs


def _mean_lengths(table: Table) -> tuple[float, ...]:
    """Letters of the cells of each column, at least one: where a line is crowded, room goes where the text is."""
    return tuple(max(1.0, fmean([*map(len, cells)] or [1])) for cells in _columns(table))


def _longest_word(text: str) -> int:
    return max(map(len, text.split(" ")))


def _widths(asked: tuple[float, ...], needs: list[float], available: float) -> list[float]:
    """Share a line among columns, in points: as the table asks, but none narrower than it needs if all that fits."""
    shares = [share / sum(asked) for share in asked]
    if sum(needs) >= available:
        return [available * need / sum(needs) for need in needs]
    kept: set[int] = set()
    while True:
        rest = available - sum(needs[column] for column in kept)
        of = sum(share for column, share in enumerate(shares) if column not in kept)
        widths = [needs[c] if c in kept else rest * share / of for c, share in enumerate(shares)]
        narrow = {column for column, width in enumerate(widths) if width < needs[column] - 1e-6}
        if not narrow:
            return widths
        kept |= narrow


def _line(text: str, longest: int = _FITS_A_LINE) -> str:
    """Give legal text in which longer words may break."""
    return breakable(legal(text).replace("\t", " "), longest)
