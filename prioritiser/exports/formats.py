"""The board pack: one decision in each format, and which formats there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

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
    """One format: what it is called, its media type, and how it is written. is_paper: it goes into the zip."""

    name: str
    mime: str
    write: Callable[[Pack], bytes]
    is_paper: bool = True


def _docx(pack: Pack) -> bytes:
    from prioritiser.exports.word.document import paper_docx  # noqa: PLC0415 - each writer loads when it first writes

    return paper_docx(pack.report(_paper_length(pack)), pack.template)


def _pptx(pack: Pack) -> bytes:
    from prioritiser.exports.slides.deck import slides_pptx  # noqa: PLC0415

    return slides_pptx(pack.report(Length.SLIDES))


def _pdf(pack: Pack) -> bytes:
    from prioritiser.exports.pdf.paper import paper_pdf  # noqa: PLC0415

    return paper_pdf(pack.report(_paper_length(pack)))


def _xlsx(pack: Pack) -> bytes:
    from prioritiser.exports.excel.pack import pack_xlsx  # noqa: PLC0415

    return pack_xlsx(pack.report(Length.FULL), pack.known.portfolio)


def _html(pack: Pack) -> bytes:
    from prioritiser.exports.html.paper import paper_html  # noqa: PLC0415

    return paper_html(pack.report(_paper_length(pack)))


def _csv(pack: Pack) -> bytes:
    from prioritiser.exports.common.csv import plan_csv  # noqa: PLC0415

    return plan_csv(pack.known.portfolio)


def _zip(pack: Pack) -> bytes:
    from prioritiser.exports.zip.pack import pack_zip  # noqa: PLC0415

    files = {f"board-pack{ending}": kind.write(pack) for ending, kind in FORMATS.items() if kind.is_paper}
    return pack_zip(files, pack.report(Length.FULL), pack.known.portfolio)


def _paper_length(pack: Pack) -> Length:
    """A paper that was asked for as slides is written in full everywhere else."""
    return Length.FULL if pack.paper.length is Length.SLIDES else pack.paper.length


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Mapping[str, Format] = {
    ".docx": Format("Word paper", f"{_OFFICE}.wordprocessingml.document", _docx),
    ".pptx": Format("PowerPoint slides", f"{_OFFICE}.presentationml.presentation", _pptx),
    ".pdf": Format("PDF paper", "application/pdf", _pdf),
    ".xlsx": Format("Excel workbook", f"{_OFFICE}.spreadsheetml.sheet", _xlsx),
    ".html": Format("Web page", "text/html", _html),
    ".csv": Format("The plan as CSV", "text/csv", _csv, is_paper=False),
    ".zip": Format("Everything as a zip", "application/zip", _zip, is_paper=False),
}


def write_pack(ending: str, pack: Pack) -> bytes:
    """Write a pack in the format of an ending such as .docx; raises KeyError for one that there is not."""
    return FORMATS[ending].write(pack)
