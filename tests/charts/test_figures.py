"""Figures as pictures: what is drawn, that it stays inside, that nothing in it acts, and that it needs no other fonts."""

from __future__ import annotations

import io
import itertools
import math
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree
from PIL import Image, ImageFont

from prioritiser.charts import theme as fonts
from prioritiser.charts.drawing.scales import shade_of
from prioritiser.charts.figures import draw_figure, split_figure
from prioritiser.charts.specification import chance_words, lines_by_year
from prioritiser.charts.theme import FONT_NAME, FONTS, STEPS, WORDS_ON, text_width
from prioritiser.errors import MissingFileError, PrioritiserError
from prioritiser.exports.common.pictures import figure_png, figure_size, figure_svg
from prioritiser.exports.slides.shading import chances_grid
from prioritiser.report.document import Figure, FigureKind
from tests.depth import thorough
from tests.sample_reports import HOSTILE, YEARS, small_figures

NAN = float("nan")
TIERS = ("national", "local", "long_term")
SVG = "{http://www.w3.org/2000/svg}"
SMALL = {figure.kind: figure for figure in small_figures()}


def gantt(names: list[str], share: float = 1.0) -> Figure:
    rows = [(name, f"Lead of {name}", YEARS[n % 3], n % 3, 2, share) for n, name in enumerate(names)]
    table = pd.DataFrame(rows, columns=["initiative", "lead", "start", "first", "last", "share"])
    return Figure(FigureKind.GANTT, "Starts", "Starts.", table, {"years": list(YEARS)})


def goals(names: list[str], words: str = "412 days per 1,000 people") -> Figure:
    rows = [
        (name, TIERS[n % 3], year, way, f"{name[:20]} {words}", way >= 1)
        for n, name in enumerate(names)
        for year, way in zip(YEARS, (NAN, -0.2, 1.0), strict=True)
    ]
    table = pd.DataFrame(rows, columns=["goal", "tier", "year", "attainment", "words", "met"])
    return Figure(FigureKind.GOALS, "Goals", "Goals.", table, {"years": list(YEARS)})


def named(figure: Figure, names: tuple[str, ...] | list[str]) -> Figure:
    """The figure with the rows and texts of these names, as many times over as there are names."""
    texts = [
        column
        for column in figure.rows
        if column in {"initiative", "lead", "goal", "resource", "words", "unit", "name", "step"}
    ]
    rows = pd.concat(
        [figure.rows.assign(**{column: f"{name} {number}" for column in texts}) for number, name in enumerate(names)],
        ignore_index=True,
    )
    return replace(figure, rows=rows, title=names[0], alt=" ".join(names))


def many() -> list[Figure]:
    """Every figure, small, with hostile names, and with many lines."""
    hostile = [named(figure, HOSTILE) for figure in small_figures()]
    names = [f"Ring-fenced elective surgical hub (4 theatres), number {n}" for n in range(60)]
    big = [gantt(names * 5, 0.25), goals(names), *(named(figure, names[:14]) for figure in small_figures())]
    return [*small_figures(), *hostile, *big]


def texts(figure: Figure) -> list[etree._Element]:
    return list(etree.fromstring(figure_svg(figure).encode()).iter(f"{SVG}text"))


def said(figure: Figure) -> list[str]:
    return [text.text or "" for text in texts(figure)]


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("figure", many(), ids=lambda figure: figure.kind.value)
def test_every_text_and_shape_lies_inside_when_names_are_long_or_many(figure: Figure) -> None:
    width, height = figure_size(figure)
    types = {bold: ImageFont.truetype(str(FONTS / f"LiberationSans-{bold}.ttf"), 1000) for bold in ("Regular", "Bold")}
    for text in texts(figure):
        words, size = text.text or "", float(text.get("font-size", 0))
        wide = size * types["Bold" if text.get("font-weight") else "Regular"].getlength(words) / 1000
        if not all(ord(letter) < 0x590 or 0x2000 <= ord(letter) < 0x2300 for letter in words):
            continue  # letters that the font has not: their width depends on the machine
        left = float(text.get("x", 0)) - {"middle": wide / 2, "end": wide}.get(text.get("text-anchor", ""), 0.0)
        assert left >= -0.5, words
        assert left + wide <= width + 0.5, words
        assert size * 0.7 <= float(text.get("y", 0)) <= height - size * 0.15, words
    for box in etree.fromstring(figure_svg(figure).encode()).iter(f"{SVG}rect"):
        x, y = float(box.get("x", 0)), float(box.get("y", 0))
        assert x >= 0 and y >= 0
        assert x + float(box.get("width", 0)) <= width + 3
        assert y + float(box.get("height", 0)) <= height + 1


@pytest.mark.parametrize("figure", many(), ids=lambda figure: figure.kind.value)
def test_picture_holds_only_shapes_and_text_when_names_try_to_act(figure: Figure) -> None:
    svg = figure_svg(figure)
    root = etree.fromstring(svg.encode())
    assert {etree.QName(element).localname for element in root.iter()} <= {
        "svg", "rect", "line", "circle", "polygon", "polyline", "text",
    }  # fmt: skip
    for element in root.iter():
        assert not any(name.startswith("on") or "href" in name or name == "style" for name in element.attrib)
        assert "url(" not in " ".join(value for name, value in element.attrib.items() if name != "aria-label")
    assert not any(unicodedata.category(letter) == "Cc" or "\u202a" <= letter <= "\u202e" for letter in svg)


@pytest.mark.parametrize("figure", small_figures(), ids=lambda figure: figure.kind.value)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_png_has_the_size_and_is_not_blank_when_drawn(figure: Figure, scale: float) -> None:
    with Image.open(io.BytesIO(figure_png(figure, scale))) as picture:
        assert picture.format == "PNG"
        assert picture.size == tuple(scale * side for side in figure_size(figure))
        assert picture.mode == "RGB"
        assert len(picture.convert("L").getcolors() or []) > 20
    assert figure_png(figure, scale) == figure_png(figure, scale)


@pytest.mark.parametrize("figure", small_figures(), ids=lambda figure: figure.kind.value)
def test_picture_is_drawn_when_there_are_no_rows(figure: Figure) -> None:
    empty = replace(figure, rows=figure.rows.iloc[:0])
    assert etree.fromstring(figure_svg(empty).encode()).tag == f"{SVG}svg"


def test_png_shows_the_packaged_font_when_text_is_drawn() -> None:
    # a text in a font that is not there is not drawn at all, so the words' ink is proof of the font
    with Image.open(io.BytesIO(figure_png(gantt(["W" * 12]), 1.0))) as picture:
        assert min(picture.convert("L").crop((0, 40, 130, picture.height)).tobytes()) < 80
    assert f'font-family="{FONT_NAME}, ' in figure_svg(SMALL[FigureKind.GANTT])


def test_font_files_and_their_licence_are_in_the_package_when_installed() -> None:
    assert FONTS.parent.name == "prioritiser"
    assert {path.name for path in FONTS.iterdir()} >= {fonts.REGULAR, fonts.BOLD, "LICENSE"}
    licence = (FONTS / "LICENSE").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name Liberation" in licence
    # the file's own name table says the same of itself
    assert "SIL Open Font License, Version 1.1".encode("utf-16-be") in (FONTS / fonts.REGULAR).read_bytes()


def test_missing_font_says_which_file_when_the_package_is_broken(tmp_path: Path) -> None:
    with pytest.raises(
        MissingFileError, match=r"LiberationSans-Bold\.ttf.*missing.*Install Prioritiser again"
    ) as caught:
        fonts.font_file(fonts.BOLD, tmp_path)
    assert isinstance(caught.value, PrioritiserError)
    assert caught.value.name == "LiberationSans-Bold.ttf"


def test_alt_text_is_the_pictures_name_when_it_holds_quotes() -> None:
    figure = replace(SMALL[FigureKind.TIERS], alt='He said "no" & <b>left</b>\x07 \u202eback')
    root = etree.fromstring(figure_svg(figure).encode())
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'He said "no" & <b>left</b> back'


def test_tiers_say_every_value_when_some_are_negative() -> None:
    words = [text.replace("\u00a0", " ") for text in said(SMALL[FigureKind.TIERS])]
    assert "doing nothing −13 %, today's plan −7 %, best alone 38 %" in words
    assert "doing nothing 18 %, best alone 55 %" in words  # today is not known there
    assert {"32 %", "28 %", "47 %", "−20 %", "100 %"} <= set(words)


def test_gantt_sorts_by_start_and_name_when_drawn() -> None:
    words = said(SMALL[FigureKind.GANTT])
    places = [words.index(name) for name in ("Community hubs", "Virtual wards", "Estates")]
    assert places == sorted(places)
    assert "60\u00a0%" in words


def test_share_stands_beside_its_bar_when_the_bar_is_narrow() -> None:
    figure = replace(gantt(["One", "Two"], 0.25), options={"years": [f"{2020 + n}/{21 + n}" for n in range(30)]})
    shares = [text for text in texts(figure) if text.text == "25\u00a0%"]
    boxes = [
        box for box in etree.fromstring(figure_svg(figure).encode()).iter(f"{SVG}rect") if box.get("stroke-dasharray")
    ]
    bars = {round(float(box.get("y")) + 7): box for box in boxes if box.get("height") == "14"}
    for share in shares:
        bar = bars[round(float(share.get("y")) - 0.35 * 12)]
        end = float(bar.get("x")) + float(bar.get("width"))
        half = text_width("25\u00a0%", 12, bold=True) / 2
        fits_inside = 2 * half <= float(bar.get("width")) - 4
        assert fits_inside or float(share.get("x")) - half >= end or float(share.get("x")) + half <= float(bar.get("x"))


@pytest.mark.parametrize(("fill", "words"), list(zip(STEPS, WORDS_ON, strict=True)))
def test_words_have_contrast_on_every_shade_when_read(fill: str, words: str) -> None:
    lighter, darker = sorted((luminance(fill), luminance(words)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_shades_grow_darker_when_printed_in_black_and_white() -> None:
    greys = [Image.new("RGB", (1, 1), fill).convert("L").getpixel((0, 0)) for fill in ("#ffffff", *STEPS)]
    assert all(before - after >= 15 for before, after in itertools.pairwise(greys))


@pytest.mark.parametrize(
    ("way", "shade"),
    [
        (-0.01, None),
        (-1e-12, 0),
        (0.0, 0),
        (0.199, 0),
        (0.2, 1),
        (0.4, 2),
        (0.6, 3),
        (0.8, 4),
        (1.0, 4),
        (1.7, 4),
        (0.3 + 0.3, 3),
    ],
)
def test_shade_is_the_fifth_of_the_way_when_it_is_not_behind(way: float, shade: int | None) -> None:
    assert shade_of(way) == shade


def test_cell_is_marked_when_met_behind_or_without_target() -> None:
    root = etree.fromstring(figure_svg(goals(["A goal"], "")).encode())
    legend = 60  # px: what lies above is the legend
    boxes = [box for box in root.iter(f"{SVG}rect") if float(box.get("y", 0)) > legend]
    filled = [box for box in boxes if box.get("fill") in STEPS]
    assert [box.get("fill") for box in filled] == [STEPS[4]]
    assert [box.get("stroke-dasharray") for box in boxes].count("4 3") == 1
    assert sum(float(box.get("stroke-width", 0)) > 2 for box in boxes) == 1
    assert sum(float(mark.get("cy", 0)) > 110 for mark in root.iter(f"{SVG}circle")) == 1
    assert {"target met", "further away than at the start", "no target that year"} <= set(said(goals(["A goal"])))


def test_capacity_draws_release_below_the_line_when_use_is_negative() -> None:
    root = etree.fromstring(figure_svg(SMALL[FigureKind.CAPACITY]).encode())
    released = [box for box in root.iter(f"{SVG}rect") if box.get("stroke-dasharray")][-1]
    lines = [float(line.get("y1")) for line in root.iter(f"{SVG}line") if line.get("stroke") == "#4c6272"]
    assert float(released.get("y")) == pytest.approx(lines[-1], abs=0.1)  # it begins at its zero and goes down
    assert {"20 of 20", "released (below the line)", "without a frame: no limit"} <= set(
        said(SMALL[FigureKind.CAPACITY])
    )


def test_steps_carry_their_sign_when_they_gain_or_lose() -> None:
    assert {"25\u00a0%", "−3\u00a0points", "+14\u00a0points", "36\u00a0%", "gain (+)", "loss (−)"} <= set(
        said(SMALL[FigureKind.WATERFALL])
    )


def test_small_steps_are_not_written_as_nothing_when_below_a_point() -> None:
    rows = [
        ("Now", 0.25, 0.0, 0.25, "total"),
        ("Little", 0.004, 0.25, 0.254, "gain"),
        ("Then", 0.254, 0.0, 0.254, "total"),
    ]
    table = pd.DataFrame(rows, columns=["step", "change", "start", "end", "kind"])
    assert {"+0.4\u00a0points", "25.4\u00a0%"} <= set(said(replace(SMALL[FigureKind.WATERFALL], rows=table)))


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.0, "0\u00a0%"), (0.001, "< 1 %"), (0.48, "48\u00a0%"), (0.997, "> 99 %"), (1.0, "100\u00a0%"), (NAN, "–")],
)
def test_chance_is_never_called_sure_when_it_is_not(chance: float, words: str) -> None:
    assert chance_words(chance) == words


def test_trade_off_names_points_without_overlap_when_they_lie_close() -> None:
    rows = [(0.4 + 0.002 * n, 0.3 + 0.001 * n, 0.1 * n, n == 4, f"Portfolio {n}") for n in range(9)]
    figure = replace(SMALL[FigureKind.TRADE_OFF], rows=pd.DataFrame(rows, columns=[*TIERS, "chosen", "name"]))
    labels = [text for text in texts(figure) if (text.text or "").startswith("Portfolio")]
    assert len(labels) == 9
    areas = []
    for label in labels:
        half = text_width(label.text or "", 12, bool(label.get("font-weight"))) / 2
        areas.append(
            (
                float(label.get("x")) - half,
                float(label.get("y")) - 9,
                float(label.get("x")) + half,
                float(label.get("y")) + 3,
            )
        )
    for one, other in itertools.combinations(areas, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_triangle_puts_weights_where_they_belong_when_drawn() -> None:
    rows = [("Thirds", 1, 1, 1, True), ("Only local", 0, 5, 0, False), ("Only local too", 0, 9, 0, False)]
    figure = replace(SMALL[FigureKind.TRIANGLE], rows=pd.DataFrame(rows, columns=["name", *TIERS, "chosen"]))
    root = etree.fromstring(figure_svg(figure).encode())
    chosen = next(mark for mark in root.iter(f"{SVG}circle") if mark.get("r") == "8.5")
    # the middle of a triangle lies a third of its height above its base, half way along it
    assert float(chosen.get("cx")) == pytest.approx(34 + 320 / 2, abs=0.1)
    assert float(chosen.get("cy")) == pytest.approx(30 + 320 * math.sqrt(3) / 2 * 2 / 3, abs=0.1)
    assert {"1, 2", "Only local", "34 / 33 / 33", "0 / 100 / 0", "All National", "All Long term"} <= set(said(figure))


@pytest.mark.parametrize("count", [1, 2])
def test_triangle_is_a_line_when_there_are_fewer_tiers(count: int) -> None:
    tiers = list(TIERS[:count])
    rows = pd.DataFrame([("Chosen", *([1] * count), True)], columns=["name", *tiers, "chosen"])
    figure = Figure(FigureKind.TRIANGLE, "T", "A", rows, {"tiers": tiers})
    assert {"Chosen", "All National"} <= set(said(figure))
    scores = rows.assign(**dict.fromkeys(tiers, 0.3))
    assert "Chosen" in said(Figure(FigureKind.TRADE_OFF, "T", "A", scores, {"tiers": tiers}))


def test_split_keeps_every_line_once_when_there_are_many() -> None:
    figure = gantt([f"Initiative {n:03}" for n in range(300)])
    parts = split_figure(figure)
    assert all(len(part.rows) <= 40 for part in parts)
    assert [part.title for part in parts] == [f"Starts ({n} of {len(parts)})" for n in range(1, len(parts) + 1)]
    joined = pd.concat([part.rows for part in parts], ignore_index=True)
    whole = sorted(figure.rows.to_dict("records"), key=lambda row: (row["first"], row["initiative"]))
    assert joined.to_dict("records") == whole
    assert parts[0].alt.startswith("Starts. (Part 1 of ")


@pytest.mark.parametrize("most", [12, thorough(40)])
def test_split_keeps_to_a_height_when_lines_are_long(most: int) -> None:
    names = [f"Ring-fenced elective surgical hub (4 theatres), number {n}" for n in range(60)]
    for figure in (
        gantt(names),
        goals(names),
        named(SMALL[FigureKind.CAPACITY], names[:9]),
        named(SMALL[FigureKind.CHANCES], names),
    ):
        parts = split_figure(figure, most)
        assert len(parts) > 1
        assert max(figure_size(part)[1] for part in parts) <= 22 * most + 80
        assert sum(len(part.rows) for part in parts) == len(figure.rows)
        assert set(parts[0].rows.columns) == set(figure.rows.columns)


def test_split_keeps_years_of_a_goal_together_when_goals_are_many() -> None:
    for part in split_figure(goals([f"Goal {n}" for n in range(60)], "")):
        assert set(part.rows.groupby("goal").size()) == {3}


@pytest.mark.parametrize("figure", small_figures(), ids=lambda figure: figure.kind.value)
def test_split_leaves_a_figure_as_it_is_when_it_is_small(figure: Figure) -> None:
    assert split_figure(figure) == (figure,)


def test_split_is_refused_when_a_figure_would_have_no_line() -> None:
    with pytest.raises(ValueError, match="at least 1 line"):
        split_figure(gantt(["One"]), 0)


def test_size_is_that_of_the_svg_when_asked_for() -> None:
    figure = SMALL[FigureKind.GOALS]
    canvas = draw_figure(figure)
    assert (canvas.width, canvas.height) == figure_size(figure)
    assert re.search(rf'width="{canvas.width}" height="{canvas.height}"', canvas.svg(figure.alt))


def test_unit_stands_once_under_the_name_when_cells_have_no_room_for_it() -> None:
    figure = replace(
        SMALL[FigureKind.GOALS],
        rows=SMALL[FigureKind.GOALS].rows.assign(words="9,500\u00a0appointments in each of all the years"),
    )
    words = said(figure)
    assert words.count("9,500") == 9
    assert sum(text.startswith("appointments in each") for text in words) == 3
    assert said(SMALL[FigureKind.GOALS]).count("70.0 %") == 3  # where there is room the words stay whole


def test_a_chance_reads_alike_in_pictures_and_in_tables_of_slides() -> None:
    rows = pd.DataFrame(
        [("A&E", "national", 0.997), ("Falls", "local", 0.002), ("Smoking", "long_term", float("nan"))],
        columns=["goal", "tier", "chance"],
    )
    figure = Figure(FigureKind.CHANCES, "Chances", "Chances.", rows)
    words = ["> 99 %", "< 1 %", "–"]
    assert [row[-1].text for row in chances_grid(figure).rows] == words
    assert [text for text in said(figure) if text in words] == words


def test_lines_go_by_year_and_leave_a_gap_where_a_year_has_no_row() -> None:
    rows = pd.DataFrame(
        [("b", "Same", "local", "2027/28"), ("a", "Same", "national", "2026/27")],
        columns=["goal_id", "goal", "tier", "year"],
    )
    figure = Figure(FigureKind.GOALS, "Goals", "Goals.", rows, {"years": ["2026/27", "2027/28"]})
    lines = lines_by_year(figure, "goal")
    assert [(line.name, line.tier, [cell is not None for cell in line.cells]) for line in lines] == [
        ("Same", "local", [False, True]),
        ("Same", "national", [True, False]),
    ]


def test_spread_puts_marks_and_bars_where_their_numbers_lie_when_drawn() -> None:
    """The scale goes from 0 to 1 over the same px for every line, so parts of it are as far apart as the numbers."""
    boxes = etree.fromstring(figure_svg(SMALL[FigureKind.SPREAD]).encode()).iter(f"{SVG}rect")
    bars = [(float(box.get("x", "0")), float(box.get("width"))) for box in boxes if box.get("height") == "8"]
    assert len(bars) == 3
    unit = bars[0][1] / 0.2  # the middle half of everybody, from 0.3 to 0.5
    assert [width / unit for _, width in bars] == pytest.approx([0.2, 0.1, 0.15], abs=0.001)
    assert [(x - bars[0][0]) / unit + 0.3 for x, _ in bars] == pytest.approx([0.3, 0.2, 0.1], abs=0.001)
    words = said(SMALL[FigureKind.SPREAD])
    assert words.count("National") == 1 and "40\u00a0%" in words and "100\u00a0%" in words
