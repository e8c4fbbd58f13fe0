"""Read the text of an .lp file into plain rows, bounds and kinds, so that order and spelling do not matter."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

SECTIONS = {"maximize", "subject to", "bounds", "generals", "binaries", "end"}
TERM = re.compile(r"([+-])?\s*(\d+(?:\.\d*)?(?:e[+-]?\d+)?)?\s*([A-Za-z]\w*)")
SENSE = re.compile(r"<=|>=|=")

type Row = tuple[str, tuple[tuple[str, float], ...], str, float]


@dataclass
class LpText:
    """An .lp file: objective, rows by name, and what each bound line and kind says of a variable."""

    objective: dict[str, float] = field(default_factory=dict)
    rows: dict[str, tuple[dict[str, float], str, float]] = field(default_factory=dict)
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)
    integers: set[str] = field(default_factory=set)

    def family(self, prefix: str) -> list[Row]:
        """Rows whose name is the prefix and numbers, by name, with their terms in one order."""
        named = re.compile(rf"{prefix}(_\d+)*$|{prefix}_(national|local|long_term)$")
        return [
            (
                name,
                tuple(sorted((variable, round(part, 9)) for variable, part in terms.items())),
                sense,
                round(limit, 9),
            )
            for name, (terms, sense, limit) in sorted(self.rows.items())
            if named.match(name)
        ]

    def variables(self, prefixes: tuple[str, ...]) -> dict[str, tuple[float, float, bool]]:
        """Low, high and whether whole, of the variables that are named with one of the prefixes and numbers."""
        names = {name for terms, _, _ in self.rows.values() for name in terms}
        names |= set(self.bounds) | self.integers | set(self.objective)
        return {
            name: (*self.bounds.get(name, (0.0, 1.0 if name in self.integers else float("inf"))), name in self.integers)
            for name in sorted(names)
            if any(re.match(rf"{prefix}(_|$)", name) for prefix in prefixes)
        }


def parse_lp(text: str) -> LpText:
    """Parse the text of an .lp file with one row a line."""
    parsed, section = LpText(), ""
    readers: dict[str, Callable[[LpText, str], None]] = {
        "maximize": _read_objective,
        "subject to": _read_row,
        "bounds": _read_bound,
        "generals": _read_integer,
        "binaries": _read_integer,
    }
    for line in _whole_lines(text):
        if line.lower() in SECTIONS:
            section = line.lower()
        else:
            readers[section](parsed, line)
    assert section == "end", "the file is cut short"
    return parsed


def _whole_lines(text: str) -> list[str]:
    """Join lines that were wrapped (they begin with a sign) and leave out comments."""
    lines: list[str] = []
    for line in text.splitlines():
        stripped = line.split("\\", 1)[0].strip()
        if stripped[:1] in ("+", "-") and lines and not stripped.startswith("-inf"):
            lines[-1] += f" {stripped}"
        elif stripped:
            lines.append(stripped)
    return lines


def _terms(text: str) -> dict[str, float]:
    rest = TERM.sub("", text).strip()
    assert rest in ("", "0"), f"not a sum of terms: {text}"
    terms: dict[str, float] = {}
    for sign, part, variable in TERM.findall(text):
        assert variable not in terms, f"{variable} twice in one row"
        terms[variable] = (-1.0 if sign == "-" else 1.0) * float(part or 1.0)
    return terms


def _read_objective(parsed: LpText, line: str) -> None:
    parsed.objective.update(_terms(line.split(":", 1)[1]))


def _read_row(parsed: LpText, line: str) -> None:
    name, row = line.split(":", 1)
    sense = SENSE.search(row)
    assert sense is not None and name not in parsed.rows, line
    parsed.rows[name.strip()] = (_terms(row[: sense.start()]), sense.group(), float(row[sense.end() :]))


def _read_bound(parsed: LpText, line: str) -> None:
    if line.endswith(" free"):
        parsed.bounds[line.split(maxsplit=1)[0]] = (float("-inf"), float("inf"))
        return
    parts = line.split()
    if len(parts) == 5:
        parsed.bounds[parts[2]] = (float(parts[0]), float(parts[4]))
    elif parts[1] == "=":
        parsed.bounds[parts[0]] = (float(parts[2]), float(parts[2]))
    elif parts[1] == "<=":
        parsed.bounds[parts[0]] = (0.0, float(parts[2]))
    else:
        parsed.bounds[parts[0]] = (float(parts[2]), float("inf"))


def _read_integer(parsed: LpText, line: str) -> None:
    parsed.integers.add(line)
