"""Command `stress`: which initiatives are safe, contested or out, and how likely is each target?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from prioritiser.cli.shared.common import Asked, cancelled_by_interrupt, command, give_answer, progress_bar
from prioritiser.cli.shared.console import columns, note_lines
from prioritiser.scenario.in_words import TIER_NAMES, goal_decimals, short_labels
from prioritiser.text.formatting import counted, percent, plain, points_number

if TYPE_CHECKING:
    from prioritiser.analysis.robustness.stress import Stress


@command()
def stress(  # noqa: PLR0913, PLR0917 - one parameter an option
    asked: Asked,
    samples: Annotated[int, typer.Option(metavar="N", help="Samples of weights and effects.")] = 1000,
    draws: Annotated[int, typer.Option(metavar="N", help="Draws of effects, delivery and costs.")] = 10_000,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed gives the same answer.")] = 1,
    cost_spread: Annotated[float, typer.Option(metavar="S", help="Costs vary by up to this part of them.")] = 0.0,
    tolerance: Annotated[float, typer.Option(metavar="T", help="Relative, for the plan of each sample.")] = 0.01,
    weights_fixed: Annotated[bool, typer.Option("--weights-fixed", help="Keep the weights in all samples.")] = False,
    core: Annotated[bool, typer.Option("--core", help="Find the core index too (needs the frontier).")] = False,
    output: Annotated[str | None, typer.Option(help="FILE.json or .csv (initiatives); - is JSON on stdout.")] = None,
) -> None:
    """Which initiatives are safe, contested or out, and how likely is each target?"""
    from prioritiser.analysis.robustness.stress import StressOptions  # noqa: PLC0415 - only this command needs them
    from prioritiser.analysis.robustness.stress import stress as stressed  # noqa: PLC0415
    from prioritiser.optimisation.optimiser import Optimiser  # noqa: PLC0415

    asked.check(output, (".json", ".csv"))
    options = StressOptions(samples, draws, seed, cost_spread, tolerance, weights_fixed, core)
    found, settings = asked.read()
    with cancelled_by_interrupt() as stop:
        budget = asked.budget(stop)
        answer = stressed(Optimiser(found), settings, options, gap=asked.gap, budget=budget, progress=progress_bar())
    give_answer(answer, output, stress_text, stress_csv)


def stress_csv(answer: Stress) -> bytes:
    """Write one row an initiative: whether it is in the plan, its share of samples, class and core index."""
    from prioritiser.exports.common.csv import Cell, rows_csv  # noqa: PLC0415 - only written tables need the writers

    header: list[Cell] = ["initiative_id", "name", "in_plan", "share_of_samples", "class", "core_index", "scenario"]
    rows = [header]
    for row in answer.as_json()["initiatives"]:
        name = answer.scenario.initiative_by_id[row["id"]].label
        rows.append(
            [row["id"], name, *(row[key] for key in header[2:6] if isinstance(key, str)), answer.scenario.title]
        )
    return rows_csv(rows)


def stress_text(answer: Stress) -> str:
    """Show what stands and what does not: classes, chances of the last targets, regret, and what to find out."""
    found = answer.as_json()
    lines = [answer.scenario.title, "", _finding(answer, found), _method(answer, found), ""]
    lines += [*_initiatives(answer, found), ""]
    lines += _targets(answer)
    if answer.regret is not None:
        worst = TIER_NAMES[answer.regret.corner].lower()
        text = f"Whatever the weights, this plan is at most {_points(answer.regret.chosen)} below the best for them"
        text += f" (worst when only {worst} goals count); the plan with the least such regret, "
        lines += ["", f"{text}{_points(answer.regret.least)}."]
    worth = [row.sentence for row in answer.estimates[:3]]
    lines += ["", *worth] if worth else []
    return "\n".join([*lines, "", *note_lines(answer.notices)])


def _finding(answer: Stress, found: dict[str, Any]) -> str:
    classes = [row["class"] for row in found["initiatives"]]
    if not answer.sampled.with_plan:
        return (
            "No sample has an answer yet." if not answer.sampled.done else "No sample has a plan that keeps all rules."
        )
    counts = [f"{classes.count(name)} {name}" for name in ("safe", "contested", "out")]
    return f"Of {counted(len(classes), 'initiative')}: {', '.join(counts)}."


def _method(answer: Stress, found: dict[str, Any]) -> str:
    """Say what was sampled and how exactly."""
    what = "drawn effects" if answer.options.weights_fixed else "weights and drawn effects"
    text = f"Best plan for {counted(answer.sampled.done, 'sample')} of {what}"
    if not answer.complete:
        text += f" (stopped: {answer.options.samples:,} were asked for)"
    if not answer.sampled.done:
        return f"{text}. Nothing is known of what is safe or out."
    limits = found["thresholds"]
    text += f", within {percent(answer.sampled.margin, 1)} of the best. Safe: in at least {percent(limits['safe'])} of"
    return f"{text} them; out: in at most {percent(limits['out'])}."


def _initiatives(answer: Stress, found: dict[str, Any]) -> list[str]:
    with_core, labels = answer.core_index is not None, short_labels(answer.scenario.initiatives, 60)
    rows = [["Initiative", "in this plan", "of samples", *(["core index"] if with_core else []), "class"]]
    for row in sorted(found["initiatives"], key=lambda row: -(row["share_of_samples"] or 0.0)):
        share = row["share_of_samples"]
        label = labels[row["id"]]
        core = [percent(row["core_index"])] if with_core else []
        cells = [label, "yes" if row["in_plan"] else "", "" if share is None else percent(share), *core]
        rows.append([*cells, row["class"] or ""])
    return columns(rows)


def _targets(answer: Stress) -> list[str]:
    """Chance of the last target of each goal, and where its level may lie."""
    last = {row.name: row for row in answer.goals if row.chance is not None}
    named, labels = short_labels(answer.scenario.goals, 56), short_labels(answer.scenario.resources, 56)
    rows = [["Target (last year that has one)", "year", "chance", "5 %", "middle", "95 %"]]
    for name, row in last.items():
        goal = answer.scenario.goal_by_id[name]
        levels = [plain(level, goal_decimals(goal)) for level in (row.p5, row.p50, row.p95)]
        rows.append([named[name], row.year, percent(row.chance or 0.0), *levels])
    lines = columns(rows)
    risky = [row for row in answer.capacities if row.chance is not None and row.chance < 1]
    if risky:
        rows = [["Capacity that may not hold", "year", "chance that it holds"]]
        for row in risky:
            rows.append([labels[row.name], row.year, percent(row.chance or 0.0)])
        lines += ["", *columns(rows)]
    return lines


def _points(part: float) -> str:
    return f"{points_number(part)} points"
