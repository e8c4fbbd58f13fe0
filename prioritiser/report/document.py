"""What a report is made of. Text is plain: whoever writes a format escapes it, so that nothing in it becomes live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd


class Length(StrEnum):
    """How much of a report is written: about two pages, all of it, or slides."""

    SHORT = "short"
    FULL = "full"
    SLIDES = "slides"


class FigureKind(StrEnum):
    """What a figure draws, and so the columns of its rows.

    goal_id and resource_id tell apart what goes by one name; without them the names do.
    """

    TIERS = "tiers"  # tier, name, score, do_nothing, today, best_alone: shares of the way, NaN where there is none
    GANTT = "gantt"  # initiative, lead, start, first and last (positions of years), share
    GOALS = "goals"  # goal_id, goal, tier, year, attainment (NaN where there is no target), words (the level), met
    CAPACITY = "capacity"  # resource_id, resource, year, used, capacity (NaN: no limit), unit, words
    TRADE_OFF = "trade_off"  # one column a tier (scores), chosen (bool), name
    WATERFALL = "waterfall"  # step, change (weighted score), start, end, kind: total, gain or loss
    CHANCES = "chances"  # goal_id, goal, tier, chance
    TRIANGLE = "triangle"  # name, weights by tier; chosen (bool)
    SPREAD = "spread"  # name, tier ("" for none), least, lower, median, upper, most (fractions)


@dataclass(frozen=True)
class Quantity:
    """A number and its words: spreadsheets take the number, papers the words. value: in the unit that the words say."""

    value: float
    text: str

    def __str__(self) -> str:
        return self.text


type Cell = str | Quantity


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. lead: it says the finding of its section."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of points, each a sentence or two."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with a row of headings; the first column names its row.

    caption: says what it shows. name: of the sheet, at most 31 characters. widths: relative, one a column.
    note: stands under it. Numbers are Quantities and stand at the right.
    """

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows) or len(self.widths) != len(self.columns):
            raise ValueError(f"{self.name}: each row and the widths need {len(self.columns)} cells")

    def without_blank_columns(self) -> Table:
        """Return the table without the columns in which no row says anything."""
        kept = [0, *(n for n in range(1, len(self.columns)) if any(row[n] != "" for row in self.rows))]
        if not self.rows or len(kept) == len(self.columns):
            return self
        return replace(
            self,
            columns=tuple(self.columns[n] for n in kept),
            rows=tuple(tuple(row[n] for n in kept) for row in self.rows),
            widths=tuple(self.widths[n] for n in kept),
        )

    def is_numeric(self, column: int) -> bool:
        """Whether a column holds numbers, apart from blank cells."""
        filled = [row[column] for row in self.rows if row[column] != ""]
        return bool(filled) and all(isinstance(cell, Quantity) for cell in filled)


@dataclass(frozen=True)
class Figure:
    """A figure: the finding as its title, its rows, and words for those who do not see it.

    rows: the columns that its kind names, plus what `options` says about them. options: plain values for the drawing,
    such as the years in order or the unit.
    """

    kind: FigureKind
    title: str
    alt: str
    rows: pd.DataFrame
    options: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Equation:
    """One equation: what it says in words, then its text."""

    words: str
    text: str


type Block = Paragraph | Bullets | Table | Figure | Equation


@dataclass(frozen=True)
class Section:
    """One question of the paper. key: its stable name. heading: short; finding: its answer in one sentence.

    blocks: in order, never empty; the finding is not repeated in them. points: up to five, for a slide.
    lengths: which selections it belongs to. short_blocks: what stands in the short paper instead of all blocks.
    """

    key: str
    heading: str
    finding: str
    blocks: tuple[Block, ...]
    lengths: frozenset[Length]
    points: tuple[str, ...] = ()
    short_blocks: tuple[Block, ...] | None = None

    def blocks_for(self, length: Length) -> tuple[Block, ...]:
        """Return what a selection shows."""
        return self.short_blocks if length is Length.SHORT and self.short_blocks is not None else self.blocks

    def figures(self) -> Iterator[Figure]:
        """Give the figures, in order."""
        return (block for block in self.blocks if isinstance(block, Figure))

    def tables(self) -> Iterator[Table]:
        """Give the tables, in order."""
        return (block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True)
class Paper:
    """What people write themselves before it goes out, kept with the decision. Blank: what the report says by itself.

    dissent: who did not agree, and why, in their own words. left_out: keys of sections that are not wanted.
    """

    title: str = ""
    paper_number: str = ""
    author: str = ""
    meeting: str = ""
    meeting_date: str = ""
    recommendation: str = ""
    dissent: str = ""
    length: Length = Length.FULL
    left_out: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {name: str(value) for name, value in vars(self).items() if name != "left_out"} | {
            "left_out": list(self.left_out)
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Paper:
        """Read what `as_json` gives; raises ValueError, TypeError or KeyError for what makes no sense."""
        texts = {name: str(given[name]) for name in vars(cls()) if name not in {"length", "left_out"}}
        left_out = tuple(str(key) for key in given["left_out"])
        return cls(**texts, length=Length(given["length"]), left_out=left_out)


@dataclass(frozen=True)
class Report:
    """All that a paper says, ordered.

    subtitle: the scenario. flag: says of illustrative data that it is, else "". masthead: pairs such as a meeting and
    its name. headline: what is recommended and what that achieves, the first thing read. recommendation: what a board
    is asked. provenance: pairs that say what the figures were made from. answer: the JSON of the portfolio.
    """

    title: str
    subtitle: str
    flag: str
    masthead: tuple[tuple[str, str], ...]
    headline: str
    proof: str
    recommendation: tuple[str, ...]
    sections: tuple[Section, ...]
    provenance: tuple[tuple[str, str], ...]
    answer: Mapping[str, Any]
    length: Length
    made: date
    language: str = "en-GB"
