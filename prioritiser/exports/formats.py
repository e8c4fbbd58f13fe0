"""The board pack: one decision in each format, and which formats there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from prioritiser.exports.common.csv import plan_csv
from prioritiser.exports.excel.pack import pack_xlsx
from prioritiser.exports.html.paper import paper_html
from prioritiser.exports.pdf.paper import paper_pdf
from prioritiser.exports.slides.deck import slides_pptx
from prioritiser.exports.word.document import paper_docx
from prioritiser.exports.zip.pack import pack_zip
from prioritiser.report.build import build_report
from prioritiser.report.document import Length, Paper, Report
from prioritiser.report.known import Known


@dataclass(frozen=True)
class Pack:
    """What a file is written from: what is known, how its paper reads, its date, and a Word template, if any."""

    known: Known
    paper: Paper
    made: date
    template: bytes | None = None

    def report(self, length: Length | None = None) -> Report:
        """Put the report together, by default in the length of the paper."""
        return build_report(self.known, replace(self.paper, length=length or self.paper.length), self.made)


@dataclass(frozen=True)
class Format:
    """One format: what it is called, its media type, and how it is written."""

    name: str
    mime: str
    write: Callable[[Pack], bytes]


def _everything(pack: Pack) -> bytes:
    files = {f"board-pack{ending}": kind.write(pack) for ending, kind in FORMATS.items() if ending not in _APART}
    return pack_zip(files, pack.report(Length.FULL), pack.known.portfolio)


def _paper_length(pack: Pack) -> Length:
    """A paper that was asked for as slides is written in full everywhere else."""
    return Length.FULL if pack.paper.length is Length.SLIDES else pack.paper.length


_APART = {".csv", ".zip"}
_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Mapping[str, Format] = {
    ".docx": Format(
        "Word paper",
        f"{_OFFICE}.wordprocessingml.document",
        lambda pack: paper_docx(pack.report(_paper_length(pack)), pack.template),
    ),
    ".pptx": Format(
        "PowerPoint slides",
        f"{_OFFICE}.presentationml.presentation",
        lambda pack: slides_pptx(pack.report(Length.SLIDES)),
    ),
    ".pdf": Format("PDF paper", "application/pdf", lambda pack: paper_pdf(pack.report(_paper_length(pack)))),
    ".xlsx": Format(
        "Excel workbook",
        f"{_OFFICE}.spreadsheetml.sheet",
        lambda pack: pack_xlsx(pack.report(Length.FULL), pack.known.portfolio),
    ),
    ".html": Format("Web page", "text/html", lambda pack: paper_html(pack.report(_paper_length(pack)))),
    ".csv": Format("The plan as CSV", "text/csv", lambda pack: plan_csv(pack.known.portfolio)),
    ".zip": Format("Everything as a zip", "application/zip", _everything),
}


def write_pack(ending: str, pack: Pack) -> bytes:
    """Write a pack in the format of an ending such as .docx; raises KeyError for one that there is not."""
    return FORMATS[ending].write(pack)
