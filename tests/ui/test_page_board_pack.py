"""The Board pack page without a browser: words kept with their decision, what is missing, hostile text, a bad template."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser.exports.formats import Pack
from prioritiser.report.document import Length, Paper
from prioritiser.store.location import MEMORY_VARIABLE
from prioritiser.ui.pages.board_pack.pack_work import preview
from prioritiser.ui.session import SCENARIO_VARIABLE
from prioritiser.ui.session.moments import Words, read_words
from prioritiser.ui.storage.memory import Memory, Owner
from prioritiser.ui.storage.memory_file import MemoryFile
from tests.depth import thorough
from tests.page_scenarios import write_nasty
from tests.pages import QUICKSTART, is_working, opened, page_alone, settled, text_of, whole_app
from tests.places import ROOT

WRITERS = {"docx", "pptx", "typst", "vl_convert", "xlsxwriter"}
# In a process of its own: those of other tests have written papers. The preview is what draws pages of a PDF.
OPEN_PAGES = """
import sys
from prioritiser.ui import session
from prioritiser.ui.components import confidence_work
from prioritiser.ui.storage import visitors
from tests.pages import is_working, settled, whole_app
confidence_work.SAMPLES, visitors.visitor_now = 20, lambda: None
for address in sys.argv[1:]:
    assert not whole_app(address).run().exception
print("loaded", *sys.modules)
if "why" not in sys.argv:
    sys.exit()
for work in [*session.works()._under_way]:
    work.abandon()
settled(whole_app("board-pack"), lambda page: is_working(page) or not page.text_input)
print("loaded", *sys.modules)
"""


@pytest.fixture(autouse=True)
def few_samples(kept_answers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.ui.components.confidence_work.SAMPLES", 20)


def open_pack(monkeypatch: pytest.MonkeyPatch, scenario: Path, **link: str) -> AppTest:
    return settle(opened(monkeypatch, page_alone("Board pack"), scenario, **link))


def settle(page: AppTest) -> AppTest:
    """Run until nothing is being worked out and the words can be filled in."""
    return settled(page, lambda page: is_working(page) or not page.text_input)


def field(page: AppTest, name: str) -> object:
    inputs = [*page.text_input, *page.text_area]
    return next(one for one in inputs if (one.key or "").startswith(f"pack_{name}"))


def test_words_stand_in_the_paper_and_are_kept_with_their_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_pack(monkeypatch, QUICKSTART)
    field(page, "title").set_value("A plan for the place")  # type: ignore[attr-defined]
    field(page, "author").set_value("A. Person")  # type: ignore[attr-defined]
    field(page, "dissent").set_value("The trust: theatre lists first.")  # type: ignore[attr-defined]
    settle(page)
    assert "A plan for the place" in text_of(page) and "The trust: theatre lists first." in text_of(page)
    other = page.session_state["opened"].view.settings.replace(
        weights={"national": 60.0, "local": 20.0, "long_term": 20.0}
    )
    page.session_state["opened"].view = page.session_state["opened"].view.__class__(
        other, page.session_state["opened"].view.year
    )
    settle(page)
    assert field(page, "author").value == "A. Person"  # type: ignore[attr-defined]
    assert field(page, "title").value == "" and field(page, "dissent").value == ""  # type: ignore[attr-defined]


def open_whole(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page as the app shows it, for a visitor that the memory knows."""
    monkeypatch.setattr("prioritiser.ui.storage.visitors.visitor_now", lambda: "me")
    return settle(opened(monkeypatch, whole_app("board-pack")))


def write(page: AppTest, name: str, words: str) -> None:
    field(page, name).set_value(words)  # type: ignore[attr-defined]
    settle(page)


def press(page: AppTest, key: str) -> None:
    page.button(key=key).click()
    settle(page)


def held(page: AppTest, *names: str) -> list[object]:
    return [field(page, name).value for name in names]  # type: ignore[attr-defined]


def test_undo_takes_words_back_and_redo_brings_them_again_also_after_a_reload(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_whole(monkeypatch)
    assert page.button(key="undo").disabled
    write(page, "title", "A plan for the place")
    assert "A plan for the place" in text_of(page)
    assert page.button(key="undo").help == 'Undo: title: "A plan for the place" to blank'
    write(page, "dissent", "The trust: theatre lists first.")
    press(page, "undo")
    assert held(page, "title", "dissent") == ["A plan for the place", ""]
    assert page.button(key="redo").help == 'Redo: who did not agree: blank to "The trust: theatre lists first."'
    page = open_whole(monkeypatch)
    assert held(page, "title", "dissent") == ["A plan for the place", ""]
    press(page, "undo")
    assert held(page, "title") == [""] and "A plan for the place" not in text_of(page)
    page = open_whole(monkeypatch)
    assert held(page, "title") == [""] and page.button(key="undo").disabled
    press(page, "redo")
    press(page, "redo")
    assert held(page, "title", "dissent") == ["A plan for the place", "The trust: theatre lists first."]
    assert page.button(key="redo").disabled


@pytest.mark.thorough
def test_words_that_come_with_the_press_of_undo_are_what_it_takes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_whole(monkeypatch)
    write(page, "author", "A. Person")
    field(page, "title").set_value("Half a tit")  # type: ignore[attr-defined]
    press(page, "undo")
    assert held(page, "author", "title") == ["A. Person", ""]
    press(page, "redo")
    assert held(page, "author", "title") == ["A. Person", "Half a tit"]


@pytest.mark.parametrize(("burst_s", "back"), [(1e9, ""), thorough(-1.0, "One")])
def test_typing_in_one_field_is_one_step_until_there_is_a_pause(
    monkeypatch: pytest.MonkeyPatch, burst_s: float, back: str
) -> None:
    monkeypatch.setattr("prioritiser.ui.session.history._BURST_S", burst_s)
    page = open_whole(monkeypatch)
    write(page, "author", "A. Person")
    write(page, "title", "One")
    write(page, "title", "One more")
    press(page, "undo")
    assert held(page, "author", "title") == ["A. Person", back]


@pytest.mark.thorough
def test_words_and_settings_are_undone_in_the_order_in_which_they_were_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_whole(monkeypatch)
    write(page, "title", "For what was first")
    page.query_params["weights"] = "60,20,20"
    settle(page)
    assert held(page, "title") == [""]
    write(page, "title", "For the other")
    for title, weights in (("", "60,20,20"), ("For what was first", ""), ("", "")):
        press(page, "undo")
        assert held(page, "title") == [title]
        assert page.query_params.get("weights", "") == weights


@pytest.mark.thorough
def test_length_and_sections_are_undone_too_each_choice_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_whole(monkeypatch)
    page.get("button_group")[0].set_value(Length.SHORT)  # type: ignore[attr-defined]
    settle(page)
    assert page.button(key="undo").help == "Undo: length: short to full"
    page.multiselect[0].set_value(["goals"])
    settle(page)
    page.multiselect[0].set_value(["goals", "tiers"])
    settle(page)
    said = "sections to leave out: Targets met and missed and How far it gets us to Targets met and missed"
    assert page.button(key="undo").help == f"Undo: {said}"
    press(page, "undo")
    assert page.multiselect[0].value == ["goals"]
    press(page, "undo")
    assert page.multiselect[0].value == []
    press(page, "undo")
    assert page.button(key="undo").disabled and page.button(key="redo").help == "Redo: length: full to short"


def test_words_that_a_page_cannot_be_drawn_with_can_be_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(pack: Pack, decision: str) -> object:
        if pack.paper.title == "cannot be drawn":
            raise ArithmeticError
        return preview(pack, decision)

    monkeypatch.setattr("prioritiser.ui.pages.board_pack.page.preview", fails)
    page = open_whole(monkeypatch)
    field(page, "title").set_value("cannot be drawn")  # type: ignore[attr-defined]
    page.run()
    assert not page.text_input
    press(page, "undo_failed")
    assert held(page, "title") == [""]


def test_full_paper_holds_what_was_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of(open_pack(monkeypatch, QUICKSTART))
    for heading in ("How far it gets us", "Closest calls", "What our rules cost", "Other options"):
        assert heading in text
    assert "is missing from a file" not in text


def test_hostile_names_stay_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = open_pack(monkeypatch, write_nasty(tmp_path / "nasty"))
    assert not page.exception and "<img src=x" not in "".join(part.body for part in page.get("html"))


def test_papers_are_kept_by_visitor_and_decision(tmp_path: Path) -> None:
    memory = Memory(MemoryFile(tmp_path / "memory.sqlite"))
    mine, theirs = Owner("me", "home", "hash"), Owner("them", "home", "hash")
    assert memory.paper(mine, "one") is None
    assert memory.keep_paper(mine, "one", "first") and memory.keep_paper(mine, "two", "second")
    assert memory.paper(mine, "one") == "first" and memory.paper(mine, "two") == "second"
    assert memory.paper(mine, "three") == "second", "the one written last"
    assert memory.paper(theirs, "one") is None
    memory.close()


@pytest.mark.parametrize("given", [{}, {"length": "long"}, {**Paper().as_json(), "left_out": None}])
def test_words_that_make_no_sense_are_refused(given: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        Paper.from_json(given)


@pytest.mark.parametrize(
    "words", [Words("d", "title", "<b>ü"), Words("d", "left_out", ("goals",)), Words("d", "length", Length.SHORT)]
)
def test_words_of_a_step_are_read_as_they_were_written(words: Words) -> None:
    assert read_words(words.text) == words


@pytest.mark.parametrize(
    "text",
    ["", "{", "7", '["d","title"]', '["d","as_json",""]', '["d","length","long"]', '["d",["title"],""]', "[" * 99999],
)
def test_step_whose_words_make_no_sense_is_none(text: str) -> None:
    assert read_words(text) is None


@pytest.mark.parametrize(
    "pages", [["", "compare", "data"], thorough(["", "trade-offs", "why", "capacity", "confidence", "compare", "data"])]
)
def test_pages_load_what_writes_papers_at_the_first_press(pages: list[str]) -> None:
    environment = os.environ | {SCENARIO_VARIABLE: str(QUICKSTART), MEMORY_VARIABLE: "off"}
    command = [sys.executable, "-c", OPEN_PAGES, *pages]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("loaded")]  # the solver prints its own
    before, *after = (set(line.split()) for line in lines)
    assert "prioritiser.ui.pages.board_pack.page" in before
    assert before & WRITERS == set()
    assert [loaded & WRITERS for loaded in after] == [{"typst", "vl_convert"}][: len(after)], "the preview's"
    assert len(after) == ("why" in pages)
