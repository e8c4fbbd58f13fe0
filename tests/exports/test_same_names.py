"""Goals, resources and initiatives of one name are all drawn, in every figure and file, each with its own figures.

By hand: everything fits and starts, so that the levels are 66, 58 and 44, and 19 of 100 and 28 of 40 are used a year.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import docx
import lxml.html
import openpyxl
import pytest
from lxml import etree
from pptx import Presentation
from pypdf import PdfReader

from prioritiser.charts.figures import draw_figure, split_figure
from prioritiser.cli.shared.console import solve_text
from prioritiser.exports.formats import Pack, write_pack
from prioritiser.exports.slides.deck import slides_pptx
from prioritiser.exports.slides.shading import capacity_grid, chances_grid, goals_grid
from prioritiser.report.document import Figure, FigureKind, Length, Paper
from tests.same_names import GOALS, INITIATIVES, LEVELS, RESOURCES, USED, all_known, report_of, same_names

SVG = "{http://www.w3.org/2000/svg}"
YEARS = ("2026/27", "2027/28")
EVERY = [*GOALS.values(), *RESOURCES.values(), *INITIATIVES.values()]
NAMES_OF = {
    FigureKind.GANTT: INITIATIVES,
    FigureKind.GOALS: GOALS,
    FigureKind.CAPACITY: RESOURCES,
    FigureKind.CHANCES: GOALS,
}


def plain(text: str) -> str:
    """Write a text with single plain spaces, as what reads a file may give it."""
    return " ".join(text.replace("\u200b", "").split())


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


@cache
def figures() -> dict[FigureKind, Figure]:
    return {figure.kind: figure for section in report_of(Length.FULL).sections for figure in section.figures()}


def texts(figure: Figure) -> list[str]:
    """Texts of a picture, in the order in which they are drawn."""
    return [text.text or "" for text in etree.fromstring(draw_figure(figure).svg("A figure.")).iter(f"{SVG}text")]


@cache
def file(ending: str, length: Length = Length.FULL) -> bytes:
    return write_pack(ending, Pack(all_known(), Paper(length=length), date(2026, 4, 1)))


@pytest.mark.parametrize("kind", NAMES_OF)
def test_figure_has_a_line_for_each_when_names_are_shared(kind: FigureKind) -> None:
    drawn = texts(figures()[kind])
    for name in NAMES_OF[kind].values():
        assert Counter(map(plain, drawn))[plain(name)] == 1, name


def test_heat_map_has_the_levels_of_both_when_goals_share_a_name() -> None:
    said = Counter(text.replace("\u00a0", " ") for text in texts(figures()[FigureKind.GOALS]))
    assert {level: said[f"{level}.0 %"] for level in LEVELS.values()} == dict.fromkeys(LEVELS.values(), len(YEARS))


def test_figure_of_capacities_has_the_use_of_both_when_resources_share_a_name() -> None:
    said = Counter(text.replace("\u00a0", " ") for text in texts(figures()[FigureKind.CAPACITY]))
    # 19 of 100 and 28 of 40
    assert (said["19 %"], said["70 %"]) == (2, 2)


def test_waterfall_has_a_step_for_each_that_starts() -> None:
    figure = figures()[FigureKind.WATERFALL]
    assert sorted(figure.rows["step"][1:-1]) == sorted(INITIATIVES[name] for name in ("v2", "w1", "w2", "x1", "x2"))
    drawn = [plain(text) for text in texts(figure)]
    assert all(drawn.count(INITIATIVES[name]) == 1 for name in ("v2", "w1", "w2", "x1", "x2"))


@pytest.mark.parametrize("kind", [FigureKind.TRADE_OFF, FigureKind.TRIANGLE])
def test_option_named_as_ours_is_told_from_it(kind: FigureKind) -> None:
    named = Counter(name for name in figures()[kind].rows["name"] if name)
    assert {"Recommended": 1, "Recommended (option)": 1}.items() <= named.items()
    assert max(named.values()) == 1


@pytest.mark.parametrize("kind", [FigureKind.GOALS, FigureKind.CHANCES, FigureKind.CAPACITY])
def test_parts_of_a_figure_have_every_line_once(kind: FigureKind) -> None:
    parts = split_figure(figures()[kind], 1)
    names = NAMES_OF[kind].values()
    assert len(parts) == len(names)
    drawn = [[plain(text) for text in texts(part)] for part in parts]
    assert [sum(plain(name) in part for part in drawn) for name in names] == [1] * len(names)


def test_figures_are_keyed_by_id_when_even_the_names_they_are_given_are_the_same() -> None:
    goals, capacity = figures()[FigureKind.GOALS], figures()[FigureKind.CAPACITY]
    same = Figure(goals.kind, "T", "A", goals.rows.assign(goal="One", tier="national"), goals.options)
    said = Counter(text.replace("\u00a0", " ") for text in texts(same))
    assert (said["One"], said["66.0 %"], said["58.0 %"], said["44.0 %"]) == (3, 2, 2, 2)
    assert len(goals_grid(same).rows) == 3
    same = Figure(capacity.kind, "T", "A", capacity.rows.assign(resource="One"), capacity.options)
    said = Counter(text.replace("\u00a0", " ") for text in texts(same))
    assert (said["One"], said["19 %"], said["70 %"]) == (2, 2, 2)
    assert len(capacity_grid(same).rows) == 2
    assert len(split_figure(same, 1)) == 2


def test_grids_of_slides_have_a_row_for_each() -> None:
    goals = [[cell.text for cell in row] for row in goals_grid(figures()[FigureKind.GOALS]).rows]
    assert {plain(row[0]).partition(" ")[2]: [cell.replace("\u00a0", " ") for cell in row[1:]] for row in goals} == {
        plain(GOALS[name]): [f"{LEVELS[name]}.0 %"] * 2 for name in GOALS
    }
    capacities = [[cell.text for cell in row] for row in capacity_grid(figures()[FigureKind.CAPACITY]).rows]
    assert [row[0] for row in capacities] == [f"{name}, £k" for name in RESOURCES.values()]
    assert len(chances_grid(figures()[FigureKind.CHANCES]).rows) == len(GOALS)


def test_slides_have_bars_and_rows_for_each() -> None:
    deck = Presentation(io.BytesIO(slides_pptx(report_of(Length.SLIDES))))
    shapes: list[Any] = [shape for slide in deck.slides for shape in slide.shapes]
    charts = [shape.chart for shape in shapes if shape.has_chart]
    categories = [[plain(str(name)) for name in chart.plots[0].categories] for chart in charts]
    gantt = next(names for names in categories if "Years" in names)
    assert sorted(gantt[1:]) == sorted(INITIATIVES.values())
    steps = next(names for names in categories if "Today's plan" in names)
    assert Counter(steps) == Counter(
        [*(INITIATIVES[n] for n in INITIATIVES if n != "v1"), "Today's plan", "Recommended"]
    )
    chances = next(names for names in categories if any("GP access" in name for name in names))
    assert sorted(name.partition(" ")[2] for name in chances) == sorted(plain(name) for name in GOALS.values())
    used = {chart.chart_title.text_frame.text: chart for chart in charts if chart.has_title}
    assert set(used) == {f"{name}, £k" for name in RESOURCES.values()}
    for row_id, name in RESOURCES.items():
        series = {one.name: list(one.values) for one in used[f"{name}, £k"].plots[0].series}
        assert series == {"Used": [USED[row_id][0]] * 2, "Capacity": [USED[row_id][1]] * 2}
    tables = [[cell.text_frame.text for cell in row.cells] for s in shapes if s.has_table for row in s.table.rows]
    first = Counter(plain(row[0]) for row in tables)
    assert all(first[f"● {plain(GOALS[name])}"] == 1 for name in ("ga", "gb"))


def table_of(book: Any, name: str) -> list[dict[str, Any]]:
    sheet = book[name]
    (found,) = sheet.tables.values()
    heading, *rows = [[cell.value for cell in row] for row in sheet[found.ref]]
    names = [re.sub(r" \[note \d+\]", "", str(one)) for one in heading]
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_sheets_have_rows_and_charts_for_each() -> None:
    content = file(".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    goals = {(row["Goal id"], row["Goal"], row["Level"]) for row in table_of(book, "answer goals")}
    assert goals == {(row_id, GOALS[row_id], LEVELS[row_id]) for row_id in GOALS}
    used = {(row["Resource"], row["Used"], row["Capacity"]) for row in table_of(book, "answer resources")}
    assert used == {(RESOURCES[row_id], *USED[row_id]) for row_id in RESOURCES}
    assert sorted(row["Initiative"] for row in table_of(book, "answer plan")) == sorted(INITIATIVES.values())
    assert sorted(row["Name in the chart"] for row in table_of(book, "answer chances")) == sorted(
        map(plain, GOALS.values())
    )
    steps = [row["Name in the chart"] for row in table_of(book, "answer steps")]
    assert len(set(steps)) == len(steps) == len(INITIATIVES) - 1 + 2
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        charts = [parts.read(name).decode("utf-8") for name in parts.namelist() if name.startswith("xl/charts/chart")]
    ranges = [re.findall(r"<c:val>.*?<c:f>(.*?)</c:f>", chart, re.DOTALL) for chart in charts]
    # two resources with two years each: two charts from rows of their own
    resources = [cells for cells in ranges if cells and "answer resources" in cells[0]]
    assert len(resources) == len({cells[0] for cells in resources}) == 2


def lines_of(rows: Sequence[Sequence[str]], first: str) -> list[list[str]]:
    return [list(row) for row in rows if plain(row[0]) == plain(first)]


@pytest.mark.parametrize("ending", [".docx", ".html"])
def test_papers_have_rows_for_each(ending: str) -> None:
    content = file(ending)
    if ending == ".docx":
        document: Any = docx.Document(io.BytesIO(content))
        rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    else:
        page = lxml.html.document_fromstring(content)
        rows = [[cell.text_content() for cell in line.iter("th", "td")] for line in page.iter("tr")]
    for row_id, name in GOALS.items():
        levels = [row for row in lines_of(rows, name) if f"{LEVELS[row_id]}.0" in row and "short of" in " ".join(row)]
        assert len(levels) == 1, name
    for row_id, name in RESOURCES.items():
        said = "£{}k of £{}k".format(*USED[row_id])
        assert [row[-2:] for row in lines_of(rows, name) if said in row] == [[said, said]]
    for name in INITIATIVES.values():
        assert any("2026/27" in row for row in lines_of(rows, name)), name


def test_pdf_names_each() -> None:
    reader = PdfReader(io.BytesIO(file(".pdf")))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    for name in EVERY:
        assert squeezed(name) in text, name
    assert text.count("66.0") >= 1 and text.count("58.0") >= 1


@pytest.mark.parametrize("length", [Length.SHORT, Length.FULL])
def test_list_of_starts_has_each_name(length: Length) -> None:
    text = plain(" ".join(str(block) for section in report_of(length).sections for block in section.blocks_for(length)))
    for name in INITIATIVES.values():
        assert name in text


def test_csv_of_the_plan_has_a_row_for_each() -> None:
    rows = list(csv.DictReader(io.StringIO(file(".csv").decode("utf-8-sig"))))
    assert {row["initiative_id"]: row["name"] for row in rows} == INITIATIVES


def test_tables_of_the_zip_have_a_row_for_each() -> None:
    with zipfile.ZipFile(io.BytesIO(file(".zip"))) as parts:
        read = {name: parts.read(name).decode("utf-8-sig") for name in parts.namelist() if name.startswith("tables/")}
    (capacity,) = (text for name, text in read.items() if "capacity" in name)
    assert {row["Resource"] for row in csv.DictReader(io.StringIO(capacity))} == set(RESOURCES.values())
    (goals,) = (text for name, text in read.items() if "goals" in name)
    assert {row["Goal"]: float(row["With this"]) for row in csv.DictReader(io.StringIO(goals))} == {
        GOALS[row_id]: LEVELS[row_id] for row_id in GOALS
    }


def test_command_line_names_each() -> None:
    text = solve_text(all_known().portfolio)
    for name in (*GOALS.values(), *INITIATIVES.values()):
        assert sum(line.startswith(name) for line in text.splitlines()) == 1, name
    assert same_names().title in text
