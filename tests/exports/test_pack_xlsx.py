"""The workbook of the pack agrees with the answer, opens again as its scenario, and holds nothing live."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from lxml import etree

from prioritiser import Portfolio, optimise, read_scenario
from prioritiser.errors import ScenarioError
from prioritiser.evaluation.outcome import evaluate
from prioritiser.exports.common.tables import spread
from prioritiser.exports.excel.pack import pack_xlsx
from prioritiser.exports.excel.sheet import cell_text, sheet_name, unique_headings
from prioritiser.files.scenario_files import inspect_bytes, scenario_bytes
from prioritiser.report.document import Figure, FigureKind, Quantity, Report, Table
from prioritiser.scenario.scenario import Scenario
from tests.places import QUICKSTART
from tests.sample_reports import HOSTILE, hostile_report, small_report, table
from tests.small import write_files

TIER_OF = {"National": "national", "Local": "local", "Long term": "long_term"}
SCENARIO_SHEETS = ["scenario", "goals", "resources", "initiatives", "uses", "effects", "rules", "what_ifs"]


@pytest.fixture(scope="module")
def quickstart() -> Portfolio:
    return optimise(read_scenario(QUICKSTART), gap=0)


@pytest.fixture(scope="module")
def content(quickstart: Portfolio) -> bytes:
    return pack_xlsx(small_report(), quickstart)


@pytest.fixture(scope="module")
def book(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def hostile(quickstart: Portfolio) -> bytes:
    return pack_xlsx(hostile_report(), quickstart)


def records(sheet: Any) -> list[dict[str, Any]]:
    """Rows of the one table of a sheet, by headings without their notes."""
    (found,) = sheet.tables.values()
    (heading, *rows) = [[cell.value for cell in row] for row in sheet[found.ref]]
    names = [re.sub(r" \[note \d+\]", "", str(name)) for name in heading]
    return [dict(zip(names, row, strict=True)) for row in rows]


def with_tables(report: Report, *tables: Table) -> Report:
    section = replace(report.sections[0], blocks=tables)
    return replace(report, sections=(section,))


def small_portfolio(folder: Path, changes: dict[str, str]) -> Portfolio:
    return optimise(read_scenario(write_files(folder / "s", changes)))


def test_goals_are_those_of_the_answer_when_compared(book: Any, quickstart: Portfolio) -> None:
    rows = {(row["Goal id"], row["Year"]): row for row in records(book["answer goals"])}
    names = {"target": "Target", "do_nothing": "Do nothing", "level": "Level", "attainment": "Attainment"}
    names |= {"shortfall": "Shortfall"}
    expected = {(goal["id"], year["year"]): year for goal in quickstart.as_json()["goals"] for year in goal["years"]}
    assert rows.keys() == expected.keys()
    for place, year in expected.items():
        for key, heading in names.items():
            assert rows[place][heading] == pytest.approx(year[key], abs=1e-12), (place, key)
        assert rows[place]["Met"] == {True: "met", False: "missed", None: "not scored"}[year["met"]]
    tiers = {goal["id"]: goal["tier"] for goal in quickstart.as_json()["goals"]}
    assert {row["Goal id"]: TIER_OF[row["Tier"]] for row in rows.values()} == tiers


def test_resources_are_those_of_the_answer_when_compared(book: Any, quickstart: Portfolio) -> None:
    rows = {
        (row["Resource id"], row["Year"]): (row["Capacity"], row["Used"]) for row in records(book["answer resources"])
    }
    expected = {
        (resource["id"], year["year"]): (year["capacity"], year["used"])
        for resource in quickstart.as_json()["resources"]
        for year in resource["years"]
    }
    assert rows.keys() == expected.keys()
    assert all(rows[place] == pytest.approx(expected[place]) for place in expected)
    assert {row["Used of available"] for row in records(book["answer resources"])} == {1.0}


def test_plan_is_that_of_the_answer_when_compared(book: Any, quickstart: Portfolio) -> None:
    rows = {row["Initiative id"]: (row["Share"], row["Start"]) for row in records(book["answer plan"])}
    assert rows == {row["id"]: (row["share"], row["start"]) for row in quickstart.as_json()["initiatives"]}


def test_tiers_are_those_of_the_answer_when_compared(book: Any, quickstart: Portfolio) -> None:
    answer = quickstart.as_json()
    rows = {TIER_OF[row["Tier"]]: row for row in records(book["answer tiers"])}
    for tier, expected in answer["tiers"].items():
        shown = [rows[tier][name] for name in ("Score", "Do nothing", "Best alone", "Best alone at most")]
        keys = ("score", "do_nothing", "best_alone", "best_alone_bound")
        assert shown == pytest.approx([expected[key] for key in keys])
        assert rows[tier]["Weight"] == pytest.approx(answer["settings"]["weights"][tier])


def test_proof_is_that_of_the_answer_when_compared(book: Any, quickstart: Portfolio) -> None:
    answer, rows = quickstart.as_json(), {row["Measure"]: row["Value"] for row in records(book["answer proof"])}
    assert [rows[key] for key in ("Objective", "Bound", "Gap")] == pytest.approx(
        [answer[key] for key in ("objective", "bound", "gap")]
    )
    measures = answer["ambidexterity"]
    achieved = {TIER_OF[name.partition(", ")[2]]: value for name, value in rows.items() if name.startswith("Achieved")}
    assert achieved == pytest.approx(measures["achieved"])
    assert [rows["Evenness"], rows["Combined"]] == pytest.approx([measures["balance"], measures["combined"]])
    assert [rows["Solves"], rows["Solver seconds"]] == pytest.approx(
        [answer["solver"][key] for key in ("solves", "seconds")]
    )


def test_targets_are_counted_by_year_when_some_are_met(tmp_path: Path) -> None:
    # falls has a target each year and hub brings 1 of 3 and 4; rtt has one in 2027/28, which 2 from wards misses
    portfolio = small_portfolio(
        tmp_path,
        {"goals.csv": "goal_id,tier,2026/27,2027/28\nrtt,national,,2\nfalls,local,1,4\n"},
    )
    rows = records(openpyxl.load_workbook(io.BytesIO(pack_xlsx(small_report(), portfolio)))["answer targets met"])
    met = {
        year: [
            place["met"]
            for goal in portfolio.as_json()["goals"]
            for place in goal["years"]
            if place["year"] == year and place["met"] is not None
        ]
        for year in ("2026/27", "2027/28")
    }
    assert [(row["Year"], row["Set"], row["Met"], row["Missed"]) for row in rows] == [
        (year, len(found), sum(found), len(found) - sum(found)) for year, found in met.items()
    ]
    assert rows[0]["Met"] == 1
    assert (rows[1]["National: set"], rows[1]["Local: set"], rows[1]["Local: met"]) == (1, 1, 0)


def test_still_to_come_says_none_when_nothing_is(book: Any, quickstart: Portfolio) -> None:
    assert quickstart.as_json()["to_come"] == []
    assert [row["Initiative id"] for row in records(book["answer still to come"])] == ["None"]


def test_still_to_come_is_that_of_the_answer_when_effects_build_up(tmp_path: Path) -> None:
    effects = "initiative_id,goal_id,central,lead_months,ramp_months\nwards,rtt,2,0,36\nhub,falls,1,0,36\n"
    portfolio = small_portfolio(tmp_path, {"effects.csv": effects})
    rows = records(openpyxl.load_workbook(io.BytesIO(pack_xlsx(small_report(), portfolio)))["answer still to come"])
    keys = ("Initiative id", "Goal id", "Full effect", "Felt at the end", "Still to come")
    expected = [tuple(row.values()) for row in portfolio.as_json()["to_come"]]
    assert expected != []
    assert [tuple(row[key] for key in keys[:2]) for row in rows] == [row[:2] for row in expected]
    figures = [number for row in expected for number in row[2:]]
    assert [row[key] for row in rows for key in keys[2:]] == pytest.approx(figures, rel=1e-14)


def test_pack_opens_as_the_same_scenario_when_read_again(content: bytes, quickstart: Portfolio) -> None:
    reading = inspect_bytes("pack.xlsx", content)
    assert reading.scenario is not None
    assert reading.scenario.hash == quickstart.scenario_hash
    assert reading.notices == ()


def test_sheets_of_the_scenario_are_those_of_its_own_workbook_when_compared(book: Any, quickstart: Portfolio) -> None:
    own = openpyxl.load_workbook(io.BytesIO(scenario_bytes(quickstart.outcome.scenario, "own.xlsx")))
    assert own.sheetnames == SCENARIO_SHEETS
    for name in SCENARIO_SHEETS:
        assert list(book[name].iter_rows(values_only=True)) == list(own[name].iter_rows(values_only=True))
        assert len(book[name].data_validations.dataValidation) == len(own[name].data_validations.dataValidation)


def test_other_sheet_is_still_noticed_when_it_is_not_of_the_pack(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.create_sheet("answers")
    kept = io.BytesIO()
    book.save(kept)
    assert inspect_bytes("pack.xlsx", kept.getvalue()).notices == ('The sheet "answers" is not read.',)


def test_sheets_follow_the_style_for_spreadsheets_when_opened(book: Any) -> None:
    assert book.sheetnames[:3] == ["cover", "contents", "charts"]
    assert book.sheetnames[-8:] == SCENARIO_SHEETS
    tabled = [name for name in book.sheetnames if name.startswith(("answer ", "paper "))]
    assert len(tabled) >= 9
    for name in tabled:
        sheet = book[name]
        assert list(sheet.merged_cells.ranges) == []
        assert isinstance(sheet["A1"].value, str)
        assert sheet.freeze_panes is not None
        (found,) = sheet.tables.values()
        rows = list(sheet.iter_rows(values_only=True))
        assert all(any(cell is not None for cell in row) for row in rows), "a blank row"
        headings = [cell.value for cell in sheet[found.ref][0]]
        assert headings == [column.name for column in found.tableColumns]
        assert len({heading.casefold() for heading in headings}) == len(headings)
        assert None not in headings
        assert {row[0].alignment.wrap_text for row in sheet[found.ref]} == {True}
    names = [name for sheet in book for name in sheet.tables]
    assert len(set(names)) == len(names)


def test_notes_are_marked_where_they_belong_when_there_are_any(book: Any) -> None:
    for sheet in (sheet for sheet in book if sheet.title.startswith(("answer ", "paper "))):
        texts = [str(row[0]) for row in sheet.iter_rows(max_col=1, values_only=True)]
        given = {number for text in texts for number in re.findall(r"^\[note (\d+)\]", text)}
        (found,) = sheet.tables.values()
        said = " ".join([texts[0], *(column.name for column in found.tableColumns)])
        assert set(re.findall(r"\[note (\d+)\]", said)) <= given, sheet.title
    assert book["paper 01 portfolio"]["A1"].value.endswith("[note 1]")
    assert book["paper 01 portfolio"]["A2"].value == "[note 1] Judged figures are marked."


def test_contents_lead_to_every_sheet_when_followed(book: Any) -> None:
    sheet = book["contents"]
    links = {cell.value: cell.hyperlink.location for (cell,) in sheet.iter_rows(min_row=3, max_col=1)}
    assert list(links) == [name for name in book.sheetnames if name not in ("cover", "contents")]
    assert all(place == f"'{name}'!A1" for name, place in links.items())
    counts = {row["Sheet"]: row["Rows"] for row in records(sheet)}
    assert (counts["answer plan"], counts["goals"], counts["answer goals"]) == (5, 4, 12)


def test_cover_says_what_the_report_says_when_read(book: Any) -> None:
    report, sheet = small_report(), book["cover"]
    assert sheet["A1"].value == report.title
    said = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    for text in (report.subtitle, report.flag, report.headline, report.proof, *report.recommendation):
        assert text in said
    for pair in (*report.masthead, *report.provenance):
        assert pair in [row[:2] for row in sheet.iter_rows(values_only=True)]


def test_same_bytes_when_written_twice(content: bytes, quickstart: Portfolio) -> None:
    assert pack_xlsx(small_report(), quickstart) == content


def chart_parts(content: bytes) -> list[Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = sorted(name for name in parts.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name))
        return [etree.fromstring(parts.read(name)) for name in names]


def test_charts_are_drawn_from_cells_when_looked_into(content: bytes, book: Any) -> None:
    charts = chart_parts(content)
    assert len(charts) == 6  # tiers, targets, two resources, steps, chances
    for chart in charts:
        for series in chart.iterfind(".//{*}ser"):
            values = series.find("./{*}val//{*}f").text
            sheet, cells = re.fullmatch(r"'(.+)'!(.+)", values).groups()
            column = [row[0].value for row in book[sheet][cells.replace("$", "")]]
            cached = [float(point.text) if point.text else None for point in series.iterfind("./{*}val//{*}pt/{*}v")]
            assert [value for value in column if value is not None] == pytest.approx(cached)
            assert all(value is None or isinstance(value, int | float) for value in column)


def test_charts_have_words_for_those_who_do_not_see_them_when_opened(content: bytes, book: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        drawing = etree.fromstring(parts.read("xl/drawings/drawing1.xml"))
    alts = [place.get("descr") for place in drawing.iterfind(".//{*}cNvPr")]
    assert len(alts) == 6
    assert alts[0] == "Bars by tier: national 32 %, local 28 %, long term 47 %."
    shown = " ".join(str(row[0]) for row in book["charts"].iter_rows(max_col=1, values_only=True))
    assert all(alt in shown for alt in alts)


def test_names_are_short_and_charts_are_split_when_there_are_many_long_ones(quickstart: Portfolio) -> None:
    # 40 bars in charts of at most 18: three of 14, 14 and 12
    rows = [(f"{'A goal with a long name ' * 12}{n}", "national", n / 40) for n in range(40)]
    frame = pd.DataFrame(rows, columns=["goal", "tier", "chance"])
    figure = Figure(FigureKind.CHANCES, "Chances", "Chances in words.", frame)
    report = small_report()
    report = replace(report, sections=(replace(report.sections[0], blocks=(figure,)),))
    content = pack_xlsx(report, quickstart)
    found = [
        [point.text for point in chart.iterfind(".//{*}cat//{*}pt/{*}v")]
        for chart in chart_parts(content)
        if "answer chances" in chart.findtext(".//{*}val//{*}f")
    ]
    assert [len(names) for names in found] == [14, 14, 12]
    names = [name for part in found for name in part]
    # shortened in their middle, so that the numbers at their ends still tell them apart
    assert [name.rpartition("… ")[2] for name in names] == [str(n) for n in range(40)]
    assert all(name.startswith("A goal with a long name A goal") and len(name) <= 44 for name in names)
    goals = [row["Goal"] for row in records(openpyxl.load_workbook(io.BytesIO(content))["answer chances"])]
    assert goals == [name for name, _, _ in rows]


def test_steps_stack_to_start_and_end_when_they_cross_zero(quickstart: Portfolio) -> None:
    steps = [
        ("Today", 0.2, 0.0, 0.2, "total"),
        ("Stop", -0.3, 0.2, -0.1, "loss"),
        ("Less", -0.1, -0.1, -0.2, "loss"),
        ("Start", 0.5, -0.2, 0.3, "gain"),
        ("Recommended", 0.3, 0.0, 0.3, "total"),
    ]
    frame = pd.DataFrame(steps, columns=["step", "change", "start", "end", "kind"])
    figure = Figure(FigureKind.WATERFALL, "Steps", "Steps in words.", frame)
    report = small_report()
    report = replace(report, sections=(replace(report.sections[0], blocks=(figure,)),))
    content = pack_xlsx(report, quickstart)
    rows = records(openpyxl.load_workbook(io.BytesIO(content))["answer steps"])
    assert len(rows) == 5
    for row, (_, change, start, end, kind) in zip(rows, steps, strict=True):
        name = kind.capitalize()
        low, high = min(start, end), max(start, end)
        base, up, down = (row[key] for key in ("Not drawn", name, f"{name} below zero"))
        tops = (base + up if base > 0 else up, base + down if base < 0 else down)
        assert tops == pytest.approx((max(high, 0), min(low, 0)))
        assert base == pytest.approx(low if low > 0 else high if high < 0 else 0)
        assert (row["Change"], row["Start"], row["End"]) == pytest.approx((change, start, end))
        others = {"Total", "Gain", "Loss"} - {name}
        assert {row[key] for other in others for key in (other, f"{other} below zero")} == {0}


def test_text_is_inert_when_it_tries_to_be_more(hostile: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(hostile))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink.target is None for cell in cells if cell.hyperlink)
    texts = {str(cell.value) for cell in cells}
    assert {"=1+1", "@SUM(A1)", "مستشفى الجامعة", "x" * 300, "bell flipped"} <= texts
    with zipfile.ZipFile(io.BytesIO(hostile)) as parts:
        assert not any("vba" in name or "external" in name.lower() for name in parts.namelist())
        everything = b"".join(parts.read(name) for name in parts.namelist())
        assert b"<f>=" not in everything
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in sheet for sheet in sheets)
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(parts.read(name))


def test_names_in_charts_refer_to_nothing_when_they_look_like_cells(tmp_path: Path) -> None:
    resources = "resource_id,name,unit,2026/27,2027/28\nmoney,=x!A1,'goals'!$A$1,100,100\n"
    content = pack_xlsx(
        small_report(names=("a!A1", "='goals'!A1")), small_portfolio(tmp_path, {"resources.csv": resources})
    )
    formulas = {part.text for chart in chart_parts(content) for part in chart.iterfind(".//{*}f")}
    assert all(formula.startswith("'answer ") for formula in formulas)


def test_cell_says_that_it_was_cut_when_a_text_is_too_long(quickstart: Portfolio) -> None:
    long = Table("long", "Long", ("Text",), (("y" * 40_000,), ("🏥" * 20_000,), ("z" * 32_767,)), (1,))
    book = openpyxl.load_workbook(io.BytesIO(pack_xlsx(with_tables(small_report(), long), quickstart)))
    first, emoji, whole = (row["Text"] for row in records(book["paper 01 long"]))
    assert first.endswith("(cut: a cell holds 32,767 characters)")
    assert len(first) == 32_767
    assert len(emoji.encode("utf-16-le")) // 2 <= 32_767
    assert emoji.startswith("🏥" * 16_000)
    assert whole == "z" * 32_767
    assert cell_text("short") == "short"


def test_scenario_is_left_out_and_said_so_when_a_workbook_cannot_keep_it(tmp_path: Path) -> None:
    initiatives = "initiative_id,lead,earliest,latest\nwards,x005F_,2026/27,2027/28\nhub,Council,,\n"
    content = pack_xlsx(small_report(), small_portfolio(tmp_path, {"initiatives.csv": initiatives}))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert not set(SCENARIO_SHEETS) & set(book.sheetnames)
    said = dict(row[:2] for row in book["cover"].iter_rows(values_only=True))
    assert said["To open it again"].startswith("The scenario is not in this workbook")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:  # openpyxl itself takes the text for a code and drops it
        assert b"<t>x005F_</t>" in parts.read("xl/sharedStrings.xml")


def test_settings_that_no_file_keeps_are_refused_when_the_scenario_has_them(quickstart: Portfolio) -> None:
    scenario = quickstart.outcome.scenario
    locked: Scenario = replace(scenario, settings=scenario.settings.replace(lock={"handover": "in"}))
    outcome = replace(quickstart.outcome, scenario=locked)
    with pytest.raises(ScenarioError, match="Only weights, balance and case"):
        pack_xlsx(small_report(), replace(quickstart, outcome=outcome))


def test_names_of_sheets_are_made_to_fit_when_they_clash_or_are_illegal(quickstart: Portfolio) -> None:
    names = ("a/b:c*?[d]\\e", "'quoted'", "n" * 80, "N" * 80, "", "goals", "🏥" * 40, "History")
    tables = [Table(name, f"Table {n}", ("A",), (("x",),), (1,)) for n, name in enumerate(names)]
    book = openpyxl.load_workbook(io.BytesIO(pack_xlsx(with_tables(small_report(), *tables), quickstart)))
    papers = [name for name in book.sheetnames if name.startswith("paper")]
    assert len(papers) == len(names)
    assert all(len(name.encode("utf-16-le")) // 2 <= 31 for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    assert [book[name]["A1"].value for name in papers] == [f"Table {n}" for n in range(len(names))]


def test_name_is_numbered_when_it_is_taken() -> None:
    assert sheet_name("Goals", {"goals", "goals 2"}) == "Goals 3"
    assert sheet_name("m" * 40, {"m" * 31}) == "m" * 29 + " 2"
    assert sheet_name("'[x]'", set()) == "\u2019 x \u2019"


def test_headings_are_made_to_fit_when_excel_would_refuse_them() -> None:
    made = unique_headings(["Cost", "COST", "", "two\nlines", "_x0041_", "h" * 300, "h" * 300])
    assert made[:5] == ["Cost", "COST (2)", "Column 3", "two lines", "x0041"]
    assert [len(heading) for heading in made[5:]] == [255, 255]
    assert len(set(made)) == 7


def test_same_table_is_written_once_when_several_sections_show_it(book: Any) -> None:
    assert [name for name in book.sheetnames if name.startswith("paper")] == ["paper 01 portfolio"]


def quantities(*pairs: tuple[float, str]) -> Table:
    rows = tuple((Quantity(*pair),) for pair in pairs)
    return Table("t", "T", ("Amount",), rows, (1,))


@pytest.mark.parametrize(
    ("pairs", "headings", "form"),
    [
        ([(1.25, "£1.25m"), (0.0, "£0.00m")], ["Amount (£m)"], "#,##0.00"),
        ([(1300.0, "£1.3m"), (850.0, "£850k"), (-20.0, "\u2212£20k")], ["Amount (£k)"], "#,##0"),
        ([(0.47, "47\u00a0%"), (1.0, "100\u00a0%")], ["Amount"], "0%"),
        ([(47.0, "47\u00a0%")], ["Amount (%)"], "#,##0"),
        ([(40.0, "40\u00a0WTE"), (2.5, "2.5\u00a0WTE")], ["Amount (WTE)"], "#,##0.0"),
        ([(40.0, "40\u00a0WTE"), (3.0, "£3k")], ["Amount", "Amount, in words"], "#,##0.00"),
        ([(1234.0, "1,234")], ["Amount"], "#,##0"),
        ([(2.0, "two")], ["Amount", "Amount, in words"], "#,##0.00"),
        ([(5.0, "£50k")], ["Amount", "Amount, in words"], "#,##0.00"),
    ],
)
def test_unit_goes_into_the_heading_when_all_of_a_column_share_it(
    pairs: list[tuple[float, str]], headings: list[str], form: str
) -> None:
    columns, rows = spread(quantities(*pairs))
    assert [column.heading for column in columns] == headings
    assert columns[0].form == form
    assert [row[0] for row in rows] == [value for value, _ in pairs]
    if len(columns) > 1:
        assert [row[1] for row in rows] == [text for _, text in pairs]


def test_words_are_not_repeated_when_each_row_names_its_unit() -> None:
    rows = (
        ("Money", "£k", Quantity(1300.0, "£1.3m")),
        ("Staff", "WTE", Quantity(8.0, "8\u00a0WTE")),
        ("Estate", "", ""),
    )
    columns, cells = spread(Table("t", "T", ("Resource", "Unit", "Used"), rows, (1, 1, 1)))
    assert [column.heading for column in columns] == ["Resource", "Unit", "Used"]
    assert [row[2] for row in cells] == [1300.0, 8.0, ""]


def test_words_stand_where_there_is_no_number_when_a_quantity_is_not_finite(quickstart: Portfolio) -> None:
    shown = quantities((float("nan"), "not known"), (3.0, "3"))
    book = openpyxl.load_workbook(io.BytesIO(pack_xlsx(with_tables(small_report(), shown), quickstart)))
    assert [row["Amount"] for row in records(book["paper 01 t"])] == ["not known", 3]


def test_everything_is_written_when_there_are_300_initiatives_and_60_goals(tmp_path: Path) -> None:
    years = "2026/27,2027/28"
    goals = "".join(f"g{n:02d},{(n % 2 and 'national') or 'local'},1,,5\n" for n in range(60))
    names = [f"i{n:03d}" for n in range(300)]
    scenario = read_scenario(
        write_files(
            tmp_path / "s",
            {
                "goals.csv": f"goal_id,tier,weight,{years}\n{goals}",
                "initiatives.csv": "initiative_id,name\n"
                + "".join(f"{name},{'=' + 'w' * 290}{name}\n" for name in names),
                "uses.csv": "initiative_id,resource_id,year_1\n" + "".join(f"{name},money,0.1\n" for name in names),
                "effects.csv": "initiative_id,goal_id,central\n"
                + "".join(f"{name},g{n % 60:02d},1\n" for n, name in enumerate(names)),
                "rules.csv": None,
            },
        )
    )
    found = optimise(scenario)
    portfolio = replace(found, outcome=evaluate(scenario, found.outcome.plan, found.settings))
    labels = tuple(f"{'=' + 'w' * 290}{name}" for name in names)
    content = pack_xlsx(with_tables(small_report(), table(labels)), portfolio)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [row["Initiative"] for row in records(book["paper 01 portfolio"])] == list(labels)
    assert len(records(book["answer goals"])) == 120
    assert len(records(book["answer plan"])) == len(portfolio.outcome.plan)
    heights = [book["paper 01 portfolio"].row_dimensions[row].height for row in range(6, 20)]
    assert min(heights) >= 15 * 5
    reading = inspect_bytes("pack.xlsx", content)
    assert reading.scenario is not None
    assert reading.scenario.hash == scenario.hash


def test_hostile_texts_are_all_there_when_they_are_legal(hostile: bytes) -> None:
    rows = records(openpyxl.load_workbook(io.BytesIO(hostile))["paper 01 portfolio"])
    assert len(rows) == len(HOSTILE)
    assert [row["Initiative"] for row in rows][:10] == list(HOSTILE[:10])
