"""The slides, opened with the library and read again as XML: charts that can be edited, words, and nothing live."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import openpyxl
import pandas as pd
import pytest
from lxml import etree
from PIL import ImageFont
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Emu, Inches

from prioritiser.charts.theme import BOLD, REGULAR, font_file
from prioritiser.exports.slides.deck import slides_pptx
from prioritiser.exports.slides.text import cut, fit, line_count
from prioritiser.report.document import Figure, FigureKind, Length, Paragraph, Report, Section, Table
from tests.depth import thorough
from tests.sample_reports import EVERY, HOSTILE, YEARS, hostile_report, small_figures, small_report, table

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
LAID_OUT = ("small", "hostile", thorough("big"))
TIERS = ("national", "local", "long_term")


def opened(report: Report) -> Any:
    return Presentation(io.BytesIO(slides_pptx(report)))


def with_figure(figure: Figure, points: tuple[str, ...] = ("One point.",)) -> Report:
    section = Section("one", "Heading", "What was found", (Paragraph("Words of the paper."), figure), EVERY, points)
    return replace(small_report(Length.SLIDES), sections=(section,))


def figure_of(kind: FigureKind) -> Figure:
    return next(figure for figure in small_figures() if figure.kind is kind)


def charts(deck: Any) -> list[Any]:
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def tables(deck: Any) -> list[list[list[str]]]:
    """All tables of the deck but the last, which is the provenance."""
    found = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    return [[[cell.text_frame.text for cell in row.cells] for row in one.rows] for one in found[:-1]]


def series_of(chart: Any) -> dict[str, list[float | None]]:
    return {series.name: list(series.values) for series in chart.plots[0].series}


def long_gantt(count: int) -> Figure:
    rows = [
        (
            f"Initiative {n} with a name that is rather long",
            f"Lead {n % 4}",
            YEARS[n % 3],
            n % 3,
            2,
            1.0 if n % 5 else 0.35,
        )
        for n in range(count)
    ]
    return replace(
        figure_of(FigureKind.GANTT),
        rows=pd.DataFrame(rows, columns=["initiative", "lead", "start", "first", "last", "share"]),
    )


def long_goals(count: int) -> Figure:
    rows = [
        (f"Goal {n}: people seen in time after referral", TIERS[n % 3], year, n / count, f"{n}.5\u00a0%", False)
        for n in range(count)
        for year in YEARS
    ]
    return replace(
        figure_of(FigureKind.GOALS),
        rows=pd.DataFrame(rows, columns=["goal", "tier", "year", "attainment", "words", "met"]),
    )


def long_capacity(count: int) -> Figure:
    rows = [(f"Resource {n}", year, float(n), 10.0, "WTE", f"{n} of 10") for n in range(count) for year in YEARS]
    return replace(
        figure_of(FigureKind.CAPACITY),
        rows=pd.DataFrame(rows, columns=["resource", "year", "used", "capacity", "unit", "words"]),
    )


def long_chances(count: int) -> Figure:
    rows = [(f"Goal {n}", TIERS[n % 3], n / count) for n in range(count)]
    return replace(figure_of(FigureKind.CHANCES), rows=pd.DataFrame(rows, columns=["goal", "tier", "chance"]))


def waterfall(steps: list[tuple[str, float, float, float, str]]) -> Figure:
    return replace(
        figure_of(FigureKind.WATERFALL), rows=pd.DataFrame(steps, columns=["step", "change", "start", "end", "kind"])
    )


def hostile_figures() -> list[Figure]:
    """Every figure, with hostile words wherever it takes words."""
    plain = {figure.kind: figure for figure in small_figures()}
    count = len(HOSTILE)
    gantt = pd.DataFrame(
        [(name, name, YEARS[0], 0, 2, 1.0 if n % 2 else 0.5) for n, name in enumerate(HOSTILE)],
        columns=["initiative", "lead", "start", "first", "last", "share"],
    )
    goals = pd.DataFrame(
        [(name, TIERS[n % 3], year, 0.5, name, False) for n, name in enumerate(HOSTILE) for year in YEARS],
        columns=["goal", "tier", "year", "attainment", "words", "met"],
    )
    steps = pd.DataFrame(
        [(name, 0.1, n / 10, (n + 1) / 10, "gain") for n, name in enumerate(HOSTILE)],
        columns=["step", "change", "start", "end", "kind"],
    )
    chances = pd.DataFrame(
        [(name, TIERS[n % 3], n / count) for n, name in enumerate(HOSTILE)], columns=["goal", "tier", "chance"]
    )
    options = pd.DataFrame(
        [(n / 20, n / 30, 0.3, n == 1, name) for n, name in enumerate(HOSTILE)],
        columns=["national", "local", "long_term", "chosen", "name"],
    )
    capacity = pd.DataFrame(
        [(name, year, 5.0, 10.0, name, name) for name in HOSTILE[:4] for year in YEARS],
        columns=["resource", "year", "used", "capacity", "unit", "words"],
    )
    tiers = plain[FigureKind.TIERS].rows.assign(name=list(HOSTILE[:3]))
    rows = {
        FigureKind.GANTT: gantt,
        FigureKind.GOALS: goals,
        FigureKind.WATERFALL: steps,
        FigureKind.CHANCES: chances,
        FigureKind.TRADE_OFF: options,
        FigureKind.CAPACITY: capacity,
        FigureKind.TIERS: tiers,
    }
    return [
        replace(plain[kind], rows=own, title=HOSTILE[0], alt=" ".join(HOSTILE), note=HOSTILE[2])
        for kind, own in rows.items()
    ]


def most_hostile() -> Report:
    report = hostile_report(Length.SLIDES)
    more = Section(
        "more", HOSTILE[5], HOSTILE[9], (Paragraph(" ".join(HOSTILE)), *hostile_figures()), EVERY, HOSTILE[4:9]
    )
    hostile_table = Section("t", HOSTILE[1], HOSTILE[6], (table(HOSTILE),), EVERY, HOSTILE[:2])
    return replace(report, sections=(*report.sections, more, hostile_table), headline=HOSTILE[9], proof=HOSTILE[2])


def big() -> Report:
    long_words = "a finding that goes on for a whole sentence and another one, as they do where three providers matter to two places in one system"
    figures = (long_gantt(300), long_goals(60), long_capacity(12), long_chances(60))
    sections = tuple(
        Section(
            figure.kind.value,
            "Heading",
            f"{figure.title}: {long_words}, {long_words}",
            (figure,),
            EVERY,
            (long_words,) * 7,
        )
        for figure in figures
    )
    names = tuple(f"Initiative {n} with a name that is rather long for a table" for n in range(300))
    return replace(
        small_report(Length.SLIDES),
        sections=(*sections, Section("t", "Table", long_words, (table(names),), EVERY)),
        recommendation=(long_words,) * 30,
    )


@cache
def file_called(name: str) -> bytes:
    return slides_pptx({"small": lambda: small_report(Length.SLIDES), "hostile": most_hostile, "big": big}[name]())


@pytest.fixture(scope="module", params=LAID_OUT)
def deck(request: pytest.FixtureRequest) -> Any:
    return Presentation(io.BytesIO(file_called(request.param)))


@pytest.fixture(scope="module")
def hostile_file() -> bytes:
    return file_called("hostile")


def test_slides_are_cover_recommendation_sections_provenance() -> None:
    report = small_report(Length.SLIDES)
    deck = opened(report)
    assert (deck.slide_width, deck.slide_height) == (Inches(13.333), Inches(7.5))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles == [
        report.title,
        report.headline,
        *(section.finding for section in report.sections),
        "What the figures were made from",
    ]
    cover = " ".join(shape.text_frame.text for shape in deck.slides[0].placeholders)
    for words in (report.subtitle, "Meeting: Board in public", "Paper number: 07", report.flag):
        assert words in cover
    second = [shape.text_frame.text for shape in deck.slides[1].shapes if shape.has_text_frame]
    assert {"Recommendation", report.proof, "\n".join(report.recommendation)} <= set(second)


def test_a_section_that_is_not_for_slides_is_left_out() -> None:
    full = small_report(Length.FULL)
    assert full.sections[-1].key == "equations"
    titles = [slide.shapes.title.text_frame.text for slide in opened(full).slides]
    assert full.sections[-1].finding not in titles
    assert full.sections[0].finding in titles


def test_points_are_at_most_five_and_real_points() -> None:
    slide = opened(with_figure(figure_of(FigureKind.TIERS), tuple(f"Point {n}." for n in range(7)))).slides[2]
    points = slide.placeholders[1]
    assert [paragraph.text for paragraph in points.text_frame.paragraphs] == [f"Point {n}." for n in range(5)]


def test_footer_and_number_are_read_last(deck: Any) -> None:
    for slide in deck.slides:
        assert [shape.name for shape in list(slide.shapes)[-2:]] == ["Footer", "Slide number"]


def test_titles_differ_and_are_read_first(deck: Any) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert all(slide.shapes[0].shape_id == slide.shapes.title.shape_id for slide in deck.slides)


def test_every_slide_has_its_footer_and_number(deck: Any) -> None:
    for number, slide in enumerate(deck.slides, start=1):
        by_kind = {shape.placeholder_format.type.name: shape for shape in slide.placeholders}
        assert by_kind["FOOTER"].text_frame.text.startswith("Illustrative: no real system is described.")
        (field,) = by_kind["SLIDE_NUMBER"]._element.iter(f"{A}fld")
        assert (field.get("type"), field.findtext(f"{A}t")) == ("slidenum", str(number))


def test_no_placeholder_is_empty(deck: Any) -> None:
    for slide in deck.slides:
        assert all(
            shape.text_frame.text.strip() or list(shape._element.iter(f"{A}fld")) for shape in slide.placeholders
        )


def test_every_chart_table_and_picture_says_what_it_shows(deck: Any) -> None:
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert len(shape._element.xpath(".//p:cNvPr")[0].get("descr")) > 10, shape.name


def test_the_alternative_text_is_that_of_the_figure() -> None:
    slides = Presentation(io.BytesIO(file_called("small"))).slides
    for number, figure in enumerate(small_figures(), start=2):
        said = [e.get("descr") for shape in slides[number].shapes for e in shape._element.xpath(".//p:cNvPr[@descr]")]
        assert figure.alt in said, figure.kind


def test_everything_stays_on_its_slide(deck: Any) -> None:
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            height = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            assert shape.top + height <= deck.slide_height - Emu(Inches(0.5) if shape.has_table else 0), shape.name


def test_no_text_leaves_its_box_and_none_is_small(deck: Any) -> None:
    for slide in deck.slides:
        for frame, width, height, bold in text_boxes(slide):
            needed = 0.0
            for paragraph in frame.paragraphs:
                sizes = {run.font.size.pt for run in paragraph.runs if run.font.size}
                assert not sizes or min(sizes) >= 12
                needed += (
                    1.2
                    * max(sizes, default=12)
                    * wrapped_lines(paragraph.text, width / 12700, max(sizes, default=12), bold)
                )
            assert needed <= height / 12700 + 0.5, frame.text


def text_boxes(slide: Any) -> Iterator[tuple[Any, int, int, bool]]:
    for shape in slide.shapes:
        if shape.has_table:
            for number, row in enumerate(shape.table.rows):
                for column, cell in zip(shape.table.columns, row.cells, strict=True):
                    margins = cell.margin_left + cell.margin_right, cell.margin_top + cell.margin_bottom
                    yield cell.text_frame, column.width - margins[0], row.height - margins[1], number == 0
        elif shape.has_text_frame:
            is_title = shape == slide.shapes.title
            indent = Inches(0.25) if shape.is_placeholder and shape.placeholder_format.idx == 1 else 0
            yield shape.text_frame, shape.width - indent, shape.height, is_title


def wrapped_lines(text: str, width: float, size: float, bold: bool) -> int:
    """Wrap words as programs do, measured with the font itself and with nothing to spare."""
    font = ImageFont.truetype(str(font_file(BOLD if bold else REGULAR)), 200)
    lines, line = 1, ""
    for word in text.split(" "):
        if font.getlength(f"{line} {word}".strip()) * size / 200 <= width:
            line = f"{line} {word}".strip()
            continue
        lines, line = lines + (1 if line else 0), ""
        for letter in word:
            if font.getlength(line + letter) * size / 200 > width:
                lines, line = lines + 1, ""
            line += letter
    return lines


def test_tiers_are_bars_with_a_gap_where_there_is_no_number() -> None:
    (chart,) = charts(opened(with_figure(figure_of(FigureKind.TIERS))))
    assert chart.chart_type == XL_CHART_TYPE.BAR_CLUSTERED
    assert list(chart.plots[0].categories) == ["● National", "▲ Local", "■ Long term"]
    assert series_of(chart) == {
        "This portfolio": [0.32, 0.28, 0.47],
        "Today's plan": [0.29, -0.07, None],
        "Doing nothing": [0.11, -0.13, 0.18],
        "Best for this tier alone": [0.41, 0.375, 0.55],
    }
    assert all(code.text.replace("\u00a0", " ") == "0 %" for code in chart._chartSpace.iter(f"{C}formatCode"))


def test_gantt_stacks_years_over_those_before() -> None:
    (chart,) = charts(opened(with_figure(figure_of(FigureKind.GANTT))))
    assert chart.chart_type == XL_CHART_TYPE.BAR_STACKED
    assert list(chart.plots[0].categories) == ["Years", "Virtual wards", "Community hubs", "Estates"]
    shown = series_of(chart)
    assert shown["Years before"] == [None, 0.0, 0.0, 2.0]
    assert shown["Whole"] == [None, 3.0, None, 1.0]
    assert shown["In part"] == [None, None, 3.0, None]
    assert [shown[year] for year in YEARS] == [[1.0, None, None, None]] * 3
    assert chart.plots[0].series[0]._element.find(f"{C}spPr/{A}noFill") is not None
    assert "60\u00a0% · Community trust" in "".join(chart._chartSpace.itertext(f"{A}t"))


def test_gantt_of_300_is_on_more_slides_with_at_most_15_each() -> None:
    found = charts(opened(with_figure(long_gantt(300))))
    names = [[str(name) for name in chart.plots[0].categories][1:] for chart in found]
    assert max(len(page) for page in names) <= 15
    numbers = [int(name.split()[1]) for page in names for name in page]
    assert numbers == list(range(300))


def test_goals_are_a_table_that_reads_without_colour() -> None:
    (rows,) = tables(opened(with_figure(figure_of(FigureKind.GOALS))))
    assert [[cell.replace("\u00a0", " ") for cell in row] for row in rows] == [
        ["Goal", *YEARS],
        ["● Treated within 18 weeks", "70.0 %", "80.5 %", "91.0 %"],
        ["▲ Falls", "70.0 %, worse", "80.5 %", "91.0 %"],
        ["■ Smoking", "70.0 %", "80.5 %", "91.0 % ✓"],
    ]


def test_goals_are_darker_the_further_they_are() -> None:
    deck = opened(with_figure(figure_of(FigureKind.GOALS)))
    shown = next(shape.table for shape in deck.slides[2].shapes if shape.has_table)
    fills = [
        [
            cell._tc.tcPr.findtext(f"{A}solidFill") is not None
            and cell._tc.tcPr.find(f"{A}solidFill/{A}srgbClr").get("val")
            for cell in row.cells
        ][1:]
        for row in list(shown.rows)[1:]
    ]
    lightness = [[sum(bytes.fromhex(fill)) if fill else 765 for fill in row] for row in fills]
    assert lightness[0][0] > lightness[0][1] > lightness[0][2]  # 20, 50 and 90 % of the way
    assert lightness[2][2] == lightness[0][2]  # 80 % or more, as on paper; that a target is met is a tick
    assert fills[2][:2] == [False, False]  # no target in these years


def test_a_unit_that_a_row_shares_is_said_once() -> None:
    rows = [
        ("Falls", "local", year, 0.5, f"{n},{n}00\u00a0falls a year", False) for n, year in enumerate(YEARS, start=1)
    ]
    goals = replace(
        figure_of(FigureKind.GOALS),
        rows=pd.DataFrame(rows, columns=["goal", "tier", "year", "attainment", "words", "met"]),
    )
    (found,) = tables(opened(with_figure(goals)))
    assert found[1] == ["▲ Falls, falls a year", "1,100", "2,200", "3,300"]


def test_60_goals_are_all_there_in_order() -> None:
    pages = tables(opened(with_figure(long_goals(60))))
    goals = [int(row[0].split()[2].rstrip(":")) for page in pages for row in page[1:]]
    assert goals == list(range(60))
    assert all(page[0] == ["Goal", *YEARS] for page in pages)


def test_capacity_is_one_chart_a_resource_the_fullest_first() -> None:
    deck = opened(with_figure(figure_of(FigureKind.CAPACITY)))
    found = charts(deck)
    assert [chart.chart_title.text_frame.text for chart in found] == ["Revenue, £m", "Staff, WTE", "Estate, m²"]
    assert all(chart.chart_type == XL_CHART_TYPE.COLUMN_CLUSTERED for chart in found)
    assert series_of(found[0]) == {"Used": [20.0, 20.0, 15.0], "Capacity": [20.0, 20.0, 20.0]}
    assert series_of(found[2]) == {"Used": [5.0, -3.0, 0.0]}


def test_capacity_of_more_than_four_resources_is_a_table() -> None:
    deck = opened(with_figure(long_capacity(12)))
    assert charts(deck) == []
    rows = [row for page in tables(deck) for row in page[1:]]
    assert [row[0] for row in rows] == [f"Resource {n}, WTE, of 10" for n in range(12)]
    assert rows[10][1:] == ["10, full"] * 3
    assert rows[9][1:] == ["9"] * 3


def test_capacity_without_limit_is_neither_full_nor_shaded() -> None:
    rows = [(f"Resource {n}", year, float(n), float("nan"), "", f"{n}") for n in range(6) for year in YEARS]
    columns = ["resource", "year", "used", "capacity", "unit", "words"]
    deck = opened(with_figure(replace(figure_of(FigureKind.CAPACITY), rows=pd.DataFrame(rows, columns=columns))))
    (found,) = tables(deck)
    assert found[6] == ["Resource 5", "5", "5", "5"]
    shown = next(shape.table for shape in deck.slides[2].shapes if shape.has_table)
    assert all(cell._tc.tcPr.find(f"{A}solidFill") is None for row in shown.rows for cell in row.cells)


def test_trade_off_is_a_chart_of_points_with_the_chosen_one_named() -> None:
    (chart,) = charts(opened(with_figure(figure_of(FigureKind.TRADE_OFF))))
    assert chart.chart_type == XL_CHART_TYPE.XY_SCATTER
    points = {
        series.name: [(float(x), float(y)) for x, y in zip(values(series, "xVal"), values(series, "yVal"), strict=True)]
        for series in chart.plots[0].series
    }
    assert points == {"Other portfolios": [(0.41, 0.1)], "Today": [(0.2, 0.37)], "Recommended": [(0.32, 0.28)]}
    assert [text for text in chart._chartSpace.itertext(f"{A}t") if text == "Recommended"]
    assert chart.category_axis.axis_title.text_frame.text == "National: share of the way to its targets"


def values(series: Any, name: str) -> list[str]:
    return [value.text for value in series._element.find(f"{C}{name}").iter(f"{C}v")]


def test_names_that_would_cover_each_other_are_in_the_legend_only() -> None:
    rows = [(0.3, 0.3, 0.1, n == 0, f"Option {n}") for n in range(12)] + [(0.1, 0.1, 0.1, False, "")]
    figure = replace(
        figure_of(FigureKind.TRADE_OFF),
        rows=pd.DataFrame(rows, columns=["national", "local", "long_term", "chosen", "name"]),
    )
    (chart,) = charts(opened(with_figure(figure)))
    labelled = [text for text in chart._chartSpace.itertext(f"{A}t") if text.startswith("Option")]
    assert "Option 0" in labelled and len(labelled) <= 4
    assert chart.has_legend


def test_waterfall_stacks_steps_over_what_is_not_seen() -> None:
    (chart,) = charts(opened(with_figure(figure_of(FigureKind.WATERFALL))))
    assert chart.chart_type == XL_CHART_TYPE.COLUMN_STACKED
    shown = series_of(chart)
    assert shown["Up to here"] == [None, 0.22, 0.22, None]
    assert shown["Total"] == [0.25, None, None, 0.36]
    assert shown["Loss"] == [None, pytest.approx(0.03), None, None]
    assert shown["Gain"] == [None, None, pytest.approx(0.14), None]
    words = [text.replace("\u00a0", " ") for text in chart._chartSpace.itertext(f"{A}t")]
    assert words == ["25 %", "−3 points", "+14 points", "36 %"]


def test_waterfall_below_and_across_zero_ends_where_it_should() -> None:
    steps = [
        ("Today", -0.1, 0.0, -0.1, "total"),
        ("Loss", -0.05, -0.1, -0.15, "loss"),
        ("Gain", 0.4, -0.15, 0.25, "gain"),
        ("Then", 0.25, 0.0, 0.25, "total"),
    ]
    (chart,) = charts(opened(with_figure(waterfall(steps))))
    shown = {name: found for name, found in series_of(chart).items() if name != "Change"}
    for position, (_, _, start, end, _) in enumerate(steps):
        column = [found[position] or 0.0 for found in shown.values()]
        assert sum(part for part in column if part > 0) == pytest.approx(max(start, end, 0.0))
        assert sum(part for part in column if part < 0) == pytest.approx(min(start, end, 0.0))
    assert shown["Up to here"] == [None, -0.1, None, None]


def test_waterfall_of_many_steps_runs_from_top_to_bottom() -> None:
    steps = [(f"Step {n}", 0.01, n / 100, (n + 1) / 100, "gain") for n in range(20)]
    found = charts(opened(with_figure(waterfall(steps))))
    assert [chart.chart_type for chart in found] == [XL_CHART_TYPE.BAR_STACKED] * 2
    assert [name for chart in found for name in chart.plots[0].categories] == [f"Step {n}" for n in range(20)]


def test_chances_are_bars_and_a_table_when_there_are_many() -> None:
    (chart,) = charts(opened(with_figure(figure_of(FigureKind.CHANCES))))
    assert chart.chart_type == XL_CHART_TYPE.BAR_CLUSTERED
    assert series_of(chart) == {
        "● National": [0.9, None, None],
        "▲ Local": [None, 0.48, None],
        "■ Long term": [None, None, 0.03],
    }
    many = opened(with_figure(long_chances(16)))
    assert charts(many) == []
    rows = [row for page in tables(many) for row in page[1:]]
    assert rows[0] == ["Goal 0", "● National", "0\u00a0%"]
    assert [row[0] for row in rows] == [f"Goal {n}" for n in range(16)]


def test_the_triangle_is_a_picture() -> None:
    figure = figure_of(FigureKind.TRIANGLE)
    (picture,) = [shape for shape in opened(with_figure(figure)).slides[2].shapes if shape.shape_type == 13]
    assert picture.image.content_type == "image/png"
    assert picture.image.size[0] / picture.image.size[1] == pytest.approx(picture.width / picture.height, rel=0.01)


def test_further_figures_have_slides_of_their_own() -> None:
    figures = small_figures()
    section = Section("all", "All", "What was found", figures, EVERY, ("A point.",))
    deck = opened(replace(small_report(Length.SLIDES), sections=(section,)))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides][2:-1]
    assert titles == ["What was found", *(figure.title for figure in figures[1:])]


def test_a_table_shows_eight_rows_and_says_how_many_more() -> None:
    names = tuple(f"Initiative {n}" for n in range(30))
    section = Section("t", "Table", "What was found", (table(names),), EVERY)
    deck = opened(replace(small_report(Length.SLIDES), sections=(section,)))
    (rows,) = tables(deck)
    assert [row[0] for row in rows] == ["Initiative", *names[:8]]
    said = " ".join(shape.text_frame.text for shape in deck.slides[2].shapes if shape.has_text_frame)
    assert "And 22 more in the full paper. Judged figures are marked." in said


def test_a_wide_table_beside_points_has_a_slide_of_its_own() -> None:
    wide = Table("wide", "A wide table", ("A", "B", "C", "D", "E", "F"), (("a", "b", "c", "d", "e", "f"),), (1.0,) * 6)
    section = Section("t", "Table", "What was found", (wide,), EVERY, ("A point.",))
    titles = [
        slide.shapes.title.text_frame.text
        for slide in opened(replace(small_report(Length.SLIDES), sections=(section,))).slides
    ]
    assert titles[2:-1] == ["What was found", "A wide table"]


def test_a_recommendation_is_never_cut() -> None:
    asked = tuple(f"Number {n}: {'approve this and that ' * 12}end {n}." for n in range(20))
    deck = opened(replace(small_report(Length.SLIDES), recommendation=asked))
    found = [
        paragraph.text
        for slide in deck.slides
        for shape in slide.placeholders
        if shape.placeholder_format.idx == 1
        for paragraph in shape.text_frame.paragraphs
    ]
    assert [text for text in found if text.startswith("Number")] == list(asked)


def test_notes_carry_the_words_of_the_paper() -> None:
    report = small_report(Length.SLIDES)
    slides = list(opened(report).slides)[2:-1]
    for section, slide in zip(report.sections, slides, strict=True):
        assert (
            slide.notes_slide.notes_text_frame.text
            == f"{section.finding}: what this means for the board.\nNothing is certain."
        )


def test_language_and_properties() -> None:
    file = slides_pptx(small_report(Length.SLIDES))
    with zipfile.ZipFile(file_of(file)) as whole:
        for name in whole.namelist():
            if name.startswith("ppt/") and name.endswith(".xml") and "theme" not in name:
                for run in etree.fromstring(whole.read(name)).iter(f"{A}r", f"{A}fld"):
                    assert run.find(f"{A}rPr").get("lang") == "en-GB", name
    properties = Presentation(file_of(file)).core_properties
    assert (properties.title, properties.author) == ("Five-year plan", "A. Author")
    assert properties.created.replace(tzinfo=None) == properties.modified.replace(tzinfo=None) == datetime(2026, 11, 25)


def file_of(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def test_the_same_report_gives_the_same_bytes(hostile_file: bytes) -> None:
    assert slides_pptx(most_hostile()) == hostile_file
    with zipfile.ZipFile(file_of(hostile_file)) as whole:
        assert {entry.date_time for entry in whole.infolist()} == {(2026, 11, 25, 0, 0, 0)}


def test_the_workbooks_of_charts_hold_no_formula_and_no_link(hostile_file: bytes) -> None:
    with zipfile.ZipFile(file_of(hostile_file)) as whole:
        books = [name for name in whole.namelist() if name.endswith(".xlsx")]
        contents = [whole.read(name) for name in books]
    assert len(books) > 10
    texts: set[str] = set()
    for content in contents:
        with zipfile.ZipFile(file_of(content)) as book:
            for name in book.namelist():
                assert b"<f>" not in book.read(name) and b"<hyperlink" not in book.read(name)
                assert "externalLink" not in name and b'TargetMode="External"' not in book.read(name)
        for row in openpyxl.load_workbook(file_of(content)).active.iter_rows():
            assert all(cell.data_type in ("s", "n") and cell.hyperlink is None for cell in row)
            texts |= {cell.value for cell in row if isinstance(cell.value, str)}
    assert {"=1+1", "@SUM(A1)"} <= texts


def test_the_workbook_holds_what_its_chart_shows() -> None:
    for kind in (FigureKind.TIERS, FigureKind.GANTT, FigureKind.WATERFALL):
        (chart,) = charts(opened(with_figure(figure_of(kind))))
        sheet = openpyxl.load_workbook(file_of(chart.part.chart_workbook.xlsx_part.blob))["Sheet1"]
        for series in chart.plots[0].series:
            reference = series._element.find(f"{C}val//{C}f").text.removeprefix("Sheet1!").replace("$", "")
            assert [cell.value for (cell,) in sheet[reference]] == pytest.approx(list(series.values))
            heading = series._element.find(f"{C}tx//{C}f").text.removeprefix("Sheet1!").replace("$", "")
            assert sheet[heading].value == series.name
    (chart,) = charts(opened(with_figure(figure_of(FigureKind.TRADE_OFF))))
    sheet = openpyxl.load_workbook(file_of(chart.part.chart_workbook.xlsx_part.blob))["Sheet1"]
    for series in chart.plots[0].series:
        for name in ("xVal", "yVal"):
            reference = series._element.find(f"{C}{name}//{C}f").text.removeprefix("Sheet1!").replace("$", "")
            assert [cell.value for (cell,) in sheet[reference]] == [float(value) for value in values(series, name)]


def test_nothing_in_the_slides_is_live_and_every_part_is_xml(hostile_file: bytes) -> None:
    with zipfile.ZipFile(file_of(hostile_file)) as whole:
        assert not [name for name in whole.namelist() if "vba" in name.lower() or "printer" in name]
        for name in whole.namelist():
            content = whole.read(name)
            if not name.endswith((".xml", ".rels")):
                continue
            etree.fromstring(content)
            assert b'TargetMode="External"' not in content, name
            assert b"hlinkClick" not in content and b"oleObj" not in content, name
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", content.decode()), name


def test_hostile_words_are_shown_as_they_are() -> None:
    deck = opened(hostile_report(Length.SLIDES))
    shown = {
        paragraph.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
    }
    assert set(HOSTILE[:-1]) <= shown
    assert "bell flipped" in shown


def test_words_from_right_to_left_are_marked() -> None:
    deck = opened(hostile_report(Length.SLIDES))
    found = [
        paragraph
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        if paragraph.text == HOSTILE[7]
    ]
    assert found and all(paragraph._p.pPr.get("rtl") == "1" for paragraph in found)


def test_a_report_without_sections_flag_and_proof_still_is_slides() -> None:
    bare = replace(
        small_report(Length.SLIDES),
        sections=(),
        flag="",
        proof="",
        masthead=(),
        recommendation=(),
        subtitle="",
        title="",
    )
    deck = opened(bare)
    assert [slide.shapes.title.text_frame.text for slide in deck.slides] == [
        "Untitled",
        bare.headline,
        "What the figures were made from",
    ]


def test_cut_ends_at_a_word_and_fits() -> None:
    text = "Start three of five initiatives in the first year and two later"
    short = cut(text, 150, 12, 1)
    assert short.endswith("…") and text.startswith(short.removesuffix("…"))
    assert text[len(short) - 1] == " "
    assert line_count(short, 150, 12) == 1
    assert cut("short", 150, 12) == "short"


def test_fit_takes_the_largest_type_and_cuts_only_below_the_smallest() -> None:
    assert fit(["One word"], (400, 40)).size == 24
    assert fit(["word " * 40], (200, 100)).size < 24
    tight = fit(["word " * 400, "short"], (200, 60))
    assert tight.size == 12 and not tight.is_whole and tight.height <= 60
    assert tight.texts[0].endswith("…") and tight.texts[1] == "short"
