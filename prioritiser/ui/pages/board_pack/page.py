"""Board pack: the portfolio in force as papers that can be used as they are, with the words that people add."""

from dataclasses import replace
from datetime import date
from functools import partial

import streamlit as st

from prioritiser.errors import PrioritiserError
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.exports.formats import FORMATS, Pack, write_pack
from prioritiser.report.build import build_title, recommendation
from prioritiser.report.document import Block, Bullets, Equation, Figure, Length, Paper, Paragraph, Report, Table
from prioritiser.report.headings import HEADINGS
from prioritiser.report.known import Known
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import counted
from prioritiser.ui import session
from prioritiser.ui.components.answer_line import show_answer
from prioritiser.ui.components.confidence_work import NAME as STRESS
from prioritiser.ui.components.confidence_work import ask_stress
from prioritiser.ui.components.markup import Column, Part, element, table
from prioritiser.ui.components.progress import show_work
from prioritiser.ui.components.toolbar import link_for_others
from prioritiser.ui.components.ways_out import show_ways_out
from prioritiser.ui.components.widgets import file_stem, message, show, show_download
from prioritiser.ui.pages.board_pack.pack_work import NAME, ask_rest, preview
from prioritiser.ui.pages.board_pack.room import show_choice, with_meaning
from prioritiser.ui.pages.settings_panel import show_run
from prioritiser.ui.storage.links import View

QUESTION = "What goes to the board, and in which words?"
_LENGTHS = {Length.FULL: "Full paper", Length.SHORT: "Two pages"}
_PAGES_AT_FIRST = 2
_TEMPLATE, _ALL_PAGES = "pack_template", "pack_all_pages"
_LONGEST_LINE, _LONGEST_TEXT = 400, 8000


def show_page(scenario: Scenario, view: View) -> None:
    """Show the words to fill in, the files to take away and how the paper looks."""
    progress = show_answer(scenario, view)
    portfolio = progress.portfolio
    if portfolio is None:
        show_ways_out(scenario, view.settings, progress.failure)
        show_run()
        return
    if not progress.over:
        show(element("p", "The board pack appears here as soon as the portfolio is known.", class_="quiet"))
        show_run()
        return
    decision = session.paper_key(scenario, view.settings)
    paper = session.paper(decision)
    with st.container(key="board_pack"):
        words, looks = st.columns([40, 60], gap="large")
        with words:
            _show_words(decision, paper, portfolio)
            workshop = show_choice(scenario)
        with looks:
            head = st.container(key="pack_files")
            known = _show_work(scenario, portfolio)
            known, told = (known, "") if workshop is None else with_meaning(scenario, known, workshop)
            template = _taken_template()
            pack = Pack(replace(known, link=link_for_others()), paper, date.today(), template)
            with head:
                _show_files(pack, scenario)
            _show_preview(pack, f"{decision} {told}")
    show_run()


def _show_words(decision: str, paper: Paper, portfolio: Portfolio) -> None:
    """Show what people write themselves; each is kept as soon as it is left."""
    show(element("h2", "The words that are yours"))
    kept = "They are kept with these settings." if session.is_kept_beyond() else "They last until you close the page."
    show(element("p", f"{kept} What is blank is filled in from the figures.", class_="lead"))
    _line(decision, "title", "Title", paper.title, build_title(portfolio.outcome.scenario))
    left, right = st.columns(2)
    with left:
        _line(decision, "paper_number", "Paper number", paper.paper_number)
        _line(decision, "meeting", "Meeting", paper.meeting)
    with right:
        _line(decision, "author", "Author", paper.author)
        _line(decision, "meeting_date", "Date of the meeting", paper.meeting_date)
    proposed = "\n".join(recommendation(Known(portfolio), Paper()))
    _text(decision, "recommendation", "What the board is asked, a line each", paper.recommendation, proposed)
    nobody = "Such as: The acute trust's medical director: theatre lists should come first."
    _text(decision, "dissent", "Who did not agree, and why, a line each", paper.dissent, nobody)
    length = paper.length if paper.length in _LENGTHS else Length.FULL
    key = session.put_words(decision, "length", length, Length)
    st.segmented_control(
        "Length",
        list(_LENGTHS),
        format_func=lambda length: _LENGTHS[length],
        key=key,
        required=True,
        **session.fallback(key, default=length),
    )
    left_out = [name for name in paper.left_out if name in HEADINGS]
    key = session.put_words(decision, "left_out", left_out, tuple)
    st.multiselect(
        "Sections to leave out",
        list(HEADINGS),
        format_func=HEADINGS.__getitem__,
        key=key,
        placeholder="None",
        **session.fallback(key, default=left_out),
    )


def _line(decision: str, field: str, label: str, value: str, otherwise: str = "") -> None:
    key = session.put_words(decision, field, value)
    st.text_input(label, key=key, max_chars=_LONGEST_LINE, placeholder=otherwise, **session.fallback(key, value=value))


def _text(decision: str, field: str, label: str, value: str, otherwise: str) -> None:
    key = session.put_words(decision, field, value)
    st.text_area(label, key=key, max_chars=_LONGEST_TEXT, placeholder=otherwise, **session.fallback(key, value=value))


def _show_work(scenario: Scenario, portfolio: Portfolio) -> Known:
    """Show how far the work behind a full paper is; returns what is known by now."""
    with st.container(key="pack_work"):
        work = ask_stress(scenario, portfolio, weights_fixed=False)
        tried = show_work(STRESS, work, "trying samples for what is safe")
        stress = tried.result if tried.result is not None and tried.result.sampled.with_plan else None
        if stress is None or not tried.over:
            return Known(portfolio, stress)
        rest = show_work(NAME, ask_rest(scenario, portfolio, stress), "working out closest calls and prices")
        return rest.result or Known(portfolio, stress)


def _show_files(pack: Pack, scenario: Scenario) -> None:
    """Show a button a format; a file is written when its button is pressed."""
    show(element("h2", "Take it away"))
    if not pack.known.explained:
        said = "What is still being worked out below is missing from a file that is taken now, which says so."
        show(element("p", said, class_="lead"))
    name = file_stem(scenario.title, "portfolio", 50)
    with st.container(key="pack_buttons", horizontal=True):
        for ending, kind in FORMATS.items():
            write = partial(write_pack, ending, pack)
            show_download(kind.name, write, f"board-pack-{name}{ending}", f"pack_file_{ending[1:]}")
    with st.expander("Use your own Word template"):
        show(element("p", "Its styles, header and footer are used. Take ours away, change it and bring it back."))
        show_download("Word template", _house, "house.docx", "pack_house")
        given = st.file_uploader("Your template", type=["docx", "dotx"], key=_TEMPLATE, max_upload_size=10)
        if given is not None:
            _show_template(given.getvalue())


def _house() -> bytes:
    from prioritiser.exports.word.house import house_template  # noqa: PLC0415 - loads at the first press

    return house_template()


def _show_template(content: bytes) -> None:
    from prioritiser.exports.word.template import open_template  # noqa: PLC0415 - loads with the first template

    try:
        open_template(content)
    except PrioritiserError as error:
        show(message("problem", "This template cannot be used; ours is.", [str(error)]))
        session.note(_TEMPLATE, None)
    else:
        session.note(_TEMPLATE, content)
        show(element("p", "The Word paper uses your template.", role="status"))


def _taken_template() -> bytes | None:
    content: bytes | None = session.noted(_TEMPLATE)
    return content


def _show_preview(pack: Pack, decision: str) -> None:
    """Show the pages of the PDF as pictures, and what they say as text."""
    report, pages = preview(pack, decision)
    show(element("h2", f"How it looks: {counted(len(pages), 'page')} of A4"))
    shown = pages if session.noted(_ALL_PAGES) else pages[:_PAGES_AT_FIRST]
    with st.container(key="pack_preview"):
        for number, page in enumerate(shown, start=1):
            alt = f"Page {number} of {len(pages)} of the paper; its text is below"
            st.image(page, width="stretch", alt=alt)
    if len(pages) > len(shown):
        st.button(f"Show all {len(pages)} pages", key="pack_more", on_click=session.note, args=(_ALL_PAGES, True))
    with st.expander("Read it as text"):
        show(*_as_text(report))


def _as_text(report: Report) -> list[Part]:
    """Say what the paper says, whole: its headline, what is asked, and each section with its tables."""
    parts: list[Part] = [
        element("h3", report.title),
        element("p", element("strong", report.headline), f" {report.proof}."),
        element("ol", *(element("li", line) for line in report.recommendation)),
    ]
    for section in report.sections:
        parts += [element("h3", section.heading), element("p", section.finding)]
        parts += [_block(block) for block in section.blocks_for(report.length)]
    return parts


def _block(block: Block) -> Part:
    """Write one block of a paper as text; a figure as its words."""
    match block:
        case Paragraph():
            return element("p", block.text)
        case Bullets():
            return element("ul", *(element("li", item) for item in block.items))
        case Table():
            columns = [Column(name) for name in block.columns]
            return table(block.caption, columns, [[str(cell) for cell in row] for row in block.rows])
        case Figure():
            return element("p", element("strong", f"{block.title}. "), block.alt)
        case Equation():
            return element("p", f"{block.words}: {block.text}")
