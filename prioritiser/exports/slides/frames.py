"""The deck: adds slides with titles that differ, headings, footers and notes, and becomes a file."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from pptx.slide import Slide

from prioritiser.charts.theme import QUIET
from prioritiser.exports.common.plain_text import is_right_to_left, one_line
from prioritiser.exports.slides import master
from prioritiser.exports.slides.frame import Box, write
from prioritiser.exports.slides.text import LINE_HEIGHT, POINT_SIZES, SMALLEST, cut, fit, line_count
from prioritiser.report.document import Report

_MOST_OF_PROPERTY = 255
_FIRST_ZIP_YEAR = 1980
_TITLE_SIZES = (28, 26, 24, 22, 20)
_LANGUAGE = "en-GB"
_MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class Deck:
    """A presentation that is being written for a report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._presentation = master.new_presentation()
        self._titles: set[str] = set()
        self._made = datetime.combine(report.made, time())
        properties = self._presentation.core_properties
        author = dict(report.masthead).get("Author", "")
        properties.title, properties.author = _property(report.title), _property(author)
        properties.subject, properties.last_modified_by = _property(report.subtitle), _property(author)
        properties.keywords = properties.comments = ""
        properties.language, properties.revision = _LANGUAGE, 1
        properties.created = properties.modified = self._made

    def add_cover(self) -> Slide:
        """Add the first slide: title, scenario, masthead and whether its figures are illustrative."""
        report = self._report
        slide: Slide = self._presentation.slides.add_slide(master.layout_called(self._presentation, master.COVER))
        self._write_title(slide, report.title, master.COVER_TITLE, (40, 36, 32, 28, 24))
        _fill(slide, master.POINTS_INDEX, [report.subtitle], master.COVER_SUBTITLE, (24, 22, 20, 18, 16, 14))
        pairs = [f"{name}: {value}" for name, value in report.masthead if value]
        lines = [*pairs, *([report.flag] if report.flag else [])]
        _fill(slide, master.KICKER_INDEX, lines, master.COVER_MASTHEAD, (18, 16, 14, SMALLEST), 0.2)
        if report.flag:
            slide.placeholders[master.KICKER_INDEX].text_frame.paragraphs[-1].runs[0].font.bold = True
        return slide

    def add_slide(self, title: str, heading: str, layout: str = master.BARE) -> Slide:
        """Add a slide with a title that no other slide has, and a short heading over it."""
        slide: Slide = self._presentation.slides.add_slide(master.layout_called(self._presentation, layout))
        self._write_title(slide, title, master.TITLE, _TITLE_SIZES)
        _fill(slide, master.KICKER_INDEX, [heading], master.KICKER, (14,))
        return slide

    def file(self) -> bytes:
        """Finish the slides and return the file: British English throughout, and the same bytes for the same slides."""
        for number, slide in enumerate(self._presentation.slides, start=1):
            self._add_footer(slide, number)  # last, as it is read after all else
        for part in self._presentation.part.package.iter_parts():
            if (element := getattr(part, "_element", None)) is not None:
                _mark_language(element)
        content, whole = io.BytesIO(), io.BytesIO()
        self._presentation.save(content)
        date_time = max(self._made, datetime(_FIRST_ZIP_YEAR, 1, 1)).timetuple()[:6]
        with zipfile.ZipFile(content) as written, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as fixed:
            for name in written.namelist():
                entry = zipfile.ZipInfo(name, date_time)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                fixed.writestr(entry, written.read(name))
        return whole.getvalue()

    def _write_title(self, slide: Slide, text: str, box: Box, sizes: Sequence[float]) -> None:
        fitted = fit([text or "Untitled"], box.points, sizes, bold=True)
        title, size, count = fitted.texts[0], fitted.size, 1
        while title in self._titles:
            count += 1
            again = fit([f"{text} ({count})"], box.points, sizes, bold=True)
            title, size = again.texts[0], again.size
            if not again.is_whole:
                title = _numbered(fitted.texts[0], count, box.points, size)
        self._titles.add(title)
        shape: Any = slide.shapes.title
        write(shape.text_frame, [title], size)

    def _add_footer(self, slide: Slide, number: int) -> None:
        words = " · ".join(text for text in (self._report.flag, self._report.title) if text)
        shown = cut(one_line(words), master.COVER_FOOTER.points[0], SMALLEST)
        shapes: Any = slide.shapes._spTree
        first = max(shape.shape_id for shape in slide.shapes) + 1
        footer = master.footer_shape(first, "Footer", "ftr", master.FOOTER_INDEX, master.empty_paragraph())
        shapes.append(footer)
        shapes.append(
            master.footer_shape(
                first + 1, "Slide number", "sldNum", master.NUMBER_INDEX, master.number_paragraph(str(number))
            )
        )
        frame = next(shape for shape in slide.placeholders if shape.shape_id == first).text_frame
        write(frame, [shown], SMALLEST, QUIET)


def write_points(slide: Slide, points: Sequence[str], box: Box) -> None:
    """Write points into the place that the layout has for them, as large as they fit."""
    narrower = Box(box.left, box.top, box.width - master.INDENT, box.height)
    sizes = POINT_SIZES if box.width > 6 else POINT_SIZES[2:]
    _fill(slide, master.POINTS_INDEX, points, narrower, sizes, master.GAP)


def write_notes(slide: Slide, paragraphs: Sequence[str]) -> None:
    """Write what the speaker says beside a slide; nothing where there is nothing to say."""
    texts = [one_line(text) for text in paragraphs if text]
    frame = slide.notes_slide.notes_text_frame if texts else None
    if frame is not None:
        frame.text = "\n".join(texts)


def _fill(slide: Slide, index: int, texts: Sequence[str], box: Box, sizes: Sequence[float], gap: float = 0.0) -> None:
    shape: Any = slide.placeholders[index]
    if not any(texts):
        shape._element.getparent().remove(shape._element)
        return
    fitted = fit([text for text in texts if text], box.points, sizes, gap=gap)
    write(shape.text_frame, fitted.texts, fitted.size)


def _numbered(title: str, count: int, room: tuple[float, float], size: float) -> str:
    """Drop so many words at the end of a title that its number has room."""
    width, height = room
    lines, words = int(height / (size * LINE_HEIGHT)), title.removesuffix("…").split(" ")
    while len(words) > 1 and line_count(f"{' '.join(words)}… ({count})", width, size, bold=True) > lines:
        words.pop()
    kept = " ".join(words).rstrip(" ,;:")
    if len(words) == 1:
        kept = cut(kept, width, size, max(1, lines - 1), bold=True).removesuffix("…")
    return f"{kept}… ({count})"


def _mark_language(element: Any) -> None:
    for run in element.iter(f"{_MAIN}r", f"{_MAIN}fld"):
        if run.find(f"{_MAIN}rPr") is None:
            run.insert(0, run.makeelement(f"{_MAIN}rPr"))
    for properties in element.iter(f"{_MAIN}rPr", f"{_MAIN}endParaRPr", f"{_MAIN}defRPr"):
        properties.set("lang", _LANGUAGE)
    for paragraph in element.iter(f"{_MAIN}p"):
        text = "".join(paragraph.itertext(f"{_MAIN}t"))
        if is_right_to_left(text):
            _mark_direction(paragraph)


def _mark_direction(paragraph: Any) -> None:
    properties = paragraph.find(f"{_MAIN}pPr")
    if properties is None:
        properties = paragraph.makeelement(f"{_MAIN}pPr")
        paragraph.insert(0, properties)
    properties.set("rtl", "1")
    if properties.get("algn") is None:
        properties.set("algn", "r")


def _property(text: str) -> str:
    return one_line(text)[:_MOST_OF_PROPERTY]
