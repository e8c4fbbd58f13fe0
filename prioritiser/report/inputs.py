"""Work out what a full report says beyond the portfolio itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from prioritiser.analysis.explanation.explain import explain
from prioritiser.analysis.marginal_values.price import find_price
from prioritiser.analysis.robustness.stress import Stress
from prioritiser.errors import InfeasibleError, NoAnswerError
from prioritiser.evaluation.portfolio import Portfolio
from prioritiser.optimisation.incumbent import Budget, Progress
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.report.known import Asked, Known, Tabled, most_argued
from prioritiser.report.words import NOTHING, RECOMMENDED, TODAY
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.spelling import folded

PRICED = ("rules", "locks", "balance", "national")


def gather(
    optimiser: Optimiser,
    portfolio: Portfolio,
    stress: Stress,
    asked: Sequence[Asked],
    *,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Known:
    """Find the closest calls, the prices and the other options on the table; stress: of the portfolio.

    When time is up or the budget's event is set, what was found so far is returned; the report says what is missing.
    """
    left = budget or Budget()
    settings = portfolio.settings
    tabled = _solved(optimiser, _told_apart(asked), left, progress)
    known = Known(portfolio, stress, tabled=tabled)
    names = most_argued(stress)
    try:
        known = replace(known, price=find_price(optimiser, settings, parts=PRICED, budget=left, progress=progress))
        explained = explain(optimiser, settings, names, budget=left, progress=progress) if names else None
    except NoAnswerError:  # time was up before a part had begun
        return known
    rows = {row.initiative_id: row for row in explained.rows} if explained is not None else {}
    return replace(known, explained=tuple(rows[name] for name in names))


def what_ifs(scenario: Scenario) -> tuple[Asked, ...]:
    """List the what-ifs of a scenario as options to put on the table."""
    return tuple(Asked(one.name, one.note, scenario.settings_for(one.name)) for one in scenario.what_ifs)


def _told_apart(asked: Sequence[Asked]) -> Iterator[Asked]:
    """Give options names that no other option has, and none of the portfolios that stand beside them."""
    taken = {folded(name) for name in (RECOMMENDED, TODAY, NOTHING)}
    for option in asked:
        name, number = option.name, 1
        while folded(name) in taken:
            name, number = f"{option.name} (option{f' {number}' if number > 1 else ''})", number + 1
        taken.add(folded(name))
        yield replace(option, name=name)


def _solved(
    optimiser: Optimiser, asked: Iterable[Asked], budget: Budget, progress: Progress | None
) -> tuple[Tabled, ...]:
    """Solve options; those that cannot be met, or not in time, are left out."""
    found, options = [], tuple(asked)
    for number, option in enumerate(options):
        if progress is not None:
            progress(f"Option {option.name}", number, len(options))
        try:
            portfolio = optimiser.solve(option.settings, time_limit=budget.seconds_left, stop=budget.stop)
        except (InfeasibleError, NoAnswerError):
            continue
        found.append(Tabled(option.name, option.note, option.settings, portfolio.outcome))
    return tuple(found)
