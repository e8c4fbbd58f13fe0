"""A paper as one HTML file: works offline and without scripts, on a telephone, in the dark and on paper."""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from prioritiser.exports.common.long_words import MAY_BREAK, breakable
from prioritiser.exports.common.page_figures import figures_for_pages
from prioritiser.exports.common.pictures import figure_size, figure_svg
from prioritiser.exports.common.plain_text import legal
from prioritiser.exports.html.figure_rows import figure_table
from prioritiser.report import document

STYLES = Path(__file__).with_name("paper.css")
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"  # no script
)
SOURCES = "Where these figures come from"
_SVG = "http://www.w3.org/2000/svg"
_FITS_A_CELL = 20  # letters
_MOST_ROWS_WHOLE = 8  # a printed table of more rows may go on overleaf
_MOST_ROWS = 60  # of a figure's own table; the tables of the paper give the rest
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def paper_html(report: document.Report) -> bytes:
    """Write a report as one HTML file, UTF-8. Raises MissingFileError where a font file is not there."""
    page = _Page()
    parts = [*_head(report), '<body><a class="skip" href="#content">Skip to the paper</a>']
    parts += ['<main id="content" tabindex="-1"><div class="front">', *_front(report), "</div>"]
    if report.length is not document.Length.SHORT:
        parts += _contents(report.sections)
    parts.append('<div class="sections">')
    for number, section in enumerate(report.sections, 1):
        parts += page.section(section, number, report.length)
    parts += [*page.sources(report), "</div></main></body></html>"]
    return "\n".join(part for part in parts if part).encode("utf-8")


def _text(text: str) -> str:
    return html.escape(legal(text))


def _cell(text: str) -> str:
    """Text of a cell: words stay whole, so that columns are not squeezed, but for those too long for any column."""
    return html.escape(breakable(legal(text), _FITS_A_CELL)).replace(MAY_BREAK, "<wbr>")


def _words(tag: str, text: str, kind: str = "") -> str:
    """One element of text; nothing where there is none."""
    return f"<{tag}{f' class="{kind}"' if kind else ''}>{_text(text)}</{tag}>" if text else ""


def _list(tag: str, items: Iterable[str]) -> str:
    return f"<{tag}>{''.join(_words('li', words) for words in items)}</{tag}>"


def _head(report: document.Report) -> Iterator[str]:
    author = next((words for name, words in report.masthead if name == "Author"), "")
    yield f'<!DOCTYPE html>\n<html lang="{_text(report.language)}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f'<meta name="author" content="{_text(author)}">' if author else ""
    yield f"<title>{_text(report.title)}</title>\n<style>\n{STYLES.read_text(encoding='utf-8')}</style>\n</head>"


def _contents(sections: Iterable[document.Section]) -> Iterator[str]:
    entries = [(f"section-{number}", section.heading) for number, section in enumerate(sections, 1)]
    yield '<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>'
    for name, heading in [*entries, ("sources", SOURCES)]:
        yield f'<li><a href="#{name}">{_text(heading)}</a></li>'
    yield "</ol></nav>"


def _front(report: document.Report) -> Iterator[str]:
    """Everything before the first section."""
    yield "<header>"
    yield _words("h1", report.title)
    yield _words("p", report.subtitle, "subtitle")
    yield f'<p><strong class="flag">{_text(report.flag)}</strong></p>' if report.flag else ""
    if report.masthead:
        pairs = "".join(f"<div>{_words('dt', name)}{_words('dd', words)}</div>" for name, words in report.masthead)
        yield f"<dl>{pairs}</dl>"
    yield _words("p", report.headline, "headline")
    yield _words("p", report.proof, "proof")
    yield "</header>"
    if report.recommendation:
        single = len(report.recommendation) == 1
        asked = _words("p", report.recommendation[0]) if single else _list("ol", report.recommendation)
        yield f'<section class="box" aria-labelledby="asked"><h2 id="asked">Recommendation</h2>{asked}</section>'


class _Page:
    """Writes blocks and numbers their tables and figures."""

    def __init__(self) -> None:
        self._tables, self._figures = count(1), count(1)

    def section(self, section: document.Section, number: int, length: document.Length) -> Iterator[str]:
        """Write a section; its id comes from its number, never from text."""
        yield f'<section aria-labelledby="section-{number}"><h2 id="section-{number}">{_text(section.heading)}</h2>'
        yield _words("p", section.finding, "finding")
        yield from (self._block(block) for block in section.blocks_for(length))
        yield "</section>"

    def sources(self, report: document.Report) -> Iterator[str]:
        """Write what the figures were made from."""
        table = document.Table(
            "sources", "What the figures were made from", ("What", "Value"), report.provenance, (1, 3)
        )
        yield f'<section aria-labelledby="sources"><h2 id="sources">{SOURCES}</h2>{self._table(table)}</section>'

    def _block(self, block: document.Block) -> str:
        match block:
            case document.Paragraph():
                return _words("p", block.text, "finding" if block.lead else "")
            case document.Bullets():
                return _list("ul", block.items)
            case document.Equation():
                return f'<div class="equation">{_words("p", block.words)}<p><i>{_text(block.text)}</i></p></div>'
            case document.Figure():
                return "\n".join(self._figure(part) for part in figures_for_pages(block))
            case document.Table():
                return self._table(block)

    def _table(self, table: document.Table) -> str:
        number = next(self._tables)
        return _table(table, f"table-{number}", f"Table {number}: {table.caption}")

    def _figure(self, figure: document.Figure) -> str:
        number = next(self._figures)
        name = f"figure-{number}"
        width, _ = figure_size(figure)
        rows = ""
        if 0 < len(figure.rows) <= _MOST_ROWS:
            shown = _table(figure_table(figure), f"{name}-rows", f"Figure {number} as a table")
            rows = f"<details><summary>Show as a table</summary>{shown}</details>"
        # the text stands beside the picture, not in it: inside role="img" nobody would hear the caption or the table
        return (
            f'<figure><figcaption id="{name}">{_text(f"Figure {number}: {figure.title}")}</figcaption>'
            f'<div class="scroll" role="group" tabindex="0" aria-labelledby="{name}">'
            f'<div class="picture" role="img" aria-label="{_text(figure.alt)}" style="width:{width}px">'
            f"{_inline(figure_svg(figure), name)}</div></div>"
            f"{_words('p', figure.note, 'note')}{rows}</figure>"
        )


def _table(table: document.Table, name: str, caption: str) -> str:
    numeric = [' class="number"' if table.is_numeric(column) else "" for column in range(len(table.columns))]
    heads = "".join(
        f'<th scope="col"{kind}>{_cell(words)}</th>' for words, kind in zip(table.columns, numeric, strict=True)
    )
    rows = "".join(_row(row, numeric) for row in table.rows)
    whole = " whole" if len(table.rows) <= _MOST_ROWS_WHOLE else ""
    return (
        f'<div class="table{whole}"><div class="scroll" role="group" tabindex="0" aria-labelledby="{name}">'
        f'<table><caption id="{name}">{_text(caption)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{_words('p', table.note, 'note')}</div>"
    )


def _row(row: Iterable[str | document.Quantity], numeric: list[str]) -> str:
    first, *others = (_cell(str(cell)) for cell in row)
    cells = "".join(f"<td{kind}>{words}</td>" for words, kind in zip(others, numeric[1:], strict=True))
    head = f'<th scope="row"{numeric[0]}>{first}</th>' if first else "<td></td>"
    return f"<tr>{head}{cells}</tr>"


def _inline(svg: str, prefix: str) -> str:
    """Make a picture part of the page: ids of its own, nothing that acts, its size that of its frame."""
    ET.register_namespace("", _SVG)
    # ours, from pictures.py, so no hostile XML; names in it are text, which the parser keeps as text
    root = ET.fromstring(svg)
    for element in root.iter():
        element.attrib = {
            key: _REFERENCE.sub(rf"url(#{prefix}-\1)", f"{prefix}-{value}" if key == "id" else value)
            for key, value in element.attrib.items()
            if not key.startswith(("on", "aria-", "{")) and key not in ("role", "href", "class")
        }
    root.set("viewBox", root.get("viewBox") or f"0 0 {root.get('width')} {root.get('height')}")
    for key in ("width", "height"):
        root.attrib.pop(key, None)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return ET.tostring(root, encoding="unicode")
