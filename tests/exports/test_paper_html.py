"""The paper as HTML, opened with a parser: one file, no scripts, nothing of the scenario live, nothing left out."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import lxml.html
import pandas as pd
import pytest

from prioritiser.exports.html.figure_rows import figure_table
from prioritiser.exports.html.paper import paper_html
from prioritiser.report.document import Figure, FigureKind, Length
from tests.sample_reports import HOSTILE, hostile_report, small_figures, small_report

REPORTS = {
    "small": small_report(),
    "short": small_report(Length.SHORT),
    "hostile": hostile_report(),
}
NAMES = pytest.mark.parametrize("name", REPORTS)
SVG_PARTS = set("svg g path rect text tspan line polygon polyline circle defs clippath lineargradient stop".split())
HTML_PARTS = set(
    "html head meta title style body a main div header h1 h2 p strong dl dt dd section ol ul li nav i wbr "
    "figure figcaption details summary table caption thead tbody tr th td".split()
)


@cache
def page_of(name: str) -> Any:
    return lxml.html.document_fromstring(paper_html(REPORTS[name]))


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


@NAMES
def test_file_says_what_it_is_when_opened(name: str) -> None:
    page, report = page_of(name), REPORTS[name]
    assert page.get("lang") == "en-GB"
    assert page.findtext(".//title") == report.title
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert [words(heading) for heading in page.iter("h1")] == [report.title]
    assert paper_html(report).startswith(b"<!DOCTYPE html>")


@NAMES
def test_nothing_is_live_when_parsed(name: str) -> None:
    elements = [element for element in page_of(name).iter() if isinstance(element.tag, str)]
    assert {element.tag for element in elements} <= HTML_PARTS | SVG_PARTS
    keys = {key for element in elements for key in element.attrib}
    assert not [key for key in keys if key.startswith("on") or key in ("src", "srcset", "action", "xlink:href")]
    # the links are those of the contents and the one that skips to the paper
    links = [element.get("href") for element in elements if element.get("href") is not None]
    assert links
    assert all(re.fullmatch(r"#(section-\d+|sources|content)", link) for link in links)


@NAMES
def test_file_needs_nothing_else_when_opened(name: str) -> None:
    source = paper_html(REPORTS[name]).decode()
    style = "".join(element.text for element in page_of(name).iter("style"))
    assert "@import" not in style and "url(" not in style
    attributes = "".join(str(value) for element in page_of(name).iter() for value in element.attrib.values())
    assert not re.search(r"url\((?!#)", attributes)
    assert "http" not in attributes.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in source


@NAMES
def test_ids_are_unique_and_found_when_named(name: str) -> None:
    page = page_of(name)
    ids = page.xpath("//@id")
    assert [key for key, times in Counter(ids).items() if times > 1] == []
    named = [key for value in page.xpath("//@aria-labelledby") for key in value.split()]
    named += [link.removeprefix("#") for link in page.xpath("//@href")]
    named += re.findall(r"url\(#([^)]+)\)", " ".join(page.xpath("//@*")))
    assert set(named) <= set(ids)


def test_everything_is_said_when_the_paper_is_whole() -> None:
    page, report = page_of("small"), REPORTS["small"]
    text = words(page.find("body"))
    said = [report.subtitle, report.flag, report.headline, report.proof, *report.recommendation]
    said += [part for pair in (*report.masthead, *report.provenance) for part in pair]
    said += [part for section in report.sections for part in (section.heading, section.finding)]
    said += ["Level of goal g at the end of year t", "L(g,t) = baseline + trend · t + gains − losses"]
    assert [part for part in said if " ".join(part.split()) not in text] == []
    headings = [words(heading) for heading in page.iter("h2")]
    contents = [words(entry) for entry in page.xpath("//nav//li")]
    assert contents == [*(section.heading for section in report.sections), "Where these figures come from"]
    assert headings == ["Recommendation", "Contents", *contents]


def test_names_are_shown_as_they_are_when_hostile() -> None:
    rows = page_of("hostile").xpath("//table[caption[starts-with(., 'Table 1:')]]/tbody/tr/th")
    shown = [row.text_content() for row in rows]
    assert shown == [*HOSTILE[:-1], "bell flipped"]


def test_pictures_have_words_beside_them_when_parsed() -> None:
    page = page_of("small")
    pictures = page.xpath("//figure//div[@role='img']")
    assert [picture.get("aria-label") for picture in pictures] == [figure.alt for figure in small_figures()]
    assert all(len(picture.xpath("./*[local-name()='svg']")) == 1 for picture in pictures)
    captions = [words(caption) for caption in page.iter("figcaption")]
    assert captions == [f"Figure {number}: {figure.title}" for number, figure in enumerate(small_figures(), 1)]
    assert len(page.xpath("//figure/details[summary='Show as a table']//table")) == len(small_figures())


@NAMES
def test_tables_can_be_read_out_when_parsed(name: str) -> None:
    tables = list(page_of(name).iter("table"))
    assert tables
    for table in tables:
        assert words(table.find("caption"))
        assert all(head.get("scope") == "col" for head in table.xpath("./thead/tr/th"))
        assert all(head.get("scope") == "row" and words(head) for head in table.xpath("./tbody/tr/th"))
        (frame,) = table.xpath("parent::div[@class='scroll' and @tabindex='0']")
        assert frame.get("aria-labelledby") == table.find("caption").get("id")


def test_numbers_stand_at_the_right_when_a_column_holds_them() -> None:
    (table, *_) = page_of("small").xpath("//table[caption[starts-with(., 'Table 1:')]]")
    assert [words(cell) for cell in table.xpath("./tbody/tr/*[@class='number']")] == ["£0.00m", "£1.25m", "£2.50m"]
    assert [words(cell) for cell in table.xpath("./thead/tr/*[@class='number']")] == ["Largest use of revenue"]


def test_short_paper_is_without_contents() -> None:
    page = page_of("short")
    assert not list(page.iter("nav"))
    assert "In short." in words(page)
    assert not list(page.iter("figure"))


def test_file_is_the_same_when_written_twice() -> None:
    assert paper_html(REPORTS["hostile"]) == paper_html(REPORTS["hostile"])


def as_text(figure: Figure) -> list[list[str]]:
    table = figure_table(figure)
    return [list(table.columns), *([str(cell) for cell in row] for row in table.rows)]


def test_rows_of_a_figure_are_in_plain_words_when_shown() -> None:
    tiers, gantt, goals, capacity, trade_off, waterfall, chances, triangle, spread = map(as_text, small_figures())
    assert tiers == [
        ["Tier", "Recommended", "Doing nothing", "Today's plan", "Best alone"],
        ["National", "32\u00a0%", "11\u00a0%", "29\u00a0%", "41\u00a0%"],
        ["Local", "28\u00a0%", "−13\u00a0%", "−7\u00a0%", "38\u00a0%"],
        ["Long term", "47\u00a0%", "18\u00a0%", "", "55\u00a0%"],
    ]
    assert gantt[2] == ["Community hubs", "Community trust", "2026/27", "60\u00a0%"]
    assert goals[1] == ["Treated within 18 weeks", "National", "2026/27", "70.0 %", "20\u00a0%", "no"]
    assert goals[-1] == ["Smoking", "Long term", "2028/29", "91.0 %", "100\u00a0%", "yes"]
    assert capacity[1] == ["Revenue", "2026/27", "20 of 20", "£m"]
    assert trade_off[:2] == [
        ["Portfolio", "National", "Local", "Long term", "Recommended"],
        ["Portfolio 1", "41\u00a0%", "10\u00a0%", "20\u00a0%", "no"],
    ]
    assert [row[1] for row in waterfall] == [
        "Change in the score", "25.0\u00a0%", "−3.0\u00a0%", "+14.0\u00a0%", "36.0\u00a0%"
    ]  # fmt: skip
    assert chances[-1] == ["Smoking", "Long term", "3\u00a0%"]
    assert triangle[1] == ["Recommended", "40", "30", "30", "yes"]
    assert spread[2] == ["Council (5)", "National", *(f"{part}\u00a0%" for part in (10, 20, 25, 30, 35))]


def test_a_figure_without_today_has_no_such_column_when_shown() -> None:
    rows = pd.DataFrame([("local", "Local", 0.5, 0.1)], columns=["tier", "name", "score", "do_nothing"])
    figure = Figure(FigureKind.TIERS, "Half", "Half.", rows)
    assert as_text(figure) == [["Tier", "Recommended", "Doing nothing"], ["Local", "50\u00a0%", "10\u00a0%"]]


def test_print_keeps_headings_and_what_leads_to_pictures_with_what_follows() -> None:
    style = "".join(element.text for element in page_of("small").iter("style"))
    printed = re.sub(r"/\*.*?\*/", "", style.partition("@media print")[2])
    kept = re.search(r"([^{};]+)\{ break-after: avoid; \}", printed)
    assert kept and {"h2", ".finding", "caption", "figcaption"} <= {part.strip() for part in kept[1].split(",")}
    assert "p:has(+ :is(figure, .table))" in kept[1]
    whole = re.search(r"([^{};]+)\{ break-inside: avoid; \}", printed)
    assert whole and "figure" in whole[1] and ".picture" in whole[1]
