"""The Word paper: what it holds, that it can be read by everyone, that nothing in it is live, and templates that people bring."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from lxml import etree

from prioritiser.errors import PrioritiserError, TemplateError
from prioritiser.exports.word.document import PROVENANCE_HEADING, house_template, paper_docx
from prioritiser.report.document import Bullets, Figure, Length, Paragraph, Quantity, Report, Section, Table
from tests.sample_reports import EVERY, HOSTILE, hostile_report, small_figures, small_report

TABLES_PER_PAPER = 10  # one a section of the sample, and where the figures come from
FIGURES = len(small_figures())


@pytest.fixture(scope="module")
def small() -> bytes:
    return paper_docx(small_report())


@pytest.fixture(scope="module")
def hostile() -> bytes:
    return paper_docx(hostile_report())


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def changed(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    files = parts(content)
    assert old in files[name]
    return packed(files | {name: files[name].replace(old, new)})


def text_of(element: etree._Element) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def lines(document: Document, *styles: str) -> list[str]:
    """Texts of the paragraphs of some styles anywhere in the body, also in the frame of the contents."""
    ids = {style.style_id for style in document.styles if style.name in styles}
    return [
        text_of(line)
        for line in document.element.body.iter(qn("w:p"))
        if line.pPr is not None and line.pPr.pStyle is not None and line.pPr.pStyle.val in ids
    ]


def wide_table(columns: int = 9) -> Table:
    names = ("Goal", *(f"Level at the end of {year}" for year in range(2026, 2025 + columns)))
    level = Quantity(1000.5, "1,000.5\u00a0per thousand people")
    return Table(
        "wide", "Levels by year", names, (("Falls", *[level] * (columns - 1)),) * 30, (3, *[1] * (columns - 1))
    )


def only(*blocks: Table | Paragraph | Bullets | Figure) -> Report:
    return replace(small_report(), sections=(Section("one", "One", "It is so.", blocks, EVERY),))


def test_paper_says_all_in_order_when_full(small: bytes) -> None:
    report, document = small_report(), opened(small)
    assert lines(document, "Title") == ["Five-year plan"]
    assert lines(document, "Subtitle") == ["Example ICS (illustrative)"]
    assert lines(document, "Paper Masthead") == ["Meeting:Board in public", "Paper number:07", "Author:A. Author"]
    assert lines(document, "Paper Flag") == ["Illustrative: no real system is described."]
    assert lines(document, "Paper Lead") == [report.headline]
    assert lines(document, "Paper Recommendation") == ["The board is asked to approve the portfolio."]
    assert lines(document, "Paper Proof") == ["Proved best for these weights"]
    headings = [section.heading for section in report.sections]
    assert lines(document, "Heading 1") == ["Recommendation", *headings, PROVENANCE_HEADING]
    assert lines(document, "toc 1") == [*headings, PROVENANCE_HEADING]
    assert lines(document, "Paper Finding") == [section.finding for section in report.sections]
    assert lines(document, "List Bullet") == ["Nothing is certain."] * FIGURES
    assert lines(document, "Paper Equation") == ["L(g,t) = baseline + trend · t + gains − losses"]
    captions = lines(document, "Caption")
    assert captions[:2] == [
        "Figure 1: Long-term goals get 47 % of the way",
        "Table 1: What is started, when, and what it uses",
    ]
    assert len(captions) == FIGURES + TABLES_PER_PAPER


def test_table_holds_each_cell_with_numbers_at_the_right(small: bytes) -> None:
    table = opened(small).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Initiative", "Start", "Lead", "Largest use of revenue"],
        ["Virtual wards", "2026/27", "Acute trust", "£0.00m"],
        ["Community hubs", "2027/28", "Acute trust", "£1.25m"],
        ["Estates", "2028/29", "Acute trust", "£2.50m"],
    ]
    sides = [[cell.find(f".//{qn('w:jc')}") for cell in row._tr.tc_lst] for row in table.rows]
    assert all([side is not None for side in row] == [False, False, False, True] for row in sides)


def test_provenance_is_the_last_table(small: bytes) -> None:
    rows = [[cell.text for cell in row.cells] for row in opened(small).tables[-1].rows]
    assert rows == [["What", "Which"], ["Scenario hash", "0" * 64], ["Made by", "Prioritiser 0.1.0"]]


def test_short_paper_shows_the_short_blocks_without_contents() -> None:
    document = opened(paper_docx(small_report(Length.SHORT)))
    assert lines(document, "toc 1", "TOC Heading", "List Bullet") == []
    assert lines(document, "Normal").count("In short.") == FIGURES
    assert len(document.inline_shapes) == 0
    assert len(document.tables) == TABLES_PER_PAPER - 1, "what it was made from is a paragraph, for want of room"
    assert any("Scenario hash: " + "0" * 64 in line.text for line in document.paragraphs)
    assert document.styles["Normal"].font.size < opened(house_template()).styles["Title"].font.size


def test_empty_parts_leave_no_empty_lines_but_the_last() -> None:
    bare = replace(
        small_report(), subtitle="", flag="", masthead=(), proof="", recommendation=(), provenance=(), sections=()
    )
    document = opened(paper_docx(bare))
    assert [line.text for line in document.paragraphs] == ["Five-year plan", bare.headline]


@pytest.mark.parametrize("which", ["small", "hostile"])
def test_paper_can_be_read_by_everyone(which: str, request: pytest.FixtureRequest) -> None:
    document = opened(request.getfixturevalue(which))
    body = document.element.body
    levels = [int(style[-1]) for style in (line.style.name for line in document.paragraphs) if style[:8] == "Heading "]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    pictures = list(body.iter(qn("wp:docPr")))
    assert [(picture.get("descr"), picture.get("title")) for picture in pictures] == [
        (figure.alt, figure.title) for figure in small_figures()
    ]
    assert len({picture.get("id") for picture in pictures}) == FIGURES
    for table in document.tables:
        heads = [row.find(f"./{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table._tbl.tr_lst]
        assert heads == [True, *[False] * (len(heads) - 1)]
        assert all(row.find(f"./{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in table._tbl.tr_lst)
        assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"
    assert {language.get(qn("w:val")) for language in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert document.settings.element.find(qn("w:themeFontLang")).get(qn("w:val")) == "en-GB"
    assert document.core_properties.language == "en-GB"


def test_list_is_a_real_list(small: bytes) -> None:
    document = opened(small)
    for name, kind in {"List Bullet": "bullet", "Paper Recommendation": "decimal"}.items():
        number = document.styles[name].element.pPr.numPr.numId.val
        lists = document.part.numbering_part.element
        abstract = lists.xpath(f"./w:num[@w:numId='{number}']/w:abstractNumId/@w:val")[0]
        levels = lists.xpath(f"./w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='0']")
        assert levels[0].find(qn("w:numFmt")).get(qn("w:val")) == kind


def test_recommendation_is_numbered_only_when_there_is_more_than_one(small: bytes, hostile: bytes) -> None:
    def numbers(content: bytes) -> list[str]:
        asked = (line for line in opened(content).paragraphs if line.style.name == "Paper Recommendation")
        return ["no" if line._p.pPr.numPr is not None and line._p.pPr.numPr.numId.val == 0 else "yes" for line in asked]

    assert numbers(small) == ["no"]
    assert numbers(hostile) == ["yes"] * (1 + len(HOSTILE))


def test_headings_captions_and_findings_keep_with_what_follows(small: bytes) -> None:
    document = opened(small)
    for name in ("Heading 1", "Heading 2", "Caption", "Paper Finding", "TOC Heading"):
        assert document.styles[name].paragraph_format.keep_with_next is True
    assert document.styles["Normal"].paragraph_format.widow_control is True


def test_what_stands_between_a_heading_and_its_figure_or_table_keeps_with_it() -> None:
    words = (Paragraph("One."), Paragraph("Two."))
    shown = (small_figures()[0], Table("levels", "Levels", ("Goal", "Level"), (("Falls", "5"),), (1, 1)))
    for block in shown:
        document = opened(paper_docx(only(*words, block, Paragraph("After."))))
        kept = {line.text: line.paragraph_format.keep_with_next for line in document.paragraphs if line.text}
        assert kept["One."] is kept["Two."] is True and kept["After."] is None
    for blocks in (words, (*words, Bullets(("Three.",)), shown[1])):
        document = opened(paper_docx(only(*blocks)))
        assert not any(line.paragraph_format.keep_with_next for line in document.paragraphs if line.text == "One.")


def test_words_stand_on_the_turned_page_with_their_heading_and_table() -> None:
    body = list(opened(paper_docx(only(Paragraph("One."), wide_table()))).element.body)
    breaks = [place for place, child in enumerate(body) if child.find(f"./{qn('w:pPr')}/{qn('w:sectPr')}") is not None]
    heading, words = (next(n for n, child in enumerate(body) if text_of(child) == said) for said in ("One", "One."))
    assert len(breaks) == 2 and breaks[0] < heading < words < breaks[1]


def test_pages_are_upright_a4_with_title_flag_and_page_count(small: bytes) -> None:
    document = opened(small)
    assert len(document.sections) == 1
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert text_of(section.header._element) == "Five-year plan – Illustrative"
    assert text_of(section.first_page_header._element) == ""
    for footer in (section.footer, section.first_page_footer):
        assert text_of(footer._element) == "Page 1 of 1"
        assert [node.text.strip() for node in footer._element.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_header_has_no_dash_when_there_is_no_flag() -> None:
    document = opened(paper_docx(replace(small_report(Length.SHORT), flag="")))
    assert text_of(document.sections[0].header._element) == "Five-year plan"


def test_tables_and_pictures_fit_the_page(hostile: bytes) -> None:
    document = opened(hostile)
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert sum(widths) * 635 == pytest.approx(room, abs=1000)
        assert min(widths) > 600
        assert table._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
    for picture in document.inline_shapes:
        assert picture.width <= room + 635
        assert picture.height < 0.8 * section.page_height


def test_wide_table_stands_on_a_turned_page_and_what_follows_does_not() -> None:
    document = opened(paper_docx(only(Paragraph("Before."), wide_table(), Paragraph("After."))))
    turned = [section.page_width > section.page_height for section in document.sections]
    assert turned == [False, True, False]
    widths = [int(column.get(qn("w:w"))) for column in document.tables[0]._tbl.tblGrid]
    assert sum(widths) * 635 == pytest.approx(Cm(29.7 - 4), abs=5000)
    assert text_of(document.sections[1].header._element).startswith("Five-year plan")
    assert not document.sections[1].different_first_page_header_footer


def test_heading_stands_on_the_turned_page_when_a_wide_table_comes_first() -> None:
    document = opened(paper_docx(only(wide_table())))
    blocks = [child.tag.rpartition("}")[2] for child in document.element.body]
    heading = next(line for line in document.paragraphs if line.text == "One" and line.style.name == "Heading 1")
    breaks = [
        place
        for place, child in enumerate(document.element.body)
        if child.find(f"./{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    ]
    place = list(document.element.body).index(heading._p)
    assert len(breaks) == 2
    assert breaks[0] < place < blocks.index("tbl") < breaks[1]


def test_wide_table_of_short_words_stays_upright() -> None:
    small_numbers = Table("w", "Few", tuple("abcdefgh"), (("1", *[Quantity(1, "1")] * 7),), (1,) * 8)
    assert len(opened(paper_docx(only(small_numbers))).sections) == 1


def test_figure_of_many_lines_is_split_so_that_each_fits_a_page() -> None:
    gantt = small_figures()[1]
    rows = gantt.rows.loc[gantt.rows.index.repeat(30)].reset_index(drop=True)
    rows["initiative"] = [f"{name} {number}" for number, name in enumerate(rows["initiative"])]
    document = opened(paper_docx(only(replace(gantt, rows=rows))))
    assert len(document.inline_shapes) > 2
    assert all(14.4 < picture.width.cm < 17.01 for picture in document.inline_shapes)


def test_contents_are_a_field_with_the_headings_in_it(small: bytes) -> None:
    document = opened(small)
    frame = next(document.element.body.iter(qn("w:sdt")))
    assert [mark.get(qn("w:fldCharType")) for mark in frame.iter(qn("w:fldChar"))] == ["begin", "separate", "end"]
    assert next(frame.iter(qn("w:instrText"))).text.split()[0] == "TOC"
    assert document.settings.element.find(qn("w:updateFields")) is None


def test_nothing_in_the_paper_is_live(hostile: bytes) -> None:
    for name, content in parts(hostile).items():
        assert name.endswith((".xml", ".rels", ".png"))
        if name.endswith(".rels"):
            assert b"TargetMode" not in content
            assert b"hyperlink" not in content
        if name.endswith(".xml"):
            root = etree.fromstring(content)
            assert not list(root.iter(qn("w:hyperlink"), qn("w:fldSimple"), qn("w:object"), qn("w:altChunk")))
            codes = {node.text.split()[0] for node in root.iter(qn("w:instrText"))}
            assert codes <= {"TOC", "PAGE", "NUMPAGES"}
            assert not set("\x07\u202e") & set(content.decode("utf-8"))


def test_hostile_names_are_there_letter_by_letter(hostile: bytes) -> None:
    document = opened(hostile)
    kept = [*HOSTILE[:-1], "bell flipped"]
    assert lines(document, "List Bullet")[1:12] == kept
    assert [row.cells[0].text for row in document.tables[0].rows][1:] == kept
    assert document.core_properties.title == HOSTILE[0]
    assert document.core_properties.author == "bell flipped"


def test_right_to_left_text_is_marked(hostile: bytes) -> None:
    line = next(
        line for line in opened(hostile).paragraphs if line.text == HOSTILE[7] and line.style.name == "List Bullet"
    )
    assert line._p.pPr.find(qn("w:bidi")) is not None
    assert [run.font.rtl for run in line.runs] == [True]


def test_line_ends_in_a_paragraph_become_breaks_and_in_a_heading_blanks() -> None:
    report = only(Paragraph("one\ntwo"))
    report = replace(report, title="Plan\nof five\ryears")
    document = opened(paper_docx(report))
    assert lines(document, "Title") == ["Plan of five years"]
    assert [line.text for line in document.paragraphs if line.text.startswith("one")] == ["one\ntwo"]


def test_same_report_gives_the_same_bytes(small: bytes) -> None:
    assert paper_docx(small_report()) == small
    with zipfile.ZipFile(io.BytesIO(small)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2026, 11, 25, 0, 0, 0)}
    properties = opened(small).core_properties
    assert properties.created == properties.modified == datetime(2026, 11, 25, tzinfo=UTC)
    assert (properties.title, properties.author) == ("Five-year plan", "A. Author")


def test_three_hundred_initiatives_make_one_table() -> None:
    names = tuple(f"Initiative {number}" for number in range(300))
    rows = tuple((name, Quantity(1, "1")) for name in names)
    table = opened(paper_docx(only(Table("t", "All", ("Name", "Number"), rows, (3, 1))))).tables[0]
    assert len(table._tbl.tr_lst) == 301


# templates


def own_template() -> Document:
    """A template as a trust might have it: its own look, header and text, and no styles of ours."""
    document = docx.Document()
    document.styles["Heading 1"].font.name = "Georgia"
    document.sections[0].header.paragraphs[0].text = "Our trust, {title}"
    document.add_paragraph("Text of the template")
    return document


def saved(document: Document) -> bytes:
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def test_own_template_keeps_its_page_header_and_styles_and_gets_ours_where_it_lacks_them() -> None:
    template = own_template()
    template.sections[0].left_margin = Cm(4)
    content = paper_docx(small_report(), saved(template))
    document = opened(content)
    assert document.styles["Heading 1"].font.name == "Georgia"
    assert document.sections[0].left_margin == pytest.approx(Cm(4), abs=700)
    assert text_of(document.sections[0].header._element) == "Our trust, Five-year plan"
    assert "Text of the template" not in [line.text for line in document.paragraphs]
    house = {style.name for style in opened(house_template()).styles}
    assert house <= {style.name for style in document.styles}
    ids = [style.style_id for style in document.styles]
    assert len(ids) == len(set(ids))
    assert {language.get(qn("w:val")) for language in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert lines(document, "Paper Finding") == [section.finding for section in small_report().sections]
    room = document.sections[0].page_width - document.sections[0].left_margin - document.sections[0].right_margin
    assert all(picture.width <= room + 635 for picture in document.inline_shapes)
    captions = [line for line in document.paragraphs if line.style.name == "Caption"]
    assert document.styles["Caption"].paragraph_format.keep_with_next is None
    assert all(line.paragraph_format.keep_with_next for line in captions)
    assert "docProps/thumbnail.jpeg" not in parts(content)


def test_lists_of_ours_are_added_to_a_template_with_lists_of_its_own() -> None:
    document = opened(paper_docx(small_report(), saved(own_template())))
    number = document.styles["Paper Recommendation"].element.pPr.numPr.numId.val
    lists = document.part.numbering_part.element
    abstract = lists.xpath(f"./w:num[@w:numId='{number}']/w:abstractNumId/@w:val")[0]
    assert lists.xpath(f"./w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl/w:numFmt/@w:val") == ["decimal"]
    kinds = [child.tag.rpartition("}")[2] for child in lists]
    assert kinds == sorted(kinds)  # abstractNum stands before num


def test_template_without_header_and_footer_gets_ours() -> None:
    document = opened(paper_docx(small_report(), saved(docx.Document())))
    assert text_of(document.sections[0].header._element).startswith("Five-year plan – Illustrative")
    assert text_of(document.sections[0].footer._element) == "Page 1 of 1"


def test_house_template_given_back_changed_is_used() -> None:
    template = opened(house_template())
    template.styles["Paper Lead"].font.name = "Georgia"
    run = template.sections[0].header.paragraphs[0]
    run.text = "Paper: {ti"
    run.add_run("tle} (").bold = True
    run.add_run("{flag})")
    document = opened(paper_docx(small_report(), saved(template)))
    assert document.styles["Paper Lead"].font.name == "Georgia"
    header = text_of(document.sections[0].header._element)
    assert header == "Paper: Five-year plan (Illustrative)"


def test_names_in_braces_in_a_title_stay_text() -> None:
    document = opened(paper_docx(replace(small_report(Length.SHORT), title="{flag} {title}")))
    assert text_of(document.sections[0].header._element) == "{flag} {title} – Illustrative"


def test_template_with_sections_keeps_the_header_of_the_nearest_before() -> None:
    template = own_template()
    template.add_section()
    assert text_of(opened(paper_docx(small_report(), saved(template))).sections[0].header._element).startswith(
        "Our trust"
    )


def test_dotx_is_a_template_too() -> None:
    old, new = b"wordprocessingml.document.main+xml", b"wordprocessingml.template.main+xml"
    dotx = changed(house_template(), "[Content_Types].xml", old, new)
    assert paper_docx(small_report(), dotx) == paper_docx(small_report(), house_template())


def test_attached_template_is_left_out() -> None:
    files = parts(house_template())
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    files["word/_rels/settings.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="%s" Target="file:///server/board.dotm" TargetMode="External"/></Relationships>'
        % kind.encode()
    )
    files["word/settings.xml"] = files["word/settings.xml"].replace(
        b"<w:defaultTabStop", b'<w:attachedTemplate r:id="rId1"/><w:defaultTabStop'
    )
    written = parts(paper_docx(small_report(), packed(files)))
    assert not any(b"board.dotm" in content for content in written.values())
    assert b"attachedTemplate" not in written["word/settings.xml"]


def with_relation(kind: str) -> bytes:
    files = parts(house_template())
    added = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        f'{kind}" Target="http://192.0.2.1/x" TargetMode="External"/></Relationships>'
    )
    name = "word/_rels/header1.xml.rels"
    start = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return packed(files | {name: start + added.encode()})


def test_web_address_in_the_header_of_a_template_may_stay() -> None:
    assert b"192.0.2.1" in parts(paper_docx(small_report(), with_relation("hyperlink")))["word/_rels/header1.xml.rels"]


def with_code(code: bytes) -> bytes:
    return changed(house_template(), "word/footer1.xml", b" NUMPAGES ", code)


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (lambda: b"", "it is empty"),
        (lambda: b"%PDF-1.7", "it is not a zip file, or damaged"),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "it has a password or is in the old .doc format"),
        (lambda: packed({"a.txt": b"text"}), "it is not a whole Word document"),
        (lambda: packed(parts(house_template()) | {"word/document.xml": b"<w:doc"}), "it is not a whole Word document"),
        (lambda: changed(house_template(), "word/document.xml", b"w:body", b"w:bodi"), "it is not a whole Word document"),
        (
            lambda: changed(
                house_template(),
                "[Content_Types].xml",
                b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                b"application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
            "it is of a kind that carries macros (.docm or .dotm)",
        ),
        (lambda: packed(parts(house_template()) | {"word/vbaProject.bin": b"x"}), "it holds macros (word/vbaProject.bin)"),
        (lambda: packed(parts(house_template()) | {"word/activeX/a.xml": b"x"}), "it holds ActiveX controls"),
        (lambda: packed(parts(house_template()) | {"word/embeddings/a.bin": b"x"}), "it holds embedded objects"),
        (lambda: with_relation("image"), "it links to a file elsewhere (http://192.0.2.1/x)"),
        (lambda: with_code(b' INCLUDETEXT "c:/x" '), "it has a field that fetches or runs something (INCLUDETEXT)"),
        (lambda: with_code(b" ddeauto excel "), "it has a field that fetches or runs something (DDEAUTO)"),
        (
            lambda: changed(house_template(), "word/document.xml", b'w:left="1134"', b'w:left="11000"'),
            "it leaves too little of the page between its margins",
        ),
        (
            lambda: packed({"[Content_Types].xml": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"}),
            "it is an Excel workbook",
        ),
    ],
)  # fmt: skip
def test_template_is_refused_with_what_came_and_what_was_expected(content: object, came: str) -> None:
    assert callable(content)
    with pytest.raises(TemplateError) as caught:
        paper_docx(small_report(), content())
    assert isinstance(caught.value, PrioritiserError)
    assert str(caught.value).startswith(f"The Word template cannot be used: {came}")
    assert str(caught.value).endswith(".docx or .dotx file without macros and without a password.")


def test_house_template_is_always_the_same_and_guides_who_opens_it() -> None:
    house_template.cache_clear()
    first = house_template()
    house_template.cache_clear()
    assert house_template() == first
    assert any("Keep the names of the styles" in line.text for line in opened(first).paragraphs)
