"""Small money and small effects are seen wherever they are shown: £34k of £100k, and three people of seven million.

The first scenario counts in £bn: 0.000034 of 0.0001 is £34k of £100k. In the second 3 of 7,400,000 people less leave
7,399,997; half of them have to go, so that 3 of 3,700,000 is 0.000081 % of the way.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docx
import lxml.html
import openpyxl
import pandas as pd
import pytest
from lxml import etree
from pptx import Presentation

from prioritiser import read_scenario
from prioritiser.analysis.robustness.stress import StressOptions, stress_portfolio
from prioritiser.analysis.summary.resources_used import money_by_year, use_against_capacity
from prioritiser.charts.balance import money_chart
from prioritiser.cli.shared.console import solve_text
from prioritiser.evaluation.outcome import evaluate
from prioritiser.evaluation.plan import Delivery
from prioritiser.exports.common.tables import fine_form
from prioritiser.exports.excel.workbook import portfolio_xlsx
from prioritiser.exports.formats import Pack, write_pack
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.report.document import Paper
from prioritiser.report.inputs import gather
from prioritiser.report.known import Known
from prioritiser.text.units import in_unit
from prioritiser.ui.components.use_tables import use_table

TOML = 'format = 1\ntitle = "Small"\nyears = ["2026/27"]\nweights = { national = 1, local = 0, long_term = 0 }\n'
BILLIONS = {
    "scenario.toml": TOML,
    "goals.csv": "goal_id,tier,unit,baseline,2026/27\ng,national,%,70,80\n",
    "resources.csv": "resource_id,name,unit,2026/27\nmoney,Money,£bn,0.0001\n",
    "initiatives.csv": "initiative_id\na\n",
    "uses.csv": "initiative_id,resource_id,year_1\na,money,0.000034\n",
    "effects.csv": "initiative_id,goal_id,central\na,g,5\n",
}
PEOPLE = BILLIONS | {
    "goals.csv": "goal_id,tier,unit,direction,baseline,2026/27\ng,national,people,down,7400000,3700000\n",
    "effects.csv": "initiative_id,goal_id,central\na,g,-3\n",
}


@cache
def known(kind: str) -> Known:
    with TemporaryDirectory() as folder:
        for name, text in {"billions": BILLIONS, "people": PEOPLE}[kind].items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        optimiser = Optimiser(read_scenario(folder))
    portfolio = optimiser.solve(optimiser.scenario.settings)
    return gather(optimiser, portfolio, stress_portfolio(optimiser, portfolio, StressOptions(samples=5, draws=50)), ())


@cache
def file(kind: str, ending: str) -> bytes:
    return write_pack(ending, Pack(known(kind), Paper(), date(2026, 4, 1)))


def words_of_docx(content: bytes) -> str:
    document: Any = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def words_of_html(content: bytes) -> str:
    return str(lxml.html.document_fromstring(content).text_content())


READ: dict[str, Callable[[bytes], str]] = {".docx": words_of_docx, ".html": words_of_html}


@pytest.mark.parametrize("ending", READ)
def test_paper_says_thousands_when_the_unit_is_billions(ending: str) -> None:
    text = READ[ending](file("billions", ending)).replace("\u00a0", " ")
    assert "£34k of £100k" in text and "£34k recurrent" in text
    assert not re.search(r"\b0 £bn|£0bn|£0k|£0\.0", text)


def test_slide_draws_thousands_when_the_unit_is_billions() -> None:
    shapes: list[Any] = [
        s for slide in Presentation(io.BytesIO(file("billions", ".pptx"))).slides for s in slide.shapes
    ]
    (chart,) = (shape.chart for shape in shapes if shape.has_chart and shape.chart.has_title)
    assert chart.chart_title.text_frame.text == "Money, £k"
    used = {series.name: list(series.values) for series in chart.plots[0].series}
    assert used == {"Used": [pytest.approx(34)], "Capacity": [pytest.approx(100)]}
    assert chart.plots[0].series[0].data_labels.number_format == "#,##0"


def test_cells_of_a_workbook_show_what_is_small() -> None:
    book = openpyxl.load_workbook(io.BytesIO(file("billions", ".xlsx")))
    for content in (book["answer resources"], openpyxl.load_workbook(io.BytesIO(portfolio_xlsx(known("billions").portfolio)))
                    ["resources"]):  # fmt: skip
        shown = {cell.value: cell.number_format for row in content.iter_rows() for cell in row
                 if isinstance(cell.value, float) and 0 < cell.value < 0.001}  # fmt: skip
        assert shown == {0.000034: "#,##0.000000", 0.0001: "#,##0.00000"}
    with zipfile.ZipFile(io.BytesIO(file("billions", ".xlsx"))) as parts:
        charts = [etree.fromstring(parts.read(name)) for name in parts.namelist() if name.startswith("xl/charts/chart")]
    forms = {label.get("formatCode") for chart in charts for label in chart.iterfind(".//{*}dLbls/{*}numFmt")}
    assert "#,##0.000000" in forms and "#,##0.##" not in forms


def test_table_of_the_zip_has_the_number_and_its_unit() -> None:
    with zipfile.ZipFile(io.BytesIO(file("billions", ".zip"))) as parts:
        (text,) = (parts.read(name).decode("utf-8-sig") for name in parts.namelist() if "capacity" in name)
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Unit"], float(row["2026/27"]), row["2026/27, in words"]) == ("£bn", 0.000034, "£34k of £100k")


def test_page_and_command_line_say_thousands_when_the_unit_is_billions() -> None:
    outcome = known("billions").outcome
    assert "£34k of £100k" in use_table(use_against_capacity(outcome)).text
    assert "£34k of £100k Money used over 1 year" in solve_text(known("billions").portfolio)
    chart = money_chart(money_by_year(outcome), "£bn")
    drawn = pd.DataFrame(next(iter(chart["datasets"].values())))
    assert drawn["amount"].max() == pytest.approx(34) and drawn["available"].max() == pytest.approx(100)
    assert {layer["encoding"]["y"].get("title") for layer in chart["layer"]} >= {"£k"}


def test_breach_has_no_powers_of_ten_when_money_is_small_or_large() -> None:
    outcome = known("billions").outcome
    scenario, settings = outcome.scenario, outcome.settings.replace(capacity={"money": 0.1})
    (breach,) = evaluate(scenario, {"a": Delivery(1.0, 0)}, settings).breaches
    assert breach.text == "Money 2026/27: 0.000034 used of 0.00001 £bn."
    assert (in_unit(0.000034, "£bn"), in_unit(1_234_567, "£")) == ("£0.000034bn", "£1,234,567")
    assert (in_unit(3400, "£'000"), in_unit(3400, "£k"), in_unit(-3400, "GBP k")) == ("£3,400k", "£3,400k", "-£3,400k")


@pytest.mark.parametrize("ending", READ)
def test_three_people_of_seven_million_are_seen(ending: str) -> None:
    text = READ[ending](file("people", ending)).replace("\u00a0", " ")
    assert "7,400,000" in text and "7,399,997" in text
    assert "3,699,997 people short of 3,700,000 people" in text
    assert "National goals get 0.000081 % of the way" in text


def test_bar_of_a_slide_says_a_tiny_share_in_words() -> None:
    shapes: list[Any] = [s for slide in Presentation(io.BytesIO(file("people", ".pptx"))).slides for s in slide.shapes]
    (chart,) = (
        s.chart for s in shapes if s.has_chart and any("National" in str(n) for n in s.chart.plots[0].categories)
    )
    (label,) = (point.text for point in chart.plots[0].series[0]._element.iterfind(".//{*}dLbl//{*}t"))
    assert label.replace("\u00a0", " ") == "0.000081 %"


@pytest.mark.parametrize(
    ("form", "value", "fine"),
    [
        ("#,##0.00", 12.5, "#,##0.00"),
        ("#,##0.00", 0.0, "#,##0.00"),
        ("#,##0.00", 0.005, "#,##0.00"),
        ("#,##0.00", 0.00012, "#,##0.00000"),
        ("#,##0", 0.034, "#,##0.000"),
        ("0%", 0.00004, "0.0000%"),
        ("0.0%", 0.004, "0.0%"),
        ("General", 0.00012, "General"),
        ("#,##0.00", 1e-17, "#,##0.00"),
    ],
)
def test_number_format_has_the_decimals_that_show_a_value(form: str, value: float, fine: str) -> None:
    assert fine_form(form, value) == fine
