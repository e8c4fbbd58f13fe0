"""Command `price`: what more capacity buys, and what rules, locks, balance and national points cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from prioritiser.cli.shared.common import Asked, cancelled_by_interrupt, command, give_answer, progress_bar
from prioritiser.cli.shared.console import columns, note_lines
from prioritiser.evaluation.outcome import TIERS
from prioritiser.optimisation.optimiser import Optimiser
from prioritiser.scenario.in_words import TIER_NAMES, level, short_labels
from prioritiser.text.formatting import MINUS, amount, counted, joined, percent, plain, points_number, shortened
from prioritiser.text.shortening import shortened_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prioritiser.analysis.marginal_values.base import Difference
    from prioritiser.analysis.marginal_values.price import Price

SHOWS = 5e-5  # a hundredth of a point, when rounded
MOST_GOALS = 3


@command()
def price(
    asked: Asked,
    parts: Annotated[str | None, typer.Option(metavar="PART,PART", help="Parts to find; by default most.")] = None,
    payoff: Annotated[bool, typer.Option("--payoff", help="Add the pay-off table over goals: a solve a goal.")] = False,
    output: Annotated[str | None, typer.Option(help="FILE.json or .csv (prices); - is JSON on stdout.")] = None,
) -> None:
    """What one more unit of each capacity buys; what rules, locks, balance and national points cost.

    Parts: capacities, rules, locks, balance, headroom, national, policies, payoff.
    """
    from prioritiser.analysis.marginal_values.price import DEFAULT_PARTS, find_price, known_parts  # noqa: PLC0415 - only needed here

    asked.check(output, (".json", ".csv"))
    chosen = DEFAULT_PARTS if parts is None else known_parts(parts.split(","))
    chosen = known_parts((*chosen, "payoff")) if payoff else chosen
    found, settings = asked.read()
    with cancelled_by_interrupt() as stop:
        budget = asked.budget(stop)
        show = progress_bar()
        answer = find_price(Optimiser(found), settings, parts=chosen, gap=asked.gap, budget=budget, progress=show)
    if show is not None:
        show("", 0, 0)
    give_answer(answer, output, price_text, price_csv)


def price_text(answer: Price) -> str:
    """Show the prices, each part with its finding first; points are hundredths of the way to the targets."""
    scenario = answer.portfolio.outcome.scenario
    lines = [scenario.title, "", f"The best plan reaches {_points(answer.portfolio.objective)} points of objective."]
    lines += [*_capacities(answer), *_limits(answer), *_balance(answer), *_headroom(answer), *_national(answer)]
    lines += [*_policies(answer), *_payoff(answer)]
    if not answer.complete:
        lines += ["", f"Not complete: stopped before the end of {joined(answer.unfinished)}."]
    return "\n".join([*lines, *([""] if answer.notices else []), *note_lines(answer.notices)])


def _points(part: float) -> str:
    return points_number(part, 2)


def _signed(part: float) -> str:
    text = _points(part)
    return text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}"


def _tier_words(changes: Mapping[str, float]) -> str:
    said = [f"{TIER_NAMES[tier].lower()} {_signed(part)}" for tier, part in changes.items() if abs(part) >= 5e-5]
    return ", ".join(said) or "none"


def _gain(row: Difference) -> str:
    return "within the gap" if row.objective == 0 and row.at_most >= SHOWS else _points(row.objective)


def _levels(answer: Price, row: Difference) -> str:
    """Say which goals change, each in the last year in which it does."""
    goals = answer.portfolio.outcome.scenario.goal_by_id
    last = {change.goal_id: change for change in row.goals}
    said = [
        f"{goals[name].label} {level(goals[name], change.before, change.after)} to "
        f"{level(goals[name], change.after, change.before)} ({change.year})"
        for name, change in last.items()
    ]
    more = f"; and {counted(len(said) - MOST_GOALS, 'more goal')}" if len(said) > MOST_GOALS else ""
    return "; ".join(said[:MOST_GOALS]) + more


def _capacities(answer: Price) -> list[str]:
    if "capacities" not in answer.parts or (not answer.capacities and "capacities" in answer.unfinished):
        return []
    scenario = answer.portfolio.outcome.scenario
    keys = list(dict.fromkeys((row.resource_id, row.year) for row in answer.capacities))
    rows = [["Capacity", "year", "now", "1 unit more", "5 %", "10 %", "relaxation, a unit"]]
    best = max(answer.capacities, key=lambda row: row.brings.objective, default=None)
    silent, labels = 0, short_labels(scenario.resources, 50)
    for key in keys:
        steps = {row.step: row for row in answer.capacities if (row.resource_id, row.year) == key}
        first, resource = next(iter(steps.values())), scenario.resource_by_id[key[0]]
        if all(row.brings.at_most < SHOWS for row in steps.values()) and (first.marginal_value or 0.0) * 100 < SHOWS:
            silent += 1
            continue
        gains = [_gain(steps[step].brings) if step in steps else "" for step in ("unit", "5%", "10%")]
        marginal = "" if first.marginal_value is None else plain(100 * first.marginal_value, 4)
        rows.append([labels[key[0]], key[1], amount(first.capacity, resource.unit), *gains, marginal])
    said = "No step of any capacity in one year buys anything that shows."
    if best is not None and best.brings.objective > 0:
        resource = scenario.resource_by_id[best.resource_id]
        added = amount(best.added, resource.unit)
        said = f"{resource.label} in {best.year} buys most: {added} more brings {_points(best.brings.objective)} points"
        said += f" ({_levels(answer, best.brings)})."
    note = "Points of objective by re-solve. The last column is the linear relaxation's, not that of whole initiatives."
    if silent:
        note += f" {counted(silent, 'other capacity and year', 'other capacities and years')}: nothing to buy."
    return ["", said, "", *columns(rows), note] if keys else ["", "No capacity has a limit."]


def _limits(answer: Price) -> list[str]:
    """What rules and locks cost, the dearest first."""
    lines: list[str] = []
    scenario = answer.portfolio.outcome.scenario
    for part, prices in (("rules", answer.rules), ("locks", answer.locks)):
        if part not in answer.parts or (not prices and part in answer.unfinished):
            continue
        if not prices:
            lines += ["", f"There are no {part} in force."]
            continue
        ranked = sorted(prices, key=lambda row: -row.costs.objective)
        rows = [[part[:-1].capitalize(), "kind", "cost", "enters without it", "leaves"]]
        free = [row.name for row in ranked if row.costs.at_most < SHOWS]
        for row in ranked[: len(ranked) - len(free)]:
            names = [
                shortened(", ".join(scenario.initiative_by_id[name].label for name in changed), 60)
                for changed in (row.costs.entered, row.costs.left)
            ]
            name = f"{row.name} ({row.what})" if row.what else row.name
            rows.append([shortened(name, 50), row.kind, _gain(row.costs), *names])
        dearest = ranked[0]
        said = f"None of the {part} costs anything that shows."
        if dearest.costs.objective > 0:
            said = f"{dearest.name} costs most: {_points(dearest.costs.objective)} points. Without it: "
            said += f"{_levels(answer, dearest.costs) or 'no level changes'}."
        lines += ["", said, *(["", *columns(rows)] if len(rows) > 1 else [])]
        lines += [f"At no cost: {', '.join(free)}."] if free else []
    return lines


def _balance(answer: Price) -> list[str]:
    if not answer.balance:
        return []
    tiers = [tier for tier in TIERS if tier in answer.portfolio.outcome.weights]
    rows = [["Balance", *(TIER_NAMES[tier] for tier in tiers), "value", "least of its best"]]
    for point in answer.balance:
        least = "" if point.least is None else percent(point.least, 1)
        cells = [percent(point.tiers[tier], 1) for tier in tiers]
        rows.append([plain(point.balance, 1), *cells, percent(point.value, 1), least])
    said = [] if answer.balance_sentence is None else ["", answer.balance_sentence]
    return [*said, "", *columns(rows)]


def _headroom(answer: Price) -> list[str]:
    room = answer.headroom
    if room is None:
        return []
    scenario = answer.portfolio.outcome.scenario
    if room.vanishes is not None:
        said = f"From a national weight of {percent(room.vanishes, 1)} on, the others get no more than its plan gives."
    elif room.searched:
        said = "At every national weight below 100 % the other tiers get more than its plan gives; "
        said += f"from {percent(room.least or 0.0, 1)} on, more national weight takes nothing more from them."
    else:
        said = "The national weight at which other work vanishes was not found in time."
    rows, labels = [["Scarce capacity", "year", "needed", "left"]], short_labels(scenario.resources, 50)
    for row in room.rooms:
        if row.scarce:
            resource = scenario.resource_by_id[row.resource_id]
            cells = [row.year, amount(row.needed, resource.unit), percent(row.left)]
            rows.append([labels[row.resource_id], *cells])
    if len(rows) == 1:
        said += " No capacity is scarce."
    best = f"The best national result ({percent(room.national, 1)}) leaves this for local and long-term work."
    return ["", f"{best} {said}", *(["", *columns(rows)] if len(rows) > 1 else [])]


def _national(answer: Price) -> list[str]:
    if not answer.national_points:
        return []
    rows = [["National points", "cost", "change of scores, points"]]
    for point in answer.national_points:
        name = f"best, +{plain(point.points, 1)}" if point.name == "best" else point.name
        if point.changes is None:
            rows.append([name, "none", "no plan reaches it"])
        else:
            rows.append([name, _points(point.cost or 0.0), _tier_words(point.changes)])
    return ["", "What each national point costs the others:", "", *columns(rows)]


def _policies(answer: Price) -> list[str]:
    if not answer.policies:
        return []
    lines: list[str] = []
    for tag in dict.fromkeys(group.tag for group in answer.policies):
        rows = [[tag.replace("_", " "), "in the plan", "spend", "of spend", "gain", "of gain"]]
        mine = [group for group in answer.policies if group.tag == tag]
        values = shortened_apart({group.value: group.value for group in mine}, 50)
        for group in mine:
            spend = "" if group.spend is None else amount(group.spend, _money_unit(answer))
            shares = ["" if share is None else percent(share) for share in (group.spend_share, group.gain_share)]
            delivered = f"{group.delivered} of {group.proposed}"
            rows.append([values[group.value], delivered, spend, shares[0], _points(group.gain), shares[1]])
        lines += ["", *columns(rows)]
    return lines


def _money_unit(answer: Price) -> str | None:
    from prioritiser.analysis.summary.contributions import money_resource  # noqa: PLC0415 - heavy

    scenario = answer.portfolio.outcome.scenario
    name = money_resource(scenario)
    return None if name is None else scenario.resource_by_id[name].unit


def _payoff(answer: Price) -> list[str]:
    if answer.payoff is None:
        return []
    return [
        "",
        *(answer.payoff.sentences() or ["No two goals compete: the best plan for one leaves the others theirs."]),
    ]


def price_csv(answer: Price) -> bytes:
    """Write one row a capacity step, rule and lock: objective gained and score by tier."""
    from prioritiser.exports.common.csv import Cell, rows_csv  # noqa: PLC0415 - only written tables need the writers

    tiers = list(answer.portfolio.outcome.weights)
    rows: list[list[Cell]] = [["what", "id", "year", "step", "added", "objective", "at_most", *tiers, "scenario"]]
    title = answer.portfolio.outcome.scenario.title

    def cells(row: Difference) -> Sequence[Cell]:
        return [row.objective, row.at_most, *(row.tiers[tier] for tier in tiers), title]

    for price_of in answer.capacities:
        start: list[Cell] = ["capacity", price_of.resource_id, price_of.year, price_of.step, price_of.added]
        rows.append([*start, *cells(price_of.brings)])
    for kind, limits in (("rule", answer.rules), ("lock", answer.locks)):
        rows += [[kind, limit.name, "", "", "", *cells(limit.costs)] for limit in limits]
    return rows_csv(rows)
