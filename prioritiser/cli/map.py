"""Command `map`: which portfolio is best at every position of the weights, and how far a recommendation holds."""

from typing import Annotated

import typer

from prioritiser.analysis.weight_space.store import cache_folder, keep_map, read_map
from prioritiser.analysis.weight_space.weight_map import DEFAULT_TOLERANCE, WeightMap, build_map
from prioritiser.cli.shared.common import Asked, Output, cancelled_by_interrupt, command, progress_bar, write_json
from prioritiser.cli.shared.console import columns
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.in_words import TIER_NAMES, short_labels
from prioritiser.text.formatting import counted, percent

_MOST_SHOWN = 12


@command("map", gap=0.0)
def weight_map(
    asked: Asked,
    tolerance: Annotated[float, typer.Option(help="Largest gap left at any weights; 0 is exact.")] = DEFAULT_TOLERANCE,
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Keep the map for the next time.")] = True,
    output: Output = None,
) -> None:
    """Show which portfolio is best at every position of the weights; weights and gap play no part."""
    asked.check(output, (".json",))
    found, settings = asked.read()
    folder = cache_folder() if cache else None
    drawn = None if folder is None else read_map(folder, found, settings, tolerance)
    if drawn is None:
        show = progress_bar()
        with cancelled_by_interrupt() as stop:
            drawn = build_map(Optimiser(found), settings, tolerance=tolerance, budget=asked.budget(stop), progress=show)
        if show is not None:
            show("", 20, 20)
        if folder is not None:
            keep_map(folder, drawn, found, settings)
    if output is None:
        typer.echo(map_text(drawn))
    else:
        write_json(drawn.as_json(), output)


def map_text(drawn: WeightMap) -> str:
    """Show the largest regions, and which initiatives are chosen whatever the weights."""
    scenario = drawn.portfolios[0].outcome.scenario
    sure = "exact" if drawn.certified_gap == 0 else f"nowhere more than {percent(drawn.certified_gap, 2)} off the best"
    ended = "" if drawn.complete else " Stopped early: the gap asked for was not reached."
    lines = [
        scenario.title,
        "",
        f"{counted(len(drawn.portfolios), 'portfolio')} answer all weights; {sure}.{ended}",
        "",
    ]
    tiers = [TIER_NAMES[tier] for tier in drawn.tiers]
    rows = [["Portfolio", "best at, of all weights", *tiers, "initiatives"]]
    ordered = sorted(enumerate(drawn.portfolios), key=lambda pair: -pair[1].area)
    for number, portfolio in ordered[:_MOST_SHOWN]:
        scores = [percent(portfolio.outcome.scores[tier]) for tier in drawn.tiers]
        rows.append([str(number), percent(portfolio.area, 1), *scores, str(len(portfolio.outcome.plan))])
    lines += columns(rows)
    if len(ordered) > _MOST_SHOWN:
        lines.append(f"and {len(ordered) - _MOST_SHOWN} more")
    shares = drawn.acceptability
    labels = short_labels(scenario.initiatives, 60)
    always = [labels[name] for name, share in shares.items() if share > 1 - 1e-6]
    never = [labels[name] for name, share in shares.items() if share < 1e-6]
    lines += [
        "",
        f"Chosen at all weights: {'; '.join(always) or 'none'}",
        f"Chosen at none: {'; '.join(never) or 'none'}",
    ]
    return "\n".join(lines)
