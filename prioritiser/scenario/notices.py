"""What a valid scenario holds that its author may not have meant."""

import re
import statistics
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from prioritiser.scenario.headings import is_marked
from prioritiser.scenario.numbers import parse_number
from prioritiser.scenario.schema import TABLE_NAMES, Case, Goal, RuleKind, Use, YesNo, cell_text
from prioritiser.scenario.tables import Tables
from prioritiser.text.spelling import folded
from prioritiser.text.suggestions import did_you_mean
from prioritiser.text.units import is_percentage
from prioritiser.text.wrong_decoding import LOST, meant_text

_LABEL = re.compile(r"\d{4}([/-]\d{2,4})?")
_YEAR_LIKE = re.compile(r"year_\d+|\d{4}([/-]\d{2,4})?")


def find_notices(scenario: Tables) -> list[str]:
    """Say what a valid scenario holds that its author may not have meant."""
    finders = (_year_notices, _carry_notices, _rule_notices, _column_notices, *SLIPS)
    return [notice for finder in finders for notice in finder(scenario)]


def _year_notices(scenario: Tables) -> Iterator[str]:
    firsts = [int(year[:4]) for year in scenario.years if _LABEL.fullmatch(year)]
    if len(firsts) == len(scenario.years):
        for number, (one, two) in enumerate(pairwise(firsts)):
            if two != one + 1:
                labels = scenario.years[number : number + 2]
                yield (
                    f"scenario.toml: years: {labels[1]} follows {labels[0]}. "
                    "They count as one year after another; mend the labels if a year was left out."
                )


def _carry_notices(scenario: Tables) -> Iterator[str]:
    for row in scenario.resources:
        blank = [year for year in scenario.years if year not in row.capacities]
        if row.carry_over is YesNo.YES and blank and row.capacities:
            yield (
                f"resources.csv: {row.resource_id} carries over and has no capacity in {blank[0]}, "
                "so it has no limit in that year or any later one."
            )


def _rule_notices(scenario: Tables) -> Iterator[str]:
    columns = {name for row in scenario.initiatives for name in row.cells(scenario.years)}
    for rule in scenario.rules:
        if rule.demand.group and "=" in rule.subject and not scenario.group(rule.subject):
            column = rule.subject.partition("=")[0].strip()
            hint = "" if column in columns else f' There is no column "{column}". {did_you_mean(column, columns)}'
            yield f"rules.csv: the group {rule.subject} of rule {rule.rule_id} is empty.{hint}".rstrip()
        if rule.kind is RuleKind.START_BY and rule.year is not None:
            first = scenario.starts(scenario.initiative_by_id[rule.subject])[0]
            if scenario.years.index(rule.year) < first:
                yield (
                    f"rules.csv: rule {rule.rule_id} lets {rule.subject} start by {rule.year} or not at all. "
                    f"It may start in {scenario.years[first]} at the earliest, so it cannot start."
                )
        unused = [
            name
            for name, applies in {
                "other": rule.demand.other,
                "resource_id": rule.demand.resource,
                "limit": rule.demand.limit,
                "year": rule.demand.year,
            }.items()
            if getattr(rule, name) is not None and not applies
        ]
        if unused:
            yield f"rules.csv: rule {rule.rule_id} ({rule.kind}) does not use {', '.join(unused)}."


def _column_notices(scenario: Tables) -> Iterator[str]:
    for name in TABLE_NAMES:
        tags = {tag for row in scenario.rows(name) for tag in row.tags}
        for tag in sorted(tags):
            if _YEAR_LIKE.fullmatch(tag):
                yield f"{name}.csv: column {tag} is not one of the scenario's years and is kept as text only."


_MOST_NAMED = 3
_FAR_APART, _TIMES_MEDIAN, _FEWEST_USERS = 50.0, 100.0, 3


def _listed(texts: Sequence[str]) -> str:
    more = len(texts) - _MOST_NAMED
    return "; ".join(texts if more <= 1 else [*texts[:_MOST_NAMED], f"and {more} more"])


def _amount(value: float, unit: str | None) -> str:
    return f"{value:,.15g} {unit}" if unit else f"{value:,.15g}"


def _no_limit(scenario: Tables) -> Iterator[str]:
    """Find resources without a capacity in any year, or in some; those that carry over have their own notice."""
    found = []
    taken = {use.resource_id for use in scenario.uses if any(amount > 0 for amount in use.amounts.values())}
    for row in scenario.resources:
        if row.resource_id not in taken:
            continue  # what is only released needs no limit
        blank = [year for year in scenario.years if year not in row.capacities]
        if len(blank) == len(scenario.years):
            found.append(f"{row.resource_id} has no capacity in any year")
        elif blank and row.carry_over is not YesNo.YES:
            found.append(f"{row.resource_id} has none in {', '.join(blank)}")
    if found:
        yield f"resources.csv: no limit: {_listed(found)}. Blank is no limit; write 0 where there is none to use."


def _idle_initiatives(scenario: Tables) -> Iterator[str]:
    users = {row.initiative_id for row in scenario.uses if any(row.amounts.values())}
    movers = {
        name
        for row in scenario.effects
        if any(row.size(case) for case in Case)
        for name in (row.initiative_id, row.if_also)
    }
    idle = [name for name in scenario.initiative_by_id if name not in users and name not in movers]
    if idle:
        yield f"initiatives.csv: nothing is used and no goal is moved by {_listed(idle)}."


def _still_goals(scenario: Tables) -> Iterator[str]:
    years = len(scenario.years)
    moved = set()
    for row in scenario.effects:
        starts = scenario.starts(scenario.initiative_by_id[row.initiative_id])
        felt = any(row.ramp(year - start + 1) for start in starts for year in range(start, years))
        if felt and any(row.size(case) for case in Case):
            moved.add(row.goal_id)
    still = [goal.goal_id for goal in scenario.goals if goal.goal_id not in moved]
    if still:
        yield f"goals.csv: nothing can move {_listed(still)} within these years."


def _wrong_way(scenario: Tables) -> Iterator[str]:
    sides: dict[str, set[bool]] = {}
    for row in scenario.effects:
        if row.central:
            goal = scenario.goal_by_id[row.goal_id]
            sides.setdefault(row.goal_id, set()).add(row.central * goal.sign > 0)
    wrong = [
        f"{name} (it is to go {_way(scenario.goal_by_id[name])})" for name, helps in sides.items() if helps == {False}
    ]
    if wrong:
        yield (
            f"effects.csv: every effect on this goal makes it worse: {_listed(wrong)}. "
            "An effect is signed: below 0 where the level goes down."
        )


def _way(goal: Goal) -> str:
    return "up" if goal.sign > 0 else "down"


def _twice(scenario: Tables) -> Iterator[str]:
    rows = Counter((*row.key_values, tuple(sorted(row.amounts.items()))) for row in scenario.uses)
    twice = [f"{name} and {resource}" for (name, resource, _), count in rows.items() if count > 1]
    if twice:
        yield f"uses.csv: the same row more than once: {_listed(twice)}. Rows of one pair add up."


def _totals(uses: Iterable[Use]) -> dict[tuple[str, str], dict[str, float]]:
    """Amounts by initiative and resource, by year since start; rows of one pair added up."""
    totals: dict[tuple[str, str], dict[str, float]] = {}
    for row in uses:
        amounts = totals.setdefault((row.initiative_id, row.resource_id), {})
        for year, amount in row.amounts.items():
            amounts[year] = amounts.get(year, 0.0) + amount
    return totals


def _use_slips(scenario: Tables) -> Iterator[str]:
    totals = _totals(scenario.uses)
    used: dict[str, dict[str, float]] = {}
    for (name, resource_id), amounts in totals.items():
        if total := sum(amount for amount in amounts.values() if amount > 0):
            used.setdefault(resource_id, {})[name] = total
    yield from _more_than_there_is(scenario, totals)
    yield from _far_above_the_rest(scenario, used)
    yield from _more_than_could_be_used(scenario, used)


def _more_than_there_is(scenario: Tables, totals: Mapping[tuple[str, str], Mapping[str, float]]) -> Iterator[str]:
    found = []
    for (name, resource_id), amounts in totals.items():
        resource = scenario.resource_by_id[resource_id]
        if any(year not in resource.capacities for year in scenario.years):
            continue
        carried = resource.carry_over is YesNo.YES
        most = (sum if carried else max)(resource.capacities.values())
        needed = max(amounts.values(), default=0.0)
        if needed > most:
            over = "over all years" if carried else "in any year"
            found.append(
                f"{name} needs {_amount(needed, resource.unit)} of {resource_id} in a year, "
                f"and there is {_amount(most, resource.unit)} {over}"
            )
    if found:
        yield f"uses.csv: more than there is: {_listed(found)}."


def _far_above_the_rest(scenario: Tables, used: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    found = []
    for resource_id, totals in used.items():
        median = statistics.median(totals.values())
        unit = scenario.resource_by_id[resource_id].unit
        if len(totals) >= _FEWEST_USERS:
            found += [
                f"{name} uses {_amount(total, unit)} of {resource_id}, where the median is {_amount(median, unit)}"
                for name, total in totals.items()
                if total >= _TIMES_MEDIAN * median
            ]
    if found:
        yield f"uses.csv: a hundred times the median or more: {_listed(found)}. Is it in the unit of the resource?"


def _hundred_times_apart(scenario: Tables) -> Iterator[str]:
    found = []
    for goal in scenario.goals:
        sizes = [abs(level) for level in (goal.baseline, *goal.targets.values()) if level]
        if is_percentage(goal.unit) and len(sizes) > 1 and max(sizes) >= _FAR_APART * min(sizes):
            levels = ", ".join(f"{level:g}" for level in goal.targets.values())
            found.append(f"{goal.goal_id} (baseline {goal.baseline:g}, targets {levels})")
    if found:
        yield (
            f"goals.csv: levels in % about a hundred times apart: {_listed(found)}. "
            "In the unit %, 92 per cent is 92, not 0.92."
        )


def _more_than_could_be_used(scenario: Tables, used: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Find capacities that are a hundred times all that could be used: most often typed in pounds where it is £k."""
    found = []
    for row in scenario.resources:
        least, most = min(row.capacities.values(), default=0.0), sum(used.get(row.resource_id, {}).values())
        if 0 < most * _TIMES_MEDIAN <= least:
            all_of_it = _amount(most, row.unit)
            found.append(f"{row.resource_id} has {_amount(least, row.unit)} and all initiatives use {all_of_it}")
    if found:
        asked = "Is it in the unit of the resource?"
        yield f"resources.csv: a hundred times what is used or more: {_listed(found)}. {asked}"


def _fractions_of_percent(scenario: Tables) -> Iterator[str]:
    """Find goals in % whose levels are all below 1 and whose effects are not: 72 per cent written 0.72."""
    moved = {row.goal_id for row in scenario.effects if abs(row.central) > 1}
    found = [
        f"{goal.goal_id} (baseline {goal.baseline:g})"
        for goal in scenario.goals
        if is_percentage(goal.unit)
        and goal.goal_id in moved
        and all(0 < level <= 1 for level in (goal.baseline, *goal.targets.values()))
    ]
    if found:
        yield (
            f"goals.csv: levels in % below 1, with effects above 1: {_listed(found)}. "
            "In the unit %, 92 per cent is 92, not 0.92."
        )


def _released_first(scenario: Tables) -> Iterator[str]:
    found = []
    for row in scenario.uses:
        given = [row.amounts[year] for year in sorted(row.amounts) if row.amounts[year]]
        if given and given[0] < 0 < max(given):
            found.append(f"{row.initiative_id} and {row.resource_id}")
    if found:
        yield (
            f"uses.csv: below 0 in the first year and above it later: {_listed(found)}. "
            "An amount below 0 is released; what is used is above 0."
        )


def _nearly_one_group(scenario: Tables) -> Iterator[str]:
    """Find groups whose names differ in signs only, such as Primary-care and Primary care."""
    columns = {
        "lead",
        "place",
        *(rule.subject.partition("=")[0].strip() for rule in scenario.rules if rule.demand.group),
    }
    found = []
    for column in sorted(columns):
        alike: dict[str, list[str]] = {}
        for text in scenario.groups.values(column):
            alike.setdefault("".join(letter for letter in folded(text) if letter.isalnum()), []).append(text)
        found += [
            f"{column} {' and '.join(f'"{text}"' for text in texts)}"
            for letters, texts in alike.items()
            if letters and len(texts) > 1
        ]
    if found:
        yield f"initiatives.csv: nearly one name, and two groups: {_listed(found)}."


def _tags_like_columns(scenario: Tables) -> Iterator[str]:
    """Find tags that hold what a column holds that no row fills: years, ids, yes and no, or shares."""
    ids = {table: {row.key_values[0] for row in scenario.rows(table)} for table in ("initiatives", "resources")}
    years = {folded(year) for year in scenario.years}
    kinds: Sequence[tuple[str, tuple[str, ...], str, Callable[[str], bool]]] = (
        ("initiatives", ("earliest", "latest"), "years", lambda text: folded(text) in years),
        ("initiatives", ("confidence", "min_scale"), "shares", _is_share),
        ("resources", ("carry_over",), "yes or no", lambda text: folded(text) in tuple(YesNo)),
        ("effects", ("if_also",), "ids of initiatives", lambda text: text in ids["initiatives"]),
        ("rules", ("other",), "ids of initiatives", lambda text: text in ids["initiatives"]),
        ("rules", ("resource_id",), "ids of resources", lambda text: text in ids["resources"]),
        ("rules", ("year",), "years", lambda text: folded(text) in years),
    )
    for table in TABLE_NAMES:
        found = []
        rows = scenario.rows(table)
        tags = sorted(tag for tag in {tag for row in rows for tag in row.tags} if not is_marked(tag))
        filled = {column for row in rows for column in row.cells(scenario.years)} if tags else set()
        for _, columns, what, fits in (kind for kind in kinds if kind[0] == table):
            empty = [column for column in columns if column not in filled]
            for tag in tags if empty else ():
                if all(fits(row.tags[tag]) for row in rows if row.tags.get(tag)):
                    found.append(f'"{tag}" holds {what}, as {" and ".join(empty)} would')
        if found:
            yield (
                f"{table}.csv: kept as a tag, and perhaps a column: {_listed(found)}. "
                "Give it that heading if it is meant, or one that begins with tag:"
            )


def _is_share(text: str) -> bool:
    number = parse_number(text)
    return isinstance(number, float) and 0 <= number <= 1


def _misread(scenario: Tables) -> Iterator[str]:
    for table in TABLE_NAMES:
        texts = {
            cell_text(cell): None
            for row in scenario.rows(table)
            for column, cell in row.cells(scenario.years).items()
            for cell in (column, cell)
        }
        yield from _misread_in(f"{table}.csv", texts)
    named = (text for what_if in scenario.what_ifs for text in (what_if.name, what_if.note))
    yield from _misread_in("scenario.toml", [scenario.title, scenario.system, scenario.summary, *named])


def _misread_in(file: str, texts: Collection[str]) -> Iterator[str]:
    found = [f'"{_short(text)}" was probably "{_short(meant)}"' for text in texts if (meant := meant_text(text))]
    found += [f'"{_short(text)}" has lost a letter' for text in texts if LOST in text]
    if found:
        yield f"{file}: text that was decoded wrongly: {_listed(found)}. Save the file as UTF-8 where it came from."


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


SLIPS: Sequence[Callable[[Tables], Iterator[str]]] = (
    _no_limit, _idle_initiatives, _still_goals, _wrong_way, _twice, _use_slips, _hundred_times_apart,
    _fractions_of_percent, _released_first, _nearly_one_group, _tags_like_columns, _misread,
)  # fmt: skip
