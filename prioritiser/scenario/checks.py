"""What makes a scenario valid beyond single cells: ids, years, targets, effects and rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from prioritiser.errors import Issue
from prioritiser.scenario import schema
from prioritiser.scenario.draft import Draft
from prioritiser.scenario.headings import TAG, heading_parts, is_marked, looks_like_year, possible_years
from prioritiser.scenario.numbers import NotANumber, is_amount_with_words, is_figure, parse_number, says_nothing
from prioritiser.scenario.setting_checks import find_setting_problems, find_what_if_problems
from prioritiser.scenario.setting_ranges import SETTINGS_FILE
from prioritiser.scenario.tables import Tables
from prioritiser.text.spelling import folded
from prioritiser.text.suggestions import Suggester, nearest

_SETTING_KEYS = ("format", "title", "system", "summary", "years", "weights", "settings", "what_if")


def find_problems(scenario: Tables) -> list[Issue]:
    """Find everything that makes a scenario invalid; row 2 of a table is its first row of cells."""
    problems = [*find_table_problems(scenario), *find_setting_problems(scenario.settings, scenario)]
    for number, problem in find_what_if_problems(scenario):
        name = f'what_if "{scenario.what_ifs[number].name}"'
        column = f"{name} {problem.column}".strip()
        problems.append(Issue(problem.file, 0, column, problem.found, problem.expected, problem.fix, said=problem.said))
    return problems


def find_text_problems(scenario: Tables) -> list[Issue]:
    """Find texts outside the tables that no file could hold."""
    texts = {name: getattr(scenario, name) for name in ("title", "system", "summary")}
    for what_if in scenario.what_ifs:
        texts |= {f'what_if "{what_if.name}" name': what_if.name, f'what_if "{what_if.name}" note': what_if.note}
    return [
        Issue(SETTINGS_FILE, 0, place, str(error), "Plain text.")
        for place, text in texts.items()
        if (error := _text_error(text))
    ]


def _text_error(text: str) -> str:
    try:
        schema.clean_text(text)
    except ValueError as error:
        return str(error)
    return ""


def find_table_problems(scenario: Tables | Draft) -> list[Issue]:
    """Find the problems of title, years, tags and tables; rows with a wrong cell lead to no problem elsewhere."""
    draft, suggest = Draft.of(scenario), Suggester()
    problems = [*_header_problems(draft), *_tag_problems(draft), *_duplicates(draft)]
    problems += _reference_problems(draft, suggest)
    problems += [*_goal_problems(draft), *_initiative_problems(draft, suggest), *_effect_problems(draft)]
    for number, row in draft.numbered("rules"):
        problems += _rule_problems(draft, number, cast(schema.Rule, row), suggest)
    return [*problems, *_cycles(draft)]


def _header_problems(draft: Draft) -> Iterator[Issue]:
    years = list(draft.years)
    if not draft.title.strip():
        hint = 'Add a line such as title = "My system".'
        yield Issue(SETTINGS_FILE, 0, "title", "", "A scenario needs a title.", hint)
    if len(years) > schema.MAX_YEARS:
        yield Issue(SETTINGS_FILE, 0, "years", f"{len(years)} years", f"At most {schema.MAX_YEARS} years.")
    if not years:
        yield Issue(SETTINGS_FILE, 0, "years", "no years", "At least one year label.", 'Such as years = ["2026/27"].')
    for position, year in enumerate(years):
        if not is_year_label(year):
            expected = "A label such as 2026/27: not a column's name, 'in' or 'out', without ';' or line breaks."
            yield Issue(SETTINGS_FILE, 0, "years", f'"{year}"', expected)
        elif year in years[:position]:
            yield Issue(SETTINGS_FILE, 0, "years", f'"{year}" twice', "Each year label once.")
    for name in ("goals", "initiatives"):
        if not draft.tables[name].rows and draft.tables[name].complete:
            yield Issue(draft.file(name), 0, "", "no rows", f"A scenario needs at least one {name[:-1]}.")


def is_year_label(year: str) -> bool:
    """Whether a text can head a column and stand in a list of years."""
    known = {column.name for row in schema.TABLES for column in schema.columns_of(row, ())} | {"in", "out", ""}
    return year not in known and not {";", "\n", "\t"} & set(year) and _is_clean(year) and len(year) <= 64


def _is_clean(text: str) -> bool:
    return not _text_error(text) and schema.clean_text(text) == text


def _tag_problems(draft: Draft) -> Iterator[Issue]:
    for tag, text in draft.tags.items():
        wrong = tag in _SETTING_KEYS or tag.partition(".")[0] in ("weights", "settings", "what_if")
        if wrong or not tag or not _is_clean(tag) or not _is_clean(text):
            yield Issue(SETTINGS_FILE, 0, tag, f'"{tag}"', "A key that format 1 does not use, with text.")
    yield from find_figure_tags(draft)
    for row_type in schema.TABLES:
        known = {column.name for column in schema.columns_of(row_type, draft.years)}
        tags = {tag for row in draft.tables[row_type.table].rows for tag in row.tags}
        for tag in sorted(tags):
            if tag in known or not tag or not _is_clean(tag):
                expected = "A tag's name that is trimmed, not blank and not a column of format 1."
                yield Issue(draft.file(row_type.table), 1, tag, f'"{tag}"', expected)


def _duplicates(draft: Draft) -> Iterator[Issue]:
    for row_type in schema.TABLES:
        if row_type.table == "uses":
            continue
        seen: dict[tuple[str, ...], int] = {}
        for number, row in draft.tables[row_type.table].everything():
            if any(getattr(row, name) is None for name in row_type.key if name != "if_also"):
                continue
            key = tuple(map(folded, row.key_values))
            if key in seen:
                found = f'"{" and ".join(part for part in row.key_values if part)}" is already in row {seen[key]}'
                several = "One row per initiative, goal and if_also."
                expected = "Ids are unique, ignoring capitals." if len(row_type.key) == 1 else several
                fix = "Delete one of them or give it another id."
                yield Issue(draft.file(row_type.table), number, row_type.key[0], found, expected, fix)
            else:
                seen[key] = number


def _reference_problems(draft: Draft, suggest: Suggester) -> Iterator[Issue]:
    tables = {"initiative_id": "initiatives", "if_also": "initiatives", "resource_id": "resources", "goal_id": "goals"}
    for table, columns in {
        "uses": ("initiative_id", "resource_id"),
        "effects": ("initiative_id", "goal_id", "if_also"),
    }.items():
        for number, row in draft.tables[table].everything():
            for column in columns:
                text = getattr(row, column)
                if text is not None and draft.lacks(tables[column], text):
                    yield _unknown(draft, (draft.file(table), number, column), text, tables[column], suggest)


def _unknown(draft: Draft, where: tuple[str, int, str], text: str, table: str, suggest: Suggester) -> Issue:
    file = draft.file(table)
    hint = made_a_number(text, draft.ids[table]) or suggest(text, draft.ids[table])
    return Issue(*where, f'"{text}"', f"An id that is in {file}.", hint, said=f'"{text}" is not in {file}.')


def made_a_number(text: str, ids: frozenset[str]) -> str:
    """Say that a spreadsheet made a number of an id, when that is what happened: 5.00E+01 of 5E1, 1 of 001."""
    number = parse_number(text)
    meant = "" if isinstance(number, NotANumber) else _ids_by_number(ids).get(number, "")
    return (
        f'A spreadsheet made a number of the id "{meant}": format the column as text and type {meant} again.'
        if meant
        else ""
    )


@lru_cache(maxsize=8)
def _ids_by_number(ids: frozenset[str]) -> Mapping[float, str]:
    """Ids that are written as numbers, by their number, the first of those that share one; worked out once a table."""
    numbers = {name: parse_number(name) for name in sorted(ids, reverse=True)}
    return {number: name for name, number in numbers.items() if not isinstance(number, NotANumber)}


def _goal_problems(draft: Draft) -> Iterator[Issue]:
    file = draft.file("goals")
    for number, row in draft.numbered("goals"):
        goal = cast(schema.Goal, row)
        if not goal.targets:
            found = f'goal "{goal.goal_id}" has no target'
            yield Issue(file, number, ", ".join(draft.years), found, "At least one year's target.")
            continue
        for year in goal.targets.keys() - set(draft.years):
            yield Issue(file, number, year, f'"{year}"', "A year of the scenario.")
        for column, found, expected, fix in _target_problems(goal):
            yield Issue(file, number, column, found, expected, fix)


def _target_problems(goal: schema.Goal) -> Iterator[tuple[str, str, str, str]]:
    sides = {target > goal.zero for target in goal.targets.values() if target != goal.zero}
    if goal.direction is None and len(sides) > 1:
        yield "direction", "targets on both sides of the zero level", "up or down.", "Give the direction."
        return
    wanted = goal.sign > 0 if goal.direction is not None else (sides.pop() if sides else True)
    for year, target in goal.targets.items():
        if target == goal.zero or (target > goal.zero) != wanted:
            found = f"target {target:.15g} against a zero level of {goal.zero:.15g}"
            other = f"or a {'higher' if wanted else 'lower'} target."
            yield year, found, f"already met at baseline: give a zero_level on the worse side, {other}", ""


def _initiative_problems(draft: Draft, suggest: Suggester) -> Iterator[Issue]:
    years, file = list(draft.years), draft.file("initiatives")
    for number, row in zip(draft.tables["initiatives"].numbers, draft.initiatives, strict=True):
        unknown = False
        for column in ("earliest", "latest", "current_start"):
            year = getattr(row, column)
            if year is not None and year not in years:
                unknown = True
                yield _unknown_year((file, number, column), year, years, suggest)
        if not unknown and years:
            first = years.index(row.earliest) if row.earliest else 0
            if row.latest and years.index(row.latest) < first:
                found = f'"{row.latest}" comes before the earliest start "{years[first]}"'
                yield Issue(file, number, "latest", found, "A year at or after earliest.")


def _unknown_year(where: tuple[str, int, str], year: str, years: list[str], suggest: Suggester) -> Issue:
    return Issue(*where, f'"{year}"', f"One of the years {', '.join(years)}.", suggest(year, years))


def _effect_problems(draft: Draft) -> Iterator[Issue]:
    goals = {goal.goal_id: goal for goal in draft.goals if goal.targets and not any(_target_problems(goal))}
    divisible = {row.initiative_id for row in draft.initiatives if row.min_scale != 1}
    file = draft.file("effects")
    for number, row in draft.numbered("effects"):
        effect = cast(schema.Effect, row)
        goal = goals.get(effect.goal_id)
        if effect.if_also is not None and effect.if_also == effect.initiative_id:
            yield Issue(file, number, "if_also", f'"{effect.if_also}"', "Another initiative than the row's own.")
        if goal is None:
            continue
        sizes = [effect.size(case) * goal.sign for case in schema.Case]
        if not sizes[0] <= sizes[1] <= sizes[2]:
            shown = ", ".join(f"{case} {effect.size(case):.15g}" for case in schema.Case)
            better = "upwards" if goal.sign > 0 else "downwards"
            expected = f"Low is the pessimistic case, high the optimistic one, and {effect.goal_id} improves {better}."
            yield Issue(file, number, "low", shown, expected, "Swap low and high, or mend the sign.")
        if effect.if_also is not None and min(sizes) < 0 and {effect.initiative_id, effect.if_also} & divisible:
            found = "an effect that does harm in one of the cases"
            yield Issue(file, number, "if_also", found, "Both initiatives must be all-or-nothing (min_scale 1).")


def _rule_problems(draft: Draft, number: int, rule: schema.Rule, suggest: Suggester) -> Iterator[Issue]:
    demand, file = rule.demand, draft.file("rules")
    grouped, table = demand.group and "=" in rule.subject, demand.subject
    if not grouped and draft.lacks(table, rule.subject):
        yield _unknown(draft, (file, number, "subject"), rule.subject, table, suggest)
    if demand.other:
        if rule.other is None:
            yield Issue(file, number, "other", "blank", f"{rule.kind} needs another initiative.")
        elif draft.lacks("initiatives", rule.other):
            yield _unknown(draft, (file, number, "other"), rule.other, "initiatives", suggest)
        elif rule.other == rule.subject:
            yield Issue(file, number, "other", f'"{rule.other}"', "Another initiative than the subject.")
    if demand.resource:
        if rule.resource_id is None:
            yield Issue(file, number, "resource_id", "blank", f"{rule.kind} needs a resource.")
        elif draft.lacks("resources", rule.resource_id):
            yield _unknown(draft, (file, number, "resource_id"), rule.resource_id, "resources", suggest)
    if rule.year is not None and rule.year not in draft.years:
        yield _unknown_year((file, number, "year"), rule.year, list(draft.years), suggest)
    if demand.year == "must" and rule.year is None:
        yield Issue(file, number, "year", "blank", f"{rule.kind} needs a year.")
    if demand.limit:
        for found, expected, fix in _limit_problems(rule):
            yield Issue(file, number, "limit", found, expected, fix)


def _limit_problems(rule: schema.Rule) -> Iterator[tuple[str, str, str]]:
    if rule.limit is None:
        yield "blank", f"{rule.kind} needs a limit.", ""
    elif rule.demand.limit == "count" and (rule.limit < 0 or rule.limit != int(rule.limit)):
        yield f"{rule.limit:.15g}", "A whole number of initiatives, 0 or more.", ""
    elif rule.demand.limit == "share" and not 0 <= rule.limit <= 1:
        yield f"{rule.limit:.15g}", "A share from 0 to 1.", "40 % is 0.4."


def _cycles(draft: Draft) -> Iterator[Issue]:
    needs: dict[str, list[tuple[str, int]]] = {}
    for number, rule in zip(draft.tables["rules"].numbers, draft.rules, strict=True):
        if rule.kind is schema.RuleKind.REQUIRES and rule.other is not None and rule.other != rule.subject:
            needs.setdefault(rule.subject, []).append((rule.other, number))
    done: set[str] = set()
    for origin in sorted(needs):
        cycle = _cycle_from(origin, needs, done) if origin not in done else None
        if cycle:
            path, number = cycle
            found = " requires ".join(path)
            yield Issue(draft.file("rules"), number, "other", found, "Requires must not run in a circle.")


def _cycle_from(
    origin: str, needs: Mapping[str, list[tuple[str, int]]], done: set[str]
) -> tuple[list[str], int] | None:
    """Walk the `requires` from an initiative; return the first circle met, with the row that closes it."""
    path: list[str] = [origin]
    stack = [iter(needs.get(origin, []))]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            done.add(path.pop())
            continue
        other, number = step
        if other in path:
            circle = [*path[path.index(other) :], other]
            done.update(path)
            return circle, number
        if other not in done:
            path.append(other)
            stack.append(iter(needs.get(other, [])))
    return None


_WITH_FIGURES = ("goals", "resources", "uses", "effects")
_MOST_NAMED = 3
_TOTALS = frozenset({"total", "totals", "sum", "grand total", "subtotal"})
_FINANCIAL_YEAR = re.compile(r"(?:19|20)(\d\d)/(\d\d)")
_A_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class _Table:
    """What the messages about a table need of it, worked out once. absent: its years that no row gives a figure for."""

    row_type: type[schema.Row]
    file: str
    years: tuple[str, ...]
    absent: tuple[str, ...]
    resources: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.row_type.table

    @classmethod
    def of(cls, row_type: type[schema.Row], rows: Sequence[schema.Row], draft: Draft) -> _Table:
        yearly = row_type.year_field
        given = {year for row in rows for year in getattr(row, yearly)} if yearly else set()
        given |= draft.tables[row_type.table].columns  # its cells may be wrong, which is said of each
        absent = tuple(year for year in draft.years if year not in given)
        ids = (getattr(row, "resource_id", None) for row in rows) if row_type.table == "resources" else ()
        return cls(row_type, draft.file(row_type.table), draft.years, absent, tuple(str(name) for name in ids if name))


def find_figure_tags(draft: Draft) -> Iterator[Issue]:
    """Find each unknown column that holds figures and is not marked as a tag."""
    for row_type in schema.TABLES if draft.years else ():  # without the years, columns of numbers are not known
        rows = [row for _, row in draft.tables[row_type.table].everything()]
        texts: dict[str, dict[str, None]] = {}
        for row in rows:
            for tag, text in row.tags.items():
                texts.setdefault(tag, {})[text] = None
        table = _Table.of(row_type, rows, draft) if texts else None
        for tag in sorted(texts):
            if table is None or is_marked(tag):
                continue
            near = _near_figure(tag, row_type, draft.years)
            if (near or table.name in _WITH_FIGURES) and _holds_figures(tag, [*texts[tag]], table.name):
                yield _issue(tag, near, table)


def _holds_figures(tag: str, texts: Sequence[str], table: str) -> bool:
    figures = [text for text in texts if is_figure(text)]
    if any(not _A_YEAR.fullmatch(text) for text in figures):
        return True
    if figures and len(figures) == len(texts):  # beside text, a year is more likely a date than an amount
        return True
    if all(is_figure(text) or is_amount_with_words(text) for text in texts):
        return True
    per_year = table in ("goals", "resources", "uses")
    return per_year and looks_like_year(tag) and all(is_figure(text) or says_nothing(text) for text in texts)


def _near_figure(tag: str, row_type: type[schema.Row], years: Sequence[str]) -> str:
    """Name the column of figures whose name is near; nothing where there is none."""
    figures = [column.name for column in schema.columns_of(row_type, years) if column.numeric]
    name = heading_parts(tag)[0].replace(" ", "_")
    return nearest(name, figures) or next((figure for figure in figures if figure.startswith(f"{name}_")), "")


def _issue(tag: str, near: str, table: _Table) -> Issue:
    columns = {column.name: column for column in schema.columns_of(table.row_type, table.years)}
    yearly = table.name in ("goals", "resources") and (looks_like_year(tag) or not near)
    if yearly:
        near = next((year for year in possible_years(tag, table.years)), near)
    found = f'"{tag}" holds numbers and is not a column of {table.name}'
    if not table.absent and _names_another_year(tag, table.years):
        fix = f"Add it to the years, or delete the column. If it is a tag, begin its heading with {TAG}"
        return Issue(table.file, 1, tag, found, f"Years are {', '.join(table.years)}.", fix)
    blank = _blank_means(table) if yearly else ""
    if not blank and table.name == "uses":
        blank = "Left out, it would mean 0: nothing used in those years."
    if not blank and near and (meaning := columns[near].blank):
        blank = f"Left out, {near} would be {meaning}."
    known = f"Years are {', '.join(table.years)}." if yearly else f"Columns are {', '.join(_figure_names(columns))}."
    fix = f"{_rename(tag, near, table.years)} If it is a tag, begin its heading with {TAG}"
    return Issue(table.file, 1, tag, found, f"{blank} {known}".strip(), fix)


def _names_another_year(tag: str, years: Sequence[str]) -> bool:
    """Whether a heading is a whole year, such as 2029/30, that is not among the scenario's, which are written alike."""
    whole = [_FINANCIAL_YEAR.fullmatch(text.strip()) for text in (tag, *years)]
    return all(year is not None and (int(year[1]) + 1) % 100 == int(year[2]) for year in whole) and tag not in years


def _rename(tag: str, near: str, years: Sequence[str]) -> str:
    if folded(tag) in _TOTALS:
        return "Delete it: totals are worked out."
    possible = possible_years(tag, years) if looks_like_year(tag) else []
    if len(possible) > 1:
        return f"It could be {' or '.join(possible)}: write the one that is meant."
    return f'Did you mean "{near}"?' if near else "Write the name of the column that is meant."


def _figure_names(columns: Mapping[str, schema.Column]) -> list[str]:
    names = [name for name, column in columns.items() if column.numeric]
    per_year = [name for name in names if columns[name].per_year]
    if len(per_year) > 2:
        first = names.index(per_year[0])
        names[first : first + len(per_year)] = [f"{per_year[0]} to {per_year[-1]}"]
    return names


def _blank_means(table: _Table) -> str:
    """Say what a table would mean without the column: for capacities no limit, for targets no score."""
    if not table.absent:
        return ""
    when = "any year" if len(table.absent) == len(table.years) else ", ".join(table.absent)
    if table.name == "goals":
        return f"Left out, no goal would have a target in {when}."
    more = len(table.resources) - _MOST_NAMED
    named = ", ".join(table.resources[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"Left out, {named or 'the resource'} would have no limit in {when}."
