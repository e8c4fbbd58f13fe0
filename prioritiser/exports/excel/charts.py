"""Charts of the pack, drawn by the spreadsheet itself from the cells of the pack's tables."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prioritiser.analysis.summary.contributions import money_resource
from prioritiser.analysis.summary.resources_used import use_against_capacity
from prioritiser.analysis.summary.summary import last_scored_year, met_count
from prioritiser.charts import theme
from prioritiser.evaluation.outcome import TIERS
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.common.tables import number_form
from prioritiser.exports.excel import answer
from prioritiser.exports.excel.sheet import Pack, Placed
from prioritiser.report.document import Figure, FigureKind, Report
from prioritiser.text.formatting import amount_of, counted, percent, reads_as_nothing

WIDTH = 110
_SIZE, _MOST_BARS = (860, 460), 18
_FONT = {"name": theme.OFFICE_FONT, "size": theme.SHEET_CHART, "color": theme.INK}
_MOST_RESOURCES = 6
_EMPTY = {"none": True}


@dataclass(frozen=True)
class _Drawn:
    """A chart with its finding and its words for those who do not see it."""

    finding: str
    alt: str
    chart: Any


def write_charts(pack: Pack, sheet: Any, placed: Mapping[str, Placed], said: tuple[Portfolio, Report]) -> int:
    """Write charts to a sheet; each has its finding and a description above it. Returns how many there are.

    placed: where the tables of the answer stand, by the name that was wanted for them.
    """
    portfolio, report = said
    figures = answer.first_figures(report)
    drawn = [_tiers(pack, placed[answer.TIERS_SHEET], figures), _targets(pack, placed[answer.TARGETS], portfolio)]
    drawn += _resources(pack, placed[answer.RESOURCES], portfolio)
    if answer.STEPS in placed:
        drawn.append(_steps(pack, placed[answer.STEPS], figures[FigureKind.WATERFALL]))
    if answer.CHANCES in placed:
        drawn += _chances(pack, placed[answer.CHANCES], figures[FigureKind.CHANCES])
    sheet.set_column(0, 0, WIDTH)
    sheet.hide_gridlines(2)
    row = pack.heading(sheet, "Charts, drawn from the tables of this workbook", WIDTH)
    sheet.write_string(row, 0, "Each has its finding and a description in words above it.", pack.line)
    sheet.write_url(row + 1, 0, "internal:'contents'!A1", pack.link, "Back to the contents")
    row, breaks = row + 2, []
    for number, chart in enumerate(drawn):
        if number:
            breaks.append(row)
        row = _place(pack, sheet, row, chart)
    sheet.set_h_pagebreaks(breaks)
    return len(drawn)


def _place(pack: Pack, sheet: Any, row: int, drawn: _Drawn) -> int:
    alt = one_line(drawn.alt)
    for words, look in ((one_line(drawn.finding), pack.bold), (alt, pack.line)):
        for line in textwrap.wrap(words, WIDTH):
            sheet.write_string(row, 0, line, look)
            row += 1
    drawn.chart.set_size({"width": _SIZE[0], "height": _SIZE[1]})
    sheet.insert_chart(row, 0, drawn.chart, {"description": alt, "object_position": 2})
    return row + _SIZE[1] // 20 + 1


def _chart(pack: Pack, kind: str, title: str, subtype: str = "") -> Any:
    chart = pack.book.add_chart({"type": kind} | ({"subtype": subtype} if subtype else {}))
    chart.set_title(
        {"name": title, "name_font": _FONT | {"size": theme.SHEET_CHART_TITLE, "bold": True}, "overlay": False}
    )
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_chartarea({"border": _EMPTY})
    return chart


def _axes(chart: Any, form: str, title: str | list[str | int] = "", is_across: bool = False, most: float = 0) -> None:
    """Set both axes: categories in order, numbers with their form and faint lines behind them.

    most: the axis runs from 0 to this, by default as the figures need.
    """
    values: dict[str, Any] = {
        "num_format": form,
        "num_font": _FONT,
        "major_gridlines": {"visible": True, "line": {"color": theme.LINE}},
        "line": _EMPTY,
    }
    if most:
        values |= {"min": 0, "max": most}
    if title:
        values |= {"name": title, "name_font": _FONT | {"bold": False}}
    names: dict[str, Any] = {
        "num_font": _FONT,
        "label_position": "low",
        "line": {"color": theme.QUIET},
        "major_gridlines": {"visible": False},
    }
    if is_across:
        # bars run downwards in the order of the table, with the numbers under the last
        chart.set_y_axis(names | {"reverse": True})
        chart.set_x_axis(values | {"label_position": "high"})
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(values)


def _series(placed: Placed, heading: str, names: str, look: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": heading, "categories": placed.cells(names), "values": placed.cells(heading), **look}


def _solid(colour: str, form: str = "", ink: str = theme.INK) -> dict[str, Any]:
    look: dict[str, Any] = {"fill": {"color": colour}, "border": {"color": colour}, "gap": 60}
    labels = {"value": True, "num_format": form, "font": _FONT | {"color": ink}}
    return look | ({"data_labels": labels} if form else {})


def _say_tiny(series: dict[str, Any], shares: Sequence[float]) -> None:
    """Label shares that would read as 0 % in words."""
    tiny = [{"value": percent(share)} if reads_as_nothing(share) else None for share in shares]
    if any(tiny):
        series["data_labels"] = series["data_labels"] | {"custom": tiny}


_TIER_COLUMNS = {"Score": "score", answer.TODAY: "today", "Do nothing": "do_nothing", "Best alone": "best_alone"}


def _tiers(pack: Pack, placed: Placed, figures: Mapping[FigureKind, Figure]) -> _Drawn:
    chart = _chart(pack, "bar", "Share of the way to the targets, by tier")
    figure = figures.get(FigureKind.TIERS)
    looks = {"Score": theme.BLUE, answer.TODAY: theme.GREY, "Do nothing": theme.PALE_GREY, "Best alone": theme.TEAL}
    for heading, colour in looks.items():
        series = _series(placed, heading, "Tier", _solid(colour, "0%"))
        if figure is not None:
            by_tier = figure.rows.set_index("tier")[_TIER_COLUMNS[heading]]
            _say_tiny(series, [float(by_tier.get(tier, math.nan)) for tier in TIERS])
        chart.add_series(series)
    _axes(chart, "0%", is_across=True)
    plain = "Bars by tier: the score, today's plan, doing nothing, and the best for the tier alone."
    return _Drawn(figure.title if figure else "How far each tier gets", figure.alt if figure else plain, chart)


def _targets(pack: Pack, placed: Placed, portfolio: Portfolio) -> _Drawn:
    outcome, year = portfolio.outcome, last_scored_year(portfolio.outcome.scenario)
    chart = _chart(pack, "column", "Targets by year", "stacked")
    chart.add_series(_series(placed, "Met", "Year", _solid(theme.BLUE, "0;;", theme.PAPER)))
    chart.add_series(_series(placed, "Missed", "Year", _solid(theme.LINE, "0;;")))
    _axes(chart, "0", "Number of targets")
    met, targets = met_count(outcome, year)
    finding = f"{met} of {counted(targets, 'target')} {'is' if targets == 1 else 'are'} met at the end of {year}"
    said = "; ".join("{2}: {0} of {1} met".format(*met_count(outcome, y), y) for y in outcome.scenario.years)
    return _Drawn(finding, f"Columns of targets met and missed by year. {said}.", chart)


def _resources(pack: Pack, placed: Placed, portfolio: Portfolio) -> list[_Drawn]:
    """Draw each of the first resources by year against its capacity, money first."""
    scenario = portfolio.outcome.scenario
    money, years = money_resource(scenario), len(scenario.years)
    use = use_against_capacity(portfolio.outcome)
    order = sorted(range(len(scenario.resources)), key=lambda n: scenario.resources[n].resource_id != money)
    drawn = []
    for position in order[:_MOST_RESOURCES]:
        resource, first = scenario.resources[position], placed.first + position * years
        last = first + years - 1
        chart = _chart(pack, "column", "Used and available, by year")
        mine = use.iloc[position * years : (position + 1) * years]
        limits = [float(number) for number in mine["available"]]
        form = _amount_form([*limits, *mine["used"]])
        chart.add_series(_part(placed, "Used", ("Year", first, last), _solid(theme.BLUE, form)))
        if any(map(math.isfinite, limits)):
            look = {"fill": {"color": theme.LINE}, "border": {"color": theme.QUIET}}
            chart.add_series(_part(placed, "Available", ("Year", first, last), _solid(theme.LINE, form) | look))
        _axes(chart, form, placed.cells("Unit", first, first)[:3] if resource.unit else "")
        unit = resource.unit or "no unit"
        spent = zip(scenario.years, mine["used"], limits, strict=True)
        said = "; ".join(f"{year}: {amount_of(float(used), limit, resource.unit)}" for year, used, limit in spent)
        alt = f"Columns of what is used, beside what is available where there is a limit. {said}."
        drawn.append(_Drawn(f"{resource.label} by year, in {unit}", alt, chart))
    return drawn


def _amount_form(values: Sequence[float]) -> str:
    """Write the number format of amounts: at most two decimals, or as many as it takes to see small ones."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return "#,##0.##" if largest >= 1 or largest == 0 else number_form(2 - math.floor(math.log10(largest)))


def _part(placed: Placed, heading: str, rows: tuple[str, int, int], look: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a series of some rows: the heading of the column with their names, the first row and the last."""
    names, first, last = rows
    return {
        "name": heading,
        "categories": placed.cells(names, first, last),
        "values": placed.cells(heading, first, last),
        **look,
    }


def _steps(pack: Pack, placed: Placed, figure: Figure) -> _Drawn:
    """Stack each step on a base that is not drawn; what lies below zero hangs from it."""
    chart = _chart(pack, "column", "Weighted share of the way, step by step", "stacked")
    chart.add_series(_series(placed, answer.BASE, answer.SHORT, {"fill": _EMPTY, "border": _EMPTY, "gap": 40}))
    hidden = [0]
    series = 1
    for name, colour in ((answer.TOTAL, theme.INK), (answer.GAIN, theme.BLUE), (answer.LOSS, theme.RUST)):
        chart.add_series(_series(placed, name, answer.SHORT, _solid(colour)))
        series += 1
        if f"{name} {answer.BELOW}" in placed.columns:
            chart.add_series(_series(placed, f"{name} {answer.BELOW}", answer.SHORT, _solid(colour)))
            hidden.append(series)
            series += 1
    chart.combine(_labels(pack, placed, figure))
    chart.set_legend({"position": "bottom", "font": _FONT, "delete_series": [*hidden, series]})
    _axes(chart, "0%")
    return _Drawn(figure.title, figure.alt, chart)


def _labels(pack: Pack, placed: Placed, figure: Figure) -> Any:
    """Make a line that is not drawn, along the tops of the steps, which carries what each changes."""
    line = pack.book.add_chart({"type": "line"})
    words = [
        {"value": answer.step_words(*step)} for step in figure.rows[["kind", "change", "end"]].itertuples(index=False)
    ]
    labels = {"value": True, "position": "above", "custom": words, "font": _FONT}
    line.add_series(
        _series(placed, answer.TOP, answer.SHORT, {"line": _EMPTY, "marker": {"type": "none"}, "data_labels": labels})
    )
    return line


def _chances(pack: Pack, placed: Placed, figure: Figure) -> list[_Drawn]:
    """Draw the chances as bars, so many a chart that each fits a printed page."""
    drawn = []
    bars = placed.last - placed.first + 1
    each = math.ceil(bars / math.ceil(bars / _MOST_BARS))
    for first in range(placed.first, placed.last + 1, each):
        rows = first, min(first + each - 1, placed.last)
        chart = _chart(pack, "bar", "Chance of each target")
        series = _part(placed, "Chance", (answer.SHORT, *rows), _solid(theme.BLUE, "0%"))
        _say_tiny(series, [float(chance) for chance in figure.rows["chance"][first - placed.first :][:each]])
        chart.add_series(series)
        _axes(chart, "0%", is_across=True, most=1.0)
        chart.set_legend(_EMPTY)
        more = "" if first == placed.first else " (continued)"
        drawn.append(_Drawn(f"{figure.title}{more}", f"{figure.alt}{more}", chart))
    return drawn
