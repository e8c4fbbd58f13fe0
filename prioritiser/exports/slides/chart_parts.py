"""What every native chart of a slide shares: rows that stay text in its workbook, type, words and series."""

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.slide import Slide
from pptx.util import Pt

from prioritiser.charts.theme import INK, LINE, OFFICE_FONT, QUIET
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.slides.frame import Box, colour, describe
from prioritiser.exports.slides.text import SMALLEST
from prioritiser.text.formatting import percent, reads_as_nothing

PERCENT = "0\u00a0%"
_SPACE = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
type Value = float | None
type SheetRow = tuple[int, Sequence[str | Value]]


class BarRows(CategoryChartData):
    """Categories and their series, whose workbook holds text as text and numbers as numbers."""

    made: datetime | None = None

    @property
    def xlsx_blob(self) -> bytes:
        """Return the workbook behind the chart: categories in the first column, then one column a series."""
        names = [series.name for series in self]
        rows: list[SheetRow] = [(0, [None, *names])]
        for position, category in enumerate(self.categories):
            values = [list(series.values)[position] for series in self]
            rows.append((position + 1, [str(category.label), *values]))
        return _workbook(rows, self.made)


class PointRows(XyChartData):
    """Points and their series, whose workbook holds text as text and numbers as numbers."""

    made: datetime | None = None

    @property
    def xlsx_blob(self) -> bytes:
        """Return the workbook behind the chart: one block of two columns a series, its name over the second."""
        rows: list[SheetRow] = []
        for series in self:
            top = self._workbook_writer.series_table_row_offset(series)
            rows.append((top, [None, series.name]))
            pairs = zip(series.x_values, series.y_values, strict=True)
            rows.extend((top + 1 + position, pair) for position, pair in enumerate(pairs))
        return _workbook(rows, self.made)


def bar_rows(labels: Sequence[str], series: Mapping[str, Sequence[Value]], number_format: str) -> Any:
    """Collect the rows of a chart of bars; values that are not numbers become gaps."""
    kind: Any = BarRows  # the library does not say its types
    rows = kind(number_format=number_format)
    rows.categories = [one_line(label) or "–" for label in labels]
    for name, values in series.items():
        rows.add_series(one_line(name), [_number(value) for value in values])
    return rows


def point_rows(number_format: str) -> Any:
    """Begin the rows of a chart of points."""
    kind: Any = PointRows
    return kind(number_format=number_format)


def place_chart(slide: Slide, kind: Any, rows: Any, box: Box, names: tuple[str, str]) -> Any:
    """Place a native chart without a title of its own and return it. names: its own, and what it shows in words."""
    rows.made = slide.part.package.core_properties.created
    frame: Any = slide.shapes.add_chart(kind, *box.emu, rows)
    describe(frame, *names)
    chart = frame.chart
    chart.has_title = False
    chart.font.size, chart.font.name, chart.font.color.rgb = Pt(SMALLEST), OFFICE_FONT, colour(INK)
    chart.has_legend = False
    dates = chart._chartSpace.findall("{*}date1904")  # a chart of points has none
    chart._chartSpace.insert(len(dates), parse_xml(f'<c:lang {_SPACE} val="en-GB"/>'))
    return chart


def add_legend(chart: Any) -> None:
    """Add a legend below the chart."""
    chart.has_legend = True
    legend = chart.legend
    legend.position, legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    legend.font.size = Pt(SMALLEST)


def add_title(chart: Any, text: str, size: float = 14) -> None:
    """Add a title to a chart that stands beside others."""
    chart.has_title = True
    chart.chart_title.include_in_layout = False
    run = chart.chart_title.text_frame.paragraphs[0].add_run()
    run.text = one_line(text)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), True, colour(INK)


def paint(part: Any, fill: str, edge: str = "") -> None:
    """Fill a series or a point; without a fill only its edge is seen, if it has one."""
    if fill:
        part.format.fill.solid()
        part.format.fill.fore_color.rgb = colour(fill)
    else:
        part.format.fill.background()
    if edge:
        part.format.line.color.rgb = colour(edge)
        part.format.line.width = Pt(1.5)
    else:
        part.format.line.fill.background()


def label_values(series: Any, number_format: str, position: Any = XL_LABEL_POSITION.OUTSIDE_END) -> None:
    """Write its value beside every bar of a series."""
    labels = series.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = number_format, False
    labels.font.size, labels.font.color.rgb = Pt(SMALLEST), colour(INK)
    labels.position = position


def label_shares(series: Any, shares: Iterable[float]) -> None:
    """Write its share beside every bar of a series, those that are tiny in words: 0.4 % and not 0 %."""
    label_values(series, PERCENT)
    for position, share in enumerate(shares):
        if reads_as_nothing(share):
            label_point(series.points[position], percent(share), INK, XL_LABEL_POSITION.OUTSIDE_END)


def label_point(point: Any, text: str, ink: str, position: Any) -> None:
    """Write words at one bar or point."""
    label = point.data_label
    run = label.text_frame.paragraphs[0].add_run()
    run.text = one_line(text)
    run.font.size, run.font.color.rgb = Pt(SMALLEST), colour(ink)
    label.text_frame.word_wrap = False
    label.position = position


def hide_values(chart: Any, lowest: float, highest: float) -> None:
    """Leave out the axis of values, which the labels of the bars stand for, and keep room for these labels."""
    axis = chart.value_axis
    axis.visible, axis.has_major_gridlines = False, False
    span = max(highest, 0.0) - min(lowest, 0.0) or 1.0
    axis.minimum_scale = min(lowest, 0.0) - (0.12 * span if lowest < 0 else 0.0)
    axis.maximum_scale = max(highest, 0.0) + 0.14 * span


def show_categories(chart: Any, from_top: bool = False) -> None:
    """Show the names of the bars, never turned, at the edge also where bars are below zero."""
    axis = chart.category_axis
    axis.reverse_order = from_top
    axis.has_major_gridlines = False
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.tick_labels.font.size = Pt(SMALLEST)
    axis.format.line.color.rgb = colour(QUIET)
    body = axis._element.find("{*}txPr/{*}bodyPr")
    body.attrib.update({"rot": "0", "vert": "horz"})
    every = parse_xml(f'<c:tickLblSkip {_SPACE} val="1"/>')
    before = axis._element.find("{*}noMultiLvlLbl")
    if before is not None:
        before.addprevious(every)


def show_values(axis: Any, title: str, number_format: str = PERCENT) -> None:
    """Show an axis of numbers with its title."""
    axis.has_title = True
    run = axis.axis_title.text_frame.paragraphs[0].add_run()
    run.text = one_line(title)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(SMALLEST), False, colour(INK)
    axis.tick_labels.font.size = Pt(SMALLEST)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = number_format, False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.has_major_gridlines, axis.major_tick_mark = True, XL_TICK_MARK.NONE
    axis.major_gridlines.format.line.color.rgb = colour(LINE)
    axis.format.line.color.rgb = colour(QUIET)


def fix_plot(chart: Any, left: float, top: float, width: float, height: float) -> None:
    """Set where the bars stand, in shares of the chart, so that the room for names is known."""
    area = chart._chartSpace.find(".//{*}plotArea")
    old = area.find("{*}layout")
    if old is not None:
        area.remove(old)
    places = {"x": left, "y": top, "w": width, "h": height}
    sizes = "".join(f'<c:{name} val="{value:.4f}"/>' for name, value in places.items())
    fixed = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    layout = f"<c:layout {_SPACE}><c:manualLayout>{fixed}{sizes}</c:manualLayout></c:layout>"
    area.insert(0, parse_xml(layout))


def _number(value: Value) -> Value:
    return None if value is None or not math.isfinite(value) else float(value)


def _workbook(rows: Sequence[SheetRow], made: datetime | None) -> bytes:
    content = io.BytesIO()
    kept_as_text = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(content, kept_as_text) as book:
        book.set_properties({"created": made})
        sheet = book.add_worksheet("Sheet1")  # the chart refers to it by this name
        for number, cells in rows:
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
        sheet.set_column(0, 0, 30)
    return content.getvalue()
