"""The board pack in every format: the same figures as the JSON answer, nothing from the network, nothing half-written."""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from pptx import Presentation
from pypdf import PdfReader

from prioritiser import read_scenario
from prioritiser.cli import run
from prioritiser.exports.formats import FORMATS, Pack, write_pack
from prioritiser.files.scenario_files import read_scenario as read_any
from prioritiser.optimisation.incumbent import Budget
from prioritiser.report.document import Length, Paper
from tests.depth import THOROUGH, thorough
from tests.report.test_report import QUICKSTART, known

MADE = date(2026, 11, 25)
PAPER = Paper(title="A plan for the place", author="A. Person", dissent="The trust: theatre lists first.")
WORDS = (".docx", ".pptx", ".pdf", ".html")


@cache
def written(ending: str, length: Length = Length.FULL) -> bytes:
    return write_pack(ending, Pack(known(), Paper(**{**vars(PAPER), "length": length}), MADE))


def plain(text: str) -> str:
    """Text with single spaces, as it is compared: formats break lines where they like."""
    return re.sub(r"[\s\u200b]+", " ", text.replace("\u00ad", "-"))


@cache
def text_of(ending: str, content: bytes) -> str:
    """All text of a file, read by a library that did not write it where there is one."""
    if ending == ".docx":
        body = Document(io.BytesIO(content)).element.body
        return plain(" ".join("".join(node.itertext()) for node in body.iter() if node.tag.endswith("}p")))
    if ending == ".pptx":
        slides = Presentation(io.BytesIO(content)).slides
        frames = [shape for slide in slides for shape in slide.shapes]
        cells = [cell.text for shape in frames if shape.has_table for row in shape.table.rows for cell in row.cells]
        return plain(" ".join([*(shape.text_frame.text for shape in frames if shape.has_text_frame), *cells]))
    if ending == ".pdf":
        return plain(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", content.decode("utf-8"))))


def answer() -> dict[str, object]:
    found: dict[str, object] = json.loads(json.dumps(known().portfolio.as_json()))
    return found


@pytest.mark.parametrize("ending", WORDS)
def test_levels_of_goals_are_those_of_the_json(ending: str) -> None:
    """All figures of the quickstart's goals carry one decimal."""
    text = text_of(ending, written(ending))
    labels = {goal.goal_id: goal.label for goal in known().scenario.goals}
    for goal in answer()["goals"]:  # type: ignore[attr-defined]
        level = f"{goal['years'][-1]['level']:.1f}"
        assert re.search(rf"{re.escape(labels[goal['id']])}.*?{re.escape(level)}", text), (labels[goal["id"]], level)


@pytest.mark.parametrize("ending", WORDS)
def test_headline_words_and_dissent_stand_in_the_paper(ending: str) -> None:
    text = text_of(ending, written(ending))
    assert "A plan for the place" in text
    assert "Start 5 of 8 initiatives. By the end of 2028/29, 0 of 2 national targets are met" in text
    assert "The trust: theatre lists first." in text
    assert known().scenario.hash in text.replace(" ", "")
    assert "Illustrative" in text


@pytest.mark.parametrize("ending", [".docx", ".pdf", ".html"])
def test_chosen_initiatives_and_those_left_out_are_named(ending: str) -> None:
    text = text_of(ending, written(ending))
    for row in known().scenario.initiatives:
        assert row.label in text


def test_workbook_holds_the_same_numbers_and_the_scenario() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(".xlsx")))
    numbers = {
        round(float(cell.value), 9)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }
    for goal in answer()["goals"]:  # type: ignore[attr-defined]
        for year in goal["years"]:
            assert round(year["level"], 9) in numbers
    for resource in answer()["resources"]:  # type: ignore[attr-defined]
        assert all(round(year["used"], 9) in numbers for year in resource["years"])


@pytest.mark.parametrize("ending", [".xlsx", ".zip"])
def test_scenario_of_a_pack_opens_again_as_the_same(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"pack{ending}"
    path.write_bytes(written(ending))
    if ending == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "all")
        path = tmp_path / "all" / "scenario"
    assert read_any(path).hash == read_scenario(QUICKSTART).hash


def test_zip_holds_every_other_format_and_the_answer() -> None:
    with zipfile.ZipFile(io.BytesIO(written(".zip"))) as archive:
        names = archive.namelist()
        assert {f"board-pack{ending}" for ending in FORMATS if ending not in {".csv", ".zip"}} <= set(names)
        found = json.loads(archive.read("answer.json"))
        assert found["objective"] == known().portfolio.objective
        assert "README.txt" in names and any(name.startswith("tables/") for name in names)


@pytest.mark.thorough
def test_same_pack_gives_the_same_bytes() -> None:
    assert written(".zip") == write_pack(".zip", Pack(known(), PAPER, MADE))


def test_short_paper_has_two_pages_or_three() -> None:
    short = len(PdfReader(io.BytesIO(written(".pdf", Length.SHORT))).pages)
    assert short <= 3 < len(PdfReader(io.BytesIO(written(".pdf"))).pages)


def test_command_writes_each_format_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    endings = FORMATS if THOROUGH else (".html", ".docx")
    for ending in endings:
        output = tmp_path / f"pack{ending}"
        assert run(["export", str(QUICKSTART), "--quick", "--title", "Ours", "--output", str(output)]) == 0
        assert output.stat().st_size > 200
    assert {path.name for path in tmp_path.iterdir()} == {f"pack{ending}" for ending in endings}


def test_pack_that_was_cut_short_says_so_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("prioritiser.cli.shared.common.Asked.budget", lambda *_: Budget(deadline=0.0))
    assert run(["export", str(QUICKSTART), "--output", str(tmp_path / "pack.html")]) == 0
    assert capsys.readouterr().err == "Not all was worked out: time was up. The file says what is missing.\n"
    assert "Not worked out" in (tmp_path / "pack.html").read_text(encoding="utf-8")


def test_nothing_is_left_when_a_writer_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise OSError("the disk is full")

    monkeypatch.setattr("prioritiser.exports.pdf.paper.paper_pdf", fail)
    output = tmp_path / "pack.pdf"
    output.write_bytes(b"what was there before")
    assert run(["export", str(QUICKSTART), "--quick", "--output", str(output)]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pack.pdf"]
    assert output.read_bytes() == b"what was there before"


@pytest.mark.parametrize(
    ("name", "content"), [("house.txt", b"text"), ("missing.docx", None), ("broken.docx", b"no zip at all")]
)
def test_template_that_cannot_be_used_is_refused(
    name: str, content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template, output = tmp_path / name, tmp_path / "pack.docx"
    if content is not None:
        template.write_bytes(content)
    code = run(["export", str(QUICKSTART), "--quick", "--template", str(template), "--output", str(output)])
    assert code in {1, 2, 3} and not output.exists()
    assert capsys.readouterr().err.strip()


@pytest.mark.parametrize("ending", [".pdf", thorough(".zip")])
def test_pack_is_written_without_a_network(tmp_path: Path, ending: str) -> None:
    """In a network namespace of its own there is not even a loopback that is up."""
    alone = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no network namespace of one's own")
    output = tmp_path / f"pack{ending}"
    command = [sys.executable, "-m", "prioritiser.cli", "export", str(QUICKSTART), "--quick", "--output", str(output)]
    done = subprocess.run([*alone, *command], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    if ending == ".pdf":
        assert len(PdfReader(output).pages) > 3
        return
    with zipfile.ZipFile(output) as archive:
        assert archive.testzip() is None and len(archive.namelist()) > 10
