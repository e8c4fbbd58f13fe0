"""Command `frontier`: every portfolio over the tiers that no other beats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from prioritiser.cli.shared.common import Asked, Output, cancelled_by_interrupt, command, give_answer, progress_bar
from prioritiser.cli.shared.console import columns, note_lines
from prioritiser.errors import SettingsError
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.in_words import TIER_NAMES
from prioritiser.scenario.scenario import Scenario
from prioritiser.text.formatting import counted, joined, percent, shortened

if TYPE_CHECKING:
    from prioritiser.analysis.pareto.frontier import Frontier, FrontierPoint

MOST_SHOWN = 40


@command(gap=0.0)
def frontier(
    asked: Asked,
    tiers: Annotated[str | None, typer.Option(metavar="TIER,TIER", help="Two or three tiers; by default all.")] = None,
    step: Annotated[float, typer.Option(help="Spacing of points where there are very many; 0 is every point.")] = 0.001,
    output: Output = None,
) -> None:
    """Every non-dominated portfolio over the tiers: none is better in one tier without being worse in another.

    Weights, balance and gap play no part: every position between the tiers is answered, and proved.
    """
    from prioritiser.analysis.pareto.frontier import find_frontier  # noqa: PLC0415 - only this command needs it

    asked.check(output, (".json", ".csv"))
    if not 0 <= step < 1:
        raise SettingsError(f"--step {step:g}: a number from 0 (every point) to below 1, such as 0.001.")
    chosen = None if tiers is None else [part.strip() for part in tiers.split(",") if part.strip()]
    if chosen is not None and len(chosen) != len(set(chosen)):
        raise SettingsError(f"--tiers {tiers}: each tier once, such as national,long_term.")
    found, settings = asked.read()
    with cancelled_by_interrupt() as stop:
        budget, show = asked.budget(stop), progress_bar()
        answer = find_frontier(Optimiser(found), settings, tiers=chosen, step=step, budget=budget, progress=show)
    if show is not None:
        show("", 0, 0)
    give_answer(answer, output, lambda drawn: frontier_text(found, drawn), frontier_csv)


def frontier_text(scenario: Scenario, frontier: Frontier) -> str:
    """Show the frontier: how many portfolios, whether all were found, scores of each and what sets it apart."""
    names = [TIER_NAMES[tier] for tier in frontier.tiers]
    rows = [["", *names, "delivered", "in this one, not in all"]]
    in_all = set.intersection(*(set(point.outcome.plan) for point in frontier.points))
    shown = spread(frontier.points, MOST_SHOWN)
    for number, point in shown:
        scores = [percent(point.outcome.scores[tier], 1) for tier in frontier.tiers]
        own = [scenario.initiative_by_id[name].label for name in point.outcome.plan if name not in in_all]
        rows.append([str(number), *scores, str(len(point.outcome.plan)), shortened(", ".join(own) or "none")])
    lines = [scenario.title, "", finding(frontier), "", *columns(rows)]
    if len(shown) < len(frontier.points):
        lines.append(f"{len(shown)} of {len(frontier.points)} are shown; --output FILE.csv or FILE.json has them all.")
    if in_all:
        always = [scenario.initiative_by_id[name].label for name in sorted(in_all)]
        lines += ["", f"In every one of them: {', '.join(always)}."]
    if not frontier.complete:
        lines += ["", f"Still open: at most {percent(frontier.open_share, 1)} of the space between worst and best."]
        for box in frontier.open[:3]:
            parts = [f"{TIER_NAMES[tier]} {percent(low, 1)} to {percent(high, 1)}" for tier, (low, high) in box.items()]
            lines.append(f"  {joined(parts)}")
    return "\n".join([*lines, *([""] if frontier.notices else []), *note_lines(frontier.notices)])


def finding(frontier: Frontier) -> str:
    """Say in a sentence what was found and how sure it is."""
    number, names = len(frontier.points), joined([TIER_NAMES[tier].lower() for tier in frontier.tiers])
    if frontier.exact and number == 1:
        return f"One portfolio is best in {names} at once: there is nothing to trade."
    if frontier.exact:
        return f"{number:,} portfolios, and no more, trade {names} without loss: each is the best for what it gives up."
    said = f"{counted(number, 'portfolio')} over {names}"
    if frontier.complete:
        return f"{said}; no other is better than all of them by {percent(frontier.step, 2)} or more in a tier."
    return f"{said} so far: stopped before all were found."


def spread(points: tuple[FrontierPoint, ...], most: int) -> list[tuple[int, FrontierPoint]]:
    """Number the points from 1 and keep at most so many, evenly, with the first and the last."""
    numbered = list(enumerate(points, start=1))
    if len(points) <= most:
        return numbered
    return [numbered[round(place * (len(points) - 1) / (most - 1))] for place in range(most)]


def frontier_csv(frontier: Frontier) -> bytes:
    """Write one row a portfolio: scores by tier, whether it is proved, and start (share) of each initiative."""
    from prioritiser.exports.common.csv import Cell, rows_csv  # noqa: PLC0415 - only written tables need the writers

    scored = list(frontier.points[0].outcome.scores)
    delivered = sorted({name for point in frontier.points for name in point.outcome.plan})
    rows: list[list[Cell]] = [["portfolio", *scored, "proved", *delivered]]
    for number, point in enumerate(frontier.points, start=1):
        outcome, starts = point.outcome, []
        for name in delivered:
            delivery = outcome.plan.get(name)
            year = "" if delivery is None else outcome.scenario.years[delivery.start]
            starts.append(year if delivery is None or delivery.share == 1 else f"{year} ({delivery.share:.9g})")
        scores = [outcome.scores[tier] for tier in scored]
        rows.append([number, *scores, "yes" if point.proved else "no", *starts])
    return rows_csv(rows)
