"""The Board pack page with a workshop: offered to who facilitates it once it is closed, and shown in the paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritiser.store.database import open_database
from prioritiser.store.location import database_url
from prioritiser.workshop.records import Move
from prioritiser.workshop.store import WorkshopStore
from tests.pages import is_working, opened, page_alone, settled, text_of
from tests.report.rooms import held, two_sides

pytestmark = pytest.mark.usefixtures("fresh_workers")
CHOICE = "pack_workshop"


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prioritiser.ui.components.confidence_work.SAMPLES", 20)


@pytest.fixture
def store(memory_of_its_own: Path) -> Iterator[WorkshopStore]:
    """A store on the database of the page."""
    found = WorkshopStore(open_database(database_url()))
    yield found
    found.database.close()


def open_pack(monkeypatch: pytest.MonkeyPatch, rooms: tuple[str, ...] = ()) -> AppTest:
    page = opened(monkeypatch, page_alone("Board pack"))
    page.session_state["my_rooms"] = rooms  # as the Workshop page leaves it
    return settled(page, lambda page: is_working(page) or not page.text_input)


def choices(page: AppTest) -> list[str]:
    return [option for one in page.selectbox if one.key == CHOICE for option in one.options]


def test_finished_workshop_is_in_the_paper_when_it_is_chosen(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    workshop = held(store, two_sides("<b>Theatres</b> first."))
    page = open_pack(monkeypatch, (workshop.workshop_id, "gone"))
    assert choices(page) == ["None", f"Spring room, {workshop.code}"]
    assert "What the room says" not in text_of(page)
    page.selectbox(key=CHOICE).set_value(workshop.workshop_id)
    settled(page)
    text = text_of(page)
    assert "Agreement is 44" in text and "Fairest gain" in text
    assert "&lt;b&gt;Theatres&lt;/b&gt; first." in text and "<b>Theatres" not in text


def test_workshop_is_not_offered_when_open_or_of_somebody_else(
    monkeypatch: pytest.MonkeyPatch, store: WorkshopStore
) -> None:
    workshop = held(store, two_sides())
    assert choices(open_pack(monkeypatch)) == []
    store.move(workshop.workshop_id, Move("open"))
    assert choices(open_pack(monkeypatch, (workshop.workshop_id,))) == []


def test_page_goes_on_and_says_why_when_no_workshop_can_be_read(
    monkeypatch: pytest.MonkeyPatch, memory_of_its_own: Path
) -> None:
    monkeypatch.setenv("PRIORITISER_DATABASE", "sqlite:////nowhere/rooms.sqlite")
    page = open_pack(monkeypatch)
    assert "No workshop can be put into the paper just now." in text_of(page)
    assert "How it looks:" in text_of(page)
