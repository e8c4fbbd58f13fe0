"""The Board pack page without a browser: words kept with their decision, what is missing, hostile text, a bad template."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser.report.document import Paper
from prioritiser.ui.storage.memory import Memory, Owner
from prioritiser.ui.storage.memory_file import MemoryFile
from tests.page_scenarios import write_nasty
from tests.pages import QUICKSTART, is_working, opened, page_alone, settled, text_of


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
