"""What a person reads at the command line: short tables of one answer, in plain text."""

from collections.abc import Iterable, Sequence
from typing import Any

from prioritiser.analysis.comparison.compare import Option
from prioritiser.analysis.summary import summary
from prioritiser.analysis.summary.contributions import money_resource
from prioritiser.evaluation.outcome import TIERS
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.scenario.in_words import decimals_for, short_labels
from prioritiser.text.formatting import NOT_FOUND, amount, percent, plain
from prioritiser.text.spelling import unbroken


def solve_text(portfolio: Portfolio) -> str:
    """Show one portfolio: the answer in a sentence, tiers, plan and targets of the last year."""
    outcome, scenario = portfolio.outcome, portfolio.outcome.scenario
    compared, year = summary.references(outcome), summary.last_scored_year(scenario)
    lines = [scenario.title, "", summary.headline(outcome, compared, year)]
    lines += [f"{summary.proof(portfolio)} · {summary.limits_sentence(outcome)}", ""]
    shown = {"do_nothing": "do nothing"} | ({"today": "today's plan"} if compared.has_today else {})
    shown |= {"score": "this plan"}
    rows = [["Share of the way to the targets", *shown.values(), "best alone"]]
    for row in summary.tiers_side_by_side(portfolio, compared).to_dict("records"):
        name = f"{row['name']} (weight {percent(row['weight'])})"
        best = _part(row["best_alone"], NOT_FOUND)
        rows.append([name, *(_part(row[key]) for key in shown), best])
    lines += [*columns(rows), ""]
    plan = [["Initiative", "start", "share"]]
    labels = short_labels(scenario.initiatives, 60)
    for name, delivery in outcome.plan.items():
        plan.append([labels[name], scenario.years[delivery.start], percent(delivery.share)])
    lines += [*columns(plan), ""]
    targets = [[f"Target {year}", "level", "target", ""]]
    named = short_labels(scenario.goals, 56)
    scored: list[Any] = list(summary.targets_in(outcome, year).dropna(subset=["target"]).itertuples())
    for row in scored:
        goal = scenario.goal_by_id[str(row.goal_id)]
        mark, decimals = " (judged)" if row.judged else "", decimals_for(goal, row.level, row.target)
        cells = [f"{named[goal.goal_id]}{mark}", *(plain(value, decimals) for value in (row.level, row.target))]
        targets.append([*cells, summary.shortfall_words(goal, row)])
    lines += columns(targets)
    return "\n".join([*lines, *([""] if portfolio.notices else []), *note_lines(portfolio.notices)])


def note_lines(notices: Iterable[str]) -> list[str]:
    """Write notices a line each, whatever breaks of lines are in them."""
    return [f"Note: {unbroken(notice)}" for notice in notices]


def compare_text(options: Sequence[Option]) -> str:
    """Show the options side by side, and then what each changes against today's plan."""
    scenario = options[0].today.scenario
    money = None if (name := money_resource(scenario)) is None else scenario.resource_by_id[name]
    spend = [] if money is None else [money.label]
    tiers = [tier.replace("_", " ") for tier in TIERS]
    rows = [["Option", *tiers, "targets met", *spend, "in", "out", "moved", "breaches"]]
    lines: list[str] = []
    for option in options:
        outcome = option.outcome
        if outcome is None:
            rows.append([option.name, option.failure])
            continue
        _, met, targets = option.met()[-1]
        counts = [len(option.entered), len(option.left), len(option.moved), len(outcome.breaches)]
        scores = [_part(outcome.scores[tier]) if tier in outcome.scores else "none" for tier in TIERS]
        spent = [] if money is None else [amount(outcome.total_used(money.resource_id), money.unit)]
        rows.append([option.name, *scores, f"{met} of {targets}", *spent, *(str(count) for count in counts)])
        lines += _differences(option)
    return "\n".join([scenario.title, "", *columns(rows), *lines])


def _differences(option: Option) -> list[str]:
    outcome = option.outcome
    if outcome is None or (option.portfolio is None and not outcome.breaches):
        return []
    labels = {row.initiative_id: row.label for row in outcome.scenario.initiatives}
    moved = [f"{labels[name]} {before} to {after}" for name, (before, after) in option.moved.items()]
    parts = {
        "In": [labels[name] for name in option.entered],
        "Out": [labels[name] for name in option.left],
        "Moved": moved,
        "Breaks": [breach.text for breach in outcome.breaches],
    }
    return ["", option.name, *(f"  {word}: {'; '.join(names)}" for word, names in parts.items() if names)]


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align rows of cells; the first column to the left, the others to the right but for the last of words."""
    full = [row for row in rows if len(row) == len(rows[0])]
    widths = [max(len(row[number]) for row in full) for number in range(len(rows[0]))]
    return ["  ".join(_aligned(row, widths)).rstrip() for row in rows]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    for number, (cell, width) in enumerate(zip(row, widths, strict=False)):
        left = number == 0 or (number == len(widths) - 1 and any(letter.isalpha() for letter in cell))
        yield cell.ljust(width) if left else cell.rjust(width)


def _part(score: float, without: str = "none") -> str:
    return without if score != score else percent(score)  # noqa: PLR0124 - NaN is the one value unequal to itself
