"""Command `explain`: why is an initiative in or out, what does it displace, and what would change that?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from prioritiser.cli.shared.common import Asked, cancelled_by_interrupt, command, give_answer, progress_bar
from prioritiser.cli.shared.console import columns, note_lines
from prioritiser.scenario.in_words import short_labels
from prioritiser.text.formatting import plain

if TYPE_CHECKING:
    from prioritiser.analysis.explanation.counterfactuals.words import Flip
    from prioritiser.analysis.explanation.explain import Explained


@command()
def explain(
    asked: Asked,
    initiative: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Explain it only, and what flips it.")
    ] = None,
    flips: Annotated[bool, typer.Option("--flips", help="Find what would flip every initiative (takes long).")] = False,
    output: Annotated[str | None, typer.Option(help="FILE.json or .csv; - is JSON on stdout.")] = None,
) -> None:
    """Why is each initiative in or out, what does it displace, and what would change that?"""
    from prioritiser.analysis.explanation.explain import explain as explained  # noqa: PLC0415 - only this command needs them
    from prioritiser.optimisation.optimiser import Optimiser  # noqa: PLC0415

    asked.check(output, (".json", ".csv"))
    found, settings = asked.read()
    with cancelled_by_interrupt() as stop:
        how: dict[str, Any] = {"gap": asked.gap, "budget": asked.budget(stop), "progress": progress_bar()}
        answer = explained(Optimiser(found), settings, initiative or (), with_flips=flips or None, **how)
    give_answer(answer, output, explain_text, explain_csv)


def explain_text(answer: Explained) -> str:
    """Show a sentence for each initiative, the changes that flip it, and the order by value for money."""
    scenario = answer.portfolio.outcome.scenario
    lines = [scenario.title, ""]
    if not answer.complete:
        lines += ["Not everything was found: time was up or it was stopped.", ""]
    cheapest = sorted(answer.rows, key=lambda row: (not row.is_in, row.reversal.cost is None, row.reversal.cost or 0.0))
    for row in cheapest:
        lines += [scenario.initiative_by_id[row.initiative_id].label, f"  {row.sentence}"]
        lines += [f"  One change at a time: {flip.sentence}{_grid(flip)}" for flip in row.flips]
    return "\n".join([*lines, "", *_value_for_money(answer), *note_lines(answer.portfolio.notices)])


def _grid(flip: Flip) -> str:
    return "" if flip.exact or flip.to is None else " (the first found; a smaller change may do)"


def _value_for_money(answer: Explained) -> list[str]:
    value, scenario = answer.value_for_money, answer.portfolio.outcome.scenario
    shown, labels = {row.initiative_id for row in answer.rows}, short_labels(scenario.initiatives, 60)
    rows = [["Value for money, each on its own", "rank", "points", "points per use", "taken in order", "best plan"]]
    for row in value.rows:
        if row.initiative_id in shown:
            label = labels[row.initiative_id]
            marks = ["in" if is_in else "out" for is_in in (row.in_greedy, row.in_optimum)]
            rows.append([label, str(row.rank), plain(100 * row.gain, 1), row.per_use(scenario), *marks])
    return [*columns(rows), "", f"The two are not the same question. {value.sentence}"]


def explain_csv(answer: Explained) -> bytes:
    """Write one row an initiative: in or out, cost of the opposite, what enters and leaves, and the sentence."""
    from prioritiser.exports.common.csv import Cell, rows_csv  # noqa: PLC0415 - only written tables need the writers

    scenario = answer.portfolio.outcome.scenario
    ranks = {row.initiative_id: row for row in answer.value_for_money.rows}
    header: list[Cell] = ["initiative_id", "name", "in_plan", "cost_of_reversal", "entered", "left", "moved"]
    rows = [[*header, "value_rank", "sentence", "scenario"]]
    for row in answer.rows:
        reversal = row.reversal
        names = ["; ".join(part) for part in (reversal.entered, reversal.left, reversal.moved)]
        label = scenario.initiative_by_id[row.initiative_id].label
        cells: list[Cell] = [row.initiative_id, label, row.is_in, reversal.cost, *names]
        rows.append([*cells, ranks[row.initiative_id].rank, row.sentence, scenario.title])
    return rows_csv(rows)
