"""Each table and column of format 1, once: type, unit, range, default and description.

Templates, the README's format table, reading and writing all come from the rows below.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

FORMAT = 1
MAX_YEARS = 50
MAX_TEXT = 16_000
MOST_WEIGHT = 1e9
SMALLEST, LARGEST = 1e-9, 1e15  # sizes of any figure of a table but 0
ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
ID_EXPECTED = "An id is 1 to 64 letters A-Z a-z, digits, spaces, '.', '_' or '-', starting with a letter or digit."


class Tier(StrEnum):
    """The three kinds of goal that a system balances."""

    NATIONAL = "national"
    LOCAL = "local"
    LONG_TERM = "long_term"


class Case(StrEnum):
    """Which of the three effect sizes is believed."""

    LOW = "low"
    CENTRAL = "central"
    HIGH = "high"


class Direction(StrEnum):
    """Which way a goal improves."""

    UP = "up"
    DOWN = "down"


class Evidence(StrEnum):
    """How a figure is known."""

    MEASURED = "measured"
    DERIVED = "derived"
    JUDGED = "judged"


class YesNo(StrEnum):
    """Yes or no, as written in a table."""

    YES = "yes"
    NO = "no"


class RuleKind(StrEnum):
    """What a rule demands."""

    MUST_DO = "must_do"
    MUST_NOT = "must_not"
    REQUIRES = "requires"
    EXCLUDES = "excludes"
    TOGETHER = "together"
    COUNT_AT_LEAST = "count_at_least"
    COUNT_AT_MOST = "count_at_most"
    SPEND_SHARE_AT_LEAST = "spend_share_at_least"
    SPEND_SHARE_AT_MOST = "spend_share_at_most"
    GOAL_AT_LEAST = "goal_at_least"
    START_BY = "start_by"


@dataclass(frozen=True)
class Demand:
    """Which columns a kind of rule uses. group: its subject may be a group. year: it may, or must, name one.

    on_starts: whether it looks at starts, so that a share however small counts as one.
    """

    subject: Literal["initiatives", "goals"] = "initiatives"
    group: bool = False
    other: bool = False
    resource: bool = False
    limit: Literal["", "count", "share", "level"] = ""
    year: Literal["", "may", "must"] = ""
    on_starts: bool = False


DEMANDS: Mapping[RuleKind, Demand] = {
    RuleKind.MUST_DO: Demand(),
    RuleKind.MUST_NOT: Demand(),
    RuleKind.REQUIRES: Demand(other=True, on_starts=True),
    RuleKind.EXCLUDES: Demand(other=True, on_starts=True),
    RuleKind.TOGETHER: Demand(other=True, on_starts=True),
    RuleKind.COUNT_AT_LEAST: Demand(group=True, limit="count", year="may", on_starts=True),
    RuleKind.COUNT_AT_MOST: Demand(group=True, limit="count", year="may", on_starts=True),
    RuleKind.SPEND_SHARE_AT_LEAST: Demand(group=True, resource=True, limit="share", year="may"),
    RuleKind.SPEND_SHARE_AT_MOST: Demand(group=True, resource=True, limit="share", year="may"),
    RuleKind.GOAL_AT_LEAST: Demand(subject="goals", limit="level", year="must"),
    RuleKind.START_BY: Demand(year="must", on_starts=True),
}
COUNT_RULES = frozenset(kind for kind, demand in DEMANDS.items() if demand.limit == "count")
SPEND_RULES = frozenset(kind for kind, demand in DEMANDS.items() if demand.limit == "share")


def clean_text(text: str) -> str:
    """Normalise text as format 1 does: NFC, trimmed, every line ending a single newline.

    Raises ValueError on control characters, which no workbook can hold, and on more text than a cell holds.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"text of {len(text):,} characters; a cell holds at most {MAX_TEXT:,}")
    if text.isascii() and text.isprintable():
        return text.strip()
    cleaned = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(
        (unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t") or letter in "\ufffe\uffff"
        for letter in cleaned
    ):
        raise ValueError("text holds a control character; delete it")
    return cleaned


def fifteen_digits(number: float) -> float:
    """Round to the 15 significant digits that format 1 keeps; raises ValueError when that leaves no finite number."""
    rounded = float(f"{number:.15g}") + 0.0  # + 0.0 makes one zero of 0 and -0
    if not math.isfinite(rounded):
        raise ValueError("a number too large to keep")
    return rounded


def in_range(number: float) -> float:
    """Keep 15 digits of a figure; raises ValueError when it is neither 0 nor from 1e-9 to 1e15 in size."""
    figure = fifteen_digits(number)
    if abs(figure) > LARGEST or 0 < abs(figure) < SMALLEST or (figure == 0 and number != 0):
        raise ValueError("a figure is 0, or from 1e-9 to 1e15 in size")
    return figure


def weight_in_range(weight: float) -> float:
    """Raise ValueError when a weight is more than 1e9, so that no sum of weights can pass what numbers hold."""
    if weight > MOST_WEIGHT:
        raise ValueError("a weight is 0, or from 1e-9 to 1e9")
    return weight


def cell_text(cell: str | float | None) -> str:
    """Write a cell as text: numbers with up to 15 significant digits, blank as nothing."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else f"{cell:.15g}"


def _column(description: str, default: str = "", unit: str = "", **limits: Any) -> Any:
    """Describe a cell that may be blank; `default` says in words what blank then means."""
    return Field(default=None, description=description, json_schema_extra={"blank": default, "unit": unit}, **limits)


def _required(description: str, unit: str = "", **limits: Any) -> Any:
    return Field(description=description, json_schema_extra={"blank": "", "unit": unit}, **limits)


def _assumed(default: str | float, description: str, unit: str = "", **limits: Any) -> Any:
    """Describe a cell that may be blank, and then counts as the default."""
    said = {"blank": cell_text(default), "unit": unit}
    return Field(default, description=description, json_schema_extra=said, **limits)  # type: ignore[arg-type]


Id = Annotated[str, Field(pattern=rf"^{ID_PATTERN.pattern}$", json_schema_extra={"id": True})]
Number = Annotated[float, AfterValidator(in_range)]
Weight = Annotated[float, AfterValidator(in_range), AfterValidator(weight_in_range)]


class Row(BaseModel):
    """What every table may have: a source, a note, an evidence mark, and text tags in columns of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    year_field: ClassVar[str] = ""
    year_help: ClassVar[str] = ""
    year_required: ClassVar[str] = ""
    unit_of: ClassVar[str] = ""  # the column whose id says the unit of the row's figures

    source: str | None = _column("Where the figures of the row come from.")
    note: str | None = _column("Anything a reader should know.")
    evidence: Evidence | None = _column("How the figures are known: measured, derived (arithmetic) or judged.")
    tags: Mapping[str, str] = Field(default_factory=dict)

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: Any) -> Any:
        if isinstance(value, str):
            return clean_text(value) or None
        if isinstance(value, Mapping):
            cleaned = {key: clean_text(cell) if isinstance(cell, str) else cell for key, cell in value.items()}
            return {key: cell for key, cell in cleaned.items() if cell != ""}
        return value

    @classmethod
    def year_columns(cls, years: Sequence[str]) -> tuple[str, ...]:
        """Name the columns of this table that hold one number for each year."""
        return tuple(years) if cls.year_field else ()

    def cells(self, years: Sequence[str]) -> dict[str, str | float]:
        """Return the given cells only, by column name, in the order of the format."""
        given: dict[str, str | float] = {}
        for name in self.model_fields_set - {"tags", self.year_field}:
            value = getattr(self, name)
            if value is not None and value != "":
                given[name] = str(value) if isinstance(value, StrEnum) else value
        if self.year_field:
            amounts: Mapping[str, float] = getattr(self, self.year_field)
            given |= {column: amounts[column] for column in self.year_columns(years) if column in amounts}
        given |= {tag: text for tag, text in self.tags.items() if text}
        order = [column.name for column in columns_of(type(self), years)]
        return {name: given[name] for name in order if name in given} | {
            name: given[name] for name in sorted(given.keys() - set(order))
        }

    @property
    def key_values(self) -> tuple[str, ...]:
        """What tells this row from the others; the order in which rows are sorted."""
        return tuple(str(getattr(self, name) or "") for name in self.key)


class NamedRow(Row):
    """A row that people know by a name."""

    @cached_property
    def label(self) -> str:
        """The name, or the id; in a scenario that has two of one name, with what tells them apart (`names`)."""
        return str(getattr(self, "name", None) or self.key_values[0])


class Goal(NamedRow):
    """A measured target."""

    table = "goals"
    key = ("goal_id",)
    year_field = "targets"
    year_help = "Target level at the end of the year, in the goal's unit; blank: the year is not scored."
    year_required = "at least one"

    goal_id: Id = _required("Short id of the goal.")
    name: str | None = _column("Name that a board member would use.", "the id")
    tier: Tier = _required("national, local or long_term.")
    unit: str | None = _column("Unit of baseline, targets and effects.", "no unit")
    direction: Direction | None = _column("up or down: which way is better.", "the side its targets lie on")
    weight: Weight = _assumed(1.0, "Weight within its tier.", ge=0)
    baseline: Number = _assumed(0.0, "Level today.", "goal's unit")
    zero_level: Number | None = _column("Level that counts as no progress.", "the baseline", "goal's unit")
    trend_per_year: Number = _assumed(0.0, "Change a year as things go.", "goal's unit a year")
    overlap: Number = _assumed(
        0.0, "How far gains of several initiatives overlap: 0 add in full, 1 only the largest counts.", ge=0, le=1
    )
    targets: Mapping[str, Number] = Field(default_factory=dict)

    @cached_property
    def moved_by(self) -> float:
        """The most that an effect of its scenario moves it, in its unit; 0 outside a scenario (`names`)."""
        return 0.0

    @property
    def zero(self) -> float:
        """The level that counts as no progress, in the goal's unit."""
        return self.baseline if self.zero_level is None else self.zero_level

    @property
    def sign(self) -> int:
        """+1 when up is better, -1 when down is."""
        if self.direction is None:
            return 1 if next(iter(self.targets.values())) > self.zero else -1
        return 1 if self.direction is Direction.UP else -1


class Resource(NamedRow):
    """What is scarce: money, capital, staff, improvement bandwidth."""

    table = "resources"
    key = ("resource_id",)
    year_field = "capacities"
    year_help = "Capacity in the year, 0 or more, in the resource's unit; blank: no limit."

    resource_id: Id = _required("Short id of the resource.")
    name: str | None = _column("Name to show.", "the id")
    unit: str | None = _column("Unit of capacity and use.", "no unit")
    carry_over: YesNo = _assumed(YesNo.NO, "yes: what a year leaves may be used later.")
    capacities: Mapping[str, Annotated[Number, Field(ge=0)]] = Field(default_factory=dict)


class Initiative(NamedRow):
    """Something a system may start: a service, a scheme, a programme, a stop."""

    table = "initiatives"
    key = ("initiative_id",)

    initiative_id: Id = _required("Short id of the initiative.")
    name: str | None = _column("Name to show.", "the id")
    lead: str | None = _column("Organisation that leads it.")
    area: str | None = _column("Area of work.")
    place: str | None = _column("Place that it serves.")
    earliest: str | None = _column("First year in which it may start.", "the first year", "year label")
    latest: str | None = _column("Last year in which it may start.", "earliest: no choice of start", "year label")
    min_scale: Number = _assumed(1.0, "Smallest share that makes sense; 1 is all or nothing.", ge=0, le=1)
    confidence: Number = _assumed(1.0, "Likelihood of delivery; multiplies its effects, never its uses.", ge=0, le=1)
    current_start: str | None = _column("Start year in today's plan.", "not in it", "year label")
    proposed_by: str | None = _column("Who proposed it.")
    description: str | None = _column("What it is, in a sentence or two.")

    def starts(self, years: Sequence[str]) -> range:
        """Possible start years, as positions in `years` (0 is the first)."""
        first = years.index(self.earliest) if self.earliest else 0
        last = years.index(self.latest) if self.latest else first
        return range(first, last + 1)


class Use(Row):
    """What an initiative uses of a resource at full share; several rows for one pair add up."""

    table = "uses"
    key = ("initiative_id", "resource_id")
    year_field = "amounts"
    year_help = "Amount in this year since start, at full share, in the resource's unit; negative releases."
    year_required = "year_1"
    unit_of = "resource_id"

    initiative_id: Id = _required("The initiative.")
    resource_id: Id = _required("The resource.")
    amounts: Mapping[str, Number] = Field(default_factory=dict)

    @classmethod
    def year_columns(cls, years: Sequence[str]) -> tuple[str, ...]:
        """Name the columns year_1 to year_T: years since start."""
        return tuple(f"year_{number}" for number in range(1, len(years) + 1))

    def amount(self, year_since_start: int) -> float:
        """Use at full share in this year since start (1 is the year of the start)."""
        return self.amounts.get(f"year_{year_since_start}", 0.0)


class Effect(Row):
    """What an initiative does to a goal at full share and full build, in the goal's unit."""

    table = "effects"
    key = ("initiative_id", "goal_id", "if_also")
    unit_of = "goal_id"

    initiative_id: Id = _required("The initiative.")
    goal_id: Id = _required("The goal.")
    central: Number = _required("Full effect, central case; signed.", "goal's unit")
    low: Number | None = _column("Full effect, pessimistic case.", "central", "goal's unit")
    high: Number | None = _column("Full effect, optimistic case.", "central", "goal's unit")
    lead_months: Number = _assumed(0.0, "Months from start to first effect; may be negative.", "months")
    ramp_months: Number = _assumed(0.0, "Months from first to full effect.", "months", ge=0)
    lasts_months: Number | None = _column(
        "Months since first effect after which it is gone.", "for good", "months", ge=0
    )
    if_also: Id | None = _column("Counts only from the year in which this initiative has started too.", "always")

    def size(self, case: Case) -> float:
        """Full effect in the case, before confidence; the goal's unit."""
        chosen = {Case.LOW: self.low, Case.CENTRAL: self.central, Case.HIGH: self.high}[case]
        return self.central if chosen is None else chosen

    def ramp(self, year_since_start: int) -> float:
        """Part of the full effect that is felt at the end of this year since start (0 to 1)."""
        if year_since_start < 1:
            return 0.0
        months = 12 * year_since_start - self.lead_months
        if self.lasts_months is not None and months > self.lasts_months:
            return 0.0
        if self.ramp_months == 0:
            return 1.0 if months >= 0 else 0.0
        return min(1.0, max(0.0, months / self.ramp_months))


class Rule(Row):
    """A constraint that someone owns and that can be switched off."""

    table = "rules"
    key = ("rule_id",)
    unit_of = "subject"

    rule_id: Id = _required("Short id of the rule.")
    kind: RuleKind = _required("What it demands: " + ", ".join(RuleKind) + ".")
    subject: str = _required("Initiative, goal, or group such as lead=Acute trust.")
    other: str | None = _column("The other initiative of requires, excludes and together.")
    resource_id: Id | None = _column("Resource of a spend_share rule.")
    year: str | None = _column(
        "Year it holds for; of start_by the last in which to start.", "the whole horizon", "year label"
    )
    limit: Number | None = _column("Count, share (0 to 1) or level (goal's unit).")
    owner: str | None = _column("Who insists on it.")

    @property
    def demand(self) -> Demand:
        """Which columns its kind uses."""
        return DEMANDS[self.kind]


class Planned(Row):
    """One initiative of a plan file, as `--keep` reads it; no table of a scenario."""

    table = "plan"
    key = ("initiative_id",)

    initiative_id: Id = _required("The initiative.")
    share: Number = _required("Share that is delivered; 0: it is not in the plan.", ge=0, le=1)
    start: str = _required("Year in which it starts.", "year label")


class Ballot(Row):
    """What one participant says, in a file of ballots; no table of a scenario.

    Columns `goal:ID` (the participant's own weight of a goal) and `support:ID` (yes or no to an initiative) are tags.
    """

    table = "ballots"
    key = ("participant",)

    participant: Id = _required("The participant, by an id.")
    role: str | None = _column("In what role they speak.")
    place: str | None = _column("From where.")
    national: Number = _required("Weight of the national goals.", ge=0)
    local: Number = _required("Weight of the local goals.", ge=0)
    long_term: Number = _required("Weight of the long-term goals.", ge=0)


TABLES: tuple[type[Row], ...] = (Goal, Resource, Initiative, Use, Effect, Rule)
TABLE_NAMES = tuple(row.table for row in TABLES)
OPTIONAL_TABLES = frozenset({"rules"})


@dataclass(frozen=True)
class Column:
    """One column of one table, in words: for templates, help and the README."""

    name: str
    required: bool
    blank: str
    unit: str
    description: str
    numeric: bool
    choices: tuple[str, ...] = ()
    per_year: bool = False
    is_id: bool = False
    minimum: float | None = None
    maximum: float | None = None


def columns_of(row: type[Row], years: Sequence[str]) -> tuple[Column, ...]:
    """List the columns of a table, in order, for these year labels; shared columns come last."""
    return _columns_of(row, tuple(years))


@lru_cache(maxsize=256)
def _columns_of(row: type[Row], years: tuple[str, ...]) -> tuple[Column, ...]:
    shared = ("source", "note", "evidence")
    own = [name for name in row.model_fields if name not in {*shared, "tags", row.year_field}]
    columns = [_describe(row, name) for name in own]
    if row.year_field:
        position = len(columns) if row is not Resource else len(columns) - 1
        named = {name: name == row.year_required for name in row.year_columns(years)}
        blank, least = "0" if row is Use else "none", 0 if row is Resource else None
        columns[position:position] = [
            Column(
                name, required, "" if required else blank, "", row.year_help, numeric=True, per_year=True, minimum=least
            )
            for name, required in named.items()
        ]
    return (*columns, *(_describe(row, name) for name in shared))


def _describe(row: type[Row], name: str) -> Column:
    field = row.model_fields[name]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    kinds = [kind for kind in _members(field.annotation) if kind is not type(None)]
    limits = {type(limit).__name__: limit for limit in field.metadata}
    return Column(
        name=name,
        required=field.is_required(),
        blank=str(extra.get("blank", "")),
        unit=str(extra.get("unit", "")),
        description=field.description or "",
        numeric=float in kinds,
        choices=tuple(
            str(choice) for kind in kinds if isinstance(kind, type) and issubclass(kind, StrEnum) for choice in kind
        ),
        is_id=name.endswith("_id") or name in ("if_also", "participant"),
        minimum=getattr(limits.get("Ge"), "ge", None),
        maximum=getattr(limits.get("Le"), "le", None),
    )


def _members(annotation: Any) -> list[Any]:
    """Flatten unions and annotated types into their plain types."""
    inner = getattr(annotation, "__args__", ())
    return [member for part in inner for member in _members(part)] if inner else [annotation]


def sorted_rows[R: Row](rows: Sequence[R], years: Sequence[str]) -> tuple[R, ...]:
    """Sort rows by id, so that their order in a file cannot change a plan; ties by all their cells."""
    return tuple(sorted(rows, key=lambda row: (row.key_values, repr(row.cells(years)))))
