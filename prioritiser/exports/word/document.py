"""A report as a Word paper that a board can use as it is, in the house template or in one that people bring."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt

from prioritiser.exports.common.page_figures import leading_blocks
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.word.blocks import BlockWriter
from prioritiser.exports.word.house import WORD, house_template
from prioritiser.exports.word.template import open_template
from prioritiser.exports.word.text import Pages, put_field, put_text
from prioritiser.report.document import Length, Report, Table
from prioritiser.text.formatting import shortened

__all__ = ["PROVENANCE_HEADING", "house_template", "paper_docx"]

PROVENANCE_HEADING = "Where these figures come from"
_MOST_IN_HEADER = 80
_MOST_IN_PROPERTIES = 255  # Word takes no more
_CONTENTS = (
    '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
    "<w:sdtContent/>"
)
_PLACEHOLDER = re.compile(r"\{title\}|(?:\s*[–—|·-]\s*)?\{flag\}")
_AFTER_LANGUAGE = frozenset(
    "clrSchemeMapping doNotIncludeSubdocsInStats doNotAutoCompressPictures forceUpgrade captions readModeInkLockDown "
    "smartTagType schemaLibrary shapeDefaults doNotEmbedSmartTags decimalSymbol listSeparator".split()
)


def paper_docx(report: Report, template: bytes | None = None) -> bytes:
    """Write a report as .docx.

    template: a .docx or .dotx whose page, header, footer and styles are kept and whose text is not; styles that it
    lacks are those of `house_template`, which is used where there is none. Raises TemplateError where it cannot be
    read, has macros or fetches something from elsewhere.
    """
    document = open_template(house_template() if template is None else template)
    if template is None and report.length is Length.SHORT:
        _tighten(document)
    pages = Pages(document)
    _write_front(pages, report)
    blocks = BlockWriter(pages)
    for section in report.sections:
        shown = section.blocks_for(report.length)
        leading = leading_blocks(shown)
        pages.turn(bool(shown) and blocks.needs_turn(shown[leading]))
        pages.paragraph("Heading 1", one_line(section.heading))
        if section.finding:
            pages.paragraph("Paper Finding", section.finding)
        for number, block in enumerate(shown):
            blocks.write(block, stays=number < leading)
    _write_provenance(pages, blocks, report)
    pages.close()
    _fill_placeholders(document, report)
    _set_language(document, report.language)
    _set_properties(document, report)
    return _saved(document, report.made)


def _write_front(pages: Pages, report: Report) -> None:
    """What the first page says: what the paper is, what it recommends, what the board is asked, what follows."""
    pages.paragraph("Title", one_line(report.title))
    if report.subtitle:
        pages.paragraph("Subtitle", one_line(report.subtitle))
    if report.length is Length.SHORT:
        _write_in_one_line(pages, report.masthead)
    for name, value in report.masthead if report.length is not Length.SHORT else ():
        line = pages.paragraph("Paper Masthead", f"{one_line(name)}:", bold=True)
        line.add_run("\t")
        put_text(line, one_line(value))
    if report.flag:
        pages.paragraph("Paper Flag", report.flag)
    pages.paragraph("Paper Lead", report.headline)
    if report.recommendation:
        pages.paragraph("Heading 1", "Recommendation")
        for asked in report.recommendation:
            paragraph = pages.paragraph("Paper Recommendation", asked)
            if len(report.recommendation) == 1:
                _without_number(paragraph._p.get_or_add_pPr())
    if report.proof:
        pages.paragraph("Paper Proof", report.proof).paragraph_format.space_before = Pt(6)
    if report.length is Length.FULL:
        _write_contents(pages, [*(section.heading for section in report.sections), PROVENANCE_HEADING])


def _without_number(properties: Any) -> None:
    """One thing asked needs no number."""
    properties.get_or_add_numPr().get_or_add_numId().val = 0
    properties.get_or_add_ind().set(qn("w:left"), "284")
    properties.ind.set(qn("w:firstLine"), "0")


def _write_contents(pages: Pages, headings: list[str]) -> None:
    """A table of contents with the headings in it; the page numbers come when Word updates it."""
    lines = [pages.paragraph("TOC Heading", "Contents")]
    for number, heading in enumerate(headings):
        entry = pages.paragraph("TOC 1")
        if number == 0:
            put_field(entry, ("begin", "code", "separate"), r'TOC \o "1-1" \h \z \u')
        put_text(entry, one_line(heading))
        if number == len(headings) - 1:
            put_field(entry, ("end",))
        lines.append(entry)
    # in one frame, which Word offers to update and which LibreOffice keeps together with its heading
    frame = parse_xml(f'<w:sdt xmlns:w="{WORD}">{_CONTENTS}</w:sdt>')
    lines[0]._p.addprevious(frame)
    for line in lines:
        frame.find(qn("w:sdtContent")).append(line._p)


def _write_in_one_line(pages: Pages, pairs: tuple[tuple[str, str], ...]) -> None:
    """Write pairs one after another, where a short paper has no room for a line each."""
    line = pages.paragraph("Normal", "")
    for number, (name, value) in enumerate(pairs):
        line.add_run(f"{' · ' if number else ''}{one_line(name)}: ").bold = True
        put_text(line, one_line(value))


def _write_provenance(pages: Pages, blocks: BlockWriter, report: Report) -> None:
    if not report.provenance:
        return
    pages.turn(False)
    pages.paragraph("Heading 1", PROVENANCE_HEADING)
    if report.length is Length.SHORT:
        _write_in_one_line(pages, report.provenance)
        return
    caption = "What this paper was made from, with what and when"
    blocks.table(Table("provenance", caption, ("What", "Which"), report.provenance, (1, 3)))


def _tighten(document: Document) -> None:
    """Make the house styles smaller, so that a short paper is about two pages."""
    for style in document.styles:
        properties = style.element.pPr if style.element.tag == qn("w:style") else None
        for spacing in properties.iter(qn("w:spacing")) if properties is not None else ():
            for side in ("before", "after"):
                spacing.set(qn(f"w:{side}"), str(round(0.35 * int(spacing.get(qn(f"w:{side}"), "0")))))
    for margins in document.styles.element.iter(qn("w:tblCellMar")):
        for edge in margins.iter(qn("w:top"), qn("w:bottom")):
            edge.set(qn("w:w"), "34")
    for name, points in {"Normal": 9.5, "Paper Finding": 10, "Paper Lead": 11.5, "Title": 20, "Heading 1": 12}.items():
        document.styles[name].font.size = Pt(points)


def _fill_placeholders(document: Document, report: Report) -> None:
    """Put the title and the flag where a header or a footer asks for them, also where Word has split the name."""
    said = {"{title}": shortened(one_line(report.title), _MOST_IN_HEADER)}
    flag = shortened(one_line(report.flag).partition(":")[0], _MOST_IN_HEADER)  # its one word; page 1 says it all

    def filled(found: re.Match[str]) -> str:
        return said.get(found[0]) or (found[0].replace("{flag}", flag) if flag else "")

    for line in _header_and_footer_lines(document):
        texts = list(line.iter(qn("w:t")))
        whole = "".join(text.text or "" for text in texts)
        for found in reversed(list(_PLACEHOLDER.finditer(whole))):
            _replace(texts, found.start(), found.end(), filled(found))


def _header_and_footer_lines(document: Document) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer")):
            yield from relation.target_part.element.iter(qn("w:p"))


def _replace(texts: list[Any], start: int, end: int, by: str) -> None:
    """Replace letters start to end of texts that stand one after another."""
    place = 0
    for text in texts:
        own = text.text or ""
        first, last = max(start - place, 0), min(end - place, len(own))
        place += len(own)
        if first < last:
            text.text = own[:first] + by + own[last:]
            text.set(qn("xml:space"), "preserve")
            by = ""


def _set_language(document: Document, language: str) -> None:
    """Say which language all of it is in."""
    styles = document.styles.element
    for element in styles.iter(qn("w:lang")):
        element.set(qn("w:val"), language)
    if not styles.xpath("./w:docDefaults/w:rPrDefault/w:rPr/w:lang"):
        document.styles["Normal"].element.get_or_add_rPr().append(OxmlElement("w:lang", attrs={qn("w:val"): language}))
    settings = document.settings.element
    known = settings.find(qn("w:themeFontLang"))
    if known is None:
        known = OxmlElement("w:themeFontLang")
        later = (child for child in settings if child.tag.rpartition("}")[2] in _AFTER_LANGUAGE)
        first = next(later, None)
        settings.append(known) if first is None else first.addprevious(known)
    known.set(qn("w:val"), language)


def _set_properties(document: Document, report: Report) -> None:
    properties, made = document.core_properties, datetime.combine(report.made, datetime.min.time(), UTC)
    author = next((value for name, value in report.masthead if name == "Author"), "")
    for name, text in {"title": report.title, "subject": report.subtitle, "author": author}.items():
        setattr(properties, name, shortened(one_line(text), _MOST_IN_PROPERTIES))
    properties.last_modified_by, properties.comments = properties.author, "Made with Prioritiser."
    properties.keywords, properties.category, properties.revision = "", "", 1
    properties.created = properties.modified = made
    properties.language = report.language


def _saved(document: Document, made: date) -> bytes:
    """Write the file with the date of the report, so that one report is always the same bytes."""
    written, content = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as given, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as final:
        for name in given.namelist():
            member = zipfile.ZipInfo(name, (max(made.year, 1980), made.month, made.day, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            final.writestr(member, given.read(name))
    return content.getvalue()
