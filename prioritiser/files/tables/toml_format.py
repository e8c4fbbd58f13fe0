"""Everything of a scenario that is not a table: `scenario.toml`, read into values and written from a scenario."""

import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from prioritiser.errors import Issue
from prioritiser.files.tables.issues import Findings
from prioritiser.scenario.checks import is_year_label
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.schema import FORMAT, MAX_YEARS, Tier, clean_text
from prioritiser.scenario.setting_ranges import SETTINGS_FILE
from prioritiser.scenario.settings import Changes, WhatIf
from prioritiser.text.suggestions import did_you_mean

_TEXTS = ("title", "system", "summary")
_KEYS = ("format", *_TEXTS, "years", "weights", "settings", "what_if")
_SETTING_KEYS = ("balance", "case")
WHAT_IF_KEYS = ("name", "note", "weights", "balance", "case", "capacity", "lock", "goal_weights", "without")
_MOST_DOTS, _MOST_DOTS_IN_KEYS = 2_000, 10_000
_MOST_TAGS = 500
_MOST_WHAT_IFS = 200
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Places:
    """Where the settings stand: keys of a file, or cells of the sheets `scenario` and `what_ifs`.

    keys: the row of each key of sheet `scenario`. rows, letters: the row of each what-if, the letter of each column.
    """

    sheets: bool = False
    keys: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[int] = ()
    letters: Mapping[str, str] = field(default_factory=dict)

    def place(self, issue: Issue, position: int | None, name: str) -> Issue:
        """Move an issue about a key to where a reader finds it; position is that of a what-if."""
        key, fields = issue.column, (issue.found, issue.expected, issue.fix)
        if not self.sheets:
            label = key if position is None else f'what_if {position + 1} "{name}" {key}'
            return Issue(SETTINGS_FILE, 0, label, *fields, said=issue.said)
        if position is None:
            row = self.keys.get(key) or self.keys.get(f"settings.{key}") or 0
            return Issue("scenario", row, key, *fields, "B" if row else "", issue.said)
        letter = self.letters.get(key.partition(".")[0], "")
        return Issue("what_ifs", self.rows[position], key, *fields, letter, issue.said)


@dataclass(frozen=True)
class Heading:
    """What stands above the tables. years: empty when they could not be read. settings: values of any type.

    blocked: keys (of the what-if at a position, or of the scenario) whose problem has been said already.
    """

    title: str = ""
    system: str = ""
    summary: str = ""
    years: tuple[str, ...] = ()
    settings: Changes = field(default_factory=Changes)
    what_ifs: tuple[WhatIf, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    blocked: frozenset[tuple[int | None, str]] = frozenset()
    places: Places = field(default_factory=Places)

    def settle(self, issue: Issue, position: int | None = None) -> Issue | None:
        """Place an issue that a check found, or drop it when the key's problem has been said already."""
        parts = issue.column.split(".")
        keys = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        if position is None and issue.column in _SETTING_KEYS:
            keys |= {"settings", f"settings.{issue.column}"}
        if any((position, key) in self.blocked for key in keys):
            return None
        name = "" if position is None else self.what_ifs[position].name
        return self.places.place(issue, position, name)


def parse_toml(text: str, findings: Findings) -> dict[str, Any] | None:
    """Parse scenario.toml; None and an issue when it is not TOML."""
    dots = 0
    for number, line in enumerate(text.splitlines(), start=1):
        found = _refused_line(line, dots)
        if found:
            findings.problem(SETTINGS_FILE, found, "Simple keys.", row=number)
            return None
        dots += line.partition("=")[0].count(".")
    try:
        return tomllib.loads(text)
    except RecursionError:
        findings.problem(SETTINGS_FILE, "lists nested too deeply", "Simple values.")
    except ValueError as error:
        fix = 'Text stands in straight quotes, as in title = "My system"; a list in square brackets.'
        findings.problem(SETTINGS_FILE, f"not valid TOML ({error})", "A line for each key: key = value.", fix)
    return None


def _refused_line(line: str, dots: int) -> str:
    """Say why a line is not parsed: parsing would take minutes; dots: in keys before it."""
    if line.count(".") > _MOST_DOTS:
        return "a line of thousands of dots"
    if dots + line.partition("=")[0].count(".") > _MOST_DOTS_IN_KEYS:
        return f"more than {_MOST_DOTS_IN_KEYS:,} dots in keys"
    return ""


def read_heading(
    given: Mapping[str, Any],
    places: Places,
    findings: Findings,
    blocked: frozenset[tuple[int | None, str]] = frozenset(),
) -> Heading:
    """Turn the keys of scenario.toml into values; problems of type are issues, ranges and names are left to checks."""
    return _HeadingReader(places, findings, blocked).read(given)


class _HeadingReader:
    """Reads one heading; position is the place of the what-if being read, None outside them."""

    def __init__(self, places: Places, findings: Findings, blocked: frozenset[tuple[int | None, str]]) -> None:
        self.places, self.findings, self.blocked = places, findings, set(blocked)
        self.position: int | None = None
        self.name = ""

    def read(self, given: Mapping[str, Any]) -> Heading:
        self._check_format(given)
        texts = {key: self._text(given, key) for key in _TEXTS}
        weights = self._table(given, "weights")
        settings = self._table(given, "settings")
        self._refuse_unknown(settings, _SETTING_KEYS, "settings.")
        return Heading(
            **texts,
            years=self._years(given),
            settings=Changes(
                weights=self._numbers(weights),
                balance=_number(settings.get("balance", 0.0)),
                case=settings.get("case", "central"),
            ),
            tags=self._tags(given),
            what_ifs=self._what_ifs(given),
            blocked=frozenset(self.blocked),
            places=self.places,
        )

    def _problem(self, key: str, found: str, expected: str, fix: str = "") -> None:
        if (self.position, key) not in self.blocked:
            issue = self.places.place(Issue(SETTINGS_FILE, 0, key, found, expected, fix), self.position, self.name)
            self.findings.issues.append(issue)
            self.blocked.add((self.position, key))

    def _check_format(self, given: Mapping[str, Any]) -> None:
        version = given.get("format")
        if version is None:
            self._problem("format", "missing", f"format = {FORMAT}.", "Say which format the scenario is in.")
        elif isinstance(version, bool) or version not in (FORMAT, str(FORMAT)):
            shown = f"{version:g}" if isinstance(version, float) else _plain(version)
            self._problem("format", f"format {shown}", f"This version reads format {FORMAT}.")

    def _clean(self, key: str, value: object) -> str:
        try:
            if isinstance(value, str):
                return clean_text(value)
        except ValueError as error:
            self._problem(key, f"{error}", "Plain text.")
            return ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{_number(value):.15g}"
        self._problem(key, _kind(value), "Text in quotes.")
        return ""

    def _text(self, given: Mapping[str, Any], key: str) -> str:
        return self._clean(key, given[key]) if key in given else ""

    def _years(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        if "years" not in given:
            self._problem("years", "missing", "At least one year label.", 'Such as years = ["2026/27"].')
            return ()
        listed = given["years"]
        if not isinstance(listed, list):
            self._problem("years", _kind(listed), 'A list of labels such as ["2026/27", "2027/28"].')
            return ()
        if len(listed) > MAX_YEARS:
            self._problem("years", f"{len(listed):,} years", f"At most {MAX_YEARS} years.")
            return ()
        years = tuple(self._clean("years", year) for year in listed)
        if (None, "years") in self.blocked or len(set(years)) < len(years) or not all(map(is_year_label, years)):
            return self._wrong_years(years)
        return years

    def _wrong_years(self, years: tuple[str, ...]) -> tuple[str, ...]:
        for year in years:
            if not is_year_label(year):
                expected = "A label such as 2026/27: not a column's name, 'in' or 'out', without ';' or line breaks."
                self._problem("years", f'"{year}"', expected)
            elif years.count(year) > 1:
                self._problem("years", f'"{year}" twice', "Each year label once.")
        return ()

    def _table(self, given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = given.get(key, {})
        if isinstance(value, Mapping):
            return value
        self._problem(key, _kind(value), f"A table: keys with values, as in {_EXAMPLES.get(key, 'balance = 0.3')}.")
        return {}

    def _numbers(self, table: Mapping[str, Any]) -> dict[str, Any]:
        return {key.strip(): _number(value) for key, value in table.items()}

    def _refuse_unknown(self, table: Mapping[str, Any], known: Sequence[str], prefix: str = "") -> None:
        for key in table:
            if key not in known:
                hint = did_you_mean(key, known)
                self._problem(f"{prefix}{key}", f'"{key}"', f"One of {', '.join(known)}.", hint)

    def _tags(self, given: Mapping[str, Any]) -> dict[str, str]:
        tags: dict[str, str] = {}
        unknown = [key for key in given if key not in _KEYS]
        if len(unknown) > _MOST_TAGS:
            self._problem(unknown[0], f"{len(unknown)} unknown keys", f"At most {_MOST_TAGS}.")
            return {}
        for key in unknown:
            value = given[key]
            if isinstance(value, dict | list):
                self._problem(key, f'"{key}"', f"One of {', '.join(_KEYS[-4:])}.", did_you_mean(key, _KEYS))
                continue
            text = _plain(value) if isinstance(value, bool | date | datetime | time) else self._clean(key, value)
            name = self._clean(key, key)
            if text:
                tags[name] = text
                self._notice_tag(name)
        return tags

    def _notice_tag(self, key: str) -> None:
        file = "scenario" if self.places.sheets else SETTINGS_FILE
        hint = did_you_mean(key, _KEYS)
        self.findings.notices.append(f'{file}: the key "{key}" is kept as text only.{" " + hint if hint else ""}')

    def _what_ifs(self, given: Mapping[str, Any]) -> tuple[WhatIf, ...]:
        listed = given.get("what_if", [])
        if not isinstance(listed, list) or not all(isinstance(what_if, Mapping) for what_if in listed):
            self._problem("what_if", _kind(listed), "Tables that each begin with [[what_if]].")
            return ()
        if len(listed) > _MOST_WHAT_IFS:
            self._problem("what_if", f"{len(listed):,} what-ifs", f"At most {_MOST_WHAT_IFS}.")
            return ()
        what_ifs = []
        for self.position, what_if in enumerate(listed):
            self.name = what_if["name"] if isinstance(what_if.get("name"), str) else ""
            what_ifs.append(self._what_if(what_if))
        self.position = None
        return tuple(what_ifs)

    def _what_if(self, given: Mapping[str, Any]) -> WhatIf:
        self._refuse_unknown(given, WHAT_IF_KEYS)
        weights = self._table(given, "weights") if "weights" in given else None
        changes = Changes(
            weights=None if weights is None else self._numbers(weights),
            balance=_number(given["balance"]) if "balance" in given else None,
            case=given.get("case"),
            capacity=self._numbers(self._table(given, "capacity")),
            lock={key.strip(): self._lock(key, lock) for key, lock in self._table(given, "lock").items()},
            goal_weights=self._numbers(self._table(given, "goal_weights")),
            without=self._without(given),
        )
        return WhatIf(self._text(given, "name"), changes, self._text(given, "note"))

    def _lock(self, key: str, lock: object) -> str:
        return self._clean(f"lock.{key}", lock)

    def _without(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        listed = given.get("without", [])
        if not isinstance(listed, list):
            self._problem("without", _kind(listed), 'A list of rule ids such as ["R1", "R2"].')
            return ()
        return tuple(self._clean("without", rule) for rule in listed)


_EXAMPLES = {
    "weights": "weights = { national = 40, local = 30, long_term = 30 }",
    "capacity": 'capacity = { "revenue@2026/27" = 0.8 }',
    "lock": 'lock = { virtual_wards = "in" }',
    "goal_weights": "goal_weights = { rtt_18w = 2 }",
}


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    shown = _plain(value)
    return f'"{shown}"' if isinstance(value, str) else shown


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> Any:
    """Make a number of up to 15 digits of an integer or float; leave anything else for the checks to refuse."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return float(f"{float(value):.15g}")
    except OverflowError:
        return math.inf


def write_toml(scenario: Scenario, texts: Mapping[str, str] | None = None) -> str:
    """Write scenario.toml: the same scenario gives the same text. texts: title, system, summary in place of its own."""
    said = {key: getattr(scenario, key) for key in _TEXTS} | dict(texts or {})
    lines = [f"format = {FORMAT}", f"title = {_quoted(said['title'])}"]
    lines += [f"{key} = {_quoted(said[key])}" for key in ("system", "summary") if said[key]]
    lines += [f"years = [{', '.join(map(_quoted, scenario.years))}]"]
    lines += [f"{_key(key)} = {_quoted(scenario.tags[key])}" for key in sorted(scenario.tags)]
    weights = scenario.settings.weights
    lines += ["", "[weights]", *(f"{tier} = {weights[tier]:.15g}" for tier in Tier if tier in weights)]
    lines += ["", "[settings]", f"balance = {scenario.settings.balance:.15g}"]
    lines += [f"case = {_quoted(scenario.settings.case)}"]
    for what_if in scenario.what_ifs:
        lines += ["", "[[what_if]]", f"name = {_quoted(what_if.name)}"]
        lines += [f"note = {_quoted(what_if.note)}"] if what_if.note else []
        lines += [f"{key} = {_value(value)}" for key, value in what_if.changes.as_json().items()]
    return "\n".join(lines) + "\n"


def _key(text: str) -> str:
    return text if _BARE_KEY.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(value[key])}" for key in value) + " }"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_value, value))}]"
    return _quoted(value) if isinstance(value, str) else f"{value:.15g}"
