"""What the Compare page shows as HTML: who is compared, and where they differ; each text is escaped."""

import math
from collections.abc import Sequence

import pandas as pd

from prioritiser.analysis.comparison.differences import FigureRow, InitiativeRow, Reached, Start, TargetRow
from prioritiser.analysis.summary.changes import because
from prioritiser.analysis.summary.summary import proof
from prioritiser.charts.compare import OUT
from prioritiser.scenario.in_words import decimals_for, settings_words
from prioritiser.scenario.schema import Goal
from prioritiser.text.formatting import amount, counted, percent, plain, shortened
from prioritiser.ui.components.answer_tables import SHAPES, met_or_short, tier_name
from prioritiser.ui.components.markup import NOTHING, Column, Markup, Part, element, table, together
from prioritiser.ui.pages.compare.work import NOW, SAVED, TODAY, WHAT_IF, Side

MARKS = {"A": "●", "B": "■", "C": "▲", "D": "◆"}
KINDS = {
    TODAY: "What is planned today, under the settings in force",
    NOW: "Recommended for the settings in force",
    SAVED: "Saved option",
    WHAT_IF: "What-if of the scenario",
}
_NAME = 44


def side_card(side: Side, now: Side | None) -> Markup:
    """Say what is compared: name, kind, note, how it differs in its settings, what it holds and how sure it is."""
    candidate, outcome = side.candidate, side.outcome
    mark = element("span", f"{MARKS[side.letter]} {side.letter}", class_=f"side side-{side.letter}")
    lines: list[Part] = [
        element("h2", mark, f" {shortened(candidate.name, 90)}"),
        element("p", KINDS[candidate.kind], class_="quiet"),
    ]
    if candidate.note:
        lines.append(element("p", shortened(candidate.note, 400)))
    if candidate.kind in {SAVED, WHAT_IF}:
        lines.append(element("p", _settings(side, now)))
    if outcome is None:
        lines.append(element("p", "No portfolio yet."))
    else:
        held = f"{counted(len(outcome.plan), 'initiative')} in"
        sure = f" · {proof(side.portfolio)}" if side.portfolio is not None else ""
        lines.append(element("p", element("strong", held), sure))
        if outcome.breaches:
            many = counted(len(outcome.breaches), "limit or rule", "limits or rules")
            lines.append(element("p", f"✕ Breaks {many}: {shortened(outcome.breaches[0].text, 160)}", class_="missed"))
    return element("div", *lines, class_="side-card")


def _settings(side: Side, now: Side | None) -> str:
    candidate = side.candidate
    if now is None or now.candidate.scenario.hash != candidate.scenario.hash:
        return f"Settings: {settings_words(candidate.settings)}"
    changed = because(candidate.scenario, now.candidate.settings, candidate.settings)
    return f"Against what is in force: {'; '.join(changed)}." if changed else "The same settings as in force."


def heads(sides: Sequence[Side], *, numeric: bool = False) -> list[Column]:
    """One column for each side."""
    return [Column(f"{MARKS[side.letter]} {shortened(side.name, _NAME)}", numeric=numeric) for side in sides]


def initiative_table(rows: Sequence[InitiativeRow], sides: Sequence[Side], caption: str) -> Markup:
    """Show in which plans initiatives are, and from which year on."""
    lines: list[list[Part]] = [[row.name, *(_start(start) for start in row.starts)] for row in rows]
    return table(caption, [Column("Initiative", kind="first"), *heads(sides)], lines)


def _start(start: Start | None) -> Markup:
    if start is None:
        return together((element("span", "−", class_="sign left", aria_hidden="true"), " Out"))
    share = "" if start.share > 0.995 else f" ({percent(start.share)})"
    sign = element("span", "+", class_="sign entered", aria_hidden="true")
    return together((sign, element("strong", " In"), f" from {start.year}{share}"))


def start_rows(rows: Sequence[InitiativeRow], sides: Sequence[Side]) -> pd.DataFrame:
    """Make the rows of the start-year chart: initiative_id, initiative, letter, year, words."""
    drawn = []
    for row in rows:
        for side, start in zip(sides, row.starts, strict=True):
            said = "out" if start is None else f"starts in {start.year}"
            year = OUT if start is None else start.year
            drawn.append((row.initiative_id, row.name, side.letter, year, f"{side.name}: {said}"))
    return pd.DataFrame(drawn, columns=["initiative_id", "initiative", "letter", "year", "words"])


def side_key(sides: Sequence[Side]) -> Markup:
    """Name the marks of the chart."""
    entries = [
        element(
            "li",
            element("span", f"{MARKS[side.letter]} {side.letter}", class_=f"side side-{side.letter}"),
            shortened(side.candidate.name, _NAME),
        )
        for side in sides
    ]
    return element("ul", *entries, class_="key")


def target_table(rows: Sequence[TargetRow], sides: Sequence[Side], caption: str) -> Markup:
    """Show levels in the goals' units, and met or how far short."""
    lines: list[list[Part]] = []
    for row in rows:
        goal = row.goal
        mark = element("span", SHAPES[goal.tier.value], class_=f"tier {goal.tier.value}", aria_hidden="true")
        unit = element("span", f", {goal.unit}", class_="quiet") if goal.unit else NOTHING
        name = together((mark, f" {goal.label}", unit))
        target = next((one.target for one in row.reached if not math.isnan(one.target)), math.nan)
        decimals = decimals_for(goal, target, *(one.level for one in row.reached))
        lines.append([name, plain(target, decimals), *(_reached(goal, one, decimals) for one in row.reached)])
    columns = [Column("Target", kind="first"), Column("Level wanted", numeric=True), *heads(sides)]
    return table(caption, columns, lines, kind="targets")


def _reached(goal: Goal, one: Reached, decimals: int) -> Markup:
    return together((f"{plain(one.level, decimals)} · ", met_or_short(goal, one)))


def score_table(rows: Sequence[FigureRow], sides: Sequence[Side]) -> Markup:
    """Show the tier scores as shares of the way to the targets."""
    lines: list[list[Part]] = [
        [tier_name(row.name), *("–" if math.isnan(part) else percent(part, 1) for part in row.figures)] for row in rows
    ]
    caption = "Share of the way from today to the targets, by tier"
    return table(caption, [Column("Tier"), *heads(sides, numeric=True)], lines)


def figure_table(rows: Sequence[FigureRow], sides: Sequence[Side], caption: str) -> Markup:
    """Show amounts by capacity and year."""
    lines: list[list[Part]] = [
        [f"{row.name}, {row.year}", *(amount(figure, row.unit) for figure in row.figures)] for row in rows
    ]
    return table(caption, [Column("Capacity and year", kind="first"), *heads(sides, numeric=True)], lines)
