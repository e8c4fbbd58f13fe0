"""The Board pack page without a browser: words kept with their decision, what is missing, hostile text, a bad template."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser.report.document import Paper
from prioritiser.ui import session
from prioritiser.ui.storage.memory import Memory, Owner
from prioritiser.ui.storage.memory_file import MemoryFile
from tests.page_scenarios import write_nasty
from tests.test_page import QUICKSTART, text_of


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("prioritiser.ui.components.confidence_work.SAMPLES", 20)
    yield
    session.works().close()
    session.works.clear()  # type: ignore[attr-defined]
    session.answers().close()
    session.answers.clear()  # type: ignore[attr-defined]


def script() -> None:
    """Show the page as the app does, without the pages beside it."""
    from prioritiser.ui import session  # noqa: PLC0415 - a script of its own
    from prioritiser.ui.pages.board_pack import page as board_pack  # noqa: PLC0415

    moment = session.open_moment("Board pack")
    board_pack.show_page(moment.scenario, moment.view)


def open_pack(monkeypatch: pytest.MonkeyPatch, scenario: Path, **link: str) -> AppTest:
    monkeypatch.setenv(session.SCENARIO_VARIABLE, str(scenario))
    page = AppTest.from_function(script, default_timeout=60)
    for name, value in link.items():
        page.query_params[name] = value
    return settle(page)


def settle(page: AppTest) -> AppTest:
    """Run until nothing is being worked out."""
    page.run()
    until = time.monotonic() + 60
    while any((button.key or "").startswith("cancel_") for button in page.button) or not page.text_input:
        assert time.monotonic() < until, "nothing came of it"
        time.sleep(0.2)
        page.run()
    assert not page.exception
    return page


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
