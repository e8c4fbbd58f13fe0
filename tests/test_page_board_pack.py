"""The Board pack page without a browser: words kept with their decision, what is missing, hostile text, a bad template."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser.report.document import Paper
from prioritiser.ui.session import SCENARIO_VARIABLE
from prioritiser.ui.storage.memory import Memory, Owner
from prioritiser.ui.storage.memory_file import MEMORY_VARIABLE, MemoryFile
from tests.page_scenarios import write_nasty
from tests.pages import QUICKSTART, is_working, opened, page_alone, settled, text_of

ROOT = Path(__file__).parent.parent
WRITERS = {"docx", "pptx", "typst", "vl_convert", "xlsxwriter"}
# In a process of its own: those of other tests have written papers. The preview is what draws pages of a PDF.
OPEN_EVERY_PAGE = """
import sys
from prioritiser.ui.components import confidence_work
from prioritiser.ui.storage import visitors
from tests.pages import is_working, settled, whole_app
confidence_work.SAMPLES, visitors.visitor_now = 20, lambda: None
for address in ("", "trade-offs", "why", "capacity", "confidence", "compare", "data"):
    assert not whole_app(address).run().exception
print("loaded", *sys.modules)
settled(whole_app("board-pack"), lambda page: is_working(page) or not page.text_input)
print("loaded", *sys.modules)
"""


@pytest.fixture(autouse=True)
def few_samples(fresh_workers: None, monkeypatch: pytest.MonkeyPatch) -> None:
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
    other = page.session_state["view"].settings.replace(weights={"national": 60.0, "local": 20.0, "long_term": 20.0})
    page.session_state["view"] = page.session_state["view"].__class__(other, page.session_state["view"].year)
    settle(page)
    assert field(page, "author").value == "A. Person"  # type: ignore[attr-defined]
    assert field(page, "title").value == "" and field(page, "dissent").value == ""  # type: ignore[attr-defined]


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


def test_pages_load_what_writes_papers_at_the_first_press() -> None:
    environment = os.environ | {SCENARIO_VARIABLE: str(QUICKSTART), MEMORY_VARIABLE: "off"}
    command = [sys.executable, "-c", OPEN_EVERY_PAGE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("loaded")]  # the solver prints its own
    before, after = (set(line.split()) for line in lines)
    assert "prioritiser.ui.pages.board_pack.page" in before
    assert before & WRITERS == set()
    assert after & WRITERS == {"typst", "vl_convert"}, "what the preview is drawn with"
