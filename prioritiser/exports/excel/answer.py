"""What an answer is, as tables of the pack: every number of its JSON, and the figures that charts are drawn from."""

import math
from collections.abc import Iterable, Iterator, Sequence

from prioritiser.analysis.summary.summary import met_count, references
from prioritiser.evaluation.outcome import TIERS
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.exports.common.plain_text import one_line
from prioritiser.exports.common.sheets import EVIDENCE
from prioritiser.exports.common.tables import Column, Plain, fraction_form, number_form
from prioritiser.exports.excel.sheet import Sheet
from prioritiser.exports.excel.workbook import goal_rows, plan_rows, resource_rows, tier_rows, to_come_rows
from prioritiser.report.document import Figure, FigureKind, Report
from prioritiser.report.words import points
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.schema import Tier
from prioritiser.text.formatting import percent, shortened
from prioritiser.text.shortening import cut_apart

PLAN, GOALS, TIERS_SHEET, RESOURCES = "answer plan", "answer goals", "answer tiers", "answer resources"
TO_COME, TARGETS, PROOF = "answer still to come", "answer targets met", "answer proof"
STEPS, CHANCES, TRADE_OFF = "answer steps", "answer chances", "answer trade-offs"
# pieces of a step as a stacked column needs them; those below zero stack downwards
BASE, TOTAL, GAIN, LOSS, BELOW = "Not drawn", "Total", "Gain", "Loss", "below zero"
TODAY, TOP, SHORT = "Today's plan", "Top", "Name in the chart"
_KINDS = {"total": TOTAL, "gain": GAIN, "loss": LOSS}
_SHARE, _AMOUNT, _EXACT, _COUNT = fraction_form(1), number_form(2), number_form(6), number_form(0)
_WAY = "Shares of the way from today to the targets, weighted by goal: 0 % is today, 100 % is every target met."
_TRUE = "Not capped at the target. Each is in the unit of its goal."
_ATTAINED = "Share of the way from today to the target, at most 100 %; blank in a year without a target."


def answer_sheets(portfolio: Portfolio) -> tuple[Sheet, ...]:
    """List the tables of the answer: those of the workbook of `solve`, its proof, and targets met by year."""
    plan, goals, tiers, resources = _plan(portfolio), _goals(portfolio), _tiers(portfolio), _resources(portfolio)
    return (plan, goals, _targets(portfolio), tiers, resources, _to_come(portfolio), _proof(portfolio))


def figure_sheets(report: Report) -> tuple[tuple[Sheet, Figure], ...]:
    """List the figures of a report whose numbers stand nowhere else, as tables."""
    writers = {FigureKind.WATERFALL: _steps, FigureKind.CHANCES: _chances, FigureKind.TRADE_OFF: _trade_off}
    first = first_figures(report)
    return tuple((write(first[kind]), first[kind]) for kind, write in writers.items() if kind in first)


def first_figures(report: Report) -> dict[FigureKind, Figure]:
    """Return the first figure of each kind that has anything to show."""
    figures = [figure for section in report.sections for figure in section.figures() if len(figure.rows)]
    return {figure.kind: figure for figure in reversed(figures)}


def _plan(portfolio: Portfolio) -> Sheet:
    columns = (
        Column("Initiative id"), Column("Initiative"), Column("Share", fraction_form(0), (1,)), Column("Start"),
        Column("Lead"), Column("Area"), Column("Place"), Column("Evidence", notes=(2,)),
    )  # fmt: skip
    notes = ("How much of the initiative is done: 100 % is all of it.", EVIDENCE)
    return Sheet(
        PLAN, "What is recommended: each initiative that starts, with its share, start and lead",
        "Recommended portfolio: initiatives that start", columns, plan_rows(portfolio)[1:], notes,
    )  # fmt: skip


def _goals(portfolio: Portfolio) -> Sheet:
    columns = (
        Column("Goal id"), Column("Goal"), Column("Tier"), Column("Unit"), Column("Year"), Column("Target", _AMOUNT),
        Column("Do nothing", _AMOUNT, (1,)), Column("Level", _AMOUNT, (1,)), Column("Attainment", _SHARE, (2,)),
        Column("Shortfall", _AMOUNT), Column("Met"), Column("Evidence of goal", notes=(3,)),
        Column("Evidence of level", notes=(3,)),
    )  # fmt: skip
    return Sheet(
        GOALS, "Every goal by year in its own unit: target, level with and without the portfolio, met or missed",
        "Goals by year: level with the recommended portfolio against the target", columns,
        [_tier_named(row, 2) for row in goal_rows(portfolio)[1:]], (_TRUE, _ATTAINED, EVIDENCE),
    )  # fmt: skip


def _targets(portfolio: Portfolio) -> Sheet:
    outcome, rows = portfolio.outcome, list[list[Plain]]()
    for year in outcome.scenario.years:
        met, set_for = met_count(outcome, year)
        by_tier = [number for tier in Tier for number in met_count(outcome, year, tier)]
        rows.append([year, set_for, met, set_for - met, *by_tier])
    of_tiers = [Column(f"{TIER_NAMES[tier]}: {what}", _COUNT) for tier in TIERS for what in ("met", "set")]
    columns = (Column("Year"), Column("Set", _COUNT), Column("Met", _COUNT), Column("Missed", _COUNT), *of_tiers)
    return Sheet(
        TARGETS, "How many targets are set, met and missed at the end of each year, in all and by tier",
        "Targets met and missed by year (number of targets)", columns, rows,
    )  # fmt: skip


def _tiers(portfolio: Portfolio) -> Sheet:
    compared = references(portfolio.outcome)
    rows = []
    for row in tier_rows(portfolio)[1:]:
        today = compared.today.scores.get(str(row[0])) if compared.has_today else None
        rows.append([*_tier_named(row, 0), today])
    columns = (
        Column("Tier"), Column("Weight", _SHARE), *(Column(name, _SHARE, (1,)) for name in ("Score", "Do nothing")),
        Column("Best alone", _SHARE, (1, 2)), Column("Best alone at most", _SHARE, (1, 3)),
        Column(TODAY, _SHARE, (1,)),
    )  # fmt: skip
    notes = (
        _WAY,
        "What the tier could reach if nothing but it counted.",
        "Given where the best alone is not proved: it is not above this.",
    )
    return Sheet(
        TIERS_SHEET, "How far each tier gets, beside doing nothing, its best alone and today's plan",
        "Tiers: weight and share of the way to their targets", columns, rows, notes,
    )  # fmt: skip


def _resources(portfolio: Portfolio) -> Sheet:
    rows: list[list[Plain]] = []
    for row in resource_rows(portfolio)[1:]:
        part = row[8]
        rows.append([*row[:8], part / 100 if isinstance(part, int | float) else part, row[9]])
    columns = (
        Column("Resource id"), Column("Resource"), Column("Unit"), Column("Year"), Column("Capacity", _AMOUNT, (1,)),
        Column("Carried over", _AMOUNT), Column("Available", _AMOUNT, (2,)), Column("Used", _AMOUNT),
        Column("Used of available", _SHARE), Column("Evidence", notes=(3,)),
    )  # fmt: skip
    notes = ("Blank: no limit. Each is in the unit of its resource.", "Capacity and what was carried over.", EVIDENCE)
    return Sheet(
        RESOURCES, "Use of money, staff and every other resource by year against its capacity",
        "Resources by year: use against capacity", columns, rows, notes,
    )  # fmt: skip


def _to_come(portfolio: Portfolio) -> Sheet:
    columns = (
        Column("Initiative id"), Column("Initiative"), Column("Goal id"), Column("Goal"),
        Column("Full effect", _AMOUNT, (1,)), Column("Felt at the end", _AMOUNT, (1,)),
        Column("Still to come", _AMOUNT, (1,)),
    )  # fmt: skip
    year = portfolio.outcome.scenario.years[-1]
    return Sheet(
        TO_COME, f"Effects that are not fully felt by the end of {year}",
        f"Effects still to come after the end of {year}", columns, to_come_rows(portfolio)[1:],
        ("Change of the goal's level, in the unit of the goal.",),
    )  # fmt: skip


def _proof(portfolio: Portfolio) -> Sheet:
    measures = portfolio.ambidexterity
    rows: list[list[Plain]] = [
        ["Objective", portfolio.objective, "What is made as large as possible"],
        ["Bound", portfolio.bound, "No portfolio can be better than this"],
        ["Gap", portfolio.gap, "How much better another portfolio could be, as a part of the objective; 0 is proved"],
        ["Balance setting", portfolio.settings.balance, "0 to 1: how much the worst-served tier counts"],
    ]
    for tier in TIERS:
        rows.append([f"Achieved, {TIER_NAMES[tier]}", measures.achieved.get(tier), "Of what the tier could gain alone"])
    rows += [
        ["Evenness", measures.balance, "1 less the difference between the tiers that achieve most and least"],
        ["Combined", measures.combined, "Geometric mean of what the tiers achieve"],
        ["Value given up", measures.value_given_up, "Weighted score lost to the balance setting"],
        ["Solver seconds", portfolio.solver.seconds, f"{portfolio.solver.name} {portfolio.solver.version}"],
        ["Solves", portfolio.solver.solves, "How often the solver was asked"],
    ]
    columns = (Column("Measure"), Column("Value", _EXACT), Column("What it says"))
    return Sheet(
        PROOF, "Objective, bound and gap, what the tiers achieve, and the work of the solver",
        "How good the portfolio is, and how far that is proved", columns, rows,
    )  # fmt: skip


def _steps(figure: Figure) -> Sheet:
    """Split each step into what a stacked column needs: a base that is not drawn, and pieces above and below zero."""
    steps: list[tuple[str, str, float, float, float]] = [
        (str(step), str(kind), *(float(str(number)) for number in numbers))  # type: ignore[misc]
        for step, kind, *numbers in _rows(figure, ("step", "kind", "change", "start", "end"))
    ]
    has_below = any(min(start, end) < 0 for *_, start, end in steps)
    drawn = (BASE, *(f"{name}{end}" for end in ("", f" {BELOW}")[: 1 + has_below] for name in (TOTAL, GAIN, LOSS)))
    rows: list[list[Plain]] = []
    named = _short([step for step, *_ in steps], 26)
    for (step, kind, change, start, end), name in zip(steps, named, strict=True):
        low, high = sorted((start, end))
        pieces = dict.fromkeys(drawn, 0.0) | {BASE: low if low > 0 else min(high, 0.0)}
        pieces[_KINDS[kind]] = max(high, 0.0) - max(low, 0.0)
        if has_below:
            pieces[f"{_KINDS[kind]} {BELOW}"] = min(low, 0.0) - min(high, 0.0)
        words = step_words(kind, change, end)
        rows.append([step, _KINDS[kind], words, name, change, start, end, high, *pieces.values()])
    names = ("Change", "Start", "End", TOP, *drawn)
    note = (
        f"{SHORT}, and the columns from {TOP} to the last are what the chart draws; {BASE.lower()} carries the others."
    )
    words_first = (Column(name) for name in ("Step", "Kind", "In words", SHORT))
    return Sheet(
        STEPS, "From today's plan to the recommendation, step by step", figure.title,
        (*words_first, *(Column(name, _SHARE) for name in names)), rows,
        (*_note(figure), note), (1,) if figure.note else (),
    )  # fmt: skip


def step_words(kind: str, change: float, end: float) -> str:
    """Say what a step changes, in points; of a total, how much it is."""
    return percent(end, 1) if _KINDS[kind] == TOTAL else points(change)


def _chances(figure: Figure) -> Sheet:
    goals = [*_rows(figure, ("goal", "tier", "chance"))]
    rows: list[list[Plain]] = [
        [str(goal), TIER_NAMES.get(str(tier), str(tier)), _known(chance), name]
        for (goal, tier, chance), name in zip(goals, _short([str(goal) for goal, *_ in goals], 44), strict=True)
    ]
    columns = (Column("Goal"), Column("Tier"), Column("Chance", fraction_form(0)), Column(SHORT))
    return Sheet(CHANCES, "Chance that each target is met", figure.title, columns, rows, _note(figure))


def _trade_off(figure: Figure) -> Sheet:
    tiers = [tier for tier in TIERS if tier in figure.rows.columns]
    rows: list[list[Plain]] = [
        [str(name), "yes" if chosen else "no", *(_known(score) for score in scores)]
        for name, chosen, *scores in _rows(figure, ("name", "chosen", *tiers))
    ]
    columns = (Column("Portfolio"), Column("Recommended"), *(Column(TIER_NAMES[tier], _SHARE, (1,)) for tier in tiers))
    holds = "Scores of other portfolios by tier, beside the recommendation"
    return Sheet(TRADE_OFF, holds, figure.title, columns, rows, (_WAY, *_note(figure)))


def _short(names: Sequence[str], length: int) -> list[str]:
    """Shorten names to what fits beside an axis, so that no two read alike."""
    return cut_apart([one_line(name) for name in names], lambda name: shortened(name, length))


def _rows(figure: Figure, columns: Iterable[str]) -> Iterator[tuple[object, ...]]:
    return figure.rows[list(columns)].itertuples(index=False, name=None)


def _note(figure: Figure) -> tuple[str, ...]:
    return (figure.note,) if figure.note else ()


def _known(value: object) -> float | None:
    number = float(str(value))
    return number if math.isfinite(number) else None


def _tier_named(row: list[Plain], position: int) -> list[Plain]:
    tier = str(row[position])
    return [*row[:position], TIER_NAMES.get(tier, tier), *row[position + 1 :]]
