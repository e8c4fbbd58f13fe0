"""Every exception of the project, and `Issue`: one problem in one cell."""

import errno
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from prioritiser.text.json_rows import JsonRow
from prioritiser.text.spelling import unbroken

MOST_SHOWN = 30  # of a kind, where people read


@dataclass(frozen=True)
class Issue:
    """One problem: where it is, what came, what was expected and what to do.

    row counts as a spreadsheet does (the header is row 1); 0 when the problem is not in one row.
    letter: the column's letter in a spreadsheet, where known. said: the problem as a sentence, where `found` followed
    by `expected` does not read well; both are for the text only.
    """

    file: str
    row: int
    column: str
    found: str
    expected: str
    fix: str = ""
    letter: str = ""
    said: str = ""

    def as_json(self) -> dict[str, str | int | None]:
        """Return the issue as in the JSON of `check`; row is null where there is none."""
        fields = asdict(self) | {"row": self.row or None}
        return {name: value for name, value in fields.items() if name not in ("letter", "said")}

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, f"row {self.row}" if self.row else "", self.place) if part)
        found = f"{self.found}. " if self.found else ""
        said = self.said or f"{found}{self.expected}"
        return unbroken(f"{place}: {said}{' ' + self.fix if self.fix else ''}")

    @property
    def place(self) -> str:
        """The column in words: its letter and name, or the key of a setting."""
        if self.letter:
            return f"column {self.letter} ({self.column})" if self.column else f"column {self.letter}"
        return f"column {self.column}" if self.column and self.row else self.column


def issue_lines(issues: Iterable[Issue]) -> list[str]:
    """Write issues a line each: the first 30 of a kind, and how many more there are. A kind is a file and an advice."""
    kinds: dict[tuple[str, str], int] = {}
    lines: list[tuple[tuple[str, str], str]] = []
    for issue in issues:
        kind = (issue.file, issue.expected)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] <= MOST_SHOWN:
            lines.append((kind, str(issue)))
    for kind, count in kinds.items():
        if count > MOST_SHOWN:
            last = max(number for number, (other, _) in enumerate(lines) if other == kind)
            place = f" in {kind[0]}" if kind[0] else ""
            lines.insert(last + 1, (kind, f"and {count - MOST_SHOWN:,} more of this kind{place}."))
    return [line for _, line in lines]


@dataclass(frozen=True)
class Demand(JsonRow):
    """One thing that is asked of a plan and may be dropped.

    kind: capacity, lock or the kind of the rule. demand_id: the resource, initiative or rule. year: of a capacity, a
    locked start or a rule. amount: the limit in `unit`, where it has one; a share from 0 to 1. plain: the text without
    ids.
    """

    kind: str
    demand_id: str
    text: str
    year: str | None = None
    amount: float | None = None
    unit: str | None = None
    owner: str | None = None
    plain: str = ""


@dataclass(frozen=True)
class Step(JsonRow, written="demand to by"):
    """How one demand gives way in a way out.

    to: its new limit, in its unit, of a capacity that of the one year; by: how far that is from the old one. Both None:
    it is dropped. shown and rise: to, and by of a capacity, rounded for people on the side that is enough.
    """

    demand: Demand
    to: float | None = None
    by: float | None = None
    shown: float | None = None
    rise: float | None = None


@dataclass(frozen=True)
class WayOut(JsonRow, written="demands text to by steps"):
    """One way to have a plan again: the demands that give way, all of them, and how far.

    to: the new limit of the one demand that gives way, in its unit; by: how far that is from the old one. by without
    to: the capacity of each of these years rises by so much. Both None: see the steps, one for each demand. plain: the
    text without ids.
    """

    steps: tuple[Step, ...]
    text: str
    plain: str = ""
    to: float | None = None
    by: float | None = None

    @property
    def demands(self) -> tuple[Demand, ...]:
        """What gives way."""
        return tuple(step.demand for step in self.steps)


@dataclass(frozen=True)
class Clash(JsonRow):
    """The minimal sets of demands that cannot hold together, smallest first, and the smallest ways out.

    all_sets: there are no other minimal sets. all_ways: every way out was looked for.
    """

    sets: tuple[tuple[Demand, ...], ...]
    ways_out: tuple[WayOut, ...] = ()
    all_sets: bool = True
    all_ways: bool = True


class PrioritiserError(Exception):
    """Any error that a user can mend or should see in one line."""


class ScenarioError(PrioritiserError):
    """The scenario is missing or not valid; `issues` lists every problem found, `notices` what else was seen."""

    def __init__(self, name: str, issues: Iterable[Issue], notices: Iterable[str] = ()) -> None:
        self.name = name
        self.issues, self.notices = tuple(issues), tuple(notices)
        count = f"{len(self.issues):,} problem{'' if len(self.issues) == 1 else 's'}"
        super().__init__(
            "\n".join([f"{name} is not valid: {count}", *(f"  {line}" for line in issue_lines(self.issues))])
        )


class RefusedFileError(PrioritiserError):
    """A file, or a part of it, is not read; `found`, `expected` and `fix` say why, as an `Issue` does."""

    def __init__(self, found: str, expected: str, fix: str) -> None:
        self.found, self.expected, self.fix = found, expected, fix
        super().__init__(f"{found}. {expected} {fix}")


class SettingsError(PrioritiserError):
    """A setting names something the scenario does not have, or leaves its range."""


class InfeasibleError(PrioritiserError):
    """No portfolio meets the rules, locks and capacities named in `clash` together.

    clash: texts of the smallest set of them. ways_out: texts of the smallest changes, each of which is enough. found:
    all that is known of the clash, None where nobody looked. lines: the message with each set and way out on its own.
    """

    def __init__(self, clash: Iterable[str] | Clash, note: str = "") -> None:
        self.found = clash if isinstance(clash, Clash) else None
        sets = [[demand.text for demand in demands] for demands in self.found.sets] if self.found else []
        self.clash = (tuple(sets[0]) if sets else ()) if isinstance(clash, Clash) else tuple(clash)
        self.ways_out = tuple(way.text for way in self.found.ways_out) if self.found else ()
        said = [f"No portfolio meets these together: {'; '.join(self.clash)}."]
        said += [f"Nor these: {'; '.join(texts)}." for texts in sets[1:]]
        if self.found and not self.found.all_sets:
            said.append("There may be more such sets.")
        last = ["Time was up before every way out was worked out."] if self.found and not self.found.all_ways else []
        last += [note] if note else []
        ways = f"Smallest way{'s' if len(self.ways_out) > 1 else ''} out:"
        unbroken = [f"{ways} {'; or '.join(self.ways_out)}."] if self.ways_out else []
        apart = [ways, *(f"  - {text}" for text in self.ways_out)] if self.ways_out else []
        self.lines = (*said, *apart, *last)
        super().__init__(" ".join([*said, *unbroken, *last]))


class NoAnswerError(PrioritiserError):
    """The solve stopped (time limit or cancel) before any usable portfolio was found."""


class WrongAnswerError(PrioritiserError):
    """The recomputed plan disagrees with the solver; nothing is shown rather than something wrong."""


class NotWrittenError(PrioritiserError):
    """A file could not be written; what was there before stays as it was."""

    def __init__(self, path: object, error: OSError) -> None:
        advice = _WRITING.get(error.errno or 0, "Choose another place.")
        super().__init__(f"{path} cannot be written: {error.strerror or error}. {advice}")


_WRITING = {
    errno.ENOSPC: "Free some space there, or choose another place; what was there before is unchanged.",
    errno.EDQUOT: "Free some space there, or choose another place; what was there before is unchanged.",
    errno.EROFS: "Choose a place that may be written.",
    errno.EACCES: "Choose a place that may be written, or close the program that has the file open.",
    errno.EPERM: "Choose a place that may be written.",
}


class MissingFileError(PrioritiserError):
    """A file of the installed package is not there; `name` is that file."""

    def __init__(self, name: str, what: str) -> None:
        self.name = name
        super().__init__(f"{name} ({what}) is missing from the installed package. Install Prioritiser again.")


class TemplateError(PrioritiserError):
    """A template that cannot be used: what came and what was expected."""

    def __init__(self, came: str, expected: str) -> None:
        super().__init__(f"The Word template cannot be used: it {came}. {expected}")


class StoreError(PrioritiserError):
    """The database of what people make cannot be used: which, why, and what to do, in one sentence."""


class WorkshopError(PrioritiserError):
    """What somebody asks of a workshop cannot be done: what came and what is expected."""


class NoWorkshopError(WorkshopError):
    """No workshop can be entered by this code: it is wrong, unknown or closed, and which of these is not said."""


class ClosedError(WorkshopError):
    """A workshop takes no answers now; the words say which answer of the participant counts."""


class DecisionError(PrioritiserError):
    """What somebody asks of the log of decisions cannot be done: what came and what is expected."""


class MeanwhileError(DecisionError):
    """Somebody decided meanwhile; `number` is the entry that was not seen."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            f"decided meanwhile: {number}. Look at it (prioritiser decisions show {number}), then decide again. "
            "Nothing was written."
        )
