"""The options of a comparison as CSV and as a workbook."""

from collections.abc import Sequence
from datetime import date

from prioritiser.analysis.comparison.compare import Option
from prioritiser.evaluation.outcome import TIERS
from prioritiser.exports.common.csv import rows_csv
from prioritiser.exports.common.sheets import Rows, about, provenance, workbook_bytes
from prioritiser.scenario.in_words import settings_words


def compare_csv(options: Sequence[Option]) -> bytes:
    """Write one row an option: scores, targets met by year, use by resource, and counts of what differs."""
    return rows_csv(option_rows(options))


def compare_xlsx(options: Sequence[Option], today: date | None = None) -> bytes:
    """Write a cover, the same rows as a sheet, and a sheet with what each option changes against today's plan."""
    rows, scenario = option_rows(options), options[0].today.scenario
    sheets = {
        "options": (rows, (28, *([14] * (len(rows[0]) - 1)))),
        "differences": (difference_rows(options), (28, 10, 28, 60, 11, 11)),
    }
    return workbook_bytes(scenario.title, _cover_rows(options, today), sheets)


def _cover_rows(options: Sequence[Option], today: date | None) -> Rows:
    scenario = options[0].today.scenario
    solvers = {f"{found.solver.name} {found.solver.version}" for option in options if (found := option.portfolio)}
    asked: Rows = [[option.name, settings_words(option.settings)] for option in options if option.portfolio]
    return [*about(scenario), *asked, *provenance(scenario, ", ".join(sorted(solvers)) or "no solver", today)]


def option_rows(options: Sequence[Option]) -> Rows:
    """Return a header and one row an option; cells are blank where an option has no answer."""
    scenario = options[0].today.scenario
    years = scenario.years
    header = ["option", *(f"score {tier}" for tier in TIERS), *(f"targets met {year}" for year in years)]
    header += [f"{row.resource_id} {year}" for row in scenario.resources for year in years]
    header += ["in", "out", "moved", "breaches", "gap", "failure"]
    rows: Rows = [list(header)]
    for option in options:
        outcome, portfolio = option.outcome, option.portfolio
        if outcome is None:
            rows.append([option.name, *([None] * (len(header) - 2)), option.failure])
            continue
        counts = [len(option.entered), len(option.left), len(option.moved), len(outcome.breaches)]
        scores = (outcome.scores.get(tier) for tier in TIERS)
        met = (number for _, number, _ in option.met())
        used = (float(amount) for amount in outcome.used.ravel())
        gap = None if portfolio is None else portfolio.gap
        rows.append([option.name, *scores, *met, *used, *counts, gap, ""])
    return rows


def difference_rows(options: Sequence[Option]) -> Rows:
    """Return a header and one row for each initiative that an option adds to, takes from or moves in today's plan."""
    labels = {row.initiative_id: row.label for row in options[0].today.scenario.initiatives}
    rows: Rows = [["option", "change", "initiative_id", "name", "from", "to"]]
    for option in options:
        if option.outcome is None:
            continue
        years = option.outcome.scenario.years
        starts = {name: years[delivery.start] for name, delivery in option.outcome.plan.items()}
        before = {name: years[delivery.start] for name, delivery in option.today.plan.items()}
        rows += [[option.name, "in", name, labels[name], None, starts[name]] for name in option.entered]
        rows += [[option.name, "out", name, labels[name], before[name], None] for name in option.left]
        rows += [[option.name, "moved", name, labels[name], was, now] for name, (was, now) in option.moved.items()]
    return rows
