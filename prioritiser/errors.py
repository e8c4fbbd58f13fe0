"""Every exception of the project, and `Issue`: one problem in one cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


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
        return f"{place}: {said}{' ' + self.fix if self.fix else ''}"

    @property
    def place(self) -> str:
        """The column in words: its letter and name, or the key of a setting."""
        if self.letter:
            return f"column {self.letter} ({self.column})" if self.column else f"column {self.letter}"
        return f"column {self.column}" if self.column and self.row else self.column


class PrioritiserError(Exception):
    """Any error that a user can mend or should see in one line."""


class ScenarioError(PrioritiserError):
    """The scenario is missing or not valid; `issues` lists every problem found."""

    def __init__(self, name: str, issues: Iterable[Issue]) -> None:
        self.name = name
        self.issues = tuple(issues)
        count = f"{len(self.issues)} problem{'' if len(self.issues) == 1 else 's'}"
        super().__init__("\n".join([f"{name} is not valid: {count}", *(f"  {issue}" for issue in self.issues)]))


class SettingsError(PrioritiserError):
    """A setting names something the scenario does not have, or leaves its range."""


class InfeasibleError(PrioritiserError):
    """No portfolio meets the rules, locks and capacities named in `clash` together."""

    def __init__(self, clash: Iterable[str], note: str = "") -> None:
        self.clash = tuple(clash)
        named = "; ".join(self.clash)
        super().__init__(f"No portfolio meets these together: {named}.{' ' + note if note else ''}")


class NoAnswerError(PrioritiserError):
    """The solve stopped (time limit or cancel) before any usable portfolio was found."""


class WrongAnswerError(PrioritiserError):
    """The recomputed plan disagrees with the solver; nothing is shown rather than something wrong."""
