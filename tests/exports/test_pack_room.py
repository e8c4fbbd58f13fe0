"""A workshop in every format of the board pack: the same words in each, and nothing of what people wrote comes alive."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation

from prioritiser.cli import run
from prioritiser.exports.formats import Pack, write_pack
from prioritiser.report.document import Length, Paper
from prioritiser.report.known import Known
from prioritiser.store.database import open_database
from prioritiser.workshop.records import Move
from prioritiser.workshop.store import WorkshopStore
from tests.exports.test_packs import WORDS, text_of
from tests.places import QUICKSTART
from tests.report.rooms import LONG_TERM, NATIONAL, Said, held, known_with, two_sides
from tests.sample_reports import HOSTILE

MADE = date(2026, 11, 25)


@cache
def known(folder: Path) -> Known:
    return known_with(folder, two_sides())


@pytest.fixture(scope="module")
def plain_room(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return known(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def hostile_room(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """Roles, a title and comments that would like to be markup, formulas or pictures."""
    room = [Said(HOSTILE[1], NATIONAL, (), text, True) for text in HOSTILE[:9]]
    room += [Said(HOSTILE[2], LONG_TERM) for _ in range(9)]
    return known_with(tmp_path_factory.mktemp("hostile"), room, title=HOSTILE[3])


@pytest.mark.parametrize("ending", WORDS)
def test_every_paper_shows_the_room_when_a_workshop_is_given(plain_room: Known, ending: str) -> None:
    text = text_of(ending, write_pack(ending, Pack(plain_room, Paper(dissent="The mayor: not yet."), MADE)))
    for said in (
        "10 people weighed the tiers in 1 round. Agreement is 44 %.",
        "Everybody can live with 3 initiatives; there is nothing to argue about.",
        "Least regret",
        "Fairest gain",
        "By the recommended portfolio the group Trust loses most: 66.7 % of its gain, on average.",
        "“Theatres first.”",
        "The mayor: not yet.",
        "Bray and Curtis 1957",
    ):
        assert said in text or (ending == ".pptx" and "Bray" in said), said
    assert "Not for the paper" not in text


def test_workbook_has_the_tables_of_the_room_when_a_workshop_is_given(plain_room: Known) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_pack(".xlsx", Pack(plain_room, Paper(), MADE))))
    names = " ".join(book.sheetnames)
    for name in ("weights of the room", "fair portfolios", "can live with", "without support", "voices"):
        assert name in names


def test_zip_has_the_tables_of_the_room_as_csv_when_a_workshop_is_given(plain_room: Known) -> None:
    with zipfile.ZipFile(io.BytesIO(write_pack(".zip", Pack(plain_room, Paper(), MADE)))) as archive:
        names = [name for name in archive.namelist() if name.startswith("tables/")]
        readme = archive.read("README.txt").decode()
    for name in ("weights-of-the-room", "fair-portfolios", "can-live-with", "voices"):
        assert any(name in one for one in names) and name in readme


def test_pictures_of_the_room_have_words_for_those_who_do_not_see_them(plain_room: Known) -> None:
    document = Document(io.BytesIO(write_pack(".docx", Pack(plain_room, Paper(), MADE))))
    told = [one.get("descr") or "" for one in document.element.body.iter(qn("wp:docPr"))]
    assert any(one.startswith("The spread of the weights of each tier") for one in told)
    assert any(one.startswith("How regret spreads in the room by each portfolio") for one in told)
    slides = Presentation(io.BytesIO(write_pack(".pptx", Pack(plain_room, Paper(), MADE)))).slides
    pictures = [shape for slide in slides for shape in slide.shapes if shape.name == "Picture"]
    assert pictures and all(shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures)


@pytest.mark.parametrize("length", (Length.FULL, Length.SHORT))
@pytest.mark.parametrize("ending", (".docx", ".pptx", ".pdf", ".html", ".xlsx", ".zip"))
def test_nothing_that_people_wrote_comes_alive(hostile_room: Known, ending: str, length: Length) -> None:
    content = write_pack(ending, Pack(hostile_room, Paper(length=length), MADE))
    if ending == ".html":
        page = content.decode()
        assert "<img src=https" not in page and "<script>alert" not in page and 'href="https://example.org"' not in page
    elif ending == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    elif ending == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rooms = [name for name in archive.namelist() if "room" in name or "voices" in name]
            lines = [line for name in rooms for line in archive.read(name).decode("utf-8-sig").splitlines()]
        assert rooms and not [line for line in lines if line.startswith(("=", "@", '"=', '"@'))]
    elif ending in WORDS and length is Length.FULL and ending != ".pptx":
        assert "“**bold** #heading $math$ _x_ `code`”" in text_of(ending, content)


def test_command_writes_what_a_workshop_means_when_its_code_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    database = open_database(url)
    store = WorkshopStore(database)
    workshop = held(store, two_sides())
    pack = tmp_path / "pack.html"
    command = ["export", str(QUICKSTART), "--quick", "--database", url, "--output", str(pack), "--workshop"]
    assert run([*command, workshop.code.lower()]) == 0
    assert "Agreement is 44" in pack.read_text(encoding="utf-8")
    store.move(workshop.workshop_id, Move("open"))
    assert run([*command, workshop.code]) == 2
    assert f"The workshop {workshop.code} is still open." in capsys.readouterr().err
    assert run([*command, "AAAAAA"]) == 2
    assert '"AAAAAA" is the code of no workshop in ' in capsys.readouterr().err
    database.close()
    nowhere = f"sqlite:///{tmp_path / 'nowhere.sqlite'}"
    named = ["export", str(QUICKSTART), "--quick", "--output", str(pack), "--database", nowhere]
    assert run(named) == 2
    assert "--database is where --workshop CODE is kept: name the workshop too." in capsys.readouterr().err
    assert run([*named, "--workshop", workshop.code]) == 1
    assert "there is no such file" in capsys.readouterr().err
    assert not (tmp_path / "nowhere.sqlite").exists()


def test_plain_answer_is_the_same_with_and_without_a_workshop(plain_room: Known) -> None:
    with zipfile.ZipFile(io.BytesIO(write_pack(".zip", Pack(plain_room, Paper(), MADE)))) as archive:
        assert json.loads(archive.read("answer.json")) == plain_room.portfolio.as_json()
