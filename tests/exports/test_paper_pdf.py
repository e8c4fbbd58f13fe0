"""The paper as PDF, opened with pypdf: tagged as PDF/UA-1 asks, nothing in it live, nothing left out."""

from __future__ import annotations

import dataclasses
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest
from pypdf import PdfReader

from prioritiser import Portfolio, optimise, read_scenario
from prioritiser.exports.common.long_words import MAY_BREAK, breakable
from prioritiser.exports.common.page_figures import TALLEST, figures_for_pages, leading_blocks
from prioritiser.exports.common.pictures import figure_size
from prioritiser.exports.pdf.paper import paper_pdf
from prioritiser.report.build import build_report
from prioritiser.report.document import (
    Figure,
    FigureKind,
    Length,
    Paper,
    Paragraph,
    Quantity,
    Report,
    Section,
    Table,
)
from prioritiser.report.known import Known
from tests.depth import thorough
from tests.places import ROOT
from tests.sample_reports import EVERY, HOSTILE, YEARS, hostile_report, small_figures, small_report, table

REPORTS = {
    "small": small_report(),
    "short": small_report(Length.SHORT),
    "hostile": hostile_report(),
}


@cache
def pdf_of(name: str) -> PdfReader:
    return read(REPORTS[name])


def read(report: Report) -> PdfReader:
    return PdfReader(io.BytesIO(paper_pdf(report)), strict=True)


def catalog(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


@cache
def pages(reader: PdfReader) -> list[str]:
    return [page.extract_text().replace(MAY_BREAK, "").replace("\u00a0", " ") for page in reader.pages]


def flat(reader: PdfReader) -> str:
    return "".join("".join(pages(reader)).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def tags(reader: PdfReader) -> list[Any]:
    """Elements of the structure, in the order of reading."""

    def below(node: Any) -> Iterator[Any]:
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            part = child.get_object()
            if isinstance(part, dict) and "/S" in part:
                yield part
                yield from below(part)

    return list(below(catalog(reader)["/StructTreeRoot"]))


def things(reader: PdfReader) -> list[Any]:
    """Every dictionary and stream of the file."""
    found = (reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1))
    return [thing for thing in found if isinstance(thing, dict)]


def one_section(*blocks: Any) -> Report:
    section = Section("one", "One question", "Its answer.", blocks, EVERY)
    return dataclasses.replace(small_report(), sections=(section,))


@pytest.mark.parametrize("name", REPORTS)
def test_file_says_that_it_is_accessible_when_opened(name: str) -> None:
    reader, report = pdf_of(name), REPORTS[name]
    root = catalog(reader)
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.metadata is not None
    assert reader.metadata.title == report.title
    assert reader.metadata.author == {"hostile": "bell flipped"}.get(name, "A. Author")
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == report.made


@pytest.mark.parametrize("name", REPORTS)
def test_every_font_is_in_the_file_when_opened(name: str) -> None:
    reader = pdf_of(name)
    fonts = [thing for thing in things(reader) if thing.get("/Type") == "/FontDescriptor"]
    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert any("LiberationSans" in font["/FontName"] for font in fonts)


def test_structure_has_every_part_when_the_paper_is_whole() -> None:
    found = tags(pdf_of("small"))
    kinds = Counter(tag["/S"] for tag in found)
    sections = REPORTS["small"].sections
    assert [tag["/Alt"] for tag in found if tag["/S"] == "/Figure"] == [figure.alt for figure in small_figures()]
    # the recommendation, the contents, each section and where the figures come from
    assert kinds["/H1"] == len(sections) + 3
    assert kinds["/Table"] == len(small_figures()) + 1
    assert kinds["/THead"] == kinds["/Table"]
    assert kinds["/TH"] == 4 * len(small_figures()) + 2
    assert kinds["/L"] >= len(small_figures())
    assert kinds["/Caption"] == 2 * len(small_figures()) + 1


def test_everything_is_said_when_the_paper_is_whole() -> None:
    report, text = REPORTS["small"], flat(pdf_of("small"))
    said = [report.title, report.subtitle, report.flag, report.headline, report.proof, *report.recommendation]
    said += [words for pair in (*report.masthead, *report.provenance) for words in pair]
    for section in report.sections:
        said += [section.heading, section.finding]
    said += (
        [str(cell) for row in table().rows for cell in row] + list(table().columns) + [table().caption, table().note]
    )
    said += ["Contents", "L(g,t) = baseline + trend · t + gains − losses", "Where these figures come from"]
    assert [words for words in said if squeezed(words) not in text] == []


def test_pages_are_numbered_when_there_are_several() -> None:
    texts = pages(pdf_of("small"))
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
        assert REPORTS["small"].flag in text


def test_no_heading_stands_last_on_its_page() -> None:
    headings = {section.heading for section in REPORTS["small"].sections} | {"Where these figures come from"}
    for name in ("small", "hostile"):
        for text in pages(pdf_of(name)):
            lines = [line for line in text.splitlines() if line.strip()]
            footer = lines.index(REPORTS[name].flag, 1) if REPORTS[name].flag in lines[1:] else len(lines)
            assert lines[footer - 1] not in headings


def test_short_paper_is_without_contents() -> None:
    reader = pdf_of("short")
    assert "Contents" not in flat(reader)
    assert "In short." in "".join(pages(reader))
    assert len(reader.pages) <= 3


def test_nothing_is_live_when_names_are_hostile() -> None:
    reader = pdf_of("hostile")
    root = catalog(reader)
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}))
    links = [part.get_object() for page in reader.pages for part in page.get("/Annots", [])]
    # the contents lead to pages of this paper, nothing leads out of it
    assert links
    assert all(link["/Subtype"] == "/Link" and ("/Dest" in link or link["/A"]["/S"] == "/GoTo") for link in links)


def test_names_are_shown_as_they_are_when_hostile() -> None:
    text = flat(pdf_of("hostile"))
    for name in HOSTILE[:7]:
        assert squeezed(name) in text.replace("-\u00ad", "")
    assert "x" * 300 in text
    assert "bellflipped" in text


def hostile_figures() -> list[Figure]:
    """Figures whose rows hold each hostile name."""
    named = []
    for figure in small_figures():
        column = next((key for key in ("initiative", "goal", "resource", "step", "name") if key in figure.rows), "")
        if column and figure.kind is not FigureKind.TIERS:
            rows = pd.concat([figure.rows.assign(**{column: name}) for name in HOSTILE], ignore_index=True)
            named.append(dataclasses.replace(figure, rows=rows))
    return named


# A plain run draws one with lines of its own for the names, and one with names beside points.
DRAWN_OFTEN = {FigureKind.GANTT, FigureKind.TRIANGLE}
EACH_HOSTILE = [figure if figure.kind in DRAWN_OFTEN else thorough(figure) for figure in hostile_figures()]


@pytest.mark.parametrize("figure", EACH_HOSTILE, ids=lambda figure: figure.kind.value)
def test_picture_is_there_when_its_names_are_hostile(figure: Figure) -> None:
    reader = read(one_section(figure))
    alts = [tag["/Alt"] for tag in tags(reader) if tag["/S"] == "/Figure"]
    assert alts == [part.alt for part in figures_for_pages(figure)]
    # as pixels, since some of the names are in scripts that a picture cannot hold as text
    assert any(thing.get("/Subtype") == "/Image" for thing in things(reader))


def test_letters_that_no_font_has_are_named_when_replaced() -> None:
    nowhere = "\U0010fffd"  # private, and the last of all: no font has it
    report = one_section(Paragraph(f"Ward {nowhere} of مستشفى and Ŵyŷ"))
    text = "".join(pages(read(report)))
    assert "Ward □ of" in text
    assert "□ stands for letters that no font here can show: U+10FFFD." in text
    assert "stands for letters" not in "".join(pages(pdf_of("small")))


def test_no_letter_of_joined_emoji_goes_without_a_word() -> None:
    text = "".join(pages(read(one_section(Paragraph("Staff \U0001f469\U0001f3fd\u200d\u2695\ufe0f here")))))
    assert "\U0001f469" in text or "woman" in text


def test_file_is_the_same_when_written_twice() -> None:
    assert paper_pdf(REPORTS["small"]) == paper_pdf(REPORTS["small"])


def test_page_is_turned_with_its_heading_when_a_table_is_wide() -> None:
    names = tuple(f"Measurements {number}" for number in range(10))
    rows = tuple((f"Goal {row}", *(Quantity(row, f"{row}.5") for _ in names[1:])) for row in range(3))
    reader = read(one_section(Table("wide", "Wide", names, rows, (4, *([1] * 9)))))
    turned = [page for page in reader.pages if page.mediabox.width > page.mediabox.height]
    assert len(turned) == 1
    text = squeezed(turned[0].extract_text())
    assert all(squeezed(words) in text for words in ("One question", "Its answer.", *names, "2.5"))


def test_headings_of_a_table_come_again_when_it_goes_on_overleaf() -> None:
    names = tuple(f"Initiative number {number} with a fairly long name" for number in range(300))
    texts = pages(read(one_section(table(names))))
    carrying = [text for text in texts if "Initiative number" in text]
    assert len(carrying) > 5
    assert all("Largestuseofrevenue" in squeezed(text) for text in carrying)
    assert [name for name in names if squeezed(name) not in squeezed("".join(texts))] == []


def test_figures_keep_to_a_page_when_there_are_many_rows() -> None:
    rows = [(f"Initiative {n}", "Trust", YEARS[n % 3], n % 3, 2, 1.0) for n in range(300)]
    columns = ["initiative", "lead", "start", "first", "last", "share"]
    figure = Figure(FigureKind.GANTT, "Many", "Starts.", pd.DataFrame(rows, columns=columns), {"years": list(YEARS)})
    parts = figures_for_pages(figure)
    assert sum(len(part.rows) for part in parts) == len(rows)
    assert all(figure_size(part)[1] <= TALLEST for part in parts)
    short = small_figures()[0]
    (same,) = figures_for_pages(short)
    assert same is short


def test_row_goes_on_overleaf_when_it_is_longer_than_a_page() -> None:
    words = " ".join(f"word{number}" for number in range(2500))
    shown = Table("long", "Long", ("Name", "Why"), (("A", words),), (1, 3))
    text = flat(read(one_section(shown)))
    assert [word for word in words.split() if word not in text] == []


@pytest.mark.parametrize("word", ["x" * 300, "e\u0301" * 40, "\U0001f469\U0001f3fd\u200d\u2695\ufe0f" * 10])
def test_long_words_may_break_but_never_inside_a_letter(word: str) -> None:
    pieces = breakable(f"short {word}", 20).removeprefix("short ").split(MAY_BREAK)
    assert "".join(pieces) == word
    assert len(pieces) > 5
    assert not any(piece[0] in "\u0301\u200d\ufe0f\U0001f3fd" or piece[-1] == "\u200d" for piece in pieces)


def feet(reader: PdfReader) -> list[str]:
    """The last words of each page above its foot, without blanks."""
    found = []
    for page in pages(reader):
        lines = [line for line in page.splitlines() if line.strip()]
        foot = next(n for n in range(len(lines) - 1, -1, -1) if re.search(r"Page \d+ of \d+", lines[n]))
        found.append(squeezed("".join(lines[:foot])))
    return found


def leads(report: Report) -> list[str]:
    """Words that lead to something: headings, findings, titles of figures and captions, without blanks."""
    sections = [words for section in report.sections for words in (section.heading, section.finding) if words]
    shown = [section.blocks_for(report.length) for section in report.sections]
    between = [block.text for blocks in shown for block in blocks[: leading_blocks(blocks)]]
    titles = [block.title for blocks in shown for block in blocks if isinstance(block, Figure)]
    captions = [block.caption for blocks in shown for block in blocks if isinstance(block, Table)]
    return [squeezed(words) for words in (*sections, *between, *titles, *captions)]


@pytest.mark.parametrize("scenario", ["quickstart", thorough("example-ics")])
@pytest.mark.parametrize("length", [Length.SHORT, Length.FULL])
def test_no_page_ends_with_what_leads_to_the_next(scenario: str, length: Length) -> None:
    report = board_report(scenario, length)
    ends = [(foot[-60:], words) for foot in feet(read(report)) for words in leads(report) if foot.endswith(words)]
    assert ends == []


@cache
def portfolio_of(scenario: str) -> Portfolio:
    return optimise(read_scenario(ROOT / "scenarios" / scenario), gap=0.02)


def board_report(scenario: str, length: Length) -> Report:
    return build_report(Known(portfolio_of(scenario)), Paper(length=length), date(2026, 11, 27))


@pytest.mark.parametrize("lines", [16, *map(thorough, range(19, 40, 3))])
def test_heading_stands_with_its_figure_when_a_paragraph_lies_between(lines: int) -> None:
    first = Section("first", "First question", "Its answer.", (Paragraph("\n".join(["A line."] * lines)),), EVERY)
    figure = small_figures()[0]
    blocks = (Paragraph("What leads to it."), figure, Paragraph("What follows."))
    report = dataclasses.replace(small_report(), sections=(first, Section("next", "Next", "So it is.", blocks, EVERY)))
    holding = [page for page in pages(read(report)) if squeezed(f"Figure 1: {figure.title}") in squeezed(page)]
    assert len(holding) == 1 and "Next" in holding[0] and "What leads to it." in holding[0]
