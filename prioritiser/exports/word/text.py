"""Words into a Word document: paragraphs in a named style, text that stays text, pages that turn."""

from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from prioritiser.exports.common.plain_text import by_direction, is_right_to_left, legal
from prioritiser.exports.word.template import style_ids

_AFTER_BIDI = tuple(
    f"w:{name}"
    for name in "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc "
    "textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange".split()
)
_GAP = Pt(8)
_KEPT = ("Heading 1", "TOC Heading", "Caption", "Paper Finding")  # with what follows, whatever a template says
_FROM_LEFT = ("Paper Recommendation", "Paper Lead", "Paper Flag")  # their rule at the left stays where it is


class Pages:
    """A document that is written from top to bottom, and turned where a table needs the width.

    style: the id of each style by its name in lower case. unturned: the width of the text on a page as the template has
    it, widest: on the wider of that and a turned page; in twentieths of a point.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.style = style_ids(document)
        section = document.sections[-1]
        self.unturned = self._across(section.page_width)
        self.widest = self._across(max(section.page_width or 0, section.page_height or 0))
        self._turned = False
        self._after_table = False

    @property
    def width(self) -> int:
        """Width of the text, in twentieths of a point."""
        return self._across(self.document.sections[-1].page_width)

    @property
    def height(self) -> int:
        """Height of the text, in twentieths of a point."""
        section = self.document.sections[-1]
        return _twentieths(section.page_height) - _twentieths(section.top_margin) - _twentieths(section.bottom_margin)

    def paragraph(self, style: str, text: str = "", *, bold: bool = False) -> Paragraph:
        """Add a paragraph. style: a name that the house template has."""
        paragraph = self.document.add_paragraph()
        paragraph._p.style = self.style[style.casefold()]
        if self._after_table and style in ("Normal", "List Bullet", "Paper Equation"):
            paragraph.paragraph_format.space_before = _GAP
        if style in _KEPT:
            paragraph.paragraph_format.keep_with_next = True
        self._after_table = False
        put_text(paragraph, text, bold=bold, from_left=style in _FROM_LEFT)
        return paragraph

    def table(self, element: Any) -> None:
        """Add a table that is made; what follows keeps its distance."""
        self.document.element.body.sectPr.addprevious(element)
        self._after_table = True

    def turn(self, landscape: bool) -> None:
        """Go on, on a new page, across or upright; nothing happens where the page already is."""
        if landscape is self._turned:
            return
        body = self.document.element.body
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.page_width, section.page_height = section.page_height, section.page_width
        across = (section.page_width or 0) > (section.page_height or 0)
        section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
        for tag in ("w:titlePg", "w:pgNumType"):
            for element in list(body.sectPr.iter(qn(tag))):
                body.sectPr.remove(element)
        self._end_in_text()
        self._turned, self._after_table = landscape, False

    def close(self) -> None:
        """End: a document may not end with a table."""
        if self._after_table:
            self.paragraph("Paper Break")

    def _across(self, page_width: int | None) -> int:
        section = self.document.sections[-1]
        margins = (section.left_margin, section.right_margin, section.gutter)
        return _twentieths(page_width) - sum(_twentieths(margin) for margin in margins)

    def _end_in_text(self) -> None:
        """Let a section end in its last text rather than in a blank line, which could fall on a page of its own."""
        ending = self.document.element.body.sectPr.getprevious()
        before = ending.getprevious()
        if before is not None and before.tag == qn("w:p") and not before.xpath("./w:pPr/w:sectPr"):
            before.get_or_add_pPr().append(ending.pPr.find(qn("w:sectPr")))
            ending.getparent().remove(ending)
        else:
            ending.style = self.style["paper break"]


def put_text(paragraph: Paragraph, text: str, *, bold: bool = False, from_left: bool = False) -> None:
    """Write text into a paragraph as nothing but text, letters that run from right to left marked as such.

    from_left: the paragraph itself stays at the left whatever its first letter is.
    """
    written = legal(text)
    if is_right_to_left(written) and not from_left:
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)
    for piece, right_to_left in by_direction(written):
        run = paragraph.add_run(piece)
        if bold:
            run.font.bold = run.font.cs_bold = True
        if right_to_left:
            run.font.rtl = True


def put_field(paragraph: Paragraph, parts: tuple[str, ...], code: str = "") -> None:
    """Write parts of a field: begin, code, separate, end."""
    for part in parts:
        run = paragraph.add_run()
        if part == "code":
            element = OxmlElement("w:instrText", attrs={qn("xml:space"): "preserve"})
            element.text = f" {code} "
        else:
            element = OxmlElement("w:fldChar", attrs={qn("w:fldCharType"): part})
        run._r.append(element)


def _twentieths(length: int | None) -> int:
    return round((length or 0) / 635)  # English metric units
