"""The zip of the pack holds everything under safe names, opens again as its scenario, and says what it holds."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from prioritiser import Portfolio, optimise, read_scenario
from prioritiser.cli.shared.common import write_json
from prioritiser.exports.common.csv import Cell, inert, plan_csv, rows_csv
from prioritiser.exports.zip.pack import pack_zip, safe_name, table_csv
from prioritiser.files.scenario_files import scenario_files
from prioritiser.report.document import Quantity, Table
from tests.places import QUICKSTART
from tests.sample_reports import hostile_report, small_report
from tests.small import write_files

FILES = {"board-pack.docx": b"word", "board-pack.pdf": b"pdf", "board-pack.xlsx": b"excel"}


@pytest.fixture(scope="module")
def quickstart() -> Portfolio:
    return optimise(read_scenario(QUICKSTART), gap=0)


@pytest.fixture(scope="module")
def content(quickstart: Portfolio) -> bytes:
    return pack_zip(FILES, small_report(), quickstart)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert parts.testzip() is None
        return {name: parts.read(name) for name in parts.namelist()}


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_zip_holds_every_format_and_what_belongs_to_it_when_opened(content: bytes, quickstart: Portfolio) -> None:
    found = members(content)
    own = scenario_files(quickstart.outcome.scenario)
    assert found.keys() == {
        *FILES,
        "README.txt",
        "answer.json",
        "tables/01-portfolio.csv",
        *(f"scenario/{name}" for name in own),
    }
    assert {name: found[name] for name in FILES} == FILES
    assert {name: found[f"scenario/{name}"] for name in own} == own


def test_answer_is_what_solve_writes_when_compared(content: bytes, quickstart: Portfolio, tmp_path: Path) -> None:
    write_json(quickstart.as_json(), str(tmp_path / "x.json"))
    assert members(content)["answer.json"] == (tmp_path / "x.json").read_bytes()
    assert json.loads(members(content)["answer.json"])["objective"] == pytest.approx(0.41)


def test_scenario_has_the_same_hash_when_opened_from_zip_or_folder(
    content: bytes, quickstart: Portfolio, tmp_path: Path
) -> None:
    (tmp_path / "pack.zip").write_bytes(content)
    assert read_scenario(tmp_path / "pack.zip").hash == quickstart.scenario_hash
    with zipfile.ZipFile(tmp_path / "pack.zip") as parts:
        parts.extractall(tmp_path / "out")
    assert read_scenario(tmp_path / "out" / "scenario").hash == quickstart.scenario_hash


def test_same_bytes_when_written_twice(content: bytes, quickstart: Portfolio) -> None:
    assert pack_zip(dict(reversed(FILES.items())), small_report(), quickstart) == content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_readme_says_what_each_file_is_when_read(content: bytes, quickstart: Portfolio) -> None:
    found = members(content)
    text = found["README.txt"].decode("utf-8")
    assert max(map(len, text.splitlines())) <= 100
    for name in found:
        assert f"- {name}: " in text or name.startswith("scenario/")
    assert "- scenario/: " in text
    assert quickstart.scenario_hash in text
    assert "Illustrative: no real system is described." in text
    assert "Judged here: 5 of 5 recommended initiatives, and the levels of 4 of 4 goals." in text
    assert "prioritiser solve scenario" in text


def test_readme_does_not_promise_the_workbook_when_it_does_not_hold_the_scenario(tmp_path: Path) -> None:
    initiatives = "initiative_id,lead,earliest,latest\nwards,x005F_,2026/27,2027/28\nhub,Council,,\n"
    portfolio = optimise(read_scenario(write_files(tmp_path / "s", {"initiatives.csv": initiatives})))
    content = pack_zip(FILES, small_report(), portfolio)
    assert "or the workbook" not in members(content)["README.txt"].decode("utf-8")
    (tmp_path / "pack.zip").write_bytes(content)
    assert read_scenario(tmp_path / "pack.zip").hash == portfolio.scenario_hash


def test_text_is_inert_when_it_tries_to_be_more(quickstart: Portfolio) -> None:
    found = members(pack_zip({}, hostile_report(), quickstart))
    rows = rows_of(found["tables/01-portfolio.csv"])
    assert rows[0] == ["Initiative", "Start", "Lead", "Largest use of revenue (£m)"]
    assert rows[1][0] == "'=1+1"
    assert rows[2][0] == "'@SUM(A1)"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert [float(row[3]) for row in rows[1:]] == [1.25 * n for n in range(len(rows) - 1)]
    assert "\u202e" not in found["README.txt"].decode("utf-8")
    assert max(map(len, found["README.txt"].decode("utf-8").splitlines())) <= 100


def test_numbers_stay_numbers_when_a_table_is_written_as_csv() -> None:
    rows = (("-x", Quantity(-0.25, "\u221225\u00a0%"), Quantity(2.0, "2 WTE")), ("b", "", Quantity(3.0, "£3k")))
    table = Table("t", "T", ("A", "Share", "Used"), rows, (1, 1, 1))
    assert rows_of(table_csv(table)) == [
        ["A", "Share", "Used", "Used, in words"],
        ["'-x", "-0.25", "2.0", "2 WTE"],
        ["b", "", "3.0", "£3k"],
    ]


def test_csv_that_people_open_says_that_it_is_unicode(content: bytes, quickstart: Portfolio) -> None:
    found = members(content)
    tables = [text for name, text in found.items() if name.startswith("tables/")]
    for written in (*tables, plan_csv(quickstart), rows_csv([["£k"]])):
        assert written.startswith(b"\xef\xbb\xbf") and written.count(b"\xef\xbb\xbf") == 1
    assert rows_csv([["£k"]]).decode("utf-8-sig") == "£k\n"
    # the scenario's own files are written as ever
    own = scenario_files(quickstart.outcome.scenario)
    assert {name: found[f"scenario/{name}"] for name in own} == own


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        *((f"{sign}1+1", f"'{sign}1+1") for sign in "=+-@"),
        *((text, f"'{text}") for text in ("\t=1", "\r=1", " =1", "\u00a0=1", "\u200b=1", "\n=1", "=", "-", "+", "@x")),
        # wide and small forms, which some programs read as the plain ones
        *((f"{sign}1+1", f"'{sign}1+1") for sign in "\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"),
        ("-5 beds", "'-5 beds"),
        # plain numbers, also where they are text, and text that is none of this
        *(
            (cell, cell)
            for cell in (-5, -0.25, None, True, "-5", "+3.5", "-1,250", "-25 %", "-1e-05", "a=b", "x-y", "")
        ),
    ],
)
def test_cell_cannot_become_live_when_a_spreadsheet_opens_it(cell: Cell, written: Cell) -> None:
    assert inert(cell) == written


def test_readme_says_which_files_are_safe_to_open(content: bytes) -> None:
    text = " ".join(members(content)["README.txt"].decode("utf-8").split())
    heading, _, rest = text.partition("WHICH FILES TO OPEN WITH A DOUBLE CLICK")
    assert heading and "- Safe: " in rest
    safe, _, unsafe = rest.partition("- Not with a double click: ")
    assert "the tables in tables/ (CSV)" in safe and "scenario/" not in safe
    assert unsafe.startswith("the CSV files in scenario/.")
    assert "import them as text" in unsafe


def test_scenario_in_the_zip_is_as_it_was_when_its_text_looks_live(tmp_path: Path) -> None:
    initiatives = 'initiative_id,name,lead,earliest,latest\nwards,=1+1,@SUM(A1),2026/27,2027/28\nhub,"\uff1d2",+44,,\n'
    portfolio = optimise(read_scenario(write_files(tmp_path / "s", {"initiatives.csv": initiatives})))
    (tmp_path / "pack.zip").write_bytes(pack_zip({"plan.csv": plan_csv(portfolio)}, small_report(), portfolio))
    assert read_scenario(tmp_path / "pack.zip").hash == portfolio.scenario_hash
    found = members((tmp_path / "pack.zip").read_bytes())
    assert b"wards,=1+1,@SUM(A1)" in found["scenario/initiatives.csv"]
    plan = {row[0]: row for row in rows_of(found["plan.csv"])}
    assert (plan["wards"][1], plan["wards"][4]) == ("'=1+1", "'@SUM(A1)")
    assert (plan["hub"][1], plan["hub"][4]) == ("'\uff1d2", "+44")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("board-pack.docx", "board-pack.docx"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/absolute.pdf", "absolute.pdf"),
        ("C:\\x\\y.pdf", "y.pdf"),
        ("Café müde.html", "Cafe-mude.html"),
        ("مستشفى.pdf", "file.pdf"),
        ("..", "file"),
        (".hidden", "hidden"),
        ("", "file"),
        ("con.docx", "file-con.docx"),
        ("readme.TXT", "readme-2.TXT"),
        ("answer.json", "answer-2.json"),
        ("goals.csv", "goals-2.csv"),
        ("scenario.toml", "scenario-2.toml"),
        ("tables", "tables-2"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
        ("a\x00b\n.pdf", "a-b.pdf"),
    ],
)
def test_name_leads_nowhere_else_when_it_is_made_safe(wanted: str, expected: str) -> None:
    assert safe_name(wanted) == expected


def test_no_file_is_lost_when_names_clash(quickstart: Portfolio, tmp_path: Path) -> None:
    given = {"a b.pdf": b"1", "a-b.pdf": b"2", "x/A-B.PDF": b"3", "README.txt": b"4", "goals.csv": b"5"}
    content = pack_zip(given, small_report(), quickstart)
    found = members(content)
    assert {found[name] for name in ("a-b.pdf", "a-b-2.pdf", "README-2.txt", "goals-2.csv")} == {b"1", b"2", b"4", b"5"}
    assert found["A-B-3.PDF"] == b"3"
    assert found["README.txt"].startswith(b"Five-year plan")
    (tmp_path / "pack.zip").write_bytes(content)
    assert read_scenario(tmp_path / "pack.zip").hash == quickstart.scenario_hash


def test_tables_have_numbered_names_when_theirs_are_alike_or_odd(quickstart: Portfolio) -> None:
    report = small_report()
    names = ("Costs", "costs", "../x", "مستشفى")
    tables = tuple(Table(name, f"Table {n}", ("A",), ((f"{n}",),), (1,)) for n, name in enumerate(names))
    report = replace(report, sections=(replace(report.sections[0], blocks=tables),))
    found = members(pack_zip({}, report, quickstart))
    assert [name for name in found if name.startswith("tables/")] == [
        "tables/01-costs.csv",
        "tables/02-costs.csv",
        "tables/03-x.csv",
        "tables/04-table.csv",
    ]
